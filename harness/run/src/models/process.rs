//! What must hold of a variant of the process backend before anything is started.

use titer_spec::{Backend, Document, ModelSpec, SpecError, VariantSpec};

/// Checks `process` of a variant: it stands where it belongs, names a program, leaves time, and names no
/// file of the model's folder whose digest does not count.
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
    for (field, seconds) in [
        ("start_up_s", options.start_up_s),
        ("request_s", options.request_s),
        ("idle_s", options.idle_s),
    ] {
        if seconds == 0 {
            let message = format!("{field}: 0 s is no time at all");
            return Err(document.error(command, message, "write at least 1 second"));
        }
    }
    let listed: Vec<&str> = variant
        .files
        .value
        .values()
        .map(|file| file.path.value.as_str())
        .collect();
    let Some(found) = titer_models::process::unlisted(document.folder(), &command.value, &listed)
    else {
        return Ok(());
    };
    let word = &found.word;
    if found.is_folder {
        let message = format!("command: no file of the folder {word} stands under `files`");
        let cure =
            "list the files that the command reads, so that the cell's key changes when they do";
        return Err(document.error(command, message, cure));
    }
    let message = format!("command: {word} does not stand under `files`");
    let cure = format!(
        "list it there, so that the cell's key changes when it does: `files: {{script: {{path: {word}, digest: \"sha256:...\", bytes: ...}}}}` (sha256sum and wc -c say them)"
    );
    Err(document.error(command, message, cure))
}
