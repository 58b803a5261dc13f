//! How far scores fall from in-distribution to out-of-distribution data, and whether a variant falls further than its
//! reference: the difference of two falls.
//!
//! Nothing is resampled here. The examples of two datasets are independent, so that the interval of a fall follows from those
//! of the two scores ([`difference_of_two`]), and that of a difference of falls from those of the two paired differences to the
//! reference: what is common to both variants on a dataset is gone from those. Where clusters lie in both datasets, and of
//! calibration errors, whose intervals are bounds and not multiples of a standard error, distances are added as they are.

use std::collections::BTreeMap;

use titer_core::{
    Case, Comparison, Contrast, ControlScore, Estimate, Fall, FurtherLoss, Interval,
    IntervalMethod, Score, ScoreKey, Undefined,
};
use titer_spec::plan::{PlannedDataset, PlannedSuite};
use titer_statistics::{Bounded, Together, difference_of_two};

use titer_metrics::registry::about;

mod clusters;

pub use clusters::Clusters;

/// Everything that the falls of a suite follow from.
#[derive(Clone, Copy)]
pub struct Given<'a> {
    /// The suite.
    pub suite: &'a PlannedSuite,
    /// Scores, of this suite and of others.
    pub scores: &'a [Score],
    /// Paired differences, of this suite and of others.
    pub comparisons: &'a [Comparison],
    /// Scores held against controls, of this suite and of others.
    pub controls: &'a [ControlScore],
    /// The clusters of each of the suite's datasets, by name.
    pub clusters: &'a BTreeMap<&'a str, Clusters>,
}

/// A value with its interval, each or the reason why not.
#[derive(Clone, Copy)]
struct Known<'a> {
    value: &'a Result<f64, Undefined>,
    interval: &'a Result<Interval, Undefined>,
}

impl<'a> Known<'a> {
    fn of(known: &'a (Result<f64, Undefined>, Result<Interval, Undefined>)) -> Self {
        Self {
            value: &known.0,
            interval: &known.1,
        }
    }
}

impl<'a> From<&'a Score> for Known<'a> {
    fn from(score: &'a Score) -> Self {
        Self {
            value: &score.value,
            interval: &score.interval,
        }
    }
}

impl<'a> From<&'a Comparison> for Known<'a> {
    fn from(one: &'a Comparison) -> Self {
        Self {
            value: &one.difference,
            interval: &one.interval,
        }
    }
}

/// The clean scores of every in-distribution dataset beside those of every out-of-distribution one: a row for each variant,
/// metric and class, in the order of the scores.
#[must_use]
pub fn falls(given: Given<'_>) -> Vec<Fall> {
    let of_suite = |key: &ScoreKey| {
        key.case.suite == given.suite.name
            && key.case.split == given.suite.split
            && key.case.is_clean()
    };
    let scores = given.scores.iter().filter(|one| of_suite(&one.key));
    let by_key: BTreeMap<&ScoreKey, &Score> =
        scores.clone().map(|score| (&score.key, score)).collect();
    let against = given
        .comparisons
        .iter()
        .filter(|one| one.contrast == Contrast::Reference && of_suite(&one.key));
    let against: BTreeMap<&ScoreKey, &Comparison> = against.map(|one| (&one.key, one)).collect();
    let mut controls: BTreeMap<&ScoreKey, Vec<&ControlScore>> = BTreeMap::new();
    for row in given.controls.iter().filter(|row| of_suite(&row.key)) {
        controls.entry(&row.key).or_default().push(row);
    }
    let side = |inside: bool| {
        let datasets = given.suite.datasets.iter();
        datasets.filter(move |dataset| dataset.in_distribution == inside)
    };
    let mut signs: BTreeMap<&str, f64> = BTreeMap::new();
    let mut in_both: BTreeMap<(&str, &str), u64> = BTreeMap::new();
    let mut rows = Vec::new();
    for inside in scores {
        let Some(from) = side(true).find(|dataset| dataset.name == inside.key.case.dataset) else {
            continue;
        };
        let metric = inside.key.metric.as_str();
        let sign = *signs
            .entry(metric)
            .or_insert_with(|| about(metric).map_or(1.0, |about| about.direction.sign()));
        for to in side(false) {
            let key = ScoreKey {
                case: Case {
                    dataset: to.name.clone(),
                    ..inside.key.case.clone()
                },
                ..inside.key.clone()
            };
            let Some(outside) = by_key.get(&key).copied() else {
                continue;
            };
            let shared = in_both.entry((&from.name, &to.name));
            let pair = Pair {
                from,
                to,
                sign,
                shared: *shared.or_insert_with(|| shared_clusters(given.clusters, from, to)),
            };
            let pairs = [&inside.key, &key].map(|key| against.get(key).copied());
            let row = pair.row(inside, outside, pairs);
            let controls =
                [&inside.key, &key].map(|key| controls.get(key).map_or(&[][..], Vec::as_slice));
            rows.push(pair.beside_control(row, controls));
        }
    }
    rows
}

fn shared_clusters(
    clusters: &BTreeMap<&str, Clusters>,
    from: &PlannedDataset,
    to: &PlannedDataset,
) -> u64 {
    match (
        clusters.get(from.name.as_str()),
        clusters.get(to.name.as_str()),
    ) {
        (Some(one), Some(other)) => one.shared(other),
        _ => 0,
    }
}

