//! Densities of GC content and length of each dataset, and the 4-mers of one dataset against another's.

use titer_core::InputShare;
use titer_spec::plan::{PlannedDataset, PlannedSuite};

use crate::chart::curve_panel::{Area, Guide, Panel, Series, draw};
use crate::context::pictures::Picture;
use crate::index::{Index, slug};

/// Datasets that are drawn: lines of more are not told apart. Tables hold all.
const MOST_DRAWN: usize = 6;

/// Densities, then words of each pair of the first dataset in distribution with one out of it.
pub(super) fn pictures(index: &Index<'_>, suite: &PlannedSuite) -> Vec<Picture> {
    let here = index.input.tables.input_shares.iter();
    let here: Vec<&InputShare> = here.filter(|row| row.suite == suite.name).collect();
    let mut pictures = Vec::new();
    for (of, caption, x, places) in [
        ("gc", "GC content", "G and C among the known letters", 1.0),
        ("length", "Length", "Bases", 0.0),
    ] {
        pictures.extend(density(suite, &here, of, (caption, x, places)));
    }
    let inside = suite
        .datasets
        .iter()
        .find(|dataset| dataset.in_distribution);
    let outside = suite
        .datasets
        .iter()
        .filter(|dataset| !dataset.in_distribution);
    for outside in outside.take(MOST_DRAWN - 1) {
        pictures.extend(inside.and_then(|inside| words(suite, &here, inside, outside)));
    }
    pictures
}

/// The share of sequences by a number, a line for each dataset.
fn density(
    suite: &PlannedSuite,
    here: &[&InputShare],
    of: &str,
    (caption, x, least): (&str, &str, f64),
) -> Option<Picture> {
    let points = |dataset: &PlannedDataset| -> Vec<(f64, f64)> {
        let bins = here
            .iter()
            .filter(|row| row.of == of && row.dataset == dataset.name);
        bins.filter_map(|row| Some((f64::midpoint(row.from?, row.to?), row.share)))
            .collect()
    };
    let series: Vec<Series> = suite
        .datasets
        .iter()
        .take(MOST_DRAWN)
        .enumerate()
        .map(|(style, dataset)| Series {
            name: named(dataset),
            style,
            points: points(dataset),
            band: Vec::new(),
        })
        .filter(|series| !series.points.is_empty())
        .collect();
    let area = area(series.iter().flat_map(|one| &one.points), least)?;
    let panel = Panel {
        id: format!("inputs-{of}-{}", slug(&suite.name)),
        title: format!("{caption} of the sequences of {}", suite.name),
        x,
        y: "Share of sequences",
        area,
        guide: Guide::Nothing,
        each: "dataset",
        joined: true,
        markers: false,
        most_points: usize::MAX,
        dots: &[],
    };
    let caption = match suite.datasets.len() {
        0..=MOST_DRAWN => caption.to_owned(),
        all => format!("{caption}, first {MOST_DRAWN} of {all} datasets"),
    };
    Some(Picture {
        caption,
        svg: draw(&panel, &series),
    })
}

fn named(dataset: &PlannedDataset) -> String {
    let side = match dataset.in_distribution {
        true => "in",
        false => "out",
    };
    format!("{} ({side})", dataset.name)
}

/// What bins with anything in them cover, and one bin on either side.
fn area<'a>(points: impl Iterator<Item = &'a (f64, f64)> + Clone, widest: f64) -> Option<Area> {
    let filled = points.clone().filter(|(_, share)| *share > 0.0);
    let (low, high) = filled.fold((f64::INFINITY, f64::NEG_INFINITY), |ends, (at, _)| {
        (ends.0.min(*at), ends.1.max(*at))
    });
    let top = points.map(|point| point.1).fold(0.0, f64::max);
    let room = 0.05 * (high - low).max(0.02 * widest);
    (low <= high).then_some(Area {
        x: (low - room, high + room),
        y: (0.0, top * 1.05),
    })
}

/// Each word's share in one dataset against its share in the other.
fn words(
    suite: &PlannedSuite,
    here: &[&InputShare],
    inside: &PlannedDataset,
    outside: &PlannedDataset,
) -> Option<Picture> {
    let of = |dataset: &PlannedDataset| -> Vec<f64> {
        let words = here
            .iter()
            .filter(|row| row.word.is_some() && row.dataset == dataset.name);
        words.map(|row| 100.0 * row.share).collect()
    };
    let dots: Vec<(f64, f64)> = of(inside).into_iter().zip(of(outside)).collect();
    let top = dots.iter().map(|(x, y)| x.max(*y)).fold(0.0, f64::max);
    let panel = Panel {
        id: format!("inputs-words-{}-{}", slug(&suite.name), slug(&outside.name)),
        title: format!(
            "4-mers of {} against those of {}",
            outside.name, inside.name
        ),
        x: &format!("% of {}", inside.name),
        y: &format!("% of {}", outside.name),
        area: Area {
            x: (0.0, top * 1.05),
            y: (0.0, top * 1.05),
        },
        guide: Guide::Diagonal,
        each: "4-mer",
        joined: false,
        markers: false,
        most_points: usize::MAX,
        dots: &dots,
    };
    (!dots.is_empty()).then(|| Picture {
        caption: format!("4-mers of {}", outside.name),
        svg: draw(&panel, &[]),
    })
}
