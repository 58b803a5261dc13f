//! What a model knew of a dataset when it was trained.

use std::collections::BTreeSet;

use titer_spec::model::{Chromosomes, Training};
use titer_spec::plan::Exposure;

use crate::survey::Survey;

/// Holds a model's training data against a dataset's examples. One example in the training data makes
/// the dataset seen; it is held out only where the descriptor lists everything that was seen.
#[must_use]
pub fn exposure(training: &Training, organism: &str, examples: &Survey) -> Exposure {
    let names = examples.chromosomes.iter();
    let chromosomes: BTreeSet<&str> = names.map(|name| bare(name)).collect();
    let seen = training
        .seen
        .iter()
        .filter(|seen| seen.organism == organism)
        .any(|seen| match &seen.chromosomes {
            Chromosomes::All => true,
            Chromosomes::These(list) => list.iter().any(|name| chromosomes.contains(bare(name))),
        });
    // An example without a chromosome may lie anywhere in a genome that was seen in part.
    let unplaced =
        examples.is_partly_unplaced && training.seen.iter().any(|seen| seen.organism == organism);
    match (seen, training.complete && !unplaced) {
        (true, _) => Exposure::Seen,
        (false, true) => Exposure::HeldOut,
        (false, false) => Exposure::Unknown,
    }
}

fn bare(chromosome: &str) -> &str {
    chromosome.strip_prefix("chr").unwrap_or(chromosome)
}

#[cfg(test)]
mod tests {
    use super::*;
    use titer_spec::model::Seen;

    fn example(chromosome: Option<&str>) -> Survey {
        let mut example = crate::job::tests::example("a", 1);
        example.place.chromosome = chromosome.map(str::to_owned);
        Survey::of(&[example])
    }

    fn training(chromosomes: Chromosomes, complete: bool) -> Training {
        let seen = vec![Seen {
            organism: "Homo sapiens".to_owned(),
            chromosomes,
        }];
        Training {
            seen,
            complete,
            description: String::new(),
        }
    }

    #[test]
    fn seen_held_out_and_unknown_are_told_apart() {
        let all = training(Chromosomes::All, true);
        assert_eq!(
            exposure(&all, "Homo sapiens", &example(Some("20"))),
            Exposure::Seen
        );
        assert_eq!(
            exposure(&all, "Mus musculus", &example(Some("20"))),
            Exposure::HeldOut
        );
        let some = training(Chromosomes::These(vec!["chr2".to_owned()]), true);
        assert_eq!(
            exposure(&some, "Homo sapiens", &example(Some("2"))),
            Exposure::Seen
        );
        assert_eq!(
            exposure(&some, "Homo sapiens", &example(Some("20"))),
            Exposure::HeldOut
        );
        assert_eq!(
            exposure(&some, "Homo sapiens", &example(None)),
            Exposure::Unknown
        );
        let open = training(Chromosomes::All, false);
        assert_eq!(
            exposure(&open, "Mus musculus", &example(Some("1"))),
            Exposure::Unknown
        );
    }
}
