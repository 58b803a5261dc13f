//! Jobs are JSON: every model that ships says as JSON what it says as YAML.

use std::path::{Path, PathBuf};

use titer_spec::{Document, ModelSpec};

use crate::keys::world::{FILES, World};

fn shipped() -> Vec<PathBuf> {
    let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models");
    let folders = std::fs::read_dir(models).unwrap().flatten();
    let descriptors = folders.map(|folder| folder.path().join("model.yaml"));
    descriptors.filter(|path| path.is_file()).collect()
}

#[test]
fn a_model_in_a_job_is_the_one_of_its_descriptor() {
    let world = World::new();
    let mut paths = shipped();
    assert!(paths.len() > 3, "{paths:?}");
    paths.push(world.path(FILES[1]));
    for path in paths {
        let model = Document::<ModelSpec>::read(&path).unwrap().value;
        let json = serde_json::to_string(&model).unwrap();
        let back: ModelSpec = serde_json::from_str(&json)
            .unwrap_or_else(|error| panic!("{}: {error}: {json}", path.display()));
        assert_eq!(back, model, "{}", path.display());
    }
}

#[test]
fn what_a_server_is_told_comes_back_without_a_secret() {
    let text = "url: http://localhost:1\nmodel: m\nheaders:\n  Authorization: {env: TOKEN, prefix: \"Bearer \"}\nca_file: own.pem\n";
    let told: titer_spec::model::HttpOptions = serde_saphyr::from_str(text).unwrap();
    let json = serde_json::to_string(&told).unwrap();
    let back: titer_spec::model::HttpOptions = serde_json::from_str(&json).unwrap();
    assert_eq!(back, told);
}
