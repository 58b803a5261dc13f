//! What estimates and tests say.

use titer_core::{Interval, IntervalMethod};

use super::student;

/// An estimate with what is known of its error.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The estimate.
    pub value: f64,
    /// Its standard error.
    pub standard_error: f64,
    /// Degrees of freedom of Student's t; infinite where the normal distribution is used.
    pub degrees: f64,
    /// The interval, with its method.
    pub interval: Interval,
    /// Examples.
    pub examples: u64,
    /// Independent clusters; as many as examples where these are independent.
    pub clusters: u64,
}

impl Estimate {
    /// The two-sided p-value of "the truth is `null`".
    #[must_use]
    pub fn p_value(&self, null: f64) -> f64 {
        let distance = (self.value - null).abs() / self.standard_error;
        (2.0 * student::above(distance, self.degrees)).min(1.0)
    }
}

/// Value plus and minus its standard error times a quantile of Student's t.
pub fn around(
    value: f64,
    standard_error: f64,
    degrees: f64,
    confidence: f64,
    method: IntervalMethod,
) -> Interval {
    let half = standard_error * student::upper_quantile(0.5 * (1.0 - confidence), degrees);
    Interval {
        lower: value - half,
        upper: value + half,
        confidence,
        method,
    }
}

/// How a p-value was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TestMethod {
    /// `McNemar`'s test by the binomial distribution, with half of the probability of what was observed
    /// (Fagerland 2013).
    McnemarMidP,
    /// Obuchowski's `McNemar` test for clusters (1998).
    McnemarObuchowski,
    /// Every way to swap whole clusters, counted.
    SwapsExact,
    /// The same with half of the probability of what was observed.
    SwapsMidP,
    /// Random swaps of whole clusters.
    Swaps,
}

impl TestMethod {
    /// The name in tables.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::McnemarMidP => "mcnemar_mid_p",
            Self::McnemarObuchowski => "mcnemar_obuchowski",
            Self::SwapsExact => "swaps_exact",
            Self::SwapsMidP => "swaps_mid_p",
            Self::Swaps => "swaps",
        }
    }
}

/// A test of "the two are alike".
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Test {
    /// The difference tested, candidate minus base.
    pub estimate: f64,
    /// The two-sided p-value.
    pub p_value: f64,
    /// How it was made.
    pub method: TestMethod,
    /// Examples.
    pub examples: u64,
    /// Independent clusters; as many as examples where these are independent.
    pub clusters: u64,
}
