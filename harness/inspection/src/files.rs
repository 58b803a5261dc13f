//! Model files are untrusted: what they are is read from their content before anything loads them.
//!
//! In scope: recognising what no backend may load and what was fetched in a file's place, headers held to the
//! size of their file, what an ONNX graph wants to read. Not aware of: digests (the descriptor's matter, held
//! before), what the numbers mean.

use std::collections::BTreeMap;
use std::path::PathBuf;

use titer_core::ModelError;
use titer_spec::Backend;
use titer_spec::model::roles;

pub mod graph;
pub mod kind;
pub mod onnx;
pub mod safetensors;
pub mod wire;

pub use kind::Kind;

/// A file that is not loaded.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}: {reason}", path.display())]
pub struct Refused {
    /// Its role in the variant.
    pub role: String,
    /// The file.
    pub path: PathBuf,
    /// What it is and the cure.
    pub reason: String,
}

impl From<Refused> for ModelError {
    fn from(refused: Refused) -> Self {
        Self::File {
            path: refused.path.display().to_string(),
            reason: refused.reason,
        }
    }
}

/// What a backend's files have to be, where Titer itself reads them.
pub trait Rules {
    /// What a file of this role has to be.
    fn wants(&self, role: &str) -> Wanted {
        Wanted::by_name(role)
    }

    /// Checks the file of a role beyond what it is, before anything loads it; why it is refused.
    ///
    /// # Errors
    /// What is wrong and the cure, in words that fit after its path.
    fn check(&self, _role: &str, _files: &BTreeMap<String, PathBuf>) -> Result<(), String> {
        Ok(())
    }
}

/// Checks a variant's files by role, before any of them is loaded.
///
/// # Errors
/// The first file that is not what its role needs, with what it is and the cure.
pub fn check(
    backend: Backend,
    rules: &dyn Rules,
    files: &BTreeMap<String, PathBuf>,
) -> Result<(), Refused> {
    for (role, path) in files {
        let refused = |reason| Refused {
            role: role.clone(),
            path: path.clone(),
            reason,
        };
        let kind = Kind::of(path).map_err(|error| refused(format!("cannot be read: {error}")))?;
        if let Some(reason) = unwanted(kind, wanted(backend, rules, role)) {
            return Err(refused(reason));
        }
        if kind == Kind::Safetensors && (backend.is_within_titer() || role == roles::HEAD) {
            safetensors::check(path).map_err(refused)?;
        }
        rules.check(role, files).map_err(refused)?;
    }
    Ok(())
}

/// What a role needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// An ONNX graph.
    OnnxModel,
    /// safetensors or GGUF.
    Weights,
    /// JSON.
    Json,
    /// Anything that holds no code.
    Data,
    /// Somebody else's business, as long as it was fetched whole.
    Anything,
}

impl Wanted {
    /// What the usual names of roles say.
    #[must_use]
    pub fn by_name(role: &str) -> Self {
        match role {
            "weights" => Self::Weights,
            "config" => Self::Json,
            _ => Self::Data,
        }
    }
}

fn wanted(backend: Backend, rules: &dyn Rules, role: &str) -> Wanted {
    match role {
        // Those of the adaptor, which is Titer's own whatever the backend.
        roles::HEAD => Wanted::Weights,
        roles::TOKENIZER => Wanted::Json,
        roles::VOCABULARY => Wanted::Data,
        _ if !backend.is_within_titer() => Wanted::Anything,
        _ => rules.wants(role),
    }
}

/// Why a file that no backend executes is none, and the way out: most programs export ONNX.
#[must_use]
pub fn not_executed(kind: Kind) -> String {
    let [no, export] = ONNX;
    unwanted(kind, Wanted::OnnxModel).unwrap_or_else(|| format!("{no}: {export}"))
}

