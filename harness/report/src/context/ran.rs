//! What ran: models, data, machine.

use serde::Serialize;

use crate::context::dataset::{self, DatasetCard};
use crate::context::model::{self, ModelCard};
use crate::context::section::{Filled, Room};
use crate::index::Index;

/// What ran.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Ran {
    /// Models.
    pub models: Vec<ModelCard>,
    /// Data that they ran on.
    pub datasets: Vec<DatasetCard>,
    /// The machine's facts by name.
    pub machine: Vec<(String, String)>,
}

/// What ran. Where a page has no room for everything, models and data stand in parts beside it.
pub(super) fn section(index: &Index<'_>, room: Room) -> Option<Filled> {
    let mut ran = Ran {
        machine: index.input.manifest.machine.clone().into_iter().collect(),
        ..Ran::default()
    };
    if room.is_whole() {
        ran.models = model::cards(index);
        ran.datasets = dataset::cards(index);
    }
    Some(Filled::new(&ran, "ran", "What ran"))
}
