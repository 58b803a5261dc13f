//! Stringer's bound: how large may the mean of shares be, seen from some of them?
//!
//! Stringer 1963; Bickel 1992, doi:10.2307/1403650. Shares (a cluster's flips over its units) are
//! between 0 and 1. Each share, the largest first, raises Clopper and Pearson's bound by as much as
//! one more hit would, times the share. Where shares are 0 and 1 only it is Clopper and Pearson's.

use super::clopper_pearson;

/// A share and how much it weighs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Share {
    pub(super) share: f64,
    pub(super) weight: f64,
}

/// How many shares of equal weight these are worth (Kish).
pub(super) fn effective(shares: &[Share]) -> f64 {
    let sum: f64 = shares.iter().map(|s| s.weight).sum();
    let squares: f64 = shares.iter().map(|s| s.weight * s.weight).sum();
    sum * sum / squares
}

/// The upper bound of the weighted mean that leaves `tail` above it. There is some weight.
pub(super) fn upper(shares: &[Share], tail: f64) -> f64 {
    let count = effective(shares);
    let all: f64 = shares.iter().map(|s| s.weight).sum();
    let mut seen: Vec<Share> = shares.iter().filter(|s| s.share > 0.0).copied().collect();
    seen.sort_unstable_by(|a, b| b.share.total_cmp(&a.share));
    let bound = |weight: f64| {
        let hits = (weight / all * count).min(count);
        clopper_pearson::upper(hits, count, tail)
    };
    let (mut weight, mut before) = (0.0, bound(0.0));
    let mut value = before;
    for alike in seen.chunk_by(|a, b| a.share == b.share) {
        weight += alike.iter().map(|s| s.weight).sum::<f64>();
        let now = bound(weight);
        value += alike[0].share * (now - before);
        before = now;
    }
    value.min(1.0)
}

/// The lower bound that leaves `tail` below it: what the upper one of the rest leaves.
pub(super) fn lower(shares: &[Share], tail: f64) -> f64 {
    let rest: Vec<Share> = shares
        .iter()
        .map(|own| Share {
            share: 1.0 - own.share,
            weight: own.weight,
        })
        .collect();
    (1.0 - upper(&rest, tail)).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shares(of: &[f64]) -> Vec<Share> {
        let one = |&share| Share { share, weight: 3.0 };
        of.iter().map(one).collect()
    }

    #[test]
    fn whole_shares_give_clopper_and_pearson() {
        let mut all = vec![1.0; 4];
        all.resize(50, 0.0);
        let exact = |hits| crate::clopper_pearson::upper(hits, 50.0, 0.025);
        assert!((upper(&shares(&all), 0.025) - exact(4.0)).abs() < 1e-12);
        // By symmetry the lower end is what the upper end of the misses leaves.
        assert!((lower(&shares(&all), 0.025) - (1.0 - exact(46.0))).abs() < 1e-12);
    }

    #[test]
    fn halves_raise_it_half_as_much() {
        let none = upper(&shares(&[0.0; 40]), 0.05);
        let mut one = [0.0; 40];
        one[7] = 1.0;
        let whole = upper(&shares(&one), 0.05) - none;
        one[7] = 0.5;
        let half = upper(&shares(&one), 0.05) - none;
        assert!((half - 0.5 * whole).abs() < 1e-12);
        assert_eq!(lower(&shares(&[0.0; 40]), 0.05), 0.0);
        assert_eq!(upper(&shares(&[1.0; 40]), 0.05), 1.0);
    }
}
