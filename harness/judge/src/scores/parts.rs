//! The parts of a cell that have scores of their own: each class or label against the rest, and, where there are several,
//! all of them together.
//!
//! Of several classes accuracy is the share of units whose most probable class is the true one, and log
//! loss is of the true class's probability. Both are a metric of units that are all true, whose
//! "probability" is 1 where the call is right, or is that of the true class.

use std::sync::Arc;

use titer_core::Effect;
use titer_metrics::Word;
use titer_spec::MetricSpec;
use titer_spec::plan::PlannedCell;

use super::{Sample, Setting, denominator, sample};
use crate::answers::Answers;
use crate::ground::{ClassTruth, Ground};
use crate::labels::LabelsSample;
use crate::measures::{Measure, measures};
use crate::sampled::Sampled;
use crate::several::ClassesSample;
use crate::values::ValuesSample;
use titer_metrics::AnyMetric;

/// What a score is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// A class against the rest.
    Class(usize),
    /// Whether the call among several classes is right.
    Calls,
    /// The probability of the true class among several.
    Truth,
    /// All of several classes together.
    Several,
    /// All of several labels together.
    Labels,
    /// The number, averaged over groups of examples where a metric is.
    Values(Option<Word>),
}

/// The parts of a cell with the measures of each.
pub(super) fn parts(setting: Setting<'_>, effect: Effect) -> Vec<(Part, Vec<Measure>)> {
    let measures = measures(setting.suite, effect);
    if setting.ground.numbers {
        return by_groups(measures);
    }
    let classes = (0..setting.ground.classes.len()).map(Part::Class);
    if setting.ground.labels {
        let (of_all, of_each): (Vec<Measure>, Vec<Measure>) = measures
            .into_iter()
            .partition(|measure| matches!(measure.metric, AnyMetric::Labels(_)));
        let each = classes.map(|part| (part, of_each.clone()));
        let all = std::iter::once((Part::Labels, of_all)).chain(each);
        return all.filter(|(_, measures)| !measures.is_empty()).collect();
    }
    if !setting.ground.several {
        return classes.map(|part| (part, measures.clone())).collect();
    }
    let (of_all, of_each): (Vec<Measure>, Vec<Measure>) = measures
        .into_iter()
        .partition(|measure| MetricSpec::is_of_all_classes(measure.name));
    let (averages, of_all): (Vec<Measure>, Vec<Measure>) = of_all
        .into_iter()
        .partition(|measure| matches!(measure.metric, AnyMetric::Classes(_)));
    let part = |measure: Measure| {
        let calls = measure.name == MetricSpec::Accuracy.name();
        let part = if calls { Part::Calls } else { Part::Truth };
        (part, vec![measure])
    };
    let of_all = of_all.into_iter().map(part);
    of_all
        .chain([(Part::Several, averages)])
        .chain(classes.map(|part| (part, of_each.clone())))
        .filter(|(_, measures)| !measures.is_empty())
        .collect()
}

/// Measures of numbers, those of the same groups together.
fn by_groups(measures: Vec<Measure>) -> Vec<(Part, Vec<Measure>)> {
    let mut parts: Vec<(Part, Vec<Measure>)> = Vec::new();
    for measure in measures {
        let part = Part::Values(measure.by);
        match parts.iter_mut().find(|(known, _)| *known == part) {
            Some((_, measures)) => measures.push(measure),
            None => parts.push((part, vec![measure])),
        }
    }
    parts
}

impl Part {
    pub(super) fn sample(
        self,
        setting: Setting<'_>,
        cell: &PlannedCell,
        answers: &Answers,
    ) -> Sampled {
        let ground = setting.ground;
        let by = match self {
            Self::Values(by) => by,
            Self::Several => return Sampled::Classes(several(ground, answers)),
            Self::Labels => return Sampled::Labels(labels(ground, answers)),
            Self::Calls | Self::Truth => return Sampled::Truth(self.truth(ground, answers)),
            Self::Class(class) => {
                let destroyed = cell.effect == Effect::Destroyed;
                return Sampled::Binary(sample(ground, answers, class, destroyed));
            }
        };
        Sampled::Values(ValuesSample {
            truth: Arc::clone(&ground.values),
            predicted: answers.probability.first().cloned().unwrap_or_default(),
            cluster_of: Arc::clone(&ground.cluster_of),
            groups: by.map(|by| ground.strata(by.text())),
        })
    }

