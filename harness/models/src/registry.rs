//! The table of backends: to add one here, a folder with its `Engine`, its `mod` and a line.

use std::collections::BTreeMap;
use std::path::PathBuf;

use titer_core::{Model, ModelError};
use titer_spec::{Backend, ModelSpec, VariantSpec};

use crate::adapted::Adapted;
use crate::built::NotBuilt;
use crate::files::Wanted;
use crate::files::graph::Ending;
use crate::{
    Adaptor, Graph, Identity, LoadOptions, Made, candle, http, onnx, predictions, process,
};

/// What a backend does with a variant; what has to be known of it before that is spec's.
pub(crate) trait Engine {
    /// Whether this build has it.
    fn built(&self) -> Result<(), NotBuilt> {
        Ok(())
    }

    /// Its name and version in words, for records and keys; `runtime` is the version of ONNX Runtime, where it is known.
    fn version(&self, runtime: Option<&str>) -> String;

    /// The library within Titer that computes, in words; `None`: there is none.
    fn library(&self) -> Option<String> {
        None
    }

    /// What a file of this role has to be, where Titer itself reads it.
    fn wants(&self, role: &str) -> Wanted {
        Wanted::by_name(role)
    }

    /// Checks the file of a role beyond what it is, before anything loads it; why it is refused.
    fn check(&self, _role: &str, _files: &BTreeMap<String, PathBuf>) -> Result<(), String> {
        Ok(())
    }

    /// Loads what executes a variant's tensors, which are those that the adaptor has `made`. The files were checked.
    fn graph(&self, loading: &Loading<'_>, made: &[Made]) -> Result<Box<dyn Graph>, ModelError>;

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

    /// What the numbers of an output come out of, the first one where none is named; `None`: that cannot be told.
    fn ending(&self, _files: &BTreeMap<String, PathBuf>, _output: Option<&str>) -> Option<Ending> {
        None
    }
}

/// What does the work of a backend.
pub(crate) fn engine(backend: Backend) -> &'static dyn Engine {
    match backend {
        Backend::Onnx => &onnx::OnnxEngine,
        Backend::Candle => &candle::CandleEngine,
        Backend::Process => &process::ProcessEngine,
        Backend::Http => &http::HttpEngine,
        Backend::Predictions => &predictions::PredictionsEngine,
    }
}

/// A variant to load.
#[derive(Clone, Copy)]
pub(crate) struct Loading<'a> {
    pub spec: &'a ModelSpec,
    pub variant: &'a VariantSpec,
    pub files: &'a BTreeMap<String, PathBuf>,
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
