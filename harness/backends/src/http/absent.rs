//! The http backend in a build without it: addresses are taken apart, and nobody is asked.

mod engine;
mod url;

pub(crate) use engine::HttpEngine;
pub use url::{Address, Unfit};
