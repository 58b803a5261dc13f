//! Reference genomes: FASTA, plain or bgzip, read by place.
//!
//! A plain file needs no index (one is made in memory, and one that is older than its file is not believed); a
//! bgzip file needs the two that `samtools faidx` writes.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use noodles_core::{Position, Region};
use noodles_fasta::fai::Index;
use noodles_fasta::io::indexed_reader::Builder;
use noodles_fasta::io::{BufReader, IndexedReader};
use titer_core::{Digest, Sequence};
use titer_spec::file::check_regular;

use crate::error::TableError;
use crate::layouts::PlacedRow;

/// A genome that is open.
pub struct Genome {
    path: PathBuf,
    reader: IndexedReader<BufReader<File>>,
    /// Bases of each sequence by its name.
    lengths: BTreeMap<String, u64>,
    /// Letters in lower case of the stretch that was read last.
    lower_case: u32,
    /// The file's digest: it says which assembly it is, whatever its name.
    pub digest: Digest,
}

/// Names of the mitochondrial genome.
const MITOCHONDRIAL: [&str; 4] = ["M", "MT", "chrM", "chrMT"];
/// RefSeq's numbers of chromosomes: that of chromosome 1, and how many are numbered; X and Y follow. Human
/// (GRCh37 to GRCh38 and T2T differ in the version behind the dot, T2T-CHM13 in its numbers), mouse.
const REFSEQ: [(u32, u32); 3] = [(1, 22), (60_925, 22), (67, 19)];

impl Genome {
    /// Opens a genome, reads or makes its index, and takes its digest.
    ///
    /// # Errors
    /// It cannot be read, is no FASTA, is gzip that is not bgzip, or lacks an index that cannot be made.
    pub fn open(path: &Path) -> Result<Self, TableError> {
        let flawed = |message: String, cure: &str| of_file(path, message, cure);
        let unreadable = |error: std::io::Error| {
            flawed(
                format!("cannot be read: {error}"),
                "check the path and its permissions",
            )
        };
        let mut start = [0_u8; 16];
        check_regular(path).map_err(unreadable)?;
        let mut file = File::open(path).map_err(unreadable)?;
        let read = file.read(&mut start).map_err(unreadable)?;
        let packed = start[..read].starts_with(&[0x1f, 0x8b]);
        if packed && !is_bgzip(&start) {
            return Err(flawed(
                "is gzip and not bgzip: no place in it can be read by itself".to_owned(),
                "unpack it, or pack it by `bgzip` and index it by `samtools faidx`",
            ));
        }
        if !packed && start.first() != Some(&b'>') {
            return Err(flawed(
                "is no FASTA: it does not begin with `>`".to_owned(),
                "name the genome's FASTA file, plain or bgzip",
            ));
        }
        let index = index(path, packed)?;
        let mut lengths = BTreeMap::new();
        for record in index.as_ref() {
            let name = record.name().to_string();
            if lengths.insert(name.clone(), record.length()).is_some() {
                return Err(flawed(
                    format!("names {name} twice"),
                    "give every sequence a name of its own",
                ));
            }
        }
        let builder = Builder::default().set_index(index);
        let reader = builder.build_from_path(path).map_err(|error| {
            let message = format!("cannot be opened: {error}");
            flawed(
                message,
                "index it by `samtools faidx`, which writes .fai and, of bgzip, .gzi",
            )
        })?;
        let digest = File::open(path)
            .and_then(Digest::of_reader)
            .map_err(unreadable)?;
        Ok(Self {
            path: path.to_owned(),
            reader,
            lengths,
            lower_case: 0,
            digest,
        })
    }

    /// The name that a chromosome has in this genome: its own, with `chr` or without, or one of the names of the
    /// mitochondrial genome.
    ///
    /// # Errors
    /// The genome has none of these; what it has is listed.
    pub fn name(&self, chromosome: &str) -> Result<&str, String> {
        let bare = chromosome.strip_prefix("chr");
        let with = format!("chr{chromosome}");
        let mut names = vec![chromosome, bare.unwrap_or(&with)];
        if MITOCHONDRIAL.contains(&chromosome) {
            names.extend(MITOCHONDRIAL);
        }
        let found = names
            .into_iter()
            .find_map(|name| self.lengths.get_key_value(name))
            .or_else(|| self.by_accession(chromosome));
        found.map(|(name, _)| name.as_str()).ok_or_else(|| {
            let known: Vec<&str> = self.lengths.keys().take(8).map(String::as_str).collect();
            let more = if self.lengths.len() > known.len() {
                ", ..."
            } else {
                ""
            };
            format!(
                "the genome has no {chromosome}, it has {}{more}",
                known.join(", ")
            )
        })
    }

