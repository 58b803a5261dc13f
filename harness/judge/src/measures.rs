//! What a cell is scored by: the suite's metrics, or, where the target is destroyed, the share that is
//! still called.

use titer_core::{About, Direction, Effect, Undefined};
use titer_metrics::classes::ClassesMetricName;
use titer_metrics::values::ValuesMetricName;
use titer_metrics::{MetricName, classes, labels, metric, table, values};
use titer_spec::metric::{WithinGroups, grouped};
use titer_spec::plan::PlannedSuite;
use titer_spec::{MetricSpec, Word};

use crate::any_metric::AnyMetric;
use crate::intervals::is_calibration_error;

/// The name of the one score of a negative control: the share of the truly positive units that are
/// still called, though their target is destroyed.
pub const CALLED_POSITIVE_SHARE: &str = "called_positive_share";

/// A metric with the name that scores carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Measure {
    /// The name in tables.
    pub name: &'static str,
    /// The metric.
    pub metric: AnyMetric,
    /// The groups of examples that it is averaged over, where it is.
    pub by: Option<Word>,
    /// Whether order is all that it looks at, or numbers are no probabilities to it ([`MetricSpec::is_of_order`]).
    pub is_of_order: bool,
}

/// How a metric looks at a unit: what must change in a unit for the metric to see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sees {
    /// The probability itself, or its rank: any change of it.
    Probability,
    /// What is called at the threshold (a negative control at positions: the most probable class).
    Call,
    /// Whether a true unit is among the k most probable.
    AmongHighest,
    /// The predicted number, or its rank: any change of it.
    Number,
}

impl Measure {
    /// How it looks at a unit.
    #[must_use]
    pub fn sees(self) -> Sees {
        let name = match self.metric {
            AnyMetric::Binary(name) => name,
            AnyMetric::Values(_) => return Sees::Number,
            AnyMetric::Classes(
                ClassesMetricName::AurocMacro
                | ClassesMetricName::AurocWeighted
                | ClassesMetricName::AveragePrecisionMacro
                | ClassesMetricName::AveragePrecisionWeighted
                | ClassesMetricName::TopKAccuracy { .. }
                | ClassesMetricName::Brier
                | ClassesMetricName::ClasswiseEce { .. },
            ) => return Sees::Probability,
            AnyMetric::Classes(_) => return Sees::Call,
        };
        match name {
            MetricName::Accuracy
            | MetricName::BalancedAccuracy
            | MetricName::Mcc
            | MetricName::F1
            | MetricName::Precision
            | MetricName::Recall
            | MetricName::Specificity
            | MetricName::CalledShare => Sees::Call,
            MetricName::TopK => Sees::AmongHighest,
            // Ranks, sizes, how sure a call is: any change of a probability may change them.
            _ => Sees::Probability,
        }
    }

    /// Why it says nothing of answers that rank examples and are no probabilities; `None` where order is
    /// all that it looks at.
    #[must_use]
    pub fn of_a_ranking(self) -> Option<Undefined> {
        (!self.is_of_order).then(|| {
            Undefined::because(
                "the model ranks examples, its numbers are no probabilities: there is nothing to hold to a threshold or to calibrate",
            )
        })
    }

    /// Which way is better.
    #[must_use]
    pub fn direction(self) -> Direction {
        self.metric.about().direction
    }
}

/// A metric as a list of all shows it.
#[derive(Clone, Debug)]
pub struct Listing {
    /// What it says of itself.
    pub about: About,
    /// The question that it answers.
    pub question: &'static str,
    /// Whether it is a calibration error, whose interval is made of residuals.
    pub is_norm: bool,
    /// How a suite names it; `None` for one that suites do not name.
    pub example: Option<String>,
    /// How a suite names its average over groups of examples, where it can be averaged.
    pub grouped: Option<String>,
}

/// Every metric, by question.
#[must_use]
pub fn listings() -> Vec<Listing> {
    let listing = |&name: &MetricName| {
        let about = metric(name).about();
        let spec = MetricSpec::ALL
            .iter()
            .find(|spec| spec.name() == about.name);
        Listing {
            about,
            question: match (spec, name) {
                (None, _) => "negative control",
                (_, MetricName::TopK) => "positions",
                (_, MetricName::AveragePrecision) => "binary, positions, classes",
                (Some(spec), _) if MetricSpec::CLASSES.contains(spec) => "binary, classes",
                _ => "binary",
            },
            is_norm: is_calibration_error(name),
            example: spec.map(written),
            grouped: None,
        }
    };
    let mut all: Vec<Listing> = table::ALL.iter().map(listing).collect();
    let of = |question: &'static str| {
        move |about: About| Listing {
            about,
            question,
            is_norm: false,
            example: None,
            grouped: None,
        }
    };
    let several = classes::table::ALL.iter();
    all.extend(several.map(|&name| of_classes(name)));
    let many = labels::table::ALL.iter();
    all.extend(
        many.map(|&name| labels::metric(name).about())
            .map(of("labels")),
    );
    let numbers = values::table::ALL.iter();
    all.extend(numbers.map(|&name| of_values(values::metric(name).about())));
    all
}

