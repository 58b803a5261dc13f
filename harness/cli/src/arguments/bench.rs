//! What `titer bench` is asked.

use std::path::PathBuf;

use clap::Args;
use titer_spec::evaluation::{MAX_BATCH_SIZE, MAX_LENGTH, MAX_THREADS};

use super::{Form, seed, up_to};

/// A model measured by itself.
#[derive(Debug, Args)]
pub(crate) struct Bench {
    /// The model: a name or a file
    pub model: String,
    /// Only this variant; may be given several times
    #[arg(long = "variant", value_name = "NAME")]
    pub variants: Vec<String>,
    /// Measure one variant (the reference where none is named) against itself: what differs is this machine's noise
    #[arg(long)]
    pub aa: bool,
    /// Bases of the drawn sequences, for models that take any number [default: what the model takes]
    #[arg(long, value_name = "BASES", value_parser = up_to::<MAX_LENGTH>)]
    pub length: Option<usize>,
    /// Examples per query; may be given several times [default: 1 and 32]
    #[arg(long = "batch-size", value_name = "N", value_parser = up_to::<MAX_BATCH_SIZE>)]
    pub batch_sizes: Vec<usize>,
    /// Processes of each variant, in turn
    #[arg(long, value_name = "N", default_value = "5", value_parser = up_to::<1000>)]
    pub rounds: usize,
    /// The most queries per batch size in a round
    #[arg(long, value_name = "N", default_value = "240", value_parser = up_to::<1_000_000>)]
    pub queries: usize,
    /// Seconds after which a batch size ends in a round
    #[arg(long, value_name = "N", default_value = "2", value_parser = up_to::<86_400>)]
    pub seconds: usize,
    /// Threads of each backend [default: the machine's cores]
    #[arg(long, value_name = "N", value_parser = up_to::<MAX_THREADS>)]
    pub threads: Option<usize>,
    /// The seed of the sequences
    #[arg(long, value_name = "N", default_value = "1", value_parser = seed)]
    pub seed: u64,
    /// Where jobs, timings and bench.json are written [default: runs/bench-MODEL, with -aa behind it where asked]
    #[arg(long, short, value_name = "DIR")]
    pub output: Option<PathBuf>,
    #[command(flatten)]
    pub form: Form,
}
