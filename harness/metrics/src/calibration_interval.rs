//! Intervals of every calibration error, and of its difference between two variants.
//!
//! A calibration error is a norm of residuals, and chance adds to it, so that a percentile interval of
//! the error itself misses ([`titer_statistics::norm`]). What is bootstrapped is the residuals:
//!
//! - [`Ece`], plug-in and Kolmogorov and Smirnov's: the bounds of
//!   [`titer_statistics::norm`]; bins of equal mass are formed anew in each replicate;
//! - the largest gap of any bin: exact limits of each bin's share ([`titer_statistics::korn_graubard`()]);
//! - the smooth error: bounds of the norm at each width of the kernel;
//! - the squared error: bounds of a sum of squares.
//!
//! Each bin's spread is kept above what labels that no example had could add. Every interval holds the
//! value that is reported, reaches 0 where the model may be calibrated, and is conservative. What it
//! speaks of is the same error in the population.

mod equal_mass;
mod largest_gap;
mod linear;
mod sheet;
mod smooth;
mod squared;
mod unseen;

use crate::ece::Ece;
use crate::ece_equal_width::EceEqualWidth;
use crate::ece_plug_in::EcePlugIn;
use crate::maximum_calibration_error::MaximumCalibrationError;
use crate::maximum_calibration_error::MaximumCalibrationErrorEqualMass;
use crate::squared_calibration_error::SquaredCalibrationError;
use titer_core::{Interval, IntervalMethod, Labelled, Multiplicity, Undefined};
use titer_statistics::norm::{Known, check, difference_of, interval_of};
use titer_statistics::normal::upper_quantile;
use titer_statistics::{ClusterDraws, Norm};

use crate::MetricName;
use crate::calibration_floor::calibration_error;
use crate::residuals::equal_width;
use crate::stats::ReplicateBins;
use equal_mass::Clustered;
use linear::{Linear, cumulated, sheet};
use sheet::{Held, Sheet};
use smooth::Waves;
use unseen::{fill, least};

/// Places at which cumulated residuals are looked at. Between two of them lies 1/500 of the examples.
const CUTS: usize = 500;

/// A calibration error with what its intervals are made of: of one variant worked out once, for its own interval
/// and for those of all differences that it has a part in.
#[derive(Clone, Debug)]
pub struct Calibration {
    name: MetricName,
    point: f64,
    shape: Shape,
    clusters: usize,
    confidence: f64,
}

/// What an error is a norm of.
#[derive(Clone, Debug)]
enum Shape {
    Norm(Known),
    Smooth(Waves),
    Squares(Known),
    LargestGap(Vec<largest_gap::Bin>),
}

impl Calibration {
    /// Works out a calibration error for intervals of this confidence. Clusters are numbered from 0 to one less
    /// than the clusters drawn; `cluster_of` gives that of each example.
    ///
    /// # Errors
    /// The metric is no calibration error; it is undefined; there are fewer than
    /// [`titer_statistics::bootstrap::FEWEST_CLUSTERS`] clusters; or clusters, examples and draws do not fit.
    pub fn new(
        name: MetricName,
        data: Labelled<'_>,
        cluster_of: &[u32],
        draws: &ClusterDraws,
        confidence: f64,
    ) -> Result<Self, Undefined> {
        let read = ReplicateBins::default();
        Self::with_bins(name, data, cluster_of, (draws, &read), confidence)
    }

    /// The same, with bins of equal mass that were read before from the same sample and draws.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn with_bins(
        name: MetricName,
        data: Labelled<'_>,
        cluster_of: &[u32],
        (draws, read): (&ClusterDraws, &ReplicateBins),
        confidence: f64,
    ) -> Result<Self, Undefined> {
        calibration_error(name)?;
        let point = name.metric().prepare(data).value(Multiplicity::Once)?;
        check(&[point], draws, confidence)?;
        let sheet = sheet(data, cluster_of, draws)?;
        let z = upper_quantile(0.5 * (1.0 - confidence));
        Ok(Self {
            name,
            point,
            shape: shape(name, &sheet, (data, cluster_of), (draws, read), z),
            clusters: draws.clusters(),
            confidence,
        })
    }

    /// How many bins of equal mass the intervals of a metric are made of, if they are.
    #[must_use]
    pub fn bins_of(name: MetricName) -> Option<usize> {
        match name {
            MetricName::Ece(Ece { bins })
            | MetricName::EcePlugIn(EcePlugIn { bins })
            | MetricName::SquaredCalibrationError(SquaredCalibrationError { bins }) => Some(bins),
            _ => None,
        }
    }

    /// The interval of the error.
    ///
    /// # Errors
    /// Its residuals are the same in every replicate.
    pub fn interval(&self) -> Result<Interval, Undefined> {
        self.at(self.confidence)
    }

    /// The interval of this minus another, two variants on the same examples, with the same draws.
    ///
    /// # Errors
    /// The two are not of one metric and the same clusters; or, but for the largest gaps, they are the same in
    /// every replicate.
    pub fn minus(&self, base: &Self) -> Result<Interval, Undefined> {
        let made = |of: &Self| (of.name, of.clusters, of.confidence);
        if made(self) != made(base) {
            return Err(Undefined::because(
                "the two sides were not resampled together",
            ));
        }
        let (points, confidence) = ((self.point, base.point), self.confidence);
        match (&self.shape, &base.shape) {
            (Shape::Norm(x), Shape::Norm(y)) => {
                difference_of(points, x, y, self.clusters, confidence)
            }
            (Shape::Smooth(x), Shape::Smooth(y)) => {
                x.difference(y, points, self.clusters, confidence)
            }
            _ => {
                // Each end of each side is missed half as often.
                let half = 0.5 * (1.0 + confidence);
                let (x, y) = (self.at(half)?, base.at(half)?);
                Ok(Interval {
                    lower: x.lower - y.upper,
                    upper: x.upper - y.lower,
                    confidence,
                    method: IntervalMethod::ClusteredNormBound,
                })
            }
        }
    }

    fn at(&self, confidence: f64) -> Result<Interval, Undefined> {
        let clusters = self.clusters;
        let (lower, upper) = match &self.shape {
            Shape::Norm(known) => {
                return interval_of(self.point, known, clusters, 1.0, confidence);
            }
            Shape::Smooth(waves) => return waves.interval(self.point, clusters, confidence),
            Shape::Squares(known) => squared::ends(known, clusters, confidence),
            Shape::LargestGap(bins) => largest_gap::ends(bins, confidence),
        };
        Ok(Interval {
            lower: lower.min(self.point),
            upper: upper.max(self.point),
            confidence,
            method: IntervalMethod::ClusteredNormBound,
        })
    }
}

