//! Takes the library and its licences out of a wheel.

use std::fs::File;
use std::io::Read;
use std::path::Path;

/// What is kept of a wheel.
pub(super) struct Unpacked {
    /// Name and content of the texts that must accompany the library.
    pub(super) licences: Vec<(&'static str, Vec<u8>)>,
    /// The library.
    pub(super) library: Vec<u8>,
}

const LICENCES: [&str; 2] = ["LICENSE", "ThirdPartyNotices.txt"];
/// No file that is kept comes near it.
const LARGEST: u64 = 1 << 30;

/// The library and its licences.
pub(super) fn unpack(wheel: &Path, library: &str) -> Result<Unpacked, String> {
    let file = File::open(wheel).map_err(|error| error.to_string())?;
    let mut archive = zip::ZipArchive::new(file).map_err(|error| error.to_string())?;
    let mut licences = Vec::new();
    for name in LICENCES {
        licences.push((name, content(&mut archive, &format!("onnxruntime/{name}"))?));
    }
    let library = content(&mut archive, &format!("onnxruntime/capi/{library}"))?;
    Ok(Unpacked { licences, library })
}

fn content(archive: &mut zip::ZipArchive<File>, path: &str) -> Result<Vec<u8>, String> {
    let file = archive
        .by_name(path)
        .map_err(|error| format!("{path}: {error}"))?;
    let mut bytes = Vec::new();
    file.take(LARGEST)
        .read_to_end(&mut bytes)
        .map_err(|error| format!("{path}: {error}"))?;
    Ok(bytes)
}
