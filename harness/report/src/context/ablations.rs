//! What each field of a matrix is worth: differences of the main metric drawn, then every metric in a table beside what it costs.

use serde::Serialize;
use titer_core::Ablation;
use titer_spec::evaluation::matrix::Vary;
use titer_spec::plan::PlannedMatrix;

use crate::chart::forest::{self, Axis, Forest, forest};
use crate::context::builds::costs::{Costs, Ratio};
use crate::context::cell::{Cell, side};
use crate::context::groups::estimate;
use crate::context::pictures::Picture;
use crate::context::scores::heading;
use crate::context::section::{Filled, Room};
use crate::context::table::{Column, Group, Row, Table};
use crate::index::{Index, Subject};
use crate::number::{counted, p_value};
use crate::words;

/// The matrices of a run, with as much as a page has room for.
pub(super) fn section(index: &Index<'_>, room: Room) -> Option<Filled> {
    let subjects = index.subjects().into_iter();
    let mut all: Vec<MatrixView> = subjects.filter_map(|of| view(index, of)).collect();
    let cut = room.shorten(&mut all, "Matrices", "csv/ablations.csv");
    (!all.is_empty()).then(|| Filled::new(&all, "ablations", "Ablations").cut(cut))
}

/// The matrix of a model on a suite.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct MatrixView {
    /// The model and the suite.
    pub title: String,
    /// How it was varied, and for how many tests p-values are corrected.
    pub how: String,
    /// The main metric, one for each dataset and class.
    pub pictures: Vec<Picture>,
    /// Every metric, by dataset, and what it costs.
    pub table: Table,
}

/// A field set to a value.
struct Setting<'a> {
    field: &'a str,
    set: &'a str,
    /// The variant in which it alone is set.
    variant: Option<&'a str>,
    /// In words.
    label: String,
}

fn view(index: &Index<'_>, subject: Subject<'_>) -> Option<MatrixView> {
    let matrix = subject.model.matrix.as_ref()?;
    let of = |row: &&Ablation| row.suite == subject.suite.name && row.model == subject.model.name;
    let all = index.input.tables.ablations.iter();
    let rows: Vec<&Ablation> = all.filter(of).collect();
    rows.first()?;
    let settings = settings(matrix);
    let classes = subject.classes_of(subject.main_metric());
    let datasets = subject.datasets().iter();
    let pictures = datasets.flat_map(|dataset| {
        let picture = |class: &Option<&str>| {
            picture(subject, &rows, (matrix, &settings), (&dataset.name, *class))
        };
        classes.iter().filter_map(picture).collect::<Vec<_>>()
    });
    Some(MatrixView {
        title: format!("{} on {}", subject.model.name, subject.suite.name),
        how: how(index, subject, matrix),
        pictures: pictures.collect(),
        table: table(index, subject, &rows, &settings),
    })
}

fn how(index: &Index<'_>, subject: Subject<'_>, matrix: &PlannedMatrix) -> String {
    let all = index.input.tables.ablations.iter();
    let of_model = all.filter(|row| row.model == subject.model.name && row.p_value.is_some());
    let tests = counted(of_model.count() as u64, "test", "tests");
    let reference = &subject.model.reference;
    let varied = match matrix.vary {
        Vary::OneAtATime => format!("Each field is set by itself, all else as in {reference}."),
        Vary::InFull => format!(
            "All combinations were run: a difference is the mean over those of the other fields, and its interval the mean of theirs, which holds however they go together. What a field costs stands for it alone, against {reference}."
        ),
    };
    format!("{varied} p-values are Holm's over the {tests} of this model.")
}

fn settings(matrix: &PlannedMatrix) -> Vec<Setting<'_>> {
    let mut settings = Vec::new();
    for (number, axis) in matrix.axes.iter().enumerate() {
        for (level, set) in axis.values.iter().enumerate().skip(1) {
            let mut levels = vec![0; matrix.axes.len()];
            if let Some(own) = levels.get_mut(number) {
                *own = level;
            }
            settings.push(Setting {
                field: &axis.field,
                set,
                variant: matrix.at(&levels),
                label: format!("{}: {set}", axis.field),
            });
        }
    }
    settings
}

