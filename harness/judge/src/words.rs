//! Numbers and names in sentences: a true minus sign, as on pages.

const MINUS: &str = "\u{2212}";

/// The most decimals of a number.
const MOST_DECIMALS: usize = 7;

/// How many decimals numbers that stand together get: `least` at least, so many that what they span is five of the
/// last digit, and so many that a number reads as a limit if and only if it lies on it: each stays on its side.
#[must_use]
pub fn decimals(numbers: &[f64], limits: &[f64], least: usize) -> usize {
    let known = || numbers.iter().copied().filter(|number| number.is_finite());
    let span = known().fold(f64::NEG_INFINITY, f64::max) - known().fold(f64::INFINITY, f64::min);
    let enough = |places: &usize| {
        let unit = 0.1f64.powi(*places as i32);
        let steps = |number: f64| (number / unit).round();
        let whole = |number: f64| (number / unit - steps(number)).abs() < 1e-6;
        let apart = |number: f64| {
            limits.iter().all(|&limit| match number == limit {
                true => whole(number),
                false => steps(number) != steps(limit),
            })
        };
        let told = match numbers {
            [single] => *single == 0.0 || steps(*single) != 0.0,
            _ => span <= 0.0 || span >= 5.0 * unit,
        };
        told && known().all(apart)
    };
    (least..MOST_DECIMALS).find(enough).unwrap_or(MOST_DECIMALS)
}

/// A number with so many decimals; what rounds to 0 has no sign.
#[must_use]
pub fn fixed(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    match text.strip_prefix('-') {
        Some(rest) if rest.bytes().any(|byte| matches!(byte, b'1'..=b'9')) => {
            format!("{MINUS}{rest}")
        }
        Some(rest) => rest.to_owned(),
        None => text,
    }
}

/// A number with so many decimals and its sign; what rounds to 0 has none.
#[must_use]
pub fn signed(value: f64, decimals: usize) -> String {
    plus(value, fixed(value, decimals))
}

/// A limit as it was written, a true minus sign before it.
pub(crate) fn exact(value: f64) -> String {
    format!("{}", value + 0.0).replace('-', MINUS)
}

/// A plus sign before what is above 0.
pub(crate) fn plus(value: f64, text: String) -> String {
    if value > 0.0 && text.bytes().any(|byte| matches!(byte, b'1'..=b'9')) {
        format!("+{text}")
    } else {
        text
    }
}

/// A number with four significant digits, without trailing zeros.
pub(crate) fn number(value: f64) -> String {
    if value < 0.0 {
        return format!("{MINUS}{}", number(-value));
    }
    if value == 0.0 || !value.is_finite() {
        return format!("{}", value + 0.0);
    }
    let size = value.abs();
    if !(1e-4..1e9).contains(&size) {
        return format!("{value:.1e}");
    }
    let mut whole_digits = 0;
    let mut power = 1.0;
    while size >= power {
        whole_digits += 1;
        power *= 10.0;
    }
    let mut small = 0;
    let mut rest = size;
    while rest < 0.1 {
        small += 1;
        rest *= 10.0;
    }
    let digits = if whole_digits > 0 {
        4usize.saturating_sub(whole_digits)
    } else {
        4 + small
    };
    let text = format!("{value:.digits$}");
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}

/// A share in percent.
pub(crate) fn percent(share: f64) -> String {
    format!("{} %", number(100.0 * share))
}

/// `1 example`, `2 examples`.
pub(crate) fn count(number: u64, singular: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {singular}{plural}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_digits() {
        assert_eq!(number(0.97), "0.97");
        assert_eq!(number(-0.005), "−0.005");
        assert_eq!(number(-0.0), "0");
        assert_eq!(number(0.012_345_6), "0.01235");
        assert_eq!(number(1234.56), "1235");
        assert_eq!(number(12.0), "12");
        assert_eq!(number(1.2e-7), "1.2e-7");
        assert_eq!(number(0.0), "0");
        assert_eq!(percent(0.0123), "1.23 %");
        assert_eq!(count(1, "flip"), "1 flip");
        assert_eq!(count(0, "true site"), "0 true sites");
    }

    #[test]
    fn numbers_that_stand_together_have_the_same_decimals() {
        let same = |numbers: &[f64], limits: &[f64]| {
            let places = decimals(numbers, limits, 3);
            let signed = numbers.iter().map(|number| signed(*number, places));
            signed.collect::<Vec<String>>()
        };
        let loss = [-0.028_41, -0.035_58, -0.021_24];
        assert_eq!(same(&loss, &[-0.005]), ["−0.028", "−0.036", "−0.021"]);
        // Enough to tell an end from the limit, and to show a narrow interval.
        let close = [0.01, -0.005_3, 0.02];
        assert_eq!(same(&close, &[-0.005]), ["+0.0100", "−0.0053", "+0.0200"]);
        let narrow = [-2.1e-5, -3.1e-5, -1.0e-5];
        assert_eq!(same(&narrow, &[-0.005])[0], "−0.000021");
        assert_eq!(same(&[0.0, 0.0, 0.0], &[0.0]), ["0.000", "0.000", "0.000"]);
        assert_eq!(same(&[-2e-6], &[-0.005]), ["−0.000002"]);
        assert_eq!(same(&[-1e-12], &[-0.005]), ["0.0000000"]);
    }

    #[test]
    fn a_rounded_number_stays_on_its_side_of_the_limit() {
        for limit in (-27..27).map(|step| f64::from(step * 37) / 1e5) {
            for step in -300..300 {
                let number = limit + f64::from(step) * 1.7e-5;
                let shown = fixed(number, decimals(&[number], &[limit], 3));
                let shown: f64 = shown.replace(MINUS, "-").parse().unwrap();
                let sides = [number < limit, number > limit];
                assert_eq!([shown < limit, shown > limit], sides, "{number} {limit}");
            }
        }
    }
}
