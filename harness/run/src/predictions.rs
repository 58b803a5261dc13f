//! A table of predictions, read for a dataset's split.

use std::collections::BTreeMap;
use std::path::PathBuf;

use titer_backends::predictions::{self, Asked, Table};
use titer_data::LoadedDataset;
use titer_spec::{ModelSpec, VariantSpec};

use crate::error::RunError;

/// Reads a variant's table. Where its rows follow the dataset's order, so does the whole split: what a
/// question or a limit leaves out has its row all the same.
///
/// # Errors
/// The dataset cannot be read, or the table is flawed.
pub(crate) fn read(
    spec: &ModelSpec,
    variant: &VariantSpec,
    files: &BTreeMap<String, PathBuf>,
    dataset: &LoadedDataset,
    split: &str,
) -> Result<Table, RunError> {
    let ids: Vec<String> = match predictions::options(variant)?.row_order {
        Some(_) => titer_data::read(dataset, split, &|_| true)?
            .into_iter()
            .map(|example| example.id)
            .collect(),
        None => Vec::new(),
    };
    let asked = Asked {
        dataset: &dataset.about().dataset.value,
        split,
        ids: &ids,
    };
    Ok(predictions::load(spec, variant, files, Some(asked))?)
}
