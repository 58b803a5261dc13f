//! `titer models python`: `titer_model.py`, and the lines that describe it.

use std::path::Path;

use titer_backends::process::PYTHON;
use titer_core::Digest;

use crate::console::say_exactly;
use crate::error::CommandError;

pub(super) fn write(folder: &Path) -> Result<u8, CommandError> {
    let path = folder.join("titer_model.py");
    let failed = |what: &str, error: std::io::Error| {
        CommandError::Argument(format!("{} {what}: {error}", path.display()))
    };
    match std::fs::read_to_string(&path) {
        Ok(found) if found != PYTHON => {
            return Err(CommandError::Argument(format!(
                "{} is there already and is another one: move it away",
                path.display()
            )));
        }
        Ok(_) => {}
        Err(_) => {
            std::fs::write(&path, PYTHON).map_err(|error| failed("cannot be written", error))?;
        }
    }
    say_exactly(&format!(
        "wrote {}; under the variant's `files`:\n\n      titer: {{path: titer_model.py, digest: \"{}\", bytes: {}}}\n",
        path.display(),
        Digest::of(PYTHON.as_bytes()),
        PYTHON.len()
    ));
    say_exactly("your script, beside it:\n");
    say_exactly(five_lines());
    Ok(0)
}

/// The use that the file itself shows.
fn five_lines() -> &'static str {
    let mut parts = PYTHON.splitn(3, "\n\n");
    parts.nth(1).unwrap_or_default()
}
