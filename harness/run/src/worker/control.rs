//! A control's cell: fitted, then every example predicted.

use std::time::Instant;

use titer_controls::{Control, Training, fit};
use titer_core::{Answer, CellRecord, ControlFit, Example, Outcome, Prediction, Query};
use titer_spec::Question;
use titer_store::RunFolder;

use super::cell::record;
use super::session::Session;
use super::watch::Tally;
use crate::error::RunError;
use crate::examples::Examples;
use crate::job::{ControlWork, Job};
use crate::training::{classes, number_of_classes};

/// A control that is fitted.
pub(super) struct Fitted {
    control: Control,
    /// Examples that it is fitted on.
    examples: usize,
}

impl Fitted {
    pub fn on(work: &ControlWork) -> Result<Self, RunError> {
        let question = &work.training.question;
        let data = Examples::open(&work.training)?;
        let training = data.all()?;
        let of = classes(question, &data.dataset.about().classes, &training);
        let cannot = |error: titer_controls::TrainingError| RunError::Worker(error.to_string());
        let set = Training::new(&training, of, number_of_classes(question)).map_err(cannot)?;
        Ok(Self {
            control: fit(&work.control, &set, work.training.seed).map_err(cannot)?,
            examples: training.len(),
        })
    }
}

pub fn predict(
    session: &mut Session,
    job: &Job,
    work: &ControlWork,
) -> Result<CellRecord, RunError> {
    let start = Instant::now();
    let fitted = session.fitted(work)?;
    let data = session.data(&job.data)?;
    let folder = RunFolder::at(&job.folder);
    let (mut cell, mut tally) = (folder.begin_cell(&job.key)?, Tally::default());
    data.each(1, &mut |examples| {
        let question = &job.data.question;
        let predicted = examples
            .iter()
            .map(|it| predict_one(&fitted.control, question, it));
        let predicted: Vec<Prediction> = predicted.collect();
        tally.add(&predicted);
        Ok(cell.add(predicted)?)
    })?;
    let mut record = record(job, &tally, cell.digest());
    record.fit = Some(described(&fitted.control, fitted.examples));
    record.wall_ns = u64::try_from(start.elapsed().as_nanos()).unwrap_or(u64::MAX);
    cell.finish(&record)?;
    Ok(record)
}

fn predict_one(control: &Control, question: &Question, example: &Example) -> Prediction {
    let all = control.probabilities(&Query::from(example));
    // A binary answer is the positive class's probability, which stands last.
    let asked = match question {
        Question::Binary(_) => &all[all.len().saturating_sub(1)..],
        _ => &all[..],
    };
    // A fitted probability is a sum whose last bits are noise: in 32 bits examples that a control cannot
    // tell apart stay tied, and its cells keep the digests that they have always had.
    let rounded = asked.iter().map(|one| f64::from(*one as f32));
    Prediction {
        id: example.id.clone(),
        outcome: Outcome::of(Answer::Probabilities {
            numbers: rounded.collect(),
            classes: asked.len(),
        }),
    }
}

fn described(control: &Control, examples: usize) -> ControlFit {
    let chosen = control.chosen();
    let penalty = chosen.and_then(|chosen| chosen.penalty.as_ref());
    ControlFit {
        examples: examples as u64,
        l2: penalty.map(|penalty| penalty.l2),
        at_bound: penalty.is_some_and(|penalty| penalty.at_bound),
        converged: penalty.map(|penalty| penalty.converged),
        log_loss: chosen.map(|chosen| chosen.log_loss),
    }
}
