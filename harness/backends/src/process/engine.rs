//! A command of the user's as a backend.

#[cfg(all(feature = "process", unix))]
use titer_adaptors::{Graph, Made};
use titer_inspection::files::{Kind, Rules};
use titer_inspection::probe::ModelFile;
use titer_spec::VariantSpec;

use crate::registry::Engine;
#[cfg(all(feature = "process", unix))]
use crate::{Identity, Probing, registry::Loading};
#[cfg(all(feature = "process", unix))]
use titer_core::ModelError;
#[cfg(all(feature = "process", unix))]
use titer_inspection::probe::Found;

/// The backend.
pub(crate) struct ProcessEngine;

impl Rules for ProcessEngine {}

impl Engine for ProcessEngine {
    fn is_built(&self) -> bool {
        cfg!(all(feature = "process", unix))
    }

    fn version(&self, _runtime: Option<&str>) -> String {
        "process".to_owned()
    }

    #[cfg(all(feature = "process", unix))]
    fn graph(&self, loading: &Loading<'_>, _made: &[Made]) -> Result<Box<dyn Graph>, ModelError> {
        let graph = super::load(loading.spec, loading.variant, loading.options)?;
        Ok(Box::new(graph))
    }

    #[cfg(all(feature = "process", unix))]
    fn identify(
        &self,
        loading: &Loading<'_>,
        _runtime: Option<&str>,
        _bases: Option<usize>,
    ) -> Result<Identity, ModelError> {
        super::identify(loading.variant, loading.options).map(Identity::of)
    }

    fn takes(&self, file: &ModelFile) -> bool {
        let ending = file.path.extension();
        file.kind == Kind::Text && ending.is_some_and(|ending| ending == "py")
    }

    #[cfg(all(feature = "process", unix))]
    fn find(&self, file: &ModelFile, probing: &Probing<'_>) -> Result<Found, ModelError> {
        super::find::find(file, probing)
    }

    fn limit(&self, variant: &mut VariantSpec, limit_s: u32) {
        if let Some(process) = &mut variant.process {
            (process.start_up_s, process.request_s) = (limit_s, limit_s);
        }
    }
}
