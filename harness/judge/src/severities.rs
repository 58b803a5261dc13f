//! Scores over all severities of a kind of perturbation: area, what is lost, consistency, corruption error.
//!
//! The steps share their examples, so that everything is a weighted sum, or a ratio of two, of scores that were resampled with the
//! same draws.

use titer_core::severity::MEAN;
use titer_core::{Case, Condition, Contrast, Estimate, FurtherLoss, SeverityCurve, Undefined};
use titer_spec::plan::PlannedSuite;
use titer_statistics::{ClusterSum, Resampled, mean_bounds, score_interval, student_interval};

use crate::cells::JudgedCell;
use crate::comparisons::Held;
use crate::ground::Ground;
use crate::responses::calls_that_stay;
use crate::sample::CONFIDENCE;
use crate::scored::Scored;

mod errors;

use errors::Errors;

/// What each end of an interval leaves beyond it.
const TAIL: f64 = 0.5 * (1.0 - CONFIDENCE);
/// The metric whose complement is an error.
const ACCURACY: &str = "accuracy";

/// Who is looked at, beside whom.
#[derive(Clone, Copy)]
pub struct Given<'a, 'b> {
    /// The suite.
    pub suite: &'a PlannedSuite,
    /// What is true on the dataset.
    pub ground: &'a Ground,
    /// A model's cells on a dataset.
    pub cells: &'a [JudgedCell<'b>],
    /// Those of the model that they are held against.
    pub bases: &'a [JudgedCell<'b>],
    /// The variant of it.
    pub reference: &'a str,
    /// Cells of controls under the same conditions; the best one on clean data is the anchor of corruption errors.
    pub controls: &'a [&'a JudgedCell<'b>],
}

/// A row for each variant, kind with several severities and score, then mean corruption errors.
#[must_use]
pub fn severities(given: Given<'_, '_>) -> Vec<SeverityCurve> {
    let kinds = given.suite.severities();
    let mut rows = Vec::new();
    for clean in given.cells.iter().filter(|cell| cell.cell.case.is_clean()) {
        let base = reference(given).filter(|base| base.cell.case != clean.cell.case);
        let mut errors: Vec<Errors> = Vec::new();
        for (kind, levels) in &kinds {
            let Some(steps) = steps(&given.cells, clean, levels) else {
                continue;
            };
            let base = base.and_then(|base| Some((base, self::steps(&given.bases, base, levels)?)));
            let (consistency, ends) = consistency(given.ground, &steps).unzip();
            let (lower, upper) = ends.flatten().unzip();
            for number in 0..clean.scored.len() {
                let curve = Curve {
                    kind,
                    levels,
                    own: scores(&steps, number),
                };
                let mut row = curve.row();
                if let Some((base, steps)) = &base {
                    let name = base_name(clean, base);
                    row.held = FurtherLoss::than(name, curve.beyond(&scores(steps, number)));
                }
                row.consistency = consistency;
                (row.consistency_lower, row.consistency_upper) = (lower, upper);
                if is_accuracy(&clean.scored[number]) {
                    match errors::errors(given, clean, &curve) {
                        Ok(found) => {
                            found.fill(&mut row);
                            errors.push(found);
                        }
                        Err(reason) => row.corruption_error_undefined = Some(reason.0),
                    }
                }
                rows.push(row);
            }
        }
        rows.extend(mean_row(clean, &errors, kinds.len()));
    }
    rows
}

/// Whether a score is the one whose complement is an error.
fn is_accuracy(scored: &Scored) -> bool {
    scored.score.key.metric == ACCURACY && scored.score.key.class.is_none()
}

/// The mean of corruption errors over so many kinds; `None` of fewer than two. A mean over some of them would flatter.
fn mean_row(clean: &JudgedCell<'_>, errors: &[Errors], kinds: usize) -> Option<SeverityCurve> {
    let mut scored = clean.scored.iter().filter(|_| kinds > 1);
    let scored = scored.find(|one| is_accuracy(one))?;
    let mut row = blank(scored, MEAN, kinds as u64);
    match Errors::mean(errors) {
        Some(mean) if errors.len() == kinds => mean.fill(&mut row),
        Some(_) | None => {
            let reason = match errors.len() == kinds {
                true => "kinds are divided by the errors of different anchors".to_owned(),
                false => format!("{} of {kinds} kinds have a corruption error", errors.len()),
            };
            row.corruption_error_undefined = Some(reason);
        }
    }
    Some(row)
}

