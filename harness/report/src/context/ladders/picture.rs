//! The main metric along a ladder, as a picture.

use titer_core::{Contrast, GroupScore, LadderSlope};
use titer_spec::plan::{CONTROL, PlannedLadder};

use crate::chart::ladder_panel::{LadderPanel, Line, Point, draw};
use crate::context::pictures::Picture;
use crate::index::{Index, Subject, slug};
use crate::words;

/// A picture for each class of the main metric.
pub(super) fn pictures(
    index: &Index<'_>,
    subject: Subject<'_>,
    ladder: &PlannedLadder,
    rows: &[&LadderSlope],
) -> Vec<Picture> {
    let classes = subject.classes_of(subject.main_metric()).into_iter();
    classes
        .flat_map(|class| {
            let of = Of {
                index,
                subject,
                ladder,
                class,
            };
            of.picture(rows).into_iter().chain(of.differences())
        })
        .collect()
}

/// A shift as the name of an axis.
fn in_words(shift: &str) -> &str {
    match shift {
        "gc" => "GC content in %",
        "length" => "Length in bases",
        other => other,
    }
}

/// What is drawn.
#[derive(Clone, Copy)]
struct Of<'a, 'b> {
    index: &'b Index<'a>,
    subject: Subject<'a>,
    ladder: &'b PlannedLadder,
    class: Option<&'b str>,
}

impl Of<'_, '_> {
    fn picture(self, rows: &[&LadderSlope]) -> Option<Picture> {
        let metric = self.subject.main_metric();
        let names = self.names();
        let distances = self.ladder.distances();
        let places: Vec<f64> = match &distances {
            Some(distances) => distances.clone(),
            None => (0..names.len()).map(|step| step as f64).collect(),
        };
        let mut lines: Vec<Line> = self
            .subject
            .variants()
            .into_iter()
            .map(|variant| Line {
                name: match variant.name == self.subject.model.reference {
                    true => format!("{}, reference", variant.name),
                    false => variant.name.clone(),
                },
                style: Some(self.subject.style(&variant.name)),
                points: self.points(&places, &names, |step| self.score(&variant.name, step)),
            })
            .collect();
        let controls = rows.iter().filter(|row| {
            row.model == CONTROL
                && row.metric == metric
                && row.class.as_deref() == self.class
                && row.is_plain()
        });
        lines.extend(controls.map(|row| Line {
            name: format!("{} (control)", row.variant),
            style: None,
            points: self.points(&places, &names, |step| self.control(&row.variant, step)),
        }));
        lines.retain(|line| line.points.len() > 1);
        let label = words::label(metric);
        let caption = match self.class {
            Some(class) => format!("{label} of {class} along {}", self.ladder.name),
            None => format!("{label} along {}", self.ladder.name),
        };
        self.draw(
            &names,
            (&places, distances.is_some()),
            (&label, caption),
            &lines,
        )
    }

    /// How far each build lies from the reference at each step, paired; of groups no table has that.
    fn differences(self) -> Option<Picture> {
        let metric = self.subject.main_metric();
        let names = self.names();
        let distances = self.ladder.distances();
        let places: Vec<f64> = match &distances {
            Some(distances) => distances.clone(),
            None => (0..self.ladder.steps().len())
                .map(|step| step as f64)
                .collect(),
        };
        let difference = |variant: &str, step: &str| {
            let key = self.subject.key(variant, step, None, metric, self.class);
            let one = self.index.comparison(Contrast::Reference, &key)?;
            let ends = one.interval.as_ref().ok();
            let value = *one.difference.as_ref().ok()?;
            Some((value, ends.map(|ends| (ends.lower, ends.upper))))
        };
        let mut lines: Vec<Line> = self
            .subject
            .candidates()
            .into_iter()
            .map(|variant| Line {
                name: variant.name.clone(),
                style: Some(self.subject.style(&variant.name)),
                points: self.points(&places, &names, |step| difference(&variant.name, step)),
            })
            .collect();
        lines.retain(|line| line.points.len() > 1);
        let label = format!("{}, build − reference", words::label(metric));
        let caption = match self.class {
            Some(class) => format!("{label}, of {class} along {}", self.ladder.name),
            None => format!("{label}, along {}", self.ladder.name),
        };
        self.draw(
            &names,
            (&places, distances.is_some()),
            (&label, caption),
            &lines,
        )
    }

