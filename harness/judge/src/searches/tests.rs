//! Summaries of what small searches found.

use titer_core::search::{GREEDY, RANDOM, RANDOM_ONCE, TRANSFER};
use titer_core::{AdversarialSuccess, Case, Effect};
use titer_spec::evaluation::Adversarial;
use titer_spec::plan::PlannedCell;
use titer_spec::suite::Span;

use super::*;
use crate::fixture;

/// Rows by key; what has none failed.
struct Known {
    attacks: BTreeMap<Digest, Vec<Attack>>,
    mutants: BTreeMap<Digest, Vec<Mutant>>,
}

impl Searched for Known {
    fn clusters(&self, _: &PlannedDataset) -> Result<BTreeMap<String, String>, JudgeError> {
        // Two examples to a cluster.
        let cluster = |number: usize| (format!("e{number}"), format!("c{}", number / 2));
        Ok((0..40).map(cluster).collect())
    }

    fn drawn(&self, _: &Digest) -> Result<u64, JudgeError> {
        Ok(50)
    }

    fn attacks(&self, key: &Digest) -> Result<Left<Attack>, JudgeError> {
        Ok(self
            .attacks
            .get(key)
            .cloned()
            .ok_or_else(|| "hang".to_owned()))
    }

    fn mutants(&self, key: &Digest) -> Result<Left<Mutant>, JudgeError> {
        Ok(self
            .mutants
            .get(key)
            .cloned()
            .ok_or_else(|| "hang".to_owned()))
    }
}

fn key(name: &str) -> Digest {
    Digest::of(name.as_bytes())
}

fn attack(number: usize, strategy: &str, beam: Option<u64>, success: bool) -> Attack {
    Attack {
        id: format!("e{number}"),
        strategy: strategy.to_owned(),
        beam,
        substitutions: 2,
        queries_at_most: 30,
        queries: 20,
        success,
        before: 0.9,
        after: if success { 0.1 } else { 0.6 },
        edits: 2,
        edited: Some("1:A>C;2:G>T".to_owned()),
        bases: 50,
    }
}

/// A plan of two variants' searches of the fixture's first dataset.
fn plan(spec: &SearchSpec) -> Plan {
    let mut plan = fixture::binary_plan(&["fp32", "int8"]);
    let mut first = plan.cells[0].case.clone();
    first.perturbation = Some(spec.name().to_owned());
    let search = |variant: &str, base: Option<Digest>| PlannedSearch {
        cell: PlannedCell {
            key: key(variant),
            case: Case {
                variant: variant.to_owned(),
                ..first.clone()
            },
            effect: Effect::Kept,
            examples: key("examples"),
        },
        search: spec.clone(),
        base,
    };
    plan.searches = vec![search("fp32", None), search("int8", Some(key("fp32")))];
    plan
}

fn adversarial(known: &Known) -> Vec<AdversarialSuccess> {
    let asked = Adversarial {
        substitutions: vec![2],
        beams: vec![1],
        examples: 50,
        queries_at_most: 30,
        window: None,
    };
    let mut judged = Tables::default();
    add(&plan(&SearchSpec::Adversarial(asked)), known, &mut judged).unwrap();
    judged.adversarial
}

/// The reference calls e0 to e39 right, the other e0 to e35. The search changes every second one of the reference; of the other
/// every second one but e0, and e1 and e3 too.
fn known() -> Known {
    let of_reference = (0..40).flat_map(|number| {
        [
            attack(number, GREEDY, Some(1), number % 2 == 0),
            attack(number, RANDOM, None, number % 4 == 0),
        ]
    });
    let of_other = (0..36).flat_map(|number| {
        let changes = (number % 2 == 0 && number > 0) || number == 1 || number == 3;
        [
            attack(number, GREEDY, Some(1), changes),
            attack(number, RANDOM, None, number % 4 == 0),
            attack(number, TRANSFER, Some(1), number % 4 == 0),
        ]
    });
    Known {
        attacks: BTreeMap::from([
            (key("fp32"), of_reference.collect()),
            (key("int8"), of_other.collect()),
        ]),
        mutants: BTreeMap::new(),
    }
}

