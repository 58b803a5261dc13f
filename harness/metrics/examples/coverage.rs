//! How often Titer's intervals hold the truth: simulations with known answers.
//!
//!     cargo run --release -p titer-metrics --features examples --example coverage [repetitions]
//!
//! Worlds and seeds are fixed below. `coverage.txt` beside this file holds what the long version
//! printed; `tests/coverage.rs` is the short one.

// Printing is what this program is for.
#![allow(clippy::print_stdout)]

#[path = "coverage/calibration.rs"]
mod calibration;
#[path = "coverage/extremal.rs"]
mod extremal;
#[path = "coverage/scores.rs"]
mod scores;
#[path = "coverage/tally.rs"]
mod tally;
#[path = "coverage/world.rs"]
mod world;
#[path = "coverage/worlds.rs"]
mod worlds;

use calibration::CalibrationWorld;
use scores::{METHODS, Row};
use titer_core::Stream;
use world::World;

const REPETITIONS: u64 = 10_000;
const REPLICATES: usize = 300;
const POPULATION: usize = 2_000_000;

fn main() {
    let asked = std::env::args().nth(1).and_then(|text| text.parse().ok());
    let repetitions = asked.unwrap_or(REPETITIONS);
    println!(
        "95 % intervals, {repetitions} repetitions, {REPLICATES} replicates. Coverage, its standard\n\
         error, misses (truth below / above the interval) in percent; mean width; refused.\n"
    );
    for (world, plain) in &worlds::SCORES {
        print_scores(world, *plain, repetitions);
    }
    print_errors(repetitions);
    print_floor(repetitions);
    print_groups(repetitions);
}

fn print_scores(world: &World, plain: bool, repetitions: u64) {
    let (examples, positives) = sizes(world);
    println!(
        "== {}: {} clusters of 1 to {}, about {examples:.0} examples, {positives:.0} positive \
         (prevalence {:.3}); share of score variance between clusters {}; noise of the second \
         variant {}",
        world.name,
        world.clusters,
        world.largest,
        positives / examples,
        world.correlation,
        world.noise,
    );
    let truths = scores::truths(world, POPULATION);
    let rows = scores::rows(world, truths, repetitions, REPLICATES, plain);
    for (method, name) in METHODS.iter().enumerate() {
        if rows.iter().all(|row| row.tallies[method].made == 0) {
            continue;
        }
        println!("  {name}");
        for row in &rows {
            print_row(row, method);
        }
    }
    println!();
}

/// Mean numbers of examples and of positives.
fn sizes(world: &World) -> (f64, f64) {
    let mut stream = Stream::new(2, "sizes", world.name);
    let samples: Vec<_> = (0..200).map(|_| world.sample(&mut stream)).collect();
    let examples: usize = samples.iter().map(|sample| sample.truth.len()).sum();
    let positives = samples.iter().flat_map(|sample| &sample.truth);
    let positives = positives.filter(|&&positive| positive).count();
    (examples as f64 / 200.0, positives as f64 / 200.0)
}

fn print_row(row: &Row, method: usize) {
    let truth = if METHODS[method].starts_with("difference") {
        row.truth.difference
    } else {
        row.truth.value
    };
    println!("    {:18} {truth:8.4}  {}", row.metric, row.tallies[method]);
}

fn print_errors(repetitions: u64) {
    println!("== Expected calibration error, 15 bins of equal mass");
    for world in &worlds::ERRORS {
        let row = extremal::error_row(world, repetitions, REPLICATES);
        println!("  {}", describe(world));
        println!(
            "    truth {:.4}, mean debiased value {:.4}",
            row.truth, row.mean_point
        );
        println!("    interval    {}", row.bound);
        println!(
            "                holds the value {:.2} %, reaches 0 {:.2} %",
            100.0 * row.bound.share(row.bound.holds_point),
            100.0 * row.bound.share(row.bound.reaches_zero)
        );
        println!(
            "    difference of {:.4} from a variant with logits larger by a fifth",
            row.difference
        );
        println!("                {}", row.paired);
    }
    println!();
}

fn describe(world: &CalibrationWorld) -> String {
    format!(
        "{}: {} clusters of 1 to {}, correlation {}, logit(p) {} +- {}, true logit {} * logit(p) + {}",
        world.name,
        world.clusters,
        world.largest,
        world.correlation,
        world.logit.0,
        world.logit.1,
        world.slope,
        world.shift
    )
}

fn print_floor(repetitions: u64) {
    println!("== Null floor: calibrated models above its 95 % quantile (200 draws: 5.4 expected)");
    for world in worlds::ERRORS
        .iter()
        .filter(|world| worlds::is_floor_world(world))
    {
        let share = extremal::above_floor(world, repetitions);
        let error = (share * (1.0 - share) / repetitions as f64).sqrt();
        println!(
            "  {}: {:.2} +- {:.2}",
            world.name,
            100.0 * share,
            100.0 * error
        );
    }
    println!();
}

fn print_groups(repetitions: u64) {
    println!("== Worst group's accuracy and gap between groups");
    for world in &worlds::GROUPS {
        let [worst, gap] = extremal::group_row(world, repetitions, REPLICATES);
        println!(
            "  {}: accuracies {:?}, {} clusters of 1 to 19 in each",
            world.name, world.accuracy, world.clusters
        );
        for (name, tally) in [("worst", worst), ("gap", gap)] {
            println!(
                "    {name:6} {}  holds the value {:.2} %, reaches 0 {:.2} %",
                tally,
                100.0 * tally.share(tally.holds_point),
                100.0 * tally.share(tally.reaches_zero)
            );
        }
    }
}
