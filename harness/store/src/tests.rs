//! What is written reads back, and what is damaged says so.

use std::collections::BTreeMap;
use std::sync::Arc;

use titer_core::example::digest_of_examples;
use titer_core::prediction::digest_of_predictions;
use titer_core::{
    Agreement, Answer, BatchInvariance, Case, CellRecord, CellStatus, Comparison, Contrast, Curve,
    CurveKind, CurvePoint, Decision, Digest, Example, GateVerdict, Interval, IntervalMethod,
    Memory, Notable, NotableKind, Outcome, Place, Prediction, Score, ScoreKey, Sequence, Target,
    Timing, Undefined, Verdict,
};

use crate::RunFolder;

mod digests;
mod docs;
mod polars;
mod rows;
mod table;
mod whole;
mod width;

fn folder() -> (tempfile::TempDir, RunFolder) {
    let place = tempfile::tempdir().unwrap();
    let folder = RunFolder::at(&place.path().join("runs/a b"));
    (place, folder)
}

fn key(text: &str) -> Digest {
    Digest::of(text.as_bytes())
}

fn example(id: &str, target: Target, cluster: Option<&str>) -> Example {
    let clusters = cluster.map(|name| ("locus".to_owned(), name.to_owned()));
    Example {
        id: id.to_owned(),
        sequence: Sequence::new("ACGT").unwrap(),
        second: None,
        target,
        strata: BTreeMap::from([("strand".to_owned(), "é\t".to_owned())]),
        clusters: clusters.into_iter().collect(),
        place: Place {
            chromosome: Some("2R".to_owned()),
            position: Some(i64::MAX as u64),
            strand: None,
            gene: None,
            ..Place::default()
        },
    }
}

fn by_name(clusters: &[(Arc<str>, String)]) -> BTreeMap<String, String> {
    let owned = |(name, value): &(Arc<str>, String)| (name.to_string(), value.clone());
    clusters.iter().map(owned).collect()
}

#[test]
fn examples_read_back_without_sequences() {
    let (_place, folder) = folder();
    let positions = |scored| Target::Positions {
        truth: vec![0, 2, 1, 255],
        scored,
    };
    let examples = [
        example("a", Target::Class(3), Some("l1")),
        example("b", positions(vec![0..2, 3..4]), None),
        example("c", positions(vec![]), Some("")),
        example("d", Target::Value(-0.1), Some("l1")),
        example(
            "e",
            Target::Labels(vec![Some(true), None, Some(false)]),
            None,
        ),
    ];
    let digest = digest_of_examples(&examples);
    assert!(!folder.has_examples(&digest));
    folder.write_examples(&digest, &examples).unwrap();
    assert!(folder.has_examples(&digest));
    let read = folder.read_examples(&digest).unwrap();
    assert_eq!(read.len(), 5);
    for (read, example) in read.iter().zip(&examples) {
        assert_eq!((&read.id, &read.target), (&example.id, &example.target));
        assert_eq!(
            (&read.strata, by_name(&read.clusters)),
            (&example.strata, example.clusters.clone())
        );
        assert_eq!(read.place, example.place);
    }
}

pub(crate) fn record(key: Digest, predictions: &[Prediction]) -> CellRecord {
    CellRecord {
        key,
        status: CellStatus::Finished,
        examples: predictions.len() as u64,
        predicted: predictions.len() as u64,
        non_finite: 0,
        failed: 0,
        truncated: 0,
        squashed: None,
        asked_twice: None,
        predictions: Some(digest_of_predictions(predictions)),
        batch: None,
        repeat: None,
        fit: None,
        found: None,
        instruction_set: None,
        processor: None,
        wall_ns: 7,
    }
}

