//! Facts and wishes together: what is known, with its reason, or what is to be asked.

mod classes;
mod columns;
mod input;
mod output;
mod scores;

use titer_data::profile::Profile;
use titer_inspection::probe::{Proposal, is_a_build_of, model_name, plain_name};
use titer_spec::model::Activation;

use crate::error::{InitError, Trouble};
use crate::relative::shown;
use crate::wishes::{Field, Wishes};

pub use classes::Classes;
pub use columns::{Columns, Split};
pub use scores::{Rows, Scores};

/// What was found out without asking anybody.
#[derive(Clone, Debug)]
pub struct Facts {
    /// The table.
    pub table: Profile,
    /// The model.
    pub source: Source,
}

/// What is judged.
#[derive(Clone, Debug)]
pub enum Source {
    /// Builds of a model, the first of which is the reference.
    Builds(Vec<Proposal>),
    /// A table of what a model said.
    Predictions(Profile),
}

/// What cannot be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// What is answered.
    pub field: Field,
    /// The question.
    pub words: String,
    /// What could be answered, each with what speaks for it.
    pub choices: Vec<String>,
    /// The answer that is offered; `None`: nothing is likelier than the rest.
    pub proposed: Option<String>,
    /// The flags that answer it, as in ``--label COLUMN``.
    pub flags: String,
}

/// A thing that is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What.
    pub field: &'static str,
    /// What it is.
    pub value: String,
    /// Why.
    pub why: String,
}

/// What the files are called by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Names {
    /// The evaluation.
    pub evaluation: String,
    /// The model.
    pub model: String,
    /// Dataset, suite and task.
    pub task: String,
}

/// All that is written follows from this.
#[derive(Clone, Debug)]
pub struct Understood {
    /// Names.
    pub names: Names,
    /// What each column is.
    pub columns: Columns,
    /// What is told apart.
    pub classes: Classes,
    /// The builds, input and output as they are to be described; none where the model is a table.
    pub builds: Vec<Proposal>,
    /// How a table of predictions is read.
    pub scores: Option<Scores>,
    /// The species, where it was said.
    pub organism: Option<String>,
    /// The score that must be reached, where it was said.
    pub at_least: Option<f64>,
    /// Everything that was understood, for people.
    pub lines: Vec<Line>,
    /// What was taken without anything that speaks for it.
    pub assumed: Vec<String>,
}

/// What is understood so far, and what is to be asked.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    lines: Vec<Line>,
    assumed: Vec<String>,
    questions: Vec<Question>,
}

impl Notes {
    fn line(&mut self, field: &'static str, value: impl Into<String>, why: impl Into<String>) {
        self.lines.push(Line {
            field,
            value: value.into(),
            why: why.into(),
        });
    }

    fn ask(&mut self, question: Question) {
        self.questions.push(question);
    }
}

/// Why a thing is as it is, where a flag or an answer says so.
const SAID: &str = "you said so";

/// The bases of the table's sequences, where they can be told and are equally many: a model that takes any number is asked with
/// so many.
#[must_use]
pub fn bases(table: &Profile, wishes: &Wishes) -> Option<usize> {
    let said = wishes
        .peek(Field::Length)
        .and_then(|text| text.parse().ok());
    said.or_else(|| columns::bases(table, wishes.peek(Field::Sequence)))
}

/// Understands a model and a table.
///
/// # Errors
/// Something is wrong with them or with what was said, or some of it cannot be told.
pub fn understand(facts: &Facts, wishes: &Wishes) -> Result<Understood, Trouble> {
    let mut notes = Notes::default();
    let columns = columns::find(&facts.table, wishes, &mut notes)?;
    // Classes are those of a column: nothing can be said of them before it is known.
    let Some(columns) = columns else {
        return Err(Trouble::Asks(notes.questions));
    };
    let mut builds = match &facts.source {
        Source::Builds(builds) => builds.clone(),
        Source::Predictions(_) => Vec::new(),
    };
    are_builds(&builds)?;
    let outputs = builds.first().map(output::numbers).transpose()?;
    let classes = classes::find(&facts.table, &columns, outputs, wishes, &mut notes)?;
    let mut scores = None;
    if let Source::Predictions(table) = &facts.source {
        let found = classes
            .as_ref()
            .map(|classes| scores::find(facts, table, &columns, classes, wishes, &mut notes));
        scores = found.transpose()?.flatten();
    } else {
        let activation = activation(wishes)?;
        for (index, build) in builds.iter_mut().enumerate() {
            let mut own = Notes::default();
            input::fit(build, &facts.table, &columns, wishes, &mut own)?;
            output::fit(build, classes.as_ref(), activation, &mut own);
            // What holds for one build holds for all.
            if index == 0 {
                notes.lines.append(&mut own.lines);
                notes.assumed.append(&mut own.assumed);
                notes.questions.append(&mut own.questions);
            }
        }
    }
    let at_least = at_least(wishes)?;
    let classes = match classes {
        Some(classes) if notes.questions.is_empty() => classes,
        _ => return Err(Trouble::Asks(notes.questions)),
    };
    let names = names(facts, wishes);
    let organism = wishes.get(Field::Organism).map(str::to_owned);
    are_asked_for(wishes)?;
    gate(&classes, builds.len(), at_least, &mut notes);
    Ok(Understood {
        names,
        columns,
        classes,
        builds,
        scores,
        organism,
        at_least,
        lines: notes.lines,
        assumed: notes.assumed,
    })
}

