//! How much scores lose from step to step of a suite's ladders, and whether a variant loses more than its reference.
//!
//! The slope is that of least squares over the steps' scores, each counted alike, which is a fixed sum of the scores: so that
//! the slope of the paired differences to the reference is the difference of the two slopes, and what is common to both
//! variants at a step is gone from it. Where the steps are datasets their draws are independent, and taking the slope anew on
//! each draw comes to adding the squares of what each step contributes, which is done from the steps' own intervals
//! ([`weighted_sum`]): those are the best that are known of each score, of calls by their flips, near the end of a range on
//! its scale. `examples/ladders.rs` of the metrics holds both against the truth. Where clusters lie in two of the datasets,
//! and of bounds, contributions are added as they are. The groups of one dataset share their draws: there the slope is taken
//! anew on each ([`groups`]).
//!
//! [`weighted_sum`]: titer_statistics::weighted_sum

use std::collections::{BTreeMap, BTreeSet};

use titer_core::ladder::STEP;
use titer_core::{
    Against, Case, Comparison, Contrast, ControlScore, Estimate, FurtherLoss, LadderSlope,
    Recalibration, Score, ScoreKey, Spread, SpreadKind, Undefined,
};
use titer_metrics::registry::about;
use titer_spec::plan::{PlannedLadder, PlannedSuite};

use crate::falls::Clusters;

mod controls;
pub mod groups;
mod slope;

use slope::{Along, Known};

/// Everything that the ladders of a suite follow from.
#[derive(Clone, Copy)]
pub struct Given<'a> {
    /// The suite.
    pub suite: &'a PlannedSuite,
    /// Scores, of this suite and of others.
    pub scores: &'a [Score],
    /// Paired differences, of this suite and of others.
    pub comparisons: &'a [Comparison],
    /// Scores held against controls.
    pub controls: &'a [ControlScore],
    /// The suite's fitted controls: those that are the same for every model.
    pub fitted: &'a [&'a str],
    /// Scores after recalibration.
    pub recalibrations: &'a [Recalibration],
    /// Worst groups.
    pub spreads: &'a [Spread],
    /// The clusters of each of the suite's datasets, by name.
    pub clusters: &'a BTreeMap<&'a str, Clusters>,
}

/// The slopes of every ladder of datasets: a row for each variant, metric and class in the order of the scores, then worst
/// groups, recalibrated scores and fitted controls. With distances, a second row per unit of them.
#[must_use]
pub fn ladders(given: Given<'_>) -> Vec<LadderSlope> {
    let mut rows = Vec::new();
    let looked_up = LookedUp::new(given);
    for ladder in &given.suite.ladders {
        if ladder.steps().is_empty() {
            continue;
        }
        let of = OfLadder {
            given,
            ladder,
            by_key: &looked_up,
            shared: shared(given.clusters, ladder),
        };
        rows.extend(of.rows());
    }
    rows
}

/// Clusters that lie in two of a ladder's datasets.
fn shared(clusters: &BTreeMap<&str, Clusters>, ladder: &PlannedLadder) -> u64 {
    let known: Vec<&Clusters> = ladder
        .steps()
        .iter()
        .filter_map(|step| clusters.get(step.dataset.as_str()))
        .collect();
    let pairs = known.iter().enumerate();
    let pairs = pairs.flat_map(|(at, one)| known[at + 1..].iter().map(move |other| (one, other)));
    pairs.map(|(one, other)| one.shared(other)).sum()
}

/// Tables by what their rows are of.
struct LookedUp<'a> {
    scores: BTreeMap<&'a ScoreKey, &'a Score>,
    comparisons: BTreeMap<&'a ScoreKey, &'a Comparison>,
    controls: BTreeMap<(&'a str, &'a ScoreKey), &'a ControlScore>,
    control_names: BTreeSet<&'a str>,
    recalibrations: BTreeMap<(&'a str, &'a ScoreKey), &'a Recalibration>,
    worst: BTreeMap<(&'a str, &'a ScoreKey), &'a Spread>,
}

impl<'a> LookedUp<'a> {
    fn new(given: Given<'a>) -> Self {
        let of_suite = |key: &ScoreKey| {
            key.case.suite == given.suite.name
                && key.case.split == given.suite.split
                && key.case.is_clean()
        };
        let against = given.comparisons.iter();
        let against = against.filter(|one| one.contrast == Contrast::Reference);
        let worst = given.spreads.iter();
        let worst = worst.filter(|one| one.statistic == SpreadKind::Worst);
        Self {
            scores: given
                .scores
                .iter()
                .filter(|one| of_suite(&one.key))
                .map(|one| (&one.key, one))
                .collect(),
            comparisons: against
                .filter(|one| of_suite(&one.key))
                .map(|one| (&one.key, one))
                .collect(),
            controls: given
                .controls
                .iter()
                .filter(|one| of_suite(&one.key))
                .map(|one| ((one.control.as_str(), &one.key), one))
                .collect(),
            control_names: given
                .controls
                .iter()
                .map(|one| one.control.as_str())
                .collect(),
            recalibrations: given
                .recalibrations
                .iter()
                .filter(|one| of_suite(&one.key))
                .map(|one| ((one.method.as_str(), &one.key), one))
                .collect(),
            worst: worst
                .filter(|one| of_suite(&one.key))
                .map(|one| ((one.stratum.as_str(), &one.key), one))
                .collect(),
        }
    }
}

