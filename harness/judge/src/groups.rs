//! Scores broken down by stratum, the worst group, and how far groups lie apart.
//!
//! A group counts where it holds at least [`FEWEST_CLUSTERS`] clusters and [`FEWEST_OF_A_CLASS`] units
//! of either class (of numbers: so many units); the others are shown as too small, never as a number. Worst group and gap are
//! extremes: their intervals come from bands that hold for all groups at once.

use std::collections::BTreeSet;
use std::sync::Arc;

use titer_core::{Against, Case, Estimate, GroupScore, ScoreKey, Spread, SpreadKind, Undefined};
use titer_statistics::bootstrap::FEWEST_CLUSTERS;
use titer_statistics::{ClusterDraws, Extreme, Group, band_interval};

use crate::cells::JudgedCell;
use crate::intervals::Estimated;
use crate::intervals::not_asked;
use crate::measures::Measure;
use crate::sample::CONFIDENCE;
use crate::sampled::Sampled;
use crate::scored::Scored;
use crate::strata::{EVERY_DATASET, LABEL, Strata};
use crate::stratum::{CLASS, SPECIES};
use crate::words::count;

/// With fewer units of a class a group says nothing.
pub const FEWEST_OF_A_CLASS: usize = 10;

/// What a cell's scores come to by the groups of one stratum: one list for each score, in their order, empty
/// where there is nothing to break down.
#[must_use]
pub fn by_group(
    cell: &JudgedCell<'_>,
    stratum: &str,
    strata: &Strata,
    draws: &ClusterDraws,
) -> Vec<Vec<Measured>> {
    let mut measured = Vec::with_capacity(cell.scored.len());
    if strata.groups.len() < 2 {
        measured.resize_with(cell.scored.len(), Vec::new);
        return measured;
    }
    // Scores of one sample share the work of cutting, sorting and drawing.
    let same = |one: &Scored, other: &Scored| match (&one.sample, &other.sample) {
        (Some(one), Some(other)) => Arc::ptr_eq(one, other),
        _ => false,
    };
    for scored in cell.scored.chunk_by(same) {
        let mut of_scores = vec![Vec::new(); scored.len()];
        if let Some(sample) = scored.first().and_then(|one| one.sample.as_ref()) {
            let measures: Vec<Measure> = scored.iter().map(|one| one.measure).collect();
            for (number, group) in (0u64..).zip(&strata.groups) {
                let part = sample.part(|unit| strata.of.get(sample.unit(unit)) == Some(number));
                let all = measure(&measures, group, part, stratum, draws);
                for (list, one) in of_scores.iter_mut().zip(all) {
                    list.push(one);
                }
            }
        }
        measured.extend(of_scores);
    }
    measured
}

/// Of each score the groups of these names, in their order; as they are where there are no names. A group that no example is in is
/// there without a value, which says so.
#[must_use]
pub fn in_order(measured: Vec<Vec<Measured>>, names: &[String]) -> Vec<Vec<Measured>> {
    if names.is_empty() {
        return measured;
    }
    let pick = |groups: &Vec<Measured>| {
        let find = |name: &String| groups.iter().find(|one| one.group == *name).cloned();
        let absent = |name: &String| Measured::absent(name);
        let pick = |name: &String| find(name).unwrap_or_else(|| absent(name));
        names.iter().map(pick).collect()
    };
    measured.iter().map(pick).collect()
}

