//! A server as a backend.

use titer_core::ModelError;

use super::{identify, load};
use crate::registry::{Engine, Loading};
use crate::{Graph, Identity, Made, probe};

/// The backend.
pub(crate) struct HttpEngine;

impl Engine for HttpEngine {
    fn version(&self, _runtime: Option<&str>) -> String {
        "http".to_owned()
    }

    fn graph(&self, loading: &Loading<'_>, _made: &[Made]) -> Result<Box<dyn Graph>, ModelError> {
        let graph = load(loading.spec, loading.variant, loading.options)?;
        Ok(Box::new(graph))
    }

    fn identify(
        &self,
        loading: &Loading<'_>,
        _runtime: Option<&str>,
        bases: Option<usize>,
    ) -> Result<Identity, ModelError> {
        let made_up = || probe::made_up_feeds(loading.spec, loading.files, bases);
        identify(loading.spec, loading.variant, made_up, loading.options)
    }
}
