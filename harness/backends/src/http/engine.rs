//! A server as a backend.

#[cfg(feature = "http")]
use titer_adaptors::{Graph, Made, made_up_feeds};
#[cfg(feature = "http")]
use titer_core::ModelError;
use titer_inspection::files::Rules;
#[cfg(feature = "http")]
use titer_inspection::probe::Found;
use titer_spec::VariantSpec;

use crate::registry::Engine;
#[cfg(feature = "http")]
use crate::{Identity, Probing, registry::Loading};

/// The backend.
pub(crate) struct HttpEngine;

impl Rules for HttpEngine {}

impl Engine for HttpEngine {
    fn is_built(&self) -> bool {
        cfg!(feature = "http")
    }

    fn version(&self, _runtime: Option<&str>) -> String {
        "http".to_owned()
    }

    #[cfg(feature = "http")]
    fn graph(&self, loading: &Loading<'_>, _made: &[Made]) -> Result<Box<dyn Graph>, ModelError> {
        let graph = super::load(loading.spec, loading.variant, loading.options)?;
        Ok(Box::new(graph))
    }

    #[cfg(feature = "http")]
    fn identify(
        &self,
        loading: &Loading<'_>,
        _runtime: Option<&str>,
        bases: Option<usize>,
    ) -> Result<Identity, ModelError> {
        let made_up = || made_up_feeds(loading.spec, loading.files, bases);
        super::identify(loading.spec, loading.variant, made_up, loading.options)
    }

    fn serves(&self, address: &str) -> bool {
        address.starts_with("http://") || address.starts_with("https://")
    }

    #[cfg(feature = "http")]
    fn find_served(&self, address: &str, probing: &Probing<'_>) -> Result<Found, ModelError> {
        super::find::find(address, probing)
    }

    fn limit(&self, variant: &mut VariantSpec, limit_s: u32) {
        if let Some(http) = &mut variant.http {
            http.connect_s = http.connect_s.min(limit_s);
            http.request_s = limit_s;
            http.retries = http.retries.min(1);
        }
    }
}
