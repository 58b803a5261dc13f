//! The initializers of an ONNX graph, where they lie in the file.
//!
//! Protocol buffers on the wire: a field is a tag (number and kind), then a varint, 4 or 8 bytes, or a
//! length and so many bytes. Only the way to the initializers is walked: model (7: graph), graph (5:
//! initializer), tensor (2: type, 4: numbers packed, 8: name, 9: raw bytes).

use std::ops::Range;

use super::shuffle_elements;

/// A tensor's numbers in the file.
struct Found {
    name: String,
    size: usize,
    place: Range<usize>,
}

/// Shuffles the initializers that are weights: floating-point and 8-bit numbers. How many those are;
/// `None`: the file is not a whole one.
pub(super) fn shuffle(bytes: &mut [u8], seed: u64) -> Option<usize> {
    let mut found = Vec::new();
    for graph in fields(bytes, 0..bytes.len())?
        .into_iter()
        .filter(|field| field.number == 7)
    {
        for tensor in fields(bytes, graph.place)?
            .into_iter()
            .filter(|field| field.number == 5)
        {
            found.extend(weights(bytes, tensor.place)?);
        }
    }
    for tensor in &found {
        let numbers = bytes.get_mut(tensor.place.clone())?;
        shuffle_elements(numbers, tensor.size, seed, &tensor.name);
    }
    Some(found.len())
}

fn weights(bytes: &[u8], tensor: Range<usize>) -> Option<Option<Found>> {
    let (mut name, mut size, mut place) = (String::new(), None, None);
    for field in fields(bytes, tensor)? {
        match field.number {
            2 => size = size_of(field.value),
            8 => name = String::from_utf8_lossy(bytes.get(field.place)?).into_owned(),
            // Numbers that are packed are f32.
            4 | 9 if !field.place.is_empty() => place = Some(field.place),
            _ => {}
        }
    }
    Some(match (size, place) {
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

struct Field {
    number: u64,
    /// Of a varint.
    value: u64,
    /// Of what has a length.
    place: Range<usize>,
}

fn fields(bytes: &[u8], within: Range<usize>) -> Option<Vec<Field>> {
    let mut fields = Vec::new();
    let mut at = within.start;
    while at < within.end {
        let tag = varint(bytes, &mut at, within.end)?;
        let (mut value, mut place) = (0, at..at);
        match tag & 7 {
            0 => value = varint(bytes, &mut at, within.end)?,
            1 => at = at.checked_add(8)?,
            2 => {
                let length = usize::try_from(varint(bytes, &mut at, within.end)?).ok()?;
                place = at..at.checked_add(length)?;
                at = place.end;
            }
            5 => at = at.checked_add(4)?,
            _ => return None,
        }
        if at > within.end {
            return None;
        }
        fields.push(Field {
            number: tag >> 3,
            value,
            place,
        });
    }
    Some(fields)
}

fn varint(bytes: &[u8], at: &mut usize, end: usize) -> Option<u64> {
    let mut value = 0_u64;
    for shift in (0..64).step_by(7) {
        let byte = *bytes.get(*at).filter(|_| *at < end)?;
        *at += 1;
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}
