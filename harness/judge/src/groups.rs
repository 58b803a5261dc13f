//! Scores broken down by stratum, the worst group, and how far groups lie apart.
//!
//! A group counts where it holds at least [`FEWEST_CLUSTERS`] clusters and [`FEWEST_OF_A_CLASS`] units
//! of either class (of numbers: so many units); the others are shown as too small, never as a number. Worst group and gap are
//! extremes: their intervals come from bands that hold for all groups at once.

use std::collections::BTreeSet;

use titer_core::{Direction, Estimate, GroupScore, ScoreKey, Spread, SpreadKind, Undefined};
use titer_metrics::stats::bootstrap::FEWEST_CLUSTERS;
use titer_metrics::stats::{ClusterDraws, Extreme, Group, band_interval};

use crate::cells::JudgedCell;
use crate::intervals::Estimated;
use crate::measures::Measure;
use crate::sampled::{Sampled, not_asked};
use crate::scores::{CONFIDENCE, Scored};
use crate::strata::{CLASS, EVERY_DATASET, SPECIES, Strata};
use crate::words::count;

/// With fewer units of a class a group says nothing.
pub const FEWEST_OF_A_CLASS: usize = 10;

/// The scores of a cell by the groups of one stratum, with what the groups' extremes need.
#[must_use]
pub fn by_group(
    cell: &JudgedCell<'_>,
    stratum: &str,
    strata: &Strata,
    draws: &ClusterDraws,
) -> (Vec<GroupScore>, Vec<Spread>) {
    let (mut rows, mut spreads) = (Vec::new(), Vec::new());
    if strata.groups.len() < 2 {
        return (rows, spreads);
    }
    for scored in &cell.scored {
        let Some(sample) = &scored.sample else {
            continue;
        };
        let measured: Vec<Measured> = (0u32..)
            .zip(&strata.groups)
            .map(|(number, group)| {
                let part = sample.part(|unit| strata.of[unit] == Some(number));
                measure(scored.measure, group, &part, stratum, draws)
            })
            .collect();
        spreads.extend(spread(
            &scored.score.key,
            scored.measure,
            stratum,
            &measured,
        ));
        rows.extend(
            measured
                .into_iter()
                .map(|one| one.row(&scored.score.key, stratum)),
        );
    }
    (rows, spreads)
}

/// The clean scores of a suite's datasets, to be compared with each other.
#[derive(Clone, Debug, Default)]
pub struct BySpecies {
    /// For each model, variant, class and metric (as a key over every dataset) its datasets.
    known: Vec<(ScoreKey, Measure, Vec<Measured>)>,
}

impl BySpecies {
    /// Adds a dataset's clean cell.
    pub fn add(&mut self, cell: &JudgedCell<'_>, species: &str) {
        for scored in &cell.scored {
            let key = ScoreKey {
                dataset: EVERY_DATASET.to_owned(),
                ..scored.score.key.clone()
            };
            let measured = of_dataset(scored, species);
            match self.known.iter_mut().find(|(known, ..)| *known == key) {
                Some((.., datasets)) => {
                    let alike = |one: &&Measured| one.group.starts_with(species);
                    let before = datasets.iter().filter(alike).count();
                    let group = if before == 0 {
                        measured.group.clone()
                    } else {
                        format!("{species} ({})", scored.score.key.dataset)
                    };
                    datasets.push(Measured { group, ..measured });
                }
                None => self.known.push((key, scored.measure, vec![measured])),
            }
        }
    }

    /// The groups and their extremes.
    #[must_use]
    pub fn finish(self) -> (Vec<GroupScore>, Vec<Spread>) {
        let (mut rows, mut spreads) = (Vec::new(), Vec::new());
        for (key, measure, datasets) in self.known {
            if datasets.len() < 2 {
                continue;
            }
            spreads.extend(spread(&key, measure, SPECIES, &datasets));
            let row = |one: Measured| one.row(&key, SPECIES);
            rows.extend(datasets.into_iter().map(row));
        }
        (rows, spreads)
    }
}

/// A dataset's own score as that of a group.
fn of_dataset(scored: &Scored, species: &str) -> Measured {
    let score = &scored.score;
    let by_class = score.positives.min(score.positions - score.positives);
    let rarer = scored.sample.as_ref();
    let rarer = rarer.map_or(by_class, |sample| sample.rarer() as u64);
    let clusters = score.clusters as usize;
    Measured {
        group: species.to_owned(),
        units: score.positions,
        positives: score.positives,
        clusters: score.clusters,
        too_small: clusters < FEWEST_CLUSTERS || rarer < FEWEST_OF_A_CLASS as u64,
        estimated: Estimated {
            value: score.value.clone(),
            interval: score.interval.clone(),
            resampled: scored.resampled.clone(),
        },
    }
}

