//! What a model's answer lets one tell about classes and activation.

use titer_spec::model::{Activation, OutputLayout, OutputSpec, Pooling};
use titer_spec::{Located, OutputKind};

use titer_adaptors::{SUM_ROUNDING, Tensor, turn};

use crate::files::graph::Ending;
use crate::{Numbers, Port, Said};

/// What names of outputs that answer have in them.
const ANSWERS: [&str; 6] = ["prob", "logit", "score", "pred", "output", "class"];
/// More numbers than this for each token are a vector rather than classes.
const MOST_CLASSES: usize = 64;

/// The output that fits what came; what was taken without being told goes to `open`.
pub(super) fn guess(
    said: &Said,
    tensor: &Tensor,
    bases: usize,
    tokens: bool,
    open: &mut Vec<String>,
) -> OutputSpec {
    let mut output = unknown();
    output.tensor = chosen(said, open);
    output.layout = layout(said, tensor, bases, tokens, open);
    let turned;
    let tensor = match output.layout {
        OutputLayout::PositionsClasses => tensor,
        OutputLayout::ClassesPositions => {
            turned = turn(tensor).unwrap_or_else(|_| tensor.clone());
            &turned
        }
    };
    let of_classes =
        said.ends_in.as_ref().is_some_and(Ending::squashes) || sums(tensor, Axis::Last);
    let classes = match *tensor.shape.as_slice() {
        [_] | [_, 1] | [_, 1, 1] => 1,
        [_, 2] => {
            output.classes = vec!["negative".to_owned(), "positive".to_owned()];
            output.positive = Some(Located::nowhere("positive".to_owned()));
            open.push(
                "which of its two numbers is that of the positive class: the second was taken; `output.positive`"
                    .to_owned(),
            );
            2
        }
        [_, _, numbers] if !of_classes && (tokens || numbers > MOST_CLASSES) => {
            output.pooling = Some(Pooling::Mean);
            open.push(format!(
                "how an answer comes from {numbers} numbers for each token: they look like an embedding, which is no answer by itself; give a `head` (the mean was taken as `output.pooling`), or export the model with its head"
            ));
            return output;
        }
        [_, _, classes] => {
            output.kind = OutputKind::PerPosition;
            classes
        }
        [_, classes] => {
            if classes > MOST_CLASSES {
                open.push(format!(
                    "whether its {classes} numbers are classes or an embedding; that needs a `head`"
                ));
            }
            let each = said
                .ends_in
                .as_ref()
                .map(|ending| ending.operator == "Sigmoid");
            output.kind = match each {
                Some(true) => OutputKind::Labels,
                _ => OutputKind::Classes,
            };
            classes
        }
        _ => {
            open.push(format!(
                "what its output of the sizes {:?} means: Titer reads [batch], [batch, classes] and [batch, positions, classes]",
                tensor.shape
            ));
            return output;
        }
    };
    if output.kind != OutputKind::Binary {
        output.classes = (1..=classes)
            .map(|class| format!("class_{class}"))
            .collect();
        open.push(format!(
            "the names of its {classes} classes, in the tensor's order: `output.classes`"
        ));
    }
    output.activation = activation(said, tensor, classes, open);
    output
}

/// An axis of a tensor of three.
#[derive(Clone, Copy)]
enum Axis {
    Middle,
    Last,
}

/// The order of positions and classes: by the graph's softmax, by which numbers sum to 1, by which axis has as many positions
/// as bases were asked, and last by which is the longer one.
fn layout(
    said: &Said,
    tensor: &Tensor,
    bases: usize,
    tokens: bool,
    open: &mut Vec<String>,
) -> OutputLayout {
    use OutputLayout::{ClassesPositions, PositionsClasses};
    let &[_, middle, last] = tensor.shape.as_slice() else {
        return PositionsClasses;
    };
    match said.ends_in.as_ref().and_then(|ending| ending.axis) {
        Some(1) => return ClassesPositions,
        Some(2) => return PositionsClasses,
        _ => {}
    }
    match (sums(tensor, Axis::Middle), sums(tensor, Axis::Last)) {
        (true, false) => return ClassesPositions,
        (false, true) => return PositionsClasses,
        _ => {}
    }
    let by_size = match (middle == bases, last == bases) {
        (true, false) => PositionsClasses,
        (false, true) => ClassesPositions,
        _ if !tokens && middle <= MOST_CLASSES && last > MOST_CLASSES => ClassesPositions,
        _ => return PositionsClasses,
    };
    let (first, second) = match by_size {
        PositionsClasses => ("positions", "classes"),
        ClassesPositions => ("classes", "positions"),
    };
    open.push(format!(
        "which axis of its {:?} is of positions: {first} before {second} was taken, by their sizes; `output.layout`",
        tensor.shape
    ));
    by_size
}