/// Why means over other labels are not held against each other.
fn of_other_labels(inside: &Score, outside: &Score) -> Undefined {
    let over = |score: &Score| {
        format!(
            "{} of {} labels",
            score.labels_averaged.unwrap_or_default(),
            score.labels.unwrap_or_default()
        )
    };
    Undefined::because(format!(
        "the means are over {} and {}, which may be others",
        over(inside),
        over(outside)
    ))
}

/// Two datasets, as a metric is held against itself on them.
#[derive(Clone, Copy)]
struct Pair<'a> {
    from: &'a PlannedDataset,
    to: &'a PlannedDataset,
    /// +1 where higher is better.
    sign: f64,
    shared: u64,
}

impl Pair<'_> {
    fn row(self, inside: &Score, outside: &Score, against: [Option<&Comparison>; 2]) -> Fall {
        let key = &inside.key;
        let held = match against {
            // The fall of the variant minus that of its reference is the same as the variant minus its reference in
            // distribution, minus that out of distribution.
            [Some(_), Some(there)] if inside.leaves_labels_out() || outside.leaves_labels_out() => {
                let further = Estimate::undefined(&of_other_labels(inside, outside));
                FurtherLoss::than(there.base.clone(), further)
            }
            [Some(here), Some(there)] => {
                let further = self.difference(here.into(), there.into());
                FurtherLoss::than(here.base.clone(), further)
            }
            [Some(one), None] | [None, Some(one)] => {
                let reason = "it is held against its reference on one of the two datasets only";
                let further = Estimate::undefined(&Undefined::because(reason));
                FurtherLoss::than(one.base.clone(), further)
            }
            [None, None] => FurtherLoss::default(),
        };
        Fall {
            suite: key.case.suite.clone(),
            model: key.case.model.clone(),
            variant: key.case.variant.clone(),
            split: key.case.split.clone(),
            metric: key.metric.clone(),
            class: key.class.clone(),
            in_distribution: self.from.name.clone(),
            out_of_distribution: self.to.name.clone(),
            in_value: inside.value.as_ref().ok().copied(),
            out_value: outside.value.as_ref().ok().copied(),
            fall: match inside.leaves_labels_out() || outside.leaves_labels_out() {
                true => Estimate::undefined(&of_other_labels(inside, outside)),
                false => self.difference(inside.into(), outside.into()),
            },
            held,
            control: None,
            control_fall: None,
            beyond_control: None,
            beyond_control_lower: None,
            beyond_control_upper: None,
            in_clusters: inside.clusters,
            out_clusters: outside.clusters,
            shared_clusters: self.shared,
        }
    }

    /// A fall beside that of the control which scores best in distribution, of those that have a value on both datasets.
    fn beside_control(self, row: Fall, [here, there]: [&[&ControlScore]; 2]) -> Fall {
        let both = here.iter().filter_map(|one| {
            let mut there = there.iter();
            let other = there.find(|other| other.control == one.control)?;
            Some((one.control_value?, other.control_value?, one, other))
        });
        let best = both.max_by(|a, b| (self.sign * a.0).total_cmp(&(self.sign * b.0)));
        let Some((from, to, one, other)) = best.filter(|_| row.fall.value.is_some()) else {
            return row;
        };
        let name = one.control.clone();
        let [one, other] =
            [&one.difference, &other.difference].map(|it| (it.value(), it.interval()));
        let beyond = self.difference(Known::of(&one), Known::of(&other));
        Fall {
            control: Some(name),
            control_fall: Some(self.sign * (from - to)),
            beyond_control: beyond.value,
            beyond_control_lower: beyond.lower,
            beyond_control_upper: beyond.upper,
            ..row
        }
    }

    /// What is lost from the first dataset to the second: positive where it gets worse.
    fn difference(self, inside: Known<'_>, outside: Known<'_>) -> Estimate {
        let value = match (
            self.on(self.from, inside.value),
            self.on(self.to, outside.value),
        ) {
            (Ok(from), Ok(to)) => Ok(self.sign * (from - to)),
            (Err(reason), _) | (_, Err(reason)) => Err(reason),
        };
        let interval = match &value {
            Ok(_) => self.interval(inside, outside),
            Err(reason) => Err(reason.clone()),
        };
        Estimate::new(&value, &interval)
    }

    fn interval(self, inside: Known<'_>, outside: Known<'_>) -> Result<Interval, Undefined> {
        let side = |dataset, of: Known<'_>| {
            Ok(Bounded {
                value: of.value.clone()?,
                interval: self.on(dataset, of.interval)?,
            })
        };
        let (from, to) = (side(self.from, inside)?, side(self.to, outside)?);
        let bounds =
            [from, to].map(|one| one.interval.method == IntervalMethod::ClusteredNormBound);
        let together = match self.shared > 0 || bounds.contains(&true) {
            true => Together::Unknown,
            false => Together::Independent,
        };
        match self.sign > 0.0 {
            true => difference_of_two(from, to, together),
            false => difference_of_two(to, from, together),
        }
    }

    /// What is undefined says on which dataset.
    fn on<T: Copy>(
        self,
        dataset: &PlannedDataset,
        of: &Result<T, Undefined>,
    ) -> Result<T, Undefined> {
        let named =
            |reason: &Undefined| Undefined::because(format!("on {}: {reason}", dataset.name));
        of.as_ref().copied().map_err(named)
    }
}
