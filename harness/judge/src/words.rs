//! Numbers in sentences.

/// A number with four significant digits, without trailing zeros.
pub(crate) fn number(value: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        return format!("{value}");
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
        assert_eq!(number(-0.005), "-0.005");
        assert_eq!(number(0.012_345_6), "0.01235");
        assert_eq!(number(1234.56), "1235");
        assert_eq!(number(12.0), "12");
        assert_eq!(number(1.2e-7), "1.2e-7");
        assert_eq!(number(0.0), "0");
        assert_eq!(percent(0.0123), "1.23 %");
        assert_eq!(count(1, "flip"), "1 flip");
        assert_eq!(count(0, "true site"), "0 true sites");
    }
}
