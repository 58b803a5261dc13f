//! Losses against the reference, in everything that was scored: a gate on one metric must not hide what another
//! measured.
//!
//! A loss is told where it stands after Holm (1979) over all the differences that were looked at, and lies above a
//! tolerance. Its one-sided p-value follows from its interval: the standard error that the near end stands for, and
//! Student's tail with one degree of freedom fewer than there are clusters, which is the heavier one where those are few.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use titer_core::{
    About, Case, Comparison, Contrast, Direction, GroupDifference, Interval, Loss, Losses, Score,
    ScoreKey, Undefined,
};
use titer_spec::gate::Allowed;
use titer_spec::{Gate, Plan, UngatedLosses};
use titer_statistics::normal::upper_quantile;
use titer_statistics::{holm, student};

use crate::cells::score_key;
use crate::gates::{Subject, TAIL, subjects};
use crate::words::{decimals, fixed, signed};
use titer_metrics::registry::{about, label};

mod coverage;
pub use coverage::{Coverage, ungated};

/// What is no loss worth telling of a metric with two ends, where nothing else is said.
pub const TOLERANCE: f64 = 0.005;

/// The same of other metrics, as a share of the reference's value.
pub const RELATIVE_TOLERANCE: f64 = 0.01;

/// What losses are looked for in.
#[derive(Clone, Copy, Debug)]
pub struct Seen<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// Scores.
    pub scores: &'a [Score],
    /// Comparisons.
    pub comparisons: &'a [Comparison],
    /// Differences within groups.
    pub groups: &'a [GroupDifference],
}

/// A difference with an interval, as a loss: above 0 is worse.
struct Candidate<'a> {
    key: &'a ScoreKey,
    base: &'a str,
    group: Option<(&'a str, &'a str)>,
    reference: f64,
    difference: f64,
    interval: Interval,
    loss: f64,
    p: f64,
}

/// Looks for losses against the references.
#[must_use]
pub fn losses(seen: Seen<'_>) -> Losses {
    let mut metrics = Metrics::default();
    let mut found = Losses {
        tail: TAIL,
        ungated_fail: seen.plan.ungated_losses == UngatedLosses::Fail,
        ..Losses::default()
    };
    let differences = of_cells(seen).into_iter().chain(of_groups(seen));
    let candidates = candidates(differences, &mut metrics, &mut found);
    found.looked_at = candidates.len() as u64;
    let p_values: Vec<f64> = candidates.iter().map(|one| one.p).collect();
    let Ok(adjusted) = holm(&p_values) else {
        return found;
    };
    let gated = gated(seen.plan);
    let sure = candidates.iter().zip(adjusted);
    for (one, holm) in sure.filter(|(one, holm)| one.loss > 0.0 && *holm <= TAIL) {
        let tolerance = tolerance(seen.plan, one, metrics.about(&one.key.metric));
        if one.loss <= tolerance {
            found.within_tolerance += 1;
            continue;
        }
        found.losses.push(Loss {
            key: one.key.clone(),
            base: one.base.to_owned(),
            stratum: one.group.map(|(stratum, _)| stratum.to_owned()),
            group: one.group.map(|(_, group)| group.to_owned()),
            reference: one.reference,
            difference: one.difference,
            lower: one.interval.lower,
            upper: one.interval.upper,
            holm,
            tolerance,
            gated: one.group.is_none() && gated.contains(one.key),
        });
    }
    // In tolerances, for units differ; a tolerance of 0 is exceeded beyond measure.
    let weight = |loss: &Loss| loss.difference.abs() / loss.tolerance;
    found.losses.sort_by(|a, b| {
        let worse = weight(b).total_cmp(&weight(a));
        worse.then_with(|| (&a.key, &a.group).cmp(&(&b.key, &b.group)))
    });
    found
}

