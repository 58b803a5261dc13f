//! A web server on this machine that answers as it is told, and remembers what it was asked.

#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What was asked.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub method: String,
    pub path: String,
    pub headers: BTreeMap<String, String>,
    /// How many requests came before it.
    pub before: usize,
}

impl Request {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }

    /// The first byte that is asked for.
    pub(crate) fn from(&self) -> Option<usize> {
        let range = self.header("range")?.strip_prefix("bytes=")?;
        range.strip_suffix('-')?.parse().ok()
    }
}

/// What is answered: bytes as they go over the line, and how it ends.
pub(crate) struct Reply {
    pub bytes: Vec<u8>,
    /// How long the line stays open without a byte more.
    pub silence: Duration,
}

impl Reply {
    /// A whole answer. Its length is said, unless it is among the headers.
    pub(crate) fn new(status: u16, headers: &[(&str, &str)], body: &[u8]) -> Self {
        let mut head = format!("HTTP/1.1 {status} Said\r\nConnection: close\r\n");
        let says_length = headers.iter().any(|(name, _)| {
            name.eq_ignore_ascii_case("content-length")
                || name.eq_ignore_ascii_case("transfer-encoding")
        });
        for (name, value) in headers.iter().filter(|(_, value)| !value.is_empty()) {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        if !says_length {
            head.push_str(&format!("Content-Length: {}\r\n", body.len()));
        }
        Self {
            bytes: [head.as_bytes(), b"\r\n", body].concat(),
            silence: Duration::ZERO,
        }
    }

    /// A file, or the part that is asked for if it is of this version.
    pub(crate) fn file(request: &Request, body: &[u8], etag: &str) -> Self {
        let is_same = request.header("if-range").is_none_or(|of| of == etag);
        match request.from().filter(|_| is_same) {
            Some(from) if from < body.len() => {
                let range = format!("bytes {from}-{}/{}", body.len() - 1, body.len());
                let headers = [("ETag", etag), ("Content-Range", range.as_str())];
                Self::new(206, &headers, &body[from..])
            }
            Some(_) => Self::new(416, &[], b""),
            None => Self::new(200, &[("ETag", etag)], body),
        }
    }

    /// The same, cut off.
    pub(crate) fn cut(mut self, by: usize) -> Self {
        self.bytes.truncate(self.bytes.len() - by);
        self
    }

    /// The same, with a line that stays open.
    pub(crate) fn then_silent(mut self, silence: Duration) -> Self {
        self.silence = silence;
        self
    }
}

type Handler = dyn Fn(&Request) -> Reply + Send + Sync;

/// A server for as long as the test runs.
pub(crate) struct Loopback {
    pub port: u16,
    asked: Arc<Mutex<Vec<Request>>>,
}

impl Loopback {
    pub(crate) fn new(handler: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let handler: Arc<Handler> = Arc::new(handler);
        let log = Arc::clone(&asked);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (handler, log) = (Arc::clone(&handler), Arc::clone(&log));
                std::thread::spawn(move || serve(stream, &*handler, &log));
            }
        });
        Self { port, asked }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    pub(crate) fn asked(&self) -> Vec<Request> {
        self.asked.lock().unwrap().clone()
    }
}

fn serve(mut stream: TcpStream, handler: &Handler, log: &Mutex<Vec<Request>>) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let Some(mut request) = read(&mut reader) else {
        return;
    };
    if request.method == "CONNECT" {
        log.lock().unwrap().push(request);
        let _ = stream.write_all(b"HTTP/1.1 200 Connected\r\n\r\n");
        match read(&mut reader) {
            Some(inner) => request = inner,
            None => return,
        }
    }
    {
        let mut log = log.lock().unwrap();
        request.before = log.len();
        log.push(request.clone());
    }
    let reply = handler(&request);
    // HEAD has no body.
    let bytes = match request.method.as_str() {
        "HEAD" => {
            let end = reply.bytes.windows(4).position(|at| at == b"\r\n\r\n");
            &reply.bytes[..end.unwrap() + 4]
        }
        _ => &reply.bytes[..],
    };
    let _ = stream.write_all(bytes);
    let _ = stream.flush();
    if !reply.silence.is_zero() {
        // Until then, or until the other side hangs up.
        let _ = stream.set_read_timeout(Some(reply.silence));
        let _ = stream.read(&mut [0]);
    }
}

fn read(reader: &mut impl BufRead) -> Option<Request> {
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut words = line.split_whitespace();
    let (method, path) = (words.next()?.to_owned(), words.next()?.to_owned());
    let mut headers = BTreeMap::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        match line.trim().split_once(':') {
            Some((name, value)) => {
                headers.insert(name.to_lowercase(), value.trim().to_owned());
            }
            None => break,
        }
    }
    Some(Request {
        method,
        path,
        headers,
        before: 0,
    })
}
