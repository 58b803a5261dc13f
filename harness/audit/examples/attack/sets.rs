//! Sets with a truth: classes that one number tells, honest ones with a signal, and copies of train rows in test.

use titer_audit::{Row, Set};

use super::letters::{Genome, sequence, turned};

/// What tells the classes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Told {
    /// A table of lengths, 8.5 in a hundred rows wrong.
    LengthByTable,
    OddLength,
    RoundLength,
    /// Bands of the share of G and C, one class between the other.
    GcBands,
    UnknownLetters,
    /// Odd numbers of letters in lower case.
    LowerCase,
    /// The first three letters.
    Start,
}

impl Told {
    pub(crate) const ALL: [Self; 7] = [
        Self::LengthByTable,
        Self::OddLength,
        Self::RoundLength,
        Self::GcBands,
        Self::UnknownLetters,
        Self::LowerCase,
        Self::Start,
    ];

    /// The control that must see it.
    pub(crate) fn control(self) -> &'static str {
        match self {
            Self::LengthByTable | Self::OddLength | Self::RoundLength => "length",
            Self::GcBands => "gc",
            Self::UnknownLetters => "unknown",
            Self::LowerCase => "case",
            Self::Start => "ends",
        }
    }
}

/// Lengths from 150 on.
const LENGTHS: u64 = 100;

/// A set whose classes are told by one thing.
pub(crate) fn told(by: Told, trains: usize, tests: usize, seed: u64) -> Set {
    let mut genome = Genome::new(seed, &format!("{by:?}"));
    let table: Vec<usize> = (0..LENGTHS)
        .map(|_| usize::from(genome.is_met(50)))
        .collect();
    made(trains, tests, |_| {
        let class = usize::from(genome.is_met(50));
        let mut bases = 150 + genome.random.below(LENGTHS) as usize;
        let mut gc = 45;
        match by {
            Told::LengthByTable => {
                let wanted = if genome.random.below(1_000) < 85 {
                    1 - class
                } else {
                    class
                };
                while table[bases - 150] != wanted {
                    bases = 150 + genome.random.below(LENGTHS) as usize;
                }
            }
            Told::OddLength => bases = bases / 2 * 2 + class,
            Told::RoundLength => {
                bases = bases / 50 * 50 + (1 - class) * (1 + genome.random.below(49) as usize);
            }
            Told::GcBands => gc = [35, 45, 55, 65][2 * genome.random.below(2) as usize + class],
            Told::UnknownLetters | Told::LowerCase | Told::Start => {}
        }
        let mut letters = genome.drawn(bases, gc);
        match by {
            Told::UnknownLetters => {
                let unknown = 2 * genome.random.below(5) as usize + class;
                letters[40..40 + unknown].fill(b'N');
            }
            Told::LowerCase => {
                let lower = 2 * genome.random.below(40) as usize + class;
                letters[20..20 + lower].make_ascii_lowercase();
            }
            Told::Start if class == 1 => letters[..3].copy_from_slice(b"GAT"),
            _ => {}
        }
        (letters, class)
    })
}

/// What is honest and can be learnt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Honest {
    /// A motif of 12 bases in one class, anywhere.
    Motif,
    /// Shares of G and C of 42 and 48 in a hundred.
    Composition,
    /// The motif among repeats and tails, which both classes have.
    MotifAmongRepeats,
}

impl Honest {
    pub(crate) const ALL: [Self; 3] = [Self::Motif, Self::Composition, Self::MotifAmongRepeats];
}

