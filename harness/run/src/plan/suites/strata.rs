//! What scores are broken down by and averaged over.

use titer_spec::plan::PlannedDataset;
use titer_spec::{Document, MetricSpec, Suite, suggest};

use super::check::error_at;
use crate::error::RunError;
use crate::plan::Planned;

/// Strata that need no column of that name: they follow from the place, the sequence or the target.
const DERIVED_STRATA: [&str; 6] = ["chromosome", "strand", "gc", "length", "class", "species"];

/// Every stratum is derived, or a column that some dataset declares.
pub(super) fn check(
    suite: &Document<Suite>,
    planned: &Planned,
    datasets: &[PlannedDataset],
) -> Result<(), RunError> {
    let given = &suite.value;
    let (name, split) = (&given.suite.value, &given.split.value);
    let mut known: Vec<&str> = DERIVED_STRATA.to_vec();
    for dataset in datasets {
        known.extend(declared(planned, name, &dataset.name, split));
    }
    for (index, stratum) in given.strata.iter().enumerate() {
        let wrong = |message: String, cure: String| Err(suite.error(stratum, message, cure).into());
        if !known.contains(&stratum.value.as_str()) {
            let message = format!(
                "strata: `{}` is no stratum of these datasets",
                stratum.value
            );
            return wrong(message, suggest::cure(&stratum.value, &known));
        }
        if given.strata[..index]
            .iter()
            .any(|other| other.value == stratum.value)
        {
            let message = format!("strata: `{}` stands twice", stratum.value);
            return wrong(message, "list it once".to_owned());
        }
    }
    Ok(())
}

/// The strata that a dataset declares.
pub(super) fn declared<'a>(
    planned: &'a Planned,
    suite: &str,
    dataset: &str,
    split: &str,
) -> Vec<&'a str> {
    let key = (suite.to_owned(), dataset.to_owned(), split.to_owned());
    let data = planned.data.get(&key);
    let columns = data.map(|data| &data.examples.dataset.about().columns.strata);
    columns.into_iter().flatten().map(String::as_str).collect()
}

/// Every example of every dataset is in a group of what a metric is averaged over.
pub(super) fn check_groups(
    suite: &Document<Suite>,
    planned: &Planned,
    datasets: &[PlannedDataset],
) -> Result<(), RunError> {
    let given = &suite.value;
    let (name, split) = (&given.suite.value, &given.split.value);
    for (index, metric) in given.metrics.iter().enumerate() {
        let MetricSpec::Grouped(grouped) = metric else {
            continue;
        };
        let by = grouped.by.text();
        for dataset in datasets {
            let mut known = vec!["chromosome", "strand", "gc", "length"];
            known.extend(declared(planned, name, &dataset.name, split));
            if !known.contains(&by) {
                let message = format!(
                    "metrics: `{}` asks for groups by `{by}`, which is no stratum of dataset {}",
                    metric.name(),
                    dataset.name
                );
                let field = format!("metrics.{index}.grouped.by");
                return Err(error_at(suite, &field, message, suggest::cure(by, &known)).into());
            }
        }
    }
    Ok(())
}
