//! Controls that exploit what a test set shares with its train set: fitted on train, scored on test.

use std::collections::BTreeMap;

use rayon::prelude::*;
use serde::Serialize;
use titer_controls::{Training, fit};
use titer_core::{Example, Place as ExamplePlace, Query, Sequence, Stream, Target};
use titer_spec::ControlSpec;
use titer_spec::control::{Kmers, NearestKmers};

use crate::overlap::{most_shared_classes, shares_with_others};
use crate::rows::{Row, Set};
use crate::score::{Clusters, Score};

/// Train rows that a regression on words is fitted on, at most: a few hundred weights gain nothing from more.
pub const FITTED_ON: usize = 50_000;
/// Train rows that a regression on one number is fitted on, at most.
pub const NUMBER_FITTED_ON: usize = 10_000;

/// A control and what it gets.
#[derive(Clone, Debug, Serialize)]
pub struct Shortcut {
    /// Its name in tables.
    pub name: String,
    /// What it looks at, in words.
    pub looks_at: &'static str,
    /// Train rows that it was fitted on: all, or a sample drawn by id.
    pub fitted_on: usize,
    /// Its scores, accuracy first; or why it has none.
    pub scores: Result<Vec<Score>, String>,
}

/// What a control answers for each test row, the probability of each class, and how many train rows it was fitted on.
type Answers = Result<(Vec<Vec<f64>>, usize), String>;

/// A control's name, what it looks at, and how it answers.
type Trick<'a> = (&'static str, &'static str, Box<dyn Fn() -> Answers + 'a>);

