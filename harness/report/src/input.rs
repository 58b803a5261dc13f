//! What a report is made of.

use std::collections::BTreeMap;

use titer_core::{
    Agreement, CellRecord, Comparison, ControlScore, Curve, Detection, Digest, Fall, GroupFlips,
    GroupScore, Notable, PairedTest, Recalibration, Score, Spread, Verdict,
};
use titer_judge::MeasurementSummary;
use titer_store::Manifest;

/// A judged run: everything that the report shows.
#[derive(Clone, Debug, PartialEq)]
pub struct ReportInput {
    /// What ran, on what.
    pub manifest: Manifest,
    /// Every score.
    pub scores: Vec<Score>,
    /// Every paired difference.
    pub comparisons: Vec<Comparison>,
    /// How far cells agree.
    pub agreements: Vec<Agreement>,
    /// Curves of clean cells.
    pub curves: Vec<Curve>,
    /// The worst errors and the largest changes.
    pub notables: Vec<Notable>,
    /// Scores by stratum.
    pub groups: Vec<GroupScore>,
    /// How far groups lie apart.
    pub spreads: Vec<Spread>,
    /// Flips by class and stratum.
    pub flips: Vec<GroupFlips>,
    /// Tests of paired differences.
    pub tests: Vec<PairedTest>,
    /// Metrics after recalibration.
    pub recalibrations: Vec<Recalibration>,
    /// How well outputs tell in- from out-of-distribution examples.
    pub detections: Vec<Detection>,
    /// How far clean scores fall out of distribution; `None` where the run folder was judged before falls were.
    pub falls: Option<Vec<Fall>>,
    /// Clean scores held against controls.
    pub controls: Vec<ControlScore>,
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
