//! References that are no variant of the model itself: another model's of the evaluation, or an earlier run's, whose
//! cells are taken over as they are.

use std::path::{Path, PathBuf};

use titer_core::{Case, CellStatus};
use titer_spec::plan::{Against, EarlierRun, Pair, PlannedCell, PlannedModel, PlannedSuite};
use titer_spec::{Elsewhere, Located, Plan, Reference, SpecError, suggest};
use titer_store::{Manifest, RunFolder};

use crate::error::RunError;
use crate::models::LoadedModel;
use crate::plan::Planned;

/// Where an earlier run lies, and what a model of it is called here.
#[derive(Clone, Debug)]
pub struct Earlier {
    /// The run folder.
    pub folder: PathBuf,
    /// The name in this plan.
    pub name: String,
}

/// Finds the reference of every model that has one elsewhere.
pub(super) fn resolve(planned: &mut Planned) -> Result<(), RunError> {
    for index in 0..planned.models.len() {
        let Some(model) = planned.plan.models.get(index) else {
            continue;
        };
        let name = model.name.clone();
        let given = planned
            .entries
            .get(&name)
            .and_then(|it| it.reference.clone());
        let Some(given) = given else { continue };
        let Reference::Elsewhere(elsewhere) = &given.value else {
            continue;
        };
        let against = match &elsewhere.run {
            Some(run) => of_run(planned, &name, &given, run, elsewhere)?,
            None => of_model(planned, &name, &given, elsewhere)?,
        };
        if let Some(model) = planned.plan.models.get_mut(index) {
            model.reference = format!("{} {}", against.model, against.variant);
            model.against = Some(against);
        }
    }
    Ok(())
}

/// A variant of another model of the evaluation.
fn of_model(
    planned: &Planned,
    own: &str,
    given: &Located<Reference>,
    elsewhere: &Elsewhere,
) -> Result<Against, SpecError> {
    let wrong = |message: String, cure: String| planned.evaluation.error(given, message, cure);
    let others = || {
        planned
            .models
            .iter()
            .map(LoadedModel::spec)
            .filter(|it| it.model.value != own)
    };
    let Some(name) = &elsewhere.model else {
        return Err(wrong(
            "reference: it names neither a model nor a run".to_owned(),
            "write `{model: .., variant: ..}`, `{run: runs/..}`, or a variant's name".to_owned(),
        ));
    };
    if name == own {
        return Err(wrong(
            format!("reference: `{name}` is the model itself"),
            "write the variant's name alone".to_owned(),
        ));
    }
    let Some(spec) = others().find(|spec| spec.model.value == *name) else {
        let known: Vec<&str> = others().map(|spec| spec.model.value.as_str()).collect();
        let cure = match known.is_empty() {
            true => "add the other model to `models`".to_owned(),
            false => format!("add it to `models`; {}", suggest::cure(name, &known)),
        };
        return Err(wrong(
            format!("reference: the evaluation has no model `{name}`"),
            cure,
        ));
    };
    let variant = elsewhere.variant.as_ref().unwrap_or(&spec.reference.value);
    let planned_model = planned.plan.models.iter().find(|model| model.name == *name);
    let runs: Vec<&str> = (planned_model.iter())
        .flat_map(|model| &model.variants)
        .map(|variant| variant.name.as_str())
        .collect();
    if !runs.contains(&variant.as_str()) {
        let message = format!("reference: model {name} does not run a variant `{variant}` here");
        return Err(wrong(message, suggest::cure(variant, &runs)));
    }
    Ok(Against {
        model: name.clone(),
        variant: variant.clone(),
    })
}

/// A variant of an earlier run, which becomes a model of this plan.
fn of_run(
    planned: &mut Planned,
    own: &str,
    given: &Located<Reference>,
    run: &str,
    elsewhere: &Elsewhere,
) -> Result<Against, RunError> {
    let evaluation = planned.evaluation.clone();
    let wrong = |message: String, cure: &str| evaluation.error(given, message, cure);
    let beside = evaluation.folder().join(run);
    let folder = [beside, PathBuf::from(run)]
        .into_iter()
        .find(|path| RunFolder::at(path).exists());
    let Some(folder) = folder else {
        let message = format!("reference: `{run}` holds no run");
        let cure = "name the folder of a run that `titer run` made, beside the evaluation or from where titer is started";
        return Err(wrong(message, cure).into());
    };
    let manifest = RunFolder::at(&folder).read_manifest()?;
    let name = elsewhere.model.as_deref().unwrap_or(own);
    let there = |model: &&PlannedModel| model.earlier.is_none();
    let known: Vec<&str> = (manifest.plan.models.iter().filter(there))
        .map(|model| model.name.as_str())
        .collect();
    let Some(model) = manifest
        .plan
        .models
        .iter()
        .filter(there)
        .find(|it| it.name == name)
    else {
        let message = format!("reference: the run {run} has no model `{name}`");
        let cure = format!(
            "say which it is with `model:`; {}",
            suggest::cure(name, &known)
        );
        return Err(wrong(message, &cure).into());
    };
    let variant = elsewhere.variant.as_ref().unwrap_or(&model.reference);
    let Some(kept) = model.variant(variant) else {
        let variants: Vec<&str> = model.variants.iter().map(|it| it.name.as_str()).collect();
        let message =
            format!("reference: model {name} of the run {run} has no variant `{variant}`");
        let cure = format!(
            "say which it is with `variant:`; {}",
            suggest::cure(variant, &variants)
        );
        return Err(wrong(message, &cure).into());
    };
    let here = format!("{name} ({})", run.trim_end_matches('/'));
    let against = Against {
        model: here.clone(),
        variant: variant.clone(),
    };
    let cells = taken(planned, own, (&folder, &manifest), (name, variant))
        .map_err(|reason| {
            wrong(
                format!("reference: the run {run} cannot be compared with this one: {reason}"),
                "run the reference again on the same data with the same seed and limit, or name another run",
            )
        })?;
    // Two entries may be held against one variant.
    let models = &mut planned.plan.models;
    match models.iter_mut().find(|model| model.name == here) {
        Some(model) if model.variant(variant).is_some() => {}
        Some(model) => model.variants.push(kept.clone()),
        None => models.push(PlannedModel {
            name: here.clone(),
            reference: variant.clone(),
            against: None,
            matrix: None,
            variants: vec![kept.clone()],
            earlier: Some(EarlierRun {
                run: run.to_owned(),
                model: name.to_owned(),
                evaluation: manifest.evaluation_digest,
                started_at: manifest.started_at.clone(),
            }),
            ..model.clone()
        }),
    }
    planned.earlier.push(Earlier {
        folder,
        name: here.clone(),
    });
    for (cell, pair) in cells {
        let cell = PlannedCell {
            case: Case {
                model: here.clone(),
                ..cell.case
            },
            ..cell
        };
        if !planned.taken.contains(&cell) {
            planned.taken.push(cell);
        }
        let pair = Pair {
            model: here.clone(),
            ..pair
        };
        if !planned.taken_pairs.contains(&pair) {
            planned.taken_pairs.push(pair);
        }
    }
    Ok(against)
}

