//! What an ONNX file says of itself, read before ONNX Runtime sees it: that it is whole, that no tensor
//! claims more numbers than are there, and which further files it wants to read.

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

use super::wire::{Fields, Value, WireError, number};

/// How deep graphs may lie within graphs; a file that goes deeper is refused.
const DEEPEST: usize = 64;

/// The largest that the format allows.
const LARGEST_BYTES: u64 = 1 << 31;

/// The most numbers that a sparse tensor may spread to.
const MOST_SPREAD: u64 = 1 << 31;

/// Checks a graph. `further` are the variant's other files.
///
/// # Errors
/// What is wrong with the file and the cure, in words that fit after its path.
pub fn check(path: &Path, further: &[&Path]) -> Result<(), String> {
    let read = |error: std::io::Error| format!("cannot be read: {error}");
    if path.metadata().map_err(read)?.len() >= LARGEST_BYTES {
        return Err(
            "has 2 GiB or more, which no ONNX file may have: export it with external data"
                .to_owned(),
        );
    }
    let bytes = std::fs::read(path).map_err(read)?;
    let folder = path.parent().unwrap_or(Path::new(""));
    check_bytes(&bytes, folder, further)
}

/// Checks a graph in memory that lies in `folder`.
///
/// # Errors
/// As [`check`].
pub fn check_bytes(bytes: &[u8], folder: &Path, further: &[&Path]) -> Result<(), String> {
    // A bare file name has an empty parent.
    let folder = if folder.as_os_str().is_empty() {
        Path::new(".")
    } else {
        folder
    };
    let walk = Walk {
        folder,
        further: further
            .iter()
            .filter_map(|path| path.canonicalize().ok())
            .collect(),
    };
    let mut version = false;
    let mut graph = false;
    for field in Fields::of(bytes) {
        match field.map_err(|error| no_model(&error))? {
            (1, Value::Number(_)) => version = true,
            (7, Value::Bytes(_)) => graph = true,
            _ => {}
        }
    }
    if !version || !graph {
        return Err(
            "is no ONNX model: it has no IR version or no graph; export the model as ONNX"
                .to_owned(),
        );
    }
    walk.message(Message::Model, bytes, 0)
}

/// The places that a graph's tensors are read from beside it, as it names them.
///
/// # Errors
/// The file cannot be read or is no whole model.
pub fn locations(path: &Path) -> Result<BTreeSet<String>, String> {
    let read = |error: std::io::Error| format!("cannot be read: {error}");
    if path.metadata().map_err(read)?.len() >= LARGEST_BYTES {
        return Err("has 2 GiB or more, which no ONNX file may have".to_owned());
    }
    let bytes = std::fs::read(path).map_err(read)?;
    let mut found = BTreeSet::new();
    collect(Message::Model, &bytes, 0, &mut found)?;
    Ok(found)
}

fn collect(
    kind: Message,
    bytes: &[u8],
    depth: usize,
    found: &mut BTreeSet<String>,
) -> Result<(), String> {
    if depth > DEEPEST {
        return Ok(());
    }
    if kind == Message::Tensor {
        let tensor = Tensor::read(bytes).map_err(|error| no_model(&error))?;
        if !tensor.external.is_empty() {
            found.insert(Place::of(&tensor)?.location.to_owned());
        }
        return Ok(());
    }
    for field in Fields::of(bytes) {
        if let (field, Value::Bytes(inner)) = field.map_err(|error| no_model(&error))?
            && let Some(within) = kind.within(field)
        {
            collect(within, inner, depth + 1, found)?;
        }
    }
    Ok(())
}

fn no_model(error: &WireError) -> String {
    format!("is no whole ONNX model: {error}; fetch or export it anew")
}

/// The messages in which tensors lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Message {
    Model,
    Training,
    Graph,
    Node,
    Attribute,
    Function,
    Sparse,
    Tensor,
}

impl Message {
    /// What a field holds, of those that lead to tensors.
    fn within(self, field: u64) -> Option<Self> {
        match (self, field) {
            (Self::Model, 7) | (Self::Training, 1 | 2) | (Self::Attribute, 6 | 11) => {
                Some(Self::Graph)
            }
            (Self::Model, 20) => Some(Self::Training),
            (Self::Model, 25) => Some(Self::Function),
            (Self::Graph, 1) | (Self::Function, 7) => Some(Self::Node),
            (Self::Graph, 15) | (Self::Attribute, 22 | 23) => Some(Self::Sparse),
            (Self::Node, 5) | (Self::Function, 11) => Some(Self::Attribute),
            (Self::Graph, 5) | (Self::Attribute, 5 | 10) | (Self::Sparse, 1 | 2) => {
                Some(Self::Tensor)
            }
            _ => None,
        }
    }
}

struct Walk<'a> {
    folder: &'a Path,
    /// Links resolved.
    further: Vec<PathBuf>,
}

