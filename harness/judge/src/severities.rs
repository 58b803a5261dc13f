//! Scores over all severities of a kind of perturbation: area, what is lost, consistency, corruption error.
//!
//! The steps share their examples, so that everything is a weighted sum, or a ratio of two, of scores that were resampled with the
//! same draws.

use titer_core::severity::MEAN;
use titer_core::{Case, Condition, Estimate, FurtherLoss, Sees, SeverityCurve, Undefined};
use titer_spec::plan::PlannedSuite;
use titer_statistics::{ClusterSum, Resampled, mean_bounds, student_interval};

use crate::cells::JudgedCell;
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
        let mut errors: Vec<Errors> = Vec::new();
        for (kind, levels) in &kinds {
            let Some(steps) = steps(given.cells, clean, levels) else {
                continue;
            };
            let base = base(given, clean).and_then(|base| steps_of_base(given, base, levels));
            let consistency = consistency(&steps);
            for number in 0..clean.scored.len() {
                let curve = Curve {
                    kind,
                    levels,
                    own: scores(&steps, number),
                    base: base
                        .as_ref()
                        .map(|(name, steps)| (name.as_str(), scores(steps, number))),
                };
                let mut row = curve.row();
                (
                    row.consistency,
                    row.consistency_lower,
                    row.consistency_upper,
                ) = consistency;
                if row.key.metric == ACCURACY && row.key.class.is_none() {
                    let found = errors::errors(given, &curve, levels);
                    let found = found.map(|found| {
                        found.fill(&mut row);
                        errors.push(found);
                    });
                    if let Err(reason) = found {
                        row.corruption_error_undefined = Some(reason.0);
                    }
                }
                rows.push(row);
            }
        }
        rows.extend(mean_row(clean, &errors, kinds.len()));
    }
    rows
}

/// The mean of corruption errors over so many kinds; `None` of fewer than two. A mean over some of them would flatter.
fn mean_row(clean: &JudgedCell<'_>, errors: &[Errors], kinds: usize) -> Option<SeverityCurve> {
    let accuracy =
        |one: &&Scored| one.score.key.metric == ACCURACY && one.score.key.class.is_none();
    let scored = clean.scored.iter().find(accuracy).filter(|_| kinds > 1)?;
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
fn steps<'a, 'b>(
    cells: &'a [JudgedCell<'b>],
    clean: &'a JudgedCell<'b>,
    levels: &[&Condition],
) -> Option<Vec<&'a JudgedCell<'b>>> {
    let at = |condition: &&Condition| {
        let case = Case {
            perturbation: Some(condition.name.clone()),
            ..clean.cell.case.clone()
        };
        cells.iter().find(|cell| cell.cell.case == case)
    };
    let perturbed: Option<Vec<_>> = levels.iter().map(at).collect();
    Some(std::iter::once(clean).chain(perturbed?).collect())
}

/// The reference's clean cell; `None` of the reference itself.
fn base<'a, 'b>(given: Given<'a, 'b>, clean: &JudgedCell<'b>) -> Option<&'a JudgedCell<'b>> {
    let mut bases = given.bases.iter();
    let base = bases
        .find(|base| base.cell.case.is_clean() && base.cell.case.variant == given.reference)?;
    (base.cell.case != clean.cell.case).then_some(base)
}

fn steps_of_base<'a, 'b>(
    given: Given<'a, 'b>,
    base: &'a JudgedCell<'b>,
    levels: &[&Condition],
) -> Option<(String, Vec<&'a JudgedCell<'b>>)> {
    let name = match given.cells.first()?.cell.case.model == base.cell.case.model {
        true => base.cell.case.variant.clone(),
        false => format!("{} {}", base.cell.case.model, base.cell.case.variant),
    };
    Some((name, steps(given.bases, base, levels)?))
}

fn scores<'a>(steps: &[&'a JudgedCell<'_>], number: usize) -> Vec<&'a Scored> {
    steps
        .iter()
        .filter_map(|step| step.scored.get(number))
        .collect()
}

/// A score at each level, of a variant and of what it is held against.
struct Curve<'a> {
    kind: &'a str,
    levels: &'a [&'a Condition],
    own: Vec<&'a Scored>,
    base: Option<(&'a str, Vec<&'a Scored>)>,
}

