//! A small plan and its predictions, in memory.

use std::collections::BTreeMap;

use titer_core::{
    Answer, Case, Condition, Digest, Effect, Outcome, Place, Prediction, Stream, Target,
};
use titer_metrics::ece::Ece;
use titer_spec::gate::{By, Covers, Further, Limit, Margin};
use titer_spec::model::{OutputKind, Training};
use titer_spec::plan::{
    PlannedCell, PlannedDataset, PlannedMeasurement, PlannedModel, PlannedSuite, PlannedVariant,
};
use titer_spec::suite::{Binary, Positions};
use titer_spec::{Backend, Gate, MeasurementName, MetricSpec, Plan, Quantity, Question, Where};

use crate::error::JudgeError;
use crate::facts::{Facts, TakeFacts};
use crate::scoring::{Found, Source};

pub(crate) const CLEAN: Option<&str> = None;

pub(crate) fn dataset(name: &str, in_distribution: bool, classes: &[&str]) -> PlannedDataset {
    PlannedDataset {
        name: name.to_owned(),
        summary: String::new(),
        in_distribution,
        distance: None,
        shift: None,
        organism: String::new(),
        assembly: String::new(),
        classes: classes.iter().map(ToString::to_string).collect(),
        digest: Digest::of(name.as_bytes()),
        examples: Digest::of(name.as_bytes()),
        inputs: None,
        similarity: None,
        count: 40,
        available: 40,
        cluster: Some("locus".to_owned()),
        independent: false,
        show_sequences: false,
        licence: BTreeMap::new(),
        caveats: Vec::new(),
        sources: Vec::new(),
        changes: None,
    }
}

pub(crate) fn suite(name: &str, question: Question, metrics: &[MetricSpec]) -> PlannedSuite {
    let classes: &[&str] = match question {
        Question::Binary(_) => &["decoy", "site"],
        Question::Positions(_) | Question::Classes(_) => &["none", "acceptor", "donor"],
        Question::Labels(_) => &["dnase", "tata", "ctcf"],
        Question::Values(_) => &[],
    };
    PlannedSuite {
        name: name.to_owned(),
        summary: String::new(),
        task: name.to_owned(),
        question,
        split: "test".to_owned(),
        metrics: metrics.to_vec(),
        datasets: vec![
            dataset("near", true, classes),
            dataset("far", false, classes),
        ],
        strata: Vec::new(),
        recalibrate: Vec::new(),
        tuning: None,
        ladders: Vec::new(),
        detect_out_of_distribution: false,
        prevalence: None,
        similarity: None,
        perturbations: vec![
            Condition::named("noise", Effect::Kept),
            Condition::named("reverse", Effect::Destroyed),
        ],
        digest: Digest::of(b"suite"),
    }
}

pub(crate) fn binary() -> Question {
    Question::Binary(Binary {
        positive: "site".to_owned(),
        negative: "decoy".to_owned(),
    })
}

pub(crate) fn positions() -> Question {
    Question::Positions(Positions {
        background: "none".to_owned(),
        sites: vec!["donor".to_owned(), "acceptor".to_owned()],
        spare_around: 0,
    })
}

pub(crate) fn model(name: &str, variants: &[&str]) -> PlannedModel {
    let variant = |name: &&str| PlannedVariant {
        name: (*name).to_owned(),
        backend: Backend::Onnx,
        runtime: String::new(),
        precision: String::new(),
        made: None,
        batch_dependent: false,
        batch_size: None,
        disk_bytes: 0,
        files: BTreeMap::new(),
        folder: None,
    };
    PlannedModel {
        name: name.to_owned(),
        summary: String::new(),
        activation_is_right: false,
        threshold: 0.5,
        thresholds: Default::default(),
        training: Training::default(),
        licence: BTreeMap::new(),
        sources: Vec::new(),
        changes: None,
        output: OutputKind::Binary,
        // Another order than the dataset's.
        meaning: titer_spec::model::Meaning::Probability,
        output_classes: ["donor", "none", "acceptor"].map(str::to_owned).to_vec(),
        reference: variants[0].to_owned(),
        against: None,
        matrix: None,
        batch_size: 1,
        variants: variants.iter().map(variant).collect(),
        digest: Digest::of(b"model"),
        descriptor: String::new(),
        earlier: None,
    }
}

