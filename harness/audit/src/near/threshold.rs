//! How high a score chance reaches: measured on shuffled test sequences.

use rayon::prelude::*;
use titer_core::Stream;
use titer_perturb::dinucleotide_shuffle::shuffle;

use super::index::Index;
use super::search::Searcher;
use super::{Options, in_blocks};

/// Letters that are shuffled in all, about.
const LETTERS: usize = 20_000_000;
/// Shuffles that there are at least, if as many are asked for.
const FEWEST: usize = 400;

/// What a score must be above to be no chance.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Threshold {
    /// The score.
    pub score: u32,
    /// How many shuffled sequences it was read from.
    pub shuffles: usize,
    /// The share of them that lies above it.
    pub share_above: f64,
    /// The highest score of a shuffled sequence.
    pub highest: u32,
}

/// Shuffles test sequences, spread evenly over the split (each several times where there are few), and takes their
/// scores' quantile; unless it is given.
pub(super) fn threshold<Test>(index: &Index, test: &Test, options: &Options) -> Threshold
where
    Test: IntoIterator<Item: AsRef<[u8]> + Send + Sync> + Clone,
{
    if let Some(score) = options.above {
        return Threshold {
            score,
            ..Threshold::default()
        };
    }
    let (mut total, mut letters) = (0_usize, 0_usize);
    for sequence in test.clone() {
        total += 1;
        letters += sequence.as_ref().len();
    }
    // Long sequences are shuffled less often: what the threshold costs is bounded.
    let mean = letters / total.max(1);
    let shuffles = options.shuffles.min((LETTERS / mean.max(1)).max(FEWEST));
    let before =
        |number: usize| (number as u128 * shuffles as u128 / total.max(1) as u128) as usize;
    let drawn = test
        .clone()
        .into_iter()
        .enumerate()
        .flat_map(|(number, letters)| {
            let times = before(number + 1) - before(number);
            let letters = if times > 0 {
                letters.as_ref().to_ascii_uppercase()
            } else {
                Vec::new()
            };
            (0..times).map(move |time| (number, time, letters.clone()))
        });
    let mut scores: Vec<u32> = Vec::with_capacity(shuffles);
    in_blocks(drawn, |block: &[(usize, usize, Vec<u8>)]| {
        let best = block.par_iter().with_min_len(32).map_init(
            Searcher::default,
            |searcher, (number, time, letters)| {
                let id = format!("{number}:{time}");
                let mut stream = Stream::new(options.seed, "near_duplicates", &id);
                let shuffled = shuffle(letters, &mut stream);
                let (found, _) = searcher.search(index, &shuffled, options.candidates);
                found.first().map_or(0, |best| best.score)
            },
        );
        scores.par_extend(best);
    });
    of_scores(scores, options)
}

fn of_scores(mut scores: Vec<u32>, options: &Options) -> Threshold {
    scores.sort_unstable();
    let shuffles = scores.len();
    let may = (options.false_positives.clamp(0.0, 1.0) * shuffles as f64) as usize;
    let quantile = shuffles
        .checked_sub(may + 1)
        .and_then(|place| scores.get(place));
    let score = quantile.copied().unwrap_or(0).max(options.least_score);
    let above = shuffles - scores.partition_point(|one| *one <= score);
    Threshold {
        score,
        shuffles,
        share_above: above as f64 / shuffles.max(1) as f64,
        highest: scores.last().copied().unwrap_or(0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_in_a_hundred_lies_above() {
        let options = Options::default();
        let found = of_scores((1..=1000).rev().collect(), &options);
        assert_eq!(
            (found.score, found.highest, found.shuffles),
            (990, 1000, 1000)
        );
        assert!((found.share_above - 0.01).abs() < 1e-12);
        // Equal scores stay below together.
        let found = of_scores([vec![30; 900], vec![40; 100]].concat(), &options);
        assert_eq!((found.score, found.share_above), (40, 0.0));
        let found = of_scores(vec![3; 50], &options);
        assert_eq!(found.score, 20);
        assert_eq!(of_scores(Vec::new(), &options).score, 20);
    }
}
