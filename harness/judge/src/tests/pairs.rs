//! Comparisons and agreements of a binary suite.

use titer_core::{Contrast, IntervalMethod, NotableKind, Target};

use super::windows::{comparison, judge, score};
use crate::fixture::{CLEAN, InMemory, binary_plan};

/// With the candidate's answers the base's, changed by a constant, every replicate of the Brier
/// difference is near its value: unpaired replicates would spread far wider.
#[test]
fn differences_are_paired() {
    let plan = binary_plan(&["fp32", "int8"]);
    let mut source = InMemory::new();
    let base: Vec<f64> = source
        .facts
        .iter()
        .map(|f| crate::fixture::probability(f, "", None))
        .collect();
    let moved: Vec<f64> = base.iter().map(|p| p * 0.99).collect();
    source.give(&plan, "fp32", CLEAN, &base);
    source.give(&plan, "int8", CLEAN, &moved);
    let judged = judge(&plan, &source);
    let own = score(&judged, "int8", CLEAN, "brier")
        .interval
        .clone()
        .unwrap();
    let change = comparison(&judged, CLEAN, "brier", Contrast::Reference);
    let interval = change.interval.clone().unwrap();
    assert_eq!(
        (change.discordant, change.clusters, change.examples),
        (40, 20, 40)
    );
    assert!(
        interval.upper - interval.lower < 0.2 * (own.upper - own.lower),
        "{interval:?} {own:?}"
    );
    let (new, old) = ("int8", "fp32");
    let value = |variant| {
        score(&judged, variant, CLEAN, "brier")
            .value
            .clone()
            .unwrap()
    };
    assert_eq!(change.difference, Ok(value(new) - value(old)));
}

#[test]
fn few_flips_and_equal_replicates_are_said_without_an_interval() {
    let plan = binary_plan(&["fp32", "int8"]);
    let mut source = InMemory::new();
    let base: Vec<f64> = (0..40)
        .map(|i| if i % 2 == 1 { 0.6 } else { 0.3 })
        .collect();
    // No order and no call changes, every probability does; then two calls.
    let moved: Vec<f64> = base.iter().map(|p| p + 0.01).collect();
    source.give(&plan, "fp32", CLEAN, &base);
    source.give(&plan, "int8", CLEAN, &moved);
    let mut flipped = base.clone();
    flipped[1] = 0.1;
    flipped[3] = 0.1;
    source.give(&plan, "int8", Some("noise"), &flipped);
    source.give(&plan, "fp32", Some("noise"), &base);
    let judged = judge(&plan, &source);
    let auroc = comparison(&judged, CLEAN, "auroc", Contrast::Reference);
    assert_eq!(auroc.difference, Ok(0.0));
    let reason = &auroc.interval.as_ref().unwrap_err().0;
    assert!(reason.starts_with("zero variance"), "{reason}");
    assert!(
        reason.ends_with("40 of 40 probabilities differ, in 20 clusters, none by enough to move a replicate's score"),
        "{reason}"
    );
    let accuracy = comparison(&judged, Some("noise"), "accuracy", Contrast::Reference);
    assert!((accuracy.difference.clone().unwrap() + 0.05).abs() < 1e-12);
    assert_eq!(accuracy.discordant, 2);
    // A difference of calls has bounds on its flips, however few; what they assume of clusters is a choice.
    let interval = accuracy.interval.clone().unwrap();
    assert_eq!(interval.method, IntervalMethod::StringerSquares);
    assert!(
        interval.lower < -0.2 && interval.upper > 0.1,
        "{interval:?}"
    );
    let alone = accuracy.otherwise.unwrap();
    assert_eq!(alone.method, IntervalMethod::ClopperPearsonSquares);
    assert!(alone.lower > -0.2 && alone.upper < 0.1, "{alone:?}");
    // What it keeps follows from the same flips.
    let kept = (accuracy.kept_lower.unwrap(), accuracy.kept_upper.unwrap());
    let of = accuracy.difference.clone().unwrap() / (accuracy.kept.unwrap() - 1.0);
    assert!(
        (kept.0 - (1.0 + interval.lower / of)).abs() < 1e-12,
        "{kept:?}"
    );
    assert!(
        (kept.1 - (1.0 + interval.upper / of)).abs() < 1e-12,
        "{kept:?}"
    );
    let f1 = comparison(&judged, Some("noise"), "f1", Contrast::Reference);
    let f1 = f1.interval.clone().unwrap();
    assert_eq!(f1.method, IntervalMethod::StringerSquares);
    let mut plan = plan;
    plan.rare_flips = titer_spec::RareFlips::Independent;
    let chosen = judge(&plan, &source);
    let other = comparison(&chosen, Some("noise"), "accuracy", Contrast::Reference);
    assert_eq!(other.interval, Ok(alone));
    assert_eq!(other.otherwise, Some(interval));
    let flips: Vec<_> = judged
        .agreements
        .iter()
        .filter(|a| a.case.dataset == "near" && a.case.perturbation.as_deref() == Some("noise"))
        .map(|a| {
            (
                a.contrast,
                a.case.variant.as_str(),
                a.flips_to_wrong,
                a.flips_to_right,
                a.identical,
            )
        })
        .collect();
    assert!(
        flips.contains(&(Contrast::Reference, "int8", 2, 0, false)),
        "{flips:?}"
    );
    assert!(
        flips.contains(&(Contrast::Clean, "fp32", 0, 0, true)),
        "{flips:?}"
    );
}

