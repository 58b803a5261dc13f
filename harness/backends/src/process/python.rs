//! What makes a process of a Python function.

/// `titer_model.py`: turns a Python function into a process that answers.
pub const PYTHON: &str = include_str!("../../../../python/titer_model.py");