/// The cells of an earlier run that this plan's are held against, each with what its model knew of the dataset; or what
/// does not match.
fn taken(
    planned: &Planned,
    own: &str,
    (folder, manifest): (&Path, &Manifest),
    (model, variant): (&str, &str),
) -> Result<Vec<(PlannedCell, Pair)>, String> {
    let tasks = planned
        .models
        .iter()
        .find(|it| it.spec().model.value == own);
    let tasks = tasks.map_or(&[][..], |it| &it.spec().tasks);
    let folder = RunFolder::at(folder);
    let old = &manifest.plan;
    let mut cells = Vec::new();
    for suite in planned
        .plan
        .suites
        .iter()
        .filter(|suite| tasks.contains(&suite.task))
    {
        let before = old.suites.iter().find(|it| it.name == suite.name);
        let before = before.ok_or_else(|| format!("it has no suite {}", suite.name))?;
        same_suite(&planned.plan, suite, old, before)?;
        for dataset in &suite.datasets {
            let perturbations = suite
                .perturbations
                .iter()
                .map(|condition| Some(condition.name.as_str()));
            for perturbation in std::iter::once(None).chain(perturbations) {
                let of = |cell: &&PlannedCell| {
                    (
                        cell.case.suite.as_str(),
                        cell.case.model.as_str(),
                        cell.case.variant.as_str(),
                    ) == (suite.name.as_str(), model, variant)
                        && cell.case.dataset == dataset.name
                        && cell.case.split == suite.split
                        && cell.case.perturbation.as_deref() == perturbation
                };
                let what = perturbation.map_or_else(
                    || dataset.name.clone(),
                    |perturbation| format!("{}, {perturbation}", dataset.name),
                );
                let cell = old.cells.iter().find(of);
                let cell = cell.ok_or_else(|| format!("it has no {model} {variant} on {what}"))?;
                let record = folder.read_cell_record(&cell.key);
                let record = record.map_err(|error| error.to_string())?;
                if record.is_none_or(|record| record.status != CellStatus::Finished) {
                    return Err(format!("{model} {variant} on {what} failed there"));
                }
                let pair = old.pairs.iter().find(|pair| {
                    (
                        pair.suite.as_str(),
                        pair.model.as_str(),
                        pair.dataset.as_str(),
                    ) == (suite.name.as_str(), model, dataset.name.as_str())
                });
                let pair = pair.ok_or_else(|| format!("it has no {model} on {what}"))?;
                cells.push((cell.clone(), pair.clone()));
            }
        }
    }
    Ok(cells)
}

/// Whether both plans ask the same of the same examples.
fn same_suite(
    plan: &Plan,
    suite: &PlannedSuite,
    old: &Plan,
    before: &PlannedSuite,
) -> Result<(), String> {
    let name = &suite.name;
    if suite.question != before.question || suite.split != before.split {
        return Err(format!("its suite {name} asked another question"));
    }
    if !suite.perturbations.is_empty() && plan.seed != old.seed {
        return Err(format!(
            "it drew perturbations with the seed {}, not {}",
            old.seed, plan.seed
        ));
    }
    for dataset in &suite.datasets {
        let known = before.dataset(&dataset.name);
        let known =
            known.ok_or_else(|| format!("its suite {name} has no dataset {}", dataset.name))?;
        if known.examples != dataset.examples {
            return Err(format!(
                "its {} examples of {} are not the {} of this one (digests {} and {})",
                known.count,
                dataset.name,
                dataset.count,
                known.examples.short(),
                dataset.examples.short()
            ));
        }
        if known.digest != dataset.digest {
            return Err(format!(
                "the data of {} have changed since (digests {} and {})",
                dataset.name,
                known.digest.short(),
                dataset.digest.short()
            ));
        }
    }
    Ok(())
}
