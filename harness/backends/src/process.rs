//! The process backend: a command of the user's that stays up and answers over its standard streams.
//!
//! The first line that it writes says what it is; after that, one line asks and one line answers, in the
//! words of the Open Inference Protocol, version 2. Tensors are JSON within the line, or little-endian
//! bytes behind it where the process offers the extension `binary_tensor_data`.
//!
//! The process is untrusted: everything has a time limit, sizes are checked before memory is taken, and
//! it ends with whoever started it.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use titer_adaptors::{Feed, Graph, Tensor};
use titer_core::ModelError;
use titer_inspection::Said;
use titer_spec::model::{ProcessOptions, ProcessTensors};
use titer_spec::{ModelSpec, VariantSpec};

use crate::LoadOptions;
use crate::open_inference::answer::Answer;
use crate::open_inference::request::{self, Asked};
use crate::open_inference::{self, shown};

mod child;
mod engine;
mod error;
mod find;
mod journal;
mod metadata;
mod python;
mod stream;

use child::Running;
pub(crate) use engine::ProcessEngine;
use error::{ProcessError, broken_by, no_stream};
use journal::Journal;
use metadata::Metadata;
pub use python::PYTHON;

/// The longest line that is read.
const MOST_LINE_BYTES: usize = 1 << 28;
/// The longest first line.
const MOST_METADATA_BYTES: usize = 1 << 20;
/// Bytes of lines that are no answer, before an answer, that are passed over.
const MOST_STRAY_BYTES: usize = 1 << 16;

/// A process, running or not.
pub struct Process {
    shared: Arc<Shared>,
    watcher: Option<JoinHandle<()>>,
}

/// What the requests and the watcher of idleness share.
struct Shared {
    command: Command,
    state: Mutex<State>,
    /// Tells the watcher that its work is over.
    over: Condvar,
}

struct State {
    running: Option<(Running, Metadata)>,
    used: Instant,
    is_over: bool,
    requests: u64,
    /// Kept, so that a request of the same size takes no new memory.
    line: Vec<u8>,
}

/// What is started, and how it is asked.
struct Command {
    program: PathBuf,
    folder: PathBuf,
    options: ProcessOptions,
    environment: Vec<(&'static str, String)>,
    input: Option<String>,
    output: Option<String>,
    journal: Journal,
}

/// Starts the process of a variant.
///
/// # Errors
/// It cannot be started, is not ready in time, or does not say what it is.
pub fn load(
    spec: &ModelSpec,
    variant: &VariantSpec,
    options: &LoadOptions,
) -> Result<Process, ModelError> {
    let command = Command::new(Some(spec), variant, options)?;
    let running = command.start()?;
    Ok(Process::new(command, running))
}

/// What a variant's process says of itself: started, asked, ended.
///
/// # Errors
/// As [`load`].
pub fn identify(variant: &VariantSpec, options: &LoadOptions) -> Result<String, ModelError> {
    let command = Command::new(None, variant, options)?;
    let (_running, metadata) = command.start()?;
    Ok(metadata.words())
}

/// What a process says of its inputs and outputs, and the files of its own folder that it has loaded.
///
/// # Errors
/// As [`load`].
pub fn describe(
    variant: &VariantSpec,
    options: &LoadOptions,
) -> Result<(Said, Vec<String>), ModelError> {
    let command = Command::new(None, variant, options)?;
    let (_running, metadata) = command.start()?;
    Ok((metadata.said(), metadata.modules))
}

/// The variables that a process is started with.
#[must_use]
pub fn environment(threads: usize) -> Vec<(&'static str, String)> {
    let threads = threads.max(1).to_string();
    let mut variables: Vec<_> = [
        "TITER_THREADS",
        "OMP_NUM_THREADS",
        "MKL_NUM_THREADS",
        "OPENBLAS_NUM_THREADS",
        "NUMEXPR_NUM_THREADS",
        "VECLIB_MAXIMUM_THREADS",
        "RAYON_NUM_THREADS",
        "TF_NUM_INTRAOP_THREADS",
    ]
    .map(|name| (name, threads.clone()))
    .to_vec();
    variables.push(("TF_NUM_INTEROP_THREADS", "1".to_owned()));
    // `titer_model.py` keeps prints away from the protocol from its import on.
    variables.push(("TITER_PROCESS", "1".to_owned()));
    variables
}

impl Command {
    fn new(
        spec: Option<&ModelSpec>,
        variant: &VariantSpec,
        given: &LoadOptions,
    ) -> Result<Self, ModelError> {
        let absent = |what: &str| ModelError::Input(format!("the process backend needs {what}"));
        let options = variant.process.clone();
        let options = options.ok_or_else(|| absent("`process: {command: [...]}`"))?;
        let folder = given.folder.ok_or_else(|| absent("the model's folder"))?;
        let folder = folder.canonicalize().map_err(|error| ModelError::File {
            path: folder.display().to_string(),
            reason: format!("cannot be read: {error}"),
        })?;
        let first = options.command.value.first();
        let first = first.ok_or_else(|| absent("a program in `process.command`"))?;
        let journal = Journal::new(given.errors).map_err(|error| {
            ModelError::Run(format!(
                "the notes of the process cannot be written: {error}"
            ))
        })?;
        let input = spec.and_then(|spec| spec.input.tensor.as_ref());
        let output = spec.and_then(|spec| spec.output.tensor.as_ref());
        Ok(Self {
            program: program(&folder, first),
            input: open_inference::name(options.input.as_ref(), input),
            output: open_inference::name(options.output.as_ref(), output),
            folder,
            options,
            environment: environment(given.threads),
            journal,
        })
    }