impl Walk<'_> {
    fn message(&self, kind: Message, bytes: &[u8], depth: usize) -> Result<(), String> {
        if depth > DEEPEST {
            return Err(format!(
                "has graphs within graphs, more than {DEEPEST} messages deep: no model needs that"
            ));
        }
        match kind {
            Message::Tensor => return self.tensor(bytes),
            Message::Sparse => spread(bytes)?,
            _ => {}
        }
        for field in Fields::of(bytes) {
            match field.map_err(|error| no_model(&error))? {
                (4, Value::Bytes(b"EPContext")) if kind == Message::Node => {
                    return Err(
                        "holds a compiled engine (EPContext), which cannot be checked: use the graph that it was made of"
                            .to_owned(),
                    );
                }
                (field, Value::Bytes(inner)) => {
                    if let Some(within) = kind.within(field) {
                        self.message(within, inner, depth + 1)?;
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn tensor(&self, bytes: &[u8]) -> Result<(), String> {
        let tensor = Tensor::read(bytes).map_err(|error| no_model(&error))?;
        let name = tensor.name();
        let needed = tensor.needed().ok_or_else(|| {
            format!("tensor {name} has sizes that no machine holds: it is damaged")
        })?;
        if tensor.outside || !tensor.external.is_empty() {
            return self.external(&tensor, needed);
        }
        let fits = match (tensor.raw, needed) {
            (Some(raw), Needed::Bytes(needed)) => needed == raw,
            (Some(raw), Needed::Numbers(numbers)) => numbers <= raw.saturating_mul(8),
            (None, _) => tensor.count().unwrap_or(u64::MAX) <= tensor.typed.saturating_mul(4),
        };
        if fits {
            return Ok(());
        }
        Err(format!(
            "tensor {name} claims {} numbers and holds {} bytes: it is damaged",
            tensor.count().unwrap_or(u64::MAX),
            tensor.raw.unwrap_or(tensor.typed)
        ))
    }

    /// A tensor's external data lie in a declared file, within its size.
    fn external(&self, tensor: &Tensor<'_>, needed: Needed) -> Result<(), String> {
        let name = tensor.name();
        let place = Place::of(tensor).map_err(|reason| format!("tensor {name}: {reason}"))?;
        let file = self.declared(place.location, &name)?;
        let size = file
            .metadata()
            .map_err(|error| format!("{}: cannot be read: {error}", file.display()))?
            .len();
        let wanted = match needed {
            Needed::Bytes(bytes) => place.length.unwrap_or(bytes).max(bytes),
            Needed::Numbers(_) => place.length.unwrap_or(0),
        };
        if place
            .offset
            .checked_add(wanted)
            .is_some_and(|end| end <= size)
        {
            return Ok(());
        }
        Err(format!(
            "tensor {name} lies at {} and has {wanted} bytes, and `{}` has {size}: fetch or export both anew",
            place.offset, place.location
        ))
    }

    /// The declared file at a location that the graph names.
    fn declared(&self, location: &str, name: &str) -> Result<PathBuf, String> {
        let relative = Path::new(location);
        let inside = |part: Component<'_>| matches!(part, Component::Normal(_) | Component::CurDir);
        let foreign = |letter: char| letter == '\\' || letter == ':' || letter.is_control();
        if location.is_empty() || location.contains(foreign) || !relative.components().all(inside) {
            return Err(format!(
                "tensor {name} wants to be read from `{}`, which leaves the model's folder: export it with its data beside it",
                location.escape_debug()
            ));
        }
        let resolved = self.folder.canonicalize().and_then(|folder| {
            self.folder
                .join(relative)
                .canonicalize()
                .map(|file| (folder, file))
        });
        let (folder, file) = resolved.map_err(|error| {
            format!("tensor {name} lies in `{location}`, which cannot be read: {error}; put the file there")
        })?;
        if !file.starts_with(&folder) || !file.is_file() {
            return Err(format!(
                "tensor {name} lies in `{location}`, which is no file within the model's folder once links are followed: put the file itself there"
            ));
        }
        if !self.further.contains(&file) {
            return Err(format!(
                "tensor {name} lies in `{location}`, which the variant's `files` do not name: add it there under a role of its own, as in `data: {{path: {location}, digest: ..., bytes: ...}}`"
            ));
        }
        Ok(file)
    }
}

/// What a tensor needs of room.
#[derive(Clone, Copy, Debug)]
enum Needed {
    Bytes(u64),
    /// The type of the numbers is not known.
    Numbers(u64),
}

/// The part of a tensor that matters here.
#[derive(Debug, Default)]
struct Tensor<'a> {
    name: &'a [u8],
    sizes: Vec<u64>,
    kind: u64,
    raw: Option<u64>,
    /// Bytes in fields of one type.
    typed: u64,
    outside: bool,
    external: Vec<&'a [u8]>,
}

impl<'a> Tensor<'a> {
    fn read(bytes: &'a [u8]) -> Result<Self, WireError> {
        let mut tensor = Self::default();
        for field in Fields::of(bytes) {
            match field? {
                (1, Value::Number(size)) => tensor.sizes.push(size),
                (1, Value::Bytes(mut packed)) => {
                    while !packed.is_empty() {
                        tensor.sizes.push(number(&mut packed)?);
                    }
                }
                (2, Value::Number(kind)) => tensor.kind = kind,
                (4..=7 | 10 | 11, Value::Bytes(values)) => tensor.typed += values.len() as u64 + 1,
                (4..=7 | 10 | 11, _) => tensor.typed += 1,
                (8, Value::Bytes(name)) => tensor.name = name,
                (9, Value::Bytes(raw)) => tensor.raw = Some(raw.len() as u64),
                (13, Value::Bytes(entry)) => tensor.external.push(entry),
                (14, Value::Number(location)) => tensor.outside = location != 0,
                _ => {}
            }
        }
        Ok(tensor)
    }

    fn name(&self) -> String {
        let name: String = String::from_utf8_lossy(self.name)
            .chars()
            .take(80)
            .collect();
        format!("`{}`", name.escape_debug())
    }

    fn count(&self) -> Option<u64> {
        let positive = |size: &u64| i64::try_from(*size).is_ok();
        if !self.sizes.iter().all(positive) {
            return None;
        }
        self.sizes
            .iter()
            .try_fold(1_u64, |count, size| count.checked_mul(*size))
    }

    fn needed(&self) -> Option<Needed> {
        let count = self.count()?;
        let bits = match self.kind {
            25 | 26 => 2,
            21..=23 => 4,
            2 | 3 | 9 | 17..=20 | 24 => 8,
            4 | 5 | 10 | 16 => 16,
            1 | 6 | 12 => 32,
            7 | 11 | 13 | 14 => 64,
            15 => 128,
            _ => return Some(Needed::Numbers(count)),
        };
        Some(Needed::Bytes(count.checked_mul(bits)?.div_ceil(8)))
    }
}

/// Where external data lie.
#[derive(Debug)]
struct Place<'a> {
    location: &'a str,
    offset: u64,
    length: Option<u64>,
}

impl<'a> Place<'a> {
    fn of(tensor: &Tensor<'a>) -> Result<Self, String> {
        let mut texts: [Option<&'a str>; 3] = [None; 3];
        for entry in &tensor.external {
            let (key, value) = pair(entry)?;
            let place = match key {
                "location" => 0,
                "offset" => 1,
                "length" => 2,
                "checksum" => continue,
                other => {
                    return Err(format!(
                        "its external data have the entry `{}`, which Titer does not know",
                        other.escape_debug()
                    ));
                }
            };
            match texts.get_mut(place) {
                Some(text @ None) => *text = Some(value),
                _ => return Err(format!("its external data have two entries `{key}`")),
            }
        }
        let whole = |text: Option<&str>| {
            text.map(|text| {
                text.parse::<u64>()
                    .map_err(|_| format!("`{}` is no place in a file", text.escape_debug()))
            })
            .transpose()
        };
        Ok(Self {
            location: texts[0].ok_or("its external data lie nowhere (no `location`)")?,
            offset: whole(texts[1])?.unwrap_or(0),
            length: whole(texts[2])?,
        })
    }
}

/// A key and a value.
fn pair(entry: &[u8]) -> Result<(&str, &str), String> {
    let (mut key, mut value) = ("", "");
    for field in Fields::of(entry) {
        let text = |bytes| std::str::from_utf8(bytes).map_err(|_| "a name is no text".to_owned());
        match field.map_err(|error| error.to_string())? {
            (1, Value::Bytes(bytes)) => key = text(bytes)?,
            (2, Value::Bytes(bytes)) => value = text(bytes)?,
            _ => {}
        }
    }
    Ok((key, value))
}

/// A sparse tensor is spread when it is loaded: its sizes are what it will take.
fn spread(bytes: &[u8]) -> Result<(), String> {
    let mut count = Some(1_u64);
    for field in Fields::of(bytes) {
        match field.map_err(|error| no_model(&error))? {
            (3, Value::Number(size)) => count = count.and_then(|count| count.checked_mul(size)),
            (3, Value::Bytes(mut packed)) => {
                while !packed.is_empty() {
                    let size = number(&mut packed).map_err(|error| no_model(&error))?;
                    count = count.and_then(|count| count.checked_mul(size));
                }
            }
            _ => {}
        }
    }
    match count {
        Some(count) if count <= MOST_SPREAD => Ok(()),
        _ => Err(
            "has a sparse tensor of more numbers than any machine holds: it is damaged".to_owned(),
        ),
    }
}

#[cfg(test)]
mod tests;
