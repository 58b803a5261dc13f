//! Simulated runs of two variants whose scores are a shared signal, what is an example's own, and each variant's noise.
//! Synthetic: only here is the truth known.

use std::collections::BTreeMap;

use titer_core::{
    Answer, Case, Decision, Digest, Effect, Outcome, Place, Prediction, Stream, Target, Verdict,
};
use titer_judge::controls::as_model;
use titer_judge::facts::{Facts, TakeFacts};
use titer_judge::{Evidence, Found, JudgeError, Source, judge, score_plan};
use titer_metrics::ece::Ece;
use titer_spec::plan::{PlannedCell, PlannedDataset, PlannedModel, PlannedSuite, PlannedVariant};
use titer_spec::suite::Binary;
use titer_spec::{Backend, MetricSpec, Plan, Question, UngatedLosses};
use titer_statistics::normal::upper_quantile;

/// How far sites lie above decoys, in standard deviations of what is an example's own.
const APART: f64 = 2.2;

/// The standard deviation of a variant's noise where nothing is lost.
const NOISE: f64 = 0.2;

/// Simulated runs of one kind.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Setting {
    /// Its name.
    pub name: &'static str,
    /// Datasets.
    pub datasets: usize,
    /// Examples of each.
    pub examples: usize,
    /// Examples of a cluster, which share a part of what is their own.
    pub cluster: usize,
    /// Groups of the stratum.
    pub groups: usize,
    /// Whether calibration is scored: its intervals take long.
    pub calibration: bool,
    /// The noise of int8 on the first dataset.
    pub noise: f64,
    /// Bootstrap replicates.
    pub replicates: usize,
}

/// What came of a run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Came {
    /// Whether `ungated_losses: fail` fails it.
    pub fails: bool,
    /// Whether the AUROC of the first dataset is among the losses.
    pub found: bool,
    /// Differences looked at.
    pub looked_at: u64,
}

impl Setting {
    /// The AUROC that a variant has in truth.
    pub(crate) fn auroc(noise: f64) -> f64 {
        let spread = (2.0 * (1.0 + noise * noise)).sqrt();
        titer_statistics::normal::above(-APART / spread)
    }

    /// Simulates one run.
    pub(crate) fn run(self, seed: u64) -> Came {
        let plan = self.plan(seed);
        let world = World {
            setting: self,
            seed,
        };
        let judged = score_plan(&plan, &world, &|_, _, _| {}).expect("a simulated run is whole");
        let (none, sets, measured) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        let verdict: Verdict = judge(Evidence {
            plan: &plan,
            scores: &judged.scores,
            comparisons: &judged.comparisons,
            agreements: &judged.agreements,
            group_differences: &judged.group_differences,
            controls: &judged.controls,
            falls: &judged.falls,
            prevalences: &judged.prevalences,
            ladders: &judged.ladders,
            responses: &judged.responses,
            failed_cells: &none,
            instruction_sets: &sets,
            measurements: &measured,
        })
        .expect("no gate matches nothing");
        let of_first =
            |key: &titer_core::ScoreKey| key.case.dataset == name(0) && key.metric == "auroc";
        let mut losses = verdict.losses.ungated();
        Came {
            fails: verdict.overall == Decision::Fail,
            found: losses.any(|it| it.group.is_none() && of_first(&it.key)),
            looked_at: verdict.losses.looked_at,
        }
    }