/// Twelve flips, all in six of the twenty clusters: whole clusters are what a bootstrap draws, and six
/// are too few for one. They are enough to see that clusters flip whole.
#[test]
fn flips_in_few_clusters_make_no_bootstrap() {
    let plan = binary_plan(&["fp32", "int8"]);
    let mut source = InMemory::new();
    let base = vec![0.9_f64; 40];
    let clusters: Vec<String> = source
        .facts
        .iter()
        .map(|fact| fact.cluster.clone().unwrap())
        .collect();
    let mut flipped_clusters: Vec<&String> = clusters.iter().collect();
    flipped_clusters.dedup();
    flipped_clusters.truncate(6);
    let flipped: Vec<f64> = clusters
        .iter()
        .map(|cluster| {
            if flipped_clusters.contains(&cluster) {
                0.1
            } else {
                0.9
            }
        })
        .collect();
    assert!(flipped.iter().filter(|p| **p < 0.5).count() >= 10);
    source.give(&plan, "fp32", CLEAN, &base);
    source.give(&plan, "int8", CLEAN, &flipped);
    let judged = judge(&plan, &source);
    let accuracy = comparison(&judged, CLEAN, "accuracy", Contrast::Reference);
    let interval = accuracy.interval.clone().unwrap();
    assert_eq!(interval.method, IntervalMethod::ClopperPearsonSquares);
    assert_eq!(
        accuracy.otherwise.unwrap().method,
        IntervalMethod::StringerSquares
    );
    let f1 = comparison(&judged, CLEAN, "f1", Contrast::Reference);
    let f1 = f1.interval.clone().unwrap();
    assert_eq!(f1.method, IntervalMethod::ClopperPearsonSquares);
}

#[test]
fn who_is_held_against_whom() {
    let judged = judge(&binary_plan(&["fp32", "int8"]), &InMemory::new());
    let pairs: Vec<_> = judged
        .agreements
        .iter()
        .filter(|a| a.case.dataset == "near")
        .map(|a| {
            (
                a.case.variant.as_str(),
                a.case.perturbation.as_deref(),
                a.base.as_str(),
                a.contrast,
            )
        })
        .collect();
    assert_eq!(
        pairs,
        [
            ("fp32", Some("noise"), "fp32", Contrast::Clean),
            ("int8", None, "fp32", Contrast::Reference),
            ("int8", Some("noise"), "fp32", Contrast::Reference),
            ("int8", Some("noise"), "int8", Contrast::Clean),
            ("int8", Some("reverse"), "fp32", Contrast::Reference),
        ]
    );
    // Where the target is destroyed only what was positive is compared, and calling it is wrong.
    let control = judged
        .agreements
        .iter()
        .find(|a| a.case.perturbation.as_deref() == Some("reverse"));
    assert_eq!(control.unwrap().units, 20);
}

