//! Rows read ahead on a thread of their own, while those before are looked at.

use std::sync::mpsc::{Receiver, channel, sync_channel};
use std::thread;

use crate::LoadedDataset;
use crate::error::TableError;
use crate::records::unreadable;
use crate::rows::{Met, Row, Rows};

/// Rows that are handed over at a time.
const BATCH: usize = 1024;
/// Batches that wait at most.
const AHEAD: usize = 4;

/// Shows every row in the table's order; gives what was met that is no error.
///
/// # Errors
/// A row is flawed; those before it were shown.
pub(crate) fn each_row(
    loaded: &LoadedDataset,
    mut each: impl FnMut(&Row),
) -> Result<Met, TableError> {
    thread::scope(|scope| {
        let (sender, receiver) = sync_channel::<Vec<Row>>(AHEAD);
        // Rows go back to be freed where they were made: memory that is freed on another thread is waited for.
        let (give_back, seen) = channel();
        let reader = thread::Builder::new().name("reader".to_owned());
        let reader = reader.spawn_scoped(scope, move || {
            let mut rows = Rows::open(loaded)?;
            loop {
                let (batch, is_last) = next(&mut rows, &seen)?;
                // Nobody listens any more where the other side gave up.
                if sender.send(batch).is_err() || is_last {
                    return Ok(rows.met);
                }
            }
        });
        let reader = reader.map_err(|error| unreadable(&loaded.path, 0, &error))?;
        for batch in receiver {
            batch.iter().for_each(&mut each);
            // After the last batch nobody takes them.
            give_back.send(batch).ok();
        }
        match reader.join() {
            Ok(read) => read,
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}

/// The next rows, and whether they are the last; in the room of some that were seen, where there are any.
fn next(rows: &mut Rows<'_>, seen: &Receiver<Vec<Row>>) -> Result<(Vec<Row>, bool), TableError> {
    let mut batch = seen.try_recv().unwrap_or_default();
    batch.clear();
    while batch.len() < BATCH {
        match rows.next()? {
            Some(row) => batch.push(row),
            None => return Ok((batch, true)),
        }
    }
    Ok((batch, false))
}
