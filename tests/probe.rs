//! `titer models probe`: what is proposed, that it is a sound descriptor, and what is refused.

use std::path::{Path, PathBuf};

use crate::helpers::world::{World, fixtures, repository};

/// Puts files into an empty folder of the world; the first one's place.
fn put(world: &World, files: &[PathBuf]) -> String {
    let folder = world.path("probed");
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    for file in files {
        std::fs::copy(file, folder.join(file.file_name().unwrap())).unwrap();
    }
    let name = files[0].file_name().unwrap().to_str().unwrap();
    format!("probed/{name}")
}

fn of_shipped(name: &str) -> PathBuf {
    repository().join("models/mmsplice-donor").join(name)
}

fn foreign(name: &str) -> PathBuf {
    fixtures().join("foreign").join(name)
}

/// Without what another Python, or another byte in a script, would change.
fn shown(text: &str) -> String {
    let line = |line: &str| {
        let line = line
            .split_once(", digest:")
            .map_or(line, |(before, _)| before);
        let line = line
            .split_once(" (python 3")
            .map_or(line, |(before, _)| before);
        format!("{line}\n")
    };
    text.lines().map(line).collect()
}

/// What is proposed for a model loads, answers, and says what it does not know.
#[test]
fn a_proposal_is_a_sound_descriptor() {
    let world = World::new();
    let plain = repository().join("examples/process/plain");
    let models: [(&str, Vec<PathBuf>); 10] = [
        ("graph", vec![of_shipped("fp32.onnx")]),
        ("dynamic", vec![of_shipped("int8-dynamic.onnx")]),
        ("per_position", vec![fixtures().join("per-position.onnx")]),
        (
            "channels_first",
            vec![fixtures().join("channels-first.onnx")],
        ),
        ("logits", vec![foreign("lstm-opset10.onnx")]),
        (
            "external",
            vec![foreign("external.onnx"), foreign("external.onnx_data")],
        ),
        ("half", vec![foreign("fp16.onnx")]),
        ("several", vec![foreign("two-inputs.onnx")]),
        (
            "weights",
            vec![of_shipped("weights.safetensors"), of_shipped("config.json")],
        ),
        (
            "script",
            ["model.py", "titer_model.py", "weights.safetensors"]
                .map(|name| plain.join(name))
                .to_vec(),
        ),
    ];
    for (name, files) in models {
        let place = put(&world, &files);
        let said = world.titer(&["models", "probe", &place]).expect(0);
        assert_eq!(said.err, "", "{name}");
        insta::assert_snapshot!(format!("probe_{name}"), shown(&said.out));
        world.write("probed/model.yaml", &said.out);
        let said = world.titer(&["models", "check", "probed/model.yaml"]);
        let said = said.expect(0);
        assert!(
            said.out.contains("loads and answers"),
            "{name}: {}",
            said.out
        );
    }
}

/// Several builds of one model make one descriptor, which a run could take; another model is left out by name.
#[test]
fn several_builds_are_variants_of_one_model() {
    let world = World::new();
    let files = ["fp32.onnx", "int8-static.onnx", "int8-dynamic.onnx"].map(of_shipped);
    put(&world, &files);
    std::fs::copy(
        fixtures().join("dense.onnx"),
        world.path("probed/dense.onnx"),
    )
    .unwrap();
    let places = ["fp32", "int8-static", "int8-dynamic", "dense"];
    let places = places.map(|name| format!("probed/{name}.onnx"));
    let arguments: Vec<&str> = ["models", "probe"]
        .into_iter()
        .chain(places.iter().map(String::as_str))
        .collect();
    let said = world.titer(&arguments).expect(0);
    let folder = world.path("probed").canonicalize().unwrap();
    // Numbers of eight bits are others on other processors.
    let without_range = |line: &str| match line.split_once("], ") {
        Some((before, _)) if line.starts_with("# Tried") => format!("{before}]\n"),
        _ => format!("{line}\n"),
    };
    let text: String = shown(&said.out).lines().map(without_range).collect();
    let text = text.replace(folder.to_str().unwrap(), "probed");
    insta::assert_snapshot!("probe_builds", text);
    world.write("probed/model.yaml", &said.out);
    let checked = world
        .titer(&["models", "check", "probed/model.yaml"])
        .expect(0);
    for variant in ["fp32:", "int8-static:", "int8-dynamic:"] {
        assert!(checked.out.contains(variant), "{}", checked.out);
    }
}

