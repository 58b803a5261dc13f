//! Servers that are odd rather than broken: what may be passed over is passed over, what numbers depend on is
//! not, and a secret comes back in no form.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::Arc;

use titer_adaptors::{Feed, Graph, Values};
use titer_backends::{Identity, LoadOptions, http};
use titer_core::ModelError;
use titer_spec::{Document, ModelSpec};

/// What a server answers: to a place, with the headers that came; a status and a body.
type Answers = dyn Fn(&str, &BTreeMap<String, String>) -> (u16, String) + Send + Sync;

fn serve(
    answers: impl Fn(&str, &BTreeMap<String, String>) -> (u16, String) + Send + Sync + 'static,
) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let answers: Arc<Answers> = Arc::new(answers);
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let answers = Arc::clone(&answers);
            std::thread::spawn(move || answer(&stream, &*answers));
        }
    });
    url
}

fn answer(mut stream: &TcpStream, answers: &Answers) -> Option<()> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut headers = BTreeMap::new();
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).ok()?;
        let Some((name, value)) = header.trim().split_once(':') else {
            break;
        };
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    let size = headers
        .get("content-length")
        .map_or(0, |size| size.parse().unwrap());
    reader.read_exact(&mut vec![0; size]).ok()?;
    let (status, body) = answers(line.split(' ').nth(1)?, &headers);
    let size = body.len();
    write!(
        stream,
        "HTTP/1.1 {status} Some\r\nContent-Type: application/json\r\nContent-Length: {size}\r\nConnection: close\r\n\r\n{body}"
    )
    .ok()
}

const METADATA: &str =
    r#"{"name": "donor", "versions": null, "platform": "numpy", "inputs": [], "outputs": []}"#;

