//! Regions of a genome, as BED lists them.

use std::path::Path;

use csv::StringRecord;
use titer_spec::Layout;

use crate::error::TableError;
use crate::records::{flawed, open};

/// A region: chromosome, first base (0-based), one past the last.
pub type Region = (String, u64, u64);

/// Reads BED, plain, gzip or bgzip: of each line the first three columns.
///
/// # Errors
/// It cannot be read, or a line is no region.
pub fn read(path: &Path) -> Result<Vec<Region>, TableError> {
    let mut records = open(path, &Layout::Bed, &[])?;
    let mut record = StringRecord::new();
    let mut regions = Vec::new();
    while records.next(&mut record)? {
        let number = |at: usize| record.get(at).and_then(|text| text.parse::<u64>().ok());
        let ends = number(1).zip(number(2)).filter(|(start, end)| start < end);
        match (record.get(0), ends) {
            (Some(chromosome), Some((start, end))) if !chromosome.is_empty() => {
                regions.push((chromosome.to_owned(), start, end));
            }
            _ => {
                let (_, line) = records.place();
                return Err(flawed(
                    path,
                    line,
                    "the line is no region",
                    "write chromosome, start and end, separated by tabs; 0-based, the end is one past the last base",
                ));
            }
        }
    }
    Ok(regions)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_are_lines_of_bed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("seen.bed");
        std::fs::write(&path, "#x\nchr1\t5\t9\tname\nchr2\t0\t1\tname\n").unwrap();
        let expected = [("chr1".to_owned(), 5, 9), ("chr2".to_owned(), 0, 1)];
        assert_eq!(read(&path).unwrap(), expected);
        std::fs::write(&path, "chr1\t5\t9\nchr1\t9\t9\n").unwrap();
        let error = read(&path).unwrap_err().to_string();
        assert!(
            error.contains("seen.bed:2: the line is no region"),
            "{error}"
        );
    }
}
