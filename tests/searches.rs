//! Searches from the evaluation to the page, stopped and gone on with, and what is said of those that cannot be. The data is
//! synthetic.

use std::collections::BTreeSet;

use titer_core::{AdversarialSuccess, Attack, Mutant, MutationAgreement, MutationEffect};
use titer_spec::plan::PlannedSearch;
use titer_store::RunFolder;

use crate::helpers::script;
use crate::helpers::world::{World, digests};

const SEARCH: &str = "search: {adversarial: {substitutions: [1, 2, 3], beams: [1, 3], examples: 60, queries_at_most: 90}, mutagenesis: {examples: 40, window: {start: 0, end: 5}}}\n";

fn world(search: &str) -> World {
    let world = World::new();
    let text = world.read("own.yaml");
    world.write("own.yaml", &format!("{text}{search}"));
    world
}

fn refused(search: &str, names: &[&str]) {
    let said = world(search).titer(&["plan", "own.yaml"]).expect(2);
    for name in names {
        assert!(said.err.contains(name), "{name:?} is not in:\n{}", said.err);
    }
    assert!(said.err.contains("help:"), "{}", said.err);
}

#[test]
fn searches_that_cannot_be() {
    refused("search: {}\n", &["own.yaml:11", "asks for nothing"]);
    let adversarial = |text: &str| format!("search: {{adversarial: {{{text}}}}}\n");
    refused(
        &adversarial("substitutions: []"),
        &["own.yaml:11", "substitutions: the list is empty"],
    );
    refused(
        &adversarial("substitutions: [2, 1]"),
        &["own.yaml:11", "do not ascend"],
    );
    refused(
        &adversarial("substitutions: [1], beams: [4, 4]"),
        &["own.yaml:11", "beams: the numbers do not ascend"],
    );
    refused(
        &adversarial("substitutions: [8], queries_at_most: 7"),
        &["own.yaml:11", "7 queries are fewer than the 8 steps"],
    );
    refused(
        &adversarial("substitutions: [0]"),
        &["own.yaml:11", "substitutions"],
    );
    refused(
        &adversarial("substitutions: [1], window: {start: 3, end: 40}"),
        &["own.yaml:11", "3 to 40", "has 12 bases"],
    );
    refused(
        "search: {mutagenesis: {window: {start: 5, end: 5}}}\n",
        &["own.yaml:11", "5 to 5", "has 12 bases"],
    );
    let unspared = world("search: {mutagenesis: {}}\n");
    unspared.replace("suites/own.yaml", "spare:\n  - {start: 0, end: 1}\n", "");
    let said = unspared.titer(&["plan", "own.yaml"]).expect(2);
    assert!(said.err.contains("spares no positions"), "{}", said.err);
}

fn searches(folder: &RunFolder) -> Vec<PlannedSearch> {
    folder.read_manifest().unwrap().plan.searches
}

#[test]
fn searches_go_from_the_evaluation_to_the_page() {
    let world = world(SEARCH);
    world.titer(&["run", "own.yaml"]).expect(0);
    let folder = RunFolder::at(&world.path("runs/own"));
    let planned = searches(&folder);
    // Two searches, two datasets, two variants; those of the reference first.
    assert_eq!(planned.len(), 8);
    assert!(planned[..4].iter().all(|search| search.base.is_none()));
    for search in planned
        .iter()
        .filter(|it| it.search.name() == "adversarial")
    {
        check_attacks(&folder, search);
    }
    for search in planned
        .iter()
        .filter(|it| it.search.name() == "mutagenesis")
    {
        let mutants: Vec<Mutant> = folder.read_found(&search.cell.key).unwrap().unwrap();
        let ids: BTreeSet<&str> = mutants.iter().map(|it| it.id.as_str()).collect();
        assert!(ids.len() > 10 && ids.len() <= 40);
        assert_eq!(mutants.len(), ids.len() * 5 * 3);
    }
    let rows: Vec<AdversarialSuccess> = folder.read_rows().unwrap();
    let find = |variant: &str, strategy: &str, number| {
        let mut rows = rows.iter().filter(|row| row.dataset == "near");
        let found = rows.find(|row| {
            (
                row.variant.as_str(),
                row.strategy.as_str(),
                row.substitutions,
            ) == (variant, strategy, number)
        });
        found.unwrap_or_else(|| panic!("{variant} {strategy} {number}"))
    };
    let (search, once) = (find("onnx", "beam", 3), find("onnx", "random_once", 3));
    assert_eq!(search.drawn, 60);
    assert_eq!(search.examples, once.examples);
    assert!(search.successes > once.successes, "{search:?}\n{once:?}");
    assert!(search.rate.lower < search.rate.value && search.beyond_random.is_some());
    assert!(find("onnx", "beam", 1).successes <= search.successes);
    // The same weights: what changes the one's call changes the other's, and neither is easier.
    let transfer = find("candle", "transfer", 3);
    assert!(
        transfer.examples > 0 && transfer.rate.value > Some(0.9),
        "{transfer:?}"
    );
    assert!(find("candle", "beam", 3).held.further.unwrap().abs() < 0.1);
    let effects: Vec<MutationEffect> = folder.read_rows().unwrap();
    assert_eq!(effects.len(), 2 * 2 * 5 * 4);
    let agreements: Vec<MutationAgreement> = folder.read_rows().unwrap();
    assert!(
        agreements.iter().all(|row| row.pearson.value > Some(0.999)),
        "{agreements:?}"
    );
    let page = world.read("runs/own/report.html");
    assert!(page.contains("id=\"adversarial\"") && page.contains("id=\"mutagenesis\""));
    assert!(
        world
            .read("runs/own/csv/adversarial.csv")
            .contains("random_once")
    );
}

