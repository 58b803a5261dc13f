//! Whether answers at positions are those of a stretch.

use titer_core::{Example, Outcome, Target};

/// What is wrong with the positions of an answer, and the cure; `None` where there is one for each base of the stretch, or the
/// example asks about no positions. `context` are the dataset's bases on each side of a stretch.
#[must_use]
pub fn misfit(example: &Example, outcome: &Outcome, context: usize) -> Option<String> {
    let Target::Positions { truth, .. } = &example.target else {
        return None;
    };
    let (found, stretch) = (outcome.answer()?.positions(), truth.len());
    if found == stretch {
        return None;
    }
    let cure = if found == stretch + 2 * context {
        format!(
            "they are those of the context of {context} bases on each side, too; add `positions: {{start: {context}, end: {}}}` to `output`",
            context + stretch
        )
    } else {
        "a model of the kind per_position answers for each base of the stretch, without its context; choose them by `positions` in `output`".to_owned()
    };
    Some(format!(
        "the model answers for {found} positions of {}, whose stretch has {stretch}: {cure}",
        example.id
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;
    use titer_core::{Answer, Place, Sequence};

    fn said(target: Target, positions: usize) -> Option<String> {
        let example = Example {
            id: "e".to_owned(),
            sequence: Sequence::new("ACGT").unwrap(),
            second: None,
            target,
            strata: BTreeMap::new(),
            clusters: BTreeMap::new(),
            place: Place::default(),
        };
        let output = Answer::Probabilities {
            numbers: vec![0.5; 2 * positions],
            classes: 2,
        };
        misfit(&example, &Outcome::of(output), 20)
    }

    #[test]
    fn positions_of_the_context_are_told_with_the_span_that_is_meant() {
        let stretch = || Target::Positions {
            truth: vec![0; 100],
            scored: Vec::new(),
        };
        assert_eq!(said(stretch(), 100), None);
        assert_eq!(said(Target::Class(0), 7), None);
        let context = said(stretch(), 140).unwrap();
        assert!(
            context.contains("add `positions: {start: 20, end: 120}`"),
            "{context}"
        );
        let other = said(stretch(), 50).unwrap();
        assert!(
            other.contains("50 positions of e, whose stretch has 100"),
            "{other}"
        );
    }
}
