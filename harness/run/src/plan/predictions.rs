//! Tables of predictions, held against the examples that the plan asks about before any work starts.
//!
//! An example without a row stays in its cell, which fails and says so; rows that nothing asks for, and
//! what a table cannot answer, are said.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use titer_backends::predictions::{Asked, Table, near_miss, none_chosen};
use titer_core::{Example, ModelError, Outcome, Place, Query};
use titer_spec::model::{PredictionsOptions, SCORES};
use titer_spec::plan::{LeftOut, TUNING};
use titer_spec::{ControlSpec, Located, SpecError, VariantSpec};

use super::{Planned, SuiteData};
use crate::error::RunError;
use crate::models::{LoadedModel, LoadedVariant};

/// What a table cannot tell.
const UNCHANGED: &str = "a table holds predictions of the examples as they are";
/// What is not done with a table.
const NOT_RUN: &str = "reading a table is not running the model";

/// A tuning split that a table says nothing of: model, variant, dataset.
pub(super) type Untuned = (String, String, String);

/// Whether a variant can answer for a split of a dataset, perturbed or not.
pub(super) fn answers(variant: &VariantSpec, dataset: &str, split: &str, perturbed: bool) -> bool {
    variant
        .predictions
        .as_ref()
        .is_none_or(|options| !perturbed && options.is_about(dataset, split))
}

/// Reads every table and holds it against the examples; what is missing, too much or never asked goes to
/// the plan's `left_out`.
pub(super) fn check(planned: &mut Planned) -> Result<(), RunError> {
    let (mut left_out, mut untuned) = (Vec::new(), BTreeSet::new());
    for model in &planned.models {
        for variant in &model.spec().variants {
            let name = (
                model.spec().model.value.clone(),
                variant.variant.value.clone(),
            );
            let (Some(options), Some(loaded)) = (&variant.predictions, planned.variants.get(&name))
            else {
                continue;
            };
            let of = Of {
                planned,
                model,
                loaded,
                options,
            };
            left_out.extend(of.never_asked());
            left_out.extend(of.hold(&mut untuned)?);
        }
    }
    planned.plan.left_out.extend(left_out);
    planned.untuned = untuned;
    Ok(())
}

/// A variant that is a table.
struct Of<'a> {
    planned: &'a Planned,
    model: &'a LoadedModel,
    loaded: &'a LoadedVariant,
    options: &'a PredictionsOptions,
}

/// Examples, and the dataset that they are of.
struct On<'a> {
    dataset: &'a str,
    split: &'a str,
    /// Whether it is what recalibration is fitted on.
    tuning: bool,
    data: &'a SuiteData,
}

impl On<'_> {
    /// What rows are chosen by.
    fn asked(&self) -> Asked<'_> {
        Asked {
            dataset: &self.data.examples.dataset.about().dataset.value,
            split: self.split,
            ids: &[],
        }
    }
}

