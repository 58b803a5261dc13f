//! What Titer makes of servers that are slow, broken, changed or hostile: each row a real server on this
//! machine, what was asked of it, what was said, and what lies on the disk afterwards.

use std::time::Duration;

use crate::fetching::{self, Case, bytes, table};
use crate::loopback::{self, Reply};

const ETAG: &str = "\"one\"";
const LONG: Duration = Duration::from_secs(20);

fn body() -> Vec<u8> {
    bytes(200_000, 1)
}

#[test]
fn servers() {
    let body = body();
    let file = |case: Case| case.sends(&body);
    let cases = vec![
        file(Case::new("sound", |r, b| Reply::file(r, b, ETAG))),
        file(Case::new("breaks off once", |r, b| {
            let reply = Reply::file(r, b, ETAG);
            if r.before == 0 {
                reply.cut(60_000)
            } else {
                reply
            }
        })),
        file(Case::new(
            "breaks off at the same place each time",
            |r, b| {
                let reply = Reply::file(r, b, ETAG);
                match r.from().unwrap_or(0) {
                    0 => reply.cut(60_000),
                    from => reply.cut(b.len() - from),
                }
            },
        )),
        file(Case::new("breaks off, without an ETag", |r, b| {
            let reply = Reply::new(200, &[], b);
            if r.before == 0 {
                reply.cut(60_000)
            } else {
                reply
            }
        })),
        file(Case::new("breaks off, with a weak ETag", |r, b| {
            let reply = Reply::new(200, &[("ETag", "W/\"one\"")], b);
            if r.before == 0 {
                reply.cut(60_000)
            } else {
                reply
            }
        })),
        file(Case::new("falls silent once", |r, b| {
            let reply = Reply::file(r, b, ETAG);
            if r.before == 0 {
                reply.cut(60_000).then_silent(LONG)
            } else {
                reply
            }
        })),
        file(Case::new("accepts and never answers", |_, _| Reply {
            bytes: Vec::new(),
            silence: LONG,
        })),
        file(Case::new("says a length that is too small", |_, b| {
            Reply::new(200, &[("Content-Length", "1000")], b)
        })),
        file(Case::new("says a length that is too large", |_, b| {
            Reply::new(200, &[("Content-Length", "200001")], b)
        })),
        file(Case::new(
            "says no length and sends more, without end",
            |_, b| {
                let endless = b.repeat(40);
                Reply::new(200, &[("Content-Length", "")], &endless).then_silent(LONG)
            },
        )),
        file(Case::new("says that less is all", |_, b| {
            let chunk = format!("{:x}\r\n", b.len() - 7).into_bytes();
            let body = [&chunk[..], &b[7..], b"\r\n0\r\n\r\n"].concat();
            Reply::new(200, &[("Transfer-Encoding", "chunked")], &body)
        })),
        file(Case::new("sends other bytes of the same length", |r, b| {
            Reply::file(r, &bytes(b.len(), 2), ETAG)
        })),
        file(Case::new("sends a web page", |_, _| {
            let page = b"<!DOCTYPE html><html>Please log in</html>";
            Reply::new(200, &[("Content-Type", "text/html; charset=utf-8")], page)
        })),
        file(Case::new("sends a web page as long as the file", |_, b| {
            let mut page = b"<!DOCTYPE html><html>".to_vec();
            page.resize(b.len(), b' ');
            Reply::new(200, &[("Content-Type", "text/html")], &page)
        })),
        file(Case::new("sends it compressed", |_, b| {
            Reply::new(200, &[("Content-Encoding", "gzip")], b)
        })),
        file(Case::new("404", |_, _| Reply::new(404, &[], b"no"))),
        file(Case::new("403", |_, _| Reply::new(403, &[], b"no"))),
        file(Case::new("429 once, asking for no wait", |r, b| {
            match r.before {
                0 => Reply::new(429, &[("Retry-After", "0")], b""),
                _ => Reply::file(r, b, ETAG),
            }
        })),
        file(Case::new("503 for ever, asking for a year", |_, _| {
            Reply::new(503, &[("Retry-After", "31536000")], b"")
        })),
        file(Case::new("hangs up", |_, _| Reply {
            bytes: Vec::new(),
            silence: Duration::ZERO,
        })),
        file(Case::new("speaks no HTTP", |_, _| Reply {
            bytes: b"SSH-2.0-OpenSSH_9.2\r\n".to_vec(),
            silence: Duration::ZERO,
        })),
        file(Case::new("redirects to itself for ever", |r, _| {
            Reply::new(302, &[("Location", &r.path)], b"")
        })),
        file(Case::new("redirects to a file of this machine", |_, _| {
            Reply::new(302, &[("Location", "file:///etc/passwd")], b"")
        })),
        file(Case::new("redirects nowhere", |_, _| {
            Reply::new(302, &[], b"")
        })),
        file(Case::new(
            "redirects, and what is there is sound",
            |r, b| match r.path.as_str() {
                "/file" => Reply::new(307, &[("Location", "moved?signature=secret")], b""),
                _ => Reply::file(r, b, ETAG),
            },
        )),
        file(Case::new("ignores the range", |r, b| {
            let reply = Reply::new(200, &[("ETag", ETAG)], b);
            if r.before == 0 {
                reply.cut(60_000)
            } else {
                reply
            }
        })),
        file(Case::new("sends another range", |r, b| {
            let reply = Reply::file(r, b, ETAG);
            match r.before {
                0 => reply.cut(60_000),
                1 => Reply::new(
                    206,
                    &[("Content-Range", "bytes 0-199999/200000"), ("ETag", ETAG)],
                    b,
                ),
                _ => reply,
            }
        })),
        file(Case::new("sends a range that nobody asked for", |_, b| {
            Reply::new(206, &[("Content-Range", "bytes 0-199999/200000")], b)
        })),
        file(Case::new(
            "has another file of the same length after it broke off",
            |r, b| match r.before {
                0 => Reply::file(r, b, ETAG).cut(60_000),
                _ => Reply::file(r, &bytes(b.len(), 2), "\"two\""),
            },
        )),
        file(Case::new(
            "goes on with another version's bytes",
            |r, b| match r.before {
                0 => Reply::file(r, b, ETAG).cut(60_000),
                1 => {
                    let from = r.from().unwrap();
                    let range = format!("bytes {from}-199999/200000");
                    let headers = [("Content-Range", range.as_str()), ("ETag", "\"two\"")];
                    Reply::new(206, &headers, &bytes(b.len(), 2)[from..])
                }
                _ => Reply::file(r, b, ETAG),
            },
        )),
        file(Case::new(
            "has a shorter file after it broke off",
            |r, b| match r.before {
                0 => Reply::file(r, b, ETAG).cut(60_000),
                1 => Reply::new(416, &[("Content-Range", "bytes */1000")], b""),
                _ => Reply::file(r, &b[..1000], "\"two\""),
            },
        )),
    ];
    insta::assert_snapshot!(table(&cases));
}

