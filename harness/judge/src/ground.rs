//! The ground truth of a suite's dataset, cut into the units that are scored: examples, or positions.

use titer_core::{Digest, Target};
use titer_spec::Question;
use titer_spec::plan::{PlannedDataset, PlannedSuite};
use titer_statistics::ClusterDraws;

use crate::error::JudgeError;
use crate::examples::Examples;
use crate::facts::{Facts, TakeFacts};

mod labels;

/// What is scored: an example, or one position of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unit {
    /// The example's index.
    pub example: u32,
    /// The 0-based position within the stretch; 0 for an example.
    pub offset: u32,
}

/// One class held against the rest.
#[derive(Clone, Debug)]
pub struct ClassTruth {
    /// The class's name.
    pub name: String,
    /// Whether each unit is of it.
    pub truth: Vec<bool>,
    /// Of a label, whether that is known of each unit; `None`: of all of them.
    pub known: Option<Vec<bool>>,
}

impl ClassTruth {
    /// Whether it is known of a unit.
    #[must_use]
    pub fn knows(&self, unit: usize) -> bool {
        self.known.as_ref().is_none_or(|known| known[unit])
    }

    /// What is known of a unit.
    #[must_use]
    pub fn of(&self, unit: usize) -> Option<bool> {
        self.knows(unit).then(|| self.truth[unit])
    }
}

/// The ground truth of one dataset under one suite's question.
#[derive(Clone, Debug)]
pub struct Ground {
    /// The examples in order.
    pub examples: Examples,
    /// Whether a unit is a position.
    pub positions: bool,
    /// The units, example by example.
    pub units: Vec<Unit>,
    /// The cluster of each unit; clusters are numbered by name.
    pub cluster_of: Vec<u32>,
    /// How many clusters there are.
    pub clusters: usize,
    /// Index into `names` of each unit's true class; `None` where the truth is a number or labels.
    pub class_of: Vec<Option<u8>>,
    /// The dataset's classes.
    pub names: Vec<String>,
    /// The classes that are scored, each against the rest: the positive one, those of sites, or labels.
    pub classes: Vec<ClassTruth>,
    /// Index into `names` of the class that means "nothing here": negative, or background; `None` where no class does.
    pub nothing: Option<u8>,
    /// Whether one of several classes is true of each unit.
    pub several: bool,
    /// Whether any of several labels may be true of each unit.
    pub labels: bool,
    /// The number that is true of each unit, where the question is of numbers; else none.
    pub values: Vec<f64>,
    /// Whether the question is of numbers: then there are no classes.
    pub numbers: bool,
}

impl Ground {
    /// Lays out the examples of a dataset, which `read` hands over in order, as a suite's question wants them.
    ///
    /// # Errors
    /// The question names a class that the dataset lacks, or an example's target is of another kind
    /// or class than the question asks for; what `read` gives.
    pub fn new(
        suite: &PlannedSuite,
        dataset: &PlannedDataset,
        read: impl FnOnce(&mut TakeFacts<'_>) -> Result<(), JudgeError>,
    ) -> Result<Self, JudgeError> {
        if let Question::Labels(asked) = &suite.question {
            return labels::ground(suite, &asked.labels, dataset, read);
        }
        let (scored, nothing) = match &suite.question {
            Question::Binary(binary) => (vec![binary.positive.clone()], Some(&binary.negative)),
            Question::Positions(positions) => {
                (positions.sites.clone(), Some(&positions.background))
            }
            Question::Classes(asked) => (asked.classes.clone(), None),
            Question::Labels(_) | Question::Values(_) => (Vec::new(), None),
        };
        let wanted = scored
            .iter()
            .map(|class| class_index(dataset, class))
            .collect::<Result<Vec<u8>, JudgeError>>()?;
        let nothing = nothing
            .map(|class| class_index(dataset, class))
            .transpose()?;
        let mut ground = Self {
            nothing,
            ..Self::empty(suite, dataset)
        };
        read(&mut |fact| ground.add(dataset, &wanted, &fact))?;
        ground.number_clusters();
        ground.classes = scored
            .into_iter()
            .zip(wanted)
            .map(|(name, class)| ClassTruth {
                name,
                truth: ground
                    .class_of
                    .iter()
                    .map(|&of| of == Some(class))
                    .collect(),
                known: None,
            })
            .collect();
        Ok(ground)
    }

    /// No example yet, of a suite's question.
    fn empty(suite: &PlannedSuite, dataset: &PlannedDataset) -> Self {
        Self {
            examples: Examples::new(suite),
            positions: matches!(suite.question, Question::Positions(_)),
            units: Vec::new(),
            cluster_of: Vec::new(),
            clusters: 0,
            class_of: Vec::new(),
            names: dataset.classes.clone(),
            classes: Vec::new(),
            nothing: None,
            several: matches!(suite.question, Question::Classes(_)),
            labels: matches!(suite.question, Question::Labels(_)),
            values: Vec::new(),
            numbers: matches!(suite.question, Question::Values(_)),
        }
    }

    fn add(
        &mut self,
        dataset: &PlannedDataset,
        wanted: &[u8],
        fact: &Facts,
    ) -> Result<(), JudgeError> {
        let example = u32::try_from(self.examples.len()).unwrap_or(u32::MAX);
        let flawed = |reason| JudgeError::Example {
            dataset: dataset.name.clone(),
            id: fact.id.clone(),
            reason,
        };
        if self.numbers {
            self.values.push(value_of(fact).map_err(flawed)?);
            self.units.push(Unit { example, offset: 0 });
            self.class_of.push(None);
        } else {
            let known = |class: u8| {
                usize::from(class) < dataset.classes.len()
                    && (self.positions || Some(class) == self.nothing || wanted.contains(&class))
            };
            let units = units_of(fact, self.positions, known).map_err(flawed)?;
            for (offset, class) in units {
                self.units.push(Unit { example, offset });
                self.class_of.push(Some(class));
            }
        }
        self.examples.add(dataset, fact);
        Ok(())
    }

    /// Numbers the clusters of the units by name.
    fn number_clusters(&mut self) {
        let (of_example, clusters) = self.examples.number_clusters();
        let units = self.units.iter();
        self.cluster_of = units
            .map(|unit| of_example[unit.example as usize])
            .collect();
        self.clusters = clusters;
    }

    /// The class's name as scores have it: `None` for a binary suite.
    #[must_use]
    pub fn class_name(&self, class: usize) -> Option<String> {
        let named = self.positions || self.several || self.labels;
        named.then(|| self.classes[class].name.clone())
    }

    /// How a unit is called in texts, in the singular.
    #[must_use]
    pub fn unit_name(&self) -> &'static str {
        match (self.positions, self.labels) {
            (true, _) => "true site",
            (_, true) => "example-label pair",
            _ => "example",
        }
    }

