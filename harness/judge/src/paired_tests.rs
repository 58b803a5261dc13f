//! Tests of paired differences: closed forms beside the bootstrap.
//!
//! AUROC gets Obuchowski's test (`DeLong`'s where the dataset says `clusters: none`), accuracy gets
//! `McNemar`'s with an interval from the flips, the Brier score a permutation of whole clusters. They are a second opinion on the bootstrap's
//! interval; gates read the interval. p-values are adjusted over the family of a test: every candidate
//! held against its reference in the run.

use std::collections::BTreeMap;

use titer_core::{Contrast, Estimate, Interval, PairedTest, Undefined};
use titer_metrics::MetricName;
use titer_metrics::stats::auroc_difference;
use titer_spec::plan::PlannedDataset;
use titer_statistics::{
    Independence, PairedCalls, benjamini_hochberg, flip_intervals, holm, mcnemar,
    permutation_test_of_sums,
};

use crate::comparisons::{Held, How, Intervals, of_calls};
use crate::sample::{CONFIDENCE, Sample};
use crate::scored::Scored;

/// The tests of a clean candidate against its reference, one for each score that has one.
#[must_use]
pub fn paired_tests(
    held: Held<'_, '_>,
    dataset: &PlannedDataset,
    how: How<'_>,
    seed: u64,
) -> Vec<PairedTest> {
    if held.contrast != Contrast::Reference || held.candidate.cell.case.perturbation.is_some() {
        return Vec::new();
    }
    let pairs = held.candidate.scored.iter().zip(&held.base.scored);
    pairs
        .filter_map(|(candidate, base)| {
            let (one, other) = (candidate.sample.as_ref()?, base.sample.as_ref()?);
            let (one, other) = (one.binary()?, other.binary()?);
            let outcome = match candidate.measure.metric.binary()? {
                MetricName::Auroc => of_auroc(one, other, dataset),
                MetricName::Accuracy => of_accuracy(one, other, dataset, how),
                MetricName::Brier => of_brier(one, other, seed),
                _ => return None,
            };
            Some(row(held, candidate, outcome))
        })
        .collect()
}

/// Random swaps of whole clusters: the smallest p-value is 1 in 10,000.
const SWAPS: u32 = 9_999;

/// What a test came to.
struct Tested {
    test: String,
    value: Result<f64, Undefined>,
    interval: Result<Interval, Undefined>,
    p_value: Option<f64>,
}

/// Where independence was declared the plain forms are right; where it was not, examples without a
/// cluster are clusters of one.
fn independence<'a>(sample: &'a Sample, dataset: &PlannedDataset) -> Independence<'a> {
    if dataset.independent {
        Independence::Declared
    } else {
        Independence::Clusters(&sample.cluster_of)
    }
}

fn of_auroc(candidate: &Sample, base: &Sample, dataset: &PlannedDataset) -> Tested {
    let (one, other) = (candidate.labelled(), base.labelled());
    let name = if dataset.independent {
        "delong"
    } else {
        "obuchowski"
    };
    match auroc_difference(one, other, independence(candidate, dataset), CONFIDENCE) {
        Ok(known) => Tested {
            test: name.to_owned(),
            value: Ok(known.value),
            interval: Ok(known.interval),
            p_value: Some(known.p_value(0.0)),
        },
        Err(reason) => Tested::undefined(name, reason),
    }
}

fn of_accuracy(
    candidate: &Sample,
    base: &Sample,
    dataset: &PlannedDataset,
    how: How<'_>,
) -> Tested {
    let (one, other) = (candidate.right(), base.right());
    let calls = PairedCalls::new(&one, &other, independence(candidate, dataset));
    let tested = calls.and_then(|calls| {
        let test = mcnemar(&calls)?;
        let flips = of_calls(MetricName::Accuracy, candidate, base)?;
        let interval = flip_intervals(test.estimate, &flips, CONFIDENCE);
        Ok((
            test,
            interval.map(|of| Intervals::chosen(of, how.rare_flips)),
        ))
    });
    match tested {
        Ok((test, intervals)) => Tested {
            test: test.method.name().to_owned(),
            value: Ok(test.estimate),
            interval: intervals.map(|of| of.decides),
            p_value: Some(test.p_value),
        },
        Err(reason) => Tested::undefined("mcnemar", reason),
    }
}

/// The Brier score is a mean over units, so that whole clusters are swapped by the sign of their sums.
fn of_brier(candidate: &Sample, base: &Sample, seed: u64) -> Tested {
    let loss = |truth: bool, probability: f64| {
        let distance = probability - f64::from(u8::from(truth));
        distance * distance
    };
    let mut sums: BTreeMap<u32, f64> = BTreeMap::new();
    let pairs = candidate.probability.iter().zip(&base.probability[..]);
    let units = candidate
        .truth
        .iter()
        .zip(pairs)
        .zip(&candidate.cluster_of[..]);
    for ((&truth, (&new, &old)), &cluster) in units {
        *sums.entry(cluster).or_default() += loss(truth, new) - loss(truth, old);
    }
    let sums: Vec<f64> = sums.into_values().collect();
    match permutation_test_of_sums(&sums, candidate.truth.len() as u64, SWAPS, seed) {
        Ok(test) => Tested {
            test: test.method.name().to_owned(),
            value: Ok(test.estimate),
            interval: Err(Undefined::because("swaps give a p-value, no interval")),
            p_value: Some(test.p_value),
        },
        Err(reason) => Tested::undefined("swaps", reason),
    }
}

impl Tested {
    fn undefined(test: &str, reason: Undefined) -> Self {
        Self {
            test: test.to_owned(),
            value: Err(reason.clone()),
            interval: Err(reason),
            p_value: None,
        }
    }
}

fn row(held: Held<'_, '_>, candidate: &Scored, tested: Tested) -> PairedTest {
    PairedTest {
        key: candidate.score.key.clone(),
        contrast: held.contrast,
        base: held.base_name(),
        test: tested.test,
        estimate: Estimate::new(&tested.value, &tested.interval),
        p_value: tested.p_value,
        holm: None,
        benjamini_hochberg: None,
        units: candidate.score.positions,
        clusters: candidate.score.clusters,
    }
}

/// Adjusts p-values, each metric's tests being a family.
pub fn adjust(tests: &mut [PairedTest]) {
    let mut metrics: Vec<String> = tests.iter().map(|test| test.key.metric.clone()).collect();
    metrics.sort();
    metrics.dedup();
    for metric in metrics {
        let in_family =
            |test: &&mut PairedTest| test.key.metric == metric && test.p_value.is_some();
        let mut family: Vec<&mut PairedTest> = tests.iter_mut().filter(in_family).collect();
        let p_values: Vec<f64> = family.iter().filter_map(|test| test.p_value).collect();
        let (Ok(holm), Ok(rate)) = (holm(&p_values), benjamini_hochberg(&p_values)) else {
            continue;
        };
        for (test, (holm, rate)) in family.iter_mut().zip(holm.into_iter().zip(rate)) {
            test.holm = Some(holm);
            test.benjamini_hochberg = Some(rate);
        }
    }
}