fn shape(
    name: MetricName,
    sheet: &Sheet,
    of: Clustered<'_>,
    (draws, read): (&ClusterDraws, &ReplicateBins),
    z: f64,
) -> Shape {
    let total = sheet.examples as f64;
    match name {
        MetricName::EceEqualWidth(EceEqualWidth { bins }) => {
            let (mut known, linear) = of_equal_width(sheet, bins, draws);
            fill(&mut known, &floor(&linear.held, total, z));
            Shape::Norm(known)
        }
        MetricName::MaximumCalibrationError(MaximumCalibrationError { bins }) => {
            let bins = equal_widths(sheet, bins);
            Shape::LargestGap(largest_gap::bins(sheet, &bins))
        }
        MetricName::MaximumCalibrationErrorEqualMass(MaximumCalibrationErrorEqualMass { bins }) => {
            let bins = sheet.equal_mass(bins);
            Shape::LargestGap(largest_gap::bins(sheet, &bins))
        }
        MetricName::SquaredCalibrationError(SquaredCalibrationError { bins }) => {
            let (mut known, held) =
                equal_mass::known(sheet, of, bins, draws, read, equal_mass::rooted);
            let floor = held.iter().map(|held| match held.examples > 0.0 {
                true => least(*held, z) / (total * held.examples).sqrt(),
                false => 0.0,
            });
            fill(&mut known, &floor.collect::<Vec<f64>>());
            Shape::Squares(known)
        }
        MetricName::SmoothEce => Shape::Smooth(Waves::new(sheet, draws, z)),
        MetricName::KsCalibrationError => Shape::Norm(cumulated_residuals(sheet, draws, z)),
        MetricName::Ece(Ece { bins }) | MetricName::EcePlugIn(EcePlugIn { bins }) => {
            let (mut known, held) =
                equal_mass::known(sheet, of, bins, draws, read, equal_mass::of_all);
            fill(&mut known, &floor(&held, total, z));
            Shape::Norm(known)
        }
        // `Calibration::new` let no other pass.
        _ => {
            let bins = vec![0; sheet.cells.len()];
            Shape::LargestGap(largest_gap::bins(sheet, &bins))
        }
    }
}

fn equal_widths(sheet: &Sheet, bins: usize) -> Vec<usize> {
    let cells = sheet.cells.iter();
    cells
        .map(|cell| equal_width(cell.probability, bins))
        .collect()
}

fn of_equal_width(sheet: &Sheet, bins: usize, draws: &ClusterDraws) -> (Known, Linear) {
    let linear = Linear::new(sheet, &equal_widths(sheet, bins), bins);
    (linear.known(sheet, draws, Norm::Sum, |sums| sums), linear)
}

/// The least spread of each bin's part of the error.
fn floor(held: &[Held], total: f64, z: f64) -> Vec<f64> {
    held.iter().map(|held| least(*held, z) / total).collect()
}

/// Residuals cumulated up to each cut. One cut is where the sum lies furthest from 0; the last is the
/// end.
fn cumulated_residuals(sheet: &Sheet, draws: &ClusterDraws, z: f64) -> Known {
    let cuts = CUTS.min(sheet.examples as usize);
    let mut bins = sheet.equal_mass(cuts);
    let furthest = furthest_cell(sheet);
    for (at, bin) in bins.iter_mut().enumerate() {
        *bin += usize::from(at > furthest);
    }
    let linear = Linear::new(sheet, &bins, cuts + 1);
    let mut known = linear.known(sheet, draws, Norm::Largest, cumulated);
    let total = sheet.examples as f64;
    let mut examples = 0.0;
    let floor = linear.held.iter().map(|held| {
        examples += held.examples;
        (0.25f64 * examples).sqrt().min(z) / total
    });
    fill(&mut known, &floor.collect::<Vec<f64>>());
    known
}

/// The last cell of the group up to which the cumulated residual is furthest from 0.
fn furthest_cell(sheet: &Sheet) -> usize {
    let (mut at, mut sum, mut largest, mut furthest) = (0, 0.0f64, -1.0, 0);
    for group in sheet.groups() {
        sum += group.iter().map(|cell| cell.residual()).sum::<f64>();
        at += group.len();
        if sum.abs() > largest {
            (largest, furthest) = (sum.abs(), at - 1);
        }
    }
    furthest
}
