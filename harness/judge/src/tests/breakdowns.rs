//! Groups, flips by group, tests, recalibration and detection on a synthetic suite whose truth is known.

use titer_core::{Case, Contrast, Digest, SpreadKind, Target};
use titer_spec::RecalibrationMethod;
use titer_spec::plan::{PlannedCell, PlannedTuning, TUNING};

use super::windows::judge;
use crate::facts::Facts;
use crate::fixture::{CLEAN, InMemory, METRICS, binary, facts, plan, suite};
use crate::strata::EVERY_DATASET;

const EXAMPLES: usize = 400;

/// 400 examples, alternating decoy and site, two to a locus; every other locus lies on side b.
fn examples() -> Vec<Facts> {
    let example = |i: usize| {
        let mut fact = facts(
            &format!("e{i:03}"),
            Target::Class(i % 2),
            &format!("l{:03}", i / 2),
        );
        fact.strata.insert("side".to_owned(), side(i).to_owned());
        fact
    };
    (0..EXAMPLES).map(example).collect()
}

fn side(example: usize) -> &'static str {
    if (example / 2).is_multiple_of(2) {
        "a"
    } else {
        "b"
    }
}

/// Right by 0.3 on side a, with noise; on side b the lift is what is given.
fn lifted(on_b: f64, seed: u64) -> Vec<f64> {
    let one = |i: usize| {
        let noise = titer_core::Stream::new(seed, "noise", &i.to_string()).uniform() - 0.5;
        let lift = if side(i) == "a" { 0.3 } else { on_b };
        let sign = if i % 2 == 1 { 1.0 } else { -1.0 };
        (0.5 + 0.5 * sign * lift + 0.6 * noise).clamp(0.001, 0.999)
    };
    (0..EXAMPLES).map(one).collect()
}

fn source() -> InMemory {
    InMemory {
        facts: examples(),
        ..InMemory::default()
    }
}

#[test]
fn a_group_that_the_mean_hides_is_found() {
    let mut suite = suite("windows", binary(), &METRICS);
    suite.strata = vec!["side".to_owned(), "class".to_owned()];
    let plan = plan(suite, &["fp32"]);
    let mut source = source();
    source.give(&plan, "fp32", CLEAN, &lifted(0.0, 1));
    let judged = judge(&plan, &source);
    let group = |name: &str, metric: &str| {
        let mut rows = judged.groups.iter();
        rows.find(|row| {
            row.key.case.dataset == "near" && row.group == name && row.key.metric == metric
        })
        .unwrap()
    };
    let (a, b) = (group("a", "auroc"), group("b", "auroc"));
    assert_eq!((a.units, a.positives, a.clusters), (200, 100, 100));
    assert!(a.estimate.value.unwrap() > 0.85 && b.estimate.value.unwrap() < 0.6);
    let of = |statistic| {
        let mut spreads = judged.spreads.iter();
        spreads
            .find(|spread| {
                spread.key.case.dataset == "near"
                    && spread.stratum == "side"
                    && spread.statistic == statistic
                    && spread.key.metric == "auroc"
            })
            .unwrap()
    };
    let (worst, gap) = (of(SpreadKind::Worst), of(SpreadKind::Gap));
    assert_eq!(
        (worst.worst_group.as_str(), gap.best_group.as_str()),
        ("b", "a")
    );
    assert_eq!(worst.estimate.value, b.estimate.value);
    assert!(gap.estimate.lower.unwrap() > 0.1, "{gap:?}");
    assert!(worst.estimate.upper.unwrap() < 0.75, "{worst:?}");
    // Of one class there is accuracy, and no AUROC.
    assert!(group("site", "accuracy").estimate.value.is_some());
    let reason = group("site", "auroc").estimate.undefined.clone().unwrap();
    assert_eq!(reason, "no negative example");
}

#[test]
fn a_gap_of_alike_groups_reaches_0_and_a_small_group_is_said() {
    let mut suite = suite("windows", binary(), &METRICS);
    suite.strata = vec!["side".to_owned()];
    let plan = plan(suite, &["fp32"]);
    let mut source = source();
    for i in 0..12 {
        let side = "tiny".to_owned();
        source.facts[i].strata.insert("side".to_owned(), side);
    }
    source.give(&plan, "fp32", CLEAN, &lifted(0.3, 2));
    let judged = judge(&plan, &source);
    let tiny = judged
        .groups
        .iter()
        .find(|row| row.group == "tiny")
        .unwrap();
    assert!(tiny.too_small && tiny.estimate.value.is_none());
    let why = tiny.estimate.undefined.as_deref().unwrap();
    assert!(why.starts_with("too small to say: 6 clusters"), "{why}");
    let gaps = judged.spreads.iter().filter(|spread| {
        spread.key.case.dataset == "near"
            && spread.statistic == SpreadKind::Gap
            && spread.key.metric == "auroc"
    });
    for gap in gaps {
        assert_eq!(gap.estimate.lower, Some(0.0), "{gap:?}");
        assert_eq!((gap.groups, gap.too_small), (2, 1));
    }
}

