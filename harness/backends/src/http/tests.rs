//! A server of our own on loopback, and every way in which a server can fail. A real one is met by the
//! whole-program tests.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use titer_adaptors::Values;
use titer_spec::Document;

use super::*;

/// A request as the server sees it.
struct Request {
    /// Method and place.
    line: String,
    headers: BTreeMap<String, String>,
    body: Vec<u8>,
    /// How many requests to infer came before.
    before: usize,
}

/// What the server does.
enum Does {
    Answer(u16, &'static str, Vec<u8>),
    /// As it is, headers and all; then the connection is closed.
    Raw(Vec<u8>),
    /// As it is, and then nothing for so long.
    Stall(Vec<u8>, Duration),
}

struct Server {
    url: String,
    inferred: Arc<AtomicUsize>,
}

const METADATA: &str = r#"{"name": "donor", "versions": [], "platform": "numpy",
    "inputs": [{"name": "x", "datatype": "FP32", "shape": [-1, 2]}], "outputs": []}"#;

fn json(text: &str) -> Does {
    Does::Answer(200, "application/json", text.as_bytes().to_vec())
}

/// Serves metadata like mlserver; `infer` says what becomes of everything else.
fn serve(infer: impl Fn(&Request) -> Does + Send + Sync + 'static) -> Server {
    serve_all(move |request| match request.line.as_str() {
        "GET /v2/health/ready" | "GET /v2/models/donor/ready" => json(""),
        "GET /v2/models/donor" => json(METADATA),
        "GET /v2" => json(r#"{"name": "own", "version": "1.2", "extensions": []}"#),
        "POST /v2/models/donor/infer" => infer(request),
        _ => Does::Answer(
            404,
            "application/json",
            br#"{"error": "not found"}"#.to_vec(),
        ),
    })
}

fn serve_all(does: impl Fn(&Request) -> Does + Send + Sync + 'static) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let inferred = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&inferred);
    let does = Arc::new(does);
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let (does, count) = (Arc::clone(&does), Arc::clone(&count));
            std::thread::spawn(move || {
                let mut request = read_request(&stream);
                if request.line.ends_with("/infer") {
                    request.before = count.fetch_add(1, Ordering::SeqCst);
                }
                let _ = reply(&stream, does(&request));
            });
        }
    });
    Server { url, inferred }
}

fn read_request(stream: &TcpStream) -> Request {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).unwrap();
    let mut headers = BTreeMap::new();
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).unwrap();
        let Some((name, value)) = header.trim().split_once(':') else {
            break;
        };
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    let size = headers
        .get("content-length")
        .map_or(0, |size| size.parse().unwrap());
    let mut body = vec![0; size];
    reader.read_exact(&mut body).unwrap();
    let mut words = line.split_whitespace();
    let line = format!(
        "{} {}",
        words.next().unwrap_or(""),
        words.next().unwrap_or("")
    );
    Request {
        line,
        headers,
        body,
        before: 0,
    }
}

fn reply(mut stream: &TcpStream, does: Does) -> std::io::Result<()> {
    match does {
        Does::Answer(status, kind, body) => {
            let size = body.len();
            write!(
                stream,
                "HTTP/1.1 {status} Some\r\nContent-Type: {kind}\r\nContent-Length: {size}\r\nConnection: close\r\n\r\n"
            )?;
            stream.write_all(&body)
        }
        Does::Raw(bytes) => stream.write_all(&bytes),
        Does::Stall(bytes, time) => {
            stream.write_all(&bytes)?;
            stream.flush()?;
            std::thread::sleep(time);
            Ok(())
        }
    }
}

