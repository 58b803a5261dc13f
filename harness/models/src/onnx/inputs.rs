//! A graph's inputs, held to what the adaptor makes.

use std::path::Path;

use ort::value::{Outlet, TensorElementType, ValueType};
use titer_core::ModelError;

use super::damaged;
use super::signature::{in_words, names};
use crate::{Kind, Made};

/// A graph's inputs by the order of feeds.
pub(super) struct Inputs {
    /// The names of feeds that name none.
    pub(super) first: String,
    /// How many sequences the graph takes at once, where that is fixed.
    pub(super) batch: Option<usize>,
}

/// Finds the input of every feed; none is left over, and each is of the feed's type and shape.
pub(super) fn inputs(path: &Path, outlets: &[Outlet], made: &[Made]) -> Result<Inputs, ModelError> {
    let mut first = None;
    let mut batch = None;
    for feed in made {
        let outlet = find(path, outlets, feed)?;
        let fixed = fits(path, outlet, feed)?;
        batch = batch.or(fixed);
        first.get_or_insert_with(|| outlet.name().to_owned());
    }
    let fed = |outlet: &&Outlet| {
        made.len() == 1 && outlets.len() == 1
            || made
                .iter()
                .any(|feed| feed.name.as_deref() == Some(outlet.name()))
    };
    match outlets.iter().find(|outlet| !fed(outlet)) {
        None => Ok(Inputs {
            first: first.unwrap_or_default(),
            batch,
        }),
        Some(outlet) => Err(damaged(
            path,
            format!(
                "the graph has {} inputs ({}), and nothing feeds `{}`: name it in `input.tensor` or `input.also`",
                outlets.len(),
                names(outlets),
                outlet.name()
            ),
        )),
    }
}

fn find<'a>(path: &Path, outlets: &'a [Outlet], feed: &Made) -> Result<&'a Outlet, ModelError> {
    let found = match (&feed.name, outlets) {
        (None, [only]) => Some(only),
        (None, _) => {
            return Err(damaged(
                path,
                format!(
                    "the graph has {} inputs ({}): name the one that is fed in `input.tensor`, and the others in `input.also`",
                    outlets.len(),
                    names(outlets)
                ),
            ));
        }
        (Some(name), _) => outlets.iter().find(|outlet| outlet.name() == name),
    };
    found.ok_or_else(|| {
        damaged(
            path,
            format!(
                "the graph has no input `{}`, it has {}: correct `input.tensor` or `input.also`",
                feed.name.as_deref().unwrap_or_default(),
                outlets
                    .iter()
                    .map(|outlet| format!("`{}`", outlet.name()))
                    .collect::<Vec<_>>()
                    .join(", ")
            ),
        )
    })
}

/// The batch size where it is fixed.
fn fits(path: &Path, outlet: &Outlet, feed: &Made) -> Result<Option<usize>, ModelError> {
    let ValueType::Tensor { ty, shape, .. } = outlet.dtype() else {
        return Err(of_type(path, outlet, feed));
    };
    let expected = match feed.numbers {
        Kind::F32 => TensorElementType::Float32,
        Kind::I64 => TensorElementType::Int64,
        Kind::Text => TensorElementType::String,
    };
    if *ty != expected {
        return Err(of_type(path, outlet, feed));
    }
    let sizes = shape.get(1..).unwrap_or_default();
    let same = |(size, made): (&i64, &Option<usize>)| {
        *size < 0 || made.is_none_or(|made| usize::try_from(*size) == Ok(made))
    };
    let fits = shape.len() == feed.sizes.len() + 1 && sizes.iter().zip(&feed.sizes).all(same);
    if fits {
        return Ok(shape.first().and_then(|batch| usize::try_from(*batch).ok()));
    }
    let made: Vec<String> = feed
        .sizes
        .iter()
        .map(|size| size.map_or_else(|| "free".to_owned(), |size| size.to_string()))
        .collect();
    let made = std::iter::once("batch".to_owned()).chain(made);
    Err(ModelError::Input(format!(
        "{}: the graph's input `{}` is {}, the descriptor makes [{}]: correct `input`",
        path.display(),
        outlet.name(),
        in_words(shape),
        made.collect::<Vec<_>>().join(", ")
    )))
}

fn of_type(path: &Path, outlet: &Outlet, feed: &Made) -> ModelError {
    let made = match feed.numbers {
        Kind::F32 => "numbers of f32",
        Kind::I64 => "whole numbers of i64",
        Kind::Text => "text",
    };
    damaged(
        path,
        format!(
            "`{}` is {}, the descriptor makes {made}: correct `input`, or export it so",
            outlet.name(),
            outlet.dtype()
        ),
    )
}
