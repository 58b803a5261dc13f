//! How far scores fall against how far inputs lie apart: a point for each dataset, no line.

use titer_core::{Distance, Fall};
use titer_spec::plan::PlannedSuite;

use super::ModelFalls;
use super::distances::MEASURES;
use crate::chart::curve_panel::{Area, Guide, Panel, Series, draw};
use crate::context::pictures::Picture;
use crate::index::{Index, Subject, slug};
use crate::words;

/// The models of a suite that fall.
pub(super) fn models(index: &Index<'_>, suite: &PlannedSuite) -> Vec<ModelFalls> {
    let subjects = index.subjects().into_iter();
    let of_suite = subjects.filter(|subject| subject.suite.name == suite.name);
    let model = |subject: Subject<'_>| ModelFalls {
        id: format!("inputs-falls-{}", subject.slug()),
        title: format!(
            "{}: fall of {} against distance",
            subject.model.name,
            words::in_prose(subject.main_metric())
        ),
        pictures: pictures(index, subject),
    };
    of_suite
        .map(model)
        .filter(|model| !model.pictures.is_empty())
        .collect()
}

fn pictures(index: &Index<'_>, subject: Subject<'_>) -> Vec<Picture> {
    let metric = subject.main_metric();
    let mut falls = index.falls(subject);
    falls.retain(|fall| fall.metric == metric);
    let mut pictures = Vec::new();
    for class in subject.classes_of(metric) {
        let of_class = || falls.iter().filter(|fall| fall.class.as_deref() == class);
        let of_class: Vec<&Fall> = of_class().copied().collect();
        for (by, name, unit) in MEASURES {
            let caption = match class {
                Some(class) => format!("{name}, {class}"),
                None => name.to_owned(),
            };
            let axis = format!("{name}: {unit}");
            let drawn = picture(index, subject, &of_class, (by, &axis), &caption);
            pictures.extend(drawn);
        }
    }
    pictures
}

/// A variant's falls: distance, fall, and its ends.
type Point = (f64, f64, Option<(f64, f64)>);

fn picture(
    index: &Index<'_>,
    subject: Subject<'_>,
    falls: &[&Fall],
    (by, axis): (&str, &str),
    caption: &str,
) -> Option<Picture> {
    let series: Vec<Series> = subject
        .variants()
        .into_iter()
        .map(|variant| {
            let own = falls.iter().filter(|fall| fall.variant == variant.name);
            let points: Vec<Point> = own.filter_map(|fall| point(index, fall, by)).collect();
            let ends = |(at, _, ends): &Point| ends.map(|(lower, upper)| (*at, lower, upper));
            Series {
                name: variant.name.clone(),
                style: subject.style(&variant.name),
                band: points.iter().filter_map(ends).collect(),
                points: points.into_iter().map(|(at, fall, _)| (at, fall)).collect(),
            }
        })
        .filter(|series| !series.points.is_empty())
        .collect();
    let area = area(&series)?;
    let label = words::label(subject.main_metric());
    let panel = Panel {
        id: slug(&format!("inputs-fall-{by}-{}-{caption}", subject.slug())),
        title: format!(
            "Fall of {label} of {} against {caption}",
            subject.model.name
        ),
        x: axis,
        y: &format!("Fall of {label}"),
        area,
        guide: Guide::Level(0.0),
        each: "variant",
        joined: false,
        markers: true,
        most_points: usize::MAX,
        dots: &[],
    };
    Some(Picture {
        caption: caption.to_owned(),
        svg: draw(&panel, &series),
    })
}

/// A fall at its distance; `None` where either is unknown.
fn point(index: &Index<'_>, fall: &Fall, by: &str) -> Option<Point> {
    let is_of = |row: &&Distance| {
        row.by == by
            && row.suite == fall.suite
            && row.in_distribution == fall.in_distribution
            && row.out_of_distribution == fall.out_of_distribution
    };
    let distance = index.input.tables.distances.iter().find(is_of)?;
    let ends = fall.fall.lower.zip(fall.fall.upper);
    Some((distance.distance.value?, fall.fall.value?, ends))
}

/// All points, the intervals that are drawn and no fall, with some room; `None` where all distances are one: then nothing is
/// held against anything.
fn area(series: &[Series]) -> Option<Area> {
    let points = || series.iter().flat_map(|one| &one.points);
    let wider = |(low, high): (f64, f64), value: f64| (low.min(value), high.max(value));
    let nothing = (f64::INFINITY, f64::NEG_INFINITY);
    let along = points().map(|point| point.0).fold(nothing, wider);
    let band = series.first()?.band.iter();
    let ends = band.flat_map(|(_, lower, upper)| [*lower, *upper]);
    let up = points().map(|point| point.1).chain(ends).chain([0.0]);
    let up = up.fold(nothing, wider);
    let padded = |(low, high): (f64, f64)| {
        let room = 0.08 * (high - low);
        (low - room, high + room)
    };
    (along.0 < along.1 && up.0 < up.1).then(|| Area {
        x: padded(along),
        y: padded(up),
    })
}
