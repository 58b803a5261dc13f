//! `titer schema`: the JSON schema of a kind of file.

use titer_spec::schema;

use crate::console::say_exactly;
use crate::error::CommandError;

/// `report.json`, which Titer writes and nobody else.
const REPORT: &str = "report";

pub(super) fn run(kind: &str) -> Result<u8, CommandError> {
    let found = match kind {
        REPORT => Some(titer_report::schema::report()),
        _ => schema::of(kind),
    };
    let Some(schema) = found else {
        let known = schema::KINDS.join(", ");
        return Err(CommandError::Argument(format!(
            "there is no schema of `{kind}`\n  help: one of {known}, {REPORT}"
        )));
    };
    say_exactly(schema.trim_end());
    Ok(0)
}
