//! What a run folder holds, as judging takes it.

use titer_core::CellRecord;
use titer_spec::plan::{PlannedCell, PlannedDataset, PlannedSuite};
use titer_store::StoredExample;

use crate::error::JudgeError;
use crate::facts::Facts;
use crate::predictions::Predictions;
use crate::scoring::Found;

/// Why a cell without a record counts as failed.
pub const NOT_RUN: &str = "it was not run";

/// The facts of a stored example, with the cluster that the dataset's intervals are clustered by.
///
/// # Errors
/// The example lacks that cluster.
pub fn facts(dataset: &PlannedDataset, mut example: StoredExample) -> Result<Facts, JudgeError> {
    let cluster = match &dataset.cluster {
        None => None,
        Some(name) => match example.clusters.iter().position(|(of, _)| **of == **name) {
            Some(at) => Some(example.clusters.swap_remove(at).1),
            None => {
                return Err(JudgeError::Example {
                    dataset: dataset.name.clone(),
                    id: example.id,
                    reason: format!("has no cluster {name:?}, which its dataset declares"),
                });
            }
        },
    };
    Ok(Facts {
        id: example.id,
        target: example.target,
        cluster,
        place: example.place,
        strata: example.strata,
        bases: example.bases,
        similarity: None,
    })
}

/// What became of a cell, by its record (`None`: it was not tried). Predictions are read only where it
/// finished.
///
/// # Errors
/// What reading predictions gives.
pub fn found<E>(
    record: Option<&CellRecord>,
    examples: u64,
    predictions: impl FnOnce() -> Result<Predictions, E>,
) -> Result<Found, E> {
    match failure(record) {
        Some(reason) => Ok(Found::Failed {
            reason,
            examples: examples - record.map_or(0, |record| record.predicted.min(examples)),
        }),
        None => predictions().map(Found::Predictions),
    }
}

/// Why a cell counts as failed; `None` where it finished.
#[must_use]
pub fn failure(record: Option<&CellRecord>) -> Option<String> {
    match record {
        None => Some(NOT_RUN.to_owned()),
        Some(record) => record.status.failure().map(str::to_owned),
    }
}

/// A cell's dataset.
///
/// # Errors
/// The plan does not hold it.
pub fn dataset_of<'a>(
    plan: &'a titer_spec::Plan,
    cell: &PlannedCell,
) -> Result<&'a PlannedDataset, JudgeError> {
    let mut suites = plan.suites.iter();
    let suite = suites.find(|suite| suite.name == cell.case.suite);
    let name = &cell.case.dataset;
    // What recalibrations are fitted on may lie outside of the part of the suite that is scored.
    let apart = |suite: &'a PlannedSuite| {
        let apart = suite
            .tuning
            .as_ref()
            .and_then(|tuning| tuning.apart.as_deref());
        apart.filter(|dataset| dataset.name == *name)
    };
    let dataset = suite.and_then(|suite| suite.dataset(name).or_else(|| apart(suite)));
    dataset.ok_or_else(|| JudgeError::Plan {
        what: format!("dataset {} of suite {}", cell.case.dataset, cell.case.suite),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::dataset;
    use std::collections::BTreeMap;
    use titer_core::{CellStatus, Digest, Place, Target};

    #[test]
    fn the_declared_cluster_is_taken() {
        let mut windows = dataset("near", true, &["a", "b"]);
        let of = |dataset: &PlannedDataset, name: &str| {
            let clusters = vec![
                (name.into(), "l1".to_owned()),
                ("another".into(), "x".to_owned()),
            ];
            let example = StoredExample {
                id: "e".to_owned(),
                target: Target::Class(0),
                strata: BTreeMap::new(),
                clusters,
                place: Place::default(),
                bases: None,
            };
            facts(dataset, example)
        };
        assert_eq!(
            of(&windows, "locus").unwrap().cluster.as_deref(),
            Some("l1")
        );
        let error = of(&windows, "gene").unwrap_err().to_string();
        assert!(error.contains("has no cluster \"locus\""), "{error}");
        windows.cluster = None;
        assert_eq!(of(&windows, "gene").unwrap().cluster, None);
    }

    #[test]
    fn a_cell_without_a_record_was_not_run() {
        let read = || -> Result<Predictions, ()> { Err(()) };
        let mut record = CellRecord {
            key: Digest::of(b""),
            status: CellStatus::Failed("hang".to_owned()),
            examples: 5,
            predicted: 3,
            non_finite: 1,
            failed: 1,
            truncated: 0,
            squashed: None,
            asked_twice: None,
            predictions: None,
            batch: None,
            repeat: None,
            fit: None,
            found: None,
            instruction_set: None,
            processor: None,
            wall_ns: 0,
        };
        let failed = |reason: &str, examples| Found::Failed {
            reason: reason.to_owned(),
            examples,
        };
        assert_eq!(found(None, 5, read), Ok(failed("it was not run", 5)));
        assert_eq!(found(Some(&record), 5, read), Ok(failed("hang", 2)));
        record.status = CellStatus::Finished;
        assert_eq!(found(Some(&record), 5, read), Err(()));
    }
}
