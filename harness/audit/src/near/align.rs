//! The score of a local alignment within a band of diagonals, sixteen cells at a time.
//!
//! Equal letters score 1, unequal ones -1, a pair with a neutral one 0, a gap of n letters -2 - n (Gotoh 1982). The band is walked by
//! antidiagonals, whose cells do not depend on one another: sixteen lanes, plain code that the compiler makes
//! vectors of. Saturating arithmetic of unsigned numbers is the "never below zero" of a local alignment. Lanes have a byte,
//! and two where a score turns out not to fit.

use super::letters::{NEUTRAL, NEUTRAL_TRAIN, UNKNOWN};

/// What an unequal pair of letters costs.
pub(super) const MISMATCH: u8 = 1;
/// What the first letter of a gap costs.
pub(super) const OPEN: u8 = 3;
/// What each further letter of a gap costs.
pub(super) const EXTEND: u8 = 1;
/// How many diagonals a band has.
pub(super) const BAND: usize = 2 * LANES;
/// The highest score that the lanes hold: at this the score is not known.
pub(super) const SATURATED: u32 = u16::MAX as u32;

const LANES: usize = 16;
/// Stands around the test sequence: equal to nothing in train.
const BEYOND_TEST: u8 = 8;
/// Stands around the train sequence and for its unknown letters: equal to nothing in test.
const BEYOND_TRAIN: u8 = 9;

type Letters = [u8; LANES];

/// A cell's number: never below zero, never above its largest.
trait Lane: Copy + Default + Ord + Into<u32> {
    fn plus(self, gain: u8) -> Self;
    fn minus(self, loss: u8) -> Self;
}

impl Lane for u8 {
    #[inline]
    fn plus(self, gain: u8) -> Self {
        self.saturating_add(gain)
    }
    #[inline]
    fn minus(self, loss: u8) -> Self {
        self.saturating_sub(loss)
    }
}

impl Lane for u16 {
    #[inline]
    fn plus(self, gain: u8) -> Self {
        self.saturating_add(u16::from(gain))
    }
    #[inline]
    fn minus(self, loss: u8) -> Self {
        self.saturating_sub(u16::from(loss))
    }
}

/// The two sequences as the lanes read them; kept from one alignment to the next.
#[derive(Debug, Default)]
pub(super) struct Aligner {
    /// The test sequence backwards, with a margin on both sides.
    backwards: Vec<u8>,
    /// The train sequence from the band's first diagonal on, with a margin.
    along: Vec<u8>,
}

impl Aligner {
    /// Sets the test sequence that the following calls align.
    pub(super) fn set(&mut self, test: &[u8]) {
        self.backwards.clear();
        self.backwards.resize(LANES, BEYOND_TEST);
        self.backwards.extend(test.iter().rev());
        self.backwards
            .resize(self.backwards.len() + LANES, BEYOND_TEST);
    }

    /// The best score of a local alignment of the test sequence on the diagonals `first` to `first + BAND - 1`; a
    /// diagonal is the place in train minus the place in test. [`SATURATED`] at most.
    pub(super) fn score(&mut self, train: &[u8], first: i64) -> u32 {
        let length = self.backwards.len().saturating_sub(2 * LANES);
        self.lay(length, train, first);
        match self.walk::<u8>(length) {
            score if score == u32::from(u8::MAX) => self.walk::<u16>(length),
            score => score,
        }
    }

    /// Walks the band that was laid out.
    fn walk<N: Lane>(&self, length: usize) -> u32 {
        let (mut even, mut odd) = (Cells::<N>::default(), Cells::<N>::default());
        let mut best = [N::default(); LANES];
        // Lane l of a step: the test letter at step - l and, on the even diagonal 2 l, the train letter at step + l.
        for step in 0..length + LANES - 1 {
            let (Some(test), Some(near), Some(far)) = (
                lanes(&self.backwards, LANES + length - 1 - step),
                lanes(&self.along, step),
                lanes(&self.along, step + 1),
            ) else {
                break;
            };
            even = even.next(&odd, &odd.shifted_up(), test, near);
            odd = odd.next(&even.shifted_down(), &even, test, far);
            let pairs = even.score.iter().zip(&odd.score);
            for (best, (one, other)) in best.iter_mut().zip(pairs) {
                *best = (*best).max(*one).max(*other);
            }
        }
        best.into_iter().max().map_or(0, Into::into)
    }

    /// Lays train out so that the letter of test place q on diagonal k of the band is at q + k.
    fn lay(&mut self, length: usize, train: &[u8], first: i64) {
        let size = length + BAND + 2 * LANES;
        self.along.clear();
        let before = usize::try_from(-first).unwrap_or(0).min(size);
        self.along.resize(before, BEYOND_TRAIN);
        let from = usize::try_from(first).unwrap_or(0).min(train.len());
        let until = train.len().min(from + size - before);
        self.along
            .extend_from_slice(train.get(from..until).unwrap_or(&[]));
        for code in &mut self.along {
            if *code == UNKNOWN {
                *code = BEYOND_TRAIN;
            }
        }
        self.along.resize(size, BEYOND_TRAIN);
    }
}

#[inline]
fn lanes(codes: &[u8], at: usize) -> Option<&Letters> {
    codes.get(at..at + LANES)?.try_into().ok()
}

