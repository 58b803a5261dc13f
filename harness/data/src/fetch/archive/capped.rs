//! A reader that ends in an error where more comes than may.

use std::io::{self, Read};

/// Reads at most so many bytes.
pub(super) struct Capped<R> {
    reader: R,
    left: u64,
}

impl<R> Capped<R> {
    /// At most so many bytes.
    pub(super) fn new(reader: R, most: u64) -> Self {
        Self { reader, left: most }
    }
}

impl<R: Read> Read for Capped<R> {
    fn read(&mut self, piece: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(piece)?;
        self.left = self
            .left
            .checked_sub(read as u64)
            .ok_or_else(|| io::Error::other("it unpacks to far more than it has"))?;
        Ok(read)
    }
}
