//! Truth per base: offsets of sites and scored ranges, as text in a table's cells.

use std::ops::Range;

/// Reads comma-separated offsets below `length`.
pub fn offsets(text: &str, length: usize) -> Result<Vec<usize>, String> {
    pieces(text)
        .map(|piece| {
            let offset: usize = piece.parse().map_err(|_| {
                format!("`{piece}` is not an offset: write whole numbers with commas")
            })?;
            if offset < length {
                Ok(offset)
            } else {
                Err(format!(
                    "offset {offset} lies outside the stretch of {length} bases"
                ))
            }
        })
        .collect()
}

/// Reads comma-separated half-open ranges `start-end`, sorted and apart, within `length`.
pub fn ranges(text: &str, length: usize) -> Result<Vec<Range<usize>>, String> {
    let mut ranges: Vec<Range<usize>> = Vec::new();
    for piece in pieces(text) {
        let range = range(piece).ok_or_else(|| {
            format!("`{piece}` is not a range: write start-end, end not included")
        })?;
        if range.start >= range.end || range.end > length {
            return Err(format!(
                "range {piece} does not lie inside the stretch of {length} bases"
            ));
        }
        if ranges.last().is_some_and(|last| last.end > range.start) {
            return Err(format!(
                "range {piece} overlaps the one before it, or precedes it"
            ));
        }
        ranges.push(range);
    }
    if ranges.is_empty() {
        Err("nothing is scored".to_owned())
    } else {
        Ok(ranges)
    }
}

fn range(piece: &str) -> Option<Range<usize>> {
    let (start, end) = piece.split_once('-')?;
    Some(start.parse().ok()?..end.parse().ok()?)
}

fn pieces(text: &str) -> impl Iterator<Item = &str> {
    text.split(',')
        .map(str::trim)
        .filter(|piece| !piece.is_empty())
}
