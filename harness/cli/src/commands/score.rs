//! `titer score`: a run folder scored, judged and rendered again.

use std::path::Path;

use titer_store::RunFolder;

use crate::arguments::{ForCi, Talk};
use crate::commands::{Done, judged};
use crate::error::CommandError;
use crate::progress::Progress;

pub(super) fn run(folder: &Path, ci: ForCi, talk: Talk) -> Result<Done, CommandError> {
    let folder = RunFolder::at(folder);
    let _lock = folder.lock_existing()?;
    judged::judge(&folder, None, ci, &Progress::new(talk, "scoring"))
}