impl Of<'_> {
    fn words(&self) -> String {
        format!(
            "model {} variant {}",
            self.model.spec().model.value,
            self.loaded.spec.variant.value
        )
    }

    /// What the evaluation asks of models and cannot ask of a table.
    fn never_asked(&self) -> Vec<LeftOut> {
        let mut suites = self.planned.suites.values();
        let perturbed = suites.any(|suite| !suite.value.perturbations.is_empty());
        let mut controls = self.planned.evaluation.value.controls.iter();
        let shuffled = controls.any(|control| control.value == ControlSpec::Shuffled);
        let asked = [
            (perturbed, "perturbations", UNCHANGED),
            (shuffled, "control shuffled", UNCHANGED),
            (self.planned.plan.latency.is_some(), "measurements", NOT_RUN),
        ];
        asked
            .into_iter()
            .filter(|(asked, ..)| *asked)
            .map(|(_, what, why)| self.left_out(&format!("{what} of "), why.to_owned()))
            .collect()
    }

    fn left_out(&self, what: &str, why: String) -> LeftOut {
        LeftOut {
            what: format!("{what}{}", self.words()),
            why,
        }
    }

    /// The splits that the model is asked about.
    fn asked(&self) -> Vec<On<'_>> {
        let tasks = &self.model.spec().tasks;
        let mut asked: Vec<On<'_>> = Vec::new();
        for suite in &self.planned.plan.suites {
            if !tasks.contains(&suite.task) {
                continue;
            }
            let scored = suite
                .datasets
                .iter()
                .map(|dataset| (dataset.name.as_str(), suite.split.as_str(), false));
            let tuning = suite
                .tuning
                .iter()
                .map(|tuning| (tuning.dataset.as_str(), TUNING, true));
            for (dataset, split, tuning) in scored.chain(tuning) {
                let key = (suite.name.clone(), dataset.to_owned(), split.to_owned());
                if let Some(data) = self.planned.data.get(&key) {
                    asked.push(On {
                        dataset,
                        split,
                        tuning,
                        data,
                    });
                }
            }
        }
        asked
    }

    fn hold(&self, untuned: &mut BTreeSet<Untuned>) -> Result<Vec<LeftOut>, RunError> {
        let (about, other): (Vec<_>, Vec<_>) = self
            .asked()
            .into_iter()
            .partition(|on| self.options.is_about(on.dataset, on.split));
        if about.is_empty() && !other.is_empty() {
            let names: Vec<&str> = other.iter().map(|on| on.dataset).collect();
            return Err(self
                .wrong(
                    "its table is about no dataset of this evaluation",
                    &format!(
                        "known here: {}; leave the variant out otherwise",
                        names.join(", ")
                    ),
                )
                .into());
        }
        let mut left_out: Vec<LeftOut> = other
            .iter()
            .map(|on| {
                let what = format!("dataset {} (split {}) of ", on.dataset, on.split);
                self.left_out(&what, "its table is not about it".to_owned())
            })
            .collect();
        let (mut used, mut table): (BTreeSet<u32>, Option<Table>) = (BTreeSet::new(), None);
        let by_dataset = self.options.dataset.is_some() || self.options.row_order.is_some();
        let (mut rows, mut repeated) = (0, 0);
        for on in about {
            let read = match table.take().filter(|_| !by_dataset) {
                Some(table) => table,
                None => {
                    let read = self.read(&on)?;
                    rows += read.rows();
                    repeated += read.repeated();
                    read
                }
            };
            let found = self.cover(&on, &read)?;
            if by_dataset {
                rows -= found.rows.len();
            } else {
                used.extend(&found.rows);
            }
            left_out.extend(found.missing);
            if found.untuned {
                untuned.insert((
                    self.model.spec().model.value.clone(),
                    self.loaded.spec.variant.value.clone(),
                    on.dataset.to_owned(),
                ));
            }
            table = Some(read);
        }
        left_out.extend(self.too_much(rows - used.len(), repeated));
        Ok(left_out)
    }

    fn read(&self, on: &On<'_>) -> Result<Table, RunError> {
        crate::predictions::read(
            self.model.spec(),
            &self.loaded.spec,
            &self.loaded.files,
            &on.data.examples.dataset,
            on.split,
        )
        .map_err(|error| match error {
            // A table of no row has not as many as its dataset.
            RunError::Model(error) => match self.unchosen(on) {
                Ok(()) => self.flawed(&error).into(),
                Err(unchosen) => unchosen.into(),
            },
            other => other,
        })
    }

    /// Refuses a table of which no row is chosen for some examples.
    fn unchosen(&self, on: &On<'_>) -> Result<(), SpecError> {
        let found = none_chosen(&self.loaded.spec, &self.loaded.files, Some(on.asked()))
            .map_err(|error| self.flawed(&error))?;
        match found {
            Some(none) => Err(self.wrong_at(&none.said, &none.message, &none.cure)),
            None => Ok(()),
        }
    }

    /// The rows that answer for some examples, and how many examples have none.
    fn cover(&self, on: &On<'_>, table: &Table) -> Result<Found, RunError> {
        let examples = &*on.data.examples.all()?;
        // The row, and the example that it answers for.
        let mut rows: BTreeMap<u32, &str> = BTreeMap::new();
        let (mut unanswered, mut first) = (Vec::new(), None);
        for example in examples {
            let query = Query::from(example);
            if let Some(row) = table.row(&query) {
                match rows.entry(row) {
                    Entry::Vacant(free) => _ = free.insert(example.id.as_str()),
                    Entry::Occupied(taken) => {
                        return Err(self.shared(on, taken.get(), &example.id).into());
                    }
                }
            }
            if let Outcome::Failed(reason) = table.answer(&query) {
                first.get_or_insert(reason);
                unanswered.push(example.id.as_str());
            }
        }
        let mut found = Found {
            rows: rows.into_keys().collect(),
            ..Found::default()
        };
        let Some(first) = first else { return Ok(found) };
        let none = found.rows.is_empty();
        if none && !on.tuning {
            self.unchosen(on)?;
        }
        let near = near_miss(
            &self.loaded.spec,
            &self.loaded.files,
            Some(on.asked()),
            &unanswered,
        )
        .map_err(|error| self.flawed(&error))?;
        let near = near.or_else(|| none.then(|| self.one_off(examples, table)).flatten());
        let near = near.map_or_else(String::new, |near| format!("; {near}"));
        if found.rows.is_empty() && on.tuning {
            let what = format!("recalibration on dataset {} of ", on.dataset);
            let why = "its table has no row for the tuning split".to_owned();
            found.missing = Some(self.left_out(&what, why));
            found.untuned = true;
            return Ok(found);
        }
        if found.rows.is_empty() && !examples.is_empty() {
            let message = format!(
                "none of the {} examples of dataset {} (split {}) has a row: the first, {}: {first}{near}",
                examples.len(),
                on.dataset,
                on.split,
                unanswered.first().copied().unwrap_or_default()
            );
            let cure =
                "name the right columns, or under `predictions: datasets` what the table is about";
            return Err(self.wrong(&message, cure).into());
        }
        let what = format!(
            "{} of {} examples of dataset {} (split {}) of ",
            unanswered.len(),
            examples.len(),
            on.dataset,
            on.split
        );
        let why = format!(
            "they have no prediction, which fails the cell: the first, {}: {first}{near}",
            unanswered.first().copied().unwrap_or_default()
        );
        found.missing = Some(self.left_out(&what, why));
        Ok(found)
    }

    /// Whether rows lie one base beside the examples, as they do where a table counts otherwise than it is
    /// said to.
    fn one_off(&self, examples: &[Example], table: &Table) -> Option<String> {
        let one_based = self.options.place.as_ref()?.one_based;
        let beside = |example: &&Example| {
            let at = example.place.position;
            let at = at.and_then(|at| {
                if one_based {
                    at.checked_sub(1)
                } else {
                    at.checked_add(1)
                }
            });
            let place = Place {
                position: at,
                ..example.place.clone()
            };
            let query = Query {
                place: Some(&place),
                ..Query::from(*example)
            };
            at.is_some() && table.row(&query).is_some()
        };
        let found = examples.iter().filter(beside).count();
        (found > 0).then(|| {
            format!(
                "with `one_based: {}`, {found} of {} examples would have one",
                !one_based,
                examples.len()
            )
        })
    }

    /// Two examples at one place: a row cannot be of both.
    fn shared(&self, on: &On<'_>, one: &str, other: &str) -> SpecError {
        let message = format!(
            "one row answers for two examples of dataset {} (split {}): {one:?} and {other:?}",
            on.dataset, on.split
        );
        let cure = "name more columns under `place` (strand, ref_allele, alt_allele) where they tell the \
                    examples apart, or match rows by `id`";
        self.wrong(&message, cure)
    }

    fn too_much(&self, rows: usize, repeated: u64) -> Vec<LeftOut> {
        let mut left_out = Vec::new();
        if rows > 0 {
            let why = "no example that is asked for has them".to_owned();
            left_out.push(self.left_out(&format!("{rows} rows of "), why));
        }
        if repeated > 0 {
            let why = "they say again what an earlier row says".to_owned();
            left_out.push(self.left_out(&format!("{repeated} repeated rows of "), why));
        }
        left_out
    }

    fn flawed(&self, error: &ModelError) -> SpecError {
        let cure =
            "correct the table, then its digest and size here; or how `predictions` reads it";
        self.wrong(&error.to_string(), cure)
    }

    fn wrong(&self, message: &str, cure: &str) -> SpecError {
        self.wrong_at(&self.loaded.spec.variant, message, cure)
    }

    /// What is wrong with something that the descriptor says.
    fn wrong_at(&self, said: &Located<String>, message: &str, cure: &str) -> SpecError {
        let variant = &self.loaded.spec.variant;
        let file = self.loaded.files.get(SCORES).map(|path| path.display());
        let message = match file.filter(|file| !message.contains(&file.to_string())) {
            Some(file) => format!("variant {}: {file}: {message}", variant.value),
            None => format!("variant {}: {message}", variant.value),
        };
        self.model.document.error(said, message, cure)
    }
}

/// What a table has for some examples.
#[derive(Default)]
struct Found {
    /// The rows that answer for one.
    rows: BTreeSet<u32>,
    missing: Option<LeftOut>,
    untuned: bool,
}
