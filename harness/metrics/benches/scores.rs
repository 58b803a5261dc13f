//! Scoring once: sorting and counting.

#![allow(missing_docs, reason = "criterion's macros make functions without any")]

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use std::hint::black_box;
use titer_core::Multiplicity;
use titer_metrics::MetricName;
use titer_metrics::ece::Ece;

mod data;

use data::Columns;

const EXAMPLES: usize = 100_000;

fn scores(criterion: &mut Criterion) {
    let columns = Columns::new(EXAMPLES, EXAMPLES);
    let mut group = criterion.benchmark_group("score");
    group.throughput(Throughput::Elements(EXAMPLES as u64));
    group.sample_size(20);
    for name in [
        MetricName::Auroc,
        MetricName::AveragePrecision,
        MetricName::Ece(Ece { bins: 15 }),
        MetricName::Brier,
        MetricName::LogLoss,
        MetricName::Aurc,
    ] {
        let about = name.metric().about().name;
        group.bench_with_input(BenchmarkId::from_parameter(about), &name, |bench, &name| {
            bench.iter(|| {
                let metric = name.metric();
                let prepared = metric.prepare(black_box(columns.base()));
                prepared.value(Multiplicity::Once)
            });
        });
    }
    group.finish();
}

criterion_group!(benches, scores);
criterion_main!(benches);
