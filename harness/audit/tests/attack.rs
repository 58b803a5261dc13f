//! The short form of `examples/attack`: one seed of each set, fewer copies.

#[path = "../examples/attack/letters.rs"]
mod letters;
#[path = "../examples/attack/sets.rs"]
mod sets;

use sets::{Honest, Kind, Told};
use titer_audit::kin::Why;
use titer_audit::{Ask, Audit, Set, Trust, audit};

const SEED: u64 = 7;

fn audited(set: &Set) -> Audit {
    audit("attack", set, &Ask::default(), &|_| {})
}

fn accuracy(audit: &Audit, control: &str) -> f64 {
    let mut found = audit.shortcuts.iter().filter(|one| one.name == control);
    let scores = found.next().unwrap().scores.as_ref().unwrap();
    *scores[0].value.as_ref().unwrap()
}

/// What one number tells is seen whatever its shape, and weighs unless it is what a model is to learn.
#[test]
fn classes_told_by_one_number_are_seen() {
    for by in Told::ALL {
        let found = audited(&sets::told(by, 1_500, 500, SEED));
        let value = accuracy(&found, by.control());
        assert!(value > 0.87, "{by:?}: {value}");
        let expected = match by {
            Told::GcBands => Trust::Trustworthy,
            Told::Start | Told::LowerCase => Trust::WithCare,
            _ => Trust::DoNotTrust,
        };
        assert_eq!(found.trust, expected, "{by:?}: {:?}", found.evidence);
    }
}

/// What can be learnt is no leak; twenty rows show nothing.
#[test]
fn honest_sets_with_signal_are_trustworthy() {
    for what in Honest::ALL {
        let found = audited(&sets::honest(what, 800, 400, SEED));
        assert_eq!(
            found.trust,
            Trust::Trustworthy,
            "{what:?}: {:?}",
            found.evidence
        );
        let few = audited(&sets::honest(what, 800, 20, SEED));
        assert!(few.trust > Trust::Trustworthy, "{what:?}");
    }
    let found = audited(&sets::honest(Honest::Composition, 800, 400, SEED));
    assert!(
        found.shown.iter().any(|one| one.contains("`gc`")),
        "{:?}",
        found.shown
    );
}

/// Floors stand below what the long form printed.
#[test]
fn copies_are_found_and_repeats_are_not() {
    let (set, of) = sets::planted(2_500, 40, SEED);
    let found = audited(&set);
    let called = |kind: Kind| {
        let rows = found.rows.iter().zip(&of).filter(|(_, of)| **of == kind);
        let all = rows.clone().count() as f64;
        rows.filter(|(row, _)| row.leaked).count() as f64 / all
    };
    for (kind, least) in Kind::PLANTED
        .into_iter()
        .zip([1.0, 1.0, 0.95, 0.95, 0.85, 0.85])
    {
        assert!(called(kind) >= least, "{kind:?}: {}", called(kind));
    }
    for kind in Kind::INNOCENT {
        assert!(called(kind) <= 0.025, "{kind:?}: {}", called(kind));
    }
    // Whatever is alike says why, and which train row it is.
    let reasons = |why: Why| {
        let rows = found.rows.iter().filter_map(|row| row.kin.as_ref());
        rows.filter(|(own, _)| *own == why).count()
    };
    assert_eq!(reasons(Why::Identical), 80);
    assert!(reasons(Why::NearDuplicate) > 150 && reasons(Why::Repeat) > 50);
    assert!(
        found
            .rows
            .iter()
            .all(|row| !row.leaked || row.kin.is_some())
    );
}
