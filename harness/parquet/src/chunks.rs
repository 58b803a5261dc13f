//! A file as the parquet crate takes pages from it.

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};

use bytes::Bytes;
use parquet::basic::Compression;
use parquet::errors::{ParquetError, Result};
use parquet::file::reader::{ChunkReader, Length};

/// Bytes in which the sizes of a page stand: the first three fields of its header.
const SIZES: u64 = 18;

/// A file, and how the pages that are read of it are compressed.
pub(crate) struct Chunks {
    pub file: File,
    pub length: u64,
    pub compression: Compression,
}

impl Length for Chunks {
    fn len(&self) -> u64 {
        self.length
    }
}

impl ChunkReader for Chunks {
    type T = BufReader<File>;

    /// A reader of a page's header. The crate allocates what the header says that the page takes when it is decompressed, and
    /// fills it in some codecs before it looks at a byte: what no page of its size can hold is damage.
    fn get_read(&self, start: u64) -> Result<Self::T> {
        let mut file = self.file.try_clone()?;
        file.seek(SeekFrom::Start(start))?;
        let mut head = Vec::new();
        file.by_ref().take(SIZES).read_to_end(&mut head)?;
        let most = |compressed: u64| match self.compression {
            Compression::SNAPPY => compressed * 32 + 64,
            Compression::LZ4 | Compression::LZ4_RAW => compressed * 256 + 64,
            Compression::GZIP(_) => compressed * 1100 + 64,
            _ => u64::MAX,
        };
        if sizes(&head).is_some_and(|(size, compressed)| size > most(compressed)) {
            let reason = "a page says that it is larger than it can be".to_owned();
            return Err(ParquetError::General(reason));
        }
        file.seek(SeekFrom::Start(start))?;
        Ok(BufReader::new(file))
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        self.file.get_bytes(start, length)
    }
}

/// The size of a page without and with compression; nothing where they are written in another way than all write them.
fn sizes(head: &[u8]) -> Option<(u64, u64)> {
    let mut rest = head.iter();
    let mut field = || {
        (*rest.next()? == 0x15).then_some(())?;
        let mut number = 0;
        for shift in (0..35).step_by(7) {
            let byte = *rest.next()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(number >> 1);
            }
        }
        None
    };
    field()?;
    Some((field()?, field()?))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn a_page_that_claims_more_than_it_can_hold_is_refused() {
        // A data page of 16 bytes that says that it takes 2 GiB, and one that says that it takes 64 bytes.
        let large = [0x15, 0, 0x15, 0xfe, 0xff, 0xff, 0xff, 0x0f, 0x15, 0x20, 0];
        let small = [0x15, 0, 0x15, 0x80, 0x01, 0x15, 0x20, 0];
        assert_eq!(sizes(&large), Some(((1 << 31) - 1, 16)));
        assert_eq!(sizes(&small), Some((64, 16)));
        for compression in [Compression::SNAPPY, Compression::LZ4_RAW] {
            let mut file = tempfile::tempfile().unwrap();
            file.write_all(&[&large[..], &small].concat()).unwrap();
            let chunks = Chunks {
                file,
                length: 19,
                compression,
            };
            assert!(chunks.get_read(0).is_err());
            let mut read = Vec::new();
            let rest = chunks.get_read(large.len() as u64);
            rest.unwrap().read_to_end(&mut read).unwrap();
            assert_eq!(read, small);
        }
    }
}
