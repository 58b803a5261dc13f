//! Lists of what YAML files describe: what ships, what lies here and in `--path`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Serialize;
use titer_run::models::LoadedModel;
use titer_spec::{
    Dataset, Document, Evaluation, Fetch, Kind, ModelSource, Policy, Question, Resolver, Suite,
};

use super::{Entry, UNREADABLE, show};
use crate::arguments::{Form, Places, Talk};
use crate::console::complain;
use crate::error::CommandError;
use crate::finding;

const POLICIES: [&str; 4] = ["policy", "version", "gates", "summary"];
const MODELS: [&str; 4] = ["model", "tasks", "variants", "summary"];
const DATA: [&str; 6] = [
    "dataset", "data", "examples", "organism", "assembly", "summary",
];
const SUITES: [&str; 6] = [
    "suite", "task", "question", "datasets", "ladders", "summary",
];
const EVALUATIONS: [&str; 5] = ["evaluation", "suites", "models", "gates", "summary"];

#[derive(Serialize)]
struct Model {
    model: String,
    tasks: Vec<String>,
    variants: Vec<String>,
    reference: String,
    summary: String,
}

impl Entry for Model {
    fn row(&self) -> Vec<String> {
        vec![
            self.model.clone(),
            self.tasks.join(", "),
            self.variants.join(", "),
            self.summary.clone(),
        ]
    }
}

#[derive(Serialize)]
struct Data {
    dataset: String,
    organism: String,
    assembly: String,
    /// Examples of each split; `None`: nobody has counted them yet.
    splits: Option<BTreeMap<String, u64>>,
    /// Whether the data lie here, or are to be fetched.
    fetched: bool,
    summary: String,
}

impl Entry for Data {
    fn row(&self) -> Vec<String> {
        let counted = self.splits.iter().flatten();
        let counted: Vec<String> = counted.map(|(split, n)| format!("{split} {n}")).collect();
        vec![
            self.dataset.clone(),
            where_it_is(self.fetched).to_owned(),
            match counted.is_empty() {
                true => "not counted".to_owned(),
                false => counted.join(", "),
            },
            self.organism.clone(),
            self.assembly.clone(),
            self.summary.clone(),
        ]
    }
}

#[derive(Serialize)]
struct SuiteEntry {
    suite: String,
    task: String,
    question: &'static str,
    in_distribution: Vec<String>,
    out_of_distribution: Vec<String>,
    ladders: Vec<String>,
    summary: String,
}

impl Entry for SuiteEntry {
    fn row(&self) -> Vec<String> {
        let datasets = self.in_distribution.iter().chain(&self.out_of_distribution);
        vec![
            self.suite.clone(),
            self.task.clone(),
            self.question.to_owned(),
            datasets.cloned().collect::<Vec<_>>().join(", "),
            self.ladders.join(", "),
            self.summary.clone(),
        ]
    }
}

#[derive(Serialize)]
struct EvaluationEntry {
    evaluation: String,
    suites: Vec<String>,
    models: Vec<String>,
    gates: usize,
    summary: String,
}

impl Entry for EvaluationEntry {
    fn row(&self) -> Vec<String> {
        vec![
            self.evaluation.clone(),
            self.suites.join(", "),
            self.models.join(", "),
            self.gates.to_string(),
            self.summary.clone(),
        ]
    }
}

#[derive(Serialize)]
struct PolicyEntry {
    policy: String,
    version: String,
    gates: usize,
    summary: String,
}

impl Entry for PolicyEntry {
    fn row(&self) -> Vec<String> {
        vec![
            self.policy.clone(),
            self.version.clone(),
            self.gates.to_string(),
            self.summary.clone(),
        ]
    }
}

pub(super) fn policies(form: Form, places: &Places, talk: Talk) -> Result<u8, CommandError> {
    let what = ("policies", Kind::Policy, &POLICIES[..]);
    list(what, form, places, talk, &|name, path| {
        let given = Document::<Policy>::read(path)?.value;
        Ok(PolicyEntry {
            policy: name,
            version: given.version,
            gates: given.gates.len(),
            summary: given.summary,
        })
    })
}

pub(in crate::commands) fn models(
    form: Form,
    places: &Places,
    talk: Talk,
) -> Result<u8, CommandError> {
    list(
        ("models", Kind::Model, &MODELS),
        form,
        places,
        talk,
        &|name, path| {
            let model = LoadedModel::open(path)?;
            let spec = model.spec();
            Ok(Model {
                model: name,
                tasks: spec.tasks.clone(),
                variants: model.names().into_iter().map(str::to_owned).collect(),
                reference: spec.reference.value.clone(),
                summary: spec.summary.clone(),
            })
        },
    )
}