    /// Index into `names` of a scored class.
    #[must_use]
    pub fn number_of(&self, class: usize) -> Option<u8> {
        self.index_of(&self.classes[class].name)
    }

    /// Index into `names` of a class; that of "nothing here" where the dataset does not have it.
    #[must_use]
    pub fn index_of(&self, class: &str) -> Option<u8> {
        let found = self.names.iter().position(|known| known == class);
        let found = found.and_then(|index| u8::try_from(index).ok());
        found.or(self.nothing)
    }

    /// The units where calls are compared: none where the answer is a number or labels; every example, or the true sites, since almost every other
    /// position is called nothing by everyone. Where the target is destroyed, those that were
    /// positive.
    #[must_use]
    pub fn compared(&self, destroyed: bool) -> Vec<usize> {
        let called = match self.numbers || self.labels {
            true => 0,
            false => self.units.len(),
        };
        (0..called)
            .filter(|&unit| {
                let site = self.class_of[unit] != self.nothing;
                site || !(self.positions || destroyed)
            })
            .collect()
    }
}

/// The draws of clusters for a dataset: one set for every model, variant, perturbation and metric.
#[must_use]
pub fn draws(examples: &Digest, clusters: usize, replicates: usize, seed: u64) -> ClusterDraws {
    ClusterDraws::new(clusters, replicates, seed, &format!("bootstrap {examples}"))
}

fn class_index(dataset: &PlannedDataset, class: &str) -> Result<u8, JudgeError> {
    let found = dataset.classes.iter().position(|known| known == class);
    found
        .and_then(|index| u8::try_from(index).ok())
        .ok_or_else(|| JudgeError::Plan {
            what: format!("class {class:?} of dataset {}", dataset.name),
        })
}

/// The number that is true of an example.
fn value_of(fact: &Facts) -> Result<f64, String> {
    match fact.target {
        Target::Value(value) if value.is_finite() => Ok(value),
        Target::Value(_) => Err("has a target that is not finite".to_owned()),
        _ => Err("has classes, the suite asks for a number".to_owned()),
    }
}

/// Offset and class of each scored unit of an example.
fn units_of(
    fact: &Facts,
    positions: bool,
    known: impl Fn(u8) -> bool,
) -> Result<Vec<(u32, u8)>, String> {
    let check = |class: u8| {
        let unknown = || format!("class number {class} is not one that the suite asks about");
        known(class).then_some(class).ok_or_else(unknown)
    };
    match (&fact.target, positions) {
        (Target::Class(class), false) => {
            let class = u8::try_from(*class).map_err(|_| "class number over 255".to_owned())?;
            Ok(vec![(0, check(class)?)])
        }
        (Target::Positions { truth, scored }, true) => {
            let inside = |offset: usize| {
                let class = truth.get(offset).copied();
                let class =
                    class.ok_or_else(|| format!("position {offset} is scored, without a truth"))?;
                Ok((offset as u32, check(class)?))
            };
            scored.iter().flat_map(Clone::clone).map(inside).collect()
        }
        (Target::Labels(_), _) => Err("has labels, the suite asks about classes".to_owned()),
        (Target::Value(_), _) => Err("has a number, the suite asks about classes".to_owned()),
        (Target::Class(_), true) => Err("has one class, the suite asks about positions".to_owned()),
        (Target::Positions { .. }, false) => {
            Err("has classes by position, the suite asks about examples".to_owned())
        }
    }
}
