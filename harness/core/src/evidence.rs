//! What is known beyond scores and differences: tests, recalibration, telling data apart.

use crate::against::Against;
use crate::comparison::Contrast;
use crate::estimate::Estimate;
use crate::score::ScoreKey;
use crate::table::row;

row! {
    /// A statistical test of a paired difference, candidate minus base.
    pub struct PairedTest in "tests" {
        /// The candidate's score.
        #[serde(flatten)]
        pub key: ScoreKey,
        /// What it is held against: `reference` (the reference variant on the same data), `clean` (the same variant on the
        /// unperturbed examples) or `control`.
        pub contrast: Contrast,
        /// The base's variant.
        pub base: String,
        /// The test's name.
        pub test: String,
        /// The difference with the interval that belongs to the test.
        #[serde(flatten)]
        pub estimate: Estimate,
        /// Two-sided p-value of no difference.
        pub p_value: Option<f64>,
        /// The same, adjusted by Holm over the family of this test: every candidate held against its
        /// reference in the run.
        pub holm: Option<f64>,
        /// The same, adjusted by Benjamini and Hochberg (false discovery rate).
        pub benjamini_hochberg: Option<f64>,
        /// Units compared.
        pub units: u64,
        /// Independent clusters.
        pub clusters: u64,
    }
}

row! {
    /// A metric before and after recalibration fitted on the tuning split.
    pub struct Recalibration in "recalibrations" {
        /// The raw score.
        #[serde(flatten)]
        pub key: ScoreKey,
        /// How: `temperature`, `platt`, `isotonic`.
        pub method: String,
        /// The fitted parameters in words.
        pub parameters: String,
        /// Whether a parameter stopped at its bound: the fit is not to be trusted.
        pub at_bound: bool,
        /// The dataset whose tuning split it was fitted on.
        pub fitted_on: String,
        /// Examples that it was fitted on.
        pub fitted_examples: u64,
        /// The metric before.
        pub raw: Option<f64>,
        /// The metric after, or why there is none.
        #[serde(flatten)]
        pub estimate: Estimate,
        /// What it is held against: the reference after the same recalibration, fitted on its own tuning answers.
        #[serde(flatten)]
        pub against: Against,
    }
}

row! {
    /// How well what a model outputs tells in- from out-of-distribution examples.
    pub struct Detection in "detections" {
        /// The suite.
        pub suite: String,
        /// The model.
        pub model: String,
        /// The variant.
        pub variant: String,
        /// The in-distribution dataset.
        pub in_distribution: String,
        /// The out-of-distribution dataset.
        pub out_of_distribution: String,
        /// What it is told by: `maximum_probability`, `margin`, `entropy`, `energy`.
        pub by: String,
        /// The metric: `auroc`, `average_precision`, `fpr_at_tpr`.
        pub metric: String,
        /// Its value; in-distribution is the positive class.
        #[serde(flatten)]
        pub estimate: Estimate,
        /// In-distribution examples.
        pub inside: u64,
        /// Out-of-distribution examples.
        pub outside: u64,
        /// Independent clusters of both.
        pub clusters: u64,
    }
}

row! {
    /// A metric of a clean cell as it would be at the prevalence that the suite states: every unit counts by its class, positives
    /// together for the prevalence. Probabilities are taken as they are.
    pub struct PrevalenceScore in "prevalences" later {
        /// The cell and the metric: `accuracy`, `precision`, `average_precision`, `log_loss`, `brier`, `ece_equal_width` (plain,
        /// 15 bins).
        #[serde(flatten)]
        pub key: ScoreKey,
        /// The share of positives that the suite states, above 0 and below 1.
        pub prevalence: f64,
        /// The share of positives in the data.
        pub measured_prevalence: f64,
        /// The metric on the data as they are; `None` where it is undefined.
        pub measured: Option<f64>,
        /// The metric at the prevalence.
        #[serde(flatten)]
        pub estimate: Estimate,
        /// What it is held against: the reference at the same prevalence, paired.
        #[serde(flatten)]
        pub against: Against,
        /// Units scored.
        pub units: u64,
        /// Positive ones.
        pub positives: u64,
        /// Independent clusters.
        pub clusters: u64,
    }
}
