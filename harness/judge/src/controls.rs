//! Scores held against controls, paired on the same examples.
//!
//! A control that does as well as a model shows that the score needs no biology. The difference is the
//! model's value minus the control's, with the interval that a comparison of variants has.

use std::collections::BTreeMap;

use titer_core::{Comparison, Contrast, ControlScore, Direction, Estimate, RowDigest, Standing};
use titer_spec::plan::{CONTROL, PlannedCell, PlannedModel, PlannedSuite};
use titer_spec::{OutputKind, Question, model::Training};

use crate::cells::JudgedCell;
use crate::comparisons::{Held, How, compare};
use crate::scored::Scored;

/// A control's cell, judged.
pub struct JudgedControl<'a> {
    /// The control's name.
    pub name: &'a str,
    /// Its cell.
    pub cell: JudgedCell<'a>,
    /// Whether it is every variant's of its model: random weights are.
    pub of_model: bool,
}

impl JudgedControl<'_> {
    /// Whether it is fitted, and the same for every model.
    #[must_use]
    pub fn is_fitted(&self) -> bool {
        self.cell.cell.case.model == CONTROL
    }

    /// Whether a cell is held against it: a fitted control is everybody's, the model itself under other
    /// circumstances is its own.
    #[must_use]
    pub fn is_for(&self, cell: &PlannedCell) -> bool {
        let own = self.cell.cell;
        self.is_fitted()
            || (own.case.model == cell.case.model
                && (self.of_model || own.case.variant == cell.case.variant))
    }
}

/// What a control answers, described as a model's answers are; called at one half.
#[must_use]
pub fn as_model(suite: &PlannedSuite) -> PlannedModel {
    let classes = suite.classes().or(suite.labels());
    PlannedModel {
        name: CONTROL.to_owned(),
        summary: String::new(),
        activation_is_right: false,
        threshold: 0.5,
        thresholds: BTreeMap::new(),
        training: Training::default(),
        licence: BTreeMap::new(),
        sources: Vec::new(),
        changes: None,
        output: match suite.question {
            Question::Classes(_) => OutputKind::Classes,
            Question::Labels(_) => OutputKind::Labels,
            Question::Values(_) => OutputKind::Value,
            Question::Binary(_) | Question::Positions(_) => OutputKind::Binary,
        },
        meaning: titer_spec::model::Meaning::Probability,
        output_classes: classes.map(<[String]>::to_vec).unwrap_or_default(),
        reference: String::new(),
        against: None,
        matrix: None,
        batch_size: 1,
        variants: Vec::new(),
        digest: RowDigest::new(CONTROL).finish(),
        descriptor: String::new(),
        earlier: None,
    }
}

/// Each score of a clean cell beside a control's.
#[must_use]
pub fn against(
    candidate: &JudgedCell<'_>,
    control: &JudgedControl<'_>,
    how: How<'_>,
) -> Vec<ControlScore> {
    let held = Held {
        candidate,
        base: &control.cell,
        contrast: Contrast::Control,
    };
    compare(held, how)
        .into_iter()
        .zip(&control.cell.scored)
        .map(|(comparison, scored)| row(comparison, control.name, scored))
        .collect()
}

fn row(comparison: Comparison, name: &str, control: &Scored) -> ControlScore {
    let standing = standing(&comparison, control.measure.direction());
    let interval = control.score.interval.as_ref().ok();
    ControlScore {
        key: comparison.key,
        control: name.to_owned(),
        control_value: control.score.value.as_ref().ok().copied(),
        control_lower: interval.map(|interval| interval.lower),
        control_upper: interval.map(|interval| interval.upper),
        difference: Estimate::new(&comparison.difference, &comparison.interval),
        standing,
    }
}

fn standing(comparison: &Comparison, direction: Direction) -> Standing {
    if comparison.difference.is_err() {
        return Standing::Untold;
    }
    let Ok(interval) = &comparison.interval else {
        return Standing::NotBetter;
    };
    let (worst, best) = match direction {
        Direction::HigherIsBetter => (interval.lower, interval.upper),
        Direction::LowerIsBetter => (-interval.upper, -interval.lower),
    };
    if worst > 0.0 {
        Standing::Better
    } else if best < 0.0 {
        Standing::Worse
    } else {
        Standing::NotBetter
    }
}

#[cfg(test)]
mod tests;
