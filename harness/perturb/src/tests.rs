#![allow(clippy::single_range_in_vec_init)]
use std::collections::BTreeMap;

use crate::reverse_complement::{ReverseComplement, StatedEffect};
use crate::substitutions::Substitutions;
use titer_core::{Effect, Example, Place, Sequence, Target};

use super::*;

fn table() -> Vec<PerturbationSpec> {
    let mut all = PerturbationSpec::examples();
    all.extend([
        PerturbationSpec::Substitutions(Substitutions { rate: 0.05 }),
        PerturbationSpec::Substitutions(Substitutions { rate: 1.0 }),
        PerturbationSpec::ReverseComplement(ReverseComplement {
            target: StatedEffect::Destroyed,
        }),
        PerturbationSpec::ReverseComplement(ReverseComplement {
            target: StatedEffect::Kept,
        }),
    ]);
    all
}

fn substitutions(rate: f64) -> PerturbationSpec {
    PerturbationSpec::Substitutions(Substitutions { rate })
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
        assert_eq!(name.as_deref(), Some(&condition.kind[..]));
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
