//! A plan run: cells in a process of their own or of what they have loaded in common, measurements in one of their own, finished ones taken over.
//!
//! Killed at any moment and started again, a run ends with the same predictions: a cell's record is
//! written last, and a cell without a readable one is predicted again.

mod again;
mod cells;
mod controls;
pub(crate) mod measurements;
mod searches;
mod sessions;
mod tasks;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use titer_core::Digest;
use titer_spec::plan::PlannedVariant;
use titer_store::manifest::FORMAT;
use titer_store::{Manifest, RunFolder, RunLock, RunStatus};

use crate::error::RunError;
use crate::event::Event;
use crate::executor::Executor;
use crate::job::{Job, TITER, Work};
use crate::plan::{Planned, SuiteData};

/// How a plan is run.
#[derive(Clone, Debug)]
pub struct Request {
    /// The run folder.
    pub folder: PathBuf,
    /// Titer's version.
    pub titer: String,
    /// The command line, for the record.
    pub command: String,
}

/// What became of a run.
#[derive(Debug)]
pub struct Executed {
    /// How many of what.
    pub counts: Counts,
    /// Held until judging has ended.
    pub lock: RunLock,
}

/// Counts of cells and measurements.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Cells that were finished before.
    pub reused: usize,
    /// Cells that were finished now.
    pub finished: usize,
    /// Cells that failed.
    pub failed: usize,
    /// Measurements that were finished now.
    pub measured: usize,
    /// Measurements that failed.
    pub failed_measurements: usize,
}

impl Counts {
    /// Cells and measurements that were tried now.
    #[must_use]
    pub fn done(&self) -> usize {
        self.finished + self.failed + self.measured + self.failed_measurements
    }
}

/// Runs a plan by what an executor starts. What fails is kept in the run folder and is no error here.
///
/// # Errors
/// The folder is not this run's, is in use, or cannot be written; a process cannot be started.
pub fn execute(
    planned: &Planned,
    request: &Request,
    executor: &dyn Executor,
    on_event: &mut dyn FnMut(Event),
) -> Result<Executed, RunError> {
    check_folder(&request.folder)?;
    check_earlier(planned, &request.folder)?;
    let folder = RunFolder::at(&request.folder);
    let lock = folder.lock()?;
    let before = make_room(planned, &folder, on_event)?;
    let again = again::make_room(planned, &folder, before.as_ref())?;
    let mut manifest = manifest(planned, request);
    if let Some(before) = &before {
        manifest.started_at.clone_from(&before.started_at);
    }
    folder.write_manifest(&manifest)?;
    folder.remove_jobs_but(&keys(planned))?;
    for ((suite, _, split), data) in &planned.data {
        write_examples(&folder, data)?;
        // What is only fitted on is not described.
        let mut suites = planned.plan.suites.iter();
        if suites.any(|one| one.name == *suite && one.split == *split) {
            folder.write_inputs(&data.survey.measured.inputs())?;
            if let Some(similarity) = &data.survey.similarity {
                folder.write_similarities(&similarity.of)?;
            }
        }
    }
    let mut run = Run {
        planned,
        executor,
        folder: &folder,
        on_event,
        counts: Counts::default(),
        finished: BTreeSet::new(),
    };
    for note in planned.notes.iter().cloned().chain(again) {
        (run.on_event)(Event::Noted { note });
    }
    run.start();
    run.cells()?;
    run.searches()?;
    run.measurements()?;
    let counts = run.counts;
    match before {
        // Nothing was left to do: times and machine stay those of the work.
        Some(before) if counts.done() == 0 && before.status == RunStatus::Executed => {
            folder.write_manifest(&before)?;
        }
        _ => {
            manifest.status = RunStatus::Executed;
            manifest.finished_at = Some(now());
            folder.write_manifest(&manifest)?;
        }
    }
    Ok(Executed { counts, lock })
}

/// A run that is held against an earlier one does not take its place.
fn check_earlier(planned: &Planned, folder: &Path) -> Result<(), RunError> {
    let place = |path: &Path| path.canonicalize().ok();
    let own = place(folder);
    match planned
        .earlier
        .iter()
        .find(|it| own.is_some() && place(&it.folder) == own)
    {
        Some(_) => Err(RunError::OwnReference(folder.to_owned())),
        None => Ok(()),
    }
}

/// A folder that holds something else is left alone.
fn check_folder(path: &Path) -> Result<(), RunError> {
    let folder = RunFolder::at(path);
    // One that was killed while it wrote its first file left that and its lock.
    if folder.exists() || folder.is_run() {
        return Ok(());
    }
    if path.is_file() {
        return Err(RunError::NotAFolder(path.to_owned()));
    }
    let Ok(entries) = std::fs::read_dir(path) else {
        return Ok(());
    };
    match entries.flatten().next() {
        Some(_) => Err(RunError::NotARun(path.to_owned())),
        None => Ok(()),
    }
}

/// Keeps what an earlier run of the same evaluation left: cells of this plan stay, the rest moves away. The manifest of a
/// run of this very plan, in these words or others, if that is what lies there.
fn make_room(
    planned: &Planned,
    folder: &RunFolder,
    on_event: &mut dyn FnMut(Event),
) -> Result<Option<Manifest>, RunError> {
    if !folder.exists() {
        return Ok(None);
    }
    let before = folder.read_manifest()?;
    if before.plan.evaluation != planned.plan.evaluation {
        return Err(RunError::OtherRun {
            path: folder.path().to_owned(),
            found: before.plan.evaluation,
            wanted: planned.plan.evaluation.clone(),
        });
    }
    if before.plan.without_words() == planned.plan.without_words() {
        return Ok(Some(Manifest {
            evaluation_text: planned.evaluation.text.clone(),
            evaluation_digest: planned.evaluation.digest(),
            plan: planned.plan.clone(),
            ..before
        }));
    }
    if before.format < FORMAT {
        let note = "predicted again since 0.2: a cell is known by what it was given, no longer by the words of its files";
        on_event(Event::Noted {
            note: note.to_owned(),
        });
    }
    folder.rotate_previous()?;
    folder.retire_cells(&keys(planned))?;
    Ok(None)
}

