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
pub(super) fn text(index: &Index<'_>) -> Option<String> {
    let found = &index.input.verdict.losses;
    if found.looked_at == 0 {
        return None;
    }
    let looked = counted(found.looked_at, "paired difference", "paired differences");
    let mut metrics: Vec<&Loss> = Vec::new();
    for loss in titer_core::verdict::by_metric(&found.losses.iter().collect::<Vec<&Loss>>()) {
        if !metrics
            .iter()
            .any(|known| known.key.metric == loss.key.metric)
        {
            metrics.push(loss);
        }
    }
    let mut sentences: Vec<String> = metrics
        .iter()
        .take(MOST)
        .map(|loss| sentence(index, loss))
        .collect();
    sentences.push(if found.losses.is_empty() {
        format!(
            "None of {looked}, gated or not, shows a loss above its tolerance that survives correction. That alone does not prove equality; the gates' margins do."
        )
    } else {
        format!(
            "{} of {looked}, gated or not, {} a loss above its tolerance that survives correction.",
            count(found.losses.len() as u64),
            if found.losses.len() == 1 { "shows" } else { "show" }
        )
    });
    Some(sentences.join(" "))
}

fn sentence(index: &Index<'_>, loss: &Loss) -> String {
    let key = &loss.key;
    let subjects = index.subjects();
    let mut subjects = subjects.iter().copied();
    let subject =
        subjects.find(|it| it.suite.name == key.case.suite && it.model.name == key.case.model);
    let clean = key.case.is_clean() && loss.group.is_none();
    let agreement = subject
        .filter(|_| clean)
        .and_then(|subject| index.agreement(subject, &key.case.variant, &key.case.dataset));
    let why = agreement
        .and_then(explain)
        .map_or(String::new(), |why| format!(" There {why}."));
    format!("{}.{why}", line(loss))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;

    #[test]
    fn a_loss_is_told_with_what_happened_to_the_answers() {
        let mut input = fixture::run();
        let text_of = |input: &crate::ReportInput| text(&Index::new(input, 2)).unwrap();
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
