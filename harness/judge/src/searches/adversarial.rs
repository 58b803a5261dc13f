//! How often a search changes a variant's call, beside random substitutions and beside the reference.

use std::collections::{BTreeMap, BTreeSet};

use titer_core::search::{BEAM, GREEDY, RANDOM, RANDOM_ONCE, TRANSFER};
use titer_core::{AdversarialSuccess, Attack, Estimate, FurtherLoss, Undefined};
use titer_spec::evaluation::Adversarial;
use titer_spec::{Plan, RareFlips};

use super::shares::{Outcome, clusters, difference, share};
use super::{Held, Left, Searched};
use crate::cells::failed;
use crate::error::JudgeError;

/// The rows of one variant on one dataset: strategies in order, of each the numbers of substitutions.
pub(super) fn rows(
    plan: &Plan,
    asked: &Adversarial,
    held: &Held<'_>,
    clusters: &BTreeMap<String, String>,
    source: &dyn Searched,
) -> Result<Vec<AdversarialSuccess>, JudgeError> {
    let key = &held.search.cell.key;
    let base = held.search.base.as_ref();
    let of = Of {
        held,
        clusters,
        rare_flips: plan.rare_flips,
        drawn: source.drawn(key)?,
        own: source.attacks(key)?,
        base: base.map(|base| source.attacks(base)).transpose()?,
    };
    let mut kinds: Vec<Kind> = asked.beams.iter().map(|&beam| Kind::beam(beam)).collect();
    kinds.push(Kind {
        strategy: RANDOM,
        beam: None,
    });
    kinds.push(Kind {
        strategy: RANDOM_ONCE,
        beam: None,
    });
    if held.base.is_some() {
        let beam = asked.beams.iter().copied().max();
        kinds.push(Kind {
            strategy: TRANSFER,
            beam,
        });
    }
    let kinds = kinds.iter();
    Ok(kinds
        .flat_map(|kind| {
            asked
                .substitutions
                .iter()
                .map(|&number| of.row(kind, number))
        })
        .collect())
}

/// A strategy.
#[derive(Clone, Copy)]
struct Kind {
    strategy: &'static str,
    beam: Option<u64>,
}

impl Kind {
    fn beam(width: u64) -> Self {
        Self {
            strategy: if width == 1 { GREEDY } else { BEAM },
            beam: Some(width),
        }
    }

    fn is_search(self) -> bool {
        matches!(self.strategy, GREEDY | BEAM)
    }
}

/// What is known of one variant on one dataset.
struct Of<'a> {
    held: &'a Held<'a>,
    clusters: &'a BTreeMap<String, String>,
    rare_flips: RareFlips,
    drawn: u64,
    own: Left<Attack>,
    base: Option<Left<Attack>>,
}

