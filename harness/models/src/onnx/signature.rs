//! A graph's output, held to the descriptor.

use std::path::Path;

use ort::session::Session;
use ort::value::{Outlet, TensorElementType, ValueType};
use titer_core::ModelError;

use super::damaged;

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

pub(super) fn in_words(shape: &[i64]) -> String {
    let sizes: Vec<String> = shape
        .iter()
        .map(|size| match size {
            size if *size < 0 => "free".to_owned(),
            size => size.to_string(),
        })
        .collect();
    format!("[{}]", sizes.join(", "))
}

pub(super) fn names(outlets: &[Outlet]) -> String {
    let names: Vec<&str> = outlets.iter().map(Outlet::name).collect();
    names.join(", ")
}
