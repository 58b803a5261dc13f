//! How often `ungated_losses: fail` fails a variant that differs by noise alone, and how often it finds a fall of 0.03
//! AUROC on one dataset: 1,000 simulated runs a row, or as many as the argument says (a quarter of that for the falls, a tenth with ECE). What
//! `cargo run --release -p titer-judge --features examples --example ungated_losses` prints is kept in `ungated_losses.txt`.

// A program whose product is what it prints.
#![allow(clippy::print_stdout, clippy::expect_used)]

#[path = "ungated_losses/world.rs"]
mod world;

use rayon::prelude::*;
use world::{Came, Setting};

fn main() {
    let wanted = std::env::args().nth(1).and_then(|text| text.parse().ok());
    let runs: u64 = wanted.unwrap_or(1000);
    let noise = |name, datasets, examples, cluster, groups| Setting {
        name,
        datasets,
        examples,
        cluster,
        groups,
        calibration: false,
        noise: 0.2,
        // The fewest that an evaluation may ask for.
        replicates: 200,
    };
    // The noise at which the AUROC is 0.03 lower.
    let falls = |name, examples| Setting {
        noise: 0.6252,
        ..noise(name, 10, examples, 2, 3)
    };
    let rows = [
        noise("noise alone, clusters of 2", 10, 400, 2, 3),
        noise("noise alone, clusters of 10", 10, 400, 10, 3),
        Setting {
            calibration: true,
            ..noise("noise alone, with ECE", 10, 300, 2, 3)
        },
        falls("AUROC falls by 0.03 on one dataset", 400),
        falls("AUROC falls by 0.03 on one dataset", 1000),
        falls("AUROC falls by 0.03 on one dataset", 2000),
    ];
    println!("{runs} runs a row, fewer where it says so\n");
    for row in rows {
        let runs = match (row.calibration, row.noise > 0.2) {
            (true, _) => runs / 10,
            (false, true) => runs / 4,
            (false, false) => runs,
        };
        let came: Vec<Came> = (0..runs)
            .into_par_iter()
            .map(|seed| row.run(seed))
            .collect();
        let share = |of: &dyn Fn(&Came) -> bool| {
            came.iter().filter(|one| of(one)).count() as f64 / runs as f64
        };
        let fewest = came.iter().map(|one| one.looked_at).min().unwrap_or(0);
        println!(
            "{}; {} examples, {runs} runs: fails {:.4}, that AUROC is told {:.4}; at least {fewest} differences; AUROC {:.4} and {:.4}",
            row.name,
            row.examples,
            share(&|one| one.fails),
            share(&|one| one.found),
            Setting::auroc(0.2),
            Setting::auroc(row.noise),
        );
    }
}
