//! The table as a stream of checked rows.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use csv::StringRecord;
use titer_core::{Example, Place, Sequence, Target};
use titer_spec::layout::DataFile;
use titer_spec::{Dataset, Divide, Layout, suggest};

use crate::descriptor::{SPLITS, TUNING};
use crate::division::{self, Held};
use crate::error::{Flaw, TableError, quoted};
use crate::genome::{Genome, lower_case, plain};
use crate::header::{Column, Header};
use crate::ids::Ids;
use crate::labels;
use crate::layouts::delimited;
use crate::letters::{Alleles, Stretch, alleles, stretch};
use crate::positions;
use crate::records::{self, Records};
use crate::{LoadedDataset, spaced};

/// A checked row.
pub struct Row {
    /// The example.
    pub example: Example,
    /// Its split.
    pub split: String,
    /// How many of its letters, or of the genome's at its place, are in lower case; they are read as capitals.
    pub lower_case: u32,
}

/// The files of a dataset that are being read, one after the other.
pub(crate) struct Rows<'a> {
    loaded: &'a LoadedDataset,
    left: std::vec::IntoIter<DataFile>,
    open: Option<Open>,
    genome: Option<Genome>,
    record: StringRecord,
    ids: Ids,
    /// Rows of each split so far, of examples that have no id of their own.
    numbers: HashMap<String, u64>,
    /// What is held out and was not met yet.
    held: Option<Held>,
    /// What was met on the way.
    pub met: Met,
    /// Classes and labels that were met, where rows are counted.
    pub labels: BTreeSet<String>,
}

/// What was met that is no error.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Met {
    /// Genetic variants.
    pub variants: u64,
    /// Those whose reference allele is not what the genome has there.
    pub other_reference: u64,
}

/// A file that is being read.
struct Open {
    file: DataFile,
    header: Header,
    records: Box<dyn Records>,
}

impl<'a> Rows<'a> {
    /// Opens the first file and the genome.
    pub(crate) fn open(loaded: &'a LoadedDataset) -> Result<Self, TableError> {
        let files = loaded.document.value.all_files();
        let genome = match &loaded.genome {
            Some(path) => Some(Genome::open(path)?),
            None => None,
        };
        let mut rows = Self {
            loaded,
            left: files.into_iter(),
            open: None,
            genome,
            record: StringRecord::new(),
            ids: Ids::default(),
            numbers: HashMap::new(),
            held: Held::of(&loaded.document.value),
            met: Met::default(),
            labels: BTreeSet::new(),
        };
        rows.open_next()?;
        Ok(rows)
    }

    /// Opens the next file; `false` after the last one.
    fn open_next(&mut self) -> Result<bool, TableError> {
        let Some(file) = self.left.next() else {
            self.open = None;
            return Ok(false);
        };
        let dataset = self.dataset();
        let path = self.loaded.document.folder().join(&file.path.value);
        let mut records = records::open(&path, &dataset.layout, &dataset.header)?;
        let header = Header::find(&path, records.names(), dataset, &file)
            .map_err(|error| self.in_other_layout(&file, records.names(), error))?;
        records.want(&header.places())?;
        self.open = Some(Open {
            file,
            header,
            records,
        });
        Ok(true)
    }

    /// Says of a header line that is one column, because it holds another layout's separator, which layout it is of.
    fn in_other_layout(&self, file: &DataFile, names: &[String], error: TableError) -> TableError {
        let (Some(other), [name]) = (delimited::other(&self.dataset().layout), names) else {
            return error;
        };
        if !name.contains(other.separator) {
            return error;
        }
        TableError {
            column: None,
            message: format!(
                "the header line is one column that holds {}: {}",
                other.name,
                quoted(name)
            ),
            cure: format!(
                "say `layout: {}` in {}, which names the file in line {}",
                other.layout,
                self.loaded.document.path.display(),
                file.path.line
            ),
            ..error
        }
    }

    /// The next row, `None` at the end.
    pub(crate) fn next(&mut self) -> Result<Option<Row>, TableError> {
        loop {
            let Some(mut open) = self.open.take() else {
                return Ok(None);
            };
            if open.records.next(&mut self.record)? {
                let row = self.row(&open);
                self.open = Some(open);
                return row.map(Some);
            }
            if !self.open_next()?
                && let Some(held) = &self.held
            {
                held.check(&self.loaded.path)?;
            }
        }
    }

