//! From an evaluation to a plan: every name resolved, every default filled, every mistake found before
//! a model is loaded.

mod cells;
mod controls;
mod gates;
mod latency;
mod matrix;
mod models;
mod only;
mod predictions;
mod rankings;
mod references;
mod searches;
mod suites;

pub use gates::under_policy;
pub use references::Earlier;
pub use suites::source_line;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use titer_backends::runtime::Runtime;
use titer_core::Digest;
use titer_spec::plan::{LeftOut, Only, Pair, PlannedCell};
use titer_spec::{
    Document, Evaluation, ModelEntry, Plan, Policy, Resolver, SpecError, Suite, VariantSpec,
    suggest,
};

use crate::error::RunError;
use crate::examples::Examples;
use crate::models::{LoadedModel, LoadedVariant};
use crate::survey::Survey;

/// What a user may override.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// At most so many examples per dataset.
    pub limit: Option<usize>,
    /// Another seed.
    pub seed: Option<u64>,
    /// Another number of threads.
    pub threads: Option<usize>,
    /// A part of the evaluation.
    pub only: Only,
}

/// A plan, with what is needed to run it.
#[derive(Debug)]
pub struct Planned {
    /// The plan.
    pub plan: Plan,
    /// The evaluation that it came from.
    pub evaluation: Document<Evaluation>,
    /// The policy that it names.
    pub policy: Option<Document<Policy>>,
    /// The models, in the plan's order.
    pub models: Vec<LoadedModel>,
    /// What the evaluation says of each model, by the model's name.
    pub entries: BTreeMap<String, ModelEntry>,
    /// The variants' files by model and variant.
    pub variants: BTreeMap<(String, String), LoadedVariant>,
    /// Suites by name.
    pub suites: BTreeMap<String, Document<Suite>>,
    /// Data by suite, dataset and split.
    pub data: BTreeMap<(String, String, String), SuiteData>,
    /// ONNX Runtime, where a variant needs it.
    pub runtime: Option<Runtime>,
    /// What the user may want to know, in a line each.
    pub notes: Vec<String>,
    /// Tuning splits that a table of predictions says nothing of.
    untuned: BTreeSet<predictions::Untuned>,
    /// The digest of its library: two builds of one version may differ.
    pub runtime_digest: Option<Digest>,
    /// Further releases that variants name, each with its library's digest.
    pub runtimes: BTreeMap<String, (Runtime, Digest)>,
    /// Facts about this machine by name; the keys of measurements are made with them.
    pub machine: BTreeMap<String, String>,
    /// Earlier runs that models are held against.
    pub earlier: Vec<Earlier>,
    /// The cells that are taken from those.
    taken: Vec<PlannedCell>,
    /// What their models knew of the datasets.
    taken_pairs: Vec<Pair>,
}

/// A suite's dataset, read.
#[derive(Debug)]
pub struct SuiteData {
    /// The examples that are scored.
    pub examples: Examples,
    /// What they are like.
    pub survey: Survey,
}

/// Plans an evaluation. `runtime` finds ONNX Runtime when a variant needs it; `None`: it is not
/// there, and the plan is only to be looked at.
///
/// # Errors
/// Anything that the user wrote and that cannot be: names, files, digests, windows, gates.
pub fn plan(
    evaluation: &Document<Evaluation>,
    resolver: &Resolver,
    options: &Options,
    runtime: &mut dyn FnMut() -> Result<Option<Runtime>, RunError>,
) -> Result<Planned, RunError> {
    check(evaluation)?;
    let given = &evaluation.value;
    let mut planned = Planned {
        plan: Plan {
            evaluation: given.evaluation.value.clone(),
            summary: given.summary.clone(),
            seed: options.seed.unwrap_or(given.seed),
            threads: options
                .threads
                .or(given.threads)
                .unwrap_or_else(default_threads),
            limit: options.limit.or(given.limit),
            look: options.limit.is_some(),
            only: options.only.clone(),
            time_limit_s: given.time_limit_s,
            replicates: given.replicates,
            across_machines: given.across_machines,
            ungated_losses: given.ungated_losses,
            must_fall: given.must_fall,
            rare_flips: given.rare_flips,
            determinism: given.determinism,
            isolate: given.isolate,
            tolerances: given
                .tolerances
                .iter()
                .map(|(metric, most)| (metric.clone(), most.value.0))
                .collect(),
            suites: Vec::new(),
            models: Vec::new(),
            pairs: Vec::new(),
            cells: Vec::new(),
            measurements: Vec::new(),
            latency: given
                .measure
                .as_ref()
                .map(|measure| measure.latency.clone()),
            gates: given.gates.iter().map(|gate| gate.value.clone()).collect(),
            policy: None,
            controls: Vec::new(),
            searches: Vec::new(),
            left_out: Vec::new(),
        },
        policy: gates::policy(evaluation, resolver)?,
        evaluation: evaluation.clone(),
        models: Vec::new(),
        entries: BTreeMap::new(),
        variants: BTreeMap::new(),
        suites: BTreeMap::new(),
        data: BTreeMap::new(),
        runtime: None,
        runtime_digest: None,
        runtimes: BTreeMap::new(),
        machine: titer_measure::machine::facts(),
        earlier: Vec::new(),
        taken: Vec::new(),
        taken_pairs: Vec::new(),
        notes: Vec::new(),
        untuned: BTreeSet::new(),
    };
    planned.notes.extend(too_many(planned.plan.threads));
    let suites = suites::read(evaluation, resolver)?;
    let models = models::read(evaluation, resolver)?;
    let (suites, entries, models) = only::narrow(&options.only, suites, models, resolver)?;
    leave_out(&mut planned.plan, &suites, &models)?;
    for suite in suites {
        let task = &suite.value.task;
        if models.iter().any(|model| model.spec().tasks.contains(task)) {
            suites::add(&mut planned, suite, resolver)?;
        }
    }
    for (entry, model) in entries.iter().zip(models) {
        if planned
            .plan
            .suites
            .iter()
            .any(|suite| model.spec().tasks.contains(&suite.task))
        {
            models::add(&mut planned, entry, model, runtime)?;
        }
    }
    predictions::check(&mut planned)?;
    rankings::check(&mut planned)?;
    references::resolve(&mut planned)?;
    cells::add(&mut planned)?;
    controls::add(&mut planned, resolver)?;
    searches::add(&mut planned)?;
    gates::check(&mut planned)?;
    Ok(planned)
}

