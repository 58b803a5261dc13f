//! A suite of several labels: what is not known counts nowhere, a collapsed label is shown, means say what they are of.

use titer_core::{Contrast, Decision, Interval, Prediction, Score, SpreadKind, Stream, Target};
use titer_spec::gate::Covers;
use titer_spec::suite::Labels;
use titer_spec::{Gate, MetricSpec, OutputKind, Plan, Question};

use super::verdicts::Run;
use super::windows::judge;
use crate::facts::Facts;
use crate::fixture::{CLEAN, InMemory, answer, facts, limit, margin, plan, suite};
use crate::scoring::{Found, score_plan};
use crate::strata::LABEL;
use titer_core::Tables;

const ASKED: [&str; 3] = ["ctcf", "dnase", "tata"];
const METRICS: [MetricSpec; 6] = [
    MetricSpec::Auroc,
    MetricSpec::Accuracy,
    MetricSpec::AurocMacro,
    MetricSpec::F1Micro,
    MetricSpec::HammingLoss,
    MetricSpec::Brier,
];

fn of_labels(thresholds: &[(&str, f64)]) -> Plan {
    let asked = Labels {
        labels: ASKED.map(str::to_owned).to_vec(),
    };
    let suite = suite("tracks", Question::Labels(asked), &METRICS);
    let mut plan = plan(suite, &["fp32", "int8"]);
    let model = &mut plan.models[0];
    model.output = OutputKind::Labels;
    // More labels than are asked about, in another order than the dataset's.
    model.output_classes = ["tata", "pol2", "ctcf", "dnase"]
        .map(str::to_owned)
        .to_vec();
    let own = thresholds.iter();
    model.thresholds = own
        .map(|(label, cut)| ((*label).to_owned(), *cut))
        .collect();
    plan
}

/// Of the dataset's order: dnase, tata, ctcf. Some truths of dnase are not known, and `tata` is true as often as said.
fn examples(tata: f64) -> Vec<Facts> {
    let example = |i: usize| {
        let (id, locus) = (format!("e{i:03}"), format!("l{:03}", i / 2));
        let draw = |what: &str| Stream::new(5, what, &id).uniform();
        let labels = vec![
            (draw("known") < 0.9).then_some(draw("dnase") < 0.5),
            Some(draw("tata") < tata),
            Some(draw("ctcf") < 0.4),
        ];
        facts(&id, Target::Labels(labels), &locus)
    };
    (0..240).map(example).collect()
}

fn truth(fact: &Facts) -> &[Option<bool>] {
    match &fact.target {
        Target::Labels(labels) => labels,
        other => panic!("{other:?}"),
    }
}

/// Sure of each label but for noise; of dnase `blind` knows nothing.
fn found(source: &InMemory, blind: bool, noise: &str) -> Found {
    let one = |fact: &Facts| -> Prediction {
        let labels = truth(fact);
        let draw = |what: &str| Stream::new(7, &format!("{what} {noise}"), &fact.id).uniform();
        let jitter = if blind {
            0.02 * (draw("jitter") - 0.5)
        } else {
            0.0
        };
        let sure = |truth: Option<bool>, what: &str| {
            let centre = if truth == Some(true) { 0.65 } else { 0.35 };
            centre + 0.6 * (draw(what) - 0.5) + jitter
        };
        let dnase = if blind { 0.5 } else { sure(labels[0], "dnase") };
        let (tata, ctcf) = (sure(labels[1], "tata"), sure(labels[2], "ctcf"));
        answer(&fact.id, vec![tata, 0.9, ctcf, dnase], 4)
    };
    Found::Predictions(source.facts.iter().map(one).collect())
}

fn source(plan: &Plan, tata: f64) -> InMemory {
    let mut source = InMemory::new();
    source.facts = examples(tata);
    for cell in &plan.cells {
        let noise = format!("{:?}", cell.case.perturbation);
        let found = found(&source, cell.case.variant == "int8", &noise);
        source.stated.insert(cell.key, found);
    }
    source
}

fn score<'a>(judged: &'a Tables, variant: &str, metric: &str, class: Option<&str>) -> &'a Score {
    let wanted = |score: &&Score| {
        let key = &score.key;
        (key.case.dataset.as_str(), key.case.variant.as_str()) == ("near", variant)
            && key.case.is_clean()
            && (key.metric.as_str(), key.class.as_deref()) == (metric, class)
    };
    judged.scores.iter().find(wanted).unwrap()
}

