//! The words of this page, those that it uses.

use serde::Serialize;

use crate::context::section::{Filled, Room};
use crate::index::{Index, slug};

/// The words of the page.
pub(super) fn section(index: &Index<'_>, _: Room) -> Option<Filled> {
    Some(Filled::new(terms(index), "words", "Glossary"))
}

/// A word with its meaning.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Term {
    /// Where links lead.
    pub id: String,
    /// The word.
    pub word: String,
    /// What it means.
    pub means: String,
}

const GENERAL: [(&str, &str); 14] = [
    (
        "95 % interval",
        "The range of values that the data are compatible with. Where there are clusters they count as the independent units, not the examples. The method fits the metric (a bootstrap over whole clusters, exact bounds for counts, others); it stands beside the scores, and in `interval_method` of report.json.",
    ),
    (
        "Cluster",
        "Examples that belong together, such as all sites of one locus. They are drawn together or not at all.",
    ),
    (
        "Reference, variant",
        "A variant is one form of a model, such as a quantized one. The reference is the variant that the others are compared with, example by example.",
    ),
    (
        "In and out of distribution",
        "Data like the data that the model is meant for, and data unlike it. In distribution does not mean held out: beside every dataset stands whether the model was trained on it.",
    ),
    (
        "Gate, check",
        "A gate is a rule that was fixed before the run. A check is the rule on one number that it covers: one build, dataset and class.",
    ),
    (
        "Margin",
        "The loss against the reference that a gate still allows.",
    ),
    (
        "Tolerance",
        "Losses up to it are not listed one by one, gate or not. It is a property of the metric and no margin.",
    ),
    (
        "Holm",
        "A correction for looking often: of 100 differences a few look real by chance. Corrected p-values are those of all that was looked at together.",
    ),
    (
        "Worth so many clusters",
        "Clusters of unlike size are worth fewer of equal size (Kish 1965): one that holds half of the examples counts for little more than a small one.",
    ),
    (
        "Perturbation",
        "A change of the examples, made the same way for every build. Unless it says otherwise it spares what defines the label.",
    ),
    (
        "Tie",
        "Examples that get the same answer and so cannot be ranked. Quantization makes ties.",
    ),
    (
        "Flip",
        "An example whose called class differs between a variant and the reference.",
    ),
    (
        "Negative control",
        "Examples changed so that there is nothing left to find. What is still called is a false alarm; it is no drop in quality.",
    ),
    (
        "Pass, fail, inconclusive",
        "A check passes if the whole interval is on the good side of the limit. It fails if the whole interval is on the bad side and the failure survives correction (Holm) for the number of the gate's checks. Otherwise the data cannot tell.",
    ),
];

/// General words, then the metrics that the run has.
fn terms(index: &Index<'_>) -> Vec<Term> {
    let mut terms: Vec<Term> = GENERAL
        .iter()
        .map(|(word, means)| Term {
            id: format!("term-{}", slug(word)),
            word: (*word).to_owned(),
            means: (*means).to_owned(),
        })
        .collect();
    let mut names: Vec<&str> = index
        .input
        .tables
        .scores
        .iter()
        .map(|score| score.key.metric.as_str())
        .collect();
    names.sort_unstable();
    names.dedup();
    terms.extend(
        names
            .into_iter()
            .filter_map(titer_judge::about)
            .map(|metric| Term {
                id: format!("term-{}", slug(metric.title)),
                word: metric.title.to_owned(),
                means: metric.measures.to_owned(),
            }),
    );
    terms
}