fn check(evaluation: &Document<Evaluation>) -> Result<(), SpecError> {
    let given = &evaluation.value;
    let name = &given.evaluation;
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    if name.value.is_empty() || !name.value.chars().all(plain) || name.value.starts_with('.') {
        let message = format!("evaluation: `{}` cannot be a folder's name", name.value);
        return Err(evaluation.error(name, message, "use letters, digits, `-`, `_` and `.`"));
    }
    for (length, field) in [
        (given.suites.len(), "suites"),
        (given.models.len(), "models"),
    ] {
        if length == 0 {
            let cure = format!("name at least one, as in `{field}: [...]`");
            let at = evaluation.place(name, field);
            return Err(evaluation.error(&at, format!("{field}: the list is empty"), cure));
        }
    }
    controls::check(evaluation)?;
    let own = given
        .models
        .iter()
        .filter_map(|model| model.batch_sizes.as_ref());
    for sizes in given
        .measure
        .iter()
        .map(|measure| &measure.latency.batch_sizes)
        .chain(own)
    {
        if sizes.value.is_empty() {
            let message = "batch_sizes: the list is empty";
            return Err(evaluation.error(sizes, message, "write `[1, 32]`"));
        }
    }
    given
        .measure
        .iter()
        .try_for_each(|measure| latency::check(evaluation, &measure.latency))
}

fn default_threads() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Said of more threads than there are cores for.
fn too_many(threads: usize) -> Option<String> {
    let cores = default_threads();
    (threads > cores).then(|| {
        format!(
            "threads: {threads} are more than this machine's {cores} cores; they wait for each other, and times say little"
        )
    })
}

/// Says which models and suites find no partner; nothing paired at all is an error.
fn leave_out(
    plan: &mut Plan,
    suites: &[Document<Suite>],
    models: &[LoadedModel],
) -> Result<(), RunError> {
    let known = models.iter().flat_map(|model| &model.spec().tasks);
    let known: Vec<&str> = known.map(String::as_str).collect();
    for suite in suites {
        let (name, task) = (&suite.value.suite.value, &suite.value.task);
        if !known.contains(&task.as_str()) {
            let why = match suggest::nearest(task, &known) {
                Some(meant) => format!("no model does the task {task} (did you mean `{meant}`?)"),
                None => format!("no model does the task {task}"),
            };
            plan.left_out.push(LeftOut {
                what: format!("suite {name}"),
                why,
            });
        }
    }
    for model in models {
        let spec = model.spec();
        if !suites
            .iter()
            .any(|suite| spec.tasks.contains(&suite.value.task))
        {
            let why = match spec.tasks.is_empty() {
                true => "it names no task: write the `task` of a suite under `tasks`".to_owned(),
                false => format!("no suite asks for {}", spec.tasks.join(" or ")),
            };
            plan.left_out.push(LeftOut {
                what: format!("model {}", spec.model.value),
                why,
            });
        }
    }
    if plan.left_out.len() == suites.len() + models.len() {
        let why: Vec<String> = plan
            .left_out
            .iter()
            .map(|left| format!("{}: {}", left.what, left.why))
            .collect();
        return Err(RunError::Nothing(why.join("; ")));
    }
    Ok(())
}

impl Planned {
    /// The library that a variant needs.
    #[must_use]
    pub fn library(&self, variant: &VariantSpec) -> Option<PathBuf> {
        self.runtime_of(variant)
            .map(|(runtime, _)| runtime.path.clone())
    }

    /// The runtime that a variant needs, with its library's digest.
    pub(crate) fn runtime_of(&self, variant: &VariantSpec) -> Option<(&Runtime, Option<&Digest>)> {
        if let Some(version) = variant.runtime() {
            let own = self.runtimes.get(&version.value);
            return own.map(|(runtime, digest)| (runtime, Some(digest)));
        }
        let runtime = self
            .runtime
            .as_ref()
            .filter(|_| variant.backend.needs_runtime());
        runtime.map(|runtime| (runtime, self.runtime_digest.as_ref()))
    }
}
