//! Examples to try a model with: of a suite that it answers, where the data are here, else made up.

use std::collections::BTreeMap;
use std::path::Path;

use titer_core::{Example, Place, Sequence, Target};
use titer_spec::suite::{DatasetEntry, Question};
use titer_spec::{Document, Kind, ModelSpec, Resolver, SpecError, Suite};

use super::{LoadedModel, LoadedVariant, adaptor};
use crate::selection::DataSelection;
use crate::survey::Survey;

/// Examples that are read at most.
const MAX_EXAMPLES: usize = 256;

/// What a model is tried with.
#[derive(Clone, Debug)]
pub struct Trial {
    /// Whose sequences they are, in words.
    pub source: String,
    /// One at least.
    pub examples: Vec<Example>,
    /// The dataset's bases on each side of a stretch.
    pub context: usize,
    /// The dataset's classes; none of made-up sequences.
    pub classes: Vec<String>,
    /// What the suite asks; nothing of made-up sequences.
    pub question: Option<Question>,
    /// How many may be asked at once: sequences of several lengths need a descriptor that makes one of them.
    pub batch_size: usize,
}

/// Sequences that are asked at once, where they are equally long.
const BATCH_SIZE: usize = 8;

/// The data that a model's tasks have here.
#[derive(Clone, Debug, Default)]
pub struct TrialData {
    found: Option<Here>,
}

/// A dataset that is here.
#[derive(Clone, Debug)]
struct Here {
    dataset: String,
    /// Some examples of its scored split.
    examples: Vec<Example>,
    context: usize,
    classes: Vec<String>,
    question: Question,
}

impl TrialData {
    /// Looks through the suites of a model's tasks for the first dataset that can be read.
    #[must_use]
    pub fn find(spec: &ModelSpec, resolver: &Resolver) -> Self {
        let names = resolver.names(Kind::Suite).into_iter();
        let mut suites = names.filter_map(|name| {
            let path = resolver.find(Kind::Suite, &name, Path::new(".")).ok()?;
            Document::<Suite>::read(&path).ok()
        });
        let found = suites.find_map(|suite| {
            let is_of_task = spec.tasks.contains(&suite.value.task);
            is_of_task.then(|| of_suite(&suite, resolver)).flatten()
        });
        Self { found }
    }

    /// What to try a variant with.
    ///
    /// # Errors
    /// The descriptor contradicts itself, or the dataset's examples.
    pub fn trial(&self, model: &LoadedModel, variant: &LoadedVariant) -> Result<Trial, SpecError> {
        match &self.found {
            Some(Here {
                dataset,
                examples,
                context,
                classes,
                question,
            }) => {
                adaptor::fits(model, variant, dataset, &Survey::of(examples), 1)?;
                let mut lengths = examples.iter().map(|example| example.sequence.len());
                let first = lengths.next();
                let is_one_length = lengths.all(|length| Some(length) == first);
                Ok(Trial {
                    batch_size: if is_one_length { BATCH_SIZE } else { 1 },
                    source: format!("dataset {dataset}"),
                    examples: examples.clone(),
                    context: *context,
                    classes: classes.clone(),
                    question: Some(question.clone()),
                })
            }
            None => Ok(Trial {
                batch_size: 1,
                source: "made up".to_owned(),
                examples: vec![made_up(
                    adaptor::adaptor(model, variant)?.trial(&model.spec().input),
                )],
                context: 0,
                classes: Vec::new(),
                question: None,
            }),
        }
    }
}

fn made_up(sequence: Sequence) -> Example {
    Example {
        id: "made up".to_owned(),
        sequence,
        second: None,
        target: Target::Class(0),
        strata: BTreeMap::new(),
        clusters: BTreeMap::new(),
        place: Place::default(),
    }
}

fn of_suite(suite: &Document<Suite>, resolver: &Resolver) -> Option<Here> {
    let given = &suite.value;
    let entries = given
        .in_distribution
        .iter()
        .chain(&given.out_of_distribution);
    let mut found = entries.filter_map(|entry| of_dataset(suite, entry, resolver));
    found.next()
}

/// Some examples of a dataset; `None` where it is not here, or holds no sequences.
fn of_dataset(suite: &Document<Suite>, entry: &DatasetEntry, resolver: &Resolver) -> Option<Here> {
    let path = resolver
        .resolve(Kind::Dataset, &entry.dataset, suite)
        .ok()?;
    let dataset = titer_data::open(&path).ok()?;
    let selection = DataSelection {
        descriptor: path,
        split: suite.value.split.value.clone(),
        question: suite.value.question.value.clone(),
        limit: Some(MAX_EXAMPLES),
        spare: Vec::new(),
        seed: 0,
        inputs: None,
    };
    let examples = selection.read(&dataset).ok()?;
    let has_letters = examples.iter().all(|example| !example.sequence.is_empty());
    let is_usable = !examples.is_empty() && has_letters;
    is_usable.then(|| Here {
        dataset: dataset.about().dataset.value.clone(),
        context: dataset.about().context,
        classes: dataset.about().classes.clone(),
        question: selection.question.clone(),
        examples,
    })
}
