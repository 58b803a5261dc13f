//! What calibration errors are made of: by probability, how far the truth is from it.
//!
//! A calibration error is a function of the probabilities, how many examples have each, and the sum
//! of truth minus probability over these, and of nothing else. So it can be worked out for labels
//! that were never seen: labels drawn from the probabilities ([`crate::calibration_floor`]), or
//! residuals that were centred anew.

mod bins;
mod tied;

use titer_core::{Labelled, Multiplicity, Prepared, Undefined};

use crate::checked::{self, no_examples};

pub(crate) use bins::equal_width;
pub use bins::{BinResidual, Binning};
pub(crate) use tied::Tied;

/// Examples of equal probability.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Residual {
    /// Their probability.
    pub probability: f64,
    /// How many they are; above 0.
    pub weight: f64,
    /// The sum of truth (1 or 0) minus probability over them.
    pub residual: f64,
}

/// What a calibration error is a function of.
#[derive(Clone, Copy)]
pub enum Form {
    /// Of bins, formed so.
    OfBins(Binning, fn(&[BinResidual]) -> f64),
    /// Of every residual.
    OfAll(fn(&[Residual]) -> f64),
}

/// A calibration error as a function of residuals.
pub trait CalibrationError: Send + Sync {
    /// What it is a function of.
    fn form(&self) -> Form;

    /// The error; `residuals` are sorted by probability, without equal ones, and at least one.
    fn error(&self, residuals: &[Residual]) -> f64 {
        match self.form() {
            Form::OfBins(binning, of_bins) => of_bins(&binning.bins(residuals)),
            Form::OfAll(of_all) => of_all(residuals),
        }
    }
}

/// A calibration error bound to data.
pub(crate) fn prepare<'a>(
    data: Labelled<'a>,
    bins: usize,
    error: impl CalibrationError + 'a,
) -> Box<dyn Prepared + 'a> {
    checked::prepare(data, |data| Ready {
        tied: Tied::new(data),
        bins,
        error,
    })
}

struct Ready<E> {
    tied: Tied,
    bins: usize,
    error: E,
}

impl<E: CalibrationError> Prepared for Ready<E> {
    fn value(&self, multiplicity: Multiplicity<'_>) -> Result<f64, Undefined> {
        let residuals = self.tied.residuals(multiplicity)?;
        check_bins(self.bins)?;
        Ok(self.error.error(&residuals))
    }
}

/// Whether there is a bin at all.
pub(crate) fn check_bins(bins: usize) -> Result<(), Undefined> {
    match bins {
        0 => Err(Undefined::because("0 bins were asked for")),
        _ => Ok(()),
    }
}

/// Residuals, if there are any.
fn some(residuals: Vec<Residual>) -> Result<Vec<Residual>, Undefined> {
    if residuals.is_empty() {
        return Err(no_examples());
    }
    Ok(residuals)
}

/// How many examples there are.
pub(crate) fn total(residuals: &[Residual]) -> f64 {
    residuals.iter().map(|one| one.weight).sum()
}
