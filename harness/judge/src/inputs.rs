//! What the sequences of a suite's datasets are, and how far those out of distribution lie from those in distribution.
//!
//! A run folder keeps no sequence: what was measured of them while they were read is all that there is.

mod distances;
mod shares;
mod side;

use titer_core::{InputSummary, Tables};
use titer_spec::Plan;
use titer_spec::plan::{PlannedDataset, PlannedSuite};
use titer_statistics::quantile;

use crate::error::JudgeError;
use crate::scoring::Source;

use distances::distances;
use shares::shares;
use side::Side;

/// Adds the rows of a suite; none of a dataset that was not measured.
///
/// # Errors
/// What was measured cannot be read.
pub fn add(
    plan: &Plan,
    suite: &PlannedSuite,
    source: &dyn Source,
    judged: &mut Tables,
) -> Result<(), JudgeError> {
    let mut sides = Vec::new();
    for dataset in &suite.datasets {
        let measured = source.inputs(dataset)?;
        if !measured.is_empty() {
            sides.push(Side::new(dataset, measured));
        }
    }
    judged
        .inputs
        .extend(sides.iter().map(|side| summary(suite, side)));
    judged.input_shares.extend(shares(suite, &sides));
    let of = |inside: bool| {
        sides
            .iter()
            .filter(move |it| it.dataset.in_distribution == inside)
    };
    for inside in of(true) {
        for outside in of(false) {
            judged
                .distances
                .extend(distances(plan, suite, inside, outside));
        }
    }
    Ok(())
}

fn summary(suite: &PlannedSuite, side: &Side<'_>) -> InputSummary {
    let sorted = |mut numbers: Vec<f64>| {
        numbers.sort_unstable_by(f64::total_cmp);
        numbers
    };
    let lengths = sorted(side.lengths().map(|(_, length)| length).collect());
    let gc = sorted(side.gc_shares().map(|(_, share)| share).collect());
    let at = |sorted: &[f64], q: f64| (!sorted.is_empty()).then(|| quantile(sorted, q));
    let sum = |of: fn(&titer_core::MeasuredInput) -> u64| side.inputs.iter().map(of).sum::<u64>();
    let (letters, known) = (sum(|it| it.length), sum(|it| it.known));
    let PlannedDataset {
        name,
        in_distribution,
        count,
        ..
    } = side.dataset;
    InputSummary {
        suite: suite.name.clone(),
        dataset: name.clone(),
        split: suite.split.clone(),
        in_distribution: *in_distribution,
        examples: *count,
        measured: side.inputs.len() as u64,
        clusters: side.clusters as u64,
        length_min: at(&lengths, 0.0),
        length_q05: at(&lengths, 0.05),
        length_q25: at(&lengths, 0.25),
        length_median: at(&lengths, 0.5),
        length_q75: at(&lengths, 0.75),
        length_q95: at(&lengths, 0.95),
        length_max: at(&lengths, 1.0),
        gc_mean: (!gc.is_empty()).then(|| gc.iter().sum::<f64>() / gc.len() as f64),
        gc_q05: at(&gc, 0.05),
        gc_q25: at(&gc, 0.25),
        gc_median: at(&gc, 0.5),
        gc_q75: at(&gc, 0.75),
        gc_q95: at(&gc, 0.95),
        unknown_share: (letters > 0).then(|| (letters - known) as f64 / letters as f64),
    }
}
