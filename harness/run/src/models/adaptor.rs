//! Input and output of a descriptor: sound in themselves, and fit for the data.

use titer_adaptors::{Adaptor, AdaptorError, At};
use titer_core::{Query, Sequence};
use titer_spec::{Document, ModelSpec, SpecError};

use super::{LoadedModel, LoadedVariant};
use crate::survey::Survey;

/// What can be told without a variant's files.
pub(super) fn check(document: &Document<ModelSpec>) -> Result<(), SpecError> {
    let (input, output) = (&document.value.input, &document.value.output);
    let spans = [("window", &input.window), ("positions", &output.positions)];
    for (field, span) in spans {
        let Some(span) = span.as_ref() else { continue };
        if span.value.start >= span.value.end {
            let (what, one) = match field {
                "window" => ("base", "base"),
                _ => ("position", "position"),
            };
            let message = format!(
                "{field}: {} to {} holds no {what}",
                span.value.start, span.value.end
            );
            let cure = format!("`end` is one past the last {one} and lies after `start`");
            return Err(document.error(span, message, cure));
        }
    }
    let ways = [
        input.one_hot.is_some(),
        input.tokens.is_some(),
        input.letters.is_some(),
    ];
    if ways.iter().filter(|given| **given).count() != 1 {
        return Err(document.error(
            &document.place(&document.value.model, "input"),
            "input: it needs exactly one of `one_hot`, `tokens` and `letters`",
            "say how letters become numbers, as in `one_hot: {alphabet: ACGT, layout: length_channels, other: zeros}`",
        ));
    }
    Ok(())
}

/// The adaptor of a variant, whose files are verified.
///
/// # Errors
/// The descriptor contradicts itself, or a file is not what it says.
pub fn adaptor(model: &LoadedModel, variant: &LoadedVariant) -> Result<Adaptor, SpecError> {
    let spec = model.spec_of(&variant.spec.variant.value);
    Adaptor::new(&spec.input, &spec.output, &variant.files)
        .map_err(|error| unsound(model, variant, error, ""))
}

/// Holds a dataset's examples to what the model takes, by the shortest and the longest of them.
///
/// # Errors
/// One of them is refused, or they differ in length and a batch cannot.
pub fn fits(
    model: &LoadedModel,
    variant: &LoadedVariant,
    dataset: &str,
    examples: &Survey,
    batch_size: usize,
) -> Result<(), SpecError> {
    let spec = model.spec_of(&variant.spec.variant.value);
    let (document, input) = (&model.document, &spec.input);
    let (Some(shortest), Some(longest)) = (&examples.shortest, &examples.longest) else {
        return Ok(());
    };
    let least = shortest.sequence.len();
    if let Some(window) = input
        .window
        .as_ref()
        .filter(|window| window.value.end > least)
    {
        let message = format!(
            "window: {} to {} reaches past sequences of {least} bases in dataset {dataset}",
            window.value.start, window.value.end
        );
        let cure = "correct the window, or use a dataset with longer sequences";
        return Err(document.error(window, message, cure));
    }
    let most = longest.sequence.len();
    let tokens = input.tokens.as_ref().map(|tokens| &tokens.value);
    let free = input.letters.is_none() && tokens.is_none_or(|tokens| tokens.length.is_none());
    if least != most && input.bases().is_none() && free && batch_size > 1 {
        let message = format!(
            "input: sequences of dataset {dataset} have {least} to {most} bases, and those of a batch must be equally long"
        );
        let cure = "add `length: {bases: ..., shorter: ..., longer: ...}`, or use `batch_size: 1`";
        let at = document.place(&document.value.model, "input");
        return Err(document.error(&at, message, cure));
    }
    let adaptor = adaptor(model, variant)?;
    for example in [shortest, longest] {
        adaptor.encode(&[Query::from(example)]).map_err(|error| {
            let of = format!(" (example {} of dataset {dataset})", example.id);
            unsound(model, variant, error, &of)
        })?;
    }
    Ok(())
}

/// What a sequence becomes: a line for each input of the graph.
///
/// # Errors
/// As [`adaptor`], or it is refused.
pub fn shown(
    model: &LoadedModel,
    variant: &LoadedVariant,
    sequence: &Sequence,
) -> Result<Vec<String>, SpecError> {
    let adaptor = adaptor(model, variant)?;
    adaptor
        .shown(sequence)
        .map_err(|error| unsound(model, variant, error, " (a made-up sequence)"))
}

/// What is wrong with the adaptor, at the field or the file that says so.
fn unsound(
    model: &LoadedModel,
    variant: &LoadedVariant,
    error: AdaptorError,
    of: &str,
) -> SpecError {
    let document = &model.document;
    let AdaptorError { at, message, cure } = error;
    match at {
        At::Field(field) => {
            let at = document.place(&document.value.model, &field);
            document.error(&at, format!("{message}{of}"), cure)
        }
        At::File { role, path } => {
            let message = format!("files: {path}: {message}{of}");
            let files = &variant.spec.files;
            match files.value.get(role) {
                Some(entry) => document.error(&entry.path, message, cure),
                None => document.error(files, message, cure),
            }
        }
    }
}
