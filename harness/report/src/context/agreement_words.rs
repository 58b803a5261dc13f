//! What an agreement tells of why a variant loses: ties, lost levels, answers at the very ends.

use titer_core::Agreement;

use crate::number::{count, fixed, percent};

/// Ties that are worth a word: this share of the answers.
const TIES: f64 = 0.1;
/// Levels that are worth a word: at most this share of the reference's is left.
const LEVELS: f64 = 0.5;
/// Saturation that is worth a word: so much more of the answers.
const SATURATED: f64 = 0.01;
/// A rank correlation that is worth a word.
const RANKS: f64 = 0.99;

/// What happened to the answers, where it is telling, as a clause without a full stop: "519 of 536 answers became
/// ties; 37 distinct values where there were 536; 12.0 % are exactly 0 or 1".
pub(crate) fn explain(one: &Agreement) -> Option<String> {
    let mut parts = Vec::new();
    if let Some(answers) = one.answers.filter(|answers| *answers > 0)
        && one.new_ties as f64 >= TIES * answers as f64
    {
        let (ties, answers) = (count(one.new_ties), count(answers));
        parts.push(format!("{ties} of {answers} answers became ties"));
    }
    if let (Some(now), Some(before)) = (one.distinct, one.base_distinct)
        && now as f64 <= LEVELS * before as f64
    {
        let (now, before) = (count(now), count(before));
        parts.push(format!("{now} distinct values where there were {before}"));
    }
    if let (Some(now), Some(before)) = (one.saturated, one.base_saturated)
        && now - before >= SATURATED
    {
        let earlier = match before > 0.0 {
            true => format!(" where {} were", percent(before)),
            false => String::new(),
        };
        parts.push(format!("{} are exactly 0 or 1{earlier}", percent(now)));
    }
    if let Some(spearman) = one.spearman.filter(|spearman| *spearman < RANKS) {
        let ranks = fixed(spearman, 3);
        parts.push(format!(
            "the rank correlation with the reference is {ranks}"
        ));
    }
    (!parts.is_empty()).then(|| parts.join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn agreement() -> Agreement {
        let mut one = crate::fixture::run().tables.agreements[0].clone();
        one.spearman = Some(0.9995);
        one.answers = Some(536);
        (one.distinct, one.base_distinct) = (Some(530), Some(536));
        (one.saturated, one.base_saturated) = (Some(0.0), Some(0.0));
        one.new_ties = 4;
        one
    }

    #[test]
    fn what_is_telling_is_told() {
        assert_eq!(explain(&agreement()), None);
        let mut lost = agreement();
        (lost.new_ties, lost.distinct, lost.saturated) = (519, Some(37), Some(0.12));
        assert_eq!(
            explain(&lost).unwrap(),
            "519 of 536 answers became ties; 37 distinct values where there were 536; 12.0 % are exactly 0 or 1"
        );
        lost.base_saturated = Some(0.1);
        assert!(
            explain(&lost)
                .unwrap()
                .ends_with("12.0 % are exactly 0 or 1 where 10.0 % were")
        );
        let mut shuffled = agreement();
        shuffled.spearman = Some(0.81);
        assert_eq!(
            explain(&shuffled).unwrap(),
            "the rank correlation with the reference is 0.810"
        );
    }

    #[test]
    fn folders_that_lack_the_numbers_explain_nothing() {
        let mut old = agreement();
        (old.answers, old.distinct, old.saturated) = (None, None, None);
        old.new_ties = 500;
        assert_eq!(explain(&old), None);
    }
}
