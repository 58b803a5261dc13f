//! How Titer reaches those who do not build it: the citation, the container, the archive and the wheel.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::helpers::pip;
use crate::helpers::world::{Said, repository};

fn read(name: &str) -> String {
    std::fs::read_to_string(repository().join(name)).unwrap()
}

/// The rest of the first line that begins so.
fn after<'a>(text: &'a str, start: &str) -> &'a str {
    let found = text.lines().find_map(|line| line.strip_prefix(start));
    found.unwrap_or_else(|| panic!("no line begins with {start:?}"))
}

#[test]
fn citation_and_recipes_are_of_this_version() {
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(after(&read("CITATION.cff"), "version: "), version);
    let recipe = read("docs/recipes/gate-in-ci.md");
    let wheels = recipe.matches("-py3-none-").count();
    assert_eq!(wheels, 2);
    let of_this = format!("/titer-{version}-py3-none-");
    assert_eq!(recipe.matches(&of_this).count(), wheels);
}

/// The container is built by the oldest Rust that is promised, and what it copies is there.
#[test]
fn the_dockerfile_is_of_this_tree() {
    let (dockerfile, manifest) = (read("Dockerfile"), read("Cargo.toml"));
    let oldest = after(&manifest, "rust-version = ").trim_matches('"');
    let base = after(&dockerfile, "FROM rust:");
    assert!(base.starts_with(&format!("{oldest}-")), "{base}");
    let copied = dockerfile.split_whitespace();
    let copied = copied.filter_map(|word| word.strip_prefix("/titer/"));
    // What is built in the container.
    let is_made = |name: &&str| !name.starts_with("target/") && *name != "THIRD-PARTY-LICENCES.txt";
    let copied: Vec<&str> = copied.filter(is_made).collect();
    assert!(copied.len() >= 4, "{copied:?}");
    for name in copied {
        assert!(
            repository().join(name).exists(),
            "the Dockerfile copies {name}"
        );
    }
    assert!(dockerfile.contains("\nUSER 10001\n"), "it runs as root");
}

fn output(command: &mut Command) -> Said {
    Said::of(&command.stdin(Stdio::null()).output().unwrap())
}

/// What a user does with an installed program in an empty folder, with an empty cache. `path` finds the program first.
fn runs_from_an_empty_folder(path: &str) {
    let folder = tempfile::tempdir().unwrap();
    let titer = |arguments: &[&str]| {
        let mut command = Command::new("titer");
        command
            .args(arguments)
            .current_dir(folder.path())
            .env_clear();
        command
            .env("PATH", path)
            .env("TITER_CACHE", folder.path().join("cache"));
        // How pip reaches its index.
        let kept =
            std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("PIP_"));
        output(command.envs(kept))
    };
    let version = format!("titer {}\n", env!("CARGO_PKG_VERSION"));
    assert_eq!(titer(&["--version"]).expect(0).out, version);
    let plan = titer(&["plan", "quickstart"]).expect(0).out;
    assert!(plan.contains("cispliceai-member"), "{plan}");
    let run = titer(&["run", "regression"]).expect(100);
    assert!(run.out.contains("int8-damaged"), "{}", run.out);
    assert!(folder.path().join("runs/regression/report.html").is_file());
}

/// The one file of a folder whose name ends so.
fn only(folder: &Path, ending: &str) -> String {
    let names = std::fs::read_dir(folder).unwrap();
    let names = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let found: Vec<String> = names.filter(|name| name.ends_with(ending)).collect();
    assert_eq!(found.len(), 1, "{ending}: {found:?}");
    folder.join(&found[0]).to_str().unwrap().to_owned()
}

/// `scripts/dist` makes an archive and a wheel whose digests hold; each brings a program that does everything in an empty folder.
#[test]
#[ignore = "installs maturin through pip and builds the program once more"]
fn with_pip_archive_and_wheel_bring_the_whole_program() {
    let scratch = tempfile::tempdir().unwrap();
    let maturin = pip::environment(&["maturin==1.16.0"]).join("bin");
    let path = |first: &Path| format!("{}:{}", first.display(), std::env::var("PATH").unwrap());
    let own = Path::new(env!("CARGO_BIN_EXE_titer"));
    let mut dist = Command::new(repository().join("scripts/dist"));
    dist.args(["--wheel", "--profile", "dev", "--out"])
        .arg(scratch.path());
    dist.env("PATH", path(&maturin))
        .env("CARGO_TARGET_DIR", own.ancestors().nth(2).unwrap());
    output(&mut dist).expect(0);

    let digests = only(scratch.path(), ".sha256");
    let mut check = Command::new("sha256sum");
    check
        .args(["--check", "--strict", &digests])
        .current_dir(scratch.path());
    let checked = output(&mut check).expect(0).out;
    assert_eq!(checked.matches(": OK").count(), 2, "{checked}");

    let archive = only(scratch.path(), ".tar.gz");
    let mut unpack = Command::new("tar");
    output(unpack.args(["-xzf", &archive]).current_dir(scratch.path())).expect(0);
    let unpacked = Path::new(archive.strip_suffix(".tar.gz").unwrap());
    let licences =
        std::fs::read_to_string(unpacked.join("licences/THIRD-PARTY-LICENCES.txt")).unwrap();
    for crate_of_others in ["candle-core ", "ort ", "tokenizers "] {
        assert!(
            licences.contains(&format!("\n{crate_of_others}")),
            "{crate_of_others}"
        );
    }
    for file in [
        "NOTICE",
        "LICENSE-MIT",
        "licences/datasets/cispliceai.txt",
        "licences/models/mmsplice-donor",
    ] {
        assert!(unpacked.join(file).is_file(), "{file}");
    }
    runs_from_an_empty_folder(&path(unpacked));

    let clean = scratch.path().join("venv");
    output(Command::new("python3").args(["-m", "venv"]).arg(&clean)).expect(0);
    let mut install = Command::new(clean.join("bin/pip"));
    install.args([
        "install",
        "--no-index",
        "--quiet",
        &only(scratch.path(), ".whl"),
    ]);
    output(&mut install).expect(0);
    let mut show = Command::new(clean.join("bin/pip"));
    let shown = output(show.args(["show", "--files", "titer"]))
        .expect(0)
        .out;
    assert!(
        shown.contains("licenses/THIRD-PARTY-LICENCES.txt"),
        "{shown}"
    );
    runs_from_an_empty_folder(&path(&clean.join("bin")));
}
