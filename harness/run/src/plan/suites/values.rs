//! What a suite of numbers may ask for.

use titer_core::Effect;
use titer_spec::{Document, Suite};

use super::check::error_at;
use crate::error::RunError;

/// Nothing is asked that only makes sense of classes.
pub(super) fn check(suite: &Document<Suite>) -> Result<(), RunError> {
    let given = &suite.value;
    let wrong = |field: &str, message: String, cure: &str| -> Result<(), RunError> {
        Err(error_at(suite, field, message, cure).into())
    };
    if !given.recalibrate.is_empty() {
        let message = "recalibrate: only a binary suite can be recalibrated";
        return wrong("recalibrate", message.to_owned(), "take it out");
    }
    if given.detect_out_of_distribution {
        let message = "detect_out_of_distribution: a number does not say how sure a model is";
        let field = "detect_out_of_distribution";
        return wrong(field, message.to_owned(), "take it out");
    }
    if let Some(stratum) = given.strata.iter().find(|name| name.value == "class") {
        let message = "strata: examples whose target is a number have no `class`".to_owned();
        return Err(suite.error(stratum, message, "take it out").into());
    }
    for (index, perturbation) in given.perturbations() {
        if perturbation.effect() == Effect::Destroyed {
            let message = format!(
                "{}: no number stands for a destroyed target",
                perturbation.name()
            );
            let field = format!("perturbations.{index}");
            return wrong(&field, message, "leave it out, or ask a binary question");
        }
    }
    Ok(())
}
