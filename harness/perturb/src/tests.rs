#![allow(clippy::single_range_in_vec_init)]
use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use crate::reverse_complement::{ReverseComplement, StatedEffect};
use crate::substitutions::Substitutions;
use titer_core::{Effect, Example, Place, Sequence, Target};

use super::*;

fn table() -> Vec<PerturbationSpec> {
    let mut all = PerturbationSpec::examples();
    all.extend(levels().into_iter().flatten());
    let also = [
        json!({"substitutions": {"rate": 1.0}}),
        json!({"substitutions": {"rate": 0.5, "transitions": 0.67}}),
        json!({"indels": {"rate": 1.0}}),
        json!({"homopolymer_errors": {"rate": 1.0}}),
        json!({"sequencing_errors": {"platform": "nanopore", "times": 100}}),
        json!({"sequencing_errors": {"platform": "hifi"}}),
        json!({"sequencing_errors": {"platform": "novaseq_6000", "times": 100}}),
        json!({"sequencing_errors": {"platform": "novaseq_x"}}),
        json!({"synonymous_codons": {"rate": 1.0, "frame_start": 2, "frame_end": 200}}),
        json!({"reading_frame": {"bases": -2, "at": 0, "target": "kept"}}),
        json!({"ancient_damage": {"rate": 1.0, "decay": 0.001}}),
        json!({"unknown_bases": {"rate": 1.0}}),
        json!({"unknown_bases": {"rate": 0.5, "block": 30}}),
        json!({"ambiguous_bases": {"rate": 1.0}}),
        json!({"truncation": {"share": 1.0}}),
        json!({"foreign_flanks": {"share": 1.0}}),
        json!({"shift": {"bases": -1000, "target": "destroyed"}}),
        json!({"reverse_complement": {"target": "kept"}}),
        json!({"motif_inserted": {"motif": "ACGTACGTACGT", "at": 4, "target": "kept"}}),
    ];
    all.extend(also.map(|one| serde_json::from_value(one).unwrap()));
    all
}

/// The five strengths of each kind that has them.
fn levels() -> Vec<Vec<PerturbationSpec>> {
    let names = PerturbationSpec::examples()
        .into_iter()
        .map(|spec| spec.kind());
    let of = |kind: String| -> Option<Vec<PerturbationSpec>> {
        let asked = json!({kind: {"severities": [1, 2, 3, 4, 5]}});
        Some(
            serde_json::from_value::<PerturbationEntry>(asked)
                .ok()?
                .specs(),
        )
    };
    names.filter_map(of).collect()
}

fn substitutions(rate: f64) -> PerturbationSpec {
    PerturbationSpec::Substitutions(Substitutions::at_rate(rate))
}

fn example(id: &str, length: usize) -> Example {
    let letters: String = "ACGTTGCANGATTACA".chars().cycle().take(length).collect();
    Example {
        id: id.to_owned(),
        sequence: Sequence::new(&letters).unwrap(),
        second: None,
        target: Target::Class(1),
        strata: BTreeMap::new(),
        clusters: BTreeMap::new(),
        place: Place::default(),
    }
}

fn changed(spec: &PerturbationSpec, example: &Example, seed: u64) -> Example {
    perturb(spec, std::slice::from_ref(example), &|_| vec![10..12], seed).remove(0)
}

fn differences(one: &Example, other: &Example) -> Vec<usize> {
    let pairs = one.sequence.letters().iter().zip(other.sequence.letters());
    pairs
        .enumerate()
        .filter(|(_, (a, b))| a != b)
        .map(|(position, _)| position)
        .collect()
}

#[test]
fn every_perturbation_keeps_its_contract() {
    for spec in table() {
        let original = example("a", 400);
        let once = changed(&spec, &original, 5);
        assert_eq!(once, changed(&spec, &original, 5), "same seed, same bytes");
        assert_eq!(once.id, original.id);
        assert_eq!(once.target, original.target);
        assert_eq!(once.sequence.len(), original.sequence.len());
        let condition = spec.condition();
        assert!(condition.name.starts_with(&condition.kind));
        assert!(!condition.title.is_empty());
        // Suites name it so.
        let written = serde_json::to_value(&spec).unwrap();
        let name = written.as_str().map(str::to_owned);
        let name = name.or_else(|| written.as_object()?.keys().next().cloned());
        assert_eq!(name, Some(spec.kind()));
        assert!(condition.kind.starts_with(&spec.kind()));
        // A folder is called so.
        let plain = |letter: char| letter.is_ascii_alphanumeric() || "._-".contains(letter);
        assert!(condition.name.chars().all(plain), "{}", condition.name);
        let back = PerturbationEntry::from(spec.clone());
        assert_eq!(back.specs(), std::slice::from_ref(&spec));
        let text = serde_json::to_value(&back).unwrap();
        assert_eq!(text, serde_json::to_value(&spec).unwrap());
        assert_eq!(
            serde_json::from_value::<PerturbationEntry>(text).unwrap(),
            back
        );
    }
}

