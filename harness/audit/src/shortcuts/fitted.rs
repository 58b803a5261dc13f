//! Controls that are fitted on train rows.

use std::collections::BTreeMap;

use rayon::prelude::*;
use titer_controls::{Number, Shape, Training, TrainingError, fit};
use titer_core::{Example, Place as ExamplePlace, Query, Sequence, Stream, Target};
use titer_spec::ControlSpec;

use super::{Answers, FITTED_ON, NO_LETTERS};
use crate::rows::{Row, Set};

/// The rows as the controls of evaluations take them: copied for one control after the other, never all at once.
pub(super) struct Fitted<'a> {
    set: &'a Set,
    /// Train rows that regressions are fitted on, in an order drawn by id: the first are a sample.
    sample: Vec<&'a Row>,
    has_letters: bool,
    seed: u64,
}

impl<'a> Fitted<'a> {
    pub(super) fn new(set: &'a Set, seed: u64) -> Self {
        Self {
            set,
            sample: sampled(&set.train, seed),
            has_letters: set.has_sequences(),
            seed,
        }
    }

    /// What a control needs that reads letters, where there are letters.
    pub(super) fn letters(&self, answers: impl Fn() -> Answers) -> Answers {
        match self.has_letters {
            true => answers(),
            false => Err(NO_LETTERS.to_owned()),
        }
    }

    /// A control of evaluations.
    pub(super) fn control(&self, control: &ControlSpec) -> Answers {
        let rows: Vec<&Row> = match control {
            ControlSpec::Kmers(_) | ControlSpec::Nearest(_) => self.sample.clone(),
            _ => self.set.train.iter().collect(),
        };
        let sees_letters = !matches!(control, ControlSpec::Majority | ControlSpec::Chromosome);
        let example = |row: &Row| example(self.set, row, sees_letters);
        let train: Vec<Example> = rows.par_iter().map(|row| example(row)).collect();
        let training = Training::new(&train, self.classes(&rows), self.set.classes.len());
        let training = training.map_err(|error| error.to_string())?;
        let fitted = fit(control, &training, self.seed).map_err(|error| error.to_string())?;
        let test = self.set.test.par_iter();
        let answers = test.map(|row| fitted.probabilities(&Query::from(&example(row))));
        Ok((answers.collect(), train.len()))
    }

    /// The classes by one number of a row.
    pub(super) fn number(&self, of: fn(&Row) -> f64) -> Answers {
        let values: Vec<f64> = self.sample.par_iter().map(|row| of(row)).collect();
        let (class_of, classes, groups) = self.told()?;
        let fitted = Number::fit(&values, &class_of, classes, &groups, self.seed);
        let answers = self.set.test.par_iter();
        let answers = answers.map(|row| fitted.probabilities(of(row)));
        Ok((answers.collect(), values.len()))
    }

    /// The classes by few numbers of a row.
    pub(super) fn numbers(&self, of: fn(&Row) -> Vec<f64>) -> Answers {
        let rows: Vec<Vec<f64>> = self.sample.par_iter().map(|row| of(row)).collect();
        let (class_of, classes, groups) = self.told()?;
        let fitted = Shape::fit(&rows, &class_of, classes, &groups, self.seed);
        let answers = self.set.test.par_iter();
        let answers = answers.map(|row| fitted.probabilities(&of(row)));
        Ok((answers.collect(), rows.len()))
    }

    /// The class of each row of the sample, how many classes there are, and each row's group.
    fn told(&self) -> Result<(Vec<usize>, usize, Vec<&'a str>), String> {
        let class_of = self.classes(&self.sample);
        if class_of.windows(2).all(|pair| pair[0] == pair[1]) {
            return Err(TrainingError::OneClass.to_string());
        }
        let group = |row: &&'a Row| row.group.as_deref().unwrap_or(&row.id);
        let groups = self.sample.iter().map(group).collect();
        Ok((class_of, self.set.classes.len(), groups))
    }

    fn classes(&self, rows: &[&Row]) -> Vec<usize> {
        rows.iter().map(|row| row.class).collect()
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
        sequence: match &row.sequence {
            Some(letters) if with_letters => letters.clone(),
            _ => Sequence::default(),
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
