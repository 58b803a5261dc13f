//! What a graph returns: numbers, their shape, and how wide they were.

/// The largest whole number up to which every one has a 64-bit float of its own: 2^53.
const LARGEST_WHOLE: u128 = 1 << 53;

/// Row-major numbers with their shape; the first axis is the batch.
#[derive(Clone, Debug, PartialEq)]
pub struct Tensor {
    /// Sizes of the axes.
    pub shape: Vec<usize>,
    /// The numbers; as many as the product of `shape`.
    pub values: Vec<f64>,
    /// How wide they were where they come from.
    pub width: Width,
}

impl Tensor {
    /// A tensor of 32-bit numbers.
    #[must_use]
    pub fn single(shape: Vec<usize>, values: impl IntoIterator<Item = f32>) -> Self {
        Self {
            shape,
            values: values.into_iter().map(f64::from).collect(),
            width: Width::Single,
        }
    }
}

/// How wide the numbers of a runtime are, and so the results of what is computed from them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Width {
    /// 32 bits or fewer (f32, f16, bf16, whole numbers of 8 and 16 bits, bool): each result is rounded to 32
    /// bits, as the model's own framework would round it.
    Single,
    /// 64-bit floats, and whole numbers of 32 and 64 bits: nothing is rounded to 32 bits.
    Double,
}

impl Width {
    /// A result as numbers of this width hold it.
    #[must_use]
    pub fn round(self, number: f64) -> f64 {
        match self {
            Self::Single => f64::from(number as f32),
            Self::Double => number,
        }
    }

    /// A number of this width with as many digits as tell it from its neighbours.
    #[must_use]
    pub fn shown(self, number: f64) -> String {
        match self {
            Self::Single => (number as f32).to_string(),
            Self::Double => number.to_string(),
        }
    }
}

/// A whole number as a float; `None` beyond 2^53, where two of them would become one.
pub fn whole(number: impl Into<i128>) -> Option<f64> {
    let number = number.into();
    (number.unsigned_abs() <= LARGEST_WHOLE).then_some(number as f64)
}

/// What is said of a whole number that [`whole`] refuses, after "it holds".
pub fn inexact(number: &str) -> String {
    format!(
        "{number}, a whole number beyond 2^53 (9007199254740992), where 64-bit floats skip numbers: \
         make it smaller, or write it as a float (1.5e16) where its last digits do not matter"
    )
}

#[cfg(test)]
mod tests;