#[test]
fn other_examples_change_nothing() {
    let spec = &substitutions(0.05);
    let (a, b) = (example("a", 300), example("b", 300));
    let together = perturb(spec, &[b.clone(), a.clone()], &|_| Vec::new(), 5);
    let alone = perturb(spec, &[a], &|_| Vec::new(), 5);
    assert_eq!(together[1], alone[0]);
    assert_ne!(together[0].sequence, together[1].sequence);
}

#[test]
fn substitutions_spare_what_defines_the_label() {
    let original = example("a", 400);
    let all = changed(&substitutions(1.0), &original, 5);
    let untouched: Vec<usize> = (0..400)
        .filter(|at| original.sequence.letters()[*at] == all.sequence.letters()[*at])
        .collect();
    let expected: Vec<usize> = (0..400)
        .filter(|at| (10..12).contains(at) || original.sequence.letters()[*at] == b'N')
        .collect();
    assert_eq!(untouched, expected);
}

#[test]
fn the_rate_is_what_it_says_and_milder_is_a_subset() {
    let original = example("a", 100_000);
    let (mild, strong) = (substitutions(0.01), substitutions(0.05));
    let (few, many) = (changed(&mild, &original, 9), changed(&strong, &original, 9));
    let (few, many) = (differences(&original, &few), differences(&original, &many));
    let rate = many.len() as f64 / (100_000.0 * 15.0 / 16.0);
    // Four standard errors of a binomial proportion.
    assert!(
        (rate - 0.05).abs() < 4.0 * (0.05 * 0.95 / 93_750.0f64).sqrt(),
        "{rate}"
    );
    assert!(few.iter().all(|position| many.contains(position)));
    assert!(!few.is_empty());
}

#[test]
fn every_kind_has_an_example_and_words() {
    let schema = serde_json::to_value(schemars::schema_for!(PerturbationSpec)).unwrap();
    let kinds = schema["oneOf"].as_array().unwrap();
    let kinds = kinds
        .iter()
        .map(|one| one["enum"].as_array().map_or(1, Vec::len));
    assert_eq!(kinds.sum::<usize>(), PerturbationSpec::examples().len());
    let found = substitutions(0.05).condition();
    assert_eq!(
        (found.name.as_str(), found.title.as_str()),
        ("substitutions_0.05", "5 % substitutions")
    );
    assert_eq!((found.severity, found.effect), (Some(0.05), Effect::Kept));
    let turned = PerturbationSpec::ReverseComplement(ReverseComplement {
        target: StatedEffect::Destroyed,
    });
    assert_eq!(turned.effect(), Effect::Destroyed);
}

#[test]
fn what_keeps_the_target_spares_what_defines_it() {
    for spec in table() {
        let whole = matches!(
            spec,
            PerturbationSpec::ReverseComplement(_)
                | PerturbationSpec::Shift(_)
                | PerturbationSpec::ReadingFrame(_)
        );
        if spec.effect() == Effect::Destroyed || whole {
            continue;
        }
        for length in [13, 30, 400] {
            let original = example("a", length);
            let done = changed(&spec, &original, 3);
            let site = |one: &Example| one.sequence.letters()[10..12].to_vec();
            assert_eq!(site(&done), site(&original), "{}", spec.name());
            assert_eq!(done.sequence.len(), length);
        }
    }
}

#[test]
fn sequences_of_any_length_can_be_changed() {
    for spec in table() {
        for length in [0, 1, 2, 5, 11] {
            let done = changed(&spec, &example("a", length), 3);
            assert_eq!(done.sequence.len(), length, "{}", spec.name());
        }
    }
}

