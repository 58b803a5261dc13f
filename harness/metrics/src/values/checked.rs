//! What every metric of values checks before it looks at the numbers.

use titer_core::{Prepared, Undefined, Valued};

use crate::checked::{Unusable, no_examples};

/// Prepares checked data, or what says why they cannot be scored.
pub(crate) fn prepare<'a, P: Prepared + 'a>(
    data: Valued<'a>,
    make: impl FnOnce(Valued<'a>) -> Result<P, Undefined>,
) -> Box<dyn Prepared + 'a> {
    match check(data).and_then(|()| make(data)) {
        Ok(prepared) => Box::new(prepared),
        Err(reason) => Box::new(Unusable(reason)),
    }
}

/// As many true as predicted values, at least one, all finite.
fn check(data: Valued<'_>) -> Result<(), Undefined> {
    let (truth, predicted) = (data.truth.len(), data.predicted.len());
    if truth != predicted {
        return Err(Undefined::because(format!(
            "{truth} true values but {predicted} predicted"
        )));
    }
    if truth == 0 {
        return Err(no_examples());
    }
    if u32::try_from(truth).is_err() {
        return Err(Undefined::because(format!(
            "{truth} examples are more than a metric takes (2^32)"
        )));
    }
    finite(data.truth, "true")?;
    finite(data.predicted, "predicted")
}

fn finite(values: &[f64], which: &str) -> Result<(), Undefined> {
    match values.iter().filter(|value| !value.is_finite()).count() {
        0 => Ok(()),
        count => Err(Undefined::because(format!(
            "{count} of {} {which} values are not finite",
            values.len()
        ))),
    }
}

/// Which of the two sides of a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Truth,
    Predicted,
}

/// The reason where one side does not vary.
pub(crate) fn constant(side: Side) -> Undefined {
    Undefined::because(match side {
        Side::Truth => "every true value is the same",
        Side::Predicted => "every predicted value is the same",
    })
}

/// The power of two that brings values into [-1, 1]: multiplying by it is exact, so that squares
/// neither overflow nor vanish.
pub(crate) fn exponent<'a>(values: impl IntoIterator<Item = &'a f64>) -> i32 {
    let largest = values.into_iter().fold(0.0f64, |most, v| most.max(v.abs()));
    libm::frexp(largest).1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(truth: &[f64], predicted: &[f64]) -> String {
        check(Valued { truth, predicted }).unwrap_err().0
    }

    #[test]
    fn says_what_is_wrong() {
        assert_eq!(reason(&[], &[]), "no examples");
        assert_eq!(reason(&[1.0], &[]), "1 true values but 0 predicted");
        let bad = [f64::NAN, 1.0, f64::INFINITY];
        assert_eq!(reason(&bad, &[0.0; 3]), "2 of 3 true values are not finite");
        assert_eq!(
            reason(&[0.0; 3], &bad),
            "2 of 3 predicted values are not finite"
        );
    }

    #[test]
    fn extreme_values_are_brought_to_one() {
        for value in [1e308, -1e-308, 5e-324, 3.0, 1.0] {
            let scaled = libm::scalbn(value, -exponent([&value]));
            assert!((0.5..=1.0).contains(&scaled.abs()), "{value}: {scaled}");
        }
        assert_eq!(exponent([&0.0]), 0);
    }
}