fn value(score: &Score) -> f64 {
    *score.value.as_ref().unwrap()
}

fn interval(score: &Score) -> Interval {
    *score.interval.as_ref().unwrap()
}

#[test]
fn what_is_not_known_counts_nowhere_and_is_counted() {
    let plan = of_labels(&[]);
    let source = source(&plan, 0.3);
    let judged = judge(&plan, &source);
    let unknown = source.facts.iter().filter(|fact| truth(fact)[0].is_none());
    let unknown = unknown.count() as u64;
    assert!(unknown > 10);
    let dnase = score(&judged, "fp32", "auroc", Some("dnase"));
    assert_eq!((dnase.examples, dnase.unknown), (240 - unknown, unknown));
    assert_eq!(dnase.positions, dnase.examples);
    let ctcf = score(&judged, "fp32", "auroc", Some("ctcf"));
    assert_eq!((ctcf.examples, ctcf.unknown), (240, 0));
    assert!(interval(ctcf).lower > 0.6);
    let mean = score(&judged, "fp32", "auroc_macro", None);
    assert_eq!((mean.labels, mean.labels_averaged), (Some(3), Some(3)));
    assert_eq!((mean.positions, mean.unknown), (3 * 240 - unknown, unknown));
    let each = ASKED.map(|label| value(score(&judged, "fp32", "auroc", Some(label))));
    assert!((value(mean) - each.iter().sum::<f64>() / 3.0).abs() < 1e-12);
    let interval = interval(mean);
    assert!(interval.lower < value(mean) && value(mean) < interval.upper);
    // The accuracy of each label, weighed by how often it is known.
    let wrong = ASKED.map(|label| {
        let accuracy = score(&judged, "fp32", "accuracy", Some(label));
        (1.0 - value(accuracy)) * accuracy.examples as f64
    });
    let loss = score(&judged, "fp32", "hamming_loss", None);
    assert!((value(loss) - wrong.iter().sum::<f64>() / mean.positions as f64).abs() < 1e-12);
    assert_eq!((loss.labels, loss.labels_averaged), (None, None));
}

/// The mean falls a little where one label collapses: the label is shown, and gates on the metric of each label see it.
#[test]
fn a_mean_hides_no_collapsed_label() {
    let mut plan = of_labels(&[]);
    plan.gates = vec![
        Gate::NoWorseThanReference(margin("auroc_macro", 0.3)),
        Gate::NoWorseThanReference(margin("auroc", 0.1)),
        Gate::NoWorseThanReference(titer_spec::gate::Margin {
            covers: Covers {
                classes: vec!["ctcf".to_owned()],
                ..Covers::default()
            },
            ..margin("auroc", 0.1)
        }),
        Gate::AtLeast(limit("auroc_macro", 0.6)),
    ];
    let source = source(&plan, 0.3);
    let judged = judge(&plan, &source);
    assert_eq!(value(score(&judged, "int8", "auroc", Some("dnase"))), 0.5);
    assert!(value(score(&judged, "int8", "auroc_macro", None)) > 0.7);
    let spread = |kind: SpreadKind| {
        let mut spreads = judged.spreads.iter();
        let of = spreads.find(|one| {
            one.stratum == LABEL
                && one.statistic == kind
                && one.key.metric == "auroc"
                && (one.key.case.variant.as_str(), one.key.case.dataset.as_str())
                    == ("int8", "near")
        });
        of.unwrap()
    };
    let worst = spread(SpreadKind::Worst);
    assert_eq!((worst.worst_group.as_str(), worst.groups), ("dnase", 3));
    assert_eq!(worst.estimate.value, Some(0.5));
    assert!(spread(SpreadKind::Gap).estimate.value.unwrap() > 0.3);
    let verdict = Run::of(plan, &source).verdict().unwrap();
    let decided = |index: usize| -> Vec<(&str, Decision)> {
        let of = verdict.scored.iter().filter(|one| one.index == index);
        of.map(|one| (one.class.as_deref().unwrap_or("all"), one.decision))
            .collect()
    };
    assert_eq!(decided(0), [("all", Decision::Pass)]);
    assert_eq!(
        decided(1),
        [
            ("ctcf", Decision::Pass),
            ("dnase", Decision::Fail),
            ("tata", Decision::Pass)
        ]
    );
    assert_eq!(decided(2), [("ctcf", Decision::Pass)]);
    // Both datasets.
    assert_eq!(decided(3), [("all", Decision::Pass); 2]);
    let losses = verdict.losses;
    let of_label = |label: &str| {
        losses
            .losses
            .iter()
            .any(|one| one.key.class.as_deref() == Some(label))
    };
    assert!(of_label("dnase") && !of_label("tata"), "{losses:?}");
}

