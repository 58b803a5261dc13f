//! Comparisons: two cells on the same examples, paired, with the flips between them.
//!
//! An interval of a difference is made of replicates that draw the same clusters on both sides. It says
//! nothing where too little differs, so there the difference stands without one, and the reason says
//! how often the two may differ at most. What counts as a difference is what the metric sees
//! ([`Sees`]): accuracy and its like see calls, top-k sees which true units are among the highest;
//! AUROC, average precision, log loss and Brier see any change of a probability.

use titer_core::{Comparison, Contrast, Direction, Effect, Interval, Undefined};
use titer_metrics::MetricName;
use titer_metrics::stats::bootstrap::{FEWEST_CLUSTERS, FEWEST_DISCORDANT};
use titer_metrics::stats::{
    ClusterDraws, PairedCalls, Resampled, difference_interval, paired_shares,
};
use titer_spec::plan::PlannedDataset;

use crate::cells::JudgedCell;
use crate::flips::Rare;
use crate::intervals::{is_calibration_error, of_calibration_difference};
use crate::measures::Sees;
use crate::paired_tests::independence;
use crate::sampled::Sampled;
use crate::scores::{CONFIDENCE, Sample, Scored};
use crate::words::{count, percent};

/// Two-sided confidence of the interval that decides on equivalence.
pub const EQUIVALENCE: f64 = 0.90;

/// How the reason begins where every replicate of the difference is the same.
pub const ZERO_VARIANCE: &str = "zero variance";

/// A cell and the one that it is held against.
#[derive(Clone, Copy)]
pub struct Held<'a, 'b> {
    /// The candidate.
    pub candidate: &'a JudgedCell<'b>,
    /// The base.
    pub base: &'a JudgedCell<'b>,
    /// What the base is.
    pub contrast: Contrast,
}

/// What an interval is made with.
#[derive(Clone, Copy)]
struct How<'a> {
    draws: &'a ClusterDraws,
    dataset: &'a PlannedDataset,
}

impl Held<'_, '_> {
    /// The base's variant, with its model where that is another.
    #[must_use]
    pub fn base_name(&self) -> String {
        let (base, candidate) = (self.base.cell, self.candidate.cell);
        if base.model == candidate.model {
            base.variant.clone()
        } else {
            format!("{} {}", base.model, base.variant)
        }
    }
}

/// Who is held against whom, among the cells of one model on one dataset: each variant against the
/// reference under the same perturbation, and each perturbed cell whose target is kept against the
/// same variant's clean cell. `bases` are the cells of the reference's model, which may be another.
#[must_use]
pub fn held<'a, 'b>(
    cells: &'a [JudgedCell<'b>],
    bases: &'a [JudgedCell<'b>],
    reference: &str,
) -> Vec<Held<'a, 'b>> {
    let find = |cells: &'a [JudgedCell<'b>], variant: &str, perturbation: Option<&str>| {
        cells.iter().find(|other| {
            other.cell.variant == variant && other.cell.perturbation.as_deref() == perturbation
        })
    };
    let mut held = Vec::new();
    for candidate in cells {
        let cell = candidate.cell;
        if let Some(base) = find(bases, reference, cell.perturbation.as_deref())
            && !std::ptr::eq(base, candidate)
        {
            held.push(Held {
                candidate,
                base,
                contrast: Contrast::Reference,
            });
        }
        if cell.perturbation.is_some()
            && cell.effect == Effect::Kept
            && let Some(base) = find(cells, &cell.variant, None)
        {
            held.push(Held {
                candidate,
                base,
                contrast: Contrast::Clean,
            });
        }
    }
    held
}

/// The paired differences of two cells, one for each score.
#[must_use]
pub fn compare(
    held: Held<'_, '_>,
    draws: &ClusterDraws,
    dataset: &PlannedDataset,
) -> Vec<Comparison> {
    let how = How { draws, dataset };
    let pairs = held.candidate.scored.iter().zip(&held.base.scored);
    pairs
        .map(|(candidate, base)| pair(held, candidate, base, how))
        .collect()
}

/// The paired difference of two scores on the same units, with its 95 % interval.
pub(crate) fn paired_difference(
    candidate: &Scored,
    base: &Scored,
    draws: &ClusterDraws,
    dataset: &PlannedDataset,
) -> (Result<f64, Undefined>, Result<Interval, Undefined>) {
    let difference = difference(candidate, base);
    let interval = match (&difference, &candidate.sample, &base.sample) {
        (Err(reason), ..) => Err(reason.clone()),
        (Ok(_), Some(one), Some(other)) => {
            let changes = Changes::new(one, other, candidate.measure.sees());
            let how = How { draws, dataset };
            interval(candidate, base, &changes, how, CONFIDENCE)
        }
        (Ok(_), ..) => Err(Undefined::because("not scored")),
    };
    (difference, interval)
}

