//! Layouts and fetching. One executable: linking takes longer than most tests.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "helpers/fetching.rs"]
mod fetching;
#[path = "../../../tests/helpers/loopback.rs"]
mod loopback;

mod fetch_archives;
mod fetch_faults;
mod layouts;
mod limits;
