//! Gates: what each is applied to, and what it decides.

mod bound;
pub mod family;
pub mod few;
mod further;
mod invariant;
mod limit;
pub mod machines;
mod measurement;
mod needed;
mod nothing;
pub mod prevalence;
mod range;
mod ratio;
mod reference;
mod severity;
mod shown;
mod subject;
mod terms;
pub mod void;

pub use bound::{Bound, ROUNDING, bound};
pub use family::TAIL;
pub use further::{Held, held_further};
pub use invariant::held_still;
pub use limit::at_limit;
pub use measurement::{Taken, kept, measured};
pub use needed::needed;
pub use ratio::ratio;
pub use reference::{Paired, against_reference};
pub use severity::{severity, worst_first};
pub use shown::shown;
pub use subject::{Steps, Subject, subjects};
pub use terms::Terms;

pub use titer_spec::gate::{Asked, Side};

use titer_core::Decision;
use titer_spec::gate::Rule;
use titer_spec::{Gate, Plan};

/// What a gate decides about one subject.
#[derive(Clone, Debug, PartialEq)]
pub struct Ruling {
    /// pass, fail, inconclusive or incomplete.
    pub decision: Decision,
    /// The value judged; for a comparison in the metric's good direction (above 0 is better).
    pub value: Option<f64>,
    /// The lower end judged.
    pub lower: Option<f64>,
    /// The upper end judged.
    pub upper: Option<f64>,
    /// Why.
    pub because: String,
}

impl Ruling {
    /// What a gate is about was not measured.
    #[must_use]
    pub fn incomplete(because: String) -> Self {
        Self {
            decision: Decision::Incomplete,
            value: None,
            lower: None,
            upper: None,
            because,
        }
    }
}

/// How many scores, comparisons or measurements of a plan a gate is about. 0 is a mistake in the
/// evaluation: [`crate::JudgeError::NothingMatches`].
#[must_use]
pub fn matches(plan: &Plan, gate: &Gate) -> usize {
    subjects(plan, gate).len()
}

/// The values that a gate's rulings are held against, on its own scale: one, or both ends of a range.
#[must_use]
pub fn limits(gate: &Gate) -> Vec<f64> {
    match gate.rule() {
        Rule::Limit(_, limit) => vec![limit.value.base],
        Rule::Margin(asked, margin) => {
            let (low, high) = asked.ends(margin.allowed());
            std::iter::once(low).chain(high).collect()
        }
        Rule::Further(further) => vec![further.margin],
        Rule::Invariant(invariant) => vec![invariant.asked().1],
    }
}

/// Why a gate of a plan cannot be meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// The field, by its path within the gate.
    pub field: &'static str,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub cure: String,
}

/// What makes a gate a mistake: no value can break it, or none can meet it, or it is about nothing in the plan.
#[must_use]
pub fn mistake(plan: &Plan, gate: &Gate) -> Option<Mistake> {
    let about_nothing = || (matches(plan, gate) == 0).then(|| nothing::why_nothing(plan, gate));
    range::decides_nothing(plan, gate).or_else(about_nothing)
}

#[cfg(test)]
mod reference_tests;
#[cfg(test)]
mod tests;
