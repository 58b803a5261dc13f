//! A paired clustered bootstrap of two variants, timed, as JSON.
//!
//! Arguments: a folder with `truth.u8`, `base.f64`, `candidate.f64`, `cluster.u32` (little-endian
//! columns; clusters numbered from 0) and the number of replicates. `benches/compare` writes such
//! folders and runs this beside the loop that one would write with scikit-learn.

#![allow(clippy::print_stdout, reason = "its output is what it is for")]

use std::path::Path;
use std::time::Instant;
use std::{env, fs, io};
use titer_metrics::ece::Ece;

use titer_core::{Labelled, Multiplicity};
use titer_metrics::MetricName;
use titer_metrics::stats::resample;
use titer_statistics::{ClusterDraws, quantile};

const METRICS: [MetricName; 4] = [
    MetricName::Auroc,
    MetricName::AveragePrecision,
    MetricName::Ece(Ece { bins: 15 }),
    MetricName::Brier,
];

struct Columns {
    truth: Vec<bool>,
    variants: [Vec<f64>; 2],
    cluster_of: Vec<u32>,
}

fn main() -> io::Result<()> {
    let mut arguments = env::args().skip(1);
    let folder = arguments.next().unwrap_or_else(|| ".".to_owned());
    let replicates = arguments.next().and_then(|text| text.parse().ok());
    let replicates: usize = replicates.unwrap_or(2000);
    let columns = load(Path::new(&folder))?;
    let clusters = columns
        .cluster_of
        .iter()
        .max()
        .map_or(0, |&last| last as usize + 1);
    forget_peak();
    let loaded = memory("VmRSS");
    let (start, cpu) = (Instant::now(), cpu_seconds());
    let results = measure(&columns, clusters, replicates);
    let seconds = start.elapsed().as_secs_f64();
    let cpu = cpu_seconds() - cpu;
    let peak = memory("VmHWM");
    let examples = columns.truth.len();
    let growth = peak.saturating_sub(loaded) as f64 / examples as f64;
    println!(
        "{{\"examples\": {examples}, \"clusters\": {clusters}, \"replicates\": {replicates}, \
         \"seconds\": {seconds:.4}, \"cpu_seconds\": {cpu:.2}, \
         \"growth_bytes_per_example\": {growth:.2}, \"results\": [{}]}}",
        results.join(", ")
    );
    Ok(())
}

/// Values of both variants and the percentile interval of their difference, metric by metric.
fn measure(columns: &Columns, clusters: usize, replicates: usize) -> Vec<String> {
    let samples = columns.variants.each_ref().map(|probability| Labelled {
        truth: &columns.truth,
        probability,
        threshold: 0.5,
    });
    let draws = ClusterDraws::new(clusters, replicates, 1, "paired bootstrap");
    let found = resample(&samples, &METRICS, &columns.cluster_of, &draws);
    let of_metric = |(number, &name): (usize, &MetricName)| {
        let points = samples.map(|data| {
            let value = name.metric().prepare(data).value(Multiplicity::Once);
            value.unwrap_or(f64::NAN)
        });
        let pairs = found[0][number].iter().zip(&found[1][number]);
        let mut differences: Vec<f64> = pairs
            .filter_map(|(base, candidate)| Some((*candidate)? - (*base)?))
            .collect();
        differences.sort_unstable_by(f64::total_cmp);
        format!(
            "{{\"metric\": \"{}\", \"base\": {:?}, \"candidate\": {:?}, \"lower\": {:?}, \
             \"upper\": {:?}}}",
            name.metric().about().name,
            points[0],
            points[1],
            quantile(&differences, 0.025),
            quantile(&differences, 0.975)
        )
    };
    METRICS.iter().enumerate().map(of_metric).collect()
}

fn load(folder: &Path) -> io::Result<Columns> {
    let truth = fs::read(folder.join("truth.u8"))?;
    let variant = |name: &str| -> io::Result<Vec<f64>> {
        let bytes = fs::read(folder.join(name))?;
        let (numbers, _) = bytes.as_chunks();
        Ok(numbers
            .iter()
            .map(|&bytes| f64::from_le_bytes(bytes))
            .collect())
    };
    let clusters = fs::read(folder.join("cluster.u32"))?;
    let (clusters, _) = clusters.as_chunks();
    Ok(Columns {
        truth: truth.into_iter().map(|byte| byte != 0).collect(),
        variants: [variant("base.f64")?, variant("candidate.f64")?],
        cluster_of: clusters
            .iter()
            .map(|&bytes| u32::from_le_bytes(bytes))
            .collect(),
    })
}

/// Lets the peak start again from what is resident now (Linux; elsewhere the peak is not read).
fn forget_peak() {
    let _ = fs::write("/proc/self/clear_refs", "5");
}

/// Bytes of a line of `/proc/self/status`; 0 where there is none.
fn memory(line: &str) -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let found = status.lines().find_map(|text| text.strip_prefix(line));
    let kilobytes = found.and_then(|text| text.split_whitespace().nth(1)?.parse::<u64>().ok());
    1024 * kilobytes.unwrap_or(0)
}

/// Processor time of all threads so far, in hundredths of a second as Linux counts it.
fn cpu_seconds() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after = stat.rsplit(')').next().unwrap_or_default();
    let ticks = after.split_whitespace().skip(11).take(2);
    ticks
        .filter_map(|text| text.parse::<f64>().ok())
        .sum::<f64>()
        / 100.0
}
