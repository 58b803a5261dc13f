//! How often a search changes calls within a number of substitutions, beside random ones: a picture of each dataset, then the
//! numbers.

use serde::Serialize;
use titer_core::search::{BEAM, GREEDY, RANDOM, RANDOM_ONCE, TRANSFER};
use titer_core::{AdversarialSuccess, Undefined};
use titer_spec::plan::{PlannedDataset, PlannedVariant};

use crate::chart::ladder_panel::{LadderPanel, Line, Point, draw};
use crate::context::cell::Cell;
use crate::context::pictures::Picture;
use crate::context::section::{Filled, Room};
use crate::context::table::{Column, Group, Row, Table};
use crate::index::{Index, Subject, slug};
use crate::number::{count, fixed, signed};

/// Searches, with as much as a page has room for.
pub(super) fn section(index: &Index<'_>, room: Room) -> Option<Filled> {
    let mut all: Vec<AdversarialView> = index
        .subjects()
        .into_iter()
        .filter_map(|subject| view(index, subject))
        .collect();
    if !room.is_whole() {
        all.iter_mut().for_each(|one| one.tables.truncate(1));
    }
    let cut = room.shorten(&mut all, "Adversarial searches", "csv/adversarial.csv");
    (!all.is_empty()).then(|| Filled::new(&all, "adversarial", "Adversarial").cut(cut))
}

/// A model on a suite.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct AdversarialView {
    /// The model and the suite.
    pub title: String,
    /// What was asked.
    pub asked: String,
    /// A picture for each dataset.
    pub pictures: Vec<Picture>,
    /// A table for each dataset.
    pub tables: Vec<Table>,
}

fn view(index: &Index<'_>, subject: Subject<'_>) -> Option<AdversarialView> {
    let is_own = |row: &&AdversarialSuccess| {
        row.suite == subject.suite.name && row.model == subject.model.name
    };
    let all = &index.input.tables.adversarial;
    let rows: Vec<&AdversarialSuccess> = all.iter().filter(is_own).collect();
    let first = rows.first()?;
    let widest = rows.iter().filter_map(|row| row.beam).max()?;
    let budgets = budgets(&rows);
    let queries = rows.iter().filter_map(|row| row.queries_at_most).max();
    let asked = format!(
        "{} examples of each dataset were drawn; {} queries for each at most; sets kept at each step: {}.",
        count(
            rows.iter()
                .map(|row| row.drawn)
                .max()
                .unwrap_or(first.drawn)
        ),
        queries.map_or_else(|| "no".to_owned(), count),
        widths(&rows)
    );
    let datasets = subject.datasets().iter().map(|dataset| {
        let own = rows
            .iter()
            .copied()
            .filter(|row| row.dataset == dataset.name);
        OfDataset {
            subject,
            dataset,
            rows: own.collect(),
            widest,
            budgets: &budgets,
        }
    });
    let datasets: Vec<OfDataset<'_>> = datasets.filter(|of| !of.rows.is_empty()).collect();
    Some(AdversarialView {
        title: format!("{} on {}", subject.model.name, subject.suite.name),
        asked,
        pictures: datasets.iter().filter_map(OfDataset::picture).collect(),
        tables: datasets.iter().map(OfDataset::table).collect(),
    })
}

fn budgets(rows: &[&AdversarialSuccess]) -> Vec<u64> {
    let mut budgets: Vec<u64> = rows.iter().map(|row| row.substitutions).collect();
    budgets.sort_unstable();
    budgets.dedup();
    budgets
}

fn widths(rows: &[&AdversarialSuccess]) -> String {
    let mut widths: Vec<u64> = rows.iter().filter_map(|row| row.beam).collect();
    widths.sort_unstable();
    widths.dedup();
    let name = |width: &u64| match width {
        1 => "1 (greedy)".to_owned(),
        more => more.to_string(),
    };
    widths.iter().map(name).collect::<Vec<_>>().join(", ")
}

/// What was found on a dataset.
struct OfDataset<'a> {
    subject: Subject<'a>,
    dataset: &'a PlannedDataset,
    rows: Vec<&'a AdversarialSuccess>,
    widest: u64,
    budgets: &'a [u64],
}

