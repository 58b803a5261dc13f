//! Letters of places: an interval's, or both alleles' of a genetic variant.

use titer_core::Sequence;

use crate::error::{Flaw, quoted};
use crate::genome::Genome;

/// Where an example lies, as its row says.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stretch<'a> {
    pub chromosome: &'a str,
    pub start: u64,
    pub end: u64,
    pub minus: bool,
}

/// A genetic variant, as its row says; the position is 0-based.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Alleles<'a> {
    pub chromosome: &'a str,
    pub position: u64,
    pub reference: &'a str,
    pub alternate: &'a str,
}

/// The letters of both alleles in their surroundings.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Pair {
    pub reference: Sequence,
    pub alternate: Sequence,
    /// Whether the genome has the reference allele there.
    pub is_right: bool,
}

/// What a wrong place is cured by.
const CURE: &str = "name the genome that the places lie on by `genome`, or correct the row";

/// An interval's letters; of the minus strand the reverse complement.
pub(crate) fn stretch(genome: &mut Genome, of: Stretch<'_>) -> Result<Sequence, Flaw> {
    let letters = genome
        .stretch(of.chromosome, of.start, of.end)
        .map_err(|reason| Flaw::new(reason, CURE))?;
    Ok(match of.minus {
        true => letters.reverse_complement(),
        false => letters,
    })
}

/// `window` bases of each allele; the variant's first base is the one at `window / 2`. Beyond the ends of the chromosome
/// stands N. The reference allele is written as the row has it, also where the genome has another.
pub(crate) fn alleles(genome: &mut Genome, of: Alleles<'_>, window: usize) -> Result<Pair, Flaw> {
    for allele in [of.reference, of.alternate] {
        let is_letters = Sequence::new(allele).is_ok_and(|letters| !letters.is_empty());
        if !is_letters {
            return Err(Flaw::new(
                format!("the allele {} has no letters", quoted(allele)),
                "write both alleles in bases; leave out variants that are described by a symbol",
            ));
        }
    }
    let flaw = |reason: String| Flaw::new(reason, CURE);
    let bases = genome.bases(of.chromosome).map_err(flaw)?;
    let after = of.position.saturating_add(of.reference.len() as u64);
    if after > bases {
        return Err(flaw(format!(
            "{} has {bases} bases, and the variant lies at {} to {after}: another assembly?",
            of.chromosome, of.position
        )));
    }
    let half = window as u64 / 2;
    let from = of.position.saturating_sub(half);
    let until = after.saturating_add(window as u64 - half).min(bases);
    let around = genome.stretch(of.chromosome, from, until).map_err(flaw)?;
    let around = String::from_utf8_lossy(around.letters()).into_owned();
    let place = |base: u64| usize::try_from(base - from).unwrap_or(usize::MAX);
    let (left, rest) = around
        .split_at_checked(place(of.position))
        .unwrap_or_default();
    let (held, right) = rest
        .split_at_checked(of.reference.len())
        .unwrap_or_default();
    let is_right = held.eq_ignore_ascii_case(&of.reference.to_ascii_uppercase().replace('U', "T"));
    let missing = "N".repeat(
        usize::try_from(half)
            .unwrap_or_default()
            .saturating_sub(left.len()),
    );
    let filled = |allele: &str| {
        let mut text = format!("{missing}{left}{allele}{right}");
        text.truncate(window);
        let short = window.saturating_sub(text.len());
        text.push_str(&"N".repeat(short));
        Sequence::new(&text).map_err(|error| flaw(error.to_string()))
    };
    Ok(Pair {
        reference: filled(of.reference)?,
        alternate: filled(of.alternate)?,
        is_right,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn genome() -> (tempfile::TempDir, Genome) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("genome.fa");
        std::fs::write(&path, ">chr1\nAACCGGTTAC\n").unwrap();
        let genome = Genome::open(&path).unwrap();
        (folder, genome)
    }

    fn pair(position: u64, reference: &str, alternate: &str) -> (String, String, bool) {
        let (_folder, mut genome) = genome();
        let of = Alleles {
            chromosome: "1",
            position,
            reference,
            alternate,
        };
        let pair = alleles(&mut genome, of, 6).unwrap();
        let text = |letters: &Sequence| String::from_utf8(letters.letters().to_vec()).unwrap();
        (text(&pair.reference), text(&pair.alternate), pair.is_right)
    }

    #[test]
    fn the_first_base_of_a_variant_is_the_one_at_half() {
        let of = |reference: &str, alternate: &str, is_right| {
            (reference.to_owned(), alternate.to_owned(), is_right)
        };
        assert_eq!(pair(4, "G", "T"), of("ACCGGT", "ACCTGT", true));
        assert_eq!(pair(4, "g", "TTT"), of("ACCGGT", "ACCTTT", true));
        // A deletion takes in what follows.
        assert_eq!(pair(4, "GG", "G"), of("ACCGGT", "ACCGTT", true));
        // Another base than the genome's is said, and written.
        assert_eq!(pair(4, "A", "G"), of("ACCAGT", "ACCGGT", false));
        // Beyond the ends.
        assert_eq!(pair(0, "A", "C"), of("NNNAAC", "NNNCAC", true));
        assert_eq!(pair(9, "C", "A"), of("TTACNN", "TTAANN", true));
    }

    #[test]
    fn symbols_and_places_beyond_are_refused() {
        let (_folder, mut genome) = genome();
        for (position, reference, alternate, said) in [
            (4, "G", "<DEL>", "has no letters"),
            (4, "G", "*", "has no letters"),
            (9, "CA", "C", "another assembly"),
            (u64::MAX, "C", "A", "another assembly"),
        ] {
            let of = Alleles {
                chromosome: "chr1",
                position,
                reference,
                alternate,
            };
            let flaw = alleles(&mut genome, of, 6).unwrap_err();
            assert!(flaw.message.contains(said), "{flaw:?}");
        }
    }
}
