//! What rows say that test and train share.

use titer_core::figures::{count, percent};

use super::{About, Evidence, SOME, Trust, weight};
use crate::alike::{Alike, STRETCH};
use crate::identical::Identical;
use crate::leaks::{ClassShared, Seen, Shared};

fn share(rows: usize, all: usize) -> f64 {
    rows as f64 / all.max(1) as f64
}

/// As in `30 of 80 test intervals (37.5 %)`.
fn of(rows: usize, all: usize, what: &str) -> String {
    let (part, whole) = (count(rows as u64), count(all as u64));
    format!("{part} of {whole} {what} ({})", percent(share(rows, all)))
}

fn leak(weighs: Trust, words: String) -> Evidence {
    Evidence {
        weighs,
        about: About::Leak,
        words,
    }
}

/// What says less of each score than a leak, whatever its share.
fn with_care(words: String) -> Evidence {
    Evidence {
        weighs: Trust::WithCare,
        about: About::Other,
        words,
    }
}

/// As in `1 interval has two labels`.
fn two_labels(found: usize, what: &str) -> Option<Evidence> {
    let words = match found {
        0 => return None,
        1 => format!("1 {what} has two labels"),
        many => format!("{} {what}s have two labels", count(many as u64)),
    };
    Some(with_care(words))
}

/// What shared places say.
#[must_use]
pub fn of_places(shared: &Shared, test: usize) -> Vec<Evidence> {
    let mut evidence = Vec::new();
    evidence.extend(weight(share(shared.rows, test)).map(|weighs| {
        let rows = of(shared.rows, test, "test intervals");
        leak(
            weighs,
            format!("{rows} share bases with a training interval"),
        )
    }));
    for class in &shared.classes {
        evidence.extend(weight(share(class.with_own, class.test)).map(|weighs| {
            let what = format!("test intervals of class {}", class.class);
            let rows = of(class.with_own, class.test, &what);
            leak(
                weighs,
                format!("{rows} share bases with a training interval of the same class"),
            )
        }));
    }
    evidence.extend(shared.classes.iter().filter_map(of_copies));
    if weight(share(shared.test_repeats, test)).is_some() {
        let rows = of(shared.test_repeats, test, "test intervals");
        evidence.push(with_care(format!(
            "{rows} share half of their bases or more with an earlier test interval: they are not independent examples"
        )));
    }
    evidence.extend(two_labels(shared.contradictions, "interval"));
    evidence
}

/// What intervals of a class say that are those of train rows.
fn of_copies(class: &ClassShared) -> Option<Evidence> {
    let named = class.named.iter();
    let named: Vec<String> = named
        .map(|it| format!("{} is training row {} ({})", it.test, it.train, it.place))
        .collect();
    weight(share(class.copies, class.test)).map(|weighs| {
        let what = format!("test intervals of class {}", class.class);
        let words = format!(
            "{} are exact copies of training intervals, {} of them of one of the same class: {}{}",
            of(class.copies, class.test, &what),
            count(class.copies_with_own as u64),
            named.join("; "),
            if named.len() < class.copies {
                "; and so on"
            } else {
                ""
            }
        );
        leak(weighs, words)
    })
}

/// What identical sequences say.
#[must_use]
pub fn of_letters(identical: &Identical, test: usize) -> Vec<Evidence> {
    let mut evidence = Vec::new();
    let in_train = identical.same_strand + identical.other_strand;
    evidence.extend(weight(share(in_train, test)).map(|weighs| {
        let rows = of(in_train, test, "test sequences");
        let turned = count(identical.other_strand as u64);
        leak(
            weighs,
            format!(
                "{rows} occur letter for letter in the training set, {turned} of them as reverse complement"
            ),
        )
    }));
    if weight(share(identical.within_test, test)).is_some() {
        let rows = of(identical.within_test, test, "test sequences");
        evidence.push(with_care(format!(
            "{rows} repeat an earlier test sequence: they are not independent examples"
        )));
    }
    evidence.extend(two_labels(identical.contradictions, "sequence"));
    evidence
}