/// Why a file of this kind is not loaded in this place.
fn unwanted(kind: Kind, wanted: Wanted) -> Option<String> {
    let (what, cure) = not_the_file(kind).or_else(|| match wanted {
        Wanted::Anything => None,
        Wanted::Data => never_loaded(kind),
        Wanted::OnnxModel => (kind != Kind::MaybeOnnx).then(|| other_model(kind, ONNX)),
        Wanted::Weights => {
            (!matches!(kind, Kind::Safetensors | Kind::Gguf)).then(|| other_model(kind, WEIGHTS))
        }
        Wanted::Json => (kind != Kind::Json).then(|| other_model(kind, JSON)),
    })?;
    Some(format!("{what}: {cure}"))
}

const ONNX: [&str; 2] = [
    "is no ONNX model",
    "export the model as ONNX (torch.onnx.export, tf2onnx, skl2onnx)",
];

const WEIGHTS: [&str; 2] = [
    "is neither safetensors nor GGUF",
    "write the weights with safetensors' save_file",
];

const JSON: [&str; 2] = ["is no JSON", "fetch or write it anew"];

/// What came in the file's place.
fn not_the_file(kind: Kind) -> Option<(&'static str, &'static str)> {
    Some(match kind {
        Kind::Empty => ("is empty", "fetch it anew"),
        Kind::LfsPointer => (
            "is a Git LFS pointer, not the file that it points to",
            "run `git lfs pull`, or download the file itself",
        ),
        Kind::Html => (
            "is a web page, not a model: the download met a login or an error",
            "fetch it anew and look at its first line",
        ),
        _ => return None,
    })
}

/// What is loaded in no role.
fn never_loaded(kind: Kind) -> Option<(&'static str, &'static str)> {
    Some(match kind {
        Kind::Pickle => (
            "is pickled Python (.pt, .pth, .bin, .pkl), which can run any code when it is read and is never loaded",
            FROM_TORCH,
        ),
        Kind::TorchZip => (
            "is a PyTorch checkpoint with a pickle in it, which can run any code when it is read and is never loaded",
            FROM_TORCH,
        ),
        Kind::NpyObjects => (
            "is a NumPy array of Python objects, a pickle, which can run any code when it is read and is never loaded",
            "save it as an array of numbers, and weights with safetensors' save_file",
        ),
        Kind::KerasZip => ("is a Keras model, which can hold code", FROM_KERAS),
        Kind::Hdf5 => ("is HDF5, as Keras writes, which can hold code", FROM_KERAS),
        Kind::Program => ("is a program", "name the model's file"),
        _ => return None,
    })
}

const FROM_TORCH: &str = "on a machine that may run it, write the weights with safetensors' save_file, or export with torch.onnx.export";
const FROM_KERAS: &str =
    "on a machine that may run it, export with tf2onnx (python -m tf2onnx.convert --keras)";

/// What else it is than was asked for.
fn other_model(kind: Kind, asked: [&'static str; 2]) -> (&'static str, &'static str) {
    let [no, export] = asked;
    never_loaded(kind).unwrap_or(match kind {
        Kind::Safetensors => ("is safetensors: weights without a graph", export),
        Kind::Gguf => ("is GGUF: weights without a graph", export),
        Kind::MaybeOnnx => ("looks like ONNX", export),
        Kind::Ort => (
            "is in ONNX Runtime's own format (.ort), which cannot be checked",
            "use the .onnx file that it was made from",
        ),
        Kind::TfLite => ("is TensorFlow Lite", "convert it with tf2onnx (--tflite)"),
        Kind::TensorFlow => (
            "is a frozen TensorFlow graph",
            "convert it with tf2onnx (--graphdef)",
        ),
        Kind::Npz | Kind::Npy => ("holds NumPy arrays", export),
        Kind::Zip | Kind::Compressed => ("is compressed or an archive", "unpack it first"),
        Kind::Parquet => ("is a table in Parquet", "name the model's file"),
        Kind::Json | Kind::Text => ("is text", export),
        _ => (no, export),
    })
}
