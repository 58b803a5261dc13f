//! Seeded damage: bits flipped, ends cut off, lengths edited, pieces of one file in another.

/// A stream of numbers (SplitMix64).
pub(crate) struct Numbers(u64);

impl Numbers {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(super) fn whole(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Less than `end`; 0 where `end` is 0.
    pub(super) fn below(&mut self, end: usize) -> usize {
        (self.whole() % end.max(1) as u64) as usize
    }
}

/// Numbers that lengths and offsets go wrong with.
const EDGES: [u64; 10] = [
    0,
    1,
    0x7f,
    0x80,
    0xffff,
    0x7fff_ffff,
    0xffff_ffff,
    1 << 40,
    i64::MAX as u64,
    u64::MAX,
];

/// One damaged form of the first file; the others lend pieces.
pub(super) fn damaged(numbers: &mut Numbers, file: &[u8], others: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = file.to_vec();
    // Mostly little: what is refused at its first byte tries little.
    for _ in 0..=[0, 0, 0, 1, 2][numbers.below(5)] {
        step(numbers, &mut bytes, others);
    }
    bytes
}

fn step(numbers: &mut Numbers, bytes: &mut Vec<u8>, others: &[Vec<u8>]) {
    // Headers come first: half of the damage goes there.
    let reach = match numbers.below(2) {
        0 => bytes.len(),
        _ => bytes.len().min(256),
    };
    let at = numbers.below(reach);
    match numbers.below(12) {
        0 => {
            for _ in 0..=numbers.below(8) {
                let at = numbers.below(reach);
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= 1 << numbers.below(8);
                }
            }
        }
        1 => bytes.truncate(at),
        2 => overwrite(bytes, at, &EDGES[numbers.below(10)].to_le_bytes()),
        3 => overwrite(bytes, at, &(EDGES[numbers.below(10)] as u32).to_le_bytes()),
        4 | 9 | 10 | 11 => overwrite(bytes, at, &[numbers.whole() as u8]),
        5 => digits(numbers, bytes, at),
        6 => {
            let end = (at + numbers.below(64)).min(bytes.len());
            bytes.drain(at.min(end)..end);
        }
        7 => splice(numbers, bytes, at, others),
        _ => {
            // A piece of itself again: names and messages that stand twice, deep nesting.
            let from = numbers.below(bytes.len());
            let to = (from + numbers.below(200)).min(bytes.len());
            let piece = bytes[from..to].repeat(1 + numbers.below(50));
            bytes.splice(at..at, piece);
        }
    }
}

fn overwrite(bytes: &mut [u8], at: usize, with: &[u8]) {
    for (byte, new) in bytes.iter_mut().skip(at).zip(with) {
        *byte = *new;
    }
}

/// The next number in text becomes another one.
fn digits(numbers: &mut Numbers, bytes: &mut Vec<u8>, at: usize) {
    let digit = |byte: &u8| byte.is_ascii_digit();
    let Some(from) = bytes.iter().skip(at).position(digit).map(|step| at + step) else {
        return;
    };
    let length = bytes
        .iter()
        .skip(from)
        .take_while(|byte| digit(byte))
        .count();
    let new = match numbers.below(4) {
        0 => format!("-{}", numbers.below(99)),
        1 => format!("{}e99", numbers.below(99)),
        _ => EDGES[numbers.below(10)].to_string(),
    };
    bytes.splice(from..from + length, new.into_bytes());
}

fn splice(numbers: &mut Numbers, bytes: &mut Vec<u8>, at: usize, others: &[Vec<u8>]) {
    let Some(other) = others.get(numbers.below(others.len())) else {
        return;
    };
    let from = numbers.below(other.len());
    let to = (from + numbers.below(300)).min(other.len());
    let end = (at + numbers.below(2) * (to - from)).min(bytes.len());
    bytes.splice(at..end, other[from..to].iter().copied());
}
