//! Scores: a metric's value with its interval and n, or undefined with the reason.

use std::sync::Arc;
use titer_metrics::classwise_ece::ClasswiseEce;
use titer_metrics::ece::Ece;
use titer_metrics::ece_equal_width::EceEqualWidth;
use titer_metrics::ece_plug_in::EcePlugIn;

use titer_core::{Effect, Interval, Multiplicity, Score, Undefined};
use titer_metrics::ClassesMetricName;
use titer_metrics::calibration_floor::null_floor;
use titer_metrics::{MetricName, classwise_ece, log_loss};
use titer_spec::plan::{PlannedCell, PlannedSuite};
use titer_statistics::bootstrap::FEWEST_CLUSTERS;
use titer_statistics::{ClusterDraws, kish_effective};

use crate::answers::Answers;
use crate::cells::{Outcome, failed, score_key};
use crate::flips::Rare;
use crate::ground::Ground;
use crate::intervals::Estimated;
use titer_metrics::AnyMetric;

use crate::measures::Measure;
use crate::sample::Sample;
use crate::sampled::Sampled;
use crate::scored::Scored;
use crate::words::{count, percent};

mod parts;
use parts::{Part, parts};

/// Why a cell whose perturbation transforms the target has no scores.
const TRANSFORMED: &str = "the run folder holds the target of the unperturbed example only";

/// Everything that scoring a cell depends on beside its outcome.
#[derive(Clone, Copy)]
pub struct Setting<'a> {
    /// The suite.
    pub suite: &'a PlannedSuite,
    /// The ground truth.
    pub ground: &'a Ground,
    /// The draws of clusters.
    pub draws: &'a ClusterDraws,
    /// Keys the draws of the calibration error's null floor.
    pub seed: u64,
}

/// The scores of a cell, class by class, metric by metric. A failed cell has them all, undefined, with
/// the n that it would have had.
#[must_use]
pub fn score_cell(setting: Setting<'_>, cell: &PlannedCell, outcome: &Outcome) -> Vec<Scored> {
    let mut scored = Vec::new();
    for (part, measures) in parts(setting, cell.effect) {
        let sample = match outcome {
            Outcome::Failed { reason, .. } => Err(failed(reason)),
            Outcome::Answered(_) if cell.effect == Effect::Transformed => {
                Err(Undefined::because(TRANSFORMED))
            }
            Outcome::Answered(answers) => Ok(Arc::new(part.sample(setting, cell, answers))),
        };
        let size = Size::new(setting, cell, part, outcome);
        let class = part.class_name(setting.ground);
        let blank = |measure: Measure| blank(cell, class.clone(), measure, size);
        match &sample {
            Ok(sample) => {
                let ranks = outcome.ranks();
                let reason = |one: &Measure| one.of_a_ranking().filter(|_| ranks);
                let told = measures.iter().filter(|one| reason(one).is_none());
                let told: Vec<Measure> = told.copied().collect();
                let clusters = size.clusters as usize;
                let rarer = sample.rarer_clusters();
                let mut all = sample.estimates(&told, setting.draws, clusters).into_iter();
                // In the order of the measures: comparisons go by it.
                for measure in measures {
                    let score = Score {
                        rarer_clusters: rarer,
                        ..blank(measure)
                    };
                    let one = match reason(&measure) {
                        Some(reason) => undefined(score, measure, reason),
                        None => match all.next() {
                            Some(estimated) => Scored {
                                resampled: estimated.resampled.clone(),
                                calibration: estimated.calibration.clone(),
                                score: score_sample(setting, score, measure, sample, estimated),
                                measure,
                                sample: Some(Arc::clone(sample)),
                            },
                            None => undefined(score, measure, Undefined::because("not estimated")),
                        },
                    };
                    scored.push(one);
                }
            }
            Err(reason) => {
                for measure in measures {
                    scored.push(undefined(blank(measure), measure, reason.clone()));
                }
            }
        }
    }
    scored
}

