//! Test sequences that are alike to train sequences, on either strand: near duplicates, summed up.

use serde::Serialize;

use crate::clusters::linked;
use crate::near::{
    Frequencies, Hit, Link, Near, NearError, OFTEN, Options, WORD, beyond_repeats, near,
};
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
    /// Of them, those that are close ([`CLOSE`]) to a train row by more than a repeat: near duplicates.
    pub close: usize,
    /// Of the near duplicates, those whose best train row is of the same class.
    pub close_with_own: usize,
    /// Of the near duplicates, those that are alike as reverse complement.
    pub close_turned: usize,
    /// Rows that would be close, were it not a repeat alone that makes them so.
    pub by_repeat: usize,
    /// Letters of the words that repeats are told by.
    pub repeat_word: u32,
    /// A word that stands in both splits more often than this is one of a repeat.
    pub repeat_occurrences: u32,
    /// Of the rows above the threshold: lower end of identity, rows, and how many of them are close.
    pub identity: Vec<Band>,
    /// Test rows that are close to a test row before them, by more than a repeat.
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
    /// Words that stand in train more often than this are not looked up.
    pub occurrences: u32,
    /// How many words that were.
    pub words_cut: u64,
    /// The share of the places of train that they take.
    pub share_cut: f64,
    /// Test rows of which nothing could be looked up (unknown letters, stretches of few words, words cut), or that have no more
    /// letters than the score that must be exceeded.
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
    /// Test rows that are close to each other (pairs), or to one train row.
    pub groups: Vec<Vec<u32>>,
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
    Ok(Some(summed(
        set, &train, &test, options, &in_train, &in_test,
    )))
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
    train: &[&[u8]],
    test: &[&[u8]],
    options: &Options,
    in_train: &Near,
    in_test: &Near,
) -> AlikeRows {
    let threshold = in_train.threshold.score as usize;
    let too_short = test.iter().filter(|row| row.len() <= threshold).count();
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
            repeat_word: WORD,
            repeat_occurrences: u32::from(OFTEN),
            without_seeds: in_train.without_seeds.max(too_short),
            with_candidates_left_out: in_train.with_candidates_left_out,
            ..Alike::default()
        },
        close: vec![false; test.len()],
        similarity: vec![0.0; test.len()],
        ..AlikeRows::default()
    };
    let (close, among) = close_links(train, test, in_train, in_test);
    let mut best: Vec<Option<&Link>> = vec![None; test.len()];
    for link in close.iter().rev() {
        best[link.test as usize] = Some(link);
    }
    for (row, hit) in in_train.hits.iter().enumerate() {
        if let Some(hit) = hit.filter(|hit| hit.above) {
            found.take(set, row, &hit, best[row], test[row].len());
        }
    }
    let later = among.chunk_by(|one, next| one.0 == next.0);
    found.alike.within_test = later.count();
    found.groups = over_train(&close);
    let pairs = among.iter().map(|(later, before)| vec![*later, *before]);
    found.groups.extend(pairs);
    found.alike.largest_cluster = largest_cluster(train.len(), test.len(), &close, &among);
    found
}

fn is_close(score: u32, bases: usize) -> bool {
    f64::from(score) >= CLOSE * bases as f64
}

/// What more than a repeat makes close: links of test rows to train rows, and pairs of test rows, the later one first.
fn close_links(
    train: &[&[u8]],
    test: &[&[u8]],
    in_train: &Near,
    in_test: &Near,
) -> (Vec<Link>, Vec<(u32, u32)>) {
    let is_close = |link: &&Link| is_close(link.score, test[link.test as usize].len());
    let close: Vec<Link> = in_train.links.iter().filter(is_close).copied().collect();
    let mut among: Vec<Link> = in_test.links.iter().filter(is_close).copied().collect();
    among.retain(|link| link.test != link.train);
    if close.is_empty() && among.is_empty() {
        return (close, Vec::new());
    }
    let of = Frequencies::new(&[train, test]);
    let among = beyond_repeats(&among, test, test, &of);
    let mut pairs: Vec<(u32, u32)> = among
        .iter()
        .map(|link| (link.test.max(link.train), link.test.min(link.train)))
        .collect();
    pairs.sort_unstable();
    pairs.dedup();
    (beyond_repeats(&close, test, train, &of), pairs)
}

/// Test rows that are close to one train row, two at least in a group.
fn over_train(close: &[Link]) -> Vec<Vec<u32>> {
    let mut by_train: Vec<(u32, u32)> = close.iter().map(|link| (link.train, link.test)).collect();
    by_train.sort_unstable();
    let of_train = by_train.chunk_by(|one, next| one.0 == next.0);
    let several = of_train.filter(|rows| rows.len() > 1);
    several
        .map(|rows| rows.iter().map(|(_, test)| *test).collect())
        .collect()
}

/// The share that the largest cluster has of the rows of both splits.
fn largest_cluster(trains: usize, tests: usize, close: &[Link], among: &[(u32, u32)]) -> f64 {
    let rows = tests as u32;
    let across = close.iter().map(|link| (link.test, rows + link.train));
    let links: Vec<(u32, u32)> = across.chain(among.iter().copied()).collect();
    let clusters = linked(tests + trains, &links);
    let mut sizes = vec![0_usize; clusters.len()];
    for cluster in &clusters {
        sizes[*cluster as usize] += 1;
    }
    let largest = sizes.into_iter().max().unwrap_or(0);
    largest as f64 / clusters.len().max(1) as f64
}

impl AlikeRows {
    fn take(&mut self, set: &Set, row: usize, hit: &Hit, close: Option<&Link>, bases: usize) {
        let alike = &mut self.alike;
        alike.rows += 1;
        let identity = hit.identity();
        let band = alike
            .identity
            .iter_mut()
            .find(|band| identity >= band.at_least);
        if let Some(band) = band {
            band.rows += 1;
            band.close += usize::from(close.is_some());
        }
        if let Some(link) = close {
            let own = set.train[link.train as usize].class == set.test[row].class;
            alike.close += 1;
            alike.close_with_own += usize::from(own);
            alike.close_turned += usize::from(link.turned);
            self.close[row] = true;
        } else if is_close(hit.score, bases) {
            alike.by_repeat += 1;
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
            second: None,
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
        // Two of one train row, which are alike besides; two of each other.
        assert_eq!(found.groups, [vec![1, 5], vec![4, 3], vec![5, 1]]);
        assert!(found.similarity[0] == 1.0 && found.similarity[3] == 0.0);
        assert!(found.similarity[2] > 0.2 && found.similarity[2] < CLOSE);
        assert_eq!(sum.identity[0].rows, 4);
        let mut without = set;
        without.train[0].sequence = None;
        assert!(alike(&without, &options).unwrap().is_none());
    }
}
