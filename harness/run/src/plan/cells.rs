//! Cells, measurements and pairs: the product of what fits.

use titer_core::Effect;
use titer_spec::plan::{
    LeftOut, Pair, PlannedCell, PlannedMeasurement, PlannedModel, PlannedSuite, PlannedVariant,
    TUNING,
};
use titer_spec::{OutputKind, PerturbationSpec, Question};

use crate::error::RunError;
use crate::exposure::exposure;
use crate::key::{self, CellIdentity};
use crate::models::adaptor;
use crate::plan::{Planned, SuiteData, predictions};

/// Adds every cell, measurement and pair to the plan.
pub fn add(planned: &mut Planned) -> Result<(), RunError> {
    let instruction_set = titer_measure::machine::instruction_set();
    let machine = serde_json::to_string(&titer_measure::machine::facts()).unwrap_or_default();
    let (mut cells, mut pairs, mut measurements) = (Vec::new(), Vec::new(), Vec::new());
    for suite in &planned.plan.suites {
        for model in &planned.plan.models {
            if !does(planned, model, suite) {
                continue;
            }
            for dataset in &suite.datasets {
                let Some(data) = planned.data.get(&(
                    suite.name.clone(),
                    dataset.name.clone(),
                    suite.split.clone(),
                )) else {
                    continue;
                };
                check_fit(planned, model, suite, data)?;
                pairs.push(Pair {
                    suite: suite.name.clone(),
                    model: model.name.clone(),
                    dataset: dataset.name.clone(),
                    exposure: exposure(&model.training, &dataset.organism, &data.examples),
                });
                let perturbations = planned
                    .suites
                    .get(&suite.name)
                    .map(|suite| &suite.value.perturbations);
                let changes: Vec<Option<&PerturbationSpec>> = std::iter::once(None)
                    .chain(perturbations.into_iter().flatten().map(Some))
                    .collect();
                let on = On {
                    dataset: &dataset.name,
                    split: &suite.split,
                    data,
                    changes,
                };
                add_cells(planned, suite, model, &on, &instruction_set, &mut cells);
            }
            add_tuning(planned, suite, model, &instruction_set, &mut cells);
            let measured = measurements
                .iter()
                .any(|m: &PlannedMeasurement| m.model == model.name);
            if !measured {
                add_measurements(planned, suite, model, &machine, &mut measurements);
            }
        }
    }
    planned.plan.cells = cells;
    planned.plan.pairs = pairs;
    planned.plan.measurements = measurements;
    Ok(())
}

fn spec<'a>(planned: &'a Planned, model: &PlannedModel) -> Option<&'a titer_spec::ModelSpec> {
    planned
        .models
        .iter()
        .map(crate::models::LoadedModel::spec)
        .find(|spec| spec.model.value == model.name)
}

fn does(planned: &Planned, model: &PlannedModel, suite: &PlannedSuite) -> bool {
    spec(planned, model).is_some_and(|spec| spec.tasks.contains(&suite.task))
}

/// The model's window lies within every sequence, and its output answers the suite's question.
fn check_fit(
    planned: &Planned,
    model: &PlannedModel,
    suite: &PlannedSuite,
    data: &SuiteData,
) -> Result<(), RunError> {
    let Some(loaded) = planned
        .models
        .iter()
        .find(|loaded| loaded.spec().model.value == model.name)
    else {
        return Ok(());
    };
    let (spec, document) = (loaded.spec(), &loaded.document);
    // What runs has an input to hold the data to; the reference may be a table.
    let mut runs = model
        .variants
        .iter()
        .filter(|variant| variant.backend.runs())
        .map(|variant| (model.name.clone(), variant.name.clone()))
        .collect::<Vec<_>>();
    runs.sort_by_key(|(_, variant)| *variant != model.reference);
    if let Some(variant) = runs.first().and_then(|name| planned.variants.get(name)) {
        let dataset = &data.dataset.about().dataset.value;
        if data.examples.iter().any(|example| example.second.is_some()) {
            let message = format!(
                "model {}: dataset {dataset} has two sequences for each example, as of both alleles, and a model that runs is given one",
                model.name
            );
            let cure = "give its predictions as a table (`backend: predictions`)";
            return Err(document.error(&spec.model, message, cure).into());
        }
        adaptor::fits(loaded, variant, dataset, &data.examples, model.batch_size)?;
    }
    let fits = match &suite.question {
        Question::Binary(_) => model.output == OutputKind::Binary,
        Question::Values(_) => model.output == OutputKind::Value,
        Question::Classes(asked) => {
            model.output == OutputKind::Classes
                && model.output_classes.len() == asked.classes.len()
                && asked
                    .classes
                    .iter()
                    .all(|class| model.output_classes.contains(class))
        }
        Question::Positions(positions) => {
            model.output == OutputKind::PerPosition
                && positions
                    .sites
                    .iter()
                    .all(|site| model.output_classes.contains(site))
        }
    };
    if !fits {
        let message = format!(
            "output: it does not answer the question of suite {}",
            suite.name
        );
        let cure = "a binary question needs `kind: binary`, a positions question `kind: per_position` with its sites among `classes`, a classes question `kind: classes` with the same `classes`, a values question `kind: value`";
        return Err(document.error(&spec.model, message, cure).into());
    }
    Ok(())
}