/// A variant's clean cell and those of a kind, from the mildest; `None` where one is missing.
fn steps<'a, 'b: 'a>(
    cells: &(impl IntoIterator<Item = &'a JudgedCell<'b>> + Clone),
    clean: &'a JudgedCell<'b>,
    levels: &[&Condition],
) -> Option<Vec<&'a JudgedCell<'b>>> {
    let at = |condition: &&Condition| {
        let case = Case {
            perturbation: Some(condition.name.clone()),
            ..clean.cell.case.clone()
        };
        let mut cells = cells.clone().into_iter();
        cells.find(|cell| cell.cell.case == case)
    };
    let perturbed: Option<Vec<_>> = levels.iter().map(at).collect();
    Some(std::iter::once(clean).chain(perturbed?).collect())
}

/// The reference's clean cell.
fn reference<'a, 'b>(given: Given<'a, 'b>) -> Option<&'a JudgedCell<'b>> {
    let mut bases = given.bases.iter();
    bases.find(|base| base.cell.case.is_clean() && base.cell.case.variant == given.reference)
}

fn base_name(candidate: &JudgedCell<'_>, base: &JudgedCell<'_>) -> String {
    let held = Held {
        candidate,
        base,
        contrast: Contrast::Reference,
    };
    held.base_name()
}

fn scores<'a>(steps: &[&'a JudgedCell<'_>], number: usize) -> Vec<&'a Scored> {
    steps
        .iter()
        .filter_map(|step| step.scored.get(number))
        .collect()
}

/// A score at each level.
struct Curve<'a> {
    kind: &'a str,
    levels: &'a [&'a Condition],
    own: Vec<&'a Scored>,
}

/// A value in every draw, each there or the reason why not.
type Drawn = (Result<f64, Undefined>, Result<Resampled, Undefined>);

impl Curve<'_> {
    /// What each level counts for in the area over so many levels beside clean.
    fn weights(&self) -> Vec<f64> {
        let levels = self.levels.len();
        let each = 1.0 / levels as f64;
        let weight = |level: usize| {
            if level == 0 || level == levels {
                0.5 * each
            } else {
                each
            }
        };
        (0..=levels).map(weight).collect()
    }

    fn row(&self) -> SeverityCurve {
        let clean = self.own[0];
        let (value, resampled) = sum(&self.weights(), self.drawn(&self.own));
        let about = clean.measure.about();
        let interval = resampled
            .and_then(|of| score_interval(&of, &about, clean.score.clusters as usize, CONFIDENCE));
        let loss = self.beyond(&[]);
        let clean_value = clean.score.value.as_ref().ok().copied();
        SeverityCurve {
            mildest: self.levels.first().and_then(|one| one.severity),
            strongest: self.levels.last().and_then(|one| one.severity),
            clean: clean_value,
            relative_area: (value.as_ref().ok().copied())
                .zip(clean_value.filter(|clean| *clean != 0.0))
                .map(|(area, clean)| area / clean),
            area: Estimate::new(&value, &interval),
            loss: loss.value,
            loss_lower: loss.lower,
            loss_upper: loss.upper,
            ..blank(clean, self.kind, self.levels.len() as u64)
        }
    }

    /// What is lost, beyond what the scores of a base lose at the same levels; of no scores what is lost. Level by level, so
    /// that what does not change, or changes in both alike, is 0 to the bit.
    fn beyond(&self, base: &[&Scored]) -> Estimate {
        let sign = self.own[0].measure.direction().sign();
        let losses = |of: &[&Scored]| -> Vec<Drawn> {
            let mut levels = self.drawn(of).into_iter();
            let Some(clean) = levels.next() else {
                return Vec::new();
            };
            levels.map(|level| minus(&clean, &level)).collect()
        };
        let (own, base) = (losses(&self.own), losses(base));
        let beyond = match base.is_empty() {
            true => own,
            false => own
                .iter()
                .zip(&base)
                .map(|(own, base)| minus(own, base))
                .collect(),
        };
        let weights = self.weights().into_iter().skip(1);
        let weights: Vec<f64> = weights.map(|weight| sign * weight).collect();
        let (value, resampled) = sum(&weights, beyond);
        let interval = resampled.and_then(|of| student_interval(&of, CONFIDENCE));
        Estimate::new(&value, &interval)
    }

    /// Scores with their draws; what is undefined says at which level.
    fn drawn(&self, of: &[&Scored]) -> Vec<Drawn> {
        let at = |level: usize| match level {
            0 => "clean",
            level => self.levels.get(level - 1).map_or("", |one| &one.name),
        };
        let one = |(level, scored): (usize, &&Scored)| {
            let named =
                |reason: &Undefined| Undefined::because(format!("at {}: {reason}", at(level)));
            (
                scored.score.value.as_ref().copied().map_err(named),
                scored.resampled.as_ref().cloned().map_err(named),
            )
        };
        of.iter().enumerate().map(one).collect()
    }
}

