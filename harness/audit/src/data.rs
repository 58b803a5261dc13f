//! The audit of a data set: what is shared, what controls get, what that means.

use serde::Serialize;
use titer_core::Digest;
use titer_core::figures::count;

use crate::alike::{Alike, AlikeRows, alike};
use crate::answers::Answers;
use crate::clusters::{joined, joined_by_groups};
use crate::hygiene::{Hygiene, hygiene};
use crate::identical::{Identical, identical};
use crate::kin::{Kin, Why, leaked, note};
use crate::leaks::{
    SameInterval, Seen, Shared, declared_clusters, same_intervals, seen, shared, straddling,
    test_clusters,
};
use crate::near::Options;
use crate::overlap::{Overlap, most_shared};
use crate::rescored::{Rescored, Rows, rescored};
use crate::rows::{Place, Set};
use crate::score::Clusters;
use crate::shortcuts::{NO_LETTERS, Shortcut, shortcuts};
use crate::verdict::{
    Evidence, Gap, Trust, learnable, named, of_alike, of_hygiene, of_letters, of_models, of_places,
    of_seen, of_shortcuts, of_size, of_straddling, repeats, verdict,
};

/// The share of the test rows from which on it is said that near duplicates of them were not looked for.
const TOO_MANY_LOST: f64 = 0.01;

/// What was found of a data set.
#[derive(Clone, Debug, Serialize)]
pub struct Audit {
    /// The data set.
    pub name: String,
    /// What it is worth.
    pub trust: Trust,
    /// Why.
    pub evidence: Vec<Evidence>,
    /// What was found that is no evidence against the split.
    pub shown: Vec<String>,
    /// What could not be looked for, and why.
    pub not_looked_for: Vec<Gap>,
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
    /// Test rows whose declared group (a gene, a locus) has train rows too; `None` where no group is declared.
    pub straddling: Option<usize>,
    /// What test rows share with train rows letter for letter.
    pub identical: Option<Identical>,
    /// What test rows have in common with train rows without being identical to them.
    pub alike: Option<Alike>,
    /// Test rows that share bases with, are identical to, or are near duplicates of a train row.
    pub leaked: usize,
    /// The same by class, in the order of the classes.
    pub leaked_by_class: Vec<Leaked>,
    /// Of each test row, what was found.
    #[serde(skip)]
    pub rows: Vec<Found>,
    /// What lies in regions that a model was trained on.
    pub seen: Option<Seen>,
    /// What leaks do to models.
    pub models: Vec<Rescored>,
    /// What controls get.
    pub shortcuts: Vec<Shortcut>,
    /// The genome that gave the letters: its file's name and digest.
    pub genome: Option<(String, String)>,
    /// The genomes that the data set says its places lie on.
    pub assemblies: Vec<String>,
    /// The files that were read.
    pub inputs: Vec<Input>,
    /// Keys the draws behind the intervals.
    pub seed: u64,
}

/// How many test rows of a class leak.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Leaked {
    /// The class.
    pub class: String,
    /// Test rows of it.
    pub test: usize,
    /// Those that leak.
    pub leaked: usize,
}

/// A file that an audit read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Input {
    /// Its name, from the data set's folder.
    pub file: String,
    /// The digest of its bytes.
    pub digest: Digest,
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

/// What is known of a test row.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// Its id.
    pub id: String,
    /// Its class.
    pub class: String,
    /// Whether it shares bases with, is identical to, or is a near duplicate of a train row.
    pub leaked: bool,
    /// The score of its best alignment with train for each of its bases, 0 (nothing above chance) to 1; `None` where
    /// letters are not known.
    pub similarity: Option<f64>,
    /// Its cluster.
    pub cluster: u32,
    /// What it has in common with a train row, and that row's id.
    pub kin: Option<(Why, String)>,
}

/// What was looked for between the rows.
pub(crate) struct Looked {
    shared: Option<Shared>,
    identical: Option<Identical>,
    alike: Option<AlikeRows>,
    kin: Vec<Kin>,
    pub(crate) leaked: Vec<bool>,
    pub(crate) clusters: Clusters,
    not_looked_for: Vec<Gap>,
}

/// What test rows have in common with train rows by place.
fn kin_by_place(set: &Set) -> Vec<Kin> {
    let mut kin = vec![None; set.test.len()];
    if let Some((train, test)) = set.places() {
        let shared = most_shared(&test, &train).into_iter();
        let other = |found: Overlap| (Why::SharesBases, found.other as u32);
        note(&mut kin, shared.map(|found| found.map(other)));
        let same = same_intervals(set).into_iter();
        let other = |found: SameInterval| (Why::SameInterval, found.train);
        note(&mut kin, same.map(|found| found.map(other)));
    }
    kin
}

fn gap(what: &str, why: impl Into<String>) -> Gap {
    Gap {
        what: what.to_owned(),
        why: why.into(),
    }
}

