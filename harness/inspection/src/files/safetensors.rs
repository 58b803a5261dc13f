//! A safetensors header, held to the file's size before anything is allocated for its tensors.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};

/// The longest header, as the format's own library has it.
const LONGEST_HEADER_BYTES: u64 = 100_000_000;

/// Checks a file: the header's length, that every tensor has as many bytes as its shape and type need, that
/// tensors neither overlap nor leave holes, and that they end where the file ends.
///
/// # Errors
/// What is wrong, in words that fit after its path.
pub fn check(path: &Path) -> Result<(), String> {
    let read = |error: std::io::Error| format!("cannot be read: {error}");
    let mut file = File::open(path).map_err(read)?;
    let size = file.metadata().map_err(read)?.len();
    let mut length = [0_u8; 8];
    if size < 8 {
        return Err(broken("it has no header"));
    }
    file.read_exact(&mut length).map_err(read)?;
    let length = u64::from_le_bytes(length);
    let data = size
        .checked_sub(8)
        .and_then(|rest| rest.checked_sub(length))
        .ok_or_else(|| broken(&format!("its header claims {length} bytes of {size}")))?;
    if length > LONGEST_HEADER_BYTES {
        return Err(broken(&format!("its header claims {length} bytes")));
    }
    let mut header = Vec::new();
    file.take(length).read_to_end(&mut header).map_err(read)?;
    let header: Header = serde_json::from_slice(&header)
        .map_err(|error| broken(&format!("its header is not of the format ({error})")))?;
    header.check(data).map_err(|reason| broken(&reason))
}

fn broken(reason: &str) -> String {
    format!("is no whole safetensors file ({reason}): fetch or export it anew")
}

/// Every entry in its order, one that stands twice included.
struct Header(Vec<(String, Entry)>);

#[derive(Deserialize)]
struct Entry {
    dtype: String,
    shape: Vec<u64>,
    data_offsets: (u64, u64),
}

impl Header {
    /// `data` is how many bytes follow the header.
    fn check(&self, data: u64) -> Result<(), String> {
        let mut places = Vec::with_capacity(self.0.len());
        for (name, entry) in &self.0 {
            entry
                .check(data)
                .map_err(|reason| format!("tensor `{}` {reason}", name.escape_debug()))?;
            places.push((entry.data_offsets, name));
        }
        places.sort();
        let mut end = 0;
        for ((from, to), name) in &places {
            if *from != end {
                let name = name.escape_debug();
                return Err(format!(
                    "tensor `{name}` begins at {from}, and {end} bytes are spoken for"
                ));
            }
            end = *to;
        }
        if end != data {
            return Err(format!("its tensors have {end} bytes and the file {data}"));
        }
        let mut names: Vec<&String> = self.0.iter().map(|(name, _)| name).collect();
        names.sort();
        match names.windows(2).find(|pair| pair[0] == pair[1]) {
            Some(pair) => Err(format!("tensor `{}` stands twice", pair[0].escape_debug())),
            None => Ok(()),
        }
    }
}

impl Entry {
    fn check(&self, data: u64) -> Result<(), String> {
        let (from, to) = self.data_offsets;
        if from > to || to > data {
            return Err(format!("lies at {from} to {to} of {data} bytes"));
        }
        let bits = bits(&self.dtype).ok_or_else(|| {
            format!(
                "holds `{}`, which is no type of the format",
                self.dtype.escape_debug()
            )
        })?;
        let numbers = self
            .shape
            .iter()
            .try_fold(bits, |count, size| count.checked_mul(*size));
        match numbers {
            Some(bits) if bits.is_multiple_of(8) && bits / 8 == to - from => Ok(()),
            _ => Err(format!(
                "is {} {:?} and has {} bytes",
                self.dtype,
                self.shape,
                to - from
            )),
        }
    }
}

fn bits(dtype: &str) -> Option<u64> {
    Some(match dtype {
        "F4" => 4,
        "F6_E2M3" | "F6_E3M2" => 6,
        "BOOL" | "U8" | "I8" | "F8_E5M2" | "F8_E4M3" | "F8_E8M0" | "F8_E4M3FNUZ"
        | "F8_E5M2FNUZ" => 8,
        "I16" | "U16" | "F16" | "BF16" => 16,
        "I32" | "U32" | "F32" => 32,
        "I64" | "U64" | "F64" | "C64" => 64,
        _ => return None,
    })
}

impl<'de> Deserialize<'de> for Header {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries;
        impl<'de> Visitor<'de> for Entries {
            type Value = Header;

            fn expecting(&self, words: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                words.write_str("tensors by name")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Header, A::Error> {
                let mut entries = Vec::new();
                while let Some(name) = map.next_key::<String>()? {
                    if name == "__metadata__" {
                        map.next_value::<IgnoredAny>()?;
                    } else {
                        entries.push((name, map.next_value()?));
                    }
                }
                Ok(Header(entries))
            }
        }
        deserializer.deserialize_map(Entries)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(header: &str, data: usize) -> String {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.safetensors");
        let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
        bytes.extend(header.as_bytes());
        bytes.resize(bytes.len() + data, 0);
        std::fs::write(&path, bytes).unwrap();
        check(&path).err().unwrap_or_default()
    }

    #[test]
    fn headers_are_held_to_the_file() {
        let sound = r#"{"__metadata__":{"a":"b"},"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"v":{"dtype":"F16","shape":[1,1],"data_offsets":[8,10]}}  "#;
        assert_eq!(said(sound, 10), "");
        for (from, to, data, says) in [
            ("", "", 9, "lies at 8 to 10 of 9"),
            ("", "", 11, "tensors have 10 bytes and the file 11"),
            ("[2]", "[3]", 10, "F32 [3] and has 8 bytes"),
            ("[2]", "[4611686018427387904,4]", 10, "and has 8 bytes"),
            ("[8,10]", "[7,9]", 10, "begins at 7, and 8"),
            ("[8,10]", "[9,11]", 11, "begins at 9, and 8"),
            ("[8,10]", "[10,8]", 10, "lies at 10 to 8"),
            ("\"F16\"", "\"Q4\"", 10, "no type of the format"),
            ("\"v\"", "\"w\"", 10, "stands twice"),
            ("\"shape\":[2],", "", 10, "missing field `shape`"),
            ("[2]", "[-2]", 10, "not of the format"),
        ] {
            let error = said(&sound.replacen(from, to, 1), data);
            assert!(error.contains(says), "{to}: {error}");
        }
        assert!(said(&"[".repeat(5000), 0).contains("not of the format"));
    }

    #[test]
    fn a_header_longer_than_the_file_is_not_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.safetensors");
        for (length, says) in [(u64::MAX, "claims"), (9, "claims 9 bytes of 16")] {
            let mut bytes = length.to_le_bytes().to_vec();
            bytes.extend([b' '; 8]);
            std::fs::write(&path, bytes).unwrap();
            let error = check(&path).unwrap_err();
            assert!(error.contains(says), "{error}");
        }
        std::fs::write(&path, b"short").unwrap();
        assert!(check(&path).unwrap_err().contains("no header"));
    }
}
