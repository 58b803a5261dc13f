//! How often the interval of a slope along a ladder, and of how much steeper a second variant's is, holds the truth: from the
//! steps' own intervals, which is what Titer reports of datasets, and with the slope taken anew on each draw.
//!
//!     cargo run --release -p titer-metrics --features examples --example ladders [repetitions]
//!
//! `ladders.txt` beside this file holds what the long version printed; `tests/ladders.rs` is the short one.

// Printing is what this program is for.
#![allow(clippy::print_stdout)]

#[path = "coverage/calibration.rs"]
#[allow(dead_code)] // What the falls simulate of calibration errors.
mod calibration;
#[path = "coverage/extremal.rs"]
#[allow(dead_code)] // Of the worlds: what `coverage.rs` alone simulates.
mod extremal;
#[path = "falls/rows.rs"]
#[allow(dead_code)] // Falls themselves.
mod fall_rows;
#[path = "ladders/rows.rs"]
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
const POPULATION: usize = 2_000_000;

fn main() {
    let asked = std::env::args().nth(1).and_then(|text| text.parse().ok());
    let repetitions: u64 = asked.unwrap_or(REPETITIONS);
    println!(
        "95 % intervals, {repetitions} repetitions, {REPLICATES} replicates. Truth, coverage, its standard error,\n\
         misses (truth below / above the interval) in percent; mean width; refused. Synthetic worlds.\n"
    );
    for (what, worlds) in rows::ladders() {
        println!("== {what}");
        let rows = rows::rows(&worlds, POPULATION, repetitions, REPLICATES);
        for (of, what) in ["slope", "further"].into_iter().enumerate() {
            println!("  {what}, from the steps' intervals; beneath it, taken anew on each draw");
            for row in &rows {
                println!(
                    "    {:18} {:8.4}  {}\n    {:27}  {}",
                    row.metric, row.truth[of], row.tallies[of], "", row.on_draws[of]
                );
            }
        }
        println!();
    }
}
