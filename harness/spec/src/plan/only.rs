//! The part of an evaluation that the command line asks for.

use serde::{Deserialize, Serialize};

/// Which part of an evaluation is run: of each kind these alone, all where none is named. A part is a look, which decides nothing:
/// a gate is about the whole, and the correction for the number of its checks too.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Only {
    /// Suites by name.
    pub suites: Vec<String>,
    /// Datasets by name.
    pub datasets: Vec<String>,
    /// Models by name; the model that one is compared with comes along.
    pub models: Vec<String>,
    /// Variants by name; the reference comes along.
    pub variants: Vec<String>,
}

impl Only {
    /// Whether nothing is left out.
    #[must_use]
    pub fn is_all(&self) -> bool {
        self.kinds().iter().all(|(_, names)| names.is_empty())
    }

    /// The kinds as options of the command line name them, each with its names.
    #[must_use]
    pub fn kinds(&self) -> [(&'static str, &[String]); 4] {
        [
            ("suite", &self.suites),
            ("dataset", &self.datasets),
            ("model", &self.models),
            ("variant", &self.variants),
        ]
    }

    /// Whether a suite is in.
    #[must_use]
    pub fn has_suite(&self, name: &str) -> bool {
        is_in(&self.suites, name)
    }

    /// Whether a dataset is in.
    #[must_use]
    pub fn has_dataset(&self, name: &str) -> bool {
        is_in(&self.datasets, name)
    }

    /// Whether a model is in.
    #[must_use]
    pub fn has_model(&self, name: &str) -> bool {
        is_in(&self.models, name)
    }

    /// Whether a variant is in.
    #[must_use]
    pub fn has_variant(&self, name: &str) -> bool {
        is_in(&self.variants, name)
    }

    /// As it stands on the command line: `--dataset yeast --variant int8`; empty where nothing is left out.
    #[must_use]
    pub fn options(&self) -> String {
        let kinds = self.kinds().into_iter();
        let options = kinds.flat_map(|(kind, names)| {
            let option = move |name: &String| format!("--{kind} {name}");
            names.iter().map(option)
        });
        options.collect::<Vec<_>>().join(" ")
    }
}

fn is_in(names: &[String], name: &str) -> bool {
    names.is_empty() || names.iter().any(|one| one == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_named_is_all_in() {
        let mut only = Only::default();
        assert!(only.is_all() && only.has_variant("int8") && only.options().is_empty());
        only.variants = vec!["int8".to_owned(), "fp16".to_owned()];
        only.datasets = vec!["yeast".to_owned()];
        assert!(!only.is_all());
        assert!(only.has_variant("fp16") && !only.has_variant("fp32") && only.has_model("any"));
        assert_eq!(
            only.options(),
            "--dataset yeast --variant int8 --variant fp16"
        );
    }
}
