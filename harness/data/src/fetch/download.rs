//! One file from one address: asked for, asked for again where it stopped, checked, given its name.

use std::io::Read;
use std::path::Path;
use std::time::Duration;

use titer_core::Digest;
use titer_http::{header, retry_after};
use ureq::Body;
use ureq::http::{HeaderMap, Response};
use url::Url;

use super::Event;
use super::client::{Ask, Client, Follow, Token};
use super::fault::Fault;
use super::part::Part;

/// What is wanted.
#[derive(Clone, Copy)]
pub(super) struct Wanted<'a> {
    /// Its address.
    pub url: &'a Url,
    /// Sent to that server alone.
    pub token: Option<&'a Token>,
    /// Its digest.
    pub digest: Digest,
    /// Its size.
    pub bytes: u64,
    /// Where it goes.
    pub to: &'a Path,
}

impl Wanted<'_> {
    /// Whether it is there already, byte for byte.
    pub(super) fn is_there(&self) -> bool {
        is_there(self.to, self.bytes, &self.digest)
    }
}

/// Whether a file of this size and digest lies there.
pub(super) fn is_there(path: &Path, bytes: u64, digest: &Digest) -> bool {
    let about = std::fs::metadata(path);
    about.is_ok_and(|about| about.is_file() && about.len() == bytes)
        && std::fs::File::open(path)
            .and_then(Digest::of_reader)
            .is_ok_and(|found| found == *digest)
}

/// Downloads a file. Nothing lies at its place that has not the stated size and digest.
pub(super) fn download(
    client: &Client,
    wanted: &Wanted,
    observe: &mut dyn FnMut(Event),
) -> Result<(), Fault> {
    let mut part = Part::open(wanted.to, &mut || observe(Event::Waiting))?;
    if wanted.is_there() {
        // Another program brought it while this one waited.
        part.discard();
        return Ok(());
    }
    if part.validator(&wanted.digest).is_none() || part.length()? > wanted.bytes {
        part.restart(&wanted.digest, None)?;
    }
    loop {
        if let Err(fault) = complete(client, wanted, &mut part, observe) {
            let is_useless = matches!(fault, Fault::Larger { .. } | Fault::Smaller { .. });
            if is_useless || part.length()? == 0 {
                part.discard();
            }
            return Err(fault);
        }
        let found = part.digest()?;
        if found == wanted.digest {
            return part.finish(wanted.to);
        }
        let is_page = is_page(&part.start()?);
        if !part.is_old {
            part.discard();
            return Err(match is_page {
                true => Fault::Page,
                false => Fault::Digest {
                    stated: wanted.digest,
                    found,
                },
            });
        }
        // The bytes of an earlier time may have been damaged: once more, from the start.
        part.restart(&wanted.digest, None)?;
    }
}

/// Tries until the part has all bytes, or there is no progress.
fn complete(
    client: &Client,
    wanted: &Wanted,
    part: &mut Part,
    observe: &mut dyn FnMut(Event),
) -> Result<(), Fault> {
    let (mut tries, mut furthest) = (0, part.length()?);
    while part.length()? < wanted.bytes {
        let fault = match attempt(client, wanted, part, observe) {
            Ok(()) => continue,
            Err(fault) if fault.passes() => fault,
            Err(fault) => return Err(fault),
        };
        if part.length()? > furthest {
            furthest = part.length()?;
            tries = 0;
        }
        tries += 1;
        wait(client, tries, fault, observe)?;
    }
    Ok(())
}

/// Does it again while a moment may help.
pub(super) fn patiently<T>(
    client: &Client,
    observe: &mut dyn FnMut(Event),
    mut once: impl FnMut(&mut dyn FnMut(Event)) -> Result<T, Fault>,
) -> Result<T, Fault> {
    let mut tries = 0;
    loop {
        let fault = match once(observe) {
            Err(fault) if fault.passes() => fault,
            other => return other,
        };
        tries += 1;
        wait(client, tries, fault, observe)?;
    }
}

/// Waits before the next try; gives up where there were enough.
fn wait(
    client: &Client,
    tries: u32,
    fault: Fault,
    observe: &mut dyn FnMut(Event),
) -> Result<(), Fault> {
    if tries >= client.limits.tries {
        return Err(Fault::GivenUp {
            tries,
            last: Box::new(fault),
        });
    }
    let wait = wait_for(client, tries, &fault);
    observe(Event::Again {
        reason: fault.to_string(),
        wait,
    });
    std::thread::sleep(wait);
    Ok(())
}

/// What the server asks for, else twice as long with each try.
fn wait_for(client: &Client, tries: u32, fault: &Fault) -> Duration {
    let limits = &client.limits;
    let asked = match fault {
        Fault::Busy { wait_s, .. } => wait_s.map(Duration::from_secs),
        _ => None,
    };
    let own = limits.backoff * 2u32.saturating_pow(tries.saturating_sub(1).min(16));
    asked.unwrap_or(own).min(limits.longest_wait)
}