fn predictions<N: Copy + Into<f64>>(classes: usize, lists: &[&[N]]) -> Vec<Prediction> {
    let prediction = |(index, list): (usize, &&[N])| {
        let numbers: Vec<f64> = list.iter().map(|number| (*number).into()).collect();
        let output = match (classes, &numbers[..]) {
            (0, [value]) => Answer::Value(*value),
            _ => Answer::Probabilities { numbers, classes },
        };
        let finite = output.non_finite() == 0;
        let outcome = if finite {
            Outcome::Predicted(output)
        } else {
            Outcome::NonFinite(output)
        };
        Prediction {
            id: format!("e{index}"),
            outcome,
        }
    };
    lists.iter().enumerate().map(prediction).collect()
}

#[test]
fn numbers_read_back() {
    assert_reads_back(predictions(0, &[&[1.5], &[-0.25], &[f32::NAN]]));
}

fn assert_reads_back(mut written: Vec<Prediction>) {
    written.push(Prediction {
        id: "f".to_owned(),
        outcome: Outcome::Failed("it \"fell\"".to_owned()),
    });
    let (_place, folder) = folder();
    let record = record(key("c"), &written);
    folder.write_cell(&written, &record).unwrap();
    assert_eq!(folder.read_cell_record(&key("c")).unwrap(), Some(record));
    let read = folder.read_predictions(&key("c")).unwrap();
    // By text: NaN is not equal to itself.
    assert_eq!(format!("{read:?}"), format!("{written:?}"));
}

#[test]
fn predictions_read_back_to_the_bit() {
    let odd = [
        0.1_f32,
        f32::MIN_POSITIVE,
        1.0 - f32::EPSILON,
        f32::NAN,
        f32::INFINITY,
    ];
    let single: Vec<&[f32]> = odd.iter().map(std::slice::from_ref).collect();
    assert_reads_back(predictions(1, &single));
    assert_reads_back(predictions(
        3,
        &[&[0.1, 0.2, 0.7, 0.0, 0.5, 0.5], &[0.3, f32::NAN, 0.1]],
    ));
    assert_reads_back(predictions(2, &[&[], &[0.5, 0.5]]));
    assert_reads_back(Vec::new());
}

#[test]
fn many_positions_are_quick_and_small() {
    let stretch: Vec<f32> = (0..15_000)
        .map(|index| (index as f32 * 0.37).sin().abs())
        .collect();
    let lists: Vec<&[f32]> = (0..60).map(|_| stretch.as_slice()).collect();
    let written = predictions(3, &lists);
    let (_place, folder) = folder();
    let start = std::time::Instant::now();
    folder
        .write_cell(&written, &record(key("c"), &written))
        .unwrap();
    assert_eq!(folder.read_predictions(&key("c")).unwrap(), written);
    assert!(start.elapsed().as_secs() < 10, "{:?}", start.elapsed());
    let size = std::fs::metadata(folder.cell(&key("c")).join("predictions.parquet"))
        .unwrap()
        .len();
    assert!(size < 4 * 15_000 * 60 + 100_000, "{size}");
}

fn score_key(metric: &str, class: Option<&str>) -> ScoreKey {
    ScoreKey {
        case: Case {
            suite: "s".to_owned(),
            model: "m".to_owned(),
            variant: "v".to_owned(),
            dataset: "d".to_owned(),
            split: "test".to_owned(),
            perturbation: class.map(|_| "p".to_owned()),
        },
        metric: metric.to_owned(),
        class: class.map(str::to_owned),
    }
}

fn interval() -> Interval {
    Interval {
        lower: -0.1,
        upper: 0.1 + 0.2,
        confidence: 0.95,
        method: IntervalMethod::ClusteredPercentileBootstrap,
    }
}

