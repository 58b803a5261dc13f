//! Which test rows lie where train rows lie.

use std::collections::{HashMap, HashSet};

use rayon::prelude::*;
use serde::Serialize;

use crate::overlap::{clusters, most_shared, repeats, shares_any, shares_with_others};
use crate::rows::{Place, Row, Set};

/// What the test split shares with the train split by place, class by class.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Shared {
    /// For each class of the set.
    pub classes: Vec<ClassShared>,
    /// Test rows that share a base with any train row.
    pub rows: usize,
    /// Train rows that share a base with another train row.
    pub train_among_themselves: usize,
    /// Test rows that share a base with another test row.
    pub test_among_themselves: usize,
    /// Test rows that share at least half of their bases with a test row before them along the chromosomes.
    pub test_repeats: usize,
    /// Places that stand under two classes, in either split.
    pub contradictions: usize,
}

/// What test rows of a class share.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ClassShared {
    /// The class.
    pub class: String,
    /// Train rows of it.
    pub train: usize,
    /// Test rows of it.
    pub test: usize,
    /// Those that share a base with any train row.
    pub with_any: usize,
    /// Those that share a base with a train row of their own class.
    pub with_own: usize,
    /// Those that share a base with a train row of another class.
    pub with_other: usize,
    /// Those of which a train row of their own class holds at least half.
    pub half_within_own: usize,
}

/// What of the test split lies in regions that a model was trained or pretrained on.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Seen {
    /// What the regions are called.
    pub name: String,
    /// How many regions.
    pub regions: usize,
    /// Test rows.
    pub test: usize,
    /// Those that share a base with any region.
    pub rows: usize,
}

/// What lies in regions; `None` where not every test row says where it lies.
#[must_use]
pub fn seen(set: &Set, name: &str, regions: &[Place]) -> Option<Seen> {
    let test: Option<Vec<Place>> = set.test.iter().map(|row| row.place).collect();
    let test = test?;
    let inside = shares_any(&test, regions);
    Some(Seen {
        name: name.to_owned(),
        regions: regions.len(),
        test: test.len(),
        rows: inside.into_iter().filter(|inside| *inside).count(),
    })
}

/// What is shared; `None` where not every row says where it lies.
#[must_use]
pub fn shared(set: &Set) -> Option<Shared> {
    let (train, test) = set.places()?;
    let any = shares_any(&test, &train);
    let of_class = |rows: &[Row], places: &[Place], class: usize, is: bool| -> Vec<Place> {
        let pairs = rows.iter().zip(places);
        let wanted = pairs.filter(|(row, _)| (row.class == class) == is);
        wanted.map(|(_, place)| *place).collect()
    };
    let count = |held: Vec<bool>| held.into_iter().filter(|holds| *holds).count();
    let classes = set.classes.par_iter().enumerate().map(|(class, name)| {
        let own_test = of_class(&set.test, &test, class, true);
        let own_train = of_class(&set.train, &train, class, true);
        let other_train = of_class(&set.train, &train, class, false);
        let half = most_shared(&own_test, &own_train)
            .iter()
            .zip(&own_test)
            .filter(|(found, place)| found.is_some_and(|it| 2 * it.bases >= place.bases()))
            .count();
        ClassShared {
            class: name.clone(),
            train: own_train.len(),
            test: own_test.len(),
            with_any: count(shares_any(&own_test, &train)),
            with_own: count(shares_any(&own_test, &own_train)),
            with_other: count(shares_any(&own_test, &other_train)),
            half_within_own: half,
        }
    });
    let among_themselves = |places: &[Place]| count(shares_with_others(places));
    let (classes, (train_among_themselves, contradictions)) = rayon::join(
        || classes.collect(),
        || (among_themselves(&train), contradictions(set)),
    );
    Some(Shared {
        classes,
        rows: count(any),
        train_among_themselves,
        test_among_themselves: among_themselves(&test),
        test_repeats: count(repeats(&test)),
        contradictions,
    })
}

/// Test rows whose declared group has train rows too; `None` where a row has none.
#[must_use]
pub fn straddling(set: &Set) -> Option<usize> {
    let mut rows = set.train.iter().chain(&set.test);
    if !rows.all(|row| row.group.is_some()) {
        return None;
    }
    let train: HashSet<&String> = set
        .train
        .iter()
        .filter_map(|row| row.group.as_ref())
        .collect();
    let holds = |row: &&Row| {
        row.group
            .as_ref()
            .is_some_and(|group| train.contains(group))
    };
    Some(set.test.iter().filter(holds).count())
}

/// The cluster of each test row as it was declared; each by itself where none was.
#[must_use]
pub fn declared_clusters(set: &Set) -> Vec<u32> {
    let mut known: HashMap<&String, u32> = HashMap::new();
    let number = |(row, of): (u32, _)| {
        let of: &Row = of;
        match &of.group {
            Some(group) => *known.entry(group).or_insert(row),
            None => row,
        }
    };
    (0_u32..).zip(&set.test).map(number).collect()
}

/// The cluster of each test row: rows that share bases, over train rows too, are not independent.
#[must_use]
pub fn test_clusters(set: &Set) -> Vec<u32> {
    match set.places() {
        Some((train, test)) => {
            let all: Vec<Place> = test.iter().chain(&train).copied().collect();
            let mut numbers = clusters(&all);
            numbers.truncate(test.len());
            numbers
        }
        None => (0..).take(set.test.len()).collect(),
    }
}

/// Equal places of different classes.
fn contradictions(set: &Set) -> usize {
    let rows = set.train.iter().chain(&set.test);
    let mut places: Vec<(Place, usize)> = rows
        .filter_map(|row| row.place.map(|place| (place, row.class)))
        .collect();
    places.par_sort_unstable();
    places.dedup();
    let mut found: Vec<Place> = places
        .windows(2)
        .filter(|pair| pair[0].0 == pair[1].0)
        .map(|pair| pair[0].0)
        .collect();
    found.dedup();
    found.len()
}
