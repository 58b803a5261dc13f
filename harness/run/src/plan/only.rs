//! The part of an evaluation that the command line asks for (`--suite`, `--dataset`, `--model`, `--variant`), cut out before
//! anything of it is read.
//!
//! What a variant is compared with comes along: without it a part would show nothing of what gates ask. What recalibrations and
//! controls are fitted on stays what it is in the whole, so that every number of a part is the whole's.

use std::collections::BTreeSet;

use titer_spec::plan::Only;
use titer_spec::suite::DatasetEntry;
use titer_spec::{
    Dataset, Document, Kind, Located, ModelEntry, Reference, Resolver, Suite, suggest,
};

use crate::error::RunError;
use crate::models::LoadedModel;

/// Suites, and models with what the evaluation says of each.
type Parts = (Vec<Document<Suite>>, Vec<ModelEntry>, Vec<LoadedModel>);

/// The suites and models of a part. A name that nothing has is an error that lists the names there are.
pub(super) fn narrow(
    only: &Only,
    suites: Vec<Document<Suite>>,
    (entries, models): (Vec<ModelEntry>, Vec<LoadedModel>),
    resolver: &Resolver,
) -> Result<Parts, RunError> {
    if only.is_all() {
        return Ok((suites, entries, models));
    }
    let names = suites.iter().map(|suite| suite.value.suite.value.as_str());
    known("suite", &only.suites, names)?;
    let mut kept = Vec::new();
    let mut datasets = Vec::new();
    for suite in suites {
        if !only.has_suite(&suite.value.suite.value) {
            continue;
        }
        let own = datasets_of(only, &suite, resolver)?;
        if own.is_none_or(|own| {
            let is_in = own.iter().any(|name| only.has_dataset(name));
            datasets.extend(own);
            is_in
        }) {
            kept.push(suite);
        }
    }
    known(
        "dataset",
        &only.datasets,
        datasets.iter().map(String::as_str),
    )?;
    let names = models.iter().map(|model| model.spec().model.value.as_str());
    known("model", &only.models, names)?;
    let (entries, models) = variants(only, entries, models)?;
    Ok((kept, entries, models))
}

/// The names that a suite's datasets give themselves; `None`: nobody asks for datasets by name.
fn datasets_of(
    only: &Only,
    suite: &Document<Suite>,
    resolver: &Resolver,
) -> Result<Option<Vec<String>>, RunError> {
    if only.datasets.is_empty() {
        return Ok(None);
    }
    let given = &suite.value;
    let entries = given
        .in_distribution
        .iter()
        .chain(&given.out_of_distribution);
    let names = entries.map(|entry| own_name(entry, suite, resolver));
    names.collect::<Result<_, _>>().map(Some)
}

/// The name that a suite's dataset gives itself, read without its data.
pub(super) fn own_name(
    entry: &DatasetEntry,
    suite: &Document<Suite>,
    resolver: &Resolver,
) -> Result<String, RunError> {
    let path = resolver.resolve(Kind::Dataset, &entry.dataset, suite)?;
    Ok(Document::<Dataset>::read(&path)?.value.dataset.value)
}

/// Whether a suite's dataset is in the part.
pub(super) fn has(
    only: &Only,
    entry: &DatasetEntry,
    suite: &Document<Suite>,
    resolver: &Resolver,
) -> Result<bool, RunError> {
    Ok(only.datasets.is_empty() || only.has_dataset(&own_name(entry, suite, resolver)?))
}

/// Whether each name of an option is one that there is.
fn known<'a>(
    kind: &'static str,
    wanted: &[String],
    names: impl Iterator<Item = &'a str>,
) -> Result<(), RunError> {
    let names: Vec<&str> = names.collect();
    match wanted.iter().find(|name| !names.contains(&name.as_str())) {
        None => Ok(()),
        Some(unknown) => Err(RunError::NoSuchPart {
            kind,
            name: unknown.clone(),
            cure: suggest::cure(unknown, &names),
        }),
    }
}

/// A model of the evaluation: its own name, the variants that the evaluation lists, which of them are in.
struct Listed {
    name: String,
    variants: Vec<Located<String>>,
    kept: BTreeSet<String>,
}

/// The models that are in, each with those of its variants that are, and with what those are compared with.
fn variants(
    only: &Only,
    entries: Vec<ModelEntry>,
    models: Vec<LoadedModel>,
) -> Result<(Vec<ModelEntry>, Vec<LoadedModel>), RunError> {
    let mut listed: Vec<Listed> = entries
        .iter()
        .zip(&models)
        .map(|(entry, model)| listed(only, entry, model))
        .collect();
    let chosen = listed.iter().filter(|one| only.has_model(&one.name));
    let names = chosen.flat_map(|one| one.variants.iter().map(|it| it.value.as_str()));
    known("variant", &only.variants, names)?;
    while let Some((model, variant)) = missing(&listed, &entries, &models) {
        if let Some(one) = listed.get_mut(model) {
            one.kept.insert(variant);
        }
    }
    let parts = listed.into_iter().zip(entries).zip(models);
    let parts = parts.filter(|((one, _), _)| !one.kept.is_empty());
    Ok(parts
        .map(|((one, entry), model)| {
            let kept = one.variants.into_iter();
            let kept = kept.filter(|variant| one.kept.contains(&variant.value));
            let variants = Some(kept.collect());
            (ModelEntry { variants, ..entry }, model)
        })
        .unzip())
}

fn listed(only: &Only, entry: &ModelEntry, model: &LoadedModel) -> Listed {
    let name = model.spec().model.value.clone();
    let variants = entry.variants.clone().unwrap_or_else(|| {
        let names = model.names().into_iter();
        names
            .map(|name| Located::nowhere(name.to_owned()))
            .collect()
    });
    let names = variants.iter().map(|variant| &variant.value);
    let is_in = only.has_model(&name);
    let kept = names.filter(|name| is_in && only.has_variant(name));
    Listed {
        kept: kept.cloned().collect(),
        name,
        variants,
    }
}

/// A variant that one that is in is compared with, and that is not in yet. One that the evaluation does not list is none: planning
/// says what is wrong with that.
fn missing(
    listed: &[Listed],
    entries: &[ModelEntry],
    models: &[LoadedModel],
) -> Option<(usize, String)> {
    let all = listed.iter().zip(entries).zip(models).enumerate();
    let mut used = all.filter(|(_, ((one, _), _))| !one.kept.is_empty());
    used.find_map(|(index, ((_, entry), model))| {
        let (of, variant) = reference(index, entry, model, listed, models)?;
        let one = listed.get(of)?;
        let is_listed = one.variants.iter().any(|it| it.value == variant);
        (is_listed && !one.kept.contains(&variant)).then_some((of, variant))
    })
}

/// What a model's variants are compared with, by the place of its model; `None`: with an earlier run.
fn reference(
    index: usize,
    entry: &ModelEntry,
    model: &LoadedModel,
    listed: &[Listed],
    models: &[LoadedModel],
) -> Option<(usize, String)> {
    match entry.reference.as_ref().map(|given| &given.value) {
        None => Some((index, model.spec().reference.value.clone())),
        Some(Reference::Variant(variant)) => Some((index, variant.clone())),
        Some(Reference::Elsewhere(elsewhere)) if elsewhere.run.is_some() => None,
        Some(Reference::Elsewhere(elsewhere)) => {
            let name = elsewhere.model.as_ref()?;
            let of = listed.iter().position(|one| one.name == *name)?;
            let own = || models.get(of).map(|it| it.spec().reference.value.clone());
            Some((of, elsewhere.variant.clone().or_else(own)?))
        }
    }
}
