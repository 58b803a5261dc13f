//! Matthews correlation coefficient.

use titer_core::{
    About, Chance, ClassesMetric, Classified, Direction, IntervalKind, Prepared, Sees, Undefined,
};

use super::counted;
use crate::margins::Margins;

/// Matthews correlation coefficient.
///
/// # What it measures
/// The correlation of called and true class over all classes; that of the binary question where
/// there are two.
///
/// # Range and direction
/// -1 to 1, higher is better; 0 is chance. With more than two classes -1 cannot be reached.
///
/// # Undefined when
/// One class only is true, or everything is called the same.
///
/// # Source
/// Gorodkin 2004, doi:10.1016/j.compbiolchem.2004.09.006
#[derive(Clone, Copy, Debug)]
pub struct Mcc;

impl ClassesMetric for Mcc {
    fn about(&self) -> About {
        About {
            name: "mcc",
            title: "Matthews correlation coefficient",
            measures: "The correlation of called and true class.",
            direction: Direction::HigherIsBetter,
            range: (-1.0, 1.0),
            undefined_when: "one class only is true, or everything is called the same",
            source: "Gorodkin 2004, doi:10.1016/j.compbiolchem.2004.09.006",
            interval: IntervalKind::Bootstrap,
            sees: Sees::Call,
            mixes_classes: true,
            chance: Chance::Always(0.0),
        }
    }

    fn prepare<'a>(&self, data: Classified<'a>) -> Box<dyn Prepared + 'a> {
        counted::prepare(data, formula)
    }
}

fn formula(margins: &Margins) -> Result<f64, Undefined> {
    // Whole numbers until the last step; 128 bits hold sums of products of any two counts.
    let product = |a: u64, b: u64| i128::from(a) * i128::from(b);
    let sum = |of: fn(&[u64; 3]) -> (u64, u64)| -> i128 {
        let pairs = margins.counts.iter().map(of);
        pairs.map(|(a, b)| product(a, b)).sum()
    };
    let all = product(margins.examples, margins.examples);
    let truth = all - sum(|&[_, truth, _]| (truth, truth));
    let called = all - sum(|&[_, _, called]| (called, called));
    if truth == 0 {
        return Err(Undefined::because("every example is of the same class"));
    }
    if called == 0 {
        return Err(Undefined::because("every example is called the same"));
    }
    let chance = sum(|&[_, truth, called]| (truth, called));
    let over = product(margins.hits(), margins.examples) - chance;
    let value = over as f64 / ((truth as f64).sqrt() * (called as f64).sqrt());
    Ok(value.clamp(-1.0, 1.0))
}
