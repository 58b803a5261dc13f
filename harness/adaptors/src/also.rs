//! Further inputs of a graph: masks, lengths, constants.

use titer_spec::model::{Also, Holds, Number};

use super::{Feed, Made, Places, Values};

/// A further input for a batch.
pub(super) fn feed(also: &Also, places: &Places) -> Feed {
    let examples = places.real.len();
    let length = places.length;
    let per_position = |number: &dyn Fn(usize, usize) -> f64| {
        let all = (0..examples).flat_map(|example| (0..length).map(move |at| (example, at)));
        let numbers: Vec<f64> = all.map(|(example, at)| number(example, at)).collect();
        (vec![examples, length], numbers)
    };
    let (shape, numbers) = match &also.holds {
        Holds::Mask => {
            per_position(&|example, at| f64::from(u8::from(places.real[example].contains(&at))))
        }
        Holds::Zeros => per_position(&|_, _| 0.0),
        Holds::Positions => per_position(&|_, at| at as f64),
        Holds::Lengths => {
            let lengths = places.real.iter().map(|real| real.len() as f64);
            (vec![examples], lengths.collect())
        }
        Holds::Each(numbers) => (
            vec![examples, numbers.len()],
            std::iter::repeat_n(numbers, examples)
                .flatten()
                .copied()
                .collect(),
        ),
    };
    Feed {
        name: Some(also.tensor.clone()),
        shape,
        values: match also.number {
            Number::I64 => Values::I64(numbers.into_iter().map(|number| number as i64).collect()),
            Number::F32 => Values::F32(numbers.into_iter().map(|number| number as f32).collect()),
        },
    }
}

/// What [`feed`] makes, for as many positions.
pub(super) fn made(also: &Also, length: Option<usize>) -> Made {
    Made {
        name: Some(also.tensor.clone()),
        sizes: match &also.holds {
            Holds::Mask | Holds::Zeros | Holds::Positions => vec![length],
            Holds::Lengths => Vec::new(),
            Holds::Each(numbers) => vec![Some(numbers.len())],
        },
        numbers: match also.number {
            Number::I64 => super::Kind::I64,
            Number::F32 => super::Kind::F32,
        },
    }
}
