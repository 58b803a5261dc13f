//! What a search found, beside its cell's answers: `cells/<key>/attacks.parquet`, `mutants.parquet`.
//!
//! The cell's record names its digest. It is written before that record, as predictions are.

use std::path::PathBuf;

use titer_core::search::digest_of_found;
use titer_core::table::{Row, Table};
use titer_core::{Digest, FoundRecord};

use crate::error::StoreError;
use crate::folder::RunFolder;
use crate::rows::{read_at, write_at};

impl RunFolder {
    /// Writes what a search found, before its cell's record; gives its digest.
    ///
    /// # Errors
    /// The folder cannot be written, or a number is not finite.
    pub fn write_found<T: Table>(&self, key: &Digest, rows: &[T]) -> Result<Digest, StoreError> {
        let path = self.found::<T>(key);
        let digest =
            digest_of_found(rows).map_err(|error| StoreError::damaged(&path, error.to_string()))?;
        write_at(&path, rows)?;
        Ok(digest)
    }

    /// Reads what a search found and holds it to the digest in its cell's record; `None` where the cell has none.
    ///
    /// # Errors
    /// It is absent, damaged, or not what the record names.
    pub fn read_found<T: Table>(&self, key: &Digest) -> Result<Option<Vec<T>>, StoreError> {
        let record = self.read_cell_record(key)?;
        let Some(FoundRecord { digest, .. }) = record.and_then(|record| record.found) else {
            return Ok(None);
        };
        let path = self.found::<T>(key);
        let rows: Vec<T> = read_at(&path)?;
        match digest_of_found(&rows) {
            Ok(found) if found == digest => Ok(Some(rows)),
            _ => Err(StoreError::damaged(
                &path,
                "it is not what the search found that cell.json tells of",
            )),
        }
    }

    fn found<T: Table>(&self, key: &Digest) -> PathBuf {
        let name = T::Row::TABLE;
        self.cell(key).join(format!("{name}.parquet"))
    }
}

#[cfg(test)]
mod tests {
    use titer_core::{Attack, CellRecord};

    use super::*;
    use crate::tests::record;

    fn attack(after: f64) -> Attack {
        Attack {
            id: "e1".to_owned(),
            strategy: "greedy".to_owned(),
            beam: Some(1),
            substitutions: 2,
            queries_at_most: 20,
            queries: 12,
            success: true,
            before: 0.9,
            after,
            edits: 1,
            edited: Some("12:A>G".to_owned()),
            bases: 40,
        }
    }

    #[test]
    fn what_was_found_reads_back_and_is_held_to_the_record() {
        let folder = tempfile::tempdir().unwrap();
        let folder = RunFolder::at(folder.path());
        let key = Digest::of(b"search");
        let none = Attack {
            edited: None,
            beam: None,
            edits: 0,
            success: false,
            ..attack(0.9)
        };
        let rows = vec![attack(0.1), none];
        let digest = folder.write_found(&key, &rows).unwrap();
        assert_eq!(folder.read_found::<Attack>(&key).unwrap(), None);
        let record = CellRecord {
            found: Some(FoundRecord { digest, queries: 3 }),
            ..record(key, &[])
        };
        folder.write_cell(&[], &record).unwrap();
        assert_eq!(folder.read_found(&key).unwrap(), Some(rows.clone()));
        folder.write_found(&key, &[attack(0.2)]).unwrap();
        let error = folder.read_found::<Attack>(&key).unwrap_err().to_string();
        assert!(error.contains("attacks.parquet"), "{error}");
    }
}