    /// `chr1` of a genome that names `NC_000001.11`, and the other way round.
    fn by_accession(&self, chromosome: &str) -> Option<(&String, &u64)> {
        if let Some(plain) = plain_name(chromosome) {
            let with = format!("chr{plain}");
            return self
                .lengths
                .get_key_value(&plain)
                .or_else(|| self.lengths.get_key_value(&with));
        }
        let bare = chromosome.strip_prefix("chr").unwrap_or(chromosome);
        let mut found = self
            .lengths
            .iter()
            .filter(|(name, _)| plain_name(name).is_some_and(|plain| plain == bare));
        // Two that fit are two organisms' or two versions': neither is believed.
        found.next().filter(|_| found.next().is_none())
    }

    /// The letters of a stretch, 0-based and half open; of the minus strand the reverse complement.
    ///
    /// # Errors
    /// No such chromosome, or it ends before the stretch does.
    pub fn read(&mut self, row: &PlacedRow) -> Result<Sequence, String> {
        let sequence = self.stretch(&row.chromosome, row.start, row.end)?;
        Ok(if row.minus {
            sequence.reverse_complement()
        } else {
            sequence
        })
    }

    /// How many letters of the stretch that was read last are in lower case, which genomes mark repeats by.
    #[must_use]
    pub fn lower_case(&self) -> u32 {
        self.lower_case
    }

    /// How many bases a chromosome has.
    ///
    /// # Errors
    /// The genome does not have it.
    pub fn bases(&self, chromosome: &str) -> Result<u64, String> {
        let name = self.name(chromosome)?;
        Ok(self.lengths.get(name).copied().unwrap_or_default())
    }

    /// The letters of a stretch of the plus strand, 0-based and half open.
    ///
    /// # Errors
    /// No such chromosome, or it ends before the stretch does.
    pub fn stretch(&mut self, chromosome: &str, start: u64, end: u64) -> Result<Sequence, String> {
        let name = self.name(chromosome)?.to_owned();
        let bases = self.lengths.get(&name).copied().unwrap_or_default();
        if end > bases || start >= end {
            return Err(format!(
                "{name} has {bases} bases, and the interval is {start} to {end}: another assembly?"
            ));
        }
        let place = |base: u64| {
            let base = usize::try_from(base).ok();
            base.and_then(|base| Position::try_from(base).ok())
                .ok_or_else(|| format!("{name}: {start} is no place"))
        };
        // The library counts from 1 and includes both ends.
        let region = Region::new(name.clone(), place(start + 1)?..=place(end)?);
        let record = self
            .reader
            .query(&region)
            .map_err(|error| format!("{}: {name} cannot be read: {error}", self.path.display()))?;
        let letters: &[u8] = record.sequence().as_ref();
        let text =
            std::str::from_utf8(letters).map_err(|_| format!("{name} holds what is no letter"))?;
        self.lower_case = lower_case(letters);
        let sequence =
            Sequence::new(text).map_err(|error| format!("{name}, {start} to {end}: {error}"))?;
        if sequence.len() as u64 != end - start {
            return Err(format!(
                "{name}, {start} to {end}: {} bases came; the index is not that of the file",
                sequence.len()
            ));
        }
        Ok(sequence)
    }

    /// The letters of every row, in order, and how many of them are in lower case.
    ///
    /// # Errors
    /// As [`read`](Self::read), with the row.
    pub fn sequences(&mut self, rows: &[PlacedRow]) -> Result<Vec<(Sequence, u32)>, TableError> {
        let mut sequences = Vec::with_capacity(rows.len());
        for row in rows {
            let sequence = self.read(row).map_err(|reason| {
                let message = format!(
                    "{reason} (row {} of class {}, {})",
                    row.id, row.class, row.split
                );
                of_file(
                    &self.path,
                    message,
                    "name the genome that the intervals lie on",
                )
            })?;
            sequences.push((sequence, self.lower_case));
        }
        Ok(sequences)
    }
}

/// How many letters are in lower case.
pub(crate) fn lower_case(letters: &[u8]) -> u32 {
    let lower = letters.iter().filter(|letter| letter.is_ascii_lowercase());
    u32::try_from(lower.count()).unwrap_or(u32::MAX)
}

