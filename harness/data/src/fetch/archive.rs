//! Archives: known by their content, unpacked within bounds, nothing outside the folder they go to.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufReader, ErrorKind, Read, Seek, Write};
use std::path::Path;

use flate2::read::MultiGzDecoder;

use super::fault::Fault;

mod capped;
mod members;
mod name;

use capped::Capped;
use members::{Member, MemberKind};

/// What unpacked bytes may be of packed ones: deflate reaches 1032, sequence and tables stay below 30.
const MOST_RATIO: u64 = 200;
/// A small archive may be of any ratio up to this.
const FREE_BYTES: u64 = 64 << 20;
/// The most members of one archive.
const MOST_MEMBERS: u64 = 200_000;

/// What an archive is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Zip,
    Tar,
    TarGz,
    Gz,
}

/// An archive on the disk.
pub(super) struct Archive {
    file: File,
    format: Format,
    /// What it may unpack to.
    most: u64,
}

impl Archive {
    /// Opens an archive.
    ///
    /// # Errors
    /// It is none, or of another format.
    pub(super) fn open(path: &Path) -> Result<Self, Fault> {
        let failed = Fault::disk(path);
        let mut file = File::open(path).map_err(&failed)?;
        let size = file.metadata().map_err(failed)?.len();
        Ok(Self {
            format: recognise(&mut file)?,
            file,
            most: size.saturating_mul(MOST_RATIO).max(FREE_BYTES),
        })
    }

    /// Writes the one file that is asked for; without a name, what a single gzip file holds. It has to have
    /// exactly so many bytes.
    ///
    /// # Errors
    /// There is none or more than one of that name, it is not a file, or of another size.
    pub(super) fn unpack_file(
        &mut self,
        member: Option<&str>,
        bytes: u64,
        to: &mut File,
    ) -> Result<(), Fault> {
        self.check_total(bytes)?;
        let Some(wanted) = member else {
            let Format::Gz = self.format else {
                return Err(Fault::archive("it holds several files, and none is named"));
            };
            let mut left = bytes;
            let mut reader = MultiGzDecoder::new(BufReader::new(&self.file));
            copy(&mut reader, to, &mut left, bytes)?;
            return exactly(left, bytes);
        };
        let mut found = 0;
        let mut left = bytes;
        self.each(&mut |member, reader| {
            if name::plain(member.name) != wanted {
                return Ok(());
            }
            found += 1;
            match (found, member.kind) {
                (1, MemberKind::File) => copy(reader, to, &mut left, bytes),
                (1, _) => Err(Fault::archive(format!("`{wanted}` is no file"))),
                _ => Err(Fault::archive(format!("`{wanted}` is there twice"))),
            }
        })?;
        match found {
            0 => Err(Fault::archive(format!("it has no `{wanted}`"))),
            _ => exactly(left, bytes),
        }
    }

    /// Writes all files below an empty folder. Together they have to have exactly so many bytes.
    ///
    /// # Errors
    /// A member is a link or a device, would lie outside the folder, has an odd name or is there twice.
    pub(super) fn unpack_folder(&mut self, bytes: u64, folder: &Path) -> Result<(), Fault> {
        self.check_total(bytes)?;
        let mut left = bytes;
        let mut seen = BTreeSet::new();
        self.each(&mut |member, reader| {
            let shown = member.name.escape_debug();
            let parts = name::parts(member.name)
                .map_err(|reason| Fault::archive(format!("`{shown}` {reason}")))?;
            let path = parts
                .iter()
                .fold(folder.to_owned(), |at, part| at.join(part));
            let failed = |error: std::io::Error| match error.kind() {
                // One member is a file, another a folder of that name.
                ErrorKind::AlreadyExists | ErrorKind::NotADirectory | ErrorKind::IsADirectory => {
                    Fault::archive(format!("`{shown}` is there twice"))
                }
                _ => Fault::disk(folder)(error),
            };
            let make = |path: &Path| std::fs::create_dir_all(path).map_err(failed);
            match member.kind {
                MemberKind::Folder => return make(&path),
                MemberKind::Other(what) => {
                    return Err(Fault::archive(format!("`{shown}` is {what}")));
                }
                MemberKind::File => {}
            }
            // On some disks `A` and `a` are one file.
            if !seen.insert(parts.join("/").to_lowercase()) {
                return Err(Fault::archive(format!("`{shown}` is there twice")));
            }
            if let Some(parent) = path.parent() {
                make(parent)?;
            }
            let mut file = File::create_new(&path).map_err(failed)?;
            copy(reader, &mut file, &mut left, bytes)
        })?;
        exactly(left, bytes)
    }

