//! Files and folders under a name of their own until they are whole.

use std::path::Path;

use tempfile::{Builder, NamedTempFile, TempDir};

use super::fault::Fault;

/// A file beside which it will be renamed; readable to whom the user's mask allows.
pub(super) fn file(folder: &Path) -> Result<NamedTempFile, Fault> {
    std::fs::create_dir_all(folder).map_err(Fault::disk(folder))?;
    let mut builder = Builder::new();
    builder.prefix(".titer-");
    open_to(&mut builder, 0o666)
        .tempfile_in(folder)
        .map_err(Fault::disk(folder))
}

/// Gives a file its name.
pub(super) fn keep(file: NamedTempFile, to: &Path) -> Result<(), Fault> {
    file.as_file().sync_all().map_err(Fault::disk(to))?;
    let kept = file.persist(to).map(|_| ());
    kept.map_err(|error| Fault::disk(to)(error.error))
}

/// A folder beside which it will be renamed.
pub(super) fn folder(parent: &Path) -> Result<TempDir, Fault> {
    std::fs::create_dir_all(parent).map_err(Fault::disk(parent))?;
    let mut builder = Builder::new();
    builder.prefix(".titer-");
    open_to(&mut builder, 0o777)
        .tempdir_in(parent)
        .map_err(Fault::disk(parent))
}

#[cfg(unix)]
fn open_to<'a, 'b>(builder: &'a mut Builder<'b, 'b>, mode: u32) -> &'a mut Builder<'b, 'b> {
    use std::os::unix::fs::PermissionsExt;
    builder.permissions(std::fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn open_to<'a, 'b>(builder: &'a mut Builder<'b, 'b>, _: u32) -> &'a mut Builder<'b, 'b> {
    builder
}
