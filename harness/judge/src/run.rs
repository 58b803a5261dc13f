//! A run folder judged: the steps after the models have run, each reading what the step before left.
//!
//! `cells -> scores -> verdict`. Nothing here executes a model, so anyone can repeat it.

use std::collections::BTreeMap;

use titer_core::table::Table;
use titer_core::{Attack, CellRecord, Digest, MeasuredInput, Mutant, Verdict};
use titer_spec::Plan;
use titer_spec::evaluation::Scenario;
use titer_spec::plan::{PlannedCell, PlannedDataset};
use titer_store::{Manifest, RunFolder, StoreError};

use crate::error::JudgeError;
use crate::facts::TakeFacts;
use crate::measured::{MeasurementSummary, summarize};
use crate::predictions::Predictions;
use crate::scoring::{Found, Source, score_plan};
use crate::searches::{self, Left, Searched};
use crate::stored;
use crate::verdict::{Evidence, judge};

/// A run folder as a source of examples and predictions.
#[derive(Clone, Copy, Debug)]
pub struct Stored<'a> {
    /// The run folder.
    pub folder: &'a RunFolder,
    /// Its plan.
    pub plan: &'a Plan,
}

impl Source for Stored<'_> {
    fn facts(&self, dataset: &PlannedDataset, take: &mut TakeFacts<'_>) -> Result<(), JudgeError> {
        let mut taken = Ok(());
        self.folder
            .each_example(&dataset.examples, &mut |example| {
                if taken.is_ok() {
                    taken = stored::facts(dataset, example).and_then(&mut *take);
                }
            })?;
        taken
    }

    fn inputs(&self, dataset: &PlannedDataset) -> Result<Vec<MeasuredInput>, JudgeError> {
        let Some(digest) = &dataset.inputs else {
            return Ok(Vec::new());
        };
        Ok(self.folder.read_inputs(digest)?)
    }

    fn similarities(&self, dataset: &PlannedDataset) -> Result<Vec<Option<f64>>, JudgeError> {
        let Some(digest) = &dataset.similarity else {
            return Ok(Vec::new());
        };
        Ok(self.folder.read_similarities(digest)?)
    }

    fn found(&self, cell: &PlannedCell) -> Result<Found, JudgeError> {
        let record = self.folder.read_cell_record(&cell.key)?;
        let examples = stored::dataset_of(self.plan, cell)?.count;
        stored::found(record.as_ref(), examples, || {
            let mut predictions = Predictions::default();
            self.folder.each_prediction(&cell.key, &mut |some| {
                some.iter().for_each(|one| predictions.push(one));
                Ok(())
            })?;
            Ok(predictions)
        })
    }
}

impl Searched for Stored<'_> {
    fn clusters(&self, dataset: &PlannedDataset) -> Result<BTreeMap<String, String>, JudgeError> {
        let mut clusters = BTreeMap::new();
        self.facts(dataset, &mut |fact| {
            let cluster = fact.cluster.unwrap_or_else(|| fact.id.clone());
            clusters.insert(fact.id, cluster);
            Ok(())
        })?;
        Ok(clusters)
    }

    fn drawn(&self, key: &Digest) -> Result<u64, JudgeError> {
        let record = self.folder.read_cell_record(key)?;
        Ok(record.map_or(0, |record| record.examples))
    }

    fn attacks(&self, key: &Digest) -> Result<Left<Attack>, JudgeError> {
        self.left(key)
    }

    fn mutants(&self, key: &Digest) -> Result<Left<Mutant>, JudgeError> {
        self.left(key)
    }
}

impl Stored<'_> {
    fn left<T: Table>(&self, key: &Digest) -> Result<Left<T>, JudgeError> {
        let record = self.folder.read_cell_record(key)?;
        if let Some(reason) = stored::failure(record.as_ref()) {
            return Ok(Err(reason));
        }
        let found = self.folder.read_found(key)?;
        Ok(found.ok_or_else(|| stored::NOT_RUN.to_owned()))
    }
}

