//! The curve against similarity, held to scikit-learn's scores on the same bins.

use serde::Deserialize;
use std::collections::BTreeMap;
use titer_core::{Case, Digest, SimilarityBin, Target};
use titer_metrics::MetricSpec;
use titer_spec::plan::{Plan, PlannedCell, PlannedDataset, PlannedSimilarity, PlannedTraining};

use crate::error::JudgeError;
use crate::facts::TakeFacts;
use crate::fixture::{answer, binary, facts, plan, suite};
use crate::scoring::{Found, Source, score_plan};

#[derive(Deserialize)]
struct Fixture {
    similarity: Vec<Option<f64>>,
    truth: Vec<usize>,
    cluster: Vec<usize>,
    probability: BTreeMap<String, Vec<f64>>,
    bins: u32,
    expected: Vec<Expected>,
}

#[derive(Deserialize)]
struct Expected {
    from: f64,
    to: f64,
    mean: f64,
    units: u64,
    auroc: BTreeMap<String, f64>,
    average_precision: BTreeMap<String, f64>,
}

fn fixture() -> Fixture {
    serde_json::from_str(include_str!("../../fixtures/similarity.json")).unwrap()
}

impl Source for Fixture {
    fn facts(&self, _: &PlannedDataset, take: &mut TakeFacts<'_>) -> Result<(), JudgeError> {
        let all = self.truth.iter().zip(&self.cluster).enumerate();
        let one = |(number, (class, cluster)): (usize, (&usize, &usize))| {
            let id = format!("e{number:04}");
            facts(&id, Target::Class(*class), &format!("l{cluster:03}"))
        };
        all.map(one).try_for_each(take)
    }

    fn found(&self, cell: &PlannedCell) -> Result<Found, JudgeError> {
        let Case { variant, .. } = &cell.case;
        let values = self.probability[variant].iter().enumerate();
        let answers =
            values.map(|(number, value)| answer(&format!("e{number:04}"), vec![*value], 1));
        Ok(Found::Predictions(answers.collect()))
    }

    fn similarities(&self, dataset: &PlannedDataset) -> Result<Vec<Option<f64>>, JudgeError> {
        // The dataset `far` was not measured.
        Ok(match dataset.name.as_str() {
            "near" => self.similarity.clone(),
            _ => Vec::new(),
        })
    }
}

fn asked(bins: u32) -> Plan {
    let metrics = [MetricSpec::Auroc, MetricSpec::AveragePrecision];
    let mut suite = suite("windows", binary(), &metrics);
    suite.perturbations.clear();
    suite.similarity = Some(PlannedSimilarity {
        to: vec![PlannedTraining {
            dataset: "near".to_owned(),
            split: "train".to_owned(),
            digest: Digest::of(b"train"),
            examples: 9,
        }],
        bins,
        k: 14,
        chance: 0.01,
    });
    plan(suite, &["fp32", "int8"])
}

fn rows(fixture: &Fixture) -> Vec<SimilarityBin> {
    let plan = asked(fixture.bins);
    score_plan(&plan, fixture, &|_, _, _| {})
        .unwrap()
        .similarities
}

fn close(found: f64, expected: f64) {
    assert!((found - expected).abs() < 1e-12, "{found} {expected}");
}

#[test]
fn bins_and_scores_are_those_of_numpy_and_scikit_learn() {
    let fixture = fixture();
    let all = rows(&fixture);
    // Two variants, two metrics, of the dataset that was measured.
    assert_eq!(all.len(), 4 * fixture.expected.len());
    for row in &all {
        let expected = &fixture.expected[row.bin as usize];
        close(row.from, expected.from);
        close(row.to, expected.to);
        close(row.mean, expected.mean);
        assert_eq!((row.units, row.k), (expected.units, 14));
        assert_eq!((&row.training[..], row.chance), ("near train", 0.01));
        let scores = match row.key.metric.as_str() {
            "auroc" => &expected.auroc,
            _ => &expected.average_precision,
        };
        let own = scores[&row.key.case.variant];
        close(row.estimate.value.unwrap(), own);
        let ends = row.estimate.lower.zip(row.estimate.upper).unwrap();
        assert!(ends.0 < own && own < ends.1 && !row.too_small);
        match row.key.case.variant.as_str() {
            "fp32" => assert_eq!((&row.against.base, row.against.difference), (&None, None)),
            _ => {
                assert_eq!(row.against.base.as_deref(), Some("fp32"));
                close(row.against.difference.unwrap(), own - scores["fp32"]);
            }
        }
    }
}

/// int8 is worse where examples are unlike the training data, and the same elsewhere: the curve says where.
#[test]
fn the_difference_is_shown_where_it_is_and_nowhere_else() {
    let all = rows(&fixture());
    let int8 = |row: &&SimilarityBin| row.against.base.is_some() && row.key.metric == "auroc";
    let int8: Vec<&SimilarityBin> = all.iter().filter(int8).collect();
    assert!(
        int8[0].against.difference_upper.unwrap() < 0.0,
        "{:?}",
        int8[0]
    );
    let last = int8[int8.len() - 1];
    assert_eq!(
        (last.against.difference, last.against.difference_lower),
        (Some(0.0), None)
    );
    let reason = last.against.difference_undefined.as_deref().unwrap();
    assert!(reason.contains("differ"), "{reason}");
}

#[test]
fn nothing_is_cut_where_all_are_alike_or_nobody_measured() {
    let mut fixture = fixture();
    fixture.similarity.fill(Some(0.0));
    assert!(rows(&fixture).is_empty());
    fixture.similarity.clear();
    assert!(rows(&fixture).is_empty());
}
