//! Why there is no report.

/// Why there is no report.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// A template names something that its context does not hold.
    #[error("fill in the template {template}: {reason}")]
    Template {
        /// The template's name.
        template: String,
        /// The engine's words, with the line.
        reason: String,
    },
    /// The machine-readable part could not be written.
    #[error("write the report as JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// A table could not be written as CSV.
    #[error("write a table as CSV: {0}")]
    Csv(String),
    /// Even the plainest form of the page is too large.
    #[error(
        "the page has {bytes} bytes without any result, {limit} are allowed: shorten the names and summaries of the evaluation"
    )]
    TooLarge {
        /// The page's size.
        bytes: usize,
        /// The most it may have.
        limit: usize,
    },
}

impl ReportError {
    pub(crate) fn csv(error: impl std::fmt::Display) -> Self {
        Self::Csv(error.to_string())
    }

    pub(crate) fn template(name: &str, error: &minijinja::Error) -> Self {
        Self::Template {
            template: name.to_owned(),
            reason: format!("{error:#}"),
        }
    }
}
