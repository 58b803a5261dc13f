//! What a worker keeps from one cell to the next: the model that is loaded or the control that is fitted, the data that was read
//! last, and the model's first examples, which are asked again after each further cell.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::rc::Rc;

use titer_core::{Example, Model, Outcome};
use titer_spec::ModelSpec;

use super::batches::BASES_AGAIN;
use super::control::Fitted;
use super::{load, queries, variant};
use crate::error::RunError;
use crate::examples::Examples;
use crate::job::{ControlWork, Job, Work};
use crate::selection::DataSelection;

/// The jobs of one process. A process that does one job is a session of one.
pub struct Session {
    /// Whether more jobs may follow the first.
    is_shared: bool,
    data: Option<Rc<Examples>>,
    loaded: Option<(Identity, Loaded)>,
    fitted: Option<(ControlWork, Rc<Fitted>)>,
}

/// A variant that is loaded, and what it answered first.
pub(super) struct Loaded {
    pub model: Box<dyn Model>,
    first: Option<First>,
    /// Whether a cell was predicted before.
    pub is_used: bool,
}

struct First {
    examples: Vec<Example>,
    outcomes: Vec<Outcome>,
}

impl Session {
    /// Nothing is loaded yet; whether more jobs may follow the first.
    #[must_use]
    pub fn new(is_shared: bool) -> Self {
        Self {
            is_shared,
            data: None,
            loaded: None,
            fitted: None,
        }
    }

    /// The examples of a selection, read unless they are those of the job before.
    pub(super) fn data(&mut self, data: &DataSelection) -> Result<Rc<Examples>, RunError> {
        if let Some(held) = &self.data
            && held.selection == *data
        {
            return Ok(Rc::clone(held));
        }
        // What was held goes before what comes: both need not fit.
        self.data = None;
        let held = Rc::new(Examples::open(data)?);
        if self.is_shared {
            self.data = Some(Rc::clone(&held));
        }
        Ok(held)
    }

    /// The control of a job, fitted unless it was for the job before.
    pub(super) fn fitted(&mut self, work: &ControlWork) -> Result<Rc<Fitted>, RunError> {
        // Fitted once, whatever is done to the examples that it answers.
        if let Some((known, fitted)) = &self.fitted
            && (&known.control, &known.training) == (&work.control, &work.training)
        {
            return Ok(Rc::clone(fitted));
        }
        let fitted = Rc::new(Fitted::on(work)?);
        if self.is_shared {
            self.fitted = Some((work.clone(), Rc::clone(&fitted)));
        }
        Ok(fitted)
    }

    /// The job's variant, loaded unless it was for the job before; where it is loaded it answers the first of these.
    pub(super) fn model(
        &mut self,
        job: &Job,
        examples: &[Example],
    ) -> Result<&mut Loaded, RunError> {
        let identity = Identity::of(job);
        let known = self.loaded.take().filter(|(known, _)| *known == identity);
        let loaded = match known {
            Some((_, loaded)) => loaded,
            None => Loaded::new(job, examples, self.is_shared)?,
        };
        let (_, loaded) = self.loaded.insert((identity, loaded));
        loaded.model.begin();
        Ok(loaded)
    }
}

/// What a loaded model is of. A run hands one process what it can answer by one; a person may name any jobs.
#[derive(PartialEq)]
struct Identity {
    spec: Option<ModelSpec>,
    variant: String,
    files: BTreeMap<String, PathBuf>,
    folder: Option<PathBuf>,
    version: Option<String>,
    /// The seed, where weights are in random order.
    random: Option<u64>,
    threads: usize,
    batch_size: usize,
    /// The data whose answers a table holds, which stands in for a model.
    table_of: Option<DataSelection>,
}

impl Identity {
    fn of(job: &Job) -> Self {
        Self {
            spec: job.model.clone(),
            variant: job.variant.clone(),
            files: job.files.clone(),
            folder: job.descriptor_folder.clone(),
            version: job.version.clone(),
            random: match job.work {
                Work::RandomWeights(seed) => Some(seed),
                Work::Cell { .. } | Work::Control(_) | Work::Search(_) | Work::Measurement(_) => {
                    None
                }
            },
            threads: job.threads,
            batch_size: job.batch_size,
            table_of: match variant(job).is_ok_and(|variant| variant.backend.runs()) {
                true => None,
                false => Some(job.data.clone()),
            },
        }
    }
}

impl Loaded {
    fn new(job: &Job, examples: &[Example], is_shared: bool) -> Result<Self, RunError> {
        let mut model = load(job)?;
        let first = match is_shared {
            true => Some(First::ask(model.as_mut(), examples, job.batch_size)?),
            false => None,
        };
        Ok(Self {
            model,
            first,
            is_used: false,
        })
    }

    /// Whether the first examples get the answers that they got, to the bit; true of a model's first cell.
    pub(super) fn is_as_before(&mut self) -> Result<bool, RunError> {
        match &self.first {
            Some(first) if self.is_used => {
                Ok(self.model.predict(&queries(&first.examples))? == first.outcomes)
            }
            _ => Ok(true),
        }
    }
}

impl First {
    /// A batch at most, and no more than is quickly asked.
    fn ask(
        model: &mut dyn Model,
        examples: &[Example],
        batch_size: usize,
    ) -> Result<Self, RunError> {
        let mut bases = 0;
        let within = |example: &&Example| {
            let is_first = bases == 0;
            bases += example.sequence.len();
            is_first || bases <= BASES_AGAIN
        };
        let few = examples.iter().take(batch_size.max(1)).take_while(within);
        let examples: Vec<Example> = few.cloned().collect();
        let outcomes = model.predict(&queries(&examples))?;
        Ok(Self { examples, outcomes })
    }
}
