//! `titer schema`: the JSON schema of a kind of file.

use titer_spec::schema;

use crate::console::say_exactly;
use crate::error::CommandError;

pub(super) fn run(kind: &str) -> Result<u8, CommandError> {
    let Some(schema) = schema::of(kind) else {
        let known = schema::KINDS.join(", ");
        return Err(CommandError::Argument(format!(
            "there is no schema of `{kind}`\n  help: one of {known}"
        )));
    };
    say_exactly(schema.trim_end());
    Ok(0)
}
