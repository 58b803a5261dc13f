//! `docs/first-verdict.md` as it stands: its commands, in empty folders, on models and tables that are made by seed. Scores are held to
//! scikit-learn's.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use titer_core::Score;
use titer_store::RunFolder;

use crate::helpers::onnx::{Attribute, Graph};
use crate::helpers::world::{Said, repository};

/// A linear congruential generator, as `tests/fixtures/first-verdict/make.py` has it.
pub(crate) struct Numbers(u64);

impl Numbers {
    pub(crate) fn next(&mut self) -> usize {
        let state = self.0.wrapping_mul(6_364_136_223_846_793_005);
        self.0 = state.wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize
    }

    pub(crate) fn unit(&mut self) -> f64 {
        self.next() as f64 / f64::from(1_u32 << 31)
    }
}

/// An empty folder, and the program run in it.
pub(crate) struct Clean {
    folder: tempfile::TempDir,
}

impl Clean {
    pub(crate) fn new() -> Self {
        let _ = titer_backends::runtime::ensure(None, false, &mut |_| {});
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    /// Every file, by its path from the folder.
    pub(crate) fn files(&self) -> Vec<String> {
        let mut found = Vec::new();
        let mut folders = vec![self.folder.path().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                match path.is_dir() {
                    true => folders.push(path),
                    false => found.push(
                        path.strip_prefix(self.folder.path())
                            .unwrap()
                            .display()
                            .to_string(),
                    ),
                }
            }
        }
        found.sort();
        found
    }

    pub(crate) fn titer(&self, arguments: &[&str]) -> Said {
        let mut command = Command::new(env!("CARGO_BIN_EXE_titer"));
        command.args(arguments).current_dir(self.folder.path());
        command.stdin(Stdio::null()).env_remove("TITER_PATH");
        Said::of(&command.output().unwrap())
    }

    /// Runs the commands of a section of the page, all of which must pass.
    fn commands(&self, section: &Section) {
        for line in &section.commands {
            let words: Vec<&str> = line.split_whitespace().collect();
            assert_eq!(words[0], "titer", "{line}");
            let said = self.titer(&words[1..]);
            assert_eq!(
                said.code,
                Some(0),
                "{line}\nout:\n{}\nerr:\n{}",
                said.out,
                said.err
            );
            assert!(!said.err.contains("warning"), "{line}: {}", said.err);
        }
    }

    /// The score of a run's clean cell; of a class behind a stroke, as in `auroc/promoter`.
    fn score(&self, run: &str, variant: &str, metric: &str) -> f64 {
        let folder = RunFolder::at(&self.path("runs").join(run));
        let scores = folder.read_rows::<Score>().unwrap();
        let (metric, class) = metric
            .split_once('/')
            .map_or((metric, None), |(one, of)| (one, Some(of)));
        let found = scores.iter().find(|score| {
            let key = &score.key;
            key.metric == metric
                && key.class.as_deref() == class
                && key.case.variant == variant
                && key.case.is_clean()
        });
        *found
            .unwrap_or_else(|| panic!("no {metric}"))
            .value
            .as_ref()
            .unwrap()
    }

    /// Holds a run's scores to what scikit-learn gives.
    fn holds(&self, run: &str, variant: &str, case: &str, tolerance: f64) {
        let expected = repository().join("tests/fixtures/first-verdict/expected.json");
        let expected = std::fs::read_to_string(expected).unwrap();
        let expected: serde_json::Value = serde_json::from_str(&expected).unwrap();
        for (metric, value) in expected[case].as_object().unwrap() {
            let found = self.score(run, variant, metric);
            let value = value.as_f64().unwrap();
            assert!(
                (found - value).abs() < tolerance,
                "{run} {metric}: {found}, scikit-learn {value}"
            );
        }
    }
}

/// A section of the page.
struct Section {
    /// Lines of shell.
    commands: Vec<String>,
    /// Python, with the file that it is to be where it names one.
    python: Vec<(Option<String>, String)>,
}

