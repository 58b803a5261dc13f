//! Digests of what a run came to, over logical rows: the same results give the same digests, whenever
//! and however often the run was interrupted. Times and memory are no part of them.

use std::collections::BTreeMap;

use serde::Serialize;
use titer_core::table::{Row, Table};
use titer_core::tables::Visit;
use titer_core::{Digest, RowDigest, Tables, canonical};
use titer_spec::Plan;

use crate::error::StoreError;
use crate::folder::RunFolder;

/// Digests of the tables that a run has.
struct OfTables<'a> {
    folder: &'a RunFolder,
    tables: &'a Tables,
    digests: BTreeMap<String, Digest>,
}

impl Visit for OfTables<'_> {
    type Error = StoreError;

    fn visit<T: Table>(&mut self, all: &[T]) -> Result<(), StoreError> {
        let name = T::Row::TABLE;
        if !self.tables.missing.contains(name) {
            let digest = self.folder.digest_of_rows(name, all)?;
            self.digests.insert(name.to_owned(), digest);
        }
        Ok(())
    }
}

impl RunFolder {
    /// The digests of a run's parts by name; a part that is not there yet is absent.
    ///
    /// # Errors
    /// A part is damaged.
    pub fn digests(&self, plan: &Plan) -> Result<BTreeMap<String, Digest>, StoreError> {
        self.digests_with(plan, &self.read_tables_so_far()?)
    }

    /// The same, of tables that have been read.
    ///
    /// # Errors
    /// A part is damaged.
    pub fn digests_with(
        &self,
        plan: &Plan,
        tables: &Tables,
    ) -> Result<BTreeMap<String, Digest>, StoreError> {
        let mut of_tables = OfTables {
            folder: self,
            tables,
            digests: BTreeMap::new(),
        };
        tables.each(&mut of_tables)?;
        let mut digests = of_tables.digests;
        digests.insert("examples".to_owned(), self.digest_of_data(plan)?);
        digests.insert("predictions".to_owned(), self.digest_of_cells(plan)?);
        if !plan.searches.is_empty() {
            digests.insert("found".to_owned(), self.digest_of_searches(plan)?);
        }
        match self.read_verdict() {
            Ok(verdict) => {
                let digest = self.digest_of_rows("verdict", &verdict.scored)?;
                digests.insert("scored verdict".to_owned(), digest);
            }
            Err(StoreError::Missing { .. }) => {}
            Err(error) => return Err(error),
        }
        Ok(digests)
    }

    /// Every planned search's key with the digest of what it found.
    fn digest_of_searches(&self, plan: &Plan) -> Result<Digest, StoreError> {
        let mut digest = RowDigest::new("searches");
        for search in &plan.searches {
            digest.digest(&search.cell.key);
            let record = self.read_cell_record(&search.cell.key)?;
            match record.and_then(|record| record.found) {
                Some(found) => digest.digest(&found.digest),
                None => digest.absent(),
            };
        }
        Ok(digest.finish())
    }

    fn digest_of_rows<T: Serialize>(&self, name: &str, rows: &[T]) -> Result<Digest, StoreError> {
        canonical::digest(name, &rows)
            .map_err(|error| StoreError::damaged(&self.table(name), error.to_string()))
    }

    /// Every planned dataset's name with the digest of its examples, which are read and held to it.
    fn digest_of_data(&self, plan: &Plan) -> Result<Digest, StoreError> {
        let mut digest = RowDigest::new("data");
        for suite in &plan.suites {
            for dataset in &suite.datasets {
                digest.text(&suite.name).text(&dataset.name);
                let sound = match self.is_sound(&dataset.examples) {
                    true => Ok(()),
                    false => self.hold_examples(&dataset.examples),
                };
                match sound {
                    Ok(()) => digest.digest(&dataset.examples),
                    Err(StoreError::Missing { .. }) => digest.absent(),
                    Err(error) => return Err(error),
                };
            }
        }
        Ok(digest.finish())
    }

    /// Every planned cell's key with the digest of its predictions, in the plan's order.
    fn digest_of_cells(&self, plan: &Plan) -> Result<Digest, StoreError> {
        let mut digest = RowDigest::new("cells");
        for cell in &plan.cells {
            digest.digest(&cell.key);
            match self
                .read_cell_record(&cell.key)?
                .and_then(|record| record.predictions)
            {
                Some(predictions) => digest.digest(&predictions),
                None => digest.absent(),
            };
        }
        Ok(digest.finish())
    }
}
