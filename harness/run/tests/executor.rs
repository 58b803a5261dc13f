//! What is run, and what again, where an executor of the test's own says what becomes of each job: no process is started.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use titer_core::prediction::digest_of_predictions;
use titer_core::{Answer, CellRecord, CellStatus, Digest, Outcome, Prediction};
use titer_run::executor::{Executor, Session};
use titer_run::job::{Job, JobFile, Work};
use titer_run::worker::Report;
use titer_run::{Counts, Event, Options, Planned, Request, RunError, execute, plan};
use titer_spec::{Document, Evaluation, Isolate, Resolver};
use titer_store::RunFolder;

use crate::keys::world::World;

/// What becomes of a job.
#[derive(Clone, Copy)]
enum Fate {
    /// Its cell is written.
    Done,
    /// It says why not, and goes on.
    Refused,
    /// What does it dies.
    Dies,
    /// It dies when its cell is written, before it says so.
    DiesSilent,
    /// What was asked first has another answer.
    Drifts,
}

/// Does jobs as it is told: by number, counted from 0 over all sessions and jobs alone.
#[derive(Default)]
struct Told {
    fates: BTreeMap<usize, Fate>,
    /// `start` for a session, and each job: whether it was asked for alone, of what variant, on what data.
    log: RefCell<Vec<String>>,
    jobs: RefCell<usize>,
    /// Cells that were written, and how often.
    written: RefCell<BTreeMap<Digest, usize>>,
}

impl Told {
    fn that(fates: impl IntoIterator<Item = (usize, Fate)>) -> Self {
        Self {
            fates: fates.into_iter().collect(),
            ..Self::default()
        }
    }

    fn does(&self, file: &JobFile, how: &str) -> (Report, bool) {
        let job = Job::read(&file.path).unwrap();
        assert_eq!(job.key, file.key);
        let number = self.jobs.replace_with(|jobs| *jobs + 1);
        let data = format!("{} {}", job.data.descriptor.display(), job.data.split);
        let line = format!("{how} {} {data}", job.variant);
        self.log.borrow_mut().push(line);
        if matches!(job.work, Work::Measurement(_)) {
            return (Report::Failed("not measured here".to_owned()), true);
        }
        let fate = self.fates.get(&number).copied().unwrap_or(Fate::Done);
        let died = Report::Failed("died".to_owned());
        match fate {
            Fate::Done => (Report::Cell(Box::new(self.write(&job))), true),
            Fate::Refused => (Report::Failed("refused".to_owned()), true),
            Fate::Dies => (died, false),
            Fate::DiesSilent => {
                self.write(&job);
                (died, false)
            }
            Fate::Drifts => (Report::Drifted, true),
        }
    }

    fn write(&self, job: &Job) -> CellRecord {
        let outcome = Outcome::of(Answer::probability(0.5));
        let predictions = [Prediction {
            id: "e".to_owned(),
            outcome,
        }];
        let text = format!(
            r#"{{"key": "{}", "status": "finished", "examples": 1, "predicted": 1, "non_finite": 0, "failed": 0, "predictions": null, "wall_ns": 1}}"#,
            job.key
        );
        let mut record: CellRecord = serde_json::from_str(&text).unwrap();
        record.predictions = Some(digest_of_predictions(&predictions));
        let folder = RunFolder::at(&job.folder);
        folder.write_cell(&predictions, &record).unwrap();
        *self.written.borrow_mut().entry(job.key).or_default() += 1;
        record
    }

    fn count(&self, what: &str) -> usize {
        let log = self.log.borrow();
        log.iter().filter(|line| line.starts_with(what)).count()
    }
}

impl Executor for Told {
    fn alone(&self, job: &JobFile, _: Duration) -> Result<Report, RunError> {
        Ok(self.does(job, "alone").0)
    }

    fn session(&self, _: usize) -> Result<Box<dyn Session + '_>, RunError> {
        self.log.borrow_mut().push("start".to_owned());
        Ok(Box::new(Open {
            told: self,
            is_alive: true,
        }))
    }
}

