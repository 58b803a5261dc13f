//! Suites and their datasets.

use titer_spec::dataset::Source;
use titer_spec::plan::{PlannedDataset, PlannedSuite, PlannedTuning, TUNING};
use titer_spec::suite::DatasetEntry;
use titer_spec::{
    DatasetKind, Document, Evaluation, Kind, Located, Question, Resolver, SpecError, Suite, suggest,
};

use self::check::{check, error_at};
use crate::error::RunError;
use crate::examples::Examples;
use crate::plan::{Planned, SuiteData, only};
use crate::selection::DataSelection;
use crate::similarities::Similarities;
use crate::survey::Survey;

mod check;
mod classes;
mod labels;
mod ladders;
mod similarity;
mod strata;
mod values;

/// Reads the suites that an evaluation names.
pub(super) fn read(
    evaluation: &Document<Evaluation>,
    resolver: &Resolver,
) -> Result<Vec<Document<Suite>>, RunError> {
    let mut suites: Vec<Document<Suite>> = Vec::new();
    for name in &evaluation.value.suites {
        let path = resolver.resolve(Kind::Suite, name, evaluation)?;
        let suite = Document::<Suite>::read(&path)?;
        let own = &suite.value.suite.value;
        if suites.iter().any(|other| other.value.suite.value == *own) {
            return Err(evaluation
                .error(
                    name,
                    format!("suites: `{own}` stands twice"),
                    "list it once",
                )
                .into());
        }
        check(&suite)?;
        suites.push(suite);
    }
    Ok(suites)
}

/// Adds a suite with its datasets to the plan.
pub(super) fn add(
    planned: &mut Planned,
    suite: Document<Suite>,
    resolver: &Resolver,
) -> Result<(), RunError> {
    let given = &suite.value;
    let name = given.suite.value.clone();
    let mut datasets: Vec<PlannedDataset> = Vec::new();
    let inside = given.in_distribution.iter().map(|entry| (entry, true));
    let outside = given.out_of_distribution.iter().map(|entry| (entry, false));
    let mut listed = Vec::new();
    let training = similarity::read(&suite, resolver)?;
    for (entry, in_distribution) in inside.chain(outside) {
        let is_in = only::has(&planned.plan.only, entry, &suite, resolver)?;
        if !given.ladders.is_empty() {
            listed.push(ladders::Listed {
                written: entry.dataset.value.clone(),
                name: only::own_name(entry, &suite, resolver)?,
                in_distribution,
                planned: is_in,
            });
        }
        if !is_in {
            continue;
        }
        let similarity = training
            .as_ref()
            .map(similarity::TrainingWords::similarities);
        let split = &given.split.value;
        let data = read_measured(planned, &suite, (entry, split), similarity, resolver)?;
        if let Some(training) = &training {
            training.is_apart(&suite, &data.examples.dataset)?;
        }
        let dataset = planned_dataset(&data, entry, in_distribution);
        if datasets.iter().any(|other| other.name == dataset.name) {
            let message = format!("dataset: `{}` stands twice", dataset.name);
            return Err(suite.error(&entry.dataset, message, "list it once").into());
        }
        planned.data.insert(
            (
                name.clone(),
                dataset.name.clone(),
                given.split.value.clone(),
            ),
            data,
        );
        datasets.push(dataset);
    }
    labels::check_both(&suite, planned, &datasets)?;
    strata::check(&suite, planned, &datasets)?;
    strata::check_groups(&suite, planned, &datasets)?;
    let ladders = ladders::ladders(&suite, planned, &listed)?;
    let tuning = tuning(planned, &suite, resolver)?;
    planned.plan.suites.push(PlannedSuite {
        name: name.clone(),
        summary: given.summary.clone(),
        task: given.task.clone(),
        question: given.question.value.clone(),
        split: given.split.value.clone(),
        metrics: given.metrics(),
        datasets,
        ladders,
        perturbations: given
            .perturbations()
            .map(|(_, perturbation)| perturbation.condition())
            .collect(),
        strata: given.strata.iter().map(|name| name.value.clone()).collect(),
        recalibrate: given.recalibrate.clone(),
        tuning,
        detect_out_of_distribution: given.detect_out_of_distribution,
        prevalence: given.prevalence.as_ref().map(|it| it.value.0),
        similarity: training.map(|training| training.planned),
        digest: suite.digest(),
    });
    planned.suites.insert(name, suite);
    Ok(())
}

