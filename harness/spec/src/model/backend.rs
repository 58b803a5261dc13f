//! The table of backends: to add one here, a file with its `Facts`, its `mod` and a line.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::VariantSpec;

/// What has to be known of a backend before anything is loaded.
pub(super) struct Facts {
    /// Who computes.
    pub computes: Computes,
    /// The roles of the files that it needs.
    pub roles: &'static [&'static str],
    /// Whether files of other roles may stand beside them.
    pub takes_further_files: bool,
    /// The role of the file that holds the weights; `None`: they cannot be reached.
    pub weights: Option<&'static str>,
    /// The precisions that it can keep weights in; `None`: those that their file is in.
    pub precisions: Option<&'static [&'static str]>,
    /// Whether it needs ONNX Runtime.
    pub needs_runtime: bool,
    /// Whether its inputs and outputs have names.
    pub names_tensors: bool,
    /// Examples of a batch where nobody states its size, at most.
    pub batch_limit: Option<usize>,
    /// Whether a variant says something under the backend's name.
    pub has_options: fn(&VariantSpec) -> bool,
    /// What is wrong where it says nothing there, and the cure; `None`: it may.
    pub options_missing: Option<[&'static str; 2]>,
}

/// Who computes a model's numbers.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Computes {
    /// Titer's own process, which reads the model's files.
    Titer,
    /// What the user names: a command, a server.
    Elsewhere,
    /// Nobody: they lie in a table.
    Nobody,
}

/// Each backend with the module of its facts, whose name is the one in YAML.
macro_rules! backends {
    ($($(#[$about:meta])* $backend:ident: $module:ident;)+) => {
        /// What executes a variant.
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
        )]
        #[serde(rename_all = "snake_case")]
        pub enum Backend {
            $($(#[$about])* $backend,)+
        }

        impl Backend {
            /// Every backend.
            pub const ALL: &[Self] = &[$(Self::$backend,)+];

            /// The name in YAML and tables.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$backend => stringify!($module),)+
                }
            }

            fn facts(self) -> &'static Facts {
                match self {
                    $(Self::$backend => &super::$module::FACTS,)+
                }
            }
        }
    };
}

backends! {
    /// ONNX Runtime.
    Onnx: onnx;
    /// candle, in pure Rust.
    Candle: candle;
    /// A command of the user's that answers over its standard streams.
    Process: process;
    /// A server that answers by the Open Inference Protocol.
    Http: http;
    /// Nothing: a table holds what the model said.
    Predictions: predictions;
}

impl Backend {
    /// Whether a model runs: it reads sequences, it can be given other ones, it takes time and memory.
    #[must_use]
    pub fn runs(self) -> bool {
        self.facts().computes != Computes::Nobody
    }

    /// Whether Titer's own process reads a model's files and computes; otherwise what the user names does, or nobody.
    #[must_use]
    pub fn is_within_titer(self) -> bool {
        self.facts().computes == Computes::Titer
    }

    /// Whether a command or a server of the user's computes.
    #[must_use]
    pub fn is_elsewhere(self) -> bool {
        self.facts().computes == Computes::Elsewhere
    }

    /// The roles of the files that it needs.
    #[must_use]
    pub fn roles(self) -> &'static [&'static str] {
        self.facts().roles
    }

    /// Whether files of other roles than [`roles`](Self::roles) may stand beside them.
    #[must_use]
    pub fn takes_further_files(self) -> bool {
        self.facts().takes_further_files
    }

    /// The role of the file that holds a model's weights; `None`: they cannot be reached.
    #[must_use]
    pub fn weights(self) -> Option<&'static str> {
        self.facts().weights
    }

    /// What a variant may say as its `precision`, where weights are turned into it as they are read; `None`: any, for they stay
    /// as their file has them.
    #[must_use]
    pub fn precisions(self) -> Option<&'static [&'static str]> {
        self.facts().precisions
    }

    /// Whether it needs ONNX Runtime.
    #[must_use]
    pub fn needs_runtime(self) -> bool {
        self.facts().needs_runtime
    }

    /// Whether a model's inputs and outputs have names.
    #[must_use]
    pub fn names_tensors(self) -> bool {
        self.facts().names_tensors
    }

    /// Examples of a batch where nobody states its size, at most; `None`: as many as the plan has for any model.
    #[must_use]
    pub fn batch_limit(self) -> Option<usize> {
        self.facts().batch_limit
    }

    /// Whether a variant says something under this backend's name, whichever its own is.
    #[must_use]
    pub fn has_options(self, variant: &VariantSpec) -> bool {
        (self.facts().has_options)(variant)
    }

    /// What is wrong with a variant that says nothing under the backend's name, and the cure; `None`: it may leave that out.
    #[must_use]
    pub fn options_missing(self) -> Option<[&'static str; 2]> {
        self.facts().options_missing
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_says_what_yaml_says() {
        for backend in Backend::ALL {
            let name = backend.name();
            assert_eq!(serde_json::to_value(backend).unwrap(), name);
            let schema = schemars::schema_for!(VariantSpec);
            assert!(
                schema.as_value()["properties"].get(name).is_some(),
                "{name}"
            );
        }
    }

    #[test]
    fn the_table_is_of_one_piece() {
        for backend in Backend::ALL {
            let name = backend.name();
            let weights = backend.weights();
            assert!(
                weights.is_none_or(|role| backend.roles().contains(&role)),
                "{name}"
            );
            // Weights that another program or server reads are out of reach, and so are their precisions.
            assert!(backend.is_within_titer() || weights.is_none(), "{name}");
            assert!(
                weights.is_some() || backend.precisions().is_none(),
                "{name}"
            );
            assert!(
                backend.runs() || !backend.is_within_titer() && !backend.is_elsewhere(),
                "{name}"
            );
            assert!(
                !backend.needs_runtime() || backend.is_within_titer(),
                "{name}"
            );
        }
    }
}
