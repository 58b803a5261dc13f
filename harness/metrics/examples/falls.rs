//! How often the interval of a fall, and of how much further a second variant falls, holds the truth.
//!
//!     cargo run --release -p titer-metrics --features examples --example falls [repetitions]
//!
//! `falls.txt` beside this file holds what the long version printed; `tests/falls.rs` is the short one.

// Printing is what this program is for.
#![allow(clippy::print_stdout)]

#[path = "coverage/calibration.rs"]
mod calibration;
#[path = "coverage/extremal.rs"]
#[allow(dead_code)] // Of the worlds: what `coverage.rs` alone simulates.
mod extremal;
#[path = "falls/rows.rs"]
mod rows;
#[path = "coverage/tally.rs"]
#[allow(dead_code)] // The same.
mod tally;
#[path = "coverage/world.rs"]
mod world;
#[path = "coverage/worlds.rs"]
#[allow(dead_code)] // The same.
mod worlds;

const REPETITIONS: u64 = 4_000;
const REPLICATES: usize = 300;
const POPULATION: usize = 2_000_000;

fn main() {
    let asked = std::env::args().nth(1).and_then(|text| text.parse().ok());
    let repetitions: u64 = asked.unwrap_or(REPETITIONS);
    println!(
        "95 % intervals, {repetitions} repetitions, {REPLICATES} replicates. Truth, coverage, its standard error,\n\
         misses (truth below / above the interval) in percent; mean width; refused.\n"
    );
    for pair in rows::pairs() {
        println!("== {}, to {}", pair[0].name, pair[1].name);
        let noise = pair.map(|world| world.noise);
        println!("   noise of the second variant {noise:?}");
        let rows = rows::rows(&pair, POPULATION, repetitions, REPLICATES);
        for (of, what) in ["fall", "further"].into_iter().enumerate() {
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
    println!("== Expected calibration error, 15 bins of equal mass");
    for pair in rows::error_pairs() {
        println!("  {}, to {}", pair[0].name, pair[1].name);
        let row = rows::error_row(&pair, repetitions / 4, REPLICATES);
        for (of, what) in ["fall", "further"].into_iter().enumerate() {
            println!("    {what:8} {:8.4}", row.truth[of]);
            println!("      squared {}", row.squared[of]);
            println!("      added   {}", row.added[of]);
        }
    }
}
