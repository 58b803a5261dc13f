//! The short simulation of limits with few positives (`examples/lower_ends.rs`, its results in
//! `examples/lower_ends.txt`).

#[path = "../examples/lower_ends/rows.rs"]
mod rows;
#[path = "../examples/lower_ends/worlds.rs"]
mod worlds;

use crate::coverage::world;

const REPETITIONS: u64 = 400;

#[test]
fn a_limit_at_the_truth_is_seldom_passed_and_never_refused() {
    let wanted = ["strong model", "20 loci of 1 positive", "50 loci of 1 to 7"];
    let mut worlds = worlds::WORLDS.iter();
    for world in worlds
        .by_ref()
        .filter(|world| wanted.iter().any(|part| world.name.contains(part)))
    {
        for row in rows::rows(world, REPETITIONS) {
            let what = format!("{} in {}", row.metric, world.name);
            assert_eq!(row.refused, 0, "{what}");
            // The long simulation's 3.2 and 3.8 %, and three standard errors of this one.
            let most = world.limit() + 3.0 * (0.035f64 / REPETITIONS as f64).sqrt();
            assert!(
                row.passed_at_truth() <= most,
                "{what}: {}",
                row.passed_at_truth()
            );
        }
    }
}