/// The units that a class is scored on: all, of a label those of which it is known, or where the target is destroyed those
/// that were of it (probability 1 where still called, else 0).
pub(crate) fn sample(ground: &Ground, answers: &Answers, class: usize, destroyed: bool) -> Sample {
    let known = &ground.classes[class];
    if !destroyed && known.known.is_none() {
        return Sample {
            truth: Arc::clone(&known.truth),
            probability: Arc::clone(&answers.probability[class]),
            cluster_of: Arc::clone(&ground.cluster_of),
            threshold: answers.threshold,
            units: None,
        };
    }
    let units: Vec<u32> = denominator(ground, class, destroyed).collect();
    let number = ground.number_of(class);
    let is_called = |unit: usize| match ground.labels {
        true => answers.calls(class, unit),
        false => answers.called(unit) == number,
    };
    let probability = |&unit: &u32| match destroyed {
        true => f64::from(u8::from(is_called(unit as usize))),
        false => answers.probability[class][unit as usize],
    };
    let cluster = |&unit: &u32| ground.cluster_of[unit as usize];
    Sample {
        truth: units
            .iter()
            .map(|&unit| known.truth[unit as usize])
            .collect(),
        probability: units.iter().map(probability).collect(),
        cluster_of: units.iter().map(cluster).collect(),
        threshold: match destroyed {
            true => 0.5,
            false => answers.threshold_of(class),
        },
        units: Some(units.into()),
    }
}

/// The units in a score's denominator.
fn denominator(ground: &Ground, class: usize, destroyed: bool) -> impl Iterator<Item = u32> {
    let known = &ground.classes[class];
    (0u32..)
        .zip(&known.truth[..])
        .filter_map(move |(unit, &truth)| {
            let counts = known.knows(unit as usize) && (truth || !destroyed);
            counts.then_some(unit)
        })
}

/// The score with its n and no value yet.
fn blank(cell: &PlannedCell, class: Option<String>, measure: Measure, size: Size) -> Score {
    let unsaid = || Undefined::because("not scored");
    Score {
        key: score_key(cell, measure.name, class),
        value: Err(unsaid()),
        interval: Err(unsaid()),
        examples: size.examples,
        positions: size.positions,
        positives: size.positives,
        clusters: size.clusters,
        effective_clusters: size.effective_clusters,
        rarer_clusters: None,
        unknown: size.unknown,
        labels: None,
        labels_averaged: None,
        failed: size.failed,
        clipped: 0,
        null_floor: None,
        null_upper: None,
        plain_equal_mass: None,
        plain_equal_width: None,
    }
}

/// How much a part of a cell is scored on.
#[derive(Clone, Copy)]
struct Size {
    examples: u64,
    positions: u64,
    positives: u64,
    clusters: u64,
    effective_clusters: f64,
    failed: u64,
    unknown: u64,
}

impl Size {
    fn new(setting: Setting<'_>, cell: &PlannedCell, part: Part, outcome: &Outcome) -> Self {
        let ground = setting.ground;
        let destroyed = cell.effect == Effect::Destroyed;
        let mut of_cluster = vec![0.0; ground.clusters];
        let (mut positions, mut examples, mut last) = (0, 0, None);
        // Units of an example follow each other.
        for unit in part.denominator(ground, destroyed) {
            positions += part.positions(ground, unit);
            of_cluster[ground.cluster_of[unit as usize] as usize] += 1.0;
            let example = Some(ground.units.get(unit as usize).example);
            examples += u64::from(example != last);
            last = example;
        }
        let held: Vec<f64> = of_cluster
            .into_iter()
            .filter(|&units| units > 0.0)
            .collect();
        Self {
            examples: match destroyed || ground.labels {
                true => examples,
                false => ground.examples.len() as u64,
            },
            unknown: part.unknown(ground),
            positions,
            positives: part.positives(ground),
            clusters: held.len() as u64,
            effective_clusters: kish_effective(&held).unwrap_or(0.0),
            failed: match outcome {
                Outcome::Answered(_) => 0,
                Outcome::Failed { examples, .. } => *examples,
            },
        }
    }
}

