use titer_core::{
    Agreement, Case, Comparison, Contrast, Decision, Interval, IntervalMethod, Score, ScoreKey,
    Undefined,
};
use titer_metrics::MetricName;
use titer_spec::gate::{Allowed, By, Covers};
use titer_spec::{Gate, MeasurementName, MetricSpec, Where};

use super::*;
use crate::fixture::{binary_plan, limit, margin, measurement, plain, plan, positions, suite};
use crate::measures::Measure;

const PASS: Decision = Decision::Pass;
const FAIL: Decision = Decision::Fail;
const OPEN: Decision = Decision::Inconclusive;

fn terms() -> Terms {
    Terms::metric("auroc")
}

fn limited(side: Side, by: By, lower: f64, value: f64, upper: f64) -> Decision {
    at_limit(side, 0.5, by, &Ok(value), &Ok((lower, upper)), &terms()).decision
}

/// Each side of each boundary, and the boundary itself.
#[test]
fn at_least_and_at_most() {
    let above = 0.5f64.next_up();
    let below = 0.5f64.next_down();
    for (lower, upper, least, most) in [
        (0.5, 0.6, PASS, OPEN),
        (below, 0.6, OPEN, OPEN),
        (above, 0.6, PASS, FAIL),
        (0.4, 0.5, OPEN, PASS),
        (0.4, below, FAIL, PASS),
        (0.4, above, OPEN, OPEN),
        (0.5, 0.5, PASS, PASS),
    ] {
        let value = 0.5 * (lower + upper);
        assert_eq!(
            limited(Side::AtLeast, By::Interval, lower, value, upper),
            least,
            "{lower} {upper}"
        );
        assert_eq!(
            limited(Side::AtMost, By::Interval, lower, value, upper),
            most,
            "{lower} {upper}"
        );
    }
    for (value, least, most) in [(0.5, PASS, PASS), (below, FAIL, PASS), (above, PASS, FAIL)] {
        assert_eq!(limited(Side::AtLeast, By::Value, 0.0, value, 1.0), least);
        assert_eq!(limited(Side::AtMost, By::Value, 0.0, value, 1.0), most);
    }
}

#[test]
fn without_an_interval_only_the_value_decides() {
    let none = Err(Undefined::because("biased"));
    let by = |by| at_limit(Side::AtMost, 0.5, by, &Ok(0.1), &none, &terms());
    assert_eq!(by(By::Interval).decision, OPEN);
    assert!(by(By::Interval).because.contains("biased"));
    assert_eq!(by(By::Value).decision, PASS);
    let nothing = at_limit(
        Side::AtMost,
        0.5,
        By::Value,
        &Err(Undefined::because("one class")),
        &none,
        &terms(),
    );
    assert_eq!((nothing.decision, nothing.value), (OPEN, None));
}

pub(super) fn key(class: Option<&str>) -> ScoreKey {
    ScoreKey {
        case: Case {
            suite: "s".to_owned(),
            model: "m".to_owned(),
            variant: "v".to_owned(),
            dataset: "d".to_owned(),
            split: "test".to_owned(),
            perturbation: None,
        },
        metric: "x".to_owned(),
        class: class.map(str::to_owned),
    }
}

fn comparison(difference: f64, ends: Option<(f64, f64)>) -> Comparison {
    Comparison {
        key: key(None),
        contrast: Contrast::Reference,
        base: "r".to_owned(),
        difference: Ok(difference),
        interval: ends
            .map(|(lower, upper)| Interval {
                lower,
                upper,
                confidence: 0.95,
                method: IntervalMethod::ClusteredPercentileBootstrap,
            })
            .ok_or_else(|| Undefined::because("2 discordant units are too few")),
        otherwise: None,
        lower_90: ends.map(|ends| ends.0),
        upper_90: ends.map(|ends| ends.1),
        kept: Some((0.9 + difference) / 0.9),
        kept_lower: ends.map(|ends| (0.9 + ends.0) / 0.9),
        kept_upper: ends.map(|ends| (0.9 + ends.1) / 0.9),
        examples: 1000,
        clusters: 300,
        discordant: 2,
    }
}

fn agreement(flip_rate_upper: f64, largest_change: f64) -> Agreement {
    Agreement {
        case: key(None).case,
        base: "r".to_owned(),
        contrast: Contrast::Reference,
        unit: "example".to_owned(),
        units: 1000,
        clusters: 300,
        flips_to_wrong: 1,
        flips_to_right: 1,
        flips_among_wrong: 0,
        flip_rate_upper,
        largest_change,
        mean_change: 0.0,
        median_change: 0.0,
        change_p90: 0.0,
        change_p99: 0.0,
        spearman: Some(1.0),
        new_ties: 0,
        identical: largest_change == 0.0,
        spread: None,
        answers: Some(1000),
        distinct: Some(1000),
        base_distinct: Some(1000),
        saturated: Some(0.0),
        base_saturated: Some(0.0),
    }
}

