//! The files of an evaluation as text, and put in their places whole or not at all.

mod dataset;
mod evaluation;
mod model;
mod suite;

use std::io::Write as _;
use std::path::{Path, PathBuf};

use titer_spec::file::{bytes_of, digest_of};
use titer_spec::yaml::quoted;
use titer_spec::{Dataset, Document, Evaluation, ModelSpec, Suite};

use crate::error::InitError;
use crate::relative::shown;
use crate::understand::{Facts, Source, Understood};

/// Where the files go.
#[derive(Clone, Debug)]
pub(crate) struct Places {
    pub evaluation: PathBuf,
    pub suite: PathBuf,
    pub dataset: PathBuf,
    pub model: PathBuf,
}

/// The files of an evaluation, in the order in which they build on each other.
#[derive(Clone, Debug)]
pub struct Written {
    /// The table's description, beside the table.
    pub dataset: PathBuf,
    /// The model's description, beside the model; of a served model in the evaluation's folder.
    pub model: PathBuf,
    /// The suite.
    pub suite: PathBuf,
    /// The evaluation.
    pub evaluation: PathBuf,
    texts: [String; 4],
}

impl Written {
    fn files(&self) -> [(&Path, &str); 4] {
        let [dataset, model, suite, evaluation] = &self.texts;
        [
            (&self.dataset, dataset),
            (&self.model, model),
            (&self.suite, suite),
            (&self.evaluation, evaluation),
        ]
    }

    /// Where the files go.
    #[must_use]
    pub fn paths(&self) -> [&Path; 4] {
        self.files().map(|(path, _)| path)
    }
}

/// The texts, each held to what a file of its kind may say. `folder` is the evaluation's, absolute and without links.
///
/// # Errors
/// A file cannot be read, a name cannot be one, or a file is there already and says something else.
pub fn texts(facts: &Facts, understood: &Understood, folder: &Path) -> Result<Written, InitError> {
    let names = &understood.names;
    let beside = |path: &Path| path.parent().unwrap_or(Path::new(".")).to_owned();
    let model_folder = match &facts.source {
        Source::Predictions(table) => beside(&table.path),
        Source::Builds(builds) => {
            let first = builds.first().map(|build| &build.found);
            let own = first.and_then(|found| found.file.as_ref().map(|_| found.folder.clone()));
            own.unwrap_or_else(|| folder.to_owned())
        }
    };
    let model_text = model::text(facts, understood)?;
    let own = model_folder.join(format!("{}.model.yaml", names.model));
    // Another task of the same model has a description of its own.
    let model = match is_other(&own, &model_text) {
        true => model_folder.join(format!("{}-{}.model.yaml", names.model, names.task)),
        false => own,
    };
    let places = Places {
        evaluation: folder.join("evaluation.yaml"),
        suite: folder.join("suites").join(format!("{}.yaml", names.task)),
        dataset: beside(&facts.table.path).join(format!("{}.dataset.yaml", names.task)),
        model,
    };
    let written = Written {
        texts: [
            dataset::text(facts, understood)?,
            model_text,
            suite::text(understood, &places),
            evaluation::text(understood, &places),
        ],
        dataset: places.dataset,
        model: places.model,
        suite: places.suite,
        evaluation: places.evaluation,
    };
    let files = written.files();
    if let Some((there, _)) = files.iter().find(|(path, text)| is_other(path, text)) {
        let cure = match there.starts_with(folder)
            && *there != written.dataset
            && *there != written.model
        {
            true => "move it away, or name another folder, as in `titer init other --model ...`",
            false => {
                "move it away, or write the evaluation by hand with what it says: a description lies beside what it describes"
            }
        };
        let message = format!(
            "{} is there already and says something else; nothing is written over",
            shown(there)
        );
        return Err(InitError::new(message, cure));
    }
    let wrong = |error: titer_spec::SpecError| {
        let cure = "give it another name by a flag, or rename the file or the value in the table";
        InitError::new(format!("what would be written is refused: {error}"), cure)
    };
    let [dataset, model, suite, evaluation] =
        written.files().map(|(path, text)| (path, text.to_owned()));
    Document::<Dataset>::parse(dataset.0, dataset.1).map_err(wrong)?;
    Document::<ModelSpec>::parse(model.0, model.1).map_err(wrong)?;
    Document::<Suite>::parse(suite.0, suite.1).map_err(wrong)?;
    Document::<Evaluation>::parse(evaluation.0, evaluation.1).map_err(wrong)?;
    Ok(written)
}

/// Whether a file is there that says something else.
fn is_other(path: &Path, text: &str) -> bool {
    path.exists() && std::fs::read_to_string(path).ok().as_deref() != Some(text)
}

/// Puts the files in their places: all of them, or none. Those that are there already, to the letter, stay. Returns what was
/// put there.
///
/// # Errors
/// One cannot be written, or has come to be there.
pub fn write(written: &Written) -> Result<Vec<PathBuf>, InitError> {
    let mut done: Vec<PathBuf> = Vec::new();
    for (path, text) in written.files() {
        if path.exists() {
            continue;
        }
        if let Err(error) = put(path, text) {
            remove(&done);
            return Err(InitError::new(
                format!("{} cannot be written: {error}; nothing was", shown(path)),
                "descriptions lie beside what they describe: put model and table where you may write",
            ));
        }
        done.push(path.to_owned());
    }
    Ok(done)
}

/// Takes files out again, and the folders that they leave empty.
pub fn remove(files: &[PathBuf]) {
    for path in files {
        let _ = std::fs::remove_file(path);
    }
    for folder in files.iter().filter_map(|path| path.parent()) {
        // One that holds something stays.
        let _ = std::fs::remove_dir(folder);
    }
}

fn put(path: &Path, text: &str) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut file = std::fs::File::create_new(path)?;
    file.write_all(text.as_bytes())
}

/// A file as a descriptor beside it names it: path, digest, size.
fn entry(path: &Path) -> Result<String, InitError> {
    let failed = |error: std::io::Error| {
        InitError::of_file(
            path,
            &format!("cannot be read: {error}"),
            "check the path and its permissions",
        )
    };
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let digest = digest_of(path).map_err(failed)?;
    let bytes = bytes_of(path).map_err(failed)?;
    Ok(format!(
        "{{path: {}, digest: \"{digest}\", bytes: {bytes}}}",
        quoted(&name)
    ))
}

/// Names in brackets.
fn list(names: &[String]) -> String {
    let names: Vec<String> = names.iter().map(|name| quoted(name)).collect();
    format!("[{}]", names.join(", "))
}
