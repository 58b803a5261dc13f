//! A command of the user's as a backend.

use titer_core::ModelError;

use super::{identify, load};
use crate::registry::{Engine, Loading};
use crate::{Graph, Identity, Made};

/// The backend.
pub(crate) struct ProcessEngine;

impl Engine for ProcessEngine {
    fn version(&self, _runtime: Option<&str>) -> String {
        "process".to_owned()
    }

    fn graph(&self, loading: &Loading<'_>, _made: &[Made]) -> Result<Box<dyn Graph>, ModelError> {
        let graph = load(loading.spec, loading.variant, loading.options)?;
        Ok(Box::new(graph))
    }

    fn identify(
        &self,
        loading: &Loading<'_>,
        _runtime: Option<&str>,
        _bases: Option<usize>,
    ) -> Result<Identity, ModelError> {
        identify(loading.variant, loading.options).map(Identity::of)
    }
}
