//! `titer completions` and `titer man`: the arguments' types as a shell and as `man` read them.

use std::io::Write;
use std::path::Path;

use clap::CommandFactory;
use clap_complete::Shell;
use clap_mangen::Man;

use crate::arguments::Arguments;
use crate::console::say;
use crate::error::CommandError;

/// The program's name, as it is typed.
const NAME: &str = "titer";

/// Prints the script that completes `titer` in a shell.
pub(super) fn completions(shell: Shell) -> u8 {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), NAME, &mut script);
    give(&script)
}

/// Prints the page of `titer`, or writes it and those of its commands into a folder.
pub(super) fn man(output: Option<&Path>) -> Result<u8, CommandError> {
    let command = Arguments::command();
    match output {
        None => {
            let mut page = Vec::new();
            Man::new(command)
                .render(&mut page)
                .map_err(|error| CommandError::Internal(format!("no man page: {error}")))?;
            Ok(give(&page))
        }
        Some(folder) => {
            let failed = |error: std::io::Error| {
                let place = folder.display();
                CommandError::Argument(format!("--output {place}: {error}"))
            };
            std::fs::create_dir_all(folder).map_err(failed)?;
            clap_mangen::generate_to(command, folder).map_err(failed)?;
            say(&format!(
                "man pages: {} (`man -l {}`)",
                folder.display(),
                folder.join("titer.1").display()
            ));
            Ok(0)
        }
    }
}

/// To standard output, to the byte. A reader that has gone away is no error.
fn give(bytes: &[u8]) -> u8 {
    let _ = std::io::stdout().lock().write_all(bytes);
    0
}
