//! Failures of a gate are corrected over all that the gate is about.
//!
//! That every check of a gate passes needs no correction: all must. That one of many fails is another
//! matter: of forty checks of equal variants one would fail by chance alone. So a failure stands only if
//! it stands after Holm (1979) over the gate's checks; otherwise the data cannot tell.

use titer_core::Decision;
use titer_statistics::holm;
use titer_statistics::normal::{above, upper_quantile};

use super::Ruling;
use crate::words::decimals;

/// A failure needs a one-sided p-value of at most this after correction: half of what a two-sided 95 % interval leaves.
pub const TAIL: f64 = 0.025;

/// Takes failures back that do not stand after correction. `limits` are the values that the rulings were
/// held against, on their own scale.
pub fn correct(rulings: &mut [Ruling], limits: &[f64]) {
    if rulings.len() < 2 {
        return;
    }
    let p_values: Vec<f64> = rulings.iter().map(|it| p_of_failure(it, limits)).collect();
    let Ok(adjusted) = holm(&p_values) else {
        return;
    };
    let family = rulings.len();
    for (ruling, (p, adjusted)) in rulings.iter_mut().zip(p_values.iter().zip(adjusted)) {
        // Where nothing can be worked out the failure stands as it is.
        if ruling.decision == Decision::Fail && *p < 1.0 && adjusted > TAIL {
            ruling.decision = Decision::Inconclusive;
            let places = decimals(&[adjusted], &[TAIL], 3);
            ruling.because.push_str(&format!(
                ": a failure by itself, but not after correction for the gate's {family} checks (Holm's p \
                 {adjusted:.places$}, one-sided, against the limit; a failure needs at most {TAIL}): the data cannot tell"
            ));
        }
    }
}

/// The one-sided p-value of the hypothesis that the limit is kept, from the interval's end on that side:
/// the further the limit lies beyond the end, the smaller. 1 where the ruling is no failure by an interval.
fn p_of_failure(ruling: &Ruling, limits: &[f64]) -> f64 {
    let (Decision::Fail, Some(value), Some(lower), Some(upper)) =
        (ruling.decision, ruling.value, ruling.lower, ruling.upper)
    else {
        return 1.0;
    };
    let z = upper_quantile(TAIL);
    let beyond = |limit: f64| {
        let half = if limit > value {
            upper - value
        } else {
            value - lower
        };
        // Without width there is no chance left.
        if half <= 0.0 {
            f64::INFINITY
        } else {
            z * (limit - value).abs() / half
        }
    };
    // Of a range, the end that the value lies beyond is the nearer one.
    let nearest = limits
        .iter()
        .copied()
        .map(beyond)
        .fold(f64::INFINITY, f64::min);
    above(nearest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failing(upper: f64) -> Ruling {
        Ruling {
            decision: Decision::Fail,
            value: Some(upper - 0.1),
            lower: Some(upper - 0.2),
            upper: Some(upper),
            because: "worse".to_owned(),
        }
    }

    fn passing() -> Ruling {
        Ruling {
            decision: Decision::Pass,
            ..failing(0.5)
        }
    }

    #[test]
    fn one_narrow_failure_among_many_is_chance() {
        let mut rulings = vec![passing(); 19];
        // Its upper end stops just short of the limit: a one-sided p-value just under 2.5 %.
        rulings.push(failing(-0.001));
        correct(&mut rulings, &[0.0]);
        assert_eq!(rulings[19].decision, Decision::Inconclusive);
        // What it is a p of, and what it is held against.
        for part in ["20 checks", "against the limit", "at most 0.025"] {
            let because = &rulings[19].because;
            assert!(because.contains(part), "{part}: {because}");
        }
        assert_eq!(rulings[0], passing());
        let mut alone = vec![failing(-0.001)];
        correct(&mut alone, &[0.0]);
        assert_eq!(alone[0].decision, Decision::Fail);
    }

    #[test]
    fn a_clear_failure_stands() {
        let mut rulings = vec![passing(); 19];
        rulings.push(failing(-0.1));
        correct(&mut rulings, &[0.0]);
        assert_eq!(rulings[19].decision, Decision::Fail);
        let mut exact = vec![passing(), failing(-0.1)];
        exact[1].value = exact[1].upper;
        exact[1].lower = exact[1].upper;
        correct(&mut exact, &[0.0]);
        assert_eq!(
            exact[1].decision,
            Decision::Fail,
            "without width there is no chance"
        );
    }
}
