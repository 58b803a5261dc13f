//! `titer audit data --write-clean`: a repaired split as a dataset of its own.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use titer_audit::clean::{Clean, Repair, clean};
use titer_audit::{Ask, Audit, Row, Set, audit};
use titer_core::Digest;
use titer_spec::yaml::quoted;

use crate::arguments::Talk;
use crate::console::say;
use crate::error::CommandError;
use crate::progress::Progress;

/// A repaired split that was written.
pub(super) struct Cleaned {
    /// Where its descriptor lies.
    pub descriptor: PathBuf,
    repair: Repair,
    found: Clean,
    /// What an audit of it says.
    again: Audit,
}

impl Cleaned {
    /// Says what is left, what that cost, and what an audit of it says.
    pub(super) fn tell(&self) {
        let (found, again) = (&self.found, &self.again);
        say(&format!(
            "clean: {}: {} train rows, {} test rows",
            self.descriptor.display(),
            found.set.train.len(),
            found.set.test.len()
        ));
        for line in cost(found, self.repair) {
            say(&format!("  {line}"));
        }
        let is_half_gone = |(_, before, after): &(String, usize, usize)| 2 * after < *before;
        if self.repair == Repair::LeaveOut && found.classes.iter().any(is_half_gone) {
            say(
                "  more than half of a class is gone: `--regroup` keeps more, and a model is then to be trained again",
            );
        }
        say(&format!("  audited again: {}", again.trust.words()));
        for one in &again.evidence {
            say(&format!("    {}: {}", one.weighs.words(), one.words));
        }
    }
}

/// Repairs the split, writes what is left into `to`, and audits it again.
pub(super) fn write(
    name: &str,
    set: &Set,
    repair: Repair,
    seed: u64,
    to: &Path,
    talk: Talk,
) -> Result<Cleaned, CommandError> {
    let cannot = |reason: &str| CommandError::Argument(format!("--write-clean: {reason}"));
    if set
        .train
        .iter()
        .chain(&set.test)
        .any(|row| row.second.is_some())
    {
        return Err(cannot("rows of two sequences each are not written"));
    }
    let descriptor = to.join("dataset.yaml");
    if descriptor.exists() {
        return Err(cannot(&format!(
            "{} is there already",
            descriptor.display()
        )));
    }
    let progress = Progress::new(talk, "cleaning");
    let found = clean(set, repair, seed, &|what| progress.message(what));
    if found.set.test.is_empty() {
        progress.finish();
        return Err(cannot("every test row leaks: nothing would be left"));
    }
    let ask = Ask {
        seed,
        ..Ask::default()
    };
    let own = format!("{name}-clean");
    let again = audit(&own, &found.set, &ask, &|what| progress.message(what));
    progress.finish();
    let table = table(&found.set);
    let text = described(&own, name, &found, repair, &table);
    std::fs::create_dir_all(to)
        .and_then(|()| std::fs::write(to.join("rows.tsv"), &table))
        .and_then(|()| std::fs::write(&descriptor, text))
        .map_err(|error| cannot(&format!("{} cannot be written: {error}", to.display())))?;
    Ok(Cleaned {
        descriptor,
        repair,
        found,
        again,
    })
}

/// What the repair cost, a line each.
fn cost(found: &Clean, repair: Repair) -> Vec<String> {
    let all: usize = found.classes.iter().map(|(_, before, _)| before).sum();
    let mut lines = Vec::new();
    if repair == Repair::Regroup {
        lines.push(format!("{} rows changed sides", found.moved));
    }
    let by_class = found
        .classes
        .iter()
        .map(|(class, before, after)| format!("{class}: {} of {before}", before - after));
    lines.push(format!(
        "{} of {all} test rows left out ({})",
        found.left_out(),
        by_class.collect::<Vec<_>>().join(", ")
    ));
    lines
}

/// Every row with its split.
fn rows(set: &Set) -> impl Iterator<Item = (&'static str, &Row)> {
    let train = set.train.iter().map(|row| ("train", row));
    train.chain(set.test.iter().map(|row| ("test", row)))
}

fn has_places(set: &Set) -> bool {
    rows(set).all(|(_, row)| row.place.is_some())
}

fn has_groups(set: &Set) -> bool {
    rows(set).all(|(_, row)| row.group.is_some())
}

fn table(set: &Set) -> String {
    let (letters, places, groups) = (set.has_sequences(), has_places(set), has_groups(set));
    let mut ids = HashSet::new();
    // Tables of a published layout number their rows each for itself.
    let is_unique = rows(set).all(|(_, row)| ids.insert(row.id.as_str()));
    let mut text = "id\tsplit\tclass".to_owned();
    for (wanted, names) in [
        (letters, "\tsequence"),
        (places, "\tchromosome\tstart\tend\tstrand"),
        (groups, "\tgroup"),
    ] {
        text += if wanted { names } else { "" };
    }
    text.push('\n');
    for (number, (split, row)) in rows(set).enumerate() {
        let class = set.classes.get(row.class).map_or("", String::as_str);
        let _ = match is_unique {
            true => write!(text, "{}\t{split}\t{class}", row.id),
            false => write!(text, "{number}/{}\t{split}\t{class}", row.id),
        };
        if let Some(sequence) = row.sequence.as_ref().filter(|_| letters) {
            let _ = write!(text, "\t{}", String::from_utf8_lossy(sequence.letters()));
        }
        if let Some(place) = row.place.filter(|_| places) {
            let chromosome = set.chromosomes.get(place.chromosome as usize);
            let strand = match row.minus {
                Some(true) => "-",
                Some(false) => "+",
                None => ".",
            };
            let name = chromosome.map_or("", String::as_str);
            let _ = write!(text, "\t{name}\t{}\t{}\t{strand}", place.start, place.end);
        }
        if let Some(group) = row.group.as_ref().filter(|_| groups) {
            let _ = write!(text, "\t{group}");
        }
        text.push('\n');
    }
    text
}

/// The descriptor of what is left.
fn described(own: &str, name: &str, found: &Clean, repair: Repair, table: &str) -> String {
    let set = &found.set;
    let mut columns = vec!["id: id", "split: split", "label: class"];
    if set.has_sequences() {
        columns.push("sequence: sequence");
    }
    if has_groups(set) {
        columns.push("clusters: [group]");
    }
    if has_places(set) {
        columns.push("place: {chromosome: chromosome, start: start, end: end, strand: strand}");
    }
    let classes: Vec<String> = set.classes.iter().map(|class| quoted(class)).collect();
    format!(
        "dataset: {}\nsummary: {}\nkind: windows\nlayout: tsv\nfile: {{path: rows.tsv, digest: \"{}\", bytes: {}}}\ncolumns: {{{}}}\nclasses: [{}]\nsplits: {{train: {}, test: {}}}\norganism: not stated\nassembly: not stated\nlicence: {{all: as of the data it was made of}}\nmade_by: titer audit data --write-clean\nchanges: {}\n",
        quoted(own),
        quoted(&format!("{name} without test rows that leak.")),
        Digest::of(table.as_bytes()),
        table.len(),
        columns.join(", "),
        classes.join(", "),
        set.train.len(),
        set.test.len(),
        quoted(&cost(found, repair).join("; ")),
    )
}
