//! Top-k accuracy.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use titer_core::{
    About, Chance, ClassesMetric, Classified, Direction, IntervalKind, Prepared, Sees, Undefined,
};

use super::losses;

/// Top-k accuracy.
///
/// # What it measures
/// The share of examples whose true class is among the k most probable classes. Where the cut runs
/// through equal probabilities, the expectation over their orders. Not SpliceAI's top-k accuracy of
/// sites ([`crate::top_k`]).
///
/// # Range and direction
/// 0 to 1, higher is better; with K classes chance earns k/K.
///
/// # Undefined when
/// There are no examples; k is 0, or as large as the number of classes: everything would earn 1.
///
/// # Source
/// Russakovsky et al. 2015, doi:10.1007/s11263-015-0816-y
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(deny_unknown_fields)]
#[schemars(extend("examples" = [{"k": 2}]))]
pub struct TopKAccuracy {
    /// How many classes may be named.
    #[schemars(range(min = 1, max = 255))]
    pub k: u32,
}

impl TopKAccuracy {
    /// What is usual.
    pub const USUAL: Self = Self { k: 2 };
}

impl ClassesMetric for TopKAccuracy {
    fn about(&self) -> About {
        About {
            name: "top_k_accuracy",
            title: "Top-k accuracy",
            measures: "The share of examples whose true class is among the k most probable classes; classes that tie for the last of these places share it.",
            direction: Direction::HigherIsBetter,
            range: (0.0, 1.0),
            undefined_when: "there are no examples, or k is not below the number of classes",
            source: "Russakovsky et al. 2015, doi:10.1007/s11263-015-0816-y",
            interval: IntervalKind::Bootstrap,
            sees: Sees::Probability,
            mixes_classes: true,
            chance: Chance::Unknown,
        }
    }

    fn prepare<'a>(&self, data: Classified<'a>) -> Box<dyn Prepared + 'a> {
        let k = self.k as usize;
        let check = |data: Classified<'_>| check(k, data.classes);
        losses::prepare(data, check, 1.0, |row, class| share(k, row, class))
    }
}

fn check(k: usize, classes: usize) -> Result<(), Undefined> {
    if k > 0 && k < classes {
        return Ok(());
    }
    Err(Undefined::because(format!(
        "the {k} most probable of {classes} classes"
    )))
}

/// In what share of the orders of equal probabilities the class is among the first k.
fn share(k: usize, row: &[f64], class: usize) -> f64 {
    let above = row.iter().filter(|&&p| p > row[class]).count();
    let equal = row.iter().filter(|&&p| p == row[class]).count();
    (k.saturating_sub(above) as f64 / equal as f64).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_through_equals_is_an_expectation() {
        let row = [0.4, 0.2, 0.2, 0.2];
        let shares = |k: usize| [0, 1, 3].map(|class| share(k, &row, class));
        assert_eq!(shares(1), [1.0, 0.0, 0.0]);
        assert_eq!(shares(2), [1.0, 1.0 / 3.0, 1.0 / 3.0]);
        assert_eq!(shares(4), [1.0, 1.0, 1.0]);
    }

    #[test]
    fn a_k_that_says_nothing_is_refused() {
        assert!(check(0, 3).is_err() && check(3, 3).is_err() && check(2, 3).is_ok());
    }
}
