//! "Did you mean": the nearest known name.

/// The known name nearest to what was written, if it is near enough to be a slip.
#[must_use]
pub fn nearest<'a>(written: &str, known: &[&'a str]) -> Option<&'a str> {
    known
        .iter()
        .map(|name| (edits(written, name), *name))
        .filter(|(edits, name)| {
            let length = name.len().max(written.len());
            // More than half of it changed is another word: `auc` is no slip of `mcc`.
            *edits <= length / 3 + 1 && 2 * edits <= length
        })
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

/// Levenshtein's distance, in bytes, with two neighbours that changed places as one edit.
fn edits(a: &str, b: &str) -> usize {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for i in 0..a.len() {
        let mut next = vec![i + 1];
        for j in 0..b.len() {
            let substituted = row[j] + usize::from(a[i] != b[j]);
            let mut best = substituted.min(row[j + 1] + 1).min(next[j] + 1);
            if i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j] {
                best = best.min(before[j - 1] + 1);
            }
            next.push(best);
        }
        before = std::mem::replace(&mut row, next);
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
        assert_eq!(nearest("auc", &["mcc", "auroc"]), Some("auroc"));
        assert_eq!(nearest("fra", &["near", "far"]), Some("far"));
        assert_eq!(nearest("b", &["a", "c"]), None);
        assert_eq!(nearest("", &["a"]), None);
    }

    #[test]
    fn edits_are_counted() {
        assert_eq!(edits("", "abc"), 3);
        assert_eq!(edits("kitten", "sitting"), 3);
        assert_eq!(edits("form", "from"), 1);
        assert_eq!(edits("abc", "abc"), 0);
    }
}