    /// Starts the process and reads what it is.
    fn start(&self) -> Result<(Running, Metadata), ModelError> {
        let arguments = self.options.command.value.get(1..).unwrap_or_default();
        let started = Running::start(
            &self.program,
            arguments,
            &self.folder,
            &self.environment,
            &self.journal,
        );
        let mut running = started.map_err(|error| {
            let program = shown(&self.options.command.value.join(" "));
            let reason = format!("{error}: check `process.command`");
            ProcessError::NotStarted { program, reason }.told("")
        })?;
        match self.greet(&mut running) {
            Ok(metadata) => Ok((running, metadata)),
            Err(error) => {
                let error = ended(error, &mut running, "before it was ready");
                Err(error.told(&running.last_words()))
            }
        }
    }

    fn greet(&self, running: &mut Running) -> Result<Metadata, ProcessError> {
        let limit_s = self.options.start_up_s;
        let deadline = Instant::now() + Duration::from_secs(limit_s.into());
        let line = self.json_line(running, MOST_METADATA_BYTES, deadline);
        let line = line.map_err(|error| match error {
            ProcessError::Late { .. } => ProcessError::NeverReady { limit_s },
            other => other,
        })?;
        let metadata = Metadata::parse(&line)?;
        if self.options.tensors == Some(ProcessTensors::Binary) && !metadata.offers_binary() {
            return Err(ProcessError::Unfit(
                "it does not offer `binary_tensor_data`: use `tensors: json`".to_owned(),
            ));
        }
        Ok(metadata)
    }

    /// The next line that may be the protocol's. What else is printed is noted, up to a limit.
    fn json_line(
        &self,
        running: &mut Running,
        most: usize,
        deadline: Instant,
    ) -> Result<Vec<u8>, ProcessError> {
        let stream = running.stream.as_mut().ok_or_else(no_stream)?;
        let mut stray = 0;
        loop {
            let line = stream
                .line(most, deadline)
                .map_err(|broken| broken_by(broken, most, self.options.request_s))?;
            if line.first() == Some(&b'{') {
                return Ok(line);
            }
            stray += line.len() + 1;
            self.journal.note(b"[standard output] ");
            self.journal.note(&line[..line.len().min(1024)]);
            self.journal.note(b"\n");
            if stray > MOST_STRAY_BYTES {
                let line = shown(&String::from_utf8_lossy(&line));
                return Err(ProcessError::Stray { line });
            }
        }
    }

