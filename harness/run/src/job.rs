//! A worker's job: what the parent hands to the process that runs one cell or one measurement.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use titer_core::{Digest, Example, Target};
use titer_data::LoadedDataset;
use titer_spec::evaluation::Latency;
use titer_spec::suite::Span;
use titer_spec::{ControlSpec, Dataset, Determinism, ModelSpec, PerturbationSpec, Question};

use crate::error::RunError;
use crate::model_folder::ModelFolder;

/// One process's work.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Job {
    /// The run folder.
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
    #[serde(with = "crate::model_folder::in_one_text")]
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
    /// Measure time and memory.
    Measurement(Scenario),
}

/// A control's work.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ControlWork {
    /// What it is.
    pub control: ControlSpec,
    /// What it is fitted on.
    pub training: DataSelection,
}

/// How one process measures.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Scenario {
    /// The process's number, counted from 0.
    pub round: u32,
    /// Batch sizes, ascending.
    pub batch_sizes: Vec<u32>,
    /// How long.
    pub latency: Latency,
}

impl Job {
    /// The job as one line, as a worker reads it.
    ///
    /// # Errors
    /// It cannot be put into JSON.
    pub fn line(&self) -> Result<String, RunError> {
        let json = serde_json::to_string(self);
        json.map_err(|error| RunError::Worker(format!("a job: {error}")))
    }

    /// Reads a job's line.
    ///
    /// # Errors
    /// The line is no job: it comes from another version, or from a person.
    pub fn parse(line: &str) -> Result<Self, RunError> {
        // JSON is read as the YAML that it is: descriptors keep places, which JSON's reader has none of.
        serde_saphyr::from_str(line).map_err(|error| {
            RunError::Worker(format!("this is no job of this version of titer: {error}"))
        })
    }
}

/// Which examples of a dataset.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DataSelection {
    /// The dataset's descriptor.
    pub descriptor: PathBuf,
    /// The split.
    pub split: String,
    /// What is asked; it says which classes are kept.
    pub question: Question,
    /// At most so many examples.
    pub limit: Option<usize>,
    /// Ranges that perturbations spare.
    pub spare: Vec<Span>,
    /// Keys the random streams.
    pub seed: u64,
    /// The digest of what the plan expects a model to see of them.
    pub inputs: Option<Digest>,
}

impl DataSelection {
    /// Reads the examples.
    ///
    /// # Errors
    /// The dataset cannot be read.
    pub fn read(&self, dataset: &LoadedDataset) -> Result<Vec<Example>, RunError> {
        let keep = |label: &str| match &self.question {
            Question::Binary(binary) => label == binary.positive || label == binary.negative,
            Question::Positions(_) | Question::Values(_) => true,
            Question::Classes(asked) => asked.classes.iter().any(|class| class == label),
        };
        Ok(titer_data::read(dataset, &self.split, &keep)?)
    }

    /// At most `limit` of the examples, chosen by the seed and each example's id, in their order.
    #[must_use]
    pub fn limited(&self, examples: Vec<Example>) -> Vec<Example> {
        let Some(limit) = self.limit.filter(|limit| *limit < examples.len()) else {
            return examples;
        };
        let draw =
            |example: &Example| titer_core::Stream::new(self.seed, "limit", &example.id).whole();
        let mut draws: Vec<u64> = examples.iter().map(draw).collect();
        draws.sort_unstable();
        let Some(last) = limit
            .checked_sub(1)
            .and_then(|index| draws.get(index))
            .copied()
        else {
            return Vec::new();
        };
        examples
            .into_iter()
            .filter(|example| draw(example) <= last)
            .take(limit)
            .collect()
    }

    /// The ranges of an example's sequence that define its label.
    #[must_use]
    pub fn spared(&self, example: &Example, dataset: &Dataset) -> Vec<Range<usize>> {
        let mut ranges: Vec<Range<usize>> = self.spare.iter().copied().map(Into::into).collect();
        if let (Question::Positions(positions), Target::Positions { truth, .. }) =
            (&self.question, &example.target)
        {
            let around = positions.spare_around;
            let background = dataset
                .classes
                .iter()
                .position(|class| *class == positions.background);
            for (offset, class) in truth.iter().enumerate() {
                if Some(usize::from(*class)) != background {
                    let place = dataset.context + offset;
                    ranges.push(place.saturating_sub(around)..place + around + 1);
                }
            }
        }
        ranges
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use std::path::Path;

    /// A job of a small model, for tests.
    pub fn job(folder: &Path) -> Job {
        let model = r#"{"model": "m", "summary": "s", "tasks": ["t"],
            "input": {"window": {"start": 0, "end": 4}, "one_hot": {"alphabet": "ACGT", "layout": "length_channels", "other": "zeros"}},
            "output": {"kind": "binary", "activation": "none"}, "threshold": 0.5,
            "training": {"seen": [], "complete": false, "description": "none"},
            "licence": {"weights": "MIT"}, "sources": [],
            "variants": [{"variant": "fp32", "backend": "onnx", "precision": "fp32", "files": {}}], "reference": "fp32"}"#;
        Job {
            folder: folder.to_owned(),
            key: titer_core::RowDigest::new("key").finish(),
            work: Work::Cell { perturbation: None },
            model: Some(serde_saphyr::from_str(model).unwrap()),
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
                question: serde_saphyr::from_str(
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

    #[test]
    fn a_job_reads_back_as_it_was_written() {
        let job = job(Path::new("runs/a b"));
        let line = job.line().unwrap();
        assert!(!line.contains('\n'));
        let back = Job::parse(&line).unwrap();
        assert_eq!(back.line().unwrap(), line);
        assert_eq!(back.files, job.files);
        assert_eq!(back.data.seed, u64::MAX);
        assert_eq!(back.version, job.version);
    }

    #[test]
    fn what_is_no_job_is_an_error() {
        assert!(Job::parse("{\"folder\": 1}").is_err());
        assert!(Job::parse("").is_err());
    }

    #[test]
    fn a_limit_chooses_the_same_examples_in_any_order() {
        let selection = job(Path::new(".")).data;
        let example = |index: usize| Example {
            id: format!("e{index}"),
            sequence: titer_core::Sequence::new("ACGT").unwrap(),
            second: None,
            target: Target::Class(0),
            strata: BTreeMap::new(),
            clusters: BTreeMap::new(),
            place: titer_core::Place::default(),
        };
        let ids = |examples: Vec<Example>| {
            let mut ids: Vec<String> = examples.into_iter().map(|example| example.id).collect();
            ids.sort();
            ids
        };
        let forwards = ids(selection.limited((0..100).map(example).collect()));
        let backwards = ids(selection.limited((0..100).rev().map(example).collect()));
        assert_eq!(forwards.len(), 3);
        assert_eq!(forwards, backwards);
        assert_ne!(forwards, ["e0", "e1", "e2"]);
        assert_eq!(selection.limited((0..2).map(example).collect()).len(), 2);
    }
}
