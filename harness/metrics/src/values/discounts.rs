//! Running sums of the discount of a rank.

use std::borrow::Cow;

/// The sum of 1 / log2(rank + 1) over the first ranks.
pub(crate) struct Discounts {
    /// At place m the sum over the first m ranks.
    sums: Vec<f64>,
    running: Running,
}

/// A sum and what rounding took from it (Neumaier 1974), so that a difference of two large sums is
/// as good as the discounts between them.
#[derive(Clone, Copy)]
struct Running {
    sum: f64,
    lost: f64,
}

impl Running {
    fn push(&mut self, rank: usize) -> f64 {
        let discount = 1.0 / libm::log2(rank as f64 + 1.0);
        let sum = self.sum + discount;
        // The sum is never smaller than a discount from the second rank on.
        self.lost += discount - (sum - self.sum);
        self.sum = sum;
        self.sum + self.lost
    }
}

impl Discounts {
    pub(crate) fn new(ranks: usize) -> Self {
        let mut running = Running {
            sum: 0.0,
            lost: 0.0,
        };
        let mut sums = vec![0.0];
        sums.extend((1..=ranks).map(|rank| running.push(rank)));
        Self { sums, running }
    }

    /// The sums over up to `ranks` ranks, at least.
    pub(crate) fn up_to(&self, ranks: usize) -> Cow<'_, [f64]> {
        if ranks < self.sums.len() {
            return Cow::Borrowed(&self.sums);
        }
        let mut running = self.running;
        let more = (self.sums.len()..=ranks).map(|rank| running.push(rank));
        Cow::Owned(self.sums.iter().copied().chain(more).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_go_on_where_they_stopped() {
        let short = Discounts::new(10);
        assert!(matches!(short.up_to(10), Cow::Borrowed(_)));
        assert_eq!(short.up_to(500), Discounts::new(500).up_to(500));
        assert_eq!(short.up_to(3)[..3], [0.0, 1.0, 1.0 + 1.0 / libm::log2(3.0)]);
    }

    #[test]
    fn a_difference_is_as_good_as_the_discount() {
        let sums = Discounts::new(200_000);
        let sums = sums.up_to(200_000);
        for rank in [199_000, 199_999, 200_000] {
            let discount = 1.0 / libm::log2(rank as f64 + 1.0);
            let difference = sums[rank] - sums[rank - 1];
            assert!((difference - discount).abs() < 1e-11, "{difference}");
        }
    }
}
