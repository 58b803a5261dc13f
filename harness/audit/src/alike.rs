//! Test sequences that are alike to train sequences, on either strand: near duplicates, summed up.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::near::{Hit, Near, NearError, Options, near};
use crate::rows::{Row, Set};

/// Score for each base of the test sequence from which on a hit is *close*: half of the sequence at 90 % identity has as
/// much, or the whole at 70 %. Less is a stretch in common: a domain, a repeat.
pub const CLOSE: f64 = 0.4;

/// Lower ends of the bands of identity, descending.
const BANDS: [f64; 5] = [0.95, 0.90, 0.80, 0.70, 0.0];

/// What is alike.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Alike {
    /// Test rows whose best score against train is above the threshold.
    pub rows: usize,
    /// Of them, those that are close: [`CLOSE`].
    pub close: usize,
    /// Of the close ones, those whose best train row is of the same class.
    pub close_with_own: usize,
    /// Of the close ones, those that are alike as reverse complement.
    pub close_turned: usize,
    /// Of the rows above the threshold: lower end of identity, rows, and how many of them are close.
    pub identity: Vec<Band>,
    /// Test rows that are close to a test row before them.
    pub within_test: usize,
    /// The largest cluster that close pairs make, of the rows of both splits.
    pub largest_cluster: f64,
    /// The score that is no chance must be above this one.
    pub threshold: u32,
    /// Shuffled test sequences that the threshold was read from.
    pub shuffles: usize,
    /// The share of them that may lie above it: so many rows that have nothing to do with train are called alike.
    pub false_positives: f64,
    /// Letters of a seed.
    pub seed_weight: u32,
    /// Words that stand in train more often than this link nothing (repeats).
    pub occurrences: u32,
    /// How many words that were.
    pub words_cut: u64,
    /// The share of the places of train that they take.
    pub share_cut: f64,
    /// Test rows of which nothing could be looked up: too short, unknown letters, words cut or not in train.
    pub without_seeds: usize,
    /// Test rows that met more train rows than were aligned.
    pub with_candidates_left_out: usize,
}

/// Rows whose best hit has an identity of at least so much, and less than the band before.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Band {
    /// The lower end.
    pub at_least: f64,
    /// Rows above the threshold.
    pub rows: usize,
    /// Close ones.
    pub close: usize,
}

/// What is alike, row by row.
#[derive(Clone, Debug, Default)]
pub struct AlikeRows {
    /// The sum.
    pub alike: Alike,
    /// Of each test row, the cluster that close pairs put it in.
    pub clusters: Vec<u32>,
    /// Of each test row, whether it is close to a train row.
    pub close: Vec<bool>,
    /// Of each test row, the score for each of its bases of its best hit, from 0 (nothing above chance) to 1 (all of it).
    pub similarity: Vec<f64>,
}

/// Looks for near duplicates of test rows in train, and among test rows. `None` where not every row has its letters.
///
/// # Errors
/// The split is too large to be looked at at once.
pub fn alike(set: &Set, options: &Options) -> Result<Option<AlikeRows>, NearError> {
    if !set.has_sequences() {
        return Ok(None);
    }
    let (train, test) = (letters(&set.train), letters(&set.test));
    let in_train = near(&train, test.iter().copied(), options)?;
    let in_test = near(&test, test.iter().copied(), options)?;
    Ok(Some(summed(set, &test, options, &in_train, &in_test)))
}

fn letters(rows: &[Row]) -> Vec<&[u8]> {
    let mut all = Vec::with_capacity(rows.len());
    for row in rows {
        all.push(row.sequence.as_ref().map_or(&[][..], |it| it.letters()));
    }
    all
}