/// An independent set of rows of 300 letters that can be learnt.
pub(crate) fn honest(what: Honest, trains: usize, tests: usize, seed: u64) -> Set {
    let mut genome = Genome::new(seed, &format!("{what:?}"));
    let motif = genome.drawn(12, 50);
    made(trains, tests, |_| {
        let class = usize::from(genome.is_met(50));
        let mut letters = match what {
            Honest::Motif => genome.row(300),
            Honest::Composition => genome.drawn(300, 42 + 6 * class as u64),
            Honest::MotifAmongRepeats => genome.mixed(300),
        };
        if class == 1 && what != Honest::Composition {
            let at = genome.random.below(280) as usize;
            letters[at..at + 12].copy_from_slice(&motif);
        }
        (letters, class)
    })
}

/// What a test row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Exact,
    ReverseComplement,
    /// So many of a hundred letters are another one.
    Substituted(u64),
    /// So many are put in or taken out.
    Indels(u64),
    /// A row like those of train, repeats and tails among them.
    Clean,
    /// A row with a repeat.
    Repeat,
    /// A row with a tail of one letter.
    Tail,
}

impl Kind {
    pub(crate) const PLANTED: [Self; 6] = [
        Self::Exact,
        Self::ReverseComplement,
        Self::Substituted(5),
        Self::Indels(5),
        Self::Substituted(15),
        Self::Indels(15),
    ];
    pub(crate) const INNOCENT: [Self; 3] = [Self::Clean, Self::Repeat, Self::Tail];
}

/// Train rows of 300 letters; in test `each` copies of every kind, twice as many rows with a repeat and with a tail, and six
/// times as many clean ones. Of each test row what it is.
pub(crate) fn planted(trains: usize, each: usize, seed: u64) -> (Set, Vec<Kind>) {
    let mut genome = Genome::new(seed, "planted");
    let train: Vec<Vec<u8>> = (0..trains).map(|_| genome.mixed(300)).collect();
    let times = |kind: Kind| match kind {
        Kind::Clean => 6 * each,
        Kind::Repeat | Kind::Tail => 2 * each,
        _ => each,
    };
    let kinds = Kind::PLANTED.into_iter().chain(Kind::INNOCENT);
    let kinds: Vec<Kind> = kinds.flat_map(|kind| vec![kind; times(kind)]).collect();
    let tests = kinds.len();
    let set = made(train.len(), tests, |number| {
        let class = usize::from(genome.is_met(50));
        let Some(test) = number.checked_sub(train.len()) else {
            return (train[number].clone(), class);
        };
        let source = &train[genome.random.below(train.len() as u64) as usize];
        (row(&mut genome, kinds[test], source), class)
    });
    (set, kinds)
}

fn row(genome: &mut Genome, kind: Kind, source: &[u8]) -> Vec<u8> {
    let copy = match kind {
        Kind::Exact => return source.to_vec(),
        Kind::ReverseComplement => return turned(source),
        Kind::Substituted(percent) => genome.changed(source, percent, 0),
        Kind::Indels(percent) => genome.changed(source, percent, 100),
        Kind::Clean => return genome.mixed(300),
        Kind::Repeat => {
            let mut row = genome.row(300);
            genome.put_repeat(&mut row);
            row
        }
        Kind::Tail => {
            let mut row = genome.row(300);
            genome.put_tail(&mut row);
            row
        }
    };
    if genome.is_met(50) {
        turned(&copy)
    } else {
        copy
    }
}

/// A set of rows with their class, train first.
fn made(trains: usize, tests: usize, mut one: impl FnMut(usize) -> (Vec<u8>, usize)) -> Set {
    let mut rows: Vec<Row> = (0..trains + tests)
        .map(|number| {
            let (letters, class) = one(number);
            Row {
                id: format!("r{number}"),
                class,
                chromosome: None,
                place: None,
                sequence: Some(sequence(&letters)),
                minus: None,
                lower_case: letters.iter().filter(|it| it.is_ascii_lowercase()).count() as u32,
                second: None,
                group: None,
            }
        })
        .collect();
    let test = rows.split_off(trains);
    Set {
        classes: vec!["no".to_owned(), "yes".to_owned()],
        chromosomes: Vec::new(),
        train: rows,
        test,
    }
}
