//! The classes of examples as a suite's question counts them: what controls are fitted to.

use titer_core::{Example, Target};
use titer_spec::Question;

/// The names of the classes that are asked for, in the order of a control's probabilities: a binary
/// question's negative class comes first.
pub fn names(question: &Question) -> Vec<&str> {
    match question {
        Question::Binary(binary) => vec![&binary.negative, &binary.positive],
        Question::Classes(asked) => asked.classes.iter().map(String::as_str).collect(),
        Question::Positions(_) | Question::Values(_) => Vec::new(),
    }
}

/// How many classes there are.
pub fn number_of_classes(question: &Question) -> usize {
    names(question).len()
}

/// The class of each example among those that are asked for; one past the last where it has none.
pub fn classes(question: &Question, of_dataset: &[String], examples: &[Example]) -> Vec<usize> {
    let names = names(question);
    let class = |example: &Example| {
        let name = match example.target {
            Target::Class(class) => of_dataset.get(class),
            Target::Positions { .. } | Target::Value(_) => None,
        };
        let known = name.and_then(|name| names.iter().position(|asked| asked == name));
        known.unwrap_or(names.len())
    };
    examples.iter().map(class).collect()
}