/// What similar sequences say. A stretch in common (a domain) has to be kept in mind at most.
#[must_use]
pub fn of_alike(alike: &Alike, test: usize) -> Vec<Evidence> {
    let mut evidence = Vec::new();
    evidence.extend(weight(share(alike.close, test)).map(|weighs| {
        let words = format!(
            "{} are near duplicates of a training sequence, {} of them as reverse complement, {} of one of the same class",
            of(alike.close, test, "test sequences"),
            count(alike.close_turned as u64),
            count(alike.close_with_own as u64)
        );
        leak(weighs, words)
    }));
    if weight(share(alike.by_stretch, test)).is_some() {
        let rows = of(alike.by_stretch, test, "test sequences");
        evidence.push(with_care(format!(
            "{rows} have a stretch of {STRETCH} bases or more in common with a training sequence that is not a repeat"
        )));
    }
    if weight(share(alike.within_test, test)).is_some() {
        let rows = of(alike.within_test, test, "test sequences");
        evidence.push(with_care(format!(
            "{rows} are near duplicates of an earlier test sequence: they are not independent examples"
        )));
    }
    evidence
}

/// Test sequences that repeats alone make alike to train sequences: no leak.
#[must_use]
pub fn repeats(alike: &Alike, test: usize) -> Option<String> {
    (share(alike.by_repeat, test) >= SOME).then(|| {
        format!(
            "{} resemble a training sequence by a repeat alone: words of {} bases that occur in the splits more than {} times",
            of(alike.by_repeat, test, "test sequences"),
            alike.repeat_word,
            count(u64::from(alike.repeat_occurrences))
        )
    })
}

/// What groups in both splits say.
#[must_use]
pub fn of_straddling(straddling: Option<usize>, test: usize) -> Option<Evidence> {
    let rows = straddling?;
    weight(share(rows, test)).map(|weighs| Evidence {
        weighs,
        about: About::Other,
        words: format!(
            "{} belong to a group that has training rows too, and the data set says that rows of a group are not independent",
            of(rows, test, "test rows")
        ),
    })
}

/// What regions that a model was trained on say.
#[must_use]
pub fn of_seen(seen: &Seen) -> Option<Evidence> {
    weight(share(seen.rows, seen.test)).map(|weighs| Evidence {
        weighs,
        about: About::Other,
        words: format!(
            "{} lie in {}, which a model was trained on",
            of(seen.rows, seen.test, "test intervals"),
            seen.name
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weighs(evidence: &[Evidence]) -> Vec<Trust> {
        evidence.iter().map(|one| one.weighs).collect()
    }

    /// What is alike in a few bases is no evidence, nor are repeats; near duplicates weigh in full, stretches less.
    #[test]
    fn near_duplicates_weigh_in_full() {
        let of = |close, by_stretch, within_test| {
            let alike = Alike {
                rows: 900,
                close,
                by_stretch,
                by_repeat: 100,
                within_test,
                ..Alike::default()
            };
            assert!(repeats(&alike, 1_000).is_some());
            weighs(&of_alike(&alike, 1_000))
        };
        assert_eq!(of(9, 9, 9), []);
        assert_eq!(of(10, 0, 0), [Trust::WithCare]);
        assert_eq!(of(100, 0, 0), [Trust::DoNotTrust]);
        assert_eq!(of(0, 10, 0), [Trust::WithCare]);
        assert_eq!(of(0, 900, 0), [Trust::WithCare]);
        assert_eq!(of(0, 0, 900), [Trust::WithCare]);
    }

    #[test]
    fn regions_and_groups_weigh_by_their_share() {
        let of = |rows| {
            let seen = Seen {
                name: "seen.bed".to_owned(),
                regions: 5,
                test: 1_000,
                rows,
            };
            of_seen(&seen).map(|one| one.weighs)
        };
        assert_eq!(
            [of(9), of(10), of(100)],
            [None, Some(Trust::WithCare), Some(Trust::DoNotTrust)]
        );
        assert!(of_straddling(None, 1_000).is_none());
        assert!(of_straddling(Some(9), 1_000).is_none());
        let found = of_straddling(Some(100), 1_000).unwrap();
        assert_eq!(found.weighs, Trust::DoNotTrust);
    }

    #[test]
    fn two_labels_agree_with_their_number() {
        let words = |found| two_labels(found, "interval").map(|one| one.words);
        assert_eq!(words(0), None);
        assert_eq!(words(1).unwrap(), "1 interval has two labels");
        assert_eq!(words(2_000).unwrap(), "2,000 intervals have two labels");
    }
}