    /// Asks a running process.
    fn ask(
        &self,
        running: &mut Running,
        metadata: &Metadata,
        id: &str,
        line: &mut Vec<u8>,
        feeds: Vec<Feed>,
    ) -> Result<Tensor, ProcessError> {
        let examples = feeds.first().map_or(0, Feed::examples);
        let wanted = self.input.as_ref();
        let feeds = open_inference::named(&metadata.inputs, wanted, feeds, "process", "process")?;
        let binary = match self.options.tensors {
            Some(tensors) => tensors == ProcessTensors::Binary,
            None => metadata.offers_binary(),
        };
        let output = self.output.as_deref();
        request::write(line, Asked { id, output, binary }, &feeds)?;
        let limit_s = self.options.request_s;
        let deadline = Instant::now() + Duration::from_secs(limit_s.into());
        let stream = running.stream.as_mut().ok_or_else(no_stream)?;
        stream
            .send(line, MOST_LINE_BYTES, deadline)
            .map_err(|broken| broken_by(broken, MOST_LINE_BYTES, limit_s))?;
        let answer = self.json_line(running, MOST_LINE_BYTES, deadline)?;
        let stream = running.stream.as_mut().ok_or_else(no_stream)?;
        let mut read = |count| {
            stream
                .bytes(count, deadline)
                .map_err(|broken| broken_by(broken, MOST_LINE_BYTES, limit_s))
        };
        Answer::parse(&answer, id, false)?.tensor(output, examples, &mut read)
    }
}

impl Graph for Process {
    fn run(&mut self, inputs: Vec<Feed>) -> Result<Tensor, ModelError> {
        let mut state = self.shared.state();
        let state = &mut *state;
        let command = &self.shared.command;
        let (mut running, metadata) = match state.running.take() {
            Some(running) => running,
            None => command.start()?,
        };
        state.requests += 1;
        let id = state.requests.to_string();
        let answered = command.ask(&mut running, &metadata, &id, &mut state.line, inputs);
        state.used = Instant::now();
        match answered {
            Ok(tensor) => {
                state.running = Some((running, metadata));
                Ok(tensor)
            }
            // Its last words stand in the notes either way.
            Err(error) if error.leaves_it_sound() => {
                let error = error.told(&command.journal.last_words(None));
                state.running = Some((running, metadata));
                Err(error)
            }
            Err(error) => {
                let error = ended(error, &mut running, "before it had answered");
                Err(error.told(&running.last_words()))
            }
        }
    }

    fn processes(&self) -> Vec<u32> {
        let state = self.shared.state();
        state
            .running
            .iter()
            .map(|(running, _)| running.id())
            .collect()
    }
}

impl Process {
    fn new(command: Command, running: (Running, Metadata)) -> Self {
        let shared = Arc::new(Shared {
            command,
            state: Mutex::new(State {
                running: Some(running),
                used: Instant::now(),
                is_over: false,
                requests: 0,
                line: Vec::new(),
            }),
            over: Condvar::new(),
        });
        let watched = Arc::clone(&shared);
        let watcher = Some(std::thread::spawn(move || watched.watch()));
        Self { shared, watcher }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        {
            let mut state = self.shared.state();
            state.is_over = true;
            state.running = None;
        }
        self.shared.over.notify_all();
        if let Some(watcher) = self.watcher.take() {
            let _ = watcher.join();
        }
        self.shared.command.journal.close();
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends the process where it has been without a request for too long.
    fn watch(&self) {
        let limit = Duration::from_secs(self.command.options.idle_s.into());
        let mut state = self.state();
        while !state.is_over {
            let idle = state.used.elapsed();
            if idle >= limit {
                state.running = None;
            }
            let left = match limit.checked_sub(idle) {
                Some(left) if !left.is_zero() => left,
                _ => limit,
            };
            let waited = self.over.wait_timeout(state, left);
            (state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        }
    }
}

/// The program: one that is named by a path lies in the folder, any other on the system's own paths.
fn program(folder: &Path, first: &str) -> PathBuf {
    match first.contains('/') {
        true => folder.join(first),
        false => PathBuf::from(first),
    }
}

/// Ends a process that has failed; where it ended by itself, says how.
fn ended(error: ProcessError, running: &mut Running, when: &'static str) -> ProcessError {
    if let ProcessError::Ended { .. } = error {
        let fate = running.fate();
        return ProcessError::Ended { fate, when };
    }
    running.kill();
    error
}

#[cfg(test)]
mod tests;
