//! How long the audit of places takes: `cargo run --release -p titer-audit --features examples --example intervals -- FOLDER | ROWS`.
//!
//! FOLDER is laid out as Genomic Benchmarks; ROWS makes as many synthetic rows, four fifths of them train, of 500 bases in a
//! genome of three thousand million, on 24 chromosomes.

#![allow(clippy::print_stdout, clippy::unwrap_used)]

use std::path::Path;
use std::time::Instant;

use titer_audit::leaks::{shared, test_clusters};
use titer_audit::overlap::most_shared;
use titer_audit::read::placed;
use titer_core::Stream;
use titer_data::layouts::{PlacedRow, genomic_benchmarks};

fn main() {
    let given = std::env::args()
        .nth(1)
        .unwrap_or_else(|| "230000".to_owned());
    let rows = match given.parse::<u64>() {
        Ok(rows) => synthetic(rows),
        Err(_) => genomic_benchmarks::read(Path::new(&given)).unwrap(),
    };
    let total = rows.len();
    let set = placed(rows, None);
    let start = Instant::now();
    let found = shared(&set).unwrap();
    println!(
        "{total} rows, what is shared: {:.3} s",
        start.elapsed().as_secs_f64()
    );
    let start = Instant::now();
    let clusters = test_clusters(&set);
    println!("clusters: {:.3} s", start.elapsed().as_secs_f64());
    let start = Instant::now();
    let (train, test) = set.places().unwrap();
    let most = most_shared(&test, &train);
    println!(
        "the train row that shares most: {:.3} s",
        start.elapsed().as_secs_f64()
    );
    println!(
        "{} test rows share bases; {} clusters' numbers; {} have a train row",
        found.rows,
        clusters.len(),
        most.iter().flatten().count()
    );
}

fn synthetic(rows: u64) -> Vec<PlacedRow> {
    let mut random = Stream::new(1, "example", "intervals");
    (0..rows)
        .map(|row| {
            let start = random.below(125_000_000);
            PlacedRow {
                id: row.to_string(),
                split: if row % 5 == 0 { "test" } else { "train" }.to_owned(),
                class: if random.below(2) == 0 { "no" } else { "yes" }.to_owned(),
                chromosome: format!("chr{}", random.below(24) + 1),
                start,
                end: start + 500,
                minus: false,
            }
        })
        .collect()
}
