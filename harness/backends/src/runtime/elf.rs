//! Reads what must be true of an ONNX Runtime library before it is loaded: an ELF shared object for this
//! machine, whole, with `OrtGetApiBase`. Loading one that is cut short would end the process by a signal.
//!
//! Source: the System V ABI, chapters 4 and 5; 64-bit little-endian only, as is every machine that
//! ONNX Runtime is released for.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

/// What a library tells about itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Facts {
    /// From the symbol version `VERS_1.32.0`, which ONNX Runtime's own build defines.
    pub(super) version: Option<String>,
}

const NOT_A_LIBRARY: &str = "is not a shared library for this machine: name ONNX Runtime's libonnxruntime.so for Linux on this processor";
const CUT_SHORT: &str = "is cut short: copy it anew, or run `titer runtime install`";
const FOREIGN: &str = "is a library but not ONNX Runtime (it does not export OrtGetApiBase): name libonnxruntime.so itself";

const SHARED_OBJECT: u16 = 3;
const SECTION_STRINGS: u32 = 3;
const SECTION_NOTHING: u32 = 8;
/// Names of exported symbols take well below a megabyte; a greater table is not read.
const LARGEST_TABLE: u64 = 64 << 20;

/// Reads a library's headers and its table of dynamic names.
///
/// # Errors
/// Why it is no ONNX Runtime, in words that follow its path.
pub(super) fn read(path: &Path) -> Result<Facts, String> {
    let mut file = File::open(path).map_err(|error| format!("cannot be read: {error}"))?;
    let size = file.metadata().map_err(|error| error.to_string())?.len();
    let header = at(&mut file, size, 0, 64).map_err(|_| NOT_A_LIBRARY.to_owned())?;
    if header.get(..6) != Some(b"\x7fELF\x02\x01")
        || half(&header, 16) != SHARED_OBJECT
        || machine().is_some_and(|machine| half(&header, 18) != machine)
    {
        return Err(NOT_A_LIBRARY.to_owned());
    }
    check_segments(&mut file, size, &header)?;
    let names = dynamic_names(&mut file, size, &header)?;
    if !names
        .split(|byte| *byte == 0)
        .any(|name| name == b"OrtGetApiBase")
    {
        return Err(FOREIGN.to_owned());
    }
    let version = names
        .split(|byte| *byte == 0)
        .find_map(|name| name.strip_prefix(b"VERS_"))
        .and_then(|version| String::from_utf8(version.to_vec()).ok());
    Ok(Facts { version })
}

/// Everything that loading maps must lie within the file.
fn check_segments(file: &mut File, size: u64, header: &[u8]) -> Result<(), String> {
    let table = entries(file, size, header, 32, 54)?;
    for segment in table.chunks_exact(56) {
        within(size, word(segment, 8), word(segment, 32))?;
    }
    Ok(())
}

/// The strings of `.dynstr`: the string table that is loaded (it has an address).
fn dynamic_names(file: &mut File, size: u64, header: &[u8]) -> Result<Vec<u8>, String> {
    let table = entries(file, size, header, 40, 58)?;
    let mut names = Vec::new();
    for section in table.chunks_exact(64) {
        let (kind, address) = (single(section, 4), word(section, 16));
        let (offset, length) = (word(section, 24), word(section, 32));
        if kind != SECTION_NOTHING {
            within(size, offset, length)?;
        }
        if kind == SECTION_STRINGS && address != 0 && length <= LARGEST_TABLE {
            names.extend(at(file, size, offset, length)?);
        }
    }
    Ok(names)
}

/// A header table: its offset stands at `offset_at`, the size and number of its entries at `size_at`.
fn entries(
    file: &mut File,
    size: u64,
    header: &[u8],
    offset_at: usize,
    size_at: usize,
) -> Result<Vec<u8>, String> {
    let each = u64::from(half(header, size_at));
    let number = u64::from(half(header, size_at + 2));
    let expected = if offset_at == 32 { 56 } else { 64 };
    if number > 0 && each != expected {
        return Err(NOT_A_LIBRARY.to_owned());
    }
    at(file, size, word(header, offset_at), each * number)
}

fn within(size: u64, offset: u64, length: u64) -> Result<(), String> {
    match offset.checked_add(length) {
        Some(end) if end <= size => Ok(()),
        _ => Err(CUT_SHORT.to_owned()),
    }
}

fn at(file: &mut File, size: u64, offset: u64, length: u64) -> Result<Vec<u8>, String> {
    within(size, offset, length)?;
    let mut bytes = vec![0; usize::try_from(length).map_err(|_| CUT_SHORT.to_owned())?];
    file.seek(SeekFrom::Start(offset))
        .and_then(|_| file.read_exact(&mut bytes))
        .map_err(|error| format!("cannot be read: {error}"))?;
    Ok(bytes)
}

fn half(bytes: &[u8], at: usize) -> u16 {
    fixed(bytes, at).map_or(0, u16::from_le_bytes)
}

fn single(bytes: &[u8], at: usize) -> u32 {
    fixed(bytes, at).map_or(0, u32::from_le_bytes)
}

fn word(bytes: &[u8], at: usize) -> u64 {
    fixed(bytes, at).map_or(0, u64::from_le_bytes)
}

fn fixed<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..at + N)?.try_into().ok()
}

/// The number of this machine's processor; `None` where it is not known here.
fn machine() -> Option<u16> {
    match std::env::consts::ARCH {
        "x86_64" => Some(62),
        "aarch64" => Some(183),
        _ => None,
    }
}
