//! What a model says of itself, and the descriptor that follows from it.
//!
//! In scope: names, types and sizes of inputs and outputs; what they let one tell about letters, classes and
//! activation; a batch of made-up sequences. What cannot be told is listed, never guessed silently. Not aware
//! of: the terminal.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use titer_core::{ModelError, Query, Sequence};
use titer_spec::model::{Input, OutputSpec};
use titer_spec::{Backend, Document, ModelSpec, VariantSpec};

use crate::files::graph::Ending;
use crate::files::{self, Kind};
use crate::registry::{Loading, engine};
use crate::{Adaptor, Feed, LoadOptions, Tensor};

mod answer;
mod graph;
mod hugging_face;
mod input;
mod text;
#[cfg(feature = "candle")]
mod weights;

pub use text::described;

/// One tensor as a model states it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Port {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub holds: Numbers,
    /// Sizes of the axes, the batch first; `None`: any. Empty where the model does not say.
    pub sizes: Vec<Option<usize>>,
}

/// What a tensor holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Numbers {
    /// Floating-point numbers.
    Floats,
    /// Whole numbers.
    Whole,
    /// Text.
    Text,
    /// What the model does not say.
    Unsaid,
    /// What no sequence becomes, in the model's word.
    Other(String),
}

/// What a model says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// In words: format, who made it, sizes.
    pub facts: Vec<String>,
    /// What it takes.
    pub inputs: Vec<Port>,
    /// What it gives.
    pub outputs: Vec<Port>,
    /// The operator that the answer comes from.
    pub ends_in: Option<Ending>,
    /// Its numbers in a word, as in fp32.
    pub precision: Option<String>,
    /// Whether a prediction depends on the rest of its batch.
    pub batch_dependent: bool,
}

/// A model that nobody has described yet.
#[derive(Clone, Debug)]
pub struct Found {
    /// What executes it.
    pub backend: Backend,
    /// The folder of its files.
    pub folder: PathBuf,
    /// Its files by role.
    pub files: BTreeMap<String, PathBuf>,
    /// The command of the process backend.
    pub command: Vec<String>,
    /// The place of a served model: the server's address, its name, its version.
    pub served: Option<Served>,
    /// What it says.
    pub said: Said,
}

/// Where a server has a model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Served {
    /// The server's address, without `/v2`.
    pub url: String,
    /// The model's name there.
    pub model: String,
    /// Its version, where one is named.
    pub version: Option<String>,
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
    /// What could not be told.
    pub open: Vec<String>,
}

/// How many made-up sequences are run.
const TRIALS: usize = 8;
/// Bases of a made-up sequence where the model takes any number: the shortest that runs is used.
const LENGTHS: [usize; 4] = [200, 1_000, 6_000, 20_000];

/// Finds out what executes a file and asks it what it is. A script has `limit_s` seconds to start.
///
/// # Errors
/// The file is nothing that any backend executes (a pickle, a table, weights without a network), with the
/// way out; or it is damaged, or its runtime does not answer.
pub fn find(path: &Path, options: &LoadOptions, limit_s: u32) -> Result<Found, ModelError> {
    let unreadable = |error: std::io::Error| ModelError::File {
        path: path.display().to_string(),
        reason: format!("cannot be read: {error}"),
    };
    let path = path.canonicalize().map_err(unreadable)?;
    if path.is_dir() {
        let ways = hugging_face::ways_in(&path);
        return Err(ModelError::File {
            path: path.display().to_string(),
            reason: ways.unwrap_or("is a folder: name the model's file in it".to_owned()),
        });
    }
    let kind = Kind::of(&path).map_err(unreadable)?;
    let folder = path.parent().unwrap_or(Path::new(".")).to_owned();
    let python = path.extension().is_some_and(|extension| extension == "py");
    match kind {
        #[cfg(feature = "candle")]
        Kind::Safetensors | Kind::Gguf => weights::find(&path, folder, kind),
        #[cfg(not(feature = "candle"))]
        Kind::Safetensors | Kind::Gguf => Err(crate::candle::ABSENT.into()),
        Kind::Text if python => script(&path, folder, options, limit_s),
        _ => graph::find(&path, folder, options),
    }
}

