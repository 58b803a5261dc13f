//! The end of a file, where Parquet says what it holds.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

use parquet::file::metadata::{
    ParquetMetaData, ParquetMetaDataOptions, ParquetMetaDataReader, ParquetStatisticsPolicy,
};

use crate::Fault;

/// Deeper than any schema that people make; what reads it goes down as deep.
const DEEPEST: usize = 64;

/// Reads what a file says of itself.
pub(crate) fn read(file: &mut File) -> Result<ParquetMetaData, Fault> {
    let damaged = |reason: &str| Fault::Damaged(reason.to_owned());
    let length = file.metadata()?.len();
    let mut start = [0; 4];
    let mut end = [0; 8];
    let there = length >= 12 && {
        file.read_exact(&mut start)?;
        file.seek(SeekFrom::End(-8))?;
        file.read_exact(&mut end)?;
        end.ends_with(b"PAR1")
    };
    if !there {
        return Err(damaged("its end is missing"));
    }
    if start != *b"PAR1" {
        return Err(damaged("its beginning is not that of Parquet"));
    }
    let [a, b, c, d, ..] = end;
    let size = u64::from(u32::from_le_bytes([a, b, c, d]));
    if size > length - 12 {
        return Err(damaged("its end says that it is longer than it is"));
    }
    file.seek(SeekFrom::Start(length - 8 - size))?;
    let mut footer = Vec::new();
    file.take(size).read_to_end(&mut footer)?;
    check_schema(&footer).ok_or_else(|| damaged("its schema makes no sense"))?;
    // Nothing is asked of statistics: what is not looked at cannot be wrong.
    let options = ParquetMetaDataOptions::new()
        .with_column_stats_policy(ParquetStatisticsPolicy::SkipAll)
        .with_size_stats_policy(ParquetStatisticsPolicy::SkipAll)
        .with_encoding_stats_policy(ParquetStatisticsPolicy::SkipAll);
    ParquetMetaDataReader::decode_metadata_with_options(&footer, Some(&options))
        .map_err(|error| Fault::Damaged(error.to_string()))
}

/// Whether the numbers of children in the schema fit what there is: the parquet crate allocates as many, and goes down as deep.
fn check_schema(footer: &[u8]) -> Option<()> {
    let mut thrift = Thrift { rest: footer };
    let mut last = 0;
    loop {
        let (id, kind) = thrift.field(last)?;
        match (id, kind) {
            (_, 0) => return Some(()),
            (2, 9) => {
                let (many, of) = thrift.list()?;
                (of == 12).then_some(())?;
                // Children that the groups around the next element still wait for.
                let mut waiting: Vec<u64> = Vec::new();
                for _ in 0..many {
                    let children = thrift.children()?;
                    (children <= many && waiting.len() <= DEEPEST).then_some(())?;
                    if let Some(siblings) = waiting.last_mut() {
                        *siblings -= 1;
                    }
                    if children > 0 {
                        waiting.push(children);
                    }
                    while waiting.last() == Some(&0) {
                        waiting.pop();
                    }
                }
            }
            (_, kind) => thrift.skip(kind, 0)?,
        }
        last = id;
    }
}

/// The compact protocol of Thrift, as far as it is needed here.
struct Thrift<'a> {
    rest: &'a [u8],
}

impl Thrift<'_> {
    fn byte(&mut self) -> Option<u8> {
        let (byte, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*byte)
    }

    fn number(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }

    /// The next field's number and kind; 0 where the struct ends.
    fn field(&mut self, last: u64) -> Option<(u64, u8)> {
        let byte = self.byte()?;
        let id = match (byte >> 4, byte & 15) {
            (_, 0) => 0,
            (0, _) => self.number()? >> 1,
            (further, _) => last.checked_add(u64::from(further))?,
        };
        Some((id, byte & 15))
    }

    /// How many a list holds, and of which kind.
    fn list(&mut self) -> Option<(u64, u8)> {
        let byte = self.byte()?;
        let many = match byte >> 4 {
            15 => self.number()?,
            many => u64::from(many),
        };
        (many <= self.rest.len() as u64).then_some((many, byte & 15))
    }

    /// Goes over an element of the schema: how many children it says that it has.
    fn children(&mut self) -> Option<u64> {
        let (mut last, mut children) = (0, 0);
        loop {
            match self.field(last)? {
                (_, 0) => return Some(children),
                (5, 5) => {
                    children = self.number()? >> 1;
                    last = 5;
                }
                (id, kind) => {
                    self.skip(kind, 0)?;
                    last = id;
                }
            }
        }
    }

    fn skip(&mut self, kind: u8, depth: usize) -> Option<()> {
        (depth <= DEEPEST).then_some(())?;
        match kind {
            1 | 2 => {}
            3 => self.jump(1)?,
            4..=6 => {
                self.number()?;
            }
            7 => self.jump(8)?,
            8 => {
                let length = self.number()?;
                self.jump(length)?;
            }
            9 | 10 => {
                let (many, of) = self.list()?;
                for _ in 0..many {
                    // In a list a boolean takes a byte.
                    self.skip(if of <= 2 { 3 } else { of }, depth + 1)?;
                }
            }
            12 => {
                let mut last = 0;
                loop {
                    let (id, kind) = self.field(last)?;
                    if kind == 0 {
                        break;
                    }
                    self.skip(kind, depth + 1)?;
                    last = id;
                }
            }
            // Parquet has no maps.
            _ => return None,
        }
        Some(())
    }

    fn jump(&mut self, bytes: u64) -> Option<()> {
        self.rest = self.rest.get(usize::try_from(bytes).ok()?..)?;
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A schema's elements, each a name of no letter and its number of children.
    fn schema(children: &[&[u8]]) -> Vec<u8> {
        let mut footer = vec![0x15, 2, 0x19, 0x0c | (children.len() as u8) << 4];
        for number in children {
            footer.extend([0x48, 0, 0x15]);
            footer.extend(*number);
            footer.push(0);
        }
        footer.push(0);
        footer
    }

    #[test]
    fn numbers_of_children_are_held_to_what_there_is() {
        assert!(check_schema(&schema(&[&[4], &[0], &[0]])).is_some());
        let huge = [0xfe, 0xff, 0xff, 0xff, 0x0f];
        assert!(check_schema(&schema(&[&huge, &[0], &[0]])).is_none());
        assert!(check_schema(&schema(&[&[8], &[0], &[0]])).is_none());
    }

    #[test]
    fn a_schema_deeper_than_any_is_refused() {
        let nested = |depth: usize| {
            let mut footer = vec![0x15, 2, 0x19, 0xfc, depth as u8];
            footer.extend([0x48, 0, 0x15, 2, 0].repeat(depth));
            footer.push(0);
            check_schema(&footer)
        };
        assert!(nested(DEEPEST).is_some());
        assert!(nested(DEEPEST + 40).is_none());
    }
}