/// A key on another dataset.
fn on(key: &ScoreKey, dataset: &str) -> ScoreKey {
    ScoreKey {
        case: Case {
            dataset: dataset.to_owned(),
            ..key.case.clone()
        },
        ..key.clone()
    }
}

/// One ladder of datasets.
struct OfLadder<'a> {
    given: Given<'a>,
    ladder: &'a PlannedLadder,
    by_key: &'a LookedUp<'a>,
    shared: u64,
}

impl<'a> OfLadder<'a> {
    fn rows(&self) -> Vec<LadderSlope> {
        let home = &self.ladder.steps()[0].dataset;
        let at_home =
            |key: &ScoreKey| key.case.dataset == *home && self.by_key.scores.contains_key(key);
        let keys = self.given.scores.iter().map(|score| &score.key);
        let keys: Vec<&ScoreKey> = keys.filter(|key| at_home(key)).collect();
        let mut rows: Vec<LadderSlope> = keys.iter().flat_map(|key| self.plain(key)).collect();
        rows.extend(keys.iter().flat_map(|key| self.worst(key)));
        rows.extend(keys.iter().flat_map(|key| self.recalibrated(key)));
        rows.extend(self.controls());
        rows
    }

    /// The places of the steps, with what a slope over them is per.
    fn places(&self) -> Vec<(Vec<f64>, String)> {
        let steps = self.ladder.steps().len();
        let numbers = (0..steps).map(|number| number as f64).collect();
        let unit = self.ladder.unit.clone().zip(self.ladder.distances());
        let unit = unit.map(|(unit, places)| (places, unit));
        std::iter::once((numbers, STEP.to_owned()))
            .chain(unit)
            .collect()
    }

    fn keys(&self, key: &ScoreKey) -> Vec<ScoreKey> {
        let steps = self.ladder.steps().iter();
        steps.map(|step| on(key, &step.dataset)).collect()
    }

    fn along<'b>(&'b self, key: &ScoreKey, places: &'b [f64]) -> Along<'b> {
        let names = self.ladder.steps().iter();
        Along {
            sign: about(&key.metric).map_or(1.0, |about| about.direction.sign()),
            places,
            names: names.map(|step| step.dataset.as_str()).collect(),
            is_shared: self.shared > 0,
        }
    }

    fn blank(&self, key: &ScoreKey, per: &str, slope: Estimate, clusters: u64) -> LadderSlope {
        let (first, last) = match self.ladder.steps() {
            [first, .., last] => (first.dataset.clone(), last.dataset.clone()),
            _ => Default::default(),
        };
        LadderSlope {
            first,
            last,
            steps: self.ladder.steps().len() as u64,
            shared_clusters: self.shared,
            ..blank(self.ladder, key, per, slope, clusters)
        }
    }

    /// The slope of a score, held against the reference's and beside the best control's.
    fn plain(&self, key: &ScoreKey) -> Vec<LadderSlope> {
        let keys = self.keys(key);
        let scores: Option<Vec<&Score>> = keys
            .iter()
            .map(|key| self.by_key.scores.get(key).copied())
            .collect();
        let Some(scores) = scores else {
            return Vec::new();
        };
        let against: Vec<Option<&Comparison>> = keys
            .iter()
            .map(|key| self.by_key.comparisons.get(key).copied())
            .collect();
        let labels = labels_left_out(&scores);
        let fewest = scores.iter().map(|score| score.clusters).min();
        let mut rows = Vec::new();
        for (places, per) in self.places() {
            let along = self.along(key, &places);
            let undefined = |reason: &Undefined| Estimate::undefined(reason);
            let slope = match &labels {
                Some(reason) => undefined(reason),
                None => along.slope(scores.iter().map(|score| Known::from(*score))),
            };
            let row = self.blank(key, &per, slope, fewest.unwrap_or(0));
            let base = against.iter().flatten().next().map(|one| one.base.clone());
            let row = match base {
                None => row,
                Some(base) => {
                    let all: Option<Vec<&Comparison>> = against.iter().copied().collect();
                    let further = match (all, &labels) {
                        (_, Some(reason)) => undefined(reason),
                        (Some(all), None) => along.slope(all.into_iter().map(Known::from)),
                        (None, None) => undefined(&Undefined::because(
                            "it is not held against its reference at every step",
                        )),
                    };
                    LadderSlope {
                        held: FurtherLoss::than(base, further),
                        ..row
                    }
                }
            };
            rows.push(controls::beside(row, self, &along, &keys));
        }
        rows
    }