impl Curve<'_> {
    /// What each level counts for in the area over so many levels beside clean.
    fn weights(levels: usize) -> Vec<f64> {
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
        let sign = clean.measure.direction().sign();
        let area = Self::weights(self.levels.len());
        // What is lost: clean minus area, turned where less is better.
        let lost: Vec<f64> = (0..)
            .zip(&area)
            .map(|(level, weight)| sign * (f64::from(u8::from(level == 0)) - weight))
            .collect();
        let mut row = blank(clean, self.kind, self.levels.len() as u64);
        row.mildest = self.levels.first().and_then(|one| one.severity);
        row.strongest = self.levels.last().and_then(|one| one.severity);
        row.clean = clean.score.value.as_ref().ok().copied();
        row.area = sum(&self.terms(&self.own, &area, false));
        row.relative_area = row
            .area
            .value
            .zip(row.clean.filter(|clean| *clean != 0.0))
            .map(|(area, clean)| area / clean);
        let loss = sum(&self.terms(&self.own, &lost, true));
        (row.loss, row.loss_lower, row.loss_upper) = (loss.value, loss.lower, loss.upper);
        if let Some((name, base)) = &self.base {
            let turned: Vec<f64> = lost.iter().map(|weight| -weight).collect();
            let mut terms = self.terms(&self.own, &lost, true);
            terms.extend(self.terms(base, &turned, true));
            row.held = FurtherLoss::than((*name).to_owned(), sum(&terms));
        }
        row
    }

    /// Scores of a curve with their weights; `is_loss` where the weights add up to nothing.
    fn terms<'b>(&'b self, of: &[&'b Scored], weights: &[f64], is_loss: bool) -> Vec<Term<'b>> {
        let clean = of.first().and_then(|one| one.score.value.as_ref().ok());
        let less = clean.copied().filter(|_| is_loss).unwrap_or(0.0);
        let levels = of.iter().zip(weights).enumerate();
        levels
            .map(|(level, (scored, weight))| Term {
                weight: *weight,
                less,
                at: match level {
                    0 => "clean",
                    level => self.levels.get(level - 1).map_or("", |one| &one.name),
                },
                scored,
            })
            .collect()
    }
}

/// A score with what it counts for.
struct Term<'a> {
    weight: f64,
    /// Taken off the score first, where weights add up to nothing: what does not change is then lost to the bit by 0.
    less: f64,
    at: &'a str,
    scored: &'a Scored,
}

/// The weighted sum with its interval from the draws that all terms share.
fn sum(terms: &[Term<'_>]) -> Estimate {
    let named = |term: &Term<'_>, reason: &Undefined| {
        Undefined::because(format!("at {}: {reason}", term.at))
    };
    let mut value = Ok(0.0);
    for term in terms {
        value = value.and_then(|sum| match &term.scored.score.value {
            Ok(one) => Ok(sum + term.weight * (one - term.less)),
            Err(reason) => Err(named(term, reason)),
        });
    }
    let interval = value.as_ref().map_err(Clone::clone).and_then(|_| {
        let resampled: Result<Vec<(f64, &Resampled)>, Undefined> = terms
            .iter()
            .map(|term| match &term.scored.resampled {
                Ok(of) => Ok((term.weight, of)),
                Err(reason) => Err(named(term, reason)),
            })
            .collect();
        let sum = settled(&Resampled::weighted_sum(&resampled?)?, terms);
        student_interval(&sum, CONFIDENCE)
    });
    Estimate::new(&value, &interval)
}

/// What rounding left of sums that are of nothing is nothing: it is no spread that an interval could be made of.
fn settled(of: &Resampled, terms: &[Term<'_>]) -> Resampled {
    const ROUNDING: f64 = 1e-12;
    let is_difference = terms.iter().any(|term| term.less != 0.0);
    let settle = |value: f64| match is_difference && value.abs() < ROUNDING {
        true => 0.0,
        false => value,
    };
    Resampled {
        point: settle(of.point),
        replicates: of.replicates.iter().map(|one| one.map(settle)).collect(),
        jackknife: of.jackknife.iter().map(|one| settle(*one)).collect(),
        clusters: of.clusters,
    }
}

/// The share of calls that stay, over all severities, with the ends of its interval.
fn consistency(steps: &[&JudgedCell<'_>]) -> (Option<f64>, Option<f64>, Option<f64>) {
    let of = |step: &JudgedCell<'_>| {
        let called = step
            .scored
            .iter()
            .find(|one| one.measure.sees() == Sees::Call)?;
        called.sample.clone()
    };
    let Some((clean, perturbed)) = steps.split_first() else {
        return (None, None, None);
    };
    let (Some(clean), Some(perturbed)) = (
        of(clean),
        perturbed
            .iter()
            .map(|step| of(step))
            .collect::<Option<Vec<_>>>(),
    ) else {
        return (None, None, None);
    };
    let clusters = clean.cluster_of();
    let number = clusters.iter().max().map_or(0, |last| *last as usize + 1);
    let mut sums = vec![ClusterSum::default(); number];
    let (mut stay, mut all) = (0_u64, 0_u64);
    for step in &perturbed {
        for (cluster, (differs, asked)) in clusters.iter().zip(clean.differs(step, Sees::Call)) {
            if !asked {
                continue;
            }
            let sum = &mut sums[*cluster as usize];
            sum.units += 1;
            sum.sum += f64::from(u8::from(!differs));
            stay += u64::from(!differs);
            all += 1;
        }
    }
    if all == 0 {
        return (None, None, None);
    }
    let ends = mean_bounds(&sums, TAIL).ok();
    (
        Some(stay as f64 / all as f64),
        ends.map(|ends| ends.0),
        ends.map(|ends| ends.1),
    )
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