/// 1000 examples of which 250 are positive.
fn score() -> Score {
    Score {
        key: key(None),
        value: Ok(0.9),
        interval: Err(Undefined::because("")),
        examples: 1000,
        positions: 1000,
        positives: 250,
        clusters: 300,
        effective_clusters: 280.0,
        rarer_clusters: Some(120),
        unknown: 0,
        labels: None,
        labels_averaged: None,
        failed: 0,
        clipped: 0,
        null_floor: None,
        null_upper: None,
        plain_equal_mass: None,
        plain_equal_width: None,
    }
}

fn measure(metric: MetricName) -> Measure {
    Measure {
        name: "x",
        metric: metric.into(),
        by: None,
    }
}

fn paired(metric: MetricName, margin: f64, by: By, comparison: &Comparison) -> Ruling {
    let paired = Paired {
        comparison,
        agreement: None,
        score: None,
    };
    against_reference(
        measure(metric),
        Asked::NoWorse,
        Allowed::Absolute(margin),
        by,
        paired,
    )
}

#[test]
fn no_worse_at_each_side_of_the_margin() {
    let margin = 0.01;
    let (inside, outside) = ((-0.01f64).next_up(), (-0.01f64).next_down());
    for (lower, upper, expected) in [
        (-0.01, 0.0, PASS),
        (inside, 0.0, PASS),
        (outside, 0.0, OPEN),
        (-0.05, -0.01, OPEN),
        (-0.05, outside, FAIL),
        (0.02, 0.03, PASS),
    ] {
        let middle = 0.5 * (lower + upper);
        let higher = comparison(middle, Some((lower, upper)));
        let ruling = paired(MetricName::Auroc, margin, By::Interval, &higher);
        assert_eq!(ruling.decision, expected, "{lower} {upper}");
        // The same gain where lower is better is the negative difference.
        let lower_better = comparison(-middle, Some((-upper, -lower)));
        let mirrored = paired(MetricName::Brier, margin, By::Interval, &lower_better);
        assert_eq!(
            (
                mirrored.decision,
                mirrored.value,
                mirrored.lower,
                mirrored.upper
            ),
            (ruling.decision, ruling.value, ruling.lower, ruling.upper)
        );
    }
    for (difference, expected) in [(-0.01, PASS), (outside, FAIL), (0.0, PASS)] {
        let wide = comparison(difference, Some((-1.0, 1.0)));
        assert_eq!(
            paired(MetricName::Auroc, margin, By::Value, &wide).decision,
            expected
        );
    }
    let mut nothing = comparison(0.0, None);
    nothing.difference = Err(Undefined::because("candidate: one class"));
    let ruling = paired(MetricName::Auroc, 1.0, By::Value, &nothing);
    assert_eq!((ruling.decision, ruling.value), (OPEN, None));
}

fn bounded(
    metric: MetricName,
    margin: f64,
    comparison: &Comparison,
    agreement: &Agreement,
) -> Ruling {
    let paired = Paired {
        comparison,
        agreement: Some(agreement),
        score: Some(&score()),
    };
    let margin = Allowed::Absolute(margin);
    against_reference(
        measure(metric),
        Asked::NoWorse,
        margin,
        By::Interval,
        paired,
    )
}

/// Flips rare enough for an assumption: the interval of the chosen one decides, both are told.
#[test]
fn rare_flips_are_decided_by_the_assumption_chosen() {
    let mut few = comparison(0.0, Some((-0.02, 0.02)));
    let interval = |half: f64, method| Interval {
        lower: -half,
        upper: half,
        confidence: 0.95,
        method,
    };
    let whole = interval(0.0208, IntervalMethod::StringerSquares);
    let alone = interval(0.0006, IntervalMethod::ClopperPearsonSquares);
    (few.interval, few.otherwise) = (Ok(whole), Some(alone));
    let ruling = bounded(MetricName::Mcc, 0.005, &few, &agreement(0.02, 0.3));
    assert_eq!(ruling.decision, OPEN);
    assert!(
        ruling.because.contains(
            "(95 % −0.021 to +0.021), if a cluster may flip whole; if clusters flip as those seen \
             −0.0006 to +0.0006; allowed −0.005"
        ),
        "{}",
        ruling.because
    );
    (few.interval, few.otherwise) = (Ok(alone), Some(whole));
    let ruling = bounded(MetricName::Mcc, 0.005, &few, &agreement(0.02, 0.3));
    assert_eq!(ruling.decision, PASS);
}