    /// Units that are all true: whether each is called right, or the probability of its true class.
    fn truth(self, ground: &Ground, answers: &Answers) -> Sample {
        let units = 0..ground.units.len();
        let (probability, threshold) = match self {
            Self::Calls => {
                let right = |unit: usize| answers.called(unit) == ground.class_of(unit);
                let right = units.map(|unit| f64::from(u8::from(right(unit))));
                (right.collect(), 0.5)
            }
            _ => (
                units.map(|unit| of_truth(ground, answers, unit)).collect(),
                answers.threshold,
            ),
        };
        Sample {
            truth: vec![true; ground.units.len()].into(),
            probability,
            cluster_of: Arc::clone(&ground.cluster_of),
            threshold,
            units: None,
        }
    }

    pub(super) fn class_name(self, ground: &Ground) -> Option<String> {
        match self {
            Self::Class(class) => ground.class_name(class),
            _ => None,
        }
    }

    /// The units that count.
    pub(super) fn denominator(self, ground: &Ground, destroyed: bool) -> Vec<u32> {
        match self {
            Self::Class(class) => denominator(ground, class, destroyed).collect(),
            Self::Labels => {
                let units = (0u32..).take(ground.units.len());
                let known = |unit: &u32| self.positions(ground, *unit) > 0;
                units.filter(known).collect()
            }
            Self::Calls | Self::Truth | Self::Several | Self::Values(_) => {
                (0u32..).take(ground.units.len()).collect()
            }
        }
    }

    /// How much of a unit counts: of labels together, as many as are known of it.
    pub(super) fn positions(self, ground: &Ground, unit: u32) -> u64 {
        let known = |label: &&ClassTruth| label.knows(unit as usize);
        match self {
            Self::Labels => ground.classes.iter().filter(known).count() as u64,
            _ => 1,
        }
    }

    /// How many units, of labels together pairs of unit and label, count for nothing because nobody knows their truth.
    pub(super) fn unknown(self, ground: &Ground) -> u64 {
        let of = |label: &ClassTruth| {
            let known = label.known.iter().flatten();
            known.filter(|known| !**known).count() as u64
        };
        match self {
            Self::Class(class) => of(&ground.classes[class]),
            Self::Labels => ground.classes.iter().map(of).sum(),
            _ => 0,
        }
    }

    /// The units that are of the class; of several classes one is true of every unit.
    pub(super) fn positives(self, ground: &Ground) -> u64 {
        match self {
            Self::Class(class) => positives(&ground.classes[class]),
            Self::Labels => ground.classes.iter().map(positives).sum(),
            Self::Calls | Self::Truth | Self::Several => ground.units.len() as u64,
            Self::Values(_) => 0,
        }
    }
}

/// The true labels of each unit and the probability of each.
fn labels(ground: &Ground, answers: &Answers) -> LabelsSample {
    let (labels, units) = (0..ground.classes.len(), 0..ground.units.len());
    let truth = |unit: usize| ground.classes.iter().map(move |label| label.of(unit));
    let probability = |unit: usize| answers.probability.iter().map(move |of| of[unit]);
    LabelsSample {
        truth: units.clone().flat_map(truth).collect(),
        probability: units.flat_map(probability).collect(),
        thresholds: labels.map(|label| answers.threshold_of(label)).collect(),
        cluster_of: Arc::clone(&ground.cluster_of),
    }
}

fn positives(class: &ClassTruth) -> u64 {
    class.truth.iter().filter(|&&truth| truth).count() as u64
}

/// The true class of each unit and the probability of each, in the model's order, by which equals are called.
fn several(ground: &Ground, answers: &Answers) -> ClassesSample {
    let classes = ground.classes.len();
    let units = 0..ground.units.len();
    let truth = |unit: usize| {
        let mut order = answers.order.iter();
        order.position(|&class| ground.classes[class].truth[unit])
    };
    let probability = |unit: usize| {
        let order = answers.order.iter();
        order.map(move |&class| answers.probability[class][unit])
    };
    ClassesSample {
        truth: units
            .clone()
            .map(|unit| truth(unit).map_or(u32::MAX, |class| class as u32))
            .collect(),
        probability: units.flat_map(probability).collect(),
        classes,
        cluster_of: Arc::clone(&ground.cluster_of),
    }
}

/// The probability of a unit's true class.
fn of_truth(ground: &Ground, answers: &Answers, unit: usize) -> f64 {
    let mut classes = ground.classes.iter().zip(&answers.probability);
    let found = classes.find(|(class, _)| class.truth[unit]);
    found.map_or(0.0, |(_, probability)| probability[unit])
}
