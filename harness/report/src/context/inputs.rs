//! What the sequences are: in distribution beside out of distribution, and how far apart they lie.

mod against_falls;
mod densities;
mod distances;
mod similarity;
mod summaries;

use serde::Serialize;
use titer_spec::plan::PlannedSuite;

use crate::context::pictures::Picture;
use crate::context::section::{Filled, Room};
use crate::context::table::Table;
use crate::index::{Index, slug};

/// What the inputs of a suite are.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct InputsOfSuite {
    /// Where links lead.
    pub id: String,
    /// The suite.
    pub name: String,
    /// Densities of each dataset, and words of two.
    pub pictures: Vec<Picture>,
    /// Distances of each pair of datasets; nothing where the suite has no data out of distribution.
    pub distances: Option<Table>,
    /// Lengths and letters of each dataset.
    pub datasets: Table,
    /// Of each model the score against similarity to training data; nothing where the suite asks for none.
    pub similarity: Vec<similarity::ModelSimilarity>,
    /// Of each model the fall against the distance.
    pub models: Vec<ModelFalls>,
}

/// The falls of a model against distances.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ModelFalls {
    /// Where links lead.
    pub id: String,
    /// What it shows.
    pub title: String,
    /// A picture for each distance and class.
    pub pictures: Vec<Picture>,
}

/// The inputs, where a page has room for them.
pub(super) fn section(index: &Index<'_>, room: Room) -> Option<Filled> {
    let inputs = room.is_whole().then(|| inputs(index))?;
    (!inputs.is_empty()).then(|| Filled::new(&inputs, "inputs", "Inputs"))
}

/// The inputs of every suite that was measured.
pub(crate) fn inputs(index: &Index<'_>) -> Vec<InputsOfSuite> {
    let suites = index.plan().suites.iter();
    suites.filter_map(|suite| of_suite(index, suite)).collect()
}

fn of_suite(index: &Index<'_>, suite: &PlannedSuite) -> Option<InputsOfSuite> {
    Some(InputsOfSuite {
        id: format!("inputs-{}", slug(&suite.name)),
        name: suite.name.clone(),
        pictures: densities::pictures(index, suite),
        distances: distances::table(index, suite),
        datasets: summaries::table(index, suite)?,
        similarity: similarity::models(index, suite),
        models: against_falls::models(index, suite),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;

    #[test]
    fn inputs_are_drawn_told_apart_and_held_against_falls() {
        let input = fixture::run();
        let index = Index::new(&input, 2);
        let all = inputs(&index);
        assert_eq!(all.len(), 2);
        let first = &all[0];
        // GC, lengths, and words of each dataset out of distribution.
        let captions: Vec<&str> = first
            .pictures
            .iter()
            .map(|it| it.caption.as_str())
            .collect();
        assert_eq!(captions[..2], ["GC content", "Length"]);
        assert!(captions[2].starts_with("4-mers of "), "{captions:?}");
        let table = first.distances.as_ref().unwrap();
        assert_eq!(table.columns.len(), 4);
        let cells = &table.groups[0].rows[0].cells;
        assert_eq!(cells[0].value, "0.018");
        assert_eq!(cells[0].notes, ["plain 0.0205, chance alone 0.00250"]);
        assert!(!first.models.is_empty() && !first.models[0].pictures.is_empty());
        let svg = &first.models[0].pictures[0].svg;
        assert!(svg.contains("points for each variant") && !svg.contains("polyline"));
    }

    #[test]
    fn a_folder_without_measured_inputs_has_no_section() {
        let mut input = fixture::run();
        input.tables.inputs.clear();
        let index = Index::new(&input, 2);
        assert!(section(&index, Room::Whole).is_none());
    }
}
