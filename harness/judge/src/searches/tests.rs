//! Summaries of what small searches found.
