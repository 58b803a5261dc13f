//! Digests of a run: equal where the results are, different where anything of them differs.

use std::collections::BTreeMap;

use titer_core::example::digest_of_examples;
use titer_core::{
    Case, CellRecord, Decision, Digest, Effect, Example, Tables, Target, Timing, Verdict,
};
use titer_spec::Plan;
use titer_spec::plan::{PlannedCell, PlannedDataset, PlannedSuite};
use titer_spec::suite::{Binary, Question};

use super::{example, folder, key, predictions, record, scores};
use crate::RunFolder;

fn examples() -> [Example; 1] {
    [example("a", Target::Class(0), Some("l"))]
}

fn dataset() -> PlannedDataset {
    PlannedDataset {
        name: "near".to_owned(),
        summary: String::new(),
        in_distribution: true,
        distance: None,
        shift: None,
        organism: String::new(),
        assembly: String::new(),
        classes: vec!["decoy".to_owned(), "site".to_owned()],
        digest: key("file"),
        examples: digest_of_examples(&examples()),
        inputs: None,
        similarity: None,
        count: 1,
        available: 1,
        cluster: None,
        independent: false,
        show_sequences: false,
        licence: BTreeMap::new(),
        caveats: Vec::new(),
        sources: Vec::new(),
        changes: None,
    }
}

fn suite() -> PlannedSuite {
    PlannedSuite {
        name: "s".to_owned(),
        summary: String::new(),
        task: "t".to_owned(),
        question: Question::Binary(Binary {
            positive: "site".to_owned(),
            negative: "decoy".to_owned(),
        }),
        split: "test".to_owned(),
        metrics: Vec::new(),
        datasets: vec![dataset()],
        perturbations: Vec::new(),
        strata: Vec::new(),
        recalibrate: Vec::new(),
        tuning: None,
        ladders: Vec::new(),
        detect_out_of_distribution: false,
        prevalence: None,
        similarity: None,
        digest: key("suite"),
    }
}

fn plan() -> Plan {
    let cell = PlannedCell {
        key: key("c"),
        case: Case {
            suite: "s".to_owned(),
            model: "m".to_owned(),
            variant: "v".to_owned(),
            dataset: "near".to_owned(),
            split: "test".to_owned(),
            perturbation: None,
        },
        effect: Effect::Kept,
        examples: digest_of_examples(&examples()),
    };
    Plan {
        evaluation: "e".to_owned(),
        summary: String::new(),
        seed: 1,
        threads: 1,
        limit: None,
        look: true,
        only: titer_spec::plan::Only::default(),
        time_limit_s: 1,
        replicates: 1,
        across_machines: false,
        rare_flips: Default::default(),
        determinism: Default::default(),
        isolate: None,
        ungated_losses: Default::default(),
        must_fall: Default::default(),
        tolerances: Default::default(),
        suites: vec![suite()],
        models: Vec::new(),
        pairs: Vec::new(),
        cells: vec![cell],
        measurements: Vec::new(),
        latency: None,
        gates: Vec::new(),
        policy: None,
        controls: Vec::new(),
        searches: Vec::new(),
        left_out: Vec::new(),
    }
}

fn digests(folder: &RunFolder) -> BTreeMap<String, Digest> {
    folder.digests(&plan()).unwrap()
}

fn timed(timing: Timing) -> crate::Measured {
    crate::Measured {
        timings: vec![timing],
        ..Default::default()
    }
}

/// A run that is scored and judged; its time and its last score are given.
fn fill(folder: &RunFolder, wall_ns: u64, score: f64) {
    let written = predictions(1, &[&[0.5]]);
    let record = CellRecord {
        wall_ns,
        ..record(key("c"), &written)
    };
    let timing = Timing {
        round: 0,
        batch_size: 1,
        length: None,
        rate_per_s: None,
        query: 0,
        examples: 1,
        at_ns: 0,
        wall_ns,
    };
    let mut rows = scores();
    rows[0].value = Ok(score);
    let verdict = Verdict {
        scored: Vec::new(),
        measured: Vec::new(),
        failed_cells: 0,
        limited: false,
        losses: titer_core::Losses::default(),
        must_fall: Vec::new(),
        overall: Decision::Pass,
    };
    let digest = digest_of_examples(&examples());
    folder.write_examples(&digest, &examples()).unwrap();
    folder.write_cell(&written, &record).unwrap();
    folder.write_measurement(&key("m"), &timed(timing)).unwrap();
    let tables = Tables {
        scores: rows,
        ..Tables::default()
    };
    folder.write_tables(&tables).unwrap();
    folder.write_verdict(&verdict).unwrap();
}

#[test]
fn time_is_no_part_of_them_and_every_part_is_named() {
    let ((_one, one), (_other, other)) = (folder(), folder());
    fill(&one, 7, 0.25);
    fill(&other, 8, 0.25);
    assert_eq!(digests(&one), digests(&other));
    let names: Vec<String> = digests(&one).into_keys().collect();
    let expected = [
        "ablations",
        "adversarial",
        "agreements",
        "comparisons",
        "controls",
        "curves",
        "detections",
        "distances",
        "examples",
        "falls",
        "flips",
        "group_differences",
        "groups",
        "input_shares",
        "inputs",
        "ladders",
        "mutagenesis",
        "mutagenesis_agreement",
        "notables",
        "predictions",
        "prevalences",
        "recalibrations",
        "responses",
        "scored verdict",
        "scores",
        "severities",
        "shown_sequences",
        "similarities",
        "spreads",
        "tests",
    ];
    assert_eq!(names, expected);
}

#[test]
fn what_differs_shows_in_its_own_part() {
    let (_place, folder) = folder();
    fill(&folder, 7, 0.25);
    let before = digests(&folder);
    fill(&folder, 7, 0.25_f64.next_up());
    let scored = digests(&folder);
    let changed = |after: &BTreeMap<String, Digest>| -> Vec<String> {
        let names = before.keys().filter(|name| before[*name] != after[*name]);
        names.cloned().collect()
    };
    assert_eq!(changed(&scored), ["scores"]);
    fill(&folder, 7, 0.25);
    let other = predictions(1, &[&[0.5_f32.next_up()]]);
    folder
        .write_cell(&other, &record(key("c"), &other))
        .unwrap();
    assert_eq!(changed(&digests(&folder)), ["predictions"]);
}

#[test]
fn a_part_that_is_not_there_is_absent() {
    let (_place, folder) = folder();
    let empty = digests(&folder);
    let names: Vec<&String> = empty.keys().collect();
    assert_eq!(names, ["examples", "predictions"]);
    fill(&folder, 7, 0.25);
    let full = digests(&folder);
    assert!(empty.iter().all(|(name, digest)| full[name] != *digest));
}
