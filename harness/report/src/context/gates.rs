//! Gates: a row per rule, the checks that do not pass, and all checks.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use titer_core::{Decision, GateVerdict};
use titer_judge::gates::{severity, shown, worst_first};
use titer_spec::Gate;
use titer_spec::plan::{Exposure, PlannedPolicy};

use crate::context::section::{Filled, Room};
use crate::context::{examples, gate_picture};
use crate::ending::would_decide;
use crate::index::Index;
use crate::number::{count, counted};
use crate::words;

/// Rules and what their checks say.
pub(super) fn section(index: &Index<'_>, room: Room) -> Option<Filled> {
    let mut gates = gates(index);
    if !room.is_whole() {
        gates.all.clear();
        // What they lead to lies on other pages.
        let checks = gates.open.iter_mut().chain(&mut gates.close);
        checks.for_each(|check| check.links.clear());
    }
    let cuts = [
        room.shorten(&mut gates.rules, "Rules", "report.json"),
        room.shorten(&mut gates.open, "Checks that do not pass", "report.json"),
    ];
    Some(Filled::new(&gates, "gates", "Gates").cut(cuts.into_iter().flatten()))
}

/// The gates of a run.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Gates {
    /// Where the last of the rules come from; `None`: all are the evaluation's own.
    pub policy: Option<String>,
    /// One per rule.
    pub rules: Vec<Rule>,
    /// Checks that do not pass, worst first.
    pub open: Vec<Check>,
    /// Checks that pass by the least, with an interval that says by how much.
    pub close: Vec<Check>,
    /// Every check in the order of the evaluation.
    pub all: Vec<Check>,
}

/// A rule with what its checks say.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Rule {
    /// As written.
    pub gate: String,
    /// The worst of its checks.
    pub decision: Badge,
    /// Why a policy asks for it.
    pub reason: Option<String>,
    /// "12 pass, 1 fail".
    pub tally: String,
    /// Its checks beside what is allowed; `None` where none has a value.
    pub picture: Option<String>,
    /// How many of its checks the picture leaves out, the best ones.
    pub left_out: usize,
}

/// A decision in a word, a class and a sign.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(crate) struct Badge {
    /// The word.
    pub word: &'static str,
    /// The class.
    pub class: &'static str,
    /// The sign.
    pub sign: &'static str,
}

/// A rule on one number.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Check {
    /// The decision.
    pub decision: Badge,
    /// The rule.
    pub gate: String,
    /// Model and variant.
    pub who: String,
    /// Dataset and class; "this machine" for measurements.
    pub place: String,
    /// Whether the model was trained on that data; `None` of measurements.
    pub training: Option<&'static str>,
    /// The number.
    pub value: String,
    /// The ends judged.
    pub range: Option<String>,
    /// Why.
    pub because: String,
    /// What would decide it; `None` where it is decided or cannot be said.
    pub next: Option<String>,
    /// Where its evidence is: anchors with a word each.
    pub links: Vec<(String, &'static str)>,
}

/// The most checks that pass by little.
const MAX_CLOSE: usize = 3;

impl From<Decision> for Badge {
    fn from(decision: Decision) -> Self {
        let (word, class, sign) = words::decision(decision);
        Self { word, class, sign }
    }
}

/// All gate verdicts, scored ones first.
pub(crate) fn verdicts<'a>(index: &Index<'a>) -> impl Iterator<Item = &'a GateVerdict> + use<'a> {
    let verdict = &index.input.verdict;
    verdict.scored.iter().chain(&verdict.measured)
}

/// The gates of a run.
pub(crate) fn gates(index: &Index<'_>) -> Gates {
    let mut open: Vec<&GateVerdict> = verdicts(index)
        .filter(|one| one.decision != Decision::Pass)
        .collect();
    worst_first(index.plan(), &mut open);
    let mut close: Vec<&GateVerdict> = verdicts(index)
        .filter(|one| one.decision == Decision::Pass)
        .filter(|one| one.lower.is_some() || one.upper.is_some())
        .collect();
    worst_first(index.plan(), &mut close);
    close.truncate(MAX_CLOSE);
    let evidence = Evidence::new(index);
    let check = |one: &GateVerdict| check(index, &evidence, one);
    Gates {
        policy: index.plan().policy.as_ref().map(policy),
        rules: rules(index),
        close: close.into_iter().map(check).collect(),
        open: open.into_iter().map(check).collect(),
        all: verdicts(index).map(check).collect(),
    }
}

/// "3 rules are of the policy quantized-release, version 1 (sha256:...)".
fn policy(policy: &PlannedPolicy) -> String {
    let (verb, number) = match policy.reasons.len() {
        1 => ("is", "1 rule".to_owned()),
        many => ("are", format!("{many} rules")),
    };
    format!(
        "{number} {verb} of the policy {}, version {} ({})",
        policy.policy, policy.version, policy.digest
    )
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
            let (picture, left_out) = gate_picture::picture(index, number, &checks);
            Some(Rule {
                picture,
                left_out,
                gate: worst.gate.clone(),
                reason: worst.reason.clone(),
                decision: worst.decision.into(),
                tally: tally(checks.iter().map(|one| one.decision)),
            })
        })
        .collect()
}

