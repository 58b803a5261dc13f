//! What it takes to add something: a patch on a copy of the tree, which is built; then the whole program knows it.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::helpers::world::{EVALUATION, Said, World, repository};

/// A copy of the repository without what was built, with patches of `tests/fixtures/extensions`.
fn patched(patches: &[&str]) -> tempfile::TempDir {
    let copy = tempfile::tempdir().unwrap();
    copy_tree(&repository(), copy.path());
    let folder = repository().join("tests/fixtures/extensions");
    let done = Command::new("git")
        .args(["apply", "--whitespace=error"])
        .args(patches.iter().map(|patch| folder.join(patch)))
        // Within a repository it would look for the files there.
        .env("GIT_CEILING_DIRECTORIES", copy.path().parent().unwrap())
        .current_dir(copy.path())
        .output()
        .unwrap();
    assert!(done.status.success(), "{}", Said::of(&done).err);
    copy
}

fn copy_tree(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let (name, place) = (entry.file_name(), to.join(entry.file_name()));
        if entry.file_type().unwrap().is_file() {
            std::fs::copy(entry.path(), place).unwrap();
        } else if name != "target" && name != ".git" && entry.path().is_dir() {
            std::fs::create_dir_all(&place).unwrap();
            copy_tree(&entry.path(), &place);
        }
    }
}

/// Builds the program of a copy beside what is built already: what others publish is not compiled again.
fn built(copy: &Path) -> PathBuf {
    let own = Path::new(env!("CARGO_BIN_EXE_titer"));
    let target = own.ancestors().nth(2).unwrap();
    let done = Command::new(env!("CARGO"))
        .args(["build", "--package", "titer", "--bin", "titer", "--locked"])
        .env("CARGO_TARGET_DIR", target)
        .current_dir(copy)
        .output()
        .unwrap();
    assert!(done.status.success(), "{}", Said::of(&done).err);
    // The next build puts its own here.
    let program = copy.join("titer-patched");
    std::fs::copy(own, &program).unwrap();
    program
}

/// A perturbation and a metric are a file and a line in their table each (and its `mod`), a scenario that and its name in spec, a
/// backend a file and a line in two rooms, a section of the report its file, its template and a line: lists, schema, plan,
/// scores, gates and page have them.
#[test]
#[ignore = "with_a_build_of_a_patched_copy: some minutes of compiling"]
fn with_a_build_of_a_patched_copy_what_was_added_is_everywhere() {
    let copy = patched(&[
        "perturbation.patch",
        "metric.patch",
        "scenario.patch",
        "backend.patch",
        "section.patch",
    ]);
    let program = built(copy.path());
    let world = World::new();
    world.replace(
        "suites/own.yaml",
        "perturbations:\n",
        "perturbations:\n  - masking: {rate: 0.5}\n",
    );
    world.replace("suites/own.yaml", "[accuracy", "[informedness, accuracy");
    world.replace(
        "own.yaml",
        "gates:\n",
        "gates:\n  - at_least: {metric: auroc, where: in_distribution, value: 0.2, covers: {perturbation: masking_0.5}}\n  \
         - at_least: {metric: informedness, where: in_distribution, value: -0.9}\n",
    );
    let titer = |arguments: &[&str]| {
        let mut command = Command::new(&program);
        command
            .args(arguments)
            .current_dir(world.path("."))
            .stdin(Stdio::null())
            .env_remove("TITER_PATH");
        Said::of(&command.output().unwrap())
    };
    let listed = titer(&["ls", "perturbations"]).expect(0).out;
    assert!(listed.contains("- masking: {rate: 0.25}"), "{listed}");
    let listed = titer(&["ls", "metrics", "informedness"]).expect(0).out;
    assert!(listed.contains("Youden 1950") && listed.contains("- informedness"));
    let schema = titer(&["schema", "suite"]).expect(0).out;
    assert!(schema.contains("Sensitivity and specificity, less 1."));
    assert!(schema.contains("\"masking\"") && schema.contains("Replaces bases by N."));
    let refused = titer(&["ls", "perturbation"]);
    assert_eq!(refused.code, Some(2));
    world.replace("suites/own.yaml", "rate: 0.5", "rate: 1.5");
    let refused = titer(&["plan", "own.yaml", "--path", "."]).expect(2).err;
    assert!(refused.contains("suites/own.yaml:14:21"), "{refused}");
    world.replace("suites/own.yaml", "rate: 1.5", "rate: 0.5");
    titer(&["plan", "own.yaml", "--path", "."]).expect(0);
    let run = titer(&["run", "own.yaml", "--path", "."]);
    assert!(matches!(run.code, Some(0 | 3 | 100)), "{}", run.err);
    let scores = world.read("runs/own/report.json");
    assert!(scores.contains("masking_0.5") && scores.contains("\"informedness\""));
    let verdict = world.read("runs/own/verdict.json");
    assert!(verdict.contains("masking_0.5") && verdict.contains("Informedness"));
    let page = world.read("runs/own/report.html");
    assert!(page.contains("50 % masked"));
    let (menu, sections) = World::split(&page, "<main>");
    assert!(menu.contains("href=\"#sizes\">Sizes of datasets"), "{menu}");
    let (_, section) = World::split(&sections, "<h2 id=\"sizes\">");
    assert!(section.contains("<li>near: "), "{section}");
    let (_, scores) = World::split(&page, "Scores on clean data");
    let (at_once, _) = World::split(&scores, "The other metrics");
    assert!(at_once.contains("Informedness"), "{at_once}");
    a_scenario_measures(&world, &titer);
    a_backend_answers(&world, &titer);
}