impl OfDataset<'_> {
    fn find(
        &self,
        variant: &str,
        kind: (&str, Option<u64>),
        number: u64,
    ) -> Option<&AdversarialSuccess> {
        let mut rows = self.rows.iter().copied();
        rows.find(|row| {
            (row.variant.as_str(), row.strategy.as_str(), row.beam) == (variant, kind.0, kind.1)
                && row.substitutions == number
        })
    }

    /// The strategy that keeps most.
    fn search(&self) -> (&'static str, Option<u64>) {
        let strategy = if self.widest == 1 { GREEDY } else { BEAM };
        (strategy, Some(self.widest))
    }

    fn points(&self, variant: &str, kind: (&str, Option<u64>)) -> Vec<Point> {
        let point = |&number: &u64| {
            let rate = &self.find(variant, kind, number)?.rate;
            let ends = rate.interval().ok();
            let ends = ends.map(|ends| (100.0 * ends.lower, 100.0 * ends.upper));
            Some((number as f64, 100.0 * rate.value?, ends))
        };
        self.budgets.iter().filter_map(point).collect()
    }

    /// A line for each variant's search, and those of the reference's random substitutions.
    fn picture(&self) -> Option<Picture> {
        let variants = self.subject.variants();
        let mut lines: Vec<Line> = variants
            .iter()
            .map(|variant| Line {
                name: format!("{}, search", variant.name),
                style: Some(self.subject.style(&variant.name)),
                points: self.points(&variant.name, self.search()),
            })
            .collect();
        // A style of its own, for a band of its own.
        let free = lines
            .iter()
            .filter_map(|line| line.style)
            .max()
            .map_or(0, |most| most + 1);
        if let Some(reference) = variants.first() {
            let name = &reference.name;
            lines.push(Line {
                name: format!("{name}, random: the best of as many queries"),
                style: Some(free),
                points: self.points(name, (RANDOM, None)),
            });
            lines.push(Line {
                name: format!("{name}, random: drawn once"),
                style: None,
                points: self.points(name, (RANDOM_ONCE, None)),
            });
        }
        lines.retain(|line| line.points.len() > 1);
        let places: Vec<f64> = self.budgets.iter().map(|number| *number as f64).collect();
        let ticks: Vec<String> = self.budgets.iter().map(u64::to_string).collect();
        let caption = self.dataset.name.clone();
        let panel = LadderPanel {
            id: slug(&format!("adversarial-{}-{caption}", self.subject.slug())),
            title: format!("Calls of {} changed on {caption}", self.subject.model.name),
            x: "Substitutions at most".to_owned(),
            y: "Calls changed, %",
            along: "within each number of substitutions",
            places: &places,
            ticks: &ticks,
            first: "",
            is_difference: true,
        };
        let svg = draw(&panel, &lines)?;
        Some(Picture { caption, svg })
    }

    fn table(&self) -> Table {
        let columns = self.budgets.iter().map(|number| match number {
            1 => Column::named("1 substitution"),
            more => Column::named(format!("{more} substitutions")),
        });
        let mut kinds: Vec<(&str, Option<u64>)> = Vec::new();
        for row in &self.rows {
            let kind = (row.strategy.as_str(), row.beam);
            if !kinds.contains(&kind) {
                kinds.push(kind);
            }
        }
        // A transfer has no row of the reference, whatever comes first.
        kinds.sort_by_key(|kind| kind.0 == TRANSFER);
        let group = |kind: &(&str, Option<u64>)| {
            let there = |variant: &&&PlannedVariant| {
                let mut rows = self.rows.iter();
                rows.any(|row| {
                    row.variant == variant.name && (row.strategy.as_str(), row.beam) == *kind
                })
            };
            let variants = self.subject.variants();
            let rows = variants.iter().filter(there).map(|variant| {
                let cells = self.budgets.iter().map(|number| {
                    let found = self.find(&variant.name, *kind, *number);
                    found.map_or_else(|| Cell::missing("not searched"), cell)
                });
                Row::of(self.subject, variant, cells.collect())
            });
            Group {
                heading: heading(*kind),
                hint: "calls changed".to_owned(),
                note: None,
                rows: rows.collect(),
            }
        };
        let groups: Vec<Group> = kinds.iter().map(group).collect();
        let caption = format!("Calls changed on {}", self.dataset.name);
        Table::new(caption, columns.collect::<Vec<_>>(), groups)
    }
}

