//! A page opened for people: with `$BROWSER`, else with what the system opens pages with.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A program that opens nothing says so within this time; one that still runs is a browser.
const PATIENCE: Duration = Duration::from_secs(2);
const PAUSE: Duration = Duration::from_millis(20);

/// Opens a page.
///
/// # Errors
/// What each program said that was tried, in a line.
pub(crate) fn open(page: &Path) -> Result<(), String> {
    let mut said = Vec::new();
    for mut command in commands(page) {
        let program = command.get_program().to_string_lossy().into_owned();
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let opened = command.spawn().map_err(|error| error.to_string());
        match opened.and_then(watch) {
            Ok(()) => return Ok(()),
            Err(reason) => said.push(format!("{program}: {reason}")),
        }
    }
    Err(said.join("; "))
}

/// What is tried, in order. `BROWSER` lists commands between colons; in one of them `%s` stands for the page, which else
/// comes last.
fn commands(page: &Path) -> Vec<Command> {
    let named = std::env::var("BROWSER").unwrap_or_default();
    let named = named
        .split(':')
        .filter(|command| !command.trim().is_empty());
    let mut commands: Vec<Command> = named
        .filter_map(|command| of_words(command, page))
        .collect();
    if commands.is_empty() {
        commands.push(of_system(page));
    }
    commands
}

fn of_words(written: &str, page: &Path) -> Option<Command> {
    let place = page.display().to_string();
    let mut words = written.split_whitespace();
    let mut command = Command::new(words.next()?);
    command.args(words.map(|word| word.replace("%s", &place)));
    if !written.contains("%s") {
        command.arg(page);
    }
    Some(command)
}

fn of_system(page: &Path) -> Command {
    let mut command = match std::env::consts::OS {
        "macos" => Command::new("open"),
        "windows" => {
            let mut command = Command::new("cmd");
            command.args(["/C", "start", ""]);
            command
        }
        _ => Command::new("xdg-open"),
    };
    command.arg(page);
    command
}

/// Waits for a failure, but not for a browser to be closed.
fn watch(mut child: Child) -> Result<(), String> {
    let start = Instant::now();
    while start.elapsed() < PATIENCE {
        match child.try_wait() {
            Ok(Some(status)) if status.success() => return Ok(()),
            Ok(Some(status)) => return Err(status.to_string()),
            Ok(None) => std::thread::sleep(PAUSE),
            Err(error) => return Err(error.to_string()),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_stands_where_the_command_wants_it() {
        let page = Path::new("/runs/my run/report.html");
        let shown = |written: &str| {
            let command = of_words(written, page).unwrap();
            let words = std::iter::once(command.get_program()).chain(command.get_args());
            words
                .map(|it| it.to_string_lossy().into_owned())
                .collect::<Vec<_>>()
        };
        let place = "/runs/my run/report.html";
        assert_eq!(shown("firefox --new-tab"), ["firefox", "--new-tab", place]);
        assert_eq!(shown("lynx %s -dump"), ["lynx", place, "-dump"]);
        assert!(of_words("  ", page).is_none());
    }
}
