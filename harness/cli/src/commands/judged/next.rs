//! What to look at next: the command that shows the examples behind a failure.

use std::collections::BTreeSet;

use titer_core::notable::Notable;
use titer_spec::Plan;
use titer_store::RunFolder;

/// The commands that a run has something to show for, each offered once.
pub(in crate::commands) struct Next {
    folder: String,
    names_model: bool,
    /// Model, variant and dataset of which the run has kept examples, and no command was offered yet.
    kept: BTreeSet<(String, String, String)>,
}

impl Next {
    pub(in crate::commands) fn new(folder: &RunFolder, plan: &Plan) -> Self {
        let notables = folder.read_rows::<Notable>().unwrap_or_default();
        let kept = notables.into_iter();
        Self {
            folder: folder.path().display().to_string(),
            names_model: plan.models.len() > 1,
            kept: kept
                .map(|one| (one.model, one.variant, one.dataset))
                .collect(),
        }
    }

    /// The command for a variant's examples of a dataset; `None` where the run kept none, or the command was offered before.
    pub(super) fn examples(&mut self, model: &str, variant: &str, dataset: &str) -> Option<String> {
        let of = (model.to_owned(), variant.to_owned(), dataset.to_owned());
        if !self.kept.remove(&of) {
            return None;
        }
        let model = self.names_model.then_some(("--model", model));
        let filters = model
            .into_iter()
            .chain([("--variant", variant), ("--dataset", dataset)]);
        let filters = filters.map(|(option, name)| format!(" {option} {}", quoted(name)));
        let folder = quoted(&self.folder);
        Some(format!(
            "titer examples {folder}{}",
            filters.collect::<String>()
        ))
    }
}

/// A word as a shell reads it.
fn quoted(word: &str) -> String {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "-_./:@%+=,".contains(letter);
    match !word.is_empty() && word.chars().all(is_plain) {
        true => word.to_owned(),
        false => format!("'{}'", word.replace('\'', "'\\''")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_offered_once_and_only_where_there_are_examples() {
        let of = |model: &str| (model.to_owned(), "int8".to_owned(), "yeast".to_owned());
        let mut next = Next {
            folder: "runs/my run".to_owned(),
            names_model: true,
            kept: [of("net"), of("net (runs/1.4)")].into(),
        };
        assert_eq!(
            next.examples("net", "int8", "yeast").as_deref(),
            Some("titer examples 'runs/my run' --model net --variant int8 --dataset yeast")
        );
        assert_eq!(next.examples("net", "int8", "yeast"), None);
        assert_eq!(next.examples("net", "fp32", "yeast"), None);
        next.names_model = false;
        assert_eq!(
            next.examples("net (runs/1.4)", "int8", "yeast").as_deref(),
            Some("titer examples 'runs/my run' --variant int8 --dataset yeast")
        );
    }

    #[test]
    fn words_are_quoted_for_a_shell() {
        assert_eq!(quoted("int8-static"), "int8-static");
        assert_eq!(quoted("it's"), "'it'\\''s'");
        assert_eq!(quoted(""), "''");
    }
}
