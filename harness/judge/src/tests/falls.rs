//! Falls out of distribution, and whether a variant falls further than its reference.

use titer_core::{Fall, IntervalMethod, Prediction, Score};
use titer_spec::Plan;

use super::windows::judge;
use crate::fixture::{InMemory, METRICS, answer, binary_plan, examples, probability};
use crate::scoring::Found;
use titer_core::Tables;
use titer_metrics::registry::about;

/// Two species; `far` is answered by `blur`, given a variant and the probability that it would give on `near`.
fn run(change: impl Fn(&mut Plan), blur: impl Fn(&str, usize, f64) -> f64) -> Tables {
    let mut plan = binary_plan(&["fp32", "int8"]);
    plan.suites[0].datasets[0].organism = "Homo sapiens".to_owned();
    plan.suites[0].datasets[1].organism = "Danio rerio".to_owned();
    change(&mut plan);
    let mut source = InMemory::new();
    for cell in &plan.cells {
        let clean = cell.case.is_clean();
        if cell.case.dataset != "far" || !clean {
            continue;
        }
        let predict = |(i, fact): (usize, &_)| -> Prediction {
            let near = probability(fact, &cell.case.variant, None);
            answer(&fact.id, vec![blur(&cell.case.variant, i, near)], 1)
        };
        let predictions = examples().iter().enumerate().map(predict).collect();
        source
            .stated
            .insert(cell.key, Found::Predictions(predictions));
    }
    judge(&plan, &source)
}

/// Every fifth answer of either variant is the opposite, and every fourth of int8's.
fn worse(variant: &str, i: usize, near: f64) -> f64 {
    let turned = i.is_multiple_of(5) || variant == "int8" && i.is_multiple_of(4);
    if turned { 1.0 - near } else { near }
}

fn fall<'a>(judged: &'a Tables, variant: &str, metric: &str) -> &'a Fall {
    let mut falls = judged.falls.iter();
    let found = falls.find(|fall| fall.variant == variant && fall.metric == metric);
    found.unwrap()
}

fn score<'a>(judged: &'a Tables, variant: &str, dataset: &str, metric: &str) -> &'a Score {
    let wanted = |score: &&Score| {
        let key = &score.key;
        key.case.is_clean()
            && (key.case.variant.as_str(), key.case.dataset.as_str()) == (variant, dataset)
            && key.metric == metric
    };
    judged.scores.iter().find(wanted).unwrap()
}

/// Every metric of every variant has one, whichever way it is better.
#[test]
fn falls_are_what_is_lost() {
    let judged = run(|_| {}, worse);
    assert_eq!(judged.falls.len(), 2 * METRICS.len());
    for metric in METRICS.map(titer_spec::MetricSpec::name) {
        let sign = about(metric).unwrap().direction.sign();
        let value = |variant, dataset| {
            let score = score(&judged, variant, dataset, metric);
            score.value.clone().unwrap()
        };
        let lost = |variant| sign * (value(variant, "near") - value(variant, "far"));
        for variant in ["fp32", "int8"] {
            let row = fall(&judged, variant, metric);
            assert_eq!(row.fall.value, Some(lost(variant)), "{metric}");
            assert_eq!(row.in_value, Some(value(variant, "near")));
            assert_eq!(row.out_value, Some(value(variant, "far")));
            assert_eq!(
                (
                    row.in_distribution.as_str(),
                    row.out_of_distribution.as_str()
                ),
                ("near", "far")
            );
            assert!(lost(variant) > 0.0, "{metric} does not fall");
            let interval = row.fall.interval().unwrap();
            let (from, to) = (
                score(&judged, variant, "near", metric),
                score(&judged, variant, "far", metric),
            );
            let width = |score: &Score| {
                let interval = score.interval.clone().unwrap();
                interval.upper - interval.lower
            };
            let (one, other, both) = (width(from), width(to), interval.upper - interval.lower);
            assert!(
                one.max(other) < both && both <= one + other + 1e-12,
                "{metric}"
            );
            let method = match metric {
                "ece" => IntervalMethod::AddedDistances,
                _ => IntervalMethod::SquareAndAdd,
            };
            assert_eq!(interval.method, method, "{metric}");
        }
        let (reference, variant) = (fall(&judged, "fp32", metric), fall(&judged, "int8", metric));
        assert_eq!(
            (reference.held.estimate(), reference.held.base.as_deref()),
            (None, None)
        );
        assert_eq!(variant.held.base.as_deref(), Some("fp32"));
        let further = variant.held.further.unwrap();
        assert!(
            (further - (lost("int8") - lost("fp32"))).abs() < 1e-12,
            "{metric}"
        );
        assert!(further > 0.0, "{metric}");
    }
}

/// What is common to both variants is gone from the difference of their falls: it is surer than either.
#[test]
fn how_much_further_is_surer_than_how_far() {
    let judged = run(
        |_| {},
        |variant, i, near| {
            let shared = if i.is_multiple_of(5) {
                1.0 - near
            } else {
                near
            };
            if variant == "int8" {
                0.9 * shared + 0.05
            } else {
                shared
            }
        },
    );
    let row = fall(&judged, "int8", "brier");
    let width = |interval: titer_core::Interval| interval.upper - interval.lower;
    let further = row.held.estimate().unwrap().interval().unwrap();
    assert!(
        width(further) < 0.5 * width(row.fall.interval().unwrap()),
        "{row:?}"
    );
}

