//! Controls that exploit what a test set shares with its train set: fitted on train, scored on test.

mod fitted;
mod numbers;
mod places;

use serde::Serialize;
use titer_spec::ControlSpec;
use titer_spec::control::{Kmers, NearestKmers};

use crate::rows::Set;
use crate::score::{Clusters, Score};
use crate::verdict::Trust;
use fitted::Fitted;
use places::{by_name, by_overlap};

/// Train rows that a regression is fitted on, at most: a few hundred weights gain nothing from more.
pub const FITTED_ON: usize = 50_000;

/// Why controls of letters have no score where only places are known.
pub const NO_LETTERS: &str = "the rows have places and no letters";

/// Controls that could not be fitted, for the same reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotRun<'a> {
    /// Their names.
    pub names: Vec<&'a str>,
    /// Why.
    pub reason: &'a str,
}

/// Controls without a score, by reason: a reason is told once, however many it stopped.
#[must_use]
pub fn not_run(shortcuts: &[Shortcut]) -> Vec<NotRun<'_>> {
    let mut all: Vec<NotRun<'_>> = Vec::new();
    for one in shortcuts {
        let Err(reason) = &one.scores else { continue };
        match all.iter_mut().find(|known| known.reason == reason) {
            Some(known) => known.names.push(&one.name),
            None => all.push(NotRun {
                names: vec![&one.name],
                reason,
            }),
        }
    }
    all
}

/// A control and what it gets.
#[derive(Clone, Debug, Serialize)]
pub struct Shortcut {
    /// Its name in tables.
    pub name: String,
    /// What it looks at, in words.
    pub looks_at: &'static str,
    /// What it shows.
    pub shows: Shows,
    /// Train rows that it was fitted on: all, or a sample drawn by id.
    pub fitted_on: usize,
    /// Its scores, accuracy first; or why it has none.
    pub scores: Result<Vec<Score>, String>,
}

/// What a control's accuracy shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Shows {
    /// What is had without looking at anything.
    Chance,
    /// A way around the letters: what they mean need not be learnt. It weighs so much at most.
    Shortcut(Trust),
    /// That names tell the classes: shown, and no evidence against the split, for no model sees them.
    Name,
    /// A way around the letters where it is better than as many letters elsewhere: ends are letters too.
    Ends,
    /// A way around the letters where it is better than the letters themselves: genomes mark repeats so, which letters tell
    /// too. They are read as capitals, and a model that is trained elsewhere may see it.
    Case,
    /// That letters tell the classes, which is what a model is to learn: shown, and no evidence against the split.
    Signal,
}

/// What a control answers for each test row, the probability of each class, and how many train rows it was fitted on.
type Answers = Result<(Vec<Vec<f64>>, usize), String>;

/// A control: its name, what it looks at, what it shows, and how it answers.
type Control<'a> = (
    &'static str,
    &'static str,
    Shows,
    Box<dyn Fn() -> Answers + 'a>,
);

/// The controls, in the order of the tables.
fn controls<'a>(set: &'a Set, fitted: &'a Fitted<'a>) -> Vec<Control<'a>> {
    let graver = Shows::Shortcut(Trust::DoNotTrust);
    let lighter = Shows::Shortcut(Trust::WithCare);
    let of = |control: ControlSpec| -> Box<dyn Fn() -> Answers + 'a> {
        Box::new(move || fitted.control(&control))
    };
    let letters = |control: ControlSpec| -> Box<dyn Fn() -> Answers + 'a> {
        Box::new(move || fitted.letters(|| fitted.control(&control)))
    };
    vec![
        (
            "majority",
            "nothing",
            Shows::Chance,
            of(ControlSpec::Majority),
        ),
        (
            "overlap",
            "the class of the training interval that shares most bases",
            graver,
            Box::new(|| by_overlap(set)),
        ),
        (
            "length",
            "the length",
            graver,
            Box::new(|| fitted.number(numbers::length)),
        ),
        (
            "unknown",
            "the number of unknown letters, and how many stand at either end",
            graver,
            Box::new(|| fitted.letters(|| fitted.numbers(numbers::unknown))),
        ),
        (
            "case",
            "how many letters are in lower case",
            Shows::Case,
            Box::new(|| fitted.letters(|| fitted.numbers(numbers::case))),
        ),
        (
            "chromosome",
            "the chromosome",
            lighter,
            of(ControlSpec::Chromosome),
        ),
        (
            "name",
            "the shape of the row's name",
            Shows::Name,
            Box::new(|| by_name(set)),
        ),
        (
            "ends",
            "the first and the last 4 letters",
            Shows::Ends,
            Box::new(|| fitted.letters(|| fitted.numbers(numbers::ends))),
        ),
        (
            "middle",
            "4 letters at a third and at two thirds",
            Shows::Signal,
            Box::new(|| fitted.letters(|| fitted.numbers(numbers::middle))),
        ),
        (
            "gc",
            "the share of G and C",
            Shows::Signal,
            Box::new(|| fitted.letters(|| fitted.number(numbers::gc))),
        ),
        (
            "dinucleotides",
            "pairs of neighbouring bases",
            Shows::Signal,
            letters(ControlSpec::Kmers(Kmers { k: 2 })),
        ),
        (
            "kmers",
            "words of 4 bases",
            Shows::Signal,
            letters(ControlSpec::Kmers(Kmers { k: 4 })),
        ),
        (
            "nearest",
            "the training sequence with most words of 12 bases in common",
            Shows::Signal,
            letters(ControlSpec::Nearest(NearestKmers { k: 12 })),
        ),
    ]
}

