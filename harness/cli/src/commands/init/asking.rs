//! What somebody at the terminal is asked.

use std::path::{Path, PathBuf};

use titer_init::{Facts, Field, Question, Trouble, Understood, Wishes, understand};

use super::show;
use crate::arguments::Init;
use crate::console::{ask, complain, say};
use crate::error::CommandError;

/// The model's files and the table.
pub(super) fn files(init: &Init, asks: bool) -> Result<(Vec<String>, PathBuf), CommandError> {
    let missing: Vec<&str> = [
        (
            "--model FILE (a graph, weights, a script, a server's address, or a table of scores)",
            init.model.is_empty(),
        ),
        ("--data TABLE (CSV, TSV or Parquet)", init.data.is_none()),
    ]
    .into_iter()
    .filter_map(|(flag, is_missing)| is_missing.then_some(flag))
    .collect();
    if !asks && !missing.is_empty() {
        return Err(CommandError::Argument(format!(
            "what is judged, and on what?\n  help: give {}",
            missing.join(" and ")
        )));
    }
    let mut models = init.model.clone();
    if models.is_empty() {
        let line = answered(
            "The model's file (several builds: the reference first), or its server's address:",
        )?;
        models = match Path::new(&line).is_file() {
            true => vec![line],
            false => line.split_whitespace().map(str::to_owned).collect(),
        };
    }
    let data = match &init.data {
        Some(data) => data.clone(),
        None => PathBuf::from(answered("The table, CSV, TSV or Parquet:")?),
    };
    Ok((models, data))
}

/// Understands model and table, with answers where somebody gives them; `None` where they were turned down.
pub(super) fn until_understood(
    facts: &Facts,
    mut wishes: Wishes,
    asks: bool,
) -> Result<Option<Understood>, CommandError> {
    // What was said before the last answer, which may be wrong.
    let mut before: Option<Wishes> = None;
    let mut gate_was_asked = !asks;
    loop {
        match understand(facts, &wishes) {
            Ok(understood) if !gate_was_asked && is_without_gate(&understood) => {
                gate_was_asked = true;
                let metric = understood.classes.metric_in_words();
                say(
                    "What is good enough for your purpose? A run without a gate scores, and judges nothing.",
                );
                let line = said(&format!(
                    "at-least, the {metric} that must be reached (Enter: no gate):"
                ))?;
                if !line.is_empty() {
                    before = Some(wishes.clone());
                    wishes.set(Field::AtLeast, &line);
                    gate_was_asked = false;
                }
            }
            Ok(understood) => {
                show(&understood);
                if !asks {
                    return Ok(Some(understood));
                }
                let Some((field, value)) = correction()? else {
                    return Ok(Some(understood));
                };
                if field.is_none() {
                    return Ok(None);
                }
                before = Some(wishes.clone());
                if let Some(field) = field {
                    wishes.set(field, &value);
                }
            }
            Err(Trouble::Asks(questions)) if asks => {
                let Some(question) = questions.first() else {
                    return Err(Trouble::Asks(questions).into());
                };
                before = Some(wishes.clone());
                wishes.set(question.field, &put(question)?);
            }
            Err(Trouble::Wrong(error)) if asks && before.is_some() => {
                complain(&format!("error: {error}"));
                wishes = before.take().unwrap_or_default();
            }
            Err(trouble) => return Err(trouble.into()),
        }
    }
}

/// Whether nothing would be judged.
fn is_without_gate(understood: &Understood) -> bool {
    understood.at_least.is_none() && understood.builds.len() < 2
}

/// Puts a question until it has an answer.
fn put(question: &Question) -> Result<String, CommandError> {
    say(&question.words);
    for choice in &question.choices {
        say(&format!("    {choice}"));
    }
    let prompt = match &question.proposed {
        Some(proposed) => format!("{} [{proposed}]:", question.field.name()),
        None => format!("{}:", question.field.name()),
    };
    loop {
        let line = said(&prompt)?;
        // A choice may be answered with its word alone.
        match (line.as_str(), &question.proposed) {
            ("", None) => say(&format!("  an answer is needed: {}", question.flags)),
            ("", Some(proposed)) => return Ok(proposed.clone()),
            (answer, _) => return Ok(answer.to_owned()),
        }
    }
}

/// A field with another value; no field where nothing is to be written; `None` where all is right.
type Correction = Option<(Option<Field>, String)>;

fn correction() -> Result<Correction, CommandError> {
    loop {
        let line = said(
            "Enter writes the files; `label COLUMN` (any flag with its value) corrects one; `q` leaves:",
        )?;
        let (word, value) = line.split_once(' ').unwrap_or((&line, ""));
        match (word, Field::of(word)) {
            ("", _) | ("y" | "yes", _) => return Ok(None),
            ("q" | "n" | "no" | "quit", _) => return Ok(Some((None, String::new()))),
            (_, Some(field)) if !value.trim().is_empty() => {
                return Ok(Some((Some(field), value.trim().to_owned())));
            }
            (_, Some(Field::AllTest | Field::Independent)) => {
                let field = if word.ends_with("all-test") {
                    Field::AllTest
                } else {
                    Field::Independent
                };
                return Ok(Some((Some(field), "yes".to_owned())));
            }
            (_, Some(_)) => say(&format!("  {word} needs a value")),
            (_, None) => {
                let names: Vec<&str> = Field::ALL.into_iter().map(Field::name).collect();
                say(&format!("  `{word}` is none of {}", names.join(", ")));
            }
        }
    }
}

fn answered(prompt: &str) -> Result<String, CommandError> {
    loop {
        let line = said(prompt)?;
        if !line.is_empty() {
            return Ok(line);
        }
    }
}

fn said(prompt: &str) -> Result<String, CommandError> {
    ask(prompt).ok_or_else(|| {
        CommandError::Argument("the input ended before the answer; nothing was written".to_owned())
    })
}
