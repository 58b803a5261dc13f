//! `examples/<digest>.parquet`: what was asked, without sequences.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use titer_core::example::{ExamplesDigest, codes, labels_of_codes};
use titer_core::{Digest, Example, Place, RowDigest, Sequence, Target};
use titer_parquet::Texts;

use crate::error::StoreError;
use crate::folder::{EXAMPLES, RunFolder};
use crate::table::{Columns, Part, Table, TableWriter, Typed};

/// An example as the run folder keeps it.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredExample {
    /// Its id.
    pub id: String,
    /// What is true.
    pub target: Target,
    /// Named groups that scores may be broken down by.
    pub strata: BTreeMap<String, String>,
    /// Named groups within which examples are not independent, by name.
    pub clusters: Vec<(Arc<str>, String)>,
    /// Where it lies.
    pub place: Place,
    /// What its sequence is made of; `None` in folders of an earlier version.
    pub bases: Option<Bases>,
}

/// What a sequence is made of, kept because the sequence itself is not.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bases {
    /// Bases.
    pub length: u64,
    /// The share of G and C among A, C, G and T; `None` where there is none of them.
    pub gc_share: Option<f64>,
}

impl Bases {
    fn of(sequence: &Sequence) -> Self {
        let count = |wanted: &[u8]| {
            let letters = sequence.letters().iter();
            letters.filter(|letter| wanted.contains(letter)).count()
        };
        let known = count(b"ACGT");
        Self {
            length: sequence.len() as u64,
            gc_share: (known > 0).then(|| count(b"GC") as f64 / known as f64),
        }
    }
}

/// Begins the name of a column that holds a stratum.
const STRATUM: &str = "stratum:";
/// Begins the name of a column that holds a cluster.
const CLUSTER: &str = "cluster:";

/// Rows that are held in memory at a time.
const ROWS: usize = 4_096;

/// The names of strata and clusters that any example has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GroupNames {
    strata: BTreeSet<String>,
    clusters: BTreeSet<String>,
}

impl GroupNames {
    /// Those of some examples.
    #[must_use]
    pub fn of(examples: &[Example]) -> Self {
        let mut names = Self::default();
        examples.iter().for_each(|example| names.add(example));
        names
    }

    /// Adds those of an example.
    pub fn add(&mut self, example: &Example) {
        for (known, groups) in [
            (&mut self.strata, &example.strata),
            (&mut self.clusters, &example.clusters),
        ] {
            for name in groups
                .keys()
                .filter(|name| !known.contains(*name))
                .collect::<Vec<_>>()
            {
                known.insert(name.clone());
            }
        }
    }
}

/// Examples being written, some at a time.
pub struct ExamplesWriter {
    table: TableWriter,
    names: GroupNames,
    digest: ExamplesDigest,
    expected: Digest,
    path: PathBuf,
}

impl ExamplesWriter {
    /// Adds examples.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn add(&mut self, examples: &[Example]) -> Result<(), StoreError> {
        for some in examples.chunks(ROWS) {
            some.iter().for_each(|example| self.digest.add(example));
            self.table.add(&columns(some, &self.names))?;
        }
        Ok(())
    }

    /// Puts them into the folder.
    ///
    /// # Errors
    /// The folder cannot be written, or they are not those of the digest that they were begun under.
    pub fn finish(self) -> Result<(), StoreError> {
        if self.digest.finish() != self.expected {
            return Err(not_those(&self.path));
        }
        self.table.keep()
    }
}

fn not_those(path: &Path) -> StoreError {
    let reason = "its examples are not the ones that its name stands for";
    StoreError::damaged(path, reason)
}

