//! A model measured by itself, without data: on drawn sequences, its variants in turn, or one variant in turn with itself.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Serialize;
use titer_core::{Digest, canonical};
use titer_judge::speed::Ratio;
use titer_judge::{MeasurementSummary, machine_words, summarize};
use titer_measure::machine;
use titer_spec::evaluation::Latency;
use titer_spec::{SpecError, suggest};
use titer_store::{Measured, RunFolder};

use crate::error::RunError;
use crate::execute::measurements::add;
use crate::executor::Executor;
use crate::job::{Job, MeasurementWork, TITER, Work};
use crate::models::{LoadedModel, LoadedVariant};
use crate::selection::DataSelection;
use crate::worker::Report;

/// What is to be measured.
#[derive(Clone, Debug)]
pub struct Bench {
    /// Where jobs and measurements are written.
    pub folder: PathBuf,
    /// Variants; all where empty, of an A/A bench the reference.
    pub variants: Vec<String>,
    /// Whether one variant is measured against itself.
    pub is_aa: bool,
    /// Bases of each drawn sequence; those that the model takes where left out.
    pub length: Option<u32>,
    /// Threads of the backend.
    pub threads: usize,
    /// The seed of what is drawn.
    pub seed: u64,
    /// How queries come.
    pub latency: Latency,
    /// Seconds that a round may take.
    pub time_limit: Duration,
}

/// What was measured.
#[derive(Clone, Debug, Serialize)]
pub struct Benched {
    /// Titer's version.
    pub titer: &'static str,
    /// The model.
    pub model: String,
    /// What queries were made of, in words: never data.
    pub queries: String,
    /// The machine, in a few words.
    pub machine: String,
    /// Facts about it by name.
    pub facts: BTreeMap<String, String>,
    /// How queries came.
    pub latency: Latency,
    /// Each variant; of an A/A bench the same one twice.
    pub variants: Vec<MeasurementSummary>,
    /// Of an A/A bench, what one variant differs by from itself, by batch size.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub aa: Vec<Against>,
}

/// One variant against itself.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Against {
    /// Examples per query.
    pub batch_size: u32,
    /// How many times as long the second took, by rounds in turn.
    pub ratio: f64,
    /// Lower end of its interval.
    pub lower: f64,
    /// Upper end.
    pub upper: f64,
    /// How many times as long one round took as the one before or after, at most.
    pub spread: Option<f64>,
}

/// What the second of two variants differs by from the first.
fn against(variants: &[MeasurementSummary]) -> Vec<Against> {
    let [one, again] = variants else {
        return Vec::new();
    };
    let latencies = one.latencies.iter().filter_map(|latency| {
        let ratio = Ratio::of(latency, again.latency(latency.batch_size)?)?.inverse();
        Some(Against {
            batch_size: latency.batch_size,
            ratio: ratio.value,
            lower: ratio.lower,
            upper: ratio.upper,
            spread: ratio.spread,
        })
    });
    latencies.collect()
}

impl Bench {
    /// The bases of the sequences that a model is asked about.
    ///
    /// # Errors
    /// It takes any number, and none is asked for.
    pub fn bases(&self, model: &LoadedModel) -> Result<u32, SpecError> {
        let input = &model.spec().input;
        let window = input.window.as_ref().map(|window| window.value.end);
        let own = window
            .or(input.bases())
            .and_then(|bases| u32::try_from(bases).ok());
        match self.length.or(own) {
            Some(bases) if bases > 0 => Ok(bases),
            _ => Err(model.document.error(
                &model.spec().model,
                "the model takes sequences of any length, so that there is no right one to measure",
                "say which: `--length 1000`",
            )),
        }
    }

    /// The variants to measure, as they are told apart: of an A/A bench one of them twice.
    ///
    /// # Errors
    /// One is not known, or none can be run.
    fn chosen(&self, model: &LoadedModel) -> Result<Vec<(String, String)>, SpecError> {
        let known: Vec<&str> = model.names();
        if let Some(wrong) = self
            .variants
            .iter()
            .find(|it| !known.contains(&it.as_str()))
        {
            let name = &model.spec().model;
            let message = format!("model {} has no variant `{wrong}`", name.value);
            return Err(model
                .document
                .error(name, message, suggest::cure(wrong, &known)));
        }
        let mut wanted: Vec<String> = self.variants.clone();
        if self.is_aa {
            let one = wanted.into_iter().next();
            let one = one.unwrap_or_else(|| model.spec().reference.value.clone());
            return Ok(vec![
                (one.clone(), one.clone()),
                (format!("{one} again"), one),
            ]);
        }
        if wanted.is_empty() {
            let all = model.spec().variants.iter();
            let run = all.filter(|it| it.backend.runs());
            wanted = run.map(|it| it.variant.value.clone()).collect();
        }
        Ok(wanted.into_iter().map(|one| (one.clone(), one)).collect())
    }
}