    /// The slope of the worst group's value, for each stratum that every step is broken down by.
    fn worst(&self, key: &ScoreKey) -> Vec<LadderSlope> {
        let keys = self.keys(key);
        let mut rows = Vec::new();
        for stratum in &self.given.suite.strata {
            let at = |key| self.by_key.worst.get(&(stratum.as_str(), key)).copied();
            let spreads: Option<Vec<&Spread>> = keys.iter().map(at).collect();
            let Some(spreads) = spreads else { continue };
            let values = spreads.iter().map(|one| of(&one.estimate, &one.against));
            rows.extend(
                self.rows_of(key, values)
                    .into_iter()
                    .map(|row| LadderSlope {
                        worst_group_of: Some(stratum.clone()),
                        ..row
                    }),
            );
        }
        rows
    }

    /// The slope after each recalibration, which was fitted at home and is applied unchanged.
    fn recalibrated(&self, key: &ScoreKey) -> Vec<LadderSlope> {
        let keys = self.keys(key);
        let mut rows = Vec::new();
        for method in &self.given.suite.recalibrate {
            let name = method.name();
            let at = |key| self.by_key.recalibrations.get(&(name, key)).copied();
            let all: Option<Vec<&Recalibration>> = keys.iter().map(at).collect();
            let Some(all) = all else { continue };
            let values = all.iter().map(|one| of(&one.estimate, &one.against));
            rows.extend(
                self.rows_of(key, values)
                    .into_iter()
                    .map(|row| LadderSlope {
                        recalibration: Some(name.to_owned()),
                        ..row
                    }),
            );
        }
        rows
    }

    /// Rows of worst groups, recalibrated scores and controls; the first two are held against the reference's own.
    fn rows_of<'b>(
        &'b self,
        key: &'b ScoreKey,
        values: impl Iterator<Item = (Known<'static>, Option<&'b Against>)>,
    ) -> Vec<LadderSlope> {
        let (values, against): (Vec<_>, Vec<_>) = values.unzip();
        let scores = self.keys(key).into_iter();
        let clusters = scores.filter_map(|key| Some(self.by_key.scores.get(&key)?.clusters));
        let fewest = clusters.min().unwrap_or(0);
        let base = against.iter().flatten().find_map(|one| one.base.clone());
        let row = |(places, per): (Vec<f64>, String)| {
            let along = self.along(key, &places);
            let row = self.blank(key, &per, along.slope(values.iter().cloned()), fewest);
            let Some(base) = &base else { return row };
            let against = against.iter().flatten();
            let against = against.map(|of| Known::owned(of.value(), of.interval()));
            LadderSlope {
                held: FurtherLoss::than(base.clone(), along.slope(against)),
                ..row
            }
        };
        self.places().into_iter().map(row).collect()
    }
}

/// A value of a table with what it is held against.
fn of<'a>(estimate: &Estimate, against: &'a Against) -> (Known<'static>, Option<&'a Against>) {
    (
        Known::owned(estimate.value(), estimate.interval()),
        Some(against),
    )
}

/// Why a slope over means of other labels is none.
fn labels_left_out(scores: &[&Score]) -> Option<Undefined> {
    let leaves_out = scores.iter().any(|score| score.leaves_labels_out());
    leaves_out.then(|| {
        Undefined::because(
            "at a step the mean leaves out labels that have no value there: it is of others",
        )
    })
}

/// A slope that is held against nothing yet.
fn blank(
    ladder: &PlannedLadder,
    key: &ScoreKey,
    per: &str,
    slope: Estimate,
    clusters: u64,
) -> LadderSlope {
    LadderSlope {
        suite: key.case.suite.clone(),
        ladder: ladder.name.clone(),
        shift: ladder.shift_name().to_owned(),
        dataset: ladder.groups().map(|(dataset, _)| dataset.to_owned()),
        model: key.case.model.clone(),
        variant: key.case.variant.clone(),
        split: key.case.split.clone(),
        metric: key.metric.clone(),
        class: key.class.clone(),
        worst_group_of: None,
        recalibration: None,
        per: per.to_owned(),
        first: String::new(),
        last: String::new(),
        steps: 0,
        slope,
        held: FurtherLoss::default(),
        control: None,
        control_slope: None,
        beyond_control: None,
        beyond_control_lower: None,
        beyond_control_upper: None,
        fewest_clusters: clusters,
        shared_clusters: 0,
    }
}
