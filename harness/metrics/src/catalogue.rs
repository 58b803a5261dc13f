//! Every metric of every question, for lists.

use titer_core::About;

use crate::classes::{self, ClassesMetricName};
use crate::labels;
use crate::table::{self, MetricName};
use crate::values::{self, ValuesMetricName};

/// What is asked of an example.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Question {
    /// Whether it is positive.
    Binary,
    /// Which of several classes it is.
    Classes,
    /// Which of several labels it has.
    Labels,
    /// A number.
    Values,
}

impl Question {
    /// The name in lists.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Binary => "binary",
            Self::Classes => "classes",
            Self::Labels => "labels",
            Self::Values => "values",
        }
    }
}

/// A metric in a list. Names are unique within a question.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The question it answers.
    pub question: Question,
    /// What it says of itself.
    pub about: About,
    /// Its parameter with its usual value; `None` for one that has none.
    pub parameter: Option<(&'static str, u64)>,
}

/// Every metric, question after question.
///
/// ```
/// use titer_metrics::catalogue::{Question, catalogue};
/// let all = catalogue();
/// let of_numbers = all.iter().filter(|entry| entry.question == Question::Values);
/// assert!(of_numbers.into_iter().any(|entry| entry.about.name == "spearman"));
/// ```
#[must_use]
pub fn catalogue() -> Vec<Entry> {
    let entry = |question, about, parameter| Entry {
        question,
        about,
        parameter,
    };
    let binary = table::ALL.map(|name| {
        let about = table::metric(name).about();
        entry(Question::Binary, about, of_binary(name))
    });
    let several = classes::table::ALL.map(|name| {
        let about = classes::metric(name).about();
        entry(Question::Classes, about, of_classes(name))
    });
    let labels = labels::table::ALL.map(|name| {
        let about = labels::metric(name).about();
        entry(Question::Labels, about, None)
    });
    let values = values::table::ALL.map(|name| {
        let about = values::metric(name).about();
        entry(Question::Values, about, of_values(name))
    });
    binary
        .into_iter()
        .chain(several)
        .chain(labels)
        .chain(values)
        .collect()
}

fn of_binary(name: MetricName) -> Option<(&'static str, u64)> {
    use MetricName as M;
    match name {
        M::Ece { bins }
        | M::EceEqualWidth { bins }
        | M::EcePlugIn { bins }
        | M::SquaredCalibrationError { bins }
        | M::MaximumCalibrationError { bins }
        | M::MaximumCalibrationErrorEqualMass { bins } => Some(("bins", bins as u64)),
        M::CoverageAtRisk { thousandths }
        | M::PrecisionAtThreshold { thousandths }
        | M::RecallAtThreshold { thousandths }
        | M::RecallAtPrecision { thousandths }
        | M::TprAtFpr { thousandths }
        | M::FprAtTpr { thousandths } => Some(("thousandths", u64::from(thousandths))),
        _ => None,
    }
}

fn of_classes(name: ClassesMetricName) -> Option<(&'static str, u64)> {
    match name {
        ClassesMetricName::TopKAccuracy { k } => Some(("k", u64::from(k))),
        ClassesMetricName::ClasswiseEce { bins } => Some(("bins", bins as u64)),
        _ => None,
    }
}

fn of_values(name: ValuesMetricName) -> Option<(&'static str, u64)> {
    match name {
        ValuesMetricName::NdcgAtK { k } => Some(("k", u64::from(k))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_table_is_in_it_once() {
        let all = catalogue();
        let tables = table::ALL.len() + classes::table::ALL.len();
        let tables = tables + labels::table::ALL.len() + values::table::ALL.len();
        assert_eq!(all.len(), tables);
        let names: BTreeSet<_> = all.iter().map(|e| (e.question, e.about.name)).collect();
        assert_eq!(names.len(), all.len());
    }

    /// A variant with a field shows it in its debug form: none is forgotten.
    #[test]
    fn every_parameter_is_listed() {
        let shown = |listed: Option<(&str, u64)>, text: String| {
            let expected = listed.map_or(String::new(), |(name, value)| format!("{name}: {value}"));
            assert_eq!(listed.is_some(), text.contains('{'), "{text}");
            assert!(text.contains(&expected), "{text}");
        };
        for name in table::ALL {
            shown(of_binary(name), format!("{name:?}"));
        }
        for name in classes::table::ALL {
            shown(of_classes(name), format!("{name:?}"));
        }
        for name in values::table::ALL {
            shown(of_values(name), format!("{name:?}"));
        }
    }
}
