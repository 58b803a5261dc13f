//! A worker's job: what a process is to do for one cell or one round of a measurement.
//!
//! It lies in the run folder as JSON and holds all that the work needs: what a descriptor says, which files, which examples.
//! Paths to models and data are absolute, so that any process that sees the same files can do it, on this machine or another.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use titer_core::Digest;
use titer_spec::evaluation::Latency;
use titer_spec::plan::SearchSpec;
use titer_spec::{ControlSpec, Determinism, ModelSpec, PerturbationSpec};
use titer_store::{RunFolder, StoreError};

use crate::error::RunError;
use crate::model_folder::ModelFolder;
use crate::selection::DataSelection;

/// The version that writes jobs, and does none of another's.
pub const TITER: &str = env!("CARGO_PKG_VERSION");

/// One piece of a worker's work.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Job {
    /// The version of titer that wrote it: [`TITER`].
    pub titer: String,
    /// The run folder; a file's is the one that it lies in.
    #[serde(skip)]
    pub folder: PathBuf,
    /// The key of the cell or measurement.
    pub key: Digest,
    /// What to do.
    pub work: Work,
    /// The model; a control has none.
    pub model: Option<ModelSpec>,
    /// The variant's name.
    pub variant: String,
    /// Its files by role.
    pub files: BTreeMap<String, PathBuf>,
    /// The descriptor's folder; a control has none.
    pub descriptor_folder: Option<PathBuf>,
    /// ONNX Runtime's library, where the variant needs it.
    pub runtime: Option<PathBuf>,
    /// The version of a served model that the plan was made for.
    pub version: Option<String>,
    /// The files that a command of the user's may read, as they were when the run was planned.
    pub model_folder: Option<ModelFolder>,
    /// Threads of the backend.
    pub threads: usize,
    /// Examples per batch.
    pub batch_size: usize,
    /// How much of a clean cell is asked twice.
    pub determinism: Determinism,
    /// The data.
    pub data: DataSelection,
}

/// What to do.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Work {
    /// Predict every example.
    Cell {
        /// Changes the examples first.
        perturbation: Option<PerturbationSpec>,
    },
    /// Predict every example with the model's weights in random order, drawn by this seed.
    RandomWeights(u64),
    /// Fit a control and predict every example of a dataset with it.
    Control(Box<ControlWork>),
    /// Ask beyond the examples, what to ask following from the answers.
    Search(SearchWork),
    /// Measure time and memory.
    Measurement(MeasurementWork),
}

/// A search's work.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SearchWork {
    /// What is searched for.
    pub search: SearchSpec,
    /// The cell of the search whose finds are asked of this variant.
    pub base: Option<Digest>,
}

/// A control's work.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ControlWork {
    /// What it is.
    pub control: ControlSpec,
    /// What it is fitted on.
    pub training: DataSelection,
    /// What is done to the examples that it answers; never to those that it is fitted on.
    #[serde(default)]
    pub perturbation: Option<PerturbationSpec>,
}

/// How one process measures.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct MeasurementWork {
    /// The process's number, counted from 0.
    pub round: u32,
    /// Batch sizes, ascending.
    pub batch_sizes: Vec<u32>,
    /// How queries come, and how many.
    pub latency: Latency,
    /// The seed of arrivals and of drawn sequences.
    pub seed: u64,
    /// Bases of the drawn sequences that queries are made of in place of data; `None`: the data's.
    pub drawn: Option<u32>,
    /// The cell of the same variant on the same examples, whose answers timed ones are held against.
    pub scored: Option<Digest>,
    /// Facts about the machine that the measurement's key is of: no other may measure it.
    pub machine: BTreeMap<String, String>,
}

/// A job in its run folder.
#[derive(Clone, Debug)]
pub struct JobFile {
    /// The file.
    pub path: PathBuf,
    /// The key of its cell or measurement.
    pub key: Digest,
    /// Threads of the backend, which a process is started with.
    pub threads: usize,
}

impl JobFile {
    /// A job's file that is there, and can be done.
    ///
    /// # Errors
    /// As [`Job::read`].
    pub fn read(path: &Path) -> Result<Self, RunError> {
        let job = Job::read(path)?;
        Ok(Self {
            path: path.to_owned(),
            key: job.key,
            threads: job.threads,
        })
    }
}

impl Job {
    /// Writes it into its run folder.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn write(&self) -> Result<JobFile, RunError> {
        let round = match &self.work {
            Work::Measurement(work) => Some(work.round),
            Work::Cell { .. } | Work::RandomWeights(_) | Work::Control(_) | Work::Search(_) => None,
        };
        let folder = RunFolder::at(&self.folder);
        Ok(JobFile {
            path: folder.write_job(&self.key, round, self)?,
            key: self.key,
            threads: self.threads,
        })
    }

    /// Reads a job's file.
    ///
    /// # Errors
    /// It is absent, damaged, of another version of titer, or lies in no run folder.
    pub fn read(path: &Path) -> Result<Self, RunError> {
        let (_, Version { titer }) = RunFolder::read_job(path)?;
        if titer != TITER {
            return Err(RunError::Store(StoreError::Damaged {
                path: path.to_owned(),
                reason: format!("titer {titer} wrote this job, and this is titer {TITER}"),
                cure: "use that titer, or run the evaluation again with this one: it writes jobs of its own",
            }));
        }
        let (folder, job) = RunFolder::read_job::<Self>(path)?;
        Ok(Self {
            folder: folder.path().to_owned(),
            ..job
        })
    }
}

