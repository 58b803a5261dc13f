//! How a ruling is put into words: the value, its interval and what is allowed, in one unit, with one sign
//! and one rounding, so that a reader can compare them at sight.

use titer_spec::gate::{Further, Invariant, Part, Stays};
use titer_spec::quantity::Dimension;

use titer_metrics::registry::label;

use crate::words::{decimals, exact, fixed, plus, signed};

/// What a ruling's numbers are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unit {
    /// A metric's own unit.
    Metric,
    /// A metric's own unit, as a difference.
    Difference,
    /// Shares of the reference's value, told in percent.
    Share,
    /// A measurement.
    Measured(Dimension),
    /// A measurement in multiples of the reference's.
    Times,
}

/// The lower and the upper end, where they are known.
pub(super) type Ends = (Option<f64>, Option<f64>);

/// What a ruling is about and what its numbers are.
#[derive(Clone, Debug, PartialEq)]
pub struct Terms {
    /// In a few words.
    what: String,
    unit: Unit,
}

impl Terms {
    /// A metric's value.
    #[must_use]
    pub fn metric(name: &str) -> Self {
        let (what, unit) = (label(name), Unit::Metric);
        Self { what, unit }
    }

    /// A metric's value at a prevalence.
    #[must_use]
    pub fn at_prevalence(name: &str, prevalence: f64) -> Self {
        let what = format!("{} at a prevalence of {}", label(name), exact(prevalence));
        let unit = Unit::Metric;
        Self { what, unit }
    }

    /// A difference of a metric at a prevalence, in its own sign.
    #[must_use]
    pub fn difference_at_prevalence(name: &str, prevalence: f64) -> Self {
        let unit = Unit::Difference;
        Self {
            unit,
            ..Self::at_prevalence(name, prevalence)
        }
    }

    /// A difference of a metric, in its own sign.
    #[must_use]
    pub fn difference(name: &str) -> Self {
        let (what, unit) = (label(name), Unit::Difference);
        Self { what, unit }
    }

    /// How much more of a metric is lost than the reference loses, positive where it is more.
    #[must_use]
    pub fn further(further: &Further) -> Self {
        let label = label(&further.metric);
        let of = further.of.as_ref().map(Part::words).unwrap_or_default();
        let what = match further.along {
            Some(_) => format!("loss of {label}{of} per step, beyond the reference's:"),
            None => format!("fall of {label}, beyond the reference's:"),
        };
        let unit = Unit::Difference;
        Self { what, unit }
    }

    /// How much changes where nothing should.
    #[must_use]
    pub fn invariant(invariant: &Invariant) -> Self {
        let (what, unit) = match invariant.asked().0 {
            Stays::Calls => ("calls change:", Unit::Share),
            Stays::Answers => ("answers change by", Unit::Metric),
        };
        let what = what.to_owned();
        Self { what, unit }
    }

    /// The share of the reference's value of a metric that is kept.
    #[must_use]
    pub fn share(name: &str) -> Self {
        let (what, unit) = (format!("{} keeps", label(name)), Unit::Share);
        Self { what, unit }
    }

    /// A measurement.
    #[must_use]
    pub fn measured(name: &str, dimension: Dimension) -> Self {
        let (what, unit) = (name.replace('_', " "), Unit::Measured(dimension));
        Self { what, unit }
    }

    /// A measurement in multiples of the reference's.
    #[must_use]
    pub fn ratio(name: &str) -> Self {
        let what = format!("{} beside the reference's:", name.replace('_', " "));
        let unit = Unit::Times;
        Self { what, unit }
    }

    fn scale(&self, number: f64) -> f64 {
        match self.unit {
            Unit::Share => 100.0 * number,
            Unit::Measured(Dimension::Bytes) => number / 1_048_576.0,
            Unit::Measured(Dimension::Time) => number / 1e6,
            Unit::Metric | Unit::Difference | Unit::Times | Unit::Measured(Dimension::Plain) => {
                number
            }
        }
    }

