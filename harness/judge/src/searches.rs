//! What searches found, summarised: how often calls change within a number of substitutions, what single-base changes do.
//!
//! Shares have Wilson's intervals on effective units, paired differences of shares those that are made of flips, means those of a
//! bootstrap over whole clusters: as the scores and comparisons of cells have.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use titer_core::{Attack, Digest, Mutant, Tables};
use titer_spec::Plan;
use titer_spec::plan::{PlannedDataset, PlannedSearch, SearchSpec};

use crate::error::JudgeError;
use crate::stored;

mod adversarial;
mod effects;
mod mutagenesis;
mod shares;

/// What a search left, or why it left nothing.
pub type Left<T> = Result<Vec<T>, String>;

/// Where what searches found comes from.
pub trait Searched {
    /// The cluster of each example of a dataset by its id; an example of no cluster is one of its own.
    ///
    /// # Errors
    /// They cannot be read, or lack the cluster that the dataset declares.
    fn clusters(&self, dataset: &PlannedDataset) -> Result<BTreeMap<String, String>, JudgeError>;

    /// How many examples a search drew; 0 where it did not end.
    ///
    /// # Errors
    /// The cell cannot be read.
    fn drawn(&self, key: &Digest) -> Result<u64, JudgeError>;

    /// What an adversarial search found.
    ///
    /// # Errors
    /// It cannot be read.
    fn attacks(&self, key: &Digest) -> Result<Left<Attack>, JudgeError>;

    /// What mutagenesis found.
    ///
    /// # Errors
    /// It cannot be read.
    fn mutants(&self, key: &Digest) -> Result<Left<Mutant>, JudgeError>;
}

/// A search beside the one that it is held against.
struct Held<'a> {
    search: &'a PlannedSearch,
    /// The base's variant, with its model where that is another; `None` of a base.
    base: Option<String>,
}

impl<'a> Held<'a> {
    fn new(plan: &Plan, search: &'a PlannedSearch) -> Self {
        let key = search.base.as_ref();
        let base = key.and_then(|key| plan.searches.iter().find(|it| it.cell.key == *key));
        let name = |base: &PlannedSearch| {
            let (own, base) = (&search.cell.case, &base.cell.case);
            match own.model == base.model {
                true => base.variant.clone(),
                false => format!("{} {}", base.model, base.variant),
            }
        };
        Self {
            search,
            base: base.map(name),
        }
    }
}

/// Adds the tables of searches, in the plan's order of suites, datasets and variants.
///
/// # Errors
/// The plan contradicts itself, or something cannot be read.
pub fn add(plan: &Plan, source: &dyn Searched, judged: &mut Tables) -> Result<(), JudgeError> {
    let mut order: Vec<&PlannedSearch> = plan.searches.iter().collect();
    order.sort_by_key(|search| place(plan, search));
    let mut clusters: BTreeMap<(&str, &str), BTreeMap<String, String>> = BTreeMap::new();
    for search in order {
        let case = &search.cell.case;
        let data = (case.suite.as_str(), case.dataset.as_str());
        let clusters = match clusters.entry(data) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(unknown) => {
                let dataset = stored::dataset_of(plan, &search.cell)?;
                unknown.insert(source.clusters(dataset)?)
            }
        };
        let held = Held::new(plan, search);
        match &search.search {
            SearchSpec::Adversarial(asked) => {
                let rows = adversarial::rows(plan, asked, &held, clusters, source)?;
                judged.adversarial.extend(rows);
            }
            SearchSpec::Mutagenesis { .. } => {
                let (effects, agreement) = mutagenesis::rows(plan, &held, clusters, source)?;
                judged.mutagenesis.extend(effects);
                judged.mutagenesis_agreement.extend(agreement);
            }
        }
    }
    Ok(())
}

/// Where a search stands in a plan: its suite, dataset, model, variant.
fn place(plan: &Plan, search: &PlannedSearch) -> [usize; 4] {
    let case = &search.cell.case;
    let last = usize::MAX;
    let suite = plan.suites.iter().position(|one| one.name == case.suite);
    let datasets = suite.map_or(&[][..], |suite| &plan.suites[suite].datasets);
    let dataset = datasets.iter().position(|one| one.name == case.dataset);
    let model = plan.models.iter().position(|one| one.name == case.model);
    let variants = model.map_or(&[][..], |model| &plan.models[model].variants);
    let variant = variants.iter().position(|one| one.name == case.variant);
    [suite, dataset, model, variant].map(|at| at.unwrap_or(last))
}

#[cfg(test)]
mod tests;
