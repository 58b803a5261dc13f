//! What variants lose against their reference, in all that was scored.

use titer_core::Loss;
use titer_judge::losses::line;

use crate::context::agreement_words::explain;
use crate::index::Index;
use crate::number::{count, counted};

/// The most metrics that are told of.
const MOST: usize = 3;

/// The largest loss by each of the metrics that lose: losses by different metrics are not ranked. Every metric, dataset,
/// class, group and perturbation is looked at, with a gate or without.
pub(super) fn points(index: &Index<'_>) -> Vec<String> {
    let found = &index.input.verdict.losses;
    if found.looked_at == 0 {
        return Vec::new();
    }
    let looked = counted(found.looked_at, "paired difference", "paired differences");
    if found.losses.is_empty() {
        return vec![format!(
            "None of {looked}, gated or not, shows a loss above its tolerance that survives correction. That alone does not prove equality; the gates' margins do."
        )];
    }
    let mut metrics: Vec<&Loss> = Vec::new();
    for loss in titer_core::verdict::by_metric(&found.losses.iter().collect::<Vec<&Loss>>()) {
        if !metrics
            .iter()
            .any(|known| known.key.metric == loss.key.metric)
        {
            metrics.push(loss);
        }
    }
    metrics.truncate(MOST);
    let ungated = found.ungated().count() as u64;
    let mut points = vec![format!(
        "{} of {looked} {} a loss above its tolerance that survives correction; {} of them {} covered by no gate.",
        count(found.losses.len() as u64),
        if found.losses.len() == 1 {
            "shows"
        } else {
            "show"
        },
        count(ungated),
        if ungated == 1 { "is" } else { "are" }
    )];
    points.extend(
        metrics
            .iter()
            .map(|loss| format!("{}.", line(index.plan(), loss))),
    );
    points.extend(why(index, &metrics));
    points
}

/// What happened to the answers where the losses are, once for each build and dataset.
fn why(index: &Index<'_>, losses: &[&Loss]) -> Vec<String> {
    let subjects = index.subjects();
    let mut all: Vec<String> = Vec::new();
    for loss in losses {
        let case = &loss.key.case;
        let subject = subjects.iter().find(|subject| subject.holds(case));
        let whole = case.is_clean() && loss.group.is_none();
        let agreement = subject
            .filter(|_| whole)
            .and_then(|subject| index.agreement(*subject, &case.variant, &case.dataset));
        let why = agreement.and_then(explain);
        let why = why.map(|why| format!("On {} {why}.", case.dataset));
        all.extend(why.filter(|why| !all.contains(why)));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;

    #[test]
    fn a_loss_is_told_with_what_happened_to_the_answers() {
        let mut input = fixture::run();
        let text_of = |input: &crate::ReportInput| points(&Index::new(input, 2)).join(" ");
        let before = text_of(&input);
        assert!(
            before.contains("splice-fly-chr2r: Average precision −0.041 (95 % −0.050 to −0.032)"),
            "{before}"
        );
        assert!(!before.contains("became ties"), "{before}");
        for agreement in &mut input.tables.agreements {
            agreement.new_ties = agreement.answers.unwrap() * 9 / 10;
        }
        let after = text_of(&input);
        assert!(after.contains("answers became ties"), "{after}");
    }
}
