//! What a worker keeps from one cell to the next: the loaded model, the data that was read last, and the session's first
//! examples, which are asked again after each further cell.

use std::rc::Rc;

use titer_core::{Example, Model, Outcome};
use titer_data::LoadedDataset;

use super::batches::BASES_AGAIN;
use super::{load, queries, read};
use crate::error::RunError;
use crate::job::{DataSelection, Job};

/// The jobs of one process, one variant's. A process that does one job is a session of one.
pub struct Session {
    /// Whether more jobs may follow the first.
    is_shared: bool,
    data: Option<(DataSelection, Rc<Data>)>,
    loaded: Option<Loaded>,
}

/// A dataset's examples as one suite asks for them.
pub(super) struct Data {
    pub dataset: LoadedDataset,
    pub examples: Vec<Example>,
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
        }
    }

    /// The examples of a selection, read unless they are those of the job before.
    pub(super) fn data(&mut self, data: &DataSelection) -> Result<Rc<Data>, RunError> {
        if let Some((known, held)) = &self.data
            && known == data
        {
            return Ok(Rc::clone(held));
        }
        // What was held goes before what comes: both need not fit.
        self.data = None;
        let (dataset, examples) = read(data)?;
        let held = Rc::new(Data { dataset, examples });
        if self.is_shared {
            self.data = Some((data.clone(), Rc::clone(&held)));
        }
        Ok(held)
    }

    /// The job's variant, loaded unless it was for the job before; at the start of a session it answers the first of these.
    pub(super) fn model(
        &mut self,
        job: &Job,
        examples: &[Example],
    ) -> Result<&mut Loaded, RunError> {
        if self.loaded.is_none() {
            let mut model = load(job)?;
            let first = match self.is_shared {
                true => Some(First::ask(model.as_mut(), examples, job.batch_size)?),
                false => None,
            };
            self.loaded = Some(Loaded {
                model,
                first,
                is_used: false,
            });
        }
        match &mut self.loaded {
            Some(loaded) => {
                loaded.model.begin();
                Ok(loaded)
            }
            None => Err(RunError::Worker("no model was loaded".to_owned())),
        }
    }
}

impl Loaded {
    /// Whether the session's first examples get the answers that they got, to the bit; true of a session's first cell.
    pub fn is_as_before(&mut self) -> Result<bool, RunError> {
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
