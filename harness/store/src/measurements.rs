//! `measurements/<key>/`: timings, memory, batch invariance, or why there are none.

use titer_core::{BatchInvariance, Digest, Memory, Timing};

use crate::atomic;
use crate::error::StoreError;
use crate::folder::{RunFolder, read_json, read_json_if_there, write_json};
use crate::table::{Columns, Table, Typed};

const TIMINGS: &str = "timings.parquet";
const MEMORY: &str = "memory.json";
const BATCH: &str = "batch_invariance.json";
const FAILED: &str = "failed.json";

/// What was measured of a variant.
#[derive(Clone, Debug, PartialEq)]
pub struct Measured {
    /// Every query.
    pub timings: Vec<Timing>,
    /// Memory and load time.
    pub memory: Memory,
    /// Batch 1 against batch N, where it was looked at.
    pub batch: Option<BatchInvariance>,
}

#[derive(serde::Serialize, serde::Deserialize)]
struct Failure {
    reason: String,
}

impl RunFolder {
    /// Writes a measurement. Memory is written last, and goes first where a variant is measured again: a
    /// measurement without it never happened.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn write_measurement(
        &self,
        key: &Digest,
        timings: &[Timing],
        memory: &Memory,
        batch: Option<&BatchInvariance>,
    ) -> Result<(), StoreError> {
        let folder = self.measurement(key);
        atomic::remove(&folder.join(MEMORY))?;
        atomic::remove(&folder.join(BATCH))?;
        Columns::default()
            .whole(
                "round",
                timings.iter().map(|timing| u64::from(timing.round)),
            )
            .whole(
                "batch_size",
                timings.iter().map(|timing| u64::from(timing.batch_size)),
            )
            .signed(
                "query",
                timings.iter().map(|timing| i64::from(timing.query)),
            )
            .whole("wall_ns", timings.iter().map(|timing| timing.wall_ns))
            .write(&folder.join(TIMINGS))?;
        if let Some(batch) = batch {
            write_json(&folder.join(BATCH), batch)?;
        }
        write_json(&folder.join(MEMORY), memory)?;
        atomic::remove(&folder.join(FAILED))
    }

    /// Writes why a measurement failed.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn write_failed_measurement(&self, key: &Digest, reason: &str) -> Result<(), StoreError> {
        write_json(
            &self.measurement(key).join(FAILED),
            &Failure {
                reason: reason.to_owned(),
            },
        )
    }

    /// Reads a measurement, or why it failed; `None` where it was not tried or did not end.
    ///
    /// # Errors
    /// A file is damaged.
    pub fn read_measurement(
        &self,
        key: &Digest,
    ) -> Result<Option<Result<Measured, String>>, StoreError> {
        let folder = self.measurement(key);
        if let Some(failure) = read_json_if_there::<Failure>(&folder.join(FAILED))? {
            return Ok(Some(Err(failure.reason)));
        }
        let Some(memory) = read_json_if_there(&folder.join(MEMORY))? else {
            return Ok(None);
        };
        let batch = folder.join(BATCH);
        let batch = if batch.is_file() {
            Some(read_json(&batch)?)
        } else {
            None
        };
        let path = folder.join(TIMINGS);
        let table = Table::read(&path)?;
        let (rounds, sizes) = (table.whole("round")?, table.whole("batch_size")?);
        let (queries, walls) = (table.signed("query")?, table.whole("wall_ns")?);
        let mut timings = Vec::with_capacity(walls.len());
        for (row, wall_ns) in walls.into_iter().enumerate() {
            let timing = (|| {
                Some(Timing {
                    round: u32::try_from(*rounds.get(row)?).ok()?,
                    batch_size: u32::try_from(*sizes.get(row)?).ok()?,
                    query: i32::try_from(*queries.get(row)?).ok()?,
                    wall_ns,
                })
            })();
            timings.push(timing.ok_or_else(|| table.row_error(row, "a number is out of range"))?);
        }
        Ok(Some(Ok(Measured {
            timings,
            memory,
            batch,
        })))
    }
}