fn of_classes(name: ClassesMetricName) -> Listing {
    let about = classes::metric(name).about();
    let mut known = MetricSpec::ALL.iter();
    let spec = known.find(|spec| spec.is_of_classes() && spec.name() == about.name);
    let spec = spec.filter(|spec| MetricSpec::is_of_all_classes(spec.name()));
    Listing {
        about,
        question: "classes, all together",
        is_norm: false,
        example: spec.map(written),
        grouped: None,
    }
}

fn of_values(about: About) -> Listing {
    let mut known = MetricSpec::ALL.iter();
    let spec = known.find(|spec| spec.is_of_values() && spec.name() == about.name);
    let mut within = WithinGroups::ALL.iter();
    let within = within.find(|within| within.name() == about.name);
    Listing {
        about,
        question: "values",
        is_norm: false,
        example: spec.map(written),
        grouped: within
            .map(|within| format!("- grouped: {{metric: {}, by: chromosome}}", within.name())),
    }
}

/// What a suite's list has for a name, with its fields where it has some: `- ece: {bins: 15}`.
#[must_use]
pub fn written(spec: &impl serde::Serialize) -> String {
    match serde_json::to_value(spec) {
        Ok(serde_json::Value::Object(fields)) => {
            let mut text = String::from("-");
            for (name, parameters) in fields {
                let parameters = parameters.as_object().map_or(String::new(), |all| {
                    let one =
                        |(key, value): (&String, &serde_json::Value)| format!("{key}: {value}");
                    all.iter().map(one).collect::<Vec<String>>().join(", ")
                });
                text.push_str(&format!(" {name}: {{{parameters}}}"));
            }
            text
        }
        Ok(serde_json::Value::String(name)) => format!("- {name}"),
        _ => String::new(),
    }
}

/// What a metric says of itself, by the name that scores carry.
#[must_use]
pub fn about(name: &str) -> Option<About> {
    if name == CALLED_POSITIVE_SHARE {
        return Some(metric(MetricName::CalledShare).about());
    }
    // An average over groups is described as the metric that it is of.
    let name = grouped::parts(name).map_or(name, |(metric, _)| metric);
    let mut all = listings().into_iter().map(|listing| listing.about);
    all.find(|about| about.name == name)
}

/// What the cells of a suite with this effect are scored by.
#[must_use]
pub fn measures(suite: &PlannedSuite, effect: Effect) -> Vec<Measure> {
    match effect {
        Effect::Destroyed => vec![Measure {
            name: CALLED_POSITIVE_SHARE,
            metric: MetricName::CalledShare.into(),
            by: None,
            is_of_order: false,
        }],
        Effect::Kept | Effect::Transformed => {
            let several = suite.classes().is_some();
            let measure = |spec: MetricSpec| match of_several(spec).filter(|_| several) {
                Some(name) => Measure {
                    name: spec.name(),
                    metric: name.into(),
                    by: None,
                    is_of_order: spec.is_of_order(),
                },
                None => of_spec(spec),
            };
            suite.metrics.iter().copied().map(measure).collect()
        }
    }
}

/// The metric of several classes that a suite of such names so; `None`: it is taken of calls, of the true class, or of each class.
fn of_several(spec: MetricSpec) -> Option<ClassesMetricName> {
    Some(match spec {
        MetricSpec::Mcc => ClassesMetricName::Mcc,
        MetricSpec::BalancedAccuracy => ClassesMetricName::BalancedAccuracy,
        MetricSpec::F1Macro => ClassesMetricName::F1Macro,
        MetricSpec::F1Weighted => ClassesMetricName::F1Weighted,
        MetricSpec::PrecisionMacro => ClassesMetricName::PrecisionMacro,
        MetricSpec::PrecisionWeighted => ClassesMetricName::PrecisionWeighted,
        MetricSpec::RecallMacro => ClassesMetricName::RecallMacro,
        MetricSpec::RecallWeighted => ClassesMetricName::RecallWeighted,
        MetricSpec::AurocMacro => ClassesMetricName::AurocMacro,
        MetricSpec::AurocWeighted => ClassesMetricName::AurocWeighted,
        MetricSpec::AveragePrecisionMacro => ClassesMetricName::AveragePrecisionMacro,
        MetricSpec::AveragePrecisionWeighted => ClassesMetricName::AveragePrecisionWeighted,
        MetricSpec::TopKAccuracy(ranks) => ClassesMetricName::TopKAccuracy { k: ranks.k },
        MetricSpec::BrierMulticlass => ClassesMetricName::Brier,
        MetricSpec::ClasswiseEce(ece) => ClassesMetricName::ClasswiseEce { bins: ece.bins },
        _ => return None,
    })
}

