//! Superiority, equivalence and shares of the reference.

use titer_core::{Comparison, Contrast, Decision, Interval, IntervalMethod};
use titer_metrics::MetricName;
use titer_metrics::ece::Ece;
use titer_spec::gate::{Allowed, By};

use super::Ruling;
use super::{Asked, Paired, against_reference};
use crate::measures::Measure;

const PASS: Decision = Decision::Pass;
const FAIL: Decision = Decision::Fail;
const OPEN: Decision = Decision::Inconclusive;

fn comparison(ends: (f64, f64), inner: (f64, f64), kept: (f64, f64)) -> Comparison {
    let middle = |ends: (f64, f64)| 0.5 * (ends.0 + ends.1);
    Comparison {
        key: super::tests::key(None),
        contrast: Contrast::Reference,
        base: "r".to_owned(),
        difference: Ok(middle(ends)),
        interval: Ok(Interval {
            lower: ends.0,
            upper: ends.1,
            confidence: 0.95,
            method: IntervalMethod::ClusteredBootstrapT,
        }),
        otherwise: None,
        lower_90: Some(inner.0),
        upper_90: Some(inner.1),
        kept: Some(middle(kept)),
        kept_lower: Some(kept.0),
        kept_upper: Some(kept.1),
        examples: 1000,
        clusters: 300,
        discordant: 50,
    }
}

fn rule(metric: MetricName, asked: Asked, allowed: Allowed, comparison: &Comparison) -> Ruling {
    let measure = Measure {
        name: "x",
        metric: metric.into(),
        by: None,
    };
    let paired = Paired {
        comparison,
        agreement: None,
        score: None,
    };
    against_reference(measure, asked, allowed, By::Interval, paired)
}

#[test]
fn better_lies_above_the_margin() {
    for (ends, margin, expected) in [
        ((0.001, 0.02), 0.0, PASS),
        ((0.0, 0.02), 0.0, OPEN),
        ((-0.02, -0.001), 0.0, FAIL),
        ((0.012, 0.02), 0.01, PASS),
        ((0.005, 0.02), 0.01, OPEN),
        ((0.001, 0.009), 0.01, FAIL),
    ] {
        let known = comparison(ends, ends, (1.0, 1.0));
        let allowed = Allowed::Absolute(margin);
        let ruling = rule(MetricName::Auroc, Asked::Better, allowed, &known);
        assert_eq!(ruling.decision, expected, "{ends:?} {margin}");
        // Of an error, less is better.
        let turned = comparison((-ends.1, -ends.0), (0.0, 0.0), (1.0, 1.0));
        let ruling = rule(MetricName::Brier, Asked::Better, allowed, &turned);
        assert_eq!(ruling.decision, expected, "Brier {ends:?} {margin}");
    }
}

#[test]
fn equivalence_takes_the_inner_interval_on_both_sides() {
    for (inner, expected) in [
        ((-0.009, 0.009), PASS),
        ((-0.011, 0.009), OPEN),
        ((-0.009, 0.011), OPEN),
        ((0.011, 0.03), FAIL),
        ((-0.03, -0.011), FAIL),
    ] {
        // The 95 % interval is wider and would not pass.
        let outer = (inner.0 - 0.005, inner.1 + 0.005);
        let known = comparison(outer, inner, (1.0, 1.0));
        let allowed = Allowed::Absolute(0.01);
        for metric in [MetricName::Auroc, MetricName::Brier] {
            let ruling = rule(metric, Asked::Equivalent, allowed, &known);
            assert_eq!(ruling.decision, expected, "{metric:?} {inner:?}");
        }
    }
}

#[test]
fn a_share_of_the_reference_is_kept() {
    for (kept, expected) in [
        ((0.991, 1.002), PASS),
        ((0.985, 1.002), OPEN),
        ((0.97, 0.985), FAIL),
    ] {
        let known = comparison((-0.5, 0.5), (-0.5, 0.5), kept);
        let ruling = rule(
            MetricName::Auroc,
            Asked::NoWorse,
            Allowed::Share(0.99),
            &known,
        );
        assert_eq!(ruling.decision, expected, "{kept:?}");
        assert_eq!((ruling.lower, ruling.upper), (Some(kept.0), Some(kept.1)));
    }
    let mut none = comparison((-0.1, 0.1), (-0.1, 0.1), (1.0, 1.0));
    (none.kept, none.kept_lower, none.kept_upper) = (None, None, None);
    let ruling = rule(MetricName::Mcc, Asked::NoWorse, Allowed::Share(0.99), &none);
    assert_eq!(ruling.decision, OPEN);
    assert!(ruling.because.contains("not above 0"), "{}", ruling.because);
}

/// The metric's own sign, whichever way is better; the value, its interval and what is allowed at one rounding.
#[test]
fn sentences_are_in_the_metrics_own_sign() {
    let said = |metric: &str, name: MetricName, asked, allowed, known: &Comparison| {
        let mut known = known.clone();
        known.key.metric = metric.to_owned();
        rule(name, asked, allowed, &known).because
    };
    let (auroc, ece) = (MetricName::Auroc, MetricName::Ece(Ece { bins: 15 }));
    let margin = Allowed::Absolute(0.005);
    let loss = comparison((-0.035_58, -0.021_24), (-0.034, -0.022), (0.964, 0.978));
    assert_eq!(
        said("auroc", auroc, Asked::NoWorse, margin, &loss),
        "AUROC −0.028 (95 % −0.036 to −0.021); allowed −0.005"
    );
    let rise = comparison((0.1412, 0.1748), (0.144, 0.172), (0.5, 0.6));
    assert_eq!(
        said("ece", ece, Asked::NoWorse, margin, &rise),
        "ECE +0.158 (95 % +0.141 to +0.175); allowed +0.005"
    );
    assert_eq!(
        said("ece", ece, Asked::Better, margin, &rise),
        "ECE +0.158 (95 % +0.141 to +0.175); less than −0.005 is required"
    );
    assert_eq!(
        said("auroc", auroc, Asked::Better, Allowed::Absolute(0.0), &loss),
        "AUROC −0.028 (95 % −0.036 to −0.021); more than 0 is required"
    );
    assert_eq!(
        said("auroc", auroc, Asked::Equivalent, margin, &loss),
        "AUROC −0.028 (90 % −0.034 to −0.022); allowed −0.005 to +0.005"
    );
    let keeps = Allowed::Share(0.99);
    assert_eq!(
        said("auroc", auroc, Asked::NoWorse, keeps, &loss),
        "AUROC keeps 97.1 % (95 % 96.4 to 97.8 %); at least 99 % is required"
    );
    let open = comparison((-0.0062, 0.0004), (-0.005, 0.0), (0.9, 1.0));
    assert_eq!(
        said("auroc", auroc, Asked::NoWorse, margin, &open),
        "AUROC −0.003 (95 % −0.006 to 0.000); allowed −0.005: the interval lies on both sides of that, the data cannot tell"
    );
}