/// Answers that 32 bits would make equal rank as they are.
#[test]
fn answers_of_64_bits_are_no_ties() {
    let plan = binary_plan(&["fp32", "int8"]);
    let mut source = InMemory::new();
    let close: Vec<f64> = source
        .facts
        .iter()
        .map(|fact| match fact.target {
            Target::Class(1) => 0.1 + 1e-12,
            _ => 0.1,
        })
        .collect();
    let tied: Vec<f64> = close.iter().map(|one| f64::from(*one as f32)).collect();
    source.give(&plan, "fp32", CLEAN, &close);
    source.give(&plan, "int8", CLEAN, &tied);
    let judged = judge(&plan, &source);
    let auroc = |variant| score(&judged, variant, CLEAN, "auroc").value.clone();
    assert_eq!((auroc("fp32"), auroc("int8")), (Ok(1.0), Ok(0.5)));
}

/// A probability at the threshold is called, the next below it is not.
#[test]
fn calls_are_made_at_the_models_threshold() {
    let mut plan = binary_plan(&["fp32", "int8"]);
    plan.models[0].threshold = 0.25;
    let mut source = InMemory::new();
    source.give(&plan, "fp32", CLEAN, &[0.25; 40]);
    source.give(&plan, "int8", CLEAN, &[0.25f64.next_down(); 40]);
    let judged = judge(&plan, &source);
    let changed = |a: &&titer_core::Agreement| a.case.dataset == "near" && a.case.is_clean();
    let agreement = judged.agreements.iter().find(changed).unwrap();
    // Every site was called and no longer is, every decoy likewise.
    assert_eq!(
        (agreement.flips_to_wrong, agreement.flips_to_right),
        (20, 20)
    );
    let errors = |variant: &str| {
        let of = judged.notables.iter();
        let mut of = of.filter(|n| n.dataset == "near" && n.variant == variant);
        of.find(|n| n.kind == NotableKind::WorstError)
            .unwrap()
            .target
            .clone()
    };
    assert_eq!(
        (errors("fp32"), errors("int8")),
        ("decoy".to_owned(), "site".to_owned())
    );
}

/// A candidate of few levels: how many answers it has left, and how many lie at the very ends.
#[test]
fn lost_levels_are_counted() {
    let plan = binary_plan(&["fp32", "int8"]);
    let mut source = InMemory::new();
    let base: Vec<f64> = (0..40).map(|i| f64::from(i) / 50.0 + 0.01).collect();
    // Quarters: 0 (12 answers), 0.25 (13), 0.5 (12), 0.75 (3).
    let coarse: Vec<f64> = base.iter().map(|p| (p * 4.0).round() / 4.0).collect();
    source.give(&plan, "fp32", CLEAN, &base);
    source.give(&plan, "int8", CLEAN, &coarse);
    let judged = judge(&plan, &source);
    let wanted = |a: &&titer_core::Agreement| {
        a.contrast == Contrast::Reference && a.case.dataset == "near" && a.case.is_clean()
    };
    let found = judged.agreements.iter().find(wanted).unwrap();
    assert_eq!((found.answers, found.new_ties), (Some(40), 40));
    assert_eq!((found.base_distinct, found.distinct), (Some(40), Some(4)));
    let zeros = coarse.iter().filter(|p| **p == 0.0).count();
    assert!(zeros > 0);
    assert_eq!(found.saturated, Some(zeros as f64 / 40.0));
    assert_eq!(found.base_saturated, Some(0.0));
}