#[test]
fn species_are_compared_over_datasets() {
    let mut suite = suite("windows", binary(), &METRICS);
    suite.strata = vec!["species".to_owned()];
    suite.datasets[0].organism = "Homo sapiens".to_owned();
    suite.datasets[1].organism = "Saccharomyces cerevisiae".to_owned();
    let plan = plan(suite, &["fp32"]);
    let mut source = source();
    source.give(&plan, "fp32", CLEAN, &lifted(0.3, 1));
    let judged = judge(&plan, &source);
    let of_auroc = judged
        .groups
        .iter()
        .filter(|row| row.key.metric == "auroc" && row.key.case.dataset == EVERY_DATASET);
    let names: Vec<&str> = of_auroc.map(|row| row.group.as_str()).collect();
    assert_eq!(names, ["Homo sapiens", "Saccharomyces cerevisiae"]);
    assert!(
        judged
            .spreads
            .iter()
            .all(|spread| spread.stratum == "species")
    );
    assert!(!judged.spreads.is_empty());
}

#[test]
fn flips_by_class_add_up_to_the_agreement() {
    let plan = plan(suite("windows", binary(), &METRICS), &["fp32", "int8"]);
    let mut source = source();
    source.give(&plan, "fp32", CLEAN, &lifted(0.3, 1));
    source.give(&plan, "int8", CLEAN, &lifted(0.2, 3));
    let judged = judge(&plan, &source);
    let agreement = judged
        .agreements
        .iter()
        .find(|one| one.case.dataset == "near" && one.case.is_clean())
        .unwrap();
    let flips: Vec<_> = judged
        .flips
        .iter()
        .filter(|one| one.case.dataset == "near" && one.case.is_clean())
        .collect();
    let groups: Vec<&str> = flips.iter().map(|one| one.group.as_str()).collect();
    assert_eq!(groups, ["decoy", "site"]);
    let sum = |of: fn(&titer_core::GroupFlips) -> u64| flips.iter().map(|one| of(one)).sum::<u64>();
    assert!(agreement.flips() > 20);
    assert_eq!(sum(|one| one.flips_to_wrong), agreement.flips_to_wrong);
    assert_eq!(sum(|one| one.flips_to_right), agreement.flips_to_right);
    assert_eq!(sum(|one| one.units), agreement.units);
    assert!(agreement.spearman.unwrap() > 0.2 && agreement.spearman.unwrap() < 0.9);
    assert!(agreement.median_change <= agreement.change_p90);
    assert!(agreement.change_p99 <= agreement.largest_change);
}

#[test]
fn ties_that_rounding_makes_are_counted() {
    let plan = plan(suite("windows", binary(), &METRICS), &["fp32", "int8"]);
    let mut source = source();
    let exact = lifted(0.3, 1);
    let coarse: Vec<f64> = exact.iter().map(|p| (p * 16.0).round() / 16.0).collect();
    source.give(&plan, "fp32", CLEAN, &exact);
    source.give(&plan, "int8", CLEAN, &coarse);
    let judged = judge(&plan, &source);
    let mut agreements = judged.agreements.iter();
    let agreement = agreements
        .find(|one| one.case.dataset == "near" && one.contrast == Contrast::Reference)
        .unwrap();
    assert!(agreement.new_ties > 380, "{}", agreement.new_ties);
}

#[test]
fn a_worse_variant_is_seen_by_every_test() {
    let plan = plan(
        suite("windows", binary(), &METRICS),
        &["fp32", "bad", "same"],
    );
    let mut source = source();
    source.give(&plan, "fp32", CLEAN, &lifted(0.3, 1));
    source.give(&plan, "bad", CLEAN, &lifted(-0.2, 1));
    source.give(&plan, "same", CLEAN, &lifted(0.3, 1));
    let judged = judge(&plan, &source);
    let test = |variant: &str, metric: &str| {
        let mut tests = judged.tests.iter();
        tests
            .find(|test| {
                test.key.case.dataset == "near"
                    && test.key.case.variant == variant
                    && test.key.metric == metric
            })
            .unwrap()
    };
    for metric in ["auroc", "accuracy"] {
        let bad = test("bad", metric);
        assert_eq!(
            (bad.contrast, bad.base.as_str()),
            (Contrast::Reference, "fp32")
        );
        assert!(bad.p_value.unwrap() < 1e-3, "{bad:?}");
        assert!(bad.holm.unwrap() >= bad.p_value.unwrap());
        assert!(bad.estimate.upper.unwrap() < 0.0, "{bad:?}");
        let interval = judged
            .comparisons
            .iter()
            .find(|one| one.key == bad.key && one.contrast == Contrast::Reference)
            .unwrap();
        // The closed form and the bootstrap see the same difference with about the same error.
        let width = |lower: f64, upper: f64| upper - lower;
        let closed = width(bad.estimate.lower.unwrap(), bad.estimate.upper.unwrap());
        let drawn = interval.interval.clone().unwrap();
        let ratio = closed / width(drawn.lower, drawn.upper);
        assert!((0.8..1.3).contains(&ratio), "{metric}: {ratio}");
        assert_eq!(bad.estimate.value, interval.difference.clone().ok());
    }
    assert_eq!(
        test("bad", "brier").p_value,
        Some(1e-4),
        "the smallest there is"
    );
    assert_eq!(test("same", "brier").p_value, Some(1.0));
    assert_eq!(test("same", "accuracy").p_value, Some(1.0));
    assert_eq!(test("same", "auroc").p_value, None);
}

