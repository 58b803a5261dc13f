//! `no_worse_than_reference`, `better_than_reference`, `equivalent_to_reference`.

use titer_core::{Agreement, Comparison, Decision, Direction, Score};
use titer_spec::gate::{Allowed, Asked, By};

use super::{Ruling, Terms, bound};
use crate::measures::Measure;
use crate::words::number;

/// A comparison with what else is known of its two cells.
#[derive(Clone, Copy, Debug)]
pub struct Paired<'a> {
    /// The paired difference.
    pub comparison: &'a Comparison,
    /// How far the two agree.
    pub agreement: Option<&'a Agreement>,
    /// The candidate's score.
    pub score: Option<&'a Score>,
}

/// A comparison on the scale that the gate is written in, above is better.
#[derive(Clone, Copy, Debug)]
struct Scale {
    /// The value that says that there is no difference: 0, or a share of 1.
    value: f64,
    ends: Option<(f64, f64)>,
    /// At least this passes.
    low: f64,
    /// At most this passes; equivalence only.
    high: Option<f64>,
    allowed: Allowed,
    direction: Direction,
}

/// Holds a paired difference against a margin, in the metric's good direction. With d the candidate's
/// gain (or the share of the reference that it keeps) and the margin as its least value: pass if the
/// lower end reaches it, fail if the upper end does not, else inconclusive. To be better is to lie above
/// the margin; to be equivalent is to lie between both, by the 90 % interval. Without an interval, pass
/// where a bound is within the margin ([`bound`]), else inconclusive. By the value: pass or fail.
#[must_use]
pub fn against_reference(
    measure: Measure,
    asked: Asked,
    allowed: Allowed,
    by: By,
    paired: Paired<'_>,
) -> Ruling {
    let direction = measure.direction();
    let undefined = |because| Ruling {
        decision: Decision::Inconclusive,
        value: None,
        lower: None,
        upper: None,
        because,
    };
    let comparison = paired.comparison;
    let difference = match &comparison.difference {
        // Adding 0 makes one zero of the two.
        Ok(difference) => direction.sign() * difference + 0.0,
        Err(reason) => return undefined(format!("there is no difference: {reason}")),
    };
    let Some(scale) = scale(direction, asked, allowed, difference, comparison) else {
        return undefined(
            "a value is not above 0, so no share of the reference is kept".to_owned(),
        );
    };
    let ruling = |decision, because| Ruling {
        decision,
        value: Some(scale.value),
        lower: scale.ends.map(|ends| ends.0),
        upper: scale.ends.map(|ends| ends.1),
        because,
    };
    let name = &comparison.key.metric;
    let allowed = scale.allowed_words(asked, name);
    match (by, scale.ends) {
        (By::Value, _) => {
            let holds = scale.decide(asked, scale.value, scale.value) == Decision::Pass;
            let decision = if holds {
                Decision::Pass
            } else {
                Decision::Fail
            };
            let because = format!(
                "{}, by the value alone; {allowed}",
                scale.told(asked, name, None)
            );
            ruling(decision, because)
        }
        (By::Interval, Some(ends)) => {
            let decision = scale.decide(asked, ends.0, ends.1);
            let told = format!(
                "{}{}",
                scale.told(asked, name, Some(ends)),
                scale.otherwise(name, comparison)
            );
            let open = match decision {
                Decision::Inconclusive => {
                    ": the interval lies on both sides of that, the data cannot tell"
                }
                _ => "",
            };
            ruling(decision, format!("{told}; {allowed}{open}"))
        }
        (By::Interval, None) => {
            let (decision, lower, because) =
                without_interval(measure, asked, scale, difference, paired);
            let told = scale.told(asked, name, None);
            let reason = no_interval(comparison);
            let because = format!("{told}, no interval ({reason}); {allowed}; {because}");
            Ruling {
                lower,
                ..ruling(decision, because)
            }
        }
    }
}

fn no_interval(comparison: &Comparison) -> String {
    match &comparison.interval {
        Err(reason) => reason.to_string(),
        Ok(_) => "a replicate is not above 0".to_owned(),
    }
}

fn scale(
    direction: Direction,
    asked: Asked,
    allowed: Allowed,
    difference: f64,
    comparison: &Comparison,
) -> Option<Scale> {
    let pair = |lower: Option<f64>, upper: Option<f64>| Some((lower?, upper?));
    let (low, high) = asked.ends(allowed);
    match allowed {
        Allowed::Absolute(_) => {
            let ends = match (asked, &comparison.interval) {
                (_, Err(_)) => None,
                (Asked::Equivalent, Ok(_)) => pair(comparison.lower_90, comparison.upper_90),
                (_, Ok(interval)) => Some((interval.lower, interval.upper)),
            };
            let sign = direction.sign();
            let turned = ends.map(|(a, b)| (sign * a + 0.0, sign * b + 0.0));
            Some(Scale {
                value: difference,
                ends: turned.map(|(a, b)| (a.min(b), a.max(b))),
                low,
                high,
                allowed,
                direction,
            })
        }
        Allowed::Share(_) => Some(Scale {
            value: comparison.kept?,
            ends: pair(comparison.kept_lower, comparison.kept_upper),
            low,
            high,
            allowed,
            direction,
        }),
    }
}

