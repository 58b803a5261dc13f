//! The same alignment one cell at a time, and the way back through it: what is equal, and where.

use super::align::{BAND, EXTEND, MISMATCH, OPEN};
use super::letters::{NEUTRAL, NEUTRAL_TRAIN, UNKNOWN};

/// A local alignment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Trace {
    pub score: u32,
    /// Pairs of equal letters.
    pub equal: u32,
    /// Pairs of letters and letters beside a gap, neutral ones left out.
    pub columns: u32,
    /// The stretch of the test sequence: start and end.
    pub test: (u32, u32),
    /// The stretch of the train sequence: start and end.
    pub train: (u32, u32),
}

const PAIR: u8 = 1;
const ACROSS: u8 = 2;
const DOWN: u8 = 3;
/// The gap across goes on from a gap; else it begins here.
const ACROSS_GOES_ON: u8 = 4;
const DOWN_GOES_ON: u8 = 8;
const NEVER: i32 = i32::MIN / 2;

/// The best local alignment on the diagonals `first` to `first + BAND - 1`.
pub(super) fn trace(test: &[u8], train: &[u8], first: i64) -> Trace {
    let mut ways = vec![[0_u8; BAND]; test.len()];
    let (mut scores, mut downs) = ([0_i32; BAND + 1], [NEVER; BAND + 1]);
    let (mut best, mut end) = (0, (0, 0));
    for (row, letter) in test.iter().enumerate() {
        let (mut left, mut across) = (0, NEVER);
        for diagonal in 0..BAND {
            let at = row as i64 + first + diagonal as i64;
            let Some(other) = usize::try_from(at).ok().and_then(|at| train.get(at)) else {
                // Outside of train, as if nothing had been aligned yet.
                (scores[diagonal], downs[diagonal], left, across) = (0, NEVER, 0, NEVER);
                continue;
            };
            let pair = scores[diagonal] + pair(*letter, *other);
            let mut way = 0;
            let (open, on) = (left - i32::from(OPEN), across - i32::from(EXTEND));
            way |= if on > open { ACROSS_GOES_ON } else { 0 };
            across = open.max(on);
            let (open, on) = (
                scores[diagonal + 1] - i32::from(OPEN),
                downs[diagonal + 1] - i32::from(EXTEND),
            );
            way |= if on > open { DOWN_GOES_ON } else { 0 };
            let down = open.max(on);
            let score = pair.max(across).max(down).max(0);
            way |= match score {
                0 => 0,
                _ if score == pair => PAIR,
                _ if score == across => ACROSS,
                _ => DOWN,
            };
            if score > best {
                (best, end) = (score, (row, diagonal));
            }
            ways[row][diagonal] = way;
            (scores[diagonal], downs[diagonal], left) = (score, down, score);
        }
    }
    back(test, train, first, &ways, best, end)
}

fn pair(test: u8, train: u8) -> i32 {
    if test == NEUTRAL || train == NEUTRAL_TRAIN {
        0
    } else if test == train && test < UNKNOWN {
        1
    } else {
        -i32::from(MISMATCH)
    }
}

fn back(
    test: &[u8],
    train: &[u8],
    first: i64,
    ways: &[[u8; BAND]],
    best: i32,
    end: (usize, usize),
) -> Trace {
    let mut found = Trace::default();
    if best <= 0 {
        return found;
    }
    let place = |(row, diagonal): (usize, usize)| (row as i64 + first + diagonal as i64) as u32;
    found.score = best as u32;
    (found.test.1, found.train.1) = (end.0 as u32 + 1, place(end) + 1);
    let (mut at, mut gap) = (end, 0);
    loop {
        let way = ways[at.0][at.1];
        let kind = if gap == 0 { way & 3 } else { gap };
        let next = match kind {
            PAIR => {
                let other = train.get(place(at) as usize);
                let scored = other.map_or(0, |other| pair(test[at.0], *other));
                found.equal += u32::from(scored > 0);
                found.columns += u32::from(scored != 0);
                (found.test.0, found.train.0) = (at.0 as u32, place(at));
                gap = 0;
                at.0.checked_sub(1).map(|row| (row, at.1))
            }
            ACROSS => {
                gap = if way & ACROSS_GOES_ON > 0 { ACROSS } else { 0 };
                found.columns += 1;
                at.1.checked_sub(1).map(|diagonal| (at.0, diagonal))
            }
            DOWN => {
                gap = if way & DOWN_GOES_ON > 0 { DOWN } else { 0 };
                found.columns += 1;
                let row = at.0.checked_sub(1);
                row.filter(|_| at.1 + 1 < BAND).map(|row| (row, at.1 + 1))
            }
            _ => break,
        };
        let Some(next) = next else { break };
        at = next;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::near::letters::encode;

    fn of(test: &[u8], train: &[u8]) -> Trace {
        let (mut one, mut other) = (Vec::new(), Vec::new());
        encode(test, &mut one);
        encode(train, &mut other);
        trace(&one, &other, -16)
    }

    #[test]
    fn a_gap_and_a_substitution_are_counted() {
        let found = of(
            b"GGGACGTACGTACGTTTACGATCGA",
            b"CCACGTACGTACGATTTACCGATCGACC",
        );
        // Twenty-one letters are equal, one differs nowhere but by two letters put in.
        assert_eq!(found.test, (3, 25));
        assert_eq!(found.train, (2, 26));
        assert_eq!((found.equal, found.columns), (22, 24));
        assert_eq!(found.score, 22 - 3 - 3);
    }

    #[test]
    fn nothing_equal_is_no_alignment() {
        assert_eq!(of(b"AAAA", b"CCCC"), Trace::default());
        assert_eq!(of(b"NNNN", b"NNNN"), Trace::default());
        assert_eq!(of(b"", b"ACGT"), Trace::default());
    }
}
