//! The audit of a data set: what is shared, what controls get, what that means.

use serde::Serialize;

use crate::alike::{Alike, alike};
use crate::answers::Answers;
use crate::clusters::joined;
use crate::hygiene::{Hygiene, hygiene};
use crate::identical::{Identical, identical};
use crate::leaks::{Seen, Shared, seen, shared, test_clusters};
use crate::near::Options;
use crate::overlap::shares_any;
use crate::rescored::{Rescored, Rows, rescored};
use crate::rows::{Place, Set};
use crate::score::Clusters;
use crate::shortcuts::{Shortcut, shortcuts};
use crate::verdict::{
    Evidence, Trust, of_alike, of_hygiene, of_letters, of_models, of_places, of_seen, of_shortcuts,
    verdict,
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
    /// Test rows that share bases with, are identical to, or are near duplicates of a train row.
    pub leaked: usize,
    /// What lies in regions that a model was trained on.
    pub seen: Option<Seen>,
    /// What leaks do to models.
    pub models: Vec<Rescored>,
    /// What controls get.
    pub shortcuts: Vec<Shortcut>,
    /// The genome that gave the letters: its file's name and digest.
    pub genome: Option<(String, String)>,
    /// Keys the draws behind the intervals.
    pub seed: u64,
}

/// What is asked of an audit beside the rows.
#[derive(Clone, Debug, Default)]
pub struct Ask {
    /// Keys every draw.
    pub seed: u64,
    /// Regions that a model was trained or pretrained on: what they are called, and the places, of the set's chromosomes.
    pub seen: Option<(String, Vec<Place>)>,
    /// What models answered for test rows.
    pub answers: Vec<Answers>,
}

/// Audits a set. `progress` hears what is done next.
#[must_use]
pub fn audit(name: &str, set: &Set, ask: &Ask, progress: &dyn Fn(&str)) -> Audit {
    let seed = ask.seed;
    let hygiene = hygiene(set);
    progress("places");
    let shared = shared(set);
    progress("identical sequences");
    let letters = identical(set);
    let mut views = vec![test_clusters(set)];
    views.extend(letters.as_ref().map(|found| found.clusters.clone()));
    let mut leaked = match set.places() {
        Some((train, test)) => shares_any(&test, &train),
        None => vec![false; set.test.len()],
    };
    let mut add = |more: &[bool]| {
        for (leaked, more) in leaked.iter_mut().zip(more) {
            *leaked |= *more;
        }
    };
    if let Some(found) = &letters {
        add(&found.in_train);
    }
    let identical = letters.map(|found| found.identical);
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
    if let Some(found) = &alike {
        add(&found.close);
    }
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
    if let Some(found) = &alike {
        evidence.extend(of_alike(&found.alike, set.test.len()));
    }
    let seen = ask.seen.as_ref().and_then(|(name, places)| {
        let found = seen(set, name, places);
        if found.is_none() {
            not_looked_for.push(format!(
                "what lies in {name}: not every test row says where it lies"
            ));
        }
        found
    });
    if let Some(seen) = &seen {
        evidence.extend(of_seen(seen));
    }
    progress("scores again");
    let rows = Rows {
        leaked: &leaked,
        similarity: alike.as_ref().map(|found| &found.similarity[..]),
        clusters: &clusters.of,
    };
    let models: Vec<Rescored> = ask
        .answers
        .iter()
        .map(|answers| rescored(set, rows, answers, seed))
        .collect();
    evidence.extend(of_models(&models));
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
        alike: alike.map(|found| found.alike),
        leaked: leaked.iter().filter(|leaked| **leaked).count(),
        seen,
        models,
        shortcuts,
        genome: None,
        seed,
    }
}
