//! What counts, what does not, and what is remembered.

use std::time::{Duration, SystemTime};

use titer_core::Digest;

use super::*;
use crate::models::LoadedModel;

const MODEL: &str = "
model: m
summary: s
tasks: [t]
input: {window: {start: 0, end: 4}, one_hot: {alphabet: ACGT, layout: length_channels, other: zeros}}
output: {kind: binary, activation: none}
variants:
  - variant: v
    backend: process
    precision: fp32
    process: {command: [sh, model.sh]OPTIONS}
    files: {FILES}
reference: v
";

/// A folder with a model in it, and a cache beside it.
struct World {
    place: tempfile::TempDir,
    options: &'static str,
    files: String,
}

impl World {
    fn new() -> Self {
        let world = Self {
            place: tempfile::tempdir().unwrap(),
            options: "",
            files: String::new(),
        };
        world.write("model/model.sh", "exec cat");
        world.write("model/weights/a.bin", "aaaa");
        world
    }

    fn path(&self, name: &str) -> PathBuf {
        self.place.path().canonicalize().unwrap().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::create_dir_all(self.path(name).parent().unwrap()).unwrap();
        std::fs::write(self.path(name), text).unwrap();
    }

    fn memo(&self) -> Memo {
        Memo::at(&self.path("cache"), &self.path("model"))
    }

    fn listed(&self, limit: Limit) -> Result<Listed, SpecError> {
        let text = MODEL.replace("OPTIONS", self.options);
        self.write("model/model.yaml", &text.replace("FILES", &self.files));
        let model = LoadedModel::open(&self.path("model/model.yaml"))?;
        let variant = model.variant("v")?;
        let own = self.path("model/evaluation.yaml");
        let mut memo = self.memo();
        let listed = within(&model.document, &variant, &[&own], limit, &mut memo);
        memo.save();
        Ok(listed?.unwrap())
    }

    fn folder(&self) -> ModelFolder {
        self.listed(Limit::default()).unwrap().folder
    }

    /// The names that count.
    fn names(&self) -> Vec<String> {
        self.folder().files.into_keys().collect()
    }

    fn change(&self, planned: &ModelFolder) -> Option<String> {
        planned.change_seen(&mut self.memo())
    }

    fn link(&self, to: &str, name: &str) {
        std::os::unix::fs::symlink(to, self.path(name)).unwrap();
    }

    /// Sets a file's time of change back by some seconds.
    fn date_back(&self, name: &str, seconds: u64) {
        let file = std::fs::File::options()
            .write(true)
            .open(self.path(name))
            .unwrap();
        file.set_modified(SystemTime::now() - Duration::from_secs(seconds))
            .unwrap();
    }
}

#[test]
fn contents_and_names_count_and_times_do_not() {
    let world = World::new();
    let before = world.folder();
    assert_eq!(world.names(), ["model.sh", "weights/a.bin"]);
    world.date_back("model/weights/a.bin", 9000);
    assert_eq!(world.folder().digest(), before.digest());
    assert_eq!(world.change(&before), None);
    world.write("model/weights/a.bin", "bbbb");
    assert_ne!(world.folder().digest(), before.digest());
    let change = world.change(&before).unwrap();
    assert_eq!(change, "`weights/a.bin` is another one");
    let from = world.path("model/weights/a.bin");
    std::fs::rename(from, world.path("model/weights/b.bin")).unwrap();
    assert_eq!(world.change(&before).unwrap(), "`weights/b.bin` is new");
    std::fs::remove_file(world.path("model/weights/b.bin")).unwrap();
    assert_eq!(world.change(&before).unwrap(), "`weights/a.bin` is gone");
}

#[test]
fn a_folder_that_moved_has_the_same_digest() {
    let (one, other) = (World::new(), World::new());
    assert_eq!(one.folder().digest(), other.folder().digest());
}

#[test]
fn a_link_to_a_file_is_the_file_and_one_to_a_folder_is_where_it_leads() {
    let world = World::new();
    world.write("elsewhere/w.bin", "1");
    world.link("../elsewhere/w.bin", "model/w.bin");
    world.link("../elsewhere", "model/more");
    world.link(".", "model/again");
    world.link("nowhere", "model/broken");
    let names = [
        "again",
        "broken",
        "model.sh",
        "more",
        "w.bin",
        "weights/a.bin",
    ];
    assert_eq!(world.names(), names);
    let before = world.folder();
    world.write("elsewhere/unseen.bin", "2");
    assert_eq!(world.change(&before), None);
    world.write("elsewhere/w.bin", "2");
    assert_eq!(world.change(&before).unwrap(), "`w.bin` is another one");
    world.write("elsewhere/w.bin", "1");
    std::fs::remove_file(world.path("model/more")).unwrap();
    world.link("weights", "model/more");
    assert_eq!(world.change(&before).unwrap(), "`more` is another one");
}

#[test]
fn what_titer_git_and_python_keep_does_not_count() {
    let world = World::new();
    let before = world.folder();
    for name in [
        "model/.git/HEAD",
        "model/net/__pycache__/net.pyc",
        "model/evaluation.yaml",
        "model/runs/begun/.lock",
        "model/runs/own/cells/7/predictions.parquet",
    ] {
        world.write(name, "x");
    }
    world.write(
        "model/runs/own/manifest.json",
        "{\"format\": 1, \"titer\": \"0\", \"evaluation_digest\": \"\", \"plan\": {}}",
    );
    assert_eq!(world.change(&before), None);
    // A descriptor's own words are no file that the command reads.
    let path = world.path("model/model.yaml");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.replace("summary: s", "summary: t")).unwrap();
    assert_eq!(world.change(&before), None);
    // Another program's manifest makes no run.
    world.write("model/app/manifest.json", "{\"name\": \"app\"}");
    assert_eq!(world.change(&before).unwrap(), "`app/manifest.json` is new");
}