impl Of<'_> {
    /// What a strategy found within so many substitutions; of a transfer the base's own is asked for by its beam.
    fn found(rows: &[Attack], kind: Kind, number: u64) -> Vec<&Attack> {
        let is = |row: &&Attack| {
            row.strategy == kind.strategy && row.beam == kind.beam && row.substitutions == number
        };
        rows.iter().filter(is).collect()
    }

    fn outcomes<'b>(&'b self, rows: &[&'b Attack]) -> Vec<Outcome<'b>> {
        let one = |row: &&'b Attack| Outcome {
            id: &row.id,
            cluster: self
                .clusters
                .get(&row.id)
                .map_or(row.id.as_str(), String::as_str),
            has_changed: row.success,
        };
        rows.iter().map(one).collect()
    }

    fn row(&self, kind: &Kind, number: u64) -> AdversarialSuccess {
        let own = match &self.own {
            Ok(rows) => Self::found(rows, *kind, number),
            Err(reason) => return self.blank(*kind, number, Estimate::undefined(&failed(reason))),
        };
        let all = self.outcomes(&own);
        let base = self.base_rows(*kind, number);
        let counted: Vec<&Attack> = match (kind.strategy, &base) {
            (TRANSFER, Some(Ok(base))) => {
                let changed = base.iter().filter(|row| row.success);
                let changed: BTreeSet<&str> = changed.map(|row| row.id.as_str()).collect();
                let is_changed = |row: &&&Attack| changed.contains(row.id.as_str());
                own.iter().filter(is_changed).copied().collect()
            }
            _ => own.clone(),
        };
        let outcomes = self.outcomes(&counted);
        let rate = match (kind.strategy, &base) {
            (TRANSFER, Some(Err(reason))) => Estimate::undefined(&failed(reason)),
            (TRANSFER, _) if counted.is_empty() => Estimate::undefined(&Undefined::because(
                "no substitutions changed the reference's call of an example that this variant calls right",
            )),
            _ => share(&outcomes),
        };
        let beyond = kind.is_search().then(|| {
            let rows = self.own.as_deref().unwrap_or_default();
            let random = Self::found(
                rows,
                Kind {
                    strategy: RANDOM,
                    beam: None,
                },
                number,
            );
            difference(&all, &self.outcomes(&random), self.rare_flips)
        });
        let held = match (&self.held.base, base) {
            (Some(name), Some(Ok(base))) => {
                let further = difference(&all, &self.outcomes(&base), self.rare_flips);
                FurtherLoss::than(name.clone(), further)
            }
            (Some(name), Some(Err(reason))) => {
                FurtherLoss::than(name.clone(), Estimate::undefined(&failed(&reason)))
            }
            _ => FurtherLoss::default(),
        };
        let successes: Vec<&&Attack> = counted.iter().filter(|row| row.success).collect();
        AdversarialSuccess {
            queries_at_most: own.iter().map(|row| row.queries_at_most).max(),
            examples: counted.len() as u64,
            successes: successes.len() as u64,
            clusters: clusters(&outcomes),
            queries_mean: mean(own.iter().map(|row| row.queries as f64)),
            edits_per_100_bases: mean(
                successes
                    .iter()
                    .map(|row| 100.0 * row.edits as f64 / (row.bases.max(1)) as f64),
            ),
            beyond_random: beyond.as_ref().and_then(|of| of.value),
            beyond_random_lower: beyond.as_ref().and_then(|of| of.lower),
            beyond_random_upper: beyond.as_ref().and_then(|of| of.upper),
            beyond_random_undefined: beyond.and_then(|of| of.undefined.or(of.interval_undefined)),
            held,
            ..self.blank(*kind, number, rate)
        }
    }

    /// The base's rows that this kind's are held against: those of the same strategy, of a transfer the search's that found them.
    fn base_rows(&self, kind: Kind, number: u64) -> Option<Result<Vec<&Attack>, String>> {
        let kind = match (kind.strategy, kind.beam) {
            (TRANSFER, Some(beam)) => Kind::beam(beam),
            _ => kind,
        };
        let base = self.base.as_ref()?;
        Some(match base {
            Ok(rows) => Ok(Self::found(rows, kind, number)),
            Err(reason) => Err(reason.clone()),
        })
    }

    fn blank(&self, kind: Kind, number: u64, rate: Estimate) -> AdversarialSuccess {
        let case = &self.held.search.cell.case;
        AdversarialSuccess {
            suite: case.suite.clone(),
            model: case.model.clone(),
            variant: case.variant.clone(),
            dataset: case.dataset.clone(),
            split: case.split.clone(),
            strategy: kind.strategy.to_owned(),
            beam: kind.beam,
            substitutions: number,
            queries_at_most: None,
            drawn: self.drawn,
            examples: 0,
            successes: 0,
            rate,
            clusters: 0,
            queries_mean: None,
            edits_per_100_bases: None,
            beyond_random: None,
            beyond_random_lower: None,
            beyond_random_upper: None,
            beyond_random_undefined: None,
            held: FurtherLoss::default(),
        }
    }
}

fn mean(numbers: impl Iterator<Item = f64>) -> Option<f64> {
    let numbers: Vec<f64> = numbers.collect();
    let sum: f64 = numbers.iter().sum();
    (!numbers.is_empty()).then(|| sum / numbers.len() as f64)
}
