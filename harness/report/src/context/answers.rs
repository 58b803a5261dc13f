//! What somebody who does not read statistics wants to know first: may the builds replace their reference, for quality and for speed?

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use titer_core::{Decision, GateVerdict};
use titer_judge::gates::worst_first;
use titer_spec::gate::{Asked, Gate, Rule};

use crate::context::builds::costs::Costs;
use crate::context::gates::verdicts;
use crate::index::Index;
use crate::number::{count, counted};
use crate::words::and_list;

/// Names that a sentence lists.
const MOST: usize = 3;

/// An answer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Answer {
    /// "Yes for quality".
    pub lead: String,
    /// Why, in a sentence.
    pub because: String,
}

/// For quality, then for speed; none where no build has a reference.
pub(crate) fn answers(index: &Index<'_>) -> Vec<Answer> {
    [quality(index), speed(index)]
        .into_iter()
        .flatten()
        .collect()
}

/// By the gates that hold builds against their reference on data.
fn quality(index: &Index<'_>) -> Option<Answer> {
    let subjects = index.subjects();
    if subjects
        .iter()
        .all(|subject| subject.candidates().is_empty())
    {
        return None;
    }
    let gates = &index.plan().gates;
    let against = |one: &&GateVerdict| {
        let is_relative = gates.get(one.index).is_some_and(Gate::is_relative);
        is_relative && one.dataset.is_some()
    };
    let checks: Vec<&GateVerdict> = verdicts(index).filter(against).collect();
    let of = |wanted: Decision| -> Vec<&GateVerdict> {
        let all = checks.iter().filter(|one| one.decision == wanted);
        all.copied().collect()
    };
    let (failed, missing) = (of(Decision::Fail), of(Decision::Incomplete));
    let (undecided, passed) = (of(Decision::Inconclusive), of(Decision::Pass));
    let all = counted(checks.len() as u64, "comparison", "comparisons");
    // "Better" and "equivalent" are broken by what is no loss.
    let only_losses = checks.iter().all(|one| {
        let gate = gates.get(one.index).map(Gate::rule);
        matches!(
            gate,
            Some(Rule::Margin(Asked::NoWorse, _) | Rule::Further(_))
        )
    });
    let (lead, because) = match () {
        () if checks.is_empty() => (
            "Not judged for quality",
            "no gate holds the builds against their reference.".to_owned(),
        ),
        () if !failed.is_empty() => (
            "No for quality",
            format!(
                "{} {} on {} ({} of {all}).{}",
                builds_of(&failed),
                match (only_losses, names(&failed).len()) {
                    (true, 1) => "loses more than the allowed margin",
                    (true, _) => "lose more than the allowed margin",
                    (false, 1) => "does not compare with the reference as its gates ask",
                    (false, _) => "do not compare with the reference as their gates ask",
                },
                datasets_of(&failed),
                count(failed.len() as u64),
                worst(index, &failed)
            ),
        ),
        () if !missing.is_empty() => (
            "Unknown for quality",
            format!(
                "{} of {all} could not be made.",
                count(missing.len() as u64)
            ),
        ),
        () if !undecided.is_empty() => (
            "Not decided for quality",
            format!(
                "{}, but the data cannot exclude it in {} of {all}.{}",
                match only_losses {
                    true => "no build is seen to lose more than the allowed margin",
                    false => "no build is seen to break a gate against its reference",
                },
                count(undecided.len() as u64),
                worst(index, &undecided)
            ),
        ),
        () => {
            let but = but(index);
            (
                match but.is_empty() {
                    true => "Yes for quality",
                    false => "Not in every way for quality",
                },
                format!(
                    "{} on {} ({} of {all}){but}.",
                    match only_losses {
                        true => "no build loses more than the allowed margin",
                        false => "every build compares with its reference as the gates ask",
                    },
                    datasets_of(&passed),
                    count(passed.len() as u64)
                ),
            )
        }
    };
    Some(Answer {
        lead: lead.to_owned(),
        because: format!("{because}{}", passing(index)),
    })
}

