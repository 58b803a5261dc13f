//! `examples/<digest>.similarity.parquet`: how similar each example is to training data, without sequences.

use std::path::PathBuf;

use titer_core::Digest;
use titer_core::kmer_set::digest_of_similarities;

use crate::error::StoreError;
use crate::folder::{EXAMPLES, RunFolder};
use crate::table::{Columns, Table, Typed};

impl RunFolder {
    /// Writes the similarity of each example, in their order, under its digest; nothing is done where it is there and whole.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn write_similarities(&self, similarities: &[Option<f64>]) -> Result<(), StoreError> {
        let digest = digest_of_similarities(similarities);
        if self.read_similarities(&digest).is_ok() {
            return Ok(());
        }
        Columns::default()
            .maybe_number("similarity", similarities.iter().copied())
            .write(&self.similarities(&digest))
    }

    /// Reads the similarity of each example and holds them to their digest.
    ///
    /// # Errors
    /// They are absent, damaged, or not the ones that the digest names.
    pub fn read_similarities(&self, digest: &Digest) -> Result<Vec<Option<f64>>, StoreError> {
        let path = self.similarities(digest);
        let similarities = Table::read(&path)?.maybe_number("similarity")?;
        if digest_of_similarities(&similarities) != *digest {
            let reason = "what it holds is not what its name stands for";
            return Err(StoreError::damaged(&path, reason));
        }
        Ok(similarities)
    }

    fn similarities(&self, digest: &Digest) -> PathBuf {
        let name = format!("{}.similarity.parquet", digest.short());
        self.path().join(EXAMPLES).join(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_in_comes_out_and_nothing_else_does() {
        let folder = tempfile::tempdir().unwrap();
        let run = RunFolder::at(folder.path());
        let (one, other) = ([Some(0.25), None, Some(1.0)], [Some(0.5)]);
        run.write_similarities(&one).unwrap();
        run.write_similarities(&other).unwrap();
        let digest = digest_of_similarities(&one);
        assert_eq!(run.read_similarities(&digest).unwrap(), one);
        let others = run.similarities(&digest_of_similarities(&other));
        std::fs::copy(others, run.similarities(&digest)).unwrap();
        let error = run.read_similarities(&digest).unwrap_err().to_string();
        assert!(error.contains("not what its name stands for"), "{error}");
        // What is damaged is written anew.
        run.write_similarities(&one).unwrap();
        assert_eq!(run.read_similarities(&digest).unwrap(), one);
    }
}