#[test]
fn what_is_ignored_does_not_count_and_a_pattern_for_nothing_is_said() {
    let mut world = World::new();
    world.options = ", ignore: [weights, '**/*.log', nothing]";
    world.write("model/a/b.log", "x");
    let listed = world.listed(Limit::default()).unwrap();
    assert_eq!(listed.folder.files.len(), 1);
    let [note] = listed.notes.as_slice() else {
        panic!("{:?}", listed.notes)
    };
    assert!(
        note.contains("model.yaml:11: ignore: `nothing` matches nothing"),
        "{note}"
    );
    world.options = ", ignore: ['../weights']";
    let error = world.listed(Limit::default()).unwrap_err();
    assert_eq!(error.line, 11);
    assert!(error.to_string().contains("no path within the folder"));
}

#[test]
fn a_folder_that_is_too_large_is_refused_before_it_is_read() {
    let world = World::new();
    let exactly = Limit {
        bytes: "exec cat".len() as u64 + 4,
        files: 2,
    };
    world.listed(exactly).unwrap();
    world.write("model/venv/lib/x", "xxxxxxxxxxxxxxxx");
    let error = world.listed(exactly).unwrap_err();
    assert_eq!(error.line, 11);
    let error = error.to_string();
    for said in [
        "model.yaml:11:",
        "0.0 GiB",
        "most of it in `venv`",
        "ignore: [venv]",
    ] {
        assert!(error.contains(said), "{said}: {error}");
    }
    let few = Limit {
        files: 2,
        ..Limit::default()
    };
    let error = world.listed(few).unwrap_err().to_string();
    assert!(error.contains("more than 2 files"), "{error}");
}

#[test]
fn a_declared_file_counts_wherever_it_lies() {
    let mut world = World::new();
    world.write("elsewhere/w.bin", "1");
    let digest = Digest::of(b"1");
    world.files = format!("w: {{path: ../elsewhere/w.bin, digest: \"{digest}\", bytes: 1}}");
    let before = world.folder();
    world.write("elsewhere/w.bin", "2");
    assert!(world.change(&before).unwrap().ends_with("is another one"));
    let error = world.listed(Limit::default()).unwrap_err().to_string();
    assert!(error.contains("digest: "), "{error}");
    let whole = world.path("elsewhere/w.bin");
    world.files = world
        .files
        .replace("../elsewhere/w.bin", &whole.display().to_string());
    world.write("elsewhere/w.bin", "1");
    assert_eq!(world.change(&world.folder()), None);
}

#[test]
fn a_digest_is_remembered_until_the_file_changes() {
    let world = World::new();
    let path = world.path("model/weights/a.bin");
    let digest = world.memo().digest_of(&path).unwrap();
    assert_eq!(digest, Digest::of(b"aaaa"));
    let mut young = world.memo();
    young.digest_of(&path).unwrap();
    young.save();
    assert!(world.memo().known.is_empty(), "it may change within a tick");

    std::thread::sleep(Duration::from_millis(2100));
    let mut memo = world.memo();
    memo.digest_of(&path).unwrap();
    memo.save();
    // What is remembered is what is said.
    let mut memo = world.memo();
    memo.known.get_mut(&path).unwrap().1 = Digest::of(b"remembered");
    memo.is_new = true;
    memo.save();
    let said = world.memo().digest_of(&path).unwrap();
    assert_eq!(said, Digest::of(b"remembered"));

    // Of the same size and the same time.
    let modified = std::fs::metadata(&path).unwrap().modified().unwrap();
    std::fs::write(&path, "bbbb").unwrap();
    let file = std::fs::File::options().write(true).open(&path).unwrap();
    file.set_modified(modified).unwrap();
    assert_eq!(world.memo().digest_of(&path).unwrap(), Digest::of(b"bbbb"));
}

#[test]
fn a_damaged_memo_is_forgotten() {
    let world = World::new();
    let path = world.path("model/weights/a.bin");
    std::thread::sleep(Duration::from_millis(2100));
    let mut memo = world.memo();
    memo.digest_of(&path).unwrap();
    memo.save();
    let place = memo.place.clone();
    let text = std::fs::read_to_string(&place).unwrap();
    assert_eq!(world.memo().known.len(), 1);
    let (digest, other) = (Digest::of(b"aaaa").hex(), Digest::of(b"x").hex());
    for damaged in [
        text.replacen(&digest, &other, 1),
        text[..text.len() / 2].to_owned(),
        String::new(),
        "[]".to_owned(),
        format!("{}\n{{", Digest::of(b"{")),
    ] {
        std::fs::write(&place, damaged).unwrap();
        assert!(world.memo().known.is_empty());
        assert_eq!(world.memo().digest_of(&path).unwrap(), Digest::of(b"aaaa"));
    }
}

#[test]
fn a_job_carries_it() {
    let (world, run) = (World::new(), crate::job::tests::run_folder());
    let mut job = crate::job::tests::job(run.path());
    job.model_folder = Some(world.folder());
    let back = crate::job::Job::read(&job.write().unwrap().path).unwrap();
    let back = back.model_folder.unwrap();
    assert_eq!(back.digest(), world.folder().digest());
    assert_eq!(world.change(&back), None);
}
