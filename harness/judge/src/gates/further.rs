//! `no_further_fall_than_reference`: the difference of two falls, or of two slopes along a ladder.

use titer_core::{Agreement, Comparison, Decision, Direction, Estimate, Score};
use titer_spec::gate::{By, Further};

use super::{Ruling, Terms, bound, void};
use crate::measures::Measure;

/// What is known of a variant at one of the places that it falls from or to.
#[derive(Clone, Copy, Debug)]
pub struct Held<'a> {
    /// Its paired difference to the reference there.
    pub comparison: &'a Comparison,
    /// How far the two agree there.
    pub agreement: Option<&'a Agreement>,
    /// Its score there.
    pub score: Option<&'a Score>,
    /// The best control's name and value there.
    pub control: Option<(&'a str, f64)>,
}

/// Holds how much more is lost than the reference loses (positive: more) against the margin. Pass if the upper end of the
/// interval is within it, fail if the lower end is not, else inconclusive. Without an interval, pass where nothing moves by
/// more than rounding anywhere and the value is within the margin. By the value: pass or fail.
#[must_use]
pub fn held_further(
    measure: Measure,
    further: &Further,
    found: &Estimate,
    steps: &[Held<'_>],
) -> Ruling {
    let (margin, terms) = (further.margin, Terms::further(further));
    let value = match found.value() {
        Ok(value) => value,
        Err(reason) => {
            return Ruling {
                decision: Decision::Inconclusive,
                ..Ruling::incomplete(format!("there is no difference of falls: {reason}"))
            };
        }
    };
    let interval = found.interval();
    let ends = interval.as_ref().ok().map(|ends| (ends.lower, ends.upper));
    let allowed = format!("allowed {}", terms.limit(margin));
    let told = |ends: Option<(f64, f64)>| {
        let ends = (ends.map(|ends| ends.0), ends.map(|ends| ends.1));
        terms.told(value, ends, "95", &[margin])
    };
    let (decision, because) = match (further.by, ends) {
        (By::Value, _) => {
            let decision = if value <= margin {
                Decision::Pass
            } else {
                Decision::Fail
            };
            (
                decision,
                format!("{}, by the value alone; {allowed}", told(None)),
            )
        }
        (By::Interval, Some((lower, upper))) => {
            let said = format!("{}; {allowed}", told(ends));
            match (upper <= margin, lower > margin) {
                (true, _) => (Decision::Pass, said),
                (_, true) => (Decision::Fail, said),
                _ => (
                    Decision::Inconclusive,
                    format!(
                        "{said}: the interval lies on both sides of that, the data cannot tell"
                    ),
                ),
            }
        }
        (By::Interval, None) => {
            let reason = interval
                .err()
                .map_or(String::new(), |reason| reason.to_string());
            let said = format!("{}, no interval ({reason}); {allowed}", told(None));
            match is_rounding(measure, steps) && value <= margin {
                true => (
                    Decision::Pass,
                    format!("{said}; nowhere does an answer move by more than rounding"),
                ),
                false => (
                    Decision::Inconclusive,
                    format!("{said}; nothing bounds the difference: the data cannot tell"),
                ),
            }
        }
    };
    let ruling = Ruling {
        decision,
        value: Some(value),
        lower: ends.map(|ends| ends.0),
        upper: ends.map(|ends| ends.1),
        because,
    };
    void::hold(ruling, floored(measure, steps))
}

/// Whether the variant's answers are its reference's but for rounding, wherever it was asked.
fn is_rounding(measure: Measure, steps: &[Held<'_>]) -> bool {
    let at = |step: &Held<'_>| {
        let agreement = step.agreement?;
        let gain = measure.direction().sign() * step.comparison.difference.as_ref().ok()?;
        bound(measure, step.comparison, gain, agreement)
    };
    !steps.is_empty() && steps.iter().all(|step| at(step).is_some())
}

/// Where the reference itself is no better than chance or a control, it has nothing left to lose, and who falls with it to
/// there falls no further, whatever it is.
fn floored(measure: Measure, steps: &[Held<'_>]) -> Option<String> {
    let higher = measure.direction() == Direction::HigherIsBetter;
    steps.iter().find_map(|step| {
        let score = step.score?;
        let reference = void::reference(step.comparison, score)?;
        let chance = measure.about().chance.value(score.prevalence_beside_others())?;
        let no_better = |level: f64| if higher { reference <= level } else { reference >= level };
        let (level, what) = match step.control {
            Some((name, value)) if no_better(value) => (value, format!("the control {name}")),
            _ if no_better(chance) => (chance, "chance".to_owned()),
            _ => return None,
        };
        let number = crate::words::number;
        Some(format!(
            "on {} the reference has {}, no better than {what} ({}), so that it has nothing left to lose",
            score.key.case.dataset,
            number(reference),
            number(level)
        ))
    })
}

#[cfg(test)]
mod tests {
    use titer_core::{Interval, IntervalMethod, Undefined};
    use titer_metrics::MetricName;

    use super::*;
    use crate::fixture::further;

    const AUROC: Measure = Measure {
        name: "auroc",
        metric: titer_metrics::AnyMetric::Binary(MetricName::Auroc),
        by: None,
    };

    fn found(value: f64, ends: Option<(f64, f64)>) -> Estimate {
        let interval = ends.map(|(lower, upper)| Interval {
            lower,
            upper,
            confidence: 0.95,
            method: IntervalMethod::SquareAndAdd,
        });
        let interval = interval.ok_or_else(|| Undefined::because("2 discordant units"));
        Estimate::new(&Ok(value), &interval)
    }

    /// Both sides of the margin, and the margin itself.
    #[test]
    fn the_upper_end_passes_and_the_lower_end_fails() {
        let (above, margin) = (0.01f64.next_up(), 0.01);
        for (lower, upper, expected) in [
            (-0.02, 0.01, Decision::Pass),
            (-0.02, above, Decision::Inconclusive),
            (0.01, 0.05, Decision::Inconclusive),
            (above, 0.05, Decision::Fail),
        ] {
            let found = found(0.5 * (lower + upper), Some((lower, upper)));
            let ruling = held_further(AUROC, &further("auroc", margin), &found, &[]);
            assert_eq!(ruling.decision, expected, "{lower} {upper}");
            assert_eq!((ruling.lower, ruling.upper), (Some(lower), Some(upper)));
        }
    }

    #[test]
    fn sentences_have_the_value_its_interval_and_what_is_allowed() {
        let known = found(0.0214, Some((0.0112, 0.0317)));
        let mut asked = further("auroc", 0.01);
        assert_eq!(
            held_further(AUROC, &asked, &known, &[]).because,
            "fall of AUROC, beyond the reference's: +0.021 (95 % +0.011 to +0.032); allowed +0.01"
        );
        asked.along = Some("species".to_owned());
        let said = held_further(AUROC, &asked, &known, &[]).because;
        assert!(
            said.starts_with("loss of AUROC per step, beyond the reference's: +0.021"),
            "{said}"
        );
    }

    #[test]
    fn without_an_interval_nothing_is_decided_unless_by_the_value() {
        let mut asked = further("auroc", 0.01);
        let ruling = held_further(AUROC, &asked, &found(0.0, None), &[]);
        assert_eq!(ruling.decision, Decision::Inconclusive);
        assert!(
            ruling.because.contains("2 discordant units"),
            "{}",
            ruling.because
        );
        asked.by = By::Value;
        for (value, expected) in [(0.01, Decision::Pass), (0.02, Decision::Fail)] {
            let ruling = held_further(AUROC, &asked, &found(value, None), &[]);
            assert_eq!(ruling.decision, expected);
        }
        let none = Estimate::undefined(&Undefined::because("one class"));
        let ruling = held_further(AUROC, &asked, &none, &[]);
        assert_eq!(
            (ruling.decision, ruling.value),
            (Decision::Inconclusive, None)
        );
    }
}
