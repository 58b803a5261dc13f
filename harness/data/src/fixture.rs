//! A dataset folder for tests: descriptor and table written, digest and size filled in.

use std::io::Write;
use std::path::PathBuf;

use flate2::Compression;
use flate2::write::GzEncoder;
use titer_core::Digest;

use crate::{LoadedDataset, open};

pub(crate) const WINDOWS: &str = "\
dataset: small
summary: Four windows.
kind: windows
file: FILE
columns:
  id: id
  sequence: sequence
  label: label
  split: split
  strata: [strand]
classes: [donor, decoy]
splits: {tuning: 1, test: 3}
organism: Homo sapiens
assembly: GRCh37
licence: {sequence: public}
";

pub(crate) const WINDOWS_TABLE: &str = "\
id\tsequence\tlabel\tstrand\tsplit
a\tACGT\tdonor\t+\ttuning
b\tacgu\tdonor\t-\ttest
c\tGGGTN\tdecoy\t+\ttest
d\tTTT\tdecoy\t+\ttest
";

pub(crate) const LABELS: &str = "\
dataset: tracks
summary: Four windows with labels.
kind: windows
file: FILE
columns:
  id: id
  sequence: sequence
  labels: {ctcf: CTCF_K562, dnase: dnase}
  clusters: none
splits: {test: 4}
organism: Homo sapiens
assembly: GRCh37
licence: {sequence: public}
";

pub(crate) const LABELS_TABLE: &str = "\
id\tsequence\tCTCF_K562\tdnase
a\tACGT\t1\t0
b\tACGG\t\t1
c\tACGA\t1.0\tNA
d\tACGC\t0\t0
";

pub(crate) const LISTED: &str = "\
dataset: tracks
summary: Three windows with labels.
kind: windows
file: FILE
columns:
  id: id
  sequence: sequence
  label_list: tracks
  clusters: none
classes: [dnase, ctcf, pol2]
labels: {CTCF_K562: ctcf}
splits: {test: 3}
organism: Homo sapiens
assembly: GRCh37
licence: {sequence: public}
";

pub(crate) const LISTED_TABLE: &str = "\
id\tsequence\ttracks
a\tACGT\tCTCF_K562;dnase
b\tACGG\t
c\tACGA\tctcf
";

pub(crate) const POSITIONS: &str = "\
dataset: stretches
summary: Two stretches.
kind: per_position
file: FILE
columns:
  id: id
  sequence: sequence
  sites: {donor: donors, acceptor: acceptors}
  background: none
  scored: scored
  split: split
  strata: [gene]
  clusters: [locus]
  place: {chromosome: chromosome, position: position, strand: strand, gene: gene}
classes: [none, acceptor, donor]
context: 2
splits: {test: 2}
organism: Homo sapiens
assembly: GRCh37
licence: {sequence: public}
";

pub(crate) const POSITIONS_TABLE: &str = "\
id\tsequence\tacceptors\tdonors\tscored\tchromosome\tposition\tstrand\tgene\tlocus\tsplit
s\tAAACGTACAA\t0\t3,5\t0-2,4-6\t20\t77\t-\tG1\tl1\ttest
t\tAAACGTACAA\t\t\t0-6\t20\t\t\t\tl1\ttest
";

pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A dataset folder that goes away with the value.
pub(crate) struct Folder {
    folder: tempfile::TempDir,
}

impl Folder {
    /// `FILE` in the descriptor becomes the table's entry.
    pub(crate) fn new(descriptor: &str, table: &[u8]) -> Self {
        let digest = Digest::of(table);
        let bytes = table.len();
        let entry = format!("{{path: table.tsv, digest: \"{digest}\", bytes: {bytes}}}");
        let folder = tempfile::tempdir().unwrap();
        let text = descriptor.replace("FILE", &entry);
        std::fs::write(folder.path().join("dataset.yaml"), text).unwrap();
        std::fs::write(folder.path().join("table.tsv"), table).unwrap();
        Self { folder }
    }

    pub(crate) fn descriptor(&self) -> PathBuf {
        self.folder.path().join("dataset.yaml")
    }

    pub(crate) fn table(&self) -> PathBuf {
        self.folder.path().join("table.tsv")
    }

    pub(crate) fn open(&self) -> LoadedDataset {
        open(&self.descriptor()).unwrap()
    }

    /// The message of an error, without the folder.
    pub(crate) fn plain(&self, error: &crate::DataError) -> String {
        let folder = format!("{}/", self.folder.path().display());
        error.to_string().replace(&folder, "")
    }

    pub(crate) fn error_of_open(&self) -> String {
        self.plain(&open(&self.descriptor()).unwrap_err())
    }
}

pub(crate) const VALUES: &str = "\
dataset: activities
summary: Three windows with a number each.
kind: windows
file: FILE
columns:
  id: id
  sequence: sequence
  target: activity
  split: split
splits: {test: 3}
organism: Homo sapiens
assembly: GRCh37
licence: {sequence: public}
";

pub(crate) const VALUES_TABLE: &str = "\
id\tsequence\tactivity\tsplit
a\tACGT\t-0.25\ttest
b\tACGT\t1e-3\ttest
c\tGGGTN\t7\ttest
";
