//! Attacks on the verdict: collapses that no gate is about, checks that cannot fail, another reference than the model's
//! own, a look taken for a decision. Each is repeated with other seeds and names.
//!
//! Synthetic: tables of predictions whose truth is known.

use std::fmt::Write;

use crate::helpers::world::{Said, World};

/// Numbers in [0, 1) that follow from a seed (SplitMix64).
struct Draws(u64);

impl Draws {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }
}

const ROWS: usize = 600;

/// What int8 does to an answer of fp32: (answer, row, a draw).
type Damage = fn(f64, usize, f64) -> f64;

fn unchanged(answer: f64, _: usize, _: f64) -> f64 {
    answer
}

/// The same call, and a draw in place of how sure it was.
fn blunted(answer: f64, _: usize, draw: f64) -> f64 {
    if answer >= 0.5 {
        0.55 + 0.4 * draw
    } else {
        0.05 + 0.4 * draw
    }
}

/// Wrong on the reverse strand.
fn turned_on_one_strand(answer: f64, row: usize, _: f64) -> f64 {
    if row % 4 == 3 { 1.0 - answer } else { answer }
}

/// A world with one suite, `near` in distribution and `far` out of it, and models that are tables.
struct Attack {
    world: World,
    seed: u64,
}

impl Attack {
    fn new(seed: u64) -> Self {
        let attack = Self {
            world: World::new(),
            seed,
        };
        for (index, name) in ["near", "far"].into_iter().enumerate() {
            attack.dataset(name, index as u64);
        }
        attack.suite("[accuracy, auroc, average_precision, brier, log_loss]");
        attack
    }

    fn suite(&self, metrics: &str) {
        let text = SUITE.replace("METRICS", metrics);
        self.world.write("suites/attack.yaml", &text);
    }

    fn draws(&self, purpose: u64) -> Draws {
        Draws(self.seed.wrapping_mul(1_000_003).wrapping_add(purpose))
    }

    fn label(row: usize) -> bool {
        row % 2 == 1
    }

    fn dataset(&self, name: &str, index: u64) {
        let mut draws = self.draws(100 + index);
        let mut table =
            "id\tsequence\tlabel\tchromosome\tposition\tstrand\tgene\tlocus\tsplit\n".to_owned();
        for row in 0..ROWS {
            let sequence: String = (0..12)
                .map(|_| b"ACGT"[(4.0 * draws.next()) as usize] as char)
                .collect();
            let label = if Self::label(row) { "site" } else { "decoy" };
            let strand = if row % 4 >= 2 { "-" } else { "+" };
            let split = if row % 8 == 0 { "tuning" } else { "test" };
            writeln!(
                table,
                "{name}:{row}\t{sequence}\t{label}\t1\t{}\t{strand}\tg{row}\tl{row}\t{split}",
                row * 50
            )
            .unwrap();
        }
        self.world.table(name, &table, ROWS);
    }

    /// Answers of fp32: right about nine times in ten, and surer where it is right.
    fn answers(&self, purpose: u64) -> Vec<f64> {
        let mut draws = self.draws(purpose);
        let answer = |row: usize| {
            let (right, sure) = (draws.next() < 0.9, draws.next());
            let sure = if right {
                0.25 + 0.24 * sure
            } else {
                0.2 * sure
            };
            if right == Self::label(row) {
                0.5 + sure
            } else {
                0.5 - sure
            }
        };
        (0..ROWS).map(answer).collect()
    }

    /// A model with a variant for each damage.
    fn model(&self, name: &str, variants: &[(&str, Damage)]) {
        let mut text = MODEL.replace("NAME", name);
        for (variant, damage) in variants {
            let mut csv = "dataset,id,p\n".to_owned();
            for (index, dataset) in ["near", "far"].into_iter().enumerate() {
                let mut draws = self.draws(700 + index as u64);
                for (row, answer) in self.answers(300 + index as u64).into_iter().enumerate() {
                    let answer = damage(answer, row, draws.next());
                    writeln!(csv, "{dataset},{dataset}:{row},{answer}").unwrap();
                }
            }
            let file = format!("models/{name}/{variant}.csv");
            self.world.write(&file, &csv);
            let entry = self.world.entry(&file);
            writeln!(
                text,
                "  - {{variant: {variant}, backend: predictions, precision: fp32, predictions: {{id: id, dataset: dataset, score: p}}, files: {{scores: {entry}}}}}"
            )
            .unwrap();
        }
        writeln!(text, "reference: {}", variants[0].0).unwrap();
        self.world
            .write(&format!("models/{name}/model.yaml"), &text);
    }

    fn evaluation(&self, models: &str, more: &str) {
        let text = EVALUATION.replace("MODELS", models).replace("MORE", more);
        self.world.write("attack.yaml", &text);
    }