    fn row(&mut self, open: &Open) -> Result<Row, TableError> {
        let header = &open.header;
        if let (Some(held), Some(column)) = (&mut self.held, &header.divide) {
            held.meet(self.record.get(column.index).unwrap_or_default());
        }
        let place = self.place(open)?;
        let (sequence, second) = self.letters(open, &place)?;
        let named = header.id.as_ref().map(|column| self.text(column));
        let split = self.split(open, || match named {
            Some(id) => Cow::Borrowed(id),
            None => Cow::Owned(what_it_is(&sequence, second.as_ref(), &place)),
        })?;
        let id = match named.map(str::to_owned) {
            Some(id) => {
                self.take_id(open, &id)?;
                id
            }
            None => self.numbered(&split),
        };
        let lower_case = self.lower_case(open, &sequence, second.as_ref());
        let target = match (&header.label, &header.target) {
            (Some(label), _) => {
                let written = self.text(label).to_owned();
                self.label(open, Some(label), &written)?
            }
            (None, Some(target)) => self.value(open, target)?,
            (None, None) if self.dataset().has_labels() => self.labels_of(open)?,
            (None, None) => match &open.file.label {
                Some(label) => self.label(open, None, label)?,
                None => self.truth(open, sequence.len())?,
            },
        };
        let example = Example {
            id,
            sequence,
            second,
            target,
            strata: self.groups(&header.strata),
            clusters: self.clusters(open)?,
            place,
        };
        Ok(Row {
            example,
            split,
            lower_case,
        })
    }

    /// The letters: written in the row, or those of its place.
    fn letters(
        &mut self,
        open: &Open,
        place: &Place,
    ) -> Result<(Sequence, Option<Sequence>), TableError> {
        if let Some(column) = &open.header.sequence {
            let sequence = self.sequence(open, column)?;
            let second = match &open.header.second {
                Some(column) => Some(self.sequence(open, column)?),
                None => None,
            };
            return Ok((sequence, second));
        }
        if self.loaded.without_letters && self.genome.is_none() {
            return Ok((Sequence::default(), None));
        }
        if self.genome.is_none() {
            let flaw = Flaw::new(
                "the dataset has places and no letters",
                "name the FASTA of its assembly by `genome` of the descriptor",
            );
            return Err(flawed(open, None, flaw));
        }
        let lacking = || {
            let flaw = Flaw::new(
                "the row has no place that is whole",
                "fill in chromosome and start and end, or chromosome, position and both alleles",
            );
            flawed(open, None, flaw)
        };
        let chromosome = place.chromosome.as_deref().ok_or_else(lacking)?;
        let position = place.position.ok_or_else(lacking)?;
        let alleles_of = place.ref_allele.as_deref().zip(place.alt_allele.as_deref());
        let window = self.dataset().window;
        let ends = place.end.ok_or_else(lacking);
        let (found, is_right) = match (self.genome.as_mut(), window, alleles_of) {
            (None, ..) => return Err(lacking()),
            (Some(genome), Some(window), Some((reference, alternate))) => {
                let of = Alleles {
                    chromosome,
                    position,
                    reference,
                    alternate,
                };
                let pair = alleles(genome, of, window);
                let is_right = pair.as_ref().ok().map(|pair| pair.is_right);
                (pair.map(|it| (it.reference, Some(it.alternate))), is_right)
            }
            (Some(genome), ..) => {
                let of = Stretch {
                    chromosome,
                    start: position,
                    end: ends?,
                    minus: place.strand.as_deref() == Some("-"),
                };
                (stretch(genome, of).map(|letters| (letters, None)), None)
            }
        };
        if let Some(is_right) = is_right {
            self.met.variants += 1;
            self.met.other_reference += u64::from(!is_right);
        }
        found.map_err(|flaw| flawed(open, None, flaw))
    }

    /// How many of the letters that were just read as these are in lower case.
    fn lower_case(&self, open: &Open, first: &Sequence, second: Option<&Sequence>) -> u32 {
        let columns = open.header.sequence.iter().chain(&open.header.second);
        let written = columns.zip(std::iter::once(first).chain(second));
        let of_genome = self.genome.as_ref().map_or(0, Genome::lower_case);
        let of_row = written.map(|(column, letters)| {
            let text = self.text(column).as_bytes();
            // What is written as it was read, as most is, has none.
            match text == letters.letters() {
                true => 0,
                false => lower_case(text),
            }
        });
        of_genome + of_row.sum::<u32>()
    }

