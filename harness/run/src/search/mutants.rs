//! Saturation mutagenesis: every substitution within a window, one at a time.

use std::ops::Range;

use titer_core::Sequence;

use super::edits::{Edit, sites};

/// The three substitutions of each known base of a window, in order. Spared positions are among them: what they do is what is asked.
#[must_use]
pub fn mutants(sequence: &Sequence, window: Range<usize>) -> Vec<Edit> {
    let sites = sites(sequence, &[]).into_iter();
    let within = sites.filter(|site| window.contains(&site.position));
    within
        .flat_map(|site| (0..3).map(move |which| site.edit(which)))
        .collect()
}
