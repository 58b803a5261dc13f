//! What a descriptor says of a table of predictions, held against itself before the table is opened.

use titer_spec::model::{
    Activation, Direction, Meaning, PredictionsOptions, ROWS, SCORES, ScoreColumns,
};
use titer_spec::{Document, ModelSpec, OutputKind, SpecError, VariantSpec, suggest};

/// Checks a variant's `predictions`.
///
/// # Errors
/// They contradict themselves or `output`.
pub(super) fn check(
    document: &Document<ModelSpec>,
    variant: &VariantSpec,
) -> Result<(), SpecError> {
    let spec = &document.value;
    let wrong = |message: &str, cure: &str| {
        Err(document.error(&variant.variant, format!("predictions: {message}"), cure))
    };
    let Some(options) = &variant.predictions else {
        return Ok(());
    };
    if let Some((message, cure)) = unsound(options, spec) {
        return wrong(message, cure);
    }
    let roles = [SCORES, ROWS];
    for role in variant.files.value.keys() {
        if !roles.contains(&role.as_str()) {
            let message = format!("files: the predictions backend has no use for `{role}`");
            return Err(document.error(&variant.files, message, suggest::cure(role, &roles)));
        }
    }
    let mut golden = spec.golden.iter().flat_map(|golden| &golden.variants);
    let held = golden.find(|held| held.value == variant.variant.value);
    if let Some(held) = held {
        let message = format!("golden: `{}` is a table, which runs nothing", held.value);
        return Err(document.error(held, message, "hold a variant that runs to it"));
    }
    Ok(())
}

/// What contradicts itself, and the cure.
fn unsound(options: &PredictionsOptions, spec: &ModelSpec) -> Option<(&'static str, &'static str)> {
    let ways = [
        options.id.is_some(),
        options.place.is_some(),
        options.row_order.is_some(),
    ];
    if ways.iter().filter(|given| **given).count() != 1 {
        return Some((
            "exactly one of `id`, `place` and `row_order` says which example a row is of",
            "write one, as in `id: id` or `place: {chromosome: chrom, position: pos, one_based: true}`",
        ));
    }
    let by_class = matches!(options.score, ScoreColumns::ByClass(_));
    Some(match spec.output.kind {
        OutputKind::PerPosition => (
            "a table has one row for each example, the output is of each position",
            "predict positions with another backend",
        ),
        OutputKind::Binary | OutputKind::Value if by_class => (
            "`score` names a column for each class, the output is of one number",
            "name the positive class's column, as in `score: p_donor`",
        ),
        OutputKind::Binary if options.activation == Activation::Softmax => (
            "softmax over a single number is always 1",
            "write `activation: sigmoid`",
        ),
        OutputKind::Value if options.activation != Activation::None => (
            "an activation makes a probability of a number, the output is of numbers",
            "take `activation` out",
        ),
        OutputKind::Labels if !by_class => (
            "`score` names one column, the output is of several labels",
            "name each label's column, as in `score: {ctcf: p_ctcf, dnase: p_dnase}`",
        ),
        OutputKind::Labels if options.activation == Activation::Softmax => (
            "softmax makes labels exclude each other, and any of them may be true",
            "write `sigmoid`, or leave it out where the table holds probabilities",
        ),
        OutputKind::Classes if !by_class => (
            "`score` names one column, the output is of several classes",
            "name each class's column, as in `score: {donor: p_donor, decoy: p_decoy}`",
        ),
        OutputKind::Classes if options.activation == Activation::Sigmoid => (
            "classes exclude each other, so that `activation: sigmoid` makes no probabilities of them",
            "write `softmax`, or leave it out where the table holds probabilities",
        ),
        OutputKind::Classes | OutputKind::Labels if options.direction == Direction::Falling => (
            "`direction` has no meaning where each class or label has a number",
            "take it out",
        ),
        _ => return None,
    })
}

/// Checks what the number of an output is said to mean.
///
/// # Errors
/// A ranking of anything but two classes.
pub(super) fn check_meaning(document: &Document<ModelSpec>) -> Result<(), SpecError> {
    let output = &document.value.output;
    if output.meaning == Meaning::Ranking && output.kind != OutputKind::Binary {
        return Err(document.error(
            &document.value.model,
            "output: `meaning: ranking` is of the kind binary alone",
            "take it out, or write `kind: binary`",
        ));
    }
    Ok(())
}
