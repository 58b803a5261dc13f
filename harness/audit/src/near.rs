//! Near duplicates: test sequences that are alike to one of train, on either strand.
//!
//! - Train is packed once into two bits a letter; where each word of a spaced seed stands in it is written down.
//! - A test sequence, as it stands and turned round, meets a train sequence where two words at least lie on nearby
//!   diagonals: nothing is asked of the rest, so a sequence shifted by half of its length or of another length is found.
//! - What meets is aligned locally, in a band of diagonals, with gaps; the score decides.
//! - The threshold is measured: dinucleotide-shuffled test sequences go the same way, and the 99th percentile of their
//!   best scores against the whole of train is what a score must be above. So about one test sequence in a hundred that
//!   has nothing to do with train is called alike to it.
//! - Words that stand in train more often than [`Options::occurrences`] are not looked up. Stretches of few different words
//!   (tandem repeats, tails of one letter) are not either, and count neither for nor against an alignment.
//! - What is found may still be a repeat (an Alu): [`beyond_repeats`] tells the links that are more.
//!
//! The result is the same with any number of threads.

mod align;
mod index;
mod letters;
mod repeats;
mod search;
mod seeds;
mod simple;
mod threshold;
mod trace;

use rayon::prelude::*;

pub use index::Cut;
pub use repeats::{Frequencies, OFTEN, WORD, beyond_repeats};
pub use seeds::Seed;
pub use threshold::Threshold;

use index::Index;
use search::{Aligned, Met, Searcher};
use trace::Trace;

/// Test sequences that are in memory at a time.
const BLOCK: usize = 8192;

/// What may be chosen.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// Letters of a seed that must be equal, 9 to 13. By default 9 up to 8.4 million letters of train, 10 up to 16.8, 11
    /// up to 67, 12 up to 134 million, then 13.
    pub weight: Option<u32>,
    /// A word that stands in train more often than this is not looked up; 4,095 at most. By default ten times as often as in letters drawn
    /// evenly, and 50 at least.
    pub occurrences: Option<u32>,
    /// What a score must be above; by default it is measured.
    pub above: Option<u32>,
    /// Shuffled test sequences that the threshold is read from, at most: 2,000.
    pub shuffles: usize,
    /// The share of them that may lie above it. 0.01.
    pub false_positives: f64,
    /// No score up to this is above the threshold, whatever the shuffles say. 20: as many equal letters in a row.
    pub least_score: u32,
    /// Train sequences that a test sequence is aligned with at most, those with most seeds first. 64.
    pub candidates: usize,
    /// The seed of the shuffles. 0.
    pub seed: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            weight: None,
            occurrences: None,
            above: None,
            shuffles: 2_000,
            false_positives: 0.01,
            least_score: 20,
            candidates: 64,
            seed: 0,
        }
    }
}

/// Why nothing was found out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NearError {
    /// Places are 32-bit numbers.
    #[error(
        "the train split has more than 4,294,967,294 letters: look at a sample of it, or split it"
    )]
    TooManyLetters,
}

/// The train sequence that a test sequence is most alike to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hit {
    /// Its number.
    pub train: u32,
    /// Equal letters less unequal ones, less two and its length for each gap.
    pub score: u32,
    /// Equal letters; this and what follows is 0 where the score is not above the threshold.
    pub equal: u32,
    /// Pairs of letters and letters beside a gap.
    pub aligned: u32,
    /// The stretch of the test sequence that is aligned, as it stands: start and end.
    pub test_range: (u32, u32),
    /// The stretch of the train sequence.
    pub train_range: (u32, u32),
    /// The reverse complement of the test sequence is alike.
    pub turned: bool,
    /// The score is above the threshold.
    pub above: bool,
}

impl Hit {
    /// The share of the aligned letters that are equal.
    #[must_use]
    pub fn identity(&self) -> f64 {
        f64::from(self.equal) / f64::from(self.aligned.max(1))
    }
}

/// A test and a train sequence whose score is above the threshold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// The test sequence's number.
    pub test: u32,
    /// The train sequence's number.
    pub train: u32,
    /// The score of their best alignment.
    pub score: u32,
    /// The reverse complement of the test sequence is alike.
    pub turned: bool,
    /// Where the alignment lies: the first diagonal of its band, a place in train minus one in test.
    pub first: i32,
}

