//! Counts and shares as people read them, one way wherever they are shown.

/// A whole number with its thousands apart: `4,123`.
#[must_use]
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A share (1 is all) in percent: `49.2 %`; two significant figures below 1 %, and more decimals where it would round to all
/// without being it.
#[must_use]
pub fn percent(share: f64) -> String {
    let percent = share * 100.0;
    let mut places = 1;
    if share != 0.0 && percent.abs() < 1.0 {
        places = (1 - percent.abs().log10().floor() as i32).clamp(1, 6) as usize;
    }
    let mut text = format!("{percent:.places$}");
    while share < 1.0 && places < 6 && text.parse() == Ok(100.0) {
        places += 1;
        text = format!("{percent:.places$}");
    }
    format!("{text} %")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_stand_apart() {
        let written = [0, 999, 1_000, 9_034, 1_234_567].map(count);
        assert_eq!(written, ["0", "999", "1,000", "9,034", "1,234,567"]);
    }

    #[test]
    fn shares_are_rounded_and_never_to_all_or_nothing() {
        let written = [0.0, 0.5, 0.49247, 0.00142, 0.9996, 0.999_96, 1.0].map(percent);
        let expected = [
            "0.0 %", "50.0 %", "49.2 %", "0.14 %", "99.96 %", "99.996 %", "100.0 %",
        ];
        assert_eq!(written, expected);
    }
}
