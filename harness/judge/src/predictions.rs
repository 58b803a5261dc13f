//! A cell's predictions, kept in little room.

use std::ops::Range;

use titer_core::{Outcome, Prediction};

use crate::texts::number_of;

/// What came out for each example, in order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Predictions {
    ids: Ids,
    numbers: Vec<f64>,
    shapes: Shapes,
    missing: Option<Box<Missing>>,
}

/// Examples without a finite answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// How many.
    pub examples: u64,
    /// Why the first has none.
    pub reason: String,
}

/// How many numbers each answer has, and of how many classes; of a number 0 classes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
enum Shapes {
    #[default]
    None,
    /// All alike.
    One(Shape),
    /// Where each answer's numbers begin, with their classes.
    Each(Vec<(usize, usize)>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Shape {
    numbers: usize,
    classes: usize,
}

/// The answer of one example.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OneAnswer<'a> {
    /// Row-major by position and class.
    pub numbers: &'a [f64],
    /// Classes per position; 0 where the answer is a number.
    pub classes: usize,
}

/// What tells whether ids are those of examples, in order: of each a byte of the number that stands for it, and a number that
/// stands for each [`BLOCK`] of them. Two rows of ids pass for the same with a chance of 2^-64.
#[derive(Clone, Debug, Default, PartialEq)]
struct Ids {
    bytes: Vec<u8>,
    blocks: Vec<u64>,
}

/// Ids that one number stands for.
const BLOCK: usize = 256;

impl Ids {
    fn push(&mut self, id: &str) {
        let number = number_of(id);
        if self.bytes.len().is_multiple_of(BLOCK) {
            self.blocks.push(0);
        }
        if let Some(block) = self.blocks.last_mut() {
            *block = and(*block, number);
        }
        self.bytes.push(number as u8);
    }

    /// Where the first ids stand that are not those asked for: one, or a block of which no single one can be told.
    fn strangers<'a>(&self, asked: impl Fn(usize) -> &'a str) -> Option<Range<usize>> {
        let blocks = self.bytes.chunks(BLOCK).zip(&self.blocks).enumerate();
        for (number, (bytes, &block)) in blocks {
            let start = number * BLOCK;
            let numbers = || (start..start + bytes.len()).map(|place| number_of(asked(place)));
            if numbers().fold(0, and) == block {
                continue;
            }
            let mut places = numbers().zip(bytes);
            let place = places.position(|(number, byte)| number as u8 != *byte);
            let one = |place: usize| start + place..start + place + 1;
            return Some(place.map_or(start..start + bytes.len(), one));
        }
        None
    }
}

/// A number that stands for what one stands for and then another. Two rows that differ in a place come to different numbers
/// there, for both steps can be undone.
fn and(before: u64, next: u64) -> u64 {
    (before.rotate_left(5) ^ next).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

impl Predictions {
    /// Takes the next one in.
    pub fn push(&mut self, prediction: &Prediction) {
        let Prediction { id, outcome } = prediction;
        let answer = match outcome {
            Outcome::Predicted(answer) if answer.non_finite() == 0 => Some(answer),
            Outcome::Predicted(_) | Outcome::NonFinite(_) => {
                self.miss(id, "an answer is not finite");
                None
            }
            Outcome::Failed(reason) => {
                self.miss(id, reason);
                None
            }
        };
        // Where one has no answer nothing is scored: the numbers of others are not needed.
        if let Some(answer) = answer.filter(|_| self.missing.is_none()) {
            let shape = Shape {
                numbers: answer.numbers().len(),
                classes: answer.classes(),
            };
            self.shapes.push(shape, self.len(), self.numbers.len());
            self.numbers.extend_from_slice(answer.numbers());
        }
        self.ids.push(id);
    }

    fn miss(&mut self, id: &str, reason: &str) {
        let missing = self.missing.get_or_insert_with(|| {
            Box::new(Missing {
                examples: 0,
                reason: format!("{id}: {reason}"),
            })
        });
        missing.examples += 1;
    }

    /// How many.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ids.bytes.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Where the first predictions stand that are not of the examples of these ids, of which there are as many: one, or some
    /// hundred of which no single one can be told.
    #[must_use]
    pub fn strangers<'a>(&self, id: impl Fn(usize) -> &'a str) -> Option<Range<usize>> {
        self.ids.strangers(id)
    }

    /// What is missing, if anything is.
    #[must_use]
    pub fn missing(&self) -> Option<&Missing> {
        self.missing.as_deref()
    }

    /// An example's answer; nothing where one is missing.
    #[must_use]
    pub fn get(&self, index: usize) -> Option<OneAnswer<'_>> {
        let (start, end, classes) = match &self.shapes {
            Shapes::None => return None,
            Shapes::One(Shape { numbers, classes }) => {
                let start = index.checked_mul(*numbers)?;
                (start, start + numbers, *classes)
            }
            Shapes::Each(starts) => {
                let (start, classes) = *starts.get(index)?;
                let end = starts
                    .get(index + 1)
                    .map_or(self.numbers.len(), |next| next.0);
                (start, end, classes)
            }
        };
        let numbers = self.numbers.get(start..end)?;
        Some(OneAnswer { numbers, classes })
    }

    /// All answers in order.
    pub fn answers(&self) -> impl Iterator<Item = OneAnswer<'_>> {
        (0..self.len()).map_while(|index| self.get(index))
    }

    /// The numbers, where each answer is one of so many classes.
    ///
    /// # Errors
    /// The predictions as they are, where one is not.
    pub fn into_single(self, classes: usize) -> Result<Vec<f64>, Self> {
        let wanted = Shape {
            numbers: 1,
            classes,
        };
        match self.shapes {
            Shapes::None => Ok(Vec::new()),
            Shapes::One(shape) if shape == wanted => Ok(self.numbers),
            Shapes::One(_) | Shapes::Each(_) => Err(self),
        }
    }
}