/// Rows are of examples that are called right; spared and unwanted bases stay, budgets are kept.
fn check_attacks(folder: &RunFolder, search: &PlannedSearch) {
    let attacks: Vec<Attack> = folder.read_found(&search.cell.key).unwrap().unwrap();
    let record = folder.read_cell_record(&search.cell.key).unwrap().unwrap();
    assert_eq!(record.examples, 60);
    assert!(attacks.len() > 100);
    for row in &attacks {
        assert!(
            row.queries <= row.queries_at_most && row.edits <= row.substitutions,
            "{row:?}"
        );
        assert_eq!(
            row.success,
            (row.before >= 0.5) != (row.after >= 0.5),
            "{row:?}"
        );
        let edited = row.edited.as_deref().unwrap_or_default();
        assert!(
            !edited.split(';').any(|edit| edit.starts_with("0:")),
            "{row:?}"
        );
    }
    let asked = attacks
        .iter()
        .filter(|row| row.substitutions == 3 && row.strategy != "random_once");
    let asked: u64 = asked.map(|row| row.queries).sum();
    let queries = record.found.unwrap().queries;
    assert!(queries > asked, "{queries} {asked}");
}

#[test]
fn a_search_is_resumed_and_depends_on_no_process() {
    let (one, other) = (world(SEARCH), world(SEARCH));
    one.titer(&["run", "own.yaml"]).expect(0);
    other.replace("own.yaml", "threads: 1\n", "threads: 1\nisolate: cell\n");
    other.titer(&["run", "own.yaml"]).expect(0);
    let of = |world: &World| digests(&world.path("runs/own"));
    let whole = of(&one);
    assert_eq!(whole, of(&other));
    let folder = RunFolder::at(&one.path("runs/own"));
    let planned = searches(&folder);
    assert!(whole.contains_key("found"));
    // One that did not end, and one whose finds are gone.
    let cell = |search: &PlannedSearch| format!("runs/own/cells/{}", search.cell.key.short());
    let (first, last) = (cell(&planned[0]), cell(&planned[7]));
    std::fs::remove_file(one.path(&format!("{first}/cell.json"))).unwrap();
    std::fs::remove_file(one.path(&format!("{last}/mutants.parquet"))).unwrap();
    one.titer(&["run", "own.yaml"]).expect(0);
    assert_eq!(whole, of(&one));
}

/// A variant that gives no number after many queries: the search fails with its reason, and the run is incomplete.
#[test]
fn an_answer_that_is_missing_fails_the_search() {
    let world = world(SEARCH);
    let text = "\
import titer_model
asked = 0
def predict(windows):
    global asked
    asked += len(windows)
    return [float('nan') if asked > 900 else 0.1 + 0.7 * sum(base[2] for base in window) / 5 for window in windows]
titer_model.serve(predict, name='share-of-g', numpy=False)
";
    let variants = "  - {variant: onnx, backend: process, precision: fp32, process: {command: [python3, share.py], tensors: json, files_complete: true}, files: FILES}\n";
    script::write(&world, text, variants);
    world.replace(
        "own.yaml",
        "value: 0.2}",
        "value: 0.2, covers: {variants: [onnx]}}",
    );
    let said = world.titer(&["run", "own.yaml"]).expect(5);
    assert!(
        said.err.contains("no answer to") && said.err.contains("NaN"),
        "{}",
        said.err
    );
    let rows: Vec<AdversarialSuccess> = RunFolder::at(&world.path("runs/own")).read_rows().unwrap();
    assert!(!rows.is_empty());
    for row in rows {
        assert!(row.rate.value.is_none(), "{row:?}");
        assert!(row.rate.undefined.unwrap().contains("cell failed"));
    }
}
