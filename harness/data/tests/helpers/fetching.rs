//! One fault: a server, an entry, and what came of it in words that are the same on every machine.

#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;
use titer_core::Digest;
use titer_data::fetch::{Event, Limits, Settings, Token, fetch};
use titer_spec::{Document, Fetch};

use crate::loopback::{Loopback, Reply, Request};

/// What is fetched of a descriptor; the rest of it is not looked at.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct Entries {
    pub fetch: Vec<Fetch>,
}

titer_spec::written!(Entries);

pub(crate) const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";

type Answer = dyn Fn(&Request, &[u8]) -> Reply + Send + Sync;

/// One row.
pub(crate) struct Case {
    name: String,
    answer: Arc<Answer>,
    body: Vec<u8>,
    gives: Option<Vec<u8>>,
    revision: Option<String>,
    token: Option<Token>,
    is_offline: bool,
    unpack: String,
}

impl Case {
    pub(crate) fn new(
        name: &str,
        answer: impl Fn(&Request, &[u8]) -> Reply + Send + Sync + 'static,
    ) -> Self {
        Self {
            name: name.to_owned(),
            answer: Arc::new(answer),
            body: Vec::new(),
            gives: None,
            revision: None,
            token: None,
            is_offline: false,
            unpack: String::new(),
        }
    }

    pub(crate) fn hub(
        name: &str,
        answer: impl Fn(&Request, &[u8]) -> Reply + Send + Sync + 'static,
    ) -> Self {
        Self {
            revision: Some(COMMIT.to_owned()),
            token: Token::new("hf_secret"),
            ..Self::new(name, answer)
        }
    }

    pub(crate) fn sends(mut self, body: &[u8]) -> Self {
        self.body = body.to_owned();
        self
    }

    /// What lies at the place afterwards, where that is not what is sent.
    pub(crate) fn gives(mut self, content: &[u8]) -> Self {
        self.gives = Some(content.to_owned());
        self
    }

    pub(crate) fn revision(mut self, revision: &str) -> Self {
        self.revision = Some(revision.to_owned());
        self
    }

    pub(crate) fn offline(mut self) -> Self {
        self.is_offline = true;
        self
    }

    pub(crate) fn no_token(mut self) -> Self {
        self.token = None;
        self
    }

    pub(crate) fn unpack(mut self, unpack: &str) -> Self {
        self.unpack = format!("\n    unpack: {unpack}");
        self
    }

    fn entry(&self, server: &Loopback) -> String {
        let source = match &self.revision {
            None => format!("url: {}", server.url("/file")),
            Some(revision) => {
                format!("hub: {{repo: org/name, revision: {revision}, path: sub/data.bin}}")
            }
        };
        let (digest, bytes) = (Digest::of(&self.body), self.body.len());
        let unpack = &self.unpack;
        format!(
            "fetch:\n  - to: data.bin\n    {source}\n    digest: \"{digest}\"\n    bytes: {bytes}\n    licence: CC0{unpack}\n"
        )
    }

    /// Fetches, and says what was asked, what was said and what lies there.
    pub(crate) fn run(&self) -> String {
        let folder = tempfile::tempdir().unwrap();
        self.run_in(folder.path())
    }

    pub(crate) fn run_in(&self, folder: &Path) -> String {
        let (answer, body) = (Arc::clone(&self.answer), self.body.clone());
        let server = Loopback::new(move |request| answer(request, &body));
        let text = self.entry(&server);
        let document = Document::<Entries>::parse(Path::new("dataset.yaml"), text).unwrap();
        let settings = Settings {
            token: self.token.clone(),
            is_offline: self.is_offline,
            ..settings(folder, &server)
        };
        let mut again = Vec::new();
        let mut observe = |event| {
            if let Event::Again { reason, .. } = event {
                again.push(format!("  again: {reason}\n"));
            }
        };
        let place = folder.join("here");
        let entries = &document.value.fetch;
        let said = match fetch(&document, entries, &place, &settings, &mut observe) {
            Ok(_) => "  fetched\n".to_owned(),
            Err(error) => {
                let kind = if error.is_input { "input" } else { "elsewhere" };
                let words = error.to_string();
                let mut lines = words.lines();
                let first = lines.next().unwrap();
                let cure = lines.find(|line| line.contains("help:")).unwrap();
                format!("  {kind}: {first}\n{cure}\n")
            }
        };
        let asked: String = server.asked().iter().map(line).collect();
        let left = left(&place, self.gives.as_ref().unwrap_or(&self.body));
        let text = format!("# {}\n{asked}{}{said}{left}", self.name, again.concat());
        assert!(!text.contains("hf_secret"), "the token is shown:\n{text}");
        text.replace(&server.port.to_string(), "PORT")
            .replace(&folder.display().to_string(), "FOLDER")
    }
}

pub(crate) fn settings(folder: &Path, server: &Loopback) -> Settings {
    Settings {
        endpoint: server.url(""),
        token: None,
        hub_cache: folder.join("hub"),
        cache: folder.join("cache"),
        is_offline: false,
        proxy: None,
        limits: Limits {
            connect: Duration::from_secs(5),
            stall: Duration::from_secs(2),
            tries: 3,
            backoff: Duration::from_millis(2),
            longest_wait: Duration::from_millis(20),
            redirects: 10,
        },
    }
}

pub(crate) fn table(cases: &[Case]) -> String {
    let rows: Vec<String> = cases.iter().map(Case::run).collect();
    rows.join("\n")
}

/// Bytes that look like chance.
pub(crate) fn bytes(count: usize, seed: u64) -> Vec<u8> {
    let mut state = seed;
    let mut next = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 56) as u8
    };
    (0..count).map(|_| next()).collect()
}

/// What a hub says of a large file.
pub(crate) fn hub_headers(body: &[u8]) -> Vec<(&'static str, String)> {
    vec![
        ("x-repo-commit", COMMIT.to_owned()),
        ("x-linked-etag", format!("\"{}\"", Digest::of(body).hex())),
        ("x-linked-size", body.len().to_string()),
        ("etag", "\"other\"".to_owned()),
    ]
}

pub(crate) fn borrowed<'a>(headers: &'a [(&'static str, String)]) -> Vec<(&'a str, &'a str)> {
    let pairs = headers.iter().map(|(name, value)| (*name, value.as_str()));
    pairs.collect()
}

fn line(request: &Request) -> String {
    let range = request.header("range").map(|range| format!(" {range}"));
    let of = request.header("if-range").map(|etag| format!(" if {etag}"));
    format!(
        "  asked: {} {}{}{}\n",
        request.method,
        request.path,
        range.unwrap_or_default(),
        of.unwrap_or_default()
    )
}

/// What lies below a folder; the file's content is held to what was to come.
pub(crate) fn left(folder: &Path, body: &[u8]) -> String {
    let mut names = Vec::new();
    list(folder, folder, &mut names);
    names.sort();
    if let Ok(found) = std::fs::read(folder.join("data.bin")) {
        assert_eq!(found, body, "what lies there is not what was described");
    }
    match names.is_empty() {
        true => "  left: nothing\n".to_owned(),
        false => format!("  left: {}\n", names.join(", ")),
    }
}

fn list(root: &Path, folder: &Path, names: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        match path.is_dir() {
            true => list(root, &path, names),
            false => names.push(path.strip_prefix(root).unwrap().display().to_string()),
        }
    }
}