pub(crate) fn look(set: &Set, seed: u64, progress: &dyn Fn(&str)) -> Looked {
    progress("places");
    let (shared, (mut kin, clusters)) =
        rayon::join(|| shared(set), || (kin_by_place(set), test_clusters(set)));
    let views = [clusters, declared_clusters(set)];
    let mut groups = Vec::new();
    progress("identical sequences");
    let mut copies = Vec::new();
    let identical = identical(set).map(|found| {
        let same = found.in_train.iter();
        note(
            &mut kin,
            same.map(|train| Some((Why::Identical, (*train)?))),
        );
        groups.extend(found.groups);
        copies = found.in_train;
        found.identical
    });
    progress("near duplicates");
    let mut not_looked_for = Vec::new();
    let options = Options {
        seed,
        ..Options::default()
    };
    let mut alike = alike(set, &options).unwrap_or_else(|error| {
        not_looked_for.push(gap("near duplicates", error.to_string()));
        None
    });
    if let Some(found) = &mut alike {
        let near = found.kin.iter();
        note(
            &mut kin,
            near.map(|kin| kin.map(|(likeness, train)| (likeness.into(), train))),
        );
        groups.append(&mut found.groups);
        // A copy is as alike as can be, also where its words are too common to be looked up.
        for (similarity, copy) in found.similarity.iter_mut().zip(&copies) {
            if copy.is_some() {
                *similarity = 1.0;
            }
        }
        let lost = found.alike.without_seeds;
        if lost as f64 >= TOO_MANY_LOST * set.test.len() as f64 {
            not_looked_for.push(gap(
                &format!(
                    "near duplicates of {} of {} test rows",
                    count(lost as u64),
                    count(set.test.len() as u64)
                ),
                "too short, of unknown letters, of few words, or of words that are too common in train",
            ));
        }
    }
    if shared.is_none() {
        not_looked_for.push(gap("shared places", "not every row says where it lies"));
    }
    if !set.has_sequences() {
        not_looked_for.push(gap("identical and similar sequences", NO_LETTERS));
    }
    let clusters = Clusters::new(&joined_by_groups(&joined(&views), &groups), seed);
    Looked {
        shared,
        identical,
        alike,
        leaked: leaked(&kin),
        kin,
        clusters,
        not_looked_for,
    }
}

/// Audits a set. `progress` hears what is done next.
#[must_use]
pub fn audit(name: &str, set: &Set, ask: &Ask, progress: &dyn Fn(&str)) -> Audit {
    let (seed, test) = (ask.seed, set.test.len());
    let hygiene = hygiene(set);
    let mut looked = look(set, seed, progress);
    let clusters = &looked.clusters;
    let shortcuts = shortcuts(set, clusters, seed, progress);
    let seen = ask.seen.as_ref().and_then(|(name, places)| {
        let found = seen(set, name, places);
        if found.is_none() {
            looked.not_looked_for.push(gap(
                &format!("what lies in {name}"),
                "not every test row says where it lies",
            ));
        }
        found
    });
    progress("scores again");
    let similarity = looked.alike.as_ref().map(|found| &found.similarity[..]);
    let rows = Rows {
        leaked: &looked.leaked,
        similarity,
        clusters: &clusters.of,
    };
    let models: Vec<Rescored> = ask
        .answers
        .iter()
        .map(|answers| rescored(set, rows, answers, seed))
        .collect();
    let straddling = straddling(set);
    let mut evidence = Vec::new();
    evidence.extend(looked.shared.iter().flat_map(|it| of_places(it, test)));
    evidence.extend(of_size(clusters.count()));
    evidence.extend(of_hygiene(&hygiene));
    evidence.extend(of_straddling(straddling, test));
    evidence.extend(looked.identical.iter().flat_map(|it| of_letters(it, test)));
    evidence.extend(looked.alike.iter().flat_map(|it| of_alike(&it.alike, test)));
    evidence.extend(seen.as_ref().and_then(of_seen));
    evidence.extend(of_models(&models));
    evidence.extend(of_shortcuts(&shortcuts));
    let mut shown = learnable(&shortcuts);
    shown.extend(named(&shortcuts));
    shown.extend(looked.alike.iter().flat_map(|it| repeats(&it.alike, test)));
    evidence.sort_by_key(|one| std::cmp::Reverse(one.weighs));
    let found = set.test.iter().enumerate().map(|(row, of)| Found {
        id: of.id.clone(),
        class: set.classes.get(of.class).cloned().unwrap_or_default(),
        leaked: looked.leaked[row],
        similarity: similarity.map(|similarity| similarity[row]),
        cluster: clusters.of[row],
        kin: looked.kin[row].map(|(why, train)| (why, set.train[train as usize].id.clone())),
    });
    Audit {
        name: name.to_owned(),
        trust: verdict(&evidence),
        evidence,
        shown,
        not_looked_for: looked.not_looked_for,
        classes: set.classes.clone(),
        hygiene,
        train: set.train.len(),
        test,
        clusters: clusters.count(),
        effective: clusters.effective(),
        largest_cluster: clusters.largest() as f64 / test.max(1) as f64,
        leaked: looked.leaked.iter().filter(|leaked| **leaked).count(),
        leaked_by_class: by_class(set, &looked.leaked),
        rows: found.collect(),
        shared: looked.shared,
        straddling,
        identical: looked.identical,
        alike: looked.alike.map(|found| found.alike),
        seen,
        models,
        shortcuts,
        genome: None,
        assemblies: Vec::new(),
        inputs: Vec::new(),
        seed,
    }
}

fn by_class(set: &Set, leaked: &[bool]) -> Vec<Leaked> {
    let mut all: Vec<Leaked> = set
        .classes
        .iter()
        .map(|class| Leaked {
            class: class.clone(),
            test: 0,
            leaked: 0,
        })
        .collect();
    for (row, leaks) in set.test.iter().zip(leaked) {
        if let Some(class) = all.get_mut(row.class) {
            class.test += 1;
            class.leaked += usize::from(*leaks);
        }
    }
    all
}
