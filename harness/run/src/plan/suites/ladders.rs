//! A suite's ladders: every step is a dataset of the suite, or a group of one of them.

use std::collections::BTreeSet;

use titer_spec::plan::{PlannedLadder, PlannedStep, Rungs};
use titer_spec::suite::{FEWEST_STEPS, Ladder, Shift};
use titer_spec::{Document, Located, SpecError, Suite, suggest};

use super::strata::declared;
use crate::error::RunError;
use crate::plan::Planned;

/// Strata whose groups have an order or a name that examples carry: what a ladder may go by without a column.
const DERIVED: [&str; 4] = ["chromosome", "gc", "length", "strand"];

/// A dataset that the suite lists.
pub(super) struct Listed {
    /// As the suite writes it: a name or a path.
    pub written: String,
    /// Its own name.
    pub name: String,
    /// Whether it is data like the training data.
    pub in_distribution: bool,
    /// Whether it is in the part of the evaluation that is planned.
    pub planned: bool,
}

/// The suite's ladders; those that need a dataset which this part of the evaluation leaves out are left out with it.
pub(super) fn ladders(
    suite: &Document<Suite>,
    planned: &Planned,
    listed: &[Listed],
) -> Result<Vec<PlannedLadder>, RunError> {
    shifts(suite)?;
    let mut names = BTreeSet::new();
    let mut ladders = Vec::new();
    for (index, given) in suite.value.ladders.iter().enumerate() {
        if !names.insert(given.ladder.value.as_str()) {
            let message = format!("ladder: `{}` stands twice", given.ladder.value);
            return Err(suite
                .error(&given.ladder, message, "give each a name of its own")
                .into());
        }
        let of = Of {
            suite,
            listed,
            given,
            index,
        };
        let ladder = match (given.steps.is_empty(), &given.dataset, &given.by) {
            (false, None, None) => of.datasets()?,
            (true, Some(dataset), Some(by)) => of.groups(planned, dataset, by)?,
            _ => return Err(of.neither().into()),
        };
        let is_planned = |name: &str| listed.iter().any(|one| one.name == name && one.planned);
        if ladder.datasets().all(is_planned) {
            ladders.push(ladder);
        }
    }
    Ok(ladders)
}

/// What is like the training data is not shifted.
fn shifts(suite: &Document<Suite>) -> Result<(), SpecError> {
    let mut inside = suite.value.in_distribution.iter();
    match inside.find_map(|entry| entry.shift.as_ref()) {
        None => Ok(()),
        Some(shift) => Err(suite.error(
            shift,
            "shift: data in distribution is home, nothing is shifted",
            "take it out, or list the dataset under `out_of_distribution`",
        )),
    }
}

/// A ladder, with what errors point into.
struct Of<'a> {
    suite: &'a Document<Suite>,
    listed: &'a [Listed],
    given: &'a Ladder,
    index: usize,
}

