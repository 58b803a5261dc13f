//! A graph's input and output, held to the descriptor.

use std::path::Path;

use ort::session::Session;
use ort::value::{Outlet, TensorElementType, ValueType};
use titer_core::ModelError;
use titer_spec::model::{Input, Layout};

use super::damaged;

pub(super) fn the_input<'a>(
    path: &Path,
    session: &'a Session,
    input: &Input,
) -> Result<&'a Outlet, ModelError> {
    let inputs = session.inputs();
    let [only] = inputs else {
        return Err(damaged(
            path,
            format!(
                "the graph has {} inputs ({}), Titer feeds one",
                inputs.len(),
                names(inputs)
            ),
        ));
    };
    match &input.tensor {
        Some(name) if name != only.name() => Err(damaged(
            path,
            format!(
                "the graph has no input `{name}`, its input is `{}`: correct `input.tensor`",
                only.name()
            ),
        )),
        _ => Ok(only),
    }
}

pub(super) fn the_output(
    path: &Path,
    session: &Session,
    name: Option<&str>,
) -> Result<String, ModelError> {
    let outputs = session.outputs();
    let found = match name {
        None => outputs.first(),
        Some(name) => outputs.iter().find(|output| output.name() == name),
    };
    let output = found.ok_or_else(|| {
        damaged(
            path,
            format!(
                "the graph has no output `{}`, it has {}: correct `output.tensor`",
                name.unwrap_or_default(),
                names(outputs)
            ),
        )
    })?;
    shape_of_floats(path, output)?;
    Ok(output.name().to_owned())
}

/// Compares the graph's input with what the adaptor makes; the batch size where it is fixed.
pub(super) fn fits(
    path: &Path,
    outlet: &Outlet,
    input: &Input,
) -> Result<Option<usize>, ModelError> {
    let window = &input.window.value;
    let length = window.end.saturating_sub(window.start) as i64;
    let channels = input.one_hot.alphabet.len() as i64;
    let expected = match input.one_hot.layout {
        Layout::LengthChannels => [length, channels],
        Layout::ChannelsLength => [channels, length],
    };
    let shape = shape_of_floats(path, outlet)?;
    match shape {
        [batch, first, second]
            if (*first < 0 || *first == expected[0]) && (*second < 0 || *second == expected[1]) =>
        {
            Ok(usize::try_from(*batch).ok())
        }
        _ => Err(ModelError::Input(format!(
            "{}: the graph's input `{}` is {}, the descriptor's input makes [batch, {}, {}]: correct `input.window` and `input.one_hot`",
            path.display(),
            outlet.name(),
            in_words(shape),
            expected[0],
            expected[1]
        ))),
    }
}

fn shape_of_floats<'a>(path: &Path, outlet: &'a Outlet) -> Result<&'a [i64], ModelError> {
    match outlet.dtype() {
        ValueType::Tensor {
            ty: TensorElementType::Float32,
            shape,
            ..
        } => Ok(shape),
        other => Err(damaged(
            path,
            format!(
                "`{}` is {other}, Titer takes tensors of f32: export it so",
                outlet.name()
            ),
        )),
    }
}

fn in_words(shape: &[i64]) -> String {
    let sizes: Vec<String> = shape
        .iter()
        .map(|size| match size {
            size if *size < 0 => "free".to_owned(),
            size => size.to_string(),
        })
        .collect();
    format!("[{}]", sizes.join(", "))
}

fn names(outlets: &[Outlet]) -> String {
    let names: Vec<&str> = outlets.iter().map(Outlet::name).collect();
    names.join(", ")
}
