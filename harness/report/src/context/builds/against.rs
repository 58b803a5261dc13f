//! A column of differences to the reference: of each dataset the worst class or condition.

use titer_core::{Comparison, Contrast, Effect};

use super::Head;
use super::short::short;
use crate::chart::strip::{Mark, Strip, domain, strip};
use crate::index::{Index, Subject};
use crate::number::fixed;
use crate::words;

/// Datasets that a strip has room for.
const MOST: usize = 6;

/// What a column is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Of {
    /// The main metric on clean data.
    Quality,
    /// The calibration error on clean data.
    Calibration,
    /// The main metric on perturbed data whose target is kept.
    Robustness,
}

impl Of {
    /// All, from left to right.
    pub(crate) const ALL: [Self; 3] = [Self::Quality, Self::Calibration, Self::Robustness];

    fn name(self) -> &'static str {
        match self {
            Self::Quality => "quality",
            Self::Calibration => "calibration",
            Self::Robustness => "robustness",
        }
    }

    /// Why nothing is drawn.
    fn absent(self) -> &'static str {
        match self {
            Self::Quality => "not scored",
            Self::Calibration => "not asked for",
            Self::Robustness => "not tried",
        }
    }
}

/// A column of one model on one suite.
pub(crate) struct Column {
    of: Of,
    id: String,
    metric: Option<&'static str>,
    /// The reference's worst by dataset.
    values: Vec<(String, Option<f64>)>,
    /// By variant.
    marks: Vec<(String, Vec<Mark>)>,
    domain: Option<(f64, f64)>,
    margin: Option<f64>,
    /// What was left out.
    pub note: Option<String>,
}

impl Column {
    /// What there is of it.
    pub(crate) fn new(index: &Index<'_>, subject: Subject<'_>, of: Of) -> Self {
        let metric = match of {
            Of::Quality | Of::Robustness => Some(subject.main_metric()),
            Of::Calibration => calibration(index, subject),
        };
        let asked = Asked::new(index, subject, of, metric);
        let candidates = subject.candidates();
        let mut marks: Vec<(String, Vec<Mark>)> = candidates
            .iter()
            .map(|variant| (variant.name.clone(), asked.marks(&variant.name)))
            .collect();
        let mut values = asked.values();
        let note = keep_worst(&mut marks, &mut values, asked.sign());
        let margin = match of {
            Of::Robustness => None,
            _ => asked.margin(),
        };
        Self {
            of,
            id: format!("{}-{}", of.name(), subject.slug()),
            metric,
            domain: domain(marks.iter().flat_map(|(_, marks)| marks), margin),
            values,
            marks,
            margin,
            note: note.map(|note| format!("{}: {note}", subject.model.name)),
        }
    }

    /// A variant's strip; `None` where it has no difference.
    pub(crate) fn strip(&self, variant: &str) -> Option<String> {
        strip(&Strip {
            id: &format!("build-{}-{variant}", self.id),
            title: &format!(
                "{} of {variant} against the reference",
                words::label(self.metric?)
            ),
            marks: self.marks(variant),
            domain: self.domain?,
            margin: self.margin,
        })
    }

    /// The metric, where there is one.
    pub(crate) fn metric(&self) -> Option<&'static str> {
        self.metric
    }

    /// The reference's worst value by dataset.
    pub(crate) fn values(&self) -> &[(String, Option<f64>)] {
        &self.values
    }

    /// A variant's worst difference by dataset, in the same order.
    pub(crate) fn marks(&self, variant: &str) -> &[Mark] {
        let found = self.marks.iter().find(|(name, _)| name == variant);
        found.map_or(&[], |(_, marks)| marks)
    }

    /// What stands in the reference's row.
    pub(crate) fn head(self) -> Head {
        Head {
            absent: self.values.is_empty().then(|| self.of.absent()),
            metric: self.metric.map(read_so).unwrap_or_default(),
            values: self.values.iter().map(with_label).collect(),
        }
    }
}

/// The calibration error that is shown of a suite: the ECE where it was asked for.
fn calibration(index: &Index<'_>, subject: Subject<'_>) -> Option<&'static str> {
    let scores = index.input.tables.scores.iter();
    let own = scores.filter(|score| score.null_upper.is_some() && subject.holds(&score.key.case));
    let known: Vec<&str> = own.map(|score| score.key.metric.as_str()).collect();
    let metrics = subject.metrics();
    let asked = metrics.iter().filter(|metric| known.contains(metric));
    let first = asked.clone().find(|metric| **metric == "ece");
    first.or_else(|| asked.clone().next()).copied()
}

/// What is looked up for a column.
struct Asked<'a, 'b> {
    index: &'b Index<'a>,
    subject: Subject<'b>,
    metric: Option<&'static str>,
    classes: Vec<Option<&'b str>>,
    /// Names of conditions; `None` is clean.
    conditions: Vec<Option<&'b str>>,
    labels: Vec<String>,
}

impl<'a, 'b> Asked<'a, 'b> {
    fn new(
        index: &'b Index<'a>,
        subject: Subject<'b>,
        of: Of,
        metric: Option<&'static str>,
    ) -> Self {
        let kept = subject.suite.perturbations.iter();
        let kept = kept.filter(|condition| condition.effect != Effect::Destroyed);
        let names: Vec<&str> = subject
            .datasets()
            .iter()
            .map(|it| it.name.as_str())
            .collect();
        Self {
            index,
            subject,
            metric,
            classes: metric.map_or_else(Vec::new, |metric| subject.classes_of(metric)),
            conditions: match of {
                Of::Robustness => kept.map(|it| Some(it.name.as_str())).collect(),
                Of::Quality | Of::Calibration => vec![None],
            },
            labels: short(&names),
        }
    }