/// Whether the numbers along an axis, two at least, sum to 1 wherever they are finite.
fn sums(tensor: &Tensor, axis: Axis) -> bool {
    let &[_, middle, last] = tensor.shape.as_slice() else {
        return false;
    };
    let (classes, positions, step) = match axis {
        Axis::Middle => (middle, last, last),
        Axis::Last => (last, middle, 1),
    };
    let each = |example: &[f64]| {
        (0..positions).all(|position| {
            let start = if step == 1 { position * last } else { position };
            let sum: f64 = (0..classes)
                .map(|class| example[start + class * step])
                .sum();
            !sum.is_finite() || (sum - 1.0).abs() < SUM_ROUNDING
        })
    };
    classes > 1 && tensor.values.chunks_exact((middle * last).max(1)).all(each)
}

/// The name of the output that is read, where there are several.
fn named(said: &Said) -> Option<Located<String>> {
    let name = port(said).filter(|_| said.outputs.len() > 1);
    name.map(Located::nowhere)
}

/// The same, and `open` says that it was chosen.
fn chosen(said: &Said, open: &mut Vec<String>) -> Option<Located<String>> {
    let name = named(said)?;
    let names: Vec<&str> = said.outputs.iter().map(|port| port.name.as_str()).collect();
    open.push(format!(
        "which of its outputs ({}) answers: `{}` was taken; `output.tensor`",
        names.join(", "),
        name.value
    ));
    Some(name)
}

/// The output of a model that did not run: all of it is taken unseen, and `open` says so.
pub(super) fn unseen(said: &Said, open: &mut Vec<String>) -> OutputSpec {
    open.push("whether `input` is what it takes: it did not run with it; `input`".to_owned());
    let tensor = chosen(said, open);
    open.push(
        "what its answer is of: it gave none, and one number for each sequence was taken; `output.kind`, and `classes` where there are several numbers"
            .to_owned(),
    );
    open.push(match said.ends_in.as_ref() {
        Some(ending) if ending.squashes() => format!(
            "whether its numbers are probabilities: they come from {}, and were taken as such; `output.activation`",
            ending.operator
        ),
        _ => "whether its numbers are probabilities or logits: it gave none, and probabilities were taken; `output.activation` (`sigmoid`, `softmax`)"
            .to_owned(),
    });
    OutputSpec {
        tensor,
        ..unknown()
    }
}

/// The output that is read: of those that hold floats, one whose name says that it answers.
#[must_use]
pub fn port(said: &Said) -> Option<String> {
    let floats = |port: &&Port| matches!(port.holds, Numbers::Floats | Numbers::Unsaid);
    let answers = |port: &&Port| {
        let name = port.name.to_ascii_lowercase();
        ANSWERS.iter().any(|part| name.contains(part))
    };
    let mut outputs = said.outputs.iter().filter(floats);
    let found = outputs.clone().find(answers).or_else(|| outputs.next());
    found.map(|port| port.name.clone())
}

