//! The classes of examples as a suite's question counts them: what controls are fitted to.

use titer_core::{Example, Target};
use titer_spec::Question;

use crate::survey::Survey;

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
        let known = match example.target {
            Target::Class(class) => number(&names, of_dataset, class),
            Target::Positions { .. } | Target::Value(_) => None,
        };
        known.unwrap_or(names.len())
    };
    examples.iter().map(class).collect()
}

/// How many examples there are of each class that is asked for, and the first that is of none.
pub fn counts<'a>(
    question: &Question,
    of_dataset: &[String],
    survey: &'a Survey,
) -> (Vec<usize>, Option<&'a str>) {
    let names = names(question);
    let (mut counts, mut stray) = (vec![0; names.len()], None);
    for (class, (count, first)) in &survey.classes {
        let known = number(&names, of_dataset, *class);
        match known.and_then(|number| counts.get_mut(number)) {
            Some(of) => *of += count,
            None => stray = stray.or(Some(first.as_str())),
        }
    }
    (counts, stray)
}

/// The number of a dataset's class among those that are asked for.
fn number(names: &[&str], of_dataset: &[String], class: usize) -> Option<usize> {
    let name = of_dataset.get(class)?;
    names.iter().position(|asked| asked == name)
}
