//! Cells, measurements and pairs: the product of what fits.

use titer_core::canonical::CanonicalError;
use titer_core::{Case, Digest, Effect};
use titer_spec::plan::{
    LeftOut, Pair, PlannedCell, PlannedModel, PlannedSuite, PlannedVariant, TUNING,
};
use titer_spec::{Determinism, OutputKind, PerturbationSpec, Question};

use crate::error::RunError;
use crate::exposure::exposure;
use crate::key::{self, CellIdentity, Execution, Perturbed, Rows};
use crate::models::{LoadedModel, adaptor};
use crate::plan::{Planned, SuiteData, matrix, predictions};

mod measurements;

/// Adds every cell, measurement and pair to the plan.
pub(super) fn add(planned: &mut Planned) -> Result<(), RunError> {
    let (mut cells, mut pairs) = (Vec::new(), Vec::new());
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
                    exposure: exposure(&model.training, &dataset.organism, &data.survey),
                });
                let perturbations = planned.suites.get(&suite.name).into_iter();
                let perturbations: Vec<PerturbationSpec> = perturbations
                    .flat_map(|suite| suite.value.perturbations().map(|(_, one)| one))
                    .collect();
                let changes: Vec<Option<&PerturbationSpec>> = std::iter::once(None)
                    .chain(perturbations.iter().map(Some))
                    .collect();
                let on = On {
                    dataset: &dataset.name,
                    split: &suite.split,
                    data,
                    changes,
                };
                add_cells(planned, suite, model, &on, &mut cells)?;
            }
            add_tuning(planned, suite, model, &mut cells)?;
        }
    }
    let measurements = measurements::planned(planned)?;
    cells.append(&mut planned.taken);
    pairs.append(&mut planned.taken_pairs);
    planned.plan.cells = cells;
    planned.plan.pairs = pairs;
    planned.plan.measurements = measurements;
    Ok(())
}

pub(super) fn loaded<'a>(planned: &'a Planned, model: &PlannedModel) -> Option<&'a LoadedModel> {
    let mut models = planned.models.iter();
    models.find(|loaded| loaded.spec().model.value == model.name)
}

/// A key that cannot be made is a mistake in the model's description.
pub(super) fn keyed(
    loaded: &LoadedModel,
    key: Result<Digest, CanonicalError>,
) -> Result<Digest, RunError> {
    key.map_err(|error| {
        let (document, name) = (&loaded.document, &loaded.spec().model);
        let cure = "write finite numbers in its description and in what is asked of it";
        document.error(name, error.to_string(), cure).into()
    })
}

pub(super) fn does(planned: &Planned, model: &PlannedModel, suite: &PlannedSuite) -> bool {
    loaded(planned, model).is_some_and(|loaded| loaded.spec().tasks.contains(&suite.task))
}