impl Scale {
    fn decide(&self, asked: Asked, lower: f64, upper: f64) -> Decision {
        let reaches = |end: f64| match asked {
            Asked::Better => end > self.low,
            Asked::NoWorse | Asked::Equivalent => end >= self.low,
        };
        let high = self.high.unwrap_or(f64::INFINITY);
        if reaches(lower) && upper <= high {
            Decision::Pass
        } else if !reaches(upper) || lower > high {
            Decision::Fail
        } else {
            Decision::Inconclusive
        }
    }

    /// A number of this scale in the metric's own sign.
    fn own(&self, number: f64) -> f64 {
        match self.allowed {
            // Adding 0 makes one zero of the two.
            Allowed::Absolute(_) => self.direction.sign() * number + 0.0,
            Allowed::Share(_) => number,
        }
    }

    /// The smaller number first, in the metric's own sign.
    fn own_ends(&self, lower: f64, upper: f64) -> (f64, f64) {
        let (one, other) = (self.own(lower), self.own(upper));
        (one.min(other), one.max(other))
    }

    fn terms(&self, name: &str) -> Terms {
        match self.allowed {
            Allowed::Absolute(_) => Terms::difference(name),
            Allowed::Share(_) => Terms::share(name),
        }
    }

    /// The value and the interval that decides, in the metric's own sign.
    fn told(&self, asked: Asked, name: &str, ends: Option<(f64, f64)>) -> String {
        let percent = match (asked, self.allowed) {
            (Asked::Equivalent, Allowed::Absolute(_)) => "90",
            _ => "95",
        };
        let ends = ends.map(|(lower, upper)| self.own_ends(lower, upper));
        let ends = (ends.map(|ends| ends.0), ends.map(|ends| ends.1));
        let limits: Vec<f64> = std::iter::once(self.low).chain(self.high).collect();
        let limits: Vec<f64> = limits.into_iter().map(|limit| self.own(limit)).collect();
        let terms = self.terms(name);
        terms.told(self.own(self.value), ends, percent, &limits)
    }

    /// Where flips are rare: what the interval assumes, and what it would be otherwise.
    fn otherwise(&self, name: &str, comparison: &Comparison) -> String {
        let (Ok(decides), Some(other)) = (&comparison.interval, &comparison.otherwise) else {
            return String::new();
        };
        let ends = (Some(other.lower), Some(other.upper));
        let value = *comparison.difference.as_ref().unwrap_or(&0.0);
        let (_, between) = Terms::difference(name).shown(value, ends, &[]);
        format!(
            ", {}; {} {}",
            decides.method.assumes().unwrap_or_default(),
            other.method.assumes().unwrap_or_default(),
            between.unwrap_or_default()
        )
    }

    /// `allowed −0.005`, in the metric's own sign.
    fn allowed_words(&self, asked: Asked, name: &str) -> String {
        let terms = self.terms(name);
        let low = terms.limit(self.own(self.low));
        match (asked, self.high) {
            (Asked::Equivalent, Some(high)) => {
                let (low, high) = self.own_ends(self.low, high);
                format!("allowed {} to {}", terms.limit(low), terms.limit(high))
            }
            (Asked::Better, _) if self.own(1.0) < 0.0 => format!("less than {low} is required"),
            (Asked::Better, _) => format!("more than {low} is required"),
            (_, _) if matches!(self.allowed, Allowed::Share(_)) => {
                format!("at least {low} is required")
            }
            (_, _) => format!("allowed {low}"),
        }
    }

    /// A bound in the metric's units as the least value on this scale.
    fn at_least(&self, worse: f64, paired: Paired<'_>) -> Option<f64> {
        if let Allowed::Absolute(_) = self.allowed {
            return Some(-worse + 0.0);
        }
        let candidate = *paired.score?.value.as_ref().ok()?;
        let base = candidate - *paired.comparison.difference.as_ref().ok()?;
        let share = match self.direction {
            Direction::HigherIsBetter => (base - worse) / base,
            Direction::LowerIsBetter => base / (base + worse),
        };
        share.is_finite().then_some(share)
    }
}

fn without_interval(
    measure: Measure,
    asked: Asked,
    scale: Scale,
    difference: f64,
    paired: Paired<'_>,
) -> (Decision, Option<f64>, String) {
    let nothing = || {
        let because = "nothing bounds the difference: the data cannot tell".to_owned();
        (Decision::Inconclusive, None, because)
    };
    // A bound says how much worse, never that something is better.
    if asked == Asked::Better {
        return nothing();
    }
    let known = paired.agreement;
    let bound =
        known.and_then(|agreement| bound(measure, paired.comparison, difference, agreement));
    let Some((bound, least)) = bound.and_then(|bound| {
        let least = scale.at_least(bound.worse, paired)?;
        Some((bound, least))
    }) else {
        return nothing();
    };
    let within = least >= scale.low
        && match (scale.allowed, scale.high) {
            (_, None) => true,
            (Allowed::Absolute(_), Some(high)) => scale.value <= high,
            (Allowed::Share(_), Some(high)) => 1.0 / least <= high,
        };
    let (decision, words) = if within {
        (Decision::Pass, "within the margin")
    } else {
        (
            Decision::Inconclusive,
            "more than the margin: the data cannot tell",
        )
    };
    let because = format!(
        "{}, so at most {} worse: {words}",
        bound.because,
        number(bound.worse.max(0.0))
    );
    (decision, Some(least), because)
}
