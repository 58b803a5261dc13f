//! Comparisons: two cells on the same examples, paired, with the flips between them.
//!
//! What counts as a difference is what the metric sees ([`Sees`]): accuracy and its like see calls, top-k
//! sees which true units are among the highest; AUROC, average precision, log loss and Brier see any
//! change of a probability. A difference of calls is made of flips, and its interval of bounds on them
//! ([`flip_intervals`]), however rare they are; where a formula bends (MCC, F1, precision) and flips are
//! not rare, and of all others, the interval is made of replicates that draw the same clusters on both
//! sides. Those say nothing where too little differs, so there the difference stands without one, and the
//! reason says how often the two may differ at most.

use titer_core::{Comparison, Contrast, Direction, Effect, Interval, IntervalMethod, Undefined};
use titer_metrics::MetricName;
use titer_metrics::stats::call_flips;
use titer_spec::RareFlips;
use titer_statistics::bootstrap::{FEWEST_CLUSTERS, FEWEST_DISCORDANT};
use titer_statistics::{
    ClusterDraws, FlipIntervals, FlipKind, Resampled, difference_interval, flip_intervals,
};

use crate::cells::JudgedCell;
use crate::flips::Rare;
use crate::sample::{CONFIDENCE, Sample};
use crate::sampled::Sampled;
use crate::scored::Scored;
use crate::words::{count, percent};
use titer_core::Sees;

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

/// With fewer clusters that flip of a class, a formula that bends takes its interval from the flips.
pub const RARE: u64 = 30;

/// What an interval is made with.
#[derive(Clone, Copy)]
pub struct How<'a> {
    /// The draws of clusters.
    pub draws: &'a ClusterDraws,
    /// What is assumed where flips are too rare to see it.
    pub rare_flips: RareFlips,
}

/// The interval that decides, and the one under the assumption on rare flips that was not chosen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Intervals {
    /// The one that decides.
    pub decides: Interval,
    /// The other, where flips are rare.
    pub otherwise: Option<Interval>,
}

impl Intervals {
    pub(crate) fn chosen(of: FlipIntervals, rare_flips: RareFlips) -> Self {
        let (decides, otherwise) = of.chosen(rare_flips == RareFlips::WholeClusters);
        Self { decides, otherwise }
    }
}

