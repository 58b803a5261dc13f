//! What the YAML types take and refuse. One executable: linking takes longer than most tests.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod bad_fetch;
mod bad_names;
mod bad_yaml;
mod bounds;
mod enums;
mod reference;
mod schema;
mod shipped;