    fn run(&self) -> Said {
        self.world.titer(&["run", "attack.yaml"])
    }

    fn read(&self, name: &str) -> String {
        self.world.read(&format!("runs/attack/{name}"))
    }
}

const GATE: &str = "\
gates:
  - no_worse_than_reference: {metric: accuracy, margin: 0.02}
";

/// Names and seeds that the attack is repeated with.
const OTHERS: [(&str, &str, u64); 3] = [
    ("net", "int8", 11),
    ("splice-α", "int8 static", 20_261_129),
    ("m.1_b", "q4", 987_654_321),
];

#[test]
fn a_collapse_beside_a_gate_that_holds_is_on_every_first_screen() {
    for (model, variant, seed) in OTHERS {
        let attack = Attack::new(seed);
        attack.model(model, &[("fp32", unchanged), (variant, blunted)]);
        attack.evaluation(&format!("  - model: models/{model}/model.yaml"), GATE);
        let planned = attack.world.titer(&["plan", "attack.yaml"]).expect(0).out;
        let uncovered = "no gate covers: auroc, average_precision, brier, log_loss of attack";
        assert!(planned.contains(uncovered), "{planned}");
        let out = attack.run().expect(0).out;
        assert!(out.contains("attack: pass"), "{out}");
        assert!(out.contains("losses that no gate covers, of "), "{out}");
        assert!(
            out.contains(&format!("loss {model} {variant} on ")),
            "{out}"
        );
        assert!(out.contains("AUROC \u{2212}0."), "{out}");
        let summary = attack.read("summary.md");
        assert!(
            summary.contains("losses are covered by no gate"),
            "{summary}"
        );
        let page = attack.read("report.html");
        let first_screen = page.split("id=\"gates\"").next().unwrap();
        assert!(first_screen.contains("losses are covered by no gate"));
        assert!(first_screen.contains("class=\"losses\""));
        let junit = attack.read("junit.xml");
        assert!(junit.contains("a loss that no gate covers: "), "{junit}");
        // The same, and it is to fail.
        attack.evaluation(
            &format!("  - model: models/{model}/model.yaml"),
            &format!("ungated_losses: fail\n{GATE}"),
        );
        let out = attack.run().expect(100).out;
        assert!(out.contains("they fail the run"), "{out}");
        assert!(
            attack
                .read("junit.xml")
                .contains("<failure type=\"ungated loss\" message=\"a loss that")
        );
    }
}

#[test]
fn a_collapse_in_one_group_is_told_though_every_mean_is_gated() {
    for (model, variant, seed) in OTHERS {
        let attack = Attack::new(seed);
        attack.model(
            model,
            &[("fp32", unchanged), (variant, turned_on_one_strand)],
        );
        let gates = "\
gates:
  - no_worse_than_reference: {metric: auroc, margin: 0.4}
tolerances: {accuracy: 0.3, auroc: 0.35, average_precision: 0.4, brier: 0.3, log_loss: 2}
";
        attack.evaluation(&format!("  - model: models/{model}/model.yaml"), gates);
        let out = attack.run().expect(0).out;
        let group = format!("loss {model} {variant} on near, strand -: ");
        assert!(
            out.contains(&group) || out.contains(&group.replace("near", "far")),
            "{out}"
        );
        assert!(!out.contains("strand +"), "{out}");
    }
}

#[test]
fn noise_does_not_cry_wolf() {
    for (model, variant, seed) in OTHERS {
        let attack = Attack::new(seed);
        let noisy: Damage = |answer, _, draw| (answer + 0.02 * (draw - 0.5)).clamp(0.001, 0.999);
        attack.model(model, &[("fp32", unchanged), (variant, noisy)]);
        attack.evaluation(
            &format!("  - model: models/{model}/model.yaml"),
            &format!("ungated_losses: fail\n{GATE}"),
        );
        let out = attack.run().expect(0).out;
        assert!(!out.contains("no gate covers, of"), "{out}");
    }
}

#[test]
fn another_model_or_an_earlier_run_may_be_the_reference() {
    let attack = Attack::new(5);
    attack.model("released", &[("fp32", unchanged)]);
    attack.model("build", &[("int8", blunted), ("int8-good", unchanged)]);
    let gates = "gates:\n  - no_worse_than_reference: {metric: auroc, margin: 0.02}\n";
    let models = "  - model: models/released/model.yaml
  - model: models/build/model.yaml
    reference: {model: released, variant: fp32}";
    attack.evaluation(models, gates);
    let out = attack.run().expect(100).out;
    assert!(out.contains("2 pass, 2 fail"), "{out}");
    assert!(out.contains("fail build int8 near"), "{out}");
    let page = attack.read("report.html");
    assert!(
        page.contains("of released fp32"),
        "the page names the reference"
    );
    // The released model's own run, and the build held against it.
    attack.evaluation("  - model: models/released/model.yaml", "");
    let run = ["run", "attack.yaml", "--output", "runs/1.4"];
    attack.world.titer(&run).expect(0);
    let earlier = "  - model: models/build/model.yaml
    reference: {run: runs/1.4, model: released}";
    attack.evaluation(earlier, gates);
    let planned = attack.world.titer(&["plan", "attack.yaml"]).expect(0).out;
    assert!(
        planned.contains("held against released (runs/1.4) fp32"),
        "{planned}"
    );
    let again = attack.run().expect(100).out;
    assert!(again.contains("2 pass, 2 fail"), "{again}");
    // All of it is judged again from the run's own folder.
    std::fs::remove_dir_all(attack.world.path("runs/1.4")).unwrap();
    attack.world.titer(&["score", "runs/attack"]).expect(100);
}