/// What is read first of a job: the rest may have another shape in another version.
#[derive(Deserialize)]
struct Version {
    titer: String,
}

#[cfg(test)]
pub(crate) mod tests {
    use titer_spec::suite::Span;

    use super::*;

    /// A job of a small model, for tests.
    pub(crate) fn job(folder: &Path) -> Job {
        let model = r#"{"model": "m", "summary": "s", "tasks": ["t"],
            "input": {"window": {"start": 0, "end": 4}, "one_hot": {"alphabet": "ACGT", "layout": "length_channels", "other": "zeros"}},
            "output": {"kind": "binary", "activation": "none"}, "threshold": 0.5,
            "training": {"seen": [], "complete": false, "description": "none"},
            "licence": {"weights": "MIT"}, "sources": [],
            "variants": [{"variant": "fp32", "backend": "onnx", "precision": "fp32", "files": {}}], "reference": "fp32"}"#;
        Job {
            titer: TITER.to_owned(),
            folder: folder.to_owned(),
            key: titer_core::RowDigest::new("key").finish(),
            work: Work::Cell { perturbation: None },
            model: Some(serde_json::from_str(model).unwrap()),
            variant: "fp32".to_owned(),
            files: BTreeMap::from([("model".to_owned(), PathBuf::from("a \"b\"\\c\u{e9}.onnx"))]),
            descriptor_folder: Some(PathBuf::from("/models/m")),
            runtime: Some(PathBuf::from("/lib/x.so")),
            version: Some("7".to_owned()),
            model_folder: None,
            threads: 2,
            batch_size: 32,
            determinism: Determinism::Sample,
            data: DataSelection {
                descriptor: PathBuf::from("dataset.yaml"),
                split: "test".to_owned(),
                question: serde_json::from_str(
                    r#"{"binary": {"positive": "donor", "negative": "decoy_donor"}}"#,
                )
                .unwrap(),
                limit: Some(3),
                spare: vec![Span {
                    start: 198,
                    end: 202,
                }],
                seed: u64::MAX,
                inputs: None,
            },
        }
    }

    /// An example of so many bases.
    pub(crate) fn example(id: &str, bases: usize) -> titer_core::Example {
        titer_core::Example {
            id: id.to_owned(),
            sequence: titer_core::Sequence::new(&"A".repeat(bases)).unwrap(),
            second: None,
            target: titer_core::Target::Class(0),
            strata: BTreeMap::new(),
            clusters: BTreeMap::new(),
            place: titer_core::Place::default(),
        }
    }

    /// A folder that counts as a run's.
    pub(crate) fn run_folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("manifest.json"), "{}").unwrap();
        folder
    }

    #[test]
    fn a_job_reads_back_as_it_was_written() {
        let folder = run_folder();
        let job = job(folder.path());
        let file = job.write().unwrap();
        let text = std::fs::read_to_string(&file.path).unwrap();
        let back = Job::read(&file.path).unwrap();
        assert_eq!(back.folder, folder.path());
        assert_eq!(back.model, job.model);
        assert_eq!(back.files, job.files);
        assert_eq!(back.data, job.data);
        assert_eq!(back.version, job.version);
        back.write().unwrap();
        assert_eq!(std::fs::read_to_string(&file.path).unwrap(), text);
        assert!(text.contains(&job.key.hex()), "{text}");
    }

    #[test]
    fn a_job_that_cannot_be_done_is_an_error_with_file_and_cure() {
        let folder = run_folder();
        let file = job(folder.path()).write().unwrap();
        let text = std::fs::read_to_string(&file.path).unwrap();
        let other = text.replace(&format!("\"{TITER}\""), "\"0.0.1\"");
        let more = text.replacen('{', "{\"more\": 1,", 1);
        for (text, said) in [
            (other.as_str(), "titer 0.0.1 wrote this job"),
            (more.as_str(), "unknown field `more`"),
            (&text[..text.len() / 2], "EOF"),
            ("", "EOF"),
            ("{\"titer\": 1}", "invalid type"),
        ] {
            assert_ne!(text, std::fs::read_to_string(&file.path).unwrap());
            std::fs::write(&file.path, text).unwrap();
            let error = Job::read(&file.path).unwrap_err().to_string();
            assert!(error.contains(said), "{error}");
            assert!(error.contains(&file.path.display().to_string()), "{error}");
            assert!(error.contains("help: "), "{error}");
        }
    }
}
