//! Counts in as few bits as the largest of them needs.

/// Whole numbers, one for each cluster.
#[derive(Clone, Debug)]
pub(crate) enum Counts {
    /// None is above 15, as in nearly all draws: two to a byte, the first in the lower half; and how many there are.
    Halves(Box<[u8]>, usize),
    /// None is above 255.
    Bytes(Box<[u8]>),
    /// Some are.
    Whole(Box<[u32]>),
}

impl Counts {
    pub(crate) fn new(counts: &[u32]) -> Self {
        match counts.iter().max().copied().unwrap_or_default() {
            0..=15 => {
                let pairs = counts.chunks(2);
                let both =
                    |pair: &[u32]| pair[0] as u8 | (pair.get(1).map_or(0, |&n| n as u8) << 4);
                Self::Halves(pairs.map(both).collect(), counts.len())
            }
            16..=255 => Self::Bytes(counts.iter().map(|&count| count as u8).collect()),
            _ => Self::Whole(counts.into()),
        }
    }

    /// Each of them.
    pub(crate) fn each(&self) -> Vec<u32> {
        match self {
            Self::Halves(pairs, counts) => {
                let mut all = vec![0; 2 * pairs.len()];
                for (both, pair) in all.chunks_exact_mut(2).zip(pairs) {
                    both[0] = u32::from(pair & 15);
                    both[1] = u32::from(pair >> 4);
                }
                all.truncate(*counts);
                all
            }
            Self::Bytes(counts) => counts.iter().map(|&count| u32::from(count)).collect(),
            Self::Whole(counts) => counts.to_vec(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_count_makes_all_of_them_wide() {
        let (small, middle, large) = ([0, 1, 15], [3, 16, 255], [0, 256, u32::MAX]);
        assert!(matches!(Counts::new(&small), Counts::Halves(..)));
        assert!(matches!(Counts::new(&middle), Counts::Bytes(_)));
        assert!(matches!(Counts::new(&large), Counts::Whole(_)));
        for counts in [&small, &middle, &large] {
            for length in 0..=3 {
                assert_eq!(Counts::new(&counts[..length]).each(), counts[..length]);
            }
        }
    }
}