/// Every variant on every dataset of the suite, clean and perturbed.
pub(crate) fn plan(suite: PlannedSuite, variants: &[&str]) -> Plan {
    let model = model("net", variants);
    let mut cells = Vec::new();
    let mut perturbations = vec![(None, Effect::Kept)];
    perturbations.extend(
        suite
            .perturbations
            .iter()
            .map(|one| (Some(one.name.clone()), one.effect)),
    );
    for dataset in &suite.datasets {
        for variant in variants {
            for (perturbation, effect) in &perturbations {
                let key = format!("{} {variant} {perturbation:?}", dataset.name);
                cells.push(PlannedCell {
                    key: Digest::of(key.as_bytes()),
                    case: Case {
                        suite: suite.name.clone(),
                        model: "net".to_owned(),
                        variant: (*variant).to_owned(),
                        dataset: dataset.name.clone(),
                        split: "test".to_owned(),
                        perturbation: perturbation.clone(),
                    },
                    effect: *effect,
                    examples: dataset.examples,
                });
            }
        }
    }
    let measurement = |variant: &&str| PlannedMeasurement {
        key: Digest::of(format!("measure {variant}").as_bytes()),
        suite: suite.name.clone(),
        dataset: "near".to_owned(),
        model: "net".to_owned(),
        variant: (*variant).to_owned(),
        batch_sizes: vec![1, 32],
    };
    Plan {
        evaluation: "test".to_owned(),
        summary: String::new(),
        seed: 1,
        threads: 1,
        limit: None,
        look: true,
        only: titer_spec::plan::Only::default(),
        time_limit_s: 1,
        replicates: 200,
        across_machines: false,
        ungated_losses: Default::default(),
        must_fall: Default::default(),
        rare_flips: Default::default(),
        determinism: Default::default(),
        isolate: None,
        tolerances: Default::default(),
        measurements: variants.iter().map(measurement).collect(),
        suites: vec![suite],
        models: vec![model],
        pairs: Vec::new(),
        cells,
        latency: None,
        gates: Vec::new(),
        policy: None,
        controls: Vec::new(),
        searches: Vec::new(),
        left_out: Vec::new(),
    }
}

pub(crate) const METRICS: [MetricSpec; 6] = [
    MetricSpec::Accuracy,
    MetricSpec::F1,
    MetricSpec::Auroc,
    MetricSpec::Brier,
    MetricSpec::LogLoss,
    MetricSpec::Ece(Ece { bins: 5 }),
];

pub(crate) fn binary_plan(variants: &[&str]) -> Plan {
    plan(suite("windows", binary(), &METRICS), variants)
}

pub(crate) fn facts(id: &str, target: Target, cluster: &str) -> Facts {
    Facts {
        id: id.to_owned(),
        target,
        cluster: Some(cluster.to_owned()),
        place: Place::default(),
        strata: BTreeMap::new(),
        bases: None,
        similarity: None,
    }
}

/// 40 examples, alternating site and decoy, two to a locus.
pub(crate) fn examples() -> Vec<Facts> {
    let example = |i: usize| {
        facts(
            &format!("e{i:02}"),
            Target::Class(i % 2),
            &format!("l{:02}", i / 2),
        )
    };
    (0..40).map(example).collect()
}

/// The probability that a variant gives an example: mostly right, blurred by the variant's name.
pub(crate) fn probability(fact: &Facts, variant: &str, perturbation: Option<&str>) -> f64 {
    // Where the site is destroyed it is answered as a decoy.
    let there = fact.target == Target::Class(1) && perturbation != Some("reverse");
    let centre = if there { 0.65 } else { 0.35 };
    let base = Stream::new(9, "base", &fact.id).uniform();
    let noise = format!("{variant} {perturbation:?}");
    let noise = Stream::new(9, &noise, &fact.id).uniform();
    // As most runtimes give it.
    f64::from((centre + 0.6 * (base - 0.5) + 0.1 * (noise - 0.5)) as f32)
}

pub(crate) fn answer(id: &str, probabilities: Vec<f64>, classes: usize) -> Prediction {
    Prediction {
        id: id.to_owned(),
        outcome: Outcome::Predicted(Answer::Probabilities {
            numbers: probabilities,
            classes,
        }),
    }
}

/// Examples and predictions in memory; what is not stated is made by [`probability`].
#[derive(Default)]
pub(crate) struct InMemory {
    pub(crate) facts: Vec<Facts>,
    pub(crate) stated: BTreeMap<Digest, Found>,
}

impl InMemory {
    pub(crate) fn new() -> Self {
        Self {
            facts: examples(),
            stated: BTreeMap::new(),
        }
    }

    /// States one cell.
    pub(crate) fn state(
        &mut self,
        plan: &Plan,
        variant: &str,
        perturbation: Option<&str>,
        found: Found,
    ) {
        let cell = cell(plan, variant, perturbation);
        self.stated.insert(cell.key, found);
    }

