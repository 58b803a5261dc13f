//! The initializers of an ONNX graph, where they lie in the file.
//!
//! Only the way to them is walked: model (7: graph), graph (5: initializer), tensor (2: type, 4: numbers
//! packed, 8: name, 9: raw bytes).

use std::ops::Range;

use titer_inspection::files::wire::{Fields, Value, WireError};

use crate::random_weights::shuffle_elements;

/// A tensor's numbers in the file.
struct Found {
    name: String,
    size: usize,
    place: Range<usize>,
}

/// Shuffles the initializers that are weights: floating-point and 8-bit numbers. How many those are;
/// `None`: the file is not a whole one.
pub(crate) fn shuffle(bytes: &mut [u8], seed: u64) -> Option<usize> {
    let found = initializers(bytes).ok()?;
    for tensor in &found {
        let numbers = bytes.get_mut(tensor.place.clone())?;
        shuffle_elements(numbers, tensor.size, seed, &tensor.name);
    }
    Some(found.len())
}

fn initializers(file: &[u8]) -> Result<Vec<Found>, WireError> {
    let mut found = Vec::new();
    for graph in messages(file, 7) {
        for tensor in messages(graph?, 5) {
            found.extend(weights(file, tensor?)?);
        }
    }
    Ok(found)
}

/// The messages of a field with this number.
fn messages(of: &[u8], number: u64) -> impl Iterator<Item = Result<&[u8], WireError>> {
    Fields::of(of).filter_map(move |field| match field {
        Ok((at, Value::Bytes(message))) if at == number => Some(Ok(message)),
        Ok(_) => None,
        Err(error) => Some(Err(error)),
    })
}

fn weights(file: &[u8], tensor: &[u8]) -> Result<Option<Found>, WireError> {
    let (mut name, mut size, mut place) = (String::new(), None, None);
    for field in Fields::of(tensor) {
        match field? {
            (2, Value::Number(data_type)) => size = size_of(data_type),
            (8, Value::Bytes(text)) => name = String::from_utf8_lossy(text).into_owned(),
            // Numbers that are packed are f32.
            (4 | 9, Value::Bytes(numbers)) if !numbers.is_empty() => {
                let start = numbers.as_ptr().addr() - file.as_ptr().addr();
                place = Some(start..start + numbers.len());
            }
            _ => {}
        }
    }
    Ok(match (size, place) {
        (Some(size), Some(place)) => Some(Found { name, size, place }),
        _ => None,
    })
}

/// Bytes of a number, by ONNX's data type; whole numbers wider than a byte are shapes and axes.
fn size_of(data_type: u64) -> Option<usize> {
    match data_type {
        1 => Some(4),
        2 | 3 => Some(1),
        10 | 16 => Some(2),
        11 => Some(8),
        _ => None,
    }
}
