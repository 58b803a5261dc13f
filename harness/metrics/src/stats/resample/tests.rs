use crate::ece::Ece;
use proptest::prelude::*;
use rayon::ThreadPoolBuilder;
use titer_core::Labelled;
use titer_statistics::replicates;

use super::*;
use crate::trial::Trial;

const METRICS: [MetricName; 8] = [
    MetricName::Auroc,
    MetricName::AveragePrecision,
    MetricName::Ece(Ece { bins: 15 }),
    MetricName::Brier,
    MetricName::Ece(Ece { bins: 4 }),
    MetricName::Mcc,
    MetricName::F1,
    MetricName::BalancedAccuracy,
];

type Values = Vec<Vec<Vec<Option<f64>>>>;

fn expected(samples: &[Labelled<'_>], cluster_of: &[u32], draws: &ClusterDraws) -> Values {
    let of_sample = |&data: &Labelled<'_>| {
        let of_metric = |&name: &MetricName| {
            let prepared = name.metric().prepare(data);
            replicates(prepared.as_ref(), cluster_of, draws)
        };
        METRICS.iter().map(of_metric).collect()
    };
    samples.iter().map(of_sample).collect()
}

/// AUROC and what is left to the metric itself have its bits, the rest is close.
fn agrees(found: &Values, expected: &Values) -> Result<(), TestCaseError> {
    for (found, expected) in found.iter().zip(expected) {
        for ((name, found), expected) in METRICS.iter().zip(found).zip(expected) {
            prop_assert_eq!(found.len(), expected.len());
            for (found, expected) in found.iter().zip(expected) {
                let same = match (name, found, expected) {
                    (
                        MetricName::Auroc
                        | MetricName::Mcc
                        | MetricName::F1
                        | MetricName::BalancedAccuracy,
                        a,
                        b,
                    ) => a == b,
                    (_, Some(a), Some(b)) => (a - b).abs() <= 1e-12,
                    (_, a, b) => a == b,
                };
                prop_assert!(same, "{:?}: {:?} {:?}", name, found, expected);
            }
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    /// Few levels make ties, few clusters make large counts and empty ones, small shares make
    /// replicates of one class.
    #[test]
    fn values_are_those_of_the_metrics(
        examples in 1usize..3000, clusters in 1u32..400, share in 0.0f64..1.0,
        levels in 1u64..5000, replicates in 1usize..70, seed: u64, rare: bool,
    ) {
        let share = if rare { share / examples as f64 } else { share };
        let one = Trial::new(examples, clusters, share, levels, seed);
        let other = Trial::new(examples, clusters, share, 1 + levels / 7, seed);
        let samples = [one.data(), other.data()];
        let draws = ClusterDraws::new(clusters as usize + 3, replicates, seed, "resample");
        let found = resample(&samples, &METRICS, &one.cluster_of, &draws);
        agrees(&found, &expected(&samples, &one.cluster_of, &draws))?;
    }
}

#[test]
fn agrees_where_there_are_many_blocks_and_buckets() {
    for (clusters, levels) in [(40_000, 1 << 40), (40_000, 255), (900, 100_000)] {
        let trial = Trial::new(60_000, clusters, 0.3, levels, 3);
        let samples = [trial.data()];
        let draws = ClusterDraws::new(clusters as usize, 40, 3, "resample");
        let found = resample(&samples, &METRICS, &trial.cluster_of, &draws);
        agrees(&found, &expected(&samples, &trial.cluster_of, &draws)).unwrap();
    }
}

#[test]
fn threads_and_order_change_nothing() {
    let trial = Trial::new(9000, 4000, 0.2, 600, 8);
    let other = trial.shuffled(5);
    let draws = ClusterDraws::new(4000, 75, 1, "resample");
    let many = ClusterDraws::new(40_000, 40, 1, "resample");
    let on = |threads: usize, trial: &Trial, draws: &ClusterDraws| {
        let pool = ThreadPoolBuilder::new().num_threads(threads).build();
        let values = pool
            .unwrap()
            .install(|| resample(&[trial.data()], &METRICS, &trial.cluster_of, draws));
        let bits = |value: &Option<f64>| value.map(f64::to_bits);
        values
            .iter()
            .flatten()
            .flatten()
            .map(bits)
            .collect::<Vec<_>>()
    };
    for draws in [&draws, &many] {
        let one = on(1, &trial, draws);
        assert_eq!(one, on(2, &trial, draws));
        assert_eq!(one, on(5, &other, draws));
    }
}

#[test]
fn more_replicates_leave_the_first_as_they_are() {
    let trial = Trial::new(2000, 300, 0.2, 600, 8);
    let values = |replicates: usize| {
        let draws = ClusterDraws::new(300, replicates, 1, "resample");
        resample(&[trial.data()], &METRICS, &trial.cluster_of, &draws).remove(0)
    };
    for (few, many) in values(21).iter().zip(values(50)) {
        assert_eq!(few[..], many[..21]);
    }
}

#[test]
fn what_does_not_fit_is_undefined() {
    let trial = Trial::new(100, 12, 0.5, 50, 8);
    let draws = ClusterDraws::new(11, 20, 1, "resample");
    let nothing = vec![vec![None; 20]; METRICS.len()];
    let beyond = resample(&[trial.data()], &METRICS, &trial.cluster_of, &draws);
    assert_eq!(beyond, std::slice::from_ref(&nothing));
    let draws = ClusterDraws::new(12, 20, 1, "resample");
    let short = Labelled {
        truth: &trial.truth[1..],
        probability: &trial.probability[1..],
        threshold: 0.5,
    };
    let both = resample(&[short, trial.data()], &METRICS, &trial.cluster_of, &draws);
    assert_eq!(both[0], nothing);
    assert!(both[1].iter().flatten().all(Option::is_some));
    assert!(resample(&[], &METRICS, &trial.cluster_of, &draws).is_empty());
}

/// Counts at and beyond what a row and a pass hold.
#[test]
fn extreme_counts_are_exact() {
    let trial = Trial::new(700, 5, 0.3, 90, 6);
    let counts: Vec<u32> = [
        [255, 255, 255, 255, 255],
        [256, 0, 1, 0, 3],
        [0, 0, 0, 0, 0],
        [1_000_000, 1, 0, 255, 2],
        [0, 0, 3, 0, 0],
        [3_000_000, 3_000_000, 3_000_000, 3_000_000, 3_000_000],
    ]
    .concat();
    let draws = ClusterDraws::from_counts(
        5,
        &counts.chunks(5).map(<[u32]>::to_vec).collect::<Vec<_>>(),
    );
    let found = resample(&[trial.data()], &METRICS, &trial.cluster_of, &draws);
    agrees(
        &found,
        &expected(&[trial.data()], &trial.cluster_of, &draws),
    )
    .unwrap();
    let auroc = &found[0][0];
    assert!(auroc[2].is_none() && auroc[1].is_some() && auroc[3].is_some());
}

#[test]
fn a_replicate_of_more_examples_than_a_pass_holds_is_done_again() {
    let clusters = 300_000;
    let trial = Trial::new(600_000, clusters, 0.3, 50, 6);
    let counts: Vec<u32> = (0..clusters).map(|cluster| 200 + cluster % 50).collect();
    let draws = ClusterDraws::from_counts(clusters as usize, &[counts]);
    let found = resample(&[trial.data()], &METRICS, &trial.cluster_of, &draws);
    agrees(
        &found,
        &expected(&[trial.data()], &trial.cluster_of, &draws),
    )
    .unwrap();
}

/// A perfectly calibrated constant has no error in any replicate but what its labels add.
#[test]
fn equal_probabilities_are_one_bin() {
    let trial = Trial::new(5000, 200, 0.4, 1, 6);
    let constant = vec![0.3; 5000];
    let data = Labelled {
        probability: &constant,
        ..trial.data()
    };
    let draws = ClusterDraws::new(200, 33, 1, "resample");
    let found = resample(&[data], &METRICS, &trial.cluster_of, &draws);
    agrees(&found, &expected(&[data], &trial.cluster_of, &draws)).unwrap();
    assert!(found[0][0].iter().all(|auroc| *auroc == Some(0.5)));
}

fn assert_held(found: Held, expected: Held) {
    let whole = |held: Held| (held.examples, held.positives);
    assert_eq!(whole(found), whole(expected));
    // A pass adds up equal probabilities together.
    assert!(
        (found.residual - expected.residual).abs() < 1e-9,
        "{found:?} {expected:?}"
    );
}

/// Whether metrics are read in a pass, which forms the bins too, or not: of many clusters and of few.
#[test]
fn bins_beside_metrics_are_those_that_are_read_alone() {
    for (clusters, metrics) in [(900, &METRICS[..]), (30, &METRICS[..2]), (900, &[])] {
        let trial = Trial::new(20_000, clusters, 0.3, 5_000, 4);
        let draws = ClusterDraws::new(clusters as usize, 40, 4, "resample");
        let of = &trial.cluster_of;
        let (values, bins) = resample_with_bins(trial.data(), metrics, &[15, 4, 15], of, &draws);
        let alone = resample(&[trial.data()], metrics, of, &draws).remove(0);
        assert_eq!(values, alone);
        for count in [4, 15] {
            let expected = equal_mass_bins(trial.data(), of, &draws, count);
            let pairs = bins.get(count).unwrap().iter().zip(&expected);
            for (found, expected) in pairs {
                let (found, expected) = (found.as_ref().unwrap(), expected.as_ref().unwrap());
                assert!(found.len() == count && expected.len() == count);
                for (found, expected) in found.iter().zip(expected) {
                    assert_held(found.0, expected.0);
                    assert_held(found.1, expected.1);
                }
            }
        }
        assert_eq!(bins.get(10), None);
    }
}
