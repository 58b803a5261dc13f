//! candle as a backend.

#[cfg(feature = "candle")]
use titer_adaptors::{Graph, Made};
#[cfg(feature = "candle")]
use titer_core::ModelError;
use titer_inspection::files::{Kind, Rules};
#[cfg(feature = "candle")]
use titer_inspection::probe::Found;
use titer_inspection::probe::ModelFile;

use super::shuffle::shuffle;
use crate::registry::Engine;
#[cfg(feature = "candle")]
use crate::registry::Loading;

/// The backend.
pub(crate) struct CandleEngine;

impl Rules for CandleEngine {}

impl Engine for CandleEngine {
    fn is_built(&self) -> bool {
        cfg!(feature = "candle")
    }

    #[cfg(not(feature = "candle"))]
    fn version(&self, _runtime: Option<&str>) -> String {
        "candle (not in this build)".to_owned()
    }

    #[cfg(feature = "candle")]
    fn version(&self, _runtime: Option<&str>) -> String {
        format!("candle {}", super::VERSION)
    }

    fn library(&self) -> Option<String> {
        Some(self.version(None))
    }

    #[cfg(feature = "candle")]
    fn graph(&self, loading: &Loading<'_>, _made: &[Made]) -> Result<Box<dyn Graph>, ModelError> {
        let files = loading.files;
        let (config, weights) = (
            crate::role(files, "config")?,
            crate::role(files, "weights")?,
        );
        let layout = loading.spec.input.layout();
        let threads = loading.options.threads;
        let graph = super::load(config, weights, layout, threads, loading.variant)?;
        Ok(Box::new(graph))
    }

    fn shuffle(&self, weights: &mut [u8], seed: u64) -> Option<usize> {
        shuffle(weights, seed)
    }

    fn takes(&self, file: &ModelFile) -> bool {
        matches!(file.kind, Kind::Safetensors | Kind::Gguf)
    }

    #[cfg(feature = "candle")]
    fn find(&self, file: &ModelFile, _: &crate::Probing<'_>) -> Result<Found, ModelError> {
        super::find::find(file)
    }
}
