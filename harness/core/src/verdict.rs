//! Verdicts: pass, fail or inconclusive.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::case::Case;
use crate::score::ScoreKey;

/// What a gate decides.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// The rule holds, by the interval.
    Pass,
    /// The data cannot tell.
    Inconclusive,
    /// The rule is broken, by the interval.
    Fail,
    /// What the rule is about was not measured (a cell failed).
    Incomplete,
}

/// One gate applied to one score, comparison or measurement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct GateVerdict {
    /// The gate as written, in one line.
    pub gate: String,
    /// The gate's number in the evaluation, from 0.
    pub index: usize,
    /// The model.
    pub model: String,
    /// The variant.
    pub variant: String,
    /// The dataset; of a fall the one that is fallen to, of a ladder its last step; `None` for measurements.
    pub dataset: Option<String>,
    /// The ladder, where the slope along one is judged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ladder: Option<String>,
    /// The class; per-position suites only.
    pub class: Option<String>,
    /// pass, fail, inconclusive or incomplete.
    pub decision: Decision,
    /// The value judged, where there is one.
    pub value: Option<f64>,
    /// The lower end judged, where there is one.
    pub lower: Option<f64>,
    /// The upper end judged, where there is one.
    pub upper: Option<f64>,
    /// The limit it is held against.
    pub limit: f64,
    /// A sentence: why.
    pub because: String,
    /// Why the gate is asked for, where a policy says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// A loss against the reference: significant among all that was looked at, and above the metric's tolerance.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Loss {
    /// The candidate's score.
    #[serde(flatten)]
    pub key: ScoreKey,
    /// The variant it is held against.
    pub base: String,
    /// The stratum, where the loss is of one group of examples.
    pub stratum: Option<String>,
    /// The group.
    pub group: Option<String>,
    /// The reference's value.
    pub reference: f64,
    /// Candidate minus reference, in the metric's own units.
    pub difference: f64,
    /// Lower end of its 95 % interval.
    pub lower: f64,
    /// Upper end.
    pub upper: f64,
    /// The one-sided p-value of no loss, adjusted by Holm over all that was looked at.
    pub holm: f64,
    /// Smaller losses are not told one by one.
    pub tolerance: f64,
    /// Whether a gate is about this very number.
    pub gated: bool,
}

/// What the paired differences to the references say, gated or not.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Losses {
    /// Differences looked at: every metric, dataset, class, group of a stratum and perturbation that was scored.
    pub looked_at: u64,
    /// Differences without an interval, of which nothing is said.
    pub without_interval: u64,
    /// Differences that have no value though the reference's score has one.
    pub without_value: u64,
    /// The adjusted one-sided p-value that a loss stays at or below.
    pub tail: f64,
    /// Losses above the tolerance, the worst in tolerances first.
    pub losses: Vec<Loss>,
    /// Losses as sure that lie within the tolerance.
    pub within_tolerance: u64,
    /// Whether a loss that no gate covers fails the run.
    pub ungated_fail: bool,
}

impl Losses {
    /// The losses that no gate is about, the worst first.
    pub fn ungated(&self) -> impl Iterator<Item = &Loss> {
        self.losses.iter().filter(|loss| !loss.gated)
    }

    /// The same in the order that a reader wants who sees the first few: see [`by_metric`].
    #[must_use]
    pub fn ungated_by_metric(&self) -> Vec<&Loss> {
        by_metric(&self.ungated().collect::<Vec<&Loss>>())
    }
}

/// Of each metric the worst loss first, for metrics are of different units; one of a dataset as a whole, clean, where
/// there is one, before those of a group or of perturbed examples. Then the rest, the worst first.
#[must_use]
pub fn by_metric<'a>(losses: &[&'a Loss]) -> Vec<&'a Loss> {
    let whole = |loss: &Loss| loss.group.is_none() && loss.key.case.is_clean();
    let mut metrics: Vec<&str> = Vec::new();
    for loss in losses {
        if !metrics.contains(&loss.key.metric.as_str()) {
            metrics.push(&loss.key.metric);
        }
    }
    let worst = metrics.iter().filter_map(|metric| {
        let of = || {
            losses
                .iter()
                .copied()
                .filter(|loss| loss.key.metric == *metric)
        };
        of().find(|loss| whole(loss)).or_else(|| of().next())
    });
    let mut sorted: Vec<&Loss> = worst.collect();
    let rest = losses.iter().copied();
    let rest: Vec<&Loss> = rest
        .filter(|loss| !sorted.iter().any(|told| std::ptr::eq(*told, *loss)))
        .collect();
    sorted.extend(rest);
    sorted
}

/// One variant under one perturbation that destroys the target: whether it no longer answers as if that were there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MustFall {
    /// The perturbed cell.
    #[serde(flatten)]
    pub case: Case,
    /// pass: it falls; fail: it stays; else inconclusive.
    pub decision: Decision,
    /// The mean clean answer for what was there.
    pub before: Option<f64>,
    /// The same mean with the target destroyed.
    pub after: Option<f64>,
    /// The mean clean answer for the same where it was not.
    pub elsewhere: Option<f64>,
    /// `before` minus `after`.
    pub fall: Option<f64>,
    /// Lower end of its 95 % interval.
    pub lower: Option<f64>,
    /// Upper end.
    pub upper: Option<f64>,
    /// The fall as a share of the distance from `before` to `elsewhere`.
    pub share: Option<f64>,
    /// A sentence: why.
    pub because: String,
}

/// The judgement of a run, in two parts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Verdict {
    /// Gates over scores and comparisons: recomputes to the same bits.
    pub scored: Vec<GateVerdict>,
    /// Gates over time and memory.
    pub measured: Vec<GateVerdict>,
    /// Cells and measurements that failed.
    pub failed_cells: u64,
    /// Whether only a part of what the evaluation asks for ran (`--limit`, `--variant` and so on): a look, on which nothing is decided.
    pub limited: bool,
    /// Losses against the references, gated or not.
    #[serde(default)]
    pub losses: Losses,
    /// Whether what must fall does: every variant under every perturbation that destroys the target.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub must_fall: Vec<MustFall>,
    /// The overall decision.
    pub overall: Decision,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::Case;

    fn loss(metric: &str, group: Option<&str>, difference: f64) -> Loss {
        Loss {
            key: ScoreKey {
                case: Case {
                    suite: "s".to_owned(),
                    model: "m".to_owned(),
                    variant: "int8".to_owned(),
                    dataset: "d".to_owned(),
                    split: "test".to_owned(),
                    perturbation: None,
                },
                metric: metric.to_owned(),
                class: None,
            },
            base: "fp32".to_owned(),
            stratum: group.map(|_| "gc".to_owned()),
            group: group.map(str::to_owned),
            reference: 0.9,
            difference,
            lower: difference - 0.01,
            upper: difference + 0.01,
            holm: 0.001,
            tolerance: 0.005,
            gated: false,
        }
    }

    #[test]
    fn the_first_few_losses_are_of_each_metric_and_of_whole_datasets() {
        let all = [
            loss("log_loss", Some("low"), 0.4),
            loss("log_loss", None, 0.3),
            loss("auroc", Some("low"), -0.2),
            loss("auroc", Some("high"), -0.1),
            loss("log_loss", Some("high"), 0.1),
        ];
        let sorted: Vec<f64> = by_metric(&all.iter().collect::<Vec<&Loss>>())
            .into_iter()
            .map(|loss| loss.difference)
            .collect();
        assert_eq!(sorted, [0.3, -0.2, 0.4, -0.1, 0.1]);
    }
}
