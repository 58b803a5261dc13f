//! Digests of what a run came to, over logical rows: the same results give the same digests, whenever
//! and however often the run was interrupted. Times and memory are no part of them.

use std::collections::BTreeMap;

use serde::Serialize;
use titer_core::{
    ControlScore, Detection, Digest, Fall, GroupDifference, GroupFlips, GroupScore, PairedTest,
    Recalibration, RowDigest, Spread, canonical,
};
use titer_spec::Plan;

use crate::error::StoreError;
use crate::folder::RunFolder;
use crate::rows::Row;

impl RunFolder {
    /// The digests of a run's parts by name; a part that is not there yet is absent.
    ///
    /// # Errors
    /// A part is damaged.
    pub fn digests(&self, plan: &Plan) -> Result<BTreeMap<String, Digest>, StoreError> {
        let mut digests = BTreeMap::new();
        digests.insert("examples".to_owned(), self.digest_of_data(plan)?);
        digests.insert("predictions".to_owned(), self.digest_of_cells(plan)?);
        let mut add = |name: &str, digest: Result<Digest, StoreError>| match digest {
            Ok(digest) => {
                digests.insert(name.to_owned(), digest);
                Ok(())
            }
            Err(StoreError::Missing { .. }) => Ok(()),
            Err(error) => Err(error),
        };
        add(
            "scores",
            self.read_scores()
                .and_then(|rows| self.digest_of_rows("scores", &rows)),
        )?;
        add(
            "comparisons",
            self.read_comparisons()
                .and_then(|rows| self.digest_of_rows("comparisons", &rows)),
        )?;
        add(
            "agreements",
            self.read_agreements()
                .and_then(|rows| self.digest_of_rows("agreements", &rows)),
        )?;
        add(
            "curves",
            self.read_curves()
                .and_then(|rows| self.digest_of_rows("curves", &rows)),
        )?;
        add(
            "notables",
            self.read_notables()
                .and_then(|rows| self.digest_of_rows("notables", &rows)),
        )?;
        add("groups", self.digest_of_table::<GroupScore>())?;
        add("spreads", self.digest_of_table::<Spread>())?;
        add(
            "group_differences",
            self.digest_of_table::<GroupDifference>(),
        )?;
        add("flips", self.digest_of_table::<GroupFlips>())?;
        add("tests", self.digest_of_table::<PairedTest>())?;
        add("recalibrations", self.digest_of_table::<Recalibration>())?;
        add("detections", self.digest_of_table::<Detection>())?;
        add("falls", self.digest_of_table::<Fall>())?;
        add("controls", self.digest_of_table::<ControlScore>())?;
        add(
            "scored verdict",
            self.read_verdict()
                .and_then(|verdict| self.digest_of_rows("verdict", &verdict.scored)),
        )?;
        Ok(digests)
    }

    fn digest_of_table<R: Row>(&self) -> Result<Digest, StoreError> {
        let rows = self.read_rows::<R>()?;
        self.digest_of_rows(R::TABLE, &rows)
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
