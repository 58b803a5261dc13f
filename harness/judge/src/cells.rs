//! A cell as judging sees it: what was planned, what came of it, its scores.

use titer_core::{ScoreKey, Undefined};
use titer_spec::model::Meaning;
use titer_spec::plan::PlannedCell;

use crate::answers::Answers;
use crate::scored::Scored;

/// What became of a cell.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// It answers for every unit.
    Answered(Answers),
    /// It does not.
    Failed {
        /// Why.
        reason: String,
        /// Examples without a usable prediction.
        examples: u64,
    },
}

impl Outcome {
    /// Whether it answers with a ranking.
    #[must_use]
    pub fn ranks(&self) -> bool {
        matches!(self, Self::Answered(answers) if answers.meaning == Meaning::Ranking)
    }
}

/// A cell with what became of it and its scores.
#[derive(Clone, Debug)]
pub struct JudgedCell<'a> {
    /// What was planned.
    pub cell: &'a PlannedCell,
    /// What became of it.
    pub outcome: Outcome,
    /// Its scores, class by class, metric by metric.
    pub scored: Vec<Scored>,
}

impl JudgedCell<'_> {
    /// Its answers, if it has them.
    #[must_use]
    pub fn answers(&self) -> Option<&Answers> {
        match &self.outcome {
            Outcome::Answered(answers) => Some(answers),
            Outcome::Failed { .. } => None,
        }
    }

    /// Its answers, if they are probabilities: what looks at a probability's size or at what is called
    /// has nothing to look at in a ranking.
    #[must_use]
    pub fn probabilities(&self) -> Option<&Answers> {
        self.answers()
            .filter(|answers| answers.meaning == Meaning::Probability)
    }
}

/// Why a number of a failed cell is undefined.
#[must_use]
pub fn failed(reason: &str) -> Undefined {
    Undefined::because(format!("cell failed: {reason}"))
}

/// The key of a score of a cell.
#[must_use]
pub fn score_key(cell: &PlannedCell, metric: &str, class: Option<String>) -> ScoreKey {
    ScoreKey {
        case: cell.case.clone(),
        metric: metric.to_owned(),
        class,
    }
}

/// A cell in words.
#[must_use]
pub fn words(cell: &PlannedCell) -> String {
    let perturbation = cell.case.perturbation.as_deref().unwrap_or("clean");
    format!(
        "{} {} on {} ({}), {perturbation}",
        cell.case.model, cell.case.variant, cell.case.dataset, cell.case.split
    )
}