fn scores() -> Vec<Score> {
    let score = |metric, class, value, interval, null_floor| Score {
        key: score_key(metric, class),
        value,
        interval,
        examples: 1,
        positions: u64::from(u32::MAX) + 1,
        positives: 0,
        clusters: 4,
        effective_clusters: 7.5,
        rarer_clusters: Some(3),
        unknown: 8,
        labels: Some(9),
        labels_averaged: Some(7),
        failed: 5,
        clipped: 6,
        null_floor,
        null_upper: None,
        plain_equal_mass: None,
        plain_equal_width: None,
    };
    let because = |reason: &str| Undefined::because(reason);
    vec![
        score("auroc", None, Ok(0.1 + 0.2), Ok(interval()), None),
        score(
            "ece",
            Some("donor"),
            Ok(f64::MIN_POSITIVE),
            Err(because("biased")),
            Some(1e-300),
        ),
        score(
            "f1",
            None,
            Err(because("one class")),
            Err(because("")),
            None,
        ),
    ]
}

#[test]
fn scores_read_back_to_the_bit() {
    let (_place, folder) = folder();
    for scores in [scores(), Vec::new()] {
        folder.write_rows(&scores).unwrap();
        assert_eq!(folder.read_rows::<titer_core::Score>().unwrap(), scores);
    }
}

#[test]
fn comparisons_and_agreements_read_back() {
    let (_place, folder) = folder();
    let comparison = |contrast, difference, interval| Comparison {
        key: score_key("auroc", Some("donor")),
        contrast,
        base: "fp32".to_owned(),
        difference,
        interval,
        otherwise: None,
        lower_90: Some(-0.5),
        upper_90: None,
        kept: Some(0.75),
        kept_lower: Some(0.5),
        kept_upper: Some(1.0),
        examples: 9,
        clusters: 8,
        discordant: 7,
    };
    let few = || Undefined::because("too few");
    let comparisons = [
        comparison(Contrast::Reference, Ok(-0.25), Ok(interval())),
        comparison(Contrast::Clean, Err(few()), Err(few())),
    ];
    folder.write_rows(&comparisons).unwrap();
    assert_eq!(
        folder.read_rows::<titer_core::Comparison>().unwrap(),
        comparisons
    );
    let agreements = [agreement()];
    folder.write_rows(&agreements).unwrap();
    assert_eq!(
        folder.read_rows::<titer_core::Agreement>().unwrap(),
        agreements
    );
}

fn agreement() -> Agreement {
    Agreement {
        case: score_key("auroc", Some("donor")).case,
        base: "b".to_owned(),
        contrast: Contrast::Clean,
        unit: "example".to_owned(),
        units: 1,
        clusters: 2,
        flips_to_wrong: 3,
        flips_to_right: 4,
        flips_among_wrong: 5,
        flip_rate_upper: 0.3,
        largest_change: 0.1,
        mean_change: 0.7,
        median_change: 0.05,
        change_p90: 0.08,
        change_p99: 0.09,
        spearman: None,
        new_ties: 6,
        identical: true,
        spread: None,
        answers: Some(12),
        distinct: Some(5),
        base_distinct: Some(11),
        saturated: Some(0.25),
        base_saturated: None,
    }
}

#[test]
fn curves_and_notables_read_back() {
    let (_place, folder) = folder();
    let curve = |kind, class: Option<&str>, points: &[(f64, f64, f64)]| Curve {
        suite: "s".to_owned(),
        model: "m".to_owned(),
        variant: "v".to_owned(),
        dataset: "d".to_owned(),
        class: class.map(str::to_owned),
        kind,
        points: points
            .iter()
            .map(|&(x, y, weight)| CurvePoint { x, y, weight })
            .collect(),
    };
    let curves = [
        curve(CurveKind::Roc, None, &[(0.0, 0.0, 1.0), (0.1, 0.9, 0.0)]),
        curve(CurveKind::Roc, None, &[(0.0, 0.0, 1.0)]),
        curve(
            CurveKind::Reliability,
            Some("donor"),
            &[(0.3, 1.0 / 3.0, 9.0)],
        ),
    ];
    folder.write_rows(&curves).unwrap();
    assert_eq!(folder.read_rows::<titer_core::Curve>().unwrap(), curves);
    let notables = [Notable {
        kind: NotableKind::WorstError,
        rank: 1,
        suite: "s".to_owned(),
        model: "m".to_owned(),
        variant: "v".to_owned(),
        dataset: "d".to_owned(),
        id: "human:20:1:+:donor".to_owned(),
        place: Place {
            chromosome: Some("20".to_owned()),
            position: Some(1),
            strand: None,
            gene: None,
            ..Place::default()
        },
        offset: Some(0),
        target: "donor".to_owned(),
        class: "none".to_owned(),
        probability: 1e-9,
        reference_probability: None,
    }];
    folder.write_rows(&notables).unwrap();
    assert_eq!(folder.read_rows::<titer_core::Notable>().unwrap(), notables);
}

