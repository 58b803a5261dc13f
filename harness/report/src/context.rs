//! What the page says, as plain structures that templates walk: one file per section of the page, and one per block of a
//! model's results. A new one is a line in [`SECTIONS`] or [`BLOCKS`].

pub(crate) mod ablations;
pub(crate) mod adversarial;
pub(crate) mod against;
pub(crate) mod agreement_words;
pub(crate) mod answers;
pub(crate) mod block;
pub(crate) mod builds;
pub(crate) mod cell;
pub(crate) mod cost;
pub(crate) mod cost_picture;
pub(crate) mod curves;
pub(crate) mod dataset;
pub(crate) mod detection;
pub(crate) mod differences;
pub(crate) mod doses;
pub(crate) mod examples;
pub(crate) mod failures;
pub(crate) mod falls;
pub(crate) mod findings;
pub(crate) mod folded;
pub(crate) mod gate_picture;
pub(crate) mod gates;
pub(crate) mod glance;
pub(crate) mod glossary;
pub(crate) mod groups;
pub(crate) mod header;
pub(crate) mod inputs;
mod invariances;
pub(crate) mod labels;
pub(crate) mod ladders;
pub(crate) mod losses;
pub(crate) mod model;
mod must_fall;
pub(crate) mod mutagenesis;
pub(crate) mod notes;
pub(crate) mod page;
pub(crate) mod paired_tests;
pub(crate) mod pictures;
pub(crate) mod prevalence;
pub(crate) mod ran;
pub(crate) mod recalibration;
pub(crate) mod reproduce;
pub(crate) mod robustness;
pub(crate) mod scores;
pub(crate) mod section;
mod severities;
pub(crate) mod suite;
pub(crate) mod table;
pub(crate) mod truncated;
pub(crate) mod worth;

use block::BlockOf;
use section::Section;

use crate::template::template;

pub(crate) use page::Page;

/// The sections of the page, from the top.
pub(crate) const SECTIONS: &[Section] = &[
    Section {
        key: "header",
        template: template!("parts/verdict.html"),
        fill: header::section,
    },
    Section {
        key: "builds",
        template: template!("parts/builds.html"),
        fill: builds::section,
    },
    Section {
        key: "findings",
        template: template!("parts/findings.html"),
        fill: findings::section,
    },
    Section {
        key: "folded",
        template: template!("parts/folded.html"),
        fill: folded::section,
    },
    Section {
        key: "gates",
        template: template!("parts/gates.html"),
        fill: gates::section,
    },
    Section {
        key: "losses",
        template: template!("parts/losses.html"),
        fill: losses::section,
    },
    Section {
        key: "ladders",
        template: template!("parts/ladders.html"),
        fill: ladders::section,
    },
    Section {
        key: "ablations",
        template: template!("parts/ablations.html"),
        fill: ablations::section,
    },
    Section {
        key: "adversarial",
        template: template!("parts/adversarial.html"),
        fill: adversarial::section,
    },
    Section {
        key: "mutagenesis",
        template: template!("parts/mutagenesis.html"),
        fill: mutagenesis::section,
    },
    Section {
        key: "suites",
        template: template!("parts/suites.html"),
        fill: suite::section,
    },
    Section {
        key: "inputs",
        template: template!("parts/inputs.html"),
        fill: inputs::section,
    },
    Section {
        key: "costs",
        template: template!("parts/costs.html"),
        fill: cost::section,
    },
    Section {
        key: "examples",
        template: template!("parts/examples.html"),
        fill: examples::section,
    },
    Section {
        key: "failures",
        template: template!("parts/failures.html"),
        fill: failures::section,
    },
    Section {
        key: "ran",
        template: template!("parts/ran.html"),
        fill: ran::section,
    },
    Section {
        key: "glossary",
        template: template!("parts/glossary.html"),
        fill: glossary::section,
    },
    Section {
        key: "reproduce",
        template: template!("parts/reproduce.html"),
        fill: reproduce::section,
    },
];

/// What unfolds beneath a model's pictures, in order.
const BLOCKS: &[BlockOf] = &[
    scores::block,
    differences::block,
    prevalence::block,
    falls::block,
    robustness::block,
    robustness::negative,
    worth::block,
    groups::block,
    recalibration::block,
    detection::block,
    curves::block,
];