/// Measures a model. `say` hears which round of what comes next.
///
/// # Errors
/// A variant is not known or cannot be run, its files are not those described, the folder cannot be written, or a round fails.
pub fn bench(
    bench: &Bench,
    model: &LoadedModel,
    library: Option<&Path>,
    executor: &dyn Executor,
    say: &mut dyn FnMut(&str),
) -> Result<Benched, RunError> {
    let bases = bench.bases(model)?;
    let folder = RunFolder::at(&bench.folder);
    let _lock = folder.lock()?;
    let machine = machine::facts();
    let mut benched = Benched {
        titer: TITER,
        model: model.spec().model.value.clone(),
        queries: format!("sequences of {bases} bases drawn at random: no data"),
        machine: machine_words(&machine),
        facts: machine.clone(),
        latency: bench.latency.clone(),
        variants: Vec::new(),
        aa: Vec::new(),
    };
    folder.write_bench(&benched)?;
    let mut all = Vec::new();
    for (name, variant) in bench.chosen(model)? {
        let loaded = model.runnable(&variant)?;
        all.push((name, loaded, Measured::default()));
    }
    for round in 0..bench.latency.rounds {
        for (name, loaded, measured) in &mut all {
            say(&format!(
                "{name}, round {} of {}",
                round + 1,
                bench.latency.rounds
            ));
            let job = job(
                bench,
                model,
                loaded,
                name,
                (bases, round),
                library,
                &machine,
            )?;
            match executor.alone(&job.write()?, bench.time_limit)? {
                Report::Round(done) => add(measured, *done),
                Report::Failed(reason) => {
                    return Err(RunError::Worker(format!("{name}: {reason}")));
                }
                Report::Cell(_) | Report::Drifted => {
                    return Err(RunError::Worker("the worker predicted".to_owned()));
                }
            }
        }
    }
    for (name, loaded, mut measured) in all {
        measured.memory.disk_bytes = loaded.disk_bytes;
        folder.write_measurement(&key(bench, model, &name)?, &measured)?;
        let scenario = &bench.latency.scenario;
        let summary = summarize(&benched.model, &name, &measured, scenario);
        benched.variants.push(summary);
    }
    if bench.is_aa {
        benched.aa = against(&benched.variants);
    }
    folder.write_bench(&benched)?;
    Ok(benched)
}

/// A name for what is measured of a variant in the folder: the folder is of one bench.
fn key(bench: &Bench, model: &LoadedModel, name: &str) -> Result<Digest, RunError> {
    let of = (&model.document.digest(), name, &bench.latency, bench.seed);
    canonical::digest("bench", &of)
        .map_err(|error| RunError::Worker(format!("a bench has no name: {error}")))
}

fn job(
    bench: &Bench,
    model: &LoadedModel,
    loaded: &LoadedVariant,
    name: &str,
    (bases, round): (u32, u32),
    library: Option<&Path>,
    machine: &BTreeMap<String, String>,
) -> Result<Job, RunError> {
    let variant = loaded.spec.variant.value.clone();
    let absolute = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let largest = bench.latency.batch_sizes.value.iter().copied().max();
    Ok(Job {
        titer: TITER.to_owned(),
        folder: bench.folder.clone(),
        key: key(bench, model, name)?,
        work: Work::Measurement(MeasurementWork {
            round,
            batch_sizes: bench.latency.batch_sizes.value.clone(),
            latency: bench.latency.clone(),
            seed: bench.seed,
            drawn: Some(bases),
            scored: None,
            machine: machine.clone(),
        }),
        model: Some(model.spec_of(&variant).clone()),
        variant,
        files: loaded
            .files
            .iter()
            .map(|(role, path)| (role.clone(), absolute(path)))
            .collect(),
        descriptor_folder: Some(absolute(model.document.folder())),
        runtime: library
            .filter(|_| loaded.spec.backend.needs_runtime())
            .map(absolute),
        version: None,
        model_folder: None,
        threads: bench.threads,
        batch_size: largest.map_or(1, |size| size as usize),
        determinism: Default::default(),
        data: DataSelection::nothing(bench.seed),
    })
}
