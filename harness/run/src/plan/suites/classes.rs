//! What a suite of several classes may ask for.

use titer_core::Effect;
use titer_spec::suite::Classes;
use titer_spec::{Document, Question, Suite};

use super::check::error_at;
use crate::error::RunError;

/// A class is a byte wherever answers are kept, and 255 stands for none.
const MOST: usize = 255;

/// Every class of a question is another one.
pub(super) fn distinct(suite: &Document<Suite>) -> Result<(), RunError> {
    let question = &suite.value.question;
    let (classes, cure): (Vec<&String>, _) = match &question.value {
        Question::Binary(asked) => (
            vec![&asked.positive, &asked.negative],
            "name the positive class and another one: what is both tells nothing apart",
        ),
        Question::Positions(asked) => (
            asked.sites.iter().chain([&asked.background]).collect(),
            "list each class once, and take the background out of `sites`",
        ),
        Question::Classes(asked) => (asked.classes.iter().collect(), "list it once"),
        Question::Labels(asked) => (asked.labels.iter().collect(), "list it once"),
        Question::Values(_) => return Ok(()),
    };
    for (index, class) in classes.iter().enumerate() {
        if classes[..index].contains(class) {
            let message = format!("question: class `{class}` stands twice");
            return Err(suite.error(question, message, cure).into());
        }
    }
    Ok(())
}

/// There are several classes, and nothing is asked that only makes sense of two.
pub(super) fn check(suite: &Document<Suite>, asked: &Classes) -> Result<(), RunError> {
    let given = &suite.value;
    let wrong = |field: &str, message: String, cure: &str| -> Result<(), RunError> {
        Err(error_at(suite, field, message, cure).into())
    };
    let classes = &asked.classes;
    if !(2..=MOST).contains(&classes.len()) {
        let message = format!("question: {} classes are asked for", classes.len());
        return wrong("question.classes.classes", message, "name 2 to 255 classes");
    }
    if !given.recalibrate.is_empty() {
        let message = "recalibrate: only a binary suite can be recalibrated";
        return wrong("recalibrate", message.to_owned(), "take it out");
    }
    for (index, perturbation) in given.perturbations() {
        if perturbation.effect() == Effect::Destroyed {
            let message = format!(
                "{}: among several classes none stands for a destroyed target",
                perturbation.name()
            );
            let field = format!("perturbations.{index}");
            return wrong(&field, message, "leave it out, or ask a binary question");
        }
    }
    Ok(())
}