impl Section {
    fn of(title: &str) -> Self {
        let page = std::fs::read_to_string(repository().join("docs/first-verdict.md")).unwrap();
        let mut sections = page.split("\n## ");
        let text = sections.find_map(|section| section.strip_prefix(&format!("{title}\n")));
        let text = text.unwrap_or_else(|| panic!("the page has no section {title}"));
        let (mut commands, mut python) = (Vec::new(), Vec::new());
        // What stands between two fences is every other part.
        for block in text.split("```").skip(1).step_by(2) {
            let (head, body) = block.split_once('\n').unwrap();
            match head.split_once(' ').unwrap_or((head, "")) {
                ("sh", _) => commands.extend(body.lines().map(str::to_owned)),
                ("python", "") => python.push((None, body.to_owned())),
                ("python", file) => python.push((Some(file.to_owned()), body.to_owned())),
                other => panic!("{title}: a block of {other:?}"),
            }
        }
        assert!(commands.len() >= 2, "{title}: {commands:?}");
        Self { commands, python }
    }
}

fn sequence(numbers: &mut Numbers, motif: &str, share: f64) -> String {
    let mut letters: Vec<u8> = (0..60).map(|_| b"ACGT"[numbers.next() % 4]).collect();
    let (draw, place) = (numbers.unit(), 10 + numbers.next() % 40);
    if draw < share {
        letters[place..place + motif.len()].copy_from_slice(motif.as_bytes());
    }
    String::from_utf8(letters).unwrap()
}

/// 1,200 rows, half of them of the test split; four rows are of one gene.
pub(crate) fn sites() -> String {
    let mut numbers = Numbers(11);
    let mut table = "id,sequence,label,split,gene\n".to_owned();
    for index in 0..1200 {
        let label = numbers.next() % 2;
        let share = if label == 1 { 0.85 } else { 0.1 };
        let letters = sequence(&mut numbers, "TATAAA", share);
        let split = if index / 4 % 2 == 1 { "test" } else { "train" };
        table.push_str(&format!(
            "s{index},{letters},{label},{split},g{}\n",
            index / 4
        ));
    }
    table
}

/// 1,200 rows of three classes, all of them of the test split.
pub(crate) fn regions() -> String {
    let mut numbers = Numbers(12);
    let mut table = "sequence,region,split,locus\n".to_owned();
    for index in 0..1200 {
        let label = numbers.next() % 3;
        let letters = sequence(&mut numbers, ["GATAAG", "", "TATAAA"][label], 0.9);
        let class = ["enhancer", "none", "promoter"][label];
        table.push_str(&format!("{letters},{class},test,l{}\n", index / 4));
    }
    table
}

/// `[filters, 4, 6]`: a letter of the motif counts 1, another one less; a little noise.
fn filters(numbers: &mut Numbers, motifs: [&str; 2]) -> Vec<f32> {
    let mut out = Vec::new();
    for motif in motifs {
        for letter in "ACGT".chars() {
            for place in 0..6 {
                let fits = motif.chars().nth(place) == Some(letter);
                let weight = if fits { 1.0 } else { -0.4 };
                out.push((weight + 0.2 * numbers.unit()) as f32);
            }
        }
    }
    out
}

/// As PyTorch exports it: channels first, logits. `change` is done to its weights.
pub(crate) fn channels_first(change: fn(f32) -> f32) -> Graph {
    let weights: Vec<f32> = filters(&mut Numbers(21), ["TATAAA", ""])
        .into_iter()
        .map(change)
        .collect();
    Graph::new()
        .input("dna", &[None, Some(4), Some(60)])
        .tensor("filters", &[2, 4, 6], &weights)
        .tensor("head", &[2, 1], &[1.5, 0.25])
        .tensor("bias", &[1], &[-8.0])
        .node(
            "Conv",
            &["dna", "filters"],
            "sums",
            &[Attribute::Wholes("kernel_shape", &[6])],
        )
        .node("GlobalMaxPool", &["sums"], "highest", &[])
        .node(
            "Flatten",
            &["highest"],
            "flat",
            &[Attribute::Whole("axis", 1)],
        )
        .node("Gemm", &["flat", "head", "bias"], "logit", &[])
        .output("logit", &[None, Some(1)])
}

