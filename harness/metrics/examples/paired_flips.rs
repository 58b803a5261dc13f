//! How often the interval of a paired difference of calls holds the truth, and how wide it is: over all
//! draws, whatever they happen to show. 10,000 repetitions a row, or as many as the argument says. What
//! `cargo run --release -p titer-metrics --features examples --example paired_flips` prints is kept in `paired_flips.txt`.

// A program whose product is what it prints.
#![allow(clippy::print_stdout)]

#[path = "paired_flips/classes.rs"]
mod classes;
#[allow(dead_code)] // What the short simulation alone reads.
#[path = "paired_flips/world.rs"]
mod world;

use world::{Outcome, World, worlds};

fn main() {
    let wanted = std::env::args().nth(1).and_then(|text| text.parse().ok());
    let repetitions: u64 = wanted.unwrap_or(10_000);
    println!("{}", HEAD.replace("REPETITIONS", &repetitions.to_string()));
    let (mut missed, mut rows) = (0, 0);
    for world in worlds() {
        let outcome = world.run(repetitions);
        let line = world.line();
        let said = line.map_or("    ", |line| {
            if line.holds(&outcome.decides) {
                "ok  "
            } else {
                "MISS"
            }
        });
        missed += u32::from(said == "MISS");
        rows += u32::from(line.is_some());
        println!("{said} {}", told(&world, &outcome));
    }
    println!("\n{missed} of {rows} rows with a line miss it");
    print_classes(repetitions);
}

/// Fewer repetitions: every unit is drawn.
fn print_classes(repetitions: u64) {
    let repetitions = (repetitions / 2).max(1);
    println!(
        "\n{}",
        CLASSES.replace("REPETITIONS", &repetitions.to_string())
    );
    for world in classes::WORLDS {
        println!(
            "{} clusters, D {}, {}",
            world.clusters,
            world.flipping,
            if world.to_wrong { "to wrong" } else { "any" }
        );
        for (name, tally) in classes::METRICS.iter().zip(world.run(repetitions)) {
            println!(
                "    {:17} {:6.2} ({:5.2} / {:5.2}) width {:.2}",
                (*name).metric().about().name,
                tally.coverage(),
                100.0 * tally.below / tally.made,
                100.0 * tally.above / tally.made,
                tally.width()
            );
        }
    }
}

const CLASSES: &str = "\
Metrics of both classes, REPETITIONS repetitions: clusters of 10 units, a quarter positive, 90 % right; of a cluster
that flips one unit does, any or one that was right. By `rare_flips: independent`. Coverage, misses, width as above.
";

const HEAD: &str = "\
95 % intervals of the difference of two accuracies, REPETITIONS repetitions a row, over all draws.
D: expected clusters with a flip; worth: how many events alike they are (Kish). Coverage in percent, misses
(truth below / above the interval), mean width over 3.92 standard deviations of the estimate.
Lines, of the default: A, D >= 30 and worth >= 20: coverage 93.5 to 97.5, width at most 1.3;
B, 10 <= D < 30, flips alike: coverage at least 93.5, width at most 1.8; C, the rest: coverage at least 95.
default: what decides with `rare_flips: whole_clusters`; independent: with the other. They differ where fewer
than 4 clusters flip. whole: what holds whatever happens within clusters, shown beside what decides where one
more that flips whole would matter (fewer than 29 flip, or than five times the units of a cluster).

Where one flipping cluster in ten flips 20 of its units and fewer than 30 flip, lines B and C contradict each
other: draws that show no such cluster (35 % of them at D 10, 12 % at D 20) look like draws of single flips, for which B
asks for 1.8 of the width, and the truth lies outside of what that can hold. `default` keeps B, `whole` keeps C.
";

fn told(world: &World, outcome: &Outcome) -> String {
    let one = |name: &str, of: &world::Tally| {
        format!(
            "{name} {:6.2} ({:5.2} / {:5.2}) width {:5.2}",
            of.coverage(),
            of.percent(of.below),
            of.percent(of.above),
            of.width(),
        )
    };
    format!(
        "{}  {} | {} | {}",
        world.describe(),
        one("default", &outcome.decides),
        one("independent", &outcome.independent),
        one("whole", &outcome.whole)
    )
}
