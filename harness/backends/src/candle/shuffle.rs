//! The tensors of a safetensors file, where they lie.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::random_weights::shuffle_elements;

#[derive(Deserialize)]
struct Entry {
    dtype: String,
    data_offsets: [usize; 2],
}

/// Shuffles every tensor of numbers; how many those are. `None`: the file is not a whole one.
pub(crate) fn shuffle(bytes: &mut [u8], seed: u64) -> Option<usize> {
    let (start, tensors) = tensors(bytes)?;
    let mut shuffled = 0;
    for (name, entry) in tensors {
        let size = match entry.dtype.as_str() {
            "F64" => 8,
            "F32" => 4,
            "F16" | "BF16" => 2,
            _ => continue,
        };
        let [from, to] = entry.data_offsets;
        let place = start.checked_add(from)?..start.checked_add(to)?;
        shuffle_elements(bytes.get_mut(place)?, size, seed, &name);
        shuffled += 1;
    }
    Some(shuffled)
}

/// Where the numbers begin, and the tensors by name.
fn tensors(bytes: &[u8]) -> Option<(usize, BTreeMap<String, Entry>)> {
    let length = u64::from_le_bytes(bytes.get(..8)?.try_into().ok()?);
    let start = usize::try_from(length).ok()?.checked_add(8)?;
    let header: BTreeMap<String, serde_json::Value> =
        serde_json::from_slice(bytes.get(8..start)?).ok()?;
    let mut tensors = BTreeMap::new();
    for (name, value) in header {
        if name != "__metadata__" {
            tensors.insert(name, serde_json::from_value(value).ok()?);
        }
    }
    Some((start, tensors))
}