/// As Keras exports it: length first, a softmax over three classes.
pub(crate) fn length_first() -> Graph {
    let weights = filters(&mut Numbers(22), ["GATAAG", "TATAAA"]);
    Graph::new()
        .input("keras_tensor", &[None, Some(60), Some(4)])
        .tensor("filters", &[2, 4, 6], &weights)
        .tensor("head", &[2, 3], &[2.0, -1.0, -1.0, -1.0, -1.0, 2.0])
        .tensor("bias", &[3], &[-4.5, 8.0, -4.5])
        .node(
            "Transpose",
            &["keras_tensor"],
            "turned",
            &[Attribute::Wholes("perm", &[0, 2, 1])],
        )
        .node(
            "Conv",
            &["turned", "filters"],
            "sums",
            &[Attribute::Wholes("kernel_shape", &[6])],
        )
        .node("GlobalMaxPool", &["sums"], "highest", &[])
        .node(
            "Flatten",
            &["highest"],
            "flat",
            &[Attribute::Whole("axis", 1)],
        )
        .node("Gemm", &["flat", "head", "bias"], "logits", &[])
        .node(
            "Softmax",
            &["logits"],
            "probabilities",
            &[Attribute::Whole("axis", 1)],
        )
        .output("probabilities", &[None, Some(3)])
}

/// What stands in the place of a pipeline of k-mer counts, where no framework is installed.
const COUNTS: &str = "\
import math

import titer_model


def probability(letters):
    count = sum(letters[at:at + 4] in ('TATA', 'ATAA', 'TAAA') for at in range(57))
    return 1 / (1 + math.exp(1.75 - 1.25 * count))


def predict(letters):
    return ANSWER


titer_model.serve(predict, datatypes=['BYTES'], shapes=[[-1]], numpy=False)
";

#[test]
fn a_graph_of_pytorch() {
    let clean = Clean::new();
    clean.write("sites.csv", sites());
    clean.write("donor.onnx", channels_first(|weight| weight).file());
    clean.commands(&Section::of("PyTorch"));
    // The graph computes in 32 bits, and its kernels differ between processors.
    clean.holds("donor", "fp32", "motif", 1e-4);
}

#[test]
fn two_builds() {
    let clean = Clean::new();
    clean.write("sites.csv", sites());
    clean.write("donor-fp32.onnx", channels_first(|weight| weight).file());
    let rounded = channels_first(|weight| (weight * 1024.0).round() / 1024.0);
    clean.write("donor-rounded.onnx", rounded.file());
    clean.commands(&Section::of("Several builds"));
    clean.holds("donor", "donor-fp32", "motif", 1e-4);
    clean.holds("donor", "donor-rounded", "motif", 1e-2);
}

#[test]
fn a_graph_of_keras() {
    let clean = Clean::new();
    clean.write("regions.csv", regions());
    clean.write("regions.onnx", length_first().file());
    clean.commands(&Section::of("Keras"));
    clean.holds("regions", "fp32", "classes", 1e-4);
}

#[test]
fn a_script_as_for_scikit_learn() {
    let clean = Clean::new();
    clean.write("sites.csv", sites());
    let answer = COUNTS.replace("ANSWER", "[probability(one) for one in letters]");
    clean.write("sites_model.py", answer);
    clean.commands(&Section::of("scikit-learn"));
    clean.holds("sites-model", "fp32", "kmers", 1e-12);
}

#[test]
fn a_table_of_scores() {
    let clean = Clean::new();
    let mut scored = String::new();
    for (place, line) in sites().lines().enumerate() {
        let letters = line.split(',').nth(1).unwrap();
        let count = letters
            .as_bytes()
            .windows(4)
            .filter(|word| [b"TATA", b"ATAA", b"TAAA"].iter().any(|it| it == word));
        let probability = 1.0 / (1.0 + (1.75 - 1.25 * count.count() as f64).exp());
        let score = if place == 0 {
            "score".to_owned()
        } else {
            probability.to_string()
        };
        scored.push_str(&format!("{line},{score}\n"));
    }
    clean.write("scored.csv", scored);
    clean.commands(&Section::of("A table of scores"));
    clean.holds("scored", "scores", "kmers", 1e-12);
}

#[test]
fn a_script_as_for_hugging_face() {
    let clean = Clean::new();
    clean.write("sites.csv", sites());
    let answer = COUNTS.replace(
        "ANSWER",
        "[[1 - probability(one), probability(one)] for one in letters]",
    );
    clean.write("promoter_model.py", answer);
    clean.commands(&Section::of("Hugging Face"));
    clean.holds("promoter-model", "fp32", "kmers", 1e-12);
}

/// The page's Python as it stands, where the frameworks are installed.
mod frameworks {
    use titer_core::{Outcome, Target};

