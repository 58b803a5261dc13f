//! A dataset in "what ran".

use serde::Serialize;
use titer_spec::plan::PlannedDataset;

use crate::context::scores::side_words;
use crate::index::Index;
use crate::number::count;

/// A dataset.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct DatasetCard {
    /// Its name.
    pub name: String,
    /// Its summary.
    pub summary: String,
    /// Facts by name.
    pub facts: Vec<(&'static str, String)>,
    /// Known defects.
    pub caveats: Vec<String>,
}

/// Every dataset once, in the order that suites name them.
pub(crate) fn cards(index: &Index<'_>) -> Vec<DatasetCard> {
    let mut cards: Vec<DatasetCard> = Vec::new();
    for suite in &index.plan().suites {
        for dataset in &suite.datasets {
            let side = side_words(dataset);
            let role = format!(
                "{}: {side}, {} of {} examples ({} split)",
                suite.name,
                count(dataset.count),
                count(dataset.available),
                suite.split
            );
            if let Some(card) = cards.iter_mut().find(|card| card.name == dataset.name) {
                if let Some((_, roles)) = card.facts.first_mut() {
                    roles.push_str("; ");
                    roles.push_str(&role);
                }
            } else {
                cards.push(card(dataset, role));
            }
        }
    }
    cards
}

fn card(dataset: &PlannedDataset, role: String) -> DatasetCard {
    let mut facts = vec![
        ("Used by", role),
        (
            "Genome",
            format!("{}, assembly {}", dataset.organism, dataset.assembly),
        ),
        ("Classes", dataset.classes.join(", ")),
        (
            "Intervals",
            match &dataset.cluster {
                Some(cluster) => format!("clustered by {cluster}"),
                None => "examples taken as independent".to_owned(),
            },
        ),
        ("Licence", licences(&dataset.licence)),
        ("Source", dataset.sources.join("; ")),
    ];
    facts.extend(dataset.changes.clone().map(|changes| ("Changed", changes)));
    facts.push(("Digest", dataset.digest.to_string()));
    facts.retain(|(_, text)| !text.is_empty());
    DatasetCard {
        name: dataset.name.clone(),
        summary: dataset.summary.clone(),
        facts,
        caveats: dataset.caveats.clone(),
    }
}

/// "sequence: public domain; annotation: CC BY 4.0".
pub(crate) fn licences(licence: &std::collections::BTreeMap<String, String>) -> String {
    let parts: Vec<String> = licence
        .iter()
        .map(|(part, name)| format!("{part}: {name}"))
        .collect();
    if parts.is_empty() {
        "not stated".to_owned()
    } else {
        parts.join("; ")
    }
}
