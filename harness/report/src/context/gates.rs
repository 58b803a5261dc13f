//! Gates: a row per rule, the checks that do not pass, and all checks.

use serde::Serialize;
use titer_core::{Decision, GateVerdict};
use titer_spec::Gate;
use titer_spec::MeasurementName;

use crate::index::Index;
use crate::number::{bytes, count, figures, fixed, time};
use crate::words;

/// The gates of a run.
#[derive(Clone, Debug, Serialize)]
pub struct Gates {
    /// One per rule.
    pub rules: Vec<Rule>,
    /// Checks that do not pass, worst first.
    pub open: Vec<Check>,
    /// Every check in the order of the evaluation.
    pub all: Vec<Check>,
}

/// A rule with what its checks say.
#[derive(Clone, Debug, Serialize)]
pub struct Rule {
    /// As written.
    pub gate: String,
    /// The worst of its checks.
    pub decision: Badge,
    /// "12 pass, 1 fail".
    pub tally: String,
}

/// A decision in a word, a class and a sign.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Badge {
    /// The word.
    pub word: &'static str,
    /// The class.
    pub class: &'static str,
    /// The sign.
    pub sign: &'static str,
}

/// A rule on one number.
#[derive(Clone, Debug, Serialize)]
pub struct Check {
    /// The decision.
    pub decision: Badge,
    /// The rule.
    pub gate: String,
    /// Model and variant.
    pub who: String,
    /// Dataset and class; "this machine" for measurements.
    pub place: String,
    /// The number.
    pub value: String,
    /// The ends judged.
    pub range: Option<String>,
    /// Why.
    pub because: String,
}

impl From<Decision> for Badge {
    fn from(decision: Decision) -> Self {
        let (word, class, sign) = words::decision(decision);
        Self { word, class, sign }
    }
}

/// How much a decision weighs: fail, incomplete, inconclusive, pass.
pub fn severity(decision: Decision) -> u8 {
    match decision {
        Decision::Fail => 0,
        Decision::Incomplete => 1,
        Decision::Inconclusive => 2,
        Decision::Pass => 3,
    }
}

/// All gate verdicts, scored ones first.
pub fn verdicts<'a>(index: &Index<'a>) -> impl Iterator<Item = &'a GateVerdict> + use<'a> {
    let verdict = &index.input.verdict;
    verdict.scored.iter().chain(&verdict.measured)
}

/// The gates of a run.
pub fn gates(index: &Index<'_>) -> Gates {
    let mut open: Vec<&GateVerdict> = verdicts(index)
        .filter(|one| one.decision != Decision::Pass)
        .collect();
    open.sort_by_key(|one| severity(one.decision));
    Gates {
        rules: rules(index),
        open: open.into_iter().map(|one| check(index, one)).collect(),
        all: verdicts(index).map(|one| check(index, one)).collect(),
    }
}

fn rules(index: &Index<'_>) -> Vec<Rule> {
    let mut numbers: Vec<usize> = verdicts(index).map(|one| one.index).collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers
        .into_iter()
        .filter_map(|number| {
            let checks: Vec<&GateVerdict> =
                verdicts(index).filter(|one| one.index == number).collect();
            let worst = checks.iter().min_by_key(|one| severity(one.decision))?;
            Some(Rule {
                gate: worst.gate.clone(),
                decision: worst.decision.into(),
                tally: tally(checks.iter().map(|one| one.decision)),
            })
        })
        .collect()
}

/// "2 fail, 12 pass".
pub fn tally(decisions: impl Iterator<Item = Decision>) -> String {
    let decisions: Vec<Decision> = decisions.collect();
    [
        Decision::Fail,
        Decision::Incomplete,
        Decision::Inconclusive,
        Decision::Pass,
    ]
    .into_iter()
    .map(|wanted| {
        (
            wanted,
            decisions.iter().filter(|one| **one == wanted).count() as u64,
        )
    })
    .filter(|(_, number)| *number > 0)
    .map(|(wanted, number)| {
        let word = words::decision(wanted).0.to_lowercase();
        format!("{} {word}", count(number))
    })
    .collect::<Vec<String>>()
    .join(", ")
}

fn check(index: &Index<'_>, one: &GateVerdict) -> Check {
    let place = match (&one.dataset, &one.class) {
        (Some(dataset), Some(class)) => format!("{dataset}, {class}"),
        (Some(dataset), None) => dataset.clone(),
        (None, _) => "this machine".to_owned(),
    };
    let gate = index.plan().gates.get(one.index);
    let measurement = gate.and_then(Gate::measurement);
    let show = |number: f64| shown(number, measurement);
    Check {
        decision: one.decision.into(),
        gate: one.gate.clone(),
        who: format!("{} {}", one.model, one.variant),
        place,
        value: one.value.map_or_else(|| "none".to_owned(), show),
        range: match (one.lower, one.upper) {
            (Some(lower), Some(upper)) => Some(format!("{} to {}", show(lower), show(upper))),
            (Some(lower), None) => Some(format!("at least {}", show(lower))),
            (None, Some(upper)) => Some(format!("at most {}", show(upper))),
            (None, None) => None,
        },
        because: one.because.clone(),
    }
}

fn shown(number: f64, measurement: Option<MeasurementName>) -> String {
    use MeasurementName as Name;
    match measurement {
        None | Some(Name::BatchChange) => fixed(number, 4),
        Some(Name::PeakMemory | Name::MemoryOverIdle | Name::DiskSize) => bytes(number),
        Some(Name::LoadTime | Name::LatencyP50 | Name::LatencyP90 | Name::LatencyP99) => {
            time(number)
        }
        Some(Name::Throughput) => format!("{} per s", figures(number)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tally_names_the_worst_first() {
        use Decision::{Fail, Inconclusive, Pass};
        let text = tally([Pass, Fail, Pass, Inconclusive].into_iter());
        assert_eq!(text, "1 fail, 1 inconclusive, 2 pass");
    }
}
