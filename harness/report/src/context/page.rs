//! The whole page.

use serde::Serialize;

use crate::context::builds::{Builds, builds};
use crate::context::cost::{Costs, costs};
use crate::context::dataset::{self, DatasetCard};
use crate::context::failures::{Failure, failures, left_out};
use crate::context::findings::{Finding, findings};
use crate::context::gates::{Gates, gates};
use crate::context::glossary::{Term, terms};
use crate::context::header::{Header, header};
use crate::context::losses::{self, LossTable};
use crate::context::model::{self, ModelCard};
use crate::context::reproduce::{Reproduce, reproduce};
use crate::context::suite::{SuiteSection, sections};
use crate::fold::Folded;
use crate::index::Index;

/// The whole page.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Page {
    /// Question and answer.
    pub header: Header,
    /// Whether only a part of what the evaluation asks for ran.
    pub limited: bool,
    /// Every build beside its reference.
    pub builds: Vec<Builds>,
    /// What matters most.
    pub findings: Vec<Finding>,
    /// Gates.
    pub gates: Gates,
    /// Losses, with a gate or without.
    pub losses: Option<LossTable>,
    /// Models that ran.
    pub models: Vec<ModelCard>,
    /// Data that they ran on.
    pub datasets: Vec<DatasetCard>,
    /// The machine's facts.
    pub machine: Vec<(String, String)>,
    /// A section per suite.
    pub suites: Vec<SuiteSection>,
    /// Time, memory and size.
    pub costs: Vec<Costs>,
    /// What failed.
    pub failures: Vec<Failure>,
    /// What was left out.
    pub left_out: Vec<Failure>,
    /// Words.
    pub glossary: Vec<Term>,
    /// How to get it again.
    pub reproduce: Reproduce,
    /// Titer's version.
    pub titer: String,
    /// Where the rest is, if one page cannot hold the run.
    pub folded: Option<Folded>,
}

impl Page {
    /// Fills the page.
    pub(crate) fn new(index: &Index<'_>) -> Self {
        let manifest = &index.input.manifest;
        Self {
            header: header(index),
            limited: index.limited(),
            builds: builds(index),
            findings: findings(index),
            gates: gates(index),
            losses: losses::table(index),
            models: model::cards(index),
            datasets: dataset::cards(index),
            machine: manifest.machine.clone().into_iter().collect(),
            suites: sections(index),
            costs: costs(index),
            failures: failures(index),
            left_out: left_out(index),
            glossary: terms(index),
            reproduce: reproduce(index),
            titer: manifest.titer.clone(),
            folded: None,
        }
    }
}
