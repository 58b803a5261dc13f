//! What several tests of the whole program use.

pub mod hub;
pub mod loopback;
pub mod mlserver;
pub mod pip;
pub mod script;
pub mod world;
