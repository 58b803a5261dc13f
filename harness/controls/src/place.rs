//! Where an example lies, and nothing of what it is made of.

use std::collections::BTreeMap;

use titer_core::Place;

use crate::training::{Training, TrainingError, share, towards};

/// Examples that a chromosome's own share is drawn towards the prior by.
const PRIOR_EXAMPLES: f64 = 1.0;

/// The share of each class by chromosome.
#[derive(Clone, Debug)]
pub(crate) struct Chromosome {
    shares: BTreeMap<String, Vec<f64>>,
    prior: Vec<f64>,
}

impl Chromosome {
    pub(crate) fn fit(training: &Training<'_>) -> Result<Self, TrainingError> {
        let prior = training.prior().to_vec();
        let mut classes: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (example, class) in training.examples().iter().zip(training.classes()) {
            if let Some(chromosome) = &example.place.chromosome {
                classes.entry(chromosome).or_default().push(*class);
            }
        }
        if classes.is_empty() {
            return Err(TrainingError::Unknown(
                "no example to fit on says its chromosome: name it in the dataset's `columns.place`"
                    .to_owned(),
            ));
        }
        let shares = classes
            .into_iter()
            .map(|(chromosome, classes)| {
                let count = classes.len() as f64;
                let weight = count / (count + PRIOR_EXAMPLES);
                let share = share(&prior, classes.into_iter());
                (chromosome.to_owned(), towards(&prior, &share, weight))
            })
            .collect();
        Ok(Self { shares, prior })
    }

    /// The chromosome's shares; the prior where it is unknown or was never seen.
    pub(crate) fn probabilities(&self, place: Option<&Place>) -> Vec<f64> {
        place
            .and_then(|place| place.chromosome.as_ref())
            .and_then(|chromosome| self.shares.get(chromosome))
            .unwrap_or(&self.prior)
            .clone()
    }
}

/// The class of the nearest training example on the chromosome.
#[derive(Clone, Debug)]
pub(crate) struct Position {
    /// `(position, class)` by chromosome, sorted.
    sites: BTreeMap<String, Vec<(u64, usize)>>,
    /// The median distance of neighbouring training examples: so far away, a neighbour counts half.
    half_way: f64,
    prior: Vec<f64>,
}

impl Position {
    pub(crate) fn fit(training: &Training<'_>) -> Result<Self, TrainingError> {
        let mut sites: BTreeMap<String, Vec<(u64, usize)>> = BTreeMap::new();
        for (example, class) in training.examples().iter().zip(training.classes()) {
            if let (Some(chromosome), Some(position)) =
                (&example.place.chromosome, example.place.position)
            {
                let there = sites.entry(chromosome.clone()).or_default();
                there.push((position, *class));
            }
        }
        if sites.is_empty() {
            return Err(TrainingError::Unknown(
                "no example to fit on says where it lies: name `columns.place` in the dataset"
                    .to_owned(),
            ));
        }
        let mut gaps = Vec::new();
        for there in sites.values_mut() {
            there.sort_unstable();
            gaps.extend(there.windows(2).map(|pair| pair[1].0 - pair[0].0));
        }
        gaps.sort_unstable();
        let half_way = gaps.get(gaps.len() / 2).copied().unwrap_or(1).max(1);
        Ok(Self {
            sites,
            half_way: half_way as f64,
            prior: training.prior().to_vec(),
        })
    }

    /// The share of each class among the nearest, ties together, drawn towards the prior by distance.
    pub(crate) fn probabilities(&self, place: Option<&Place>) -> Vec<f64> {
        let known = place.and_then(|place| Some((place.chromosome.as_ref()?, place.position?)));
        let found = known.and_then(|(chromosome, at)| Some((self.sites.get(chromosome)?, at)));
        let Some((there, at)) = found else {
            return self.prior.clone();
        };
        let next = there.partition_point(|(position, _)| *position < at);
        let after = there.get(next).map(|(position, _)| position - at);
        let before = next
            .checked_sub(1)
            .and_then(|last| there.get(last))
            .map(|(position, _)| at - position);
        let Some(distance) = [before, after].into_iter().flatten().min() else {
            return self.prior.clone();
        };
        let nearest = there
            .iter()
            .skip(there.partition_point(|(position, _)| *position < at.saturating_sub(distance)))
            .take_while(|(position, _)| *position <= at.saturating_add(distance))
            .filter(|(position, _)| position.abs_diff(at) == distance);
        let share = share(&self.prior, nearest.map(|(_, class)| *class));
        let weight = self.half_way / (self.half_way + distance as f64);
        towards(&self.prior, &share, weight)
    }
}
