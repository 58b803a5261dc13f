//! The ground truth of a suite's dataset, cut into the units that are scored: examples, or positions.

use std::sync::Arc;

use titer_core::{Digest, Target};
use titer_spec::Question;
use titer_spec::plan::{PlannedDataset, PlannedSuite};
use titer_statistics::ClusterDraws;

use crate::error::JudgeError;
use crate::examples::{Examples, Grouping};
use crate::facts::{Facts, TakeFacts};
use crate::falls::Clusters;
use crate::strata::Strata;
use crate::stratum::CLASS;
use crate::units::{Unit, Units};

mod labels;

/// One class held against the rest.
#[derive(Clone, Debug)]
pub struct ClassTruth {
    /// The class's name.
    pub name: String,
    /// Whether each unit is of it.
    pub truth: Arc<[bool]>,
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
    pub units: Units,
    /// The cluster of each unit; clusters are numbered by name.
    pub cluster_of: Arc<[u32]>,
    /// How many clusters there are.
    pub clusters: usize,
    /// The clusters by name, to be held against those of another dataset.
    pub named_clusters: Clusters,
    /// Index into `names` of each unit's true class; nothing where the truth is a number or labels.
    class_of: Vec<Option<u8>>,
    /// The groups of each stratum that the suite asks for, and of the true class.
    strata: Vec<(String, Arc<Strata>)>,
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
    pub values: Arc<[f64]>,
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
        let (mut grouping, mut values) = (Grouping::new(suite), Vec::new());
        read(&mut |fact| {
            match ground.numbers {
                true => values.push(ground.add_value(dataset, &fact)?),
                false => ground.add_classes(dataset, &wanted, &fact)?,
            }
            ground.examples.add(&fact);
            grouping.add(dataset, &fact);
            Ok(())
        })?;
        ground.values = values.into();
        let truth = |class| ground.class_of.iter().map(move |&of| of == Some(class));
        let classes = scored.into_iter().zip(wanted);
        let classes = classes.map(|(name, class)| ClassTruth {
            name,
            truth: truth(class).collect(),
            known: None,
        });
        ground.classes = classes.collect();
        ground.close(dataset, &grouping);
        Ok(ground)
    }

    /// No example yet, of a suite's question.
    fn empty(suite: &PlannedSuite, dataset: &PlannedDataset) -> Self {
        Self {
            examples: Examples::default(),
            positions: matches!(suite.question, Question::Positions(_)),
            units: match suite.question {
                Question::Positions(_) => Units::Positions(Vec::new()),
                _ => Units::Examples(0),
            },
            cluster_of: Arc::default(),
            clusters: 0,
            named_clusters: Clusters::new(dataset, std::iter::empty()),
            class_of: Vec::new(),
            strata: Vec::new(),
            names: dataset.classes.clone(),
            classes: Vec::new(),
            nothing: None,
            several: matches!(suite.question, Question::Classes(_)),
            labels: matches!(suite.question, Question::Labels(_)),
            values: Arc::default(),
            numbers: matches!(suite.question, Question::Values(_)),
        }
    }

    /// The number of the example that comes next.
    fn next_example(&self) -> u32 {
        u32::try_from(self.examples.len()).unwrap_or(u32::MAX)
    }

    /// Takes the one unit of an example in, whose truth is a number.
    fn add_value(&mut self, dataset: &PlannedDataset, fact: &Facts) -> Result<f64, JudgeError> {
        let value = value_of(fact).map_err(|reason| flawed(dataset, fact, reason))?;
        let example = self.next_example();
        self.units.push(Unit { example, offset: 0 });
        Ok(value)
    }

    /// Takes the units of an example in, whose truth is a class.
    fn add_classes(
        &mut self,
        dataset: &PlannedDataset,
        wanted: &[u8],
        fact: &Facts,
    ) -> Result<(), JudgeError> {
        let example = self.next_example();
        let known = |class: u8| {
            usize::from(class) < dataset.classes.len()
                && (self.positions || Some(class) == self.nothing || wanted.contains(&class))
        };
        let units = units_of(fact, self.positions, known);
        for (offset, class) in units.map_err(|reason| flawed(dataset, fact, reason))? {
            self.units.push(Unit { example, offset });
            self.class_of.push(Some(class));
        }
        Ok(())
    }

    /// Says of units what was said of examples: there are no more of them.
    fn close(&mut self, dataset: &PlannedDataset, grouping: &Grouping) {
        let (of_example, clusters) = grouping.number_clusters(&self.examples);
        self.cluster_of = match &self.units {
            Units::Examples(_) => of_example.into(),
            Units::Positions(units) => {
                let units = units.iter();
                units
                    .map(|unit| of_example[unit.example as usize])
                    .collect()
            }
        };
        self.clusters = clusters;
        self.named_clusters = grouping.clusters(&self.examples, dataset);
        let of_examples = |(name, groups): &(String, _)| {
            let strata = Strata::of_examples(groups, &self.units);
            (name.clone(), Arc::new(strata))
        };
        let classes = Strata::of_classes(&self.class_of, &self.names);
        let classes = (CLASS.to_owned(), Arc::new(classes));
        let strata = grouping.strata.iter().map(of_examples);
        self.strata = strata.chain([classes]).collect();
    }

    /// The groups of a stratum: `chromosome`, `strand`, `gc`, `length`, `class`, `species`, or one that the dataset
    /// declares. There are none of one that the suite does not ask for.
    #[must_use]
    pub fn strata(&self, stratum: &str) -> Arc<Strata> {
        let mut known = self.strata.iter();
        let known = known.find(|(name, _)| name == stratum);
        known.map_or_else(Arc::default, |(_, strata)| Arc::clone(strata))
    }

    /// Index into `names` of a unit's true class; `None` where the truth is a number or labels.
    #[must_use]
    pub fn class_of(&self, unit: usize) -> Option<u8> {
        self.class_of.get(unit).copied().flatten()
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
    pub fn compared(&self, destroyed: bool) -> impl Iterator<Item = usize> {
        let called = match self.numbers || self.labels {
            true => 0,
            false => self.units.len(),
        };
        (0..called).filter(move |&unit| {
            let site = self.class_of(unit) != self.nothing;
            site || !(self.positions || destroyed)
        })
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

fn flawed(dataset: &PlannedDataset, fact: &Facts, reason: String) -> JudgeError {
    JudgeError::Example {
        dataset: dataset.name.clone(),
        id: fact.id.clone(),
        reason,
    }
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
