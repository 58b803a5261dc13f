//! Perturbations through the whole program: strengths, what each leaves in the run folder, what is refused.

use std::collections::BTreeMap;

use crate::helpers::world::World;
use titer_core::{Score, SeverityCurve};
use titer_store::RunFolder;

/// A world whose suite asks for these perturbations.
fn world(perturbations: &str) -> World {
    let world = World::new();
    let suite = world.read("suites/own.yaml");
    let (head, tail) = World::split(&suite, "perturbations:\n");
    let rest: String = tail
        .split_inclusive('\n')
        .skip_while(|line| line.starts_with("  - "))
        .collect();
    world.write(
        "suites/own.yaml",
        &format!("{head}perturbations:\n{perturbations}{rest}"),
    );
    world
}

#[test]
fn strengths_and_kinds_are_cells_of_their_own() {
    let world = world(
        "  - substitutions: {severities: [1, 5]}\n  - substitutions: {rate: 0.1, transitions: 1}\n  - indels: {rate: 0.5}\n  - unknown_bases: {rate: 1}\n  - site_destroyed\n",
    );
    world.titer(&["run", "own.yaml"]);
    let folder = RunFolder::at(&world.path("runs/own"));
    let scores: Vec<Score> = folder.read_rows().unwrap();
    let mut found: BTreeMap<String, usize> = BTreeMap::new();
    for score in scores {
        let name = score.key.case.perturbation.unwrap_or_default();
        *found.entry(name).or_default() += 1;
    }
    let names: Vec<&str> = found.keys().map(String::as_str).collect();
    let expected = [
        "",
        "indels_0.5",
        "site_destroyed",
        "substitutions_0.001",
        "substitutions_0.1",
        "substitutions_transitions1_0.1",
        "unknown_bases_1",
    ];
    assert_eq!(names, expected);
}

/// A kind with several severities has its k-mer control under the same conditions, fitted once: errors are divided by its.
#[test]
fn corruption_errors_are_those_of_the_kmers() {
    let world = world(
        "  - substitutions: {rate: 0.05}\n  - substitutions: {rate: 0.2}\n  - unknown_bases: {rate: 0.1}\n",
    );
    world.replace(
        "own.yaml",
        "models:",
        "controls: [gc, {kmers: {k: 2}}]\nmodels:",
    );
    world.titer(&["run", "own.yaml"]);
    let folder = RunFolder::at(&world.path("runs/own"));
    let rows: Vec<SeverityCurve> = folder.read_rows().unwrap();
    let accuracy = rows.iter().filter(|row| row.key.metric == "accuracy");
    let accuracy: Vec<&SeverityCurve> = accuracy.collect();
    assert!(!accuracy.is_empty());
    for row in accuracy {
        assert_eq!(row.kind, "substitutions");
        assert_eq!(row.anchor.as_deref(), Some("kmers_2"), "{row:?}");
        assert!(row.corruption_error.unwrap() > 0.0, "{row:?}");
    }
    // Controls are compared on clean examples alone.
    let controls: Vec<titer_core::ControlScore> = folder.read_rows().unwrap();
    assert!(controls.iter().all(|row| row.key.case.is_clean()));
    assert!(
        world
            .read("runs/own/report.html")
            .contains("over those of kmers_2")
    );
    // And judged again from the folder alone.
    let before = world.read("runs/own/csv/severities.csv");
    world.titer(&["score", "runs/own"]);
    assert_eq!(world.read("runs/own/csv/severities.csv"), before);
}

