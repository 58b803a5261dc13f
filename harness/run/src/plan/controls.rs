//! Controls: which suites they are run on, and what they are fitted on.

use titer_controls::{Training, TrainingError};
use titer_core::{Case, Effect};
use titer_spec::plan::{
    CONTROL, FittedOn, LeftOut, PlannedCell, PlannedControl, PlannedDataset, PlannedSuite, TRAIN,
    TUNING,
};
use titer_spec::{
    ControlSpec, Dataset, Document, Evaluation, Kind, Located, PerturbationSpec, Question,
    Resolver, SpecError, Suite,
};

use super::suites::read_dataset;
use crate::error::RunError;
use crate::key::{self, Perturbed};
use crate::plan::Planned;
use crate::survey::Survey;
use crate::training::{counts, label_counts};

/// Why a per-position suite has no controls.
const NO_POSITIONS: &str =
    "a question of positions has no control: they say one thing of an example";

/// Why a suite of numbers has no fitted controls.
const NO_VALUES: &str = "a question of numbers has no fitted control: they tell classes";

/// Whether each control stands once.
pub(super) fn check(evaluation: &Document<Evaluation>) -> Result<(), SpecError> {
    let mut names: Vec<String> = Vec::new();
    for control in &evaluation.value.controls {
        let name = control.value.name();
        if names.contains(&name) {
            let message = format!("controls: `{name}` stands twice");
            return Err(evaluation.error(control, message, "list it once"));
        }
        names.push(name);
    }
    Ok(())
}

/// Adds the evaluation's controls to the plan, suite by suite.
pub(super) fn add(planned: &mut Planned, resolver: &Resolver) -> Result<(), RunError> {
    let wanted = planned.evaluation.value.controls.clone();
    if wanted.is_empty() {
        return Ok(());
    }
    let names: Vec<String> = planned
        .plan
        .suites
        .iter()
        .map(|suite| suite.name.clone())
        .collect();
    for name in names {
        let Some(suite) = planned.suites.get(&name).cloned() else {
            continue;
        };
        let (fitted, own): (Vec<_>, Vec<_>) =
            wanted.iter().partition(|control| control.value.is_fitted());
        let leave_out = |planned: &mut Planned, what: &str, why: String| {
            let what = format!("{what} of suite {name}");
            planned.plan.left_out.push(LeftOut { what, why });
        };
        let positions = matches!(suite.value.question.value, Question::Positions(_));
        for control in own {
            if positions && control.value == ControlSpec::Shuffled {
                leave_out(planned, "control shuffled", NO_POSITIONS.to_owned());
            } else {
                add_own(planned, &name, &control.value)?;
            }
        }
        if fitted.is_empty() {
            continue;
        }
        match fitted_on(planned, &suite, resolver)? {
            Ok(fitted_on) => {
                for control in fitted {
                    add_control(planned, &suite, control, &fitted_on)?;
                }
            }
            Err(why) => leave_out(planned, "fitted controls", why),
        }
    }
    Ok(())
}

fn add_control(
    planned: &mut Planned,
    suite: &Document<Suite>,
    control: &Located<ControlSpec>,
    fitted_on: &FittedOn,
) -> Result<(), RunError> {
    let suite_name = &suite.value.suite.value;
    let name = control.value.name();
    let needs = needs(&control.value, planned, suite_name, fitted_on);
    if let Some(why) = needs {
        let what = format!("control {name} of suite {suite_name}");
        planned.plan.left_out.push(LeftOut { what, why });
        return Ok(());
    }
    let Some(planned_suite) = planned
        .plan
        .suites
        .iter()
        .find(|other| other.name == *suite_name)
    else {
        return Ok(());
    };
    let data = |dataset: &str, split: &str| {
        let key = (suite_name.clone(), dataset.to_owned(), split.to_owned());
        planned.data.get(&key)
    };
    let Some(training) = data(&fitted_on.dataset, &fitted_on.split) else {
        return Ok(());
    };
    let cell = |(dataset, perturbation): (&PlannedDataset, Option<&PerturbationSpec>)| {
        let Some(asked) = data(&dataset.name, &planned_suite.split) else {
            return Ok(None);
        };
        let of = key::ControlIdentity {
            control: &control.value,
            question: &planned_suite.question,
            classes: &dataset.classes,
            fitted_on: &training.survey.inputs().digest,
            inputs: &asked.survey.inputs().digest,
            perturbation: perturbation.map(|of| Perturbed::new(of, &asked.examples)),
            seed: planned.plan.seed,
        };
        Ok(Some(PlannedCell {
            key: key::control(of)?,
            case: Case {
                suite: suite_name.clone(),
                model: CONTROL.to_owned(),
                variant: name.clone(),
                dataset: dataset.name.clone(),
                split: planned_suite.split.clone(),
                perturbation: perturbation.map(PerturbationSpec::name),
            },
            effect: perturbation.map_or(Effect::Kept, PerturbationSpec::effect),
            examples: dataset.examples,
        }))
    };
    // What corruption errors are divided by.
    let asked = match control.value {
        ControlSpec::Kmers(_) => severities(suite, planned_suite),
        _ => Vec::new(),
    };
    let conditions: Vec<Option<&PerturbationSpec>> = std::iter::once(None)
        .chain(asked.iter().map(Some))
        .collect();
    let datasets = planned_suite.datasets.iter();
    let all = datasets.flat_map(|dataset| conditions.iter().map(move |one| (dataset, *one)));
    let cells = all.map(cell);
    let cells: Vec<Option<PlannedCell>> = cells.collect::<Result<_, RunError>>()?;
    planned.plan.controls.push(PlannedControl {
        name,
        control: control.value.clone(),
        suite: suite_name.clone(),
        fitted_on: Some(fitted_on.clone()),
        cells: cells.into_iter().flatten().collect(),
    });
    Ok(())
}

