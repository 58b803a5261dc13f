//! The slope of a score along samples of worlds that get harder, and how much steeper a second variant's is, against the truth.

use rayon::iter::{IntoParallelIterator, ParallelIterator};
use titer_core::{Interval, IntervalMethod, Multiplicity, Stream, Undefined};
use titer_metrics::MetricName;
use titer_statistics::{
    Bounded, ClusterDraws, Resampled, Together, pairwise, slope_weights, student, weighted_sum,
};

use super::fall_rows::{CONFIDENCE, METRICS, Made, both, made, sign};
use super::tally::{Outcome, Tally};
use super::world::World;
use super::worlds::SCORES;

/// Worlds from home outwards: chosen before results were seen. All of them are synthetic.
pub(crate) fn ladders() -> [(&'static str, Vec<World>); 4] {
    let world = |at: usize| SCORES[at].0;
    let harder = |distance: f64, noise: f64| World {
        distance,
        noise,
        ..world(1)
    };
    [
        ("nothing is lost", vec![world(1); 4]),
        (
            "each step is harder, and harder still for the second variant",
            vec![
                harder(3.0, 0.1),
                harder(2.4, 0.25),
                harder(1.8, 0.4),
                harder(1.2, 0.6),
            ],
        ),
        (
            "many loci, few, a rare class",
            vec![world(0), world(1), world(3)],
        ),
        (
            "20 loci at each step (too few for the promise)",
            vec![world(5), world(5), world(5), world(5)],
        ),
    ]
}

/// What is measured of a metric.
pub(crate) struct Row {
    pub metric: &'static str,
    /// The true slope, and by how much the second variant's is steeper.
    pub truth: [f64; 2],
    /// Of each, from the steps' own intervals: what Titer reports.
    pub tallies: [Tally; 2],
    /// Of each, with the slope taken anew on each draw of each step.
    pub on_draws: [Tally; 2],
}

/// Each metric's row.
pub(crate) fn rows(
    worlds: &[World],
    population: usize,
    repetitions: u64,
    replicates: usize,
) -> Vec<Row> {
    let places: Vec<f64> = (0..worlds.len()).map(|step| step as f64).collect();
    let weights = slope_weights(&places).unwrap_or_default();
    let truths = truths(worlds, &weights, population);
    let outcomes: Vec<Vec<[Outcome; 4]>> = (0..repetitions)
        .into_par_iter()
        .map(|number| repetition(worlds, &weights, &truths, number, replicates))
        .collect();
    let row = |(at, truth): (usize, [f64; 2])| {
        let tally = |of: usize| Tally::of(outcomes.iter().map(|one| one[at][of]));
        Row {
            metric: METRICS[at].metric().about().name,
            truth,
            tallies: [tally(0), tally(1)],
            on_draws: [tally(2), tally(3)],
        }
    };
    truths.into_iter().enumerate().map(row).collect()
}

fn truths(worlds: &[World], weights: &[f64], examples: usize) -> Vec<[f64; 2]> {
    let populations: Vec<_> = worlds
        .iter()
        .map(|world| {
            let id = format!("{} {}", world.name, world.distance);
            world.population(examples, &mut Stream::new(1, "population", &id))
        })
        .collect();
    let truth = |name: MetricName| {
        let slope = |variant: usize| -> f64 {
            let values = populations.iter().map(|sample| {
                let prepared = name.metric().prepare(sample.data(variant));
                prepared.value(Multiplicity::Once).unwrap_or(f64::NAN)
            });
            values
                .zip(weights)
                .map(|(value, weight)| -sign(name) * weight * value)
                .sum()
        };
        [slope(0), slope(1) - slope(0)]
    };
    METRICS.into_par_iter().map(truth).collect()
}

fn repetition(
    worlds: &[World],
    weights: &[f64],
    truths: &[[f64; 2]],
    number: u64,
    replicates: usize,
) -> Vec<[Outcome; 4]> {
    let steps: Vec<_> = worlds
        .iter()
        .enumerate()
        .map(|(step, world)| {
            let id = format!("{} {number} {step}", world.name);
            let sample = world.sample(&mut Stream::new(20_261_211, "ladders", &id));
            let draws = ClusterDraws::new(world.clusters, replicates, 20_261_212, &id);
            (sample, draws)
        })
        .collect();
    let of_metric = |(at, name): (usize, MetricName)| {
        let mut intervals: [Vec<Made>; 2] = Default::default();
        let mut drawn: [Vec<Result<Resampled, Undefined>>; 2] = Default::default();
        for (sample, draws) in &steps {
            let known = both(name, sample, draws);
            let sides = match &known {
                Ok((first, second)) => made(name, sample, first, second),
                Err(reason) => [Err(reason.clone()), Err(reason.clone())],
            };
            let difference = known
                .clone()
                .and_then(|(first, second)| second.minus(&first));
            let each = [known.map(|known| known.0), difference];
            for (of, (side, resampled)) in sides.into_iter().zip(each).enumerate() {
                intervals[of].push(side);
                drawn[of].push(resampled);
            }
        }
        let weights: Vec<f64> = weights.iter().map(|weight| -sign(name) * weight).collect();
        let one = |of: usize| {
            let interval = from_intervals(&weights, &intervals[of]);
            outcome(&interval, truths[at][of])
        };
        let other = |of: usize| outcome(&from_draws(&weights, &drawn[of]), truths[at][of]);
        [one(0), one(1), other(0), other(1)]
    };
    METRICS.into_iter().enumerate().map(of_metric).collect()
}

fn outcome(made: &Result<(f64, Interval), Undefined>, truth: f64) -> Outcome {
    match made {
        Ok((point, interval)) => Outcome::of(&Ok(*interval), truth, *point),
        Err(_) => Outcome::Refused,
    }
}

fn from_intervals(weights: &[f64], steps: &[Made]) -> Result<(f64, Interval), Undefined> {
    let steps: Vec<Bounded> = steps.iter().cloned().collect::<Result<_, _>>()?;
    let terms: Vec<(f64, Bounded)> = weights.iter().copied().zip(steps).collect();
    let point = terms.iter().map(|(weight, one)| weight * one.value).sum();
    Ok((point, weighted_sum(&terms, Together::Independent)?))
}

/// The slope anew in each replicate: the draws of the steps are independent, so that the first of each go together.
fn from_draws(
    weights: &[f64],
    steps: &[Result<Resampled, Undefined>],
) -> Result<(f64, Interval), Undefined> {
    let steps: Vec<&Resampled> = steps
        .iter()
        .map(|step| step.as_ref().map_err(Clone::clone))
        .collect::<Result<_, _>>()?;
    let sum = |value: &dyn Fn(&Resampled) -> Option<f64>| -> Option<f64> {
        let terms = weights.iter().zip(&steps);
        terms
            .map(|(weight, step)| Some(weight * value(step)?))
            .sum()
    };
    let replicates = steps.first().map_or(0, |step| step.replicates.len());
    let slopes: Vec<f64> = (0..replicates)
        .filter_map(|at| sum(&|step| step.replicates[at]))
        .collect();
    let mean = pairwise(&slopes) / slopes.len() as f64;
    let squares: Vec<f64> = slopes.iter().map(|slope| (slope - mean).powi(2)).collect();
    let clusters = steps.iter().map(|step| step.clusters).min().unwrap_or(2) as f64;
    let error =
        (pairwise(&squares) / (slopes.len() as f64 - 1.0) * clusters / (clusters - 1.0)).sqrt();
    let freedom = steps
        .iter()
        .map(|step| step.freedom())
        .fold(f64::INFINITY, f64::min);
    let half = student::upper_quantile(0.5 * (1.0 - CONFIDENCE), freedom) * error;
    let point = sum(&|step| Some(step.point)).unwrap_or(f64::NAN);
    let interval = Interval {
        lower: point - half,
        upper: point + half,
        confidence: CONFIDENCE,
        method: IntervalMethod::ClusteredBootstrapT,
    };
    Ok((point, interval))
}
