//! What single-base changes do: a map for each variant beside the reference's, and how far they agree.

use serde::Serialize;
use titer_core::{MutationAgreement, MutationEffect};
use titer_spec::plan::PlannedDataset;

use crate::chart::heat_map::{BASES, HeatMap, HeatMaps, draw};
use crate::context::cell::Cell;
use crate::context::pictures::Picture;
use crate::context::section::{Filled, Room};
use crate::context::table::{Column, Group, Row, Table};
use crate::index::{Index, Subject, slug};
use crate::number::{count, fixed};

/// Maps, with as much as a page has room for.
pub(super) fn section(index: &Index<'_>, room: Room) -> Option<Filled> {
    let subjects = index.subjects().into_iter();
    let mut all: Vec<MutagenesisView> = subjects.filter_map(|it| view(index, it)).collect();
    let cut = room.shorten(&mut all, "Mutagenesis", "csv/mutagenesis.csv");
    (!all.is_empty()).then(|| Filled::new(&all, "mutagenesis", "Mutagenesis").cut(cut))
}

/// A model on a suite.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct MutagenesisView {
    /// The model and the suite.
    pub title: String,
    /// A picture for each dataset.
    pub pictures: Vec<Picture>,
    /// How far variants agree with the reference; `None`: there is no other variant.
    pub table: Option<Table>,
}

fn view(index: &Index<'_>, subject: Subject<'_>) -> Option<MutagenesisView> {
    let is_own =
        |suite: &str, model: &str| suite == subject.suite.name && model == subject.model.name;
    let tables = &index.input.tables;
    let effects: Vec<&MutationEffect> = tables
        .mutagenesis
        .iter()
        .filter(|row| is_own(&row.suite, &row.model))
        .collect();
    let agreements: Vec<&MutationAgreement> = tables
        .mutagenesis_agreement
        .iter()
        .filter(|row| is_own(&row.suite, &row.model))
        .collect();
    if effects.is_empty() && agreements.is_empty() {
        return None;
    }
    let datasets = subject.datasets().iter();
    Some(MutagenesisView {
        title: format!("{} on {}", subject.model.name, subject.suite.name),
        pictures: datasets
            .filter_map(|dataset| picture(subject, dataset, &effects, &agreements))
            .collect(),
        table: table(subject, &agreements),
    })
}

fn picture(
    subject: Subject<'_>,
    dataset: &PlannedDataset,
    effects: &[&MutationEffect],
    agreements: &[&MutationAgreement],
) -> Option<Picture> {
    let own: Vec<&MutationEffect> = effects
        .iter()
        .filter(|row| row.dataset == dataset.name)
        .copied()
        .collect();
    let first = own.iter().map(|row| row.position).min()?;
    let last = own.iter().map(|row| row.position).max()?;
    let at = |variant: &str, position: u64, base: &str| {
        let mut rows = own.iter();
        rows.find(|row| {
            (row.variant.as_str(), row.position, row.base.as_str()) == (variant, position, base)
        })
        .copied()
    };
    let variants = subject.variants();
    let maps: Vec<HeatMap> = variants
        .iter()
        .map(|variant| HeatMap {
            title: title(subject, &variant.name, dataset, agreements),
            effects: (first..=last)
                .map(|place| BASES.map(|base| at(&variant.name, place, base)?.effect.value))
                .collect(),
        })
        .filter(|map| map.effects.iter().flatten().any(Option::is_some))
        .collect();
    let commonest: Vec<Option<usize>> = (first..=last)
        .map(|place| {
            BASES.iter().position(|base| {
                own.iter()
                    .any(|row| row.position == place && row.base == *base && row.share > 0.5)
            })
        })
        .collect();
    let examples = own.iter().map(|row| row.examples).max().unwrap_or(0);
    let panel = HeatMaps {
        id: slug(&format!("mutagenesis-{}-{}", subject.slug(), dataset.name)),
        title: format!(
            "Effects of single bases on {}, {}",
            subject.model.name, dataset.name
        ),
        first,
        commonest: &commonest,
        unit: "change of the logit",
    };
    let svg = draw(&panel, &maps)?;
    let caption = format!(
        "{}, up to {} examples at a place",
        dataset.name,
        count(examples)
    );
    Some(Picture { caption, svg })
}

