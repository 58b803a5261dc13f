//! "Did you mean": the nearest known name.

/// The known name nearest to what was written, if it is near enough to be a slip.
#[must_use]
pub fn nearest<'a>(written: &str, known: &[&'a str]) -> Option<&'a str> {
    known
        .iter()
        .map(|name| (edits(written, name), *name))
        .filter(|(edits, name)| *edits <= name.len().max(written.len()) / 3 + 1)
        .min_by_key(|(edits, _)| *edits)
        .map(|(_, name)| name)
}

/// A cure for an unknown name: the nearest one, or all of them.
#[must_use]
pub fn cure(written: &str, known: &[&str]) -> String {
    match nearest(written, known) {
        Some(name) => format!("did you mean `{name}`? Known: {}", list(known)),
        None => format!("known: {}", list(known)),
    }
}

fn list(known: &[&str]) -> String {
    if known.is_empty() {
        "none".to_owned()
    } else {
        known.join(", ")
    }
}

/// Levenshtein's distance, in bytes.
fn edits(a: &str, b: &str) -> usize {
    let b = b.as_bytes();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, left) in a.bytes().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, right) in b.iter().enumerate() {
            let substituted = diagonal + usize::from(left != *right);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_recognised_and_strangers_are_not() {
        assert_eq!(nearest("auorc", &["auroc", "brier"]), Some("auroc"));
        assert_eq!(nearest("zzzzzzzz", &["auroc", "brier"]), None);
    }
}