fn find<'a>(
    rows: &[&'a Ablation],
    setting: &Setting<'_>,
    dataset: &str,
    (metric, class): (&str, Option<&str>),
) -> Option<&'a Ablation> {
    let mut rows = rows.iter().copied();
    rows.find(|row| {
        row.field == setting.field
            && row.set == setting.set
            && row.dataset == dataset
            && row.metric == metric
            && row.class.as_deref() == class
    })
}

/// The differences of a metric on a dataset: a group for each field.
fn picture(
    subject: Subject<'_>,
    rows: &[&Ablation],
    (matrix, settings): (&PlannedMatrix, &[Setting<'_>]),
    (dataset, class): (&str, Option<&str>),
) -> Option<Picture> {
    let metric = subject.main_metric();
    let row = |setting: &Setting<'_>| {
        let found = find(rows, setting, dataset, (metric, class));
        let interval = found.and_then(|row| row.difference.interval().ok());
        forest::Row {
            label: setting.set.to_owned(),
            style: setting.variant.map_or(0, |variant| subject.style(variant)),
            value: found.and_then(|row| row.difference.value),
            interval: interval.map(|interval| (interval.lower, interval.upper)),
        }
    };
    let groups = matrix.axes.iter().map(|axis| {
        let own = axis.values.first().map_or("", String::as_str);
        let set = settings
            .iter()
            .filter(|setting| setting.field == axis.field);
        forest::Group {
            heading: format!("{}, otherwise {own}", axis.field),
            rows: set.map(row).collect(),
        }
    });
    let name = heading(metric, class);
    let svg = forest(&Forest {
        id: format!(
            "ablations-{}-{dataset}-{}",
            subject.slug(),
            class.unwrap_or("all")
        ),
        title: format!(
            "What each field does to {name} on {dataset}, {}",
            subject.model.name
        ),
        x: format!("Difference in {name}, {}", words::better(metric)),
        groups: groups.collect(),
        axis: Axis::Differences,
        margins: Vec::new(),
    })?;
    let caption = format!("{name} on {dataset}: what each field does to it, with 95 % interval");
    Some(Picture { caption, svg })
}

fn table(
    index: &Index<'_>,
    subject: Subject<'_>,
    rows: &[&Ablation],
    settings: &[Setting<'_>],
) -> Table {
    let kinds = subject.by_class(subject.metrics());
    let mut columns: Vec<Column> = kinds
        .iter()
        .map(|(metric, class)| Column {
            lines: vec![words::better(metric).to_owned()],
            ..Column::named(format!("Δ {}", heading(metric, *class)))
        })
        .collect();
    let costs = Costs::new(index, subject.model);
    let is_measured = costs.reference.is_some();
    if is_measured {
        columns.extend(["Latency", "Memory"].map(Column::named));
    }
    let group = |dataset: &str| Group {
        heading: dataset.to_owned(),
        hint: String::new(),
        note: None,
        rows: settings
            .iter()
            .map(|setting| {
                let cell = |kind| found(find(rows, setting, dataset, kind), kind.0);
                let mut cells: Vec<Cell> = kinds.iter().map(|kind| cell(*kind)).collect();
                if is_measured {
                    let variant = setting.variant.unwrap_or_default();
                    cells.extend([costs.latency(variant), costs.memory(variant)].map(ratio));
                }
                Row {
                    label: setting.label.clone(),
                    kind: "",
                    style: setting.variant.map(|variant| subject.style(variant)),
                    cells,
                }
            })
            .collect(),
    };
    let datasets = subject.datasets().iter();
    let groups = datasets.map(|dataset| group(&dataset.name)).collect();
    let caption = format!("What each field does, against {}", subject.model.reference);
    Table {
        corner: "Field set".to_owned(),
        ..Table::new(caption, columns, groups)
    }
}

/// A difference; where its interval leaves 0 out, with the p-value that counts the others, too.
fn found(row: Option<&Ablation>, metric: &str) -> Cell {
    let Some(row) = row else {
        return Cell::missing("not compared: a cell failed, or was not asked for");
    };
    let mut cell = estimate(&row.difference);
    if let Some(value) = row.difference.value {
        cell.value = crate::number::signed(value, 4);
    }
    if let Ok(interval) = row.difference.interval() {
        cell.range = Some(crate::number::signed_range(&interval, 4));
        cell.mark = side(&interval, words::sign(metric));
    }
    if let Some(holm) = row.holm.filter(|_| !cell.mark.is_empty()) {
        cell.notes.push(format!("p {} after Holm", p_value(holm)));
    }
    cell
}

fn ratio(ratio: Option<Ratio>) -> Cell {
    ratio.map_or_else(
        || Cell::missing("not measured"),
        |ratio| Cell {
            value: ratio.value,
            range: ratio.range,
            mark: ratio.mark,
            ..Cell::default()
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;
    use titer_core::{Estimate, Interval, IntervalMethod};
    use titer_spec::plan::{MatrixPoint, PlannedAxis};

    fn row(metric: &str, set: &str, ends: (f64, f64), holm: f64) -> Ablation {
        let interval = Ok(Interval {
            lower: ends.0,
            upper: ends.1,
            confidence: 0.95,
            method: IntervalMethod::ClusteredBootstrapT,
        });
        Ablation {
            suite: "splice-donor".to_owned(),
            model: "mmsplice-donor".to_owned(),
            dataset: "splice-human-chr20".to_owned(),
            split: "test".to_owned(),
            metric: metric.to_owned(),
            class: None,
            field: "variant".to_owned(),
            own: "fp32".to_owned(),
            set: set.to_owned(),
            pairs: 1,
            difference: Estimate::new(&Ok(f64::midpoint(ends.0, ends.1)), &interval),
            p_value: Some(holm / 2.0),
            holm: Some(holm),
            clusters: 50,
        }
    }

    #[test]
    fn what_counts_is_marked_in_the_metrics_good_direction() {
        let mut input = fixture::run();
        let model = &mut input.manifest.plan.models[0];
        let set = model.variants[1].name.clone();
        let point = |variant: &str, level| MatrixPoint {
            variant: variant.to_owned(),
            levels: vec![level],
        };
        model.matrix = Some(PlannedMatrix {
            vary: Vary::OneAtATime,
            axes: vec![PlannedAxis {
                field: "variant".to_owned(),
                values: vec![model.reference.clone(), set.clone()],
            }],
            points: vec![point(&model.reference, 0), point(&set, 1)],
        });
        let index = Index::new(&input, 2);
        assert!(section(&index, Room::Whole).is_none(), "no row, no section");
        let subject = index.subjects()[0];
        let own = |row: Ablation| Ablation {
            suite: subject.suite.name.clone(),
            model: subject.model.name.clone(),
            dataset: subject.datasets()[0].name.clone(),
            ..row
        };
        let rows = vec![
            own(row("auroc", &set, (-0.03, -0.01), 0.004)),
            own(row("log_loss", &set, (-0.02, 0.04), 1.0)),
        ];
        input.tables.ablations = rows;
        let index = Index::new(&input, 2);
        let view = view(&index, index.subjects()[0]).unwrap();
        assert!(
            view.how.contains("over the 2 tests of this model"),
            "{}",
            view.how
        );
        let row = &view.table.groups[0].rows[0];
        assert_eq!(row.label, format!("variant: {set}"));
        let named = |name: &str| {
            let mut columns = view.table.columns.iter();
            let at = columns.position(|column| column.name == name).unwrap();
            &row.cells[at]
        };
        let auroc = named("Δ AUROC");
        assert_eq!((auroc.value.as_str(), auroc.mark), ("−0.0200", "worse"));
        assert_eq!(auroc.notes, ["p 0.004 after Holm"]);
        let loss = named("Δ Log loss");
        assert_eq!((loss.mark, loss.notes.len()), ("", 0));
        assert!(view.pictures[0].svg.contains("variant, otherwise"));
    }
}
