//! A terminal of a given width, in which a program is run: what it draws there is not what it writes into a pipe.

use std::fs::OpenOptions;
use std::io::{Read, Write};
use std::os::unix::ffi::OsStrExt;
use std::process::{Command, Stdio};

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};

/// What a program wrote to a terminal, and its exit code.
pub(crate) struct Drawn {
    pub code: Option<i32>,
    /// As it was written, with control sequences.
    pub raw: String,
}

impl Drawn {
    /// Runs a program whose output and errors go to a terminal of so many columns.
    pub(crate) fn of(command: Command, columns: u16) -> Self {
        Self::answered(command, columns, "")
    }

    /// The same, where somebody types.
    pub(crate) fn answered(mut command: Command, columns: u16, typed: &str) -> Self {
        let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&master).unwrap();
        unlockpt(&master).unwrap();
        let size = Winsize {
            ws_row: 40,
            ws_col: columns,
            ws_xpixel: 0,
            ws_ypixel: 0,
        };
        tcsetwinsize(&master, size).unwrap();
        let name = ptsname(&master, Vec::new()).unwrap();
        let name = std::ffi::OsStr::from_bytes(name.as_bytes());
        let open = || {
            OpenOptions::new()
                .read(true)
                .write(true)
                .open(name)
                .unwrap()
        };
        if !typed.is_empty() {
            command.stdin(Stdio::from(open()));
        }
        command
            .stdout(Stdio::from(open()))
            .stderr(Stdio::from(open()))
            .env("TERM", "xterm")
            .env_remove("COLUMNS");
        if !command.get_envs().any(|(name, _)| name == "NO_COLOR") {
            command.env_remove("NO_COLOR");
        }
        let mut child = command.spawn().unwrap();
        // Else the terminal never ends.
        drop(command);
        let mut raw = Vec::new();
        let mut master = std::fs::File::from(master);
        master.write_all(typed.as_bytes()).unwrap();
        let mut some = [0; 4096];
        // The end of a terminal is an error.
        while let Ok(count @ 1..) = master.read(&mut some) {
            raw.extend_from_slice(&some[..count]);
        }
        Self {
            code: child.wait().unwrap().code(),
            raw: String::from_utf8_lossy(&raw).into_owned(),
        }
    }

    /// The lines that stood there at some time, without control sequences.
    pub(crate) fn lines(&self) -> Vec<String> {
        let mut text = String::new();
        let mut rest = self.raw.chars();
        while let Some(letter) = rest.next() {
            match letter {
                '\u{1b}' => {
                    let ends = |letter: &char| letter.is_ascii_alphabetic();
                    let end = rest.find(ends);
                    // What is erased, or where the cursor goes, begins another line.
                    if end != Some('m') {
                        text.push('\n');
                    }
                }
                '\r' => text.push('\n'),
                other => text.push(other),
            }
        }
        let lines = text.lines().map(str::trim_end);
        lines
            .filter(|line| !line.is_empty())
            .map(str::to_owned)
            .collect()
    }
}
