//! Histograms of a suite's inputs, over the same bins for all of its datasets, and their 4-mers.

use titer_core::{InputShare, kmers};
use titer_spec::plan::PlannedSuite;

use super::side::Side;

/// Bins of a histogram.
const BINS: usize = 50;

/// The histograms of each dataset.
pub(super) fn shares(suite: &PlannedSuite, sides: &[Side<'_>]) -> Vec<InputShare> {
    let lengths = || sides.iter().flat_map(|side| side.lengths().map(|it| it.1));
    let (shortest, longest) = lengths().fold((f64::INFINITY, 0.0_f64), |ends, length| {
        (ends.0.min(length), ends.1.max(length))
    });
    let mut rows = Vec::new();
    for side in sides {
        let share = |of: &str, share| InputShare {
            suite: suite.name.clone(),
            dataset: side.dataset.name.clone(),
            of: of.to_owned(),
            from: None,
            to: None,
            word: None,
            share,
        };
        let bins = |of: &'static str, numbers: Vec<f64>, ends: (f64, f64)| {
            let bins = histogram(&numbers, ends).into_iter();
            bins.map(move |(from, to, part)| InputShare {
                from: Some(from),
                to: Some(to),
                ..share(of, part)
            })
        };
        rows.extend(bins(
            "gc",
            side.gc_shares().map(|it| it.1).collect(),
            (0.0, 1.0),
        ));
        if shortest < longest {
            let lengths = side.lengths().map(|it| it.1).collect();
            rows.extend(bins("length", lengths, (shortest, longest)));
        }
        let words = side.words();
        let all = words.iter().sum::<u64>().max(1) as f64;
        rows.extend(
            kmers::words()
                .iter()
                .zip(words)
                .map(|(word, count)| InputShare {
                    word: Some(word.clone()),
                    ..share("kmer", count as f64 / all)
                }),
        );
    }
    rows
}

/// Bins of equal width with the share of the numbers in each; none of no numbers.
fn histogram(numbers: &[f64], (low, high): (f64, f64)) -> Vec<(f64, f64, f64)> {
    if numbers.is_empty() {
        return Vec::new();
    }
    let edge = |bin: usize| low + (high - low) * bin as f64 / BINS as f64;
    let mut counts = [0_u64; BINS];
    for number in numbers {
        let bin = ((number - low) / (high - low) * BINS as f64) as usize;
        counts[bin.min(BINS - 1)] += 1;
    }
    let share = |(bin, count): (usize, u64)| {
        (
            edge(bin),
            edge(bin + 1),
            count as f64 / numbers.len() as f64,
        )
    };
    counts.into_iter().enumerate().map(share).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bins_hold_everything_and_both_ends() {
        let bins = histogram(&[0.0, 0.5, 0.51, 1.0], (0.0, 1.0));
        assert_eq!(bins.len(), BINS);
        assert_eq!(bins.iter().map(|bin| bin.2).sum::<f64>(), 1.0);
        assert_eq!((bins[0].2, bins[25].2, bins[49].2), (0.25, 0.5, 0.25));
        assert_eq!((bins[25].0, bins[49].1), (0.5, 1.0));
        assert!(histogram(&[], (0.0, 1.0)).is_empty());
    }
}