fn pair(held: Held<'_, '_>, candidate: &Scored, base: &Scored, how: How<'_>) -> Comparison {
    let difference = difference(candidate, base);
    let changes = match (&candidate.sample, &base.sample) {
        (Some(one), Some(other)) => Changes::new(one, other, candidate.measure.sees()),
        _ => Changes::default(),
    };
    let interval = match &difference {
        Err(reason) => Err(reason.clone()),
        Ok(_) => interval(candidate, base, &changes, how, CONFIDENCE),
    };
    // Where the difference has no interval its other forms have none. Two one-sided tests at 5 %
    // (Schuirmann 1987) are the 90 % interval.
    let known = interval.is_ok();
    let inner = match &interval {
        Err(_) => None,
        // Costly, and conservative already: what the wider one holds the narrower one would.
        Ok(outer) if is_calibration_error(candidate.measure.metric) => Some(*outer),
        Ok(_) => interval_of(candidate, base, &changes, how, EQUIVALENCE).ok(),
    };
    let kept = Kept::new(candidate, base, known);
    Comparison {
        key: candidate.score.key.clone(),
        contrast: held.contrast,
        base: held.base_name(),
        difference,
        interval,
        lower_90: inner.map(|interval| interval.lower),
        upper_90: inner.map(|interval| interval.upper),
        kept: kept.value,
        kept_lower: kept.ends.map(|ends| ends.0),
        kept_upper: kept.ends.map(|ends| ends.1),
        examples: candidate.score.examples,
        clusters: candidate.score.clusters,
        discordant: changes.0.events,
    }
}

fn difference(candidate: &Scored, base: &Scored) -> Result<f64, Undefined> {
    let of = |side: &str, scored: &Scored| {
        let value = scored.score.value.clone();
        value.map_err(|reason| Undefined::because(format!("{side}: {reason}")))
    };
    Ok(of("candidate", candidate)? - of("base", base)?)
}

fn interval(
    candidate: &Scored,
    base: &Scored,
    changes: &Changes,
    how: How<'_>,
    confidence: f64,
) -> Result<Interval, Undefined> {
    let sees = candidate.measure.sees();
    let is_share = candidate.measure.metric == MetricName::Accuracy;
    if let Some(reason) = changes.too_few(sees).filter(|_| !is_share) {
        return Err(reason);
    }
    let interval = interval_of(candidate, base, changes, how, confidence);
    interval.map_err(|reason| {
        if reason.0.starts_with(ZERO_VARIANCE) {
            Undefined::because(format!("{reason}: {}", changes.without_effect(sees)))
        } else {
            reason
        }
    })
}

fn interval_of(
    candidate: &Scored,
    base: &Scored,
    changes: &Changes,
    how: How<'_>,
    confidence: f64,
) -> Result<Interval, Undefined> {
    let metric = candidate.measure.metric.binary();
    match (labelled(candidate), labelled(base), metric) {
        (Some(one), Some(other), Some(name)) if is_calibration_error(name) => {
            of_calibration_difference(name, one, other, how.draws, confidence)
        }
        (Some(one), Some(other), Some(MetricName::Accuracy)) => {
            of_shares(one, other, how, confidence)
        }
        _ => {
            let (one, other) = both(candidate, base)?;
            difference_interval(one, other, changes.0.events, confidence)
        }
    }
}

/// Truth and probability, where that is what was scored.
fn labelled(of: &Scored) -> Option<&Sample> {
    of.sample.as_ref().and_then(|sample| sample.binary())
}

/// A paired difference of shares has a score interval, which holds for rare flips too. Equal predictions
/// show no difference at all, and say no more than how rare flips are.
fn of_shares(
    candidate: &Sample,
    base: &Sample,
    how: How<'_>,
    confidence: f64,
) -> Result<Interval, Undefined> {
    let changed = candidate.differs(base, Sees::Probability);
    if !changed.contains(&true) {
        let differs = candidate.differs(base, Sees::Call).into_iter();
        let changes = Changes::of(&candidate.cluster_of, differs);
        return Err(Undefined::because(format!(
            "every prediction is the same: {}",
            changes.at_most(Sees::Call)
        )));
    }
    let independence = independence(candidate, how.dataset);
    let calls = PairedCalls::new(&candidate.right(), &base.right(), independence)?;
    Ok(paired_shares(&calls, confidence)?.interval)
}

