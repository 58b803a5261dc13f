//! A control's cell: fitted, then every example predicted.

use std::time::Instant;

use titer_controls::{Control, Training, TrainingError, fit};
use titer_core::{Answer, CellRecord, ControlFit, Example, Outcome, Prediction, Query};
use titer_spec::Question;
use titer_store::RunFolder;

use super::cell::{Changed, record};
use super::session::Session;
use super::watch::Tally;
use crate::error::RunError;
use crate::examples::Examples;
use crate::job::{ControlWork, Job};
use crate::training::{self, classes, labels, number_of_classes};

/// A control that is fitted.
pub(super) struct Fitted {
    answers: Answers,
    /// Examples that it is fitted on.
    examples: usize,
}

/// What answers: one control, or of labels one for each.
enum Answers {
    One(Control),
    OfLabels(Vec<OfLabel>),
}

/// What answers about one label.
enum OfLabel {
    Fitted(Control),
    /// Training examples have it all, or none, or nobody knows: there is nothing to fit, and the share of those that have it
    /// is all that is known.
    Share(f64),
}

impl Fitted {
    pub(super) fn on(work: &ControlWork) -> Result<Self, RunError> {
        let question = &work.training.question;
        let data = Examples::open(&work.training)?;
        let training = data.all()?;
        let of_dataset = &data.dataset.about().classes;
        let of_labels = labels(question, of_dataset, &training);
        let answers = if of_labels.is_empty() {
            let of = classes(question, of_dataset, &training);
            let set = Training::new(&training, of, number_of_classes(question))
                .map_err(|error| cannot(&error))?;
            Answers::One(
                fit(&work.control, &set, work.training.seed).map_err(|error| cannot(&error))?,
            )
        } else {
            let each = of_labels.into_iter().map(|of| OfLabel::on(work, of));
            Answers::OfLabels(each.collect::<Result<_, RunError>>()?)
        };
        Ok(Self {
            answers,
            examples: training.len(),
        })
    }
}

impl OfLabel {
    fn on(work: &ControlWork, of: training::OfLabel<'_>) -> Result<Self, RunError> {
        let share = of.share();
        let classes = of.classes;
        match Training::new(&of.examples, classes, 2) {
            Ok(set) => {
                let fitted = fit(&work.control, &set, work.training.seed);
                fitted.map(Self::Fitted).map_err(|error| cannot(&error))
            }
            Err(TrainingError::Empty | TrainingError::OneClass) => Ok(Self::Share(share)),
            Err(error) => Err(cannot(&error)),
        }
    }

    fn fitted(&self) -> Option<&Control> {
        match self {
            Self::Fitted(control) => Some(control),
            Self::Share(_) => None,
        }
    }

    /// The probability that an example has the label.
    fn probability(&self, example: &Example) -> f64 {
        match self {
            Self::Fitted(control) => {
                let both = control.probabilities(&Query::from(example));
                both.last().copied().unwrap_or_default()
            }
            Self::Share(share) => *share,
        }
    }
}

fn cannot(error: &TrainingError) -> RunError {
    RunError::Worker(error.to_string())
}

pub(super) fn predict(
    session: &mut Session,
    job: &Job,
    work: &ControlWork,
) -> Result<CellRecord, RunError> {
    let start = Instant::now();
    let fitted = session.fitted(work)?;
    let data = session.data(&job.data)?;
    let folder = RunFolder::at(&job.folder);
    let (mut cell, mut tally) = (folder.begin_cell(&job.key)?, Tally::default());
    let changed = Changed {
        job,
        about: data.dataset.about(),
        perturbation: work.perturbation.as_ref(),
    };
    data.each(1, &mut |examples| {
        let examples = changed.of(examples);
        let question = &job.data.question;
        let predicted = examples
            .iter()
            .map(|it| predict_one(&fitted.answers, question, it));
        let predicted: Vec<Prediction> = predicted.collect();
        tally.add(&predicted);
        Ok(cell.add(predicted)?)
    })?;
    let mut record = record(job, &tally, cell.digest());
    record.fit = Some(described(&fitted.answers, fitted.examples));
    record.wall_ns = u64::try_from(start.elapsed().as_nanos()).unwrap_or(u64::MAX);
    cell.finish(&record)?;
    Ok(record)
}

fn predict_one(answers: &Answers, question: &Question, example: &Example) -> Prediction {
    let asked: Vec<f64> = match answers {
        Answers::OfLabels(labels) => labels.iter().map(|of| of.probability(example)).collect(),
        Answers::One(control) => {
            let all = control.probabilities(&Query::from(example));
            match question {
                // A binary answer is the positive class's probability, which stands last.
                Question::Binary(_) => all[all.len().saturating_sub(1)..].to_vec(),
                _ => all,
            }
        }
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

/// What cross-validation chose; of labels, each of which has its own, whether any of it is doubtful.
fn described(answers: &Answers, examples: usize) -> ControlFit {
    let controls: Vec<&Control> = match answers {
        Answers::One(control) => vec![control],
        Answers::OfLabels(labels) => labels.iter().filter_map(OfLabel::fitted).collect(),
    };
    let chosen = || controls.iter().filter_map(|control| control.chosen());
    let penalties = || chosen().filter_map(|chosen| chosen.penalty.as_ref());
    let one = match answers {
        Answers::One(_) => chosen().next(),
        Answers::OfLabels(_) => None,
    };
    let fitted = penalties().count() > 0;
    ControlFit {
        examples: examples as u64,
        l2: one.and_then(|chosen| Some(chosen.penalty.as_ref()?.l2)),
        at_bound: penalties().any(|penalty| penalty.at_bound),
        converged: fitted.then(|| penalties().all(|penalty| penalty.converged)),
        log_loss: one.map(|chosen| chosen.log_loss),
    }
}
