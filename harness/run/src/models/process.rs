//! What must hold of a variant of the process backend before anything is started.

use titer_spec::{Backend, Document, ModelSpec, SpecError, VariantSpec};

use crate::model_folder::ignore;

/// Checks `process` of a variant: it stands where it belongs, names a program, leaves time, and ignores what can be
/// named.
///
/// # Errors
/// Otherwise.
pub fn check(document: &Document<ModelSpec>, variant: &VariantSpec) -> Result<(), SpecError> {
    let wrong = |message: &str, cure: &str| Err(document.error(&variant.variant, message, cure));
    let options = match (&variant.process, variant.backend) {
        (Some(options), Backend::Process) => options,
        (None, Backend::Process) => {
            let cure = "add `process: {command: [python3, model.py]}` to the variant";
            return wrong("process: the process backend needs a command", cure);
        }
        (Some(_), other) => {
            let message = format!("process: the backend is {}", other.name());
            return wrong(&message, "take `process` out, or use `backend: process`");
        }
        (None, _) => return Ok(()),
    };
    let command = &options.command;
    if command.value.first().is_none_or(String::is_empty) {
        let cure = "name a program and its arguments, as in `[python3, model.py]`";
        return Err(document.error(command, "command: there is no program", cure));
    }
    for pattern in &options.ignore {
        if let Err(reason) = ignore::parse(&pattern.value) {
            let message = format!("ignore: `{}`: {reason}", pattern.value);
            let cure = "write a path relative to the descriptor's folder, as in `logs`, `*.txt` or `data/**/*.tsv`";
            return Err(document.error(pattern, message, cure));
        }
    }
    Ok(())
}
