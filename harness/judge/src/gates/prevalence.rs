//! Differences to the reference at the prevalence that a suite states.

use titer_core::{Decision, PrevalenceScore};
use titer_spec::gate::{Allowed, Asked, By, Margin};

use super::{Ruling, Terms, void};
use crate::measures::Measure;

/// Holds a paired difference at the prevalence against a margin, as those on the data are held. Without an interval it is
/// inconclusive: what replicates cannot show is no proof of nothing.
#[must_use]
pub fn against(measure: Measure, asked: Asked, margin: &Margin, row: &PrevalenceScore) -> Ruling {
    let (Allowed::Absolute(allowed), sign) = (margin.allowed(), measure.direction().sign()) else {
        return Ruling::incomplete(
            "a share of the reference is not taken at a prevalence".to_owned(),
        );
    };
    let because = || row.against.difference_undefined.clone().unwrap_or_default();
    let Some(difference) = row.against.difference else {
        return Ruling {
            decision: Decision::Inconclusive,
            value: None,
            lower: None,
            upper: None,
            because: format!("there is no difference: {}", because()),
        };
    };
    let terms = Terms::difference_at_prevalence(&row.key.metric, row.prevalence);
    let own = row.against.ends();
    // In the metric's good direction.
    let turned = own.map(|(lower, upper)| (sign * lower, sign * upper));
    let ends = turned.map(|(one, other)| (one.min(other), one.max(other)));
    let gain = sign * difference + 0.0;
    let (low, _) = asked.ends(Allowed::Absolute(allowed));
    let reaches = |end: f64| match asked {
        Asked::Better => end > low,
        Asked::NoWorse | Asked::Equivalent => end >= low,
    };
    let decision = match (margin.by, ends) {
        (By::Value, _) if reaches(gain) => Decision::Pass,
        (By::Value, _) => Decision::Fail,
        (By::Interval, None) => Decision::Inconclusive,
        (By::Interval, Some((lower, _))) if reaches(lower) => Decision::Pass,
        (By::Interval, Some((_, upper))) if !reaches(upper) => Decision::Fail,
        (By::Interval, Some(_)) => Decision::Inconclusive,
    };
    let allowed_words = terms.limit(sign * low);
    let shown = match margin.by {
        By::Value => (None, None),
        By::Interval => (row.against.difference_lower, row.against.difference_upper),
    };
    let told = terms.told(difference, shown, "95", &[low]);
    let open = match (decision, ends, margin.by) {
        (_, _, By::Value) => ", by the value alone".to_owned(),
        (_, None, _) => format!(", no interval ({})", because()),
        (Decision::Inconclusive, ..) => {
            ": the interval lies on both sides of that, the data cannot tell".to_owned()
        }
        _ => String::new(),
    };
    let ruling = Ruling {
        decision,
        value: Some(gain),
        lower: ends.map(|ends| ends.0),
        upper: ends.map(|ends| ends.1),
        because: format!("{told}; held against {allowed_words}{open}"),
    };
    // Where the reference minus the margin is no better than chance at this prevalence, to pass proves nothing.
    let reference = row.estimate.value.map(|value| value - difference);
    let void = reference
        .filter(|_| asked.allows_a_loss())
        .and_then(|reference| {
            void::void(
                measure,
                margin.allowed(),
                reference,
                Some(row.prevalence),
                None,
            )
        });
    void::hold(ruling, void)
}

/// What a run folder lacks that was judged before there were prevalences, or whose cell has no probabilities.
#[must_use]
pub fn missing() -> Ruling {
    Ruling::incomplete("the metric at the suite's prevalence is missing".to_owned())
}
