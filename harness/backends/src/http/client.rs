//! Requests: sent, retried, read within limits.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use titer_core::ModelError;
use titer_http::proxy::{self, BadProxy};
use titer_http::{Failure, header, retry_after};
use titer_spec::model::HttpOptions;
use ureq::http::Response;
use ureq::tls::{Certificate, PemItem, RootCerts, parse_pem};
use ureq::{Agent, Body, Error};

use super::error::HttpError;
use super::place::place;
use super::retries;
use super::secrets::{self, Header};
use super::url::Address;
use crate::LoadOptions;
use crate::open_inference::{BodyError, shown};

/// The most bytes of an answer.
const MOST_ANSWER_BYTES: u64 = 1 << 28;
/// The most bytes of an answer that is none of numbers.
const MOST_WORDS_BYTES: u64 = 1 << 20;
/// Says how much of a body is JSON, where tensors follow as bytes.
const JSON_BYTES: &str = "inference-header-content-length";

/// A client of one model.
pub(super) struct Client {
    agent: Agent,
    address: Address,
    infer: String,
    headers: Vec<Header>,
    limits: Limits,
    notes: Notes,
}

struct Limits {
    connect_s: u32,
    request_s: u32,
    retries: u32,
}

/// What a request brought back.
pub(super) struct Reply {
    pub body: Vec<u8>,
    /// How much of it is JSON; all of it where not said.
    pub json_bytes: Option<usize>,
    is_page: bool,
}

impl Reply {
    /// A body that does not parse, in words that tell a page from a broken answer.
    pub(super) fn not_the_protocol(&self, error: BodyError) -> HttpError {
        match error {
            BodyError::NotTheProtocol(_) if self.is_page => BodyError::NotTheProtocol(
                "a web page: is `http.url` that of the model server?".to_owned(),
            )
            .into(),
            error => error.into(),
        }
    }
}

impl Client {
    pub(super) fn new(http: &HttpOptions, options: &LoadOptions) -> Result<Self, ModelError> {
        let unfit = |what: &str| ModelError::Input(format!("http.url {what}"));
        let address = Address::parse(&http.url.value).map_err(|reason| unfit(reason.message))?;
        let headers = secrets::headers(http)?;
        if !headers.is_empty() && !address.is_safe && !address.is_loopback {
            return Err(unfit("is not of https, and `headers` hold a secret"));
        }
        let seconds = |count: u32| Duration::from_secs(u64::from(count.max(1)));
        let roots = match &http.ca_file {
            Some(file) => roots(&options.folder.unwrap_or(Path::new(".")).join(&file.value))?,
            None => RootCerts::PlatformVerifier,
        };
        let proxy = match address.is_loopback {
            true => None,
            false => proxy::of_environment()
                .map_err(|error| ModelError::Runtime(format!("{error}: {}", BadProxy::CURE)))?,
        };
        let config = titer_http::config(seconds(http.connect_s), roots, proxy)
            .timeout_global(Some(seconds(http.request_s)))
            .max_idle_connections_per_host(http.requests_at_once.max(1) as usize);
        Ok(Self {
            agent: config.build().new_agent(),
            infer: format!("{}{}/infer", address.base, place(http)),
            address,
            headers,
            limits: Limits {
                connect_s: http.connect_s,
                request_s: http.request_s,
                retries: http.retries,
            },
            notes: Notes {
                path: options.errors.map(Path::to_owned),
                file: Mutex::new(None),
            },
        })
    }

    /// A place that is asked for words. A busy server is asked again.
    pub(super) fn get(&self, place: &str) -> Result<Vec<u8>, HttpError> {
        let url = format!("{}{place}", self.address.base);
        self.again(place, || {
            let mut request = self.agent.get(&url).header("accept", "application/json");
            for header in &self.headers {
                request = request.header(&header.name, &header.value);
            }
            let response = request.call().map_err(|error| self.failed(error, true))?;
            let body = self.read(response, MOST_WORDS_BYTES)?.body;
            // What a server says of itself goes into records.
            Ok(secrets::cut(&self.headers, body))
        })
    }

