//! The candle backend in a build without it: what its weights are is known, and nothing runs.

mod engine;
mod quantize;
pub(crate) mod shuffle;
mod threads;

pub(crate) use engine::CandleEngine;
pub use quantize::{Share, quantize};
pub use threads::{candle_threads, thread_environment};