#[test]
fn a_label_that_is_never_true_is_undefined_and_left_out_of_the_mean() {
    let plan = of_labels(&[]);
    let judged = judge(&plan, &source(&plan, -1.0));
    let tata = score(&judged, "fp32", "auroc", Some("tata"));
    assert_eq!(tata.value.as_ref().unwrap_err().0, "no positive example");
    let mean = score(&judged, "fp32", "auroc_macro", None);
    assert_eq!((mean.labels, mean.labels_averaged), (Some(3), Some(2)));
    assert!(mean.leaves_labels_out());
    let two = ["ctcf", "dnase"].map(|label| value(score(&judged, "fp32", "auroc", Some(label))));
    assert!((value(mean) - (two[0] + two[1]) / 2.0).abs() < 1e-12);
    let fall = judged.falls.iter().find(|one| one.metric == "auroc_macro");
    let reason = fall.unwrap().fall.undefined.clone().unwrap();
    assert!(reason.contains("2 of 3 labels"), "{reason}");
}

/// A label is called by its own threshold; the others by the model's.
#[test]
fn a_threshold_of_its_own_moves_the_calls_of_its_label_alone() {
    let (plain, own) = (of_labels(&[]), of_labels(&[("ctcf", 0.9)]));
    let of = |plan: &Plan, label: &str| {
        let judged = judge(plan, &source(plan, 0.3));
        let accuracy = value(score(&judged, "fp32", "accuracy", Some(label)));
        (
            accuracy,
            value(score(&judged, "fp32", "auroc", Some(label))),
        )
    };
    let (before, after) = (of(&plain, "ctcf"), of(&own, "ctcf"));
    assert!(after.0 < before.0 && after.1 == before.1);
    assert_eq!(of(&plain, "tata"), of(&own, "tata"));
}

/// Calls are compared label by label.
#[test]
fn flips_are_of_labels() {
    let plan = of_labels(&[]);
    let source = source(&plan, 0.3);
    let judged = judge(&plan, &source);
    let wanted = |one: &&titer_core::Agreement| {
        one.contrast == Contrast::Reference && one.case.dataset == "near" && one.case.is_clean()
    };
    let found = judged.agreements.iter().find(wanted).unwrap();
    let known = source.facts.iter().flat_map(truth).flatten();
    assert_eq!(found.units, known.count() as u64);
    assert_eq!(found.unit, "example-label pair");
    // The blind variant calls dnase everywhere.
    assert!(found.flips_to_wrong > 60 && found.flips_to_right > 5);
    let of_label = |label: &str| {
        let mut flips = judged.flips.iter();
        let of = flips
            .find(|one| one.group == label && one.case.dataset == "near" && one.case.is_clean());
        let of = of.unwrap();
        of.flips_to_wrong + of.flips_to_right
    };
    assert!(of_label("dnase") > 60);
    assert!(of_label("ctcf") < 10 && of_label("tata") < 10);
    // Where the target is destroyed, a label that was true should be called no more.
    let share = judged.scores.iter().find(|score| {
        score.key.case.perturbation.as_deref() == Some("reverse")
            && score.key.class.as_deref() == Some("ctcf")
    });
    let share = share.unwrap();
    let positives = source
        .facts
        .iter()
        .filter(|fact| truth(fact)[2] == Some(true));
    assert_eq!(share.examples, positives.count() as u64);
    assert!(value(share) > 0.5);
}

#[test]
fn answers_of_another_shape_are_refused() {
    let plan = of_labels(&[]);
    let mut source = source(&plan, 0.3);
    let short = source
        .facts
        .iter()
        .map(|fact| answer(&fact.id, vec![0.5; 3], 3));
    let short = Found::Predictions(short.collect());
    source.state(&plan, "fp32", CLEAN, short);
    let error = score_plan(&plan, &source, &|_, _, _| {}).unwrap_err();
    let text = error.to_string();
    assert!(
        text.contains("3 values for \"e000\", where 4 probabilities"),
        "{text}"
    );
}
