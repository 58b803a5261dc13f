//! Notable examples: the worst errors and the largest changes.

use serde::{Deserialize, Serialize};

use crate::example::Place;
use crate::table::row;

/// Why an example is notable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotableKind {
    /// Among the variant's most confident errors.
    WorstError,
    /// Among the largest changes from the reference variant.
    LargestChange,
    /// Among the most confident errors of the reference variant, with this variant's answer.
    ReferenceError,
}

impl NotableKind {
    /// The name in tables.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::WorstError => "worst_error",
            Self::LargestChange => "largest_change",
            Self::ReferenceError => "reference_error",
        }
    }
}

row! {
    /// An example worth a look, on a clean cell.
    pub struct Notable in "notables" {
        /// Why: `worst_error` (among the variant's most confident errors), `largest_change` (among the largest changes from the
        /// reference) or `reference_error` (among the reference's most confident errors, with this variant's answer).
        pub kind: NotableKind,
        /// 1 is the most notable of its kind and cell.
        pub rank: u32,
        /// The suite.
        pub suite: String,
        /// The model.
        pub model: String,
        /// The variant.
        pub variant: String,
        /// The dataset.
        pub dataset: String,
        /// The example.
        pub id: String,
        /// Where it lies.
        #[serde(default)]
        pub place: Place,
        /// The 0-based position within the stretch; per-position suites only.
        pub offset: Option<u64>,
        /// The class that is true, or the true number.
        pub target: String,
        /// The class whose probability is shown; empty where the answer is a number.
        pub class: String,
        /// The variant's probability of that class, or its number.
        pub probability: f64,
        /// The reference variant's, where there is one.
        pub reference_probability: Option<f64>,
    }
}

row! {
    /// Letters around the site of a notable example, of a dataset whose descriptor says `show_sequences: true`: all else that a run
    /// folder holds is without letters. `titer run` writes them; scoring again keeps them as they are.
    #[derive(Eq)]
    pub struct ShownSequence in "shown_sequences" later {
        /// The suite.
        pub suite: String,
        /// The dataset.
        pub dataset: String,
        /// The example.
        pub id: String,
        /// The 0-based position within the stretch; per-position suites only.
        pub offset: Option<u64>,
        /// Where in the example's sequence the letters begin, counted from 0.
        pub start: u64,
        /// The letters, upper-case IUPAC code, in the direction in which the model reads them.
        pub letters: String,
        /// How many letters the example's sequence has in all.
        pub length: u64,
        /// Where in the example's sequence the site begins, counted from 0: what the suite spares, the position itself, or the
        /// allele. Null where nothing says which letters are the site; the letters are then those of the middle.
        pub site: Option<u64>,
        /// How many letters the site has; null where there is none.
        pub site_length: Option<u64>,
    }
}

impl ShownSequence {
    /// The letters before the site, those of the site, and those behind it. Without a site all of them come first.
    #[must_use]
    pub fn parts(&self) -> [&str; 3] {
        let whole = [self.letters.as_str(), "", ""];
        let (Some(site), Some(length)) = (self.site, self.site_length) else {
            return whole;
        };
        let parts = || {
            let begins = usize::try_from(site.checked_sub(self.start)?).ok()?;
            let ends = begins.checked_add(usize::try_from(length).ok()?)?;
            Some([
                self.letters.get(..begins)?,
                self.letters.get(begins..ends)?,
                self.letters.get(ends..)?,
            ])
        };
        parts().unwrap_or(whole)
    }

    /// How many letters of the example's sequence lie before and behind those that are shown.
    #[must_use]
    pub fn beyond(&self) -> (u64, u64) {
        let ends = self.start.saturating_add(self.letters.len() as u64);
        (self.start, self.length.saturating_sub(ends))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(start: u64, site: Option<u64>, site_length: Option<u64>) -> ShownSequence {
        ShownSequence {
            suite: "s".to_owned(),
            dataset: "d".to_owned(),
            id: "e".to_owned(),
            offset: None,
            start,
            letters: "AACGTT".to_owned(),
            length: 20,
            site,
            site_length,
        }
    }

    #[test]
    fn a_site_divides_the_letters_and_a_wrong_one_does_not() {
        assert_eq!(shown(10, Some(12), Some(2)).parts(), ["AA", "CG", "TT"]);
        assert_eq!(shown(10, Some(12), Some(2)).beyond(), (10, 4));
        for (site, length) in [
            (None, None),
            (Some(9), Some(2)),
            (Some(15), Some(2)),
            (Some(12), Some(u64::MAX)),
        ] {
            assert_eq!(shown(10, site, length).parts(), ["AACGTT", "", ""]);
        }
    }
}
