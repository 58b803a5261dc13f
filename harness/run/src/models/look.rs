//! What some labelled examples say of a model before it is run: whether its answers have anything to do with the labels.

use titer_core::{Answer, Outcome, Target};
use titer_spec::suite::Question;
use titer_spec::{ModelSpec, OutputKind};

use super::trial::Trial;

/// Examples that say something, at least.
const MIN_EXAMPLES: usize = 40;
/// Standard errors from chance that are taken for more than chance.
const ERRORS: f64 = 3.0;

/// A first look at some examples.
#[derive(Clone, Debug, PartialEq)]
pub struct Look {
    /// As in `AUROC 0.97 on 256 examples of dataset sites`.
    pub words: String,
    /// What may be wrong, where the answers are no better than chance.
    pub doubt: Option<String>,
}

/// Looks at the answers to the examples of a trial; `None` where they are too few or have no class.
#[must_use]
pub fn look(spec: &ModelSpec, trial: &Trial, outcomes: &[Outcome]) -> Option<Look> {
    let answers = outcomes.iter().map(Outcome::answer);
    let pairs = trial.examples.iter().zip(answers);
    let pairs = pairs.filter_map(|(example, answer)| match (&example.target, answer) {
        (Target::Class(class), Some(answer)) => Some((trial.classes.get(*class)?.as_str(), answer)),
        _ => None,
    });
    let pairs: Vec<(&str, &Answer)> = pairs.collect();
    if pairs.len() < MIN_EXAMPLES {
        return None;
    }
    match (trial.question.as_ref()?, spec.output.kind) {
        (Question::Binary(binary), OutputKind::Binary) => {
            order(&binary.positive, &trial.source, &pairs)
        }
        (Question::Classes(_), OutputKind::Classes) => {
            calls(&spec.output.classes, &trial.source, &pairs)
        }
        _ => None,
    }
}

/// How often a positive example has a larger number than a negative one.
fn order(positive: &str, source: &str, pairs: &[(&str, &Answer)]) -> Option<Look> {
    let number = |answer: &Answer| answer.numbers().first().copied();
    let of = |wanted: bool| {
        let chosen = pairs
            .iter()
            .filter(|(class, _)| (*class == positive) == wanted);
        chosen
            .filter_map(|(_, answer)| number(answer))
            .collect::<Vec<f64>>()
    };
    let (positives, negatives) = (of(true), of(false));
    let (more, fewer) = (positives.len() as f64, negatives.len() as f64);
    if positives.is_empty() || negatives.is_empty() {
        return None;
    }
    let above = positives.iter().flat_map(|one| {
        negatives
            .iter()
            .map(move |other| match one.total_cmp(other) {
                std::cmp::Ordering::Greater => 1.0,
                std::cmp::Ordering::Equal => 0.5,
                std::cmp::Ordering::Less => 0.0,
            })
    });
    let auroc = above.sum::<f64>() / (more * fewer);
    // Of answers that have nothing to do with the labels.
    let error = ((more + fewer + 1.0) / (12.0 * more * fewer)).sqrt();
    let doubt = if auroc < 0.5 - ERRORS * error {
        Some(
            "it says the opposite of the labels: is the positive class right, or the order of the outputs (`output.positive`)?",
        )
    } else if auroc < 0.5 + ERRORS * error {
        Some(
            "that is no better than chance: are the labels, the order of letters (`one_hot.alphabet`) and the part of the sequence that it reads right?",
        )
    } else {
        None
    };
    Some(Look {
        words: format!("AUROC {auroc:.2} on {} examples of {source}", pairs.len()),
        doubt: doubt.map(str::to_owned),
    })
}

/// How often the class with the largest number is the true one.
fn calls(classes: &[String], source: &str, pairs: &[(&str, &Answer)]) -> Option<Look> {
    let called = |answer: &Answer| {
        let numbers = answer.numbers().iter().enumerate();
        let (place, _) = numbers.max_by(|(_, one), (_, other)| one.total_cmp(other))?;
        classes.get(place)
    };
    let right = pairs
        .iter()
        .filter(|(class, answer)| called(answer).is_some_and(|it| it == class));
    let right = right.count();
    let count = |class: &String| pairs.iter().filter(|(truth, _)| truth == class).count();
    let (commonest, name) = classes
        .iter()
        .map(|class| (count(class), class))
        .max_by_key(|it| it.0)?;
    let all = pairs.len() as f64;
    let share = commonest as f64 / all;
    let error = (share * (1.0 - share) / all).sqrt();
    let is_better = right as f64 / all > share + ERRORS * error;
    Some(Look {
        words: format!("{right} of {} examples of {source} called right", pairs.len()),
        doubt: (!is_better).then(|| {
            format!("always saying `{name}` is right {commonest} times: are the order of classes (`output.classes`), the labels and the order of letters right?")
        }),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers(numbers: &[&[f64]]) -> Vec<Answer> {
        let one = |numbers: &&[f64]| Answer::Probabilities {
            numbers: numbers.to_vec(),
            classes: numbers.len(),
        };
        numbers.iter().map(one).collect()
    }

    fn pairs<'a>(classes: &[&'a str], answers: &'a [Answer]) -> Vec<(&'a str, &'a Answer)> {
        (0..60)
            .map(|at| (classes[at % classes.len()], &answers[at % answers.len()]))
            .collect()
    }

    #[test]
    fn what_is_turned_round_or_chance_is_doubted() {
        let classes = ["no", "yes"];
        let look = |numbers: [&[f64]; 2]| {
            order("yes", "a set", &pairs(&classes, &answers(&numbers))).unwrap()
        };
        let right = look([&[0.2], &[0.9]]);
        assert_eq!(
            (right.words.as_str(), right.doubt),
            ("AUROC 1.00 on 60 examples of a set", None)
        );
        let turned = look([&[0.9], &[0.2]]);
        assert!(turned.doubt.unwrap().contains("opposite"));
        let chance = look([&[0.5], &[0.5]]);
        assert!(chance.words.contains("0.50") && chance.doubt.unwrap().contains("chance"));
    }

    #[test]
    fn classes_in_another_order_are_doubted() {
        let names = ["a", "b", "c"];
        let answers = answers(&[&[0.8, 0.1, 0.1], &[0.1, 0.8, 0.1], &[0.1, 0.1, 0.8]]);
        let look = |order: [&str; 3]| {
            calls(&order.map(str::to_owned), "a set", &pairs(&names, &answers)).unwrap()
        };
        let right = look(["a", "b", "c"]);
        assert_eq!(
            (right.words.as_str(), right.doubt),
            ("60 of 60 examples of a set called right", None)
        );
        let turned = look(["b", "c", "a"]);
        assert_eq!(turned.words, "0 of 60 examples of a set called right");
        assert!(turned.doubt.unwrap().contains("output.classes"));
    }
}