pub(in crate::commands) fn datasets(
    form: Form,
    places: &Places,
    talk: Talk,
) -> Result<u8, CommandError> {
    list(
        ("data", Kind::Dataset, &DATA),
        form,
        places,
        talk,
        &|name, path| {
            let document = Document::<Dataset>::read(path)?;
            let about = &document.value;
            Ok(Data {
                dataset: name,
                organism: about.organism.clone(),
                assembly: about.assembly.clone(),
                splits: splits_of(&document),
                fetched: is_here(&document),
                summary: about.summary.clone(),
            })
        },
    )
}

pub(super) fn suites(form: Form, places: &Places, talk: Talk) -> Result<u8, CommandError> {
    list(
        ("suites", Kind::Suite, &SUITES),
        form,
        places,
        talk,
        &|name, path| {
            let suite = Document::<Suite>::read(path)?.value;
            let names = |entries: &[titer_spec::suite::DatasetEntry]| {
                let names = entries.iter().map(|entry| entry.dataset.value.clone());
                names.collect()
            };
            Ok(SuiteEntry {
                suite: name,
                task: suite.task.clone(),
                question: asks(&suite.question.value),
                in_distribution: names(&suite.in_distribution),
                out_of_distribution: names(&suite.out_of_distribution),
                ladders: suite
                    .ladders
                    .iter()
                    .map(|one| one.ladder.value.clone())
                    .collect(),
                summary: suite.summary.clone(),
            })
        },
    )
}

pub(super) fn evaluations(form: Form, places: &Places, talk: Talk) -> Result<u8, CommandError> {
    let what = ("evaluations", Kind::Evaluation, &EVALUATIONS[..]);
    list(what, form, places, talk, &|name, path| {
        let given = Document::<Evaluation>::read(path)?.value;
        let model = |source: &ModelSource| match source {
            ModelSource::Named(name) => name.clone(),
            ModelSource::Inline(spec) => spec.model.value.clone(),
        };
        Ok(EvaluationEntry {
            evaluation: name,
            suites: given.suites.iter().map(|it| it.value.clone()).collect(),
            models: given
                .models
                .iter()
                .map(|it| model(&it.model.value))
                .collect(),
            gates: given.gates.len(),
            summary: given.summary.clone(),
        })
    })
}

/// Lists every file of a kind by the name that commands know it by. One that cannot be read keeps no other from being listed.
fn list<E: Entry>(
    (list, kind, heads): (&str, Kind, &[&str]),
    form: Form,
    places: &Places,
    talk: Talk,
    read: &dyn Fn(String, &std::path::Path) -> Result<E, CommandError>,
) -> Result<u8, CommandError> {
    let mut resolver = Resolver::new(&places.path);
    // As names on the command line are looked for.
    resolver.folders.insert(0, PathBuf::from("."));
    let mut entries = Vec::new();
    let mut code = 0;
    for name in resolver.names(kind) {
        let found = finding::find(kind, &name, places);
        match found.and_then(|path| read(name, &path)) {
            Ok(entry) => entries.push(entry),
            Err(error) => {
                complain(&format!("error: {error}"));
                code = UNREADABLE;
            }
        }
    }
    show(list, heads, &entries, form, talk)?;
    Ok(code)
}

/// Whether all lies here that the dataset names to be fetched.
pub(in crate::commands) fn is_here(document: &Document<Dataset>) -> bool {
    let is_here = |entry: &Fetch| entry.place(document.folder()).exists();
    document.value.fetch.iter().all(is_here)
}

pub(in crate::commands) fn where_it_is(fetched: bool) -> &'static str {
    match fetched {
        true => "here",
        false => "not fetched",
    }
}

/// How many examples each split has; `None` where the descriptor leaves that open until the data are fetched and pinned.
pub(in crate::commands) fn splits_of(
    document: &Document<Dataset>,
) -> Option<BTreeMap<String, u64>> {
    let splits = &document.value.splits;
    let counted = splits.iter().any(|(_, count)| *count > 0);
    counted.then(|| {
        let splits = splits.iter();
        splits.map(|(name, count)| (name.clone(), *count)).collect()
    })
}

fn asks(question: &Question) -> &'static str {
    match question {
        Question::Binary(_) => "binary",
        Question::Classes(_) => "classes",
        Question::Labels(_) => "labels",
        Question::Positions(_) => "positions",
        Question::Values(_) => "values",
    }
}
