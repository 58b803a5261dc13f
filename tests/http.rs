//! Servers behind TLS, and descriptors of servers that are refused before anything is asked.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use crate::helpers::loopback::{Loopback, Reply};
use crate::helpers::world::{Said, World, repository};

const MODEL: &str = "\
model: own
summary: Somebody else's.
tasks: [own-site]
input:
  window: {start: 0, end: 5}
  one_hot: {alphabet: ACGT, layout: length_channels, other: zeros}
output: {kind: binary, activation: none}
training: {seen: [], complete: true, description: never trained}
licence: {weights: MIT}
variants:
  - {variant: onnx, backend: http, precision: fp32, http: {url: \"URL\", model: own}}
  - {variant: again, backend: http, precision: fp32, http: {url: \"URL\", model: own, requests_at_once: 1}}
reference: onnx
";

/// The share of G in five bases, behind TLS where there are keys. A file lists which version answers which request:
/// the last one the rest.
const SERVER: &str = "\
import http.server, json, ssl, sys
class Answers(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    def log_message(self, *_): pass
    def say(self, body):
        self.send_response(200)
        self.send_header('content-length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def do_GET(self):
        self.say(metadata.encode() if self.path.endswith('own') else b'')
    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers['content-length'])))
        given = asked['inputs'][0]
        rows, data = given['shape'][0], given['data']
        found = [0.1 + 0.8 * sum(data[20 * i + 2:20 * i + 20:4]) / 5 for i in range(rows)]
        version = None
        if versions:
            with open(versions) as file:
                listed = file.read().split(',')
            with open(versions + '.asked', 'a+') as file:
                file.write('.')
                file.seek(0)
                version = listed[min(len(file.read()), len(listed)) - 1]
        self.say(json.dumps({'id': asked['id'], 'model_version': version, 'outputs': [
            {'name': 'p', 'shape': [rows], 'datatype': 'FP32', 'data': found}]}).encode())
keys, versions, metadata = sys.argv[1:]
server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Answers)
if keys:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(keys + '/server.pem', keys + '/server.key')
    server.socket = context.wrap_socket(server.socket, server_side=True)
print(server.server_address[1], flush=True)
server.serve_forever()
";

struct Server {
    child: Child,
    url: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn tls() -> Server {
    let keys = repository().join("tests/fixtures/tls");
    serve("https", keys.to_str().unwrap(), "", "{}")
}

fn serve(scheme: &str, keys: &str, versions: &str, metadata: &str) -> Server {
    let mut child = Command::new("python3")
        .args(["-c", SERVER, keys, versions, metadata])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut port = String::new();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    output.read_line(&mut port).unwrap();
    let url = format!("{scheme}://127.0.0.1:{}", port.trim());
    Server { child, url }
}

/// The metadata names no version, the answers do.
#[test]
fn a_server_of_another_version_is_judged_anew() {
    let world = World::new();
    let file = world.path("version");
    let server = serve("http", "", file.to_str().unwrap(), "{}");
    world.write("models/own/model.yaml", &MODEL.replace("URL", &server.url));
    // How many requests a run makes of a server that is of these versions.
    let run = |versions: &str, code: i32| {
        world.write("version", versions);
        world.write("version.asked", "");
        let said = world.titer(&["run", "own.yaml"]).expect(code);
        (said, world.read("version.asked").len())
    };
    let manifest = |words: &str| {
        let manifest = world.read("runs/own/manifest.json");
        assert!(manifest.contains(words), "{words}: {manifest}");
    };
    let (_, first) = run("7", 0);
    manifest("model own 7");
    let (_, again) = run("7", 0);
    assert_eq!(again, 2, "one for each variant, all cells are there");
    let (_, other) = run("8", 0);
    manifest("model own 8");
    assert_eq!(other, first);
    let (said, _) = run("9,9,8", 5);
    let words = "answered with version 8, and it was 9 when the run was planned";
    assert!(said.out.contains(words), "{}{}", said.out, said.err);
    run("", 0);
    manifest("model own, version unknown");
    let said = world.titer(&["plan", "own.yaml"]).expect(0);
    assert!(said.out.contains("version unknown"), "{}", said.out);
    let url = server.url.clone();
    drop(server);
    let said = world.titer(&["run", "own.yaml"]).expect(2);
    let cure = format!("`curl {url}/v2/health/ready`");
    assert!(said.err.contains("nobody listens there"), "{}", said.err);
    assert!(said.err.contains(&cure), "{}", said.err);
}

/// A certificate that nobody vouches for is not taken; one that the descriptor vouches for is.
#[test]
fn certificates_are_verified() {
    let world = World::new();
    let server = tls();
    let text = MODEL.replace("URL", &server.url);
    world.write("models/own/model.yaml", &text);
    let said = world.titer(&["run", "own.yaml"]).expect(2);
    assert!(
        said.err.contains("the connection is not safe") && said.err.contains("ca_file"),
        "{}",
        said.err
    );
    let keys = repository().join("tests/fixtures/tls");
    std::fs::copy(
        keys.join("authority.pem"),
        world.path("models/own/authority.pem"),
    )
    .unwrap();
    let vouched = text.replace("model: own}", "model: own, ca_file: authority.pem}");
    let vouched = vouched.replace("model: own, req", "model: own, ca_file: authority.pem, req");
    world.write("models/own/model.yaml", &vouched);
    let said = world.titer(&["run", "own.yaml"]).expect(0);
    assert!(said.out.contains("own: pass"), "{}", said.out);
    world.write("models/own/authority.pem", "not a certificate");
    let said = world.titer(&["run", "own.yaml"]).expect(2);
    assert!(said.err.contains("no certificate in PEM"), "{}", said.err);
}

/// What is refused names file, line and cure, and never repeats a secret.
#[test]
fn descriptors_without_a_safe_server_are_refused() {
    let world = World::new();
    let old = "http: {url: \"URL\", model: own}";
    for (new, said) in [
        (
            "http: {url: \"https://me:sesame@models.example.org\", model: own}",
            "holds a user or password",
        ),
        (
            "http: {url: \"https://models.example.org/?key=sesame\", model: own}",
            "has a query, which may hold a secret",
        ),
        (
            "http: {url: \"http://models.example.org\", model: own, headers: {Authorization: {env: TOKEN}}}",
            "sent in the open",
        ),
        (
            "http: {url: \"https://models.example.org\", model: own, headers: {Host: {env: TOKEN}}}",
            "`Host` is none that can be set",
        ),
        (
            "http: {url: \"https://models.example.org\", model: own, headers: {Authorization: {env: \"Bearer sesame\"}}}",
            "is no name of a variable",
        ),
        (
            "http: {url: \"https://models.example.org\", model: own, headers: {Authorization: {env: TOKEN, prefix: \"Bearer sesame\"}}}",
            "is no word that names",
        ),
        (
            "http: {url: \"https://models.example.org\", model: own, headers: {Authorization: \"Bearer sesame\"}}",
            "no value of its own",
        ),
        (
            "http: {url: \"https://models.example.org\", model: own, retries: 4000000000}",
            "retries: 4000000000",
        ),
        ("http: {url: models, model: own}", "no address of http"),
        (
            "http: {url: \"https://models.example.org\", model: own, request_s: 0}",
            "request_s: 0",
        ),
        (
            "http: {url: \"https://models.example.org\", model: own, requests_at_once: 1000}",
            "requests_at_once",
        ),
        ("process: {command: [python3]}", "the backend is http"),
        ("made: nothing", "needs a server"),
    ] {
        world.write("models/own/model.yaml", &MODEL.replacen(old, new, 1));
        let found = world.titer(&["plan", "own.yaml"]).expect(2);
        assert!(found.err.contains(said), "{new}: {}", found.err);
        assert!(
            found.err.contains("models/own/model.yaml:11:"),
            "{}",
            found.err
        );
        assert!(found.err.contains("help:"), "{}", found.err);
        assert!(!found.err.contains("sesame"), "{}", found.err);
    }
    let unset = MODEL.replace(
        old,
        "http: {url: \"http://127.0.0.1:9\", model: own, headers: {X-Key: {env: TITER_NO_SUCH_VARIABLE}}}",
    );
    let unset = unset.replace("URL", "http://127.0.0.1:9");
    world.write("models/own/model.yaml", &unset);
    let found = world.titer(&["plan", "own.yaml"]).expect(2);
    assert!(
        found.err.contains("TITER_NO_SUCH_VARIABLE is not set"),
        "{}",
        found.err
    );
}

/// As in fetching: asked through the proxy that the environment names, which must be one.
#[test]
fn a_server_elsewhere_is_asked_through_the_proxy() {
    let world = World::new();
    let proxy = Loopback::new(|_| Reply::new(404, &[], b""));
    let text = MODEL.replace("URL", "http://models.invalid");
    world.write("models/own/model.yaml", &text);
    let plan = |proxy: &str| {
        let mut command = world.command(&["plan", "own.yaml"]);
        for name in ["ALL_PROXY", "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY"] {
            command.env_remove(name).env_remove(name.to_lowercase());
        }
        let output = command.env("HTTP_PROXY", proxy).output().unwrap();
        Said::of(&output).expect(2)
    };
    plan(&proxy.url(""));
    let asked = proxy.asked();
    assert_eq!(
        (asked[0].method.as_str(), asked[0].path.as_str()),
        ("CONNECT", "models.invalid:80")
    );
    let said = plan("socks5://me:sesame@p");
    assert!(
        said.err.contains("the variable HTTP_PROXY") && !said.err.contains("sesame"),
        "{}",
        said.err
    );
    assert!(said.err.contains("model.yaml:11:"), "{}", said.err);
}

/// What a server is asked for its version with is as long as the examples where the descriptor leaves that open.
#[test]
fn the_made_up_sequence_is_of_the_datas_length() {
    let world = World::new();
    world.write("version", "7");
    let file = world.path("version");
    let metadata = r#"{"inputs": [{"name": "x", "datatype": "FP32", "shape": [-1, 12, 4]}]}"#;
    let server = serve("http", "", file.to_str().unwrap(), metadata);
    let text = MODEL.replace("URL", &server.url);
    let open = text.replace("  window: {start: 0, end: 5}\n", "");
    world.write("models/own/model.yaml", &open);
    let said = world.titer(&["plan", "own.yaml"]).expect(0);
    assert!(said.out.contains("model own 7"), "{}", said.out);
    world.write("models/own/model.yaml", &text);
    let said = world.titer(&["plan", "own.yaml"]).expect(2);
    let words =
        "variant onnx: the server takes [-1, 12, 4] as `x`, the descriptor's input makes [1, 5, 4]";
    assert!(said.err.contains(words), "{}", said.err);
}

/// One of two names is not passed over without a word, and neither is one that nothing reads.
#[test]
fn names_of_tensors_that_nothing_reads_are_refused() {
    let world = World::new();
    let http =
        |told: &str| format!("http, precision: fp32, http: {{url: \"http://127.0.0.1:9\"{told}}}");
    let process =
        |told: &str| format!("process, precision: fp32, process: {{command: [sh]{told}}}");
    let entry = |name: &str| world.entry(&format!("models/own/{name}"));
    let (config, weights) = (entry("dense.json"), entry("dense.safetensors"));
    let candle =
        format!("candle, precision: fp32, files: {{config: {config}, weights: {weights}}}");
    let variants = |first: &str, second: &str| {
        let (before, _) = World::split(MODEL, "  - {variant: onnx");
        let variant =
            |name: &str, told: &str| format!("  - {{variant: {name}, backend: {told}}}\n");
        let both = variant("onnx", first) + &variant("again", second);
        format!("{before}{both}reference: onnx\n")
    };
    let served = http(", model: own, output: a");
    let named = "activation: none, tensor: b}";
    for (output, first, second, place, said) in [
        (
            named,
            served.clone(),
            served.clone(),
            ":7:",
            "`tensor: b`, and `http` of variant again says `output: a`",
        ),
        (
            named,
            process(", output: a"),
            candle.clone(),
            ":7:",
            "`tensor: b`, and `process` of variant onnx says",
        ),
        (
            named,
            candle.clone(),
            candle,
            ":7:",
            "`tensor: b` names nothing",
        ),
    ] {
        let text = variants(&first, &second).replace("activation: none}", output);
        world.write("models/own/model.yaml", &text);
        let found = world.titer(&["plan", "own.yaml"]).expect(2);
        for said in [place, said, "help:"] {
            assert!(found.err.contains(said), "{said}: {}", found.err);
        }
    }
}