/// A chromosome's name as names are compared: without `chr`, of a RefSeq accession the chromosome's, one of the names of the
/// mitochondrial genome.
#[must_use]
pub fn plain(chromosome: &str) -> Cow<'_, str> {
    match plain_name(chromosome) {
        Some(name) => Cow::Owned(name),
        None if MITOCHONDRIAL.contains(&chromosome) => Cow::Borrowed("MT"),
        None => Cow::Borrowed(chromosome.strip_prefix("chr").unwrap_or(chromosome)),
    }
}

/// The chromosome behind a RefSeq accession of human or mouse: `1` of `NC_000001.11`.
fn plain_name(accession: &str) -> Option<String> {
    let (number, _) = accession.strip_prefix("NC_")?.split_once('.')?;
    let number: u32 = number.parse().ok()?;
    REFSEQ.iter().find_map(|(first, numbered)| {
        let place = number.checked_sub(*first)? + 1;
        match place.checked_sub(*numbered) {
            None | Some(0) => Some(place.to_string()),
            Some(1) => Some("X".to_owned()),
            Some(2) => Some("Y".to_owned()),
            _ => None,
        }
    })
}

/// The index beside the file, or one made of it.
fn index(path: &Path, packed: bool) -> Result<Index, TableError> {
    let beside = |ending: &str| {
        let mut name = path.as_os_str().to_owned();
        name.push(ending);
        PathBuf::from(name)
    };
    let changed = |path: &Path| path.metadata().and_then(|about| about.modified()).ok();
    let fai = beside(".fai");
    // Of a packed file none can be made, and copies do not keep the order of times.
    let is_believed = fai.is_file() && (packed || changed(&fai) >= changed(path));
    let damaged = |error: std::io::Error, what: &Path| {
        of_file(
            what,
            format!("cannot be read: {error}"),
            "make it anew by `samtools faidx`",
        )
    };
    if is_believed {
        return noodles_fasta::fai::fs::read(&fai).map_err(|error| damaged(error, &fai));
    }
    if packed {
        let message = "is bgzip, and its indexes (.fai, .gzi) are not there".to_owned();
        return Err(of_file(path, message, "run `samtools faidx` on it"));
    }
    noodles_fasta::fs::index(path).map_err(|error| {
        let message = format!("cannot be indexed: {error}");
        let cure = "lines of a sequence must be equally long, and every sequence must have bases";
        of_file(path, message, cure)
    })
}

/// bgzip's first block: gzip with an extra field of the kind BC.
fn is_bgzip(start: &[u8]) -> bool {
    start.get(3).is_some_and(|flags| flags & 4 != 0) && start.get(12..14) == Some(b"BC")
}

