//! What the model's numbers mean.

use titer_inspection::probe::Proposal;
use titer_spec::model::Activation;
use titer_spec::{Located, OutputKind};

use super::input::settle;
use super::{Classes, Notes, SAID};
use crate::error::InitError;

/// How many numbers the model gives of a sequence: one, or one for each class.
pub(super) fn numbers(build: &Proposal) -> Result<usize, InitError> {
    let output = &build.output;
    let refused = |what: &str, cure: &str| {
        let message = format!("{}: {what}", build.found.name);
        Err(InitError::new(
            message,
            format!("{cure}; `titer models probe` proposes its description"),
        ))
    };
    if output.pooling.is_some() {
        return refused(
            "gives vectors for each token, which are no answer by themselves",
            "export it with its head (docs/adaptors.md)",
        );
    }
    match output.kind {
        OutputKind::Binary if output.classes.is_empty() => Ok(1),
        OutputKind::Binary | OutputKind::Classes => Ok(output.classes.len()),
        OutputKind::PerPosition => refused(
            "answers for every base, and `titer init` describes models that answer once for a sequence",
            "describe it by hand: a dataset of `kind: per_position` and a suite of `positions` (docs/data.md)",
        ),
        OutputKind::Labels => refused(
            "gives several labels, any of which may be true at once (its numbers come from a sigmoid each)",
            "describe it by hand: a suite of `labels` (docs/labels.md)",
        ),
        OutputKind::Value => refused(
            "gives a number that is no class",
            "describe it by hand: a suite of `values` (docs/values.md)",
        ),
    }
}

/// Names the outputs and says what makes probabilities of them.
pub(super) fn fit(
    build: &mut Proposal,
    classes: Option<&Classes>,
    said: Option<Activation>,
    notes: &mut Notes,
) {
    if let Some(classes) = classes {
        name(build, classes);
    }
    let word = |activation| match activation {
        Activation::None => "none: they are probabilities",
        Activation::Sigmoid => "sigmoid: they are logits",
        Activation::Softmax => "softmax: they are logits",
    };
    let ending = build.found.said.ends_in.as_ref();
    let tried = build.trial.clone().unwrap_or_default();
    let (activation, why) = match (said, ending) {
        (Some(activation), _) => (activation, SAID.to_owned()),
        (None, Some(ending))
            if ending.squashes() || ending.is_linear() || ending.is_log_softmax() =>
        {
            (
                build.output.activation,
                format!("the graph's last operator is {}", ending.operator),
            )
        }
        (None, _) => (build.output.activation, tried),
    };
    build.output.activation = activation;
    notes.line("activation", word(activation), why);
    if said.is_some() || ending.is_some() {
        settle(build, "`output.activation`");
    }
    notes.assumed.extend(build.open.iter().cloned());
}

fn name(build: &mut Proposal, classes: &Classes) {
    if build.output.classes.is_empty() {
        return;
    }
    build.output.classes.clone_from(&classes.names);
    build.output.positive = classes.positive.clone().map(Located::nowhere);
    settle(build, "`output.positive`");
    settle(build, "`output.classes`");
}