/// The model's window lies within every sequence, and its output answers the suite's question.
fn check_fit(
    planned: &Planned,
    model: &PlannedModel,
    suite: &PlannedSuite,
    data: &SuiteData,
) -> Result<(), RunError> {
    let Some(loaded) = loaded(planned, model) else {
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
        let dataset = &data.examples.dataset.about().dataset.value;
        if data.survey.has_second {
            let message = format!(
                "model {}: dataset {dataset} has two sequences for each example, as of both alleles, and a model that runs is given one",
                model.name
            );
            let cure = "give its predictions as a table (`backend: predictions`)";
            return Err(document.error(&spec.model, message, cure).into());
        }
        let sizes = model.variants.iter().map(|it| model.batch_size_of(it));
        let most = sizes.max().unwrap_or(1);
        adaptor::fits(loaded, variant, dataset, &data.survey, most)?;
        for (_, name) in runs.iter().skip(1).filter(|(_, name)| loaded.makes(name)) {
            let key = (model.name.clone(), name.clone());
            let variant = planned.variants.get(&key);
            let entry = planned.entries.get(&model.name);
            if let (Some(variant), Some(entry)) = (variant, entry) {
                adaptor::fits(loaded, variant, dataset, &data.survey, most).map_err(|error| {
                    matrix::placed(error, entry, &planned.evaluation, (loaded, name))
                })?;
            }
        }
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
        Question::Labels(asked) => {
            model.output == OutputKind::Labels
                && asked
                    .labels
                    .iter()
                    .all(|label| model.output_classes.contains(label))
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
        let asked: &[String] = match &suite.question {
            Question::Classes(asked) => &asked.classes,
            Question::Labels(asked) => &asked.labels,
            Question::Positions(positions) => &positions.sites,
            Question::Binary(_) | Question::Values(_) => &[],
        };
        let mut missing = asked
            .iter()
            .filter(|class| !model.output_classes.contains(class));
        let lacks = missing.next().map_or(String::new(), |class| {
            format!(
                ": it has no class `{class}` (of {})",
                model.output_classes.join(", ")
            )
        });
        let message = format!(
            "output: it does not answer the question of suite {}{lacks}",
            suite.name
        );
        let cure = "a binary question needs `kind: binary`, a positions question `kind: per_position` with its sites among `classes`, a classes question `kind: classes` with the same `classes`, a labels question `kind: labels` with its labels among `classes`, a values question `kind: value`";
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
    cells: &mut Vec<PlannedCell>,
) -> Result<(), RunError> {
    let Some(tuning) = &suite.tuning else {
        return Ok(());
    };
    let key = (
        suite.name.clone(),
        tuning.dataset.clone(),
        TUNING.to_owned(),
    );
    let Some(data) = planned.data.get(&key) else {
        return Ok(());
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
    add_cells(planned, suite, &model, &on, cells)
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
    cells: &mut Vec<PlannedCell>,
) -> Result<(), RunError> {
    let Some(loaded) = loaded(planned, model) else {
        return Ok(());
    };
    let (data, spec) = (on.data, loaded.spec());
    for &perturbation in &on.changes {
        for variant in &model.variants {
            if !answers(spec, &variant.name, on, perturbation) {
                continue;
            }
            let identity = CellIdentity {
                inputs: &data.survey.inputs().digest,
                rows: (!variant.backend.runs()).then_some(Rows {
                    dataset: on.dataset,
                    split: on.split,
                }),
                perturbation: perturbation.map(|of| Perturbed::new(of, &data.examples)),
                determinism: match (perturbation, variant.backend.runs()) {
                    (None, true) => planned.plan.determinism,
                    _ => Determinism::Sample,
                },
            };
            let spec = loaded.spec_of(&variant.name);
            let execution = Execution::new(model, spec, variant, planned.plan.threads);
            cells.push(PlannedCell {
                key: keyed(loaded, key::cell(&execution, &identity))?,
                case: Case {
                    suite: suite.name.clone(),
                    model: model.name.clone(),
                    variant: variant.name.clone(),
                    dataset: on.dataset.to_owned(),
                    split: on.split.to_owned(),
                    perturbation: perturbation.map(PerturbationSpec::name),
                },
                effect: perturbation.map_or(Effect::Kept, PerturbationSpec::effect),
                examples: data.survey.digest(),
            });
        }
    }
    Ok(())
}

/// Cells of every variant of the models that do a suite, its sequences shuffled. They are scored by the
/// labels that the examples had: that is what shows whether order matters.
pub(super) fn shuffled(
    planned: &Planned,
    suite: &PlannedSuite,
) -> Result<Vec<PlannedCell>, RunError> {
    let mut cells = own_cells(planned, suite, Some(&PerturbationSpec::DinucleotideShuffle))?;
    for cell in &mut cells {
        cell.effect = Effect::Kept;
    }
    Ok(cells)
}

/// Cells of the reference variants of the models that do a suite, to be predicted with random weights; and
/// the models whose weights cannot be reached.
pub(super) fn with_random_weights(
    planned: &Planned,
    suite: &PlannedSuite,
) -> Result<(Vec<PlannedCell>, Vec<LeftOut>), RunError> {
    let mut left_out = Vec::new();
    let mut cells = own_cells(planned, suite, None)?;
    for model in &planned.plan.models {
        // Where the reference is another model's, the descriptor's own stands for the model.
        let own = loaded(planned, model).map(|loaded| &loaded.spec().reference.value);
        let own = own
            .filter(|_| model.against.is_some())
            .unwrap_or(&model.reference);
        let backend = model.variant(own).map(|variant| variant.backend);
        let Some(backend) = backend.filter(|_| does(planned, model, suite)) else {
            continue;
        };
        let reached = backend.weights().is_some();
        if !reached {
            left_out.push(LeftOut {
                what: format!("control random_weights of model {}", model.name),
                why: format!(
                    "the weights behind the {} backend cannot be reached",
                    backend.name()
                ),
            });
        }
        cells
            .retain(|cell| cell.case.model != model.name || (reached && cell.case.variant == *own));
    }
    for cell in &mut cells {
        cell.key = key::random_weights(&cell.key, planned.plan.seed)?;
    }
    Ok((cells, left_out))
}

/// Cells of every variant of the models that do a suite, perturbed or not.
fn own_cells(
    planned: &Planned,
    suite: &PlannedSuite,
    perturbation: Option<&PerturbationSpec>,
) -> Result<Vec<PlannedCell>, RunError> {
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
            add_cells(planned, suite, model, &on, &mut cells)?;
        }
    }
    Ok(cells)
}
