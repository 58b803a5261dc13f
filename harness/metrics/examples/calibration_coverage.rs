//! The long simulation of how often intervals of calibration errors hold the truth: every row 2,000
//! times or as often as the first argument says. The second is the number of replicates, the third keeps
//! one of the sizes, the fourth the metrics that it names, or, behind a minus, all but those. `cargo run --release -p titer-metrics --example
//! calibration_coverage` prints what `calibration_coverage.txt` keeps, which holds the rows of a class-wise interval, too, that is gone.

// A program whose product is what it prints.
#![allow(clippy::print_stdout)]

#[path = "calibration_coverage/data.rs"]
mod data;
#[path = "calibration_coverage/rows.rs"]
mod rows;

use data::Source;
use rows::{MODELS, NAMES, Outcome, two_classes};

/// Examples and examples of a cluster.
const SIZES: [(usize, usize); 7] = [
    (300, 1),
    (300, 5),
    (1000, 1),
    (1000, 5),
    (1000, 20),
    (3000, 1),
    (3000, 10),
];

/// Wanted at least.
const WANTED: f64 = 0.935;

fn main() {
    let number = |at| std::env::args().nth(at).and_then(|text| text.parse().ok());
    let repetitions = number(1).unwrap_or(2000);
    let replicates = number(2).unwrap_or(400) as usize;
    println!("{repetitions} repetitions a row, {replicates} replicates, 95 % intervals");
    println!(
        "coverage, too high, too low, mean width, the same in ideal widths (3.92 standard deviations of the value)\n"
    );
    let only: Option<u64> = number(3);
    let wanted = std::env::args().nth(4).unwrap_or_else(|| "-".to_owned());
    let keeps = |name: &str| match wanted.strip_prefix('-') {
        Some(left_out) => left_out.is_empty() || !left_out.split(',').any(|one| one == name),
        None => wanted.split(',').any(|one| one == name),
    };
    let names: Vec<_> = NAMES.into_iter().filter(|one| keeps(one.0)).collect();
    let mut missed = 0;
    let mut show = |setting: String, rows: Vec<(&str, bool, Outcome)>| {
        for (name, difference, outcome) in rows {
            let holds = outcome.coverage() >= WANTED;
            missed += u32::from(!holds);
            let tried = (outcome.tried - outcome.undefined) as f64;
            println!(
                "{} {:.4}  {:.4} {:.4}  {:.4} {:5.2}  {name}{}; {setting}; undefined in {}",
                if holds { "ok  " } else { "MISS" },
                outcome.coverage(),
                outcome.above as f64 / tried,
                outcome.below as f64 / tried,
                outcome.width / tried,
                outcome.of_ideal(),
                if difference { ", difference" } else { "" },
                outcome.undefined
            );
        }
    };
    for (_, (examples, size)) in (0..)
        .zip(SIZES)
        .filter(|(at, _)| only.is_none_or(|one| one == *at))
    {
        for (model, middle, slope, shift) in MODELS {
            let source = Source {
                examples,
                size,
                middle,
                slope,
                shift,
            };
            let rows = two_classes(source, &names, repetitions, replicates);
            show(format!("{model}, {examples} in clusters of {size}"), rows);
        }
    }
    println!("\n{missed} rows are below {WANTED}");
}