#[test]
fn a_reference_that_does_not_match_is_refused() {
    let attack = Attack::new(6);
    attack.model("released", &[("fp32", unchanged)]);
    attack.model("build", &[("int8", blunted)]);
    attack.evaluation("  - model: models/released/model.yaml", "");
    attack
        .world
        .titer(&["run", "attack.yaml", "--output", "runs/1.4"])
        .expect(0);
    let with = |reference: &str, told: &str| {
        let models = format!("  - model: models/build/model.yaml\n    reference: {reference}");
        attack.evaluation(&models, GATE);
        let said = attack.world.titer(&["plan", "attack.yaml"]).expect(2).err;
        assert!(
            said.contains(told) && said.contains("attack.yaml:"),
            "{said}"
        );
    };
    with("{run: runs/1.3}", "`runs/1.3` holds no run");
    with("{run: runs/1.4}", "has no model `build`");
    with(
        "{run: runs/1.4, model: released, variant: fp16}",
        "has no variant `fp16`",
    );
    with(
        "{model: released}",
        "the evaluation has no model `released`",
    );
    with("{variant: fp32}", "names neither a model nor a run");
    // Other examples under the same names.
    attack.dataset("near", 77);
    with("{run: runs/1.4, model: released}", "have changed since");
    let cut = "  - model: models/build/model.yaml\n    reference: {run: runs/1.4, model: released}";
    attack.dataset("near", 0);
    attack.evaluation(cut, GATE);
    let said = attack
        .world
        .titer(&["plan", "attack.yaml", "--limit", "50"])
        .expect(2)
        .err;
    assert!(said.contains("are not the"), "{said}");
    let own = ["run", "attack.yaml", "--output", "runs/1.4"];
    let said = attack.world.titer(&own).expect(2).err;
    assert!(
        said.contains("held against the run that lies there"),
        "{said}"
    );
}

#[test]
fn a_look_decides_nothing_and_a_void_check_never_passes() {
    let attack = Attack::new(8);
    let coin: Damage = |_, _, draw| draw;
    attack.model("coin", &[("fp32", coin), ("int8", coin)]);
    attack.model("net", &[("fp32", unchanged), ("int8", unchanged)]);
    attack.evaluation("  - model: models/net/model.yaml", GATE);
    attack.run().expect(0);
    let look = attack
        .world
        .titer(&["run", "attack.yaml", "--limit", "100"])
        .expect(3)
        .out;
    assert!(
        look.contains("attack: inconclusive") && look.contains("a look (--limit)"),
        "{look}"
    );
    attack.evaluation(
        "  - model: models/net/model.yaml",
        &format!("limit: 200\n{GATE}"),
    );
    attack.run().expect(0);
    let page = attack.read("report.html");
    assert!(
        page.contains("200 of 525 examples of near"),
        "the page says what part ran"
    );
    let gates = "gates:\n  - no_worse_than_reference: {metric: auroc, margin: 0.2}\n";
    attack.evaluation("  - model: models/coin/model.yaml", gates);
    let out = attack.run().expect(3).out;
    assert!(
        out.contains("void: ") && out.contains("no better than chance"),
        "{out}"
    );
    let planned = attack.world.titer(&["plan", "attack.yaml"]).expect(0).out;
    assert!(planned.contains("gate 1 is void, by that run"), "{planned}");
}

const SUITE: &str = "\
suite: attack
summary: Is it a site?
task: attack
question:
  binary: {positive: site, negative: decoy}
in_distribution:
  - dataset: near
out_of_distribution:
  - {dataset: far, distance: far}
split: test
strata: [strand]
metrics: METRICS
";

const MODEL: &str = "\
model: NAME
summary: A table of synthetic answers.
tasks: [attack]
output: {kind: binary, activation: none}
training: {seen: [], complete: true, description: never trained}
licence: {weights: MIT}
variants:
";

const EVALUATION: &str = "\
evaluation: attack
summary: Synthetic answers whose truth is known.
suites: [suites/attack.yaml]
models:
MODELS
replicates: 400
MORE
";
