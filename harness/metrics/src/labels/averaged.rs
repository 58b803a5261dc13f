//! Which labels a mean over labels is taken over.

use titer_core::MultiLabelled;

/// What a label needs to have a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Needs {
    /// An example that it is true of.
    Positive,
    /// One that it is true of, and one that it is not true of.
    Both,
}

/// For each label, whether it has what it needs.
pub(super) fn labels(data: MultiLabelled<'_>, needs: Needs) -> Vec<bool> {
    let mut seen = vec![[false; 2]; data.labels()];
    for row in data.truth.chunks(data.labels().max(1)) {
        for (seen, truth) in seen.iter_mut().zip(row) {
            seen[0] |= *truth == Some(true);
            seen[1] |= *truth == Some(false);
        }
    }
    let has = |[positive, negative]: [bool; 2]| positive && (negative || needs == Needs::Positive);
    seen.into_iter().map(has).collect()
}
