//! The trait that every metric implements.

use crate::confusion::OfCalls;
use crate::score::Undefined;

/// Which way is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Larger is better.
    HigherIsBetter,
    /// Smaller is better.
    LowerIsBetter,
}

impl Direction {
    /// +1 where larger is better, -1 where smaller is: times a difference, the difference in the good direction.
    #[must_use]
    pub fn sign(self) -> f64 {
        match self {
            Self::HigherIsBetter => 1.0,
            Self::LowerIsBetter => -1.0,
        }
    }
}

/// How a metric's interval is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IntervalKind {
    /// From bootstrap replicates: the metric is a smooth function of the data.
    Bootstrap,
    /// From the residuals of which the metric is a norm: a calibration error, never negative, so that replicates of it
    /// lie too high.
    Residuals,
    /// None is known to be valid.
    None,
}

/// What must change in a unit for a metric to change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sees {
    /// What is called at the model's threshold.
    Call,
    /// The order of the probabilities, of which no size is read: a ranking can be asked for it.
    Order,
    /// Whether a true unit is among the k most probable.
    AmongHighest,
    /// The probability itself.
    Probability,
    /// The predicted number, or its rank.
    Number,
}

impl Sees {
    /// Whether numbers that are no probabilities will do.
    #[must_use]
    pub fn takes_any_number(self) -> bool {
        matches!(self, Self::Order | Self::AmongHighest | Self::Number)
    }
}

/// What a model that knows nothing reaches.
#[derive(Clone, Copy, Debug)]
pub enum Chance {
    /// Not known, or no such value.
    Unknown,
    /// This, whatever the data.
    Always(f64),
    /// A function of the share of positives, from 0 to 1.
    OfPrevalence(fn(f64) -> f64),
}

impl Chance {
    /// The value at a share of positives, where that is known.
    #[must_use]
    pub fn value(self, prevalence: Option<f64>) -> Option<f64> {
        match self {
            Self::Unknown => None,
            Self::Always(value) => Some(value),
            Self::OfPrevalence(of) => prevalence.map(of),
        }
    }
}

/// What a metric says of itself.
#[derive(Clone, Copy, Debug)]
pub struct About {
    /// Its name in YAML, tables and reports.
    pub name: &'static str,
    /// Its name in prose.
    pub title: &'static str,
    /// One sentence: what it measures.
    pub measures: &'static str,
    /// Which way is better.
    pub direction: Direction,
    /// The smallest and largest value it can take.
    pub range: (f64, f64),
    /// When it has no value.
    pub undefined_when: &'static str,
    /// Paper or standard.
    pub source: &'static str,
    /// How its interval is made.
    pub interval: IntervalKind,
    /// What must change in a unit for it to change.
    pub sees: Sees,
    /// Whether it mixes the classes by their shares, so that it moves with the share of positives alone, though the model
    /// is as good on each class. Rates within a class do not, nor does the order of positives and negatives.
    pub mixes_classes: bool,
    /// What a model that knows nothing reaches.
    pub chance: Chance,
}

/// Truth and probability of a binary question, in the same order.
#[derive(Clone, Copy, Debug)]
pub struct Labelled<'a> {
    /// Whether the positive class is true.
    pub truth: &'a [bool],
    /// The probability of the positive class, in [0, 1].
    pub probability: &'a [f64],
    /// A probability at or above it is called positive.
    pub threshold: f64,
}

/// Truth and probabilities of a question with several classes, one of which is true.
#[derive(Clone, Copy, Debug)]
pub struct Classified<'a> {
    /// The true class of each example, below `classes`.
    pub truth: &'a [u32],
    /// Example after example, the probability of each class, in [0, 1].
    pub probability: &'a [f64],
    /// How many classes there are, at least 2.
    pub classes: usize,
}

/// Truth and probabilities of a question with several labels, any of which may be true of an example at once.
#[derive(Clone, Copy, Debug)]
pub struct MultiLabelled<'a> {
    /// Example after example, whether each label is true; `None` where that is not known. What is not known counts nowhere.
    pub truth: &'a [Option<bool>],
    /// The same for probabilities, in [0, 1].
    pub probability: &'a [f64],
    /// For each label, the probability from which on it is called: there are as many as labels.
    pub thresholds: &'a [f64],
}

impl MultiLabelled<'_> {
    /// How many labels there are.
    #[must_use]
    pub fn labels(&self) -> usize {
        self.thresholds.len()
    }
}

/// True and predicted values of a question whose answer is a number.
#[derive(Clone, Copy, Debug)]
pub struct Valued<'a> {
    /// What is true; finite.
    pub truth: &'a [f64],
    /// What is predicted; finite.
    pub predicted: &'a [f64],
}

/// How often each example counts: once, or as often as its cluster was drawn.
#[derive(Clone, Copy, Debug)]
pub enum Multiplicity<'a> {
    /// Every example once.
    Once,
    /// Example i counts `counts[cluster_of[i]]` times.
    PerCluster {
        /// How often each cluster was drawn.
        counts: &'a [u32],
        /// The cluster of each example.
        cluster_of: &'a [u32],
    },
}

impl Multiplicity<'_> {
    /// How often example `index` counts.
    #[inline]
    #[must_use]
    pub fn of(&self, index: usize) -> u32 {
        match self {
            Self::Once => 1,
            Self::PerCluster { counts, cluster_of } => counts[cluster_of[index] as usize],
        }
    }
}

/// A metric of a question with several classes.
pub trait ClassesMetric: Send + Sync {
    /// What it says of itself.
    fn about(&self) -> About;

    /// Does what needs doing once for some data.
    fn prepare<'a>(&self, data: Classified<'a>) -> Box<dyn Prepared + 'a>;
}

/// A metric of a question with several labels, of all of them together.
pub trait LabelsMetric: Send + Sync {
    /// What it says of itself.
    fn about(&self) -> About;

    /// Does what needs doing once for some data.
    fn prepare<'a>(&self, data: MultiLabelled<'a>) -> Box<dyn Prepared + 'a>;

    /// Of a mean over labels, which labels it is taken over: those that have a value. `None` where it is no such mean.
    fn averaged(&self, data: MultiLabelled<'_>) -> Option<Vec<bool>>;
}

/// A metric of a question whose answer is a number.
pub trait ValuesMetric: Send + Sync {
    /// What it says of itself.
    fn about(&self) -> About;

    /// Does what needs doing once for some data.
    fn prepare<'a>(&self, data: Valued<'a>) -> Box<dyn Prepared + 'a>;
}

/// A metric of a binary question.
pub trait Metric: Send + Sync {
    /// What it says of itself.
    fn about(&self) -> About;

    /// Does what needs doing once for some data (sorting, mostly), so that many replicates are cheap.
    fn prepare<'a>(&self, data: Labelled<'a>) -> Box<dyn Prepared + 'a>;

    /// How it follows from the four counts of called against true; `None` where it sees more than these.
    fn of_calls(&self) -> Option<OfCalls> {
        None
    }
}

/// A metric bound to its data.
pub trait Prepared: Send + Sync {
    /// The value where each example counts as often as said.
    ///
    /// # Errors
    /// The reason why there is no value.
    fn value(&self, multiplicity: Multiplicity<'_>) -> Result<f64, Undefined>;
}
