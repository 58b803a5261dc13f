//! Archives that are sound, and archives that would write where they should not, or without end.

use std::io::{Cursor, Write};

use crate::fetching::{Case, bytes, table};
use crate::loopback::{self, Reply};
use flate2::Compression;
use flate2::write::GzEncoder;
use tar::{EntryType, Header};
use titer_core::Digest;
use zip::write::{SimpleFileOptions, ZipWriter};

const ROWS: &[u8] = b"sequence,label\nACGT,1\n";

/// A tar archive; names are written as they are, whatever they are.
fn tar(members: &[(&[u8], EntryType, &[u8])]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, kind, content) in members {
        let mut header = Header::new_gnu();
        header.as_mut_bytes()[..name.len()].copy_from_slice(name);
        header.set_entry_type(*kind);
        header.set_size(content.len() as u64);
        header.set_mode(0o777);
        if matches!(kind, EntryType::Symlink | EntryType::Link) {
            header.set_link_name("/etc/passwd").unwrap();
        }
        header.set_cksum();
        builder.append(&header, *content).unwrap();
    }
    builder.into_inner().unwrap()
}

fn gzip(content: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in members {
        writer
            .start_file(*name, SimpleFileOptions::default())
            .unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn zip_link() -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    writer
        .add_symlink("a.csv", "/etc/passwd", SimpleFileOptions::default())
        .unwrap();
    writer.finish().unwrap().into_inner()
}

fn replaced(mut bytes: Vec<u8>, from: &[u8], to: &[u8]) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let places: Vec<usize> = (0..bytes.len() - from.len())
        .filter(|at| &bytes[*at..*at + from.len()] == from)
        .collect();
    assert!(!places.is_empty());
    for at in places {
        bytes[at..at + to.len()].copy_from_slice(to);
    }
    bytes
}

fn case(name: &str, archive: &[u8], unpack: &str) -> Case {
    let answer = |r: &loopback::Request, b: &[u8]| Reply::file(r, b, "\"one\"");
    Case::new(name, answer).sends(archive).unpack(unpack)
}

const FILE: EntryType = EntryType::Regular;

#[test]
fn folders() {
    let sound = [
        (&b"./train/"[..], EntryType::Directory, &b""[..]),
        (b"./train/a.csv", FILE, ROWS),
        (b"./test/a.csv", FILE, ROWS),
    ];
    let one = |name: &[u8]| tar(&[(b"a.csv", FILE, ROWS), (name, FILE, ROWS)]);
    let of = |kind| tar(&[(b"a.csv", kind, b"")]);
    let two = "{bytes: 44}";
    let mut cut = gzip(&tar(&sound));
    cut.truncate(cut.len() - 30);
    let cases = vec![
        case("tar", &tar(&sound), two),
        case("tar.gz", &gzip(&tar(&sound)), two),
        case(
            "zip",
            &zip(&[("train/a.csv", ROWS), ("test/a.csv", ROWS)]),
            two,
        ),
        case("tar: a path upwards", &one(b"../a.csv"), two),
        case("tar: a path upwards within", &one(b"x/../../a.csv"), two),
        case(
            "tar: an absolute path",
            &one(b"/tmp/titer-escaped.csv"),
            two,
        ),
        case("tar: a path of Windows", &one(b"..\\a.csv"), two),
        case("tar: a drive of Windows", &one(b"C:a.csv"), two),
        case("tar: a control character", &one(b"a\x1b[2Jb.csv"), two),
        case(
            "tar: a name that turns around",
            &one("a\u{202e}vsc.exe".as_bytes()),
            two,
        ),
        case("tar: a name that is not UTF-8", &one(b"a\xff.csv"), two),
        case("tar: twice", &one(b"a.csv"), two),
        case("tar: twice on some disks", &one(b"A.CSV"), two),
        case("tar: a file where a folder is", &one(b"a.csv/b.csv"), two),
        case(
            "tar: the mark of Titer's own",
            &one(b".titer-unpacked"),
            two,
        ),
        case("tar: a symbolic link", &of(EntryType::Symlink), two),
        case("tar: a hard link", &of(EntryType::Link), two),
        case("tar: a device", &of(EntryType::Block), two),
        case("tar: a pipe", &of(EntryType::Fifo), two),
        case("tar: less than stated", &tar(&sound), "{bytes: 45}"),
        case("tar: more than stated", &tar(&sound), "{bytes: 43}"),
        case("tar.gz: cut off", &cut, two),
        case("tar: cut off", &tar(&sound)[..1100], two),
        case(
            "zip: a path upwards",
            &zip(&[("../a.csv", ROWS)]),
            "{bytes: 22}",
        ),
        case(
            "zip: an absolute path",
            &zip(&[("/a.csv", ROWS)]),
            "{bytes: 22}",
        ),
        case("zip: a symbolic link", &zip_link(), "{bytes: 11}"),
        case(
            "zip: twice",
            &replaced(zip(&[("a.csv", ROWS), ("b.csv", ROWS)]), b"b.csv", b"a.csv"),
            two,
        ),
        case(
            "zip: damaged content",
            &replaced(
                zip(&[("a.csv", &bytes(500, 1))]),
                &bytes(500, 1)[90..99],
                b"otherwise",
            ),
            "{bytes: 500}",
        ),
        case("not an archive", ROWS, two),
        case("7z", b"7z\xbc\xaf\x27\x1c", two),
        case(
            "gzip of one file, into a folder",
            &gzip(ROWS),
            "{bytes: 22}",
        ),
    ];
    insta::assert_snapshot!(table(&cases));
    assert!(!std::path::Path::new("/tmp/titer-escaped.csv").exists());
}

