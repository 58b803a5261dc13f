//! A model that nobody has described: asked what it is, tried with made-up sequences, and proposed as a descriptor.
//!
//! In scope: names, types and sizes of inputs and outputs; what they let one tell about letters, classes and
//! activation; a batch of made-up sequences. What cannot be told is listed, never guessed silently. Not aware
//! of: the terminal, which backends there are.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use titer_adaptors::Tensor;
use titer_core::ModelError;
use titer_spec::model::{Input, Layout, OutputSpec};
use titer_spec::{Backend, Document, ModelSpec, VariantSpec};

use crate::Said;
use crate::files::{Kind, not_executed};

mod answer;
pub mod hugging_face;
mod input;
mod text;

pub use answer::port;
pub use text::{Naming, described, is_a_build_of, model_name, plain_name, variant_names};

/// The backends, as a probe asks them: what stands in their table answers.
pub trait Backends {
    /// What a file is to the backend that executes it; `None`: none does.
    fn find(&self, file: &ModelFile) -> Option<Result<Found, ModelError>>;

    /// What stands at an address; `None`: no backend asks servers.
    fn find_served(&self, address: &str) -> Option<Result<Found, ModelError>>;

    /// What the model makes of so many made-up sequences of so many bases, before anything is made of its numbers.
    ///
    /// # Errors
    /// A file is damaged, the runtime is absent, or the model does not take what the descriptor makes.
    fn run(
        &self,
        found: &Found,
        described: (&ModelSpec, &VariantSpec),
        sequences: usize,
        bases: usize,
    ) -> Result<Tensor, ModelError>;
}

/// A file that was named to a probe.
#[derive(Clone, Debug)]
pub struct ModelFile {
    /// Where it lies, without links.
    pub path: PathBuf,
    /// The folder that it lies in.
    pub folder: PathBuf,
    /// What it is by its content.
    pub kind: Kind,
}

/// A model that nobody has described yet.
#[derive(Clone, Debug)]
pub struct Found {
    /// What executes it.
    pub backend: Backend,
    /// Its name before letters are changed: the stem of its file, or what its server calls it.
    pub name: String,
    /// The file that was named; `None`: it is served.
    pub file: Option<PathBuf>,
    /// The folder of its files.
    pub folder: PathBuf,
    /// Its files by role.
    pub files: BTreeMap<String, PathBuf>,
    /// What its variant says under the backend's name, a line of YAML; `None`: nothing.
    pub options: Option<String>,
    /// What it says.
    pub said: Said,
}

/// What a descriptor can say of a model.
#[derive(Clone, Debug)]
pub struct Proposal {
    /// The model.
    pub found: Found,
    /// From sequence to tensors.
    pub input: Input,
    /// From tensor to probabilities.
    pub output: OutputSpec,
    /// What a batch gave, in words; the failure where it did not run.
    pub trial: Result<String, String>,
    /// Whether either axis of its input may be the letters, and it ran both ways.
    pub axes_are_open: bool,
    /// What could not be told.
    pub open: Vec<String>,
}

/// What is known of a model before it is asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hints {
    /// The order of the axes of its one-hot input.
    pub layout: Option<Layout>,
    /// The bases of the sequences that it will be given, where they are equally long.
    pub bases: Option<usize>,
}

/// How many made-up sequences are run.
const TRIALS: usize = 8;
/// Bases of a made-up sequence where the model takes any number: the shortest that runs is used.
const LENGTHS: [usize; 4] = [200, 1_000, 6_000, 20_000];

impl Found {
    /// A file that a backend executes, of which nothing more is known.
    #[must_use]
    pub fn of_file(backend: Backend, file: &ModelFile) -> Self {
        let stem = file.path.file_stem().unwrap_or_default();
        Self {
            backend,
            name: stem.to_string_lossy().into_owned(),
            file: Some(file.path.clone()),
            folder: file.folder.clone(),
            files: BTreeMap::new(),
            options: None,
            said: Said::default(),
        }
    }

    /// What a descriptor says of it before its inputs and outputs are known: enough to ask it for them.
    ///
    /// # Errors
    /// A file cannot be read.
    pub fn undescribed(&self) -> Result<(ModelSpec, VariantSpec), ModelError> {
        parsed(text::body(
            &[self],
            &Input::default(),
            &answer::unknown(),
            None,
        )?)
    }
}

/// Finds out what executes a file and asks it what it is.
///
/// # Errors
/// The file is nothing that any backend executes (a pickle, a table, weights without a network), with the
/// way out; or it is damaged, or its runtime does not answer.
pub fn find(path: &Path, backends: &dyn Backends, limit_s: u32) -> Result<Found, ModelError> {
    let refused = |path: &Path, reason: String| ModelError::File {
        path: path.display().to_string(),
        reason,
    };
    let unreadable = |error| refused(path, format!("cannot be read: {error}"));
    let path = path.canonicalize().map_err(unreadable)?;
    if path.is_dir() {
        let ways = hugging_face::ways_in(&path);
        let otherwise = || "is a folder: name the model's file in it".to_owned();
        return Err(refused(&path, ways.unwrap_or_else(otherwise)));
    }
    let file = ModelFile {
        kind: Kind::of(&path).map_err(unreadable)?,
        folder: path.parent().unwrap_or(Path::new(".")).to_owned(),
        path,
    };
    let began = Instant::now();
    match backends.find(&file) {
        Some(found) => found.map_err(|error| hinted(error, began, limit_s)),
        None => Err(refused(&file.path, not_executed(file.kind))),
    }
}

