//! Predictions joined with the ground truth, unit by unit.

use std::sync::Arc;

use titer_spec::model::Meaning;
use titer_spec::plan::PlannedModel;

use crate::ground::{ClassTruth, Ground};
use crate::predictions::{Missing, OneAnswer, Predictions};

/// What a cell answers for each unit.
#[derive(Clone, Debug, PartialEq)]
pub struct Answers {
    /// For each scored class of the ground, then the background if the model gives it: the
    /// probability at each unit. Where the answer is a number, the number of each unit.
    pub probability: Vec<Arc<[f64]>>,
    called: Called,
    /// Of several classes, which of the ground's stands first, second and so on in the model's output; else none.
    pub order: Vec<usize>,
    /// A probability at or above it is called positive.
    pub threshold: f64,
    /// Of labels, the threshold of each; else none.
    pub thresholds: Vec<f64>,
    /// What the numbers mean. Of a ranking `probability` holds each unit's place in the order, from 0 to 1,
    /// and nothing is called.
    pub meaning: Meaning,
}

/// What is called at each unit.
#[derive(Clone, Debug, PartialEq)]
enum Called {
    /// The same at all of them.
    Same(Option<u8>),
    /// The first class at or above the threshold, else the second.
    ByThreshold(Option<u8>, Option<u8>),
    /// Of each unit.
    Each(Vec<Option<u8>>),
}

impl Answers {
    /// Index into the dataset's classes of what is called at a unit: binary by the threshold, else the most probable class
    /// (the first of equals); `None` where that is none of them, and of labels.
    #[must_use]
    pub fn called(&self, unit: usize) -> Option<u8> {
        match &self.called {
            Called::Same(class) => *class,
            Called::ByThreshold(above, below) => {
                match self.probability[0][unit] >= self.threshold {
                    true => *above,
                    false => *below,
                }
            }
            Called::Each(classes) => classes[unit],
        }
    }

    /// The threshold of a scored class: a label's own, else that of all.
    #[must_use]
    pub fn threshold_of(&self, class: usize) -> f64 {
        self.thresholds
            .get(class)
            .copied()
            .unwrap_or(self.threshold)
    }

    /// Whether a label is called at a unit.
    #[must_use]
    pub fn calls(&self, label: usize, unit: usize) -> bool {
        self.probability[label][unit] >= self.threshold_of(label)
    }
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
    predictions: Predictions,
) -> Result<Answers, NoAnswers> {
    let (asked, found) = (ground.examples.len(), predictions.len());
    if asked != found {
        let reason = format!("{found} predictions for {asked} examples");
        return Err(NoAnswers::Mismatch(reason));
    }
    if let Some(strangers) = predictions.strangers(|example| ground.examples.id(example)) {
        let (first, last) = (strangers.start + 1, strangers.end);
        let reason = match first == last {
            true => {
                let id = ground.examples.id(strangers.start);
                format!("prediction {first} is not of {id:?}, which it should be")
            }
            false => format!(
                "of predictions {first} to {last} one is not of the example that it should be of"
            ),
        };
        return Err(NoAnswers::Mismatch(reason));
    }
    if let Some(Missing { examples, reason }) = predictions.missing() {
        return Err(NoAnswers::Failed {
            examples: *examples,
            reason: reason.clone(),
        });
    }
    if ground.numbers {
        numbers(ground, model, predictions)
    } else if ground.positions {
        positions(ground, model, &predictions)
    } else if ground.labels {
        labels(ground, model, &predictions)
    } else if ground.several {
        classes(ground, model, &predictions)
    } else {
        binary(ground, model, predictions)
    }
}

/// The one number of each answer.
fn single(
    ground: &Ground,
    predictions: Predictions,
    classes: usize,
    asked: &str,
) -> Result<Vec<f64>, NoAnswers> {
    let predictions = match predictions.into_single(classes) {
        Ok(numbers) => return Ok(numbers),
        Err(predictions) => predictions,
    };
    let is_odd = |one: &OneAnswer<'_>| one.numbers.len() != 1 || one.classes != classes;
    let mut answers = predictions.answers().enumerate();
    let odd = answers.find(|(_, one)| is_odd(one)).map(|(example, one)| {
        let (many, id) = (one.numbers.len(), ground.examples.id(example));
        let held = match one.classes {
            0 => "values",
            _ => "probabilities",
        };
        format!("{many} {held} for {id:?}, where one {asked} is asked for")
    });
    Err(NoAnswers::Mismatch(odd.unwrap_or_default()))
}

fn binary(
    ground: &Ground,
    model: &PlannedModel,
    predictions: Predictions,
) -> Result<Answers, NoAnswers> {
    let probability = single(ground, predictions, 1, "probability")?;
    if model.meaning == Meaning::Ranking {
        return Ok(Answers {
            called: Called::Same(ground.nothing),
            probability: vec![places(&probability).into()],
            order: Vec::new(),
            threshold: model.threshold,
            thresholds: Vec::new(),
            meaning: model.meaning,
        });
    }
    Ok(Answers {
        called: Called::ByThreshold(ground.number_of(0), ground.nothing),
        probability: vec![probability.into()],
        order: Vec::new(),
        threshold: model.threshold,
        thresholds: Vec::new(),
        meaning: Meaning::Probability,
    })
}