fn activation(said: &Said, tensor: &Tensor, classes: usize, open: &mut Vec<String>) -> Activation {
    match said.ends_in.as_ref() {
        Some(ending) if ending.squashes() && (ending.operator == "Softmax") == (classes > 1) => {
            return Activation::None;
        }
        // Of labels each has one of its own.
        Some(ending) if ending.operator == "Sigmoid" && tensor.shape.len() == 2 => {
            return Activation::None;
        }
        // softmax undoes the logarithm.
        Some(ending) if ending.is_log_softmax() && classes > 1 => return Activation::Softmax,
        // However small they are: what a linear layer gives is no probability.
        Some(ending) if ending.is_linear() && lies_between(tensor) => {
            let (operator, activation, word) = match classes {
                1 => (&ending.operator, Activation::Sigmoid, "sigmoid"),
                _ => (&ending.operator, Activation::Softmax, "softmax"),
            };
            open.push(format!(
                "whether its numbers are logits: they come from {operator}, and {word} was taken; `output.activation`"
            ));
            return activation;
        }
        _ => {}
    }
    let between = lies_between(tensor);
    // Of a row that holds NaN nothing is known.
    let one = |row: &[f64]| {
        let sum: f64 = row.iter().sum();
        !sum.is_finite() || (sum - 1.0).abs() < SUM_ROUNDING
    };
    let sums = classes == 1 || tensor.values.chunks(classes).all(one);
    let taken = |what: &str| format!("whether its numbers are {what}; `output.activation`");
    if between && sums {
        open.push(taken(
            "probabilities: they lie between 0 and 1, and were taken as such",
        ));
        Activation::None
    } else if between && classes > 1 {
        open.push(taken(
            "one label each: they lie between 0 and 1 and do not sum to 1 ; where several labels may be true at once, write `kind: labels`",
        ));
        Activation::None
    } else if classes == 1 {
        open.push(taken(
            "logits: they leave 0 to 1, and sigmoid was taken (a value that was regressed would look the same)",
        ));
        Activation::Sigmoid
    } else {
        open.push(taken(
            "logits of classes that exclude each other: they leave 0 to 1, and softmax was taken",
        ));
        Activation::Softmax
    }
}

/// Whether all that is finite lies between 0 and 1.
fn lies_between(tensor: &Tensor) -> bool {
    let mut finite = tensor.values.iter().filter(|value| value.is_finite());
    finite.all(|value| (0.0..=1.0).contains(value))
}

/// As in "8 made-up sequences of 18 bases gave [8, 1], 0.0001 to 0.93".
pub(super) fn words(tensor: &Tensor, bases: usize) -> String {
    let examples = tensor.shape.first().copied().unwrap_or_default();
    let mut range = (f64::INFINITY, f64::NEG_INFINITY);
    let mut odd = 0_usize;
    for value in &tensor.values {
        if value.is_finite() {
            range = (range.0.min(*value), range.1.max(*value));
        } else {
            odd += 1;
        }
    }
    let odd = match odd {
        0 => String::new(),
        odd => format!("; {odd} NaN or infinite"),
    };
    let same = match constant(tensor, examples) {
        true => "; every sequence got the same answer: is the input what it expects?",
        false => "",
    };
    format!(
        "{examples} made-up sequences of {bases} bases gave {:?}, {} to {}{odd}{same}",
        tensor.shape,
        short(range.0),
        short(range.1)
    )
}

/// Four digits that matter.
fn short(value: f64) -> String {
    if value == 0.0 || (1e-3..1e5).contains(&value.abs()) {
        format!("{value:.4}")
    } else {
        format!("{value:.3e}")
    }
}

fn constant(tensor: &Tensor, examples: usize) -> bool {
    let each = tensor.values.len() / examples.max(1);
    let mut rows = tensor.values.chunks(each.max(1));
    let first = rows.next();
    examples > 1 && rows.all(|row| Some(row) == first)
}

/// One number per example, as it is, from the output that is read.
pub(super) fn untouched(said: &Said) -> OutputSpec {
    OutputSpec {
        tensor: named(said),
        ..unknown()
    }
}

/// One number per example, as it is.
pub(super) fn unknown() -> OutputSpec {
    OutputSpec {
        meaning: titer_spec::model::Meaning::Probability,
        kind: OutputKind::Binary,
        classes: Vec::new(),
        positive: None,
        activation: Activation::None,
        activation_is_right: false,
        layout: OutputLayout::default(),
        tensor: None,
        direction: None,
        positions: None,
        pooling: None,
        head: None,
        scale: None,
    }
}
