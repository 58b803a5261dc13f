//! ONNX Runtime as a backend.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

#[cfg(feature = "onnx")]
use titer_adaptors::{Graph, Made};
#[cfg(feature = "onnx")]
use titer_core::ModelError;
use titer_inspection::files::graph::{Ending, ending_of};
use titer_inspection::files::{self, Kind, Rules, Wanted};
#[cfg(feature = "onnx")]
use titer_inspection::probe::Found;
use titer_inspection::probe::ModelFile;

use super::shuffle::shuffle;
use crate::registry::Engine;
#[cfg(feature = "onnx")]
use crate::{Identity, registry::Loading};

/// The role of the graph; its external data stands under other roles.
const MODEL: &str = "model";

/// The backend.
pub(crate) struct OnnxEngine;

impl Rules for OnnxEngine {
    fn wants(&self, role: &str) -> Wanted {
        match role {
            MODEL => Wanted::OnnxModel,
            other => Wanted::by_name(other),
        }
    }

    fn check(&self, role: &str, files: &BTreeMap<String, PathBuf>) -> Result<(), String> {
        let Some(path) = files.get(role).filter(|_| role == MODEL) else {
            return Ok(());
        };
        let further = files.iter().filter(|(other, _)| *other != role);
        let further: Vec<&Path> = further.map(|(_, path)| path.as_path()).collect();
        files::onnx::check(path, &further)
    }
}

impl Engine for OnnxEngine {
    fn is_built(&self) -> bool {
        cfg!(feature = "onnx")
    }

    #[cfg(not(feature = "onnx"))]
    fn version(&self, _runtime: Option<&str>) -> String {
        "ONNX Runtime (not in this build)".to_owned()
    }

    #[cfg(feature = "onnx")]
    fn version(&self, runtime: Option<&str>) -> String {
        format!(
            "ONNX Runtime {} (ort {})",
            runtime.unwrap_or("unknown version"),
            super::ORT_VERSION
        )
    }

    #[cfg(feature = "onnx")]
    fn graph(&self, loading: &Loading<'_>, made: &[Made]) -> Result<Box<dyn Graph>, ModelError> {
        let &Loading {
            spec,
            variant,
            files,
            options,
        } = loading;
        Ok(Box::new(super::load(spec, made, variant, files, options)?))
    }

    #[cfg(feature = "onnx")]
    fn identify(
        &self,
        loading: &Loading<'_>,
        runtime: Option<&str>,
        _bases: Option<usize>,
    ) -> Result<Identity, ModelError> {
        Ok(Identity::of(
            self.version(runtime) + &super::told(loading.variant),
        ))
    }

    fn shuffle(&self, weights: &mut [u8], seed: u64) -> Option<usize> {
        shuffle(weights, seed)
    }

    fn takes(&self, file: &ModelFile) -> bool {
        file.kind == Kind::MaybeOnnx
    }

    #[cfg(feature = "onnx")]
    fn find(&self, file: &ModelFile, probing: &crate::Probing<'_>) -> Result<Found, ModelError> {
        super::find::find(file, &probing.options)
    }

    fn ending(&self, files: &BTreeMap<String, PathBuf>, output: Option<&str>) -> Option<Ending> {
        // What cannot be read is told where it is loaded.
        ending_of(files.get(MODEL)?, output).ok().flatten()
    }
}