#[test]
fn rounding_is_decided_by_the_difference_that_is_found() {
    let same = comparison(-1e-6, None);
    let decide = |margin, change| {
        bounded(MetricName::Auroc, margin, &same, &agreement(0.5, change)).decision
    };
    assert_eq!(decide(1e-6, ROUNDING), PASS);
    assert_eq!(decide(0.9e-6, ROUNDING), OPEN);
    assert_eq!(decide(1.0, ROUNDING.next_up()), OPEN);
    let mut few = same.clone();
    few.clusters = 9;
    assert_eq!(
        bounded(MetricName::Auroc, 1.0, &few, &agreement(0.5, 0.0)).decision,
        OPEN
    );
}

fn count(gate: &Gate) -> usize {
    matches(&binary_plan(&["fp32", "int8", "fp16"]), gate)
}

#[test]
fn what_a_gate_covers() {
    let with = |data: Option<Where>, covers: Covers| {
        let mut limit = limit("auroc", 0.5);
        limit.data = data;
        limit.covers = covers;
        count(&Gate::AtLeast(limit))
    };
    let everything = Covers::default;
    let names = |names: &[&str]| names.iter().map(ToString::to_string).collect::<Vec<_>>();
    // Two variants that are not the reference, on two datasets, clean.
    assert_eq!(with(None, everything()), 4);
    assert_eq!(with(Some(Where::InDistribution), everything()), 2);
    assert_eq!(with(Some(Where::OutOfDistribution), everything()), 2);
    assert_eq!(
        with(Some(Where::Dataset("far".to_owned())), everything()),
        2
    );
    assert_eq!(
        with(Some(Where::Dataset("elsewhere".to_owned())), everything()),
        0
    );
    let variants = |list: &[&str]| Covers {
        variants: names(list),
        ..everything()
    };
    assert_eq!(with(None, variants(&["int8"])), 2);
    assert_eq!(with(None, variants(&["fp32", "int8"])), 4);
    assert_eq!(
        with(
            None,
            Covers {
                models: names(&["net"]),
                ..everything()
            }
        ),
        4
    );
    assert_eq!(
        with(
            None,
            Covers {
                models: names(&["other"]),
                ..everything()
            }
        ),
        0
    );
    assert_eq!(
        with(
            None,
            Covers {
                classes: names(&["donor"]),
                ..everything()
            }
        ),
        0
    );
    let perturbed = |name: &str| Covers {
        perturbation: Some(name.to_owned()),
        ..everything()
    };
    assert_eq!(with(None, perturbed("noise")), 4);
    // A negative control has no AUROC.
    assert_eq!(with(None, perturbed("reverse")), 0);
    let mut control = limit("called_positive_share", 0.1);
    control.covers = perturbed("reverse");
    assert_eq!(count(&Gate::AtMost(control)), 4);
    assert_eq!(count(&Gate::AtMost(limit("called_positive_share", 0.1))), 0);
    // A reference is never held against itself.
    let mut itself = margin("auroc", 0.1);
    itself.covers = variants(&["fp32"]);
    assert_eq!(count(&Gate::NoWorseThanReference(itself)), 0);
}

#[test]
fn classes_and_batch_sizes_are_subjects_of_their_own() {
    let suite = suite("stretches", positions(), &[MetricSpec::TopK]);
    let plan = plan(suite, &["fp32", "int8"]);
    let mut limit = limit("top_k", 0.5);
    assert_eq!(matches(&plan, &Gate::AtLeast(limit.clone())), 4);
    limit.covers.classes = vec!["donor".to_owned()];
    assert_eq!(matches(&plan, &Gate::AtLeast(limit)), 2);
    let mut latency = measurement(MeasurementName::LatencyP99, 5.0);
    assert_eq!(matches(&plan, &Gate::AtMost(latency.clone())), 2);
    latency.batch_size = Some(32);
    assert_eq!(matches(&plan, &Gate::AtMost(latency.clone())), 1);
    latency.batch_size = Some(7);
    assert_eq!(matches(&plan, &Gate::AtMost(latency)), 0);
    let peak = measurement(MeasurementName::PeakMemory, 5.0);
    assert_eq!(matches(&plan, &Gate::AtMost(peak)), 1);
}

