//! Numbers as people read them: fixed decimals, a true minus sign, never NaN.

use titer_core::Interval;
pub(crate) use titer_core::figures::{count, percent};

const MINUS: char = '\u{2212}';

/// A number that is not finite has no figure.
const NO_FIGURE: &str = "undefined";

/// How many decimals a score of this interval deserves: 3, or 4 where it is narrow or near an end.
pub(crate) fn decimals(value: f64, interval: Option<&Interval>) -> usize {
    let narrow = interval.is_some_and(|interval| interval.upper - interval.lower < 0.005);
    let near_an_end = (value > 0.99 && value < 1.0) || (value != 0.0 && value.abs() < 0.01);
    if narrow || near_an_end { 4 } else { 3 }
}

/// A number with so many decimals; more where it would round to 0 or 1 without being it.
pub(crate) fn fixed(value: f64, decimals: usize) -> String {
    if !value.is_finite() {
        return NO_FIGURE.to_owned();
    }
    if value != 0.0 && value.abs() < 0.5 * 10f64.powi(-(decimals as i32)) {
        return scientific(value);
    }
    let mut text = format!("{value:.decimals$}");
    let mut more = decimals;
    while more < 7 && value < 1.0 && text.parse() == Ok(1.0) {
        more += 1;
        text = format!("{value:.more$}");
    }
    text.replace('-', &MINUS.to_string())
}

/// A number with its sign; 0 has none.
pub(crate) fn signed(value: f64, decimals: usize) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    let text = fixed(value, decimals);
    if value > 0.0 && value.is_finite() {
        format!("+{text}")
    } else {
        text
    }
}

/// `0.979–0.985`, or `−0.01 to 0.02` where an end is negative.
pub(crate) fn range(interval: &Interval, decimals: usize) -> String {
    let (lower, upper) = (
        fixed(interval.lower, decimals),
        fixed(interval.upper, decimals),
    );
    if interval.lower < 0.0 || lower.contains('×') {
        format!("{lower} to {upper}")
    } else {
        format!("{lower}–{upper}")
    }
}

/// `−0.0050 to +0.0012`.
pub(crate) fn signed_range(interval: &Interval, decimals: usize) -> String {
    format!(
        "{} to {}",
        signed(interval.lower, decimals),
        signed(interval.upper, decimals)
    )
}

/// `0.982 (0.979–0.985)`, or the value alone.
pub(crate) fn with_range(value: f64, interval: Option<&Interval>) -> String {
    let places = decimals(value, interval);
    match interval {
        Some(interval) => format!("{} ({})", fixed(value, places), range(interval, places)),
        None => fixed(value, places),
    }
}

/// `2.3×10⁻⁶`.
pub(crate) fn scientific(value: f64) -> String {
    let text = format!("{value:.1e}");
    let Some((mantissa, exponent)) = text.split_once('e') else {
        return text;
    };
    let raised: String = exponent.chars().map(superscript).collect();
    format!("{mantissa}×10{raised}").replace('-', &MINUS.to_string())
}

fn superscript(digit: char) -> char {
    match digit {
        '-' => '⁻',
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        '0' | '4'..='9' => {
            char::from_u32(u32::from(digit) - u32::from('0') + 0x2070).unwrap_or(digit)
        }
        other => other,
    }
}

/// Three significant figures without an exponent: `0.0123`, `1.23`, `12.3`, `1,230`.
pub(crate) fn figures(value: f64) -> String {
    if !value.is_finite() {
        return NO_FIGURE.to_owned();
    }
    if value == 0.0 {
        return "0".to_owned();
    }
    let magnitude = value.abs().log10().floor() as i32;
    if magnitude >= 3 {
        let step = 10f64.powi(magnitude - 2);
        return count(((value / step).round() * step) as u64);
    }
    let places = usize::try_from(2 - magnitude).unwrap_or(0).min(7);
    format!("{value:.places$}").replace('-', &MINUS.to_string())
}

/// Three significant figures, with an exponent below 0.001.
pub(crate) fn small(value: f64) -> String {
    if value != 0.0 && value.abs() < 1e-3 {
        scientific(value)
    } else {
        figures(value)
    }
}

/// `1 cell`, `2 cells`.
pub(crate) fn counted(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", count(number), if number == 1 { one } else { many })
}

/// A p-value: never rounded to 0.
pub(crate) fn p_value(p: f64) -> String {
    if p < 0.0001 {
        "< 0.0001".to_owned()
    } else if p < 0.001 {
        format!("{p:.4}")
    } else {
        fixed(p, 3)
    }
}

/// `1.23 ms` from nanoseconds.
pub(crate) fn time(ns: f64) -> String {
    scaled(ns, &[(1e9, "s"), (1e6, "ms"), (1e3, "µs"), (1.0, "ns")])
}

/// `12.3 MiB` from bytes.
pub(crate) fn bytes(bytes: f64) -> String {
    scaled(
        bytes,
        &[
            (1_073_741_824.0, "GiB"),
            (1_048_576.0, "MiB"),
            (1024.0, "KiB"),
            (1.0, "B"),
        ],
    )
}

fn scaled(value: f64, units: &[(f64, &str)]) -> String {
    let unit = units
        .iter()
        .find(|(size, _)| value.abs() >= *size)
        .or(units.last());
    unit.map_or_else(String::new, |(size, name)| {
        format!("{} {name}", figures(value / size))
    })
}

#[cfg(test)]
mod tests {
    use titer_core::IntervalMethod;

    use super::*;

    fn interval(lower: f64, upper: f64) -> Interval {
        Interval {
            lower,
            upper,
            confidence: 0.95,
            method: IntervalMethod::Wilson,
        }
    }

    #[test]
    fn scores_read_well() {
        assert_eq!(
            with_range(0.9823, Some(&interval(0.979, 0.9854))),
            "0.982 (0.979–0.985)"
        );
        assert_eq!(
            with_range(0.9823, Some(&interval(0.9810, 0.9831))),
            "0.9823 (0.9810–0.9831)"
        );
        assert_eq!(with_range(0.5, None), "0.500");
    }

    #[test]
    fn nothing_rounds_to_perfection_or_to_nothing() {
        assert_eq!(with_range(0.99996, None), "0.99996");
        assert_eq!(fixed(1.0, 3), "1.000");
        assert_eq!(fixed(2e-6, 4), "2.0×10⁻⁶");
        assert_eq!(signed(-2e-6, 4), "−2.0×10⁻⁶");
    }

    #[test]
    fn differences_carry_their_sign() {
        assert_eq!(signed(-0.0031, 4), "−0.0031");
        assert_eq!(signed(0.0, 4), "0");
        assert_eq!(
            signed_range(&interval(-0.005, 0.0012), 4),
            "−0.0050 to +0.0012"
        );
    }

    #[test]
    fn what_is_not_finite_is_undefined() {
        assert_eq!(fixed(f64::NAN, 3), "undefined");
        assert_eq!(figures(f64::INFINITY), "undefined");
        assert_eq!(signed(f64::NAN, 3), "undefined");
    }

    #[test]
    fn units() {
        assert_eq!(time(1_234_567.0), "1.23 ms");
        assert_eq!(bytes(1_572_864.0), "1.50 MiB");
        assert_eq!(figures(12_345.0), "12,300");
    }
}
