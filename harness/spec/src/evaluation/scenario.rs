//! The scenarios: to add one here, a variant and its words (`tagged!` reads those with fields); how it is measured stands in
//! `harness/measure/src/scenarios`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use titer_core::tagged;

/// How queries come, in the words of MLPerf inference.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", remote = "Self")]
pub enum Scenario {
    /// One query at a time, the next when the one before has been answered.
    SingleStream,
    /// Several examples at a time, the next when all of them have been answered.
    MultiStream(MultiStream),
    /// Queries of one example that arrive at random, at a rate, whether or not the ones before have been answered: what they wait counts.
    Server(Server),
    /// All examples are there at once, and how many are answered per second is what counts.
    Offline,
}

tagged!(Scenario);

/// How many examples come together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("examples" = [{"samples_per_query": 8}]))]
pub struct MultiStream {
    /// Examples of a query; the model is given as many of them at once as `batch_sizes` says.
    #[serde(default = "eight")]
    #[schemars(range(min = 2, max = 65_536))]
    pub samples_per_query: u32,
}

/// How fast queries arrive: exponential times between them (Poisson arrivals), drawn by the evaluation's seed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", remote = "Self")]
#[schemars(extend("examples" = [{"rate_per_s": 20}]))]
pub enum Server {
    /// Queries per second, on average.
    RatePerS(#[schemars(range(min = 0.001, max = 1_000_000), extend("examples" = [20]))] f64),
    /// Find the highest rate at which latency keeps a bound (goodput), by bisection.
    FindRate(FindRate),
}

tagged!(Server);

/// The bound that a rate must keep.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("examples" = [{"p99_below_ms": 50}]))]
pub struct FindRate {
    /// The 99th percentile of latency is at most so many milliseconds, at 99 % confidence, as MLPerf decides it: that takes `queries` of 459
    /// at least.
    #[schemars(range(min = 0.001, max = 3_600_000))]
    pub p99_below_ms: f64,
}

impl FindRate {
    /// The percentile that is bounded.
    pub const PERCENTILE: f64 = 0.99;
}

impl Scenario {
    /// How queries come, in a few words that stand beside their times.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::SingleStream => "one query at a time".to_owned(),
            Self::MultiStream(own) => {
                format!("{} examples at a time", own.samples_per_query)
            }
            Self::Server(Server::RatePerS(rate)) => {
                format!("{rate} queries a second on average, timed from when they are due")
            }
            Self::Server(Server::FindRate(own)) => format!(
                "the highest rate whose 99th percentile is at most {} ms",
                own.p99_below_ms
            ),
            Self::Offline => "all examples at once".to_owned(),
        }
    }

    /// The bound of a rate that is to be found, nanoseconds.
    #[must_use]
    pub fn bound_ns(&self) -> Option<f64> {
        match self {
            Self::Server(Server::FindRate(own)) => Some(own.p99_below_ms * 1e6),
            _ => None,
        }
    }

    /// Whether queries come without waiting for the answers to those before, so that they wait themselves.
    #[must_use]
    pub fn comes_by_itself(&self) -> bool {
        matches!(self, Self::Server(_) | Self::Offline)
    }

    /// Whether each query has a latency of its own.
    #[must_use]
    pub fn has_latency(&self) -> bool {
        !matches!(self, Self::Offline)
    }
}

fn eight() -> u32 {
    8
}