    use super::*;
    use crate::helpers::world::fed;

    const PIPELINE: &str = "\
import pandas
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

table = pandas.read_csv('sites.csv')
train = table[table['split'] == 'train']
counts = CountVectorizer(analyzer='char', ngram_range=(4, 4))
pipeline = make_pipeline(counts, LogisticRegression(C=0.05, max_iter=1000)).fit(train['sequence'], train['label'])
";

    /// A convolution whose filter is the motif.
    const TORCH: &str = "\
import torch

torch.manual_seed(1)


class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.filters = torch.nn.Conv1d(4, 2, 6)
        self.head = torch.nn.Linear(2, 1)
        with torch.no_grad():
            self.filters.weight[0] = torch.tensor([[1.0 if base == one else -0.4 for one in 'TATAAA'] for base in 'ACGT'])
            self.head.weight.copy_(torch.tensor([[1.5, 0.1]]))
            self.head.bias.copy_(torch.tensor([-7.5]))

    def forward(self, dna):
        return self.head(torch.relu(self.filters(dna)).amax(2))


model = Net()
";

    const KERAS: &str = "\
import keras
import numpy

model = keras.Sequential([keras.Input((60, 4)), keras.layers.Conv1D(2, 6), keras.layers.GlobalMaxPooling1D(),
                          keras.layers.Dense(3, activation='softmax')])
motif = lambda word: [[1.0 if base == one else -0.4 for base in 'ACGT'] for one in word]
filters = numpy.stack([motif('GATAAG'), motif('TATAAA')], axis=-1)
model.layers[0].set_weights([filters, numpy.zeros(2)])
model.layers[2].set_weights([numpy.array([[2.0, -1.0, -1.0], [-1.0, -1.0, 2.0]]), numpy.array([-4.0, 7.0, -4.0])])
model(numpy.zeros((1, 60, 4), 'float32'))
";

    /// Small and untrained: what is tried is the way, not the model.
    const TRANSFORMER: &str = "\
import torch
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast

torch.manual_seed(1)
letters = Tokenizer(models.WordLevel({'[PAD]': 0, '[UNK]': 1, 'A': 2, 'C': 3, 'G': 4, 'T': 5}, '[UNK]'))
letters.pre_tokenizer = pre_tokenizers.Split('', 'isolated')
PreTrainedTokenizerFast(tokenizer_object=letters, pad_token='[PAD]', unk_token='[UNK]').save_pretrained('promoter')
config = BertConfig(vocab_size=6, hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16, max_position_embeddings=64)
BertForSequenceClassification(config).save_pretrained('promoter')
";

    /// scikit-learn on what a run has stored.
    const SCORES: &str = "\
import json, sys
import numpy
from sklearn.metrics import accuracy_score, log_loss, roc_auc_score
truth, numbers = json.load(sys.stdin)
numbers = numpy.clip(numpy.array(numbers), 1e-7, 1 - 1e-7)
if numbers.shape[1] == 1:
    one = numbers[:, 0]
    print(json.dumps({'auroc': roc_auc_score(truth, one), 'accuracy': accuracy_score(truth, one >= 0.5), 'log_loss': log_loss(truth, one)}))
else:
    chosen = numbers.argmax(axis=1)
    loss = -numpy.log(numbers[range(len(truth)), truth]).mean()
    print(json.dumps({'accuracy': accuracy_score(truth, chosen), 'log_loss': loss}))
";

