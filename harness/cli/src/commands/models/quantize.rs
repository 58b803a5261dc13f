//! `titer models quantize`: a candle variant's weights as GGUF, and the lines that describe them.

use std::path::Path;

use titer_core::Digest;
use titer_run::models::LoadedModel;

use crate::console::say_exactly;
use crate::error::CommandError;

pub(super) fn write(
    model: &LoadedModel,
    variant: &str,
    precision: &str,
    to: &Path,
) -> Result<u8, CommandError> {
    let loaded = model.variant(variant)?;
    let backend = loaded.spec.backend;
    let role = backend.weights().filter(|_| backend.precisions().is_some());
    let Some(weights) = role.and_then(|role| loaded.files.get(role)) else {
        return Err(CommandError::Argument(format!(
            "{variant} is no variant of the candle backend: name one that has `weights` as safetensors"
        )));
    };
    if to.exists() {
        return Err(CommandError::Argument(format!(
            "{} is there already: name another file",
            to.display()
        )));
    }
    let share = titer_backends::quantize(weights, to, precision)?;
    let bytes = std::fs::read(to).map_err(|error| {
        CommandError::Argument(format!("{} cannot be read back: {error}", to.display()))
    })?;
    let file = to.file_name().unwrap_or_default().to_string_lossy();
    if share.in_blocks > 0 {
        say_exactly(&format!(
            "# {} of {} numbers lie in blocks; rows that are no whole blocks, and vectors, stay fp32",
            share.in_blocks, share.all
        ));
    }
    say_exactly(&format!("  - variant: {precision}-candle"));
    say_exactly("    backend: candle");
    say_exactly(&format!("    precision: {precision}"));
    say_exactly(&format!(
        "    made: From the weights of {variant} by titer models quantize"
    ));
    say_exactly("    files:");
    say_exactly(&format!(
        "      weights: {{path: {file}, digest: \"{}\", bytes: {}}}",
        Digest::of(&bytes),
        bytes.len()
    ));
    if let Some(config) = loaded.spec.files.value.get("config") {
        say_exactly(&format!(
            "      config: {{path: {}, digest: \"{}\", bytes: {}}}",
            config.path.value, config.digest.value, config.bytes
        ));
    }
    Ok(0)
}
