//! How often a limit that is just met or just missed is passed, failed or left open, with few positives or
//! few clusters: simulations with known answers.
//!
//!     cargo run --release -p titer-metrics --features examples --example lower_ends [repetitions]
//!
//! Worlds and seeds are fixed in `lower_ends/worlds.rs`. `lower_ends.txt` beside this file holds what the
//! long version printed; `tests/lower_ends.rs` is the short one.

// Printing is what this program is for.
#![allow(clippy::print_stdout)]

#[path = "lower_ends/rows.rs"]
mod rows;
#[path = "coverage/world.rs"]
#[allow(dead_code)] // The numbers and the logistic function alone are used here.
mod world;
#[path = "lower_ends/worlds.rs"]
mod worlds;

use rows::{Row, rows};

fn main() {
    let asked = std::env::args().nth(1).and_then(|text| text.parse().ok());
    let repetitions: u64 = asked.unwrap_or(10_000);
    println!(
        "{repetitions} repetitions a world, 300 replicates, 95 % intervals. A limit on the bad side's end: passed,\n\
         failed, left open in percent, with the limit at the truth, and 2 standard deviations of the value worse\n\
         than it and better. Width in units of 3.92 standard deviations. Wanted at the truth: passed in at most\n\
         3.2 % with 50 positives in 50 clusters, in at most 3.8 % with 20 in 20; width at most 1.25; never refused.\n"
    );
    let mut missed = (0, 0);
    for world in &worlds::WORLDS {
        let limit = world.limit();
        println!("== {}", world.name);
        for row in rows(world, repetitions) {
            print_row(&row, limit);
            missed.0 += u32::from(row.passed_at_truth() > limit);
            missed.1 += u32::from(row.of_ideal() > 1.25);
        }
    }
    println!(
        "\n{} rows pass too often at the truth, {} are wider than wanted",
        missed.0, missed.1
    );
}

fn print_row(row: &Row, limit: f64) {
    let mark = match (row.passed_at_truth() > limit, row.of_ideal() > 1.25) {
        (true, _) => "MISS",
        (_, true) => "wide",
        _ => "ok  ",
    };
    let shares = |at: usize| {
        let [pass, fail, open] = row.shares(at).map(|share| 100.0 * share);
        format!("{pass:5.2} {fail:5.2} {open:5.2}")
    };
    println!(
        "{mark} {:18} {:7.4} mean {:7.4} | at the truth {} | met {} | missed {} | width {:.2} refused {}",
        row.metric,
        row.truth,
        row.mean(),
        shares(0),
        shares(1),
        shares(2),
        row.of_ideal(),
        row.refused
    );
}
