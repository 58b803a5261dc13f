//! `titer models check`: every variant's files, loaded, asked, held to golden outputs. One that fails stops no
//! other.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use titer_backends::LoadOptions;
use titer_core::{Answer, Model, ModelError, Outcome, Query, Squashed};
use titer_run::model_folder;
use titer_run::models::look::look;
use titer_run::models::trial::{Trial, TrialData};
use titer_run::models::{LoadedModel, LoadedVariant};
use titer_run::worker::batches;
use titer_run::worker::positions::misfit;
use titer_run::{RunError, golden};
use titer_spec::{Resolver, SpecError, VariantSpec};

use super::predictions;
use crate::arguments::{Places, Talk};
use crate::console::{bytes, complain, say};
use crate::error::CommandError;
use crate::finding;

/// How long a variant is asked, about.
const LIMIT: Duration = Duration::from_secs(10);

/// What became of a variant; what stands later outweighs what stands before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fate {
    Sound,
    /// Not what its original gave.
    Off,
    /// It failed while it ran, or could not be run here.
    NotRun,
    /// The program's own mistake.
    Internal,
    /// A file, a graph or the descriptor is wrong.
    BadInput,
}

impl Fate {
    fn of(error: &CommandError) -> Self {
        match error {
            CommandError::Model(error) | CommandError::Run(RunError::Model(error)) => match error {
                ModelError::Runtime(_) | ModelError::Device(_) | ModelError::Run(_) => Self::NotRun,
                ModelError::File { .. } | ModelError::Input(_) | ModelError::Shape { .. } => {
                    Self::BadInput
                }
            },
            other if other.exit_code() == 1 => Self::Internal,
            _ => Self::BadInput,
        }
    }

    fn exit_code(self) -> u8 {
        match self {
            Self::Sound => 0,
            Self::Off => 100,
            Self::NotRun => 5,
            Self::Internal => 1,
            Self::BadInput => 2,
        }
    }
}

/// What every variant is checked with.
struct Check<'a> {
    model: &'a LoadedModel,
    resolver: Resolver,
    /// Examples of the suites that it answers.
    data: TrialData,
    /// ONNX Runtime, where a variant needs it; why there is none.
    runtime: Result<Option<PathBuf>, String>,
}

/// Checks every variant; the exit code is that of the worst.
pub(super) fn run(model: &LoadedModel, places: &Places, talk: Talk) -> Result<u8, CommandError> {
    let variants = &model.spec().variants;
    let needs_runtime = variants.iter().any(|one| one.backend.needs_runtime());
    let runtime = needs_runtime.then(|| finding::onnxruntime(places, talk).map(|found| found.path));
    let mut here = Resolver::new(&places.path);
    here.folders.push(PathBuf::from("."));
    let check = Check {
        model,
        data: TrialData::find(model.spec(), &here),
        resolver: Resolver::new(&places.path),
        runtime: runtime.transpose().map_err(|error| error.to_string()),
    };
    let mut worst = Fate::Sound;
    for variant in variants {
        let fate = check
            .variant(&variant.variant.value)
            .unwrap_or_else(|error| {
                let fate = Fate::of(&error);
                complain(&format!("error: {}", placed(model, variant, error)));
                fate
            });
        worst = worst.max(fate);
    }
    say(match worst {
        Fate::Sound => "sound",
        _ => "not sound",
    });
    Ok(worst.exit_code())
}

/// The error with the variant's name, at the place that it is about, or else where the variant is described.
fn placed(model: &LoadedModel, variant: &VariantSpec, error: CommandError) -> SpecError {
    let name = &variant.variant;
    match error {
        CommandError::Spec(error) | CommandError::Run(RunError::Spec(error)) => SpecError {
            message: format!("variant {}: {}", name.value, error.message),
            ..error
        },
        other => {
            let message = format!("variant {}: {other}", name.value);
            model.document.error(name, message, "")
        }
    }
}