#[test]
fn what_cannot_be_done_is_refused_at_its_line() {
    for (wrong, said) in [
        (
            "substitutions: {severities: [6]}",
            "`severities` are from 1 to 5",
        ),
        ("substitutions: {severities: [2, 2]}", "it stands twice"),
        (
            "shift: {bases: 0, target: kept}",
            "a shift by no base changes nothing",
        ),
        ("shift: {bases: 1000, target: kept}", "it needs 1001 bases"),
        (
            "motif_inserted: {motif: ACG, at: 900, target: kept}",
            "it needs 903 bases",
        ),
        (
            "motif_inserted: {motif: AX, at: 1, target: kept}",
            "no nucleotide",
        ),
        ("unknown_bases: {rate: 0}", "`rate`"),
        (
            "sequencing_errors: {platform: ion}",
            "known: illumina, novaseq_6000, novaseq_x, hifi, nanopore",
        ),
    ] {
        let world = world(&format!("  - indels: {{rate: 0.5}}\n  - {wrong}\n"));
        let line = 2 + world
            .read("suites/own.yaml")
            .lines()
            .position(|line| line.starts_with("  - indels"))
            .unwrap();
        let refused = world.titer(&["plan", "own.yaml"]).expect(2);
        let place = format!("suites/own.yaml:{line}:");
        assert!(
            refused.err.contains(&place) && refused.err.contains(said),
            "{}",
            refused.err
        );
    }
}

#[test]
fn a_site_is_destroyed_only_where_one_is_named() {
    let world = world("  - site_destroyed\n");
    let suite = world.read("suites/own.yaml");
    let (head, tail) = World::split(&suite, "spare:\n");
    let rest: String = tail
        .split_inclusive('\n')
        .skip_while(|line| line.starts_with("  - "))
        .collect();
    world.write("suites/own.yaml", &format!("{head}{rest}"));
    let refused = world.titer(&["plan", "own.yaml"]).expect(2);
    assert!(
        refused.err.contains("name them under `spare`"),
        "{}",
        refused.err
    );
}

/// The same world with gates and whatever else its evaluation asks for.
fn judged(perturbations: &str, rest: &str) -> World {
    let world = world(perturbations);
    let evaluation = world.read("own.yaml");
    let (head, _) = World::split(&evaluation, "gates:\n");
    world.write("own.yaml", &format!("{head}{rest}"));
    world
}

#[test]
fn an_invariance_is_judged_and_a_mistaken_one_refused() {
    let kinds =
        "  - substitutions: {rate: 0.001}\n  - substitutions: {rate: 0.1}\n  - site_destroyed\n";
    let world = judged(
        kinds,
        "must_fall: say\ngates:\n  - invariant_to: {perturbation: substitutions, flips_at_most: 0.9}\n  \
         - invariant_to: {perturbation: substitutions_0.1, change_at_most: 0.000001}\n",
    );
    world.titer(&["run", "own.yaml"]);
    let folder = RunFolder::at(&world.path("runs/own"));
    let verdict = folder.read_verdict().unwrap();
    let of = |index: usize| verdict.scored.iter().filter(move |one| one.index == index);
    // Every variant on every dataset, the reference among them; a kind stands for all of its strengths.
    assert!(of(1).count() > 0 && of(0).count() == 2 * of(1).count());
    assert!(
        of(1).all(|one| one.decision != titer_core::Decision::Pass),
        "{:?}",
        of(1).next()
    );
    let page = world.read("runs/own/report.html");
    assert!(
        page.contains("Invariances: calls that change"),
        "no table of invariances"
    );

    for (wrong, said) in [
        (
            "{perturbation: site_destroyed, flips_at_most: 0.1}",
            "destroys the target: answers must fall there",
        ),
        (
            "{perturbation: substitution, flips_at_most: 0.1}",
            "did you mean `substitutions`?",
        ),
        (
            "{perturbation: substitutions}",
            "does not say how much may change",
        ),
        (
            "{perturbation: substitutions, flips_at_most: 0.1, change_at_most: 0.1}",
            "give one of them",
        ),
        (
            "{perturbation: substitutions, flips_at_most: 1}",
            "cannot fail",
        ),
        (
            "{perturbation: [], flips_at_most: 0.1}",
            "the list is empty",
        ),
    ] {
        let world = judged(kinds, &format!("gates:\n  - invariant_to: {wrong}\n"));
        let refused = world.titer(&["plan", "own.yaml"]).expect(2);
        assert!(refused.err.contains(said), "{wrong}: {}", refused.err);
        assert!(
            refused.err.contains("own.yaml:") && refused.err.contains("help:"),
            "{}",
            refused.err
        );
    }
}
