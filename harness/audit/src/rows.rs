//! What an audit looks at: rows of a train and a test split.

use titer_core::Sequence;

/// A train and a test split.
#[derive(Clone, Debug, Default)]
pub struct Set {
    /// Every class.
    pub classes: Vec<String>,
    /// Every chromosome (contig), as places number them.
    pub chromosomes: Vec<String>,
    /// What models are fitted on.
    pub train: Vec<Row>,
    /// What they are scored on.
    pub test: Vec<Row>,
}

/// One example, as far as it is known.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Row {
    /// Its id, as the dataset writes it.
    pub id: String,
    /// Its class, an index into [`Set::classes`].
    pub class: usize,
    /// Its chromosome (contig), an index into [`Set::chromosomes`]; known even where its place on it is not.
    pub chromosome: Option<u32>,
    /// Where it lies.
    pub place: Option<Place>,
    /// Whether it lies on the minus strand, where that is said.
    pub minus: Option<bool>,
    /// Its letters.
    pub sequence: Option<Sequence>,
    /// Where among them its second sequence begins, of two that are looked at as one; the N before it is nobody's.
    pub second: Option<u32>,
    /// How many letters its dataset has in lower case; they are read as capitals.
    pub lower_case: u32,
    /// The group within which its dataset says that examples are not independent.
    pub group: Option<Box<str>>,
}

/// A stretch of a chromosome, both strands: half open, 0-based.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// An index into [`Set::chromosomes`].
    pub chromosome: u32,
    /// The first base.
    pub start: u64,
    /// One past the last base.
    pub end: u64,
}

impl Place {
    /// How many bases two places share.
    #[must_use]
    pub fn shared(&self, other: &Self) -> u64 {
        if self.chromosome != other.chromosome {
            return 0;
        }
        let (start, end) = (self.start.max(other.start), self.end.min(other.end));
        end.saturating_sub(start)
    }

    /// How many bases it has.
    #[must_use]
    pub fn bases(&self) -> u64 {
        self.end.saturating_sub(self.start)
    }
}

impl Set {
    /// The places of rows; `None` unless every row of both splits has one.
    #[must_use]
    pub fn places(&self) -> Option<(Vec<Place>, Vec<Place>)> {
        let of = |rows: &[Row]| rows.iter().map(|row| row.place).collect::<Option<Vec<_>>>();
        Some((of(&self.train)?, of(&self.test)?))
    }

    /// Whether every row has its letters.
    #[must_use]
    pub fn has_sequences(&self) -> bool {
        let mut rows = self.train.iter().chain(&self.test);
        rows.all(|row| row.sequence.is_some())
    }
}
