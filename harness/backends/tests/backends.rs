//! What every backend must keep: length, order, determinism at a fixed batch composition, and clear
//! errors for wrong shapes and damaged files.

use std::path::PathBuf;

use titer_backends::{LoadOptions, backend_version, load};
use titer_core::{Model, ModelError, Query, Sequence};
use titer_spec::{Backend, Located};

use crate::fixtures::{
    BINARY, THREE, both, candle, distance, fixture, library, onnx, predict, queries, sequences,
    spec,
};

#[test]
fn as_many_outputs_as_sequences() {
    for (backend, mut model) in both(&spec(5, BINARY), "dense") {
        for number in [0, 1, 7] {
            let outputs = predict(&mut *model, &sequences(number, 9));
            assert_eq!(outputs.len(), number, "{backend}");
            assert!(outputs.iter().all(|output| output.numbers().len() == 1));
        }
    }
    for (backend, mut model) in both(&spec(5, THREE), "per-position") {
        let outputs = predict(&mut *model, &sequences(3, 5));
        assert_eq!(outputs.len(), 3, "{backend}");
        for output in outputs {
            assert_eq!((output.positions(), output.classes()), (5, 3), "{backend}");
            for row in output.numbers().chunks(3) {
                assert!((row.iter().sum::<f64>() - 1.0).abs() < 1e-5, "{backend}");
            }
        }
    }
}

#[test]
fn outputs_come_in_the_order_of_sequences() {
    for (backend, mut model) in both(&spec(5, BINARY), "dense") {
        let mut list = sequences(9, 5);
        let forward = predict(&mut *model, &list);
        assert!(distance(&forward[..1], &forward[1..2]) > 0.0);
        list.reverse();
        let mut backward = predict(&mut *model, &list);
        backward.reverse();
        assert!(distance(&forward, &backward) < 1e-6, "{backend}");
    }
}

#[test]
fn the_same_batch_gives_the_same_bits() {
    for name in ["layers", "average", "largest"] {
        let spec = spec(11, BINARY);
        let list = sequences(33, 11);
        for ((backend, mut one), (_, mut other)) in
            both(&spec, name).into_iter().zip(both(&spec, name))
        {
            let first = predict(&mut *one, &list);
            assert_eq!(first, predict(&mut *one, &list), "{backend}: again");
            assert_eq!(first, predict(&mut *other, &list), "{backend}: loaded anew");
        }
    }
}

/// Each backend checks the other: paddings, strides, dilations, pools and orders of axes.
#[test]
fn both_backends_agree() {
    for (name, length, output) in [
        ("dense", 5, BINARY),
        ("layers", 11, BINARY),
        ("average", 11, BINARY),
        ("largest", 11, BINARY),
        ("per-position", 5, THREE),
    ] {
        let list = sequences(20, length);
        let [one, other] =
            both(&spec(length, output), name).map(|(_, mut model)| predict(&mut *model, &list));
        let spread = distance(&one[..1], &one[1..2]);
        assert!(spread > 1e-4, "{name}: outputs differ by {spread} only");
        let distance = distance(&one, &other);
        assert!(distance < 1e-6, "{name}: {distance}");
    }
}

#[test]
fn the_other_layout_gives_the_same_numbers_in_candle() {
    let list = sequences(5, 11);
    let outputs = ["length_channels", "channels_length"].map(|layout| {
        let mut spec = spec(11, BINARY);
        if layout == "channels_length" {
            spec.input.one_hot.as_mut().unwrap().layout = titer_spec::model::Layout::ChannelsLength;
        }
        let mut model =
            candle(&spec, fixture("layers.json"), fixture("layers.safetensors")).unwrap();
        predict(&mut *model, &list)
    });
    assert_eq!(outputs[0], outputs[1]);
}

#[test]
fn sigmoid_is_applied_to_logits_and_missed_where_it_is_left_out() {
    let list = sequences(12, 5);
    let mut plain = onnx(&spec(5, BINARY), fixture("dense.onnx")).unwrap();
    let logits = spec(5, "{kind: binary, activation: sigmoid}");
    let mut applied = onnx(&logits, fixture("logit.onnx")).unwrap();
    let distance = distance(&predict(&mut *plain, &list), &predict(&mut *applied, &list));
    assert!(distance < 1e-6, "{distance}");
    let mut missed = onnx(&spec(5, BINARY), fixture("logit.onnx")).unwrap();
    let batch = queries(&list);
    let error = missed.predict(&batch).unwrap_err().to_string();
    assert!(error.contains("activation"), "{error}");
}

