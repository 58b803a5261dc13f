//! Bounds on a mean of numbers between 0 and 1 that come in clusters.

use titer_core::Undefined;

use super::stringer;

/// With more different shares than so many they are rounded outwards to a grid of as many.
const GRID: f64 = 4096.0;

/// What a cluster's numbers add up to, and how many there are.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ClusterSum {
    /// The sum of its numbers, each between 0 and 1.
    pub sum: f64,
    /// How many there are.
    pub units: u64,
}

/// The ends of an interval of the mean of numbers between 0 and 1 (changes of a probability, say), each missed with at most
/// the probability `tail`: Stringer's bound on the clusters' means, as [`crate::flip_rate_upper()`] has it of flips. It asks for no
/// distribution, so it holds of few clusters and where nothing changes at all: there the upper end is 1 - tail^(1/m) of m clusters.
///
/// # Errors
/// There are no units, or a cluster's mean does not lie between 0 and 1.
pub fn mean_bounds(clusters: &[ClusterSum], tail: f64) -> Result<(f64, f64), Undefined> {
    let held = clusters.iter().filter(|one| one.units > 0);
    let shares: Vec<stringer::Share> = held
        .map(|own| stringer::Share {
            // A sum's own rounding may lie beyond an end.
            share: rounded_in(own.sum / own.units as f64),
            weight: own.units as f64,
        })
        .collect();
    if shares.is_empty() {
        return Err(Undefined::because("there are no units"));
    }
    if shares.iter().any(|own| !(0.0..=1.0).contains(&own.share)) {
        return Err(Undefined::because("a number does not lie between 0 and 1"));
    }
    let lower = stringer::lower(&on_grid(&shares, f64::floor), tail);
    let upper = stringer::upper(&on_grid(&shares, f64::ceil), tail);
    Ok((lower, upper))
}

fn rounded_in(share: f64) -> f64 {
    match share {
        share if share > 1.0 && share < 1.0 + 1e-9 => 1.0,
        share if share < 0.0 && share > -1e-9 => 0.0,
        share => share,
    }
}

/// Many different shares, each rounded away from what would be too narrow: a bound takes a quantile for each of them.
fn on_grid(shares: &[stringer::Share], outwards: fn(f64) -> f64) -> Vec<stringer::Share> {
    let round = |own: &stringer::Share| stringer::Share {
        share: outwards(own.share * GRID) / GRID,
        weight: own.weight,
    };
    match shares.len() as f64 > GRID {
        true => shares.iter().map(round).collect(),
        false => shares.to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ClusterFlips, flip_rate_upper};
    use titer_core::Stream;

    fn sums(of: &[f64]) -> Vec<ClusterSum> {
        let one = |&sum| ClusterSum { sum, units: 1 };
        of.iter().map(one).collect()
    }

    #[test]
    fn where_nothing_changes_it_is_what_clusters_without_an_event_can_say() {
        let (lower, upper) = mean_bounds(&sums(&[0.0; 100]), 0.025).unwrap();
        // SciPy 1.15: beta.ppf(0.975, 1, 100).
        assert_eq!(lower, 0.0);
        assert!((upper - 0.036_216_69).abs() < 1e-7, "{upper}");
        let (lower, upper) = mean_bounds(&sums(&[1.0; 100]), 0.025).unwrap();
        assert!((1.0 - lower - 0.036_216_69).abs() < 1e-7 && upper == 1.0);
    }

    #[test]
    fn of_flips_it_is_the_bound_on_flips() {
        let flips = |flips| ClusterFlips { flips, units: 4 };
        let clusters: Vec<ClusterFlips> = (0..60).map(|i| flips(i % 3)).collect();
        let sum = |own: &ClusterFlips| ClusterSum {
            sum: own.flips as f64,
            units: own.units,
        };
        let all: Vec<ClusterSum> = clusters.iter().map(sum).collect();
        let known = flip_rate_upper(&clusters, 0.025).unwrap();
        assert!((mean_bounds(&all, 0.025).unwrap().1 - known).abs() < 1e-12);
    }

    #[test]
    fn a_grid_only_widens() {
        let mut stream = Stream::new(7, "grid", "");
        let all: Vec<f64> = (0..5000).map(|_| stream.uniform()).collect();
        let shares: Vec<stringer::Share> = all
            .iter()
            .map(|&share| stringer::Share { share, weight: 1.0 })
            .collect();
        let exact = stringer::upper(&shares, 0.025);
        let (_, upper) = mean_bounds(&sums(&all), 0.025).unwrap();
        assert!(upper >= exact && upper < exact + 3e-4, "{upper} {exact}");
    }

    #[test]
    fn it_holds_as_often_as_it_says() {
        // A mean of 0.045: nothing in nine of ten clusters, and in the tenth something between 0 and 0.9.
        let (worlds, mut missed) = (2000, 0);
        for world in 0..worlds {
            let mut stream = Stream::new(11, "worlds", &world.to_string());
            let mut one = || match stream.uniform() < 0.1 {
                true => 0.9 * stream.uniform(),
                false => 0.0,
            };
            let all: Vec<f64> = (0..80).map(|_| one()).collect();
            let (lower, upper) = mean_bounds(&sums(&all), 0.025).unwrap();
            missed += u32::from(!(lower..=upper).contains(&0.045));
        }
        assert!(missed < worlds / 20, "{missed} of {worlds}");
    }

    #[test]
    fn what_is_no_share_is_refused() {
        assert!(mean_bounds(&[], 0.025).is_err());
        assert!(mean_bounds(&sums(&[1.2]), 0.025).is_err());
        assert!(mean_bounds(&sums(&[f64::NAN]), 0.025).is_err());
    }
}