/// Every control that the rows allow. `progress` hears the name of each before it is fitted.
#[must_use]
pub fn shortcuts(
    set: &Set,
    clusters: &Clusters,
    seed: u64,
    progress: &dyn Fn(&str),
) -> Vec<Shortcut> {
    let fitted = Fitted::new(set, seed);
    let controls: [Trick<'_>; 9] = [
        (
            "majority",
            "nothing",
            Box::new(|| fitted.control(&ControlSpec::Majority)),
        ),
        (
            "overlap",
            "the class of the train interval that shares most bases",
            Box::new(|| by_overlap(set)),
        ),
        (
            "length",
            "the length",
            Box::new(|| fitted.control(&ControlSpec::Length)),
        ),
        (
            "chromosome",
            "the chromosome",
            Box::new(|| fitted.control(&ControlSpec::Chromosome)),
        ),
        (
            "name",
            "the shape of the row's name",
            Box::new(|| by_name(set)),
        ),
        (
            "gc",
            "the share of G and C",
            Box::new(|| fitted.letters(&ControlSpec::Gc)),
        ),
        (
            "dinucleotides",
            "pairs of neighbouring bases",
            Box::new(|| fitted.letters(&ControlSpec::Kmers(Kmers { k: 2 }))),
        ),
        (
            "kmers",
            "words of 4 bases",
            Box::new(|| fitted.letters(&ControlSpec::Kmers(Kmers { k: 4 }))),
        ),
        (
            "nearest",
            "the train sequence with most words of 12 bases in common",
            Box::new(|| fitted.letters(&ControlSpec::Nearest(NearestKmers { k: 12 }))),
        ),
    ];
    let asked = controls.map(|(name, looks_at, answers)| {
        progress(name);
        let answered =
            answers().map(|(answers, fitted_on)| (Answered::new(set, &answers), fitted_on));
        (name, looks_at, answered)
    });
    progress("intervals");
    let answered: Vec<&Answered> = asked
        .iter()
        .filter_map(|(.., answers)| answers.as_ref().ok())
        .map(|(answered, _)| answered)
        .collect();
    let mut scores = scores(set, clusters, &answered).into_iter();
    asked
        .iter()
        .map(|(name, looks_at, answers)| Shortcut {
            name: (*name).to_owned(),
            looks_at,
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

/// The class of the train interval that shares most bases (of several that share equally many, the class that most of
/// them have); where none shares any, the class most frequent among train intervals that share no base with another one.
fn by_overlap(set: &Set) -> Answers {
    let (train, test) = set
        .places()
        .ok_or("not every row says where it lies".to_owned())?;
    let class_of: Vec<usize> = set.train.iter().map(|row| row.class).collect();
    let (alone, found) = rayon::join(
        || shares_with_others(&train),
        || most_shared_classes(&test, &train, &class_of, set.classes.len()),
    );
    let mut lone = vec![0_usize; set.classes.len()];
    let mut all = lone.clone();
    for (row, shares) in set.train.iter().zip(&alone) {
        all[row.class] += 1;
        lone[row.class] += usize::from(!shares);
    }
    let counts = if lone.iter().any(|count| *count > 0) {
        &lone
    } else {
        &all
    };
    let counts: Vec<f64> = counts.iter().map(|count| *count as f64).collect();
    let otherwise = called(&counts);
    // Of equals the class that most of them have, then the one that is more frequent in train: not the first by name.
    let most = |counts: Vec<u32>| {
        let places = 0..counts.len();
        let best =
            places.max_by_key(|&class| (counts[class], all[class], std::cmp::Reverse(class)));
        best.unwrap_or(otherwise)
    };
    let answers = found
        .into_iter()
        .map(|found| sure(found.map_or(otherwise, most), set.classes.len()));
    Ok((answers.collect(), set.train.len()))
}

fn sure(class: usize, classes: usize) -> Vec<f64> {
    (0..classes)
        .map(|it| if it == class { 1.0 } else { 0.0 })
        .collect()
}

/// The share of each class among train rows whose name has the same shape: its letters, digits left out.
fn by_name(set: &Set) -> Answers {
    let mut counts: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    let mut prior = vec![0.0; set.classes.len()];
    for row in &set.train {
        let own = counts.entry(shape(&row.id));
        own.or_insert_with(|| vec![0.0; set.classes.len()])[row.class] += 1.0;
        prior[row.class] += 1.0;
    }
    let share = |counts: &[f64]| {
        let all: f64 = counts.iter().sum();
        counts
            .iter()
            .map(|count| count / all.max(1.0))
            .collect::<Vec<f64>>()
    };
    let of = |row: &Row| share(counts.get(&shape(&row.id)).unwrap_or(&prior));
    Ok((set.test.iter().map(of).collect(), set.train.len()))
}

/// A name without its digits, and without the split that it may name.
fn shape(name: &str) -> String {
    let letters: String = name
        .chars()
        .filter(|letter| !letter.is_ascii_digit())
        .collect();
    letters.replace("train", "").replace("test", "")
}

/// The rows as the controls of evaluations take them: copied for one control after the other, never all at once.
struct Fitted<'a> {
    set: &'a Set,
    /// Train rows that regressions are fitted on, in an order drawn by id: the first are a sample.
    sample: Vec<&'a Row>,
    has_letters: bool,
    seed: u64,
}

impl<'a> Fitted<'a> {
    fn new(set: &'a Set, seed: u64) -> Self {
        Self {
            set,
            sample: sampled(&set.train, seed),
            has_letters: set.has_sequences(),
            seed,
        }
    }

    /// The train rows that a control is fitted on.
    fn train(&self, control: &ControlSpec) -> Vec<&'a Row> {
        let most = match control {
            ControlSpec::Gc | ControlSpec::Length => NUMBER_FITTED_ON,
            ControlSpec::Kmers(_) => FITTED_ON,
            _ => return self.set.train.iter().collect(),
        };
        self.sample.iter().take(most).copied().collect()
    }

    fn letters(&self, control: &ControlSpec) -> Answers {
        if !self.has_letters {
            return Err(
                "the rows have places and no letters: give the genome that they lie on".to_owned(),
            );
        }
        self.control(control)
    }

    fn control(&self, control: &ControlSpec) -> Answers {
        let rows = self.train(control);
        let sees_letters = !matches!(control, ControlSpec::Majority | ControlSpec::Chromosome);
        let example = |row: &Row| example(self.set, row, sees_letters);
        let train: Vec<Example> = rows.par_iter().map(|row| example(row)).collect();
        let classes = rows.iter().map(|row| row.class).collect();
        let training = Training::new(&train, classes, self.set.classes.len());
        let training = training.map_err(|error| error.to_string())?;
        let fitted = fit(control, &training, self.seed).map_err(|error| error.to_string())?;
        let test = self.set.test.par_iter();
        let answers = test.map(|row| fitted.probabilities(&Query::from(&example(row))));
        Ok((answers.collect(), train.len()))
    }
}

/// As many rows as regressions are fitted on at most, in an order drawn by their ids.
fn sampled(rows: &[Row], seed: u64) -> Vec<&Row> {
    let mut drawn: Vec<(u64, usize)> = rows
        .par_iter()
        .enumerate()
        .map(|(place, row)| {
            let drawn = Stream::new(seed, "audit controls", &row.id).whole();
            (drawn, place)
        })
        .collect();
    drawn.par_sort_unstable();
    drawn.truncate(FITTED_ON);
    drawn.into_iter().map(|(_, place)| &rows[place]).collect()
}

/// A row as an example; without its letters where nothing looks at them.
fn example(set: &Set, row: &Row, with_letters: bool) -> Example {
    let name = |chromosome: u32| set.chromosomes.get(chromosome as usize).cloned();
    Example {
        id: row.id.clone(),
        sequence: match with_letters {
            true => letters(row),
            false => Sequence::default(),
        },
        second: None,
        target: Target::Class(row.class),
        strata: BTreeMap::new(),
        clusters: BTreeMap::new(),
        place: ExamplePlace {
            chromosome: row.chromosome.and_then(name),
            position: row.place.map(|place| place.start),
            ..ExamplePlace::default()
        },
    }
}

/// The letters; of a row without, as many N as its place has bases: a length is all that can be told.
fn letters(row: &Row) -> Sequence {
    match (&row.sequence, row.place) {
        (Some(sequence), _) => sequence.clone(),
        (None, Some(place)) => {
            let bases = usize::try_from(place.bases()).unwrap_or_default();
            Sequence::new(&"N".repeat(bases)).unwrap_or_default()
        }
        (None, None) => Sequence::default(),
    }
}