/// One request, and as much of its answer as comes.
fn attempt(
    client: &Client,
    wanted: &Wanted,
    part: &mut Part,
    observe: &mut dyn FnMut(Event),
) -> Result<(), Fault> {
    let offset = part.length()?;
    let validator = part.validator(&wanted.digest).filter(|_| offset > 0);
    let range = validator.as_deref().map(|validator| (offset, validator));
    let response = client.ask(&Ask {
        url: wanted.url,
        token: wanted.token,
        range,
        head: false,
        follow: Follow::All,
    })?;
    let headers = response.headers();
    match (response.status().as_u16(), range) {
        (200, _) => {
            announced(headers, wanted.bytes, wanted.bytes)?;
            part.restart(&wanted.digest, strong(headers).as_deref())?;
        }
        (206, Some((offset, validator))) => {
            if let Err(fault) = same_file(headers, offset, validator, wanted.bytes) {
                // What is asked for next is the whole file.
                part.restart(&wanted.digest, None)?;
                return Err(fault);
            }
        }
        (416, Some(_)) => {
            part.restart(&wanted.digest, None)?;
            return Err(another_version());
        }
        (206, None) => {
            let range = header(headers, "content-range").unwrap_or("none");
            return Err(Fault::Range(range.escape_debug().to_string()));
        }
        (status, _) => return Err(refused(status, headers, wanted.token.is_some())),
    }
    receive(client, wanted, part, response, observe)
}

fn another_version() -> Fault {
    Fault::Lost("the server has another version now".to_owned())
}

fn receive(
    client: &Client,
    wanted: &Wanted,
    part: &mut Part,
    response: Response<Body>,
    observe: &mut dyn FnMut(Event),
) -> Result<(), Fault> {
    let mut done = part.length()?;
    // A body that ends with the connection does not tell its end from a loss.
    let says_its_end = response.headers().contains_key("transfer-encoding");
    let mut body = response.into_body().into_reader();
    let mut piece = vec![0; 1 << 16];
    loop {
        let read = match body.read(&mut piece) {
            Ok(0) if done < wanted.bytes => {
                return Err(match says_its_end {
                    true => Fault::Smaller {
                        sent: done,
                        stated: wanted.bytes,
                    },
                    false => Fault::Lost("it ended early".to_owned()),
                });
            }
            Ok(0) => return Ok(()),
            Ok(read) => read,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(client.broken(error)),
        };
        if done + read as u64 > wanted.bytes {
            return Err(Fault::Larger {
                stated: wanted.bytes,
            });
        }
        part.add(&piece[..read])?;
        done += read as u64;
        observe(Event::Progress {
            done,
            of: wanted.bytes,
        });
    }
}

/// What a server that does not send the file means.
pub(super) fn refused(status: u16, headers: &HeaderMap, had_token: bool) -> Fault {
    match status {
        401 | 403 | 407 | 451 => Fault::NotAllowed { status, had_token },
        404 | 410 => Fault::NotFound { status },
        408 | 429 | 500 | 502 | 503 | 504 => Fault::Busy {
            status,
            wait_s: retry_after(headers),
        },
        status => Fault::Status { status },
    }
}

/// The headers of a body, held to what is expected of it.
fn announced(headers: &HeaderMap, expected: u64, stated: u64) -> Result<(), Fault> {
    if let Some(encoding) = header(headers, "content-encoding").filter(|it| *it != "identity") {
        return Err(Fault::Encoded(encoding.escape_debug().to_string()));
    }
    let length = header(headers, "content-length").and_then(|text| text.trim().parse().ok());
    let Some(length) = length.filter(|length: &u64| *length != expected) else {
        return Ok(());
    };
    let is_page = header(headers, "content-type").is_some_and(|kind| kind.contains("text/html"));
    Err(match is_page {
        true => Fault::Page,
        false => Fault::Announced {
            announced: length + (stated - expected),
            stated,
        },
    })
}

/// Whether a part is the one that was asked for, of the version that was asked for.
fn same_file(headers: &HeaderMap, offset: u64, validator: &str, bytes: u64) -> Result<(), Fault> {
    let range = header(headers, "content-range").unwrap_or("none");
    let wrong = || {
        let range = range.escape_debug();
        Fault::Lost(format!(
            "the server sent another part than was asked for ({range})"
        ))
    };
    let (first, last, total) = content_range(range).ok_or_else(wrong)?;
    let is_whole_rest = last.checked_add(1) == Some(bytes);
    if first != offset || !is_whole_rest || total.is_some_and(|total| total != bytes) {
        return Err(wrong());
    }
    if header(headers, "etag").is_some_and(|etag| validator.starts_with('"') && etag != validator) {
        return Err(another_version());
    }
    announced(headers, bytes - offset, bytes)
}

/// `bytes FIRST-LAST/TOTAL`, where the total may be `*`.
fn content_range(text: &str) -> Option<(u64, u64, Option<u64>)> {
    let (range, total) = text.trim().strip_prefix("bytes ")?.split_once('/')?;
    let (first, last) = range.split_once('-')?;
    let total = match total {
        "*" => None,
        total => Some(total.parse().ok()?),
    };
    Some((first.parse().ok()?, last.parse().ok()?, total))
}

/// What tells this version from every other: a strong ETag, else the date of the last change.
fn strong(headers: &HeaderMap) -> Option<String> {
    let etag = header(headers, "etag").filter(|etag| etag.starts_with('"'));
    etag.or_else(|| header(headers, "last-modified"))
        .filter(|text| !text.contains(char::is_control))
        .map(str::to_owned)
}

/// Whether it begins as a web page does.
pub(super) fn is_page(start: &[u8]) -> bool {
    let start = start.trim_ascii_start().to_ascii_lowercase();
    start.starts_with(b"<!doctype html") || start.starts_with(b"<html")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read() {
        assert_eq!(content_range("bytes 5-9/10"), Some((5, 9, Some(10))));
        assert_eq!(content_range("bytes 5-9/*"), Some((5, 9, None)));
        for odd in ["none", "bytes */10", "bytes 5-9", "bytes -5-9/10", "5-9/10"] {
            assert_eq!(content_range(odd), None, "{odd}");
        }
    }

    #[test]
    fn pages_are_told() {
        assert!(is_page(b"\n <!DOCTYPE html><html>"));
        assert!(!is_page(b">chr1\nACGT"));
    }
}
