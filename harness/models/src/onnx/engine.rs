//! ONNX Runtime as a backend.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use titer_core::ModelError;

use super::{ORT_VERSION, load, told};
use crate::files::graph::{Ending, ending_of};
use crate::files::{self, Wanted};
use crate::registry::{Engine, Loading};
use crate::{Graph, Identity, Made, random_weights};

/// The role of the graph; its external data stands under other roles.
const MODEL: &str = "model";

/// The backend.
pub(crate) struct OnnxEngine;

impl Engine for OnnxEngine {
    fn version(&self, runtime: Option<&str>) -> String {
        format!(
            "ONNX Runtime {} (ort {ORT_VERSION})",
            runtime.unwrap_or("unknown version")
        )
    }

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

    fn graph(&self, loading: &Loading<'_>, made: &[Made]) -> Result<Box<dyn Graph>, ModelError> {
        let &Loading {
            spec,
            variant,
            files,
            options,
        } = loading;
        Ok(Box::new(load(spec, made, variant, files, options)?))
    }

    fn identify(
        &self,
        loading: &Loading<'_>,
        runtime: Option<&str>,
        _bases: Option<usize>,
    ) -> Result<Identity, ModelError> {
        Ok(Identity::of(self.version(runtime) + &told(loading.variant)))
    }

    fn shuffle(&self, weights: &mut [u8], seed: u64) -> Option<usize> {
        random_weights::onnx::shuffle(weights, seed)
    }

    fn ending(&self, files: &BTreeMap<String, PathBuf>, output: Option<&str>) -> Option<Ending> {
        // What cannot be read is told where it is loaded.
        ending_of(files.get(MODEL)?, output).ok().flatten()
    }
}
