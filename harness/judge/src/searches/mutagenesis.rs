//! What replacing the base at each place of a window does, on average, and how far variants agree about it.

use std::collections::{BTreeMap, BTreeSet};

use titer_core::{Estimate, Mutant, MutationAgreement, MutationEffect};
use titer_spec::Plan;
use titer_statistics::spearman;

use super::effects::{Draws, logit};
use super::{Held, Left, Searched};
use crate::cells::failed;
use crate::error::JudgeError;

const BASES: [&str; 4] = ["A", "C", "G", "T"];

/// The effects of one variant on one dataset, and how they go with its base's.
pub(super) fn rows(
    plan: &Plan,
    held: &Held<'_>,
    clusters: &BTreeMap<String, String>,
    source: &dyn Searched,
) -> Result<(Vec<MutationEffect>, Option<MutationAgreement>), JudgeError> {
    let own = source.mutants(&held.search.cell.key)?;
    let base = held.search.base.as_ref();
    let base = base.map(|base| source.mutants(base)).transpose()?;
    let mut of = Of {
        held,
        clusters,
        draws: Draws::new(plan.replicates, plan.seed),
        base: base.as_ref().map(by_change),
    };
    Ok(match own {
        Ok(mutants) => (of.effects(&mutants), of.agreement(&mutants)),
        // Nothing is known of any place; the failed cell says why.
        Err(reason) => (Vec::new(), of.no_agreement(&reason)),
    })
}

/// The effects on the logit, by example, place and base.
type Effects<'a> = BTreeMap<(&'a str, u64, &'a str), f64>;

fn by_change(mutants: &Left<Mutant>) -> Result<Effects<'_>, &str> {
    let one = |mutant: &'_ Mutant| effect(mutant);
    match mutants {
        Ok(mutants) => {
            let keyed = mutants
                .iter()
                .map(|it| ((it.id.as_str(), it.position, it.to.as_str()), one(it)));
            Ok(keyed.collect())
        }
        Err(reason) => Err(reason),
    }
}

fn effect(mutant: &Mutant) -> f64 {
    logit(mutant.after) - logit(mutant.before)
}

struct Of<'a> {
    held: &'a Held<'a>,
    clusters: &'a BTreeMap<String, String>,
    draws: Draws,
    base: Option<Result<Effects<'a>, &'a str>>,
}

impl<'a> Of<'a> {
    fn cluster<'b>(&'b self, id: &'b str) -> &'b str {
        self.clusters.get(id).map_or(id, String::as_str)
    }

    fn effects(&mut self, mutants: &[Mutant]) -> Vec<MutationEffect> {
        let mut places: BTreeMap<u64, Vec<&Mutant>> = BTreeMap::new();
        for mutant in mutants {
            places.entry(mutant.position).or_default().push(mutant);
        }
        let mut rows = Vec::new();
        for (position, all) in places {
            for base in BASES {
                rows.push(self.effect(position, base, &all));
            }
        }
        rows
    }

    fn effect(&mut self, position: u64, base: &str, all: &[&Mutant]) -> MutationEffect {
        let ids: BTreeSet<&str> = all.iter().map(|it| it.id.as_str()).collect();
        let have = all.iter().filter(|it| it.from == base);
        let have: BTreeSet<&str> = have.map(|it| it.id.as_str()).collect();
        let changed: Vec<&Mutant> = all.iter().filter(|it| it.to == base).copied().collect();
        let owned: Vec<String> = changed
            .iter()
            .map(|it| self.cluster(&it.id).to_owned())
            .collect();
        let clusters: Vec<&str> = owned.iter().map(String::as_str).collect();
        let effects: Vec<f64> = changed.iter().map(|it| effect(it)).collect();
        let differences = self.differences(&changed);
        let estimate = self.draws.mean(&clusters, effects);
        let difference = differences.map(|differences| match differences {
            Ok(differences) => self.draws.mean(&clusters, differences),
            Err(reason) => Estimate::undefined(&failed(&reason)),
        });
        let probability: f64 = changed.iter().map(|it| it.after - it.before).sum();
        let case = &self.held.search.cell.case;
        MutationEffect {
            suite: case.suite.clone(),
            model: case.model.clone(),
            variant: case.variant.clone(),
            dataset: case.dataset.clone(),
            split: case.split.clone(),
            position,
            base: base.to_owned(),
            share: have.len() as f64 / ids.len() as f64,
            examples: changed.len() as u64,
            clusters: clusters.iter().collect::<BTreeSet<_>>().len() as u64,
            effect: estimate,
            probability: (!changed.is_empty()).then(|| probability / changed.len() as f64),
            base_variant: self.held.base.clone(),
            difference: difference.as_ref().and_then(|of| of.value),
            difference_lower: difference.as_ref().and_then(|of| of.lower),
            difference_upper: difference.as_ref().and_then(|of| of.upper),
            difference_undefined: difference.and_then(|of| of.undefined.or(of.interval_undefined)),
        }
    }

    /// The effects minus the base's; both are asked of the same examples, which the seed chooses.
    fn differences(&self, changed: &[&Mutant]) -> Option<Result<Vec<f64>, String>> {
        let base = match self.base.as_ref()? {
            Ok(base) => base,
            Err(reason) => return Some(Err((*reason).to_owned())),
        };
        let one = |it: &&Mutant| {
            let key = (it.id.as_str(), it.position, it.to.as_str());
            let missing = || format!("the reference was not asked about {}", it.id);
            Ok(effect(it) - base.get(&key).ok_or_else(missing)?)
        };
        Some(changed.iter().map(one).collect())
    }

    fn agreement(&mut self, mutants: &[Mutant]) -> Option<MutationAgreement> {
        let base = match self.base.as_ref()? {
            Ok(base) => base,
            Err(reason) => {
                let reason = (*reason).to_owned();
                return self.no_agreement(&reason);
            }
        };
        let (mut pairs, mut owned, mut ids) = (Vec::new(), Vec::new(), BTreeSet::new());
        for it in mutants {
            let key = (it.id.as_str(), it.position, it.to.as_str());
            if let Some(other) = base.get(&key) {
                pairs.push((effect(it), *other));
                owned.push(self.cluster(&it.id).to_owned());
                ids.insert(it.id.as_str());
            }
        }
        let clusters: Vec<&str> = owned.iter().map(String::as_str).collect();
        let (one, other): (Vec<f64>, Vec<f64>) = pairs.iter().copied().unzip();
        let largest = pairs.iter().map(|(one, other)| (one - other).abs());
        let largest = largest.reduce(f64::max);
        let changes = pairs.len() as u64;
        let pearson = self.draws.pearson(&clusters, pairs);
        Some(MutationAgreement {
            spearman: spearman(&one, &other).ok(),
            largest_difference: largest,
            changes,
            examples: ids.len() as u64,
            clusters: clusters.iter().collect::<BTreeSet<_>>().len() as u64,
            ..self.blank(pearson)?
        })
    }

    fn no_agreement(&self, reason: &str) -> Option<MutationAgreement> {
        self.blank(Estimate::undefined(&failed(reason)))
    }

    fn blank(&self, pearson: Estimate) -> Option<MutationAgreement> {
        let case = &self.held.search.cell.case;
        Some(MutationAgreement {
            suite: case.suite.clone(),
            model: case.model.clone(),
            variant: case.variant.clone(),
            dataset: case.dataset.clone(),
            split: case.split.clone(),
            base_variant: self.held.base.clone()?,
            pearson,
            spearman: None,
            largest_difference: None,
            changes: 0,
            examples: 0,
            clusters: 0,
        })
    }
}