/// What cannot be run is proposed all the same, with the reason.
#[test]
fn what_does_not_run_says_why() {
    let world = World::new();
    let tokens = fixtures().join("tokens");
    let files = ["bert-like.onnx", "tokenizer.json"].map(|name| tokens.join(name));
    let place = put(&world, &files);
    // The tokenizer of another model: its numbers reach past the vocabulary.
    let said = world.titer(&["models", "probe", &place]).expect(5);
    insta::assert_snapshot!("probe_another_tokenizer", shown(&said.out));
    let place = put(&world, &[foreign("maps.onnx")]);
    let said = world.titer(&["models", "probe", &place]).expect(5);
    assert!(said.out.contains("zipmap=False"), "{}", said.out);
}

/// A script that hangs is ended, before it is ready or after; what could not be seen is listed.
#[test]
fn what_hangs_is_ended_and_said() {
    let world = World::new();
    world.write("probed/start.py", "import time\ntime.sleep(600)\n");
    world.titer(&["models", "python", "probed"]).expect(0);
    let began = std::time::Instant::now();
    let probe = |script: &str| world.titer(&["models", "probe", script, "--time-limit", "3"]);
    let said = probe("probed/start.py").expect(2);
    assert!(
        said.err.contains("not ready after 3 s") && said.err.contains("`--time-limit`"),
        "{}",
        said.err
    );
    let script = "\
import time
import titer_model
def predict(windows):
    time.sleep(600)
titer_model.serve(predict, shapes=[[-1, 20, 4]], datatypes=['FP32'], numpy=False)
";
    world.write("probed/answer.py", script);
    let said = probe("probed/answer.py").expect(5);
    assert!(began.elapsed().as_secs() < 60, "{:?}", began.elapsed());
    insta::assert_snapshot!("probe_hangs", shown(&said.out));
}

/// Each with the way out, and exit code 2.
#[test]
fn what_is_no_model_is_refused() {
    let world = World::new();
    std::fs::create_dir_all(world.path("probed")).unwrap();
    let write = |name: &str, bytes: &[u8]| {
        std::fs::write(world.path("probed").join(name), bytes).unwrap();
        format!("probed/{name}")
    };
    let weights = std::fs::read(of_shipped("weights.safetensors")).unwrap();
    let graph = std::fs::read(of_shipped("fp32.onnx")).unwrap();
    let cases = [
        ("probed".to_owned(), "name the model's file in it"),
        ("probed/none.onnx".to_owned(), "cannot be read"),
        (
            {
                let config = r#"{"architectures": ["EsmForMaskedLM"], "model_type": "esm"}"#;
                world.write("transformer/config.json", config);
                std::fs::write(world.path("transformer/model.safetensors"), &weights).unwrap();
                "probed/../transformer".to_owned()
            },
            "of EsmForMaskedLM (model type esm, weights in model.safetensors); there are two ways in",
        ),
        (
            "probed/../transformer/model.safetensors".to_owned(),
            "optimum-cli export onnx",
        ),
        (write("w.safetensors", &weights), "config.json"),
        (
            write("cut.safetensors", &weights[..900]),
            "fetch or export it anew",
        ),
        (write("cut.onnx", &graph[..900]), "fetch or export it anew"),
        (
            write("a.pt", b"\x80\x02}q\x00X\x01\x00\x00\x00aq\x01K\x01s."),
            "never loaded",
        ),
        (
            write("page.onnx", b"<!DOCTYPE html><html>404</html>"),
            "web page",
        ),
        (
            write(
                "pointer.onnx",
                b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n",
            ),
            "git lfs pull",
        ),
        (write("none.py", b"x = 1\n"), "before it was ready"),
        (write("empty.onnx", b""), "is empty"),
    ];
    for (place, said) in cases {
        let found = world.titer(&["models", "probe", &place]).expect(2);
        assert!(found.err.contains(said), "{place}: {}", found.err);
        assert_eq!(found.out, "", "{place}");
        assert!(Path::new(&place).starts_with("probed"));
    }
}
