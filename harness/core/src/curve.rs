//! Curves: what a report draws, computed once when a run is scored.

use serde::{Deserialize, Serialize};

/// What a curve shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CurveKind {
    /// x: false positive rate, y: true positive rate.
    Roc,
    /// x: recall, y: precision.
    PrecisionRecall,
    /// x: mean probability of a bin, y: share of positives in it, `weight`: its examples.
    Reliability,
    /// x: coverage, y: error rate among the most confident share.
    RiskCoverage,
    /// x: true number, y: predicted number; one point an example, every k-th by the true number where
    /// there are many.
    PredictedTrue,
    /// x: mean true number of a bin of equal mass, y: mean predicted number in it, `weight`: its
    /// examples.
    PredictedByTrue,
}

impl CurveKind {
    /// The name in tables.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Roc => "roc",
            Self::PrecisionRecall => "precision_recall",
            Self::Reliability => "reliability",
            Self::RiskCoverage => "risk_coverage",
            Self::PredictedTrue => "predicted_true",
            Self::PredictedByTrue => "predicted_by_true",
        }
    }
}

/// A curve of one clean cell, thinned to at most a few hundred points.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Curve {
    /// The suite.
    pub suite: String,
    /// The model.
    pub model: String,
    /// The variant.
    pub variant: String,
    /// The dataset.
    pub dataset: String,
    /// The class; per-position suites only.
    pub class: Option<String>,
    /// What it shows.
    pub kind: CurveKind,
    /// Its points in order.
    pub points: Vec<CurvePoint>,
}

/// A point of a curve.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct CurvePoint {
    /// Abscissa.
    pub x: f64,
    /// Ordinate.
    pub y: f64,
    /// How many examples stand behind it.
    pub weight: f64,
}
