//! Too few to pass a limit: below so many, intervals are not known to hold what they promise
//! (`examples/lower_ends.txt` of the metrics), so that to lie above a limit proves too little.

use titer_core::{Decision, Score};
use titer_metrics::binary_interval::tells_classes_apart;

use super::Ruling;
use crate::measures::Measure;
use crate::words::count;
use titer_metrics::AnyMetric;

/// The fewest clusters that pass a limit; of a metric of classes apart the fewest of the rarer class, in as many
/// clusters.
pub const FEWEST: u64 = 20;

/// What there is too little of for a score to pass a limit; `None` where there is enough.
#[must_use]
pub fn too_few(measure: Measure, score: &Score) -> Option<String> {
    if score.clusters < FEWEST {
        let clusters = count(score.clusters, "cluster");
        return Some(format!("{clusters} of {FEWEST} needed"));
    }
    match measure.metric {
        AnyMetric::Binary(name) if tells_classes_apart(name) => {}
        // The rarest class has at least as many units as it has clusters.
        AnyMetric::Classes(_) => {
            let clusters = score.rarer_clusters.filter(|&clusters| clusters < FEWEST)?;
            let clusters = count(clusters, "cluster");
            return Some(format!(
                "the rarest class is in {clusters} only, {FEWEST} needed"
            ));
        }
        AnyMetric::Labels(_) => {
            let clusters = score.rarer_clusters.filter(|&clusters| clusters < FEWEST)?;
            let clusters = count(clusters, "cluster");
            return Some(format!(
                "the label with fewest of either kind has them in {clusters} only, {FEWEST} needed"
            ));
        }
        AnyMetric::Binary(_) | AnyMetric::Values(_) => return None,
    }
    let negatives = score.positions - score.positives;
    let (units, name) = if score.positives <= negatives {
        (score.positives, "positive")
    } else {
        (negatives, "negative")
    };
    if units < FEWEST {
        return Some(format!("{} of {FEWEST} needed", count(units, name)));
    }
    // Runs before 0.2 did not count them.
    let clusters = score.rarer_clusters.filter(|&clusters| clusters < FEWEST)?;
    Some(format!(
        "one class is in {} only, {FEWEST} needed",
        count(clusters, "cluster")
    ))
}

/// A limit that too few pass is not passed; what fails even so has failed.
#[must_use]
pub fn hold(ruling: Ruling, few: Option<String>) -> Ruling {
    match few {
        Some(few) if ruling.decision == Decision::Pass => Ruling {
            decision: Decision::Inconclusive,
            because: format!("too few to pass a limit: {few}; {}", ruling.because),
            ..ruling
        },
        _ => ruling,
    }
}
