//! Normalized discounted cumulative gain.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use titer_core::{
    About, Chance, Direction, IntervalKind, Multiplicity, Prepared, Sees, Undefined, Valued,
    ValuesMetric,
};

use super::checked::{self, Side, constant};
use super::discounts::Discounts;
use super::ranks::Ranks;

/// Normalized discounted cumulative gain (NDCG).
///
/// # What it measures
/// The sum of the true values (gains, taken as they are), each divided by log2(rank + 1), examples
/// ranked from the largest to the smallest prediction; over the same sum in the best order. Examples
/// of equal prediction share the mean discount of their ranks: the expectation over their orders.
/// All examples are one ranking.
///
/// # Range and direction
/// 0 to 1, higher is better. What chance earns depends on the gains.
///
/// # Undefined when
/// A gain is negative, or every gain is the same: every order would earn 1.
///
/// # Source
/// Järvelin and Kekäläinen 2002, doi:10.1145/582415.582418; ties as McSherry and Najork 2008,
/// doi:10.1007/978-3-540-78646-7_38
#[derive(Clone, Copy, Debug)]
pub struct Ndcg;

/// [`Ndcg`] of the first ranks.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(deny_unknown_fields)]
#[schemars(extend("examples" = [{"k": 10}]))]
pub struct NdcgAtK {
    /// So many ranks count, from the largest prediction down; at least 1.
    #[schemars(range(min = 1, max = 1_000_000_000))]
    pub k: u32,
}

impl NdcgAtK {
    /// What is usual.
    pub const USUAL: Self = Self { k: 10 };
}

impl ValuesMetric for Ndcg {
    fn about(&self) -> About {
        About {
            name: "ndcg",
            title: "NDCG",
            measures: "The true values discounted by the logarithm of their rank in the prediction, over those in the best order.",
            direction: Direction::HigherIsBetter,
            range: (0.0, 1.0),
            undefined_when: "a true value is negative, or every one is the same",
            source: "Järvelin and Kekäläinen 2002, doi:10.1145/582415.582418",
            interval: IntervalKind::Bootstrap,
            sees: Sees::Number,
            mixes_classes: false,
            chance: Chance::Unknown,
        }
    }

    fn prepare<'a>(&self, data: Valued<'a>) -> Box<dyn Prepared + 'a> {
        prepare(data, None)
    }
}

impl ValuesMetric for NdcgAtK {
    fn about(&self) -> About {
        About {
            name: "ndcg_at_k",
            title: "NDCG at k",
            ..Ndcg.about()
        }
    }

    fn prepare<'a>(&self, data: Valued<'a>) -> Box<dyn Prepared + 'a> {
        prepare(data, Some(self.k))
    }
}

fn prepare(data: Valued<'_>, k: Option<u32>) -> Box<dyn Prepared + '_> {
    checked::prepare(data, move |data| {
        check(data, k)?;
        Ok(Ready::new(data, k.map_or(usize::MAX, |k| k as usize)))
    })
}

fn check(data: Valued<'_>, k: Option<u32>) -> Result<(), Undefined> {
    if k == Some(0) {
        return Err(Undefined::because("k is 0"));
    }
    match data.truth.iter().filter(|&&gain| gain < 0.0).count() {
        0 => Ok(()),
        count => Err(Undefined::because(format!(
            "{count} of {} true values are negative",
            data.truth.len()
        ))),
    }
}

struct Ready {
    ranks: Ranks,
    k: usize,
    /// The gain of each group of equal true values, over the largest.
    gain: Vec<f64>,
    /// Examples from the largest to the smallest prediction, equal ones by truth.
    order: Vec<u32>,
    discounts: Discounts,
}

impl Ready {
    fn new(data: Valued<'_>, k: usize) -> Self {
        let ranks = Ranks::new(data);
        let exponent = checked::exponent(data.truth);
        let mut gain = vec![0.0; ranks.groups[0]];
        for (&group, &truth) in ranks.group_of[0].iter().zip(data.truth) {
            gain[group as usize] = libm::scalbn(truth, -exponent);
        }
        let mut order: Vec<u32> = (0..data.truth.len() as u32).collect();
        let [truth, predicted] = &ranks.group_of;
        order.sort_unstable_by_key(|&index| {
            let index = index as usize;
            std::cmp::Reverse((predicted[index], truth[index]))
        });
        Self {
            discounts: Discounts::new(data.truth.len().min(k)),
            ranks,
            k,
            gain,
            order,
        }
    }

    /// The discounted gains in the order of the prediction.
    fn earned(&self, multiplicity: Multiplicity<'_>, until: impl Fn(u64) -> f64) -> f64 {
        let [truth, predicted] = &self.ranks.group_of;
        let same = |of: &[u32], a: u32, b: u32| of[a as usize] == of[b as usize];
        let (mut earned, mut passed) = (0.0, 0u64);
        for group in self.order.chunk_by(|&a, &b| same(predicted, a, b)) {
            let (mut gains, mut examples) = (0.0, 0u64);
            // Equal gains are counted before they are summed, so that their order is of no matter.
            for equal in group.chunk_by(|&a, &b| same(truth, a, b)) {
                let times = equal
                    .iter()
                    .map(|&i| u64::from(multiplicity.of(i as usize)));
                let times: u64 = times.sum();
                gains += times as f64 * self.gain[truth[equal[0] as usize] as usize];
                examples += times;
            }
            if examples > 0 {
                let discount = until(passed + examples) - until(passed);
                earned += gains * (discount / examples as f64);
                passed += examples;
            }
        }
        earned
    }

    /// The discounted gains in the best order.
    fn best(&self, sizes: &[u64], until: impl Fn(u64) -> f64) -> f64 {
        let (mut best, mut passed) = (0.0, 0u64);
        for (&size, &gain) in sizes.iter().zip(&self.gain).rev() {
            best += gain * (until(passed + size) - until(passed));
            passed += size;
        }
        best
    }
}

impl Prepared for Ready {
    fn value(&self, multiplicity: Multiplicity<'_>) -> Result<f64, Undefined> {
        let sizes = self.ranks.sizes(multiplicity)?;
        if sizes.group[0].iter().filter(|&&size| size > 0).count() < 2 {
            return Err(constant(Side::Truth));
        }
        let sums = self.discounts.up_to((sizes.all as usize).min(self.k));
        let until = |rank: u64| sums[(rank as usize).min(self.k)];
        let earned = self.earned(multiplicity, until);
        Ok((earned / self.best(&sizes.group[0], until)).min(1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(k: Option<u32>, truth: &[f64], predicted: &[f64]) -> Result<f64, Undefined> {
        let data = Valued { truth, predicted };
        prepare(data, k).value(Multiplicity::Once)
    }

    #[test]
    fn the_best_order_earns_1() {
        let gains = [3.0, 0.0, 1.5];
        assert_eq!(value(None, &gains, &[9.0, -1.0, 2.0]), Ok(1.0));
        assert!(value(None, &gains, &[-9.0, 1.0, -2.0]).unwrap() < 0.7);
        assert_eq!(value(Some(1), &gains, &[0.0, -1.0, 2.0]), Ok(0.5));
    }

    #[test]
    fn says_why_there_is_none() {
        let reason = |k, truth: &[f64]| value(k, truth, &[0.1, 0.2]).unwrap_err().0;
        assert_eq!(
            reason(None, &[1.0, -1.0]),
            "1 of 2 true values are negative"
        );
        assert_eq!(reason(None, &[2.0, 2.0]), "every true value is the same");
        assert_eq!(reason(Some(0), &[1.0, 2.0]), "k is 0");
    }
}
