//! What the page says, as plain structures that templates walk: one file per part of the page.

pub(crate) mod agreement_words;
pub(crate) mod answers;
pub(crate) mod builds;
pub(crate) mod cell;
pub(crate) mod cost;
pub(crate) mod cost_picture;
pub(crate) mod curves;
pub(crate) mod dataset;
pub(crate) mod detection;
pub(crate) mod differences;
pub(crate) mod failures;
pub(crate) mod falls;
pub(crate) mod findings;
pub(crate) mod gates;
pub(crate) mod glance;
pub(crate) mod glossary;
pub(crate) mod groups;
pub(crate) mod header;
pub(crate) mod labels;
pub(crate) mod losses;
pub(crate) mod model;
pub(crate) mod notables;
pub(crate) mod notes;
pub(crate) mod page;
pub(crate) mod pictures;
pub(crate) mod recalibration;
pub(crate) mod reproduce;
pub(crate) mod robustness;
pub(crate) mod scores;
pub(crate) mod suite;
pub(crate) mod table;
pub(crate) mod tests;
pub(crate) mod truncated;
pub(crate) mod worth;

pub(crate) use page::Page;