fn keys(planned: &Planned) -> BTreeSet<Digest> {
    let cells = planned.plan.all_cells().map(|cell| cell.key);
    cells
        .chain(
            planned
                .plan
                .measurements
                .iter()
                .map(|measurement| measurement.key),
        )
        .collect()
}

fn manifest(planned: &Planned, request: &Request) -> Manifest {
    Manifest {
        format: FORMAT,
        titer: request.titer.clone(),
        evaluation_text: planned.evaluation.text.clone(),
        evaluation_digest: planned.evaluation.digest(),
        plan: planned.plan.clone(),
        machine: planned.machine.clone(),
        command: request.command.clone(),
        started_at: now(),
        finished_at: None,
        status: RunStatus::Running,
    }
}

fn now() -> String {
    utc(SystemTime::now())
}

/// UTC in whole seconds, as in 2026-01-02T03:04:05Z (RFC 3339).
fn utc(time: SystemTime) -> String {
    humantime::format_rfc3339_seconds(time).to_string()
}

/// A run under way.
struct Run<'a> {
    planned: &'a Planned,
    executor: &'a dyn Executor,
    folder: &'a RunFolder,
    on_event: &'a mut dyn FnMut(Event),
    counts: Counts,
    /// Keys of cells whose predictions are there and whole: read once, for reading takes time.
    finished: BTreeSet<Digest>,
}

impl Run<'_> {
    fn start(&mut self) {
        let plan = &self.planned.plan;
        let cells = plan.all_cells().map(|cell| cell.key);
        self.finished = cells.filter(|key| self.is_finished(key)).collect();
        let finished = &self.finished;
        let reused = plan
            .all_cells()
            .filter(|cell| finished.contains(&cell.key))
            .count();
        let rounds = plan
            .latency
            .as_ref()
            .map_or(0, |latency| latency.rounds as usize);
        let missing = plan
            .measurements
            .iter()
            .filter(|m| !self.is_measured(&m.key))
            .count();
        self.counts.reused = reused;
        let event = Event::Started {
            cells: plan.all_cells().count(),
            reused,
            measurements: missing * rounds,
        };
        (self.on_event)(event);
    }

    fn time_limit(&self) -> Duration {
        Duration::from_secs(self.planned.plan.time_limit_s)
    }

    /// The job of a variant on a suite's dataset; `None` where the plan names what was not read, which
    /// planning excludes.
    fn job(&self, key: Digest, names: Names<'_>, work: Work) -> Option<Job> {
        let planned = self.planned;
        let index = planned
            .plan
            .models
            .iter()
            .position(|model| model.name == names.model)?;
        let (model, loaded) = (planned.plan.models.get(index)?, planned.models.get(index)?);
        let variant: &PlannedVariant = model.variant(names.variant)?;
        let files = planned
            .variants
            .get(&(model.name.clone(), variant.name.clone()))?;
        let data = planned.data.get(&names.data())?;
        Some(Job {
            titer: TITER.to_owned(),
            folder: self.folder.path().to_owned(),
            key,
            work,
            model: Some(loaded.spec_of(names.variant).clone()),
            variant: variant.name.clone(),
            files: files
                .files
                .iter()
                .map(|(role, path)| (role.clone(), absolute(path)))
                .collect(),
            descriptor_folder: Some(absolute(loaded.document.folder())),
            runtime: planned.library(&files.spec).as_deref().map(absolute),
            version: files.version.clone(),
            model_folder: files.folder.clone(),
            threads: planned.plan.threads,
            batch_size: model.batch_size_of(variant),
            determinism: planned.plan.determinism,
            data: data.examples.selection.clone(),
        })
    }

    /// How many examples a cell is of.
    fn count(&self, names: Names<'_>) -> u64 {
        let data = self.planned.data.get(&names.data());
        data.map_or(0, |data| data.survey.count())
    }
}

/// Keeps what was asked, without sequences.
fn write_examples(folder: &RunFolder, data: &SuiteData) -> Result<(), RunError> {
    let SuiteData { examples, survey } = data;
    let Some(mut writer) = folder.begin_examples(&survey.digest(), &survey.groups)? else {
        return Ok(());
    };
    examples.each(1, &mut |some| Ok(writer.add(some)?))?;
    Ok(writer.finish()?)
}

/// A job's paths hold wherever a worker is started.
fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

/// The names that a job goes by.
#[derive(Clone, Copy)]
struct Names<'a> {
    suite: &'a str,
    dataset: &'a str,
    split: &'a str,
    model: &'a str,
    variant: &'a str,
}

impl Names<'_> {
    /// The key of the data.
    fn data(&self) -> (String, String, String) {
        (
            self.suite.to_owned(),
            self.dataset.to_owned(),
            self.split.to_owned(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_utc_in_whole_seconds() {
        // GNU date: date -u -d @951827696.
        let time = SystemTime::UNIX_EPOCH + Duration::from_millis(951_827_696_789);
        assert_eq!(utc(time), "2000-02-29T12:34:56Z");
    }
}
