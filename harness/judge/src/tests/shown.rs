//! What a report shows of a binary suite: notables and curves.

use titer_core::{CurveKind, NotableKind};

use super::windows::judge;
use crate::fixture::{CLEAN, InMemory, binary_plan};

#[test]
fn notables_are_the_worst_and_the_most_changed() {
    let plan = binary_plan(&["fp32", "int8"]);
    let mut source = InMemory::new();
    for (position, fact) in (0..).zip(&mut source.facts) {
        fact.place.position = Some(100 * position);
    }
    let mut base: Vec<f64> = (0..40)
        .map(|i| if i % 2 == 1 { 0.8 } else { 0.2 })
        .collect();
    base[7] = 0.05;
    base[8] = 0.7;
    let mut moved = base.clone();
    moved[12] = 0.45;
    source.give(&plan, "fp32", CLEAN, &base);
    source.give(&plan, "int8", CLEAN, &moved);
    let judged = judge(&plan, &source);
    let of = |kind, variant| {
        let of = judged.notables.iter();
        of.filter(|n| n.kind == kind && n.dataset == "near" && n.variant == variant)
            .collect::<Vec<_>>()
    };
    let worst = of(NotableKind::WorstError, "fp32");
    assert_eq!(worst.len(), 2);
    assert_eq!(
        (
            worst[0].id.as_str(),
            worst[0].rank,
            worst[0].target.as_str()
        ),
        ("e07", 1, "site")
    );
    assert_eq!(
        (
            worst[1].id.as_str(),
            worst[1].target.as_str(),
            worst[1].class.as_str()
        ),
        ("e08", "decoy", "site")
    );
    assert_eq!(worst[0].reference_probability, None);
    assert_eq!(
        of(NotableKind::WorstError, "int8")[0].reference_probability,
        Some(0.05)
    );
    assert!(of(NotableKind::LargestChange, "fp32").is_empty());
    let changed = of(NotableKind::LargestChange, "int8");
    assert_eq!(changed.len(), 1);
    assert_eq!((changed[0].id.as_str(), changed[0].offset), ("e12", None));
    // Each lies where its example does, on every dataset.
    assert!(judged.notables.iter().any(|one| one.dataset != "near"));
    for notable in &judged.notables {
        let number: u64 = notable.id.trim_start_matches('e').parse().unwrap();
        assert_eq!(notable.place.position, Some(100 * number), "{notable:?}");
    }
}

#[test]
fn equally_notable_examples_go_by_id() {
    let plan = binary_plan(&["fp32"]);
    let mut source = InMemory::new();
    source.facts.reverse();
    source.give(&plan, "fp32", CLEAN, &[0.9; 40]);
    let judged = judge(&plan, &source);
    let near = judged.notables.iter().filter(|n| n.dataset == "near");
    let ids: Vec<&str> = near.map(|n| n.id.as_str()).collect();
    assert_eq!(ids, ["e00", "e02", "e04", "e06", "e08"]);
}

#[test]
fn clean_cells_have_four_curves() {
    let judged = judge(&binary_plan(&["fp32"]), &InMemory::new());
    let near = judged.curves.iter().filter(|curve| curve.dataset == "near");
    let kinds: Vec<CurveKind> = near.map(|curve| curve.kind).collect();
    assert_eq!(
        kinds,
        [
            CurveKind::Roc,
            CurveKind::PrecisionRecall,
            CurveKind::Reliability,
            CurveKind::RiskCoverage
        ]
    );
    let reliability = judged
        .curves
        .iter()
        .find(|c| c.kind == CurveKind::Reliability)
        .unwrap();
    assert_eq!(reliability.points.len(), 5);
}