#[test]
fn shares_are_of_what_is_called_right_and_differences_of_what_both_call_right() {
    let rows = adversarial(&known());
    let find = |variant: &str, strategy: &str| {
        let mut rows = rows.iter();
        rows.find(|row| row.variant == variant && row.strategy == strategy)
            .unwrap()
    };
    let reference = find("fp32", GREEDY);
    assert_eq!(
        (reference.drawn, reference.examples, reference.successes),
        (50, 40, 20)
    );
    assert_eq!((reference.rate.value, reference.clusters), (Some(0.5), 20));
    assert_eq!(reference.beyond_random, Some(0.25));
    assert_eq!(reference.held.base, None);
    assert_eq!(
        (reference.queries_mean, reference.edits_per_100_bases),
        (Some(20.0), Some(4.0))
    );
    let other = find("int8", GREEDY);
    assert_eq!((other.examples, other.successes), (36, 19));
    assert_eq!(other.held.base.as_deref(), Some("fp32"));
    // Of the 36 both call right: 2 gained, 1 lost.
    let further = other.held.further.unwrap();
    assert!((further - 1.0 / 36.0).abs() < 1e-12, "{further}");
    assert!(other.held.further_lower.unwrap() < 0.0 && !other.held.is_shown());
    // The reference's 18 changed calls among those, every second of which changes here.
    let transfer = find("int8", TRANSFER);
    assert_eq!((transfer.examples, transfer.successes), (18, 9));
    assert!(transfer.beyond_random.is_none());
    assert!(
        !rows
            .iter()
            .any(|row| row.variant == "fp32" && row.strategy == TRANSFER)
    );
}

#[test]
fn whole_clusters_that_change_are_a_wider_interval_than_scattered_ones() {
    let with = |changes: fn(usize) -> bool| {
        let mut known = known();
        let attacks = (0..40).map(|number| attack(number, GREEDY, Some(1), changes(number)));
        known.attacks.insert(key("fp32"), attacks.collect());
        let rate = adversarial(&known).remove(0).rate;
        rate.upper.unwrap() - rate.lower.unwrap()
    };
    assert!(with(|number| number % 4 < 2) > 1.2 * with(|number| number % 2 == 0));
}

#[test]
fn a_search_that_failed_leaves_rows_with_its_reason() {
    let mut known = known();
    known.attacks.remove(&key("fp32"));
    let rows = adversarial(&known);
    let of = |variant: &'static str| rows.iter().filter(move |row| row.variant == variant);
    assert!(of("fp32").count() > 0);
    for row in of("fp32") {
        assert_eq!(row.rate.undefined.as_deref(), Some("cell failed: hang"));
    }
    for row in of("int8") {
        assert_eq!(
            row.held.further_undefined.as_deref(),
            Some("cell failed: hang")
        );
        assert_eq!(
            row.rate.value.is_none(),
            // Nothing was drawn once here.
            matches!(row.strategy.as_str(), TRANSFER | RANDOM_ONCE),
            "{row:?}"
        );
    }
}

#[test]
fn effects_are_means_over_the_examples_that_have_another_base() {
    let mutants = |after: f64| -> Vec<Mutant> {
        let of = |number: usize| {
            // Every fourth example has C there, the others G.
            let from = if number.is_multiple_of(4) { "C" } else { "G" };
            let others = ["A", "C", "G", "T"]
                .into_iter()
                .filter(move |to| *to != from);
            others.map(move |to| Mutant {
                id: format!("e{number}"),
                position: 7,
                from: from.to_owned(),
                to: to.to_owned(),
                before: 0.5,
                after: if to == "A" {
                    after + number as f64 / 1000.0
                } else {
                    0.5
                },
            })
        };
        (0..40).flat_map(of).collect()
    };
    let known = Known {
        attacks: BTreeMap::new(),
        mutants: BTreeMap::from([(key("fp32"), mutants(0.2)), (key("int8"), mutants(0.3))]),
    };
    let spec = SearchSpec::Mutagenesis {
        examples: 40,
        window: Span { start: 7, end: 8 },
    };
    let mut judged = Tables::default();
    add(&plan(&spec), &known, &mut judged).unwrap();
    let find = |variant: &str, base: &str| {
        let mut rows = judged.mutagenesis.iter();
        rows.find(|row| row.variant == variant && row.base == base)
            .unwrap()
    };
    let (a, c, g) = (find("fp32", "A"), find("fp32", "C"), find("fp32", "G"));
    assert_eq!((a.examples, c.examples, g.examples), (40, 30, 10));
    assert_eq!((a.share, c.share, g.share), (0.0, 0.25, 0.75));
    let expected: f64 = (0..40)
        .map(|number| {
            let p: f64 = 0.2 + f64::from(number) / 1000.0;
            (p / (1.0 - p)).ln()
        })
        .sum::<f64>()
        / 40.0;
    assert!((a.effect.value.unwrap() - expected).abs() < 1e-12);
    assert!(a.effect.lower < a.effect.value && a.effect.upper > a.effect.value);
    assert_eq!(
        (c.effect.value, a.base_variant.as_deref()),
        (Some(0.0), None)
    );
    let other = find("int8", "A");
    assert_eq!(other.base_variant.as_deref(), Some("fp32"));
    let both = other.effect.value.unwrap() - a.effect.value.unwrap();
    assert!((other.difference.unwrap() - both).abs() < 1e-12);
    let agreement = &judged.mutagenesis_agreement[0];
    assert_eq!(
        (agreement.changes, agreement.examples, agreement.clusters),
        (120, 40, 20)
    );
    assert!(
        agreement.pearson.value > Some(0.9) && agreement.pearson.lower < agreement.pearson.value
    );
}