impl RunFolder {
    /// Begins to write examples under their digest; nothing is begun where they are there and whole.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn begin_examples(
        &self,
        digest: &Digest,
        names: &GroupNames,
    ) -> Result<Option<ExamplesWriter>, StoreError> {
        let path = self.examples(digest);
        if self.hold_examples(digest).is_ok() {
            return Ok(None);
        }
        Ok(Some(ExamplesWriter {
            table: TableWriter::new(&path, &columns(&[], names))?,
            names: names.clone(),
            digest: ExamplesDigest::default(),
            expected: *digest,
            path,
        }))
    }

    /// Writes examples under their digest; nothing is done where they are there and whole.
    ///
    /// # Errors
    /// The folder cannot be written, or the digest is of others.
    pub fn write_examples(&self, digest: &Digest, examples: &[Example]) -> Result<(), StoreError> {
        match self.begin_examples(digest, &GroupNames::of(examples))? {
            None => Ok(()),
            Some(mut writer) => {
                writer.add(examples)?;
                writer.finish()
            }
        }
    }

    /// Whether examples of a digest are there.
    #[must_use]
    pub fn has_examples(&self, digest: &Digest) -> bool {
        self.examples(digest).is_file()
    }

    /// Reads examples and holds them to their digest.
    ///
    /// # Errors
    /// They are absent, damaged, or not the ones that the digest names.
    pub fn hold_examples(&self, digest: &Digest) -> Result<(), StoreError> {
        self.each_example(digest, &mut |_| {})
    }

    /// Reads examples, hands each over and holds all to their digest (places are no part of it).
    ///
    /// # Errors
    /// They are absent, damaged, or not the ones that the digest names, which shows when all were handed over.
    pub fn each_example(
        &self,
        digest: &Digest,
        take: &mut dyn FnMut(StoredExample),
    ) -> Result<(), StoreError> {
        let path = self.examples(digest);
        let mut found = ExamplesDigest::default();
        each(&path, &mut |columns, examples| {
            columns.add_to(&mut found, &examples);
            examples.into_iter().for_each(&mut *take);
        })?;
        // The digest of examples is over all but their sequences.
        if found.finish() != *digest && digest_of_layout_1(&path)? != *digest {
            return Err(not_those(&path));
        }
        self.remember_sound(digest);
        Ok(())
    }

    /// As [`each_example`](Self::each_example), all at once.
    ///
    /// # Errors
    /// They are absent, damaged, or not the ones that the digest names.
    pub fn read_examples(&self, digest: &Digest) -> Result<Vec<StoredExample>, StoreError> {
        let mut examples = Vec::new();
        self.each_example(digest, &mut |example| examples.push(example))?;
        Ok(examples)
    }

    fn examples(&self, digest: &Digest) -> PathBuf {
        self.path()
            .join(EXAMPLES)
            .join(format!("{}.parquet", digest.short()))
    }
}

/// The digest that folders of layout 1 name their examples by. It runs strata and clusters together: it tells damage, and
/// tells no two datasets apart.
fn digest_of_layout_1(path: &Path) -> Result<Digest, StoreError> {
    let mut digest = RowDigest::new("examples");
    each(path, &mut |_, examples| {
        let examples = examples.iter();
        examples.for_each(|example| add_of_layout_1(&mut digest, example));
    })?;
    Ok(digest.finish())
}

fn add_of_layout_1(digest: &mut RowDigest, example: &StoredExample) {
    digest.text(&example.id);
    match &example.target {
        Target::Class(class) => {
            digest.whole(*class as u64);
        }
        Target::Value(value) => {
            digest.number(*value);
        }
        // No folder of that layout holds labels.
        Target::Labels(labels) => {
            digest.bytes(&codes(labels));
        }
        Target::Positions { truth, scored } => {
            digest.bytes(truth);
            for range in scored {
                digest.whole(range.start as u64).whole(range.end as u64);
            }
        }
    }
    for (name, value) in &example.strata {
        digest.text(name).text(value);
    }
    for (name, value) in &example.clusters {
        digest.text(name).text(value);
    }
}

