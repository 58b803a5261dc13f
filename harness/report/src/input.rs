//! What a report is made of.

use std::collections::BTreeMap;

use titer_core::{CellRecord, Digest, Tables, Verdict};
use titer_judge::MeasurementSummary;
use titer_store::Manifest;

/// A judged run: everything that the report shows.
#[derive(Clone, Debug, PartialEq)]
pub struct ReportInput {
    /// What ran, on what.
    pub manifest: Manifest,
    /// Everything that was computed from predictions.
    pub tables: Tables,
    /// The judgement.
    pub verdict: Verdict,
    /// What became of the planned cells; one that was not tried is absent.
    pub cells: Vec<CellRecord>,
    /// Time and memory by the planned measurement's key, or why it failed; one that was not tried is
    /// absent.
    pub measurements: BTreeMap<Digest, Result<MeasurementSummary, String>>,
    /// Digests of the run's results by name: scores, comparisons, scored verdict.
    pub digests: BTreeMap<String, Digest>,
}
