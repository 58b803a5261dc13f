//! What files and models say before anything is judged: what a file is, by its content, and whether it is whole; what a model
//! nobody has described takes and gives, and the descriptor that follows.
//!
//! In scope: recognising what no backend may load, graphs and headers held to their files, a probe's guesses and its text. Not
//! aware of: backends, which answer a probe by [`probe::Backends`] and say what their files have to be by [`files::Rules`];
//! runtimes; the terminal.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod files;
pub mod probe;
pub mod said;

pub use said::{Numbers, Port, Said};
