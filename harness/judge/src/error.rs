//! What keeps a run from being judged.

/// What keeps a run from being judged.
#[derive(Debug, thiserror::Error)]
pub enum JudgeError {
    /// The run folder cannot be read or written.
    #[error(transparent)]
    Store(#[from] titer_store::StoreError),
    /// The plan contradicts itself: a hand-made or damaged manifest.
    #[error("the plan names {what}, which it does not hold: run the evaluation again")]
    Plan {
        /// What is named.
        what: String,
    },
    /// An example's truth is not what the suite asks for.
    #[error("example {id:?} of {dataset}: {reason}")]
    Example {
        /// The dataset.
        dataset: String,
        /// The example.
        id: String,
        /// What is wrong.
        reason: String,
    },
    /// Predictions and examples do not belong together.
    #[error(
        "predictions of cell {cell} do not fit its examples: {reason}; run the evaluation again"
    )]
    Mismatch {
        /// The cell, in words.
        cell: String,
        /// What differs.
        reason: String,
    },
    /// A gate that nothing in the plan can meet or break.
    #[error(
        "gate {number} ({gate}) matches nothing: check its metric or measurement, `where` and `covers` \
         against what is planned; the reference variant is covered only where it is named"
    )]
    NothingMatches {
        /// The gate's number in the evaluation, from 1.
        number: usize,
        /// The gate in one line.
        gate: String,
    },
}