#[test]
fn milder_is_a_subset_where_places_are_kept() {
    for levels in levels() {
        assert_eq!(levels.len(), 5);
        let names: BTreeSet<String> = levels.iter().map(PerturbationSpec::name).collect();
        assert_eq!(names.len(), 5);
        let severities: Vec<f64> = levels
            .iter()
            .filter_map(|level| level.perturbation().severity())
            .collect();
        assert!(severities.is_sorted() && severities.len() == 5, "{names:?}");
        let other_order = matches!(levels[0], PerturbationSpec::ForeignFlanks(_));
        if other_order || !levels[0].perturbation().keeps_places() {
            continue;
        }
        let mut strongest = 0;
        for id in 0..50 {
            let original = example(&id.to_string(), 400);
            let of = levels.iter().map(|level| changed(level, &original, 4));
            let done: Vec<Example> = of.collect();
            for pair in done.windows(2) {
                let milder = differences(&original, &pair[0]);
                let letter = |one: &Example, at: usize| one.sequence.letters()[at];
                let same = |at: &usize| letter(&pair[0], *at) == letter(&pair[1], *at);
                assert!(milder.iter().all(same), "{names:?}");
            }
            strongest += differences(&original, &done[4]).len();
        }
        assert!(strongest > 10, "{names:?}: {strongest}");
    }
}

#[test]
fn more_codons_are_a_superset_of_fewer() {
    let spec = |rate: f64| -> PerturbationSpec {
        serde_json::from_value(json!({"synonymous_codons": {"rate": rate, "frame_start": 1}}))
            .unwrap()
    };
    let original = example("a", 4000);
    let (few, many) = (
        changed(&spec(0.2), &original, 4),
        changed(&spec(0.7), &original, 4),
    );
    let letter = |one: &Example, at: usize| one.sequence.letters()[at];
    let milder = differences(&original, &few);
    assert!(milder.len() > 100);
    assert!(
        milder
            .iter()
            .all(|at| letter(&few, *at) == letter(&many, *at))
    );
    assert!(differences(&original, &many).len() > 2 * milder.len());
}

/// What happens to bases is as often as is said: within four standard errors of a proportion.
#[test]
fn shares_are_what_they_say() {
    let bases = 200_000;
    let letters: String = "ACGT".chars().cycle().take(bases).collect();
    let original = Example {
        sequence: Sequence::new(&letters).unwrap(),
        ..example("a", 1)
    };
    let done = |spec: serde_json::Value, seed| {
        let spec: PerturbationSpec = serde_json::from_value(spec).unwrap();
        perturb(
            &spec,
            std::slice::from_ref(&original),
            &|_| Vec::new(),
            seed,
        )
        .remove(0)
    };
    let near = |found: usize, of: usize, expected: f64| {
        let found = found as f64 / of as f64;
        let error = (expected * (1.0 - expected) / of as f64).sqrt();
        assert!(
            (found - expected).abs() < 4.0 * error,
            "{found}, not {expected}"
        );
    };
    let spec = json!({"substitutions": {"rate": 0.1, "transitions": 0.67}});
    let turned = done(spec, 1);
    let places = differences(&original, &turned);
    near(places.len(), bases, 0.1);
    let transitions = places.iter().filter(|at| {
        let pair = [
            original.sequence.letters()[**at],
            turned.sequence.letters()[**at],
        ];
        [*b"AG", *b"GA", *b"CT", *b"TC"].contains(&pair)
    });
    near(transitions.count(), places.len(), 0.67);
    let unknown = |example: &Example| {
        example
            .sequence
            .letters()
            .iter()
            .filter(|it| **it == b'N')
            .count()
    };
    near(
        unknown(&done(json!({"unknown_bases": {"rate": 0.25}}), 2)),
        bases,
        0.25,
    );
    // Bases of one block go together: as many independent ones as blocks.
    let blocks = unknown(&done(
        json!({"unknown_bases": {"rate": 0.25, "block": 50}}),
        3,
    ));
    near(blocks / 50, bases / 50, 0.25);
    let codes = done(json!({"ambiguous_bases": {"rate": 0.05}}), 4);
    near(differences(&original, &codes).len(), bases, 0.05);
    let cut = done(json!({"truncation": {"share": 0.3}}), 5);
    assert_eq!(unknown(&cut), bases * 3 / 10);
}

#[test]
fn strengths_are_read_or_refused() {
    let read = |text: &str| serde_json::from_str::<PerturbationEntry>(text);
    let specs = read(r#"{"substitutions": {"severities": [5, 1]}}"#)
        .unwrap()
        .specs();
    assert_eq!(specs, [substitutions(0.1), substitutions(0.001)]);
    for wrong in [
        r#"{"substitutions": {"severities": [0]}}"#,
        r#"{"substitutions": {"severities": [6]}}"#,
        r#"{"substitutions": {"severities": []}}"#,
        r#"{"substitutions": {"severities": [1], "rate": 0.1}}"#,
        r#"{"substitutions": {"rate": 0.1, "severities": [1]}}"#,
        r#"{"substitutions": {}}"#,
        r#"{"shift": {"severities": [1]}}"#,
    ] {
        assert!(read(wrong).is_err(), "{wrong}");
    }
}
