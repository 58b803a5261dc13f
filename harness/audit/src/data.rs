//! The audit of a data set: what is shared, what controls get, what that means.

use serde::Serialize;

use crate::alike::{Alike, alike};
use crate::clusters::joined;
use crate::hygiene::{Hygiene, hygiene};
use crate::identical::{Identical, identical};
use crate::leaks::{Shared, shared, test_clusters};
use crate::near::Options;
use crate::rows::Set;
use crate::score::Clusters;
use crate::shortcuts::{Shortcut, shortcuts};
use crate::verdict::{
    Evidence, Trust, of_alike, of_hygiene, of_letters, of_places, of_shortcuts, verdict,
};

/// What was found of a data set.
#[derive(Clone, Debug, Serialize)]
pub struct Audit {
    /// The data set.
    pub name: String,
    /// What it is worth.
    pub trust: Trust,
    /// Why.
    pub evidence: Vec<Evidence>,
    /// What could not be looked for, and why.
    pub not_looked_for: Vec<String>,
    /// Every class.
    pub classes: Vec<String>,
    /// What the train split and the test split hold.
    pub hygiene: [Hygiene; 2],
    /// Train rows.
    pub train: usize,
    /// Test rows.
    pub test: usize,
    /// Clusters of test rows that share bases or are close to each other, over train rows too.
    pub clusters: usize,
    /// How many independent examples the test rows are worth.
    pub effective: f64,
    /// The largest cluster's share of the test rows.
    pub largest_cluster: f64,
    /// What test rows share with train rows by place.
    pub shared: Option<Shared>,
    /// What test rows share with train rows letter for letter.
    pub identical: Option<Identical>,
    /// What test rows have in common with train rows without being identical to them.
    pub alike: Option<Alike>,
    /// What controls get.
    pub shortcuts: Vec<Shortcut>,
    /// The genome that gave the letters: its file's name and digest.
    pub genome: Option<(String, String)>,
    /// Keys the draws behind the intervals.
    pub seed: u64,
}

/// Audits a set. `progress` hears what is done next.
#[must_use]
pub fn audit(name: &str, set: &Set, seed: u64, progress: &dyn Fn(&str)) -> Audit {
    let hygiene = hygiene(set);
    progress("places");
    let shared = shared(set);
    progress("identical sequences");
    let letters = identical(set);
    let mut views = vec![test_clusters(set)];
    views.extend(letters.as_ref().map(|(_, clusters)| clusters.clone()));
    let identical = letters.map(|(identical, _)| identical);
    let mut not_looked_for = Vec::new();
    progress("near duplicates");
    let options = Options {
        seed,
        ..Options::default()
    };
    let alike = match alike(set, &options) {
        Ok(found) => found,
        Err(error) => {
            not_looked_for.push(format!("near duplicates: {error}"));
            None
        }
    };
    views.extend(alike.as_ref().map(|found| found.clusters.clone()));
    let alike = alike.map(|found| found.alike);
    let clusters = Clusters::new(&joined(&views), seed);
    let shortcuts = shortcuts(set, &clusters, seed, progress);
    let mut evidence = Vec::new();
    match &shared {
        Some(shared) => evidence.extend(of_places(shared, set.test.len())),
        None => not_looked_for.push("shared places: not every row says where it lies".to_owned()),
    }
    evidence.extend(of_hygiene(&hygiene));
    if let Some(identical) = &identical {
        evidence.extend(of_letters(identical, set.test.len()));
    }
    if let Some(alike) = &alike {
        evidence.extend(of_alike(alike, set.test.len()));
    }
    evidence.extend(of_shortcuts(&shortcuts));
    if !set.has_sequences() {
        not_looked_for.push(
            "identical and similar sequences: the rows have no letters; give the genome that they lie on"
                .to_owned(),
        );
    }
    evidence.sort_by_key(|one| std::cmp::Reverse(one.weighs));
    Audit {
        name: name.to_owned(),
        trust: verdict(&evidence),
        evidence,
        not_looked_for,
        classes: set.classes.clone(),
        hygiene,
        train: set.train.len(),
        test: set.test.len(),
        clusters: clusters.count(),
        effective: clusters.effective(),
        largest_cluster: clusters.largest() as f64 / set.test.len().max(1) as f64,
        shared,
        identical,
        alike,
        shortcuts,
        genome: None,
        seed,
    }
}
