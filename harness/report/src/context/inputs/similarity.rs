//! Scores against the similarity of examples to training data: a picture for each dataset and class, and what it is drawn from.

use serde::Serialize;
use titer_core::SimilarityBin;
use titer_spec::plan::PlannedSuite;

use crate::chart::curve_panel::{Area, Guide, Panel, Series, draw};
use crate::context::cell::Cell;
use crate::context::groups::estimate;
use crate::context::pictures::Picture;
use crate::context::table::{Column, Group, Row, Table};
use crate::index::{Index, Subject, slug};
use crate::number::{count, decimals, fixed, signed, signed_range};
use crate::words;

/// A model's scores against similarity.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ModelSimilarity {
    /// Where links lead.
    pub id: String,
    /// What it shows.
    pub title: String,
    /// What similarity is, and to what.
    pub reading: String,
    /// Of each dataset and class the score, then the difference to the reference.
    pub pictures: Vec<Picture>,
    /// The numbers.
    pub table: Table,
}

/// Datasets that are drawn and listed; a file holds those of the others.
const MOST: usize = 12;

/// The models of a suite that were cut into bins by similarity.
pub(super) fn models(index: &Index<'_>, suite: &PlannedSuite) -> Vec<ModelSimilarity> {
    let subjects = index.subjects().into_iter();
    let of_suite = subjects.filter(|subject| subject.suite.name == suite.name);
    of_suite
        .filter_map(|subject| model(index, subject))
        .collect()
}

fn model(index: &Index<'_>, subject: Subject<'_>) -> Option<ModelSimilarity> {
    let metric = subject.main_metric();
    let all = index.input.tables.similarities.iter();
    let of_model = all.filter(|row| subject.holds(&row.key.case) && row.key.metric == metric);
    let rows: Vec<&SimilarityBin> = of_model.collect();
    let first = rows.first()?;
    let label = words::in_prose(metric);
    let (mut pictures, mut groups) = (Vec::new(), Vec::new());
    for dataset in subject.datasets().iter().take(MOST) {
        for class in subject.classes_of(metric) {
            let of = |row: &&&SimilarityBin| {
                row.key.case.dataset == dataset.name && row.key.class.as_deref() == class
            };
            let here: Vec<&SimilarityBin> = rows.iter().filter(of).copied().collect();
            let caption = match class {
                Some(class) => format!("{}, {class}", dataset.name),
                None => dataset.name.clone(),
            };
            pictures.extend(picture(subject, &here, &caption, Shown::Score));
            pictures.extend(picture(subject, &here, &caption, Shown::Difference));
            groups.extend(group(subject, &here, caption));
        }
    }
    (!groups.is_empty()).then(|| ModelSimilarity {
        id: format!("inputs-similarity-{}", subject.slug()),
        title: format!("{}: {label} against similarity to {}", subject.model.name, first.training),
        reading: format!(
            "Similarity is the share of an example's words of {} bases that stand in {}, on either strand; a sequence of equally likely letters would have {} by chance. Each point is a bin of about equally many examples. Bands are the 95 % intervals of the first line, of each bin by itself, from whole clusters: two bins that differ are no trend, and a curve need not rise.{}",
            first.k,
            first.training,
            fixed(first.chance, 4),
            left_out(subject.datasets().len()),
        ),
        pictures,
        table: table(subject, groups),
    })
}

/// What is said of datasets that are not drawn.
fn left_out(datasets: usize) -> String {
    match datasets > MOST {
        true => format!(
            " The first {MOST} of {} datasets are shown; csv/similarities.csv holds all.",
            count(datasets as u64)
        ),
        false => String::new(),
    }
}

/// Differences are drawn in thousandths: builds differ by few of them, and a long number has no room beside the axis.
const THOUSAND: f64 = 1_000.0;

/// What a picture shows.
#[derive(Clone, Copy, PartialEq)]
enum Shown {
    Score,
    Difference,
}

/// A bin's point: where it lies, the value, its ends.
type Point = (f64, f64, Option<(f64, f64)>);

fn point(row: &SimilarityBin, shown: Shown) -> Option<Point> {
    Some(match shown {
        Shown::Score => {
            let ends = row.estimate.lower.zip(row.estimate.upper);
            (row.mean, row.estimate.value?, ends)
        }
        Shown::Difference => {
            let ends = row.against.ends();
            let ends = ends.map(|(lower, upper)| (THOUSAND * lower, THOUSAND * upper));
            (row.mean, THOUSAND * row.against.difference?, ends)
        }
    })
}

fn picture(
    subject: Subject<'_>,
    here: &[&SimilarityBin],
    caption: &str,
    shown: Shown,
) -> Option<Picture> {
    let series: Vec<Series> = subject
        .variants()
        .into_iter()
        .map(|variant| {
            let own = here
                .iter()
                .filter(|row| row.key.case.variant == variant.name);
            let points: Vec<Point> = own.filter_map(|row| point(row, shown)).collect();
            let ends = |(at, _, ends): &Point| ends.map(|(lower, upper)| (*at, lower, upper));
            Series {
                name: variant.name.clone(),
                style: subject.style(&variant.name),
                band: points.iter().filter_map(ends).collect(),
                points: points
                    .into_iter()
                    .map(|(at, value, _)| (at, value))
                    .collect(),
            }
        })
        .filter(|series| series.points.len() > 1)
        .collect();
    let label = words::label(subject.main_metric());
    let (what, guide) = match shown {
        Shown::Score => (label, Guide::Nothing),
        Shown::Difference => (
            format!("{label} minus reference, in thousandths"),
            Guide::Level(0.0),
        ),
    };
    let panel = Panel {
        id: slug(&format!("similarity-{}-{caption}-{what}", subject.slug())),
        title: format!(
            "{what} of {} against similarity, {caption}",
            subject.model.name
        ),
        x: "Similarity to training data",
        y: &what,
        area: area(&series, shown)?,
        guide,
        each: "variant",
        joined: true,
        markers: true,
        most_points: usize::MAX,
        dots: &[],
    };
    Some(Picture {
        caption: format!("{caption}: {what}"),
        svg: draw(&panel, &series),
    })
}