/// Every control that the rows allow. `progress` hears the name of each before it is fitted.
#[must_use]
pub fn shortcuts(
    set: &Set,
    clusters: &Clusters,
    seed: u64,
    progress: &dyn Fn(&str),
) -> Vec<Shortcut> {
    let fitted = Fitted::new(set, seed);
    let asked = controls(set, &fitted)
        .into_iter()
        .map(|(name, looks_at, shows, answers)| {
            progress(name);
            let answered = answers().map(|(answers, on)| (Answered::new(set, &answers), on));
            (name, looks_at, shows, answered)
        });
    let asked: Vec<_> = asked.collect();
    progress("intervals");
    let answered: Vec<&Answered> = asked
        .iter()
        .filter_map(|(.., answers)| answers.as_ref().ok())
        .map(|(answered, _)| answered)
        .collect();
    let mut scores = scores(set, clusters, &answered).into_iter();
    asked
        .iter()
        .map(|(name, looks_at, shows, answers)| Shortcut {
            name: (*name).to_owned(),
            looks_at,
            shows: *shows,
            fitted_on: answers
                .as_ref()
                .map_or(set.train.len(), |(_, fitted_on)| *fitted_on),
            scores: match answers {
                Ok(_) => Ok(scores.next().unwrap_or_default()),
                Err(reason) => Err(reason.clone()),
            },
        })
        .collect()
}

/// What is scored of a control's answers.
struct Answered {
    /// Whether the most probable class is the row's.
    right: Vec<bool>,
    /// The probability of the second class.
    second: Vec<f64>,
}

impl Answered {
    fn new(set: &Set, answers: &[Vec<f64>]) -> Self {
        let rows = set.test.iter().zip(answers);
        Self {
            right: rows
                .map(|(row, shares)| called(shares) == row.class)
                .collect(),
            second: answers
                .iter()
                .map(|shares| shares.get(1).copied().unwrap_or_default())
                .collect(),
        }
    }
}

/// Of each control the accuracy, and of two classes the metrics of the second one.
fn scores(set: &Set, clusters: &Clusters, answered: &[&Answered]) -> Vec<Vec<Score>> {
    let accuracy = |answered: &&Answered| vec![clusters.share("accuracy", &answered.right)];
    let mut scores: Vec<Vec<Score>> = answered.iter().map(accuracy).collect();
    if set.classes.len() == 2 {
        let truth: Vec<bool> = set.test.iter().map(|row| row.class == 1).collect();
        let probabilities: Vec<&[f64]> = answered.iter().map(|it| &it.second[..]).collect();
        for (own, more) in scores
            .iter_mut()
            .zip(clusters.binary_at(&truth, &probabilities, 0.5))
        {
            own.extend(more);
        }
    }
    scores
}

/// The most probable class, the first of equals.
fn called(shares: &[f64]) -> usize {
    let mut best = (0, f64::NEG_INFINITY);
    for (class, share) in shares.iter().enumerate() {
        if *share > best.1 {
            best = (class, *share);
        }
    }
    best.0
}
