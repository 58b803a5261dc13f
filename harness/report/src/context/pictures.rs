//! Pictures with captions.

use serde::Serialize;

/// A picture.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Picture {
    /// What it shows.
    pub caption: String,
    /// The SVG element.
    pub svg: String,
}
