//! Slopes beside those of controls: what the data take from a model that knows no biology, they take from any.

use std::collections::BTreeSet;

use titer_core::{ControlScore, Interval, LadderSlope, ScoreKey, Undefined};
use titer_spec::plan::CONTROL;

use super::slope::{Along, Known};
use super::{OfLadder, on};
use crate::sample::CONFIDENCE;

/// A slope beside that of the control that scores best at home; as it is where none has a value at each step.
pub(super) fn beside(
    row: LadderSlope,
    of: &OfLadder<'_>,
    along: &Along<'_>,
    keys: &[ScoreKey],
) -> LadderSlope {
    let Some(home) = keys.first() else { return row };
    let names = of.by_key.control_names.iter().copied();
    let names: Vec<&str> = names
        .filter(|name| of.by_key.controls.contains_key(&(*name, home)))
        .collect();
    let at_each = |name: &&str| -> Option<(String, Vec<&ControlScore>)> {
        let at = |key| of.by_key.controls.get(&(*name, key)).copied();
        let rows: Option<Vec<&ControlScore>> = keys.iter().map(at).collect();
        let rows = rows.filter(|rows| rows.iter().all(|one| one.control_value.is_some()))?;
        Some((name.to_string(), rows))
    };
    let value = |rows: &[&ControlScore]| {
        let value = rows.first().and_then(|one| one.control_value);
        along.sign * value.unwrap_or(f64::NEG_INFINITY)
    };
    let known = names.iter().filter_map(at_each);
    let best = known.max_by(|a, b| value(&a.1).total_cmp(&value(&b.1)));
    let Some((name, rows)) = best else { return row };
    let own = along.slope(rows.iter().map(|one| own(of, one)));
    let beyond = along.slope(
        rows.iter()
            .map(|one| Known::owned(one.difference.value(), one.difference.interval())),
    );
    match own.value {
        Some(slope) => row.beside(name, slope, &beyond),
        None => row,
    }
}

/// A control's own value; its interval is made as the model's of the same metric.
fn own(of: &OfLadder<'_>, row: &ControlScore) -> Known<'static> {
    let method = of.by_key.scores.get(&row.key);
    let method = method.and_then(|score| score.interval.as_ref().ok());
    let ends = (row.control_lower, row.control_upper);
    let interval = match (ends, method) {
        ((Some(lower), Some(upper)), Some(like)) => Ok(Interval {
            lower,
            upper,
            confidence: CONFIDENCE,
            method: like.method,
        }),
        _ => Err(Undefined::because("the control's score has no interval")),
    };
    let value = row.control_value;
    let value = value.ok_or_else(|| Undefined::because("the control's score is undefined"));
    Known::owned(value, interval)
}

impl OfLadder<'_> {
    /// The slopes of fitted controls themselves, which are the same beside every model.
    pub(super) fn controls(&self) -> Vec<LadderSlope> {
        let Some(home) = self.ladder.steps().first() else {
            return Vec::new();
        };
        let mut seen = BTreeSet::new();
        let mut rows = Vec::new();
        for one in self.given.controls {
            let key = &one.key;
            let is_here = key.case.suite == self.given.suite.name && key.case.is_clean();
            let is_fitted = self.given.fitted.contains(&one.control.as_str());
            if !is_here || !is_fitted || key.case.dataset != home.dataset {
                continue;
            }
            let at = |step: &titer_spec::plan::PlannedStep| {
                let key = on(key, &step.dataset);
                self.by_key
                    .controls
                    .get(&(one.control.as_str(), &key))
                    .copied()
            };
            let all: Option<Vec<&ControlScore>> = self.ladder.steps().iter().map(at).collect();
            let Some(all) = all else { continue };
            if !seen.insert((&one.control, &key.metric, &key.class)) {
                continue;
            }
            let values = all.iter().map(|one| (own(self, one), None));
            rows.extend(
                self.rows_of(key, values)
                    .into_iter()
                    .map(|row| LadderSlope {
                        model: CONTROL.to_owned(),
                        variant: one.control.clone(),
                        ..row
                    }),
            );
        }
        rows
    }
}
