//! Predictions joined with the ground truth, unit by unit.

use titer_core::{Answer, Outcome, Prediction};
use titer_spec::model::Meaning;
use titer_spec::plan::PlannedModel;

use crate::ground::{ClassTruth, Ground};

/// What a cell answers for each unit.
#[derive(Clone, Debug, PartialEq)]
pub struct Answers {
    /// For each scored class of the ground, then the background if the model gives it: the
    /// probability at each unit. Where the answer is a number, the number of each unit.
    pub probability: Vec<Vec<f64>>,
    /// Index into the dataset's classes of what is called at each unit: binary by the threshold, else the most probable class (the first of equals);
    /// `None` where that is none of them.
    pub called: Vec<Option<u8>>,
    /// Of several classes, which of the ground's stands first, second and so on in the model's output; else none.
    pub order: Vec<usize>,
    /// A probability at or above it is called positive.
    pub threshold: f64,
    /// What the numbers mean. Of a ranking `probability` holds each unit's place in the order, from 0 to 1,
    /// and nothing is called.
    pub meaning: Meaning,
}

/// Why predictions give no answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoAnswers {
    /// Predictions and examples do not belong together.
    Mismatch(String),
    /// Some examples have no finite answer.
    Failed {
        /// How many.
        examples: u64,
        /// Why the first has none.
        reason: String,
    },
}

/// Joins predictions with examples, by id and in order.
///
/// # Errors
/// Another number, order or shape of predictions; or predictions that failed or are not finite.
pub fn join(
    ground: &Ground,
    model: &PlannedModel,
    predictions: &[Prediction],
) -> Result<Answers, NoAnswers> {
    let (asked, found) = (ground.facts.len(), predictions.len());
    if asked != found {
        let reason = format!("{found} predictions for {asked} examples");
        return Err(NoAnswers::Mismatch(reason));
    }
    let pairs = ground.facts.iter().zip(predictions);
    if let Some((fact, other)) = pairs.clone().find(|(fact, other)| fact.id != other.id) {
        let reason = format!("{:?} stands where {:?} should", other.id, fact.id);
        return Err(NoAnswers::Mismatch(reason));
    }
    let outputs = outputs(predictions)?;
    if ground.numbers {
        numbers(ground, model, &outputs)
    } else if ground.positions {
        positions(ground, model, &outputs)
    } else if ground.several {
        classes(ground, model, &outputs)
    } else {
        binary(ground, model, &outputs)
    }
}

/// The answers, if all are there.
fn outputs(predictions: &[Prediction]) -> Result<Vec<&Answer>, NoAnswers> {
    let (mut outputs, mut missing, mut first) = (Vec::new(), 0, None);
    for prediction in predictions {
        let reason = match &prediction.outcome {
            Outcome::Predicted(output) if output.non_finite() == 0 => {
                outputs.push(output);
                continue;
            }
            Outcome::Predicted(_) | Outcome::NonFinite(_) => "an answer is not finite",
            Outcome::Failed(reason) => reason,
        };
        missing += 1;
        first.get_or_insert_with(|| format!("{}: {reason}", prediction.id));
    }
    match first {
        None => Ok(outputs),
        Some(reason) => Err(NoAnswers::Failed {
            examples: missing,
            reason,
        }),
    }
}

fn binary(
    ground: &Ground,
    model: &PlannedModel,
    outputs: &[&Answer],
) -> Result<Answers, NoAnswers> {
    let one = |(output, fact): (&&Answer, &crate::ground::Facts)| match (
        output.classes(),
        output.numbers(),
    ) {
        (1, [probability]) => Ok(*probability),
        _ => Err(NoAnswers::Mismatch(format!(
            "{} values for {:?}, where one probability is asked for",
            output.numbers().len(),
            fact.id
        ))),
    };
    let probability: Vec<f64> = outputs
        .iter()
        .zip(&ground.facts)
        .map(one)
        .collect::<Result<_, _>>()?;
    if model.meaning == Meaning::Ranking {
        return Ok(Answers {
            called: vec![ground.nothing; probability.len()],
            probability: vec![places(&probability)],
            order: Vec::new(),
            threshold: model.threshold,
            meaning: model.meaning,
        });
    }
    let positive = ground.number_of(0);
    let call = |&p: &f64| {
        if p >= model.threshold {
            positive
        } else {
            ground.nothing
        }
    };
    Ok(Answers {
        called: probability.iter().map(call).collect(),
        probability: vec![probability],
        order: Vec::new(),
        threshold: model.threshold,
        meaning: Meaning::Probability,
    })
}

/// A model's numbers; they call nothing.
fn numbers(
    ground: &Ground,
    model: &PlannedModel,
    outputs: &[&Answer],
) -> Result<Answers, NoAnswers> {
    let one = |(output, fact): (&&Answer, &crate::ground::Facts)| {
        output.value().ok_or_else(|| {
            NoAnswers::Mismatch(format!(
                "{} probabilities for {:?}, where one number is asked for",
                output.numbers().len(),
                fact.id
            ))
        })
    };
    let numbers: Result<Vec<f64>, NoAnswers> = outputs.iter().zip(&ground.facts).map(one).collect();
    Ok(Answers {
        called: vec![None; outputs.len()],
        probability: vec![numbers?],
        order: Vec::new(),
        threshold: model.threshold,
        meaning: Meaning::Probability,
    })
}

