//! Examples that lost bases before the model read them.

use crate::index::{Index, Subject};
use crate::number::{count, percent};

/// How many of a dataset's examples lost bases, in words; `None` where none did.
pub(crate) fn line(index: &Index<'_>, subject: Subject<'_>, dataset: &str) -> Option<String> {
    let (lost, of) = lost(index, subject, dataset)?;
    Some(format!("{} of {} examples cropped", count(lost), count(of)))
}

/// What a reader must know of a model that takes fewer bases than there are.
pub(crate) fn note(index: &Index<'_>, subject: Subject<'_>) -> Option<String> {
    let of_dataset = |dataset: &str| {
        let (lost, of) = lost(index, subject, dataset)?;
        Some(format!(
            "{} of {} examples ({}) of {dataset}",
            count(lost),
            count(of),
            percent(lost as f64 / of as f64)
        ))
    };
    let datasets = subject.datasets().iter();
    let parts: Vec<String> = datasets
        .filter_map(|dataset| of_dataset(&dataset.name))
        .collect();
    (!parts.is_empty()).then(|| {
        format!(
            "The model takes fewer bases than some sequences have: {} were cropped before it read them. Its \
             scores count them like any other.",
            parts.join(", ")
        )
    })
}

/// The clean cell with most of them: one variant may have failed.
fn lost(index: &Index<'_>, subject: Subject<'_>, dataset: &str) -> Option<(u64, u64)> {
    let cells = index.plan().cells.iter().filter(|cell| {
        cell.case.suite == subject.suite.name
            && cell.case.split == subject.suite.split
            && cell.case.model == subject.model.name
            && cell.case.dataset == dataset
            && cell.case.is_clean()
    });
    cells
        .filter_map(|cell| index.cell(&cell.key))
        .map(|record| (record.truncated, record.examples))
        .max()
        .filter(|(lost, _)| *lost > 0)
}