    fn check_total(&self, bytes: u64) -> Result<(), Fault> {
        match bytes > self.most {
            true => Err(Fault::archive(format!(
                "{bytes} bytes would come of it, more than {MOST_RATIO} times what it has"
            ))),
            false => Ok(()),
        }
    }

    fn each(
        &mut self,
        take: &mut dyn FnMut(&Member, &mut dyn Read) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        let mut count = 0;
        let mut counted = |member: &Member, reader: &mut dyn Read| {
            count += 1;
            match count > MOST_MEMBERS {
                true => Err(Fault::archive(format!(
                    "it has more than {MOST_MEMBERS} members"
                ))),
                false => take(member, reader),
            }
        };
        let file = BufReader::new(&self.file);
        match self.format {
            Format::Zip => members::zip(file, &mut counted),
            Format::Tar => members::tar(file, &mut counted),
            Format::TarGz => {
                let plain = Capped::new(MultiGzDecoder::new(file), self.most);
                members::tar(plain, &mut counted)
            }
            Format::Gz => Err(Fault::archive("it is one gzip file and has no members")),
        }
    }
}

/// Copies what is left to be had and not a byte more.
fn copy(reader: &mut dyn Read, to: &mut File, left: &mut u64, stated: u64) -> Result<(), Fault> {
    let mut piece = vec![0; 1 << 16];
    loop {
        let read = match reader.read(&mut piece) {
            Ok(0) => return Ok(()),
            Ok(read) => read,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => return Err(damaged(&error)),
        };
        *left = left.checked_sub(read as u64).ok_or_else(|| {
            Fault::archive(format!("it holds more than the stated {stated} bytes"))
        })?;
        to.write_all(&piece[..read])
            .map_err(Fault::disk(Path::new("what is unpacked")))?;
    }
}

fn exactly(left: u64, stated: u64) -> Result<(), Fault> {
    match left {
        0 => Ok(()),
        left => Err(Fault::archive(format!(
            "{} bytes come of it, {stated} are stated",
            stated - left
        ))),
    }
}

fn damaged(error: &dyn std::fmt::Display) -> Fault {
    Fault::archive(format!("it is not read to its end: {error}"))
}

fn recognise(file: &mut File) -> Result<Format, Fault> {
    let start = start_of(&mut *file)?;
    file.rewind().map_err(|error| damaged(&error))?;
    let format = match start.as_slice() {
        [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => Format::Zip,
        [0x1f, 0x8b, ..] => {
            let inside = start_of(MultiGzDecoder::new(BufReader::new(&*file)));
            file.rewind().map_err(|error| damaged(&error))?;
            match is_tar(&inside?) {
                true => Format::TarGz,
                false => Format::Gz,
            }
        }
        start if is_tar(start) => Format::Tar,
        start => return Err(Fault::archive(foreign(start))),
    };
    Ok(format)
}

/// What is no archive that Titer unpacks.
fn foreign(start: &[u8]) -> &'static str {
    match start {
        [b'B', b'Z', b'h', ..] => "bzip2 is not unpacked here, only zip, tar and gzip",
        [0xfd, b'7', b'z', b'X', b'Z', ..] => "xz is not unpacked here, only zip, tar and gzip",
        [0x28, 0xb5, 0x2f, 0xfd, ..] => "zstd is not unpacked here, only zip, tar and gzip",
        [b'7', b'z', 0xbc, 0xaf, ..] | [b'R', b'a', b'r', b'!', ..] => {
            "7z and RAR are not unpacked here, only zip, tar and gzip"
        }
        _ => "it is neither zip nor tar nor gzip",
    }
}

fn start_of(mut reader: impl Read) -> Result<Vec<u8>, Fault> {
    let mut start = Vec::new();
    let read = (&mut reader).take(512).read_to_end(&mut start);
    read.map(|_| start).map_err(|error| damaged(&error))
}

/// POSIX and GNU write their name; the checksum tells older ones.
fn is_tar(start: &[u8]) -> bool {
    let Some(header) = start.get(..512) else {
        return false;
    };
    if &header[257..262] == b"ustar" {
        return true;
    }
    let stated = std::str::from_utf8(&header[148..156]).unwrap_or_default();
    let stated = u32::from_str_radix(stated.trim_matches(['\0', ' ']), 8);
    let blank = 8 * u32::from(b' ');
    let sum = |part: &[u8]| part.iter().map(|byte| u32::from(*byte)).sum::<u32>();
    header[0] != 0 && stated == Ok(sum(&header[..148]) + blank + sum(&header[156..]))
}