/// The tuning split of the first in-distribution dataset that has one, read where something is to be
/// fitted on it.
fn tuning(
    planned: &mut Planned,
    suite: &Document<Suite>,
    resolver: &Resolver,
) -> Result<Option<PlannedTuning>, RunError> {
    let given = &suite.value;
    if given.recalibrate.is_empty() {
        return Ok(None);
    }
    for entry in &given.in_distribution {
        let descriptor = resolver.resolve(Kind::Dataset, &entry.dataset, suite)?;
        if !titer_data::open(&descriptor)?
            .about()
            .splits
            .contains_key(TUNING)
        {
            continue;
        }
        let data = read_dataset(planned, suite, entry, TUNING, resolver)?;
        let dataset = data.examples.dataset.about().dataset.value.clone();
        let is_in = only::has(&planned.plan.only, entry, suite, resolver)?;
        let apart = || Box::new(planned_dataset(&data, entry, true));
        let tuning = PlannedTuning {
            apart: (!is_in).then(apart),
            dataset: dataset.clone(),
            examples: data.survey.digest(),
            count: data.survey.count(),
        };
        let key = (given.suite.value.clone(), dataset, TUNING.to_owned());
        planned.data.insert(key, data);
        return Ok(Some(tuning));
    }
    let message = "recalibrate: no in-distribution dataset has a `tuning` split to fit on";
    let cure = "give one a `tuning` split, or take `recalibrate` out";
    Err(error_at(suite, "recalibrate", message, cure).into())
}

pub(super) fn read_dataset(
    planned: &Planned,
    suite: &Document<Suite>,
    entry: &DatasetEntry,
    split: &str,
    resolver: &Resolver,
) -> Result<SuiteData, RunError> {
    read_measured(planned, suite, (entry, split), None, resolver)
}

/// As [`read_dataset`], with the similarity of each example to training data.
fn read_measured(
    planned: &Planned,
    suite: &Document<Suite>,
    (entry, split): (&DatasetEntry, &str),
    similarity: Option<Similarities>,
    resolver: &Resolver,
) -> Result<SuiteData, RunError> {
    let descriptor = resolver.resolve(Kind::Dataset, &entry.dataset, suite)?;
    let dataset = titer_data::open(&descriptor)?;
    check_question(suite, &entry.dataset, &dataset)?;
    check_split(suite, &entry.dataset, split, &dataset)?;
    let given = &suite.value;
    let selection = DataSelection {
        descriptor: std::path::absolute(&descriptor).unwrap_or(descriptor),
        split: split.to_owned(),
        question: given.question.value.clone(),
        limit: planned.plan.limit,
        spare: given.spare.clone(),
        seed: planned.plan.seed,
        inputs: None,
    };
    let (examples, survey) = Examples::survey(selection, dataset, similarity)?;
    check_lengths(suite, &survey)?;
    Ok(SuiteData { examples, survey })
}

/// The dataset has the split that the suite scores.
fn check_split(
    suite: &Document<Suite>,
    entry: &Located<String>,
    split: &str,
    dataset: &titer_data::LoadedDataset,
) -> Result<(), SpecError> {
    let about = dataset.about();
    if about.splits.contains_key(split) {
        return Ok(());
    }
    let known: Vec<&str> = about.splits.keys().map(String::as_str).collect();
    let message = format!(
        "split: dataset {} has no split `{split}`",
        about.dataset.value
    );
    // Where the suite leaves it out, or asks for another one beside it, the dataset is what does not fit.
    let own = &suite.value.split;
    let is_written = own.line > 0 && own.value == split;
    let at = if is_written { own } else { entry };
    Err(suite.error(at, message, suggest::cure(split, &known)))
}