/// What a model is to predict.
struct On<'a> {
    dataset: &'a str,
    split: &'a str,
    data: &'a SuiteData,
    changes: Vec<Option<&'a PerturbationSpec>>,
}

/// The cells that recalibration is fitted on.
fn add_tuning(
    planned: &Planned,
    suite: &PlannedSuite,
    model: &PlannedModel,
    instruction_set: &str,
    cells: &mut Vec<PlannedCell>,
) {
    let Some(tuning) = &suite.tuning else {
        return;
    };
    let key = (
        suite.name.clone(),
        tuning.dataset.clone(),
        TUNING.to_owned(),
    );
    let Some(data) = planned.data.get(&key) else {
        return;
    };
    let untuned = |variant: &PlannedVariant| {
        let named = (
            model.name.clone(),
            variant.name.clone(),
            tuning.dataset.clone(),
        );
        planned.untuned.contains(&named)
    };
    let mut model = model.clone();
    model.variants.retain(|variant| !untuned(variant));
    let on = On {
        dataset: &tuning.dataset,
        split: TUNING,
        data,
        changes: vec![None],
    };
    add_cells(planned, suite, &model, &on, instruction_set, cells);
}

/// Whether a variant can be asked: what runs can, a table knows what it holds.
fn answers(
    spec: &titer_spec::ModelSpec,
    variant: &str,
    on: &On<'_>,
    perturbation: Option<&PerturbationSpec>,
) -> bool {
    let mut variants = spec.variants.iter();
    let told = variants.find(|told| told.variant.value == variant);
    told.is_none_or(|told| predictions::answers(told, on.dataset, on.split, perturbation.is_some()))
}

fn add_cells(
    planned: &Planned,
    suite: &PlannedSuite,
    model: &PlannedModel,
    on: &On<'_>,
    instruction_set: &str,
    cells: &mut Vec<PlannedCell>,
) {
    let Some(spec) = spec(planned, model) else {
        return;
    };
    let data = on.data;
    let spared = format!("{:?} {:?}", data.selection.spare, suite.question);
    for &perturbation in &on.changes {
        for variant in &model.variants {
            if !answers(spec, &variant.name, on, perturbation) {
                continue;
            }
            let identity = CellIdentity {
                dataset: &data.dataset.digest,
                split: on.split,
                examples: &data.digest,
                perturbation: perturbation.map(|spec| (spec, spared.as_str())),
                seed: planned.plan.seed,
            };
            cells.push(PlannedCell {
                key: key::cell(
                    model,
                    spec,
                    variant,
                    planned.plan.threads,
                    instruction_set,
                    identity,
                ),
                suite: suite.name.clone(),
                model: model.name.clone(),
                variant: variant.name.clone(),
                dataset: on.dataset.to_owned(),
                split: on.split.to_owned(),
                perturbation: perturbation.map(PerturbationSpec::name),
                effect: perturbation.map_or(Effect::Kept, PerturbationSpec::effect),
                examples: data.digest,
            });
        }
    }
}

