//! Every build beside its reference, in one row: quality, calibration, robustness, changed calls, time, memory, size, gates.

pub(crate) mod against;
pub(crate) mod costs;
mod short;

use serde::Serialize;
use titer_core::Decision;
use titer_judge::gates::severity;

use crate::context::builds::against::{Column, Of};
use crate::context::builds::costs::{Costs, Ratio};
use crate::context::gates::{Badge, tally, verdicts};
use crate::context::section::{Filled, Room};
use crate::index::{Index, Subject};
use crate::number::{bytes, count, time};

/// Every build beside its reference. On a page without results nothing is linked to them.
pub(super) fn section(index: &Index<'_>, room: Room) -> Option<Filled> {
    let mut builds = builds(index);
    if !room.is_whole() {
        builds.iter_mut().for_each(|one| one.link.clear());
    }
    let cut = room.shorten(&mut builds, "Models", "report.json");
    (!builds.is_empty()).then(|| Filled::new(&builds, "builds", "Builds").cut(cut))
}

/// A model's builds on a suite.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Builds {
    /// The model.
    pub model: String,
    /// Its section of the page.
    pub link: String,
    /// The reference.
    pub reference: Reference,
    /// What is drawn, a column each; empty where there is nothing to draw.
    pub heads: Vec<Head>,
    /// The other builds.
    pub rows: Vec<Build>,
    /// Said beneath: what was left out.
    pub notes: Vec<String>,
}

/// What a column of differences is of.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Head {
    /// "AUROC", "ECE".
    pub metric: String,
    /// The reference's values by dataset: "human-chr20 0.984".
    pub values: Vec<String>,
    /// Why nothing is drawn.
    pub absent: Option<&'static str>,
}

/// The reference's own costs.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Reference {
    /// Its name.
    pub name: String,
    /// The median latency of the smallest batch.
    pub latency: Option<String>,
    /// Peak memory.
    pub memory: Option<String>,
    /// Size of the files.
    pub size: Option<String>,
    /// Its gates.
    pub gates: Option<Tally>,
}

/// A build.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Build {
    /// The variant.
    pub name: String,
    /// Its style's number.
    pub style: usize,
    /// Strips, a column each; `None` where the build has no difference.
    pub strips: Vec<Option<String>>,
    /// "10 of 12,064"; of numbers, the largest change.
    pub changed: Option<String>,
    /// Latency of the smallest batch beside the reference's.
    pub latency: Option<Ratio>,
    /// Peak memory beside the reference's.
    pub memory: Option<Ratio>,
    /// Size beside the reference's.
    pub size: Option<Ratio>,
    /// Its gates.
    pub gates: Option<Tally>,
}

/// What gates say of a build.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Tally {
    /// The worst.
    pub badge: Badge,
    /// "2 fail, 12 pass".
    pub counts: String,
}

impl Reference {
    /// What was measured of it, and what its gates say.
    pub(crate) fn new(index: &Index<'_>, subject: Subject<'_>, costs: &Costs<'_>) -> Self {
        let own = costs.reference;
        let (model, variant) = subject.model.base();
        let peak = own.and_then(|one| one.peak_bytes_max);
        Self {
            name: subject.model.reference.clone(),
            latency: own.and_then(costs::median).map(time),
            memory: peak.map(|peak| bytes(peak as f64)),
            size: costs.reference_bytes.map(|size| bytes(size as f64)),
            gates: gates(index, model, variant),
        }
    }
}

/// Every model on every suite.
pub(crate) fn builds(index: &Index<'_>) -> Vec<Builds> {
    index
        .subjects()
        .into_iter()
        .map(|subject| of(index, subject))
        .collect()
}

fn of(index: &Index<'_>, subject: Subject<'_>) -> Builds {
    let columns = Of::ALL.map(|of| Column::new(index, subject, of));
    let costs = Costs::new(index, subject.model);
    let rows = subject.candidates().into_iter().map(|variant| {
        let strip = |column: &Column| column.strip(&variant.name);
        Build {
            name: variant.name.clone(),
            style: subject.style(&variant.name),
            strips: columns.iter().map(strip).collect(),
            changed: changed(index, subject, &variant.name),
            latency: costs.latency(&variant.name),
            memory: costs.memory(&variant.name),
            size: costs.size(&variant.name),
            gates: gates(index, &subject.model.name, &variant.name),
        }
    });
    Builds {
        model: subject.model.name.clone(),
        link: subject.slug(),
        rows: rows.collect(),
        reference: Reference::new(index, subject, &costs),
        notes: columns
            .iter()
            .filter_map(|column| column.note.clone())
            .collect(),
        heads: columns.into_iter().map(Column::head).collect(),
    }
}

/// Calls that differ from the reference's on clean data, over all datasets.
pub(crate) fn changed(index: &Index<'_>, subject: Subject<'_>, variant: &str) -> Option<String> {
    let datasets = subject.datasets().iter();
    let found: Vec<_> = datasets
        .filter_map(|dataset| index.agreement(subject, variant, &dataset.name))
        .collect();
    let units: u64 = found.iter().map(|one| one.units).sum();
    let flips: u64 = found.iter().map(|one| one.flips()).sum();
    let of = match found.first()?.unit.as_str() {
        "example" => String::new(),
        unit => format!(" {unit}s"),
    };
    (units > 0).then(|| format!("{} of {}{of}", count(flips), count(units)))
}

/// What the gates say of a variant; `None` without a check.
pub(crate) fn gates(index: &Index<'_>, model: &str, variant: &str) -> Option<Tally> {
    let decisions: Vec<Decision> = verdicts(index)
        .filter(|one| one.model == model && one.variant == variant)
        .map(|one| one.decision)
        .collect();
    let worst = decisions.iter().min_by_key(|one| severity(**one))?;
    Some(Tally {
        badge: (*worst).into(),
        counts: tally(decisions.iter().copied()),
    })
}
