//! A graph's inputs and outputs, held to the descriptor and to what is fed.

use std::path::{Path, PathBuf};

use ort::session::Session;
use ort::value::{Outlet, TensorElementType, ValueType};
use titer_core::ModelError;

use titer_adaptors::{Feed, Kind, Made, Values};
use titer_inspection::{Numbers, Port};

use super::{damaged, values};

/// An input of a graph.
#[derive(Clone, Debug)]
pub(super) struct Slot {
    pub(super) name: String,
    pub(super) kind: TensorElementType,
    /// Sizes of the axes; -1 where free.
    shape: Vec<i64>,
    /// Name, type and sizes in words.
    words: String,
}

/// What a graph takes and which of its outputs is read.
#[derive(Debug)]
pub(super) struct Signature {
    path: PathBuf,
    slots: Vec<Slot>,
    /// The input that a feed without a name is for.
    main: String,
    pub(super) output: String,
    /// How many examples the graph takes at once, where that is fixed.
    pub(super) batch: Option<usize>,
}

impl Signature {
    /// Reads a session's signature and compares it with the descriptor.
    pub(super) fn read(
        path: &Path,
        session: &Session,
        made: &[Made],
        output: Option<&str>,
    ) -> Result<Self, ModelError> {
        let slots = session
            .inputs()
            .iter()
            .map(|outlet| slot(path, outlet))
            .collect::<Result<Vec<Slot>, _>>()?;
        let mut main = None;
        for feed in made {
            let slot = slot_of(path, &slots, feed.name.as_deref())?;
            fits(path, slot, feed)?;
            main.get_or_insert_with(|| slot.name.clone());
        }
        Ok(Self {
            path: path.to_owned(),
            main: main.unwrap_or_default(),
            output: the_output(path, session.outputs(), output)?,
            batch: batch(path, &slots)?,
            slots,
        })
    }

    /// Every input of the graph is made by the descriptor.
    pub(super) fn all_fed(&self, made: &[Made]) -> Result<(), ModelError> {
        let fed = |slot: &Slot| {
            let name = Some(slot.name.as_str());
            slot.name == self.main || made.iter().any(|feed| feed.name.as_deref() == name)
        };
        let missing: Vec<Slot> = self
            .slots
            .iter()
            .filter(|slot| !fed(slot))
            .cloned()
            .collect();
        if missing.is_empty() {
            return Ok(());
        }
        Err(damaged(
            &self.path,
            format!(
                "the graph also needs {}, which the descriptor's `input` does not make: name it in `input.also`, or export it without",
                words(&missing)
            ),
        ))
    }

    /// The feeds under the graph's names, each compared with its input.
    pub(super) fn take(&self, feeds: Vec<Feed>) -> Result<Vec<(&Slot, Feed)>, ModelError> {
        let mut taken: Vec<(&Slot, Feed)> = Vec::with_capacity(feeds.len());
        for feed in feeds {
            let name = feed.name.as_deref().unwrap_or(&self.main);
            let Some(slot) = self.slots.iter().find(|slot| slot.name == name) else {
                return Err(ModelError::Input(format!(
                    "the graph has no input `{name}`, its inputs are {}",
                    words(&self.slots)
                )));
            };
            slot.check(&feed, self.batch)?;
            taken.push((slot, feed));
        }
        let missing = self
            .slots
            .iter()
            .find(|slot| !taken.iter().any(|(fed, _)| fed.name == slot.name));
        match missing {
            None => Ok(taken),
            Some(slot) => Err(ModelError::Input(format!(
                "the graph needs the input {}, which nothing feeds",
                slot.words
            ))),
        }
    }
}

impl Slot {
    /// Sizes of the first axis are the batch's matter where it is fixed.
    fn check(&self, feed: &Feed, batch: Option<usize>) -> Result<(), ModelError> {
        let skipped = usize::from(batch.is_some());
        let sizes = feed.shape.len() == self.shape.len()
            && self
                .shape
                .iter()
                .zip(&feed.shape)
                .skip(skipped)
                .all(|(wanted, fed)| *wanted < 0 || usize::try_from(*wanted) == Ok(*fed));
        if sizes && values::becomes(&feed.values, self.kind) {
            return Ok(());
        }
        Err(ModelError::Input(format!(
            "the graph's input is {} and was given {} {:?}: correct `input`, or export the graph with free axes",
            self.words,
            values::word(&feed.values),
            feed.shape
        )))
    }
}

fn slot(path: &Path, outlet: &Outlet) -> Result<Slot, ModelError> {
    match outlet.dtype() {
        ValueType::Tensor { ty, shape, .. } => Ok(Slot {
            name: outlet.name().to_owned(),
            kind: *ty,
            shape: shape.to_vec(),
            words: in_words(outlet),
        }),
        _ => Err(damaged(
            path,
            format!(
                "the input {} is no tensor: export the model so that it takes tensors",
                in_words(outlet)
            ),
        )),
    }
}

