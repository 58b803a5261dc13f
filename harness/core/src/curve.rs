//! Curves: what a report draws, computed once when a run is scored.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::table::{Table, row};

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

row! {
    /// A point of a curve, as tables keep it.
    pub struct CurveRow in "curves" {
        /// Which of the table's curves, counted from 0.
        pub curve: u64,
        /// The suite.
        pub suite: String,
        /// The model.
        pub model: String,
        /// The variant.
        pub variant: String,
        /// The dataset.
        pub dataset: String,
        /// The class or label that it is about, where it is about one.
        pub class: Option<String>,
        /// What it shows: `roc` (x: false positive rate, y: true positive rate), `precision_recall` (x: recall, y: precision),
        /// `reliability` (x: mean probability of a bin, y: share of positives in it), `risk_coverage` (x: coverage, y: error rate
        /// among the most confident share); of numbers `predicted_true` (single examples) and `predicted_by_true` (means of bins).
        pub kind: CurveKind,
        /// Abscissa.
        pub x: f64,
        /// Ordinate.
        pub y: f64,
        /// How many examples stand behind it.
        pub weight: f64,
    }
}

/// A curve that has no point leaves no row.
impl Table for Curve {
    type Row = CurveRow;

    fn rows(all: &[Self]) -> Cow<'_, [CurveRow]> {
        let mut rows = Vec::new();
        for (number, curve) in (0..).zip(all) {
            rows.extend(curve.points.iter().map(|point| CurveRow {
                curve: number,
                suite: curve.suite.clone(),
                model: curve.model.clone(),
                variant: curve.variant.clone(),
                dataset: curve.dataset.clone(),
                class: curve.class.clone(),
                kind: curve.kind,
                x: point.x,
                y: point.y,
                weight: point.weight,
            }));
        }
        Cow::Owned(rows)
    }

    fn gather(rows: Vec<CurveRow>) -> Vec<Self> {
        let mut curves: Vec<Self> = Vec::new();
        let mut current = None;
        for row in rows {
            if current.replace(row.curve) != Some(row.curve) {
                curves.push(Self {
                    suite: row.suite,
                    model: row.model,
                    variant: row.variant,
                    dataset: row.dataset,
                    class: row.class,
                    kind: row.kind,
                    points: Vec::new(),
                });
            }
            if let Some(curve) = curves.last_mut() {
                curve.points.push(CurvePoint {
                    x: row.x,
                    y: row.y,
                    weight: row.weight,
                });
            }
        }
        curves
    }
}
