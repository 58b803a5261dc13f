//! Overlapping k-mers of a sequence as numbers.

use titer_core::Sequence;

fn code(letter: u8) -> Option<u32> {
    match letter {
        b'A' => Some(0),
        b'C' => Some(1),
        b'G' => Some(2),
        b'T' => Some(3),
        _ => None,
    }
}

/// Calls `each` with every k-mer in order, two bits a base, and with its reverse complement; a k-mer
/// that holds another letter than A, C, G, T is none. `k` is from 1 to 16: what
/// fits 32 bits; spec holds controls to it.
pub(crate) fn for_each(sequence: &Sequence, k: usize, mut each: impl FnMut(u32, u32)) {
    let bits = 2 * k as u32;
    let mask = u32::MAX >> (32 - bits);
    let (mut forward, mut backward, mut known) = (0_u32, 0_u32, 0_usize);
    for letter in sequence.letters() {
        match code(*letter) {
            Some(base) => {
                forward = ((forward << 2) | base) & mask;
                backward = (backward >> 2) | ((3 - base) << (bits - 2));
                known += 1;
            }
            None => known = 0,
        }
        if known >= k {
            each(forward, backward);
        }
    }
}

/// How often each k-mer occurs, as `(k-mer, share of all)`, ascending by k-mer.
pub(crate) fn shares(sequence: &Sequence, k: usize) -> Vec<(u32, f64)> {
    let mut all = Vec::with_capacity(sequence.len());
    for_each(sequence, k, |kmer, _| all.push(kmer));
    all.sort_unstable();
    let total = all.len() as f64;
    all.chunk_by(|one, next| one == next)
        .map(|same| (same[0], same.len() as f64 / total))
        .collect()
}

/// The distinct k-mers, each as the smaller of itself and its reverse complement, ascending.
pub(crate) fn canonical(sequence: &Sequence, k: usize) -> Vec<u32> {
    let mut all = Vec::with_capacity(sequence.len());
    for_each(sequence, k, |forward, backward| {
        all.push(forward.min(backward));
    });
    all.sort_unstable();
    all.dedup();
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Sequence {
        Sequence::new(text).unwrap()
    }

    #[test]
    fn shares_add_up_and_other_letters_cut() {
        // AC, CG and, after N, AC again.
        let shares = shares(&of("ACGNAC"), 2);
        assert_eq!(shares, [(1, 2.0 / 3.0), (6, 1.0 / 3.0)]);
        assert!(super::shares(&of("AC"), 3).is_empty());
    }

    #[test]
    fn both_strands_have_the_same_canonical_kmers() {
        let sequence = of("ACGTTGCAAGGCTTACGATCGATTTGCAGGACC");
        for k in [1, 3, 15, 16] {
            let turned = canonical(&sequence.reverse_complement(), k);
            assert_eq!(canonical(&sequence, k), turned, "{k}");
        }
    }
}
