//! A number in a table.

use serde::Serialize;
use titer_core::{Comparison, Interval, Score, Undefined};
use titer_judge::EPSILON;

use crate::number::{count, decimals, fixed, range, signed, signed_range};

/// A number with what belongs beside it.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub(crate) struct Cell {
    /// The value; empty where there is none.
    pub value: String,
    /// Its interval.
    pub range: Option<String>,
    /// Why there is no value or no interval.
    pub undefined: Option<String>,
    /// The number of the note beneath the table that says why.
    pub note_number: Option<usize>,
    /// What else is said of it: examples without a prediction, a floor.
    pub notes: Vec<String>,
    /// "", "worse", "better" or, for calibration errors, "above chance".
    pub mark: &'static str,
}

impl Cell {
    /// A number or words without more.
    pub(crate) fn plain(text: impl Into<String>) -> Self {
        Self {
            value: text.into(),
            ..Self::default()
        }
    }

    /// Nothing, with the reason.
    pub(crate) fn missing(reason: impl Into<String>) -> Self {
        Self {
            undefined: Some(reason.into()),
            ..Self::default()
        }
    }

    /// A score.
    pub(crate) fn score(score: &Score) -> Self {
        let mut cell = match &score.value {
            Ok(value) => Self::estimate(*value, &score.interval),
            Err(reason) => Self::missing(reason.to_string()),
        };
        if score.failed > 0 {
            cell.notes
                .push(format!("{} without a prediction", count(score.failed)));
        }
        if let (Some(over), Some(labels)) = (score.labels_averaged, score.labels) {
            cell.notes.push(match over < labels {
                true => format!(
                    "over {} of {} labels: the others have no value",
                    count(over),
                    count(labels)
                ),
                false => format!("over {} labels", count(labels)),
            });
        }
        if score.unknown > 0 {
            cell.notes
                .push(format!("{} unknown, left out", count(score.unknown)));
        }
        if score.clipped > 0 {
            let clipped = format!("{} clipped at {EPSILON:e}", count(score.clipped));
            cell.notes.push(clipped);
        }
        if let (Ok(value), Some(floor)) = (&score.value, score.null_floor) {
            cell.value = fixed(*value, 4);
            if score.above_chance() == Some(true) {
                cell.mark = "above chance";
            }
            let upper = score
                .null_upper
                .map(|upper| format!(", 95 % below {}", fixed(upper, 4)))
                .unwrap_or_default();
            cell.notes.push(format!("floor {}{upper}", fixed(floor, 4)));
        }
        if let (Some(mass), Some(width)) = (score.plain_equal_mass, score.plain_equal_width) {
            cell.notes.push(format!(
                "plain: equal mass {}, equal width {}",
                fixed(mass, 4),
                fixed(width, 4)
            ));
        }
        cell
    }

    /// A value with its interval.
    pub(crate) fn estimate(value: f64, interval: &Result<Interval, Undefined>) -> Self {
        let places = decimals(value, interval.as_ref().ok());
        Self {
            value: fixed(value, places),
            range: interval
                .as_ref()
                .ok()
                .map(|interval| range(interval, places)),
            undefined: interval.as_ref().err().map(ToString::to_string),
            ..Self::default()
        }
    }

    /// A paired difference; `sign` is +1 where higher is better.
    pub(crate) fn difference(comparison: &Comparison, sign: f64) -> Self {
        let Ok(difference) = comparison.difference else {
            let reason = comparison
                .difference
                .as_ref()
                .err()
                .map(ToString::to_string);
            return Self::missing(reason.unwrap_or_default());
        };
        Self {
            value: signed(difference, 4),
            range: comparison
                .interval
                .as_ref()
                .ok()
                .map(|interval| signed_range(interval, 4)),
            undefined: comparison.interval.as_ref().err().map(ToString::to_string),
            mark: mark(comparison, sign),
            notes: otherwise(comparison).into_iter().collect(),
            ..Self::default()
        }
    }
}

/// Where few clusters flip, what the interval would be under the other assumption about them.
fn otherwise(comparison: &Comparison) -> Option<String> {
    let other = comparison.otherwise.as_ref()?;
    let assumed = other.method.assumes()?;
    Some(format!("{assumed}: {}", signed_range(other, 4)))
}

/// Which side of 0 the whole interval of a difference lies on.
pub(crate) fn mark(comparison: &Comparison, sign: f64) -> &'static str {
    comparison
        .interval
        .as_ref()
        .map_or("", |interval| side(interval, sign))
}

/// Which side of 0 an interval lies on as a whole; `sign` is +1 where higher is better.
pub(crate) fn side(interval: &Interval, sign: f64) -> &'static str {
    if interval.lower * sign > 0.0 && interval.upper * sign > 0.0 {
        "better"
    } else if interval.lower * sign < 0.0 && interval.upper * sign < 0.0 {
        "worse"
    } else {
        ""
    }
}
