//! How many independent units clustered units are worth.

use titer_core::{Interval, IntervalMethod, Undefined};

use super::normal::upper_quantile;
use super::{check_confidence, check_share};

/// A cluster's units and what is measured of each of them, added.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct ClusterSums {
    /// Units.
    units: u64,
    /// Their values, added.
    sum: f64,
    /// The squares of their values, added.
    squares: f64,
}

/// What clusters do to the precision of a mean over their units.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DesignEffect {
    /// How many times larger the variance is than that of independent units, at least 1.
    pub factor: f64,
    /// The correlation of two units of a cluster, between 0 and 1.
    pub correlation: f64,
    /// Units divided by the factor.
    pub effective_units: f64,
    /// Units.
    pub units: u64,
    /// Clusters that hold units.
    pub clusters: u64,
}

/// The design effect 1 + (sum of n_i^2 / n - 1) r (Kish 1965; for clusters of different size
/// Kerry and Bland 2001, doi:10.1002/1097-0258(20010215)20:3<377::AID-SIM799>3.0.CO;2-N), r being the
/// analysis of variance estimate of the correlation of two units of a cluster (Donner 1986,
/// doi:10.2307/1403259), kept between 0 and 1.
///
/// # Errors
/// There are no units, or a single cluster with several.
fn design_effect(clusters: &[ClusterSums]) -> Result<DesignEffect, Undefined> {
    let held: Vec<ClusterSums> = clusters.iter().filter(|c| c.units > 0).copied().collect();
    let units: u64 = held.iter().map(|c| c.units).sum();
    check_share(0, units, 0.95)?;
    if held.len() < 2 && units > 1 {
        return Err(Undefined::because(
            "one cluster holds every unit: how alike its units are cannot be estimated",
        ));
    }
    let sizes: Vec<u64> = held.iter().map(|c| c.units).collect();
    let correlation = correlation(&held);
    let mates = squares(&sizes) / units as f64 - 1.0;
    let factor = 1.0 + mates * correlation;
    Ok(DesignEffect {
        factor,
        correlation,
        effective_units: units as f64 / factor,
        units,
        clusters: held.len() as u64,
    })
}

/// How many units of equal weight units of these weights are worth: the square of the sum over the
/// sum of squares (Kish 1965). Of cluster sizes: how many clusters of equal size the clusters are
/// worth, which is how many units there are where each cluster's units are all alike.
///
/// # Errors
/// There is no weight, or one is negative or not finite.
pub fn kish_effective(weights: &[f64]) -> Result<f64, Undefined> {
    if weights.iter().any(|w| !(w.is_finite() && *w >= 0.0)) {
        return Err(Undefined::because("a weight is negative or not finite"));
    }
    let sum: f64 = weights.iter().sum();
    let squares: f64 = weights.iter().map(|w| w * w).sum();
    if squares == 0.0 {
        return Err(Undefined::because("no weight"));
    }
    Ok(sum * sum / squares)
}

/// Wilson's interval of a share of clustered units: on effective units, by the design effect
/// (Wilson 1927; effective units after Korn and Graubard 1998). Each cluster gives its hits and its
/// units.
///
/// Where every cluster is all hits or all misses, or no unit or every unit is a hit, the correlation
/// is taken as 1.
///
/// # Errors
/// There are no units, a single cluster with several, or more hits than units in a cluster.
pub fn wilson_clustered(
    clusters: &[(u64, u64)],
    confidence: f64,
) -> Result<(Interval, DesignEffect), Undefined> {
    check_confidence(confidence)?;
    let mut sums = Vec::with_capacity(clusters.len());
    let mut hits = 0;
    for &(own, units) in clusters.iter().filter(|(_, units)| *units > 0) {
        check_share(own, units, confidence)?;
        hits += own;
        let sum = own as f64;
        let squares = sum;
        sums.push(ClusterSums {
            units,
            sum,
            squares,
        });
    }
    let mut effect = design_effect(&sums)?;
    if (hits == 0 || hits == effect.units) && effect.clusters < effect.units {
        let sizes: Vec<f64> = sums.iter().map(|c| c.units as f64).collect();
        effect.effective_units = kish_effective(&sizes)?;
        effect.correlation = 1.0;
        effect.factor = effect.units as f64 / effect.effective_units;
    }
    let share = hits as f64 / effect.units as f64;
    let (lower, upper) = wilson_ends(share, effect.effective_units, confidence);
    let method = if effect.clusters < effect.units {
        IntervalMethod::WilsonDesignEffect
    } else {
        IntervalMethod::Wilson
    };
    let interval = Interval {
        lower,
        upper,
        confidence,
        method,
    };
    Ok((interval, effect))
}

