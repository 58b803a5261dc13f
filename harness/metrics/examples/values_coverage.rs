//! How often intervals of metrics of numbers hold the truth, on the scale of each metric's range and on
//! the plain one. `values_coverage.txt` is what it printed:
//!
//!     cargo run --release -p titer-metrics --features examples --example values_coverage -- 4000 300
//!
//! (repetitions, replicates). `tests/values_coverage.rs` is the short version.

#![allow(clippy::print_stdout, dead_code)]

#[path = "values_coverage/rows.rs"]
mod rows;
#[path = "coverage/tally.rs"]
mod tally;
#[path = "values_coverage/worlds.rs"]
mod worlds;

use rows::METHODS;
use tally::Tally;

const POPULATION: usize = 2_000_000;

fn main() {
    let mut numbers = std::env::args()
        .skip(1)
        .map(|text| text.parse::<u64>().ok());
    let mut next = |usual: u64| numbers.next().flatten().unwrap_or(usual);
    let (repetitions, replicates) = (next(4000), next(300) as usize);
    println!(
        "95 % intervals, {repetitions} repetitions, {replicates} replicates. Coverage, its standard\n\
         error, misses (truth below / above the interval) in percent; mean width; refused."
    );
    for world in &worlds::WORLDS {
        println!(
            "\n== {}: {} clusters of 1 to {}; error {}, shared {}, fanning {}",
            world.name,
            world.clusters,
            world.largest,
            world.error,
            world.correlation,
            world.fanning
        );
        let rows = rows::rows(world, POPULATION, repetitions, replicates);
        for (at, method) in METHODS.iter().enumerate() {
            println!("  {method}");
            for row in &rows {
                line(row.metric, row.truth, &row.tallies[at]);
            }
        }
    }
}

fn line(metric: &str, truth: f64, tally: &Tally) {
    let coverage = tally.coverage();
    println!(
        "    {metric:<10} {truth:>8.4}   {:.2} +- {:.2}   {:.2} / {:.2}  width {:.4}  refused {}",
        100.0 * coverage,
        100.0 * tally.standard_error(coverage),
        100.0 * tally.share(tally.below),
        100.0 * tally.share(tally.above),
        tally.mean_width(),
        tally.refused
    );
}
