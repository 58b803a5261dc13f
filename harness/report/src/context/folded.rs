//! What the top of a folded page says and links to.

use serde::Serialize;

use crate::context::section::{Filled, Room};
use crate::context::table::Table;
use crate::index::Index;

/// What the top of a folded page says and links to.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Folded {
    /// Parts with the name of their file.
    pub parts: Vec<(String, String)>,
    /// Main scores of each model, datasets down.
    pub matrices: Vec<Table>,
    /// What is cut, with the file that holds it whole.
    pub cuts: Vec<String>,
}

/// A page that holds everything has no parts; of one that does not, the page that knows them fills this in.
pub(super) fn section(_: &Index<'_>, room: Room) -> Option<Filled> {
    (!room.is_whole()).then(|| Filled::new(Folded::default(), "parts", "Parts"))
}
