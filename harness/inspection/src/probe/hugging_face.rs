//! A folder as Hugging Face's transformers saves a model: what it is, and the two ways in.

use std::fmt::Write as _;
use std::path::Path;

use serde::Deserialize;

/// The fields of its `config.json` that say what it is.
#[derive(Debug, Deserialize)]
struct Config {
    #[serde(default)]
    architectures: Vec<String>,
    #[serde(default)]
    model_type: Option<String>,
    #[serde(default)]
    hidden_size: Option<u64>,
    #[serde(default)]
    num_hidden_layers: Option<u64>,
    #[serde(default)]
    auto_map: Option<serde_json::Value>,
}

/// What is said of such a folder, with the ways to have it judged; `None` where it is none.
#[must_use]
pub fn ways_in(folder: &Path) -> Option<String> {
    let text = std::fs::read_to_string(folder.join("config.json")).ok()?;
    let config: Config = serde_json::from_str(&text).ok()?;
    let architecture = config.architectures.first()?;
    let mut words = format!("is a Hugging Face folder of {}", plain(architecture));
    let mut told = Vec::new();
    if let Some(kind) = &config.model_type {
        told.push(format!("model type {}", plain(kind)));
    }
    if let Some(layers) = config.num_hidden_layers {
        told.push(format!("{layers} layers"));
    }
    if let Some(size) = config.hidden_size {
        told.push(format!("hidden size {size}"));
    }
    told.extend(weights(folder));
    if !told.is_empty() {
        let _ = write!(words, " ({})", told.join(", "));
    }
    let own_code = match config.auto_map {
        Some(_) => ", `trust_remote_code=True`, as its code lies beside it",
        None => "",
    };
    let _ = write!(
        words,
        "; there are two ways in. (1) Export it and probe the graph: `optimum-cli export onnx --model {0} --task {1} onnx` and `titer models probe onnx/model.onnx`. (2) Run it as it is, in its own Python: `titer models python DIR` writes titer_model.py, a script of a few lines loads the model (`AutoModel.from_pretrained({0:?}{own_code})`) and serves it (docs/backends/process.md), and `titer models probe DIR/script.py` describes it",
        folder.display(),
        task(architecture)
    );
    Some(words)
}

/// The export's task for an architecture.
fn task(architecture: &str) -> &'static str {
    let ends = |with: &str| architecture.ends_with(with);
    if ends("ForSequenceClassification") {
        "text-classification"
    } else if ends("ForTokenClassification") {
        "token-classification"
    } else if ends("ForMaskedLM") {
        "fill-mask"
    } else if ends("ForCausalLM") || ends("LMHeadModel") {
        "text-generation"
    } else {
        "feature-extraction"
    }
}

/// The files of weights, as in "weights in model.safetensors".
fn weights(folder: &Path) -> Option<String> {
    let entries = std::fs::read_dir(folder).ok()?.flatten();
    let mut names: Vec<String> = entries
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| name.ends_with(".safetensors") || name.starts_with("pytorch_model"))
        .collect();
    names.sort();
    match names.as_slice() {
        [] => Some("no weights in it".to_owned()),
        [one] => Some(format!("weights in {}", plain(one))),
        [first, ..] => Some(format!(
            "weights in {} files, the first {}",
            names.len(),
            plain(first)
        )),
    }
}

/// A short word without control characters.
fn plain(word: &str) -> String {
    word.chars()
        .filter(|letter| !letter.is_control())
        .take(80)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_told_with_both_ways() {
        let folder = tempfile::tempdir().unwrap();
        let write =
            |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
        assert_eq!(ways_in(folder.path()), None);
        // A network of Titer's own.
        write("config.json", r#"{"layers": []}"#);
        assert_eq!(ways_in(folder.path()), None);
        write(
            "config.json",
            r#"{"architectures": ["BertForMaskedLM"], "model_type": "bert", "hidden_size": 768, "num_hidden_layers": 12, "auto_map": {}}"#,
        );
        write("model.safetensors", "");
        let said = ways_in(folder.path()).unwrap();
        for part in [
            "of BertForMaskedLM (model type bert, 12 layers, hidden size 768, weights in model.safetensors)",
            "--task fill-mask",
            "titer models python",
            "trust_remote_code=True",
        ] {
            assert!(said.contains(part), "{said}");
        }
    }
}
