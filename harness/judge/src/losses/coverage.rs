//! Which of the scored metrics no gate covers.

use std::collections::BTreeMap;

use titer_spec::Plan;

use super::gated;
use crate::cells::score_key;
use crate::measures::measures;

/// How much of a metric of a suite gates are about, over the clean and perturbed cells of what is compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coverage {
    /// The suite.
    pub suite: String,
    /// The metric.
    pub metric: &'static str,
    /// Scores that some gate is about.
    pub gated: usize,
    /// All of its scores that are held against a reference.
    pub scores: usize,
}

/// The metrics of which some scores have no gate, in the order of the suites' metrics.
#[must_use]
pub fn ungated(plan: &Plan) -> Vec<Coverage> {
    let gated = gated(plan);
    let mut all: Vec<Coverage> = Vec::new();
    let mut places: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for cell in &plan.cells {
        let suite = plan
            .suites
            .iter()
            .find(|suite| suite.name == cell.case.suite);
        let model = plan
            .models
            .iter()
            .find(|model| model.name == cell.case.model);
        let (Some(suite), Some(model)) = (suite, model) else {
            continue;
        };
        let is_base = model.base() == (&cell.case.model, &cell.case.variant);
        if cell.case.split != suite.split || is_base || model.earlier.is_some() {
            continue;
        }
        for measure in measures(suite, cell.effect) {
            let place = *places
                .entry((&suite.name, measure.name))
                .or_insert_with(|| {
                    all.push(Coverage {
                        suite: suite.name.clone(),
                        metric: measure.name,
                        gated: 0,
                        scores: 0,
                    });
                    all.len() - 1
                });
            for class in suite.classes_of(measure.name) {
                let key = score_key(cell, measure.name, class.map(str::to_owned));
                all[place].scores += 1;
                all[place].gated += usize::from(gated.contains(&key));
            }
        }
    }
    all.retain(|coverage| coverage.gated < coverage.scores);
    all
}
