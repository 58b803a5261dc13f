//! How often the interval of a metric at a stated prevalence, and of the paired difference of two variants at it, holds the truth.
//!
//!     cargo run --release -p titer-metrics --features examples --example prevalences [repetitions]
//!
//! `prevalences.txt` beside this file holds what the long version printed; `tests/prevalences.rs` is the short one.

// Printing is what this program is for.
#![allow(clippy::print_stdout)]

#[path = "coverage/calibration.rs"]
#[allow(dead_code)] // Of the worlds: what `coverage.rs` alone simulates.
mod calibration;
#[path = "coverage/extremal.rs"]
#[allow(dead_code)] // The same.
mod extremal;
#[path = "prevalences/rows.rs"]
mod rows;
#[path = "coverage/tally.rs"]
#[allow(dead_code)] // The same.
mod tally;
#[path = "coverage/world.rs"]
mod world;
#[path = "coverage/worlds.rs"]
#[allow(dead_code)] // The same.
mod worlds;

const REPETITIONS: u64 = 2_000;
const REPLICATES: usize = 300;
const POPULATION: usize = 1_000_000;

fn main() {
    let asked = std::env::args().nth(1).and_then(|text| text.parse().ok());
    let repetitions: u64 = asked.unwrap_or(REPETITIONS);
    println!(
        "95 % intervals, {repetitions} repetitions, {REPLICATES} replicates. Truth, coverage, its standard error,\n\
         misses (truth below / above the interval) in percent; mean width; refused.\n"
    );
    for (world, prevalence) in rows::cases() {
        println!("== {} at prevalence {prevalence}", world.name);
        let rows = rows::rows(&world, prevalence, POPULATION, repetitions, REPLICATES);
        for (of, what) in ["score", "difference"].into_iter().enumerate() {
            println!("  {what}");
            for row in &rows {
                println!(
                    "    {:18} {:8.4}  {}",
                    row.metric, row.truth[of], row.tallies[of]
                );
            }
        }
        println!();
    }
}
