//! `curves.parquet`: a row per point.

use titer_core::{Curve, CurvePoint};

use crate::error::StoreError;
use crate::folder::RunFolder;
use crate::scores::{from_word, word};
use crate::table::{Columns, Table, Typed};

const CURVES: &str = "curves";

impl RunFolder {
    /// Writes every curve, a row per point.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn write_curves(&self, curves: &[Curve]) -> Result<(), StoreError> {
        let kinds: Vec<String> = curves.iter().map(|curve| word(&curve.kind)).collect();
        let numbered = || {
            curves.iter().enumerate().flat_map(|(number, curve)| {
                curve.points.iter().map(move |point| (number, curve, point))
            })
        };
        Columns::default()
            .whole("curve", numbered().map(|(number, ..)| number as u64))
            .text(
                "suite",
                numbered().map(|(_, curve, _)| curve.suite.as_str()),
            )
            .text(
                "model",
                numbered().map(|(_, curve, _)| curve.model.as_str()),
            )
            .text(
                "variant",
                numbered().map(|(_, curve, _)| curve.variant.as_str()),
            )
            .text(
                "dataset",
                numbered().map(|(_, curve, _)| curve.dataset.as_str()),
            )
            .maybe_text(
                "class",
                numbered().map(|(_, curve, _)| curve.class.as_deref()),
            )
            .text(
                "kind",
                numbered().map(|(number, ..)| kinds[number].as_str()),
            )
            .number("x", numbered().map(|(_, _, point)| point.x))
            .number("y", numbered().map(|(_, _, point)| point.y))
            .number("weight", numbered().map(|(_, _, point)| point.weight))
            .write(&self.table(CURVES))
    }

    /// Reads every curve that has a point.
    ///
    /// # Errors
    /// The run has not been scored, or the table is damaged.
    pub fn read_curves(&self) -> Result<Vec<Curve>, StoreError> {
        let path = self.table(CURVES);
        let table = Table::read(&path)?;
        let numbers = table.whole("curve")?;
        let mut texts = Vec::new();
        for name in ["suite", "model", "variant", "dataset", "kind"] {
            texts.push(table.text(name)?);
        }
        let classes = table.maybe_text("class")?;
        let (xs, ys, weights) = (
            table.number("x")?,
            table.number("y")?,
            table.number("weight")?,
        );
        let mut curves: Vec<Curve> = Vec::new();
        for row in 0..numbers.len() {
            if row == 0 || numbers[row] != numbers[row - 1] {
                curves.push(Curve {
                    suite: texts[0][row].clone(),
                    model: texts[1][row].clone(),
                    variant: texts[2][row].clone(),
                    dataset: texts[3][row].clone(),
                    class: classes[row].clone(),
                    kind: from_word(&table, row, &texts[4][row])?,
                    points: Vec::new(),
                });
            }
            if let Some(curve) = curves.last_mut() {
                curve.points.push(CurvePoint {
                    x: xs[row],
                    y: ys[row],
                    weight: weights[row],
                });
            }
        }
        Ok(curves)
    }
}
