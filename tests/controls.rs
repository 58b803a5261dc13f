//! Controls through the whole program. The data is synthetic: a shortcut is planted, so that a control
//! must find it and the model, which does not see it, must be flagged.

use crate::helpers::world::World;
use titer_core::{ControlScore, Standing};
use titer_store::RunFolder;

const CONTROLS: &str = "controls: [majority, gc, length, {kmers: {k: 2}}, {nearest: {k: 8}}, chromosome, position, shuffled, random_weights]\n";

/// Sites end in G and C, which the model's window does not reach; what it sees says nothing.
fn world() -> World {
    let world = World::new();
    for (name, seed) in [("near", 3), ("far", 5)] {
        let mut table =
            "id\tsequence\tlabel\tchromosome\tposition\tstrand\tgene\tlocus\tsplit\n".to_owned();
        let mut state: u64 = seed;
        let mut next = |bound: u64| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % bound
        };
        for index in 0..400 {
            let site = next(2) == 0;
            let sequence: String = (0..12)
                .map(|place| match (place, site) {
                    (0..5, _) => b"ACGT"[next(4) as usize] as char,
                    (_, true) => b"GGCCA"[next(5) as usize] as char,
                    (_, false) => b"AATTC"[next(5) as usize] as char,
                })
                .collect();
            let label = if site { "site" } else { "decoy" };
            let split = if index % 8 == 0 { "tuning" } else { "test" };
            let locus = index / 4;
            table.push_str(&format!(
                "{name}:{index}\t{sequence}\t{label}\t1\t{index}\t+\tg{locus}\tl{locus}\t{split}\n"
            ));
        }
        world.table(name, &table, 400);
    }
    let text = world.read("own.yaml");
    world.write("own.yaml", &format!("{text}{CONTROLS}"));
    world
}

fn rows(world: &World) -> Vec<ControlScore> {
    RunFolder::at(&world.path("runs/own")).read_rows().unwrap()
}

#[test]
fn a_shortcut_that_beats_the_model_is_flagged() {
    let world = world();
    let plan = world.titer(&["plan", "own.yaml"]).expect(0);
    assert!(
        plan.out
            .contains("control gc of suite own: fitted on 50 tuning examples of near"),
        "{}",
        plan.out
    );
    let said = world.titer(&["run", "own.yaml"]);
    assert!(matches!(said.code, Some(0 | 3 | 100)), "{}", said.err);
    let rows = rows(&world);
    let standing = |control: &str, dataset: &str| {
        let mut found = rows.iter().filter(|row| {
            (row.control.as_str(), row.key.case.dataset.as_str()) == (control, dataset)
                && (row.key.metric.as_str(), row.key.case.variant.as_str()) == ("auroc", "onnx")
        });
        found.next().unwrap().standing
    };
    for dataset in ["near", "far"] {
        for control in ["gc", "kmers_2"] {
            assert_eq!(
                standing(control, dataset),
                Standing::Worse,
                "{control} {dataset}"
            );
        }
        // The model knows nothing either.
        assert_eq!(
            standing("majority", dataset),
            Standing::NotBetter,
            "{dataset}"
        );
    }
    // Shuffled, it has nothing to lose.
    assert_eq!(standing("shuffled", "near"), Standing::NotBetter);
    assert_ne!(standing("random_weights", "near"), Standing::Untold);
    let page = world.read("runs/own/report.html");
    assert!(page.contains("What the scores are worth"));
    assert!(page.contains("is not shown to be better than a control"));
}

#[test]
fn a_second_run_fits_nothing_and_another_control_leaves_the_rest() {
    let world = world();
    world.titer(&["run", "own.yaml"]);
    let before = rows(&world);
    let again = world.titer(&["run", "own.yaml"]);
    let record = |world: &World| {
        let folder = RunFolder::at(&world.path("runs/own"));
        let plan = folder.read_manifest().unwrap().plan;
        let cells = plan.controls.iter().flat_map(|control| &control.cells);
        let records: Vec<_> = cells
            .map(|cell| folder.read_cell_record(&cell.key).unwrap().unwrap())
            .collect();
        records
    };
    assert_eq!(record(&world).len(), 20, "{}", again.err);
    assert_eq!(rows(&world), before);
    let kept = record(&world);
    world.replace("own.yaml", "{kmers: {k: 2}}", "{kmers: {k: 3}}");
    world.titer(&["run", "own.yaml"]);
    let changed = record(&world);
    // Wall times of the others are those of the first fit: they were not made again.
    let same = kept.iter().filter(|one| changed.contains(one)).count();
    assert_eq!(same, 18);
}

#[test]
fn what_no_control_can_be_is_told_with_its_place() {
    for (control, wanted) in [
        ("{kmers: {k: 9}}", "in `k`: 9 is above 8"),
        ("{nearest: {k: 4}}", "in `k`: 4 is below 8"),
        ("gc", "`gc` stands twice"),
        ("gcc", "did you mean `gc`?"),
    ] {
        let world = world();
        world.replace(
            "own.yaml",
            "random_weights]",
            &format!("random_weights, {control}]"),
        );
        let said = world.titer(&["plan", "own.yaml"]).expect(2);
        assert!(
            said.err.contains(wanted) && said.err.contains("own.yaml:"),
            "{}",
            said.err
        );
    }
}
