//! `titer models check` of a table of predictions.

use titer_backends::predictions;
use titer_run::models::{LoadedModel, LoadedVariant};

use crate::console::say;
use crate::error::CommandError;

/// Reads a variant's table; what depends on a dataset is held to it by `titer plan` and `titer run`.
pub(super) fn check(
    model: &LoadedModel,
    name: &str,
    variant: &LoadedVariant,
    files: &str,
) -> Result<(), CommandError> {
    let options = predictions::options(&variant.spec)?;
    if options.row_order.is_some() || options.dataset.is_some() {
        say(&format!(
            "{name}: {files}; its rows are matched with a dataset's, by `titer plan` and `titer run`"
        ));
        return Ok(());
    }
    let table = predictions::load(model.spec(), &variant.spec, &variant.files, None)?;
    if table.rows() == 0
        && let Some(none) = predictions::none_chosen(&variant.spec, &variant.files, None)?
    {
        let error = model.document.error(&none.said, none.message, none.cure);
        return Err(error.into());
    }
    say(&format!(
        "{name}: {files}; predictions of {} examples, {} rows repeated",
        table.rows(),
        table.repeated()
    ));
    Ok(())
}
