//! A file whose digest nobody has stated: it is brought, and nobody vouches for it until it is pinned.

use std::io::{Read, Write};
use std::path::Path;

use titer_http::header;
use url::Url;

use super::client::{Ask, Client, Follow, Token};
use super::download::{is_page, patiently, refused};
use super::fault::Fault;
use super::{Event, temporary};

/// Brings a file to its place; what is announced of its size has to hold.
pub(super) fn bring(
    client: &Client,
    url: &Url,
    token: Option<&Token>,
    to: &Path,
    observe: &mut dyn FnMut(Event),
) -> Result<(), Fault> {
    patiently(client, observe, |observe| {
        once(client, url, token, to, observe)
    })
}

fn once(
    client: &Client,
    url: &Url,
    token: Option<&Token>,
    to: &Path,
    observe: &mut dyn FnMut(Event),
) -> Result<(), Fault> {
    let response = client.ask(&Ask {
        url,
        token,
        range: None,
        head: false,
        follow: Follow::All,
    })?;
    let headers = response.headers();
    let status = response.status().as_u16();
    if status != 200 {
        return Err(refused(status, headers, token.is_some()));
    }
    if let Some(encoding) = header(headers, "content-encoding").filter(|it| *it != "identity") {
        return Err(Fault::Encoded(encoding.escape_debug().to_string()));
    }
    let announced: Option<u64> =
        header(headers, "content-length").and_then(|text| text.trim().parse().ok());
    let mut file = temporary::file(to.parent().unwrap_or(Path::new(".")))?;
    let mut body = response.into_body().into_reader();
    let (mut piece, mut done) = (vec![0; 1 << 16], 0_u64);
    loop {
        let read = match body.read(&mut piece) {
            Ok(0) => break,
            Ok(read) => read,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(client.broken(error)),
        };
        if done == 0 && is_page(&piece[..read]) {
            return Err(Fault::Page);
        }
        file.write_all(&piece[..read]).map_err(Fault::disk(to))?;
        done += read as u64;
        observe(Event::Progress {
            done,
            of: announced.unwrap_or(done),
        });
    }
    if announced.is_some_and(|announced| announced != done) {
        return Err(Fault::Lost("it ended early".to_owned()));
    }
    temporary::keep(file, to)
}
