//! The short version of `examples/values_coverage.rs`: intervals of metrics of numbers cover, within the
//! simulation's own error.

#[path = "../examples/values_coverage/rows.rs"]
mod rows;
#[path = "../examples/values_coverage/worlds.rs"]
mod worlds;

use super::coverage::tally::{self, Tally};
use rows::{METHODS, Row};

const REPETITIONS: u64 = 300;
const REPLICATES: usize = 200;
const POPULATION: usize = 200_000;

/// 3.5 standard errors of a coverage of 95 % in so many repetitions.
fn slack() -> f64 {
    3.5 * (0.95 * 0.05 / REPETITIONS as f64).sqrt()
}

fn of<'a>(row: &'a Row, method: &str) -> &'a Tally {
    &row.tallies[METHODS.iter().position(|known| *known == method).unwrap()]
}

#[test]
fn scores_and_differences_are_covered() {
    for world in &worlds::WORLDS[1..3] {
        for row in rows::rows(world, POPULATION, REPETITIONS, REPLICATES) {
            for method in ["default", "difference"] {
                let tally = of(&row, method);
                let (coverage, what) = (tally.coverage(), (world.name, row.metric, method));
                assert_eq!(tally.refused, 0, "{what:?}");
                assert!((coverage - 0.95).abs() <= slack(), "{what:?}: {coverage}");
                assert_eq!(tally.holds_point, tally.made, "{what:?}");
            }
        }
    }
}
