//! Other codons for the same amino acids.

use std::ops::Range;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use titer_core::{Effect, Example, Perturbation, Stream};

use crate::anchored::{BASES, is_spared, percent};

/// Replaces codons by others for the same amino acid, each of them as likely, by the standard genetic code. Codons that hold a spared
/// position, an unknown letter or a stop stay, and so do those of methionine and tryptophan, which have no other. The sequence is
/// read as it is given: of a gene on the other strand it must be the other strand.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("examples" = [{"rate": 0.5, "frame_start": 0}]))]
pub struct SynonymousCodons {
    /// The probability that a codon which has another one is replaced, from 0.000001 to 1.
    #[schemars(range(min = 1e-6, max = 1))]
    pub rate: f64,
    /// The position of the first base of the first codon, from 0.
    #[schemars(range(min = 0, max = 10_000_000))]
    pub frame_start: u32,
    /// One past the last base of the last codon; left out, the reading frame goes on to the end of the sequence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 3, max = 10_000_000))]
    pub frame_end: Option<u32>,
}

/// The amino acids of the standard genetic code (NCBI translation table 1), codons in the order of A, C, G, T; `*` stops.
const CODE: &[u8; 64] = b"KNKNTTTTRSRSIIMIQHQHPPPPRRRRLLLLEDEDAAAAGGGGVVVV*Y*YSSSS*CWCLFLF";

fn codon(number: usize) -> [u8; 3] {
    [BASES[number / 16], BASES[number / 4 % 4], BASES[number % 4]]
}

fn number(codon: &[u8]) -> Option<usize> {
    let digit = |letter: &u8| BASES.iter().position(|base| base == letter);
    codon
        .iter()
        .try_fold(0, |sum, letter| Some(4 * sum + digit(letter)?))
}

/// The other codons for the same amino acid; none of a stop.
fn others(of: usize) -> impl Iterator<Item = usize> + Clone {
    let same = move |other: &usize| *other != of && CODE[*other] == CODE[of] && CODE[of] != b'*';
    (0..64).filter(same)
}

impl Perturbation for SynonymousCodons {
    fn effect(&self) -> Effect {
        Effect::Kept
    }

    fn detail(&self) -> Option<String> {
        let end = self
            .frame_end
            .map_or_else(String::new, |end| format!("to{end}"));
        Some(format!("from{}{end}", self.frame_start))
    }

    fn severity(&self) -> Option<f64> {
        Some(self.rate)
    }

    fn title(&self) -> String {
        format!(
            "{} of codons replaced by synonymous ones",
            percent(self.rate)
        )
    }

    fn keeps_places(&self) -> bool {
        true
    }

    fn needs_bases(&self) -> usize {
        self.frame_start as usize + 3
    }

    fn fault(&self) -> Option<&'static str> {
        let short = |end: u32| end < self.frame_start.saturating_add(3);
        let bad = self.frame_end.is_some_and(short);
        bad.then_some("there is no whole codon from `frame_start` to `frame_end`")
    }

    fn apply(&self, example: &Example, spare: &[Range<usize>], stream: &mut Stream) -> Example {
        let mut changed = example.clone();
        let letters = example.sequence.letters();
        let end = self
            .frame_end
            .map_or(letters.len(), |end| (end as usize).min(letters.len()));
        let mut start = self.frame_start as usize;
        while start + 3 <= end {
            // Both numbers are drawn of every codon, so that a higher rate changes a superset.
            let (chance, which) = (stream.uniform(), stream.uniform());
            let spared = (start..start + 3).any(|at| is_spared(spare, at));
            let known =
                number(&letters[start..start + 3]).filter(|_| chance < self.rate && !spared);
            // The number is below 1.
            let chosen = known.map(others).and_then(|mut others| {
                let count = others.clone().count();
                others.nth((which * count as f64) as usize)
            });
            for (at, letter) in chosen.into_iter().flat_map(codon).enumerate() {
                changed.sequence.substitute(start + at, letter);
            }
            start += 3;
        }
        changed
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn amino_acids(letters: &[u8]) -> Vec<u8> {
        let codons = letters.chunks_exact(3);
        codons
            .map(|codon| number(codon).map_or(b'X', |of| CODE[of]))
            .collect()
    }

    #[test]
    fn the_code_is_the_standard_one() {
        // Counts of codons per amino acid, as every textbook has them, and a few by name.
        let mut counts: BTreeMap<u8, usize> = BTreeMap::new();
        CODE.iter()
            .for_each(|acid| *counts.entry(*acid).or_default() += 1);
        let of = |acids: &[u8]| acids.iter().map(|acid| counts[acid]).collect::<Vec<_>>();
        assert_eq!(of(b"LSR"), [6; 3]);
        assert_eq!(of(b"AGPTV"), [4; 5]);
        assert_eq!(of(b"I*"), [3; 2]);
        assert_eq!(of(b"CDEFHKNQY"), [2; 9]);
        assert_eq!(of(b"MW"), [1; 2]);
        let text = b"ATGTGGTAATAGTGAAAAGAAGGTCATCGTTTTCCCTCAATC";
        assert_eq!(amino_acids(text), b"MW***KEGHRFPSI");
    }

    fn example(letters: &str) -> Example {
        Example {
            id: "a".to_owned(),
            sequence: titer_core::Sequence::new(letters).unwrap(),
            second: None,
            target: titer_core::Target::Class(0),
            strata: BTreeMap::new(),
            clusters: BTreeMap::new(),
            place: titer_core::Place::default(),
        }
    }

    #[test]
    fn the_protein_stays_and_the_codons_do_not() {
        let gene: String = "ATGGCTCGTCTTTCAAAAGANTGGTAACCGGTA".repeat(20);
        let frame = |start: usize| format!("{}{gene}", "C".repeat(start));
        for start in [0, 1, 2, 7] {
            let original = example(&frame(start));
            let spec = SynonymousCodons {
                rate: 1.0,
                frame_start: start as u32,
                frame_end: None,
            };
            let done = spec.apply(
                &original,
                std::slice::from_ref(&(start + 3..start + 4)),
                &mut Stream::new(1, "codons", "a"),
            );
            let (old, new) = (original.sequence.letters(), done.sequence.letters());
            assert_eq!(amino_acids(&new[start..]), amino_acids(&old[start..]));
            assert_eq!(old[..start + 6], new[..start + 6], "spared");
            let moved = old[start..]
                .chunks_exact(3)
                .zip(new[start..].chunks_exact(3))
                .filter(|(a, b)| a != b);
            // Seven codons of eleven have another one, in twenty repeats, but the one that is spared.
            assert_eq!(moved.count(), 7 * 20 - 1);
        }
    }

    #[test]
    fn nothing_behind_the_end_changes() {
        let spec = SynonymousCodons {
            rate: 1.0,
            frame_start: 0,
            frame_end: Some(6),
        };
        let done = spec.apply(
            &example("CTTCTTCTTCTT"),
            &[],
            &mut Stream::new(1, "codons", "a"),
        );
        assert_eq!(&done.sequence.letters()[6..], b"CTTCTT");
        assert!(
            &done.sequence.letters()[..3] != b"CTT" && &done.sequence.letters()[3..6] != b"CTT"
        );
    }
}