/// The perturbations that a suite has at several severities.
fn severities(suite: &Document<Suite>, planned: &PlannedSuite) -> Vec<PerturbationSpec> {
    let levels = planned.severities().into_iter();
    let names: Vec<String> = levels
        .flat_map(|(_, levels)| levels)
        .map(|level| level.name.clone())
        .collect();
    let all = suite.value.perturbations().map(|(_, one)| one);
    all.filter(|one| names.contains(&one.name())).collect()
}

/// The suite's models themselves under other circumstances.
fn add_own(planned: &mut Planned, suite: &str, control: &ControlSpec) -> Result<(), RunError> {
    let mut suites = planned.plan.suites.iter();
    let Some(planned_suite) = suites.find(|other| other.name == *suite) else {
        return Ok(());
    };
    let (cells, left_out) = match control {
        ControlSpec::RandomWeights => super::cells::with_random_weights(planned, planned_suite)?,
        _ => (super::cells::shuffled(planned, planned_suite)?, Vec::new()),
    };
    planned.plan.left_out.extend(left_out);
    if cells.is_empty() {
        return Ok(());
    }
    planned.plan.controls.push(PlannedControl {
        name: control.name(),
        control: control.clone(),
        suite: suite.to_owned(),
        fitted_on: None,
        cells,
    });
    Ok(())
}

/// Why a control cannot be fitted, if so.
fn needs(
    control: &ControlSpec,
    planned: &Planned,
    suite: &str,
    fitted_on: &FittedOn,
) -> Option<String> {
    let place = matches!(control, ControlSpec::Chromosome | ControlSpec::Position);
    let key = (
        suite.to_owned(),
        fitted_on.dataset.clone(),
        fitted_on.split.clone(),
    );
    let data = planned.data.get(&key).filter(|_| place)?;
    let known = match control {
        ControlSpec::Position => data.survey.has_positions,
        _ => !data.survey.chromosomes.is_empty(),
    };
    (!known).then(|| {
        format!(
            "dataset {} does not say where its examples lie: name `columns.place`",
            fitted_on.dataset
        )
    })
}

/// Whether controls can be fitted on examples: of labels, on those of one label at least.
fn teaches(question: &Question, about: &Dataset, survey: &Survey) -> Result<(), TrainingError> {
    if !matches!(question, Question::Labels(_)) {
        let (counts, stray) = counts(question, &about.classes, survey);
        return Training::check(&counts, stray);
    }
    let counts = label_counts(question, &about.classes, survey);
    let mut told = counts.iter().map(|both| Training::check(both, None));
    told.find(Result::is_ok)
        .unwrap_or(Err(TrainingError::OneClass))
}

/// Reads what controls are fitted on: `train`, else `tuning`, of the first in-distribution dataset that
/// has it; or says why there is nothing.
fn fitted_on(
    planned: &mut Planned,
    suite: &Document<Suite>,
    resolver: &Resolver,
) -> Result<Result<FittedOn, String>, RunError> {
    let given = &suite.value;
    match given.question.value {
        Question::Positions(_) => return Ok(Err(NO_POSITIONS.to_owned())),
        Question::Values(_) => return Ok(Err(NO_VALUES.to_owned())),
        Question::Binary(_) | Question::Classes(_) | Question::Labels(_) => {}
    }
    for split in [TRAIN, TUNING] {
        for entry in &given.in_distribution {
            let descriptor = resolver.resolve(Kind::Dataset, &entry.dataset, suite)?;
            let dataset = titer_data::open(&descriptor)?;
            let about: &Dataset = dataset.about();
            if !about.splits.contains_key(split) {
                continue;
            }
            let name = about.dataset.value.clone();
            let key = (given.suite.value.clone(), name.clone(), split.to_owned());
            if !planned.data.contains_key(&key) {
                let data = read_dataset(planned, suite, entry, split, resolver)?;
                planned.data.insert(key.clone(), data);
            }
            let Some(data) = planned.data.get(&key) else {
                continue;
            };
            let survey = &data.survey;
            return Ok(match teaches(&given.question.value, about, survey) {
                Err(error) => Err(format!("dataset {name}, split {split}: {error}")),
                Ok(()) => Ok(FittedOn {
                    dataset: name,
                    split: split.to_owned(),
                    examples: survey.digest(),
                    count: survey.count(),
                }),
            });
        }
    }
    Ok(Err(
        "no in-distribution dataset has a `train` or a `tuning` split to fit them on".to_owned(),
    ))
}
