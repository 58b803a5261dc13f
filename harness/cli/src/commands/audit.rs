//! `titer audit`: what a score on some data is worth.

use std::path::{Path, PathBuf};

use serde::Serialize;
use titer_audit::answers::{Answers, answers};
use titer_audit::clean::Repair;
use titer_audit::{Ask, Audit, Place, Set, Trust, audit, read};
use titer_data::DataError;
use titer_report::audit::Made;
use titer_store::RunFolder;

use crate::arguments::{AtLeast, AuditCommand, Format, Places, Talk};
use crate::console::{say_exactly, say_json};
use crate::error::CommandError;
use crate::progress::Progress;
use rows::{Splits, file_name};

mod again;
mod clean;
mod rows;
mod told;

/// Exit code: the verdict is worse than what was asked for.
const WORSE: u8 = 100;

pub(super) fn run(command: &AuditCommand, places: &Places, talk: Talk) -> Result<u8, CommandError> {
    let AuditCommand::Data {
        dataset,
        genome,
        fold,
        seen,
        run,
        train,
        test,
        output,
        write_clean,
        regroup,
        seed,
        at_least,
        form,
    } = command;
    let progress = Progress::new(talk, "auditing");
    progress.message("reading");
    let splits = Splits {
        train,
        test,
        fold: fold.as_deref(),
    };
    let read = rows::read(dataset, genome.as_deref(), splits, places, &progress)?;
    let (name, set) = (read.name, read.set);
    if set.train.is_empty() || set.test.is_empty() {
        return Err(CommandError::Argument(format!(
            "{name}: {} train rows and {} test rows of one class each: an audit needs both",
            set.train.len(),
            set.test.len()
        )));
    }
    let ask = Ask {
        seed: *seed,
        seen: seen
            .as_deref()
            .map(|path| regions(&set, path))
            .transpose()?,
        answers: match run {
            Some(run) => answered(run, &name, test)?,
            None => Vec::new(),
        },
    };
    let mut found = audit(&name, &set, &ask, &|what| progress.message(what));
    (found.genome, found.assemblies, found.inputs) = (read.genome, read.assemblies, read.inputs);
    progress.finish();
    let folder = output
        .clone()
        .unwrap_or_else(|| Path::new("audits").join(&name));
    let base = again::base(command, places);
    let in_words = form.format == Format::Text && !talk.quiet;
    if in_words {
        told::findings(&found);
    }
    write(&found, &folder, (&base, &again::whole(command, places)))?;
    let page = folder.join("report.html");
    if in_words {
        told::verdict(&found, &base);
        say_exactly(&format!("report: {}", page.display()));
    }
    let cleaned = match write_clean {
        None => None,
        Some(to) => {
            let repair = match regroup {
                true => Repair::Regroup,
                false => Repair::LeaveOut,
            };
            Some(clean::write(&name, &set, repair, *seed, to, talk)?)
        }
    };
    match (form.format, &cleaned) {
        (Format::Json, cleaned) => say_json(&Answer {
            audit: &found,
            report: page.display().to_string(),
            clean: cleaned
                .as_ref()
                .map(|it| it.descriptor.display().to_string()),
        })?,
        (Format::Text, Some(cleaned)) if in_words => cleaned.tell(),
        (Format::Text, _) => {}
    }
    let wanted = match at_least {
        None => return Ok(0),
        Some(AtLeast::Trustworthy) => Trust::Trustworthy,
        Some(AtLeast::WithCare) => Trust::WithCare,
    };
    Ok(if found.trust > wanted { WORSE } else { 0 })
}

/// What programs are told: the audit as `audit.json` has it, and where its page lies.
#[derive(Serialize)]
struct Answer<'a> {
    audit: &'a Audit,
    report: String,
    /// The descriptor of the repaired split, where one was asked for.
    clean: Option<String>,
}

/// Regions that a model saw, as places of the set.
fn regions(set: &Set, path: &Path) -> Result<(String, Vec<Place>), CommandError> {
    let regions = titer_data::regions::read(path).map_err(DataError::from)?;
    let places = read::regions(set, &regions);
    if places.is_empty() && !set.chromosomes.is_empty() {
        let named = |names: Vec<&str>| names.into_iter().take(5).collect::<Vec<_>>().join(", ");
        return Err(CommandError::Argument(format!(
            "--seen: {} names none of the dataset's chromosomes: it has {}, the dataset {}",
            path.display(),
            named(
                regions
                    .iter()
                    .map(|(chromosome, ..)| chromosome.as_str())
                    .collect()
            ),
            named(set.chromosomes.iter().map(String::as_str).collect())
        )));
    }
    Ok((file_name(path), places))
}

/// What a run's models answered.
fn answered(run: &Path, dataset: &str, split: &str) -> Result<Vec<Answers>, CommandError> {
    let found = answers(&RunFolder::at(run), dataset, split);
    let found = found.map_err(|error| CommandError::Argument(error.to_string()))?;
    if found.is_empty() {
        return Err(CommandError::Argument(format!(
            "--run: {} holds no finished answers of a binary question about split {split} of {dataset}",
            run.display()
        )));
    }
    Ok(found)
}

fn write(found: &Audit, folder: &Path, (base, command): (&str, &str)) -> Result<(), CommandError> {
    let failed = |path: &PathBuf, error: std::io::Error| {
        CommandError::Argument(format!("{} cannot be written: {error}", path.display()))
    };
    let made = Made {
        titer: env!("CARGO_PKG_VERSION"),
        command,
        base,
    };
    let page = titer_report::audit::page(found, made)?;
    let json = serde_json::to_string_pretty(found)
        .map_err(|error| CommandError::Internal(format!("the audit cannot be written: {error}")))?;
    std::fs::create_dir_all(folder).map_err(|error| failed(&folder.to_owned(), error))?;
    let mut rows = "id\tclass\tleaked\tsimilarity\tcluster\treason\ttrain_row\n".to_owned();
    for row in &found.rows {
        let similarity = row
            .similarity
            .map_or(String::new(), |it| format!("{it:.4}"));
        let (reason, train) = match &row.kin {
            Some((why, train)) => (why.words(), train.as_str()),
            None => ("", ""),
        };
        rows += &format!(
            "{}\t{}\t{}\t{similarity}\t{}\t{reason}\t{train}\n",
            row.id, row.class, row.leaked, row.cluster
        );
    }
    for (name, text) in [
        ("audit.json", json + "\n"),
        ("report.html", page),
        ("rows.tsv", rows),
    ] {
        let path = folder.join(name);
        let temporary = folder.join(format!(".{name}.part"));
        std::fs::write(&temporary, text)
            .and_then(|()| std::fs::rename(&temporary, &path))
            .map_err(|error| failed(&path, error))?;
    }
    Ok(())
}
