//! Models and their variants.

use std::collections::{BTreeMap, BTreeSet};

use titer_backends::http::Address;
use titer_backends::runtime::Runtime;
use titer_backends::{Identity, LoadOptions};
use titer_core::ModelError;
use titer_spec::model::Input;
use titer_spec::plan::{PlannedModel, PlannedVariant};
use titer_spec::{
    Document, Evaluation, Located, ModelEntry, ModelSpec, Reference, Resolver, SpecError,
    VariantSpec, suggest,
};

use crate::error::RunError;
use crate::model_folder::{self, Listed, ModelFolder};
use crate::models::{LoadedModel, LoadedVariant};
use crate::plan::{Planned, matrix, suites};

/// Reads the models that an evaluation names, each with what the evaluation says of it.
pub(super) fn read(
    evaluation: &Document<Evaluation>,
    resolver: &Resolver,
) -> Result<(Vec<ModelEntry>, Vec<LoadedModel>), RunError> {
    let mut entries = evaluation.value.models.clone();
    let mut models: Vec<LoadedModel> = Vec::new();
    for entry in &mut entries {
        let mut model = LoadedModel::of_entry(entry, evaluation, resolver)?;
        matrix::expand(entry, &mut model, evaluation)?;
        let name = &model.spec().model.value;
        if models.iter().any(|other| other.spec().model.value == *name) {
            let message = format!("models: `{name}` stands twice");
            return Err(evaluation
                .error(&entry.model, message, "list its variants in one entry")
                .into());
        }
        models.push(model);
    }
    Ok((entries, models))
}

/// Bases of a batch where nobody states its size: enough that the work in a batch outweighs the work for it, few enough that
/// memory stays that of an ordinary batch.
const BASES_PER_BATCH: usize = 65_536;
/// The same of tokens, fewer: attention takes memory by the square of their number.
const TOKENS_PER_BATCH: usize = 16_384;
/// Examples of a batch where nobody states its size, at most.
const MAX_BATCH_SIZE: usize = 256;

/// Examples per batch where nobody states it. It follows from the plan alone, so that keys are the same on any machine; a
/// power of 2, so that a few bases more or less change no key.
fn default_batch_size(input: &Input, longest: Option<usize>) -> usize {
    let tokens = input.tokens.as_ref().and_then(|tokens| tokens.value.length);
    let bases = input.bases().or(longest);
    let positions = tokens.map(|length| length.tokens).or(bases);
    let wanted = match &input.tokens {
        Some(_) => TOKENS_PER_BATCH,
        None => BASES_PER_BATCH,
    };
    let examples = (wanted / positions.unwrap_or(1).max(1)).clamp(1, MAX_BATCH_SIZE);
    1 << examples.ilog2()
}

/// A variant's own batch size, where the evaluation states none: what it is meant for, or what its backend may refuse to
/// exceed.
fn own_batch_size(variant: &VariantSpec, of_model: usize) -> Option<usize> {
    let meant = variant.batch_size.as_ref().map(|size| size.value);
    let limit = variant.backend.batch_limit();
    meant.or(limit.filter(|limit| of_model > *limit))
}