    fn suffix(&self) -> &'static str {
        match self.unit {
            Unit::Share => " %",
            Unit::Measured(Dimension::Bytes) => " MiB",
            Unit::Measured(Dimension::Time) => " ms",
            Unit::Times => "×",
            Unit::Metric | Unit::Difference | Unit::Measured(Dimension::Plain) => "",
        }
    }

    /// The fewest decimals: three of a number below 10, three figures of a measurement.
    fn least(&self, size: f64) -> usize {
        let whole = if size > 0.0 && size.is_finite() {
            size.log10().floor() as i32
        } else {
            0
        };
        let places = match self.unit {
            Unit::Measured(_) | Unit::Times => 2 - whole,
            Unit::Share => 1,
            Unit::Metric | Unit::Difference => 3 - whole.max(0),
        };
        usize::try_from(places).unwrap_or(0).min(6)
    }

    /// Numbers at one rounding, without their unit. The first is the value.
    fn figures(&self, numbers: &[f64], limits: &[f64]) -> Vec<String> {
        let scaled = |numbers: &[f64]| -> Vec<f64> {
            numbers.iter().map(|number| self.scale(*number)).collect()
        };
        let numbers = scaled(numbers);
        let least = self.least(numbers.first().map_or(0.0, |value| value.abs()));
        let places = decimals(&numbers, &scaled(limits), least);
        let show = |number: f64| match self.unit {
            Unit::Difference => signed(number, places),
            _ => fixed(number, places),
        };
        numbers.into_iter().map(show).collect()
    }

    /// The value and, where there is one, its interval: `−0.028` and `−0.036 to −0.021`.
    #[must_use]
    pub fn shown(&self, value: f64, ends: Ends, limits: &[f64]) -> (String, Option<String>) {
        let (lower, upper) = ends;
        let mut numbers = vec![value];
        numbers.extend(lower);
        numbers.extend(upper);
        let unit = self.suffix();
        let figures = self.figures(&numbers, limits);
        let range = match (lower, upper, figures.as_slice()) {
            (Some(_), Some(_), [_, lower, upper]) => Some(format!("{lower} to {upper}{unit}")),
            (Some(_), None, [_, lower]) => Some(format!("at least {lower}{unit}")),
            (None, Some(_), [_, upper]) => Some(format!("at most {upper}{unit}")),
            _ => None,
        };
        // A difference of 0 must not read as a score of 0.
        let no_sign = |text: &String| text.starts_with(|first: char| first.is_ascii_digit());
        let sign = match self.unit {
            Unit::Difference if no_sign(&figures[0]) => "±",
            _ => "",
        };
        (format!("{sign}{}{unit}", figures[0]), range)
    }

    /// `AUROC −0.028 (95 % −0.036 to −0.021)`.
    #[must_use]
    pub fn told(&self, value: f64, ends: Ends, percent: &str, limits: &[f64]) -> String {
        let (value, range) = self.shown(value, ends, limits);
        let range = range.map_or(String::new(), |range| format!(" ({percent} % {range})"));
        format!("{} {value}{range}", self.what)
    }

    /// A limit, as it was written.
    #[must_use]
    pub fn limit(&self, limit: f64) -> String {
        // Without the noise of binary fractions.
        let scaled = (self.scale(limit) * 1e9).round() / 1e9;
        let text = exact(scaled);
        let text = match self.unit {
            Unit::Difference => plus(scaled, text),
            _ => text,
        };
        format!("{text}{}", self.suffix())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_one_unit_and_one_rounding() {
        let told = |terms: Terms, value, ends: Option<(f64, f64)>, limit: f64| {
            let ends = ends.map_or((None, None), |(lower, upper)| (Some(lower), Some(upper)));
            terms.told(value, ends, "95", &[limit])
        };
        let ends = Some((0.9746, 0.9832));
        assert_eq!(
            told(Terms::metric("auroc"), 0.9791, ends, 0.9),
            "AUROC 0.979 (95 % 0.975 to 0.983)"
        );
        assert_eq!(
            told(Terms::share("auroc"), 0.985, Some((0.981, 0.989_04)), 0.99),
            "AUROC keeps 98.5 % (95 % 98.1 to 98.9 %)"
        );
        let memory = Terms::measured("peak_memory", Dimension::Bytes);
        assert_eq!(
            told(memory.clone(), 64_277_000.0, None, 2e8),
            "peak memory 61.3 MiB"
        );
        assert_eq!(memory.limit(209_715_200.0), "200 MiB");
        let time = Terms::measured("latency_p50", Dimension::Time);
        assert_eq!(
            told(time.clone(), 18_200.0, Some((17_900.0, 18_830.0)), 5e6),
            "latency p50 0.0182 ms (95 % 0.0179 to 0.0188 ms)"
        );
        assert_eq!(time.limit(5e6), "5 ms");
        let difference = Terms::difference("auroc");
        assert_eq!(
            told(difference, 0.0, Some((-0.006, 0.006)), -0.005),
            "AUROC ±0.000 (95 % −0.006 to +0.006)"
        );
        assert_eq!(Terms::difference("ece").limit(0.005), "+0.005");
        assert_eq!(Terms::difference("auroc").limit(-0.0), "0");
        assert_eq!(Terms::share("auroc").limit(0.999), "99.9 %");
    }
}
