//! What controls say.

use titer_core::figures::percent;

use super::{About, Evidence, Trust};
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

/// The accuracy of always answering the most frequent class; `None` where no control could be fitted.
#[must_use]
pub fn chance(shortcuts: &[Shortcut]) -> Option<f64> {
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

/// A control that a score has to be read with.
#[derive(Clone, Debug)]
pub struct Weighing<'a> {
    /// The control.
    pub control: &'a Shortcut,
    /// What it means for a score.
    pub weighs: Trust,
    /// Its accuracy, and what that is held against.
    words: String,
}

/// Controls that weigh, the most accurate first. One that sees places, or nothing that a model of sequences is to learn, shows a
/// leak or a shortcut. That letters tell the classes is no evidence: see [`learnable`]; that names do: see [`named`].
#[must_use]
pub fn weighing(shortcuts: &[Shortcut]) -> Vec<Weighing<'_>> {
    let Some(chance) = chance(shortcuts) else {
        return Vec::new();
    };
    let elsewhere = elsewhere(shortcuts).max(chance);
    let signal = signal(shortcuts).max(chance);
    let weighs = shortcuts.iter().filter_map(|control| {
        let (most, against, which) = match control.shows {
            Shows::Shortcut(most) => (most, chance, MAJORITY),
            Shows::Ends => (Trust::WithCare, elsewhere, ELSEWHERE),
            Shows::Case => (Trust::WithCare, signal, CAPITALS),
            Shows::Chance | Shows::Signal | Shows::Name => return None,
        };
        let found = accuracy(control)?;
        let weighs = match found.1.0 - against {
            above if above >= FAR => most,
            above if above >= NEAR => Trust::WithCare,
            _ => return None,
        };
        let words = beside(control, found, which, against);
        let one = Weighing {
            control,
            weighs,
            words,
        };
        Some((found.0, one))
    });
    let mut all: Vec<(f64, Weighing<'_>)> = weighs.collect();
    all.sort_by(|one, other| other.0.total_cmp(&one.0));
    all.into_iter().map(|(_, one)| one).collect()
}

/// What controls say.
#[must_use]
pub fn of_shortcuts(shortcuts: &[Shortcut]) -> Vec<Evidence> {
    let evidence = |weighs, words| Evidence {
        weighs,
        about: About::Control,
        words,
    };
    if chance(shortcuts).is_none() {
        let majority = shortcuts.iter().find(|one| one.shows == Shows::Chance);
        let reason = majority.and_then(|one| one.scores.as_ref().err());
        let reason = reason.map_or("its accuracy has no interval", String::as_str);
        let words = format!("no control says what a score is worth: {reason}");
        return vec![evidence(Trust::WithCare, words)];
    }
    let found = weighing(shortcuts).into_iter();
    found.map(|one| evidence(one.weighs, one.words)).collect()
}

/// What a control is held against, in words: the class that is most frequent in train.
const MAJORITY: &str = "always answering the most frequent class";
const ELSEWHERE: &str = "as many letters elsewhere in the sequence";
const CAPITALS: &str = "the best control that reads the letters as capitals";

/// A control's accuracy beside what it is held against.
fn beside(
    shortcut: &Shortcut,
    (value, (lower, upper)): Accuracy,
    which: &str,
    against: f64,
) -> String {
    let (name, looks_at) = (&shortcut.name, shortcut.looks_at);
    let what = match name.as_str() {
        "overlap" => format!("a look-up without a model (`{name}`: {looks_at})"),
        _ => format!("a control that sees only {looks_at} (`{name}`)"),
    };
    format!(
        "{what} gets {} accuracy (95 % interval {} to {}); {which} gets {}",
        percent(value),
        percent(lower),
        percent(upper),
        percent(against)
    )
}

/// Controls whose accuracy lies clearly above chance, of those that `wanted` takes.
fn above_chance(
    shortcuts: &[Shortcut],
    wanted: fn(&Shortcut) -> bool,
) -> impl Iterator<Item = (&Shortcut, Accuracy, f64)> {
    let chance = chance(shortcuts);
    shortcuts
        .iter()
        .filter(move |one| wanted(one))
        .filter_map(move |one| Some((one, accuracy(one)?, chance?)))
        .filter(|(_, (_, (lower, _)), chance)| lower - chance >= NEAR)
}

/// What letters alone tell of the classes: for a model to beat, and no leak.
#[must_use]
pub fn learnable(shortcuts: &[Shortcut]) -> Vec<String> {
    above_chance(shortcuts, |one| one.shows == Shows::Signal)
        .map(|(one, found, chance)| {
            format!(
                "{}: what a model has to beat, and no leak",
                beside(one, found, MAJORITY, chance)
            )
        })
        .collect()
}

/// That names tell the classes: no model sees them, what surrounds it may.
#[must_use]
pub fn named(shortcuts: &[Shortcut]) -> Option<String> {
    let mut found = above_chance(shortcuts, |one| one.shows == Shows::Name);
    let (one, found, chance) = found.next()?;
    Some(format!(
        "{}: a model does not see names, but a pipeline that sorts, splits or batches rows by name may let them in",
        beside(one, found, MAJORITY, chance)
    ))
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
        let graver = Shows::Shortcut(Trust::DoNotTrust);
        assert_eq!(weighs(graver, 0.52), None);
        assert_eq!(weighs(graver, 0.54), Some(Trust::WithCare));
        assert_eq!(weighs(graver, 0.62), Some(Trust::DoNotTrust));
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

    /// A model does not see names: that they tell the classes is a note, however well they do.
    #[test]
    fn names_are_noted_and_do_not_weigh() {
        let all = |accuracy| {
            [
                control("majority", Shows::Chance, 0.5),
                control("name", Shows::Name, accuracy),
            ]
        };
        assert_eq!(of_shortcuts(&all(1.0)), []);
        let note = named(&all(1.0)).unwrap();
        assert!(note.contains("a model does not see names"), "{note}");
        assert_eq!(named(&all(0.52)), None);
    }

    /// The verdict quotes the first: it is the one that tells most.
    #[test]
    fn the_most_accurate_control_comes_first() {
        let graver = Shows::Shortcut(Trust::DoNotTrust);
        let found = of_shortcuts(&[
            control("majority", Shows::Chance, 0.5),
            control("length", graver, 0.7),
            control("overlap", graver, 0.997),
        ]);
        assert!(
            found[0]
                .words
                .starts_with("a look-up without a model (`overlap`"),
            "{found:?}"
        );
        assert!(found[0].words.contains("gets 99.7 % accuracy"));
        assert!(found[1].words.contains("gets 70.0 % accuracy"));
    }
}