/// The two datasets of the fixture have the same loci: of one species they are the same.
#[test]
fn clusters_in_both_datasets_make_intervals_wider() {
    let apart = run(|_| {}, worse);
    let same = run(
        |plan| plan.suites[0].datasets[1].organism = "Homo sapiens".to_owned(),
        worse,
    );
    let (apart, same) = (fall(&apart, "int8", "auroc"), fall(&same, "int8", "auroc"));
    assert_eq!((apart.shared_clusters, same.shared_clusters), (0, 20));
    assert_eq!(apart.fall.value, same.fall.value);
    let further = |row: &Fall| row.held.estimate().unwrap().interval().unwrap();
    for (narrow, wide) in [
        (
            apart.fall.interval().unwrap(),
            same.fall.interval().unwrap(),
        ),
        (further(apart), further(same)),
    ] {
        assert_eq!(narrow.method, IntervalMethod::SquareAndAdd);
        assert_eq!(wide.method, IntervalMethod::AddedDistances);
        assert!(wide.lower < narrow.lower && narrow.upper < wide.upper);
    }
}

#[test]
fn what_is_undefined_says_where_and_why() {
    let mut plan = binary_plan(&["fp32", "int8"]);
    plan.suites[0].datasets[1].organism = "Danio rerio".to_owned();
    let mut source = InMemory::new();
    let far = plan.cells.iter().find(|cell| {
        cell.case.dataset == "far" && cell.case.variant == "int8" && cell.case.is_clean()
    });
    let failed = Found::Failed {
        reason: "hang".to_owned(),
        examples: 40,
    };
    source.stated.insert(far.unwrap().key, failed);
    let judged = judge(&plan, &source);
    let row = fall(&judged, "int8", "auroc");
    assert_eq!((row.in_value.is_some(), row.out_value), (true, None));
    let reason = "on far: cell failed: hang";
    assert_eq!(row.fall.undefined.as_deref(), Some(reason));
    assert_eq!(row.fall.interval_undefined.as_deref(), Some(reason));
    let further = row.held.estimate().unwrap();
    assert_eq!(
        further.undefined.as_deref(),
        Some("on far: candidate: cell failed: hang")
    );
    let reference = fall(&judged, "fp32", "auroc");
    // The same answers on the same examples.
    assert_eq!(reference.fall.value, Some(0.0));
    assert!(reference.fall.interval().is_ok());
}

/// Nothing is fallen from where a suite has no data out of distribution.
#[test]
fn a_suite_of_one_side_has_no_falls() {
    let judged = run(
        |plan| plan.suites[0].datasets[1].in_distribution = true,
        worse,
    );
    assert_eq!(judged.falls, []);
}

/// A control that falls by 0.1 stands beside the model, the best at home of two; what the model loses beyond it is paired.
#[test]
fn a_fall_stands_beside_the_fall_of_the_best_control() {
    let judged = run(|_| {}, worse);
    let plan = binary_plan(&["fp32", "int8"]);
    let (mut controls, clusters) = (Vec::new(), Default::default());
    for score in &judged.scores {
        let is_near = score.key.case.dataset == "near";
        for (name, value) in [
            ("kmers_2", 0.55),
            ("kmers_4", if is_near { 0.7 } else { 0.6 }),
        ] {
            let apart = score.value.clone().map(|own| own - value);
            let interval = apart.clone().map(|apart| titer_core::Interval {
                lower: apart - 0.03,
                upper: apart + 0.04,
                confidence: 0.95,
                method: IntervalMethod::ClusteredBootstrapT,
            });
            controls.push(titer_core::ControlScore {
                key: score.key.clone(),
                control: name.to_owned(),
                control_value: Some(value),
                control_lower: None,
                control_upper: None,
                difference: titer_core::Estimate::new(&apart, &interval),
                standing: titer_core::Standing::Better,
            });
        }
    }
    let rows = crate::falls::falls(crate::falls::Given {
        suite: &plan.suites[0],
        scores: &judged.scores,
        comparisons: &judged.comparisons,
        controls: &controls,
        clusters: &clusters,
    });
    let row = rows
        .iter()
        .find(|row| row.variant == "int8" && row.metric == "auroc");
    let row = row.unwrap();
    assert_eq!(row.control.as_deref(), Some("kmers_4"));
    assert!((row.control_fall.unwrap() - 0.1).abs() < 1e-12);
    let beyond = row.beyond_control.unwrap();
    assert!((beyond - (row.fall.value.unwrap() - 0.1)).abs() < 1e-12);
    // Distances of ends: 0.04 and 0.03 squared and added, on either side.
    let ends = (
        row.beyond_control_lower.unwrap(),
        row.beyond_control_upper.unwrap(),
    );
    assert!((ends.0 - (beyond - 0.05)).abs() < 1e-12 && (ends.1 - (beyond + 0.05)).abs() < 1e-12);
    // Of an error the best control is the one with least.
    let row = rows
        .iter()
        .find(|row| row.variant == "int8" && row.metric == "brier");
    assert_eq!(row.unwrap().control.as_deref(), Some("kmers_2"));
    // Nobody asked for controls.
    assert_eq!(fall(&judged, "int8", "auroc").control, None);
}