const SPACED: &str = "\
measure:
  latency: {scenario: {spaced: {pause_ms: 300}}, batch_sizes: [2], rounds: 1, queries: 3, seconds: 1, warm_up: 1}
";

/// The scenario of the patch, in list, schema and plan, in what a worker does and on the page.
fn a_scenario_measures(world: &World, titer: &dyn Fn(&[&str]) -> Said) {
    let listed = titer(&["ls", "scenarios"]).expect(0).out;
    assert!(listed.contains("each after a pause"), "{listed}");
    assert!(listed.contains("scenario: {spaced: {pause_ms: 20}}"));
    let schema = titer(&["schema", "evaluation"]).expect(0).out;
    assert!(schema.contains("Milliseconds before each query."));
    let evaluation = EVALUATION.replace("evaluation: own", "evaluation: spaced");
    let none = SPACED.replace("pause_ms: 300", "pause_ms: 0");
    world.write("spaced.yaml", &format!("{evaluation}{none}"));
    let refused = titer(&["plan", "spaced.yaml", "--path", "."]);
    let refused = refused.expect(2).err;
    assert!(refused.contains("spaced.yaml:12:43"), "{refused}");
    world.write("spaced.yaml", &format!("{evaluation}{SPACED}"));
    titer(&["plan", "spaced.yaml", "--path", "."]).expect(0);
    let start = Instant::now();
    titer(&["run", "spaced.yaml", "--path", "."]).expect(0);
    // A pause before each of four queries of both variants.
    assert!(start.elapsed() > Duration::from_millis(8 * 300));
    let manifest = world.read("runs/spaced/manifest.json");
    assert!(manifest.contains("\"spaced\": {"), "{manifest}");
    let page = world.read("runs/spaced/report.html");
    assert!(page.contains("one query after a pause of 300 ms"));
}

const COUNTING: &str = "\
model: counting
summary: Letters are counted.
tasks: [own-site]
input: {letters: as_is}
output: {kind: binary, activation: none}
training: {seen: [], complete: true, description: never trained}
licence: {weights: MIT}
variants:
  - {variant: gc, backend: counting, precision: unknown, counting: {letters: GC}}
reference: gc
";

/// The backend of the patch, in lists and schema, refused without what it needs, and run.
fn a_backend_answers(world: &World, titer: &dyn Fn(&[&str]) -> Said) {
    let listed = titer(&["ls", "backends"]).expect(0).out;
    assert!(listed.contains("The share of some letters") && listed.contains("backend: counting"));
    let schema = titer(&["schema", "model"]).expect(0).out;
    assert!(schema.contains("The letters whose share of a sequence is its answer."));
    let of_own = "model: own\n    reference: onnx";
    let evaluation = EVALUATION.replace("evaluation: own", "evaluation: counted");
    assert!(evaluation.contains(of_own));
    let evaluation = evaluation
        .replace(of_own, "model: counting\n    reference: gc")
        // Else a gate is about every variant but the reference.
        .replace("value: 0.2", "value: 0.2, covers: {variants: [gc]}");
    world.write("counted.yaml", &evaluation);
    world.write(
        "models/counting/model.yaml",
        &COUNTING.replace(", counting: {letters: GC}", ""),
    );
    let refused = titer(&["plan", "counted.yaml", "--path", "."])
        .expect(2)
        .err;
    assert!(
        refused.contains("models/counting/model.yaml:9:")
            && refused.contains("add `counting: {letters: GC}`"),
        "{refused}"
    );
    world.write("models/counting/model.yaml", COUNTING);
    let planned = titer(&["plan", "counted.yaml", "--path", "."])
        .expect(0)
        .out;
    assert!(planned.contains("counting"), "{planned}");
    let checked = titer(&["models", "check", "counting", "--path", "."]).expect(0);
    assert!(checked.out.contains("loads and answers"), "{}", checked.out);
    titer(&["run", "counted.yaml", "--path", "."]).expect(0);
    let page = world.read("runs/counted/report.html");
    assert!(page.contains("counting"));
}
