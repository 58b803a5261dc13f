//! Datasets that are downloaded, by the whole program: killed and run again, run twice at once, through a
//! proxy, behind TLS, from a hub whose cache a Python library shares.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::helpers::hub;
use crate::helpers::loopback::{Loopback, Reply, Request};
use crate::helpers::world::{Said, World, repository};
use titer_core::Digest;

const ETAG: &str = "\"one\"";
const TABLE: &str = "datasets/near/windows.tsv";

/// A world whose near dataset is elsewhere, and its table.
fn world(source: &str) -> (World, Vec<u8>) {
    let world = World::new();
    let table = std::fs::read(world.path(TABLE)).unwrap();
    std::fs::remove_file(world.path(TABLE)).unwrap();
    let (digest, bytes) = (Digest::of(&table), table.len());
    let descriptor = world.read("datasets/near/dataset.yaml");
    let entry = format!(
        "fetch:\n  - to: windows.tsv\n    {source}\n    digest: \"{digest}\"\n    bytes: {bytes}\n    licence: CC0 1.0\n"
    );
    world.write("datasets/near/dataset.yaml", &(descriptor + &entry));
    (world, table)
}

/// A world whose table a server has; what it answers is made of the table.
fn served(
    answer: impl Fn(&Request, &[u8]) -> Reply + Send + Sync + 'static,
) -> (World, Loopback, Vec<u8>) {
    let (world, table) = world("url: URL");
    let sent = table.clone();
    let server = Loopback::new(move |request| answer(request, &sent));
    world.replace(
        "datasets/near/dataset.yaml",
        "URL",
        &server.url("/windows.tsv"),
    );
    (world, server, table)
}

/// The program, in an environment that is empty of what fetching reads.
fn titer(world: &World, arguments: &[&str], variables: &[(&str, &str)]) -> Command {
    let mut command = world.command(arguments);
    for name in [
        "HF_TOKEN",
        "HUGGING_FACE_HUB_TOKEN",
        "HF_HOME",
        "HF_HUB_OFFLINE",
        "HUGGINGFACE_HUB_CACHE",
        "HTTP_PROXY",
        "http_proxy",
        "HTTPS_PROXY",
        "https_proxy",
        "ALL_PROXY",
        "all_proxy",
        "NO_PROXY",
        "no_proxy",
        "SSL_CERT_FILE",
        "SSL_CERT_DIR",
    ] {
        command.env_remove(name);
    }
    command
        .env("HF_HUB_CACHE", world.path("hub"))
        .env("HF_ENDPOINT", "http://127.0.0.1:9")
        .env("TITER_CACHE", world.path("cache"))
        .envs(variables.iter().copied());
    command
}

fn fetch(world: &World, variables: &[(&str, &str)]) -> Said {
    Said::of(
        &titer(world, &["data", "fetch", "near"], variables)
            .output()
            .unwrap(),
    )
}

#[test]
fn missing_data_names_the_command_that_brings_it() {
    let (world, server, table) = served(|r, b| Reply::file(r, b, ETAG));
    for command in ["plan", "run"] {
        let said = world.titer(&[command, "own.yaml"]).expect(2);
        for words in [
            "dataset.yaml:",
            "has not been fetched",
            "titer data fetch near",
        ] {
            assert!(said.err.contains(words), "{words} is not in:\n{}", said.err);
        }
    }
    let said = fetch(&world, &[]).expect(0);
    assert!(said.out.contains("licence: CC0 1.0"), "{}", said.out);
    assert!(
        said.out.contains("near: 1 fetched, 0 were there"),
        "{}",
        said.out
    );
    assert_eq!(std::fs::read(world.path(TABLE)).unwrap(), table);
    world.titer(&["plan", "own.yaml"]).expect(0);
    let said = fetch(&world, &[]).expect(0);
    assert!(said.out.contains("near: all 1 are there"), "{}", said.out);
    assert_eq!(server.asked().len(), 1);
    // Nothing is named by the other.
    let said = Said::of(
        &titer(&world, &["data", "fetch", "far"], &[])
            .output()
            .unwrap(),
    );
    assert!(said.expect(0).out.contains("far: names nothing to fetch"));
}

