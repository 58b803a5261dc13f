//! An activation held to the graph whose numbers it is applied to.

use titer_inspection::files::graph::Ending;
use titer_spec::model::{Activation, Meaning};
use titer_spec::{OutputKind, SpecError};

use super::{LoadedModel, LoadedVariant};

/// Refuses a second squashing, and logits that are taken for probabilities, where the graph leaves no doubt.
///
/// # Errors
/// The graph ends in an operator after which the descriptor's activation is wrong.
pub(super) fn check(model: &LoadedModel, variant: &LoadedVariant) -> Result<(), SpecError> {
    let output = &model.spec_of(&variant.spec.variant.value).output;
    // A head of one's own makes logits of whatever the graph gives; a number and a ranking are taken as they are.
    let is_taken_as_it_is = output.kind == OutputKind::Value || output.meaning == Meaning::Ranking;
    if output.activation_is_right || output.head.is_some() || is_taken_as_it_is {
        return Ok(());
    }
    let name = output.tensor.as_ref().map(|name| name.value.as_str());
    let ending = titer_backends::ending(variant.spec.backend, &variant.files, name);
    let Some((what, cure)) = ending.and_then(|ending| wrong(&ending, output.activation)) else {
        return Ok(());
    };
    let at = model
        .document
        .place(&model.spec().model, "output.activation");
    let cure = format!(
        "{cure}, or say `activation_is_right: true` in `output` if its numbers are what the activation wants all the same"
    );
    Err(model
        .document
        .error(&at, format!("output.activation: {what}"), cure))
}

/// What is wrong with an activation after an operator, and the cure.
fn wrong(ending: &Ending, activation: Activation) -> Option<(String, &'static str)> {
    let operator = &ending.operator;
    match activation {
        Activation::Sigmoid | Activation::Softmax if ending.squashes() => Some((
            format!(
                "the graph ends in {operator}: its numbers are probabilities already, and a second activation presses them together"
            ),
            "use `activation: none`",
        )),
        Activation::Sigmoid | Activation::None if ending.is_log_softmax() => Some((
            format!("the graph ends in {operator}: its numbers are logarithms of probabilities"),
            "use `activation: softmax`, which undoes the logarithm",
        )),
        Activation::None if ending.is_linear() => Some((
            format!(
                "the graph ends in a linear layer ({operator}): its numbers are logits, which are no probabilities"
            ),
            "use `sigmoid` for one number or for labels, `softmax` for classes that exclude each other",
        )),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_activation_is_wrong_after() {
        use Activation::{None as Nothing, Sigmoid, Softmax};
        let is_wrong = |operator: &str, activation| {
            let ending = Ending {
                operator: operator.to_owned(),
                axis: None,
            };
            wrong(&ending, activation).is_some()
        };
        for (operator, wrong) in [
            ("Sigmoid", [false, true, true]),
            ("Softmax", [false, true, true]),
            ("LogSoftmax", [true, true, false]),
            ("Gemm", [true, false, false]),
            ("Div", [false, false, false]),
        ] {
            let found = [Nothing, Sigmoid, Softmax].map(|one| is_wrong(operator, one));
            assert_eq!(found, wrong, "{operator}");
        }
    }
}
