//! Titer's words as types.
//!
//! In scope: examples, predictions, scores, comparisons, verdicts, the plan that names them, the
//! traits `Model`, `Metric` and `Perturbation`, digests and random streams.
//! Not aware of: YAML, files, Parquet, model runtimes, processes, reports.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod ablation;
pub mod against;
pub mod breakdown;
pub mod canonical;
pub mod case;
pub mod comparison;
pub mod confusion;
pub mod control;
pub mod curve;
pub mod digest;
pub mod estimate;
pub mod evidence;
pub mod example;
pub mod fall;
pub mod figures;
pub mod further;
pub mod inputs;
pub mod kmer_set;
pub mod kmers;
pub mod ladder;
pub mod measured;
pub mod metric;
pub mod model;
pub mod notable;
pub mod perturbation;
pub mod prediction;
pub mod random;
pub mod record;
pub mod response;
pub mod score;
pub mod search;
pub mod sequence;
pub mod severity;
pub mod similarity;
pub mod table;
pub mod tables;
pub mod tagged;
pub mod timing;
pub mod verdict;
pub mod visible;

pub use ablation::Ablation;
pub use against::Against;
pub use breakdown::{GroupDifference, GroupFlips, GroupScore, Spread, SpreadKind};
pub use case::Case;
pub use comparison::{Agreement, Comparison, Contrast};
pub use confusion::{Confusion, Formula, OfCalls};
pub use control::{ControlFit, ControlScore, Standing};
pub use curve::{Curve, CurveKind, CurvePoint, CurveRow};
pub use digest::{Digest, RowDigest};
pub use estimate::Estimate;
pub use evidence::{Detection, PairedTest, PrevalenceScore, Recalibration};
pub use example::{Example, Place, Target};
pub use fall::Fall;
pub use further::FurtherLoss;
pub use inputs::{Distance, InputShare, InputSummary, MeasuredInput};
pub use kmer_set::KmerSet;
pub use ladder::LadderSlope;
pub use measured::{RepeatedExample, Surroundings, TimedAnswers, TimingChecks};
pub use metric::{
    About, Chance, ClassesMetric, Classified, Direction, IntervalKind, Labelled, LabelsMetric,
    Metric, MultiLabelled, Multiplicity, Prepared, Sees, Valued, ValuesMetric,
};
pub use model::{Model, ModelError, Query, Squashed};
pub use notable::{Notable, NotableKind, ShownSequence};
pub use perturbation::{Condition, Effect, Perturbation};
pub use prediction::{Answer, Outcome, Prediction};
pub use random::Stream;
pub use record::{CellRecord, CellStatus};
pub use response::Response;
pub use score::{Interval, IntervalMethod, Score, ScoreKey, Undefined};
pub use search::{
    AdversarialSuccess, Attack, FoundRecord, Mutant, MutationAgreement, MutationEffect,
};
pub use sequence::{Sequence, SequenceError};
pub use severity::SeverityCurve;
pub use similarity::SimilarityBin;
pub use tables::Tables;
pub use timing::{AskedTwice, BatchInvariance, Memory, Repeatability, Timing};
pub use verdict::{Decision, GateVerdict, Loss, Losses, MustFall, Verdict};
pub use visible::{visible, visible_line};