/// Each number's place among all, from 0 to 1; equal numbers share the middle of theirs. What metrics of
/// order say of these they say of the numbers.
fn places(numbers: &[f64]) -> Vec<f64> {
    let mut sorted: Vec<f64> = numbers.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let below = |number: f64| sorted.partition_point(|other| *other < number);
    let up_to = |number: f64| sorted.partition_point(|other| *other <= number);
    let middle = |&number: &f64| (below(number) + up_to(number)) as f64 / 2.0;
    let count = numbers.len().max(1) as f64;
    numbers
        .iter()
        .map(|number| middle(number) / count)
        .collect()
}

fn positions(
    ground: &Ground,
    model: &PlannedModel,
    outputs: &[&Answer],
) -> Result<Answers, NoAnswers> {
    let column = |name: &str| model.output_classes.iter().position(|known| known == name);
    let mut columns = Vec::new();
    for class in &ground.classes {
        columns.push(column(&class.name).ok_or_else(|| {
            NoAnswers::Mismatch(format!("the model gives no class {:?}", class.name))
        })?);
    }
    let background = ground
        .nothing
        .map(|class| &ground.names[usize::from(class)]);
    columns.extend(background.and_then(|name| column(name)));
    let outputs_of = model.output_classes.iter();
    let class_of_column: Vec<Option<u8>> = outputs_of.map(|name| ground.index_of(name)).collect();
    let mut answers = Answers {
        probability: vec![Vec::with_capacity(ground.units.len()); columns.len()],
        called: Vec::with_capacity(ground.units.len()),
        order: Vec::new(),
        threshold: model.threshold,
        meaning: Meaning::Probability,
    };
    check_shapes(ground, model, outputs)?;
    for unit in &ground.units {
        let output = outputs[unit.example as usize];
        let start = unit.offset as usize * output.classes();
        let row = &output.numbers()[start..start + output.classes()];
        for (column, into) in columns.iter().zip(&mut answers.probability) {
            into.push(row[*column]);
        }
        answers.called.push(class_of_column[largest(row)]);
    }
    Ok(answers)
}

/// A model's probabilities of several classes, in the ground's order. The first of equals is called,
/// in the model's order.
fn classes(
    ground: &Ground,
    model: &PlannedModel,
    outputs: &[&Answer],
) -> Result<Answers, NoAnswers> {
    let column = |name: &str| model.output_classes.iter().position(|known| known == name);
    let missing = |name: &str| NoAnswers::Mismatch(format!("the model gives no class {name:?}"));
    let of_class = |class: &ClassTruth| column(&class.name).ok_or_else(|| missing(&class.name));
    let columns = ground
        .classes
        .iter()
        .map(of_class)
        .collect::<Result<Vec<usize>, _>>()?;
    let asked = model.output_classes.len();
    let mut answers = Answers {
        probability: vec![Vec::with_capacity(outputs.len()); columns.len()],
        called: Vec::with_capacity(outputs.len()),
        order: in_order(&columns),
        threshold: model.threshold,
        meaning: Meaning::Probability,
    };
    for (fact, output) in ground.facts.iter().zip(outputs) {
        let row = output.numbers();
        if row.len() != asked {
            return Err(NoAnswers::Mismatch(format!(
                "{} values for {:?}, where {asked} are asked for",
                row.len(),
                fact.id
            )));
        }
        for (column, into) in columns.iter().zip(&mut answers.probability) {
            into.push(row[*column]);
        }
        let first = largest(row);
        let called = columns.iter().position(|&column| column == first);
        answers
            .called
            .push(called.and_then(|class| ground.number_of(class)));
    }
    Ok(answers)
}

/// The places of numbers in ascending order.
fn in_order(columns: &[usize]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..columns.len()).collect();
    order.sort_by_key(|class| columns[*class]);
    order
}

fn check_shapes(
    ground: &Ground,
    model: &PlannedModel,
    outputs: &[&Answer],
) -> Result<(), NoAnswers> {
    for (fact, output) in ground.facts.iter().zip(outputs) {
        let titer_core::Target::Positions { truth, .. } = &fact.target else {
            continue;
        };
        let found = (output.positions(), output.classes());
        let asked = (truth.len(), model.output_classes.len());
        if found != asked {
            return Err(NoAnswers::Mismatch(format!(
                "{} positions of {} classes for {:?}, where {} of {} are asked for",
                found.0, found.1, fact.id, asked.0, asked.1
            )));
        }
    }
    Ok(())
}

/// The index of the largest value, the first of equals.
fn largest(row: &[f64]) -> usize {
    (1..row.len()).fold(
        0,
        |best, next| if row[next] > row[best] { next } else { best },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_keep_order_and_ties_and_lie_from_0_to_1() {
        let numbers = [-3.0, 1e9, 0.0, -0.0, f64::MIN_POSITIVE];
        assert_eq!(places(&numbers), [0.1, 0.9, 0.4, 0.4, 0.7]);
        assert!(places(&[]).is_empty());
    }
}