    /// Sends tensors. `json` is how many bytes of the body are JSON, where not all are.
    pub(super) fn infer(
        &self,
        id: &str,
        body: &[u8],
        json: Option<usize>,
    ) -> Result<Reply, HttpError> {
        self.again(id, || {
            let mut request = self
                .agent
                .post(&self.infer)
                .header("accept", "application/json");
            request = match json {
                None => request.header("content-type", "application/json"),
                Some(json) => request
                    .header("content-type", "application/octet-stream")
                    .header(JSON_BYTES, json.to_string()),
            };
            for header in &self.headers {
                request = request.header(&header.name, &header.value);
            }
            let response = request
                .send(body)
                .map_err(|error| self.failed(error, false))?;
            self.read(response, MOST_ANSWER_BYTES)
        })
    }

    /// The error for whoever reads it: without secrets.
    pub(super) fn told(&self, error: &HttpError) -> ModelError {
        let words = secrets::without(&self.headers, &error.to_string());
        match error {
            HttpError::Body(BodyError::Shape(ModelError::Shape { found, expected })) => {
                ModelError::Shape {
                    found: found.clone(),
                    expected: expected.clone(),
                }
            }
            HttpError::Body(BodyError::Input(text)) => ModelError::Input(self.plain(text)),
            HttpError::NotReached { .. }
            | HttpError::NotConnected { .. }
            | HttpError::NotReady(_)
            | HttpError::NoModel { .. }
            | HttpError::NotAllowed { .. }
            | HttpError::Redirected { .. }
            | HttpError::Tls(_) => ModelError::Runtime(words),
            _ => ModelError::Run(words),
        }
    }

    /// A text of the server's that goes into records: without secrets.
    pub(super) fn plain(&self, text: &str) -> String {
        secrets::without(&self.headers, text)
    }

    /// The reply without any secret that the server repeats.
    pub(super) fn without_secrets(&self, mut reply: Reply) -> Reply {
        let tail = reply.json_bytes.unwrap_or(usize::MAX).min(reply.body.len());
        let tail = reply.body.split_off(tail);
        reply.body = secrets::cut(&self.headers, reply.body);
        reply.json_bytes = reply.json_bytes.map(|_| reply.body.len());
        reply.body.extend(tail);
        reply
    }

    /// Does it again where a moment may help, as often as the options allow.
    fn again<T>(
        &self,
        id: &str,
        mut once: impl FnMut() -> Result<T, HttpError>,
    ) -> Result<T, HttpError> {
        let mut tries = 0;
        loop {
            let error = match once() {
                Err(error) if error.passes() => error,
                other => return other,
            };
            tries += 1;
            if tries > self.limits.retries {
                return Err(match tries {
                    1 => error,
                    tries => HttpError::GivenUp {
                        tries,
                        last: Box::new(error),
                    },
                });
            }
            let asked = match &error {
                HttpError::Busy { wait_s, .. } => *wait_s,
                _ => None,
            };
            let wait = retries::wait(id, tries, asked);
            let words = secrets::without(&self.headers, &error.to_string());
            self.notes.add(&format!(
                "request {id}: {words}; tried again after {} ms",
                wait.as_millis()
            ));
            std::thread::sleep(wait);
        }
    }

