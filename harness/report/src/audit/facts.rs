//! What the splits hold, in a few lines.

use titer_audit::Audit;
use titer_audit::hygiene::Hygiene;

use crate::number::{count, percent};

/// A name and what it is.
pub(super) type Fact = (&'static str, String);

fn of(rows: usize, all: usize) -> String {
    let share = rows as f64 / all.max(1) as f64;
    format!("{} ({})", count(rows as u64), percent(share))
}

/// What the splits hold.
pub(super) fn facts(audit: &Audit) -> Vec<Fact> {
    let [train, test] = &audit.hygiene;
    let mut facts = vec![
        ("training rows", split(audit, train, audit.train)),
        ("test rows", split(audit, test, audit.test)),
        ("independent test examples", independent(audit)),
        (
            "leaked test rows",
            format!(
                "{} share bases with, are identical to, or are near duplicates of a training row",
                of(audit.leaked, audit.test)
            ),
        ),
    ];
    facts.extend(audit.straddling.map(|rows| {
        let words = format!(
            "{} test rows belong to a declared group that has training rows too",
            of(rows, audit.test)
        );
        ("groups in both splits", words)
    }));
    facts.extend(audit.seen.as_ref().map(|seen| {
        let words = format!(
            "{} of {} test rows share bases with one of {} regions of {}",
            count(seen.rows as u64),
            count(seen.test as u64),
            count(seen.regions as u64),
            seen.name
        );
        ("in regions that a model saw", words)
    }));
    facts.extend(audit.identical.as_ref().map(|identical| {
        let words = format!(
            "{} test rows occur in the training set, {} as reverse complement; {} repeat an earlier test row, {} training rows an earlier training row; {} sequences have two labels",
            count(identical.same_strand as u64),
            count(identical.other_strand as u64),
            count(identical.within_test as u64),
            count(identical.within_train as u64),
            count(identical.contradictions as u64)
        );
        ("identical sequences", words)
    }));
    facts
}

fn independent(audit: &Audit) -> String {
    format!(
        "{} clusters of rows that share bases or are near duplicates, worth {} independent examples if rows of a cluster are alike; the largest cluster holds {} of the test rows",
        count(audit.clusters as u64),
        count(audit.effective.round() as u64),
        percent(audit.largest_cluster)
    )
}

/// As in "27,097: 12,355 negative, 14,742 positive; 200 to 251 bases, median 240".
fn split(audit: &Audit, hygiene: &Hygiene, rows: usize) -> String {
    let classes: Vec<String> = audit
        .classes
        .iter()
        .zip(&hygiene.classes)
        .map(|(class, rows)| format!("{} {class}", count(*rows as u64)))
        .collect();
    let mut text = format!("{}: {}", count(rows as u64), classes.join(", "));
    if let Some([shortest, middle, longest]) = hygiene.bases {
        if shortest == longest {
            text += &format!("; {} bases each", count(longest));
        } else {
            text += &format!(
                "; {} to {} bases, median {}",
                count(shortest),
                count(longest),
                count(middle)
            );
        }
    }
    if hygiene.with_n > 0 {
        text += &format!(
            "; {} hold N, at most {} in a row",
            count(hygiene.with_n as u64),
            count(hygiene.longest_n as u64)
        );
    }
    if hygiene.with_codes > 0 {
        text += &format!("; {} hold other codes", count(hygiene.with_codes as u64));
    }
    text
}