/// Adds a model with its variants to the plan.
pub(super) fn add(
    planned: &mut Planned,
    entry: &ModelEntry,
    model: LoadedModel,
    runtime: &mut dyn FnMut() -> Result<Option<Runtime>, RunError>,
) -> Result<(), RunError> {
    let evaluation = planned.evaluation.clone();
    let spec = model.spec().clone();
    let name = spec.model.value.clone();
    let known = model.names();
    fn unknown<T>(
        evaluation: &Document<Evaluation>,
        at: &Located<T>,
        (model, given): (&str, &str),
        known: &[&str],
    ) -> SpecError {
        let message = format!("model {model} has no variant `{given}`");
        evaluation.error(at, message, suggest::cure(given, known))
    }
    let wanted: Vec<String> = match &entry.variants {
        None => known.iter().map(|variant| (*variant).to_owned()).collect(),
        Some(list) => {
            for given in list {
                if !known.contains(&given.value.as_str()) {
                    let names = (name.as_str(), given.value.as_str());
                    return Err(unknown(&evaluation, given, names, &known).into());
                }
            }
            once(&evaluation, list)?;
            list.iter().map(|given| given.value.clone()).collect()
        }
    };
    let reference = match entry.reference.as_ref().map(|given| (given, &given.value)) {
        None => spec.reference.value.clone(),
        Some((_, Reference::Variant(given))) if known.contains(&given.as_str()) => given.clone(),
        Some((at, Reference::Variant(given))) => {
            return Err(unknown(&evaluation, at, (&name, given), &known).into());
        }
        // Found when every model is planned.
        Some((_, Reference::Elsewhere(_))) => String::new(),
    };
    if !reference.is_empty() && !wanted.contains(&reference) {
        let message =
            format!("model {name}: its reference `{reference}` is not among the variants");
        let cure = format!("add `{reference}` to `variants`, or name another `reference`");
        let listed = entry.variants.iter().flatten().next();
        return Err(match (&entry.reference, listed) {
            (Some(at), _) => evaluation.error(at, message, cure),
            (None, Some(at)) => evaluation.error(at, message, cure),
            (None, None) => evaluation.error(&entry.model, message, cure),
        }
        .into());
    }
    let stated = entry.batch_size.as_ref().map(|size| size.value);
    let stated = stated.or(evaluation.value.batch_size);
    let batch_size =
        stated.unwrap_or_else(|| default_batch_size(&spec.input, longest(&spec, planned)));
    let varied = matrix::sized(&model, batch_size, entry, &evaluation)?;
    let mut variants = Vec::new();
    for wanted in &wanted {
        let runnable = model.runnable(wanted);
        let mut loaded = runnable
            .map_err(|error| matrix::placed(error, entry, &evaluation, (&model, wanted)))?;
        if let Some(version) = loaded.spec.runtime() {
            further_runtime(planned, version).map_err(|(message, cure)| {
                let error = model.document.error(version, message, cure);
                matrix::placed(error, entry, &evaluation, (&model, wanted))
            })?;
        } else if loaded.spec.backend.needs_runtime() && planned.runtime.is_none() {
            planned.runtime = runtime()?;
            let digest = planned.runtime.as_ref().map(Runtime::digest);
            planned.runtime_digest = digest.transpose()?;
        }
        let runtime = identity(&model, &loaded, planned)
            .map_err(|error| unanswered(&model, &loaded, &error))?;
        loaded.version = runtime.version;
        // After the command has run once: what it leaves then is there from now on.
        if let Some(listed) = folder(&model, &loaded, planned)? {
            planned.notes.extend(listed.notes);
            loaded.folder = Some(listed.folder);
        }
        let is_own = stated.is_none() || model.varies(wanted, matrix::BATCH_SIZE);
        let own = own_batch_size(&loaded.spec, batch_size).filter(|_| is_own);
        variants.push(PlannedVariant {
            batch_size: own,
            ..planned_variant(&loaded, runtime.words)
        });
        planned
            .variants
            .insert((name.clone(), wanted.clone()), loaded);
    }
    planned.plan.models.push(PlannedModel {
        name: name.clone(),
        summary: spec.summary.clone(),
        activation_is_right: spec.output.activation_is_right,
        threshold: spec.threshold,
        thresholds: thresholds(&spec),
        training: spec.training.clone(),
        licence: spec.licence.clone(),
        sources: spec.sources.iter().map(suites::source_line).collect(),
        changes: spec.changes.clone(),
        output: spec.output.kind,
        meaning: spec.output.meaning,
        output_classes: spec.output.classes.clone(),
        reference,
        against: None,
        batch_size,
        variants,
        matrix: varied,
        digest: model.document.digest(),
        descriptor: file_name(&model.document.path),
        earlier: None,
    });
    planned.entries.insert(name, entry.clone());
    planned.models.push(model);
    Ok(())
}

/// A release of ONNX Runtime that a variant names; else what is wrong, and the cure.
fn further_runtime(
    planned: &mut Planned,
    version: &Located<String>,
) -> Result<(), (String, &'static str)> {
    if planned.runtimes.contains_key(&version.value) {
        return Ok(());
    }
    let found = titer_backends::runtime::of_version(&version.value)
        .and_then(|runtime| Ok((runtime.digest()?, runtime)));
    let (digest, runtime) = found.map_err(|error| {
        let cure = "install it, or leave `runtime` out to use the one that runs the others";
        (format!("onnx.runtime: {error}"), cure)
    })?;
    planned
        .runtimes
        .insert(version.value.clone(), (runtime, digest));
    Ok(())
}

/// The thresholds of labels that have one of their own.
fn thresholds(spec: &ModelSpec) -> BTreeMap<String, f64> {
    let own = spec.thresholds.iter();
    own.map(|(label, threshold)| (label.clone(), threshold.value))
        .collect()
}