/// What a yes must not hide: losses that no gate covers, and limits on scores that are not seen to hold.
fn but(index: &Index<'_>) -> String {
    let verdict = &index.input.verdict;
    let losses = verdict.losses.ungated().count() as u64;
    let open = verdict
        .scored
        .iter()
        .filter(|one| one.decision != Decision::Pass);
    let open = open.count() as u64;
    let parts: Vec<String> = [
        (losses > 0).then(|| format!("there {} that no gate covers", losses_are(losses))),
        (open > 0).then(|| {
            format!(
                "{} not pass",
                counted(open, "check of scores does", "checks of scores do")
            )
        }),
    ]
    .into_iter()
    .flatten()
    .collect();
    match parts.is_empty() {
        true => String::new(),
        false => format!(", but {}", and_list(&parts)),
    }
}

fn losses_are(number: u64) -> String {
    match number {
        1 => "is 1 loss".to_owned(),
        many => format!("are {} losses", count(many)),
    }
}

/// The worst check in numbers.
fn worst(index: &Index<'_>, checks: &[&GateVerdict]) -> String {
    let mut checks = checks.to_vec();
    worst_first(index.plan(), &mut checks);
    checks.first().map_or_else(String::new, |one| {
        let class = one.class.as_ref().map(|class| format!(", {class}"));
        format!(
            " The worst: {} {} on {}{}: {}.",
            one.model,
            one.variant,
            one.dataset.as_deref().unwrap_or("this machine"),
            class.unwrap_or_default(),
            one.because
        )
    })
}

/// How many builds pass whatever gates they have; nothing where all or none do.
fn passing(index: &Index<'_>) -> String {
    let mut builds: BTreeMap<(&str, &str), bool> = BTreeMap::new();
    for one in verdicts(index) {
        let all = builds.entry((&one.model, &one.variant)).or_insert(true);
        *all &= one.decision == Decision::Pass;
    }
    let passing = builds.values().filter(|all| **all).count();
    match passing {
        0 => String::new(),
        passing if passing == builds.len() => String::new(),
        passing => format!(
            " {} of {} builds {} all {} gates.",
            count(passing as u64),
            count(builds.len() as u64),
            if passing == 1 { "passes" } else { "pass" },
            if passing == 1 { "its" } else { "their" }
        ),
    }
}

fn names(checks: &[&GateVerdict]) -> Vec<String> {
    let all = checks
        .iter()
        .map(|one| format!("{} {}", one.model, one.variant));
    unlike(all)
}

fn unlike(all: impl Iterator<Item = String>) -> Vec<String> {
    let mut seen = BTreeSet::new();
    all.filter(|one| seen.insert(one.clone())).collect()
}

fn builds_of(checks: &[&GateVerdict]) -> String {
    list(&names(checks), "builds")
}

fn datasets_of(checks: &[&GateVerdict]) -> String {
    let all = checks.iter().filter_map(|one| one.dataset.clone());
    list(&unlike(all), "datasets")
}

/// "a, b and c", or "12 builds".
fn list(names: &[String], many: &str) -> String {
    match names.len() {
        number if number > MOST => format!("{} {many}", count(number as u64)),
        _ => and_list(names),
    }
}

