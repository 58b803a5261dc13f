//! Differences to what something is held against, in a line beneath it.

use titer_core::{Against, Interval};

use crate::number::{decimals, signed, signed_range};

/// "−0.0020 than fp32 (−0.0030 to −0.0010)", or why there is no interval; `None` of a reference.
pub(crate) fn note(against: &Against) -> Option<String> {
    let base = against.base.as_ref()?;
    let reason = against.difference_undefined.as_deref().unwrap_or_default();
    let Some(value) = against.difference else {
        return Some(format!("not held against {base}: {reason}"));
    };
    let interval: Option<Interval> = against.interval().ok();
    let places = decimals(value, interval.as_ref());
    let value = signed(value, places);
    Some(match interval {
        Some(interval) => format!("{value} than {base} ({})", signed_range(&interval, places)),
        None => format!("{value} than {base}, no interval: {reason}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use titer_core::{IntervalMethod, Undefined};

    #[test]
    fn differences_in_a_line() {
        assert_eq!(note(&Against::default()), None);
        let interval = Interval {
            lower: -0.003,
            upper: -0.001,
            confidence: 0.95,
            method: IntervalMethod::ClusteredBootstrapT,
        };
        let base = || "fp32".to_owned();
        let known = Against::new(base(), &Ok(-0.002), &Ok(interval));
        assert_eq!(
            note(&known).unwrap(),
            "−0.0020 than fp32 (−0.0030 to −0.0010)"
        );
        let why = Undefined::because("zero variance");
        let bare = Against::new(base(), &Ok(0.0), &Err(why.clone()));
        assert_eq!(
            note(&bare).unwrap(),
            "0 than fp32, no interval: zero variance"
        );
        let none = Against::new(base(), &Err(why.clone()), &Err(why));
        assert_eq!(note(&none).unwrap(), "not held against fp32: zero variance");
    }
}
