//! A file of tests that nothing declares would never run.

use std::path::{Path, PathBuf};

use crate::helpers::world::repository;

fn listed(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    entries.map(|entry| entry.unwrap().path()).collect()
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_default()
}

#[test]
fn every_file_of_tests_is_declared() {
    let mut rooms = listed(&repository().join("harness"));
    rooms.push(repository());
    let mut declared = 0;
    for room in rooms {
        let main = read(&room.join("tests/main.rs"));
        let manifest = read(&room.join("Cargo.toml"));
        for path in listed(&room.join("tests")) {
            let name = path.file_stem().unwrap().to_string_lossy();
            if path.extension().is_none_or(|end| end != "rs") || name == "main" {
                continue;
            }
            let alone = format!("path = \"tests/{name}.rs\"");
            assert!(
                main.contains(&format!("mod {name};"))
                    || manifest.contains(&alone)
                    || !manifest.contains("autotests = false") && main.is_empty(),
                "{} is declared nowhere: add it to main.rs",
                path.display()
            );
            declared += 1;
        }
    }
    assert!(declared > 40, "{declared}");
}