#[test]
fn measurements_by_interval_where_there_is_one() {
    use titer_core::{Memory, Timing};
    let walls = (0..20u64).map(|query| Timing {
        round: 0,
        batch_size: 1,
        length: None,
        rate_per_s: None,
        query: query as i32,
        examples: 1,
        at_ns: 0,
        wall_ns: 100 + query,
    });
    let memory = Memory {
        peak_bytes: vec![70, 90],
        idle_bytes: vec![10, 10],
        disk_bytes: 5,
        ..Memory::default()
    };
    let measured_here = titer_store::Measured {
        timings: walls.collect(),
        memory,
        ..Default::default()
    };
    let scenario = titer_spec::evaluation::Scenario::SingleStream;
    let summary = crate::summarize("m", "v", &measured_here, &scenario);
    let decide = |name, batch, limit| {
        let limit = plain(limit);
        measured(Side::AtMost, limit, By::Interval, name, batch, &summary).decision
    };
    // The median's interval is the 6th to the 15th of 20: 105 to 114.
    let p50 = MeasurementName::LatencyP50;
    assert_eq!(decide(p50, Some(1), 114.0), PASS);
    assert_eq!(decide(p50, Some(1), 113.0), OPEN);
    assert_eq!(decide(p50, Some(1), 105.0), OPEN);
    assert_eq!(decide(p50, Some(1), 104.0), FAIL);
    assert_eq!(decide(MeasurementName::LatencyP99, Some(1), 1e9), OPEN);
    assert_eq!(decide(p50, Some(32), 1e9), Decision::Incomplete);
    assert_eq!(decide(MeasurementName::PeakMemory, None, 90.0), PASS);
    assert_eq!(decide(MeasurementName::PeakMemory, None, 89.0), FAIL);
    assert_eq!(decide(MeasurementName::MemoryOverIdle, None, 80.0), PASS);
    assert_eq!(decide(MeasurementName::DiskSize, None, 4.0), FAIL);
    assert_eq!(
        decide(MeasurementName::LoadTime, None, 1e9),
        Decision::Incomplete
    );
}

/// The scale of numbers is not known: rounding is a part of their own spread.
#[test]
fn rounding_of_numbers_is_beside_their_spread() {
    let same = comparison(-1e-6, None);
    let decide = |spread, change| {
        let agreement = Agreement {
            spread: Some(spread),
            ..agreement(1.0, change)
        };
        let measure = Measure {
            name: "x",
            metric: titer_metrics::ValuesMetricName::Spearman.into(),
            by: None,
        };
        let paired = Paired {
            comparison: &same,
            agreement: Some(&agreement),
            score: Some(&score()),
        };
        let allowed = Allowed::Absolute(1e-3);
        against_reference(measure, Asked::NoWorse, allowed, By::Interval, paired).decision
    };
    assert_eq!(decide(1000.0, 1000.0 * ROUNDING), PASS);
    assert_eq!(decide(1000.0, 1.0), OPEN);
    assert_eq!(decide(1e-3, ROUNDING), OPEN);
    assert_eq!(decide(1e-3, 0.0), PASS);
}

#[test]
fn too_few_never_pass_a_limit_and_may_fail_it() {
    let few = |metric, change: fn(&mut Score)| {
        let mut one = score();
        change(&mut one);
        few::too_few(measure(metric), &one)
    };
    let auroc = MetricName::Auroc;
    assert_eq!(few(auroc, |_| ()), None);
    assert_eq!(few(auroc, |one| one.positives = 20), None);
    let told = |found: Option<String>| found.unwrap();
    assert_eq!(
        told(few(auroc, |one| one.positives = 15)),
        "15 positives of 20 needed"
    );
    assert_eq!(
        told(few(auroc, |one| one.positives = 999)),
        "1 negative of 20 needed"
    );
    assert_eq!(
        told(few(auroc, |one| one.rarer_clusters = Some(9))),
        "one class is in 9 clusters only, 20 needed"
    );
    assert_eq!(
        told(few(auroc, |one| one.clusters = 12)),
        "12 clusters of 20 needed"
    );
    // What does not tell classes apart asks for clusters alone.
    assert_eq!(few(MetricName::LogLoss, |one| one.positives = 3), None);
    // A run before 0.2 did not count them.
    assert_eq!(few(auroc, |one| one.rarer_clusters = None), None);

    let ruled = |decision| {
        let ruling = Ruling {
            decision,
            value: Some(0.9),
            lower: Some(0.8),
            upper: Some(0.95),
            because: "AUROC 0.9".to_owned(),
        };
        few::hold(ruling, Some("15 positives of 20 needed".to_owned()))
    };
    assert_eq!(ruled(PASS).decision, OPEN);
    assert_eq!(
        ruled(PASS).because,
        "too few to pass a limit: 15 positives of 20 needed; AUROC 0.9"
    );
    assert_eq!(ruled(FAIL).decision, FAIL);
    assert_eq!(ruled(OPEN).because, "AUROC 0.9");
}
