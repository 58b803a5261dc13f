//! What a file is, by what it begins with: its name is not asked.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Nothing.
    Empty,
    /// safetensors.
    Safetensors,
    /// GGUF.
    Gguf,
    /// ONNX Runtime's own format.
    Ort,
    /// TensorFlow Lite.
    TfLite,
    /// A message of Protocol Buffers that could be an ONNX model.
    MaybeOnnx,
    /// A frozen TensorFlow graph.
    TensorFlow,
    /// Python objects: reading them can run any code.
    Pickle,
    /// A PyTorch checkpoint: a zip archive with a pickle in it.
    TorchZip,
    /// A model of Keras 3.
    KerasZip,
    /// Arrays of NumPy in a zip archive.
    Npz,
    /// Any other zip archive.
    Zip,
    /// HDF5, as Keras 2 and TensorFlow write.
    Hdf5,
    /// An array of NumPy.
    Npy,
    /// An array of NumPy that holds Python objects.
    NpyObjects,
    /// Something compressed, or an archive.
    Compressed,
    /// A program or library.
    Program,
    /// The note that Git keeps in a large file's place.
    LfsPointer,
    /// A web page, mostly an error.
    Html,
    /// A table in Parquet.
    Parquet,
    /// JSON.
    Json,
    /// Other text.
    Text,
    /// Anything else.
    Unknown,
}

/// How much of the start is looked at.
const HEAD_BYTES: u64 = 4096;

impl Kind {
    /// Reads the start and the last byte of a file.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn of(path: &Path) -> std::io::Result<Self> {
        let mut file = File::open(path)?;
        let mut head = Vec::new();
        (&mut file).take(HEAD_BYTES).read_to_end(&mut head)?;
        let mut last = [0];
        if !head.is_empty() {
            file.seek(SeekFrom::End(-1))?;
            file.read_exact(&mut last)?;
        }
        Ok(Self::of_bytes(&head, last[0]))
    }

    /// What begins with `head` and ends with `last`.
    #[must_use]
    pub fn of_bytes(head: &[u8], last: u8) -> Self {
        if head.is_empty() {
            return Self::Empty;
        }
        if let Some((_, kind)) = MAGIC.iter().find(|(magic, _)| head.starts_with(magic)) {
            return *kind;
        }
        match head.get(4..8) {
            Some(b"TFL3") => return Self::TfLite,
            Some(b"ORTM") => return Self::Ort,
            _ => {}
        }
        if head.starts_with(b"PK\x03\x04") {
            return zip(head);
        }
        if head.starts_with(b"\x93NUMPY") {
            return npy(head);
        }
        if head.get(257..262) == Some(b"ustar") {
            return Self::Compressed;
        }
        if head.get(8) == Some(&b'{') && little_endian(head).is_some_and(|length| length < 1 << 40)
        {
            return Self::Safetensors;
        }
        if pickled(head, last) {
            return Self::Pickle;
        }
        text(head).unwrap_or_else(|| message(head))
    }
}

const MAGIC: [(&[u8], Kind); 16] = [
    (b"GGUF", Kind::Gguf),
    (b"FUGG", Kind::Gguf),
    (b"\x89HDF\r\n\x1a\n", Kind::Hdf5),
    // PyTorch before its zip archives: a pickled number that says so.
    (
        b"\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19",
        Kind::Pickle,
    ),
    (
        b"version https://git-lfs.github.com/spec/",
        Kind::LfsPointer,
    ),
    (b"PAR1", Kind::Parquet),
    (b"\x1f\x8b", Kind::Compressed),
    (b"\x28\xb5\x2f\xfd", Kind::Compressed),
    (b"\xfd7zXZ\x00", Kind::Compressed),
    (b"BZh", Kind::Compressed),
    (b"7z\xbc\xaf\x27\x1c", Kind::Compressed),
    (b"\x04\x22\x4d\x18", Kind::Compressed),
    (b"PK\x05\x06", Kind::Zip),
    (b"\x7fELF", Kind::Program),
    (b"MZ\x90\x00", Kind::Program),
    (b"\xcf\xfa\xed\xfe", Kind::Program),
];