fn spec(url: &str, options: &str) -> ModelSpec {
    let text = format!(
        "model: fixture
summary: A fixture.
tasks: [test]
input: {{one_hot: {{alphabet: ACGT, layout: length_channels, other: zeros}}}}
output: {{kind: binary, activation: none}}
variants: [{{variant: own, backend: http, precision: fp32, http: {{url: \"{url}\", model: donor{options}}}}}]
reference: own
"
    );
    Document::<ModelSpec>::parse(Path::new("fixture.yaml"), text)
        .unwrap()
        .value
}

fn load_from(url: &str, options: &str) -> Result<Http, ModelError> {
    let spec = spec(url, options);
    load(&spec, &spec.variants[0], &LoadOptions::default())
}

fn feed(examples: usize) -> Vec<Feed> {
    vec![Feed {
        name: None,
        shape: vec![examples, 2],
        values: Values::F32((0..2 * examples).map(|i| i as f32 / 8.0).collect()),
    }]
}

/// Answers with the first number of each example.
fn first(request: &Request) -> Does {
    let asked: serde_json::Value = serde_json::from_slice(&request.body).unwrap();
    let input = &asked["inputs"][0];
    assert_eq!(
        (&input["name"], &input["datatype"]),
        (&"x".into(), &"FP32".into())
    );
    let data = input["data"].as_array().unwrap();
    let found: Vec<&serde_json::Value> = data.iter().step_by(2).collect();
    let answer = serde_json::json!({"id": asked["id"], "model_name": "donor", "outputs": [
        {"name": "p", "shape": [found.len(), 1], "datatype": "FP32", "data": found}]});
    json(&answer.to_string())
}

const FAST: &str = ", retries: 0, request_s: 1";

#[test]
fn a_server_is_asked_and_identified() {
    let server = serve(first);
    let mut http = load_from(&server.url, FAST).unwrap();
    let tensor = http.run(feed(3)).unwrap();
    assert_eq!(
        (tensor.shape, tensor.values),
        (vec![3, 1], vec![0.0, 0.25, 0.5])
    );
    let words = identity_of(&server.url, "").unwrap().words;
    assert_eq!(words, "http own 1.2, model donor, version unknown (numpy)");
}

/// `http.input` goes before `input.tensor`, as `http.output` goes before `output.tensor`.
#[test]
fn a_variants_own_names_go_first() {
    let server = serve(first);
    let mut named = feed(2);
    named[0].name = Some("of_the_graph".to_owned());
    let mut http = load_from(&server.url, ", input: x").unwrap();
    assert_eq!(http.run(named.clone()).unwrap().values, [0.0, 0.25]);
    let mut http = load_from(&server.url, "").unwrap();
    let error = http.run(named).unwrap_err().to_string();
    assert!(error.contains("has no input `of_the_graph`"), "{error}");
}

/// What a server says of itself and its model, asked with one example where it must be.
fn identity_of(url: &str, options: &str) -> Result<Identity, ModelError> {
    let spec = spec(url, options);
    let given = LoadOptions::default();
    identify(&spec, &spec.variants[0], || Ok(feed(1)), &given)
}

/// The version in the answer of that number.
type Of = fn(usize) -> &'static str;
/// The versions of the metadata, the descriptor's options, the version of the plan.
type Lists = (&'static str, &'static str, Option<&'static str>);

/// A server whose metadata lists `versions`, and whose answer number `before` names a version.
fn versioned(versions: &'static str, of: Of) -> Server {
    serve_all(move |request| match request.line.as_str() {
        "POST /v2/models/donor/infer" | "POST /v2/models/donor/versions/1/infer" => {
            let asked: serde_json::Value = serde_json::from_slice(&request.body).unwrap();
            let examples = asked["inputs"][0]["shape"][0].as_u64().unwrap() as usize;
            let zeros = vec![0.0; examples];
            let version = of(request.before);
            json(&format!(
                r#"{{"model_version": {version}, "outputs": [{{"name": "p", "shape": [{examples}], "datatype": "FP32", "data": {zeros:?}}}]}}"#
            ))
        }
        "GET /v2" => json(r#"{"name": "own", "version": "1.2"}"#),
        "GET /v2/models/donor" => json(&format!(r#"{{"versions": {versions}}}"#)),
        _ => json("{}"),
    })
}

/// The words enter keys: they tell one version from another, whoever names it, or say that nobody does.
#[test]
fn the_version_is_asked_for_where_nothing_names_it() {
    let table: [(&str, &str, Of, &str, usize); 8] = [
        ("[]", "", |_| r#""7""#, " 7", 1),
        ("[]", "", |_| "8", " 8", 1),
        ("null", "", |_| r#""7""#, " 7", 1),
        (r#"["1", "2"]"#, "", |_| r#""2""#, " 2", 1),
        (r#"["1"]"#, "", |_| r#""1""#, " 1", 0),
        ("[]", ", version: \"1\"", |_| r#""1""#, " 1", 0),
        ("[]", "", |_| "null", ", version unknown", 1),
        (
            "[1, 2]",
            "",
            |_| r#""""#,
            ", version unknown, one of 1 2",
            1,
        ),
    ];
    for (listed, options, of, words, requests) in table {
        let server = versioned(listed, of);
        let found = identity_of(&server.url, options).unwrap();
        assert_eq!(found.words, format!("http own 1.2, model donor{words}"));
        let version = words.strip_prefix(' ').map(str::to_owned);
        assert_eq!(found.version, version, "{words}");
        let asked = server.inferred.load(Ordering::SeqCst);
        assert_eq!(asked, requests, "{listed}{options}");
    }
}

/// The request for a version that fails is the failure of the model.
#[test]
fn a_version_that_cannot_be_had_is_an_error() {
    let server = serve(|_| Does::Answer(500, "application/json", Vec::new()));
    let error = identity_of(&server.url, FAST).unwrap_err().to_string();
    assert!(error.contains("the server answered 500"), "{error}");
}

/// A version is settled once: by the descriptor, the plan, the metadata, or the first answer.
#[test]
fn another_version_than_before_is_an_error() {
    let in_turn: Of = |before| [r#""1""#, r#""2""#][before % 2];
    let second: Of = |_| r#""2""#;
    let late: Of = |before| ["null", r#""1""#, r#""2""#][before.min(2)];
    let (one, two, pinned) = (r#"["1"]"#, r#"["2"]"#, ", version: \"1\"");
    let answered = "answered with version 2, and";
    let table: [(Lists, Of, usize, &str); 7] = [
        (("[]", "", None), in_turn, 1, "with 1 before"),
        (("[]", "", None), late, 2, "with 1 before"),
        ((one, "", None), in_turn, 1, "its metadata says 1"),
        ((one, "", None), second, 0, "its metadata says 1"),
        (("[]", pinned, None), second, 0, "`http.version` asks for 1"),
        (
            ("[]", "", Some("1")),
            second,
            0,
            "it was 1 when the run was",
        ),
        (
            (two, "", Some("2")),
            in_turn,
            0,
            "it was 2 when the run was",
        ),
    ];
    for ((listed, options, planned), of, right, said) in table {
        let server = versioned(listed, of);
        let spec = spec(&server.url, options);
        let given = LoadOptions {
            version: planned,
            ..LoadOptions::default()
        };
        let mut http = load(&spec, &spec.variants[0], &given).unwrap();
        for _ in 0..right {
            http.run(feed(2)).unwrap();
        }
        let error = http.run(feed(2)).unwrap_err().to_string();
        let answered = match planned {
            Some("2") => answered.replace('2', "1"),
            _ => answered.to_owned(),
        };
        let said = format!("{answered} {said}");
        assert!(error.contains(&said), "{listed} {options}: {error}");
    }
}

/// Two requests on their way at once are not two first ones.
#[test]
fn answers_that_come_at_once_are_of_one_version() {
    let server = versioned("[]", |before| [r#""1""#, r#""2""#][before % 2]);
    let mut http = load_from(&server.url, ", requests_at_once: 8").unwrap();
    let found = http.run_several(vec![feed(1); 8]);
    let failed = found.iter().filter(|answer| answer.is_err()).count();
    assert_eq!(failed, 4, "{found:?}");
}

/// A server that lists another version than the plan was made for is not asked for numbers.
#[test]
fn a_server_that_was_replaced_since_the_plan_is_refused() {
    let server = versioned(r#"["8"]"#, |_| r#""8""#);
    let spec = spec(&server.url, "");
    let given = LoadOptions {
        version: Some("7"),
        ..LoadOptions::default()
    };
    let loaded = load(&spec, &spec.variants[0], &given).map(|_| ());
    let error = loaded.unwrap_err().to_string();
    assert!(
        error.contains("lists version 8") && error.contains("7 when the run was planned"),
        "{error}"
    );
}

#[test]
fn several_requests_are_on_their_way_at_once_and_stay_in_order() {
    let server = serve(|request| {
        std::thread::sleep(Duration::from_millis(200));
        first(request)
    });
    let mut http = load_from(&server.url, ", requests_at_once: 8").unwrap();
    assert_eq!(http.at_once(), 8);
    let start = Instant::now();
    let found = http.run_several((1..=8).map(feed).collect());
    let took = start.elapsed();
    for (examples, tensor) in (1..=8).zip(found) {
        assert_eq!(tensor.unwrap().shape, [examples, 1]);
    }
    assert!(
        took < Duration::from_millis(1_200),
        "{took:?}: one after another takes 1.6 s"
    );
}

/// What is sent as bytes comes back as bytes, behind JSON whose size the header says.
#[test]
fn tensors_travel_as_bytes_where_asked() {
    let server = serve(|request| {
        let json_bytes: usize = request.headers["inference-header-content-length"]
            .parse()
            .unwrap();
        assert_eq!(request.headers["content-type"], "application/octet-stream");
        let (_, bytes) = request.body.split_at(json_bytes);
        assert_eq!(bytes.len(), 2 * 2 * 4);
        let line = br#"{"outputs": [{"name": "p", "shape": [2], "datatype": "FP32", "parameters": {"binary_data_size": 8}}]}"#;
        let size = line.len() + 8;
        let mut raw = format!("HTTP/1.1 200 OK\r\nInference-Header-Content-Length: {}\r\nContent-Length: {size}\r\nConnection: close\r\n\r\n", line.len()).into_bytes();
        raw.extend(line);
        raw.extend(&bytes[..4]);
        raw.extend(&bytes[8..12]);
        Does::Raw(raw)
    });
    let mut http = load_from(&server.url, ", tensors: binary").unwrap();
    assert_eq!(http.run(feed(2)).unwrap().values, [0.0, 0.25]);
}

/// The fault table: what a server does, what is said, how many requests it took.
#[test]
fn every_fault_has_its_words() {
    type Infer = fn(&Request) -> Does;
    let table: [(&str, &str, Infer, &str, usize); 22] = [
        (
            "stalls before it answers",
            FAST,
            |_| Does::Stall(Vec::new(), Duration::from_secs(3)),
            "did not answer within 1 s",
            1,
        ),
        (
            "stalls in the middle",
            FAST,
            |_| {
                Does::Stall(
                    b"HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n{\"outp".to_vec(),
                    Duration::from_secs(3),
                )
            },
            "did not answer within 1 s",
            1,
        ),
        (
            "drops the connection",
            ", retries: 2",
            |_| Does::Raw(Vec::new()),
            "3 tries: the connection",
            3,
        ),
        (
            "drops it in the middle",
            ", retries: 1",
            |_| Does::Raw(b"HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n{\"outp".to_vec()),
            "2 tries: the connection",
            2,
        ),
        (
            "drops it once",
            "",
            |request| {
                if request.before == 0 {
                    Does::Raw(Vec::new())
                } else {
                    first(request)
                }
            },
            "",
            2,
        ),
        (
            "is busy twice",
            "",
            |request| {
                if request.before < 2 {
                    Does::Answer(429, "application/json", Vec::new())
                } else {
                    first(request)
                }
            },
            "",
            3,
        ),
        (
            "says when to come back",
            "",
            |request| {
                if request.before < 1 {
                    Does::Raw(b"HTTP/1.1 503 Busy\r\nRetry-After: 1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".to_vec())
                } else {
                    first(request)
                }
            },
            "",
            2,
        ),
        (
            "is busy for ever",
            ", retries: 2",
            |_| Does::Answer(503, "application/json", br#"{"error": "no GPU"}"#.to_vec()),
            "3 tries: the server is too busy (503: no GPU)",
            3,
        ),
        (
            "fails",
            "",
            |_| {
                Does::Answer(
                    500,
                    "application/json",
                    br#"{"error": {"code": 7}}"#.to_vec(),
                )
            },
            "the server answered 500: {\"code\":7}",
            1,
        ),
        (
            "refuses with detail",
            "",
            |_| {
                Does::Answer(
                    422,
                    "application/json",
                    br#"{"detail": [{"msg": "field required"}]}"#.to_vec(),
                )
            },
            "the server answered 422: [{\"msg\":\"field required\"}]",
            1,
        ),
        (
            "wants a permission",
            "",
            |_| Does::Answer(401, "text/plain", b"who are you?".to_vec()),
            "wants a permission that the request does not bring (401: who are you?)",
            1,
        ),
        (
            "redirects",
            "",
            |_| {
                Does::Raw(b"HTTP/1.1 307 There\r\nLocation: http://127.0.0.1:9/elsewhere\r\nContent-Length: 0\r\n\r\n".to_vec())
            },
            "redirects to http://127.0.0.1:9/elsewhere",
            1,
        ),
        (
            "answers with a page",
            "",
            |_| Does::Answer(200, "text/html", b"<html>Log in</html>".to_vec()),
            "a web page",
            1,
        ),
        (
            "answers with no JSON",
            "",
            |_| json("{\"outputs\": [{\"na"),
            "not the protocol",
            1,
        ),
        (
            "answers with the wrong shape",
            "",
            |_| {
                json(
                    r#"{"outputs": [{"name": "p", "shape": [3, 1], "datatype": "FP32", "data": [1, 2, 3]}]}"#,
                )
            },
            "2 as its first axis",
            1,
        ),
        (
            "answers with too few numbers",
            "",
            |_| {
                json(
                    r#"{"outputs": [{"name": "p", "shape": [2, 1], "datatype": "FP32", "data": [1]}]}"#,
                )
            },
            "has 1 numbers, its shape [2, 1] needs 2",
            1,
        ),
        (
            "answers with text",
            "",
            |_| {
                json(
                    r#"{"outputs": [{"name": "p", "shape": [2], "datatype": "BYTES", "data": ["a", "b"]}]}"#,
                )
            },
            "not the protocol",
            1,
        ),
        (
            "answers another request",
            "",
            |_| json(r#"{"id": "other", "outputs": []}"#),
            "answered request \"other\"",
            1,
        ),
        (
            "answers nothing",
            "",
            |_| json(r#"{"outputs": []}"#),
            "neither `outputs` nor `error`",
            1,
        ),
        (
            "claims a huge body",
            ", retries: 0",
            |_| Does::Raw(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n{}".to_vec()),
            "the server answered with more than",
            1,
        ),
        (
            "drops it among the headers, once",
            "",
            |request| {
                if request.before == 0 {
                    Does::Raw(b"HTTP/1.1 200 OK\r\nContent-Le".to_vec())
                } else {
                    first(request)
                }
            },
            "",
            2,
        ),
        (
            "is no server of HTTP",
            "",
            |_| Does::Raw(b"SSH-2.0-OpenSSH\r\n".to_vec()),
            "is not HTTP",
            1,
        ),
    ];
    for (does, options, infer, said, requests) in table {
        let server = serve(infer);
        let mut http = load_from(&server.url, options).unwrap();
        let found = http.run(feed(2)).map_err(|error| error.to_string());
        match (said, &found) {
            ("", Ok(tensor)) => assert_eq!(tensor.values, [0.0, 0.25], "{does}"),
            (said, Err(error)) => {
                assert!(!said.is_empty() && error.contains(said), "{does}: {error}");
            }
            (said, Ok(_)) => panic!("{does}: answered, {said} was expected"),
        }
        assert_eq!(
            server.inferred.load(Ordering::SeqCst),
            requests,
            "{does}: {found:?}"
        );
    }
}

/// NaN is an answer that is no prediction: it is kept for whoever counts it.
#[test]
fn what_is_not_finite_is_kept() {
    let server = serve(|_| {
        json(
            r#"{"outputs": [{"name": "p", "shape": [2], "datatype": "FP32", "data": [null, 0.5]}]}"#,
        )
    });
    let mut http = load_from(&server.url, "").unwrap();
    let values = http.run(feed(2)).unwrap().values;
    assert!(values[0].is_nan() && values[1] == 0.5);
}

/// Before anything is asked: the server, its readiness, the model, what it takes.
#[test]
fn servers_that_cannot_be_used_are_told_at_once() {
    let closed = {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        format!("http://{}", listener.local_addr().unwrap())
    };
    let error = |url: &str, options: &str| match load_from(url, options) {
        Err(error) => error.to_string(),
        Ok(mut http) => http.run(feed(2)).unwrap_err().to_string(),
    };
    assert!(error(&closed, "").contains("nobody listens there"));
    let loading = serve_all(|_| Does::Answer(400, "application/json", b"".to_vec()));
    assert!(error(&loading.url, "").contains("is not ready"));
    let unready = serve_all(|_| json(r#"{"ready": false}"#));
    assert!(error(&unready.url, "").contains("is not ready"));
    let other = serve_all(|request| match request.line.as_str() {
        "GET /v2/health/ready" => json(""),
        _ => Does::Answer(
            404,
            "application/json",
            br#"{"error": "Model donor not found"}"#.to_vec(),
        ),
    });
    assert!(error(&other.url, "").contains("has no model `donor`: Model donor not found"));
    // The protocol's other parts are there, this one is not: what matters is the model.
    let quiet = serve_all(|request| match request.line.as_str() {
        "GET /v2/models/donor" => json("{}"),
        "POST /v2/models/donor/infer" => json(
            r#"{"outputs": [{"name": "p", "shape": [2], "datatype": "FP32", "data": [0, 1]}]}"#,
        ),
        _ => Does::Answer(404, "text/plain", Vec::new()),
    });
    let mut http = load_from(&quiet.url, "").unwrap();
    assert_eq!(http.run(feed(2)).unwrap().values, [0.0, 1.0]);
    let picky = serve_all(|request| match request.line.as_str() {
        "GET /v2/models/donor" => {
            json(r#"{"inputs": [{"name": "x", "datatype": "FP32", "shape": [-1, 3]}]}"#)
        }
        _ => json(""),
    });
    assert!(error(&picky.url, "").contains("takes [-1, 3] as `x`"));
    let named = serve(first);
    assert!(error(&named.url, ", input: y").contains("has no input `y`, it has x"));
}

/// A secret is sent, and is in no word that comes back.
#[test]
fn secrets_are_sent_and_kept() {
    const SECRET: &str = "PATH";
    let secret = std::env::var(SECRET).unwrap();
    let expected = format!("Key {secret}");
    let server = serve(move |request| {
        assert_eq!(request.headers["x-key"], expected);
        // A careless server repeats what it was sent.
        let body = format!("{{\"error\": \"{} is no good\"}}", request.headers["x-key"]);
        Does::Answer(400, "application/json", body.into_bytes())
    });
    let header = format!(", headers: {{X-Key: {{env: {SECRET}, prefix: \"Key \"}}}}");
    let mut http = load_from(&server.url, &header).unwrap();
    let error = http.run(feed(1)).unwrap_err().to_string();
    assert!(
        error.contains("Key [PATH] is no good") && !error.contains(&secret),
        "{error}"
    );
    let absent = load_from(
        &server.url,
        ", headers: {X-Key: {env: TITER_NO_SUCH_VARIABLE}}",
    );
    let error = absent.map(|_| ()).unwrap_err().to_string();
    assert!(
        error.contains("TITER_NO_SUCH_VARIABLE is not set"),
        "{error}"
    );
}

/// Retries are noted where the cell keeps what went wrong.
#[test]
fn retries_are_noted() {
    let server = serve(|request| match request.before {
        0 => Does::Answer(503, "application/json", Vec::new()),
        _ => first(request),
    });
    let folder = tempfile::tempdir().unwrap();
    let notes = folder.path().join("cell/stderr.txt");
    let spec = spec(&server.url, "");
    let options = LoadOptions {
        errors: Some(&notes),
        ..LoadOptions::default()
    };
    let mut http = load(&spec, &spec.variants[0], &options).unwrap();
    http.run(feed(1)).unwrap();
    let text = std::fs::read_to_string(notes).unwrap();
    assert!(
        text.starts_with("request 1: the server is too busy (503); tried again after"),
        "{text}"
    );
}
