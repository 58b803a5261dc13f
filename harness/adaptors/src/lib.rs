//! From sequences to tensors and back: what a descriptor says of a model's input and output, and a model made of that and of
//! whatever executes tensors.
//!
//! In scope: cutting, one-hot letters and tokens, further inputs, activation, pooling and heads, both strands. Not aware of:
//! what executes tensors, how files are found or checked, datasets, metrics.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod adapted;
mod adaptor;
mod also;
mod built;
mod cut;
mod error;
mod graph;
mod head;
mod layout;
mod made_up;
mod one_hot;
mod pooling;
mod probabilities;
mod reading;
mod squashed;
mod strands;
mod tensor;
mod tokens;

pub use adapted::Adapted;
pub use adaptor::{Adaptor, Encoded, Feed, Kind, Made, Places, Values};
pub use built::{NotBuilt, built};
pub use error::{AdaptorError, At};
pub use graph::Graph;
pub use layout::turn;
pub use made_up::{feeds, made_up_feeds};
pub use probabilities::{SUM_ROUNDING, activate};
pub use tensor::{Tensor, Width, inexact, whole};

use squashed::Watch;
