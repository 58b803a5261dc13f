//! Intervals of metrics of several labels hold the truth about as often as they say, also where labels are rare, so that
//! replicates of a mean over labels lack one now and then, and where truths are not known.

use rayon::iter::{IntoParallelIterator, ParallelIterator};
use titer_core::{MultiLabelled, Multiplicity, Stream};
use titer_metrics::LabelsMetricName;
use titer_statistics::{ClusterDraws, Resampled, score_interval};

use super::coverage::tally::{Outcome, Tally};

const REPETITIONS: u64 = 300;
const REPLICATES: usize = 200;
const CLUSTERS: u32 = 80;
const METRICS: [LabelsMetricName; 6] = [
    LabelsMetricName::AurocMacro,
    LabelsMetricName::AurocMicro,
    LabelsMetricName::AveragePrecisionMicro,
    LabelsMetricName::F1Micro,
    LabelsMetricName::HammingLoss,
    LabelsMetricName::SubsetAccuracy,
];

/// How often each label is true. Each is told as well as the others, so that the truth of a mean does not hang on which of
/// them a sample lacks.
const SHARES: [f64; 5] = [0.5, 0.3, 0.15, 0.05, 0.02];
const THRESHOLDS: [f64; 5] = [0.5; 5];

#[derive(Default)]
struct Sample {
    truth: Vec<Option<bool>>,
    probability: Vec<f64>,
    cluster_of: Vec<u32>,
}

impl Sample {
    /// One to four examples a cluster, which share an effect; a tenth of the truths is not known.
    fn new(clusters: u32, purpose: &str) -> Self {
        let mut stream = Stream::new(31, "labels coverage", purpose);
        let mut sample = Self::default();
        for cluster in 0..clusters {
            let effect = stream.uniform() - 0.5;
            for _ in 0..=stream.below(4) {
                for share in SHARES {
                    let truth = stream.uniform() < share;
                    let known = stream.uniform() < 0.9;
                    let noise = stream.uniform() + stream.uniform() + stream.uniform() - 1.5;
                    let centre = if truth { 0.62 } else { 0.38 };
                    let probability = centre + 0.3 * noise + 0.2 * effect;
                    sample.truth.push(known.then_some(truth));
                    sample.probability.push(probability.clamp(0.0, 1.0));
                }
                sample.cluster_of.push(cluster);
            }
        }
        sample
    }

    fn data(&self) -> MultiLabelled<'_> {
        MultiLabelled {
            truth: &self.truth,
            probability: &self.probability,
            thresholds: &THRESHOLDS,
        }
    }
}

fn outcomes(truths: &[f64], number: u64) -> Vec<Outcome> {
    let sample = Sample::new(CLUSTERS, &number.to_string());
    let draws = ClusterDraws::new(CLUSTERS as usize, REPLICATES, 32, &number.to_string());
    let one = |(name, truth): (&LabelsMetricName, &f64)| {
        let metric = name.metric();
        let prepared = metric.prepare(sample.data());
        let Ok(of) = Resampled::new(&*prepared, &sample.cluster_of, &draws) else {
            return Outcome::Refused;
        };
        let interval = score_interval(&of, &metric.about(), of.clusters, 0.95);
        Outcome::of(&interval, *truth, of.point)
    };
    METRICS.iter().zip(truths).map(one).collect()
}

#[test]
fn means_and_pools_are_covered() {
    let population = Sample::new(40_000, "population");
    let truth = |name: &LabelsMetricName| {
        let prepared = name.metric().prepare(population.data());
        prepared.value(Multiplicity::Once).unwrap()
    };
    let truths: Vec<f64> = METRICS.iter().map(truth).collect();
    let all: Vec<Vec<Outcome>> = (0..REPETITIONS)
        .into_par_iter()
        .map(|number| outcomes(&truths, number))
        .collect();
    let slack = 3.5 * (0.95 * 0.05 / REPETITIONS as f64).sqrt();
    // The rarest label is true of four examples: what so few say of their own error is too little, and a mean in which they
    // count as much as all others is held in 91 of 100 samples. A limit wants 20 clusters of each label.
    let least = |name: &LabelsMetricName| match name {
        LabelsMetricName::AurocMacro => 0.91 - slack,
        _ => 0.95 - slack,
    };
    for (at, name) in METRICS.iter().enumerate() {
        let tally = Tally::of(all.iter().map(|one| one[at]));
        let coverage = tally.coverage();
        assert_eq!(tally.refused, 0, "{name:?}");
        assert!(
            coverage >= least(name),
            "{name:?}: {coverage}, {} below, {} above",
            tally.below,
            tally.above
        );
    }
}