fn summed(
    set: &Set,
    test: &[&[u8]],
    options: &Options,
    in_train: &Near,
    in_test: &Near,
) -> AlikeRows {
    let is_close = |row: usize, score: u32| {
        let bases = test.get(row).map_or(0, |letters| letters.len());
        f64::from(score) >= CLOSE * bases as f64
    };
    let mut found = AlikeRows {
        alike: Alike {
            identity: BANDS
                .iter()
                .map(|at_least| Band {
                    at_least: *at_least,
                    ..Band::default()
                })
                .collect(),
            threshold: in_train.threshold.score,
            shuffles: in_train.threshold.shuffles,
            false_positives: options.false_positives,
            seed_weight: in_train.seed.weight,
            occurrences: in_train.cut.occurrences,
            words_cut: in_train.cut.words,
            share_cut: in_train.cut.share_of_places,
            without_seeds: in_train.without_seeds,
            with_candidates_left_out: in_train.with_candidates_left_out,
            ..Alike::default()
        },
        close: vec![false; test.len()],
        similarity: vec![0.0; test.len()],
        ..AlikeRows::default()
    };
    for (row, hit) in in_train.hits.iter().enumerate() {
        if let Some(hit) = hit.filter(|hit| hit.above) {
            found.take(set, row, &hit, is_close(row, hit.score), test[row].len());
        }
    }
    let rows = test.len() as u32;
    let mut links: Vec<(u32, u32)> = in_train
        .links
        .iter()
        .filter(|link| is_close(link.test as usize, link.score))
        .map(|link| (link.test, rows + link.train))
        .collect();
    let among: Vec<(u32, u32)> = in_test
        .links
        .iter()
        .filter(|link| link.test > link.train && is_close(link.test as usize, link.score))
        .map(|link| (link.test, link.train))
        .collect();
    let later: BTreeSet<u32> = among.iter().map(|(later, _)| *later).collect();
    found.alike.within_test = later.len();
    links.extend(among);
    let all = crate::clusters::linked(test.len() + set.train.len(), &links);
    let mut sizes = vec![0_usize; all.len()];
    for cluster in &all {
        sizes[*cluster as usize] += 1;
    }
    let largest = sizes.into_iter().max().unwrap_or(0);
    found.alike.largest_cluster = largest as f64 / all.len().max(1) as f64;
    found.clusters = all.into_iter().take(test.len()).collect();
    found
}

impl AlikeRows {
    fn take(&mut self, set: &Set, row: usize, hit: &Hit, close: bool, bases: usize) {
        let alike = &mut self.alike;
        alike.rows += 1;
        let identity = hit.identity();
        let band = alike
            .identity
            .iter_mut()
            .find(|band| identity >= band.at_least);
        if let Some(band) = band {
            band.rows += 1;
            band.close += usize::from(close);
        }
        if close {
            let own = set.train[hit.train as usize].class == set.test[row].class;
            alike.close += 1;
            alike.close_with_own += usize::from(own);
            alike.close_turned += usize::from(hit.turned);
            self.close[row] = true;
        }
        self.similarity[row] = f64::from(hit.score) / bases.max(1) as f64;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use titer_core::Sequence;

    /// Letters without any structure, a fixed generator's.
    fn random(seed: u64, bases: usize) -> String {
        let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
        (0..bases)
            .map(|_| {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                char::from(b"ACGT"[(state >> 33) as usize % 4])
            })
            .collect()
    }

    fn row(letters: &str, class: usize) -> Row {
        Row {
            id: String::new(),
            class,
            chromosome: None,
            place: None,
            sequence: Some(Sequence::new(letters).unwrap()),
            group: None,
        }
    }

    #[test]
    fn close_rows_and_their_clusters_are_told() {
        let train: Vec<Row> = (0..50).map(|n| row(&random(n + 1, 200), 0)).collect();
        let turned = Sequence::new(&random(3, 200)).unwrap().reverse_complement();
        let turned = String::from_utf8(turned.letters().to_vec()).unwrap();
        // A quarter in common is above chance and not close.
        let quarter = random(5, 200)[..50].to_owned() + &random(905, 150);
        let fresh = random(900, 200);
        let mut again = fresh.clone();
        again.replace_range(100..101, "N");
        let set = Set {
            classes: vec!["no".to_owned(), "yes".to_owned()],
            chromosomes: Vec::new(),
            train,
            test: vec![
                row(&random(2, 200), 1),
                row(&turned, 0),
                row(&quarter, 0),
                row(&fresh, 0),
                row(&again, 0),
                row(&random(3, 200), 0),
            ],
        };
        let options = Options {
            shuffles: 500,
            ..Options::default()
        };
        let found = alike(&set, &options).unwrap().unwrap();
        assert_eq!(found.close, [true, true, false, false, false, true]);
        let sum = &found.alike;
        assert_eq!((sum.rows, sum.close, sum.within_test), (4, 3, 2));
        assert_eq!((sum.close_with_own, sum.close_turned), (2, 1));
        // Two of one train row, two of each other.
        assert_eq!(found.clusters, [0, 1, 2, 3, 3, 1]);
        assert!(found.similarity[0] == 1.0 && found.similarity[3] == 0.0);
        assert!(found.similarity[2] > 0.2 && found.similarity[2] < CLOSE);
        assert_eq!(sum.identity[0].rows, 4);
        let mut without = set;
        without.train[0].sequence = None;
        assert!(alike(&without, &options).unwrap().is_none());
    }
}
