//! The table of backends as a probe asks it.

use titer_adaptors::{Adaptor, Tensor, feeds};
use titer_core::ModelError;
use titer_inspection::probe::{Backends, Found, ModelFile};
use titer_spec::{Backend, ModelSpec, VariantSpec};

use crate::registry::{Engine, Loading, built, engine};
use crate::{LoadOptions, files};

/// How models that nobody has described are asked.
#[derive(Clone, Copy, Debug)]
pub struct Probing<'a> {
    /// How they are loaded.
    pub options: LoadOptions<'a>,
    /// How long a script or a server may take to start, and to answer, seconds.
    pub limit_s: u32,
}

impl Probing<'_> {
    /// A variant that waits no longer than a probe does.
    pub(crate) fn limited(&self, mut variant: VariantSpec) -> VariantSpec {
        engine(variant.backend).limit(&mut variant, self.limit_s);
        variant
    }
}

/// The first backend of which that is so, and that this build has.
fn first(
    is_it: impl Fn(&'static dyn Engine) -> bool,
) -> Option<Result<&'static dyn Engine, ModelError>> {
    let mut all = Backend::ALL.iter();
    let found = *all.find(|backend| is_it(engine(**backend)))?;
    Some(
        built(found)
            .map(|()| engine(found))
            .map_err(ModelError::from),
    )
}

impl Backends for Probing<'_> {
    fn find(&self, file: &ModelFile) -> Option<Result<Found, ModelError>> {
        let found = first(|engine| engine.takes(file))?;
        Some(found.and_then(|engine| engine.find(file, self)))
    }

    fn find_served(&self, address: &str) -> Option<Result<Found, ModelError>> {
        let found = first(|engine| engine.serves(address))?;
        Some(found.and_then(|engine| engine.find_served(address, self)))
    }

    fn run(
        &self,
        found: &Found,
        (spec, variant): (&ModelSpec, &VariantSpec),
        sequences: usize,
        bases: usize,
    ) -> Result<Tensor, ModelError> {
        files::check(found.backend, &found.files)?;
        let adaptor = Adaptor::new(&spec.input, &spec.output, &found.files)?;
        let options = LoadOptions {
            folder: Some(&found.folder),
            ..self.options
        };
        let loading = Loading {
            spec,
            variant: &self.limited(variant.clone()),
            files: &found.files,
            options: &options,
        };
        let mut graph = engine(found.backend).graph(&loading, &adaptor.made())?;
        graph.run(feeds(&adaptor, sequences, bases)?)
    }
}
