//! How many bases a second become tensors: `cargo run --release -p titer-adaptors --features examples --example encoding_speed`.
//!
//! One thread, batches of 32 sequences of 1,000 bases; `harness/backends/fixtures/tokens/speed.py` is the same for
//! the Python tokenizers.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout
)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

use titer_adaptors::Adaptor;
use titer_core::{Query, Sequence};
use titer_spec::{Document, ModelSpec};

const BASES: usize = 1_000;
const BATCH: usize = 32;
const BATCHES: usize = 100;

fn main() {
    let mut state = 12_345_u64;
    let mut letter = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        char::from(b"ACGT"[(state >> 33) as usize % 4])
    };
    let sequences: Vec<Sequence> = (0..BATCH * BATCHES)
        .map(|_| Sequence::new(&(0..BASES).map(|_| letter()).collect::<String>()).unwrap())
        .collect();
    let folder = tempfile::tempdir().unwrap();
    let vocabulary = folder.path().join("vocab.txt");
    std::fs::write(&vocabulary, kmers()).unwrap();
    let tokenizer =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../backends/fixtures/tokens/tokenizer.json");
    let files: BTreeMap<String, PathBuf> = [
        ("vocabulary".to_owned(), vocabulary),
        ("tokenizer".to_owned(), tokenizer),
    ]
    .into();
    let around = "begin: \"[CLS]\", end: \"[SEP]\", unknown: \"[UNK]\", ";
    let length = "pad: \"[PAD]\", length: {tokens: 1024, shorter: pad_right}";
    let kmers = |unit: &str| format!("tokens: {{unit: {{{unit}: {{k: 6}}}}, {around}{length}}}");
    for (name, input) in [
        (
            "one-hot, length by channels",
            "one_hot: {alphabet: ACGT, layout: length_channels, other: zeros}".to_owned(),
        ),
        (
            "one-hot, channels by length",
            "one_hot: {alphabet: ACGT, layout: channels_length, other: by_code}".to_owned(),
        ),
        ("overlapping 6-mers", kmers("overlapping_kmer")),
        ("6-mers and the rest", kmers("kmer_and_rest")),
        ("byte pairs", format!("tokens: {{unit: bpe, {length}}}")),
    ] {
        let adaptor = adaptor(&input, &files);
        let mut best = f64::INFINITY;
        for _ in 0..5 {
            let start = Instant::now();
            for batch in sequences.chunks(BATCH) {
                let queries: Vec<Query<'_>> = batch.iter().map(Query::from).collect();
                std::hint::black_box(adaptor.encode(&queries).unwrap());
            }
            best = best.min(start.elapsed().as_secs_f64());
        }
        let bases = (sequences.len() * BASES) as f64;
        println!("{name}: {:.1} million bases a second", bases / best / 1e6);
    }
}

fn kmers() -> String {
    let special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];
    let mut all: Vec<String> = special.map(str::to_owned).into();
    for number in 0..4096_usize {
        let base = |place: u32| char::from(b"ATCG"[number / 4_usize.pow(place) % 4]);
        all.push((0..6).rev().map(base).collect());
    }
    all.extend(["A", "T", "C", "G", "N"].map(str::to_owned));
    all.join("\n")
}

fn adaptor(input: &str, files: &BTreeMap<String, PathBuf>) -> Adaptor {
    let text = format!(
        "model: m\nsummary: s\ntasks: []\ninput: {{{input}}}\noutput: {{kind: binary, activation: none}}\nvariants: []\nreference: r\n"
    );
    let document = Document::<ModelSpec>::parse(Path::new("model.yaml"), text).unwrap();
    Adaptor::new(&document.value.input, &document.value.output, files).unwrap()
}
