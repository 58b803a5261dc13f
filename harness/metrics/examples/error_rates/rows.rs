//! What is simulated: each row a setting, what counts as a hit, and how often it may be one.

mod aurocs;
mod shares;

use rayon::iter::{IntoParallelIterator, ParallelIterator};
use titer_core::{Stream, Undefined};

use super::data::normal;

/// Fixed before any result was seen.
const SEED: u64 = 20_240_229;

/// How often a hit is wanted.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Wanted {
    /// About this often, and surely between these.
    Near(f64, [f64; 2]),
    /// At most this often (nominal), and surely at most that.
    AtMost(f64, f64),
    /// At least this often.
    AtLeast(f64),
    /// Shown beside the others only.
    Shown,
}

impl Wanted {
    /// Whether a rate of the long simulation is as wanted.
    pub(super) fn holds(self, rate: f64) -> bool {
        match self {
            Self::Near(_, [low, high]) => (low..=high).contains(&rate),
            Self::AtMost(_, limit) => rate <= limit,
            Self::AtLeast(limit) => rate >= limit,
            Self::Shown => true,
        }
    }

    /// Whether a rate of a short simulation is within 3.5 of its standard errors.
    pub(super) fn within_noise(self, rate: f64, repetitions: u64) -> bool {
        let noise = |nominal: f64| 3.5 * (nominal * (1.0 - nominal) / repetitions as f64).sqrt();
        match self {
            Self::Near(nominal, _) => (rate - nominal).abs() <= noise(nominal),
            Self::AtMost(nominal, _) => rate <= nominal + noise(nominal),
            Self::AtLeast(nominal) => rate >= nominal - noise(nominal),
            Self::Shown => true,
        }
    }
}

type Hit = Box<dyn Fn(&mut Stream) -> Result<bool, Undefined> + Sync + Send>;

/// One line of the simulation.
pub(super) struct Row {
    pub what: String,
    pub setting: String,
    pub wanted: Wanted,
    /// A row that takes long is repeated less in the short simulation.
    pub slow: bool,
    hit: Hit,
}

/// What came of a row.
pub(super) struct Outcome {
    pub hits: u64,
    pub undefined: u64,
    pub repetitions: u64,
}

impl Outcome {
    pub(super) fn rate(&self) -> f64 {
        self.hits as f64 / (self.repetitions - self.undefined).max(1) as f64
    }

    pub(super) fn standard_error(&self) -> f64 {
        let defined = (self.repetitions - self.undefined).max(1) as f64;
        (self.rate() * (1.0 - self.rate()) / defined).sqrt()
    }
}

impl Row {
    fn new(
        what: &str,
        setting: String,
        wanted: Wanted,
        hit: impl Fn(&mut Stream) -> Result<bool, Undefined> + Sync + Send + 'static,
    ) -> Self {
        Self {
            what: what.to_owned(),
            setting,
            wanted,
            slow: false,
            hit: Box::new(hit),
        }
    }

    pub(super) fn run(&self, repetitions: u64) -> Outcome {
        // Rows of one setting see the same data.
        let one = |number: u64| {
            let id = format!("{} {number}", self.setting);
            match (self.hit)(&mut Stream::new(SEED, "error rates", &id)) {
                Ok(hit) => [u64::from(hit), 0],
                Err(_) => [0, 1],
            }
        };
        let add = |a: [u64; 2], b: [u64; 2]| [a[0] + b[0], a[1] + b[1]];
        let [hits, undefined] = (0..repetitions)
            .into_par_iter()
            .map(one)
            .reduce(|| [0, 0], add);
        Outcome {
            hits,
            undefined,
            repetitions,
        }
    }
}

/// Type-I error of a normal (asymptotic) test at 5 %.
const LEVEL: Wanted = Wanted::Near(0.05, [0.04, 0.06]);
/// Type-I error of an exact test at 5 %.
const EXACT: Wanted = Wanted::AtMost(0.05, 0.05);
/// Coverage of a 95 % interval.
const COVERS: Wanted = Wanted::Near(0.95, [0.935, 0.965]);
/// A method that ignores clusters fails.
const MISSES: Wanted = Wanted::AtLeast(0.10);
/// Non-inferiority at the margin.
const AT_MARGIN: Wanted = Wanted::AtMost(0.025, 0.03);

/// Every row.
pub(super) fn rows() -> Vec<Row> {
    let mut rows = Vec::new();
    shares::tests_of_calls(&mut rows);
    shares::intervals_of_shares(&mut rows);
    shares::margins_of_shares(&mut rows);
    shares::promises_of_shares(&mut rows);
    shares::flip_bounds(&mut rows);
    aurocs::aurocs(&mut rows);
    aurocs::margins_of_aurocs(&mut rows);
    families(&mut rows);
    rows
}
fn families(rows: &mut Vec<Row>) {
    for shared in [0.0, 0.5] {
        let setting = format!("10 tests, correlation {shared}");
        // Independent tests use up the level; tests that go together do not.
        let wanted = if shared == 0.0 { LEVEL } else { EXACT };
        rows.push(Row::new(
            "Holm names any wrongly",
            setting,
            wanted,
            move |stream| {
                let common = normal(stream);
                let p_values: Vec<f64> = (0..10)
                    .map(|_| {
                        let own = (1.0f64 - shared).sqrt() * normal(stream);
                        libm::erfc((shared.sqrt() * common + own).abs() / std::f64::consts::SQRT_2)
                    })
                    .collect();
                Ok(titer_statistics::holm(&p_values)?
                    .iter()
                    .any(|&p| p <= 0.05))
            },
        ));
    }
}