/// Asks a server what a model is. The address is that of the model, as in
/// `http://127.0.0.1:8080/v2/models/name`. It has `limit_s` seconds to answer.
///
/// # Errors
/// The address names no model, or the server does not answer for it.
pub fn find_served(
    address: &str,
    options: &LoadOptions,
    limit_s: u32,
) -> Result<Found, ModelError> {
    let served = Served::parse(address).ok_or_else(|| {
        ModelError::Input(format!(
            "{address} names no model: write http://host:port/v2/models/name, or .../versions/1 behind it"
        ))
    })?;
    let mut found = Found {
        backend: Backend::Http,
        folder: PathBuf::from("."),
        files: BTreeMap::new(),
        command: Vec::new(),
        served: Some(served),
        said: Said::default(),
    };
    let text = text::body(&[&found], &Input::default(), &answer::unknown())?;
    let (_, variant) = parsed(text, limit_s)?;
    if let Some(http) = &variant.http {
        let began = Instant::now();
        let said = crate::http::describe(http, options);
        found.said = said.map_err(|error| hinted(error, began, limit_s))?;
    }
    Ok(found)
}

impl Served {
    fn parse(address: &str) -> Option<Self> {
        let (url, rest) = address.split_once("/v2/models/")?;
        let mut parts = rest.trim_end_matches('/').split('/');
        let model = parts.next().filter(|model| !model.is_empty())?;
        let version = match (parts.next(), parts.next(), parts.next()) {
            (None, None, None) => None,
            (Some("versions"), Some(version), None) => Some(version.to_owned()),
            _ => return None,
        };
        Some(Self {
            url: url.to_owned(),
            model: model.to_owned(),
            version,
        })
    }
}

/// A script that answers as `titer_model.py` makes it.
fn script(
    path: &Path,
    folder: PathBuf,
    options: &LoadOptions,
    limit_s: u32,
) -> Result<Found, ModelError> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let command = vec!["python3".to_owned(), name.into_owned()];
    let mut found = Found {
        backend: Backend::Process,
        files: [("script".to_owned(), path.to_owned())].into(),
        folder,
        command,
        served: None,
        said: Said::default(),
    };
    let at = LoadOptions {
        folder: Some(&found.folder),
        ..*options
    };
    let text = text::body(&[&found], &Input::default(), &answer::unknown())?;
    let began = Instant::now();
    let described = crate::process::describe(&parsed(text, limit_s)?.1, &at);
    let (said, modules) = described.map_err(|error| hinted(error, began, limit_s))?;
    found.said = said;
    for module in modules {
        let module = found.folder.join(module);
        if module != path {
            let stem = module.file_stem().unwrap_or_default().to_string_lossy();
            found.files.insert(stem.replace('.', "-"), module);
        }
    }
    Ok(found)
}

/// What a descriptor can say of a model: asked, and tried with a batch. A script or a server has `limit_s`
/// seconds to start, and to answer.
#[must_use]
pub fn propose(found: Found, options: &LoadOptions, limit_s: u32) -> Proposal {
    let mut open = Vec::new();
    let guess = input::guess(&found, &mut open);
    let (input, ran) = tried(&found, guess, options, limit_s);
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
        open,
    }
}

type Ran = Result<(usize, Tensor), String>;