/// Two requests to hosts that are not each other's: the second is not given the token.
#[test]
fn tokens_stay_with_their_server() {
    let body = body();
    let other_body = body.clone();
    let other = loopback::Loopback::new(move |r| Reply::file(r, &other_body, ETAG));
    let elsewhere = other.url("/blob?signature=secret");
    let case = Case::hub("redirects to another server", move |r, b| {
        let mut headers = fetching::hub_headers(b);
        headers.push(("location", elsewhere.clone()));
        match r.path.as_str() {
            _ if r.header("authorization") != Some("Bearer hf_secret") => Reply::new(401, &[], b""),
            _ => Reply::new(302, &fetching::borrowed(&headers), b""),
        }
    });
    let said = case.sends(&body).run();
    assert!(said.ends_with("data.bin\n"), "{said}");
    let asked = other.asked();
    assert_eq!(asked.len(), 1);
    assert_eq!(asked[0].header("authorization"), None);
}

#[test]
fn hubs() {
    let body = body();
    let hub = |case: Case| case.sends(&body);
    let sound = |r: &loopback::Request, b: &[u8]| {
        let headers = fetching::hub_headers(b);
        match r.method.as_str() {
            "HEAD" => Reply::new(200, &fetching::borrowed(&headers), b),
            _ => Reply::file(r, b, ETAG),
        }
    };
    let with = |name: &'static str, value: &'static str| {
        move |r: &loopback::Request, b: &[u8]| {
            let mut headers = fetching::hub_headers(b);
            headers.retain(|(known, _)| *known != name);
            headers.push((name, value.to_owned()));
            match r.method.as_str() {
                "HEAD" => Reply::new(200, &fetching::borrowed(&headers), b),
                _ => Reply::file(r, b, ETAG),
            }
        }
    };
    let cases = vec![
        hub(Case::hub("sound", sound)),
        hub(Case::hub("sound, of a branch", sound).revision("main")),
        hub(Case::hub("offline, nothing in the cache", sound).offline()),
        hub(Case::hub("asks for a token, and there is none", |_, _| {
            Reply::new(401, &[], b"")
        })
        .no_token()),
        hub(Case::hub("does not take the token", |_, _| {
            Reply::new(403, &[], b"")
        })),
        hub(Case::hub("has no such file", |_, _| {
            Reply::new(404, &[], b"")
        })),
        hub(Case::hub("is no hub", |r, b| Reply::file(r, b, ETAG))),
        hub(Case::hub(
            "names a path as the commit",
            with("x-repo-commit", "../../../../tmp/x"),
        )),
        hub(Case::hub(
            "names another commit",
            with("x-repo-commit", "ffffffffffffffffffffffffffffffffffffffff"),
        )),
        hub(Case::hub(
            "names a path as the ETag",
            with("x-linked-etag", "\"../../../x\""),
        )),
        hub(Case::hub(
            "says another digest",
            with(
                "x-linked-etag",
                "\"0000000000000000000000000000000000000000000000000000000000000000\"",
            ),
        )),
        hub(Case::hub("says another size", with("x-linked-size", "7"))),
        hub(Case::hub("sends other bytes", |r, b| {
            match r.method.as_str() {
                "HEAD" => Reply::new(200, &fetching::borrowed(&fetching::hub_headers(b)), b),
                _ => Reply::file(r, &bytes(b.len(), 2), ETAG),
            }
        })),
        hub(Case::hub("busy at first", move |r, b| match r.before {
            0 => Reply::new(503, &[], b""),
            _ => sound(r, b),
        })),
    ];
    insta::assert_snapshot!(table(&cases));
}

