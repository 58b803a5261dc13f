//! Damaged files: an error or an answer, never a panic, and no more memory than the file can fill.

#![allow(clippy::unwrap_used)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use titer_parquet::{Parquet, Values, write};

/// The largest piece of memory that was ever asked for.
struct Counted;

static LARGEST: AtomicUsize = AtomicUsize::new(0);

#[allow(unsafe_code)]
// SAFETY: the system's allocator, whose answers are handed on as they are.
unsafe impl GlobalAlloc for Counted {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        LARGEST.fetch_max(layout.size(), Ordering::Relaxed);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        unsafe { System.dealloc(at, layout) }
    }

    unsafe fn realloc(&self, at: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        LARGEST.fetch_max(size, Ordering::Relaxed);
        unsafe { System.realloc(at, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counted = Counted;

/// Reads all that there is to read.
fn read(path: &Path) -> usize {
    let Ok(file) = Parquet::open(path) else {
        return 0;
    };
    let mut sound = 0;
    for name in file.names() {
        sound += usize::from(file.column(&name).is_ok());
        let Ok(mut rows) = file.rows_of(std::slice::from_ref(&name)) else {
            continue;
        };
        while let Ok(Some((height, columns))) = rows.next(25) {
            for column in columns {
                assert_eq!(column.into_texts().len(), height);
                sound += 1;
            }
        }
    }
    sound
}

fn ours() -> Vec<u8> {
    let text = Values::Text(
        ["a", "b", "a", "c"]
            .map(Some)
            .into_iter()
            .chain([None])
            .collect(),
    );
    let whole = Values::Whole([1, 2, 3, 4].map(Some).into_iter().chain([None]).collect());
    let floats = Values::Floats(vec![
        Some(vec![0.5; 3]),
        None,
        Some(Vec::new()),
        Some(vec![1.0]),
        None,
    ]);
    let columns = [("text", text), ("whole", whole), ("floats", floats)];
    let columns: Vec<(String, Values)> = columns
        .into_iter()
        .map(|(name, of)| (name.to_owned(), of))
        .collect();
    write(&columns).unwrap()
}

/// Bytes of small files, each in one of four ways, and many lengths.
#[test]
fn damage_makes_no_panic() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("damaged.parquet");
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let of = |name: &str| std::fs::read(fixtures.join(name)).unwrap();
    // What is compressed or in the same encodings once more is sampled.
    let files = [
        (ours(), 1),
        (of("encodings.parquet"), 2),
        (of("none.parquet"), 7),
        (of("paged.parquet"), 7),
        (of("snappy.parquet"), 11),
    ];
    for (whole, step) in files {
        std::fs::write(&path, &whole).unwrap();
        assert!(read(&path) > 0);
        for at in (0..whole.len()).step_by(step) {
            let mut damaged = whole.clone();
            damaged[at] ^= [0xff, 0x01, 0x80, 0x10][at % 4];
            std::fs::write(&path, &damaged).unwrap();
            read(&path);
        }
        for length in (0..whole.len()).step_by(31) {
            std::fs::write(&path, &whole[..length]).unwrap();
            assert_eq!(read(&path), 0, "{length} bytes");
        }
    }
    let largest = LARGEST.load(Ordering::Relaxed);
    assert!(largest < 64 << 20, "{largest} bytes at once");
}