/// A list of variants names nothing twice.
fn once(evaluation: &Document<Evaluation>, variants: &[Located<String>]) -> Result<(), SpecError> {
    let mut seen = BTreeSet::new();
    match variants.iter().find(|it| !seen.insert(&it.value)) {
        None => Ok(()),
        Some(twice) => {
            let message = format!("variants: `{}` stands twice", twice.value);
            Err(evaluation.error(twice, message, "list it once"))
        }
    }
}

/// A descriptor by its last two parts: enough to find it, nothing of this machine.
fn file_name(path: &std::path::Path) -> String {
    let parts: Vec<_> = path
        .components()
        .rev()
        .take(2)
        .map(|part| part.as_os_str().to_string_lossy())
        .collect();
    parts.into_iter().rev().collect::<Vec<_>>().join("/")
}

fn planned_variant(loaded: &LoadedVariant, runtime: String) -> PlannedVariant {
    PlannedVariant {
        name: loaded.spec.variant.value.clone(),
        backend: loaded.spec.backend,
        runtime,
        precision: loaded.spec.precision.clone(),
        made: loaded.spec.made.clone(),
        batch_dependent: loaded.spec.batch_dependent,
        batch_size: None,
        disk_bytes: loaded.disk_bytes,
        files: loaded.digests.clone(),
        folder: loaded.folder.as_ref().map(ModelFolder::digest),
    }
}

/// The folder that a variant's command may read, without what the evaluation itself is made of.
fn folder(
    model: &LoadedModel,
    loaded: &LoadedVariant,
    planned: &Planned,
) -> Result<Option<Listed>, SpecError> {
    let suites = planned.suites.values().map(|suite| suite.path.as_path());
    let skipped: Vec<_> = suites.chain([planned.evaluation.path.as_path()]).collect();
    model_folder::of(&model.document, loaded, &skipped)
}

/// The backend, its version and the digest of its library; of a server, the version of its model.
fn identity(
    model: &LoadedModel,
    loaded: &LoadedVariant,
    planned: &Planned,
) -> Result<Identity, ModelError> {
    let runtime = planned.runtime_of(&loaded.spec);
    let version = runtime.and_then(|(runtime, _)| runtime.version.as_deref());
    let options = LoadOptions {
        threads: planned.plan.threads,
        folder: Some(model.document.folder()),
        ..LoadOptions::default()
    };
    let spec = model.spec_of(&loaded.spec.variant.value);
    let bases = bases(spec, planned);
    let (variant, files) = (&loaded.spec, &loaded.files);
    let mut found = titer_backends::identify(spec, variant, files, version, bases, &options)?;
    if let Some((_, Some(digest))) = runtime {
        found.words += &format!(", library sha256:{}", digest.short());
    }
    Ok(found)
}

/// Bases of the longest example that a model will be given.
fn longest(spec: &ModelSpec, planned: &Planned) -> Option<usize> {
    let suites = planned.plan.suites.iter();
    let asked: Vec<&str> = suites
        .filter(|suite| spec.tasks.contains(&suite.task))
        .map(|suite| suite.name.as_str())
        .collect();
    let data = planned.data.iter();
    let of_suites = data.filter(|((suite, ..), _)| asked.contains(&suite.as_str()));
    let longest = of_suites.filter_map(|(_, data)| data.survey.longest.as_ref());
    longest.map(|example| example.sequence.len()).max()
}

/// Bases of an example that a model will be given.
fn bases(spec: &ModelSpec, planned: &Planned) -> Option<usize> {
    let suites = planned.plan.suites.iter();
    let mut asked = suites.filter(|suite| spec.tasks.contains(&suite.task));
    asked.find_map(|suite| {
        let mut data = planned.data.iter();
        let of_suite = data.find(|((name, ..), _)| *name == suite.name);
        let example = of_suite?.1.survey.first.as_ref()?;
        Some(example.sequence.len())
    })
}

/// A runtime that does not answer is bad input: nothing has been predicted yet.
fn unanswered(model: &LoadedModel, loaded: &LoadedVariant, error: &ModelError) -> SpecError {
    let variant = &loaded.spec.variant;
    let message = format!("variant {}: {error}", variant.value);
    let server = loaded.spec.http.as_ref();
    let cure = match server.map(|http| Address::parse(&http.url.value)) {
        Some(Ok(address)) => format!(
            "`curl {}/v2/health/ready` says whether it is up: start the server, correct `http`, or leave the variant out",
            address.base
        ),
        _ => "start it by hand to see what it says, or leave the variant out".to_owned(),
    };
    model.document.error(variant, message, cure)
}