/// Bytes that an earlier time left are added to if they are of this file, and dropped if their digest is wrong.
#[test]
fn bytes_of_an_earlier_time() {
    let body = body();
    let digest = titer_core::Digest::of(&body);
    let run = |part: &[u8], note: &str| {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("here");
        std::fs::create_dir(&place).unwrap();
        std::fs::write(place.join("data.bin"), "what was there before").unwrap();
        std::fs::write(place.join("data.bin.part"), part).unwrap();
        std::fs::write(place.join("data.bin.part.of"), note).unwrap();
        let case = Case::new("earlier", |r, b| Reply::file(r, b, ETAG)).sends(&body);
        let said = case.run_in(folder.path());
        assert!(said.contains("  fetched\n  left: data.bin\n"), "{said}");
        let asked = said.lines().filter(|line| line.contains("asked: "));
        let asked: Vec<&str> = asked.map(|line| &line[9..]).collect();
        asked.join(", ")
    };
    let (half, note) = (&body[..100_000], format!("{digest}\n{ETAG}\n"));
    let other = format!("{}\n{ETAG}\n", titer_core::Digest::of(b"another"));
    let on = "GET /file bytes=100000- if \"one\"";
    assert_eq!(run(half, &note), on);
    assert_eq!(
        run(half, &format!("{digest}\n\"two\"\n")),
        on.replace("one", "two")
    );
    assert_eq!(run(&body, &note), "", "it was whole");
    for of_nothing in [&other, "", "damaged", &format!("{digest}\n\n")] {
        assert_eq!(run(half, of_nothing), "GET /file", "{of_nothing:?}");
    }
    // Its length is right and its bytes are not: as after a crash of the machine.
    assert_eq!(run(&[0; 100_000], &note), format!("{on}, GET /file"));
    assert_eq!(run(&bytes(300_000, 1), &note), "GET /file");
}

/// What is there stays, until what comes was checked.
#[test]
fn what_is_there_stays_where_fetching_fails() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("here/data.bin");
    std::fs::create_dir(folder.path().join("here")).unwrap();
    let old = bytes(200_000, 3);
    std::fs::write(&place, &old).unwrap();
    let case = Case::new("other bytes", |r, b| {
        Reply::file(r, &bytes(b.len(), 2), ETAG)
    });
    let said = case.sends(&body()).gives(&old).run_in(folder.path());
    assert!(said.contains("the digest is"), "{said}");
    assert_eq!(std::fs::read(&place).unwrap(), old);
}
