//! The words of metrics and perturbations in a report.

use titer_core::{Decision, Direction};
use titer_judge::EPSILON;
use titer_spec::ControlSpec;
use titer_spec::plan::Exposure;

/// A metric in a report.
#[derive(Clone, Copy, Debug)]
pub struct MetricWords {
    /// Its name in tables.
    pub name: &'static str,
    /// Its name in prose and headings.
    pub label: &'static str,
    /// Which way is better.
    pub direction: Direction,
    /// One or two plain sentences.
    pub explains: &'static str,
}

const fn higher(name: &'static str, label: &'static str, explains: &'static str) -> MetricWords {
    MetricWords {
        name,
        label,
        direction: Direction::HigherIsBetter,
        explains,
    }
}

const fn lower(name: &'static str, label: &'static str, explains: &'static str) -> MetricWords {
    MetricWords {
        name,
        label,
        direction: Direction::LowerIsBetter,
        explains,
    }
}

const METRICS: [MetricWords; 11] = [
    higher(
        "auroc",
        "AUROC",
        "The chance that a true site gets a higher probability than a decoy. 1 is perfect, 0.5 is guessing. It does not depend on how common sites are.",
    ),
    higher(
        "average_precision",
        "Average precision",
        "The precision averaged over the ranks at which true sites are found. 1 is perfect; guessing earns the prevalence, so it is read beside it.",
    ),
    higher(
        "top_k",
        "Top-k accuracy",
        "With k true sites, the share of them among the k positions of highest probability.",
    ),
    higher(
        "accuracy",
        "Accuracy",
        "The share of examples on the right side of the model's threshold.",
    ),
    higher(
        "balanced_accuracy",
        "Balanced accuracy",
        "The mean of the share of positives and the share of negatives that are called right. 0.5 is guessing.",
    ),
    higher(
        "mcc",
        "MCC",
        "Matthews correlation of called and true class: 1 is perfect, 0 is no relation.",
    ),
    higher(
        "f1",
        "F1",
        "The harmonic mean of precision and recall of the positive class. It rises with the prevalence.",
    ),
    lower(
        "ece",
        "ECE",
        "Expected calibration error: how far stated probabilities lie from how often they come true, minus what chance adds. The floor is what a perfectly calibrated model would show on this many examples.",
    ),
    lower(
        "brier",
        "Brier score",
        "The mean squared distance of the probability from the truth. 0 is perfect.",
    ),
    lower(
        "log_loss",
        "Log loss",
        "The mean of minus the logarithm of the probability given to the truth: confident errors cost most. 0 is perfect.",
    ),
    lower(
        "called_positive_share",
        "Share still called",
        "Negative controls only: of the sites whose target was destroyed, the share that is still called a site. 0 is perfect.",
    ),
];

/// The words of a metric: those written here for the reader, else what the metric says of itself. One
/// that is not known is shown by its name and read as higher is better.
pub fn metric(name: &str) -> Option<MetricWords> {
    let written = METRICS.iter().find(|words| words.name == name).copied();
    written.or_else(|| {
        let about = titer_judge::measures::about(name)?;
        Some(MetricWords {
            name: about.name,
            label: about.title,
            direction: about.direction,
            explains: about.measures,
        })
    })
}

/// A metric's name in headings.
pub fn label(name: &str) -> String {
    if let Some((metric, by)) = titer_spec::metric::grouped::parts(name) {
        return format!("{}, averaged by {}", label(metric), stratum(by));
    }
    metric(name).map_or_else(|| name.replace('_', " "), |words| words.label.to_owned())
}

/// A metric's name within a sentence: "average precision", "AUROC".
pub fn in_prose(name: &str) -> String {
    let label = label(name);
    let mut letters = label.chars();
    match (letters.next(), letters.next()) {
        (Some(first), Some(second)) if second.is_lowercase() => {
            format!("{}{}", first.to_lowercase(), &label[first.len_utf8()..])
        }
        _ => label,
    }
}

/// +1 where larger is better, -1 where smaller is.
pub fn sign(name: &str) -> f64 {
    match metric(name).map(|words| words.direction) {
        Some(Direction::LowerIsBetter) => -1.0,
        _ => 1.0,
    }
}

/// Whether a metric moves with the share of positives alone, though the model is as good on each class: it mixes the
/// classes by their shares. Rates within a class do not, nor does the order of positives and negatives.
pub fn moves_with_prevalence(name: &str) -> bool {
    matches!(
        name,
        "accuracy"
            | "auroc_weighted"
            | "average_precision"
            | "average_precision_macro"
            | "average_precision_weighted"
            | "aurc"
            | "e_aurc"
            | "brier"
            | "brier_multiclass"
            | "classwise_ece"
            | "coverage_at_risk"
            | "f1"
            | "f1_macro"
            | "f1_weighted"
            | "log_loss"
            | "mcc"
            | "precision"
            | "precision_at_threshold"
            | "precision_macro"
            | "precision_weighted"
            | "recall_at_precision"
            | "recall_weighted"
            | "top_k"
            | "top_k_accuracy"
    )
}

