//! What happens while a plan runs: emitted by the engine, shown by others.

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// Work begins: how many cells and measurement processes there are, and how many cells are there
    /// already.
    Started {
        /// Cells of the plan.
        cells: usize,
        /// Finished ones found in the run folder.
        reused: usize,
        /// Measurement processes to come.
        measurements: usize,
    },
    /// Something that the user should know and that stops nothing.
    Noted {
        /// What, in a line.
        note: String,
    },
    /// Cells that were told are predicted once more.
    Repeated {
        /// How many.
        cells: usize,
    },
    /// A cell begins.
    CellStarted {
        /// What it is, in a line.
        cell: String,
    },
    /// A cell has finished.
    CellFinished {
        /// What it is, in a line.
        cell: String,
    },
    /// A cell has failed; the rest goes on.
    CellFailed {
        /// What it is, in a line.
        cell: String,
        /// Why.
        reason: String,
    },
    /// A measurement process begins.
    MeasurementStarted {
        /// What it is, in a line.
        measurement: String,
    },
    /// A measurement process has finished.
    MeasurementFinished {
        /// What it is, in a line.
        measurement: String,
    },
    /// A measurement has failed; the rest goes on.
    MeasurementFailed {
        /// What it is, in a line.
        measurement: String,
        /// Why.
        reason: String,
    },
}
