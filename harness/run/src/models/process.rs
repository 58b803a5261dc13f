//! What must hold of a variant of the process backend before anything is started.

use titer_spec::{Document, ModelSpec, SpecError, VariantSpec};

use crate::model_folder::ignore;

/// Checks `process` of a variant: it names a program, leaves time, and ignores what can be
/// named.
///
/// # Errors
/// Otherwise.
pub(super) fn check(
    document: &Document<ModelSpec>,
    variant: &VariantSpec,
) -> Result<(), SpecError> {
    let Some(options) = &variant.process else {
        return Ok(());
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
