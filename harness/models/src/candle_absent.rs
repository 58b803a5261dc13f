//! The candle backend in a build without it: it says that it is not there.

use titer_core::ModelError;
use titer_spec::Backend;

use crate::built::NotBuilt;
use crate::registry::{Engine, Loading};
use crate::{Graph, Made, random_weights};

/// What the build lacks.
pub(crate) const ABSENT: NotBuilt = NotBuilt::Backend(Backend::Candle);

/// The backend.
pub(crate) struct CandleEngine;

impl Engine for CandleEngine {
    fn built(&self) -> Result<(), NotBuilt> {
        Err(ABSENT)
    }

    fn version(&self, _runtime: Option<&str>) -> String {
        "candle (not in this build)".to_owned()
    }

    fn library(&self) -> Option<String> {
        Some(format!("candle: {ABSENT}; {}", ABSENT.cure()))
    }

    fn graph(&self, _loading: &Loading<'_>, _made: &[Made]) -> Result<Box<dyn Graph>, ModelError> {
        Err(ABSENT.into())
    }

    fn shuffle(&self, weights: &mut [u8], seed: u64) -> Option<usize> {
        random_weights::safetensors::shuffle(weights, seed)
    }
}