/// Wilson's ends for a share of units that need not be whole.
fn wilson_ends(share: f64, units: f64, confidence: f64) -> (f64, f64) {
    let z = upper_quantile(0.5 * (1.0 - confidence));
    let square = z * z;
    let middle = (share + square / (2.0 * units)) / (1.0 + square / units);
    let spread = share * (1.0 - share) / units + square / (4.0 * units * units);
    let half = z * spread.max(0.0).sqrt() / (1.0 + square / units);
    // Exact at the ends, where rounding would leave 1e-17.
    let lower = if share <= 0.0 { 0.0 } else { middle - half };
    let upper = if share >= 1.0 { 1.0 } else { middle + half };
    (lower.max(0.0), upper.min(1.0))
}

fn squares(sizes: &[u64]) -> f64 {
    sizes.iter().map(|&size| size as f64 * size as f64).sum()
}

/// Between 0 and 1. Without any variance there is nothing to learn from and it is 0.
fn correlation(clusters: &[ClusterSums]) -> f64 {
    let count = clusters.len() as f64;
    let units: f64 = clusters.iter().map(|c| c.units as f64).sum();
    if units <= count || count < 2.0 {
        return 0.0; // One unit each: nothing to correlate.
    }
    let mean = clusters.iter().map(|c| c.sum).sum::<f64>() / units;
    let (mut between, mut within) = (0.0, 0.0);
    for cluster in clusters {
        let size = cluster.units as f64;
        let away = cluster.sum / size - mean;
        between += size * away * away;
        within += (cluster.squares - cluster.sum * cluster.sum / size).max(0.0);
    }
    let between = between / (count - 1.0);
    let within = within / (units - count);
    let sizes: Vec<u64> = clusters.iter().map(|c| c.units).collect();
    let size = (units - squares(&sizes) / units) / (count - 1.0);
    let all = between + (size - 1.0) * within;
    if all <= 0.0 {
        return 0.0;
    }
    ((between - within) / all).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clusters_of_like_units_count_once() {
        let clusters: Vec<(u64, u64)> = (0..40)
            .map(|i| (if i % 4 == 0 { 5 } else { 0 }, 5))
            .collect();
        let (interval, effect) = wilson_clustered(&clusters, 0.95).unwrap();
        assert!((effect.effective_units - 40.0).abs() < 1e-9, "{effect:?}");
        let alone = wilson_ends(0.25, 40.0, 0.95);
        assert!((interval.lower - alone.0).abs() < 1e-12);
        assert_eq!(interval.method, IntervalMethod::WilsonDesignEffect);
    }

    #[test]
    fn single_units_give_wilson() {
        let clusters: Vec<(u64, u64)> = (0..50).map(|i| (u64::from(i < 7), 1)).collect();
        let (interval, effect) = wilson_clustered(&clusters, 0.95).unwrap();
        assert_eq!(effect.factor, 1.0);
        assert_eq!(interval.method, IntervalMethod::Wilson);
        assert_eq!(
            (interval.lower, interval.upper),
            wilson_ends(0.14, 50.0, 0.95)
        );
    }

    #[test]
    fn no_hits_in_clusters_are_worth_the_clusters() {
        let (interval, _) = wilson_clustered(&[(0, 10); 30], 0.95).unwrap();
        assert_eq!(interval.lower, 0.0);
        assert!((interval.upper - wilson_ends(0.0, 30.0, 0.95).1).abs() < 1e-12);
    }

    #[test]
    fn nonsense_is_said() {
        assert!(wilson_clustered(&[], 0.95).is_err());
        assert!(wilson_clustered(&[(0, 0)], 0.95).is_err());
        assert!(wilson_clustered(&[(3, 2), (0, 2)], 0.95).is_err());
        assert!(wilson_clustered(&[(3, 9)], 0.95).is_err());
        assert!(wilson_clustered(&[(1, 1)], 0.95).is_ok());
        assert_eq!(kish_effective(&[2.0, 2.0, 2.0]), Ok(3.0));
        assert_eq!(kish_effective(&[1.0, 1.0, 0.0]), Ok(2.0));
        assert!(kish_effective(&[]).is_err());
        assert!(kish_effective(&[-1.0]).is_err());
    }
}