/// "higher is better" or "lower is better".
pub fn better(name: &str) -> &'static str {
    if sign(name) > 0.0 {
        "higher is better"
    } else {
        "lower is better"
    }
}

/// What a metric's values are read with: which way is better, and how far from 0 and 1 probabilities are kept.
pub fn hint(metric: &str) -> String {
    match epsilon(metric) {
        Some(epsilon) => format!(
            "{}; probabilities are kept {epsilon:e} from 0 and 1",
            better(metric)
        ),
        None => better(metric).to_owned(),
    }
}

/// How far from 0 and 1 a metric keeps probabilities; `None` where it does not.
pub fn epsilon(metric: &str) -> Option<f64> {
    (metric == "log_loss").then_some(EPSILON)
}

/// A control in a few words.
pub fn control(control: &ControlSpec) -> String {
    match control {
        ControlSpec::Majority => "class shares alone".to_owned(),
        ControlSpec::Gc => "GC content".to_owned(),
        ControlSpec::Length => "length".to_owned(),
        ControlSpec::Kmers(kmers) => format!("counts of {}-mers", kmers.k),
        ControlSpec::Nearest(nearest) => format!("nearest by {}-mers", nearest.k),
        ControlSpec::Chromosome => "chromosome alone".to_owned(),
        ControlSpec::Position => "nearest on the chromosome".to_owned(),
        ControlSpec::Shuffled => "itself, letters shuffled".to_owned(),
        ControlSpec::RandomWeights => "itself, random weights".to_owned(),
    }
}

/// A stratum's name in captions.
pub fn stratum(name: &str) -> String {
    match name {
        "gc" => "GC content".to_owned(),
        "length" => "sequence length".to_owned(),
        "class" => "true class".to_owned(),
        other => other.replace('_', " "),
    }
}

/// A test's name in tables.
pub fn test(name: &str) -> String {
    match name {
        "delong" => "DeLong".to_owned(),
        "obuchowski" => "Obuchowski (clustered DeLong)".to_owned(),
        "mcnemar_mid_p" => "McNemar, mid-p".to_owned(),
        "mcnemar_obuchowski" => "McNemar, clustered (Obuchowski)".to_owned(),
        "swaps" | "swaps_exact" | "swaps_mid_p" => "swaps of whole clusters".to_owned(),
        other => other.replace('_', " "),
    }
}

/// Whether a model was trained on the data of a check.
pub fn training(exposure: Exposure) -> &'static str {
    match exposure {
        Exposure::Seen => "trained on",
        Exposure::HeldOut => "held out",
        Exposure::Unknown => "unknown",
    }
}

/// A decision's word, class and sign.
pub fn decision(decision: Decision) -> (&'static str, &'static str, &'static str) {
    match decision {
        Decision::Pass => ("Pass", "pass", "✓"),
        Decision::Fail => ("Fail", "fail", "✕"),
        Decision::Inconclusive => ("Inconclusive", "inconclusive", "?"),
        Decision::Incomplete => ("Incomplete", "incomplete", "!"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fit_into_sentences() {
        assert_eq!(in_prose("average_precision"), "average precision");
        assert_eq!(in_prose("auroc"), "AUROC");
        assert_eq!(in_prose("f1"), "F1");
    }

    /// Two tables say which way is better; this one must agree with the one that judges.
    #[test]
    fn directions_are_those_that_judge() {
        use titer_core::Effect;
        let mut suite = crate::fixture::run().manifest.plan.suites[0].clone();
        suite.metrics = titer_spec::MetricSpec::ALL.to_vec();
        for effect in [Effect::Kept, Effect::Destroyed] {
            for measure in titer_judge::measures::measures(&suite, effect) {
                let words = metric(measure.name).unwrap();
                assert_eq!(words.direction, measure.direction(), "{}", measure.name);
            }
        }
    }

    /// The judge puts metrics into sentences, too: by the names that stand on the page.
    #[test]
    fn names_are_those_of_sentences() {
        for words in METRICS {
            assert_eq!(words.label, titer_judge::words::label(words.name));
        }
    }

    #[test]
    fn metrics_that_mix_the_classes_move_with_prevalence() {
        let names = titer_spec::MetricSpec::ALL.map(titer_spec::MetricSpec::name);
        let moving: Vec<&str> = names
            .into_iter()
            .filter(|name| moves_with_prevalence(name))
            .collect();
        assert_eq!(moving.len(), 24, "a name is not a metric's: {moving:?}");
        for still in [
            "auroc",
            "balanced_accuracy",
            "recall",
            "specificity",
            "tpr_at_fpr",
        ] {
            assert!(!moving.contains(&still), "{still}");
        }
    }

    #[test]
    fn every_metric_of_a_suite_has_words() {
        for spec in titer_spec::MetricSpec::ALL {
            assert!(metric(spec.name()).is_some(), "{}", spec.name());
        }
        assert!(sign("brier") < 0.0 && sign("auroc") > 0.0);
    }
}