/// "2 fail, 12 pass".
pub(crate) fn tally(decisions: impl Iterator<Item = Decision>) -> String {
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

fn check(index: &Index<'_>, evidence: &Evidence<'_>, one: &GateVerdict) -> Check {
    let ladder = one
        .ladder
        .as_ref()
        .map(|ladder| format!("along {ladder}, to "));
    let ladder = ladder.unwrap_or_default();
    let place = match (&one.dataset, &one.class) {
        (Some(dataset), Some(class)) => format!("{ladder}{dataset}, {class}"),
        (Some(dataset), None) => format!("{ladder}{dataset}"),
        (None, _) => "this machine".to_owned(),
    };
    let gate = index.plan().gates.get(one.index);
    let (value, range) = gate
        .and_then(|gate| shown(gate, one))
        .unwrap_or_else(|| ("none".to_owned(), None));
    Check {
        decision: one.decision.into(),
        gate: one.gate.clone(),
        who: format!("{} {}", one.model, one.variant),
        place,
        training: exposure(index, one).map(words::training),
        value,
        range,
        because: one.because.clone(),
        next: would_decide(index.plan(), one),
        links: gate.map_or_else(Vec::new, |gate| evidence.links(gate, one)),
    }
}

/// Where the page has what checks are about.
struct Evidence<'a> {
    /// The anchor of a model's results by the model and a dataset, of the first suite that has both.
    results: BTreeMap<(&'a str, &'a str), String>,
    /// Anchors of results beside which examples are shown that a build changed.
    changed: BTreeSet<String>,
}

impl<'a> Evidence<'a> {
    fn new(index: &Index<'a>) -> Self {
        let mut found = Self {
            results: BTreeMap::new(),
            changed: BTreeSet::new(),
        };
        for subject in index.subjects() {
            for dataset in subject.datasets() {
                let place = (subject.model.name.as_str(), dataset.name.as_str());
                found.results.entry(place).or_insert_with(|| subject.slug());
            }
            if examples::has_changes(index, subject) {
                found.changed.insert(subject.slug());
            }
        }
        found
    }

    /// The scores or the differences, and the examples that a build changed most.
    fn links(&self, gate: &Gate, one: &GateVerdict) -> Vec<(String, &'static str)> {
        let Some(dataset) = &one.dataset else {
            return vec![("costs".to_owned(), "costs")];
        };
        let Some(slug) = self.results.get(&(one.model.as_str(), dataset.as_str())) else {
            return Vec::new();
        };
        if one.ladder.is_some() {
            return vec![("ladders".to_owned(), "ladders")];
        }
        if gate.further().is_some() {
            return vec![(format!("{slug}-falls"), "falls")];
        }
        if gate.against_reference().is_none() {
            return vec![(format!("{slug}-scores"), "scores")];
        }
        let changed = self.changed.contains(slug);
        let examples = changed.then(|| (format!("{slug}-changes"), "examples"));
        std::iter::once((format!("{slug}-differences"), "differences"))
            .chain(examples)
            .collect()
    }
}

/// What the model knew of a check's data; `None` of measurements.
pub(crate) fn exposure(index: &Index<'_>, one: &GateVerdict) -> Option<Exposure> {
    let dataset = one.dataset.as_deref()?;
    Some(
        index
            .training(&one.model, dataset)
            .unwrap_or(Exposure::Unknown),
    )
}

/// How many of the checks are on data that the models were trained on; `None` where none is on data.
pub(crate) fn trained_on(index: &Index<'_>) -> Option<String> {
    let known: Vec<Exposure> = verdicts(index)
        .filter_map(|one| exposure(index, one))
        .collect();
    let of = |wanted| known.iter().filter(|one| **one == wanted).count() as u64;
    let all = counted(known.len() as u64, "check", "checks");
    let are = |number| if number == 1 { "is" } else { "are" };
    if known.is_empty() {
        return None;
    }
    let seen = match of(Exposure::Seen) {
        0 => format!("None of the {all} of scores is on data that the models were trained on"),
        seen => format!(
            "{} of the {all} of scores {} on data that the models were trained on",
            count(seen),
            are(seen)
        ),
    };
    let unknown = match of(Exposure::Unknown) {
        0 => String::new(),
        unknown => format!(
            "; of {} it is unknown whether {} data were",
            count(unknown),
            if unknown == 1 { "its" } else { "their" }
        ),
    };
    Some(format!("{seen}{unknown}."))
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

    #[test]
    fn the_worst_open_check_comes_first() {
        let mut input = crate::fixture::run();
        let checks = &mut input.verdict.scored;
        let failing = checks
            .iter_mut()
            .rfind(|one| one.decision == Decision::Fail);
        let failing = failing.unwrap();
        // 13 half widths beyond the margin, the others 2.
        (failing.value, failing.lower, failing.upper) =
            (Some(-0.047), Some(-0.050_1), Some(-0.043_9));
        let expected = failing.dataset.clone().unwrap();
        let found = gates(&Index::new(&input, 2));
        assert_eq!(found.open[0].place, expected);
        assert_eq!(found.open[0].value, "−0.047");
        assert_eq!(found.open[0].range.as_deref(), Some("−0.050 to −0.044"));
    }

    #[test]
    fn checks_say_whether_their_data_were_trained_on() {
        let mut input = crate::fixture::run();
        for pair in &mut input.manifest.plan.pairs {
            if pair.dataset == "splice-yeast" {
                pair.exposure = Exposure::Unknown;
            }
        }
        let index = Index::new(&input, 2);
        let found = gates(&index);
        let of = |place: &str| {
            let mut all = found.all.iter();
            all.find(|check| check.place == place).unwrap().training
        };
        assert_eq!(of("splice-human-chr20"), Some("trained on"));
        assert_eq!(of("splice-fly-chr2r"), Some("held out"));
        assert_eq!(of("splice-yeast"), Some("unknown"));
        assert_eq!(of("this machine"), None);
        assert_eq!(
            trained_on(&index).unwrap(),
            "6 of the 12 checks of scores are on data that the models were trained on; of 3 it is unknown whether their data were."
        );
    }
}