    fn sign(&self) -> f64 {
        self.metric.map_or(1.0, words::sign)
    }

    /// The narrowest margin that a gate allows, as a difference.
    fn margin(&self) -> Option<f64> {
        let metric = self.metric?;
        let margins = self.index.margins(&self.subject.model.name, metric);
        margins.first().map(|margin| -margin * words::sign(metric))
    }

    /// Every class and condition, with the word for each.
    fn places(&self) -> impl Iterator<Item = (Option<&'b str>, Option<&'b str>)> + '_ {
        let classes = self.classes.iter();
        classes.flat_map(|class| self.conditions.iter().map(|condition| (*class, *condition)))
    }

    /// A variant's worst difference on each dataset; none where nothing is asked.
    fn marks(&self, variant: &str) -> Vec<Mark> {
        if self.places().next().is_none() {
            return Vec::new();
        }
        let datasets = self.subject.datasets().iter().zip(&self.labels);
        datasets
            .map(|(dataset, label)| {
                let (found, of) = self.worst(variant, &dataset.name).unzip();
                let value = found.and_then(|one| one.difference.as_ref().ok());
                let interval = found.and_then(|one| one.interval.as_ref().ok());
                Mark {
                    label: label.clone(),
                    of: of.flatten(),
                    value: value.copied(),
                    interval: interval.map(|ends| (ends.lower, ends.upper)),
                    inside: dataset.in_distribution,
                }
            })
            .collect()
    }

    fn worst(&self, variant: &str, dataset: &str) -> Option<(&'a Comparison, Option<String>)> {
        let metric = self.metric?;
        let found = self.places().filter_map(|(class, condition)| {
            let key = self.subject.key(variant, dataset, condition, metric, class);
            let one = self.index.comparison(Contrast::Reference, &key)?;
            let difference = *one.difference.as_ref().ok()?;
            Some((difference * self.sign(), one, class, condition))
        });
        let (_, one, class, condition) = found.min_by(|a, b| a.0.total_cmp(&b.0))?;
        Some((one, self.of(class, condition)))
    }

    fn of(&self, class: Option<&str>, condition: Option<&str>) -> Option<String> {
        let title = condition.map(|name| self.index.title(&self.subject.suite.name, name));
        let parts: Vec<String> = class.map(str::to_owned).into_iter().chain(title).collect();
        (!parts.is_empty()).then(|| parts.join(", "))
    }

    /// The reference's worst value on each dataset; none where none is known.
    fn values(&self) -> Vec<(String, Option<f64>)> {
        let datasets = self.subject.datasets().iter().zip(&self.labels);
        let mut any = false;
        let values: Vec<(String, Option<f64>)> = datasets
            .map(|(dataset, label)| {
                let value = self.worst_value(&dataset.name);
                any |= value.is_some();
                (label.clone(), value)
            })
            .collect();
        if any { values } else { Vec::new() }
    }

    fn worst_value(&self, dataset: &str) -> Option<f64> {
        let metric = self.metric?;
        // It may be a variant of another model.
        let (model, variant) = self.subject.model.base();
        let values = self.places().filter_map(|(class, condition)| {
            let mut key = self.subject.key(variant, dataset, condition, metric, class);
            model.clone_into(&mut key.case.model);
            self.index.score(&key)?.value.as_ref().ok().copied()
        });
        values.min_by(|a, b| (a * self.sign()).total_cmp(&(b * self.sign())))
    }
}

/// "AUROC, right is better".
fn read_so(metric: &str) -> String {
    let better = match words::sign(metric) > 0.0 {
        true => "right is better",
        false => "left is better",
    };
    format!("{}, {better}", words::label(metric))
}

/// "human-chr20 0.984".
fn with_label((label, value): &(String, Option<f64>)) -> String {
    format!("{label} {}", shown(*value))
}

/// A value, or a dash where there is none.
pub(crate) fn shown(value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), |value| fixed(value, 3))
}

/// Leaves the datasets on which a build loses most, in their order, where there are more than a strip has room for.
fn keep_worst(
    marks: &mut [(String, Vec<Mark>)],
    values: &mut Vec<(String, Option<f64>)>,
    sign: f64,
) -> Option<String> {
    let all = marks.iter().map(|(_, marks)| marks.len()).max()?;
    if all <= MOST {
        return None;
    }
    let loss = |at: usize| {
        let of = marks.iter().filter_map(|(_, marks)| marks.get(at)?.value);
        of.map(|value| value * sign).fold(f64::INFINITY, f64::min)
    };
    let mut worst: Vec<usize> = (0..all).collect();
    worst.sort_by(|a, b| loss(*a).total_cmp(&loss(*b)));
    worst.truncate(MOST);
    worst.sort_unstable();
    for (_, marks) in marks.iter_mut() {
        *marks = worst
            .iter()
            .filter_map(|at| marks.get(*at).cloned())
            .collect();
    }
    *values = worst
        .iter()
        .filter_map(|at| values.get(*at).cloned())
        .collect();
    Some(format!(
        "the {MOST} of {all} datasets on which a build loses most"
    ))
}
