//! What failed.

use crate::context::failures::failures;
use crate::index::Index;
use crate::number::counted;

/// The first failure, and how many more there are.
pub(super) fn points(index: &Index<'_>) -> Vec<String> {
    text(index).into_iter().collect()
}

fn text(index: &Index<'_>) -> Option<String> {
    let failures = failures(index);
    let first = failures.first()?;
    let more = match failures.len() as u64 - 1 {
        0 => String::new(),
        more => format!(
            " {} are listed under Failures.",
            counted(more, "other", "others")
        ),
    };
    let why = first.why.trim_end_matches('.');
    Some(format!("{}: {why}.{more}", first.what))
}
