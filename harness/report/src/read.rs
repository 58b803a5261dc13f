//! A judged run folder, read for its report.

use titer_judge::JudgeError;
use titer_judge::run::{measurements, records};
use titer_store::RunFolder;

use crate::input::ReportInput;

/// Reads everything that the report shows.
///
/// # Errors
/// The folder has not been judged, or something in it cannot be read.
pub fn read(folder: &RunFolder) -> Result<ReportInput, JudgeError> {
    let manifest = folder.read_manifest()?;
    let plan = &manifest.plan;
    let tables = folder.read_tables()?;
    Ok(ReportInput {
        verdict: folder.read_verdict()?,
        cells: records(folder, plan)?,
        measurements: measurements(folder, plan)?,
        digests: folder.digests_with(plan, &tables)?,
        tables,
        manifest,
    })
}