/// One value minus another, in every draw.
fn minus(one: &Drawn, other: &Drawn) -> Drawn {
    let value = match (&one.0, &other.0) {
        (Ok(one), Ok(other)) => Ok(one - other),
        (Err(reason), _) | (_, Err(reason)) => Err(reason.clone()),
    };
    let resampled = match (&one.1, &other.1) {
        (Ok(one), Ok(other)) => one.minus(other),
        (Err(reason), _) | (_, Err(reason)) => Err(reason.clone()),
    };
    (value, resampled)
}

/// A weighted sum, in every draw. Without a value there are no draws.
fn sum(weights: &[f64], all: Vec<Drawn>) -> Drawn {
    let (values, resampled): (Vec<_>, Vec<_>) = all.into_iter().unzip();
    let values: Result<Vec<f64>, Undefined> = values.into_iter().collect();
    let value = values.map(|values| {
        values
            .iter()
            .zip(weights)
            .map(|(one, weight)| weight * one)
            .sum()
    });
    let drawn = value.as_ref().map_err(Clone::clone).and_then(|_: &f64| {
        let resampled: Vec<Resampled> = resampled.into_iter().collect::<Result<_, _>>()?;
        let terms: Vec<(f64, &Resampled)> = weights.iter().copied().zip(&resampled).collect();
        Resampled::weighted_sum(&terms)
    });
    (value, drawn)
}

/// The share of calls that stay, over all severities, with the ends of its interval; `None` where nothing is called.
fn consistency(ground: &Ground, steps: &[&JudgedCell<'_>]) -> Option<(f64, Option<(f64, f64)>)> {
    let (clean, perturbed) = steps.split_first()?;
    let mut all: Vec<ClusterSum> = Vec::new();
    for step in perturbed {
        let stay = calls_that_stay(step, clean, ground)?;
        all.resize(all.len().max(stay.len()), ClusterSum::default());
        for (sum, more) in all.iter_mut().zip(stay) {
            sum.sum += more.sum;
            sum.units += more.units;
        }
    }
    let units: u64 = all.iter().map(|one| one.units).sum();
    let stay: f64 = all.iter().map(|one| one.sum).sum();
    (units > 0).then(|| (stay / units as f64, mean_bounds(&all, TAIL).ok()))
}

fn blank(clean: &Scored, kind: &str, levels: u64) -> SeverityCurve {
    SeverityCurve {
        key: clean.score.key.clone(),
        kind: kind.to_owned(),
        levels,
        mildest: None,
        strongest: None,
        clean: None,
        area: Estimate::undefined(&Undefined::because("a mean over kinds of perturbation")),
        relative_area: None,
        loss: None,
        loss_lower: None,
        loss_upper: None,
        held: FurtherLoss::default(),
        consistency: None,
        consistency_lower: None,
        consistency_upper: None,
        corruption_error: None,
        corruption_error_lower: None,
        corruption_error_upper: None,
        relative_corruption_error: None,
        anchor: None,
        corruption_error_undefined: None,
        clusters: clean.score.clusters,
    }
}