/// What was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Near {
    /// Of each test sequence, the best hit; `None` where two seeds met nothing of train.
    pub hits: Vec<Option<Hit>>,
    /// Of each test sequence the letters that count: those in no stretch of few words.
    pub countable: Vec<u32>,
    /// Every pair above the threshold, by test sequence, the best first.
    pub links: Vec<Link>,
    /// What a score must be above, and how that came about.
    pub threshold: Threshold,
    /// The seed.
    pub seed: Seed,
    /// The words that were cut.
    pub cut: Cut,
    /// Test sequences no word of which could be looked up: too short, unknown letters, stretches of few words, words cut.
    pub without_seeds: usize,
    /// Test sequences of whose candidates some were not aligned.
    pub with_candidates_left_out: usize,
}

impl Near {
    /// How many test sequences are above the threshold.
    #[must_use]
    pub fn above(&self) -> usize {
        self.hits.iter().flatten().filter(|hit| hit.above).count()
    }
}

/// Looks for the near duplicates of test in train. Train is read once, test three times: for its size, for the
/// shuffles, and block by block for what is looked for.
///
/// # Errors
/// More than 2^32 - 1 letters in train.
///
/// ```
/// use titer_audit::near::{Options, near};
/// let train = ["ACCGTTAGCATTCGGATTACAGCCATAGGCTTAACG", "GGGTCTCTTAAAGAGCCGCGTATATCGATCGACTAG"];
/// let test = ["TTAAGCCTATGGCTGTAATCCGAATGC"];
/// let found = near(train, test, &Options::default()).unwrap();
/// let hit = found.hits[0].unwrap();
/// assert_eq!((hit.train, hit.turned, hit.score, hit.above), (0, true, 27, true));
/// ```
pub fn near<Train, Test>(train: Train, test: Test, options: &Options) -> Result<Near, NearError>
where
    Train: IntoIterator<Item: AsRef<[u8]>>,
    Test: IntoIterator<Item: AsRef<[u8]> + Send + Sync> + Clone,
{
    let index = Index::new(train, options.weight, options.occurrences)?;
    let threshold = threshold::threshold(&index, &test, options);
    let mut found = Near {
        hits: Vec::new(),
        countable: Vec::new(),
        links: Vec::new(),
        threshold,
        seed: index.seed.clone(),
        cut: index.cut,
        without_seeds: 0,
        with_candidates_left_out: 0,
    };
    in_blocks(test, |block: &[Test::Item]| {
        let of_block: Vec<One> = block
            .par_iter()
            .with_min_len(32)
            .map_init(Searcher::default, |searcher, letters| {
                one(
                    searcher,
                    &index,
                    letters.as_ref(),
                    found.threshold.score,
                    options.candidates,
                )
            })
            .collect();
        for one in of_block {
            found.take(&one);
        }
    });
    Ok(found)
}

/// Hands over the items block by block.
fn in_blocks<Items: IntoIterator>(items: Items, mut each: impl FnMut(&[Items::Item])) {
    let mut items = items.into_iter();
    loop {
        let block: Vec<Items::Item> = items.by_ref().take(BLOCK).collect();
        if block.is_empty() {
            return;
        }
        each(&block);
    }
}

/// What was found of one test sequence.
struct One {
    hit: Option<Hit>,
    links: Vec<Aligned>,
    countable: u32,
    met: Met,
}

fn one(searcher: &mut Searcher, index: &Index, letters: &[u8], above: u32, most: usize) -> One {
    let (aligned, met) = searcher.search(index, letters, most);
    let hit = aligned.first().map(|best| {
        // The way through the alignment is of no use where chance made it.
        let traced = match best.score > above {
            true => searcher.trace(index, best),
            false => Trace::default(),
        };
        Hit {
            train: best.train,
            score: best.score,
            equal: traced.equal,
            aligned: traced.columns,
            test_range: traced.test,
            train_range: traced.train,
            turned: best.turned,
            above: best.score > above,
        }
    });
    let mut links: Vec<Aligned> = Vec::new();
    for one in aligned.iter().take_while(|one| one.score > above) {
        if links.iter().all(|link| link.train != one.train) {
            links.push(*one);
        }
    }
    let countable = searcher.countable();
    One {
        hit,
        links,
        countable,
        met,
    }
}

impl Near {
    fn take(&mut self, one: &One) {
        let test = self.hits.len() as u32;
        self.links.extend(one.links.iter().map(|link| Link {
            test,
            train: link.train,
            score: link.score,
            turned: link.turned,
            first: link.first as i32,
        }));
        self.countable.push(one.countable);
        self.without_seeds += usize::from(one.met.seeds == 0);
        self.with_candidates_left_out += usize::from(one.met.left_out > 0);
        self.hits.push(one.hit);
    }
}