fn undefined(mut score: Score, measure: Measure, reason: Undefined) -> Scored {
    score.value = Err(reason.clone());
    score.interval = Err(reason.clone());
    Scored {
        score,
        measure,
        sample: None,
        resampled: Err(reason),
        calibration: None,
    }
}

/// A bootstrap of a handful of calls ends too low, and of none says nothing: a bound says more.
fn of_rare_calls(
    interval: Result<Interval, Undefined>,
    sample: &Sample,
) -> Result<Interval, Undefined> {
    let called = sample
        .probability
        .iter()
        .map(|&call| call >= sample.threshold);
    let rare = Rare::of(sample.cluster_of.iter().copied().zip(called));
    match rare.upper {
        Some(upper) if rare.eventful_clusters < FEWEST_CLUSTERS as u64 => {
            Err(Undefined::because(format!(
                "{} of {} in {} are called, too few for a bootstrap: at most {} (95 % interval)",
                rare.events,
                rare.units,
                count(rare.clusters, "cluster"),
                percent(upper)
            )))
        }
        _ => interval,
    }
}

fn score_sample(
    setting: Setting<'_>,
    mut score: Score,
    measure: Measure,
    sample: &Sampled,
    estimated: Estimated,
) -> Score {
    score.value = estimated.value;
    score.interval = estimated.interval;
    if let Sampled::Labels(sample) = sample {
        score.labels_averaged = sample.averaged(measure);
        score.labels = score
            .labels_averaged
            .map(|_| sample.thresholds.len() as u64);
    }
    if let (
        Sampled::Classes(sample),
        AnyMetric::Classes(ClassesMetricName::ClasswiseEce(ClasswiseEce { bins })),
    ) = (sample, measure.metric)
        && let Ok(floor) = classwise_ece::null_floor(sample.classified(), bins, setting.seed)
    {
        score.null_floor = Some(floor.mean);
        score.null_upper = Some(floor.upper);
    }
    let (Some(sample), Some(metric)) = (sample.binary(), measure.metric.binary()) else {
        return score;
    };
    if measure.metric == MetricName::CalledShare {
        score.interval = of_rare_calls(score.interval, sample);
    }
    if measure.metric == MetricName::LogLoss {
        score.clipped = log_loss::clipped(&sample.probability);
    }
    if let Ok(floor) = null_floor(metric, sample.labelled(), setting.seed) {
        score.null_floor = Some(floor.mean);
        score.null_upper = Some(floor.upper);
    }
    if let MetricName::Ece(Ece { bins }) = metric {
        let plain = |name: MetricName| name.metric().prepare(sample.labelled());
        let plain = |name| plain(name).value(Multiplicity::Once).ok();
        score.plain_equal_mass = plain(MetricName::EcePlugIn(EcePlugIn { bins }));
        score.plain_equal_width = plain(MetricName::EceEqualWidth(EceEqualWidth { bins }));
    }
    score
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::CONFIDENCE;

    #[test]
    fn a_handful_of_calls_has_a_bound_and_no_interval() {
        let sample = |called: u32| Sample {
            truth: [true; 200].into(),
            probability: (0..200)
                .map(|unit| f64::from(u8::from(unit < called)))
                .collect(),
            cluster_of: (0..200).collect(),
            threshold: 0.5,
            units: None,
        };
        let interval = Interval {
            lower: 0.0,
            upper: 0.1,
            confidence: CONFIDENCE,
            method: titer_core::IntervalMethod::ClusteredPercentileBootstrap,
        };
        let reason = of_rare_calls(Ok(interval), &sample(0)).unwrap_err().0;
        assert!(
            reason.starts_with("0 of 200 in 200 clusters are called"),
            "{reason}"
        );
        assert!(reason.contains("at most 1.828"), "{reason}");
        assert!(of_rare_calls(Ok(interval), &sample(9)).is_err());
        assert_eq!(of_rare_calls(Ok(interval), &sample(10)), Ok(interval));
    }
}