/// Runs made-up sequences of the lengths that the input allows, until one runs or the time is over.
fn tried(found: &Found, input: Input, options: &LoadOptions, limit_s: u32) -> (Input, Ran) {
    let lengths = match input.bases() {
        Some(bases) => vec![bases],
        None => LENGTHS.to_vec(),
    };
    let began = Instant::now();
    let mut first = None;
    for bases in lengths {
        match run(found, &input, bases, options, limit_s) {
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
    options: &LoadOptions,
    limit_s: u32,
) -> Result<Tensor, ModelError> {
    let text = text::body(&[found], input, &answer::untouched(&found.said))?;
    let (spec, variant) = parsed(text, limit_s)?;
    let at = LoadOptions {
        folder: Some(&found.folder),
        ..*options
    };
    files::check(found.backend, &found.files)?;
    let adaptor = Adaptor::new(&spec.input, &spec.output, &found.files)?;
    let loading = Loading {
        spec: &spec,
        variant: &variant,
        files: &found.files,
        options: &at,
    };
    let mut graph = engine(found.backend).graph(&loading, &adaptor.made())?;
    graph.run(feeds(&adaptor, TRIALS, bases)?)
}

/// One made-up sequence as a model takes it; of `bases` where the descriptor leaves their number open.
///
/// # Errors
/// The descriptor contradicts itself, or refuses so many bases.
pub(crate) fn made_up_feeds(
    spec: &ModelSpec,
    files: &BTreeMap<String, PathBuf>,
    bases: Option<usize>,
) -> Result<Vec<Feed>, ModelError> {
    let adaptor = Adaptor::new(&spec.input, &spec.output, files)?;
    let window = spec.input.window.as_ref().map(|window| window.value.end);
    let bases = window.or(spec.input.bases()).or(bases);
    feeds(&adaptor, 1, bases.unwrap_or(LENGTHS[0]))
}

fn feeds(adaptor: &Adaptor, sequences: usize, bases: usize) -> Result<Vec<Feed>, ModelError> {
    let sequences = made_up(sequences, bases);
    let queries: Vec<Query> = sequences.iter().map(Query::from).collect();
    Ok(adaptor.encode(&queries)?.feeds)
}

/// Sequences that differ, the same ones every time.
fn made_up(sequences: usize, bases: usize) -> Vec<Sequence> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut base = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        ['A', 'C', 'G', 'T'][(state >> 40) as usize % 4]
    };
    (0..sequences)
        .filter_map(|_| {
            let text: String = (0..bases).map(|_| base()).collect();
            Sequence::new(&text).ok()
        })
        .collect()
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

/// The descriptor as the text has it: what is proposed is what is run, but in less time.
fn parsed(text: String, limit_s: u32) -> Result<(ModelSpec, VariantSpec), ModelError> {
    let document = Document::<ModelSpec>::parse(Path::new("model.yaml"), text)
        .map_err(|error| ModelError::Input(format!("what is proposed does not parse: {error}")))?;
    let variant = document.value.variants.first().cloned();
    let mut variant =
        variant.ok_or_else(|| ModelError::Input("no variant is proposed".to_owned()))?;
    if let Some(process) = &mut variant.process {
        (process.start_up_s, process.request_s) = (limit_s, limit_s);
    }
    if let Some(http) = &mut variant.http {
        http.connect_s = http.connect_s.min(limit_s);
        http.request_s = limit_s;
        http.retries = http.retries.min(1);
    }
    Ok((document.value, variant))
}

impl Said {
    /// Its numbers in a word; fp32 where nothing says otherwise.
    #[must_use]
    pub fn precision(&self) -> &str {
        self.precision.as_deref().unwrap_or("fp32")
    }
}

impl Port {
    /// As in "`reads` floats [any, 100, 4]".
    #[must_use]
    pub fn in_words(&self) -> String {
        let sizes: Vec<String> = self
            .sizes
            .iter()
            .map(|size| size.map_or_else(|| "any".to_owned(), |size| size.to_string()))
            .collect();
        let sizes = match sizes.is_empty() {
            true => "of a size that it does not say".to_owned(),
            false => format!("[{}]", sizes.join(", ")),
        };
        format!("`{}` {} {sizes}", self.name, self.holds.word())
    }
}

impl Numbers {
    fn word(&self) -> &str {
        match self {
            Self::Floats => "floats",
            Self::Whole => "whole numbers",
            Self::Text => "text",
            Self::Unsaid => "",
            Self::Other(word) => word,
        }
    }
}