#[test]
fn a_wrong_shape_is_told_with_the_right_one() {
    for (backend, mut model) in both(&spec(5, BINARY), "wrong-shape") {
        let list = sequences(2, 5);
        let error = model.predict(&queries(&list)).unwrap_err();
        assert!(matches!(error, ModelError::Shape { .. }), "{backend}");
        let text = error.to_string();
        assert!(text.contains("[2, 3]") && text.contains("[2, 1]"), "{text}");
    }
}

#[test]
fn nan_passes_through() {
    let mut model = onnx(&spec(5, BINARY), fixture("nan.onnx")).unwrap();
    let list = ["ACGTA", "CCGTA"].map(|text| Sequence::new(text).unwrap());
    let outputs = predict(&mut *model, &list);
    assert_eq!(outputs[0].non_finite(), 1);
    assert_eq!(outputs[1].numbers(), [0.0]);
}

/// The last batch is filled up; the answers are those of one after another.
#[test]
fn a_fixed_batch_is_kept() {
    let mut fixed = onnx(&spec(5, BINARY), fixture("one-at-a-time.onnx")).unwrap();
    let mut four = onnx(&spec(5, BINARY), fixture("foreign/four-at-a-time.onnx")).unwrap();
    for number in [1, 3, 4, 7, 8] {
        let list = sequences(number, 5);
        let each = |model: &mut dyn Model| -> Vec<_> {
            list.iter()
                .flat_map(|one| predict(model, std::slice::from_ref(one)))
                .collect()
        };
        for model in [&mut fixed, &mut four] {
            let together = predict(&mut **model, &list);
            assert_eq!(together.len(), number);
            assert_eq!(together, each(&mut **model), "{number}");
        }
    }
}

#[test]
fn an_input_that_does_not_fit_is_told() {
    for (backend, mut model) in both(&spec(5, BINARY), "dense") {
        let short = Sequence::new("ACG").unwrap();
        let error = model.predict(&[Query::from(&short)]).unwrap_err();
        assert!(matches!(error, ModelError::Input(_)), "{backend}");
        assert!(error.to_string().contains("3 bases"), "{error}");
    }
    let error = failure(onnx(&spec(6, BINARY), fixture("dense.onnx")));
    assert!(
        error.contains("[free, 5, 4]") && error.contains("6, 4"),
        "{error}"
    );
    let mut model = candle(
        &spec(6, BINARY),
        fixture("dense.json"),
        fixture("dense.safetensors"),
    )
    .unwrap();
    let list = sequences(1, 6);
    let error = model
        .predict(&[Query::from(&list[0])])
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("[5, 4]") && error.contains("[6, 4]"),
        "{error}"
    );
}

#[test]
fn tensors_are_named() {
    let mut named = spec(5, "{kind: binary, activation: none, tensor: score}");
    named.input.tensor = Some(Located::nowhere("sequence".to_owned()));
    assert!(onnx(&named, fixture("dense.onnx")).is_ok());
    named.input.tensor = Some(Located::nowhere("dna".to_owned()));
    let error = failure(onnx(&named, fixture("dense.onnx")));
    assert!(
        error.contains("`dna`") && error.contains("`sequence`"),
        "{error}"
    );
    let other = spec(5, "{kind: binary, activation: none, tensor: probability}");
    let error = failure(onnx(&other, fixture("dense.onnx")));
    assert!(
        error.contains("`probability`") && error.contains("score"),
        "{error}"
    );
}

/// Every shorter form of each file, and noise in its place: an error with the path, never a crash.
#[test]
fn damaged_files_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let spec = spec(5, BINARY);
    let path = folder.path().join("model");
    let write = |bytes: &[u8]| std::fs::write(&path, bytes).unwrap();
    let check = |result: Result<Box<dyn titer_core::Model>, ModelError>, what: &str| {
        let Err(error) = result else {
            panic!("{what} was loaded")
        };
        assert!(matches!(error, ModelError::File { .. }), "{what}: {error}");
        assert!(error.to_string().contains("model"), "{what}: {error}");
    };
    let graph = std::fs::read(fixture("dense.onnx")).unwrap();
    for length in (0..graph.len()).step_by(37) {
        write(&graph[..length]);
        check(
            onnx(&spec, path.clone()),
            &format!("{length} bytes of ONNX"),
        );
    }
    let weights = std::fs::read(fixture("dense.safetensors")).unwrap();
    for length in 0..weights.len() {
        write(&weights[..length]);
        check(
            candle(&spec, fixture("dense.json"), path.clone()),
            &format!("{length} bytes of safetensors"),
        );
    }
    let noise: Vec<u8> = (0..4096_u32)
        .map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8)
        .collect();
    for bytes in [&noise[..], b"not a model", &[0xff; 64]] {
        write(bytes);
        check(onnx(&spec, path.clone()), "noise as ONNX");
        check(
            candle(&spec, fixture("dense.json"), path.clone()),
            "noise as safetensors",
        );
        check(
            candle(&spec, path.clone(), fixture("dense.safetensors")),
            "noise as config",
        );
    }
    let missing = folder.path().join("model-that-is-absent");
    check(onnx(&spec, missing.clone()), "no ONNX");
    check(
        candle(&spec, fixture("dense.json"), missing.clone()),
        "no weights",
    );
    check(
        candle(&spec, missing, fixture("dense.safetensors")),
        "no config",
    );
    check(
        onnx(&spec, folder.path().to_owned()).map_err(|error| match error {
            ModelError::File { reason, .. } => ModelError::File {
                path: "model".into(),
                reason,
            },
            other => other,
        }),
        "a folder",
    );
}