/// By the median latency of the smallest batch, of builds whose reference was measured too.
fn speed(index: &Index<'_>) -> Option<Answer> {
    let (mut faster, mut slower, mut same, mut unknown) = (0_u64, 0_u64, 0_u64, 0_u64);
    let mut batches = BTreeSet::new();
    for model in &index.plan().models {
        let costs = Costs::new(index, model);
        let Some(reference) = costs.reference else {
            continue;
        };
        let first = reference.latencies.first();
        batches.extend(first.map(|first| first.batch_size));
        for variant in model
            .variants
            .iter()
            .filter(|it| it.name != model.reference)
        {
            match costs.latency(&variant.name).map(|ratio| ratio.mark) {
                Some("better") => faster += 1,
                Some("worse") => slower += 1,
                Some(_) => same += 1,
                None => unknown += 1,
            }
        }
    }
    let all = faster + slower + same;
    if all == 0 {
        return None;
    }
    let lead = match (faster, slower) {
        (_, 0) if faster == all => "Yes for speed",
        (0, _) => "No for speed",
        _ => "Not always for speed",
    };
    let at = match (batches.len(), batches.first()) {
        (1, Some(size)) => format!("batch {size}"),
        _ => "the smallest batch".to_owned(),
    };
    let are = if faster == 1 { "is" } else { "are" };
    let mut parts = vec![format!("{} slower", count(slower))];
    if same > 0 {
        parts.push(format!("{} without a clear difference", count(same)));
    }
    if unknown > 0 {
        parts.push(format!("{} not measured", count(unknown)));
    }
    Some(Answer {
        lead: lead.to_owned(),
        because: format!(
            "of {}, {} {are} faster than the reference at {at} on this machine, {}.",
            counted(all + unknown, "build", "builds"),
            count(faster),
            and_list(&parts)
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;

    fn said(input: &crate::ReportInput) -> Vec<String> {
        let all = answers(&Index::new(input, 2)).into_iter();
        all.map(|one| format!("{}: {}", one.lead, one.because))
            .collect()
    }

    #[test]
    fn a_gate_that_asks_for_more_than_no_loss_is_not_called_one() {
        let mut input = fixture::run();
        for gate in &mut input.manifest.plan.gates {
            if let Gate::NoWorseThanReference(margin) = gate {
                *gate = Gate::EquivalentToReference(margin.clone());
            }
        }
        let gates = input.manifest.plan.gates.clone();
        for one in &mut input.verdict.scored {
            one.decision = match gates[one.index].against_reference() {
                Some(_) => Decision::Fail,
                None => Decision::Pass,
            };
        }
        let failed = said(&input).remove(0);
        assert!(failed.contains("compare with the reference as"), "{failed}");
        assert!(!failed.contains("allowed margin"), "{failed}");
        for one in &mut input.verdict.scored {
            one.decision = Decision::Pass;
        }
        let passed = said(&input).remove(0);
        assert!(
            passed.contains("every build compares with its reference as the gates ask"),
            "{passed}"
        );
    }

    #[test]
    fn the_worst_decides() {
        let mut input = fixture::run();
        let all = said(&input);
        assert!(
            all[0].starts_with("No for quality: ") || all[0].starts_with("Unknown"),
            "{all:?}"
        );
        for one in &mut input.verdict.scored {
            one.decision = Decision::Pass;
        }
        let losses = input.verdict.losses.losses.clone();
        assert!(
            losses.iter().any(|loss| !loss.gated),
            "the fixture has some"
        );
        let qualified = &said(&input)[0];
        assert!(
            qualified.starts_with("Not in every way for quality: no build loses")
                && qualified.contains("that no gate covers"),
            "{qualified}"
        );
        input.verdict.losses.losses.clear();
        assert!(
            said(&input)[0].starts_with("Yes for quality: no build loses"),
            "{all:?}"
        );
        let limit = input.verdict.scored.iter_mut();
        let gates = input.manifest.plan.gates.clone();
        let limit = limit.filter(|one| gates[one.index].against_reference().is_none());
        let limit = limit.last().unwrap();
        limit.decision = Decision::Fail;
        let said_of_it = said(&input).remove(0);
        assert!(
            said_of_it.contains(", but 1 check of scores does not pass"),
            "{said_of_it}"
        );
        for one in &mut input.verdict.scored {
            one.decision = Decision::Pass;
        }
        let against = |one: &&mut GateVerdict| gates[one.index].against_reference().is_some();
        let mut checks = input.verdict.scored.iter_mut().filter(against);
        checks.next().unwrap().decision = Decision::Inconclusive;
        assert!(
            said(&input)[0].starts_with("Not decided for quality: "),
            "{:?}",
            said(&input)
        );
        input.manifest.plan.gates.clear();
        assert!(said(&input)[0].starts_with("Not judged for quality"));
    }

    #[test]
    fn without_measurements_nothing_is_said_of_speed() {
        let mut input = fixture::run();
        assert_eq!(said(&input).len(), 2);
        input.measurements.clear();
        assert_eq!(said(&input).len(), 1);
        for model in &mut input.manifest.plan.models {
            model.variants.truncate(1);
        }
        assert_eq!(said(&input), Vec::<String>::new());
    }
}