fn columns(examples: &[Example], names: &GroupNames) -> Columns {
    let class = |example: &Example| match &example.target {
        Target::Class(class) => Some(*class as u64),
        _ => None,
    };
    let value = |example: &Example| match &example.target {
        Target::Value(value) => Some(*value),
        _ => None,
    };
    let labels: Vec<Option<Vec<u8>>> = examples.iter().map(|it| labels(&it.target)).collect();
    let places = || examples.iter().map(|example| &example.place);
    let truths = examples.iter().map(|example| truth(&example.target));
    let scored = examples.iter().map(|example| scored(&example.target));
    let scored: Vec<Option<String>> = scored.collect();
    let bases: Vec<Bases> = examples.iter().map(|it| Bases::of(&it.sequence)).collect();
    let columns = Columns::default()
        .text("id", examples.iter().map(|example| example.id.as_str()))
        .maybe_whole("class", examples.iter().map(class))
        .maybe_number("value", examples.iter().map(value))
        .maybe_bytes("labels", labels.iter().map(Option::as_deref))
        .maybe_bytes("truth", truths)
        .maybe_text("scored", scored.iter().map(Option::as_deref))
        .maybe_text(
            "chromosome",
            places().map(|place| place.chromosome.as_deref()),
        )
        .maybe_whole("position", places().map(|place| place.position))
        .maybe_text("strand", places().map(|place| place.strand.as_deref()))
        .maybe_text("gene", places().map(|place| place.gene.as_deref()))
        .whole("length", bases.iter().map(|bases| bases.length))
        .maybe_number("gc_share", bases.iter().map(|bases| bases.gc_share));
    let columns = groups(columns, STRATUM, &names.strata, examples, |it| &it.strata);
    groups(columns, CLUSTER, &names.clusters, examples, |it| {
        &it.clusters
    })
}

/// A column for each name.
fn groups(
    mut columns: Columns,
    prefix: &str,
    names: &BTreeSet<String>,
    examples: &[Example],
    of: impl Fn(&Example) -> &BTreeMap<String, String>,
) -> Columns {
    for name in names {
        let values = examples
            .iter()
            .map(|example| of(example).get(name).map(String::as_str));
        columns = columns.maybe_text(&format!("{prefix}{name}"), values);
    }
    columns
}

/// Reads a file and hands its examples over, some at a time.
fn each(path: &Path, take: &mut dyn FnMut(&Read, Vec<StoredExample>)) -> Result<(), StoreError> {
    let table = Table::read(path)?;
    let names = table.names();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut parts = table.parts(&names)?;
    while let Some(part) = parts.next(ROWS)? {
        let columns = Read::new(path, &part)?;
        let examples = columns.examples(&part)?;
        take(&columns, examples);
    }
    Ok(())
}

/// The columns of all but targets, in one piece of memory each.
struct Read {
    ids: Texts,
    chromosomes: Texts,
    positions: Vec<Option<u64>>,
    strands: Texts,
    genes: Texts,
    strata: Vec<(Arc<str>, Texts)>,
    clusters: Vec<(Arc<str>, Texts)>,
}

impl Read {
    fn new(path: &Path, table: &Part<'_>) -> Result<Self, StoreError> {
        let ids = table.texts("id")?;
        if ids.iter().any(|id| id.is_none()) {
            return Err(StoreError::damaged(path, "column `id` holds nulls"));
        }
        Ok(Self {
            ids,
            chromosomes: table.texts("chromosome")?,
            positions: table.maybe_whole("position")?,
            strands: table.texts("strand")?,
            genes: table.texts("gene")?,
            strata: read_groups(table, STRATUM)?,
            clusters: read_groups(table, CLUSTER)?,
        })
    }

    /// Adds these examples to a digest. Groups go by columns: an example's own are no longer told from each other's order.
    fn add_to(&self, digest: &mut ExamplesDigest, examples: &[StoredExample]) {
        for (row, example) in examples.iter().enumerate() {
            digest.id_and_target(&example.id, &example.target);
            digest.groups(of_row(&self.strata, row));
            digest.groups(of_row(&self.clusters, row));
        }
    }

    fn examples(&self, part: &Part<'_>) -> Result<Vec<StoredExample>, StoreError> {
        let rows = read_targets(part)?.into_iter().zip(read_bases(part)?);
        let example = |(row, (target, bases))| self.example(row, target, bases);
        Ok(rows.enumerate().map(example).collect())
    }

    fn example(&self, row: usize, target: Target, bases: Option<Bases>) -> StoredExample {
        let text = |texts: &Texts| texts.get(row).map(str::to_owned);
        let clusters = self.clusters.iter();
        let strata = of_row(&self.strata, row);
        StoredExample {
            id: text(&self.ids).unwrap_or_default(),
            target,
            strata: strata
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect(),
            clusters: clusters
                .filter_map(|(name, texts)| Some((Arc::clone(name), text(texts)?)))
                .collect(),
            place: Place {
                chromosome: text(&self.chromosomes),
                position: self.positions.get(row).copied().flatten(),
                strand: text(&self.strands),
                gene: text(&self.genes),
                ..Place::default()
            },
            bases,
        }
    }
}

