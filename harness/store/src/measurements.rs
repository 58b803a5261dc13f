//! `measurements/<key>/`: timings, memory, batch invariance, what else the machine did, whether what was timed is what was scored; or why
//! there are none.

use std::path::Path;

use titer_core::{BatchInvariance, Digest, Memory, Surroundings, Timing, TimingChecks};

use crate::atomic;
use crate::error::StoreError;
use crate::folder::{RunFolder, read_json, read_json_if_there, write_json};
use crate::table::{Columns, Table, Typed};

const TIMINGS: &str = "timings.parquet";
const MEMORY: &str = "memory.json";
const BATCH: &str = "batch_invariance.json";
const SURROUNDINGS: &str = "surroundings.json";
const CHECKS: &str = "checks.json";
const FAILED: &str = "failed.json";

/// What was measured of a variant.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Measured {
    /// Every query.
    pub timings: Vec<Timing>,
    /// Memory and load time.
    pub memory: Memory,
    /// Batch 1 against batch N, where it was looked at.
    pub batch: Option<BatchInvariance>,
    /// What else the machine did, round by round; empty in runs of before.
    pub surroundings: Vec<Surroundings>,
    /// Whether what was timed is what was scored.
    pub checks: TimingChecks,
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
    pub fn write_measurement(&self, key: &Digest, measured: &Measured) -> Result<(), StoreError> {
        let folder = self.measurement(key);
        let timings = &measured.timings;
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
            .maybe_whole("length", timings.iter().map(|it| it.length.map(u64::from)))
            .maybe_number("rate_per_s", timings.iter().map(|it| it.rate_per_s))
            .signed(
                "query",
                timings.iter().map(|timing| i64::from(timing.query)),
            )
            .whole("examples", timings.iter().map(|it| u64::from(it.examples)))
            .whole("at_ns", timings.iter().map(|timing| timing.at_ns))
            .whole("wall_ns", timings.iter().map(|timing| timing.wall_ns))
            .write(&folder.join(TIMINGS))?;
        write_json(&folder.join(SURROUNDINGS), &measured.surroundings)?;
        write_json(&folder.join(CHECKS), &measured.checks)?;
        if let Some(batch) = &measured.batch {
            write_json(&folder.join(BATCH), batch)?;
        }
        write_json(&folder.join(MEMORY), &measured.memory)?;
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
        let timings = timings(&folder.join(TIMINGS))?;
        Ok(Some(Ok(Measured {
            timings,
            memory,
            batch,
            surroundings: read_json_if_there(&folder.join(SURROUNDINGS))?.unwrap_or_default(),
            checks: read_json_if_there(&folder.join(CHECKS))?.unwrap_or_default(),
        })))
    }
}

/// Reads the times of queries. Runs of before have neither lengths nor rates, and as many examples in each query as in a batch.
fn timings(path: &Path) -> Result<Vec<Timing>, StoreError> {
    let table = Table::read(path)?;
    let (rounds, sizes) = (table.whole("round")?, table.whole("batch_size")?);
    let (queries, walls) = (table.signed("query")?, table.whole("wall_ns")?);
    let (lengths, rates, examples, moments) = match table.has("at_ns") {
        true => (
            table.maybe_whole("length")?,
            table.maybe_number("rate_per_s")?,
            table.whole("examples")?,
            table.whole("at_ns")?,
        ),
        false => {
            let rows = walls.len();
            (
                vec![None; rows],
                vec![None; rows],
                sizes.clone(),
                vec![0; rows],
            )
        }
    };
    let timing = |row: usize| -> Option<Timing> {
        let narrow = |number: u64| u32::try_from(number).ok();
        let length = match lengths.get(row)? {
            Some(length) => Some(narrow(*length)?),
            None => None,
        };
        Some(Timing {
            round: narrow(*rounds.get(row)?)?,
            batch_size: narrow(*sizes.get(row)?)?,
            length,
            rate_per_s: *rates.get(row)?,
            query: i32::try_from(*queries.get(row)?).ok()?,
            examples: narrow(*examples.get(row)?)?,
            at_ns: *moments.get(row)?,
            wall_ns: *walls.get(row)?,
        })
    };
    let odd = |row: usize| table.row_error(row, "a number is out of range");
    let rows = 0..walls.len();
    rows.map(|row| timing(row).ok_or_else(|| odd(row)))
        .collect()
}