/// A server that answers every request for numbers with `body`.
fn answering(body: &str) -> String {
    let body = body.to_owned();
    serve(move |place, _| match place {
        "/v2/models/donor" | "/v2/models/donor/versions/2" => (200, METADATA.to_owned()),
        "/v2" => (200, r#"{"name": "own", "version": "1"}"#.to_owned()),
        place if place.ends_with("/infer") => (200, body.clone()),
        _ => (200, String::new()),
    })
}

fn spec(url: &str, options: &str) -> ModelSpec {
    let text = format!(
        "model: fixture
summary: A fixture.
tasks: [test]
input: {{one_hot: {{alphabet: ACGT, layout: length_channels, other: zeros}}}}
output: {{kind: binary, activation: none}}
variants: [{{variant: own, backend: http, precision: fp32, http: {{url: \"{url}\", model: donor, retries: 0{options}}}}}]
reference: own
"
    );
    Document::<ModelSpec>::parse(Path::new("fixture.yaml"), text)
        .unwrap()
        .value
}

/// What a server says of itself and its model.
fn identify(spec: &ModelSpec) -> Result<Identity, ModelError> {
    let made_up = || Ok(vec![two()]);
    http::identify(spec, &spec.variants[0], made_up, &LoadOptions::default())
}

fn two() -> Feed {
    Feed {
        name: None,
        shape: vec![2, 2],
        values: Values::F32(vec![0.0; 4]),
    }
}

/// Asks for two examples.
fn ask(url: &str, options: &str) -> Result<Vec<f64>, String> {
    let spec = spec(url, options);
    let asked = http::load(&spec, &spec.variants[0], &LoadOptions::default())
        .and_then(|mut http| http.run(vec![two()]));
    asked
        .map(|tensor| tensor.values)
        .map_err(|error| error.to_string())
}

const LABELS: &str =
    r#"{"name": "label", "shape": [2], "datatype": "BYTES", "data": ["yes", "no"]}"#;
const NUMBERS: &str = r#"{"name": "p", "shape": [2], "datatype": "FP32", "data": [0, 1]}"#;

#[test]
fn what_does_not_matter_is_passed_over() {
    for (odd, body, options) in [
        ("an output of text beside it", format!(r#"{{"outputs": [{LABELS}, {NUMBERS}]}}"#), ", output: p"),
        ("an output of truths beside it", r#"{"outputs": [{"name": "ok", "shape": [2], "datatype": "BOOL", "data": [true, false]}, {"name": "p", "shape": [2], "datatype": "FP32", "data": [0, 1]}]}"#.to_owned(), ", output: p"),
        ("parameters that are null", r#"{"parameters": null, "outputs": [{"name": "p", "parameters": null, "shape": [2], "datatype": "FP32", "data": [0, 1]}]}"#.to_owned(), ""),
        ("an error that is null", format!(r#"{{"error": null, "id": "", "outputs": [{NUMBERS}]}}"#), ""),
        ("halves in JSON", r#"{"outputs": [{"name": "p", "shape": [2, 1], "datatype": "BF16", "data": [[0], [1]]}]}"#.to_owned(), ""),
        ("the version that was asked", format!(r#"{{"model_version": "2", "outputs": [{NUMBERS}]}}"#), ", version: \"2\""),
        ("no version where one was asked", format!(r#"{{"model_version": null, "outputs": [{NUMBERS}]}}"#), ", version: \"2\""),
    ] {
        assert_eq!(ask(&answering(&body), options), Ok(vec![0.0, 1.0]), "{odd}");
    }
}

#[test]
fn what_numbers_depend_on_is_not_passed_over() {
    for (odd, body, options, said) in [
        ("another model", format!(r#"{{"model_name": "acceptor", "outputs": [{NUMBERS}]}}"#), "", "acceptor"),
        ("another version", format!(r#"{{"model_name": "donor", "model_version": "1", "outputs": [{NUMBERS}]}}"#), ", version: \"2\"", "version"),
        ("text", format!(r#"{{"outputs": [{LABELS}]}}"#), "", "text"),
        ("text among numbers", r#"{"outputs": [{"name": "p", "shape": [2], "datatype": "FP32", "data": [0.5, "high"]}]}"#.to_owned(), "", "high"),
        ("a type that is none", r#"{"outputs": [{"name": "p", "shape": [2], "datatype": "POTATO", "data": [0, 1]}]}"#.to_owned(), "", "POTATO"),
        ("lists that are turned", r#"{"outputs": [{"name": "p", "shape": [2, 3], "datatype": "FP32", "data": [[1, 2], [3, 4], [5, 6]]}]}"#.to_owned(), "", "lists"),
        ("lists of other lengths", r#"{"outputs": [{"name": "p", "shape": [2, 2], "datatype": "FP32", "data": [[1, 2, 3], [4]]}]}"#.to_owned(), "", "lists"),
        ("other than the first axis", r#"{"outputs": [{"name": "p", "shape": [1, 2], "datatype": "FP32", "data": [0, 1]}]}"#.to_owned(), "", "first axis"),
    ] {
        match ask(&answering(&body), options) {
            Err(error) => assert!(error.contains(said), "{odd}: {error}"),
            Ok(values) => panic!("{odd}: {values:?}"),
        }
    }
}

/// A variable that is set wherever cargo runs tests.
const VARIABLE: &str = "CARGO_MANIFEST_DIR";

#[test]
fn a_secret_comes_back_in_no_form() {
    let secret = std::env::var(VARIABLE).unwrap();
    let header = format!(", headers: {{X-Key: {{env: {VARIABLE}}}}}");
    let echo = |say: fn(&str) -> String| {
        serve(move |place, headers| match place {
            "/v2/models/donor" => (200, METADATA.to_owned()),
            place if place.ends_with("/infer") => (400, say(&headers["x-key"])),
            _ => (200, String::new()),
        })
    };
    // A part of it, where a long text is cut.
    let url = echo(|key| format!("{{\"error\": \"{}{key}\"}}", "x".repeat(290)));
    let error = ask(&url, &header).unwrap_err();
    assert!(!error.contains(&secret[..8]), "{error}");
    // What a server says of itself goes into keys and records.
    let url = serve(move |place, headers| match place {
        "/v2/models/donor" => (200, METADATA.to_owned()),
        "/v2" => (200, format!("{{\"name\": \"for {}\"}}", headers["x-key"])),
        place if place.ends_with("/infer") => (
            200,
            format!(
                "{{\"model_version\": \"of {}\", \"outputs\": [{NUMBERS}]}}",
                headers["x-key"]
            ),
        ),
        _ => (200, String::new()),
    });
    let spec = spec(&url, &header);
    let words = identify(&spec).unwrap().words;
    assert!(
        words.contains(" of [") && !words.contains(&secret),
        "{words}"
    );
    // What the inputs are called.
    let url = serve(move |place, headers| match place {
        "/v2/models/donor" => (
            200,
            format!("{{\"inputs\": [{{\"name\": \"{}\"}}]}}", headers["x-key"]),
        ),
        _ => (200, String::new()),
    });
    let error = ask(&url, &format!("{header}, input: x")).unwrap_err();
    assert!(
        error.contains("no input `x`") && !error.contains(&secret),
        "{error}"
    );
}

/// A moment's trouble must not make another identity, and with it other cells.
#[test]
fn what_answers_is_known_or_an_error() {
    let url = serve(|place, _| match place {
        "/v2/models/donor" => (200, METADATA.to_owned()),
        "/v2" => (503, String::new()),
        _ => (200, String::new()),
    });
    let spec = spec(&url, "");
    let words = identify(&spec);
    assert!(
        words
            .as_ref()
            .is_err_and(|error| error.to_string().contains("busy")),
        "{words:?}"
    );
}

#[test]
fn a_secret_in_the_place_of_a_variable_is_not_shown() {
    let text = "model: fixture
summary: A fixture.
tasks: [test]
input: {one_hot: {alphabet: ACGT, layout: length_channels, other: zeros}}
output: {kind: binary, activation: none}
variants: [{variant: own, backend: http, precision: fp32, http: {url: 'https://x', model: donor, headers: {Authorization: HEADER}}}]
reference: own
";
    for header in [
        "Bearer s3cr3t",
        "\"Bearer s3cr3t\"",
        "{value: s3cr3t}",
        "{env: TOKEN, value: s3cr3t}",
        "[s3cr3t]",
    ] {
        let document =
            Document::<ModelSpec>::parse(Path::new("fixture.yaml"), text.replace("HEADER", header));
        let error = document.map(|_| ()).unwrap_err();
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains("s3cr3t"), "{header}: {error}");
        assert!(shown.contains("env"), "{header}: {error}");
    }
}
