//! Whatever can change a prediction changes the key, and what cannot does not.

use std::path::Path;

use titer_perturb::substitutions::Substitutions;
use titer_spec::Document;
use titer_spec::model::{CandleDevice, OnnxOptimization, OnnxOptions, OnnxProvider};
use titer_spec::suite::Binary;

use super::*;

const MODEL: &str = "
model: m
summary: s
tasks: [t]
input:
  window: {start: 0, end: 4}
  one_hot: {alphabet: ACGT, layout: length_channels, other: zeros}
output: {kind: binary, activation: none}
variants:
  - {variant: v, backend: candle, precision: fp32, made: by hand, candle: {device: cpu}}
reference: v
";

/// Everything that a cell is made of.
struct World {
    spec: ModelSpec,
    model: PlannedModel,
    threads: usize,
    inputs: Digest,
    rows: Option<(&'static str, &'static str)>,
    perturbation: Option<PerturbationSpec>,
    seed: u64,
    spare: Vec<Span>,
    question: Question,
    classes: Vec<String>,
    context: usize,
}

impl World {
    fn new() -> Self {
        let text = MODEL.to_owned();
        let spec = Document::<ModelSpec>::parse(Path::new("m.yaml"), text)
            .unwrap()
            .value;
        let variant = PlannedVariant {
            name: "v".to_owned(),
            backend: spec.variants[0].backend,
            runtime: "candle 1".to_owned(),
            precision: "fp32".to_owned(),
            made: None,
            batch_dependent: false,
            batch_size: None,
            disk_bytes: 1,
            files: ["weights", "config", "tokenizer"]
                .map(|role| (role.to_owned(), Digest::of(role.as_bytes())))
                .into(),
            folder: None,
        };
        let model = PlannedModel {
            name: "m".to_owned(),
            summary: String::new(),
            activation_is_right: false,
            threshold: 0.5,
            thresholds: Default::default(),
            training: spec.training.clone(),
            licence: spec.licence.clone(),
            sources: Vec::new(),
            changes: None,
            output: spec.output.kind,
            meaning: titer_spec::model::Meaning::Probability,
            output_classes: Vec::new(),
            reference: "v".to_owned(),
            against: None,
            matrix: None,
            batch_size: 32,
            variants: vec![variant],
            digest: Digest::of(b"descriptor"),
            descriptor: String::new(),
            earlier: None,
        };
        Self {
            spec,
            model,
            threads: 2,
            inputs: Digest::of(b"inputs"),
            rows: None,
            perturbation: None,
            seed: 1,
            spare: Vec::new(),
            question: Question::Binary(Binary {
                positive: "donor".to_owned(),
                negative: "decoy".to_owned(),
            }),
            classes: vec!["donor".to_owned(), "decoy".to_owned()],
            context: 0,
        }
    }

    fn perturbed() -> Self {
        let spec = PerturbationSpec::Substitutions(Substitutions::at_rate(0.1));
        Self {
            perturbation: Some(spec),
            ..Self::new()
        }
    }

    fn key(&self) -> Digest {
        let identity = CellIdentity {
            inputs: &self.inputs,
            rows: self.rows.map(|(dataset, split)| Rows { dataset, split }),
            perturbation: self.perturbation.as_ref().map(|perturbation| Perturbed {
                perturbation,
                seed: self.seed,
                spare: &self.spare,
                question: &self.question,
                classes: &self.classes,
                context: self.context,
            }),
            determinism: titer_spec::Determinism::default(),
        };
        let variant = &self.model.variants[0];
        let execution = Execution::new(&self.model, &self.spec, variant, self.threads);
        cell(&execution, &identity).unwrap()
    }
}

type Change = (&'static str, fn(&mut World));
/// How a world begins, and what is changed in it.
type Worlds<'a> = (fn() -> World, &'a [Change]);

