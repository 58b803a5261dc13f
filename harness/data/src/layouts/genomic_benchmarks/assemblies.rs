//! Which genome each class lies on: `metadata.yaml` names it by an address. Classes of two species have chromosomes of
//! the same name that are not the same DNA.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::Deserialize;

use super::{METADATA, of_file};
use crate::error::TableError;

#[derive(Deserialize)]
struct Metadata {
    #[serde(default)]
    classes: BTreeMap<String, About>,
}

#[derive(Deserialize)]
struct About {
    url: Option<String>,
}

/// The genome of each class, by its file's name without endings; of a class that names none, nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Assemblies {
    of_class: BTreeMap<String, String>,
}

impl Assemblies {
    /// What a folder's `metadata.yaml` says; where there is none, nothing.
    ///
    /// # Errors
    /// It cannot be read, or is no YAML of this layout.
    pub fn read(folder: &Path) -> Result<Self, TableError> {
        let path = folder.join(METADATA);
        if !path.exists() {
            return Ok(Self::default());
        }
        let flawed = |reason: String| {
            of_file(
                &path,
                format!("cannot be read: {reason}"),
                "fetch the data set anew; it has `classes: {NAME: {url: ...}}`",
            )
        };
        let text = std::fs::read_to_string(&path).map_err(|error| flawed(error.to_string()))?;
        let metadata: Metadata =
            serde_saphyr::from_str(&text).map_err(|error| flawed(error.to_string()))?;
        let named = |(class, about): (String, About)| Some((class, stem(&about.url?)));
        Ok(Self {
            of_class: metadata.classes.into_iter().filter_map(named).collect(),
        })
    }

    /// Every genome that is named.
    #[must_use]
    pub fn all(&self) -> BTreeSet<&str> {
        self.of_class.values().map(String::as_str).collect()
    }

    /// The genomes, where they are several.
    #[must_use]
    pub fn several(&self) -> Option<Vec<&str>> {
        let all = self.all();
        (all.len() > 1).then(|| all.into_iter().collect())
    }

    /// A chromosome's name among those of all classes: its own where there is one genome, else with the genome that it
    /// is of.
    pub(super) fn name(&self, class: &str, chromosome: &str) -> String {
        match (self.several(), self.of_class.get(class)) {
            (Some(_), Some(assembly)) => format!("{chromosome} of {assembly}"),
            _ => chromosome.to_owned(),
        }
    }
}

/// `Homo_sapiens.GRCh38.dna.toplevel` of an address that ends in `.../Homo_sapiens.GRCh38.dna.toplevel.fa.gz`.
fn stem(url: &str) -> String {
    let file = url.rsplit('/').next().unwrap_or(url);
    let bare = file.strip_suffix(".gz").unwrap_or(file);
    let endings = [".fasta", ".fa", ".fna"];
    let bare = endings
        .iter()
        .find_map(|ending| bare.strip_suffix(ending))
        .unwrap_or(bare);
    bare.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Assemblies, TableError> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(METADATA), text).unwrap();
        Assemblies::read(folder.path())
    }

    #[test]
    fn one_genome_changes_no_name() {
        let one = "classes:\n  a: {type: fa.gz, url: 'http://x/97/One.fa.gz'}\n  b: {url: 'ftp://y/One.fa.gz'}\nversion: 0\n";
        for text in [one, "version: 0\n", "classes: {a: {type: fa.gz}}\n"] {
            let found = read(text).unwrap();
            assert_eq!(found.several(), None);
            assert_eq!(found.name("a", "chrX"), "chrX");
        }
    }

    #[test]
    fn chromosomes_of_two_genomes_are_two() {
        let found = read("classes:\n  human: {url: 'http://x/Homo.fa.gz'}\n  worm: {url: 'http://x/Worm.fa.gz'}\n  other: {}\n").unwrap();
        assert_eq!(found.several().unwrap(), ["Homo", "Worm"]);
        assert_eq!(found.name("human", "X"), "X of Homo");
        assert_eq!(found.name("worm", "X"), "X of Worm");
        assert_eq!(found.name("other", "X"), "X");
    }

    #[test]
    fn what_is_no_metadata_is_told() {
        for text in ["classes: [a, b]\n", "classes: {a: [\n"] {
            let error = read(text).unwrap_err();
            assert!(error.path.ends_with(METADATA) && error.message.starts_with("cannot be read"));
        }
    }
}
