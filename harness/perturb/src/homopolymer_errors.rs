//! Runs of one base that are read too long or too short.

use std::ops::Range;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use titer_core::{Effect, Example, Perturbation, Stream};

use crate::anchored::{Edit, anchor, edited, percent, with_letters};
use crate::levels::Levels;

/// Makes runs of at least four times the same base one base longer or shorter, as often the one as the other: what pores and
/// pyrosequencing misread most. The suite's `spare` positions stay where they are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("examples" = [{"rate": 0.1}]))]
pub struct HomopolymerErrors {
    /// The probability that a run is misread, from 0.000001 to 1.
    #[schemars(range(min = 1e-6, max = 1))]
    pub rate: f64,
}

/// The shortest run that is misread.
const SHORTEST: usize = 4;

impl Levels for HomopolymerErrors {
    const LEVELS: [Self; 5] = [
        Self { rate: 0.01 },
        Self { rate: 0.05 },
        Self { rate: 0.1 },
        Self { rate: 0.2 },
        Self { rate: 0.4 },
    ];
    const BASIS: &'static str = "assumed";
}

impl Perturbation for HomopolymerErrors {
    fn effect(&self) -> Effect {
        Effect::Kept
    }

    fn severity(&self) -> Option<f64> {
        Some(self.rate)
    }

    fn title(&self) -> String {
        format!("{} of runs of a base misread", percent(self.rate))
    }

    fn keeps_places(&self) -> bool {
        false
    }

    fn apply(&self, example: &Example, spare: &[Range<usize>], stream: &mut Stream) -> Example {
        let letters = example.sequence.letters();
        let starts = run_starts(letters);
        let edit = |position: usize, letter: u8| {
            // Drawn for every base, so that a higher rate changes the same runs and more.
            let (chance, longer) = (stream.uniform(), stream.uniform() < 0.5);
            match starts[position] && chance < self.rate {
                true if longer => Edit {
                    before: vec![letter],
                    letter: Some(letter),
                },
                true => Edit::default(),
                false => Edit {
                    before: Vec::new(),
                    letter: Some(letter),
                },
            }
        };
        with_letters(
            example,
            &edited(letters, &anchor(spare, letters.len()), edit),
        )
    }
}

/// Whether a run of at least [`SHORTEST`] times one of A, C, G, T begins at each base.
fn run_starts(letters: &[u8]) -> Vec<bool> {
    let begins = |at: usize| {
        let letter = letters[at];
        let new = at == 0 || letters[at - 1] != letter;
        let run = letters[at..]
            .iter()
            .take_while(|it| **it == letter)
            .take(SHORTEST);
        new && b"ACGT".contains(&letter) && run.count() == SHORTEST
    };
    (0..letters.len()).map(begins).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_begin_where_four_of_a_base_do() {
        let starts = run_starts(b"AAAACCCGGGGGNNNN");
        let found: Vec<usize> = (0..starts.len()).filter(|at| starts[*at]).collect();
        assert_eq!(found, [0, 7]);
    }
}
