//! The members of zip and tar archives, one after the other.

use std::io::{Read, Seek};

use tar::EntryType;

use super::damaged;
use crate::fetch::fault::Fault;

/// A member.
pub(super) struct Member<'a> {
    pub name: &'a str,
    pub kind: MemberKind,
}

/// What a member is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MemberKind {
    File,
    Folder,
    /// In words that follow "is".
    Other(&'static str),
}

/// What takes members.
pub(super) type Take<'a> = &'a mut dyn FnMut(&Member, &mut dyn Read) -> Result<(), Fault>;

/// Hands over the members of a zip archive, in the order of its directory.
pub(super) fn zip(reader: impl Read + Seek, take: Take) -> Result<(), Fault> {
    let mut archive = zip::ZipArchive::new(reader).map_err(|error| damaged(&error))?;
    if archive.has_duplicate_names() {
        return Err(Fault::archive("one of its names is there twice"));
    }
    for index in 0..archive.len() {
        let (name, kind) = {
            let member = archive
                .by_index_raw(index)
                .map_err(|error| damaged(&error))?;
            let name = std::str::from_utf8(member.name_raw())
                .map_err(|_| Fault::archive("a name in it is not UTF-8"))?;
            (name.to_owned(), zip_kind(&member))
        };
        let member = Member { name: &name, kind };
        match kind {
            MemberKind::Other(_) => take(&member, &mut std::io::empty())?,
            _ => {
                let mut bytes = archive.by_index(index).map_err(|error| damaged(&error))?;
                take(&member, &mut bytes)?;
            }
        }
    }
    Ok(())
}

fn zip_kind<R: Read>(member: &zip::read::ZipFile<'_, R>) -> MemberKind {
    // What kind of file it was, where a Unix wrote it.
    let kind = member.unix_mode().map_or(0, |mode| mode & 0o170_000);
    match kind {
        _ if member.encrypted() => MemberKind::Other("encrypted"),
        0o120_000 => MemberKind::Other("a link"),
        0 | 0o100_000 if !member.is_dir() => MemberKind::File,
        0 | 0o040_000 if member.is_dir() => MemberKind::Folder,
        _ => MemberKind::Other("neither a file nor a folder"),
    }
}

/// Hands over the members of a tar archive.
pub(super) fn tar(reader: impl Read, take: Take) -> Result<(), Fault> {
    let mut archive = tar::Archive::new(reader);
    let entries = archive.entries().map_err(|error| damaged(&error))?;
    for entry in entries {
        let mut entry = entry.map_err(|error| damaged(&error))?;
        let kind = match entry.header().entry_type() {
            EntryType::Regular | EntryType::Continuous => MemberKind::File,
            EntryType::Directory => MemberKind::Folder,
            // What git says of the commit.
            EntryType::XGlobalHeader => continue,
            EntryType::Symlink | EntryType::Link => MemberKind::Other("a link"),
            EntryType::Char | EntryType::Block | EntryType::Fifo => MemberKind::Other("a device"),
            _ => MemberKind::Other("neither a file nor a folder"),
        };
        let name = entry.path_bytes().into_owned();
        let name =
            std::str::from_utf8(&name).map_err(|_| Fault::archive("a name in it is not UTF-8"))?;
        take(&Member { name, kind }, &mut entry)?;
    }
    Ok(())
}
