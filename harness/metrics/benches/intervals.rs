//! Intervals and paired tests: where scoring spends its time.

#![allow(missing_docs, reason = "criterion's macros make functions without any")]

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use std::hint::black_box;
use titer_metrics::MetricName;
use titer_metrics::calibration_interval::Calibration;
use titer_metrics::ece::Ece;
use titer_metrics::stats::{obuchowski_difference, resample};
use titer_statistics::ClusterDraws;

mod data;

use data::Columns;

const METRICS: [MetricName; 4] = [
    MetricName::Auroc,
    MetricName::AveragePrecision,
    MetricName::Ece(Ece { bins: 15 }),
    MetricName::Brier,
];
const EXAMPLES: usize = 50_000;
const REPLICATES: usize = 200;

/// AUROC, average precision, ECE and Brier score of two variants, whole clusters drawn.
fn paired_bootstrap(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("paired_bootstrap");
    group.throughput(Throughput::Elements((EXAMPLES * REPLICATES) as u64));
    group.sample_size(10);
    for clusters in [1_000, EXAMPLES] {
        let columns = Columns::new(EXAMPLES, clusters);
        let draws = ClusterDraws::new(clusters, REPLICATES, 1, "benches");
        group.bench_with_input(
            BenchmarkId::new("clusters", clusters),
            &columns,
            |bench, columns| {
                bench.iter(|| {
                    let samples = [columns.base(), columns.candidate()];
                    resample(black_box(&samples), &METRICS, &columns.cluster_of, &draws)
                });
            },
        );
    }
    group.finish();
}

fn calibration(criterion: &mut Criterion) {
    let columns = Columns::new(5_000, 500);
    let draws = ClusterDraws::new(500, REPLICATES, 1, "benches");
    let mut group = criterion.benchmark_group("calibration_interval");
    group.sample_size(10);
    group.bench_function("ece", |bench| {
        let name = MetricName::Ece(Ece { bins: 15 });
        bench.iter(|| {
            Calibration::new(
                name,
                black_box(columns.base()),
                &columns.cluster_of,
                &draws,
                0.95,
            )
            .and_then(|of| of.interval())
        });
    });
    group.finish();
}

/// Obuchowski's variance of a difference of AUROCs, by clusters.
fn obuchowski(criterion: &mut Criterion) {
    let columns = Columns::new(100_000, 5_000);
    criterion.bench_function("obuchowski_difference", |bench| {
        let of = &columns.cluster_of;
        bench.iter(|| obuchowski_difference(columns.candidate(), columns.base(), of, 0.95));
    });
}

criterion_group!(benches, paired_bootstrap, calibration, obuchowski);
criterion_main!(benches);
