//! From a plan and what was predicted to scores, comparisons, agreements, curves and notables.

use titer_core::{Agreement, Comparison, Curve, Notable, Prediction, Score};
use titer_metrics::stats::ClusterDraws;
use titer_spec::Plan;
use titer_spec::plan::{PlannedCell, PlannedDataset, PlannedModel, PlannedSuite};

use crate::agreements::agree;
use crate::answers::{NoAnswers, join};
use crate::cells::{JudgedCell, Outcome, words};
use crate::comparisons::{compare, held};
use crate::curves::curves;
use crate::error::JudgeError;
use crate::ground::{Facts, Ground, draws};
use crate::notables::notables;
use crate::scores::{Setting, score_cell};

/// Everything that is computed from predictions.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Judged {
    /// Scores: by suite, dataset, model, cell, class, metric, in the plan's order.
    pub scores: Vec<Score>,
    /// Comparisons, in the order of the candidates' scores.
    pub comparisons: Vec<Comparison>,
    /// Agreements, in the order of the candidates.
    pub agreements: Vec<Agreement>,
    /// Curves of clean cells.
    pub curves: Vec<Curve>,
    /// Notable examples of clean cells.
    pub notables: Vec<Notable>,
}

/// What was found of a cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Found {
    /// Its predictions.
    Predictions(Vec<Prediction>),
    /// It failed.
    Failed {
        /// Why.
        reason: String,
        /// Examples without a usable prediction.
        examples: u64,
    },
}

/// Where examples and predictions come from.
pub trait Source {
    /// The examples of a dataset, in order.
    ///
    /// # Errors
    /// They cannot be read, or lack the cluster that the dataset declares.
    fn facts(&self, dataset: &PlannedDataset) -> Result<Vec<Facts>, JudgeError>;

    /// What became of a cell.
    ///
    /// # Errors
    /// It cannot be read.
    fn found(&self, cell: &PlannedCell) -> Result<Found, JudgeError>;
}

/// Judges every planned cell. `progress` hears what is done next, how many cells are done, and how
/// many there are.
///
/// # Errors
/// The plan contradicts itself, something cannot be read, or predictions and examples do not fit.
pub fn score_plan(
    plan: &Plan,
    source: &dyn Source,
    progress: &dyn Fn(&str, usize, usize),
) -> Result<Judged, JudgeError> {
    let mut judged = Judged::default();
    let mut done = 0;
    for suite in &plan.suites {
        for dataset in &suite.datasets {
            let of = |cell: &&PlannedCell| cell.suite == suite.name && cell.dataset == dataset.name;
            let cells: Vec<&PlannedCell> = plan.cells.iter().filter(of).collect();
            if cells.is_empty() {
                continue;
            }
            let ground = Ground::new(suite, dataset, source.facts(dataset)?)?;
            let bench = Bench {
                suite,
                seed: plan.seed,
                draws: draws(
                    &dataset.examples,
                    ground.clusters,
                    plan.replicates,
                    plan.seed,
                ),
                ground,
                source,
            };
            for model in &plan.models {
                let of = |cell: &&&PlannedCell| cell.model == model.name;
                let mut group = Vec::new();
                for cell in cells.iter().filter(of) {
                    progress(&words(cell), done, plan.cells.len());
                    group.push(bench.judge_cell(model, cell)?);
                    done += 1;
                }
                bench.collect(model, group, &mut judged);
            }
        }
    }
    progress("scored", done, plan.cells.len());
    Ok(judged)
}

/// One dataset of one suite, laid out.
struct Bench<'a> {
    suite: &'a PlannedSuite,
    seed: u64,
    draws: ClusterDraws,
    ground: Ground,
    source: &'a dyn Source,
}

impl Bench<'_> {
    fn judge_cell<'c>(
        &self,
        model: &PlannedModel,
        cell: &'c PlannedCell,
    ) -> Result<JudgedCell<'c>, JudgeError> {
        let outcome = match self.source.found(cell)? {
            Found::Failed { reason, examples } => Outcome::Failed { reason, examples },
            Found::Predictions(predictions) => match join(&self.ground, model, &predictions) {
                Ok(answers) => Outcome::Answered(answers),
                Err(NoAnswers::Failed { examples, reason }) => Outcome::Failed { reason, examples },
                Err(NoAnswers::Mismatch(reason)) => {
                    return Err(JudgeError::Mismatch {
                        cell: words(cell),
                        reason,
                    });
                }
            },
        };
        let setting = Setting {
            suite: self.suite,
            ground: &self.ground,
            draws: &self.draws,
            seed: self.seed,
        };
        Ok(JudgedCell {
            cell,
            scored: score_cell(setting, cell, &outcome),
            outcome,
        })
    }

    /// All that follows from the cells of one model on this dataset.
    fn collect(&self, model: &PlannedModel, cells: Vec<JudgedCell<'_>>, judged: &mut Judged) {
        for pair in held(&cells, &model.reference) {
            judged.comparisons.extend(compare(pair));
            judged.agreements.extend(agree(pair, &self.ground));
        }
        let clean = |cell: &&JudgedCell<'_>| cell.cell.perturbation.is_none();
        let is_reference = |cell: &&JudgedCell<'_>| cell.cell.variant == model.reference;
        let reference = cells.iter().filter(clean).find(is_reference);
        for cell in cells.iter().filter(clean) {
            let Some(answers) = cell.answers() else {
                continue;
            };
            judged
                .curves
                .extend(curves(self.suite, cell.cell, &self.ground, answers));
            let against = reference.filter(|_| !is_reference(&cell));
            let against = against.and_then(JudgedCell::answers);
            judged
                .notables
                .extend(notables(cell.cell, &self.ground, answers, against));
        }
        let scores = cells.into_iter().flat_map(|cell| cell.scored);
        judged.scores.extend(scores.map(|scored| scored.score));
    }
}