/// Both sides, resampled.
fn both<'a>(
    candidate: &'a Scored,
    base: &'a Scored,
) -> Result<(&'a Resampled, &'a Resampled), Undefined> {
    match (&candidate.resampled, &base.resampled) {
        (Ok(one), Ok(other)) => Ok((one, other)),
        (Err(reason), _) | (_, Err(reason)) => Err(reason.clone()),
    }
}

/// The share of the base's value that the candidate keeps.
#[derive(Clone, Copy, Debug, Default)]
struct Kept {
    value: Option<f64>,
    /// Ends of its 95 % interval.
    ends: Option<(f64, f64)>,
}

impl Kept {
    /// `known`: whether the difference has an interval.
    fn new(candidate: &Scored, base: &Scored, known: bool) -> Self {
        let (Ok(one), Ok(other)) = (&candidate.score.value, &base.score.value) else {
            return Self::default();
        };
        if *one <= 0.0 || *other <= 0.0 {
            return Self::default();
        }
        let higher = candidate.measure.direction() == Direction::HigherIsBetter;
        let kept = |ratio: f64| if higher { ratio } else { 1.0 / ratio };
        // A ratio is a difference of logarithms.
        let ends = both(candidate, base).ok().filter(|_| known);
        let ends = ends.and_then(|(one, other)| {
            let (one, other) = (logarithm(one)?, logarithm(other)?);
            difference_interval(&one, &other, u64::MAX, CONFIDENCE).ok()
        });
        let ends = ends.map(|interval| {
            let (a, b) = (
                kept(libm::exp(interval.lower)),
                kept(libm::exp(interval.upper)),
            );
            (a.min(b), a.max(b))
        });
        Self {
            value: Some(kept(one / other)),
            ends,
        }
    }
}

/// The logarithm of a metric; `None` where it is not above 0 throughout.
fn logarithm(of: &Resampled) -> Option<Resampled> {
    let log = |value: f64| (value > 0.0).then(|| libm::log(value));
    Some(Resampled {
        point: log(of.point)?,
        replicates: of.replicates.iter().map(|value| log((*value)?)).collect(),
        jackknife: of
            .jackknife
            .iter()
            .map(|&value| log(value))
            .collect::<Option<_>>()?,
        clusters: of.clusters,
    })
}

/// How many units differ in what a metric sees.
#[derive(Clone, Copy, Debug, Default)]
struct Changes(Rare);

impl Changes {
    fn new(candidate: &Sampled, base: &Sampled, sees: Sees) -> Self {
        let clusters = candidate.cluster_of().iter().copied();
        let units = clusters.zip(candidate.differs(base, sees));
        Self(Rare::of(units.filter_map(|(cluster, (differs, asked))| {
            asked.then_some((cluster, differs))
        })))
    }

    fn of(cluster_of: &[u32], differs: impl Iterator<Item = bool>) -> Self {
        Self(Rare::of(cluster_of.iter().copied().zip(differs)))
    }

    /// Why there are too few for an interval.
    fn too_few(&self, sees: Sees) -> Option<Undefined> {
        let few = if self.0.events < FEWEST_DISCORDANT {
            count(self.0.events, "discordant unit")
        } else if self.0.eventful_clusters < FEWEST_CLUSTERS as u64 {
            count(self.0.eventful_clusters, "discordant cluster")
        } else {
            return None;
        };
        let verb = if few.starts_with("1 ") { "is" } else { "are" };
        Some(Undefined::because(format!(
            "{few} {verb} too few for an interval of the difference ({FEWEST_DISCORDANT} needed): {}",
            self.at_most(sees),
        )))
    }

    /// What can be said where no replicate's difference varies. Probabilities may differ widely and still
    /// rank all examples alike: a bound on their rate would say nothing about the score.
    fn without_effect(&self, sees: Sees) -> String {
        if matches!(sees, Sees::Probability | Sees::Number) && self.0.events > 0 {
            return format!(
                "{}, none by enough to move a replicate's score",
                self.seen(sees)
            );
        }
        self.at_most(sees)
    }

    /// What can be said instead of an interval.
    fn at_most(&self, sees: Sees) -> String {
        let seen = self.seen(sees);
        match self.0.upper {
            Some(upper) => format!(
                "{seen}; the rate is at most {} (95 % interval)",
                percent(upper)
            ),
            None => seen,
        }
    }

    /// How many units differ, of how many.
    fn seen(&self, sees: Sees) -> String {
        let what = match sees {
            Sees::Probability => "probabilities differ",
            Sees::Number => "numbers differ",
            Sees::Call => "are called differently",
            Sees::AmongHighest => "true units enter or leave the k highest",
        };
        format!(
            "{} of {} {what}, in {}",
            self.0.events,
            self.0.units,
            count(self.0.clusters, "cluster")
        )
    }
}
