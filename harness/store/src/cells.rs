//! `cells/<key>/`: predictions, and the record that says they are whole.
//!
//! The record is written last, and goes first where a cell is written again: a cell without one never
//! happened, and no record stands beside the predictions of another try.

use titer_core::prediction::PredictionsDigest;
use titer_core::{CellRecord, Digest, Prediction};

use crate::atomic;
use crate::error::StoreError;
use crate::folder::{RunFolder, read_json_if_there, write_json};
use crate::predictions::{PredictionsWriter, each};

const PREDICTIONS: &str = "predictions.parquet";
const RECORD: &str = "cell.json";

/// A cell being written: predictions some at a time, then its record. Until that is written the folder holds what it held.
pub struct CellWriter<'a> {
    folder: &'a RunFolder,
    predictions: PredictionsWriter,
    digest: PredictionsDigest,
    key: Digest,
}

impl CellWriter<'_> {
    /// Adds predictions, in the examples' order.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn add(&mut self, predictions: Vec<Prediction>) -> Result<(), StoreError> {
        for prediction in &predictions {
            self.digest.add(prediction);
        }
        self.predictions.add(predictions)
    }

    /// The digest of what was added.
    #[must_use]
    pub fn digest(&self) -> Digest {
        self.digest.finish()
    }

    /// Puts the cell into the folder. The record must be of this cell and name this digest.
    ///
    /// # Errors
    /// The folder cannot be written, or the record is of something else.
    pub fn finish(self, record: &CellRecord) -> Result<(), StoreError> {
        let folder = self.folder.cell(&self.key);
        if record.key != self.key || record.predictions != Some(self.digest()) {
            let reason = "its record is of another cell, or of other predictions";
            return Err(StoreError::damaged(&folder.join(RECORD), reason));
        }
        let predictions = self.predictions.finish()?;
        atomic::remove(&folder.join(RECORD))?;
        predictions.keep()?;
        write_json(&folder.join(RECORD), record)
    }
}

impl RunFolder {
    /// Begins a cell.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn begin_cell(&self, key: &Digest) -> Result<CellWriter<'_>, StoreError> {
        Ok(CellWriter {
            folder: self,
            predictions: PredictionsWriter::new(&self.cell(key).join(PREDICTIONS)),
            digest: PredictionsDigest::default(),
            key: *key,
        })
    }

    /// Writes a cell's predictions, then its record.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn write_cell(
        &self,
        predictions: &[Prediction],
        record: &CellRecord,
    ) -> Result<(), StoreError> {
        let mut cell = self.begin_cell(&record.key)?;
        cell.add(predictions.to_vec())?;
        cell.finish(record)
    }

    /// Takes a cell of another run over as it is, once its predictions are held to its record. Nothing is done where it has none.
    ///
    /// # Errors
    /// The cell is damaged, or this folder cannot be written.
    pub fn take_cell(&self, other: &Self, key: &Digest) -> Result<(), StoreError> {
        let Some(record) = other.read_cell_record(key)? else {
            return Ok(());
        };
        let mut cell = self.begin_cell(key)?;
        other.each_prediction(key, &mut |some| cell.add(some))?;
        cell.finish(&record)
    }

    /// Writes the record of a cell that has no predictions.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn write_failed_cell(&self, record: &CellRecord) -> Result<(), StoreError> {
        let folder = self.cell(&record.key);
        atomic::remove(&folder.join(RECORD))?;
        // Of an earlier try; they belong to no record any more.
        atomic::remove(&folder.join(PREDICTIONS))?;
        write_json(&folder.join(RECORD), record)
    }

    /// Reads a cell's record; `None` where it was not tried or did not end.
    ///
    /// # Errors
    /// The record is damaged, or of another cell.
    pub fn read_cell_record(&self, key: &Digest) -> Result<Option<CellRecord>, StoreError> {
        let path = self.cell(key).join(RECORD);
        let record: Option<CellRecord> = read_json_if_there(&path)?;
        if record.as_ref().is_some_and(|record| record.key != *key) {
            return Err(StoreError::damaged(
                &path,
                "it is the record of another cell",
            ));
        }
        Ok(record)
    }

    /// Reads a cell's predictions, hands them over some at a time and holds them to the digest in its record.
    ///
    /// # Errors
    /// They are absent, damaged, or not the ones that the record names, which shows when all were handed over; or `take`
    /// fails.
    pub fn each_prediction(
        &self,
        key: &Digest,
        take: &mut dyn FnMut(Vec<Prediction>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let path = self.cell(key).join(PREDICTIONS);
        let mut digest = PredictionsDigest::default();
        each(&path, &mut |some| {
            some.iter().for_each(|prediction| digest.add(prediction));
            take(some)
        })?;
        let record = self.read_cell_record(key)?;
        if record.and_then(|record| record.predictions) == Some(digest.finish()) {
            return Ok(());
        }
        let reason = "its predictions are not the ones that cell.json names";
        Err(StoreError::damaged(&path, reason))
    }

    /// As [`each_prediction`](Self::each_prediction), all at once.
    ///
    /// # Errors
    /// They are absent, damaged, or not the ones that the record names.
    pub fn read_predictions(&self, key: &Digest) -> Result<Vec<Prediction>, StoreError> {
        let mut all = Vec::new();
        self.each_prediction(key, &mut |some| {
            all.extend(some);
            Ok(())
        })?;
        Ok(all)
    }
}