/// Cells to scores, curves, comparisons, agreements and notable examples, written into the run folder.
/// `progress` hears what is done next, how many cells are done, and how many there are.
///
/// # Errors
/// The folder cannot be read or written, or what it holds does not fit together.
pub fn score(folder: &RunFolder, progress: &dyn Fn(&str, usize, usize)) -> Result<(), JudgeError> {
    let plan = folder.read_manifest()?.plan;
    let stored = Stored {
        folder,
        plan: &plan,
    };
    let mut judged = score_plan(&plan, &stored, progress)?;
    searches::add(&plan, &stored, &mut judged)?;
    // Only who has the data can show its letters (`titer run`): what was kept of them stays.
    match folder.read_rows() {
        Ok(kept) => judged.shown_sequences = kept,
        Err(StoreError::Missing { .. }) => {}
        Err(error) => return Err(error.into()),
    }
    folder.write_tables(&judged)?;
    Ok(())
}

/// Scores, comparisons and measurements to the verdict, written into the run folder.
///
/// # Errors
/// The folder cannot be read or written, or a gate matches nothing.
pub fn decide(folder: &RunFolder) -> Result<Verdict, JudgeError> {
    let manifest = folder.read_manifest()?;
    let verdict = decide_by(folder, &manifest, &manifest.plan)?;
    folder.write_verdict(&verdict)?;
    Ok(verdict)
}

/// The verdict that a plan with these gates comes to; nothing is written.
///
/// # Errors
/// The folder cannot be read, or a gate matches nothing.
pub fn decide_by(
    folder: &RunFolder,
    manifest: &Manifest,
    plan: &Plan,
) -> Result<Verdict, JudgeError> {
    let (scores, comparisons) = (folder.read_rows()?, folder.read_rows()?);
    let agreements = folder.read_rows()?;
    let (mut failed_cells, mut instruction_sets) = (BTreeMap::new(), BTreeMap::new());
    for cell in plan.all_cells() {
        let record = folder.read_cell_record(&cell.key)?;
        if let Some(reason) = stored::failure(record.as_ref()) {
            failed_cells.insert(cell.key, reason);
        }
        if let Some(known) = record.and_then(|record| record.instruction_set) {
            instruction_sets.insert(cell.key, known);
        }
    }
    let mut measurements = measurements(folder, plan)?;
    for planned in &plan.measurements {
        measurements
            .entry(planned.key)
            .or_insert_with(|| Err(stored::NOT_RUN.to_owned()));
    }
    let (group_differences, controls) = (folder.read_rows()?, folder.read_rows()?);
    let (falls, ladders) = (folder.read_rows()?, folder.read_rows()?);
    let prevalences = folder.read_rows()?;
    let responses = folder.read_rows()?;
    let mut verdict = judge(Evidence {
        plan,
        falls: &falls,
        ladders: &ladders,
        prevalences: &prevalences,
        responses: &responses,
        group_differences: &group_differences,
        controls: &controls,
        scores: &scores,
        comparisons: &comparisons,
        agreements: &agreements,
        failed_cells: &failed_cells,
        instruction_sets: &instruction_sets,
        measurements: &measurements,
    })?;
    crate::machine_words::beside(&mut verdict, plan, &manifest.machine);
    Ok(verdict)
}

/// The records of the planned cells that were tried, in the plan's order.
///
/// # Errors
/// A record cannot be read.
pub fn records(folder: &RunFolder, plan: &Plan) -> Result<Vec<CellRecord>, JudgeError> {
    let mut records = Vec::new();
    for cell in plan.all_cells() {
        records.extend(folder.read_cell_record(&cell.key)?);
    }
    Ok(records)
}

/// What the planned measurements that were tried came to, or why they failed.
///
/// # Errors
/// A measurement cannot be read.
pub fn measurements(
    folder: &RunFolder,
    plan: &Plan,
) -> Result<BTreeMap<Digest, Result<MeasurementSummary, String>>, JudgeError> {
    let mut summaries = BTreeMap::new();
    for planned in &plan.measurements {
        let Some(measured) = folder.read_measurement(&planned.key)? else {
            continue;
        };
        let scenario = plan.latency.as_ref().map(|latency| &latency.scenario);
        let scenario = scenario.unwrap_or(&Scenario::SingleStream);
        let summary = measured
            .map(|measured| summarize(&planned.model, &planned.variant, &measured, scenario));
        summaries.insert(planned.key, summary);
    }
    Ok(summaries)
}
