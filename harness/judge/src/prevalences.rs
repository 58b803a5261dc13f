//! Metrics of clean cells at the prevalence that the suite states.

use titer_core::{Against, Estimate, PrevalenceScore};
use titer_metrics::at_prevalence::{AtPrevalence, Rarer, at_prevalence, difference};
use titer_spec::plan::PlannedSuite;
use titer_statistics::ClusterDraws;

use crate::cells::{JudgedCell, score_key};
use crate::comparisons::Held;
use crate::sample::{CONFIDENCE, Sample};

/// The rows of a cell: six metrics for each class that is scored; none where the suite states no prevalence, or where the cell
/// has no probabilities. `held` is the cell with its reference's: the difference to it is paired.
#[must_use]
pub fn prevalences(
    suite: &PlannedSuite,
    cell: &JudgedCell<'_>,
    held: Option<Held<'_, '_>>,
    draws: &ClusterDraws,
) -> Vec<PrevalenceScore> {
    let Some(prevalence) = suite.prevalence.filter(|_| cell.probabilities().is_some()) else {
        return Vec::new();
    };
    let mut classes: Vec<Option<&str>> = Vec::new();
    let mut rows = Vec::new();
    for scored in &cell.scored {
        let class = scored.score.key.class.as_deref();
        let sample = scored.sample.as_ref().and_then(|sample| sample.binary());
        // All metrics of a class are of one sample.
        let (Some(sample), false) = (sample, classes.contains(&class)) else {
            continue;
        };
        classes.push(class);
        let asked = rarer(sample, prevalence, draws);
        let base = held.and_then(|held| base(held, class));
        let one = |found: AtPrevalence| {
            let metric = found.metric;
            let row = row(cell, class, sample, (prevalence, found), draws);
            match (held, base) {
                (Some(held), Some(base)) => {
                    let base = rarer(base, prevalence, draws);
                    let (value, interval) = difference(metric, asked, base);
                    PrevalenceScore {
                        against: Against::new(held.base_name(), &value, &interval),
                        ..row
                    }
                }
                _ => row,
            }
        };
        rows.extend(at_prevalence(asked).into_iter().map(one));
    }
    rows
}

fn rarer<'a>(sample: &'a Sample, prevalence: f64, draws: &'a ClusterDraws) -> Rarer<'a> {
    Rarer {
        data: sample.labelled(),
        cluster_of: &sample.cluster_of,
        draws,
        prevalence,
        confidence: CONFIDENCE,
    }
}

/// What the reference answered of a class.
fn base<'a>(held: Held<'a, '_>, class: Option<&str>) -> Option<&'a Sample> {
    let mut scored = held.base.scored.iter();
    let scored = scored.find(|one| one.score.key.class.as_deref() == class)?;
    scored.sample.as_ref()?.binary()
}

fn row(
    cell: &JudgedCell<'_>,
    class: Option<&str>,
    sample: &Sample,
    (prevalence, found): (f64, AtPrevalence),
    draws: &ClusterDraws,
) -> PrevalenceScore {
    let units = sample.truth.len() as u64;
    let positives = sample.truth.iter().filter(|truth| **truth).count() as u64;
    PrevalenceScore {
        key: score_key(cell.cell, found.metric, class.map(str::to_owned)),
        prevalence,
        measured_prevalence: positives as f64 / units.max(1) as f64,
        measured: found.measured,
        estimate: Estimate::new(&found.value, &found.interval),
        against: Against::default(),
        units,
        positives,
        clusters: draws.clusters() as u64,
    }
}