    fn read(&self, mut response: Response<Body>, most: u64) -> Result<Reply, HttpError> {
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        let most = if status == 200 {
            most
        } else {
            MOST_WORDS_BYTES
        };
        let claimed = header(&headers, "content-length").and_then(|text| text.parse().ok());
        if claimed.is_some_and(|claimed: u64| claimed > most) {
            return Err(HttpError::TooLong { most });
        }
        let read = response.body_mut().with_config().limit(most).read_to_vec();
        let body = match read {
            Ok(body) => body,
            Err(Error::BodyExceedsLimit(_)) => return Err(HttpError::TooLong { most }),
            Err(error) => return Err(self.failed(error, false)),
        };
        if (200..300).contains(&status) {
            return Ok(Reply {
                json_bytes: header(&headers, JSON_BYTES).and_then(|text| text.parse().ok()),
                is_page: header(&headers, "content-type").is_some_and(|kind| kind.contains("html"))
                    || body.trim_ascii_start().starts_with(b"<"),
                body,
            });
        }
        let words = refusal(&secrets::cut(&self.headers, body));
        Err(match status {
            300..=399 => HttpError::Redirected {
                to: shown(header(&headers, "location").unwrap_or("nowhere")),
            },
            401 | 403 => HttpError::NotAllowed { status, words },
            429 | 503 => HttpError::Busy {
                status,
                words,
                wait_s: retry_after(&headers),
            },
            status => HttpError::Status { status, words },
        })
    }

    /// `is_first`: a server that is not there at the first request is no connection that was lost.
    fn failed(&self, error: Error, is_first: bool) -> HttpError {
        let place = self.address.base.clone();
        let failure = Failure::from(error);
        let reason = failure.to_string();
        match failure {
            Failure::NotConnected => HttpError::NotConnected {
                limit_s: self.limits.connect_s,
            },
            Failure::Late => HttpError::Late {
                limit_s: self.limits.request_s,
            },
            Failure::Refused if is_first => HttpError::NotReached { place, reason },
            Failure::Refused | Failure::Lost(_) => HttpError::Lost { place, reason },
            Failure::NotReached(_) => HttpError::NotReached { place, reason },
            Failure::Untrusted(_) => HttpError::Tls(reason),
            Failure::NotHttp(_) => HttpError::NotHttp { place, reason },
            Failure::Other(_) => HttpError::Client(reason),
        }
    }
}

/// What a refusal says, after a colon: `error`, `detail`, or the text itself.
fn refusal(body: &[u8]) -> String {
    let plain = || String::from_utf8_lossy(body).into_owned();
    let words = match serde_json::from_slice::<serde_json::Value>(body) {
        Ok(json) => match json.get("error").or(json.get("detail")) {
            Some(serde_json::Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
            None => json.to_string(),
        },
        Err(_) if body.trim_ascii_start().starts_with(b"<") => "a web page".to_owned(),
        Err(_) => plain(),
    };
    let words = shown(&words);
    match words.is_empty() {
        true => String::new(),
        false => format!(": {words}"),
    }
}

/// Certificates in PEM.
fn roots(path: &Path) -> Result<RootCerts, ModelError> {
    let damaged = |reason: String| ModelError::File {
        path: path.display().to_string(),
        reason,
    };
    let bytes = std::fs::read(path).map_err(|error| damaged(format!("cannot be read: {error}")))?;
    let mut certificates: Vec<Certificate<'static>> = Vec::new();
    for item in parse_pem(&bytes) {
        match item {
            Ok(PemItem::Certificate(certificate)) => certificates.push(certificate),
            Ok(_) => {}
            Err(error) => return Err(damaged(format!("is no PEM: {error}"))),
        }
    }
    if certificates.is_empty() {
        return Err(damaged("holds no certificate in PEM".to_owned()));
    }
    Ok(RootCerts::new_with_certs(&certificates))
}

/// What went wrong on the way and was mended by another try: kept in the cell.
struct Notes {
    path: Option<PathBuf>,
    file: Mutex<Option<File>>,
}

impl Notes {
    fn add(&self, line: &str) {
        let Some(path) = &self.path else { return };
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        if file.is_none() {
            if let Some(folder) = path.parent() {
                let _ = std::fs::create_dir_all(folder);
            }
            *file = File::create(path).ok();
        }
        if let Some(file) = &mut *file {
            let _ = writeln!(file, "{line}");
        }
    }
}
