//! candle as a backend.

use titer_core::ModelError;

use super::{VERSION, load};
use crate::registry::{Engine, Loading};
use crate::{Graph, Made, random_weights, role};

/// The backend.
pub(crate) struct CandleEngine;

impl Engine for CandleEngine {
    fn version(&self, _runtime: Option<&str>) -> String {
        format!("candle {VERSION}")
    }

    fn library(&self) -> Option<String> {
        Some(self.version(None))
    }

    fn graph(&self, loading: &Loading<'_>, _made: &[Made]) -> Result<Box<dyn Graph>, ModelError> {
        let files = loading.files;
        let (config, weights) = (role(files, "config")?, role(files, "weights")?);
        let layout = loading.spec.input.layout().ok_or_else(|| {
            ModelError::Input(
                "the networks of candle take one-hot letters: describe `input.one_hot`".to_owned(),
            )
        })?;
        let threads = loading.options.threads;
        let graph = load(config, weights, layout, threads, loading.variant)?;
        Ok(Box::new(graph))
    }

    fn shuffle(&self, weights: &mut [u8], seed: u64) -> Option<usize> {
        random_weights::safetensors::shuffle(weights, seed)
    }
}
