//! The short version of `examples/coverage.rs`: intervals cover, within the simulation's own error.

#[path = "../examples/coverage/calibration.rs"]
pub(crate) mod calibration;
#[path = "../examples/coverage/extremal.rs"]
mod extremal;
#[path = "../examples/coverage/scores.rs"]
mod scores;
#[path = "../examples/coverage/tally.rs"]
pub(crate) mod tally;
#[path = "../examples/coverage/world.rs"]
pub(crate) mod world;
#[path = "../examples/coverage/worlds.rs"]
pub(crate) mod worlds;

use scores::METHODS;
use tally::Tally;

const REPETITIONS: u64 = 300;
const REPLICATES: usize = 200;
const POPULATION: usize = 400_000;

/// 3.5 standard errors of a coverage of 95 % in so many repetitions.
fn slack(repetitions: u64) -> f64 {
    3.5 * (0.95 * 0.05 / repetitions as f64).sqrt()
}

fn method(name: &str) -> usize {
    METHODS.iter().position(|known| *known == name).unwrap()
}

/// Nominal plus and minus the slack.
fn covers(tally: &Tally, what: &str) {
    let (coverage, slack) = (tally.coverage(), slack(tally.made));
    assert!(tally.made > 200, "{what}: refused {}", tally.refused);
    assert!((coverage - 0.95).abs() <= slack, "{what}: {coverage}");
}

/// At least nominal minus the slack: the method may be conservative.
fn reaches(tally: &Tally, what: &str) {
    let coverage = tally.coverage();
    assert!(coverage >= 0.95 - slack(tally.made), "{what}: {coverage}");
}

/// The same, and it holds the value.
fn holds(tally: &Tally, what: &str) {
    reaches(tally, what);
    assert_eq!(
        tally.holds_point, tally.made,
        "{what}: the point is outside"
    );
}

#[test]
fn scores_and_differences_are_covered() {
    let (strong, _) = worlds::SCORES[2];
    let truths = scores::truths(&strong, POPULATION);
    let rows = scores::rows(&strong, truths, REPETITIONS, REPLICATES, false);
    for row in &rows {
        covers(&row.tallies[method("default")], row.metric);
        let difference = format!("difference of {}", row.metric);
        covers(&row.tallies[method("difference: default")], &difference);
    }
}

#[test]
fn calibration_errors_are_covered_and_reach_0() {
    for world in &worlds::ERRORS {
        let row = extremal::error_row(world, REPETITIONS, REPLICATES);
        holds(&row.bound, world.name);
        // Of 60 examples in 15 bins nothing is promised.
        if !world.name.contains("few examples") {
            reaches(&row.paired, &format!("difference, {}", world.name));
        }
        if row.truth == 0.0 {
            let reaches = row.bound.share(row.bound.reaches_zero);
            assert!(reaches >= 0.95 - slack(REPETITIONS), "{}", world.name);
        }
    }
}

#[test]
fn a_calibrated_model_sits_on_its_floor() {
    let floors = worlds::ERRORS
        .iter()
        .filter(|one| worlds::is_floor_world(one));
    for world in floors {
        let share = extremal::above_floor(world, REPETITIONS);
        // The quantile of 200 draws: 5.4 % are expected above it.
        let slack = 3.5 * (0.054 * 0.946 / REPETITIONS as f64).sqrt();
        assert!((share - 0.054).abs() <= slack, "{}: {share}", world.name);
    }
}

#[test]
fn worst_groups_and_gaps_are_covered() {
    for world in &worlds::GROUPS {
        for (name, tally) in
            ["worst", "gap"]
                .iter()
                .zip(extremal::group_row(world, REPETITIONS, REPLICATES))
        {
            holds(&tally, &format!("{name}, {}", world.name));
        }
    }
}