const CHANGES: [Change; 19] = [
    ("weights", |it| file(it, "weights")),
    ("config", |it| file(it, "config")),
    ("tokenizer", |it| file(it, "tokenizer")),
    ("a file of the folder", |it| {
        it.model.variants[0].folder = Some(Digest::of(b"folder"));
    }),
    ("input adaptor", |it| {
        it.spec.input.iupac = titer_spec::model::Iupac::ToN;
    }),
    ("output adaptor", |it| {
        it.spec.output.activation = titer_spec::model::Activation::Sigmoid;
    }),
    ("runtime and version", |it| {
        it.model.variants[0].runtime = "candle 2".to_owned();
    }),
    ("precision", |it| {
        it.model.variants[0].precision = "bf16".to_owned();
    }),
    ("device", |it| {
        let options = it.spec.variants[0].candle.as_mut().unwrap();
        options.device = CandleDevice::Cuda;
    }),
    ("optimization of the graph", |it| {
        onnx(it, |options| options.optimization = OnnxOptimization::Basic);
    }),
    ("execution provider", |it| {
        onnx(it, |options| {
            options.execution_provider = OnnxProvider::Cuda;
        });
    }),
    ("operators at once", |it| {
        onnx(it, |options| options.threads_between_operators = Some(2));
    }),
    ("threads", |it| it.threads = 1),
    ("batch size", |it| it.model.batch_size = 16),
    ("batch size of its own", |it| {
        it.model.variants[0].batch_size = Some(8);
    }),
    ("inputs", |it| it.inputs = Digest::of(b"fewer")),
    ("rows of a table", |it| it.rows = Some(("d", "test"))),
    ("rows of another dataset", |it| {
        it.rows = Some(("e", "test"));
    }),
    ("rows of another split", |it| {
        it.rows = Some(("d", "tuning"));
    }),
];

/// What changes what a perturbation does.
const PERTURBED: [Change; 7] = [
    ("kind", |it| {
        it.perturbation = Some(PerturbationSpec::DinucleotideShuffle);
    }),
    ("rate", |it| {
        let spec = PerturbationSpec::Substitutions(Substitutions::at_rate(0.2));
        it.perturbation = Some(spec);
    }),
    ("seed", |it| it.seed = 2),
    ("spared", |it| it.spare.push(Span { start: 0, end: 1 })),
    ("question", |it| {
        it.question = Question::Binary(Binary {
            positive: "decoy".to_owned(),
            negative: "donor".to_owned(),
        });
    }),
    ("classes", |it| it.classes.reverse()),
    ("context", |it| it.context = 1),
];

fn onnx(it: &mut World, change: fn(&mut OnnxOptions)) {
    let options = it.spec.variants[0].onnx.get_or_insert_default();
    change(options);
}

fn file(it: &mut World, role: &str) {
    let files = &mut it.model.variants[0].files;
    files.insert(role.to_owned(), Digest::of(b"other bytes"));
}

#[test]
fn whatever_can_change_a_prediction_changes_the_key() {
    let made: [Worlds<'_>; 2] = [(World::new, &CHANGES), (World::perturbed, &PERTURBED)];
    let mut keys: Vec<Digest> = Vec::new();
    for (world, changes) in made {
        let before = world().key();
        assert_eq!(before, world().key());
        assert!(!keys.contains(&before));
        keys.push(before);
        for (what, change) in changes {
            let mut world = world();
            change(&mut world);
            let key = world.key();
            assert!(!keys.contains(&key), "{what} changed, the key did not");
            keys.push(key);
        }
    }
}

#[test]
fn words_change_no_key() {
    let mut world = World::new();
    world.spec.summary = "another".to_owned();
    world.spec.variants[0].made = Some("in other words".to_owned());
    world.model.variants[0].made = Some("in other words".to_owned());
    world.model.digest = Digest::of(b"another descriptor");
    // Nothing is drawn where nothing is perturbed.
    world.seed = 2;
    assert_eq!(world.key(), World::new().key());
}