/// Cells of every variant of the models that do a suite, its sequences shuffled. They are scored by the
/// labels that the examples had: that is what shows whether order matters.
pub fn shuffled(planned: &Planned, suite: &PlannedSuite) -> Vec<PlannedCell> {
    let mut cells = own_cells(planned, suite, Some(&PerturbationSpec::DinucleotideShuffle));
    for cell in &mut cells {
        cell.effect = Effect::Kept;
    }
    cells
}

/// Cells of the reference variants of the models that do a suite, to be predicted with random weights; and
/// the models whose weights cannot be reached.
pub fn with_random_weights(
    planned: &Planned,
    suite: &PlannedSuite,
) -> (Vec<PlannedCell>, Vec<LeftOut>) {
    let mut left_out = Vec::new();
    let mut cells = own_cells(planned, suite, None);
    for model in &planned.plan.models {
        let backend = model
            .variant(&model.reference)
            .map(|variant| variant.backend);
        let Some(backend) = backend.filter(|_| does(planned, model, suite)) else {
            continue;
        };
        let reached = titer_models::random_weights::role(backend).is_some();
        if !reached {
            left_out.push(LeftOut {
                what: format!("control random_weights of model {}", model.name),
                why: format!(
                    "the weights behind the {} backend cannot be reached",
                    backend.name()
                ),
            });
        }
        cells.retain(|cell| {
            cell.model != model.name || (reached && cell.variant == model.reference)
        });
    }
    for cell in &mut cells {
        cell.key = key::random_weights(&cell.key, planned.plan.seed);
    }
    (cells, left_out)
}

/// Cells of every variant of the models that do a suite, perturbed or not.
fn own_cells(
    planned: &Planned,
    suite: &PlannedSuite,
    perturbation: Option<&PerturbationSpec>,
) -> Vec<PlannedCell> {
    let instruction_set = titer_measure::machine::instruction_set();
    let mut cells = Vec::new();
    for model in planned
        .plan
        .models
        .iter()
        .filter(|model| does(planned, model, suite))
    {
        for dataset in &suite.datasets {
            let key = (
                suite.name.clone(),
                dataset.name.clone(),
                suite.split.clone(),
            );
            let Some(data) = planned.data.get(&key) else {
                continue;
            };
            let on = On {
                dataset: &dataset.name,
                split: &suite.split,
                data,
                changes: vec![perturbation],
            };
            add_cells(planned, suite, model, &on, &instruction_set, &mut cells);
        }
    }
    cells
}

fn add_measurements(
    planned: &Planned,
    suite: &PlannedSuite,
    model: &PlannedModel,
    machine: &str,
    measurements: &mut Vec<PlannedMeasurement>,
) {
    let Some(latency) = &planned.plan.latency else {
        return;
    };
    let Some(spec) = spec(planned, model) else {
        return;
    };
    let Some(dataset) = suite.datasets.first() else {
        return;
    };
    let entries = &planned.evaluation.value.models;
    let position = planned
        .models
        .iter()
        .position(|loaded| loaded.spec().model.value == model.name);
    let own = position
        .and_then(|_| entries.iter().find(|entry| is_entry_of(entry, &model.name)))
        .and_then(|entry| entry.batch_sizes.as_ref());
    let mut batch_sizes = own.unwrap_or(&latency.batch_sizes).value.clone();
    batch_sizes.sort_unstable();
    batch_sizes.dedup();
    let scenario = format!("{latency:?} {batch_sizes:?}");
    for variant in model
        .variants
        .iter()
        .filter(|variant| variant.backend.runs())
    {
        measurements.push(PlannedMeasurement {
            key: key::measurement(
                model,
                spec,
                variant,
                planned.plan.threads,
                machine,
                &scenario,
                &dataset.examples,
            ),
            suite: suite.name.clone(),
            dataset: dataset.name.clone(),
            model: model.name.clone(),
            variant: variant.name.clone(),
            batch_sizes: batch_sizes.clone(),
        });
    }
}

fn is_entry_of(entry: &titer_spec::ModelEntry, model: &str) -> bool {
    match &entry.model.value {
        titer_spec::ModelSource::Named(name) => {
            name == model
                || std::path::Path::new(name)
                    .file_stem()
                    .is_some_and(|stem| stem == model)
        }
        titer_spec::ModelSource::Inline(spec) => spec.model.value == model,
    }
}