impl Of<'_> {
    fn error(&self, field: &str, message: impl Into<String>, cure: &str) -> SpecError {
        let field = format!("ladders.{}.{field}", self.index);
        let at = self.suite.place(&self.given.ladder, &field);
        self.suite.error(&at, message, cure)
    }

    fn neither(&self) -> SpecError {
        let message = format!(
            "ladder: `{}` needs either `steps`, or a `dataset` and what it goes `by`",
            self.given.ladder.value
        );
        let cure = "write `steps: [home, nearer, further]` for datasets, or `dataset: home` and `by: gc` for groups of one";
        self.suite.error(&self.given.ladder, message, cure)
    }

    /// The dataset of the suite that is called so.
    fn find(&self, field: &str, at: &Located<String>) -> Result<&Listed, SpecError> {
        let mut listed = self.listed.iter();
        let found = listed.find(|one| one.name == at.value || one.written == at.value);
        found.ok_or_else(|| {
            let known: Vec<&str> = self.listed.iter().map(|one| one.name.as_str()).collect();
            let message = format!("{field}: `{}` is no dataset of this suite", at.value);
            self.suite
                .error(at, message, suggest::cure(&at.value, &known))
        })
    }

    fn datasets(&self) -> Result<PlannedLadder, RunError> {
        let given = self.given;
        if let Some(group) = given.groups.first() {
            let message = "groups: only a ladder that goes `by` a stratum has groups";
            return Err(self.suite.error(group, message, "take it out").into());
        }
        if let Some(strata) = &given.strata {
            let message = "strata: only a ladder that goes `by` a stratum is cut into groups";
            return Err(self.suite.error(strata, message, "take it out").into());
        }
        if given.steps.len() < FEWEST_STEPS {
            let message = format!(
                "steps: {} of the {FEWEST_STEPS} that a slope needs, home among them",
                given.steps.len()
            );
            let cure = "add datasets; what is lost from one dataset to another stands under falls";
            return Err(self.error("steps", message, cure).into());
        }
        let Some(shift) = &given.shift else {
            let message = format!(
                "shift: what changes along `{}` is not said",
                given.ladder.value
            );
            let cure =
                "write one of species, chromosome, gc, length, position, assay, time, prevalence";
            return Err(self.suite.error(&given.ladder, message, cure).into());
        };
        let mut steps: Vec<PlannedStep> = Vec::new();
        for (number, step) in given.steps.iter().enumerate() {
            let at = Located {
                value: step.value.dataset.clone(),
                line: step.line,
                column: step.column,
            };
            let found = self.find("steps", &at)?;
            if number == 0 && !found.in_distribution {
                let message = format!("steps: `{}` is not in distribution", at.value);
                let cure = "the first step is home: name a dataset of `in_distribution`";
                return Err(self.suite.error(&at, message, cure).into());
            }
            if steps.iter().any(|other| other.dataset == found.name) {
                let message = format!("steps: `{}` stands twice", at.value);
                return Err(self.suite.error(&at, message, "list it once").into());
            }
            steps.push(PlannedStep {
                dataset: found.name.clone(),
                distance: step.value.distance,
            });
        }
        self.distances(&steps)?;
        Ok(PlannedLadder {
            name: given.ladder.value.clone(),
            shift: Some(shift.value),
            unit: given.unit.as_ref().map(|unit| unit.value.clone()),
            rungs: Rungs::Datasets(steps),
        })
    }

    /// Either all steps state a distance, in a unit, and each is further than the one before, or none does.
    fn distances(&self, steps: &[PlannedStep]) -> Result<(), SpecError> {
        let stated = steps.iter().filter(|step| step.distance.is_some()).count();
        if let Some(unit) = self.given.unit.as_ref().filter(|_| stated == 0) {
            let cure = "write each step as `{dataset: .., distance: ..}`, or take `unit` out";
            let message = "unit: no step states a distance";
            return Err(self.suite.error(unit, message, cure));
        }
        if stated == 0 {
            return Ok(());
        }
        if let Some(number) = steps.iter().position(|step| step.distance.is_none()) {
            let step = &self.given.steps[number];
            let message = format!(
                "steps: `{}` states no distance, others do",
                step.value.dataset
            );
            let cure = "give every step its distance (home's is usually 0), or none: then steps count 0, 1, 2";
            return Err(self.suite.error(step, message, cure));
        }
        if self.given.unit.is_none() {
            let message = "unit: what the distances are in is not said";
            let cure = "add `unit: Myr`, or whatever they are in";
            return Err(self.suite.error(&self.given.ladder, message, cure));
        }
        let nearer = steps
            .windows(2)
            .position(|pair| pair[1].distance <= pair[0].distance);
        match nearer {
            None => Ok(()),
            Some(number) => {
                let step = &self.given.steps[number + 1];
                let message = format!(
                    "steps: `{}` is no further than the step before it",
                    step.value.dataset
                );
                Err(self
                    .suite
                    .error(step, message, "order the steps by distance"))
            }
        }
    }

    /// Groups that are listed are enough for a slope, each once, and of a stratum whose groups have names.
    fn named_groups(&self, is_number: bool) -> Result<(), SpecError> {
        let groups = &self.given.groups;
        let Some(first) = groups.first() else {
            return Ok(());
        };
        if is_number {
            let message = "groups: `gc` and `length` have an order of their own";
            let cure = "take it out, or cut them into equal parts with `strata: 4`";
            return Err(self.suite.error(first, message, cure));
        }
        if groups.len() < FEWEST_STEPS {
            let message = format!(
                "groups: {} of the {FEWEST_STEPS} that a slope needs, home among them",
                groups.len()
            );
            return Err(self
                .suite
                .error(first, message, "list more groups, or take it out"));
        }
        let mut seen = BTreeSet::new();
        match groups
            .iter()
            .find(|group| !seen.insert(group.value.as_str()))
        {
            None => Ok(()),
            Some(twice) => {
                let message = format!("groups: `{}` stands twice", twice.value);
                Err(self.suite.error(twice, message, "list it once"))
            }
        }
    }

    fn groups(
        &self,
        planned: &Planned,
        dataset: &Located<String>,
        by: &Located<String>,
    ) -> Result<PlannedLadder, RunError> {
        let given = self.given;
        let found = self.find("dataset", dataset)?;
        if let Some(unit) = &given.unit {
            let message = "unit: groups of one dataset have no distance";
            return Err(self.suite.error(unit, message, "take it out").into());
        }
        let (suite, split) = (&self.suite.value.suite.value, &self.suite.value.split.value);
        let mut known = DERIVED.to_vec();
        known.extend(declared(planned, suite, &found.name, split));
        // What this part of the evaluation leaves out is not read, so that its columns are not known.
        if found.planned && !known.contains(&by.value.as_str()) {
            let message = format!("by: `{}` is no stratum of dataset {}", by.value, found.name);
            return Err(self
                .suite
                .error(by, message, suggest::cure(&by.value, &known))
                .into());
        }
        let is_number = ["gc", "length"].contains(&by.value.as_str());
        if let Some(strata) = given.strata.as_ref().filter(|_| !is_number) {
            let message = format!("strata: the groups of `{}` are its own", by.value);
            let cure = "take it out: only `gc` and `length` are cut into equal parts";
            return Err(self.suite.error(strata, message, cure).into());
        }
        self.named_groups(is_number)?;
        let shift = given.shift.as_ref().map(|shift| shift.value);
        Ok(PlannedLadder {
            name: given.ladder.value.clone(),
            shift: shift.or(Shift::of_stratum(&by.value)),
            unit: None,
            rungs: Rungs::Groups {
                dataset: found.name.clone(),
                order: given
                    .groups
                    .iter()
                    .map(|group| group.value.clone())
                    .collect(),
                stratum: match &given.strata {
                    None => by.value.clone(),
                    Some(parts) => titer_spec::plan::quantiles(&by.value, parts.value),
                },
            },
        })
    }
}