    fn plan(self, seed: u64) -> Plan {
        let mut metrics = vec![
            MetricSpec::Accuracy,
            MetricSpec::BalancedAccuracy,
            MetricSpec::Mcc,
            MetricSpec::Auroc,
            MetricSpec::AveragePrecision,
            MetricSpec::Brier,
            MetricSpec::LogLoss,
        ];
        if self.calibration {
            metrics.push(MetricSpec::Ece(Ece { bins: 15 }));
        }
        let suite = PlannedSuite {
            name: "simulated".to_owned(),
            summary: String::new(),
            task: "simulated".to_owned(),
            question: Question::Binary(Binary {
                positive: "site".to_owned(),
                negative: "decoy".to_owned(),
            }),
            split: "test".to_owned(),
            metrics,
            datasets: (0..self.datasets).map(|it| self.dataset(it)).collect(),
            perturbations: Vec::new(),
            strata: vec!["part".to_owned()],
            recalibrate: Vec::new(),
            tuning: None,
            ladders: Vec::new(),
            detect_out_of_distribution: false,
            prevalence: None,
            similarity: None,
            digest: Digest::of(b"suite"),
        };
        let cell = |dataset: &PlannedDataset, variant: &str| PlannedCell {
            key: Digest::of(format!("{} {variant}", dataset.name).as_bytes()),
            case: Case {
                suite: suite.name.clone(),
                model: "net".to_owned(),
                variant: variant.to_owned(),
                dataset: dataset.name.clone(),
                split: "test".to_owned(),
                perturbation: None,
            },
            effect: Effect::Kept,
            examples: dataset.examples,
        };
        let cells = suite.datasets.iter();
        let cells = cells.flat_map(|dataset| ["fp32", "int8"].map(|it| cell(dataset, it)));
        Plan {
            evaluation: "simulated".to_owned(),
            summary: String::new(),
            seed,
            threads: 1,
            limit: None,
            look: false,
            only: titer_spec::plan::Only::default(),
            time_limit_s: 1,
            replicates: self.replicates,
            across_machines: false,
            ungated_losses: UngatedLosses::Fail,
            must_fall: Default::default(),
            rare_flips: Default::default(),
            determinism: Default::default(),
            isolate: None,
            tolerances: BTreeMap::new(),
            cells: cells.collect(),
            suites: vec![suite.clone()],
            models: vec![model(&suite)],
            pairs: Vec::new(),
            measurements: Vec::new(),
            latency: None,
            gates: Vec::new(),
            policy: None,
            controls: Vec::new(),
            searches: Vec::new(),
            left_out: Vec::new(),
        }
    }

    fn dataset(self, index: usize) -> PlannedDataset {
        let name = name(index);
        PlannedDataset {
            summary: String::new(),
            in_distribution: index == 0,
            distance: None,
            shift: None,
            organism: String::new(),
            assembly: String::new(),
            classes: vec!["decoy".to_owned(), "site".to_owned()],
            digest: Digest::of(name.as_bytes()),
            examples: Digest::of(name.as_bytes()),
            inputs: None,
            similarity: None,
            count: self.examples as u64,
            available: self.examples as u64,
            cluster: Some("locus".to_owned()),
            independent: false,
            show_sequences: false,
            licence: BTreeMap::new(),
            caveats: Vec::new(),
            sources: Vec::new(),
            changes: None,
            name,
        }
    }
}

fn name(index: usize) -> String {
    format!("set-{index}")
}

fn model(suite: &PlannedSuite) -> PlannedModel {
    let variant = |name: &str| PlannedVariant {
        name: name.to_owned(),
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
        name: "net".to_owned(),
        reference: "fp32".to_owned(),
        variants: vec![variant("fp32"), variant("int8")],
        ..as_model(suite)
    }
}

/// The examples and answers of one simulated run.
struct World {
    setting: Setting,
    seed: u64,
}

impl World {
    fn normal(&self, purpose: &str, id: &str) -> f64 {
        let uniform = Stream::new(self.seed, purpose, id).uniform();
        upper_quantile(uniform.clamp(1e-12, 1.0 - 1e-12))
    }

    fn is_site(example: usize) -> bool {
        example % 2 == 1
    }

    fn id(dataset: &str, example: usize) -> String {
        format!("{dataset} {example}")
    }
}

impl Source for World {
    fn facts(&self, dataset: &PlannedDataset, take: &mut TakeFacts<'_>) -> Result<(), JudgeError> {
        let facts = |example: usize| {
            let locus = example / self.setting.cluster;
            let group = format!("part-{}", locus % self.setting.groups);
            Facts {
                id: Self::id(&dataset.name, example),
                target: Target::Class(usize::from(Self::is_site(example))),
                cluster: Some(locus.to_string()),
                place: Place::default(),
                strata: BTreeMap::from([("part".to_owned(), group)]),
                bases: None,
                similarity: None,
            }
        };
        (0..self.setting.examples).map(facts).try_for_each(take)
    }

    fn found(&self, cell: &PlannedCell) -> Result<Found, JudgeError> {
        let loses = cell.case.variant == "int8" && cell.case.dataset == name(0);
        let noise = if loses { self.setting.noise } else { NOISE };
        let answer = |example: usize| {
            let id = Self::id(&cell.case.dataset, example);
            let locus = Self::id(&cell.case.dataset, example / self.setting.cluster);
            let side = if Self::is_site(example) { 0.5 } else { -0.5 };
            let own = 0.5f64.sqrt() * (self.normal("example", &id) + self.normal("locus", &locus));
            let score = APART * side + own + noise * self.normal(&cell.case.variant, &id);
            Prediction {
                outcome: Outcome::Predicted(Answer::probability(
                    1.0 / (1.0 + (-APART * score).exp()),
                )),
                id,
            }
        };
        Ok(Found::Predictions(
            (0..self.setting.examples).map(answer).collect(),
        ))
    }
}
