use titer_core::Stream;

use super::*;
use crate::values::mae::Mae;
use crate::values::spearman::Spearman;
use crate::values::trial::Trial;

fn names(groups: u32) -> Vec<String> {
    (1..=groups)
        .map(|number| format!("chromosome {number}"))
        .collect()
}

fn group_of(examples: usize, groups: u32) -> Vec<u32> {
    let mut stream = Stream::new(4, "groups", "");
    let mut one = || stream.below(u64::from(groups)) as u32;
    (0..examples).map(|_| one()).collect()
}

fn picked(trial: &Trial, group_of: &[u32], group: u32) -> Trial {
    let of = |i: &usize| group_of[*i] == group;
    let indices: Vec<usize> = (0..group_of.len()).filter(of).collect();
    Trial {
        truth: indices.iter().map(|&i| trial.truth[i]).collect(),
        predicted: indices.iter().map(|&i| trial.predicted[i]).collect(),
        cluster_of: indices.iter().map(|&i| trial.cluster_of[i]).collect(),
    }
}

/// The average by its definition: each group's copies of examples on their own.
fn naive(trial: &Trial, group_of: &[u32], groups: u32, counts: &[u32]) -> f64 {
    let (mut sum, mut all) = (0.0, 0);
    for group in 0..groups {
        let copies = picked(trial, group_of, group).replicated(counts);
        let value = Mae.prepare(copies.data()).value(Multiplicity::Once);
        sum += copies.truth.len() as f64 * value.unwrap();
        all += copies.truth.len();
    }
    sum / all as f64
}

#[test]
fn is_the_mean_by_examples_in_any_draw() {
    let trial = Trial::new(400, 12, 20, 3);
    let groups = group_of(400, 5);
    let grouped = GroupedValued::new(trial.data(), &groups, &names(5)).unwrap();
    let average = grouped.prepare(&Mae);
    let once = average.value(Multiplicity::Once).unwrap();
    assert!((once - naive(&trial, &groups, 5, &[1; 12])).abs() < 1e-14);
    let counts = [0, 2, 1, 1, 3, 0, 0, 1, 2, 1, 1, 0];
    let drawn = average.value(Multiplicity::PerCluster {
        counts: &counts,
        cluster_of: &trial.cluster_of,
    });
    assert!((drawn.unwrap() - naive(&trial, &groups, 5, &counts)).abs() < 1e-14);
}

#[test]
fn order_changes_nothing() {
    let trial = Trial::new(300, 6, 30, 5);
    let groups = group_of(300, 4);
    let mut order: Vec<usize> = (0..300).collect();
    Stream::new(6, "shuffle", "").shuffle(&mut order);
    let other = Trial {
        truth: order.iter().map(|&i| trial.truth[i]).collect(),
        predicted: order.iter().map(|&i| trial.predicted[i]).collect(),
        cluster_of: order.iter().map(|&i| trial.cluster_of[i]).collect(),
    };
    let moved: Vec<u32> = order.iter().map(|&i| groups[i]).collect();
    let values = |trial: &Trial, groups: &[u32]| {
        let grouped = GroupedValued::new(trial.data(), groups, &names(4)).unwrap();
        let average = grouped.prepare(&Spearman);
        let drawn = Multiplicity::PerCluster {
            counts: &[1, 0, 3, 1, 0, 1],
            cluster_of: &trial.cluster_of,
        };
        [Multiplicity::Once, drawn].map(|drawn| average.value(drawn))
    };
    let first = values(&trial, &groups);
    assert!(first.iter().all(Result::is_ok));
    assert_eq!(first, values(&other, &moved));
}

#[test]
fn a_group_without_a_value_is_named() {
    let data = Valued {
        truth: &[2.0, 1.0, 3.0, 3.0, 4.0, 4.0],
        predicted: &[0.9, 0.1, 0.3, 0.4, 0.6, 0.7],
    };
    let grouped = GroupedValued::new(data, &[0, 0, 1, 1, 3, 3], &names(4)).unwrap();
    let average = grouped.prepare(&Spearman);
    let reason = "undefined in 2 of 3 groups, first in chromosome 2: every true value is the same";
    assert_eq!(
        average.value(Multiplicity::Once),
        Err(Undefined::because(reason))
    );
    // A group of which nothing is drawn has no weight.
    let drawn = Multiplicity::PerCluster {
        counts: &[2, 0],
        cluster_of: &[0, 0, 1, 1, 1, 1],
    };
    assert_eq!(average.value(drawn), Ok(1.0));
    let nothing = Multiplicity::PerCluster {
        counts: &[0, 0],
        cluster_of: &[0, 0, 1, 1, 1, 1],
    };
    assert_eq!(average.value(nothing), Err(no_examples()));
}

#[test]
fn numbers_are_ranked_within_their_group() {
    let data = Valued {
        truth: &[1.0, 2.0, 3.0, 11.0, 12.0],
        predicted: &[30.0, 20.0, 10.0, 1.0, 2.0],
    };
    let grouped = GroupedValued::new(data, &[0, 0, 0, 1, 1], &names(2)).unwrap();
    let value = grouped
        .prepare(&Spearman)
        .value(Multiplicity::Once)
        .unwrap();
    assert!((value - (2.0 - 3.0) / 5.0).abs() < 1e-15, "{value}");
}

#[test]
fn what_does_not_fit_is_said() {
    let data = Valued {
        truth: &[1.0, 0.0],
        predicted: &[0.9, 0.1],
    };
    let reason = |group_of: &[u32]| {
        let grouped = GroupedValued::new(data, group_of, &names(2));
        grouped.unwrap_err().0
    };
    assert_eq!(reason(&[0]), "2 examples but 1 group numbers");
    assert_eq!(reason(&[0, 2]), "group 2 of 2 groups");
}
