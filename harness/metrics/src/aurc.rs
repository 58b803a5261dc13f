//! Area under the risk-coverage curve.

use titer_core::{
    About, Chance, Direction, IntervalKind, Labelled, Metric, Multiplicity, Prepared, Sees,
    Undefined,
};

use crate::checked;
use crate::selective::{Kept, Ranked, least_mean_risk, mean_risk};

/// Area under the risk-coverage curve.
///
/// # What it measures
/// The share of wrong calls among the k examples that the model is surest of, averaged over k from 1
/// to all. Among equal confidences it is the expectation over their orders.
///
/// # Range and direction
/// 0 to 1, lower is better; a model whose confidence says nothing earns its error rate.
///
/// # Undefined when
/// There are no examples.
///
/// # Source
/// Geifman, Uziel and El-Yaniv 2019, arXiv:1805.08206
#[derive(Clone, Copy, Debug)]
pub struct Aurc;

/// Excess area under the risk-coverage curve.
///
/// # What it measures
/// [`Aurc`] minus the least that as many wrong calls can earn, which is where every right call is
/// surer than every wrong one. The least is exact, sum over the e wrong of n examples, and not the
/// limit r + (1 - r) ln(1 - r) for many examples that is often used.
///
/// # Range and direction
/// 0 to 1, lower is better; 0 where confidence tells right from wrong calls without fault.
///
/// # Undefined when
/// There are no examples.
///
/// # Source
/// Geifman, Uziel and El-Yaniv 2019, arXiv:1805.08206
#[derive(Clone, Copy, Debug)]
pub struct ExcessAurc;

impl Metric for Aurc {
    fn about(&self) -> About {
        About {
            name: "aurc",
            title: "Area under the risk-coverage curve",
            measures: "The share of wrong calls among the k surest, averaged over all k.",
            direction: Direction::LowerIsBetter,
            range: (0.0, 1.0),
            undefined_when: "there are no examples",
            source: "Geifman, Uziel and El-Yaniv 2019, arXiv:1805.08206",
            interval: IntervalKind::Bootstrap,
            sees: Sees::Probability,
            mixes_classes: true,
            chance: Chance::Unknown,
        }
    }

    fn prepare<'a>(&self, data: Labelled<'a>) -> Box<dyn Prepared + 'a> {
        prepare(data, mean_risk)
    }
}

impl Metric for ExcessAurc {
    fn about(&self) -> About {
        About {
            name: "e_aurc",
            title: "Excess area under the risk-coverage curve",
            measures: "The share of wrong calls among the k surest, averaged over all k, above the \
                       least that as many wrong calls can earn.",
            direction: Direction::LowerIsBetter,
            range: (0.0, 1.0),
            undefined_when: "there are no examples",
            source: "Geifman, Uziel and El-Yaniv 2019, arXiv:1805.08206",
            interval: IntervalKind::Bootstrap,
            sees: Sees::Probability,
            mixes_classes: true,
            chance: Chance::Unknown,
        }
    }

    fn prepare<'a>(&self, data: Labelled<'a>) -> Box<dyn Prepared + 'a> {
        prepare(data, |curve| {
            let least = curve
                .last()
                .map_or(0.0, |all| least_mean_risk(all.examples, all.wrong));
            (mean_risk(curve) - least).max(0.0)
        })
    }
}

fn prepare<'a>(
    data: Labelled<'a>,
    of: impl Fn(&[Kept]) -> f64 + Send + Sync + 'a,
) -> Box<dyn Prepared + 'a> {
    checked::prepare(data, |data| Ready(Ranked::new(data), of))
}

struct Ready<F>(Ranked, F);

impl<F: Fn(&[Kept]) -> f64 + Send + Sync> Prepared for Ready<F> {
    fn value(&self, multiplicity: Multiplicity<'_>) -> Result<f64, Undefined> {
        Ok(self.1(&self.0.curve(multiplicity)?))
    }
}
