//! The run folder, written and read. The only room that knows its layout.

pub mod manifest;

pub use manifest::{Manifest, RunStatus};