/// A variant's name, with how far it agrees with the reference.
fn title(
    subject: Subject<'_>,
    variant: &str,
    dataset: &PlannedDataset,
    agreements: &[&MutationAgreement],
) -> String {
    if variant == subject.model.reference {
        return format!("{variant}, reference");
    }
    let mut rows = agreements.iter();
    let row = rows.find(|row| row.variant == variant && row.dataset == dataset.name);
    match row.and_then(|row| row.pearson.value) {
        Some(r) => format!("{variant}, r = {} with the reference", correlation(r)),
        None => variant.to_owned(),
    }
}

/// A correlation with the decimals that it needs: near 1 the third says nothing. Never rounded up to 1.
fn correlation(r: f64) -> String {
    let places = match 1.0 - r.abs() {
        rest if rest >= 0.01 => 3,
        rest if rest >= 0.0001 => 5,
        _ => 7,
    };
    match fixed(r, places) {
        all if r.abs() < 1.0
            && all
                .trim_start_matches('1')
                .trim_matches(['.', '0'])
                .is_empty() =>
        {
            format!(
                "above {}",
                fixed(1.0 - 10f64.powi(-(places as i32)), places)
            )
        }
        all => all,
    }
}

fn table(subject: Subject<'_>, agreements: &[&MutationAgreement]) -> Option<Table> {
    let columns = ["Pearson's r", "Spearman's", "Largest difference", "Changes"];
    let datasets = subject.datasets().iter();
    let group = |dataset: &PlannedDataset| {
        let rows = subject.candidates().into_iter().filter_map(|variant| {
            let mut rows = agreements.iter();
            let row =
                rows.find(|row| row.variant == variant.name && row.dataset == dataset.name)?;
            Some(Row::of(subject, variant, cells(row)))
        });
        let rows: Vec<Row> = rows.collect();
        (!rows.is_empty()).then(|| Group {
            heading: dataset.name.clone(),
            hint: "change of the logit, change by change".to_owned(),
            note: None,
            rows,
        })
    };
    let groups: Vec<Group> = datasets.filter_map(group).collect();
    let columns: Vec<Column> = columns.map(Column::named).into();
    (!groups.is_empty()).then(|| Table::new("Effects beside the reference's", columns, groups))
}

fn cells(row: &MutationAgreement) -> Vec<Cell> {
    let pearson =
        match row.pearson.value() {
            Err(reason) => Cell::missing(reason.to_string()),
            Ok(value) => Cell {
                value: correlation(value),
                range: row.pearson.interval().ok().map(|ends| {
                    format!("{} to {}", correlation(ends.lower), correlation(ends.upper))
                }),
                undefined: row.pearson.interval_undefined.clone(),
                ..Cell::default()
            },
        };
    let maybe = |value: Option<f64>, text: fn(f64) -> String| {
        value.map_or_else(Cell::default, |value| Cell::plain(text(value)))
    };
    vec![
        pearson,
        maybe(row.spearman, correlation),
        maybe(row.largest_difference, |value| fixed(value, 3)),
        Cell::plain(format!(
            "{} of {}",
            count(row.changes),
            crate::number::counted(row.examples, "example", "examples")
        )),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;

    #[test]
    fn variants_stand_beneath_the_reference_on_one_scale() {
        let input = fixture::searched();
        let index = Index::new(&input, 2);
        let view = index
            .subjects()
            .into_iter()
            .find_map(|it| view(&index, it))
            .unwrap();
        let svg = &view.pictures[0].svg;
        assert!(
            svg.contains("fp32, reference") && svg.contains("with the reference"),
            "{svg}"
        );
        let table = view.table.unwrap();
        assert_eq!(table.groups[0].rows[0].cells[0].value, "0.950");
        assert!(section(&index, Room::Whole).is_some());
        let none = fixture::run();
        assert!(section(&Index::new(&none, 2), Room::Whole).is_none());
    }

    #[test]
    fn a_correlation_is_never_rounded_to_1() {
        assert_eq!(correlation(0.9), "0.900");
        assert_eq!(correlation(0.999_95), "0.9999500");
        assert_eq!(correlation(0.999_999_999), "above 0.9999999");
        assert_eq!(correlation(1.0), "1.0000000");
    }
}
