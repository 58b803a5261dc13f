//! The content of files, of which no record is longer than it may be: what nobody limits is read until memory ends.

use std::fs::File;
use std::io::{self, BufRead, BufReader, ErrorKind, Read};
use std::path::Path;

use flate2::bufread::MultiGzDecoder;
use titer_spec::file::check_regular;

/// Columns of a table at most.
pub(crate) const MAX_COLUMNS: usize = 100_000;

/// What is read as one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// The line that names the columns.
    Header,
    /// An example: a line, or what quotes or FASTA make one.
    Record,
}

impl Part {
    /// Megabytes at most.
    fn megabytes(self) -> u64 {
        match self {
            Self::Header => 8,
            Self::Record => 64,
        }
    }
}

/// A part is longer than it may be.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("{} has more than {} MB", match .0 { Part::Header => "the header line", Part::Record => "one line or record" }, .0.megabytes())]
pub(crate) struct TooLong(Part);

impl TooLong {
    /// The part that an error of reading is about, if that is why.
    pub(crate) fn of(error: &io::Error) -> Option<&Self> {
        error.get_ref()?.downcast_ref()
    }

    /// What to do.
    pub(crate) fn cure(self) -> &'static str {
        match self.0 {
            Part::Header => {
                "correct `layout`, or name the columns by `header: [...]` of the descriptor where the file has no header line"
            }
            Part::Record => {
                "write a line or record for each example, and cut longer sequences into windows; is the layout the right one?"
            }
        }
    }
}

/// A file's content, inflated where it is gzip or bgzip (RFC 1952, of one or several members), whatever its name.
///
/// # Errors
/// It cannot be read, or is a pipe, a socket or a device.
pub(crate) fn content(path: &Path) -> io::Result<Box<dyn BufRead>> {
    check_regular(path)?;
    let mut file = BufReader::with_capacity(1 << 16, File::open(path)?);
    Ok(if file.fill_buf()?.starts_with(&[0x1f, 0x8b]) {
        Box::new(BufReader::with_capacity(1 << 16, MultiGzDecoder::new(file)))
    } else {
        Box::new(file)
    })
}

/// The same, in parts of limited length.
pub(crate) struct Parts {
    content: Box<dyn BufRead>,
    part: Part,
    /// Bytes that may follow.
    left: u64,
}

impl Parts {
    /// Opens a file; a record begins.
    ///
    /// # Errors
    /// As [`content`].
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        let mut parts = Self {
            content: content(path)?,
            part: Part::Record,
            left: 0,
        };
        parts.begin(Part::Record);
        Ok(parts)
    }

    /// A part begins here.
    pub(crate) fn begin(&mut self, part: Part) {
        self.part = part;
        self.left = part.megabytes() * 1_000_000;
    }

    /// Something may follow, or nothing does.
    fn check(&mut self) -> io::Result<()> {
        match self.left == 0 && !self.content.fill_buf()?.is_empty() {
            true => Err(io::Error::new(ErrorKind::FileTooLarge, TooLong(self.part))),
            false => Ok(()),
        }
    }
}

impl Read for Parts {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.check()?;
        let left = usize::try_from(self.left).unwrap_or(usize::MAX);
        let most = buffer.len().min(left);
        let read = self.content.read(&mut buffer[..most])?;
        self.left -= read as u64;
        Ok(read)
    }
}

impl BufRead for Parts {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.check()?;
        let left = usize::try_from(self.left).unwrap_or(usize::MAX);
        let held = self.content.fill_buf()?;
        Ok(&held[..held.len().min(left)])
    }

    fn consume(&mut self, amount: usize) {
        self.content.consume(amount);
        self.left = self.left.saturating_sub(amount as u64);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_ends_at_its_limit_and_the_next_has_its_own() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("long");
        std::fs::write(&path, vec![b'a'; 9_000_000]).unwrap();
        let mut parts = Parts::open(&path).unwrap();
        parts.begin(Part::Header);
        let mut read = Vec::new();
        let error = parts.read_to_end(&mut read).unwrap_err();
        assert_eq!(read.len(), 8_000_000);
        assert_eq!(error.to_string(), "the header line has more than 8 MB");
        assert!(TooLong::of(&error).is_some());
        assert!(parts.fill_buf().is_err());
        parts.begin(Part::Header);
        assert_eq!(parts.read_to_end(&mut read).unwrap(), 1_000_000);
        // At its end a file may be as long as it may be.
        std::fs::write(&path, vec![b'a'; 8_000_000]).unwrap();
        let mut parts = Parts::open(&path).unwrap();
        parts.begin(Part::Header);
        assert!(parts.read_to_end(&mut read).is_ok());
    }
}
