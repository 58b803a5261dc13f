//! Responses: what a variant's answers do when its examples are perturbed.

use crate::case::Case;
use crate::table::row;

row! {
    /// How a variant answers perturbed examples beside the same examples as they were, whatever the metric.
    ///
    /// Where the target is kept, answers should stay: flips and changes are what an invariance is judged by. Where it is
    /// destroyed, the answers for what was there must fall.
    pub struct Response in "responses" later {
        /// The perturbed cell.
        #[serde(flatten)]
        pub case: Case,
        /// What the perturbation does to the target: `kept`, `transformed` or `destroyed`.
        pub effect: String,
        /// Units that are compared: examples, true sites, or pairs of example and label. Where the target is destroyed, those at
        /// which there was something.
        pub units: u64,
        /// Independent clusters of those.
        pub clusters: u64,
        /// Units that are called differently; 0 of numbers and rankings, which call nothing.
        pub flips: u64,
        /// The share of units that are called differently, from 0 to 1; `None` where nothing is called.
        pub flip_rate: Option<f64>,
        /// Lower end of its two-sided 95 % interval, which holds whatever happens within clusters (Stringer's bound on their
        /// shares).
        pub flip_rate_lower: Option<f64>,
        /// Upper end.
        pub flip_rate_upper: Option<f64>,
        /// The mean absolute change of a unit's answer: of a probability, or of a number in its own unit. `None` of rankings.
        pub mean_change: Option<f64>,
        /// Lower end of its two-sided 95 % interval: Stringer's bound for probabilities, clustered bootstrap for numbers.
        pub mean_change_lower: Option<f64>,
        /// Upper end.
        pub mean_change_upper: Option<f64>,
        /// Why there is no interval of it.
        pub mean_change_undefined: Option<String>,
        /// The largest absolute change of a unit's answer.
        pub largest_change: Option<f64>,
        /// Spearman's rank correlation of the answers before and after, of the units compared.
        pub correlation: Option<f64>,
        /// Lower end of its 95 % interval; only where the target is destroyed, as are the next.
        pub correlation_lower: Option<f64>,
        /// Upper end.
        pub correlation_upper: Option<f64>,
        /// The mean answer for what was there, clean.
        pub before: Option<f64>,
        /// The same mean on the perturbed examples.
        pub after: Option<f64>,
        /// The mean clean answer for the same where it was not: what the model says of nothing. `None` where there is no such
        /// unit.
        pub elsewhere: Option<f64>,
        /// How much the answer for what was there falls: `before` minus `after`, unit by unit.
        pub fall: Option<f64>,
        /// Lower end of its two-sided 95 % interval.
        pub fall_lower: Option<f64>,
        /// Upper end.
        pub fall_upper: Option<f64>,
        /// Why there is no fall.
        pub fall_undefined: Option<String>,
    }
}

impl Response {
    /// How far the answer for what was there can fall until it is what the model says of nothing; `None` where that is not known,
    /// or where the model tells the two apart by no more than rounding.
    #[must_use]
    pub fn distance(&self) -> Option<f64> {
        let distance = self.before? - self.elsewhere?;
        (distance > 1e-6).then_some(distance)
    }

    /// A fall as a share of that distance: 1 where what was there is answered as nothing is.
    #[must_use]
    pub fn share(&self, fall: Option<f64>) -> Option<f64> {
        Some(fall? / self.distance()?)
    }
}
