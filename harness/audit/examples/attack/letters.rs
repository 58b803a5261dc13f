//! Letters of synthetic genomes: rows that differ in their share of G and C, with few CG, repeats and tails.

use titer_core::{Sequence, Stream};

/// Draws everything of a set.
pub(crate) struct Genome {
    pub random: Stream,
    /// Forms of one repeat of 282 letters.
    repeats: Vec<Vec<u8>>,
}

impl Genome {
    pub(crate) fn new(seed: u64, name: &str) -> Self {
        let mut genome = Self {
            random: Stream::new(seed, "attack", name),
            repeats: Vec::new(),
        };
        let first = genome.drawn(282, 60);
        genome.repeats = (0..6).map(|_| genome.changed(&first, 4, 0)).collect();
        genome
    }

    /// Whether one of so many in a hundred is met.
    pub(crate) fn is_met(&mut self, percent: u64) -> bool {
        self.random.below(100) < percent
    }

    fn between(&mut self, least: u64, most: u64) -> usize {
        (least + self.random.below(most + 1 - least)) as usize
    }

    /// Letters of which so many in a hundred are G or C, three of four CG left out.
    pub(crate) fn drawn(&mut self, bases: usize, gc: u64) -> Vec<u8> {
        let mut letters: Vec<u8> = Vec::with_capacity(bases);
        while letters.len() < bases {
            let of = if self.is_met(gc) { b"GC" } else { b"AT" };
            let letter = of[self.random.below(2) as usize];
            let is_cg = letter == b'G' && letters.last() == Some(&b'C');
            if !is_cg || self.is_met(25) {
                letters.push(letter);
            }
        }
        letters
    }

    /// Letters with a share of G and C of their own.
    pub(crate) fn row(&mut self, bases: usize) -> Vec<u8> {
        let gc = self.between(35, 60) as u64;
        self.drawn(bases, gc)
    }

    /// A row of which 30 in a hundred hold a repeat, and 27 a tail.
    pub(crate) fn mixed(&mut self, bases: usize) -> Vec<u8> {
        let mut row = self.row(bases);
        if self.is_met(30) {
            self.put_repeat(&mut row);
        }
        if self.is_met(27) {
            self.put_tail(&mut row);
        }
        row
    }

    /// Puts a copy of a repeat, or a part of it, over the letters of a row: 3 to 15 in a hundred letters changed.
    pub(crate) fn put_repeat(&mut self, row: &mut [u8]) {
        let form = self.random.below(self.repeats.len() as u64) as usize;
        let percent = self.between(3, 15) as u64;
        let whole = self.repeats[form].clone();
        let mut copy = self.changed(&whole, percent, 10);
        if self.is_met(50) {
            let part = self.between(100, 270);
            let from = self.between(0, (copy.len() - part.min(copy.len())) as u64);
            copy = copy[from..].iter().take(part).copied().collect();
        }
        copy.truncate(row.len());
        if self.is_met(50) {
            copy = turned(&copy);
        }
        let at = self.between(0, (row.len() - copy.len()) as u64);
        row[at..at + copy.len()].copy_from_slice(&copy);
    }

    /// Puts a tail of 15 to 60 A at a row's end, or of T at its start, 3 in a hundred changed.
    pub(crate) fn put_tail(&mut self, row: &mut Vec<u8>) {
        let bases = self.between(15, 60);
        let tail = self.changed(&vec![b'A'; bases], 3, 0);
        row.truncate(row.len() - bases);
        row.extend(tail);
        if self.is_met(50) {
            *row = turned(row);
        }
    }

    /// A copy with so many of a hundred letters changed; of the changes so many are letters put in or taken out.
    pub(crate) fn changed(&mut self, of: &[u8], percent: u64, indels: u64) -> Vec<u8> {
        let mut copy = Vec::with_capacity(of.len());
        for letter in of {
            if !self.is_met(percent) {
                copy.push(*letter);
            } else if !self.is_met(indels) {
                let others: Vec<u8> = b"ACGT".iter().copied().filter(|it| it != letter).collect();
                copy.push(others[self.random.below(3) as usize]);
            } else if self.is_met(50) {
                copy.extend([*letter, b"ACGT"[self.random.below(4) as usize]]);
            }
        }
        copy
    }
}

/// The reverse complement.
pub(crate) fn turned(letters: &[u8]) -> Vec<u8> {
    sequence(letters).reverse_complement().letters().to_vec()
}

pub(crate) fn sequence(letters: &[u8]) -> Sequence {
    Sequence::new(&String::from_utf8_lossy(letters)).unwrap()
}
