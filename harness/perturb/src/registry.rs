//! The table of perturbations: to add one, a file, its `mod` and a line here.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use titer_core::{Condition, Effect, Perturbation, tagged};

/// Module and type of each: `fields` for one that suites give fields, which are the type's own, `plain` for one without. Suites
/// name it by the type's name in snake case.
macro_rules! perturbations {
    ($($(#[$about:meta])* $(fields $of:ident::$with:ident)? $(plain $at:ident::$bare:ident)?;)+) => {
        /// A seeded change of the examples, paired with the clean ones.
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
        #[serde(rename_all = "snake_case", remote = "Self")]
        #[allow(missing_docs, reason = "the type of each says what it is")]
        pub enum PerturbationSpec {
            $($(#[$about])* $($with(crate::$of::$with),)? $($bare,)?)+
        }

        tagged!(PerturbationSpec);

        impl PerturbationSpec {
            /// What it does.
            #[must_use]
            pub fn perturbation(&self) -> &dyn Perturbation {
                match self {
                    $($(Self::$with(own) => own,)? $(Self::$bare => &crate::$at::$bare,)?)+
                }
            }

            /// One of each kind, as documents show it.
            #[must_use]
            pub fn examples() -> Vec<Self> {
                let all = [
                    $($(example::<crate::$of::$with>().map(Self::$with),)? $(Some(Self::$bare),)?)+
                ];
                all.into_iter().flatten().collect()
            }

            /// The kind, as suites name it: the purpose of its random stream.
            #[must_use]
            pub fn kind(&self) -> String {
                snake_case(match self {
                    $($(Self::$with(_) => stringify!($with),)? $(Self::$bare => stringify!($bare),)?)+
                })
            }
        }
    };
}

perturbations! {
    /// Replaces bases by another base, sparing the suite's `spare` positions. The target is kept.
    fields substitutions::Substitutions;
    /// Reads the other strand.
    fields reverse_complement::ReverseComplement;
    /// Another order of the bases with the same pairs of neighbours: the target is destroyed.
    plain dinucleotide_shuffle::DinucleotideShuffle;
}

impl PerturbationSpec {
    /// Its name in tables and folders: kind and severity.
    #[must_use]
    pub fn name(&self) -> String {
        match self.perturbation().severity() {
            Some(severity) => format!("{}_{severity}", self.kind()),
            None => self.kind(),
        }
    }

    /// What it does to the target.
    #[must_use]
    pub fn effect(&self) -> Effect {
        self.perturbation().effect()
    }

    /// What the cells that it makes are told by.
    #[must_use]
    pub fn condition(&self) -> Condition {
        Condition {
            name: self.name(),
            kind: self.kind(),
            severity: self.perturbation().severity(),
            effect: self.effect(),
            title: self.perturbation().title(),
        }
    }
}

/// The fields that the schema shows.
fn example<T: JsonSchema + for<'de> Deserialize<'de>>() -> Option<T> {
    let schema = schemars::schema_for!(T);
    let shown = schema.get("examples")?.get(0)?;
    serde_json::from_value(shown.clone()).ok()
}

/// `DinucleotideShuffle` is `dinucleotide_shuffle`.
fn snake_case(name: &str) -> String {
    let mut text = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !text.is_empty() {
            text.push('_');
        }
        text.push(letter.to_ascii_lowercase());
    }
    text
}
