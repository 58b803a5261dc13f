//! The classes of examples as a suite's question counts them: what controls are fitted to.

use std::borrow::Cow;

use titer_core::{Example, Target};
use titer_spec::Question;

use crate::survey::Survey;

/// The names of the classes that are asked for, in the order of a control's probabilities: a binary
/// question's negative class comes first.
pub(crate) fn names(question: &Question) -> Vec<&str> {
    match question {
        Question::Binary(binary) => vec![&binary.negative, &binary.positive],
        Question::Classes(asked) => asked.classes.iter().map(String::as_str).collect(),
        Question::Positions(_) | Question::Labels(_) | Question::Values(_) => Vec::new(),
    }
}

/// How many classes there are.
pub(crate) fn number_of_classes(question: &Question) -> usize {
    names(question).len()
}

/// The class of each example among those that are asked for; one past the last where it has none.
pub(crate) fn classes(
    question: &Question,
    of_dataset: &[String],
    examples: &[Example],
) -> Vec<usize> {
    let names = names(question);
    let class = |example: &Example| {
        let known = match example.target {
            Target::Class(class) => number(&names, of_dataset, class),
            Target::Positions { .. } | Target::Labels(_) | Target::Value(_) => None,
        };
        known.unwrap_or(names.len())
    };
    examples.iter().map(class).collect()
}

/// How many examples there are of each class that is asked for, and the first that is of none.
pub(crate) fn counts<'a>(
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

/// What teaches one label: the examples of which it is known, each with 1 where it is true and 0 where it is not.
pub(crate) struct OfLabel<'a> {
    /// The examples.
    pub examples: Cow<'a, [Example]>,
    /// The class of each.
    pub classes: Vec<usize>,
}

impl OfLabel<'_> {
    /// The share of examples that the label is true of; one half where it is known of none.
    pub(crate) fn share(&self) -> f64 {
        let positives: usize = self.classes.iter().sum();
        match self.classes.len() {
            0 => 0.5,
            all => positives as f64 / all as f64,
        }
    }
}

/// How many examples each label that is asked for is not true of, and is; none of another question.
pub(crate) fn label_counts(
    question: &Question,
    of_dataset: &[String],
    survey: &Survey,
) -> Vec<[usize; 2]> {
    let counts = |place: usize| survey.labels.get(place).copied();
    let places = places(question, of_dataset).into_iter();
    places
        .map(|place| place.and_then(counts).unwrap_or_default())
        .collect()
}

/// The place of each label that is asked for among the dataset's.
fn places(question: &Question, of_dataset: &[String]) -> Vec<Option<usize>> {
    let Question::Labels(asked) = question else {
        return Vec::new();
    };
    let place = |label: &String| of_dataset.iter().position(|known| known == label);
    asked.labels.iter().map(place).collect()
}

/// What teaches each label that is asked for, in their order; none of another question.
pub(crate) fn labels<'a>(
    question: &Question,
    of_dataset: &[String],
    examples: &'a [Example],
) -> Vec<OfLabel<'a>> {
    let places = places(question, of_dataset).into_iter();
    places.map(|place| of_label(place, examples)).collect()
}

fn of_label(place: Option<usize>, examples: &[Example]) -> OfLabel<'_> {
    let truth = |example: &Example| match &example.target {
        Target::Labels(labels) => labels.get(place?).copied().flatten(),
        _ => None,
    };
    let known = examples.iter().filter(|example| truth(example).is_some());
    let classes: Vec<usize> = examples.iter().filter_map(truth).map(usize::from).collect();
    OfLabel {
        examples: match classes.len() == examples.len() {
            true => Cow::Borrowed(examples),
            false => known.cloned().collect::<Vec<Example>>().into(),
        },
        classes,
    }
}