fn of_file(path: &Path, message: String, cure: &str) -> TableError {
    TableError {
        path: path.to_owned(),
        line: 0,
        column: None,
        message,
        cure: cure.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FASTA: &str = ">chr1 first\nACGTACGTAC\nGGGTTTNNNn\nAC\n>2\nTTTTTTTTTT\nC\n>MT\nACG\n";

    fn open(text: &[u8]) -> (tempfile::TempDir, Result<Genome, TableError>) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("genome.fa");
        std::fs::write(&path, text).unwrap();
        let genome = Genome::open(&path);
        (folder, genome)
    }

    fn row(chromosome: &str, start: u64, end: u64, minus: bool) -> PlacedRow {
        PlacedRow {
            id: "7".to_owned(),
            split: "test".to_owned(),
            class: "yes".to_owned(),
            chromosome: chromosome.to_owned(),
            start,
            end,
            minus,
        }
    }

    #[test]
    fn stretches_are_read_on_both_strands_across_lines() {
        let (_folder, genome) = open(FASTA.as_bytes());
        let mut genome = genome.unwrap();
        let mut text = |chromosome, start, end, minus| {
            let sequence = genome.read(&row(chromosome, start, end, minus)).unwrap();
            String::from_utf8(sequence.letters().to_ascii_uppercase()).unwrap()
        };
        assert_eq!(text("chr1", 0, 4, false), "ACGT");
        assert_eq!(text("1", 8, 13, false), "ACGGG");
        assert_eq!(text("chr1", 8, 13, true), "CCCGT");
        assert_eq!(text("chr1", 18, 22, false), "NNAC");
        assert_eq!(text("chr2", 10, 11, false), "C");
        assert_eq!(text("chrM", 0, 3, true), "CGT");
        assert_eq!(text("NC_000001.11", 0, 4, false), "ACGT");
    }

    #[test]
    fn what_the_genome_lacks_is_told() {
        let (_folder, genome) = open(FASTA.as_bytes());
        let mut genome = genome.unwrap();
        for (asked, said) in [
            (
                row("chr3", 0, 4, false),
                "the genome has no chr3, it has 2, MT, chr1",
            ),
            (
                row("NC_000003.12", 0, 4, false),
                "the genome has no NC_000003.12",
            ),
            (
                row("chr1", 20, 23, false),
                "chr1 has 22 bases, and the interval is 20 to 23",
            ),
        ] {
            let error = genome.sequences(&[asked]).unwrap_err().to_string();
            assert!(
                error.contains(said) && error.contains("row 7 of class yes, test"),
                "{error}"
            );
        }
    }

    #[test]
    fn what_is_no_genome_is_refused() {
        for (text, said) in [
            (&b"ACGT\n"[..], "does not begin with `>`"),
            (b"", "does not begin with `>`"),
            (b">1\nACGT\nAC\nACGT\n", "cannot be indexed"),
            (b">1\nACGT\n>1\nAC\n", "names 1 twice"),
            (
                b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03",
                "gzip and not bgzip",
            ),
            (
                b"\x1f\x8b\x08\x04\x00\x00\x00\x00\x00\xff\x06\x00BC\x02\x00",
                "its indexes",
            ),
        ] {
            let (_folder, genome) = open(text);
            let error = genome.map(|_| ()).unwrap_err().to_string();
            assert!(error.contains(said) && error.contains("help:"), "{error}");
        }
    }

    #[test]
    fn accessions_are_chromosomes() {
        let text = b">NC_000001.11 Homo sapiens\nACGT\n>NC_000023.11\nTTTT\n>NC_000087.8\nGGGG\n";
        let (_folder, genome) = open(text);
        let genome = genome.unwrap();
        assert_eq!(genome.name("chr1"), Ok("NC_000001.11"));
        assert_eq!(genome.name("1"), Ok("NC_000001.11"));
        assert_eq!(genome.name("chrX"), Ok("NC_000023.11"));
        assert_eq!(genome.name("chrY"), Ok("NC_000087.8"));
        assert!(genome.name("chr2").is_err());
        assert_eq!(
            ["chr8", "8", "NC_000001.11", "chrM", "scaffold_1"].map(plain),
            ["8", "8", "1", "MT", "scaffold_1"]
        );
        for (accession, plain) in [
            ("NC_060925.1", Some("1")),
            ("NC_060947.1", Some("X")),
            ("NC_000085.7", Some("19")),
            ("NC_000022.11", Some("22")),
            ("NC_012920.1", None),
            ("NC_000025.1", None),
        ] {
            assert_eq!(plain_name(accession).as_deref(), plain, "{accession}");
        }
    }

    /// An index of another file would give letters of another place.
    #[test]
    fn an_index_that_is_older_than_its_file_is_not_believed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("genome.fa");
        std::fs::write(folder.path().join("genome.fa.fai"), "chr1\t4\t9\t4\t5\n").unwrap();
        std::thread::sleep(std::time::Duration::from_millis(20));
        std::fs::write(&path, FASTA).unwrap();
        let mut genome = Genome::open(&path).unwrap();
        let sequence = genome.read(&row("chr1", 8, 13, false)).unwrap();
        assert_eq!(sequence.letters(), b"ACGGG");
    }

    /// What samtools and bgzip made of the same letters (`fixtures/genome/make.sh`).
    #[test]
    fn bgzip_is_read_by_its_indexes() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/genome");
        let mut packed = Genome::open(&folder.join("genome.fa.gz")).unwrap();
        let mut letters = Vec::new();
        let file = File::open(folder.join("genome.fa.gz")).unwrap();
        flate2::read::MultiGzDecoder::new(file)
            .read_to_end(&mut letters)
            .unwrap();
        let (_folder, plain) = open(&letters);
        let mut plain = plain.unwrap();
        assert_ne!(packed.digest, plain.digest);
        let mut state = 7_u64;
        for _ in 0..200 {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            let start = (state >> 33) % 69_000;
            let asked = row(
                ["one", "two"][(state >> 62) as usize % 2],
                start,
                start + 300,
                state & 64 > 0,
            );
            assert_eq!(packed.read(&asked).unwrap(), plain.read(&asked).unwrap());
        }
    }
}