impl Held<'_, '_> {
    /// The base's variant, with its model where that is another.
    #[must_use]
    pub fn base_name(&self) -> String {
        let (base, candidate) = (self.base.cell, self.candidate.cell);
        if base.case.model == candidate.case.model {
            base.case.variant.clone()
        } else {
            format!("{} {}", base.case.model, base.case.variant)
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
            other.cell.case.variant == variant
                && other.cell.case.perturbation.as_deref() == perturbation
        })
    };
    let mut held = Vec::new();
    for candidate in cells {
        let cell = candidate.cell;
        if let Some(base) = find(bases, reference, cell.case.perturbation.as_deref())
            && !std::ptr::eq(base, candidate)
        {
            held.push(Held {
                candidate,
                base,
                contrast: Contrast::Reference,
            });
        }
        if cell.case.perturbation.is_some()
            && cell.effect == Effect::Kept
            && let Some(base) = find(cells, &cell.case.variant, None)
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
pub fn compare(held: Held<'_, '_>, how: How<'_>) -> Vec<Comparison> {
    let pairs = held.candidate.scored.iter().zip(&held.base.scored);
    pairs
        .map(|(candidate, base)| pair(held, candidate, base, how))
        .collect()
}

/// The paired difference of two scores on the same units, with its 95 % interval.
pub(crate) fn paired_difference(
    candidate: &Scored,
    base: &Scored,
    how: How<'_>,
) -> (Result<f64, Undefined>, Result<Interval, Undefined>) {
    paired_difference_at(candidate, base, how, CONFIDENCE)
}

/// The same with an interval of another confidence.
pub(crate) fn paired_difference_at(
    candidate: &Scored,
    base: &Scored,
    how: How<'_>,
    confidence: f64,
) -> (Result<f64, Undefined>, Result<Interval, Undefined>) {
    let difference = difference(candidate, base);
    let interval = match (&difference, &candidate.sample, &base.sample) {
        (Err(reason), ..) => Err(reason.clone()),
        (Ok(_), Some(one), Some(other)) => {
            let changes = Changes::new(one, other, candidate.measure.sees());
            let known = intervals(candidate, base, &changes, how, confidence);
            known.map(|known| known.decides)
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
    let known = match &difference {
        Err(reason) => Err(reason.clone()),
        Ok(_) => intervals(candidate, base, &changes, how, CONFIDENCE),
    };
    let interval = known.clone().map(|known| known.decides);
    // Where the difference has no interval its other forms have none. Two one-sided tests at 5 %
    // (Schuirmann 1987) are the 90 % interval.
    let inner = match &interval {
        Err(_) => None,
        // Costly, and conservative already: what the wider one holds the narrower one would.
        Ok(outer) if candidate.measure.is_calibration_error() => Some(*outer),
        Ok(_) => interval_of(candidate, base, &changes, how, EQUIVALENCE)
            .ok()
            .map(|inner| inner.decides),
    };
    let kept = Kept::new(candidate, base, &interval);
    Comparison {
        key: candidate.score.key.clone(),
        contrast: held.contrast,
        base: held.base_name(),
        difference,
        interval,
        otherwise: known.ok().and_then(|known| known.otherwise),
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

fn intervals(
    candidate: &Scored,
    base: &Scored,
    changes: &Changes,
    how: How<'_>,
    confidence: f64,
) -> Result<Intervals, Undefined> {
    let sees = candidate.measure.sees();
    if let Some(reason) = changes.too_few(sees) {
        return Err(reason);
    }
    let known = interval_of(candidate, base, changes, how, confidence);
    known.map_err(|reason| {
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
) -> Result<Intervals, Undefined> {
    if let (Some(one), Some(other)) = (&candidate.calibration, &base.calibration) {
        let decides = one.minus(other)?;
        return Ok(Intervals {
            decides,
            otherwise: None,
        });
    }
    let metric = candidate.measure.metric.binary();
    let alone = |decides| Intervals {
        decides,
        otherwise: None,
    };
    match (labelled(candidate), labelled(base), metric) {
        (Some(one), Some(other), Some(name)) if candidate.measure.sees() == Sees::Call => {
            let flips = of_calls(name, one, other)?;
            if bends(name) && !is_rare(&flips) {
                let (one, other) = both(candidate, base)?;
                return difference_interval(one, other, changes.0.events, confidence).map(alone);
            }
            let difference = difference(candidate, base)?;
            let of = flip_intervals(difference, &flips, confidence)?;
            Ok(Intervals::chosen(of, how.rare_flips))
        }
        _ => {
            let (one, other) = both(candidate, base)?;
            difference_interval(one, other, changes.0.events, confidence).map(alone)
        }
    }
}

/// Truth and probability, where that is what was scored.
fn labelled(of: &Scored) -> Option<&Sample> {
    of.sample.as_ref().and_then(|sample| sample.binary())
}

/// Whether what a flip does to a metric of calls depends on how many others there are.
fn bends(name: MetricName) -> bool {
    name.metric().of_calls().is_some_and(|of| !of.linear)
}

/// The flips between two samples by what they do to a metric of calls.
pub(crate) fn of_calls(
    name: MetricName,
    candidate: &Sample,
    base: &Sample,
) -> Result<Vec<FlipKind>, Undefined> {
    let (one, other) = (candidate.labelled(), base.labelled());
    let flips = call_flips(name, one, other, &candidate.cluster_of);
    flips.unwrap_or_else(|| Err(Undefined::because("the metric sees more than calls")))
}

/// Whether of a class fewer than [`RARE`] clusters flip: both kinds of a class follow each other.
fn is_rare(kinds: &[FlipKind]) -> bool {
    let flipped = |kinds: &[FlipKind]| {
        let count = |kind: &FlipKind| kind.clusters.iter().filter(|own| own.flips > 0).count();
        kinds.iter().map(count).sum::<usize>() as u64
    };
    kinds.chunks(2).any(|class| flipped(class) < RARE)
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
    /// Of a difference that has this interval, or none.
    fn new(candidate: &Scored, base: &Scored, interval: &Result<Interval, Undefined>) -> Self {
        let (Ok(one), Ok(other)) = (&candidate.score.value, &base.score.value) else {
            return Self::default();
        };
        if *one <= 0.0 || *other <= 0.0 {
            return Self::default();
        }
        let higher = candidate.measure.direction() == Direction::HigherIsBetter;
        let kept = |ratio: f64| if higher { ratio } else { 1.0 / ratio };
        let value = Some(kept(one / other));
        let ratios = match interval {
            Err(_) => None,
            Ok(interval) if is_resampled(interval, candidate) => ratios(candidate, base),
            // The base is what it is: flips are what moves.
            Ok(interval) => Some([interval.lower, interval.upper].map(|end| (other + end) / other)),
        };
        let ends = ratios.map(|ratios| {
            let [a, b] = ratios.map(kept);
            (a.min(b), a.max(b))
        });
        Self { value, ends }
    }
}

/// Whether the interval of a difference says nothing that the replicates do not say of the ratio.
fn is_resampled(interval: &Interval, candidate: &Scored) -> bool {
    interval.method == IntervalMethod::ClusteredBootstrapT
        || candidate.measure.is_calibration_error()
}

/// The ends of candidate over base: a ratio is a difference of logarithms.
fn ratios(candidate: &Scored, base: &Scored) -> Option<[f64; 2]> {
    let (one, other) = both(candidate, base).ok()?;
    let (one, other) = (logarithm(one)?, logarithm(other)?);
    let interval = difference_interval(&one, &other, u64::MAX, CONFIDENCE).ok()?;
    Some([interval.lower, interval.upper].map(libm::exp))
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

    /// Why there are too few for an interval; of calls there never are.
    fn too_few(&self, sees: Sees) -> Option<Undefined> {
        if sees == Sees::Call {
            return None;
        }
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
        let of_numbers = matches!(sees, Sees::Probability | Sees::Order | Sees::Number);
        if of_numbers && self.0.events > 0 {
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
            Sees::Probability | Sees::Order => "probabilities differ",
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