/// All points and the intervals that are drawn, with some room; `None` where there is no line.
fn area(series: &[Series], shown: Shown) -> Option<Area> {
    let points = || series.iter().flat_map(|one| &one.points);
    let wider = |(low, high): (f64, f64), value: f64| (low.min(value), high.max(value));
    let nothing = (f64::INFINITY, f64::NEG_INFINITY);
    let along = points().map(|point| point.0).fold(nothing, wider);
    let ends = series.first()?.band.iter();
    let ends = ends.flat_map(|(_, lower, upper)| [*lower, *upper]);
    let level = (shown == Shown::Difference).then_some(0.0);
    let up = points().map(|point| point.1).chain(ends).chain(level);
    let up = up.fold(nothing, wider);
    let padded = |(low, high): (f64, f64), least: f64| {
        let room = (0.08 * (high - low)).max(least);
        (low - room, high + room)
    };
    (along.0 < along.1).then(|| Area {
        x: padded(along, 0.0),
        y: padded(up, 1e-3),
    })
}

fn group(subject: Subject<'_>, here: &[&SimilarityBin], heading: String) -> Option<Group> {
    let reference = here.iter().filter(|row| row.against.base.is_none());
    let variants = subject.variants();
    let first = variants.first().map(|variant| variant.name.as_str());
    let bins: Vec<&&SimilarityBin> = match reference.clone().next() {
        Some(_) => reference.collect(),
        // The reference is of another model.
        None => here
            .iter()
            .filter(|row| Some(row.key.case.variant.as_str()) == first)
            .collect(),
    };
    let row = |bin: &&&SimilarityBin| {
        let find = |variant: &str| {
            let mut of_bin = here.iter().filter(|row| row.bin == bin.bin);
            of_bin.find(|row| row.key.case.variant == variant)
        };
        let cells = variants
            .iter()
            .map(|variant| find(&variant.name).map(|row| cell(row)).unwrap_or_default());
        Row {
            label: format!("{} to {}", fixed(bin.from, 4), fixed(bin.to, 4)),
            kind: "",
            style: None,
            cells: std::iter::once(Cell::plain(count(bin.units)))
                .chain(cells)
                .collect(),
        }
    };
    (!bins.is_empty()).then(|| Group {
        heading,
        hint: words::better(subject.main_metric()).to_owned(),
        note: None,
        rows: bins.iter().map(row).collect(),
    })
}

/// A reference's score, and of others the difference.
fn cell(row: &SimilarityBin) -> Cell {
    if row.against.base.is_none() {
        return estimate(&row.estimate);
    }
    let Some(value) = row.against.difference else {
        return Cell::missing(row.against.difference_undefined.clone().unwrap_or_default());
    };
    let interval = row.against.interval().ok();
    let places = decimals(value, interval.as_ref());
    Cell {
        value: signed(value, places),
        range: interval.map(|interval| signed_range(&interval, places)),
        undefined: match interval {
            None => row.against.difference_undefined.clone(),
            Some(_) => None,
        },
        ..Cell::default()
    }
}

fn table(subject: Subject<'_>, groups: Vec<Group>) -> Table {
    let mut columns = vec![Column::named("Units")];
    let model = subject.model;
    let is_reference = |name: &str| model.against.is_none() && name == model.reference;
    columns.extend(subject.variants().into_iter().map(|variant| Column {
        lines: match is_reference(&variant.name) {
            true => Vec::new(),
            false => vec!["minus reference".to_owned()],
        },
        ..Column::named(variant.name.clone())
    }));
    let label = words::label(subject.main_metric());
    Table {
        corner: "Similarity".to_owned(),
        ..Table::new(format!("{label} by similarity"), columns, groups)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;

    #[test]
    fn curves_are_drawn_with_a_band_and_their_numbers_stand_beneath() {
        let input = fixture::run();
        let index = Index::new(&input, 2);
        let all = models(&index, &input.manifest.plan.suites[0]);
        let one = &all[0];
        assert!(
            one.reading
                .contains("words of 14 bases that stand in splice-human-chr20 tuning")
        );
        let svg = &one.pictures[0].svg;
        assert!(
            svg.contains("class=\"bd ") && svg.contains("polyline"),
            "{svg}"
        );
        assert_eq!(
            one.pictures[1].caption,
            "splice-human-chr20: AUROC minus reference, in thousandths"
        );
        let rows = &one.table.groups[0].rows;
        assert_eq!(rows.len(), 5);
        assert_eq!(rows[0].label, "0.0000 to 0.0500");
        assert_eq!(rows[0].cells[0].value, "120");
        assert!(
            rows[0].cells.iter().any(|cell| cell.value.starts_with('−')),
            "{:?}",
            rows[0].cells
        );
    }

    #[test]
    fn a_suite_that_asks_for_none_shows_none() {
        let mut input = fixture::run();
        input.tables.similarities.clear();
        let index = Index::new(&input, 2);
        assert!(models(&index, &input.manifest.plan.suites[0]).is_empty());
    }
}
