//! Truth per base: comma-separated offsets and half-open ranges of the scored stretch.

use std::ops::Range;

use crate::error::{Flaw, quoted};

/// Marks the sites of one class. `classes` names the classes for the message about a second site on
/// the same base.
pub(crate) fn mark(
    truth: &mut [u8],
    background: u8,
    class: u8,
    text: &str,
    classes: &[String],
) -> Result<(), Flaw> {
    let length = truth.len();
    for written in parts(text) {
        let offset: usize = written.parse().map_err(|_| {
            Flaw::new(
                format!("offset {} is not a whole number", quoted(written)),
                "write 0-based offsets inside the scored stretch, separated by commas",
            )
        })?;
        let Some(base) = truth.get_mut(offset) else {
            return Err(Flaw::new(
                format!("offset {offset} lies outside the stretch of {length} bases"),
                "count from 0 at the first base after the context",
            ));
        };
        if *base != background {
            let taken = classes.get(usize::from(*base)).map_or("", String::as_str);
            return Err(Flaw::new(
                format!("offset {offset} is already a site of class `{taken}`"),
                "give each base one class",
            ));
        }
        *base = class;
    }
    Ok(())
}

/// Reads the ranges that are scored.
pub(crate) fn ranges(text: &str, length: usize) -> Result<Vec<Range<usize>>, Flaw> {
    let mut ranges: Vec<Range<usize>> = Vec::new();
    for written in parts(text) {
        let range = range(written)?;
        if range.start >= range.end || range.end > length {
            return Err(Flaw::new(
                format!("range {written} is empty or leaves the stretch of {length} bases"),
                "write start-end with start < end, 0-based and half-open",
            ));
        }
        if let Some(last) = ranges.last()
            && range.start < last.end
        {
            return Err(Flaw::new(
                format!("range {written} begins before the end of the one before it"),
                "sort the ranges and join those that overlap",
            ));
        }
        ranges.push(range);
    }
    if ranges.is_empty() {
        return Err(Flaw::new(
            "no range is scored",
            "name at least one range, or leave the example out",
        ));
    }
    Ok(ranges)
}

fn range(written: &str) -> Result<Range<usize>, Flaw> {
    let ends = written.split_once('-').and_then(|(start, end)| {
        let end: usize = end.parse().ok()?;
        Some(start.parse().ok()?..end)
    });
    ends.ok_or_else(|| {
        Flaw::new(
            format!("{} is not a range", quoted(written)),
            "write half-open ranges as start-end, separated by commas, as in 0-5000",
        )
    })
}

fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').filter(|part| !part.is_empty())
}