/// A metric on one group.
#[derive(Clone, Debug)]
pub(crate) struct Measured {
    pub(crate) group: String,
    pub(crate) units: u64,
    pub(crate) positives: u64,
    pub(crate) clusters: u64,
    pub(crate) too_small: bool,
    pub(crate) estimated: Estimated,
}

impl Measured {
    fn row(self, key: &ScoreKey, stratum: &str) -> GroupScore {
        GroupScore {
            key: key.clone(),
            stratum: stratum.to_owned(),
            group: self.group,
            estimate: Estimate::new(&self.estimated.value, &self.estimated.interval),
            units: self.units,
            positives: self.positives,
            clusters: self.clusters,
            too_small: self.too_small,
        }
    }
}

fn measure(
    measure: Measure,
    group: &str,
    sample: &Sampled,
    stratum: &str,
    draws: &ClusterDraws,
) -> Measured {
    let clusters: BTreeSet<u32> = sample.cluster_of().iter().copied().collect();
    let mut measured = Measured {
        group: group.to_owned(),
        units: sample.units() as u64,
        positives: sample.positives() as u64,
        clusters: clusters.len() as u64,
        too_small: false,
        estimated: Estimated::undefined(&Undefined::because("too small to say")),
    };
    let rarer = sample.rarer();
    let of_one_class = stratum == CLASS && sample.units() >= FEWEST_OF_A_CLASS;
    if clusters.len() < FEWEST_CLUSTERS || (rarer < FEWEST_OF_A_CLASS && !of_one_class) {
        measured.too_small = true;
        measured.estimated = Estimated::undefined(&Undefined::because(format!(
            "too small to say: {}, {}",
            count(measured.clusters, "cluster"),
            match sample.values() {
                None => format!("{rarer} of the rarer class"),
                Some(_) => count(measured.units, "example"),
            },
        )));
        return measured;
    }
    let estimated = sample.estimates(&[measure], draws, clusters.len());
    measured.estimated = estimated.into_iter().next().unwrap_or_else(not_asked);
    measured
}

/// Worst group and gap over the groups that are large enough; nothing where fewer than two are.
pub(crate) fn spread(
    key: &ScoreKey,
    measure: Measure,
    stratum: &str,
    measured: &[Measured],
) -> Vec<Spread> {
    let value = |one: &&Measured| one.estimated.value.clone().ok();
    let large: Vec<(&Measured, f64)> = measured
        .iter()
        .filter(|one| !one.too_small)
        .filter_map(|one| Some((one, value(&one)?)))
        .collect();
    let sign = match measure.direction() {
        Direction::HigherIsBetter => 1.0,
        Direction::LowerIsBetter => -1.0,
    };
    let good = |a: &&(&Measured, f64), b: &&(&Measured, f64)| (sign * a.1).total_cmp(&(sign * b.1));
    let (Some(worst), Some(best)) = (large.iter().min_by(good), large.iter().max_by(good)) else {
        return Vec::new();
    };
    if large.len() < 2 {
        return Vec::new();
    }
    let worst_side = if sign > 0.0 {
        Extreme::Smallest
    } else {
        Extreme::Largest
    };
    let groups = groups_of(&large);
    let row = |statistic, extreme, value: f64| {
        let interval = groups.as_ref().map_err(Clone::clone).and_then(|groups| {
            let range = measure.metric.about().range;
            band_interval(groups, extreme, range, CONFIDENCE)
        });
        Spread {
            key: key.clone(),
            stratum: stratum.to_owned(),
            statistic,
            worst_group: worst.0.group.clone(),
            best_group: best.0.group.clone(),
            estimate: Estimate::new(&Ok(value), &interval),
            groups: large.len() as u64,
            too_small: (measured.len() - large.len()) as u64,
        }
    };
    vec![
        row(SpreadKind::Worst, worst_side, worst.1),
        row(SpreadKind::Gap, Extreme::Gap, (best.1 - worst.1).abs()),
    ]
}

fn groups_of(large: &[(&Measured, f64)]) -> Result<Vec<Group>, Undefined> {
    large
        .iter()
        .map(|(one, _)| {
            Ok(Group {
                name: one.group.clone(),
                of: one.estimated.resampled.clone()?,
                clusters: one.clusters as usize,
            })
        })
        .collect()
}