/// A variant that is surer than it is right on tuning and test alike is cooled down.
#[test]
fn recalibration_is_fitted_on_the_tuning_split_alone() {
    let mut suite = suite("windows", binary(), &METRICS);
    suite.recalibrate = vec![
        RecalibrationMethod::Temperature,
        RecalibrationMethod::Isotonic,
    ];
    let tuning = Digest::of(b"tuning");
    suite.tuning = Some(PlannedTuning {
        apart: None,
        dataset: "near".to_owned(),
        examples: tuning,
        count: EXAMPLES as u64,
    });
    let mut plan = plan(suite, &["fp32"]);
    let test_cell = plan.cells[0].clone();
    plan.cells.push(PlannedCell {
        key: Digest::of(b"tuning cell"),
        case: Case {
            split: TUNING.to_owned(),
            ..test_cell.case
        },
        examples: tuning,
        ..test_cell
    });
    let sure = |seed: u64| -> Vec<f64> {
        let steep = |p: &f64| {
            let logit = (*p / (1.0 - *p)).ln();
            (1.0 / (1.0 + (-6.0 * logit).exp())).clamp(1e-6, 1.0 - 1e-6)
        };
        lifted(0.3, seed).iter().map(steep).collect()
    };
    let mut source = source();
    source.give(&plan, "fp32", CLEAN, &sure(5));
    let given = source.facts.iter().zip(sure(6));
    let given = given.map(|(fact, p)| crate::fixture::answer(&fact.id, vec![p], 1));
    source.stated.insert(
        Digest::of(b"tuning cell"),
        crate::scoring::Found::Predictions(given.collect()),
    );
    let judged = judge(&plan, &source);
    assert!(
        judged
            .scores
            .iter()
            .all(|score| score.key.case.split == "test")
    );
    let of = |method: &str, metric: &str| {
        let mut rows = judged.recalibrations.iter();
        rows.find(|row| {
            row.key.case.dataset == "near" && row.method == method && row.key.metric == metric
        })
        .unwrap()
    };
    for method in ["temperature", "isotonic"] {
        for metric in ["log_loss", "brier", "ece"] {
            let row = of(method, metric);
            assert!(
                row.estimate.value.unwrap() < row.raw.unwrap() - 0.02,
                "{method} {metric}: {row:?}"
            );
            assert_eq!((row.fitted_on.as_str(), row.fitted_examples), ("near", 400));
        }
    }
    assert!(!of("temperature", "brier").at_bound);
    // Ranks stay as they are, so nothing is said of them.
    let auroc = judged
        .recalibrations
        .iter()
        .filter(|row| row.key.metric == "auroc");
    assert_eq!(auroc.count(), 0);
}

#[test]
fn a_model_that_is_less_sure_of_foreign_data_tells_it() {
    let mut suite = suite("windows", binary(), &METRICS);
    suite.detect_out_of_distribution = true;
    let plan = plan(suite, &["fp32"]);
    let mut source = source();
    source.give(&plan, "fp32", CLEAN, &lifted(0.3, 1));
    let far = plan
        .cells
        .iter()
        .find(|cell| cell.case.dataset == "far" && cell.case.is_clean())
        .unwrap();
    // Everything near 0.5: the model does not know.
    let unsure = source.facts.iter().map(|fact| {
        let p = 0.5 + 0.1 * (titer_core::Stream::new(3, "far", &fact.id).uniform() - 0.5);
        crate::fixture::answer(&fact.id, vec![p], 1)
    });
    let unsure = crate::scoring::Found::Predictions(unsure.collect());
    source.stated.insert(far.key, unsure);
    let judged = judge(&plan, &source);
    let auroc = judged
        .detections
        .iter()
        .find(|one| one.metric == "auroc")
        .unwrap();
    assert_eq!(
        (auroc.inside, auroc.outside, auroc.clusters),
        (400, 400, 400)
    );
    assert!(auroc.estimate.lower.unwrap() > 0.8, "{auroc:?}");
}
