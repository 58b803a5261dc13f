//! Why examples have no row: ids that differ in spaces or case alone.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;

use titer_core::ModelError;
use titer_spec::VariantSpec;
use titer_spec::model::{ROWS, SCORES};

use super::reader::{Cell, Reader};

/// A row whose id is that of a missing example but for spaces and case, in words; or, where there is none,
/// what the table's first id looks like. `None` where rows are not matched by id.
///
/// # Errors
/// The table cannot be read.
pub fn near_miss(
    variant: &VariantSpec,
    files: &BTreeMap<String, PathBuf>,
    missing: &[&str],
) -> Result<Option<String>, ModelError> {
    let options = super::options(variant)?;
    let path = match files.get(ROWS) {
        Some(path) => path.as_path(),
        None => crate::role(files, SCORES)?,
    };
    let Some(column) = &options.id else {
        return Ok(None);
    };
    let wanted: HashMap<String, &str> = missing.iter().map(|id| (folded(id), *id)).collect();
    let reader = Reader::open(path)?;
    let (mut first, mut near) = (None, None);
    reader.scan(&[column.as_str()], &mut |line, cells| {
        if let (Some(Cell::Text(id)), None) = (cells.first(), &near) {
            first.get_or_insert_with(|| format!("its first id is {id:?}"));
            near = wanted.get(&folded(id)).map(|example| {
                format!(
                    "{} has {id:?} where the example is {example:?}: spaces and case count",
                    reader.at(Some(line))
                )
            });
        }
        Ok(())
    })?;
    Ok(near.or(first))
}

fn folded(id: &str) -> String {
    let plain: String = id.chars().filter(|c| !c.is_whitespace()).collect();
    plain.to_lowercase()
}
