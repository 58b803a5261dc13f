//! "Did you mean": the known name that was meant.

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::error::cut;

mod other_names;

use other_names::OTHER_NAMES;

/// Bytes of a name for which another one is looked for, at most.
const MAX_WRITTEN: usize = 200;

/// The known name that was meant: the same but for case and signs, or what others call it, or the nearest one if it is near
/// enough to be a slip, or one that begins so.
#[must_use]
pub fn nearest<'a>(written: &str, known: &[&'a str]) -> Option<&'a str> {
    if written.len() > MAX_WRITTEN {
        return None;
    }
    let letters = bare(written);
    let find = |is_it: &dyn Fn(&str) -> bool| known.iter().copied().find(|known| is_it(known));
    let same = find(&|known| !letters.is_empty() && bare(known) == letters);
    let mut others = OTHER_NAMES.iter();
    let other = others.find(|(_, others)| others.contains(&letters.as_str()));
    let begun = || find(&|known| letters.len() > 2 && bare(known).starts_with(&letters));
    match (same, other) {
        (Some(same), _) => Some(same),
        // Where that is not offered another name is no stand-in: `aurc` is none for `auc`.
        (None, Some((meant, _))) => find(&|known| known == *meant),
        (None, None) => slip(written, known).or_else(begun),
    }
}

/// The letters and digits of a name, in lower case.
fn bare(name: &str) -> String {
    let letters = name.chars().filter(|c| c.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}

/// The known name of the fewest edits.
fn slip<'a>(written: &str, known: &[&'a str]) -> Option<&'a str> {
    let written = written.to_lowercase();
    known
        .iter()
        .filter(|name| name.len() <= MAX_WRITTEN)
        .map(|name| (edits(&written, &name.to_lowercase()), *name))
        .filter(|(edits, name)| {
            let length = name.len().max(written.len());
            // More than half of it changed is another word: `auc` is no slip of `mcc`.
            *edits <= length / 3 + 1 && 2 * edits <= length
        })
        .min_by_key(|(edits, _)| *edits)
        .map(|(_, name)| name)
}

/// A cure for an unknown name: the one that was meant, or all of them.
#[must_use]
pub fn cure(written: &str, known: &[&str]) -> String {
    match nearest(written, known) {
        Some(name) => format!("did you mean `{name}`? Known: {}", list(known)),
        None => format!("known: {}", list(known)),
    }
}

/// Names of a list at most.
const MAX_LISTED: usize = 60;
/// Characters of each at most.
const MAX_SHOWN: usize = 80;

/// The names, each once, in their order.
fn list(known: &[&str]) -> String {
    let mut seen = BTreeSet::new();
    let names = known.iter().filter(|it| seen.insert(**it));
    let names: Vec<Cow<'_, str>> = names.map(|name| cut(name, MAX_SHOWN)).collect();
    match names.len() {
        0 => "none".to_owned(),
        number if number > MAX_LISTED => format!(
            "{}, and {} more",
            names[..MAX_LISTED].join(", "),
            number - MAX_LISTED
        ),
        _ => names.join(", "),
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
    use crate::MetricSpec;

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
    fn what_others_call_a_metric_is_known() {
        let metrics = MetricSpec::ALL
            .iter()
            .map(|metric| metric.name())
            .collect::<Vec<_>>();
        for (meant, written) in [
            (
                "auroc",
                &["auc", "roc_auc", "AUROC", "ROC-AUC", "AUC", "au_roc"][..],
            ),
            (
                "average_precision",
                &["auprc", "aupr", "ap", "AP", "PR-AUC"],
            ),
            ("accuracy", &["acc", "Accuracy"]),
            ("f1", &["f1_score", "F1", "f1-score"]),
            ("mcc", &["matthews", "matthews_corrcoef", "MCC"]),
            ("log_loss", &["logloss", "cross_entropy", "nll"]),
            ("recall", &["sensitivity"]),
        ] {
            for written in written {
                assert_eq!(nearest(written, &metrics), Some(meant), "{written}");
            }
        }
        // Where the metric is not offered, another one is no stand-in.
        assert_eq!(nearest("auc", &["mcc", "aurc"]), None);
    }

    #[test]
    fn a_name_that_is_begun_is_known() {
        let variants = ["fp32", "int8-static", "int8-dynamic"];
        assert_eq!(nearest("int8", &variants), Some("int8-static"));
        assert_eq!(nearest("i", &variants), None);
        assert_eq!(nearest(&"f".repeat(1_000_000), &variants), None);
    }

    #[test]
    fn every_other_name_is_of_a_known_one_and_none_has_two() {
        let metrics = MetricSpec::ALL
            .iter()
            .map(|metric| metric.name())
            .collect::<Vec<_>>();
        let known = metrics.into_iter().chain(["train", "tuning", "test"]);
        let known: Vec<&str> = known.collect();
        let mut seen = BTreeSet::new();
        for (name, others) in OTHER_NAMES {
            assert!(known.contains(name), "{name}");
            for other in *others {
                assert_eq!(bare(other), *other);
                assert!(seen.insert(other), "{other}");
                assert!(known.iter().all(|known| bare(known) != *other), "{other}");
            }
        }
    }

    #[test]
    fn a_list_names_nothing_twice_and_ends() {
        assert_eq!(cure("zzz", &["b", "a", "b"]), "known: b, a");
        let many: Vec<String> = (0..100).map(|number| format!("name{number:03}")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        let said = cure("zzz", &many);
        assert!(said.ends_with("name059, and 40 more"), "{said}");
    }

    #[test]
    fn edits_are_counted() {
        assert_eq!(edits("", "abc"), 3);
        assert_eq!(edits("kitten", "sitting"), 3);
        assert_eq!(edits("form", "from"), 1);
        assert_eq!(edits("abc", "abc"), 0);
    }
}