fn of_spec(spec: MetricSpec) -> Measure {
    let measure = |metric: AnyMetric, by| Measure {
        name: spec.name(),
        metric,
        by,
        is_of_order: spec.is_of_order(),
    };
    let values = |name: ValuesMetricName| measure(name.into(), None);
    let metric = match spec {
        MetricSpec::F1Macro
        | MetricSpec::F1Weighted
        | MetricSpec::PrecisionMacro
        | MetricSpec::PrecisionWeighted
        | MetricSpec::RecallMacro
        | MetricSpec::RecallWeighted
        | MetricSpec::AurocMacro
        | MetricSpec::AurocWeighted
        | MetricSpec::AveragePrecisionMacro
        | MetricSpec::AveragePrecisionWeighted
        | MetricSpec::TopKAccuracy(_)
        | MetricSpec::BrierMulticlass
        | MetricSpec::ClasswiseEce(_) => {
            let name = of_several(spec).unwrap_or(ClassesMetricName::Accuracy);
            return measure(name.into(), None);
        }
        MetricSpec::Pearson => return values(ValuesMetricName::Pearson),
        MetricSpec::Spearman => return values(ValuesMetricName::Spearman),
        MetricSpec::Kendall => return values(ValuesMetricName::Kendall),
        MetricSpec::R2 => return values(ValuesMetricName::R2),
        MetricSpec::Rmse => return values(ValuesMetricName::Rmse),
        MetricSpec::Mae => return values(ValuesMetricName::Mae),
        MetricSpec::Ndcg => return values(ValuesMetricName::Ndcg),
        MetricSpec::NdcgAtK(ranks) => return values(ValuesMetricName::NdcgAtK { k: ranks.k }),
        MetricSpec::Grouped(grouped) => {
            return measure(within_groups(grouped.metric).into(), Some(grouped.by));
        }
        MetricSpec::Accuracy => MetricName::Accuracy,
        MetricSpec::BalancedAccuracy => MetricName::BalancedAccuracy,
        MetricSpec::Mcc => MetricName::Mcc,
        MetricSpec::F1 => MetricName::F1,
        MetricSpec::Auroc => MetricName::Auroc,
        MetricSpec::AveragePrecision => MetricName::AveragePrecision,
        MetricSpec::LogLoss => MetricName::LogLoss,
        MetricSpec::Brier => MetricName::Brier,
        MetricSpec::Ece(ece) => MetricName::Ece { bins: ece.bins },
        MetricSpec::TopK => MetricName::TopK,
        MetricSpec::EceEqualWidth(ece) => MetricName::EceEqualWidth { bins: ece.bins },
        MetricSpec::EcePlugIn(ece) => MetricName::EcePlugIn { bins: ece.bins },
        MetricSpec::SquaredCalibrationError(ece) => {
            MetricName::SquaredCalibrationError { bins: ece.bins }
        }
        MetricSpec::MaximumCalibrationError(ece) => {
            MetricName::MaximumCalibrationError { bins: ece.bins }
        }
        MetricSpec::MaximumCalibrationErrorEqualMass(ece) => {
            MetricName::MaximumCalibrationErrorEqualMass { bins: ece.bins }
        }
        MetricSpec::KsCalibrationError => MetricName::KsCalibrationError,
        MetricSpec::SmoothEce => MetricName::SmoothEce,
        MetricSpec::Aurc => MetricName::Aurc,
        MetricSpec::ExcessAurc => MetricName::ExcessAurc,
        MetricSpec::CoverageAtRisk(at) => MetricName::CoverageAtRisk {
            thousandths: at.risk.thousandths(),
        },
        MetricSpec::Precision => MetricName::Precision,
        MetricSpec::Recall => MetricName::Recall,
        MetricSpec::Specificity => MetricName::Specificity,
        MetricSpec::PrecisionAtThreshold(at) => MetricName::PrecisionAtThreshold {
            thousandths: at.threshold.thousandths(),
        },
        MetricSpec::RecallAtThreshold(at) => MetricName::RecallAtThreshold {
            thousandths: at.threshold.thousandths(),
        },
        MetricSpec::RecallAtPrecision(at) => MetricName::RecallAtPrecision {
            thousandths: at.precision.thousandths(),
        },
        MetricSpec::TprAtFpr(at) => MetricName::TprAtFpr {
            thousandths: at.fpr.thousandths(),
        },
        MetricSpec::FprAtTpr(at) => MetricName::FprAtTpr {
            thousandths: at.tpr.thousandths(),
        },
    };
    measure(metric.into(), None)
}

fn within_groups(metric: WithinGroups) -> ValuesMetricName {
    match metric {
        WithinGroups::Pearson => ValuesMetricName::Pearson,
        WithinGroups::Spearman => ValuesMetricName::Spearman,
        WithinGroups::Kendall => ValuesMetricName::Kendall,
        WithinGroups::R2 => ValuesMetricName::R2,
        WithinGroups::Rmse => ValuesMetricName::Rmse,
        WithinGroups::Mae => ValuesMetricName::Mae,
        WithinGroups::Ndcg => ValuesMetricName::Ndcg,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The way a negative control is better decides whether a change of it is a loss.
    #[test]
    fn every_score_knows_its_direction() {
        let control = about(CALLED_POSITIVE_SHARE).unwrap();
        assert_eq!(control.direction, Direction::LowerIsBetter);
        for spec in MetricSpec::ALL {
            assert!(about(spec.name()).is_some(), "{}", spec.name());
        }
    }
}