#[test]
fn a_folder_of_its_own_can_be_read_from_there() {
    let (world, _server, _) = served(|r, b| Reply::file(r, b, ETAG));
    let arguments = ["data", "fetch", "near", "--to", "elsewhere"];
    let said = Said::of(&titer(&world, &arguments, &[]).output().unwrap());
    said.expect(0);
    assert!(!world.path(TABLE).exists());
    let checked = Command::new(env!("CARGO_BIN_EXE_titer"))
        .args(["data", "check", "near", "--path"])
        .arg(world.path("elsewhere"))
        .current_dir(std::env::temp_dir())
        .output()
        .unwrap();
    assert!(Said::of(&checked).expect(0).out.contains("sound"));
}

#[test]
fn killed_half_way_it_goes_on() {
    let (world, server, table) = served(|r, b| match r.before {
        0 => Reply::file(r, b, ETAG)
            .cut(5_000)
            .then_silent(Duration::from_secs(100)),
        _ => Reply::file(r, b, ETAG),
    });
    let mut child = titer(&world, &["data", "fetch", "near"], &[])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let half = table.len() - 5_000;
    let part = world.path("datasets/near/windows.tsv.part");
    let begin = Instant::now();
    while std::fs::metadata(&part).map_or(0, |about| about.len()) < half as u64 {
        assert!(begin.elapsed() < Duration::from_secs(30), "no bytes came");
        std::thread::sleep(Duration::from_millis(10));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(!world.path(TABLE).exists());
    fetch(&world, &[]).expect(0);
    assert_eq!(std::fs::read(world.path(TABLE)).unwrap(), table);
    let asked = server.asked();
    assert_eq!(asked.len(), 2);
    assert_eq!(
        asked[1].header("range"),
        Some(format!("bytes={half}-").as_str())
    );
    assert_eq!(asked[1].header("if-range"), Some(ETAG));
    let names: Vec<_> = std::fs::read_dir(world.path("datasets/near"))
        .unwrap()
        .collect();
    assert_eq!(names.len(), 2, "{names:?}");
}

#[test]
fn two_at_once_fetch_it_once() {
    let (world, server, table) = served(|r, b| {
        std::thread::sleep(Duration::from_millis(700));
        Reply::file(r, b, ETAG)
    });
    let spawn = || {
        let mut command = titer(&world, &["data", "fetch", "near"], &[]);
        let command = command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().unwrap()
    };
    let both = [spawn(), spawn()];
    for child in both {
        Said::of(&child.wait_with_output().unwrap()).expect(0);
    }
    assert_eq!(std::fs::read(world.path(TABLE)).unwrap(), table);
    assert_eq!(server.asked().len(), 1);
    assert!(!world.path("datasets/near/windows.tsv.part").exists());
}

#[test]
fn offline_asks_nobody() {
    let (world, server, _) = served(|r, b| Reply::file(r, b, ETAG));
    let flag = titer(&world, &["data", "fetch", "near", "--offline"], &[])
        .output()
        .unwrap();
    let flag = Said::of(&flag).expect(2);
    let variable = fetch(&world, &[("HF_HUB_OFFLINE", "1")]).expect(2);
    for said in [flag, variable] {
        assert!(said.err.contains("no network is allowed"), "{}", said.err);
    }
    assert!(server.asked().is_empty());
}

#[test]
fn proxies_are_asked_but_not_for_this_machine() {
    let (world, server, table) = served(|r, b| Reply::file(r, b, ETAG));
    let own = format!("http://127.0.0.1:{}/", server.port);
    // Nobody listens at that proxy.
    fetch(&world, &[("HTTP_PROXY", "http://127.0.0.1:9")]).expect(0);
    std::fs::remove_file(world.path(TABLE)).unwrap();
    world.replace("datasets/near/dataset.yaml", &own, "http://data.invalid/");
    let proxy = format!("http://me:sesame@127.0.0.1:{}", server.port);
    fetch(&world, &[("HTTP_PROXY", &proxy)]).expect(0);
    assert_eq!(std::fs::read(world.path(TABLE)).unwrap(), table);
    let asked = server.asked();
    assert_eq!(
        (asked[1].method.as_str(), asked[1].path.as_str()),
        ("CONNECT", "data.invalid:80")
    );
    assert!(asked[1].header("proxy-authorization").is_some());
    assert_eq!(asked[2].header("proxy-authorization"), None);
    let said = fetch(&world, &[("HTTP_PROXY", "socks5://me:sesame@p")]).expect(2);
    assert!(
        said.err.contains("HTTP_PROXY") && !said.err.contains("sesame"),
        "{}",
        said.err
    );
}

/// Certificates of the system, and those that SSL_CERT_FILE names; never from there to a place without.
#[test]
fn encryption_is_verified_and_kept() {
    let (world, table) = world("url: URL");
    world.write("page", std::str::from_utf8(&table).unwrap());
    let plain = Loopback::new(move |r| Reply::file(r, &table, ETAG));
    let server = hub::tls(&world.path("page"), &plain.url("/windows.tsv"));
    world.replace(
        "datasets/near/dataset.yaml",
        "URL",
        &format!("{}/file", server.url),
    );
    let authority = repository().join("tests/fixtures/tls/authority.pem");
    let trusted = [("SSL_CERT_FILE", authority.to_str().unwrap())];
    let said = fetch(&world, &[]).expect(1);
    assert!(said.err.contains("is not trusted"), "{}", said.err);
    assert!(!world.path(TABLE).exists());
    fetch(&world, &trusted).expect(0);
    std::fs::remove_file(world.path(TABLE)).unwrap();
    world.replace("datasets/near/dataset.yaml", "/file", "/elsewhere");
    let said = fetch(&world, &trusted).expect(2);
    assert!(said.err.contains("which is not encrypted"), "{}", said.err);
    assert!(plain.asked().is_empty());
}

const HUB: &str = "hub: {repo: org/name, revision: main, path: sub/windows.tsv}";

/// What Titer fetched, Python reads without a network; what Python fetched, Titer reads without one.
#[test]
#[ignore = "installs huggingface_hub through pip"]
fn with_pip_the_cache_is_shared_with_python() {
    let python = hub::python();
    let (world, table) = world(HUB);
    let sent = table.clone();
    let server = Loopback::new(move |request| hub::answer(request, &sent, ETAG));
    let endpoint = server.url("");
    let online = [
        ("HF_ENDPOINT", endpoint.as_str()),
        ("HF_TOKEN", "hf_sesame"),
    ];
    fetch(&world, &online).expect(0);
    assert_eq!(std::fs::read(world.path(TABLE)).unwrap(), table);
    let asked = server.asked();
    assert!(
        asked
            .iter()
            .all(|r| r.header("authorization") == Some("Bearer hf_sesame"))
    );
    // Ours, read by Python.
    let ours = world.path("hub");
    let found = hub::download(&python, &ours, "http://127.0.0.1:9", true);
    assert_eq!(std::fs::read(found).unwrap(), table);
    assert_eq!(
        hub::scan(&python, &ours),
        "datasets--org--name 1 file, 0 warnings"
    );
    assert_eq!(server.asked().len(), asked.len());
    // And Python's, read by us.
    let theirs = world.path("theirs");
    hub::download(&python, &theirs, &endpoint, false);
    assert!(server.asked().len() > asked.len());
    let asked = server.asked().len();
    std::fs::remove_file(world.path(TABLE)).unwrap();
    let theirs_text = theirs.to_str().unwrap();
    let offline = [("HF_HUB_OFFLINE", "1"), ("HF_HUB_CACHE", theirs_text)];
    fetch(&world, &offline).expect(0);
    assert_eq!(std::fs::read(world.path(TABLE)).unwrap(), table);
    assert_eq!(server.asked().len(), asked);
    assert_eq!(hub::listing(&ours), hub::listing(&theirs));
}
