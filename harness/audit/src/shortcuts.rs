//! Controls that exploit what a test set shares with its train set: fitted on train, scored on test.

use std::collections::BTreeMap;

use serde::Serialize;
use titer_controls::{Training, fit};
use titer_core::{Example, Place as ExamplePlace, Query, Sequence, Target};
use titer_spec::ControlSpec;
use titer_spec::control::{Kmers, NearestKmers};

use crate::overlap::{most_shared, shares_with_others};
use crate::rows::{Row, Set};
use crate::score::{Clusters, Score};

/// A control and what it gets.
#[derive(Clone, Debug, Serialize)]
pub struct Shortcut {
    /// Its name in tables.
    pub name: String,
    /// What it looks at, in words.
    pub looks_at: &'static str,
    /// Its scores, accuracy first; or why it has none.
    pub scores: Result<Vec<Score>, String>,
}

/// What a control answers for each test row: the probability of each class.
type Answers = Result<Vec<Vec<f64>>, String>;

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
    controls
        .into_iter()
        .map(|(name, looks_at, answers)| {
            progress(name);
            Shortcut {
                name: name.to_owned(),
                looks_at,
                scores: answers().map(|answers| scores(set, clusters, &answers)),
            }
        })
        .collect()
}

/// Accuracy, and of two classes the metrics of the second one.
fn scores(set: &Set, clusters: &Clusters, answers: &[Vec<f64>]) -> Vec<Score> {
    let right: Vec<bool> = set
        .test
        .iter()
        .zip(answers)
        .map(|(row, shares)| called(shares) == row.class)
        .collect();
    let mut scores = vec![clusters.share("accuracy", &right)];
    if set.classes.len() == 2 {
        let truth: Vec<bool> = set.test.iter().map(|row| row.class == 1).collect();
        let second = |shares: &Vec<f64>| shares.get(1).copied().unwrap_or_default();
        let probability: Vec<f64> = answers.iter().map(second).collect();
        scores.extend(clusters.binary(&truth, &probability));
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

/// The class of the train interval that shares most bases; where none shares any, the class most frequent
/// among train intervals that share no base with another one.
fn by_overlap(set: &Set) -> Answers {
    let (train, test) = set
        .places()
        .ok_or("not every row says where it lies".to_owned())?;
    let alone = shares_with_others(&train);
    let mut lone = vec![0_usize; set.classes.len()];
    let mut all = lone.clone();
    for (row, shares) in set.train.iter().zip(&alone) {
        all[row.class] += 1;
        lone[row.class] += usize::from(!shares);
    }
    let counts = if lone.iter().any(|count| *count > 0) {
        lone
    } else {
        all
    };
    let counts: Vec<f64> = counts.into_iter().map(|count| count as f64).collect();
    let otherwise = called(&counts);
    let class_of = |found: Option<crate::overlap::Overlap>| {
        found.map_or(otherwise, |found| set.train[found.other].class)
    };
    let found = most_shared(&test, &train);
    Ok(found
        .into_iter()
        .map(|found| sure(class_of(found), set.classes.len()))
        .collect())
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
    Ok(set.test.iter().map(of).collect())
}

/// A name without its digits, and without the split that it may name.
fn shape(name: &str) -> String {
    let letters: String = name
        .chars()
        .filter(|letter| !letter.is_ascii_digit())
        .collect();
    letters.replace("train", "").replace("test", "")
}

/// The rows as the controls of evaluations take them.
struct Fitted {
    train: Vec<Example>,
    test: Vec<Example>,
    classes: Vec<usize>,
    number: usize,
    has_letters: bool,
    seed: u64,
}

impl Fitted {
    fn new(set: &Set, seed: u64) -> Self {
        let example = |row: &Row| Example {
            id: row.id.clone(),
            sequence: letters(row),
            second: None,
            target: Target::Class(row.class),
            strata: BTreeMap::new(),
            clusters: BTreeMap::new(),
            place: ExamplePlace {
                chromosome: row
                    .chromosome
                    .and_then(|chromosome| set.chromosomes.get(chromosome as usize).cloned()),
                position: row.place.map(|place| place.start),
                ..ExamplePlace::default()
            },
        };
        Self {
            train: set.train.iter().map(example).collect(),
            test: set.test.iter().map(example).collect(),
            classes: set.train.iter().map(|row| row.class).collect(),
            number: set.classes.len(),
            has_letters: set.has_sequences(),
            seed,
        }
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
        let training = Training::new(&self.train, self.classes.clone(), self.number);
        let training = training.map_err(|error| error.to_string())?;
        let fitted = fit(control, &training, self.seed).map_err(|error| error.to_string())?;
        let answers = self
            .test
            .iter()
            .map(|row| fitted.probabilities(&Query::from(row)));
        Ok(answers.collect())
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
