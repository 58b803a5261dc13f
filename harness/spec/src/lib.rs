//! Every YAML type that Titer reads: evaluation, suite, dataset, model, policy, gate.
//!
//! In scope: parsing with locations, validation, names and where they resolve to, the JSON schema,
//! and the plan that an evaluation becomes. Not aware of: data rows, model runtimes, run folders.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod bounds;
pub mod cache;
pub mod control;
pub mod dataset;
pub mod document;
pub mod error;
pub mod evaluation;
pub mod fetch;
pub mod file;
pub mod gate;
pub mod kinds;
pub mod layout;
pub mod located;
pub mod model;
pub mod pin;
pub mod plan;
pub mod policy;
pub mod quantity;
pub mod resolve;
pub mod schema;
pub mod shipped;
pub mod suggest;
pub mod suite;
pub mod yaml;

mod name;
mod tree;
mod wording;

pub use control::ControlSpec;
pub use dataset::{Dataset, DatasetKind};
pub use document::Document;
pub use error::SpecError;
pub use evaluation::{
    Determinism, Elsewhere, Evaluation, Isolate, ModelEntry, ModelSource, RareFlips, Reference,
    UngatedLosses,
};
pub use fetch::Fetch;
pub use file::FileEntry;
pub use gate::{Gate, Limit, MeasurementName, Where};
pub use kinds::NamedKind;
pub use layout::{DataFile, Divide, Layout};
pub use located::Located;
pub use model::{Backend, ModelSpec, OutputKind, VariantSpec};
pub use plan::Plan;
pub use policy::Policy;
pub use quantity::Quantity;
pub use resolve::{Kind, Resolver};
pub use suite::{Question, RecalibrationMethod, Suite};
pub use titer_metrics::MetricSpec;
pub use titer_metrics::called_share::CALLED_POSITIVE_SHARE;
pub use titer_perturb::{PerturbationEntry, PerturbationSpec};