/// Every second diagonal of the band, at one antidiagonal.
#[derive(Clone, Copy, Debug, Default)]
struct Cells<N> {
    score: [N; LANES],
    /// Ends in a gap in the test sequence.
    across: [N; LANES],
    /// Ends in a gap in the train sequence.
    down: [N; LANES],
}

impl<N: Lane> Cells<N> {
    /// The cells two antidiagonals on: `up` holds those one diagonal further on, `left` one before.
    #[inline]
    fn next(&self, up: &Self, left: &Self, test: &Letters, train: &Letters) -> Self {
        let mut next = Self::default();
        for lane in 0..LANES {
            let equal = test[lane] == train[lane];
            let is_neutral = test[lane] == NEUTRAL || train[lane] == NEUTRAL_TRAIN;
            let gain = u8::from(equal);
            let loss = if equal | is_neutral { 0 } else { MISMATCH };
            let score = self.score[lane].plus(gain).minus(loss);
            let across = left.score[lane]
                .minus(OPEN)
                .max(left.across[lane].minus(EXTEND));
            let down = up.score[lane].minus(OPEN).max(up.down[lane].minus(EXTEND));
            next.score[lane] = score.max(across).max(down);
            next.across[lane] = across;
            next.down[lane] = down;
        }
        next
    }

    /// Each lane's cells from the lane before.
    #[inline]
    fn shifted_up(&self) -> Self {
        self.each(|lanes| {
            std::array::from_fn(|lane| match lane {
                0 => N::default(),
                _ => lanes[lane - 1],
            })
        })
    }

    /// Each lane's cells from the lane behind.
    #[inline]
    fn shifted_down(&self) -> Self {
        self.each(|lanes| {
            std::array::from_fn(|lane| match lane + 1 {
                LANES => N::default(),
                behind => lanes[behind],
            })
        })
    }

    #[inline]
    fn each(&self, change: impl Fn(&[N; LANES]) -> [N; LANES]) -> Self {
        Self {
            score: change(&self.score),
            across: change(&self.across),
            down: change(&self.down),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::near::trace::trace;
    use titer_core::Stream;

    /// Local alignment without a band, as it stands in the book.
    fn whole(test: &[u8], train: &[u8]) -> i32 {
        let (columns, mut best) = (train.len() + 1, 0);
        let mut score = vec![0; columns];
        let mut down = vec![-1000; columns];
        for letter in test {
            let (mut across, mut corner) = (-1000, 0);
            for at in 1..columns {
                down[at] = (down[at] - 1).max(score[at] - 3);
                across = (across - 1).max(score[at - 1] - 3);
                let equal = *letter == train[at - 1] && *letter < UNKNOWN;
                let is_neutral = *letter == NEUTRAL || train[at - 1] == NEUTRAL_TRAIN;
                let pair = corner
                    + if is_neutral {
                        0
                    } else if equal {
                        1
                    } else {
                        -1
                    };
                corner = score[at];
                score[at] = pair.max(across).max(down[at]).max(0);
                best = best.max(score[at]);
            }
        }
        best
    }

    fn random(length: u64, stream: &mut Stream) -> Vec<u8> {
        (0..length)
            .map(|_| stream.below(100).min(3) as u8 ^ stream.below(4) as u8)
            .collect()
    }

    /// A copy with substitutions and short gaps.
    fn damaged(of: &[u8], stream: &mut Stream) -> Vec<u8> {
        let mut copy = Vec::new();
        for code in of {
            match stream.below(40) {
                0 => {}
                1 => copy.extend([*code, 2, 1]),
                2..8 => copy.push((code + 1) % 4),
                8 => copy.push([UNKNOWN, NEUTRAL_TRAIN][stream.below(2) as usize]),
                _ => copy.push(*code),
            }
        }
        copy
    }

    #[test]
    fn lanes_trace_and_book_agree() {
        let mut stream = Stream::new(2, "test", "align");
        let mut aligner = Aligner::default();
        let mut high = 0;
        for _ in 0..400 {
            let one = {
                let length = 1 + stream.below(60);
                random(length, &mut stream)
            };
            let other = damaged(&one, &mut stream);
            let mut one = one;
            let blanked = stream.below(1 + one.len() as u64) as usize;
            if stream.below(3) == 0 {
                one[blanked / 2..blanked].fill(NEUTRAL);
            }
            // Where the band holds every diagonal, it is no bound.
            let first = -(BAND as i64) / 2;
            aligner.set(&one);
            let score = aligner.score(&other, first);
            let traced = trace(&one, &other, first);
            assert_eq!(score, traced.score);
            let book = whole(&one, &other);
            assert!(traced.score as i32 <= book);
            if one.len().max(other.len()) <= 16 {
                assert_eq!(traced.score as i32, book);
            }
            high += usize::from(traced.score as i32 == book);
        }
        // The band leaves out alignments that shift by more than half its width: few here.
        assert!(high > 380, "{high}");
    }

    #[test]
    fn any_band_of_anything_agrees() {
        let mut stream = Stream::new(3, "test", "band");
        let mut aligner = Aligner::default();
        for _ in 0..400 {
            let (m, n) = (stream.below(50), stream.below(50));
            let (one, other) = (random(m, &mut stream), random(n, &mut stream));
            let first = stream.below(160) as i64 - 80;
            aligner.set(&one);
            let score = aligner.score(&other, first);
            assert_eq!(score, trace(&one, &other, first).score);
        }
    }
}