#[test]
fn measurements_read_back() {
    let (_place, folder) = folder();
    let timings = [
        Timing {
            round: 0,
            batch_size: 32,
            length: Some(500),
            rate_per_s: Some(2.5),
            query: -5,
            examples: 1,
            at_ns: 3,
            wall_ns: 1,
        },
        Timing {
            round: 2,
            batch_size: 1,
            length: None,
            rate_per_s: None,
            query: 9,
            examples: 1,
            at_ns: 0,
            wall_ns: i64::MAX as u64,
        },
    ];
    let memory = Memory {
        peak_bytes: vec![1, 2],
        idle_bytes: vec![],
        load_ns: vec![3],
        first_ns: vec![5],
        cold_start_ns: vec![9],
        disk_bytes: 4,
    };
    let batch = BatchInvariance {
        batch_size: 32,
        examples: 256,
        largest_change: 0.1,
    };
    assert_eq!(folder.read_measurement(&key("m")).unwrap(), None);
    folder
        .write_failed_measurement(&key("m"), "it hangs")
        .unwrap();
    assert_eq!(
        folder.read_measurement(&key("m")).unwrap(),
        Some(Err("it hangs".to_owned()))
    );
    let surroundings = titer_core::Surroundings {
        steal_share: Some(0.25),
        ..Default::default()
    };
    let measured = crate::Measured {
        timings: timings.to_vec(),
        memory,
        batch: Some(batch),
        surroundings: vec![surroundings],
        checks: titer_core::TimingChecks {
            answers: None,
            repeated: titer_core::RepeatedExample::of(&[3], &[4]),
        },
    };
    folder.write_measurement(&key("m"), &measured).unwrap();
    let read = folder
        .read_measurement(&key("m"))
        .unwrap()
        .unwrap()
        .unwrap();
    assert_eq!(read, measured);
}

#[test]
fn the_verdict_reads_back() {
    let (_place, folder) = folder();
    let one = GateVerdict {
        gate: "auroc at least 0.9".to_owned(),
        index: 0,
        model: "m".to_owned(),
        variant: "v".to_owned(),
        ladder: None,
        dataset: None,
        class: None,
        decision: Decision::Fail,
        value: Some(0.1 + 0.2),
        lower: None,
        upper: None,
        limit: 0.9,
        because: "below".to_owned(),
        reason: None,
    };
    let verdict = Verdict {
        scored: vec![one],
        measured: vec![],
        failed_cells: 0,
        limited: true,
        losses: titer_core::Losses::default(),
        must_fall: Vec::new(),
        overall: Decision::Fail,
    };
    folder.write_verdict(&verdict).unwrap();
    assert_eq!(folder.read_verdict().unwrap(), verdict);
    // A reader of JSON that rounds gets about one in ten of these wrong.
    let numbers = (1..500_u32).map(|number| (f64::from(number) * 0.618).fract().sqrt());
    let scored = numbers.map(|number| GateVerdict {
        value: Some(number),
        ..verdict.scored[0].clone()
    });
    let verdict = Verdict {
        scored: scored.collect(),
        ..verdict.clone()
    };
    folder.write_verdict(&verdict).unwrap();
    assert_eq!(folder.read_verdict().unwrap(), verdict);
}