/// A cell's scores by group as rows, with how far the groups lie apart.
#[must_use]
pub fn rows(
    cell: &JudgedCell<'_>,
    stratum: &str,
    measured: &[Vec<Measured>],
) -> (Vec<GroupScore>, Vec<Spread>) {
    let (mut rows, mut spreads) = (Vec::new(), Vec::new());
    for (scored, groups) in cell.scored.iter().zip(measured) {
        let key = &scored.score.key;
        spreads.extend(spread(key, scored.measure, stratum, groups));
        rows.extend(groups.iter().map(|one| one.row(key, stratum)));
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
                case: Case {
                    dataset: EVERY_DATASET.to_owned(),
                    ..scored.score.key.case.clone()
                },
                ..scored.score.key.clone()
            };
            let measured = whole(scored, species);
            match self.known.iter_mut().find(|(known, ..)| *known == key) {
                Some((.., datasets)) => {
                    let alike = |one: &&Measured| one.group.starts_with(species);
                    let before = datasets.iter().filter(alike).count();
                    let group = if before == 0 {
                        measured.group.clone()
                    } else {
                        format!("{species} ({})", scored.score.key.case.dataset)
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
            rows.extend(datasets.iter().map(|one| one.row(&key, SPECIES)));
        }
        (rows, spreads)
    }
}

/// A score of a whole dataset as that of a group.
fn whole(scored: &Scored, group: &str) -> Measured {
    let score = &scored.score;
    let by_class = score.positives.min(score.positions - score.positives);
    let rarer = scored.sample.as_ref();
    let rarer = rarer.map_or(by_class, |sample| sample.rarer() as u64);
    let clusters = score.clusters as usize;
    Measured {
        group: group.to_owned(),
        units: score.positions,
        positives: score.positives,
        clusters: score.clusters,
        too_small: clusters < FEWEST_CLUSTERS || rarer < FEWEST_OF_A_CLASS as u64,
        sample: None,
        estimated: Estimated {
            value: score.value.clone(),
            interval: score.interval.clone(),
            resampled: scored.resampled.clone(),
            calibration: scored.calibration.clone(),
        },
    }
}

/// A metric on one group.
#[derive(Clone, Debug)]
pub struct Measured {
    /// The group.
    pub group: String,
    /// Units scored.
    pub units: u64,
    /// Positive ones.
    pub positives: u64,
    /// Independent clusters.
    pub clusters: u64,
    /// Whether the group is too small to say anything.
    pub too_small: bool,
    /// The units; `None` for a group that is a dataset as a whole, or too small.
    pub sample: Option<Arc<Sampled>>,
    /// What the metric comes to.
    pub estimated: Estimated,
}

impl Measured {
    /// A group that no example is in.
    fn absent(group: &str) -> Self {
        let reason = Undefined::because("no example is in this group");
        Self {
            group: group.to_owned(),
            units: 0,
            positives: 0,
            clusters: 0,
            too_small: true,
            sample: None,
            estimated: Estimated::undefined(&reason),
        }
    }

    fn row(&self, key: &ScoreKey, stratum: &str) -> GroupScore {
        GroupScore {
            key: key.clone(),
            stratum: stratum.to_owned(),
            group: self.group.clone(),
            estimate: Estimate::new(&self.estimated.value, &self.estimated.interval),
            units: self.units,
            positives: self.positives,
            clusters: self.clusters,
            too_small: self.too_small,
        }
    }
}

/// Metrics on the units of one group.
fn measure(
    measures: &[Measure],
    group: &str,
    part: Sampled,
    stratum: &str,
    draws: &ClusterDraws,
) -> Vec<Measured> {
    let clusters: BTreeSet<u32> = part.cluster_of().iter().copied().collect();
    let rarer = part.rarer();
    let of_one_class = stratum == CLASS && part.units() >= FEWEST_OF_A_CLASS;
    let too_small =
        clusters.len() < FEWEST_CLUSTERS || (rarer < FEWEST_OF_A_CLASS && !of_one_class);
    let blank = Measured {
        group: group.to_owned(),
        units: part.units() as u64,
        positives: part.positives() as u64,
        clusters: clusters.len() as u64,
        too_small,
        sample: None,
        estimated: Estimated::undefined(&Undefined::because(format!(
            "too small to say: {}, {}",
            count(clusters.len() as u64, "cluster"),
            match part {
                Sampled::Values(_) | Sampled::Truth(_) => count(part.units() as u64, "example"),
                Sampled::Classes(_) => format!("{rarer} of the rarest class"),
                Sampled::Binary(_) | Sampled::Labels(_) => format!("{rarer} of the rarer class"),
            },
        ))),
    };
    if too_small {
        return vec![blank; measures.len()];
    }
    let mut estimated = part.estimates(measures, draws, clusters.len()).into_iter();
    let part = Arc::new(part);
    let one = |measure: &Measure| {
        let estimated = estimated.next().unwrap_or_else(not_asked);
        Measured {
            sample: Some(Arc::clone(&part)),
            estimated: match of_other_labels(&part, *measure) {
                Some(reason) => Estimated::undefined(&reason),
                None => estimated,
            },
            ..blank.clone()
        }
    };
    measures.iter().map(one).collect()
}

/// Why a mean over labels of which one has no value in a group is none there: it would be held against means over others.
fn of_other_labels(part: &Sampled, measure: Measure) -> Option<Undefined> {
    let Sampled::Labels(sample) = part else {
        return None;
    };
    let (over, all) = (sample.averaged(measure)?, sample.thresholds.len() as u64);
    (over < all).then(|| {
        Undefined::because(format!(
            "{} of {all} labels have no value here: a mean over the others would be of other labels",
            all - over
        ))
    })
}

/// The labels of a clean cell as groups of each metric that is of each of them: the worst one, and how far they lie apart.
#[must_use]
pub fn by_label(cell: &JudgedCell<'_>) -> Vec<Spread> {
    let mut known: Vec<(ScoreKey, Measure, Vec<Measured>)> = Vec::new();
    for scored in &cell.scored {
        let Some(label) = &scored.score.key.class else {
            continue;
        };
        let key = ScoreKey {
            class: None,
            ..scored.score.key.clone()
        };
        let measured = whole(scored, label);
        match known.iter_mut().find(|(other, ..)| *other == key) {
            Some((.., labels)) => labels.push(measured),
            None => known.push((key, scored.measure, vec![measured])),
        }
    }
    known
        .iter()
        .flat_map(|(key, measure, labels)| spread(key, *measure, LABEL, labels))
        .collect()
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
    let sign = measure.direction().sign();
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
            against: Against::default(),
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
