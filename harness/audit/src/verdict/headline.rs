//! The verdict in a sentence or three, with the numbers that decide it: what a page and a terminal say first.

use titer_core::figures::{count, percent};

use super::{About, Evidence, MANY, SOME, Trust};
use crate::data::{Audit, Leaked};
use crate::kin::Why;

/// The verdict in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Headline {
    /// What a reader is to do with a score, as in `Do not trust a score on this split.`
    pub advice: &'static str,
    /// Why: the share that leaks, the best of the controls, or what else weighs most, a sentence each.
    pub reasons: Vec<String>,
    /// What was not looked for, in few words; empty where everything was.
    pub not_looked_for: Option<String>,
}

/// What an audit comes to.
#[must_use]
pub fn headline(audit: &Audit) -> Headline {
    let advice = match audit.trust {
        Trust::Trustworthy => "Nothing speaks against a score on this split.",
        Trust::WithCare => "Read a score on this split with care.",
        Trust::DoNotTrust => "Do not trust a score on this split.",
    };
    let gaps: Vec<&str> = audit
        .not_looked_for
        .iter()
        .map(|gap| gap.what.as_str())
        .collect();
    Headline {
        advice,
        reasons: reasons(audit),
        not_looked_for: (!gaps.is_empty()).then(|| format!("Not looked for: {}.", gaps.join("; "))),
    }
}

/// The leak, the best control, and the first of what else weighs as much as the verdict.
fn reasons(audit: &Audit) -> Vec<String> {
    let first = |about: About| {
        let decides = |one: &&Evidence| one.about == about && one.weighs == audit.trust;
        audit.evidence.iter().find(decides)
    };
    let leak = first(About::Leak).map(|one| leak(audit).unwrap_or_else(|| sentence(&one.words)));
    let control = first(About::Control).map(|one| sentence(&one.words));
    let other = first(About::Other).map(|one| sentence(&one.words));
    let found: Vec<String> = [leak, control, other].into_iter().flatten().collect();
    match found.is_empty() {
        true => vec![little(audit)],
        false => found,
    }
}

/// What there is to say where nothing weighs.
fn little(audit: &Audit) -> String {
    if audit.leaked == 0 {
        return "No leak and no shortcut was found among what was looked for.".to_owned();
    }
    format!(
        "Few rows leak: {} of {} test rows ({}) {} training rows. No shortcut was found among what was looked for.",
        count(audit.leaked as u64),
        count(audit.test as u64),
        percent(audit.leaked as f64 / audit.test.max(1) as f64),
        how(audit)
    )
}

/// As in `49.2 % of the test set (4,449 of 9,034 rows) shares bases with training rows.`; `None` where so few leak that another
/// finding says why they weigh.
fn leak(audit: &Audit) -> Option<String> {
    let share = |leaked: usize, all: usize| leaked as f64 / all.max(1) as f64;
    let whole = share(audit.leaked, audit.test);
    if whole < SOME {
        return None;
    }
    let mut text = format!(
        "{} of the test set ({} of {} rows) {} training rows",
        percent(whole),
        count(audit.leaked as u64),
        count(audit.test as u64),
        how(audit)
    );
    // A share of all that would not decide hides the class that does.
    let by_class = audit.leaked_by_class.iter();
    let of = |class: &Leaked| share(class.leaked, class.test);
    let worst = by_class.max_by(|one, other| of(one).total_cmp(&of(other)));
    if let Some(worst) = worst.filter(|worst| whole < MANY && of(worst) >= MANY) {
        text += &format!(", of class {} even {}", worst.class, percent(of(worst)));
    }
    Some(text + ".")
}

/// What test rows that leak have in common with training rows, as in `shares bases with or nearly duplicates`.
fn how(audit: &Audit) -> String {
    let leaked = audit.rows.iter().filter(|row| row.leaked);
    let mut found = [false; 3];
    for (why, _) in leaked.filter_map(|row| row.kin.as_ref()) {
        match why {
            Why::SameInterval | Why::SharesBases => found[0] = true,
            Why::Identical => found[1] = true,
            _ => found[2] = true,
        }
    }
    let words = ["shares bases with", "is identical to", "nearly duplicates"];
    let words: Vec<&str> = found
        .into_iter()
        .zip(words)
        .filter_map(|(found, words)| found.then_some(words))
        .collect();
    match words.split_last() {
        None => "leaks from".to_owned(),
        Some((last, [])) => (*last).to_owned(),
        Some((last, before)) => format!("{} or {last}", before.join(", ")),
    }
}

/// A finding as a sentence: a capital first and a full stop last.
#[must_use]
pub fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    let first = letters.next().map(char::to_uppercase);
    let text: String = first.into_iter().flatten().chain(letters).collect();
    match text.ends_with('.') {
        true => text,
        false => text + ".",
    }
}