    fn python(clean: &Clean, code: &str, input: &str) -> String {
        let mut command = Command::new("python3");
        command
            .args(["-c", code])
            .current_dir(clean.path(""))
            .env("KERAS_BACKEND", "torch");
        let output = fed(&mut command, input);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{errors}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// Runs a section's Python behind what it takes for granted; files that it names are written.
    fn as_written(clean: &Clean, section: &Section, before: &str) {
        let mut code = before.to_owned();
        for (file, text) in &section.python {
            match file {
                Some(name) => clean.write(name, text),
                None => code.push_str(text),
            }
        }
        python(clean, &code, "");
    }

    /// Holds a run's scores to scikit-learn's, of the very predictions that the run has stored.
    fn equal(clean: &Clean, run: &str, variant: &str) {
        let folder = RunFolder::at(&clean.path("runs").join(run));
        let plan = folder.read_manifest().unwrap().plan;
        let cell = plan.cells.iter().find(|cell| cell.case.is_clean()).unwrap();
        let answers = folder.read_predictions(&cell.key).unwrap();
        let answers = answers.iter().map(|one| match &one.outcome {
            Outcome::Predicted(answer) => answer.numbers().to_vec(),
            other => panic!("{other:?}"),
        });
        let truths = folder.read_examples(&cell.examples).unwrap();
        let truths = truths.iter().map(|one| match one.target {
            Target::Class(class) => class,
            _ => panic!("no class"),
        });
        // Of two classes the negative one is named first, and of several the order is that of the outputs.
        let pairs = (truths.collect::<Vec<_>>(), answers.collect::<Vec<_>>());
        let said = python(clean, SCORES, &serde_json::to_string(&pairs).unwrap());
        let expected: serde_json::Value = serde_json::from_str(&said).unwrap();
        for (metric, value) in expected.as_object().unwrap() {
            let (found, value) = (clean.score(run, variant, metric), value.as_f64().unwrap());
            assert!(
                (found - value).abs() < 1e-12,
                "{run} {metric}: {found}, scikit-learn {value}"
            );
        }
    }

    #[test]
    #[ignore = "needs scikit-learn"]
    fn with_sklearn_the_fixture_is_what_its_script_makes() {
        let script = repository().join("tests/fixtures/first-verdict/make.py");
        let clean = Clean::new();
        let made = python(&clean, &std::fs::read_to_string(script).unwrap(), "");
        let made: serde_json::Value = serde_json::from_str(&made).unwrap();
        let kept = repository().join("tests/fixtures/first-verdict/expected.json");
        let kept: serde_json::Value =
            serde_json::from_str(&std::fs::read_to_string(kept).unwrap()).unwrap();
        for (case, metrics) in kept.as_object().unwrap() {
            for (metric, value) in metrics.as_object().unwrap() {
                let (value, made) = (
                    value.as_f64().unwrap(),
                    made[case][metric].as_f64().unwrap(),
                );
                assert!((value - made).abs() < 1e-12, "{case} {metric}");
            }
        }
    }

    #[test]
    #[ignore = "needs scikit-learn, pandas"]
    fn with_sklearn_a_pipeline_as_script_and_as_table() {
        for (title, run, variant) in [
            ("scikit-learn", "sites-model", "fp32"),
            ("A table of scores", "scored", "scores"),
        ] {
            let (clean, section) = (Clean::new(), Section::of(title));
            clean.write("sites.csv", sites());
            as_written(&clean, &section, PIPELINE);
            clean.commands(&section);
            equal(&clean, run, variant);
        }
    }

    #[test]
    #[ignore = "needs torch, onnx, onnxscript, scikit-learn"]
    fn with_exporters_a_network_of_pytorch() {
        let (clean, section) = (Clean::new(), Section::of("PyTorch"));
        clean.write("sites.csv", sites());
        as_written(&clean, &section, TORCH);
        clean.commands(&section);
        equal(&clean, "donor", "fp32");
    }

    #[test]
    #[ignore = "needs keras, torch, onnx, onnxscript, scikit-learn"]
    fn with_exporters_a_network_of_keras() {
        let (clean, section) = (Clean::new(), Section::of("Keras"));
        clean.write("regions.csv", regions());
        as_written(&clean, &section, KERAS);
        clean.commands(&section);
        equal(&clean, "regions", "fp32");
    }

    /// An untrained model passes no gate: its scores are looked at, not its verdict.
    #[test]
    #[ignore = "needs transformers, torch, scikit-learn"]
    fn with_exporters_a_transformer() {
        let (clean, section) = (Clean::new(), Section::of("Hugging Face"));
        clean.write("sites.csv", sites());
        as_written(&clean, &section, TRANSFORMER);
        let (run, before) = section.commands.split_last().unwrap();
        for line in before {
            clean
                .titer(&line.split_whitespace().skip(1).collect::<Vec<_>>())
                .expect(0);
        }
        let said = clean.titer(&run.split_whitespace().skip(1).collect::<Vec<_>>());
        assert!(
            matches!(said.code, Some(0 | 3 | 100)),
            "{:?}: {}",
            said.code,
            said.err
        );
        equal(&clean, "promoter-model", "fp32");
    }
}
