//! Errors of the run folder.

use std::path::{Path, PathBuf};

/// Why a run folder cannot be written or read.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The system refused.
    #[error("{path}: {error}\n  help: {cure}")]
    System {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        error: std::io::Error,
        /// What to do.
        cure: &'static str,
    },
    /// The folder holds no run, or a step has not been taken.
    #[error("{path}: there is no such file\n  help: {cure}")]
    Missing {
        /// The file.
        path: PathBuf,
        /// What to do.
        cure: &'static str,
    },
    /// A file is cut short, altered or made by something else.
    #[error("{path}: {reason}\n  help: {cure}")]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
        /// What to do.
        cure: &'static str,
    },
    /// Another Titer works in the folder.
    #[error(
        "{path}: another titer works here (process {holder})\n  help: wait until it ends, or choose another folder"
    )]
    Locked {
        /// The folder.
        path: PathBuf,
        /// Its process id, as it wrote it.
        holder: String,
    },
}

impl StoreError {
    pub(crate) fn writing(path: &Path, error: std::io::Error) -> Self {
        let cure = "choose a folder that can be written, on a disk with room";
        Self::System {
            path: path.to_owned(),
            error,
            cure,
        }
    }

    pub(crate) fn reading(path: &Path, error: std::io::Error) -> Self {
        let path = path.to_owned();
        if error.kind() == std::io::ErrorKind::NotFound {
            let cure =
                "run the evaluation again; `titer score` makes scores, verdict and report again";
            return Self::Missing { path, cure };
        }
        Self::System {
            path,
            error,
            cure: "check that the file can be read",
        }
    }

    pub(crate) fn damaged(path: &Path, reason: impl Into<String>) -> Self {
        let cure = "remove it and run the evaluation again; `titer score` makes scores again";
        Self::Damaged {
            path: path.to_owned(),
            reason: reason.into(),
            cure,
        }
    }
}
