//! Scores against the severity of what was done to the examples.

use crate::chart::curve_panel::{Area, Guide, Panel, Series, draw};
use crate::context::pictures::Picture;
use crate::index::{Index, Subject, slug};
use crate::words;
use titer_core::Condition;

/// A picture for each kind that was tried at several severities, dataset and class.
pub(super) fn pictures(index: &Index<'_>, subject: Subject<'_>) -> Vec<Picture> {
    let mut pictures = Vec::new();
    let metric = subject.main_metric();
    for (kind, doses) in subject.suite.severities() {
        for dataset in subject.datasets() {
            for class in subject.classes_of(metric) {
                let place = (dataset.name.as_str(), class);
                pictures.extend(picture(index, subject, (kind, &doses), place));
            }
        }
    }
    pictures
}

fn picture(
    index: &Index<'_>,
    subject: Subject<'_>,
    (kind, doses): (&str, &[&Condition]),
    (dataset, class): (&str, Option<&str>),
) -> Option<Picture> {
    let metric = subject.main_metric();
    let clean = std::iter::once((0.0, None));
    let steps: Vec<(f64, Option<&str>)> = clean
        .chain(
            doses
                .iter()
                .filter_map(|one| Some((one.severity?, Some(one.name.as_str())))),
        )
        .collect();
    let series: Vec<Series> = subject
        .variants()
        .into_iter()
        .filter_map(|variant| {
            let scores = steps.iter().filter_map(|(severity, name)| {
                let key = subject.key(&variant.name, dataset, *name, metric, class);
                let score = index.score(&key)?;
                Some((
                    *severity,
                    *score.value.as_ref().ok()?,
                    score.interval.as_ref().ok(),
                ))
            });
            let scores: Vec<_> = scores.collect();
            (scores.len() > 1).then(|| Series {
                name: variant.name.clone(),
                style: subject.style(&variant.name),
                points: scores.iter().map(|(at, value, _)| (*at, *value)).collect(),
                band: scores
                    .iter()
                    .filter_map(|(at, _, ends)| ends.map(|ends| (*at, ends.lower, ends.upper)))
                    .collect(),
            })
        })
        .collect();
    let area = area(&series)?;
    let caption = match class {
        Some(class) => format!("{dataset}, {class}"),
        None => dataset.to_owned(),
    };
    let label = words::label(metric);
    let kind = kind.replace('_', " ");
    let panel = Panel {
        id: slug(&format!("dose-{kind}-{}-{caption}", subject.slug())),
        title: format!(
            "{label} of {} against {kind} on {caption}",
            subject.model.name
        ),
        x: &format!("Severity of {kind}"),
        y: &label,
        area,
        dots: &[],
        guide: Guide::Nothing,
        each: "variant",
        joined: true,
        markers: true,
        most_points: usize::MAX,
    };
    let svg = draw(&panel, &series);
    Some(Picture { caption, svg })
}

/// All points and the first curve's band, with some room.
fn area(series: &[Series]) -> Option<Area> {
    let band = series.first()?.band.iter();
    let band = band.flat_map(|(_, lower, upper)| [*lower, *upper]);
    let points = series.iter().flat_map(|one| &one.points);
    let right = points.clone().map(|point| point.0).fold(0.0, f64::max);
    let (low, high) = points
        .map(|point| point.1)
        .chain(band)
        .filter(|value| value.is_finite())
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
            (low.min(value), high.max(value))
        });
    let room = ((high - low) * 0.08).max(1e-4);
    (low <= high).then_some(Area {
        x: (0.0, right),
        y: (low - room, high + room),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;

    #[test]
    fn a_kind_of_several_severities_goes_from_clean_to_the_strongest() {
        let mut input = fixture::run();
        let drawn = |input: &crate::ReportInput| {
            let index = Index::new(input, 2);
            let subject = index.subjects()[0];
            let all = pictures(&index, subject);
            (all.len(), subject.datasets().len(), all.into_iter().next())
        };
        let (number, datasets, first) = drawn(&input);
        assert_eq!(number, datasets);
        let svg = first.unwrap().svg;
        assert!(svg.contains("Severity of substitutions"), "{svg}");
        let line = svg
            .split("<polyline class=\"ln s0\" points=\"")
            .nth(1)
            .unwrap();
        let places = line.split('"').next().unwrap();
        let along: Vec<f64> = places
            .split(' ')
            .map(|place| place.split(',').next().unwrap().parse().unwrap())
            .collect();
        // Clean, 1, 5 and 10 %.
        assert_eq!(along.len(), 4, "{places}");
        assert!(along.is_sorted(), "{places}");
        // One severity makes no line.
        let suite = &mut input.manifest.plan.suites[0];
        suite
            .perturbations
            .retain(|one| one.severity.is_none_or(|severity| severity > 0.09));
        assert_eq!(drawn(&input).0, 0);
    }
}
