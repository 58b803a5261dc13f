//! Obuchowski's variance of the difference of two AUROCs where examples come in clusters.
//!
//! Obuchowski 1997, doi:10.2307/2533958: placements are summed within clusters, and a cluster may
//! hold both classes. With every example its own cluster it is `DeLong`'s variance.
//!
//! Obuchowski takes the normal distribution. Here it is Student's t on one degree of freedom less
//! than the clusters that hold the rarer kind of example (that of the two classes which is in fewer
//! clusters), since so many sums carry the larger part of the variance; with hundreds of clusters
//! the two agree.

use titer_core::{IntervalMethod, Labelled, Undefined};
use titer_statistics::check_confidence;
use titer_statistics::estimate::{Estimate, around};
use titer_statistics::independence::Independence;
use titer_statistics::pairwise;

use super::delong::delong_difference;
use super::placements::{Placements, alike};

/// With fewer clusters that hold a class its variance is not worth the name.
pub const FEWEST_CLUSTERS_OF_A_CLASS: usize = 10;

/// The paired difference of two AUROCs by whichever variance fits, candidate minus base.
///
/// # Errors
/// As [`obuchowski_difference`] where there are clusters. Where there are none: the data cannot be scored, a class has
/// fewer than two examples, the labels differ, or the two rank every pair alike.
pub fn auroc_difference(
    candidate: Labelled<'_>,
    base: Labelled<'_>,
    independence: Independence<'_>,
    confidence: f64,
) -> Result<Estimate, Undefined> {
    match independence {
        Independence::Clusters(of) => obuchowski_difference(candidate, base, of, confidence),
        Independence::Declared => delong_difference(candidate, base, independence, confidence),
    }
}

/// The paired difference of two AUROCs, candidate minus base; `cluster_of` gives the cluster of each
/// example, numbered from 0.
///
/// # Errors
/// The data cannot be scored; a class is in fewer than [`FEWEST_CLUSTERS_OF_A_CLASS`] clusters; the labels
/// differ; or the two rank every pair alike.
pub fn obuchowski_difference(
    candidate: Labelled<'_>,
    base: Labelled<'_>,
    cluster_of: &[u32],
    confidence: f64,
) -> Result<Estimate, Undefined> {
    check_confidence(confidence)?;
    let placements = Placements::difference(candidate, base)?;
    let spread = Spread::new(&placements, cluster_of)?;
    if spread.variance <= 0.0 {
        return Err(alike());
    }
    let (value, error) = (placements.area(), spread.variance.sqrt());
    let method = IntervalMethod::Obuchowski;
    Ok(Estimate {
        value,
        standard_error: error,
        degrees: spread.degrees,
        interval: around(value, error, spread.degrees, confidence, method),
        examples: candidate.truth.len() as u64,
        clusters: spread.clusters,
    })
}

struct Spread {
    variance: f64,
    degrees: f64,
    clusters: u64,
}

/// Sums of one cluster: of doubled placements, and of examples, for negatives and positives.
#[derive(Clone, Copy, Default)]
struct Sums {
    doubled: [i64; 2],
    examples: [u64; 2],
}

impl Spread {
    fn new(placements: &Placements<'_>, cluster_of: &[u32]) -> Result<Self, Undefined> {
        let examples = placements.truth.len();
        let of = Independence::Clusters(cluster_of).clusters(examples)?;
        let sums = sums(placements, of.unwrap_or_default());
        let holding = |class: usize| sums.iter().filter(|s| s.examples[class] > 0).count();
        let (with_negatives, with_positives) = (holding(0), holding(1));
        let fewest = with_negatives.min(with_positives);
        if fewest < FEWEST_CLUSTERS_OF_A_CLASS {
            return Err(Undefined::because(format!(
                "positives in {with_positives} clusters and negatives in {with_negatives} are too \
                 few for a clustered variance ({FEWEST_CLUSTERS_OF_A_CLASS} needed of each)"
            )));
        }
        Ok(Self {
            variance: variance(placements, &sums, [with_negatives, with_positives]),
            degrees: fewest as f64 - 1.0,
            clusters: sums.len() as u64,
        })
    }
}

/// The sums of each cluster that holds an example.
fn sums(placements: &Placements<'_>, cluster_of: &[u32]) -> Vec<Sums> {
    let clusters = cluster_of.iter().max().map_or(0, |&last| last as usize + 1);
    let mut sums = vec![Sums::default(); clusters];
    let examples = placements.doubled.iter().zip(placements.truth);
    for ((&doubled, &truth), &cluster) in examples.zip(cluster_of) {
        let own = &mut sums[cluster as usize];
        own.doubled[usize::from(truth)] += doubled;
        own.examples[usize::from(truth)] += 1;
    }
    sums.retain(|own| own.examples != [0, 0]);
    sums
}