/// An input or output as it is, whatever it holds.
pub(super) fn port(outlet: &Outlet) -> Port {
    let (holds, sizes) = match outlet.dtype() {
        ValueType::Tensor { ty, shape, .. } => {
            let holds = match *ty {
                TensorElementType::String => Numbers::Text,
                ty if values::whole(ty) => Numbers::Whole,
                ty if values::readable(ty) => Numbers::Floats,
                ty => Numbers::Other(ty.to_string()),
            };
            let sizes = shape.iter().map(|size| usize::try_from(*size).ok());
            (holds, sizes.collect())
        }
        other => (Numbers::Other(other.to_string()), Vec::new()),
    };
    Port {
        name: outlet.name().to_owned(),
        holds,
        sizes,
    }
}

/// The input that a feed is for; without a name it is the only one.
fn slot_of<'a>(path: &Path, slots: &'a [Slot], name: Option<&str>) -> Result<&'a Slot, ModelError> {
    match (slots, name) {
        (_, Some(name)) => slots.iter().find(|slot| slot.name == name).ok_or_else(|| {
            damaged(
                path,
                format!(
                    "the graph has no input `{name}`, it has {}: correct `input.tensor` or `input.also`",
                    words(slots)
                ),
            )
        }),
        ([only], None) => Ok(only),
        ([], None) => Err(damaged(
            path,
            "the graph has no input: it is no model of sequences",
        )),
        (_, None) => Err(damaged(
            path,
            format!(
                "the graph has {} inputs ({}): say which one the sequence goes to by `input.tensor`, and what the others hold by `input.also`",
                slots.len(),
                words(slots)
            ),
        )),
    }
}

/// Compares an input with what the adaptor makes for it.
fn fits(path: &Path, slot: &Slot, made: &Made) -> Result<(), ModelError> {
    let like = |(wanted, made): (&i64, &Option<usize>)| {
        *wanted < 0 || made.is_none_or(|made| usize::try_from(*wanted) == Ok(made))
    };
    let sizes = slot.shape.get(1..).unwrap_or_default();
    let fits = slot.shape.len() == made.sizes.len() + 1 && sizes.iter().zip(&made.sizes).all(like);
    let (values, kind) = match made.numbers {
        Kind::F32 => (Values::F32(Vec::new()), "f32"),
        Kind::I64 => (Values::I64(Vec::new()), "i64"),
        Kind::Text => (Values::Text(Vec::new()), "text"),
    };
    if fits && values::becomes(&values, slot.kind) {
        return Ok(());
    }
    let free =
        |size: &Option<usize>| size.map_or_else(|| "free".to_owned(), |size| size.to_string());
    let sizes = made.sizes.iter().map(free);
    let sizes: Vec<String> = std::iter::once("batch".to_owned()).chain(sizes).collect();
    Err(ModelError::Input(format!(
        "{}: the graph's input is {}, the descriptor's input makes {kind} [{}]: correct `input`",
        path.display(),
        slot.words,
        sizes.join(", ")
    )))
}

/// The size of the first axis where inputs fix it.
fn batch(path: &Path, slots: &[Slot]) -> Result<Option<usize>, ModelError> {
    let mut fixed = slots
        .iter()
        .filter_map(|slot| slot.shape.first())
        .filter_map(|size| usize::try_from(*size).ok());
    let Some(first) = fixed.next() else {
        return Ok(None);
    };
    if first == 0 || fixed.any(|other| other != first) {
        return Err(damaged(
            path,
            format!(
                "the first axes of its inputs are no batch: {}: export it with a free batch axis",
                words(slots)
            ),
        ));
    }
    Ok(Some(first))
}

fn the_output(path: &Path, outputs: &[Outlet], name: Option<&str>) -> Result<String, ModelError> {
    let found = match name {
        None => outputs.first(),
        Some(name) => outputs.iter().find(|output| output.name() == name),
    };
    let all = || {
        let all: Vec<String> = outputs.iter().map(in_words).collect();
        all.join(", ")
    };
    let output = found.ok_or_else(|| {
        damaged(
            path,
            format!(
                "the graph has no output `{}`, it has {}: correct `output.tensor`",
                name.unwrap_or_default(),
                all()
            ),
        )
    })?;
    match output.dtype() {
        ValueType::Tensor { ty, .. } if values::readable(*ty) => Ok(output.name().to_owned()),
        _ => Err(damaged(
            path,
            format!(
                "the output {} is no tensor of numbers: name another of {} by `output.tensor`, or export it so (of scikit-learn: zipmap=False)",
                in_words(output),
                all()
            ),
        )),
    }
}

/// As in "`reads` f32 [free, 100, 4]".
fn in_words(outlet: &Outlet) -> String {
    match outlet.dtype() {
        ValueType::Tensor { ty, shape, .. } => {
            let sizes: Vec<String> = shape
                .iter()
                .map(|size| match size {
                    size if *size < 0 => "free".to_owned(),
                    size => size.to_string(),
                })
                .collect();
            format!("`{}` {ty} [{}]", outlet.name(), sizes.join(", "))
        }
        other => format!("`{}` {other}", outlet.name()),
    }
}

fn words(slots: &[Slot]) -> String {
    let words: Vec<&str> = slots.iter().map(|slot| slot.words.as_str()).collect();
    words.join(", ")
}