    fn draw(
        self,
        names: &[String],
        (places, is_far): (&[f64], bool),
        (label, caption): (&str, String),
        lines: &[Line],
    ) -> Option<Picture> {
        let unit = self.ladder.unit.as_deref().filter(|_| is_far);
        let ticks: Vec<String> = match unit {
            Some(_) => places.iter().map(f64::to_string).collect(),
            None => self.ticks(names),
        };
        let id = format!(
            "ladder-{}-{}-{caption}",
            self.subject.slug(),
            self.ladder.name
        );
        let shift = self.ladder.shift_name();
        let panel = LadderPanel {
            id: slug(&id),
            title: format!("{caption}, {}", self.subject.model.name),
            x: match (unit, self.ladder.groups()) {
                (Some(unit), _) => format!("{unit} from home"),
                (None, Some((dataset, _))) => format!("{}, groups of {dataset}", in_words(shift)),
                (None, None) => format!("Step away from home ({shift})"),
            },
            y: label,
            along: "at each step from home",
            places,
            ticks: &ticks,
            first: match self.ladder.groups() {
                Some(_) => "",
                None => "home",
            },
            is_difference: label.ends_with("reference"),
        };
        let svg = draw(&panel, lines)?;
        Some(Picture { caption, svg })
    }

    /// The steps: datasets, or groups in the order that they were judged in.
    fn names(self) -> Vec<String> {
        let Some((dataset, stratum)) = self.ladder.groups() else {
            let steps = self.ladder.steps().iter();
            return steps.map(|step| step.dataset.clone()).collect();
        };
        let mut names: Vec<String> = Vec::new();
        for row in self.groups(dataset, stratum) {
            if !names.contains(&row.group) {
                names.push(row.group.clone());
            }
        }
        names
    }

    /// Few groups have room for their names; steps are numbered, and named beneath the title.
    fn ticks(self, names: &[String]) -> Vec<String> {
        match self.ladder.groups() {
            Some(_) if names.len() <= 4 => names
                .iter()
                .map(|name| {
                    name.trim_end_matches(" % GC")
                        .trim_end_matches(" bases")
                        .to_owned()
                })
                .collect(),
            _ => (0..names.len()).map(|step| step.to_string()).collect(),
        }
    }

    fn groups<'c>(self, dataset: &'c str, stratum: &'c str) -> impl Iterator<Item = &'c GroupScore>
    where
        Self: 'c,
    {
        let rows = self.index.input.tables.groups.iter();
        rows.filter(move |row| {
            self.subject.holds(&row.key.case)
                && row.key.case.dataset == dataset
                && row.stratum == stratum
        })
    }

    fn points(
        self,
        places: &[f64],
        names: &[String],
        value: impl Fn(&str) -> Option<(f64, Option<(f64, f64)>)>,
    ) -> Vec<Point> {
        let steps = places.iter().zip(names);
        steps
            .filter_map(|(place, name)| {
                let (value, ends) = value(name)?;
                Some((*place, value, ends))
            })
            .collect()
    }

    fn score(self, variant: &str, step: &str) -> Option<(f64, Option<(f64, f64)>)> {
        let metric = self.subject.main_metric();
        if let Some((dataset, stratum)) = self.ladder.groups() {
            let key = self.subject.key(variant, dataset, None, metric, self.class);
            let mut rows = self.groups(dataset, stratum);
            let row = rows.find(|row| row.key == key && row.group == step)?;
            let ends = row.estimate.interval().ok();
            return Some((
                row.estimate.value?,
                ends.map(|ends| (ends.lower, ends.upper)),
            ));
        }
        let key = self.subject.key(variant, step, None, metric, self.class);
        let score = self.index.score(&key)?;
        let ends = score.interval.as_ref().ok();
        let value = *score.value.as_ref().ok()?;
        Some((value, ends.map(|ends| (ends.lower, ends.upper))))
    }

    fn control(self, control: &str, step: &str) -> Option<(f64, Option<(f64, f64)>)> {
        let metric = self.subject.main_metric();
        let mut rows = self.index.input.tables.controls.iter();
        let row = rows.find(|row| {
            row.control == control
                && self.subject.suite.name == row.key.case.suite
                && row.key.case.dataset == step
                && row.key.metric == metric
                && row.key.class.as_deref() == self.class
        })?;
        let ends = row.control_lower.zip(row.control_upper);
        Some((row.control_value?, ends))
    }
}
