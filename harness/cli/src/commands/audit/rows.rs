//! The rows of an audit, and the files that they were read from.

use std::path::{Path, PathBuf};

use titer_audit::{Input, Set, read as audited};
use titer_data::DataError;
use titer_data::genome::Genome;
use titer_data::layouts::genomic_benchmarks::{self, Assemblies};
use titer_spec::file::digest_of;
use titer_spec::{DatasetKind, Divide, Kind};

use crate::arguments::Places;
use crate::error::CommandError;
use crate::finding;
use crate::progress::Progress;

/// Which rows.
#[derive(Clone, Copy)]
pub(super) struct Splits<'a> {
    /// The split that models are fitted on.
    pub train: &'a str,
    /// The split that they are scored on.
    pub test: &'a str,
    /// Of a dataset of folds, the one that is left out.
    pub fold: Option<&'a str>,
}

/// What was read.
pub(super) struct Rows {
    /// The data set's name.
    pub name: String,
    /// The rows of both splits.
    pub set: Set,
    /// The genome that gave their letters: its file's name and digest.
    pub genome: Option<(String, String)>,
    /// The genomes that the data set says its places lie on.
    pub assemblies: Vec<String>,
    /// The files that hold the rows.
    pub inputs: Vec<Input>,
}

/// The rows of a folder laid out as Genomic Benchmarks or of a dataset's descriptor.
pub(super) fn read(
    dataset: &str,
    genome: Option<&Path>,
    splits: Splits<'_>,
    places: &Places,
    progress: &Progress,
) -> Result<Rows, CommandError> {
    let folder = Path::new(dataset);
    match genomic_benchmarks::recognised(folder) {
        true => of_folder(folder, genome, splits, progress),
        false => of_descriptor(dataset, genome, splits, places),
    }
}

/// The rows of a folder laid out as Genomic Benchmarks, with letters where a genome is given.
fn of_folder(
    folder: &Path,
    genome: Option<&Path>,
    Splits { train, test, fold }: Splits<'_>,
    progress: &Progress,
) -> Result<Rows, CommandError> {
    for (given, own) in [(train, "train"), (test, "test")] {
        if given != own {
            return Err(CommandError::Argument(format!(
                "the layout of Genomic Benchmarks has the splits train and test, and no `{given}`"
            )));
        }
    }
    if fold.is_some() {
        return Err(CommandError::Argument(
            "--fold: the layout of Genomic Benchmarks has the splits train and test, and no folds"
                .to_owned(),
        ));
    }
    let rows = genomic_benchmarks::read(folder).map_err(DataError::from)?;
    let full = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    let name = file_name(&full);
    let assemblies = Assemblies::read(folder).map_err(DataError::from)?;
    let mut found = Rows {
        name,
        set: Set::default(),
        genome: None,
        assemblies: assemblies.all().into_iter().map(str::to_owned).collect(),
        inputs: tables(folder)?,
    };
    let Some(path) = genome else {
        found.set = audited::placed(rows, None);
        return Ok(found);
    };
    if let Some(several) = assemblies.several() {
        return Err(CommandError::Argument(format!(
            "--genome: the classes of {} lie on several genomes ({}), and one file cannot give the letters of all: audit the places alone, without --genome",
            found.name,
            several.join(", ")
        )));
    }
    progress.message("the genome");
    let mut genome = Genome::open(path).map_err(DataError::from)?;
    let letters = genome.sequences(&rows).map_err(DataError::from)?;
    found.genome = Some((file_name(path), genome.digest.to_string()));
    found.set = audited::placed(rows, Some(letters));
    Ok(found)
}

/// The tables of a folder with their digests.
fn tables(folder: &Path) -> Result<Vec<Input>, CommandError> {
    let files = genomic_benchmarks::files(folder).map_err(DataError::from)?;
    let input = |path: PathBuf| {
        let digest = digest_of(&path).map_err(|error| {
            CommandError::Argument(format!("{} cannot be read: {error}", path.display()))
        })?;
        let file = path.strip_prefix(folder).unwrap_or(&path);
        Ok(Input {
            file: file.display().to_string(),
            digest,
        })
    };
    files.into_iter().map(input).collect()
}

/// The rows of a dataset's descriptor.
fn of_descriptor(
    dataset: &str,
    genome: Option<&Path>,
    Splits { train, test, fold }: Splits<'_>,
    places: &Places,
) -> Result<Rows, CommandError> {
    let mut loaded = titer_data::open(&finding::find(Kind::Dataset, dataset, places)?)?;
    let has_folds = matches!(loaded.about().divide, Some(Divide::Folds(_)));
    match (has_folds, fold) {
        (true, None) => {
            return Err(CommandError::Argument(format!(
                "{dataset} is divided into folds: say by --fold which value is left out"
            )));
        }
        (false, Some(_)) => {
            return Err(CommandError::Argument(format!(
                "--fold: {dataset} is not divided into folds"
            )));
        }
        _ => loaded.fold = fold.map(str::to_owned),
    }
    let has_letters = loaded.has_letters();
    if has_letters && genome.is_some() {
        return Err(CommandError::Argument(format!(
            "--genome: the rows of {dataset} have letters of their own"
        )));
    }
    if let Some(genome) = genome {
        loaded.genome = Some(genome.to_owned());
    }
    loaded.without_letters = !has_letters && loaded.genome.is_none();
    let about = loaded.about();
    let name = about.dataset.value.clone();
    if about.kind != DatasetKind::Windows {
        return Err(CommandError::Argument(format!(
            "{name} has a truth for every position: an audit takes windows, each of one class"
        )));
    }
    if about.has_labels() {
        return Err(CommandError::Argument(format!(
            "{name} has several labels for an example: an audit takes windows, each of one class; give it a descriptor of one label, as in `label: ctcf` with `classes: [\"0\", \"1\"]`"
        )));
    }
    let cluster = about.columns.clusters.columns.first().map(String::as_str);
    let mut rows = audited::Rows::new(&about.classes, cluster);
    titer_data::each_of(&loaded, &[train, test], |row| {
        let is_test = row.split == test;
        rows.add(row, is_test);
        Ok::<(), DataError>(())
    })?;
    let set = rows.finish();
    let known = match (&loaded.genome, genome, &about.genome) {
        // The one that was given, in place of the descriptor's.
        (Some(path), Some(_), _) => {
            let opened = Genome::open(path).map_err(DataError::from)?;
            Some((path, opened.digest))
        }
        (Some(path), None, Some(stated)) => Some((path, stated.stated(&loaded.document)?)),
        _ => None,
    };
    let known = known.map(|(path, digest)| (file_name(path), digest.to_string()));
    let mut inputs = Vec::new();
    for file in about.all_files() {
        inputs.push(Input {
            file: file.entry().path.value.clone(),
            digest: file.entry().stated(&loaded.document)?,
        });
    }
    Ok(Rows {
        name,
        set,
        genome: known,
        assemblies: vec![about.assembly.clone()],
        inputs,
    })
}

/// A path's last part.
pub(super) fn file_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}
