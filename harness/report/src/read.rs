//! A judged run folder, read for its report.

use titer_judge::JudgeError;
use titer_judge::run::{measurements, records};
use titer_store::{RunFolder, StoreError};

use crate::input::ReportInput;

/// Reads everything that the report shows.
///
/// # Errors
/// The folder has not been judged, or something in it cannot be read.
pub fn read(folder: &RunFolder) -> Result<ReportInput, JudgeError> {
    let manifest = folder.read_manifest()?;
    let plan = &manifest.plan;
    Ok(ReportInput {
        scores: folder.read_scores()?,
        comparisons: folder.read_comparisons()?,
        agreements: folder.read_agreements()?,
        curves: folder.read_curves()?,
        notables: folder.read_notables()?,
        groups: folder.read_rows()?,
        spreads: folder.read_rows()?,
        flips: folder.read_rows()?,
        tests: folder.read_rows()?,
        recalibrations: folder.read_rows()?,
        detections: folder.read_rows()?,
        falls: match folder.read_rows() {
            Ok(rows) => Some(rows),
            // Earlier versions judged without them.
            Err(StoreError::Missing { .. }) => None,
            Err(error) => return Err(error.into()),
        },
        controls: folder.read_rows()?,
        verdict: folder.read_verdict()?,
        cells: records(folder, plan)?,
        measurements: measurements(folder, plan)?,
        digests: folder.digests(plan)?,
        manifest,
    })
}
