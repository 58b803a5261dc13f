//! Paired differences to the reference within the groups of a stratum: a mean hides a collapse in one of them.

use titer_core::{Estimate, GroupDifference};
use titer_statistics::Resampled;

use crate::comparisons::{Held, How, paired_difference};
use crate::groups::Measured;
use crate::scored::Scored;

/// What the differences of two cells within a stratum's groups are made of.
#[derive(Clone, Copy)]
pub struct Broken<'a> {
    /// The stratum.
    pub stratum: &'a str,
    /// The candidate's scores by group, one list for each score.
    pub candidate: &'a [Vec<Measured>],
    /// The base's.
    pub base: &'a [Vec<Measured>],
}

/// The differences of two clean cells within each group that is large enough.
#[must_use]
pub fn group_differences(
    held: Held<'_, '_>,
    broken: Broken<'_>,
    how: How<'_>,
) -> Vec<GroupDifference> {
    let mut rows = Vec::new();
    let scores = held.candidate.scored.iter().zip(&held.base.scored);
    let groups = broken.candidate.iter().zip(broken.base);
    for ((candidate, base), (ours, theirs)) in scores.zip(groups) {
        for (one, other) in ours.iter().zip(theirs) {
            if one.too_small || other.too_small {
                continue;
            }
            let (value, interval) = paired_difference(&of(candidate, one), &of(base, other), how);
            rows.push(GroupDifference {
                key: candidate.score.key.clone(),
                base: held.base_name(),
                base_value: other.estimated.value.as_ref().ok().copied(),
                stratum: broken.stratum.to_owned(),
                group: one.group.clone(),
                estimate: Estimate::new(&value, &interval),
                units: one.units,
                clusters: one.clusters,
            });
        }
    }
    rows
}

/// A score as it is on a group.
pub(crate) fn of(scored: &Scored, group: &Measured) -> Scored {
    let mut score = scored.score.clone();
    score.value = group.estimated.value.clone();
    score.interval = group.estimated.interval.clone();
    score.positions = group.units;
    score.positives = group.positives;
    score.clusters = group.clusters;
    Scored {
        score,
        measure: scored.measure,
        sample: group.sample.clone(),
        // Of all the clusters drawn, those of the group are what it rests on.
        calibration: group.estimated.calibration.clone(),
        resampled: group.estimated.resampled.clone().map(|of| Resampled {
            clusters: group.clusters as usize,
            ..of
        }),
    }
}
