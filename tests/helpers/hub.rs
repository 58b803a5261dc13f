//! A hub on this machine, the Python library that reads its cache, and a server behind TLS.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use super::loopback::{Reply, Request};
use super::pip;

pub(crate) const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";

/// What a hub answers about a small file: its ETag is of its own.
pub(crate) fn answer(request: &Request, body: &[u8], etag: &str) -> Reply {
    let is_file = ["main", COMMIT]
        .iter()
        .any(|at| request.path == format!("/datasets/org/name/resolve/{at}/sub/windows.tsv"));
    match (is_file, request.method.as_str()) {
        (false, _) => Reply::new(404, &[], b""),
        (true, "HEAD") => {
            let headers = [("ETag", etag), ("X-Repo-Commit", COMMIT)];
            Reply::new(200, &headers, body)
        }
        (true, _) => Reply::file(request, body, etag),
    }
}

/// Python with the library.
pub(crate) fn python() -> PathBuf {
    pip::environment(&["huggingface_hub==2.4.0"]).join("bin/python")
}

/// The path that the library gives for the file.
pub(crate) fn download(python: &Path, cache: &Path, endpoint: &str, local: bool) -> PathBuf {
    let code = "import sys; from huggingface_hub import hf_hub_download as get\n\
        print(get('org/name', 'sub/windows.tsv', repo_type='dataset', local_files_only=sys.argv[1] == 'true'))";
    PathBuf::from(run(python, cache, endpoint, &[code, &local.to_string()]))
}

/// What the library finds in a cache.
pub(crate) fn scan(python: &Path, cache: &Path) -> String {
    let code = "import sys; from huggingface_hub import scan_cache_dir\n\
        found = scan_cache_dir()\n\
        print(*[f'{r.repo_path.name} {r.nb_files} file, {len(found.warnings)} warnings' for r in found.repos])";
    run(python, cache, "http://127.0.0.1:9", &[code])
}

fn run(python: &Path, cache: &Path, endpoint: &str, arguments: &[&str]) -> String {
    let output = Command::new(python)
        .arg("-c")
        .args(arguments)
        .env("HF_HUB_CACHE", cache)
        .env("HF_HOME", cache)
        .env("HF_ENDPOINT", endpoint)
        .env("NO_PROXY", "*")
        .env_remove("HF_HUB_OFFLINE")
        .env_remove("HF_TOKEN")
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// Every file and link of a repository in a cache, with what it points to or holds.
pub(crate) fn listing(cache: &Path) -> Vec<String> {
    let root = cache.join("datasets--org--name");
    let mut lines = Vec::new();
    list(&root, &root, &mut lines);
    lines.sort();
    lines
}

fn list(root: &Path, folder: &Path, lines: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        let name = path.strip_prefix(root).unwrap().display().to_string();
        if let Ok(target) = std::fs::read_link(&path) {
            lines.push(format!("{name} -> {}", target.display()));
        } else if path.is_dir() {
            list(root, &path, lines);
        } else {
            let digest = titer_core::Digest::of(&std::fs::read(&path).unwrap());
            lines.push(format!("{name} {}", digest.short()));
        }
    }
}

/// Gives a file at `/file`, and sends elsewhere who asks for `/elsewhere`.
const TLS: &str = "\
import http.server, ssl, sys
keys, page, elsewhere = sys.argv[1:]
class Answers(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_): pass
    def do_GET(self):
        body = open(page, 'rb').read() if self.path == '/file' else b''
        self.send_response(200 if body else 302)
        if not body: self.send_header('location', elsewhere)
        self.send_header('content-length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)
server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Answers)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(keys + '/server.pem', keys + '/server.key')
server.socket = context.wrap_socket(server.socket, server_side=True)
print(server.server_address[1], flush=True)
server.serve_forever()
";

pub(crate) struct Tls {
    child: Child,
    pub url: String,
}

impl Drop for Tls {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(crate) fn tls(page: &Path, elsewhere: &str) -> Tls {
    let keys = super::world::repository().join("tests/fixtures/tls");
    let mut child = Command::new("python3")
        .args([
            "-c",
            TLS,
            keys.to_str().unwrap(),
            page.to_str().unwrap(),
            elsewhere,
        ])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut port = String::new();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    output.read_line(&mut port).unwrap();
    let url = format!("https://127.0.0.1:{}", port.trim());
    Tls { child, url }
}