#[test]
fn tensors_that_do_not_fit_their_layer_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let config = |from: &str, to: &str| -> PathBuf {
        let text = std::fs::read_to_string(fixture("layers.json")).unwrap();
        assert!(text.contains(from), "{from}");
        let path = folder.path().join("config.json");
        std::fs::write(&path, text.replacen(from, to, 1)).unwrap();
        path
    };
    for (from, to, says) in [
        ("\"weight0\"", "\"weight9\"", "no tensor `weight9`"),
        ("\"weight0\"", "\"bias0\"", "tensor `bias0` is [5]"),
        (
            "\"bias0\"",
            "\"bias3\"",
            "tensor `bias3` is [6], its layer needs [5]",
        ),
        (
            "\"weight0\"",
            "\"weight3\"",
            "tensor `weight3` is [6, 5, 2], its layer needs [6, 4, 2]",
        ),
        ("\"dilation\": 2", "\"dilation\": 9", "spans 10"),
        ("\"size\": 2", "\"size\": 99", "max_pool1d"),
        ("\"stride\": 2", "\"stride\": 0", "stride"),
        ("\"flatten\",", "", "layer"),
        ("\"flatten\",", "\"flatten\", \"flatten\",", "flatten needs"),
    ] {
        let error = failure(candle(
            &spec(11, BINARY),
            config(from, to),
            fixture("layers.safetensors"),
        ));
        assert!(error.contains(says), "{to}: {error}");
    }
    let error = failure(candle(
        &spec(11, BINARY),
        fixture("dense.json"),
        fixture("layers.safetensors"),
    ));
    assert!(error.contains("tensor `"), "{error}");
}

#[test]
fn options_that_cannot_be_met_are_told() {
    let spec = spec(5, BINARY);
    let files = [("model".to_owned(), fixture("dense.onnx"))].into();
    let without = LoadOptions::default();
    let error = failure(load(&spec, &spec.variants[0], &files, &without));
    assert_eq!(
        error,
        "the onnx backend needs ONNX Runtime: run `titer runtime install`, or set ORT_DYLIB_PATH"
    );
    let many = LoadOptions {
        threads: 4097,
        ..LoadOptions::default()
    };
    let files = [
        ("config".to_owned(), fixture("dense.json")),
        ("weights".to_owned(), fixture("dense.safetensors")),
    ]
    .into();
    let error = failure(load(&spec, &spec.variants[1], &files, &many));
    assert!(error.contains("RAYON_NUM_THREADS=4097"), "{error}");
    let error = failure(load(&spec, &spec.variants[1], &[].into(), &many));
    assert!(error.contains("`config`"), "{error}");
}

#[test]
fn one_process_one_library() {
    let library = library();
    titer_backends::onnx::probe(&library).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("libonnxruntime.so");
    std::fs::copy(&library, &copy).unwrap();
    let error = titer_backends::onnx::probe(&copy).unwrap_err().to_string();
    assert!(error.contains("already loaded"), "{error}");
    assert_eq!(
        titer_backends::runtime::version(&copy).unwrap(),
        titer_backends::runtime::VERSION
    );
}

#[test]
fn versions_in_words() {
    assert_eq!(
        backend_version(Backend::Onnx, Some("1.32.0")),
        "ONNX Runtime 1.32.0 (ort 2.0.0-rc.15)"
    );
    assert_eq!(backend_version(Backend::Candle, None), "candle 0.11.1");
    assert_eq!(titer_backends::libraries(), ["candle 0.11.1"]);
}

fn failure(result: Result<Box<dyn titer_core::Model>, ModelError>) -> String {
    match result {
        Ok(_) => panic!("it was loaded"),
        Err(error) => error.to_string(),
    }
}
