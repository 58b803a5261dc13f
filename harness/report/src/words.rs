//! The words of metrics and perturbations in a report.

use titer_core::{Decision, IntervalMethod, Sees};
use titer_judge::{EPSILON, about, groups};
use titer_spec::plan::Exposure;

/// A metric's name in headings.
pub(crate) fn label(name: &str) -> String {
    if let Some((metric, by)) = groups(name) {
        return format!("{}, averaged by {}", label(metric), stratum(by));
    }
    about(name).map_or_else(|| name.replace('_', " "), |about| about.title.to_owned())
}

/// A metric's name within a sentence: "average precision", "AUROC".
pub(crate) fn in_prose(name: &str) -> String {
    let label = label(name);
    let mut letters = label.chars();
    match (letters.next(), letters.next()) {
        (Some(first), Some(second)) if second.is_lowercase() && !is_of_a_person(&label) => {
            format!("{}{}", first.to_lowercase(), &label[first.len_utf8()..])
        }
        _ => label,
    }
}

/// Names of people keep their capitals.
fn is_of_a_person(label: &str) -> bool {
    [
        "Brier",
        "Kendall",
        "Kolmogorov",
        "Matthews",
        "Pearson",
        "Spearman",
        "Youden",
    ]
    .iter()
    .any(|name| label.starts_with(name))
}

/// +1 where larger is better, -1 where smaller is.
pub(crate) fn sign(name: &str) -> f64 {
    about(name).map_or(1.0, |about| about.direction.sign())
}

/// Whether a metric moves with the share of positives alone, though the model is as good on each class.
pub(crate) fn moves_with_prevalence(name: &str) -> bool {
    about(name).is_some_and(|about| about.mixes_classes)
}

/// Whether the share of positives stands beside a metric's values: it moves them, and it is no metric of calls, which say
/// what they are of.
pub(crate) fn is_read_beside_prevalence(name: &str) -> bool {
    about(name).is_some_and(|about| about.mixes_classes && about.sees != Sees::Call)
}

/// "higher is better" or "lower is better".
pub(crate) fn better(name: &str) -> &'static str {
    if sign(name) > 0.0 {
        "higher is better"
    } else {
        "lower is better"
    }
}

/// What a metric's values are read with: which way is better, and how far from 0 and 1 probabilities are kept.
pub(crate) fn hint(metric: &str) -> String {
    match epsilon(metric) {
        Some(epsilon) => format!(
            "{}; probabilities are kept {epsilon:e} from 0 and 1",
            better(metric)
        ),
        None => better(metric).to_owned(),
    }
}

/// How far from 0 and 1 a metric keeps probabilities; `None` where it does not.
pub(crate) fn epsilon(metric: &str) -> Option<f64> {
    (metric == "log_loss").then_some(EPSILON)
}

/// "a", "a and b", "a, b and c".
pub(crate) fn and_list(parts: &[String]) -> String {
    match parts.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => parts.concat(),
    }
}

/// A stratum's name in captions.
pub(crate) fn stratum(name: &str) -> String {
    match name {
        "gc" => "GC content".to_owned(),
        "length" => "sequence length".to_owned(),
        "class" => "true class".to_owned(),
        other => other.replace('_', " "),
    }
}

/// A test's name in tables.
pub(crate) fn test(name: &str) -> String {
    match name {
        "delong" => "DeLong".to_owned(),
        "obuchowski" => "Obuchowski (clustered DeLong)".to_owned(),
        "mcnemar_mid_p" => "McNemar, mid-p".to_owned(),
        "mcnemar_obuchowski" => "McNemar, clustered (Obuchowski)".to_owned(),
        "swaps" | "swaps_exact" | "swaps_mid_p" => "swaps of whole clusters".to_owned(),
        other => other.replace('_', " "),
    }
}

/// A method of intervals, as tables name it, in words: "clustered bootstrap t".
pub(crate) fn interval_method(method: IntervalMethod) -> String {
    method.name().replace('_', " ")
}

/// Whether a model was trained on the data of a check.
pub(crate) fn training(exposure: Exposure) -> &'static str {
    match exposure {
        Exposure::Seen => "trained on",
        Exposure::HeldOut => "held out",
        Exposure::Unknown => "unknown",
    }
}

/// A decision's word, class and sign.
pub(crate) fn decision(decision: Decision) -> (&'static str, &'static str, &'static str) {
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
        assert_eq!(in_prose("brier"), "Brier score");
    }

    #[test]
    fn metrics_that_mix_the_classes_move_with_prevalence() {
        for moving in ["accuracy", "average_precision", "f1_macro", "ece"] {
            assert!(moves_with_prevalence(moving), "{moving}");
        }
        for still in [
            "auroc",
            "balanced_accuracy",
            "recall",
            "specificity",
            "tpr_at_fpr",
        ] {
            assert!(!moves_with_prevalence(still), "{still}");
        }
    }

    #[test]
    fn signs_follow_directions() {
        assert!(sign("brier") < 0.0 && sign("auroc") > 0.0);
    }
}