struct Open<'a> {
    told: &'a Told,
    is_alive: bool,
}

impl Session for Open<'_> {
    fn ask(&mut self, job: &JobFile, _: Duration) -> Result<Report, RunError> {
        assert!(self.is_alive, "a session is asked that is gone");
        let (report, is_alive) = self.told.does(job, "ask");
        self.is_alive = is_alive;
        Ok(report)
    }

    fn is_alive(&self) -> bool {
        self.is_alive
    }
}

/// A plan, and where it is run.
struct Bench {
    planned: Planned,
    folder: tempfile::TempDir,
    _world: World,
}

impl Bench {
    fn new() -> Self {
        let world = World::new();
        let near = world.read("datasets/near/dataset.yaml");
        world.write(
            "datasets/far/dataset.yaml",
            &near.replace("dataset: near", "dataset: far"),
        );
        world.write(
            "datasets/far/windows.csv",
            &world
                .read("datasets/near/windows.csv")
                .replace("\ne", "\nf"),
        );
        let entry = world.entry("datasets/far/windows.csv");
        let far = world.read("datasets/far/dataset.yaml");
        let own = world.entry("datasets/near/windows.csv");
        world.write("datasets/far/dataset.yaml", &far.replace(&own, &entry));
        let suite = world.read("suites/own.yaml");
        let more = "out_of_distribution:\n  - {dataset: far, distance: far}\nsplit: test\n";
        world.write("suites/own.yaml", &suite.replace("split: test\n", more));
        // What a search leaves is not what the stand-in writes.
        let own = world.read("own.yaml");
        let lines = own.lines().filter(|line| !line.starts_with("search:"));
        world.write("own.yaml", &lines.collect::<Vec<_>>().join("\n"));
        let evaluation = Document::<Evaluation>::read(&world.path("own.yaml")).unwrap();
        let resolver = Resolver::new(&[world.path("")]);
        let planned = plan(&evaluation, &resolver, &Options::default(), &mut || {
            Ok(None)
        });
        Self {
            planned: planned.unwrap(),
            folder: tempfile::tempdir().unwrap(),
            _world: world,
        }
    }

    fn run(&self, told: &Told) -> (Counts, Vec<Event>) {
        let request = Request {
            folder: self.folder.path().join("run"),
            titer: "0".to_owned(),
            command: "titer run".to_owned(),
        };
        let mut events = Vec::new();
        let executed = execute(&self.planned, &request, told, &mut |event| {
            events.push(event);
        });
        (executed.unwrap().counts, events)
    }

    /// Cells of the plan, each once.
    fn cells(&self) -> usize {
        let keys = self.planned.plan.all_cells().map(|cell| cell.key);
        keys.collect::<BTreeSet<_>>().len()
    }

    fn folder(&self) -> RunFolder {
        RunFolder::at(&self.folder.path().join("run"))
    }

    fn failed(&self) -> Vec<String> {
        let cells = self.planned.plan.all_cells();
        let records = cells.filter_map(|cell| self.folder().read_cell_record(&cell.key).unwrap());
        records
            .filter_map(|record| match record.status {
                CellStatus::Failed(reason) => Some(reason),
                CellStatus::Finished => None,
            })
            .collect()
    }
}

#[test]
fn a_session_answers_the_cells_of_a_variant() {
    let (bench, told) = (Bench::new(), Told::default());
    let (counts, _) = bench.run(&told);
    let all = bench.cells();
    assert_eq!((counts.finished, counts.failed), (all, 0));
    assert!(told.count("start") > 1);
    assert!(
        told.count("ask") > told.count("start") * 2,
        "{:?}",
        told.log
    );
    // Once each.
    assert!(told.written.borrow().values().all(|times| *times == 1));
    // A second run asks for nothing.
    let again = Told::default();
    let (counts, _) = bench.run(&again);
    assert_eq!(
        (counts.reused, counts.done()),
        (bench.planned.plan.all_cells().count(), again.count("alone"))
    );
    assert_eq!(again.count("start"), 0);
}