/// A loss in a line: "net int8 on yeast, 40 to 50 % GC: AUROC −0.111 (95 % −0.134 to −0.088), from 0.985 of fp32".
#[must_use]
pub fn line(plan: &Plan, loss: &Loss) -> String {
    let key = &loss.key;
    let class = key.class.as_ref().map(|class| format!(" of {class}"));
    let parts = [
        loss.stratum
            .as_ref()
            .zip(loss.group.as_ref())
            .map(|(stratum, group)| format!(", {}", group_words(stratum, group))),
        key.case
            .perturbation
            .as_ref()
            .map(|perturbation| format!(", {}", condition(plan, &key.case.suite, perturbation))),
    ];
    let numbers = [loss.difference, loss.lower, loss.upper];
    let places = decimals(&numbers, &[0.0], 3);
    let [difference, lower, upper] = numbers.map(|number| signed(number, places));
    format!(
        "{} {} on {}{}: {}{} {difference} (95 % {lower} to {upper}), from {} of {}",
        key.case.model,
        key.case.variant,
        key.case.dataset,
        parts.into_iter().flatten().collect::<String>(),
        label(&key.metric),
        class.unwrap_or_default(),
        fixed(loss.reference, places),
        loss.base,
    )
}

/// A condition in words: "10 % substitutions".
fn condition(plan: &Plan, suite: &str, name: &str) -> String {
    let suites = plan.suites.iter().filter(|one| one.name == suite);
    let mut conditions = suites.flat_map(|suite| &suite.perturbations);
    let found = conditions.find(|condition| condition.name == name);
    found.map_or_else(|| name.replace('_', " "), |found| found.title.clone())
}

/// A group in words: "50 to 60 % GC", which names its stratum, or "strand +".
fn group_words(stratum: &str, group: &str) -> String {
    match stratum {
        "gc" => group.to_owned(),
        other => format!("{} {group}", other.replace('_', " ")),
    }
}

/// A paired difference of a dataset or of a group of it, as it was found.
struct Difference<'a> {
    of: Of<'a>,
    /// The reference's value, where it has one.
    reference: Option<f64>,
    value: Result<f64, Undefined>,
    interval: Result<Interval, Undefined>,
    clusters: u64,
}

/// The differences of datasets as a whole, clean and perturbed.
fn of_cells<'a>(seen: Seen<'a>) -> Vec<Difference<'a>> {
    let scores: HashMap<&ScoreKey, &Score> = seen
        .scores
        .iter()
        .map(|score| (&score.key, score))
        .collect();
    let bases: HashMap<&str, (&str, &str)> = (seen.plan.models.iter())
        .map(|model| (model.name.as_str(), model.base()))
        .collect();
    let difference = |one: &'a Comparison| {
        let Comparison { key, base, .. } = one;
        let (model, variant) = bases.get(key.case.model.as_str())?;
        let reference = ScoreKey {
            case: Case {
                model: (*model).to_owned(),
                variant: (*variant).to_owned(),
                ..key.case.clone()
            },
            ..key.clone()
        };
        let reference = scores.get(&reference);
        Some(Difference {
            of: (key, base.as_str(), None),
            reference: reference.and_then(|score| score.value.as_ref().ok().copied()),
            value: one.difference.clone(),
            interval: one.interval.clone(),
            clusters: one.clusters,
        })
    };
    let against = seen.comparisons.iter();
    against
        .filter(|one| one.contrast == Contrast::Reference)
        .filter_map(difference)
        .collect()
}

/// The differences within groups.
fn of_groups(seen: Seen<'_>) -> impl Iterator<Item = Difference<'_>> {
    seen.groups.iter().map(|one| Difference {
        of: (&one.key, &one.base, Some((&one.stratum, &one.group))),
        reference: one.base_value,
        value: one.estimate.value(),
        interval: one.estimate.interval(),
        clusters: one.clusters,
    })
}

/// The differences that can be judged; the others are counted.
fn candidates<'a>(
    differences: impl Iterator<Item = Difference<'a>>,
    metrics: &mut Metrics,
    found: &mut Losses,
) -> Vec<Candidate<'a>> {
    let mut candidates = Vec::new();
    for one in differences {
        match (one.value, one.interval, one.reference) {
            (Err(_), _, Some(_)) => found.without_value += 1,
            (Ok(difference), Ok(interval), Some(reference)) => {
                let direction = metrics.direction(&one.of.0.metric);
                let difference = (difference, interval);
                let clusters = one.clusters;
                candidates.push(Candidate::new(
                    one.of, reference, difference, direction, clusters,
                ));
            }
            (Ok(difference), Err(_), _) if difference != 0.0 => found.without_interval += 1,
            _ => {}
        }
    }
    candidates
}