impl Check<'_> {
    fn variant(&self, name: &str) -> Result<Fate, CommandError> {
        let (model, spec) = (self.model, self.model.spec());
        let variant = model.runnable(name)?;
        model_folder::of(&model.document, &variant, &[])?;
        let files = files(&variant);
        if !variant.spec.backend.runs() {
            predictions::check(model, name, &variant, &files)?;
            return Ok(Fate::Sound);
        }
        let trial = self.data.trial(model, &variant)?;
        for example in trial.examples.iter().take(1) {
            for line in titer_run::models::adaptor::shown(model, &variant, &example.sequence)? {
                let (bases, source) = (example.sequence.len(), &trial.source);
                say(&format!("{name}: {bases} bases ({source}) become {line}"));
            }
        }
        let runtime = self.runtime_of(&variant)?;
        let options = LoadOptions {
            runtime: runtime.as_deref(),
            threads: titer_backends::candle_threads(),
            folder: Some(model.document.folder()),
            ..LoadOptions::default()
        };
        let held = spec
            .golden
            .as_ref()
            .filter(|golden| golden.variants.iter().any(|held| held.value == name));
        let Some(golden) = held else {
            let mut loaded = titer_backends::load(spec, &variant.spec, &variant.files, &options)?;
            let trouble = self.trouble(name, loaded.as_mut(), &trial, &variant.spec.precision)?;
            say(&format!(
                "{name}: {files}; {}; not held to golden outputs",
                match trouble {
                    None => "loads and answers",
                    Some(_) => "loads",
                }
            ));
            return trouble.map_or(Ok(Fate::Sound), |trouble| Err(trouble.into()));
        };
        let agreement = golden::check(model, golden, &variant, &self.resolver, &options)?;
        say(&format!(
            "{name}: {files}; {} golden values, largest difference {:.2e}, tolerance {:.0e}: {}",
            agreement.values,
            agreement.largest_difference,
            agreement.tolerance,
            if agreement.holds() {
                "holds"
            } else {
                "DOES NOT HOLD"
            }
        ));
        Ok(if agreement.holds() {
            Fate::Sound
        } else {
            Fate::Off
        })
    }

    /// What is wrong with the answers to some examples, the first of which are asked twice.
    fn trouble(
        &self,
        name: &str,
        model: &mut dyn Model,
        trial: &Trial,
        precision: &str,
    ) -> Result<Option<ModelError>, CommandError> {
        let queries: Vec<Query<'_>> = trial.examples.iter().map(Query::from).collect();
        let began = Instant::now();
        let mut answers: Vec<Outcome> = Vec::new();
        for batch in queries.chunks(trial.batch_size) {
            answers.extend(model.predict(batch)?);
            if began.elapsed() > LIMIT {
                break;
            }
        }
        if !answers
            .iter()
            .all(|outcome| matches!(outcome, Outcome::Predicted(_)))
        {
            let trouble = format!("an answer to {} is NaN or infinite", trial.source);
            return Ok(Some(ModelError::Run(trouble)));
        }
        let mut pairs = trial.examples.iter().zip(&answers);
        if let Some(reason) = pairs.find_map(|(example, one)| misfit(example, one, trial.context)) {
            return Ok(Some(ModelError::Input(reason)));
        }
        if let Some(look) = look(self.model.spec(), trial, &answers) {
            say(&format!("{name}: {}", look.words));
            if let Some(doubt) = look.doubt {
                complain(&format!("warning: {name}: {}: {doubt}", look.words));
            }
        }
        let is_right = self.model.spec().output.activation_is_right;
        match model.squashed().filter(Squashed::is_likely) {
            Some(squashed) if is_right => complain(&format!(
                "note: {name}: {}; `activation_is_right: true` overrides it",
                squashed.seen()
            )),
            Some(squashed) if squashed.is_certain() => {
                return Ok(Some(ModelError::Input(squashed.words())));
            }
            Some(squashed) => complain(&format!("warning: {name}: {}", squashed.words())),
            None => {}
        }
        // One number says nothing of the scale but its own size.
        let range = match &answers[..] {
            [one] => one.answer().and_then(Answer::value).map_or(1.0, f64::abs),
            several => {
                let mut range = batches::Range::default();
                several.iter().for_each(|one| range.add(one));
                range.width()
            }
        };
        let first = &queries[..queries.len().min(trial.batch_size)];
        let again = model.predict(first)?;
        let chance = batches::repeated(&answers, &again);
        let chance = chance.and_then(|repeat| batches::by_chance(&repeat, precision, range));
        Ok(chance.map(ModelError::Run))
    }

    /// ONNX Runtime's library, for a variant that needs it.
    fn runtime_of(
        &self,
        variant: &LoadedVariant,
    ) -> Result<Option<std::path::PathBuf>, CommandError> {
        if let Some(version) = variant.spec.runtime() {
            let own = titer_backends::runtime::of_version(&version.value)?;
            return Ok(Some(own.path));
        }
        match &self.runtime {
            _ if !variant.spec.backend.needs_runtime() => Ok(None),
            Err(reason) => Err(ModelError::Runtime(reason.clone()).into()),
            Ok(path) => Ok(path.clone()),
        }
    }
}

fn files(variant: &LoadedVariant) -> String {
    let count = match variant.files.len() {
        1 => "1 file".to_owned(),
        count => format!("{count} files"),
    };
    format!(
        "{count}, {}, digests as described",
        bytes(variant.disk_bytes)
    )
}
