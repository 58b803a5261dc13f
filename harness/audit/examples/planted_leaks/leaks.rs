//! Train and test with leaks planted in them: synthetic, every letter drawn evenly.

use titer_core::{Sequence, Stream};

/// Letters of a sequence.
const LENGTH: usize = 200;

/// What a test sequence is of a train sequence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Exact,
    ReverseComplement,
    /// So many per cent of the letters are left, two thirds of the others substituted, one sixth taken out, one sixth
    /// put in; on either strand.
    Identity(u64),
    /// Its first half is the other's second.
    ShiftedByHalf,
    Unrelated,
}

impl Kind {
    pub(super) const PLANTED: [Self; 6] = [
        Self::Exact,
        Self::ReverseComplement,
        Self::Identity(90),
        Self::Identity(80),
        Self::Identity(70),
        Self::ShiftedByHalf,
    ];

    #[allow(dead_code, reason = "the test prints no table")]
    pub(super) fn name(self) -> String {
        match self {
            Self::Exact => "exact".to_owned(),
            Self::ReverseComplement => "reverse_complement".to_owned(),
            Self::Identity(percent) => format!("identity_{percent}"),
            Self::ShiftedByHalf => "shifted_by_half".to_owned(),
            Self::Unrelated => "unrelated".to_owned(),
        }
    }
}

/// A test sequence, what it is, and of which train sequence.
pub(super) struct Planted {
    pub letters: Vec<u8>,
    pub kind: Kind,
    pub source: usize,
}

/// `trains` train sequences; `each` test sequences of each kind of leak, and `unrelated` ones.
pub(super) fn planted(
    trains: usize,
    each: usize,
    unrelated: usize,
) -> (Vec<Vec<u8>>, Vec<Planted>) {
    let of_stream = |purpose: &str, number: usize| Stream::new(1, purpose, &number.to_string());
    let train: Vec<Vec<u8>> = (0..trains)
        .map(|number| drawn(LENGTH, &mut of_stream("train", number)))
        .collect();
    let kinds = Kind::PLANTED.iter().flat_map(|kind| vec![*kind; each]);
    let kinds = kinds.chain(vec![Kind::Unrelated; unrelated]);
    let test = kinds.enumerate().map(|(number, kind)| {
        let mut stream = of_stream("test", number);
        let source = stream.below(trains as u64) as usize;
        Planted {
            letters: leak(&train[source], kind, &mut stream),
            kind,
            source,
        }
    });
    let test = test.collect();
    (train, test)
}

fn drawn(length: usize, stream: &mut Stream) -> Vec<u8> {
    (0..length)
        .map(|_| b"ACGT"[stream.below(4) as usize])
        .collect()
}

fn turned(letters: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(letters);
    Sequence::new(&text)
        .unwrap()
        .reverse_complement()
        .letters()
        .to_vec()
}

fn leak(source: &[u8], kind: Kind, stream: &mut Stream) -> Vec<u8> {
    match kind {
        Kind::Exact => source.to_vec(),
        Kind::ReverseComplement => turned(source),
        Kind::Identity(percent) => {
            let copy = damaged(source, percent, stream);
            if stream.below(2) == 0 {
                copy
            } else {
                turned(&copy)
            }
        }
        Kind::ShiftedByHalf => [&source[LENGTH / 2..], &drawn(LENGTH / 2, stream)].concat(),
        Kind::Unrelated => drawn(LENGTH, stream),
    }
}

fn damaged(source: &[u8], percent: u64, stream: &mut Stream) -> Vec<u8> {
    let mut copy = Vec::new();
    for letter in source {
        if stream.below(100) < percent {
            copy.push(*letter);
            continue;
        }
        match stream.below(6) {
            0 => {}
            1 => copy.extend([*letter, drawn(1, stream)[0]]),
            _ => {
                let others: Vec<u8> = b"ACGT"
                    .iter()
                    .copied()
                    .filter(|other| other != letter)
                    .collect();
                copy.push(others[stream.below(3) as usize]);
            }
        }
    }
    copy
}