fn heading((strategy, beam): (&str, Option<u64>)) -> String {
    match (strategy, beam) {
        (GREEDY, _) => "Greedy search".to_owned(),
        (BEAM, Some(width)) => format!("Beam search, {width} kept"),
        (RANDOM, _) => "Random, the best of as many queries".to_owned(),
        (RANDOM_ONCE, _) => "Random, drawn once".to_owned(),
        (TRANSFER, _) => {
            "Found on the reference: of the calls changed there, changed here".to_owned()
        }
        (other, _) => other.to_owned(),
    }
}

fn cell(row: &AdversarialSuccess) -> Cell {
    let mut cell = match row.rate.value() {
        Ok(value) => {
            let percent = |share: f64| fixed(100.0 * share, 1);
            let interval = row.rate.interval();
            Cell {
                value: format!("{} %", percent(value)),
                range: interval
                    .as_ref()
                    .ok()
                    .map(|ends| format!("{} to {}", percent(ends.lower), percent(ends.upper))),
                undefined: interval.err().map(|Undefined(reason)| reason),
                ..Cell::default()
            }
        }
        Err(reason) => return Cell::missing(reason.to_string()),
    };
    cell.notes.push(format!(
        "{} of {}",
        count(row.successes),
        count(row.examples)
    ));
    if let Some(queries) = row
        .queries_mean
        .filter(|_| !matches!(row.strategy.as_str(), TRANSFER | RANDOM_ONCE))
    {
        cell.notes
            .push(format!("{} queries on average", fixed(queries, 0)));
    }
    if let Some(edits) = row.edits_per_100_bases {
        cell.notes
            .push(format!("{} edits per 100 bases", fixed(edits, 2)));
    }
    if let Some(beyond) = row.beyond_random {
        let ends = row.beyond_random_lower.zip(row.beyond_random_upper);
        cell.notes
            .push(format!("{} beyond random", points(beyond, ends)));
    }
    if let (Some(further), Some(base)) = (row.held.further, &row.held.base) {
        let ends = row.held.further_lower.zip(row.held.further_upper);
        cell.notes
            .push(format!("{} against {base}", points(further, ends)));
        if row.held.is_shown() && row.strategy != TRANSFER {
            cell.mark = "worse";
        }
    }
    cell
}

/// A difference of shares in percentage points.
fn points(value: f64, ends: Option<(f64, f64)>) -> String {
    let one = |share: f64| signed(100.0 * share, 1);
    match ends {
        Some((lower, upper)) => format!("{} points ({} to {})", one(value), one(lower), one(upper)),
        None => format!("{} points", one(value)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;

    #[test]
    fn a_search_has_a_picture_with_its_random_baseline_and_a_table() {
        let input = fixture::searched();
        let index = Index::new(&input, 2);
        let view = index
            .subjects()
            .into_iter()
            .find_map(|it| view(&index, it))
            .unwrap();
        let svg = &view.pictures[0].svg;
        assert!(
            svg.contains("fp32, search") && svg.contains("random: the best of as many queries")
        );
        let groups = &view.tables[0].groups;
        assert_eq!(groups[0].heading, "Greedy search");
        let cell = &groups[0].rows[0].cells[1];
        assert_eq!(cell.value, "40.0 %");
        assert!(cell.notes.contains(&"40 of 100".to_owned()), "{cell:?}");
        let candidate = &groups[0].rows[1].cells[1];
        assert_eq!(candidate.mark, "worse");
        // The reference is no line of what was found on it.
        let transfer = groups.last().unwrap();
        assert!(transfer.heading.starts_with("Found on the reference"));
        assert!(transfer.rows.iter().all(|row| row.kind != "reference"));
        assert!(section(&index, Room::Whole).is_some());
        let none = fixture::run();
        assert!(section(&Index::new(&none, 2), Room::Whole).is_none());
    }
}