impl Shapes {
    /// Takes in the shape of the next answer, before which there are so many answers and numbers.
    fn push(&mut self, shape: Shape, answers: usize, numbers: usize) {
        match self {
            Self::None => *self = Self::One(shape),
            Self::One(known) if *known == shape => {}
            Self::One(Shape {
                numbers: each,
                classes,
            }) => {
                let before = (0..answers).map(|answer| (answer * *each, *classes));
                let starts = before.chain([(numbers, shape.classes)]);
                *self = Self::Each(starts.collect());
            }
            Self::Each(starts) => starts.push((numbers, shape.classes)),
        }
    }
}

impl FromIterator<Prediction> for Predictions {
    fn from_iter<I: IntoIterator<Item = Prediction>>(predictions: I) -> Self {
        let mut all = Self::default();
        predictions.into_iter().for_each(|one| all.push(&one));
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use titer_core::Answer;

    fn of(answers: &[(usize, &[f64])]) -> Predictions {
        let one = |(index, (classes, numbers)): (usize, &(usize, &[f64]))| Prediction {
            id: index.to_string(),
            outcome: Outcome::of(match classes {
                0 => Answer::Value(numbers[0]),
                _ => Answer::Probabilities {
                    numbers: numbers.to_vec(),
                    classes: *classes,
                },
            }),
        };
        answers.iter().enumerate().map(one).collect()
    }

    #[test]
    fn answers_of_one_shape_and_of_several_come_back() {
        let alike: [(usize, &[f64]); 2] = [(2, &[0.25, 0.75]), (2, &[0.5, 0.5])];
        let apart: [(usize, &[f64]); 4] = [
            (2, &[0.25, 0.75]),
            (2, &[0.5, 0.5, 1.0, 0.0]),
            (2, &[]),
            (1, &[0.125]),
        ];
        for answers in [&alike[..], &apart] {
            let held = of(answers);
            let back: Vec<(usize, &[f64])> = held
                .answers()
                .map(|one| (one.classes, one.numbers))
                .collect();
            assert_eq!(back, answers);
        }
        assert_eq!(
            of(&[(1, &[0.5]), (1, &[0.25])]).into_single(1),
            Ok(vec![0.5, 0.25])
        );
        let value = of(&[(0, &[0.5])]);
        assert_eq!(value.clone().into_single(1), Err(value));
        assert_eq!(of(&apart).into_single(1), Err(of(&apart)));
    }

    #[test]
    fn what_stands_where_another_should_is_found() {
        let ids: Vec<String> = (0..1000).map(|id| format!("e{id}")).collect();
        let mut held = Ids::default();
        ids.iter().for_each(|id| held.push(id));
        assert_eq!(held.strangers(|place| &ids[place]), None);
        for (one, other) in [(0, 1), (255, 256), (700, 999)] {
            let mut turned = ids.clone();
            turned.swap(one, other);
            let found = held.strangers(|place| &turned[place]).unwrap();
            assert!(found.contains(&one), "{found:?}");
        }
        // One whose byte is the same is told by its block.
        let alike = |id: &String| number_of(id) as u8 == number_of("e300") as u8;
        let mut others = (1000..).map(|id| format!("e{id}"));
        let mut turned = ids.clone();
        turned[300] = others.find(alike).unwrap();
        assert_eq!(held.strangers(|place| &turned[place]), Some(256..512));
    }

    #[test]
    fn what_is_missing_is_counted_with_the_first_reason() {
        let held = of(&[(1, &[0.5]), (1, &[f64::NAN]), (1, &[f64::INFINITY])]);
        let missing = held.missing().unwrap();
        assert_eq!(missing.examples, 2);
        assert_eq!(missing.reason, "1: an answer is not finite");
        assert_eq!(held.len(), 3);
    }
}
