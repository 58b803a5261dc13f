//! What metrics say of themselves, whatever the question.

use serde_json::Value;
use titer_core::{About, IntervalKind};

use super::{
    ClassesMetricName, LabelsMetricName, MetricName, MetricSpec, ValuesMetricName, WithinGroups,
    grouped,
};

/// A metric of any question that suites ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AnyMetric {
    /// Of truth and probability.
    Binary(MetricName),
    /// Of the true one of several classes and the probability of each.
    Classes(ClassesMetricName),
    /// Of which of several labels are true and the probability of each.
    Labels(LabelsMetricName),
    /// Of true and predicted numbers.
    Values(ValuesMetricName),
}

impl AnyMetric {
    /// What it says of itself.
    #[must_use]
    pub fn about(self) -> About {
        match self {
            Self::Binary(name) => name.metric().about(),
            Self::Classes(name) => name.metric().about(),
            Self::Labels(name) => name.metric().about(),
            Self::Values(name) => name.metric().about(),
        }
    }

    /// The metric of truth and probability that it is, if it is one.
    #[must_use]
    pub fn binary(self) -> Option<MetricName> {
        match self {
            Self::Binary(name) => Some(name),
            Self::Classes(_) | Self::Labels(_) | Self::Values(_) => None,
        }
    }
}

impl From<MetricName> for AnyMetric {
    fn from(name: MetricName) -> Self {
        Self::Binary(name)
    }
}

impl From<ClassesMetricName> for AnyMetric {
    fn from(name: ClassesMetricName) -> Self {
        Self::Classes(name)
    }
}

impl From<LabelsMetricName> for AnyMetric {
    fn from(name: LabelsMetricName) -> Self {
        Self::Labels(name)
    }
}

impl From<ValuesMetricName> for AnyMetric {
    fn from(name: ValuesMetricName) -> Self {
        Self::Values(name)
    }
}

impl PartialEq<MetricName> for AnyMetric {
    fn eq(&self, other: &MetricName) -> bool {
        self.binary() == Some(*other)
    }
}

/// A metric as a list of all shows it.
#[derive(Clone, Debug)]
pub struct Listing {
    /// What it says of itself.
    pub about: About,
    /// The question that it answers.
    pub question: String,
    /// How a suite names it; `None` for one that suites do not name.
    pub example: Option<String>,
    /// How a suite names its average over groups of examples, where it can be averaged.
    pub grouped: Option<String>,
}

/// Every metric, by question.
#[must_use]
pub fn listings() -> Vec<Listing> {
    let specs = || MetricSpec::ALL.iter().copied();
    let of = |metric: AnyMetric, question: &str, spec: Option<MetricSpec>| Listing {
        about: metric.about(),
        question: question.to_owned(),
        example: spec.as_ref().map(written),
        grouped: None,
    };
    let binary = specs().filter_map(|spec| {
        let name = spec.binary()?;
        Some(of(name.into(), &question(spec), Some(spec)))
    });
    let classes = specs().filter_map(|spec| {
        let name = spec.classes()?;
        Some(of(name.into(), "classes, all together", Some(spec)))
    });
    let values = specs().filter_map(|spec| {
        let listing = of(spec.values()?.into(), "values", Some(spec));
        let mut within = WithinGroups::ALL.iter();
        let within = within.find(|within| spec.values() == Some(within.metric()));
        Some(Listing {
            grouped: within
                .map(|_| format!("- grouped: {{metric: {}, by: chromosome}}", spec.name())),
            ..listing
        })
    });
    let control = of(MetricName::CalledShare.into(), "negative control", None);
    let labels = specs().filter_map(|spec| {
        let name = spec.labels()?;
        Some(of(name.into(), "labels, all together", Some(spec)))
    });
    binary
        .chain([control])
        .chain(classes)
        .chain(labels)
        .chain(values)
        .collect()
}

/// The questions that a metric of truth and probability answers.
fn question(spec: MetricSpec) -> String {
    let all = [
        ("binary", spec.is_of_binary()),
        ("positions", MetricSpec::POSITIONS.contains(&spec)),
        ("classes", MetricSpec::CLASSES.contains(&spec)),
        ("labels", spec.is_of_labels()),
    ];
    let answered = all.iter().filter(|(_, answers)| *answers);
    let names: Vec<&str> = answered.map(|(name, _)| *name).collect();
    names.join(", ")
}

/// What a suite's list has for a name, with its fields where it has some: `- ece: {bins: 15}`.
#[must_use]
pub fn written(spec: &impl serde::Serialize) -> String {
    match serde_json::to_value(spec) {
        Ok(Value::Object(fields)) => {
            let mut text = String::from("-");
            for (name, parameters) in fields {
                let parameters = parameters.as_object().map_or(String::new(), |all| {
                    let one = |(key, value): (&String, &Value)| match value {
                        Value::String(text) => format!("{key}: {text}"),
                        other => format!("{key}: {other}"),
                    };
                    all.iter().map(one).collect::<Vec<String>>().join(", ")
                });
                text.push_str(&format!(" {name}: {{{parameters}}}"));
            }
            text
        }
        Ok(Value::String(name)) => format!("- {name}"),
        _ => String::new(),
    }
}

/// A metric's short name in sentences and headings: "AUROC", "Average precision".
#[must_use]
pub fn label(name: &str) -> String {
    if let Some((metric, by)) = grouped::parts(name) {
        return format!("{}, averaged by {}", label(metric), by.replace('_', " "));
    }
    about(name).map_or_else(|| name.replace('_', " "), |about| about.title.to_owned())
}

/// What a metric says of itself, by the name that scores carry. An average over groups is described as the metric that
/// it is of.
#[must_use]
pub fn about(name: &str) -> Option<About> {
    let name = grouped::parts(name).map_or(name, |(metric, _)| metric);
    let of_suites = MetricSpec::ALL.iter().map(|spec| spec.about());
    let mut all = of_suites.chain([AnyMetric::from(MetricName::CalledShare).about()]);
    all.find(|about| about.name == name)
}

impl Listing {
    /// How its interval is made, in a word or two.
    #[must_use]
    pub fn interval(&self) -> &'static str {
        match self.about.interval {
            IntervalKind::Bootstrap => "bootstrap",
            IntervalKind::Residuals => "norm bound",
            IntervalKind::None => "none",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_short() {
        assert_eq!(label("auroc"), "AUROC");
        assert_eq!(label("ece"), "ECE");
        assert_eq!(label("average_precision"), "Average precision");
        assert_eq!(label("my_own"), "my own");
    }
}