/// What is said and changes nothing was meant to change something.
fn are_asked_for(wishes: &Wishes) -> Result<(), InitError> {
    let unasked = wishes.unasked();
    let Some(first) = unasked.first() else {
        return Ok(());
    };
    let flags: Vec<String> = unasked
        .iter()
        .map(|field| format!("--{}", field.name()))
        .collect();
    let why = match first {
        Field::Score => "the model runs, and is no table of scores",
        Field::Classes => {
            "the model does not give a number for each class: `--positive` says of which class its number is"
        }
        Field::Positive => "there are more than two classes",
        Field::Layout
        | Field::Alphabet
        | Field::Window
        | Field::Length
        | Field::Longer
        | Field::Shorter => "the model takes no one-hot letters, or `--window` says which of them",
        Field::Tokens => {
            "the model takes no whole numbers, or a tokenizer beside it says what they are"
        }
        _ => "nothing asks for it",
    };
    Err(InitError::new(
        format!("{}: it would change nothing: {why}", flags.join(", ")),
        "leave it out, or check that model and table are the ones that you mean",
    ))
}

/// Builds of one model take and give the same, and lie where one descriptor can name them.
fn are_builds(builds: &[Proposal]) -> Result<(), InitError> {
    let Some((first, others)) = builds.split_first() else {
        return Ok(());
    };
    for other in others {
        let path = |build: &Proposal| {
            let file = build.found.file.as_ref();
            file.map_or_else(|| build.found.name.clone(), |it| shown(it))
        };
        if !is_a_build_of(first, other) {
            return Err(InitError::new(
                format!(
                    "{} is no build of the model in {}: its input or output is another",
                    path(other),
                    path(first)
                ),
                "give `--model` builds of one model; another model has an evaluation of its own, or is added to `models` of this one by hand",
            ));
        }
        if !other.found.folder.starts_with(&first.found.folder) {
            return Err(InitError::new(
                format!(
                    "{} does not lie in the folder of {}, or below it",
                    path(other),
                    path(first)
                ),
                "put the builds side by side: one descriptor beside the first names them all",
            ));
        }
    }
    Ok(())
}

fn names(facts: &Facts, wishes: &Wishes) -> Names {
    let model = match &facts.source {
        Source::Builds(builds) => builds_name(builds),
        Source::Predictions(table) => plain_name(&stem(table)),
    };
    Names {
        evaluation: wishes.get(Field::Name).unwrap_or(&model).to_owned(),
        task: plain_name(&stem(&facts.table)),
        model,
    }
}

/// What the names of several builds begin with, where that is a word; else as a probe calls them.
fn builds_name(builds: &[Proposal]) -> String {
    let names: Vec<&str> = builds.iter().map(|build| &build.found.name[..]).collect();
    let Some((first, others)) = names.split_first() else {
        return String::new();
    };
    let shared = first.char_indices().map(|(at, _)| at).chain([first.len()]);
    let shared = shared
        .filter(|at| others.iter().all(|name| name.starts_with(&first[..*at])))
        .max()
        .unwrap_or_default();
    let word = first[..shared].trim_matches(|letter: char| !letter.is_alphanumeric());
    match builds.first() {
        Some(build) if builds.len() == 1 || word.len() < 3 => {
            model_name(builds.len(), &build.found)
        }
        _ => plain_name(word),
    }
}

/// A table's name without its endings.
fn stem(table: &Profile) -> String {
    let name = table.path.file_name().unwrap_or_default().to_string_lossy();
    let name = name
        .strip_suffix(".gz")
        .or(name.strip_suffix(".bgz"))
        .unwrap_or(&name);
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    stem.to_owned()
}

fn activation(wishes: &Wishes) -> Result<Option<Activation>, InitError> {
    Ok(Some(match wishes.get(Field::Activation) {
        None => return Ok(None),
        Some("none") => Activation::None,
        Some("sigmoid") => Activation::Sigmoid,
        Some("softmax") => Activation::Softmax,
        Some(other) => {
            return Err(InitError::new(
                format!("--activation {other}: no such activation"),
                "write `none` (it gives probabilities), `sigmoid` or `softmax` (it gives logits)",
            ));
        }
    }))
}

fn at_least(wishes: &Wishes) -> Result<Option<f64>, InitError> {
    let Some(text) = wishes.get(Field::AtLeast) else {
        return Ok(None);
    };
    let value = text.parse::<f64>().ok();
    let value = value.filter(|value| (0.0..1.0).contains(value));
    value.map(Some).ok_or_else(|| {
        InitError::new(
            format!("--at-least {text}: no value that a score could have to reach"),
            "write a number from 0 to 1, as in `--at-least 0.9`",
        )
    })
}

/// Which gates are written.
fn gate(classes: &Classes, builds: usize, at_least: Option<f64>, notes: &mut Notes) {
    let metric = classes.metric_in_words();
    if builds > 1 {
        let value = format!("no build loses more than 0.01 {metric}");
        notes.line(
            "gate",
            value,
            "the margin is yours to choose: see evaluation.yaml",
        );
    }
    match at_least {
        Some(value) => notes.line("gate", format!("{metric} at least {value}"), SAID),
        None if builds > 1 => {}
        None => notes.line(
            "gate",
            "none",
            format!("what {metric} is enough is yours to say: `--at-least 0.9` adds a gate"),
        ),
    }
}
