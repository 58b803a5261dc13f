//! Saturation mutagenesis: every single-base change of a window, some examples at a time.

use std::ops::Range;

use titer_core::Mutant;

use super::{Asked, Asking, Known, Stopped};
use crate::search::mutants;

/// Changed sequences that are asked at a time, about.
const AT_ONCE: usize = 4_096;

/// A row for each change of each example.
pub(super) fn search(
    window: Range<usize>,
    known: &[Known<'_>],
    asking: &mut Asking<'_>,
) -> Result<Vec<Mutant>, Stopped> {
    let each = window.len().saturating_mul(3).max(1);
    let mut rows = Vec::new();
    for some in known.chunks((AT_ONCE / each).max(1)) {
        let of = |known: &'_ Known<'_>| mutants(&known.example.sequence, window.clone());
        let mut asked = Vec::new();
        for known in some {
            asked.extend(of(known).into_iter().map(|edit| (known, edit)));
        }
        let changed: Vec<Asked<'_>> = asked
            .iter()
            .map(|(known, edit)| Asked {
                example: known.example,
                edits: vec![*edit],
            })
            .collect();
        let answers = asking.ask(&changed)?;
        rows.extend(asked.iter().zip(answers).map(|((known, edit), after)| {
            let from = known.example.sequence.letters().get(edit.position);
            Mutant {
                id: known.example.id.clone(),
                position: edit.position as u64,
                from: char::from(from.copied().unwrap_or(b'N')).to_string(),
                to: char::from(edit.letter).to_string(),
                before: known.before,
                after,
            }
        }));
    }
    Ok(rows)
}
