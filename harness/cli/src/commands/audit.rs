//! `titer audit`: what a score on some data is worth.

use std::path::{Path, PathBuf};

use serde::Serialize;
use titer_audit::answers::{Answers, answers};
use titer_audit::clean::Repair;
use titer_audit::rescored::Part;
use titer_audit::shortcuts::Shortcut;
use titer_audit::{Ask, Audit, Place, Set, Trust, audit, read};
use titer_data::DataError;
use titer_data::genome::Genome;
use titer_data::layouts::genomic_benchmarks::{self, Assemblies};
use titer_spec::{DatasetKind, Divide, Kind};
use titer_store::RunFolder;

use crate::arguments::{AtLeast, AuditCommand, Format, Places, Talk};
use crate::console::{say, say_exactly, say_json, say_table};
use crate::error::CommandError;
use crate::finding;
use crate::progress::Progress;

mod clean;

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
    let genome_option = genome.as_ref();
    let splits = (train.as_str(), test.as_str());
    let (name, set, genome) = match genome_rows(
        dataset,
        genome.as_deref(),
        splits,
        fold.as_deref(),
        &progress,
    )? {
        Some(found) => found,
        None => rows(
            dataset,
            (train, test),
            fold.as_deref(),
            genome.as_deref(),
            places,
        )?,
    };
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
    found.genome = genome;
    progress.finish();
    let in_words = form.format == Format::Text && !talk.quiet;
    if in_words {
        tell(&found);
    }
    let folder = output
        .clone()
        .unwrap_or_else(|| Path::new("audits").join(&name));
    let mut command = format!("titer audit data {dataset}");
    for (option, path) in [
        ("--genome", genome_option),
        ("--seen", seen.as_ref()),
        ("--run", run.as_ref()),
    ] {
        if let Some(path) = path {
            command += &format!(" {option} {}", path.display());
        }
    }
    for path in &places.path {
        command += &format!(" --path {}", path.display());
    }
    if let Some(fold) = fold {
        command += &format!(" --fold {fold}");
    }
    command += &format!(" --train {train} --test {test} --seed {seed}");
    write(&found, &folder, &command)?;
    let page = folder.join("report.html");
    if in_words {
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

/// A name, the rows of both splits, and the genome that gave their letters.
type Rows = (String, Set, Option<(String, String)>);

/// The rows of a folder laid out as Genomic Benchmarks, with letters where a genome is given.
fn genome_rows(
    dataset: &str,
    genome: Option<&Path>,
    (train, test): (&str, &str),
    fold: Option<&str>,
    progress: &Progress,
) -> Result<Option<Rows>, CommandError> {
    let folder = Path::new(dataset);
    if !genomic_benchmarks::recognised(folder) {
        return Ok(None);
    }
    for (given, own) in [(train, "train"), (test, "test")] {
        if given != own {
            return Err(CommandError::Argument(format!(
                "the layout of Genomic Benchmarks has the splits train and test, and no `{given}`"
            )));
        }
    }
    if fold.is_some() {
        return Err(CommandError::Argument(
            "--fold: the layout of Genomic Benchmarks has the splits train and test, and no folds"
                .to_owned(),
        ));
    }
    let rows = genomic_benchmarks::read(folder).map_err(DataError::from)?;
    let full = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    let name = file_name(&full);
    let Some(path) = genome else {
        return Ok(Some((name, read::placed(rows, None), None)));
    };
    let assemblies = Assemblies::read(folder).map_err(DataError::from)?;
    if let Some(several) = assemblies.several() {
        return Err(CommandError::Argument(format!(
            "--genome: the classes of {name} lie on several genomes ({}), and one file cannot give the letters of all: audit the places alone, without --genome",
            several.join(", ")
        )));
    }
    progress.message("the genome");
    let mut genome = Genome::open(path).map_err(DataError::from)?;
    let letters = genome.sequences(&rows).map_err(DataError::from)?;
    let known = Some((file_name(path), genome.digest.to_string()));
    Ok(Some((name, read::placed(rows, Some(letters)), known)))
}

/// The rows of a dataset's descriptor.
fn rows(
    dataset: &str,
    (train, test): (&str, &str),
    fold: Option<&str>,
    genome: Option<&Path>,
    places: &Places,
) -> Result<Rows, CommandError> {
    let mut loaded = titer_data::open(&finding::find(Kind::Dataset, dataset, places)?)?;
    let has_folds = matches!(loaded.about().divide, Some(Divide::Folds(_)));
    match (has_folds, fold) {
        (true, None) => {
            return Err(CommandError::Argument(format!(
                "{dataset} is divided into folds: say by --fold which value is left out"
            )));
        }
        (false, Some(_)) => {
            return Err(CommandError::Argument(format!(
                "--fold: {dataset} is not divided into folds"
            )));
        }
        _ => loaded.fold = fold.map(str::to_owned),
    }
    let has_letters = loaded.has_letters();
    if has_letters && genome.is_some() {
        return Err(CommandError::Argument(format!(
            "--genome: the rows of {dataset} have letters of their own"
        )));
    }
    if let Some(genome) = genome {
        loaded.genome = Some(genome.to_owned());
    }
    loaded.without_letters = !has_letters && loaded.genome.is_none();
    let about = loaded.about();
    let name = about.dataset.value.clone();
    if about.kind != DatasetKind::Windows {
        return Err(CommandError::Argument(format!(
            "{name} has a truth for every position: an audit takes windows, each of one class"
        )));
    }
    if about.has_labels() {
        return Err(CommandError::Argument(format!(
            "{name} has several labels for an example: an audit takes windows, each of one class; give it a descriptor of one label, as in `label: ctcf` with `classes: [\"0\", \"1\"]`"
        )));
    }
    let cluster = about.columns.clusters.columns.first().map(String::as_str);
    let mut rows = read::Rows::new(&about.classes, cluster);
    titer_data::each_of(&loaded, &[train, test], |row| {
        let is_test = row.split == test;
        rows.add(row, is_test);
        Ok::<(), DataError>(())
    })?;
    let set = rows.finish();
    let known = match (&loaded.genome, genome, &about.genome) {
        // The one that was given, in place of the descriptor's.
        (Some(path), Some(_), _) => {
            let opened = Genome::open(path).map_err(DataError::from)?;
            Some((path, opened.digest))
        }
        (Some(path), None, Some(stated)) => Some((path, stated.stated(&loaded.document)?)),
        _ => None,
    };
    let known = known.map(|(path, digest)| (file_name(path), digest.to_string()));
    Ok((name, set, known))
}

fn file_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

fn tell(found: &Audit) {
    say(&format!("{}: {}", found.name, found.trust.words()));
    for one in &found.evidence {
        say(&format!("  {}: {}", one.weighs.words(), one.words));
    }
    for one in &found.shown {
        say(&format!("  does not weigh: {one}"));
    }
    say(&format!(
        "  {} train rows, {} test rows in {} clusters, worth {:.0} independent examples",
        found.train, found.test, found.clusters, found.effective
    ));
    for one in &found.not_looked_for {
        say(&format!("  not looked for: {one}"));
    }
    say("");
    let row = |one: &Shortcut| {
        let scores = one.scores.as_ref();
        let score = |name: &str| match scores {
            Ok(scores) => scores
                .iter()
                .find(|score| score.metric == name)
                .map_or(String::new(), shown),
            Err(_) => String::new(),
        };
        let note = scores.err().map_or(one.looks_at, String::as_str);
        vec![
            one.name.clone(),
            score("accuracy"),
            score("auroc"),
            note.to_owned(),
        ]
    };
    let rows: Vec<Vec<String>> = found.shortcuts.iter().map(row).collect();
    say_table(&["control", "accuracy", "auroc", "sees"], &rows);
    for model in &found.models {
        say("");
        say(&format!(
            "{} {}, suite {}: {} test rows, {} without an answer",
            model.model, model.variant, model.suite, model.rows, model.unanswered
        ));
        let metric = |part: &Part, name: &str| {
            let score = part.scores.iter().find(|score| score.metric == name);
            score.map_or(String::new(), shown)
        };
        let rows: Vec<Vec<String>> = model
            .parts
            .iter()
            .map(|part| {
                vec![
                    part.name.clone(),
                    part.rows.to_string(),
                    metric(part, "accuracy"),
                    metric(part, "auroc"),
                ]
            })
            .collect();
        say_table(&["test rows", "n", "accuracy", "auroc"], &rows);
    }
}

fn shown(score: &titer_audit::score::Score) -> String {
    match (&score.value, &score.interval) {
        (Ok(value), Ok((lower, upper))) => format!("{value:.4} ({lower:.4} to {upper:.4})"),
        (Ok(value), Err(_)) => format!("{value:.4}"),
        (Err(_), _) => "undefined".to_owned(),
    }
}

fn write(found: &Audit, folder: &Path, command: &str) -> Result<(), CommandError> {
    let failed = |path: &PathBuf, error: std::io::Error| {
        CommandError::Argument(format!("{} cannot be written: {error}", path.display()))
    };
    let page = titer_report::audit::page(found, env!("CARGO_PKG_VERSION"), command)?;
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