fn variance(placements: &Placements<'_>, sums: &[Sums], holding: [usize; 2]) -> f64 {
    let sizes = [placements.negatives as f64, placements.positives as f64];
    let area = placements.area();
    // How far a cluster's sum is from what its examples would add on average, as a share of the
    // class: the division by the sizes of both classes is done here.
    let away = |own: &Sums, class: usize| {
        let sum = 0.5 * own.doubled[class] as f64 / sizes[1 - class];
        (sum - own.examples[class] as f64 * area) / sizes[class]
    };
    let add = |one: usize, other: usize| {
        let products: Vec<f64> = sums
            .iter()
            .map(|own| away(own, one) * away(own, other))
            .collect();
        pairwise(&products)
    };
    let unbias = |clusters: usize| clusters as f64 / (clusters as f64 - 1.0);
    unbias(holding[1]) * add(1, 1)
        + unbias(holding[0]) * add(0, 0)
        + 2.0 * unbias(sums.len()) * add(1, 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trial::Trial;

    /// The same labels, with other scores.
    fn candidate(base: &Trial) -> Vec<f64> {
        let scaled = base.probability.iter().enumerate();
        scaled
            .map(|(index, p)| p * [1.0, 0.9, 0.7][index % 3])
            .collect()
    }

    fn data<'a>(truth: &'a [bool], probability: &'a [f64]) -> Labelled<'a> {
        Labelled {
            truth,
            probability,
            threshold: 0.5,
        }
    }

    #[test]
    fn single_examples_give_delong() {
        let base = Trial::new(300, 300, 0.3, 40, 8);
        let other = candidate(&base);
        let candidate = data(&base.truth, &other);
        let own: Vec<u32> = (0..300).collect();
        let one = obuchowski_difference(candidate, base.data(), &own, 0.95).unwrap();
        let free = Independence::Declared;
        let plain = delong_difference(candidate, base.data(), free, 0.95).unwrap();
        assert!((one.standard_error / plain.standard_error - 1.0).abs() < 1e-12);
        assert_eq!(one.value, plain.value);
    }

    #[test]
    fn copies_in_a_cluster_add_nothing() {
        let base = Trial::new(200, 200, 0.4, 50, 4);
        let other = candidate(&base);
        let own: Vec<u32> = (0..200).collect();
        let of = |truth: &[bool], candidate: &[f64], base: &[f64], clusters: &[u32]| {
            let (candidate, base) = (data(truth, candidate), data(truth, base));
            obuchowski_difference(candidate, base, clusters, 0.95).unwrap()
        };
        let once = of(&base.truth, &other, &base.probability, &own);
        let thrice = |all: &[f64]| [all, all, all].concat();
        let truth = [&base.truth[..], &base.truth, &base.truth].concat();
        let clusters = [&own[..], &own, &own].concat();
        let copied = of(
            &truth,
            &thrice(&other),
            &thrice(&base.probability),
            &clusters,
        );
        assert!((copied.standard_error - once.standard_error).abs() < 1e-14);
        assert_eq!((copied.examples, copied.clusters), (600, 200));
    }

    #[test]
    fn few_clusters_are_refused_and_order_changes_no_bit() {
        let few = Trial::new(200, 9, 0.4, 50, 4);
        let other = candidate(&few);
        let other = data(&few.truth, &other);
        let refused = obuchowski_difference(other, few.data(), &few.cluster_of, 0.95);
        assert!(refused.unwrap_err().0.contains("9 clusters"));
        let base = Trial::new(500, 60, 0.4, 50, 4);
        let other = candidate(&base);
        let one = obuchowski_difference(
            data(&base.truth, &other),
            base.data(),
            &base.cluster_of,
            0.95,
        );
        let turned = |all: &[f64]| all.iter().rev().copied().collect::<Vec<f64>>();
        let truth: Vec<bool> = base.truth.iter().rev().copied().collect();
        let clusters: Vec<u32> = base.cluster_of.iter().rev().copied().collect();
        let two = obuchowski_difference(
            data(&truth, &turned(&other)),
            data(&truth, &turned(&base.probability)),
            &clusters,
            0.95,
        );
        assert_eq!(one, two);
        assert!(one.is_ok());
    }
}
