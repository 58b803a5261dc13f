//! What the page says, as plain structures that templates walk: one file per part of the page.

pub mod agreement_words;
pub mod answers;
pub mod builds;
pub mod cell;
pub mod cost;
pub mod cost_picture;
pub mod curves;
pub mod dataset;
pub mod detection;
pub mod differences;
pub mod failures;
pub mod falls;
pub mod findings;
pub mod gates;
pub mod glance;
pub mod glossary;
pub mod groups;
pub mod header;
pub mod labels;
pub mod losses;
pub mod model;
pub mod notables;
pub mod notes;
pub mod page;
pub mod pictures;
pub mod recalibration;
pub mod reproduce;
pub mod robustness;
pub mod scores;
pub mod suite;
pub mod table;
pub mod tests;
pub mod truncated;
pub mod worth;

pub use page::Page;
