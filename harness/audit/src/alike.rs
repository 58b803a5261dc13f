//! Test sequences that are alike to train sequences, on either strand: near duplicates, summed up.

use serde::Serialize;

use crate::clusters::linked;
use crate::near::{Frequencies, Link, Near, NearError, OFTEN, Options, WORD, beyond_repeats, near};
use crate::rows::{Row, Set};

/// The score of a stretch in common that is told of: so many bases without an error. A motif that a class is told by is less.
pub const STRETCH: u32 = 40;
/// Score for each base of the test sequence that is in no stretch of few words, from which on a hit is *close*: half of the sequence at 90 % identity has as
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
    /// Rows that have a stretch of [`STRETCH`] or more in common with a train row, which is no repeat, and are not close.
    pub by_stretch: usize,
    /// Rows that have as much in common, and nothing but a repeat.
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
    /// Of each test row that is alike to a train row beyond chance: how, and to which.
    pub kin: Vec<Option<(Likeness, u32)>>,
    /// Of each test row, the score for each of its bases of its best hit, from 0 (nothing above chance) to 1 (all of it).
    pub similarity: Vec<f64>,
}

/// How two rows are alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Likeness {
    /// For most of their length, by more than a repeat: near duplicates.
    Close,
    /// In a stretch that is no repeat.
    Stretch,
    /// By a repeat alone.
    Repeat,
    /// In less than [`STRETCH`].
    Little,
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
    // Of the two the larger split is train, or nearly so: chance reaches no further within test.
    let within = Options {
        above: Some(in_train.threshold.score),
        ..options.clone()
    };
    let mut in_test = near(&test, test.iter().copied(), &within)?;
    in_test.links.retain(|link| link.test != link.train);
    let of = Frequencies::new(&[&train, &test]);
    let is_close = |link: &Link| is_close(link.score, in_train.countable[link.test as usize]);
    let above = in_train.threshold.score;
    let more = beyond_repeats(
        &in_train.links,
        |link| link.score >= STRETCH || is_close(link),
        (&test, &train),
        &of,
        above,
    );
    let among = beyond_repeats(&in_test.links, is_close, (&test, &test), &of, above);
    let mut found = AlikeRows {
        alike: about(&test, options, &in_train),
        kin: vec![None; test.len()],
        similarity: vec![0.0; test.len()],
        groups: Vec::new(),
    };
    found.note(set, &in_train, &more);
    let close: Vec<Link> = more.into_iter().filter(is_close).collect();
    found.join(&set.train, &close, &among);
    Ok(Some(found))
}

fn letters(rows: &[Row]) -> Vec<&[u8]> {
    let mut all = Vec::with_capacity(rows.len());
    for row in rows {
        all.push(row.sequence.as_ref().map_or(&[][..], |it| it.letters()));
    }
    all
}

/// How it was looked for.
fn about(test: &[&[u8]], options: &Options, in_train: &Near) -> Alike {
    let threshold = in_train.threshold.score as usize;
    let too_short = test.iter().filter(|row| row.len() <= threshold).count();
    let band = |at_least: f64| Band {
        at_least,
        ..Band::default()
    };
    Alike {
        identity: BANDS.map(band).to_vec(),
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
    }
}

fn is_close(score: u32, countable: u32) -> bool {
    f64::from(score) >= CLOSE * f64::from(countable)
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
    /// Notes what each row's hit is; `more` are the links that more than a repeat makes, the best of a row first.
    fn note(&mut self, set: &Set, in_train: &Near, more: &[Link]) {
        let mut best: Vec<Option<&Link>> = vec![None; in_train.hits.len()];
        for link in more.iter().rev() {
            best[link.test as usize] = Some(link);
        }
        for (row, hit) in in_train.hits.iter().enumerate() {
            let Some(hit) = hit.filter(|hit| hit.above) else {
                continue;
            };
            let countable = in_train.countable[row];
            let likeness = match best[row] {
                Some(link) if is_close(link.score, countable) => Likeness::Close,
                Some(_) => Likeness::Stretch,
                None if hit.score >= STRETCH || is_close(hit.score, countable) => Likeness::Repeat,
                None => Likeness::Little,
            };
            let train = best[row].map_or(hit.train, |link| link.train);
            self.kin[row] = Some((likeness, train));
            self.similarity[row] = f64::from(hit.score) / f64::from(countable.max(1));
            self.alike.count(likeness, hit.identity());
            if let (Likeness::Close, Some(link)) = (likeness, best[row]) {
                let own = set.train[link.train as usize].class == set.test[row].class;
                self.alike.close_with_own += usize::from(own);
                self.alike.close_turned += usize::from(link.turned);
            }
        }
    }

    /// Groups the rows that are close to each other.
    fn join(&mut self, train: &[Row], close: &[Link], among: &[Link]) {
        let mut pairs: Vec<(u32, u32)> = among
            .iter()
            .map(|link| (link.test.max(link.train), link.test.min(link.train)))
            .collect();
        pairs.sort_unstable();
        pairs.dedup();
        self.alike.within_test = pairs.chunk_by(|one, next| one.0 == next.0).count();
        self.alike.largest_cluster = largest_cluster(train.len(), self.kin.len(), close, &pairs);
        self.groups = over_train(close);
        let pairs = pairs.iter().map(|(later, before)| vec![*later, *before]);
        self.groups.extend(pairs);
    }
}

impl Alike {
    fn count(&mut self, likeness: Likeness, identity: f64) {
        self.rows += 1;
        self.close += usize::from(likeness == Likeness::Close);
        self.by_stretch += usize::from(likeness == Likeness::Stretch);
        self.by_repeat += usize::from(likeness == Likeness::Repeat);
        let mut bands = self.identity.iter_mut();
        if let Some(band) = bands.find(|band| identity >= band.at_least) {
            band.rows += 1;
            band.close += usize::from(likeness == Likeness::Close);
        }
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
            minus: None,
            lower_case: 0,
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
        let close = found
            .kin
            .iter()
            .map(|kin| kin.map(|(how, train)| (how == Likeness::Close, train)));
        let close: Vec<Option<(bool, u32)>> = close.collect();
        let of = |train| Some((true, train));
        assert_eq!(close, [of(1), of(2), Some((false, 4)), None, None, of(2)]);
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
