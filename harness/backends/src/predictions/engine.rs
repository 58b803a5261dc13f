//! A table of predictions in a backend's place.

use titer_adaptors::{Graph, Made};
use titer_core::{Model, ModelError};
use titer_inspection::files::Rules;

use super::load;
use crate::registry::{Engine, Loading};

/// The backend.
pub(crate) struct PredictionsEngine;

impl Rules for PredictionsEngine {}

impl Engine for PredictionsEngine {
    fn version(&self, _runtime: Option<&str>) -> String {
        "table of predictions".to_owned()
    }

    fn graph(&self, _loading: &Loading<'_>, _made: &[Made]) -> Result<Box<dyn Graph>, ModelError> {
        Err(ModelError::Input(
            "a table of predictions runs nothing".to_owned(),
        ))
    }

    fn load(&self, loading: &Loading<'_>) -> Result<Box<dyn Model>, ModelError> {
        let table = load(loading.spec, loading.variant, loading.files, None)?;
        Ok(Box::new(table))
    }
}