    /// An id of an example that has none: no two are the same.
    fn numbered(&mut self, split: &str) -> String {
        let number = match self.numbers.get_mut(split) {
            Some(number) => number,
            None => self.numbers.entry(split.to_owned()).or_default(),
        };
        *number += 1;
        format!("{split}-{}", *number - 1)
    }

    fn take_id(&mut self, open: &Open, id: &str) -> Result<(), TableError> {
        let column = open.header.id.as_ref();
        if id.is_empty() {
            let flaw = Flaw::new("the id is empty", "give each example an id of its own");
            return Err(flawed(open, column, flaw));
        }
        if !self.loaded.was_read && !self.ids.insert(id) {
            let flaw = Flaw::new(
                format!("id {} stands on an earlier line too", quoted(id)),
                "give each example an id of its own",
            );
            return Err(flawed(open, column, flaw));
        }
        Ok(())
    }

    /// The split; `id` gives what a rule draws by where no column says it.
    fn split<'b>(
        &self,
        open: &Open,
        id: impl FnOnce() -> Cow<'b, str>,
    ) -> Result<String, TableError> {
        let (dataset, header) = (self.dataset(), &open.header);
        let stated = &dataset.splits;
        let split = match (&header.split, &open.file.split, &dataset.divide) {
            (Some(column), ..) if self.is_said(column) => self.text(column),
            (_, Some(split), _) => split,
            (_, None, Some(rule)) => {
                let fold = self.loaded.fold.as_deref();
                let held = header.divide.as_ref().map(|column| self.text(column));
                let held = held.map(|held| match &self.held {
                    Some(rule) => rule.name(held),
                    None => held,
                });
                let id = match (rule, held) {
                    (Divide::Shares(_), None) => id(),
                    _ => Cow::Borrowed(""),
                };
                division::split(rule, held, &id, fold)
            }
            // There is one split then; where none is counted yet, it is the one that is scored.
            (_, None, None) => stated.keys().next().map_or("test", String::as_str),
        };
        let split = match split {
            word if stated.contains_key(word) => word,
            word if TUNING.contains(&word) => "tuning",
            word => word,
        };
        let is_counted = self.loaded.counts && SPLITS.contains(&split);
        if stated.contains_key(split) || self.loaded.fold.is_some() || is_counted {
            return Ok(split.to_owned());
        }
        let flaw = if SPLITS.contains(&split) {
            Flaw::new(
                format!(
                    "split {} is not one that the descriptor counts",
                    quoted(split)
                ),
                "add it to `splits` of the descriptor, or correct the row",
            )
        } else {
            let known: Vec<&str> = match stated.is_empty() {
                true => SPLITS.to_vec(),
                false => stated.keys().map(String::as_str).collect(),
            };
            let message = format!("{} is not a split", quoted(split));
            Flaw::new(message, suggest::cure(split, &known))
        };
        Err(flawed(open, header.split.as_ref(), flaw))
    }

    /// A folder without folders of splits says nothing of them; elsewhere an empty field is a flaw.
    fn is_said(&self, column: &Column) -> bool {
        self.dataset().layout != Layout::Folders || !self.text(column).is_empty()
    }

    fn sequence(&self, open: &Open, column: &Column) -> Result<Sequence, TableError> {
        let cure = "use the letters of IUPAC nucleotide code: ACGT, N where unknown";
        let text = spaced::letters(self.text(column));
        let text = text.map_err(|flaw| flawed(open, Some(column), flaw))?;
        let flaw = match Sequence::new(&text) {
            Ok(sequence) if !sequence.is_empty() => return Ok(sequence),
            Ok(_) => Flaw::new("the sequence is empty", cure),
            Err(error) => Flaw::new(error.to_string(), cure),
        };
        Err(flawed(open, Some(column), flaw))
    }

    fn label(
        &mut self,
        open: &Open,
        column: Option<&Column>,
        written: &str,
    ) -> Result<Target, TableError> {
        let dataset = self.dataset();
        let label = dataset.labels.get(written).map_or(written, String::as_str);
        if self.loaded.counts && dataset.has_open_classes() {
            self.labels.insert(label.to_owned());
            return Ok(Target::Class(0));
        }
        match dataset.classes.iter().position(|class| class == label) {
            Some(class) => Ok(Target::Class(class)),
            None => {
                let known = dataset.classes.iter().chain(dataset.labels.keys());
                let known: Vec<&str> = known.map(String::as_str).collect();
                let message = format!("label {} is not one of the classes", quoted(written));
                let flaw = Flaw::new(message, suggest::cure(written, &known));
                Err(flawed(open, column, flaw))
            }
        }
    }

    /// The labels of a row: from a column of each, or from the one that lists those that are true.
    fn labels_of(&mut self, open: &Open) -> Result<Target, TableError> {
        let dataset = self.dataset();
        let Some(column) = &open.header.label_list else {
            let columns = open.header.labels.iter();
            let known = columns.map(|column| {
                labels::known(self.text(column)).map_err(|flaw| flawed(open, Some(column), flaw))
            });
            return Ok(Target::Labels(known.collect::<Result<_, _>>()?));
        };
        let listed = labels::listed(self.text(column), dataset);
        if self.loaded.counts && dataset.has_open_classes() {
            let listed: Vec<String> = listed.map(str::to_owned).collect();
            self.labels.extend(listed);
            return Ok(Target::Labels(Vec::new()));
        }
        let mut known = vec![Some(false); dataset.classes.len()];
        for label in listed {
            let place = dataset.classes.iter().position(|class| class == label);
            match place.and_then(|place| known.get_mut(place)) {
                Some(truth) => *truth = Some(true),
                None => {
                    let flaw = labels::unknown(label, dataset);
                    return Err(flawed(open, Some(column), flaw));
                }
            }
        }
        Ok(Target::Labels(known))
    }

    fn value(&self, open: &Open, column: &Column) -> Result<Target, TableError> {
        let text = self.text(column);
        let flaw = match text.parse::<f64>() {
            Ok(value) if value.is_finite() => return Ok(Target::Value(value)),
            Ok(_) => format!("target {} is not finite", quoted(text)),
            Err(_) => format!("target {} is not a number", quoted(text)),
        };
        let cure = "write a number with a decimal point, as in -0.25 or 1e-3; leave out examples that were not measured";
        Err(flawed(open, Some(column), Flaw::new(flaw, cure)))
    }

    fn truth(&self, open: &Open, bases: usize) -> Result<Target, TableError> {
        let context = self.dataset().context;
        let length = bases.saturating_sub(2 * context);
        if length == 0 {
            let flaw = Flaw::new(
                format!("the sequence has {bases} bases, context alone takes 2 x {context}"),
                "write context, stretch and context, or correct `context` of the descriptor",
            );
            return Err(flawed(open, open.header.sequence.as_ref(), flaw));
        }
        let background = self.background();
        let mut truth = vec![background; length];
        for (class, column) in &open.header.sites {
            let text = self.text(column);
            positions::mark(
                &mut truth,
                background,
                *class,
                text,
                &self.dataset().classes,
            )
            .map_err(|flaw| flawed(open, Some(column), flaw))?;
        }
        let scored = match &open.header.scored {
            Some(column) => positions::ranges(self.text(column), length)
                .map_err(|flaw| flawed(open, Some(column), flaw))?,
            None => std::iter::once(0..length).collect(),
        };
        Ok(Target::Positions { truth, scored })
    }

    fn background(&self) -> u8 {
        let named = self.dataset().columns.background.as_ref();
        let mut classes = self.dataset().classes.iter();
        let index = classes.position(|class| named.is_some_and(|name| name.value == *class));
        index
            .and_then(|index| u8::try_from(index).ok())
            .unwrap_or_default()
    }

    fn groups(&self, columns: &[Column]) -> BTreeMap<String, String> {
        let group = |column: &Column| (column.name.clone(), self.text(column).to_owned());
        columns.iter().map(group).collect()
    }

    fn clusters(&self, open: &Open) -> Result<BTreeMap<String, String>, TableError> {
        let columns = &open.header.clusters;
        match columns.iter().find(|column| self.text(column).is_empty()) {
            None => Ok(self.groups(columns)),
            Some(column) => {
                let cure = "name the group within which it is not independent; its own id if there is none";
                Err(flawed(
                    open,
                    Some(column),
                    Flaw::new("the cluster is empty", cure),
                ))
            }
        }
    }

    fn place(&self, open: &Open) -> Result<Place, TableError> {
        let header = &open.header;
        let [chromosome, position, strand, gene, ref_allele, alt_allele] = &header.place;
        let [start, end] = &header.interval;
        let (position, end) = match (start, end) {
            (Some(_), Some(_)) => {
                let first = header.counted_from;
                let start = self.coordinate(open, start.as_ref(), first)?;
                // The last base, counted from 1, is the one before the end, counted from 0.
                let found = self.coordinate(open, end.as_ref(), 0)?;
                if let (Some(start), Some(found)) = (start, found)
                    && start >= found
                {
                    let from = start + first;
                    let message = format!("the interval from {from} to {found} holds no base");
                    let cure = match first {
                        0 => {
                            "intervals are 0-based, the end is one past the last base; where both ends are counted from 1 and belong to it, say `counted_from: 1`"
                        }
                        _ => "with `counted_from: 1` both ends belong to the interval",
                    };
                    return Err(flawed(open, end.as_ref(), Flaw::new(message, cure)));
                }
                (start, found)
            }
            _ => (
                self.coordinate(open, position.as_ref(), header.counted_from)?,
                None,
            ),
        };
        Ok(Place {
            chromosome: self.filled(chromosome.as_ref()),
            position,
            end,
            strand: self.strand(open, strand.as_ref())?,
            gene: self.filled(gene.as_ref()),
            ref_allele: self.filled(ref_allele.as_ref()),
            alt_allele: self.filled(alt_allele.as_ref()),
        })
    }

    /// A coordinate, 0-based.
    fn coordinate(
        &self,
        open: &Open,
        column: Option<&Column>,
        counted_from: u64,
    ) -> Result<Option<u64>, TableError> {
        let parsed = self.filled(column).map(|text| {
            let number = text.parse::<u64>().ok();
            number
                .and_then(|it| it.checked_sub(counted_from))
                .ok_or(text)
        });
        parsed.transpose().map_err(|text: String| {
            let flaw = match counted_from {
                0 => Flaw::new(
                    format!("{} is not a position", quoted(&text)),
                    "write the 0-based coordinate on the plus strand as a whole number",
                ),
                first => Flaw::new(
                    format!("{} is not a position, counted from {first}", quoted(&text)),
                    "write a whole number, or correct `counted_from` of the descriptor",
                ),
            };
            flawed(open, column, flaw)
        })
    }

    fn strand(&self, open: &Open, column: Option<&Column>) -> Result<Option<String>, TableError> {
        match self.filled(column) {
            // BED's and GFF's word for no strand.
            Some(strand) if strand == "." => Ok(None),
            Some(strand) if strand != "+" && strand != "-" => {
                let flaw = Flaw::new(
                    format!("{} is not a strand", quoted(&strand)),
                    "write + or -; . or nothing where it is not said",
                );
                Err(flawed(open, column, flaw))
            }
            strand => Ok(strand),
        }
    }

    fn filled(&self, column: Option<&Column>) -> Option<String> {
        let text = self.text(column?);
        (!text.is_empty()).then(|| text.to_owned())
    }

    fn text(&self, column: &Column) -> &str {
        self.record.get(column.index).unwrap_or_default()
    }

    fn dataset(&self) -> &'a Dataset {
        &self.loaded.document.value
    }
}

/// What an example without an id is drawn by: its letters, on either strand the same, or its place where there are none.
fn what_it_is(sequence: &Sequence, second: Option<&Sequence>, place: &Place) -> String {
    let chromosome = place.chromosome.as_deref().map(plain).unwrap_or_default();
    match (sequence.is_empty(), second) {
        (true, _) => format!("{chromosome}:{:?}-{:?}", place.position, place.end),
        (false, None) => {
            let other = sequence.reverse_complement();
            String::from_utf8_lossy(sequence.letters().min(other.letters())).into_owned()
        }
        (false, Some(second)) => [sequence, second]
            .map(|it| String::from_utf8_lossy(it.letters()).into_owned())
            .join(" "),
    }
}

fn flawed(open: &Open, column: Option<&Column>, flaw: Flaw) -> TableError {
    let (path, line) = open.records.place();
    TableError {
        path: path.to_owned(),
        line,
        column: column.map(|column| column.name.clone()),
        message: flaw.message,
        cure: flaw.cure,
    }
}