fn little_endian(head: &[u8]) -> Option<u64> {
    Some(u64::from_le_bytes(head.get(..8)?.try_into().ok()?))
}

/// A zip archive by the name of its first file.
fn zip(head: &[u8]) -> Kind {
    let length = |from: usize| -> usize {
        let bytes = head
            .get(from..from + 2)
            .and_then(|bytes| bytes.try_into().ok());
        bytes.map_or(0, u16::from_le_bytes).into()
    };
    let name = head.get(30..30 + length(26)).unwrap_or_default();
    let has = |part: &[u8]| head.windows(part.len()).any(|window| window == part);
    if name.ends_with(b"data.pkl") || has(b"/data.pkl") || has(b".pkl") {
        Kind::TorchZip
    } else if name.ends_with(b".npy") {
        Kind::Npz
    } else if has(b"model.weights.h5") || has(b"keras_version") || name == b"metadata.json" {
        Kind::KerasZip
    } else {
        Kind::Zip
    }
}

/// The header is a Python literal: `'descr': '|O'` is an array of objects.
fn npy(head: &[u8]) -> Kind {
    let header = head.get(..512).unwrap_or(head);
    let objects = |window: &[u8]| matches!(window, b"'|O'" | b"\"|O\"" | b"|O'," | b"'O', ");
    if header.windows(4).any(objects) {
        Kind::NpyObjects
    } else {
        Kind::Npy
    }
}

/// Protocols 2 to 5 begin with their number, 0 and 1 with an opcode in ASCII; all end with a full stop.
fn pickled(head: &[u8], last: u8) -> bool {
    if last != b'.' {
        return false;
    }
    // What comes first in a pickle: a frame, a container, a name, text, a number.
    let opcode = |byte: &u8| b"\x95}](cGIJKMNTVUX\x8a\x8b\x8c\x88\x89)\x8f".contains(byte);
    match head {
        [0x80, 2..=5, first, ..] => opcode(first),
        [b'(', b'd' | b'l' | b't', ..] | [b'(', b'i', ..] => true,
        [b'c', rest @ ..] => global(rest),
        [b'}' | b']', b'q' | b'p', ..] => true,
        _ => false,
    }
}

/// `module\nname\n`, as protocol 0 names what it calls.
fn global(rest: &[u8]) -> bool {
    let mut lines = rest.split(|byte| *byte == b'\n');
    let word = |line: Option<&[u8]>| {
        line.is_some_and(|line| {
            !line.is_empty()
                && line
                    .iter()
                    .all(|byte| byte.is_ascii_alphanumeric() || b"_.".contains(byte))
        })
    };
    word(lines.next()) && word(lines.next())
}

fn text(head: &[u8]) -> Option<Kind> {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    // A letter may be cut in two at the end of what was read.
    let whole = match std::str::from_utf8(head) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(head.get(..error.valid_up_to())?).ok()?
        }
        Err(_) => return None,
    };
    if whole.contains(|letter: char| letter.is_control() && !letter.is_whitespace()) {
        return None;
    }
    let start: String = whole.trim_start().chars().take(64).collect();
    let start = start.to_ascii_lowercase();
    Some(
        if start.starts_with("<!doctype")
            || start.starts_with("<html")
            || (start.starts_with("<?xml") && whole.contains("<Error>"))
        {
            Kind::Html
        } else if start.starts_with(['{', '[']) {
            Kind::Json
        } else {
            Kind::Text
        },
    )
}

/// An ONNX model begins with its IR version, a number; a frozen TensorFlow graph with a node.
fn message(head: &[u8]) -> Kind {
    match head {
        [0x08, ..] => Kind::MaybeOnnx,
        [0x0a, ..] => {
            let named = |name: &[u8]| head.windows(name.len()).any(|window| window == name);
            if named(b"Placeholder") || named(b"Const") {
                Kind::TensorFlow
            } else {
                Kind::Unknown
            }
        }
        _ => Kind::Unknown,
    }
}

#[cfg(test)]
mod tests;
