//! How long candle takes beside ONNX Runtime on the same network, batch and threads: a model that ships with both.
//!
//!     RAYON_NUM_THREADS=2 CANDLE_NUM_THREADS=2 cargo run --release -p titer-backends --features examples \
//!         --example candle_speed -- models/cispliceai-member 1 20
//!
//! The model's folder, the batch, the rounds. Both are asked in turns; what is printed are medians, the ratio of each round
//! by itself, and the largest difference of an answer.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout)]

use std::time::Instant;

use titer_backends::{candle_threads, runtime};
use titer_core::{Model, Query};

#[path = "speed/shared.rs"]
mod shared;

use shared::{descriptor, middle, sequences, sorted, variant};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, batch, rounds] = &arguments[..] else {
        panic!("name a model's folder, the batch and the rounds");
    };
    let (batch, rounds): (usize, usize) = (batch.parse().unwrap(), rounds.parse().unwrap());
    let document = descriptor(folder);
    let library = runtime::ensure(None, false, &mut |_| {}).unwrap().path;
    let mut models: Vec<Box<dyn Model>> = ["fp32", "fp32-candle"]
        .iter()
        .map(|name| variant(&document, name, &library, candle_threads()).0)
        .collect();
    let length = std::env::var("BASES").map_or(15_000, |text| text.parse().unwrap());
    let sequences = sequences(batch, length);
    let queries: Vec<Query<'_>> = sequences.iter().map(Query::from).collect();
    let mut seconds = [Vec::new(), Vec::new()];
    let mut largest = 0.0_f64;
    for round in 0..=rounds {
        let mut answers = Vec::new();
        for (model, seconds) in models.iter_mut().zip(&mut seconds) {
            let start = Instant::now();
            answers.push(model.predict(&queries).unwrap());
            // The first is for warming up.
            if round > 0 {
                seconds.push(start.elapsed().as_secs_f64());
            }
        }
        for (one, other) in answers[0].iter().zip(&answers[1]) {
            let (one, other) = (one.answer().unwrap(), other.answer().unwrap());
            for (a, b) in one.numbers().iter().zip(other.numbers()) {
                largest = largest.max((a - b).abs());
            }
        }
    }
    let ratios = seconds[1].iter().zip(&seconds[0]).map(|(a, b)| a / b);
    let ratio = middle(&sorted(ratios.collect()));
    let [onnx, candle] = seconds.map(|each| 1e3 * middle(&sorted(each)));
    println!(
        "{folder}, {batch} x {length} bases, {} threads: ONNX Runtime {onnx:.2} ms, candle {candle:.2} ms, {ratio:.2} times; answers differ by at most {largest:.1e}",
        candle_threads()
    );
}
