//! `titer bench`: a model's time and memory without data, and what this machine's noise is.

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Serialize;
use titer_core::RepeatedExample;
use titer_judge::speed::Ratio;
use titer_judge::{LatencySummary, MeasurementSummary, Percentile};
use titer_run::Local;
use titer_run::bench::{self, Benched};
use titer_run::models::LoadedModel;
use titer_spec::evaluation::{Latency, Scenario};
use titer_spec::{Kind, Located};

use crate::arguments::{Bench, Format, Places, Talk};
use crate::console::{bytes, complain, say, say_json, say_table};
use crate::error::CommandError;
use crate::finding;

/// The version of the JSON.
const FORMAT: u32 = 1;
/// Seconds that a round may take beside its queries: loading, warming up, checks.
const BESIDE_S: u64 = 3600;

pub(super) fn run(asked: &Bench, places: &Places, talk: Talk) -> Result<u8, CommandError> {
    let path = finding::find(Kind::Model, &asked.model, places)?;
    let model = LoadedModel::open(&path)?;
    let needs_runtime = model
        .spec()
        .variants
        .iter()
        .any(|it| it.backend.needs_runtime());
    let library = match needs_runtime {
        true => Some(finding::onnxruntime(places, talk)?.path),
        false => None,
    };
    let executor = Local {
        program: finding::own_program()?,
    };
    let folder = folder(asked, &model.spec().model.value);
    let order = order(
        asked,
        std::path::absolute(&folder).unwrap_or_else(|_| folder.clone()),
    );
    let found = bench::bench(&order, &model, library.as_deref(), &executor, &mut |line| {
        if !talk.quiet {
            complain(line);
        }
    })?;
    match asked.form.format {
        Format::Json => say_json(&Json {
            format: FORMAT,
            bench: &found,
        })?,
        Format::Text => show(&found, asked.aa, &folder),
    }
    Ok(0)
}

#[derive(Serialize)]
struct Json<'a> {
    format: u32,
    #[serde(flatten)]
    bench: &'a Benched,
}

fn folder(asked: &Bench, model: &str) -> PathBuf {
    let behind = if asked.aa { "-aa" } else { "" };
    let own = || Path::new("runs").join(format!("bench-{model}{behind}"));
    asked.output.clone().unwrap_or_else(own)
}

fn order(asked: &Bench, folder: PathBuf) -> bench::Bench {
    let narrow = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    let mut sizes: Vec<u32> = asked.batch_sizes.iter().map(|it| narrow(*it)).collect();
    if sizes.is_empty() {
        sizes = vec![1, 32];
    }
    sizes.sort_unstable();
    sizes.dedup();
    let seconds = asked.seconds as u64 * 2 * sizes.len() as u64 + BESIDE_S;
    let cores = || std::thread::available_parallelism().map_or(1, usize::from);
    bench::Bench {
        folder,
        variants: asked.variants.clone(),
        is_aa: asked.aa,
        length: asked.length.map(narrow),
        threads: asked.threads.unwrap_or_else(cores),
        seed: asked.seed,
        latency: Latency {
            scenario: Scenario::SingleStream,
            batch_sizes: Located::nowhere(sizes),
            lengths: None,
            rounds: narrow(asked.rounds),
            queries: Located::nowhere(narrow(asked.queries)),
            seconds: narrow(asked.seconds),
            warm_up: 5,
            max_warm_up: None,
        },
        time_limit: Duration::from_secs(seconds),
    }
}

fn show(found: &Benched, is_aa: bool, folder: &Path) {
    say(&format!(
        "{} on {}, {}",
        found.model, found.machine, found.queries
    ));
    let header = [
        "variant",
        "batch",
        "median",
        "p90",
        "p99",
        "per second",
        "cold start",
        "load",
        "peak",
        "times the first",
    ];
    let first = found.variants.first();
    let mut rows = Vec::new();
    for one in &found.variants {
        for latency in &one.latencies {
            rows.push(row(one, latency, first));
        }
    }
    say_table(&header, &rows);
    for one in &found.variants {
        let repeated = one.details.checks.repeated.as_ref();
        if let Some(trouble) = repeated.and_then(RepeatedExample::trouble) {
            say(&format!("{}: {trouble}", one.variant));
        }
    }
    if is_aa {
        noise(found);
    }
    say(&format!("{}", folder.join("bench.json").display()));
}

fn row(
    one: &MeasurementSummary,
    latency: &LatencySummary,
    first: Option<&MeasurementSummary>,
) -> Vec<String> {
    let ns = |found: Option<f64>| found.map_or_else(|| "-".to_owned(), milliseconds);
    let percentile = |found: &Result<Percentile, _>| ns(found.as_ref().ok().map(|it| it.value_ns));
    let is_first = first.is_some_and(|first| first.variant == one.variant);
    let ratio = first
        .filter(|_| !is_first)
        .and_then(|first| Ratio::of(first.latency(latency.batch_size)?, latency));
    vec![
        one.variant.clone(),
        latency.batch_size.to_string(),
        percentile(&latency.p50),
        percentile(&latency.p90),
        percentile(&latency.p99),
        format!("{:.1}", latency.throughput_per_second),
        ns(one.details.cold_start_ns_median()),
        ns(one.load_ns_median),
        one.peak_bytes_max.map_or_else(|| "-".to_owned(), bytes),
        ratio.map_or_else(String::new, words),
    ]
}

/// "0.48 (0.45 to 0.51)", with what makes it noise.
fn words(ratio: Ratio) -> String {
    let long = ratio.inverse();
    let noise = match ratio.is_within_spread() {
        true => ", within the A/A spread: noise",
        false => "",
    };
    format!(
        "{:.3} ({:.3} to {:.3}{noise})",
        long.value, long.lower, long.upper
    )
}

fn milliseconds(ns: f64) -> String {
    format!("{:.3} ms", ns / 1e6)
}

/// What one variant differs by from itself.
fn noise(found: &Benched) {
    for one in &found.aa {
        let (size, spread) = (one.batch_size, one.spread.unwrap_or(1.0));
        say(&format!(
            "batch {size}: A/A spread {spread:.3}: rounds of one and the same variant come to up to {spread:.3} times each other here; a smaller difference between two is noise"
        ));
        if one.lower > 1.0 || one.upper < 1.0 {
            say(&format!(
                "batch {size}: the interval of the ratio does not hold 1, though nothing differs: chance does that in 1 of 20, a machine that is not quiet more often"
            ));
        }
    }
}
