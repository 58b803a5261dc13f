//! The table of backends: to add one here, a folder with its `Engine`, its `mod` and a line.

use std::collections::BTreeMap;
use std::path::PathBuf;

use titer_adaptors::{Adapted, Adaptor, Graph, Made, NotBuilt};
use titer_core::{Model, ModelError};
use titer_inspection::files::Rules;
use titer_inspection::files::graph::Ending;
use titer_inspection::probe::{Found, ModelFile};
use titer_spec::{Backend, ModelSpec, VariantSpec};

use crate::{Identity, LoadOptions, Probing};

/// What a backend does with a variant; what has to be known of it before that is spec's, and what its files have to be are
/// its [`Rules`].
///
/// What a build without the backend can do as well is written for every build, the rest behind the cargo feature: nothing
/// calls it where [`is_built`](Self::is_built) says no.
pub(crate) trait Engine: Rules {
    /// Whether this build has it.
    fn is_built(&self) -> bool {
        true
    }

    /// Its name and version in words, for records and keys; `runtime` is the version of ONNX Runtime, where it is known.
    fn version(&self, runtime: Option<&str>) -> String;

    /// The library within Titer that computes, in words; `None`: there is none.
    fn library(&self) -> Option<String> {
        None
    }

    /// Loads what executes a variant's tensors, which are those that the adaptor has `made`. The files were checked.
    fn graph(&self, loading: &Loading<'_>, _made: &[Made]) -> Result<Box<dyn Graph>, ModelError> {
        let backend = loading.variant.backend;
        Err(lacking(backend).into())
    }

    /// Loads a variant whose files were checked.
    fn load(&self, loading: &Loading<'_>) -> Result<Box<dyn Model>, ModelError> {
        let spec = loading.spec;
        let adaptor = Adaptor::new(&spec.input, &spec.output, loading.files)?;
        let graph = self.graph(loading, &adaptor.made())?;
        Ok(Box::new(Adapted::new(adaptor, graph)))
    }

    /// What executes a variant, before anything runs. `bases` is the length of a sequence that it could be given.
    fn identify(
        &self,
        _loading: &Loading<'_>,
        runtime: Option<&str>,
        _bases: Option<usize>,
    ) -> Result<Identity, ModelError> {
        Ok(Identity::of(self.version(runtime)))
    }

    /// Puts the numbers of every tensor of a file of weights in another order; how many tensors those are. `None`: it is not
    /// a whole file, or not one of this backend.
    fn shuffle(&self, _weights: &mut [u8], _seed: u64) -> Option<usize> {
        None
    }

    /// Whether it executes a file that nobody has described.
    fn takes(&self, _file: &ModelFile) -> bool {
        false
    }

    /// What a file that it [`takes`](Self::takes) says of itself.
    fn find(&self, _file: &ModelFile, _probing: &Probing<'_>) -> Result<Found, ModelError> {
        Err(ModelError::Input("this backend finds no files".to_owned()))
    }

    /// Whether models that nobody has described are found at addresses like this one.
    fn serves(&self, _address: &str) -> bool {
        false
    }

    /// What the model at an address says of itself.
    fn find_served(&self, _address: &str, _probing: &Probing<'_>) -> Result<Found, ModelError> {
        Err(ModelError::Input("this backend asks no servers".to_owned()))
    }

    /// Gives a variant that is probed so many seconds for whatever it waits for.
    fn limit(&self, _variant: &mut VariantSpec, _limit_s: u32) {}

    /// What the numbers of an output come out of, the first one where none is named; `None`: that cannot be told.
    fn ending(&self, _files: &BTreeMap<String, PathBuf>, _output: Option<&str>) -> Option<Ending> {
        None
    }
}

/// What does the work of a backend.
pub(crate) fn engine(backend: Backend) -> &'static dyn Engine {
    match backend {
        Backend::Onnx => &crate::onnx::OnnxEngine,
        Backend::Candle => &crate::candle::CandleEngine,
        Backend::Process => &crate::process::ProcessEngine,
        Backend::Http => &crate::http::HttpEngine,
        Backend::Predictions => &crate::predictions::PredictionsEngine,
    }
}

/// Whether this build has a backend.
///
/// # Errors
/// It lacks it.
pub fn built(backend: Backend) -> Result<(), NotBuilt> {
    match engine(backend).is_built() {
        true => Ok(()),
        false => Err(lacking(backend)),
    }
}

/// Whether this build can run a variant.
///
/// # Errors
/// It lacks the backend, or what makes the model's tokens.
pub fn can_run(spec: &ModelSpec, variant: &VariantSpec) -> Result<(), NotBuilt> {
    built(variant.backend)?;
    match variant.backend.runs() {
        true => titer_adaptors::built(&spec.input),
        false => Ok(()),
    }
}

/// A backend's cargo feature has its name.
fn lacking(backend: Backend) -> NotBuilt {
    NotBuilt {
        feature: backend.name(),
    }
}

/// A variant to load.
#[derive(Clone, Copy)]
pub(crate) struct Loading<'a> {
    pub spec: &'a ModelSpec,
    pub variant: &'a VariantSpec,
    pub files: &'a BTreeMap<String, PathBuf>,
    #[allow(dead_code, reason = "a build without backends reads none")]
    pub options: &'a LoadOptions<'a>,
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn every_backend_says_what_it_is_in_words_of_its_own() {
        let mut words: Vec<String> = Backend::ALL
            .iter()
            .map(|backend| engine(*backend).version(None))
            .collect();
        words.sort();
        words.dedup();
        assert_eq!(words.len(), Backend::ALL.len(), "{words:?}");
    }

    #[test]
    fn weights_are_put_in_another_order_where_they_can_be_reached() {
        let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models");
        for backend in Backend::ALL {
            let formats = ["weights.safetensors", "fp32.onnx"].iter().filter(|name| {
                let mut bytes = std::fs::read(models.join("mmsplice-donor").join(name)).unwrap();
                engine(*backend).shuffle(&mut bytes, 1) > Some(0)
            });
            let reached = usize::from(backend.weights().is_some());
            assert_eq!(formats.count(), reached, "{}", backend.name());
        }
    }
}