/// A model's numbers; they call nothing.
fn numbers(
    ground: &Ground,
    model: &PlannedModel,
    predictions: Predictions,
) -> Result<Answers, NoAnswers> {
    let numbers = single(ground, predictions, 0, "number")?;
    Ok(Answers {
        called: Called::Same(None),
        probability: vec![numbers.into()],
        order: Vec::new(),
        threshold: model.threshold,
        thresholds: Vec::new(),
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
    predictions: &Predictions,
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
    let mut probability = vec![Vec::with_capacity(ground.units.len()); columns.len()];
    let mut called = Vec::with_capacity(ground.units.len());
    check_shapes(ground, model, predictions)?;
    for unit in ground.units.iter() {
        let example = unit.example as usize;
        let output = predictions.get(example).ok_or_else(|| {
            NoAnswers::Mismatch(format!("no answer for {:?}", ground.examples.id(example)))
        })?;
        let start = unit.offset as usize * output.classes;
        let row = &output.numbers[start..start + output.classes];
        for (column, into) in columns.iter().zip(&mut probability) {
            into.push(row[*column]);
        }
        called.push(class_of_column[largest(row)]);
    }
    Ok(Answers {
        probability: probability.into_iter().map(Arc::from).collect(),
        called: Called::Each(called),
        order: Vec::new(),
        threshold: model.threshold,
        thresholds: Vec::new(),
        meaning: Meaning::Probability,
    })
}

/// A model's probabilities of several classes, in the ground's order. The first of equals is called,
/// in the model's order.
fn classes(
    ground: &Ground,
    model: &PlannedModel,
    predictions: &Predictions,
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
    let mut probability = vec![Vec::with_capacity(predictions.len()); columns.len()];
    let mut called = Vec::with_capacity(predictions.len());
    for (example, OneAnswer { numbers: row, .. }) in predictions.answers().enumerate() {
        if row.len() != asked {
            return Err(NoAnswers::Mismatch(format!(
                "{} values for {:?}, where {asked} are asked for",
                row.len(),
                ground.examples.id(example)
            )));
        }
        for (column, into) in columns.iter().zip(&mut probability) {
            into.push(row[*column]);
        }
        let first = largest(row);
        let class = columns.iter().position(|&column| column == first);
        called.push(class.and_then(|class| ground.number_of(class)));
    }
    Ok(Answers {
        probability: probability.into_iter().map(Arc::from).collect(),
        called: Called::Each(called),
        order: in_order(&columns),
        threshold: model.threshold,
        thresholds: Vec::new(),
        meaning: Meaning::Probability,
    })
}

/// A model's probabilities of labels, in the ground's order; each is called by its own threshold.
fn labels(
    ground: &Ground,
    model: &PlannedModel,
    predictions: &Predictions,
) -> Result<Answers, NoAnswers> {
    let missing = |name: &str| NoAnswers::Mismatch(format!("the model gives no label {name:?}"));
    let place = |label: &ClassTruth| {
        let mut known = model.output_classes.iter();
        let place = known.position(|known| *known == label.name);
        place.ok_or_else(|| missing(&label.name))
    };
    let places: Result<Vec<usize>, NoAnswers> = ground.classes.iter().map(place).collect();
    let (places, asked) = (places?, model.output_classes.len());
    let mut probability = vec![Vec::with_capacity(predictions.len()); places.len()];
    for (example, answer) in predictions.answers().enumerate() {
        let row = answer.numbers;
        if (answer.classes, row.len()) != (asked, asked) {
            return Err(NoAnswers::Mismatch(format!(
                "{} values for {:?}, where {asked} probabilities are asked for",
                row.len(),
                ground.examples.id(example)
            )));
        }
        for (place, into) in places.iter().zip(&mut probability) {
            into.push(row[*place]);
        }
    }
    let thresholds = ground.classes.iter();
    let thresholds = thresholds.map(|label| model.threshold_of(&label.name));
    Ok(Answers {
        probability: probability.into_iter().map(Arc::from).collect(),
        called: Called::Same(None),
        order: Vec::new(),
        threshold: model.threshold,
        thresholds: thresholds.collect(),
        meaning: Meaning::Probability,
    })
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
    predictions: &Predictions,
) -> Result<(), NoAnswers> {
    for (example, output) in predictions.answers().enumerate() {
        let positions = output.numbers.len().checked_div(output.classes);
        let found = (positions.unwrap_or(0), output.classes);
        let asked = (ground.examples.stretch(example), model.output_classes.len());
        if found != asked {
            return Err(NoAnswers::Mismatch(format!(
                "{} positions of {} classes for {:?}, where {} of {} are asked for",
                found.0,
                found.1,
                ground.examples.id(example),
                asked.0,
                asked.1
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
