//! What controls say.

use super::{Evidence, Trust, percent};
use crate::shortcuts::{Shortcut, Shows};

/// How far a control's accuracy must lie above what it is held against, with the lower end of its interval, for a score to be
/// one of the shortcut.
const FAR: f64 = 0.10;
/// How far for it to be kept in mind.
const NEAR: f64 = 0.02;

/// An accuracy and the ends of its interval.
type Accuracy = (f64, (f64, f64));

fn accuracy(shortcut: &Shortcut) -> Option<Accuracy> {
    let scores = shortcut.scores.as_ref().ok()?;
    let score = scores.iter().find(|score| score.metric == "accuracy")?;
    Some((score.value.clone().ok()?, score.interval.clone().ok()?))
}

/// The accuracy of the majority class; `None` where no control could be fitted.
fn chance(shortcuts: &[Shortcut]) -> Option<f64> {
    let majority = shortcuts.iter().find(|one| one.shows == Shows::Chance);
    Some(majority.and_then(accuracy)?.0)
}

/// The best of what letters tell, or lengths do.
fn signal(shortcuts: &[Shortcut]) -> f64 {
    let signals = shortcuts
        .iter()
        .filter(|one| one.shows == Shows::Signal || one.name == "length");
    let found = signals.filter_map(accuracy).map(|found| found.0);
    found.fold(0.0, f64::max)
}

/// What ends are held against. Not words: in a row as many pairs of neighbours begin with a letter as end with it, but for the
/// first letter and the last, so that a regression on pairs reads the ends.
fn elsewhere(shortcuts: &[Shortcut]) -> f64 {
    let letters = shortcuts
        .iter()
        .filter(|one| ["middle", "gc"].contains(&one.name.as_str()));
    let found = letters.filter_map(accuracy).map(|found| found.0);
    found.fold(0.0, f64::max)
}

/// What controls say. One that sees places, or nothing that a model of sequences is to learn, shows a leak or a shortcut. That
/// letters tell the classes is no evidence: see [`learnable`].
#[must_use]
pub fn of_shortcuts(shortcuts: &[Shortcut]) -> Vec<Evidence> {
    let Some(chance) = chance(shortcuts) else {
        let majority = shortcuts.iter().find(|one| one.shows == Shows::Chance);
        let reason = majority.and_then(|one| one.scores.as_ref().err());
        let reason = reason.map_or("its accuracy has no interval", String::as_str);
        return vec![Evidence {
            weighs: Trust::WithCare,
            words: format!("no control says what a score is worth: {reason}"),
        }];
    };
    let elsewhere = elsewhere(shortcuts).max(chance);
    let signal = signal(shortcuts).max(chance);
    let evidence = shortcuts.iter().filter_map(|shortcut| {
        let (most, against, which) = match shortcut.shows {
            Shows::Shortcut(most) => (most, chance, "the majority class"),
            Shows::Ends => (Trust::WithCare, elsewhere, "as many letters elsewhere"),
            Shows::Case => (
                Trust::WithCare,
                signal,
                "the best that reads the letters as capitals",
            ),
            Shows::Chance | Shows::Signal => return None,
        };
        let found = accuracy(shortcut)?;
        let weighs = match found.1.0 - against {
            above if above >= FAR => most,
            above if above >= NEAR => Trust::WithCare,
            _ => return None,
        };
        let words = format!(
            "{}; {which} has {}",
            says(shortcut, found),
            percent(against)
        );
        Some(Evidence { weighs, words })
    });
    evidence.collect()
}

fn says(shortcut: &Shortcut, (value, (lower, upper)): Accuracy) -> String {
    format!(
        "the control `{}`, which sees only {}, has an accuracy of {} ({} to {})",
        shortcut.name,
        shortcut.looks_at,
        percent(value),
        percent(lower),
        percent(upper)
    )
}

/// What letters alone tell of the classes: for a model to beat, and no leak.
#[must_use]
pub fn learnable(shortcuts: &[Shortcut]) -> Vec<String> {
    let Some(chance) = chance(shortcuts) else {
        return Vec::new();
    };
    let signals = shortcuts.iter().filter(|one| one.shows == Shows::Signal);
    let above = signals.filter_map(|one| Some((one, accuracy(one)?)));
    above
        .filter(|(_, (_, (lower, _)))| lower - chance >= NEAR)
        .map(|(one, found)| {
            format!(
                "{}, the majority class {}: what a model has to beat, and no leak",
                says(one, found),
                percent(chance)
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::score::Score;

    fn control(name: &str, shows: Shows, accuracy: f64) -> Shortcut {
        Shortcut {
            name: name.to_owned(),
            looks_at: "something",
            shows,
            fitted_on: 10,
            scores: Ok(vec![Score {
                metric: "accuracy",
                value: Ok(accuracy),
                interval: Ok((accuracy - 0.01, accuracy + 0.01)),
            }]),
        }
    }

    fn weighs(shows: Shows, accuracy: f64) -> Option<Trust> {
        let all = [
            control("majority", Shows::Chance, 0.5),
            control("gc", Shows::Signal, 0.7),
            control("one", shows, accuracy),
        ];
        of_shortcuts(&all).first().map(|one| one.weighs)
    }

    #[test]
    fn shortcuts_weigh_and_signal_does_not() {
        let graver = Shows::Shortcut(Trust::NotAsItStands);
        assert_eq!(weighs(graver, 0.52), None);
        assert_eq!(weighs(graver, 0.54), Some(Trust::WithCare));
        assert_eq!(weighs(graver, 0.62), Some(Trust::NotAsItStands));
        let lighter = Shows::Shortcut(Trust::WithCare);
        assert_eq!(weighs(lighter, 0.99), Some(Trust::WithCare));
        assert_eq!(weighs(Shows::Signal, 0.99), None);
        // Ends are letters: what letters elsewhere show is no finding about them.
        assert_eq!(weighs(Shows::Ends, 0.72), None);
        assert_eq!(weighs(Shows::Ends, 0.74), Some(Trust::WithCare));
        // Case too: repeats, which it marks, are letters.
        assert_eq!(weighs(Shows::Case, 0.72), None);
        assert_eq!(weighs(Shows::Case, 0.99), Some(Trust::WithCare));
        let all = [
            control("majority", Shows::Chance, 0.5),
            control("gc", Shows::Signal, 0.7),
            control("kmers", Shows::Signal, 0.51),
        ];
        let shown = learnable(&all);
        assert!(shown.len() == 1 && shown[0].contains("`gc`"), "{shown:?}");
        assert_eq!(of_shortcuts(&[])[0].weighs, Trust::WithCare);
    }
}