/// Asks a server what a model is. The address is that of the model, as in
/// `http://127.0.0.1:8080/v2/models/name`. It has `limit_s` seconds to answer.
///
/// # Errors
/// The address names no model, or the server does not answer for it.
pub fn find_served(
    address: &str,
    backends: &dyn Backends,
    limit_s: u32,
) -> Result<Found, ModelError> {
    let began = Instant::now();
    let found = backends.find_served(address);
    let nobody = || {
        Err(ModelError::Input(format!(
            "{address}: no backend asks servers"
        )))
    };
    let found = found.unwrap_or_else(nobody);
    found.map_err(|error| hinted(error, began, limit_s))
}

/// What a descriptor can say of a model: asked, and tried with a batch. A script or a server has `limit_s`
/// seconds to start, and to answer.
#[must_use]
pub fn propose(found: Found, hints: &Hints, backends: &dyn Backends, limit_s: u32) -> Proposal {
    let mut open = Vec::new();
    let guess = input::guess(&found, hints, &mut open);
    let mut axes_are_open = guess.axes_are_open;
    let (mut input, mut ran) = tried(&found, guess.input, hints, backends, limit_s);
    if axes_are_open {
        let turned = Hints {
            layout: Some(Layout::ChannelsLength),
            ..*hints
        };
        let other = input::guess(&found, &turned, &mut Vec::new()).input;
        let (other, other_ran) = tried(&found, other, &turned, backends, limit_s);
        let taken = match (&ran, &other_ran) {
            (Ok(_), Ok(_)) | (Err(_), Err(_)) => "the last one was taken; `input.one_hot.layout`",
            (Ok(_), Err(_)) => "with the last one alone it runs",
            (Err(_), Ok(_)) => "with the middle one alone it runs",
        };
        open.insert(0, format!("which axis is the letters: {taken}"));
        axes_are_open = ran.is_ok() == other_ran.is_ok();
        if ran.is_err() && other_ran.is_ok() {
            (input, ran) = (other, other_ran);
        }
    }
    let (output, trial) = match ran {
        Ok((bases, tensor)) => {
            let tokens = input.tokens.is_some();
            let output = answer::guess(&found.said, &tensor, bases, tokens, &mut open);
            let words = answer::words(&tensor, bases);
            (output, Ok(words))
        }
        Err(reason) => (answer::unseen(&found.said, &mut open), Err(reason)),
    };
    if found.said.precision.is_none() {
        open.push("in what numbers it computes: fp32 was taken; `precision`".to_owned());
    }
    open.push(
        "what it was trained on: a score on data that it has seen says nothing; `training`"
            .to_owned(),
    );
    open.push("the licences of its weights and code: `licence`".to_owned());
    Proposal {
        found,
        input,
        output,
        trial,
        axes_are_open,
        open,
    }
}

type Ran = Result<(usize, Tensor), String>;

/// Runs made-up sequences of the lengths that the input allows, until one runs or the time is over.
fn tried(
    found: &Found,
    input: Input,
    hints: &Hints,
    backends: &dyn Backends,
    limit_s: u32,
) -> (Input, Ran) {
    let lengths = match (input.bases(), hints.bases) {
        (Some(bases), _) | (None, Some(bases)) => vec![bases],
        (None, None) => LENGTHS.to_vec(),
    };
    let began = Instant::now();
    let mut first = None;
    for bases in lengths {
        match run(found, &input, bases, backends) {
            Ok(tensor) => return (input, Ok((bases, tensor))),
            Err(error) => {
                let error = hinted(error, began, limit_s);
                first.get_or_insert_with(|| error.to_string());
            }
        }
        // What hangs with few bases hangs with more.
        if is_over(began, limit_s) {
            break;
        }
    }
    (input, Err(first.unwrap_or_default()))
}

/// The numbers that the model gives, before anything is made of them.
fn run(
    found: &Found,
    input: &Input,
    bases: usize,
    backends: &dyn Backends,
) -> Result<Tensor, ModelError> {
    let text = text::body(&[found], input, &answer::untouched(&found.said), None)?;
    let (spec, variant) = parsed(text)?;
    backends.run(found, (&spec, &variant), TRIALS, bases)
}

fn is_over(began: Instant, limit_s: u32) -> bool {
    began.elapsed() >= Duration::from_secs(limit_s.into())
}

/// An error that came when the time was over, with the way to more of it.
fn hinted(error: ModelError, began: Instant, limit_s: u32) -> ModelError {
    let more = |words: String| {
        format!("{words}; probing gave it {limit_s} s, and `--time-limit` gives it more")
    };
    match error {
        ModelError::Runtime(words) if is_over(began, limit_s) => ModelError::Runtime(more(words)),
        ModelError::Run(words) if is_over(began, limit_s) => ModelError::Run(more(words)),
        other => other,
    }
}

/// The descriptor as the text has it: what is proposed is what is run.
fn parsed(text: String) -> Result<(ModelSpec, VariantSpec), ModelError> {
    let document = Document::<ModelSpec>::parse(Path::new("model.yaml"), text)
        .map_err(|error| ModelError::Input(format!("what is proposed does not parse: {error}")))?;
    let variant = document.value.variants.first().cloned();
    let variant = variant.ok_or_else(|| ModelError::Input("no variant is proposed".to_owned()))?;
    Ok((document.value, variant))
}