/// What a difference is of: its key, its base, its group.
type Of<'a> = (&'a ScoreKey, &'a str, Option<(&'a str, &'a str)>);

impl<'a> Candidate<'a> {
    fn new(
        (key, base, group): Of<'a>,
        reference: f64,
        (difference, interval): (f64, Interval),
        direction: Direction,
        clusters: u64,
    ) -> Self {
        let (loss, near) = match direction {
            Direction::HigherIsBetter => (-difference, -interval.upper),
            Direction::LowerIsBetter => (difference, interval.lower),
        };
        Self {
            key,
            base,
            group,
            reference,
            difference,
            interval,
            loss,
            p: p_of_loss(loss, near, clusters),
        }
    }
}

/// The one-sided p-value of no loss. `near` is the end of the loss's interval on the side of 0.
pub(crate) fn p_of_loss(loss: f64, near: f64, clusters: u64) -> f64 {
    if loss <= 0.0 {
        return 1.0;
    }
    let half = loss - near;
    if half <= 0.0 {
        // Without width there is no chance left.
        return 0.0;
    }
    let degrees = (clusters.max(2) - 1) as f64;
    student::above(upper_quantile(TAIL) * loss / half, degrees)
}

/// The scores that a gate is about.
fn gated(plan: &Plan) -> BTreeSet<ScoreKey> {
    let of_gate = |gate| subjects(plan, gate).into_iter();
    plan.gates
        .iter()
        .flat_map(of_gate)
        .filter_map(|subject| match subject {
            Subject::Cell {
                cell,
                measure,
                class,
                ..
            } => Some(score_key(cell, measure.name, class)),
            // A fall is not the loss at its end.
            Subject::Further(_) | Subject::Measurement { .. } => None,
        })
        .collect()
}

/// The most that is not told: what the evaluation says, else the smallest margin of a gate on the metric, else a
/// default by the metric's range.
fn tolerance(plan: &Plan, one: &Candidate<'_>, about: Option<About>) -> f64 {
    let metric = &one.key.metric;
    if let Some(most) = plan.tolerances.get(metric) {
        return *most;
    }
    let higher = about.is_none_or(|about| about.direction == Direction::HigherIsBetter);
    let margins = plan.gates.iter().filter_map(|gate| match gate {
        Gate::NoWorseThanReference(margin) | Gate::EquivalentToReference(margin)
            if margin.metric == *metric =>
        {
            Some(match margin.allowed() {
                Allowed::Absolute(most) => most,
                Allowed::Share(share) if higher => (1.0 - share) * one.reference.abs(),
                Allowed::Share(share) => (1.0 / share - 1.0) * one.reference.abs(),
            })
        }
        _ => None,
    });
    let smallest = margins.fold(f64::INFINITY, f64::min);
    if smallest.is_finite() {
        return smallest;
    }
    match about.map(|about| about.range) {
        Some((low, high)) if low.is_finite() && high.is_finite() => TOLERANCE,
        _ => RELATIVE_TOLERANCE * one.reference.abs(),
    }
}

/// What metrics say of themselves, asked once each.
#[derive(Default)]
struct Metrics(BTreeMap<String, Option<About>>);

impl Metrics {
    fn about(&mut self, name: &str) -> Option<About> {
        if let Some(known) = self.0.get(name) {
            return *known;
        }
        let known = about(name);
        self.0.insert(name.to_owned(), known);
        known
    }

    fn direction(&mut self, name: &str) -> Direction {
        let known = self.about(name);
        known.map_or(Direction::HigherIsBetter, |about| about.direction)
    }
}
