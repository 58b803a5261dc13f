//! Ladders whose steps are the groups of one dataset: no prediction more, and the same draws at every step.

use titer_core::ladder::STEP;
use titer_core::{FurtherLoss, LadderSlope, Undefined};
use titer_metrics::registry::about;
use titer_spec::plan::PlannedLadder;
use titer_statistics::Resampled;

use super::blank;
use super::slope::{Along, Known};
use crate::comparisons::{Held, How, paired_difference};
use crate::group_differences::{Broken, of};
use crate::groups::Measured;
use crate::scored::Scored;

/// The slopes of a clean cell's scores along the groups of a stratum, one list of groups for each score; held against the
/// base's where there is one.
#[must_use]
pub fn rows(
    ladder: &PlannedLadder,
    scored: &[Scored],
    measured: &[Vec<Measured>],
    against: Option<(Held<'_, '_>, Broken<'_>)>,
    how: How<'_>,
) -> Vec<LadderSlope> {
    let mut rows = Vec::new();
    for (number, (scored, groups)) in scored.iter().zip(measured).enumerate() {
        let places: Vec<f64> = (0..groups.len()).map(|step| step as f64).collect();
        let along = along(scored, groups, &places);
        let slope = along.slope(groups.iter().map(|one| {
            let estimated = &one.estimated;
            let known = Known::owned(estimated.value.clone(), estimated.interval.clone());
            known.on_draws(estimated.resampled.as_ref().ok())
        }));
        let fewest = groups.iter().map(|one| one.clusters).min().unwrap_or(0);
        let name =
            |group: Option<&Measured>| group.map(|one| one.group.clone()).unwrap_or_default();
        let row = LadderSlope {
            first: name(groups.first()),
            last: name(groups.last()),
            steps: groups.len() as u64,
            ..blank(ladder, &scored.score.key, STEP, slope, fewest)
        };
        let further = against.and_then(|(held, broken)| {
            let base = held.base.scored.get(number)?;
            let theirs = broken.base.get(number)?;
            Some((
                held.base_name(),
                further(&along, (scored, groups), (base, theirs), how),
            ))
        });
        rows.push(match further {
            Some((base, further)) => LadderSlope {
                held: FurtherLoss::than(base, further),
                ..row
            },
            None => row,
        });
    }
    rows
}

fn along<'a>(scored: &Scored, groups: &'a [Measured], places: &'a [f64]) -> Along<'a> {
    let metric = &scored.score.key.metric;
    Along {
        sign: about(metric).map_or(1.0, |about| about.direction.sign()),
        places,
        names: groups.iter().map(|one| one.group.as_str()).collect(),
        // A locus may have examples in several groups.
        is_shared: true,
    }
}

/// The slope of the paired differences within each group.
fn further(
    along: &Along<'_>,
    (candidate, ours): (&Scored, &[Measured]),
    (base, theirs): (&Scored, &[Measured]),
    how: How<'_>,
) -> titer_core::Estimate {
    if ours.len() != theirs.len() {
        let reason = "the two variants are not broken down into the same groups";
        return titer_core::Estimate::undefined(&Undefined::because(reason));
    }
    let minus = |one: &Measured, other: &Measured| -> Option<Resampled> {
        let (one, other) = (&one.estimated.resampled, &other.estimated.resampled);
        let difference = one.as_ref().ok()?.minus(other.as_ref().ok()?).ok()?;
        Some(difference)
    };
    let drawn: Vec<Option<Resampled>> = ours
        .iter()
        .zip(theirs)
        .map(|(one, other)| minus(one, other))
        .collect();
    let steps = ours.iter().zip(theirs).zip(&drawn);
    along.slope(steps.map(|((one, other), drawn)| {
        let known = match one.too_small || other.too_small {
            true => {
                let reason = one.estimated.value.clone().err();
                let reason = reason.unwrap_or_else(|| Undefined::because("too small to say"));
                (Err(reason.clone()), Err(reason))
            }
            false => paired_difference(&of(candidate, one), &of(base, other), how),
        };
        Known::owned(known.0, known.1).on_draws(drawn.as_ref())
    }))
}
