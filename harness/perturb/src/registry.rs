//! The table of perturbations: to add one, a file, its `mod` and a line here.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use titer_core::{Condition, Effect, Perturbation, tagged};

use crate::levels::Strength;

/// Module and type of each: `levels` for one that suites give fields, which are the type's own, or strengths from 1 to 5, `fields`
/// for one that has fields only, `plain` for one without. Suites name it by the type's name in snake case.
macro_rules! perturbations {
    ($(
        $(#[$about:meta])*
        $(levels $by:ident::$strong:ident)? $(fields $of:ident::$with:ident)? $(plain $at:ident::$bare:ident)?;
    )+) => {
        /// A seeded change of the examples, paired with the clean ones.
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
        #[serde(rename_all = "snake_case", remote = "Self")]
        #[allow(missing_docs, reason = "the type of each says what it is")]
        pub enum PerturbationSpec {
            $($(#[$about])* $($strong(crate::$by::$strong),)? $($with(crate::$of::$with),)? $($bare,)?)+
        }

        tagged!(PerturbationSpec);

        /// A line of a suite's `perturbations`: one, or one for each strength that it lists.
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
        #[serde(rename_all = "snake_case", remote = "Self")]
        #[allow(missing_docs, reason = "the type of each says what it is")]
        pub enum PerturbationEntry {
            $(
                $(#[$about])*
                $($strong(Strength<crate::$by::$strong>),)? $($with(crate::$of::$with),)? $($bare,)?
            )+
        }

        tagged!(PerturbationEntry);

        impl PerturbationEntry {
            /// What it asks for.
            #[must_use]
            pub fn specs(&self) -> Vec<PerturbationSpec> {
                match self {
                    $(
                        $(Self::$strong(asked) => {
                            asked.each().into_iter().map(PerturbationSpec::$strong).collect()
                        })?
                        $(Self::$with(own) => vec![PerturbationSpec::$with(own.clone())],)?
                        $(Self::$bare => vec![PerturbationSpec::$bare],)?
                    )+
                }
            }
        }

        impl From<PerturbationSpec> for PerturbationEntry {
            fn from(one: PerturbationSpec) -> Self {
                match one {
                    $(
                        $(PerturbationSpec::$strong(own) => Self::$strong(Strength::Own(own)),)?
                        $(PerturbationSpec::$with(own) => Self::$with(own),)?
                        $(PerturbationSpec::$bare => Self::$bare,)?
                    )+
                }
            }
        }

        impl PerturbationSpec {
            /// What it does.
            #[must_use]
            pub fn perturbation(&self) -> &dyn Perturbation {
                match self {
                    $($(Self::$strong(own) => own,)? $(Self::$with(own) => own,)? $(Self::$bare => &crate::$at::$bare,)?)+
                }
            }

            /// One of each kind, as documents show it.
            #[must_use]
            pub fn examples() -> Vec<Self> {
                let all = [
                    $(
                        $(example::<crate::$by::$strong>().map(Self::$strong),)?
                        $(example::<crate::$of::$with>().map(Self::$with),)?
                        $(Some(Self::$bare),)?
                    )+
                ];
                all.into_iter().flatten().collect()
            }

            /// The kind, as suites name it: the purpose of its random stream.
            #[must_use]
            pub fn kind(&self) -> String {
                snake_case(match self {
                    $($(Self::$strong(_) => stringify!($strong),)? $(Self::$with(_) => stringify!($with),)? $(Self::$bare => stringify!($bare),)?)+
                })
            }
        }
    };
}

perturbations! {
    /// Replaces bases by another base, sparing the suite's `spare` positions. The target is kept.
    levels substitutions::Substitutions;
    /// Inserts and deletes single bases around the suite's `spare` positions. The target is kept.
    levels indels::Indels;
    /// Makes runs of a base longer or shorter. The target is kept.
    levels homopolymer_errors::HomopolymerErrors;
    /// Misreads bases as often as a sequencing platform does. The target is kept.
    fields sequencing_errors::SequencingErrors;
    /// Replaces codons by others for the same amino acid. The target is kept.
    fields synonymous_codons::SynonymousCodons;
    /// Inserts or deletes a base or two, so that what lies behind is read in another frame.
    fields reading_frame::ReadingFrame;
    /// Reads C as T near the first base and G as A near the last, as in ancient DNA. The target is kept.
    levels ancient_damage::AncientDamage;
    /// Replaces bases by N, scattered or in blocks. The target is kept.
    levels unknown_bases::UnknownBases;
    /// Replaces bases by the code of that base and another one. The target is kept.
    levels ambiguous_bases::AmbiguousBases;
    /// Hides the outermost bases of each side. The target is kept.
    levels truncation::Truncation;
    /// Replaces the outermost bases of each side by others of the same composition. The target is kept.
    levels foreign_flanks::ForeignFlanks;
    /// Moves the window along the sequence.
    fields shift::Shift;
    /// Reads the other strand.
    fields reverse_complement::ReverseComplement;
    /// Writes a motif over bases.
    fields motif_inserted::MotifInserted;
    /// Replaces the suite's `spare` positions, which define the label: the target is destroyed.
    plain site_destroyed::SiteDestroyed;
    /// Another order of the bases: the target is destroyed.
    plain mononucleotide_shuffle::MononucleotideShuffle;
    /// Another order of the bases with the same pairs of neighbours: the target is destroyed.
    plain dinucleotide_shuffle::DinucleotideShuffle;
    /// Another order of the bases with the same threes of neighbours: the target is destroyed.
    plain trinucleotide_shuffle::TrinucleotideShuffle;
}

impl PerturbationSpec {
    /// Its kind, with what else than severity tells it from others of its kind.
    fn told_apart(&self) -> String {
        match self.perturbation().detail() {
            Some(detail) => format!("{}_{detail}", self.kind()),
            None => self.kind(),
        }
    }

    /// Its name in tables and folders: kind and severity.
    #[must_use]
    pub fn name(&self) -> String {
        match self.perturbation().severity() {
            Some(severity) => format!("{}_{severity}", self.told_apart()),
            None => self.told_apart(),
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
            kind: self.told_apart(),
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