fn check_question(
    suite: &Document<Suite>,
    at: &Located<String>,
    dataset: &titer_data::LoadedDataset,
) -> Result<(), RunError> {
    let about = dataset.about();
    let (asked, kind) = match &suite.value.question.value {
        Question::Binary(binary) => (
            vec![&binary.positive, &binary.negative],
            DatasetKind::Windows,
        ),
        Question::Classes(several) => (several.classes.iter().collect(), DatasetKind::Windows),
        Question::Labels(several) => (several.labels.iter().collect(), DatasetKind::Windows),
        Question::Values(_) => (Vec::new(), DatasetKind::Windows),
        Question::Positions(positions) => {
            let mut asked: Vec<&String> = positions.sites.iter().collect();
            asked.push(&positions.background);
            (asked, DatasetKind::PerPosition)
        }
    };
    if about.kind != kind {
        let message = format!(
            "dataset: `{}` is not of the kind that the suite's question needs",
            at.value
        );
        let cure = "a binary, classes, labels or values question needs `kind: windows`, a positions question `kind: per_position`";
        return Err(suite.error(at, message, cure).into());
    }
    let numbers = matches!(suite.value.question.value, Question::Values(_));
    if numbers != about.columns.target.is_some() {
        let (message, cure) = if numbers {
            (
                format!("dataset: the targets of `{}` are no numbers", at.value),
                "name the column that holds them in its descriptor, as in `columns: {target: score}`",
            )
        } else {
            (
                format!(
                    "dataset: the targets of `{}` are numbers, not classes",
                    at.value
                ),
                "ask a values question of it, as in `values: {of: log2 fold change}`",
            )
        };
        return Err(suite.error(at, message, cure).into());
    }
    let of_labels = matches!(suite.value.question.value, Question::Labels(_));
    if of_labels != about.has_labels() {
        let (message, cure) = if of_labels {
            (
                format!(
                    "dataset: an example of `{}` has one class, not labels",
                    at.value
                ),
                "name the columns of its labels in its descriptor, as in `columns: {labels: {ctcf: CTCF, dnase: DNase}}`, or ask a binary or classes question of it",
            )
        } else {
            (
                format!(
                    "dataset: an example of `{}` may have several labels",
                    at.value
                ),
                "ask a labels question of it, as in `labels: {labels: [ctcf, dnase]}`",
            )
        };
        return Err(suite.error(at, message, cure).into());
    }
    let known: Vec<&str> = about.classes.iter().map(String::as_str).collect();
    for class in asked {
        if !known.contains(&class.as_str()) {
            let message = format!(
                "question: class `{class}` is not in dataset {}",
                about.dataset.value
            );
            return Err(suite
                .error(&suite.value.question, message, suggest::cure(class, &known))
                .into());
        }
    }
    Ok(())
}

fn check_lengths(suite: &Document<Suite>, survey: &Survey) -> Result<(), RunError> {
    let shortest = survey.shortest.as_ref();
    let shortest = shortest.map_or(0, |example| example.sequence.len());
    for (index, span) in suite.value.spare.iter().enumerate() {
        if span.start >= span.end || span.end > shortest {
            let message = format!(
                "spare: {} to {} does not lie inside sequences of {shortest} bases",
                span.start, span.end
            );
            let cure = "`end` is one past the last base";
            return Err(error_at(suite, &format!("spare.{index}"), message, cure).into());
        }
    }
    for (index, perturbation) in suite.value.perturbations() {
        let needed = perturbation.perturbation().needs_bases();
        if needed > shortest {
            let name = perturbation.name();
            let message = format!("{name}: it needs {needed} bases, and sequences have {shortest}");
            let cure = "give a value that lies inside every sequence, or leave it out";
            return Err(error_at(suite, &format!("perturbations.{index}"), message, cure).into());
        }
    }
    Ok(())
}

fn planned_dataset(
    data: &SuiteData,
    entry: &DatasetEntry,
    in_distribution: bool,
) -> PlannedDataset {
    let about = data.examples.dataset.about();
    PlannedDataset {
        name: about.dataset.value.clone(),
        summary: about.summary.clone(),
        in_distribution,
        distance: entry.distance.clone(),
        shift: entry.shift.as_ref().map(|shift| shift.value),
        organism: about.organism.clone(),
        assembly: about.assembly.clone(),
        classes: about.classes.clone(),
        digest: data.examples.dataset.digest,
        examples: data.survey.digest(),
        inputs: Some(data.survey.measured.digest()),
        similarity: data.survey.similarity.as_ref().map(Similarities::digest),
        count: data.survey.count(),
        available: data.survey.available,
        cluster: about.columns.clusters.columns.first().cloned(),
        independent: about.columns.clusters.independent,
        show_sequences: about.show_sequences,
        licence: about.licence.clone(),
        caveats: about.caveats.clone(),
        sources: about.sources.iter().map(source_line).collect(),
        changes: about.changes.clone(),
    }
}

/// A source in one line.
pub fn source_line(source: &Source) -> String {
    let mut line = source.name.clone();
    if let Some(version) = &source.version {
        line.push_str(&format!(" {version}"));
    }
    if let Some(file) = &source.file {
        line.push_str(&format!(", {file}"));
    }
    if let Some(licence) = &source.licence {
        line.push_str(&format!(" ({licence})"));
    }
    line
}
