//! Audits of data: what can be had on a test set without learning biology.
//!
//! In scope: what a test set shares with the train set (places, letters), controls that exploit it, what is
//! left when it is taken away, and a verdict with its evidence. Not aware of: the terminal, pages. Nothing
//! here prints.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod alike;
pub mod answers;
pub mod clean;
pub mod clusters;
pub mod data;
pub mod hygiene;
pub mod identical;
pub mod kin;
pub mod leaks;
pub mod near;
pub mod overlap;
pub mod read;
pub mod rescored;
pub mod rows;
pub mod score;
pub mod shortcuts;
pub mod verdict;

pub use data::{Ask, Audit, Input, audit};
pub use rows::{Place, Row, Set};
pub use verdict::Trust;
