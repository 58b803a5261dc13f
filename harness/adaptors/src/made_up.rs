//! Made-up sequences, for asking a model before there are any data.

use std::collections::BTreeMap;
use std::path::PathBuf;

use titer_core::{ModelError, Query, Sequence};
use titer_spec::ModelSpec;

use crate::{Adaptor, Feed};

/// Bases of a made-up sequence where nothing says how many there are.
const BASES: usize = 200;

/// One made-up sequence as a model takes it; of `bases` where the descriptor leaves their number open.
///
/// # Errors
/// The descriptor contradicts itself, or refuses so many bases.
pub fn made_up_feeds(
    spec: &ModelSpec,
    files: &BTreeMap<String, PathBuf>,
    bases: Option<usize>,
) -> Result<Vec<Feed>, ModelError> {
    let adaptor = Adaptor::new(&spec.input, &spec.output, files)?;
    let window = spec.input.window.as_ref().map(|window| window.value.end);
    let bases = window.or(spec.input.bases()).or(bases);
    feeds(&adaptor, 1, bases.unwrap_or(BASES))
}

/// So many made-up sequences of so many bases, as an adaptor makes them.
///
/// # Errors
/// The adaptor refuses so many bases.
pub fn feeds(adaptor: &Adaptor, sequences: usize, bases: usize) -> Result<Vec<Feed>, ModelError> {
    let sequences = made_up(sequences, bases);
    let queries: Vec<Query> = sequences.iter().map(Query::from).collect();
    Ok(adaptor.encode(&queries)?.feeds)
}

/// Sequences that differ, the same ones every time.
fn made_up(sequences: usize, bases: usize) -> Vec<Sequence> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut base = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        ['A', 'C', 'G', 'T'][(state >> 40) as usize % 4]
    };
    (0..sequences)
        .filter_map(|_| {
            let text: String = (0..bases).map(|_| base()).collect();
            Sequence::new(&text).ok()
        })
        .collect()
}