#[test]
fn files() {
    let digest = Digest::of(ROWS);
    let one = |member: &str| format!("{{{member}digest: \"{digest}\", bytes: 22}}");
    let member = one("member: x/a.csv, ");
    let archive = [
        (&b"link"[..], EntryType::Symlink, &b""[..]),
        (b"x/a.csv", FILE, ROWS),
    ];
    // What was to come lies at the place of what is fetched: here it is the unpacked file.
    let said =
        |name: &str, archive: &[u8], unpack: &str| case(name, archive, unpack).gives(ROWS).run();
    let rows = [
        said("gzip of one file", &gzip(ROWS), &one("")),
        said("of a tar, whatever else it holds", &tar(&archive), &member),
        said("of a tar.gz", &gzip(&tar(&archive)), &member),
        said(
            "of a zip",
            &zip(&[("x/a.csv", ROWS), ("../b", ROWS)]),
            &member,
        ),
        said(
            "it is a link",
            &tar(&[(b"x/a.csv", EntryType::Symlink, b"")]),
            &member,
        ),
        said(
            "it is there twice",
            &tar(&[(b"x/a.csv", FILE, ROWS), (b"./x/a.csv", FILE, ROWS)]),
            &member,
        ),
        said("it is not there", &tar(&[(b"y.csv", FILE, ROWS)]), &member),
        said("it is larger", &gzip(&[ROWS, ROWS].concat()), &one("")),
        said("it has another digest", &gzip(&bytes(22, 1)), &one("")),
        said("no member is named", &zip(&[("x/a.csv", ROWS)]), &one("")),
        said(
            "its digest is not stated",
            &zip(&[("x/a.csv", ROWS)]),
            "{member: x/a.csv, bytes: 22}",
        ),
    ];
    insta::assert_snapshot!(rows.join("\n"));
}

#[test]
fn bombs() {
    const HUGE: usize = 100_000_000;
    let zeros = gzip(&vec![0; HUGE]);
    assert!(zeros.len() < HUGE / 900, "{}", zeros.len());
    let digest = Digest::of(b"");
    let file = |bytes: usize| format!("{{digest: \"{digest}\", bytes: {bytes}}}");
    // A tar whose first member is what nobody asked for.
    let inner = tar(&[(b"zeros", FILE, &vec![0; HUGE]), (b"x/a.csv", FILE, ROWS)]);
    let inner = gzip(&inner);
    let deep = zip(&[("zeros", &vec![0; HUGE])]);
    let cases = vec![
        case("gzip that says so", &zeros, &file(HUGE)),
        case("gzip that does not", &zeros, &file(1000)),
        case(
            "tar.gz",
            &inner,
            &format!("{{member: x/a.csv, digest: \"{digest}\", bytes: 22}}"),
        ),
        case("zip that says so", &deep, &format!("{{bytes: {HUGE}}}")),
        case("zip that does not", &deep, "{bytes: 1000}"),
    ];
    insta::assert_snapshot!(table(&cases));
}

/// A folder that nobody changed gives way to another archive; one that was changed does not.
#[test]
fn folders_are_known_again() {
    let folder = tempfile::tempdir().unwrap();
    let first = zip(&[("a.csv", ROWS)]);
    let other = zip(&[("b.csv", ROWS)]);
    let run = |archive: &[u8]| case("again", archive, "{bytes: 22}").run_in(folder.path());
    let place = folder.path().join("here/data.bin");
    assert!(run(&first).contains("asked: GET /file"));
    let again = run(&first);
    assert!(
        again.contains("fetched") && !again.contains("asked"),
        "{again}"
    );
    assert!(run(&other).contains("fetched"));
    assert!(place.join("b.csv").exists() && !place.join("a.csv").exists());
    std::fs::write(place.join("own.csv"), "mine").unwrap();
    let said = run(&first);
    assert!(
        said.contains("is in the way") && said.contains("move it away"),
        "{said}"
    );
    assert!(place.join("own.csv").exists() && place.join("b.csv").exists());
}