/// The groups that a row has, by name.
fn of_row(columns: &[(Arc<str>, Texts)], row: usize) -> impl Iterator<Item = (&str, &str)> + Clone {
    columns
        .iter()
        .filter_map(move |(name, texts)| Some((&name[..], texts.get(row)?)))
}

fn read_targets(table: &Part<'_>) -> Result<Vec<Target>, StoreError> {
    let classes = table.maybe_whole("class")?.into_iter();
    let values = read_values(table)?.into_iter();
    let labels = read_labels(table)?.into_iter();
    let truths = table.maybe_bytes("truth")?.into_iter();
    let scored = table.texts("scored")?;
    let rows = classes
        .zip(values)
        .zip(labels)
        .zip(truths)
        .zip(scored.iter());
    let target = |(row, ((((class, value), labels), truth), scored))| {
        target(class, value, labels, (truth, scored))
            .ok_or_else(|| table.row_error(row, "it has no target"))
    };
    rows.enumerate().map(target).collect()
}

/// The true numbers; none in folders of an earlier version.
fn read_values(table: &Part<'_>) -> Result<Vec<Option<f64>>, StoreError> {
    if table.has("value") {
        return table.maybe_number("value");
    }
    Ok(vec![None; table.height])
}

/// Labels as bytes; none in folders of an earlier version.
fn read_labels(table: &Part<'_>) -> Result<Vec<Option<Vec<u8>>>, StoreError> {
    if table.has("labels") {
        return table.maybe_bytes("labels");
    }
    Ok(vec![None; table.height])
}

fn read_bases(table: &Part<'_>) -> Result<Vec<Option<Bases>>, StoreError> {
    if !table.has("length") {
        return Ok(vec![None; table.height]);
    }
    let lengths = table.whole("length")?.into_iter();
    let shares = table.maybe_number("gc_share")?;
    let bases = lengths
        .zip(shares)
        .map(|(length, gc_share)| Some(Bases { length, gc_share }));
    Ok(bases.collect())
}

fn truth(target: &Target) -> Option<&[u8]> {
    match target {
        Target::Positions { truth, .. } => Some(truth),
        Target::Class(_) | Target::Labels(_) | Target::Value(_) => None,
    }
}

fn labels(target: &Target) -> Option<Vec<u8>> {
    match target {
        Target::Labels(labels) => Some(codes(labels)),
        _ => None,
    }
}

/// Half-open ranges as in `0-5000,6000-7000`.
fn scored(target: &Target) -> Option<String> {
    let Target::Positions { scored, .. } = target else {
        return None;
    };
    let ranges: Vec<String> = scored
        .iter()
        .map(|range| format!("{}-{}", range.start, range.end))
        .collect();
    Some(ranges.join(","))
}

fn ranges(text: &str) -> Option<Vec<Range<usize>>> {
    let range = |part: &str| {
        let (start, end) = part.split_once('-')?;
        Some(start.parse().ok()?..end.parse().ok()?)
    };
    text.split(',')
        .filter(|part| !part.is_empty())
        .map(range)
        .collect()
}

fn target(
    class: Option<u64>,
    value: Option<f64>,
    labels: Option<Vec<u8>>,
    positions: (Option<Vec<u8>>, Option<&str>),
) -> Option<Target> {
    match (class, value, labels, positions) {
        (Some(class), None, None, (None, None)) => {
            Some(Target::Class(usize::try_from(class).ok()?))
        }
        (None, Some(value), None, (None, None)) => Some(Target::Value(value)),
        (None, None, Some(labels), (None, None)) => Some(Target::Labels(labels_of_codes(&labels)?)),
        (None, None, None, (Some(truth), Some(scored))) => Some(Target::Positions {
            truth,
            scored: ranges(scored)?,
        }),
        _ => None,
    }
}

/// The columns whose names begin so, by what follows, in its order.
fn read_groups(table: &Part<'_>, prefix: &str) -> Result<Vec<(Arc<str>, Texts)>, StoreError> {
    let mut groups: Vec<(Arc<str>, Texts)> = Vec::new();
    for column in table.names() {
        if let Some(name) = column.strip_prefix(prefix) {
            groups.push((Arc::from(name), table.texts(column)?));
        }
    }
    groups.sort_by(|(one, _), (other, _)| one.cmp(other));
    Ok(groups)
}