#[test]
fn one_that_dies_costs_its_cell_and_another_takes_up_the_rest() {
    let (bench, told) = (Bench::new(), Told::that([(1, Fate::Dies)]));
    let undisturbed = Told::default();
    Bench::new().run(&undisturbed);
    let (counts, events) = bench.run(&told);
    assert_eq!((counts.finished, counts.failed), (bench.cells() - 1, 1));
    assert_eq!(told.count("start"), undisturbed.count("start") + 1);
    assert_eq!(bench.failed(), ["died"]);
    let failed = |event: &&Event| matches!(event, Event::CellFailed { .. });
    assert_eq!(events.iter().filter(failed).count(), 1);
    // The next run does that one alone.
    let again = Told::default();
    assert_eq!(bench.run(&again).0.finished, 1);
    assert_eq!(again.written.borrow().len(), 1);
}

#[test]
fn one_that_refuses_goes_on() {
    let (bench, told) = (Bench::new(), Told::that([(1, Fate::Refused)]));
    let undisturbed = Told::default();
    Bench::new().run(&undisturbed);
    let (counts, _) = bench.run(&told);
    assert_eq!((counts.finished, counts.failed), (bench.cells() - 1, 1));
    assert_eq!(told.count("start"), undisturbed.count("start"));
}

/// The cell is there, and nobody has said so: what is not known to be finished is no finished cell.
#[test]
fn a_report_that_is_lost_is_a_failure() {
    let (bench, told) = (Bench::new(), Told::that([(1, Fate::DiesSilent)]));
    let (counts, _) = bench.run(&told);
    assert_eq!((counts.finished, counts.failed), (bench.cells() - 1, 1));
    assert_eq!(bench.failed(), ["died"]);
}

#[test]
fn one_that_drifts_has_all_its_cells_done_again_alone() {
    let (bench, told) = (Bench::new(), Told::that([(2, Fate::Drifts)]));
    let (counts, events) = bench.run(&told);
    assert_eq!((counts.finished, counts.failed), (bench.cells(), 0));
    assert!(bench.failed().is_empty());
    let repeated = events.iter().find_map(|event| match event {
        Event::Repeated { cells } => Some(*cells),
        _ => None,
    });
    assert_eq!(repeated, Some(2));
    let written = told.written.borrow();
    assert_eq!(written.values().filter(|times| **times == 2).count(), 2);
    // The session ends there: the next job is done alone.
    let log = told.log.borrow();
    assert_eq!(log[3].split(' ').next(), Some("ask"));
    assert_eq!(log[4].split(' ').next(), Some("alone"));
}

/// A cell that was done, is done again, and dies then, has failed: what it was before does not count.
#[test]
fn one_that_dies_when_it_is_done_again_has_failed() {
    let (bench, told) = (
        Bench::new(),
        Told::that([(2, Fate::Drifts), (3, Fate::Dies)]),
    );
    let (counts, _) = bench.run(&told);
    assert_eq!((counts.finished, counts.failed), (bench.cells() - 1, 1));
    assert_eq!(bench.failed(), ["died"]);
}

#[test]
fn where_each_cell_is_isolated_nothing_is_shared() {
    let (mut bench, told) = (Bench::new(), Told::default());
    bench.planned.plan.isolate = Some(Isolate::Cell);
    let (counts, _) = bench.run(&told);
    assert_eq!(counts.finished, bench.cells());
    assert_eq!(told.count("start"), 0);
}

#[test]
fn a_session_comes_to_each_dataset_once() {
    let (bench, told) = (Bench::new(), Told::default());
    bench.run(&told);
    let log = told.log.borrow();
    let mut several = 0;
    for session in log.split(|line| line == "start") {
        let asked = session.iter().filter_map(|line| line.strip_prefix("ask "));
        let mut read: Vec<&str> = asked
            .filter_map(|line| line.split_once(' '))
            .map(|(_, data)| data)
            .collect();
        read.dedup();
        let once: BTreeSet<&&str> = read.iter().collect();
        assert_eq!(once.len(), read.len(), "{session:?}");
        several += usize::from(read.len() > 1);
    }
    assert!(several > 1, "{log:?}");
}
