//! Metrics of clean cells at the prevalence that the suite states.

use titer_core::{Estimate, PrevalenceScore};
use titer_metrics::at_prevalence::{AtPrevalence, Rarer, at_prevalence};
use titer_spec::plan::PlannedSuite;
use titer_statistics::ClusterDraws;

use crate::cells::{JudgedCell, score_key};
use crate::sample::{CONFIDENCE, Sample};

/// The rows of a cell: six metrics for each class that is scored; none where the suite states no prevalence, or where the cell
/// has no probabilities.
#[must_use]
pub fn prevalences(
    suite: &PlannedSuite,
    cell: &JudgedCell<'_>,
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
        let found = at_prevalence(Rarer {
            data: sample.labelled(),
            cluster_of: &sample.cluster_of,
            draws,
            prevalence,
            confidence: CONFIDENCE,
        });
        let one = |found| row(cell, class, sample, (prevalence, found), draws);
        rows.extend(found.into_iter().map(one));
    }
    rows
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
        units,
        positives,
        clusters: draws.clusters() as u64,
    }
}
