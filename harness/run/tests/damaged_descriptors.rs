//! Damaged model descriptors beside their files: refused or opened, never a panic. `TITER_FUZZ_CASES` says how
//! many, `TITER_FUZZ_SEED` which.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use titer_run::models::LoadedModel;

#[path = "../../backends/tests/fuzz/mutate.rs"]
mod mutate;
use mutate::{Numbers, damaged};

/// Opens a descriptor and verifies the files of every variant.
fn open(path: &Path) -> Result<(), String> {
    let model = LoadedModel::open(path).map_err(|error| error.to_string())?;
    for name in model.names() {
        model.variant(name).map_err(|error| error.to_string())?;
    }
    Ok(())
}

fn number(name: &str, otherwise: u64) -> u64 {
    let given = std::env::var(name).ok();
    given.map_or(otherwise, |text| {
        text.parse().unwrap_or_else(|_| panic!("{name}={text}"))
    })
}

#[test]
fn damaged_descriptors_never_panic() {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models/mmsplice-donor");
    let folder = tempfile::tempdir().unwrap();
    for file in std::fs::read_dir(&from).unwrap() {
        let file = file.unwrap();
        std::fs::copy(file.path(), folder.path().join(file.file_name())).unwrap();
    }
    let path = folder.path().join("model.yaml");
    let sound = vec![std::fs::read(&path).unwrap()];
    let (cases, seed) = (
        number("TITER_FUZZ_CASES", 600),
        number("TITER_FUZZ_SEED", 1),
    );
    let (mut refused, mut opened) = (0, 0);
    for case in 0..cases {
        let mut numbers = Numbers::new(seed ^ (case << 8));
        let bytes = match case {
            0 => sound[0].clone(),
            _ => damaged(&mut numbers, &sound[0], &sound),
        };
        std::fs::write(&path, &bytes).unwrap();
        match catch_unwind(AssertUnwindSafe(|| open(&path))) {
            Ok(Ok(())) => opened += 1,
            Ok(Err(error)) => {
                assert!(case > 0, "a sound descriptor was refused: {error}");
                refused += 1;
            }
            Err(_) => panic!("seed {seed}, case {case}: a panic, see above"),
        }
    }
    println!("descriptors with files: cases {cases}, refused {refused}, opened {opened}");
    assert!(refused > 0 && opened > 0);
}