    /// States the probabilities of one cell, in the examples' order.
    pub(crate) fn give(
        &mut self,
        plan: &Plan,
        variant: &str,
        perturbation: Option<&str>,
        values: &[f64],
    ) {
        let pairs = self.facts.iter().zip(values);
        let predictions = pairs
            .map(|(fact, &value)| answer(&fact.id, vec![value], 1))
            .collect();
        self.state(plan, variant, perturbation, Found::Predictions(predictions));
    }
}

impl Source for InMemory {
    fn facts(&self, _: &PlannedDataset, take: &mut TakeFacts<'_>) -> Result<(), JudgeError> {
        self.facts.iter().cloned().try_for_each(take)
    }

    fn found(&self, cell: &PlannedCell) -> Result<Found, JudgeError> {
        if let Some(found) = self.stated.get(&cell.key) {
            return Ok(found.clone());
        }
        let perturbation = cell.case.perturbation.as_deref();
        let predict = |fact: &Facts| {
            answer(
                &fact.id,
                vec![probability(fact, &cell.case.variant, perturbation)],
                1,
            )
        };
        Ok(Found::Predictions(self.facts.iter().map(predict).collect()))
    }
}

/// A cell on the dataset `near`.
pub(crate) fn cell<'a>(
    plan: &'a Plan,
    variant: &str,
    perturbation: Option<&str>,
) -> &'a PlannedCell {
    let mut cells = plan.cells.iter();
    cells
        .find(|cell| {
            cell.case.dataset == "near"
                && cell.case.variant == variant
                && cell.case.perturbation.as_deref() == perturbation
        })
        .unwrap()
}

pub(crate) fn limit(metric: &str, value: f64) -> Limit {
    Limit {
        metric: Some(metric.to_owned()),
        measurement: None,
        value: plain(value),
        relative_to: None,
        data: None,
        at_prevalence: false,
        by: By::Interval,
        batch_size: None,
        covers: Covers::default(),
    }
}

pub(crate) fn measurement(name: MeasurementName, value: f64) -> Limit {
    Limit {
        metric: None,
        measurement: Some(name),
        ..limit("", value)
    }
}

pub(crate) fn margin(metric: &str, margin: f64) -> Margin {
    Margin {
        metric: metric.to_owned(),
        margin: Some(margin),
        keeps: None,
        data: Some(Where::Dataset("near".to_owned())),
        at_prevalence: false,
        by: By::Interval,
        covers: Covers::default(),
    }
}

pub(crate) fn plain(base: f64) -> Quantity {
    Quantity {
        base,
        dimension: titer_spec::quantity::Dimension::Plain,
    }
}

pub(crate) fn no_worse(metric: &str, value: f64) -> Gate {
    Gate::NoWorseThanReference(margin(metric, value))
}

/// No further fall than the reference's, out of distribution.
pub(crate) fn further(metric: &str, margin: f64) -> Further {
    Further {
        metric: metric.to_owned(),
        margin,
        along: None,
        of: None,
        data: None,
        by: By::Interval,
        covers: Covers::default(),
    }
}

/// A cell of so many units, each a cluster of its own, of which so many flip and each changes by 0.01.
pub(crate) fn response(units: u64, flips: u64) -> titer_core::Response {
    let sum = |flip: bool| titer_statistics::ClusterSum {
        sum: f64::from(flip),
        units: 1,
    };
    let shares: Vec<_> = (0..units).map(|unit| sum(unit < flips)).collect();
    let changes: Vec<_> = (0..units)
        .map(|_| titer_statistics::ClusterSum {
            sum: 0.01,
            units: 1,
        })
        .collect();
    let flipped = titer_statistics::mean_bounds(&shares, 0.025).ok();
    let changed = titer_statistics::mean_bounds(&changes, 0.025).ok();
    titer_core::Response {
        case: Case {
            suite: "s".to_owned(),
            model: "net".to_owned(),
            variant: "fp32".to_owned(),
            dataset: "near".to_owned(),
            split: "test".to_owned(),
            perturbation: Some("noise".to_owned()),
        },
        effect: "kept".to_owned(),
        units,
        clusters: units,
        flips,
        flip_rate: Some(flips as f64 / units as f64),
        flip_rate_lower: flipped.map(|ends| ends.0),
        flip_rate_upper: flipped.map(|ends| ends.1),
        mean_change: Some(0.01),
        mean_change_lower: changed.map(|ends| ends.0),
        mean_change_upper: changed.map(|ends| ends.1),
        mean_change_undefined: None,
        largest_change: Some(0.01),
        correlation: Some(1.0),
        correlation_lower: None,
        correlation_upper: None,
        before: None,
        after: None,
        elsewhere: None,
        fall: None,
        fall_lower: None,
        fall_upper: None,
        fall_undefined: None,
    }
}
