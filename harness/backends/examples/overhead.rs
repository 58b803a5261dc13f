//! What Titer costs beside a bare loop over `ort`: the same graph, batch and threads, from letters to probabilities.
//!
//!     cargo run --release -p titer-backends --features examples --example overhead -- models/mmsplice-donor fp32 2 1,8,32,256 20
//!
//! The model's folder, the variant, the threads, the batch sizes, the rounds. The loop is what one would write by hand: letters
//! to numbers, the session's `run`, the answers copied; it looks at no letter that the model does not know, checks no shape and
//! no answer. Both are asked in turns, a fifth of a second each; what is printed are examples a second (medians over the rounds)
//! and the ratio of each round by itself: its median, and between which two of the rounds' the middle 95 % lies.
//! `scripts/cost/bare.py` does the same from Python.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout)]

use std::path::Path;
use std::time::Instant;

use ort::session::Session;
use ort::value::Tensor;
use titer_backends::runtime;
use titer_core::{Model, Query, Sequence};
use titer_spec::ModelSpec;

#[path = "speed/shared.rs"]
mod shared;

use shared::{descriptor, middle, sequences, sorted, variant as load};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, variant, threads, batches, rounds] = &arguments[..] else {
        panic!("name a model's folder, a variant, the threads, the batch sizes and the rounds");
    };
    let (threads, rounds): (usize, usize) = (threads.parse().unwrap(), rounds.parse().unwrap());
    let document = descriptor(folder);
    let library = runtime::ensure(None, false, &mut |_| {}).unwrap().path;
    let (mut model, files) = load(&document, variant, &library, threads);
    let mut bare = Bare::open(&document.value, &files["model"], &library, threads);
    for batch in batches.split(',').map(|batch| batch.parse().unwrap()) {
        let sequences = sequences(batch, length(&document.value));
        let queries: Vec<Query<'_>> = sequences.iter().map(Query::from).collect();
        let by_titer = |model: &mut dyn Model| -> f64 {
            let outcomes = model.predict(&queries).unwrap();
            outcomes[0].answer().unwrap().numbers()[0]
        };
        let [one, other] = [by_titer(model.as_mut()), bare.run(&sequences)];
        assert!((one - other).abs() < 1e-6, "{one} is not {other}");
        let (mut of_titer, mut of_bare) = (Vec::new(), Vec::new());
        for _ in 0..rounds {
            of_titer.push(per_second(batch, || by_titer(model.as_mut())));
            of_bare.push(per_second(batch, || bare.run(&sequences)));
        }
        let ratios = of_titer.iter().zip(&of_bare).map(|(a, b)| a / b).collect();
        let ratios = sorted(ratios);
        let beyond = ratios.len() / 40;
        println!(
            "{} {variant} batch {batch} threads {threads}: Titer {:.0}, a bare loop {:.0} examples/s; {:.3} of it ({:.3} to {:.3})",
            document.value.model.value,
            middle(&sorted(of_titer)),
            middle(&sorted(of_bare)),
            middle(&ratios),
            ratios[beyond],
            ratios[ratios.len() - 1 - beyond]
        );
    }
}

/// Examples a second over a fifth of a second.
fn per_second(batch: usize, mut ask: impl FnMut() -> f64) -> f64 {
    let start = Instant::now();
    let mut asked = 0;
    while start.elapsed().as_secs_f64() < 0.2 {
        std::hint::black_box(ask());
        asked += batch;
    }
    asked as f64 / start.elapsed().as_secs_f64()
}

/// The loop that one would write.
struct Bare {
    session: Session,
    /// The part of a sequence that a graph of one-hot letters takes; a graph of tokens takes all of it.
    window: Option<std::ops::Range<usize>>,
}

impl Bare {
    fn open(spec: &ModelSpec, path: &Path, library: &Path, threads: usize) -> Self {
        let environment = titer_backends::onnx::shared(library).unwrap();
        let builder = Session::builder(&environment);
        let builder = builder.unwrap().with_intra_threads(threads).unwrap();
        let session = { builder }.commit_from_file(path).unwrap();
        let window = spec.input.window.as_ref();
        Self {
            session,
            window: window.map(|window| window.value.start..window.value.end),
        }
    }

    fn run(&mut self, sequences: &[Sequence]) -> f64 {
        let name = self.session.inputs()[0].name().to_owned();
        let outputs = match self.window.clone() {
            Some(window) => {
                let shape = [sequences.len(), window.len(), 4];
                let mut values = vec![0.0_f32; shape.iter().product()];
                for (sequence, row) in sequences.iter().zip(values.chunks_mut(window.len() * 4)) {
                    let letters = &sequence.letters()[window.clone()];
                    for (letter, channels) in letters.iter().zip(row.chunks_mut(4)) {
                        if let Some(channel) = b"ACGT".iter().position(|base| base == letter) {
                            channels[channel] = 1.0;
                        }
                    }
                }
                let input = Tensor::from_array((shape, values)).unwrap();
                self.session.run(ort::inputs![name => input]).unwrap()
            }
            None => {
                let length = sequences[0].letters().len();
                let letters = sequences.iter().flat_map(Sequence::letters);
                let numbers = letters.map(|letter| match letter {
                    b'A' => 1,
                    b'C' => 2,
                    b'G' => 3,
                    _ => 4_i64,
                });
                let values: Vec<i64> = numbers.collect();
                let input = Tensor::from_array(([sequences.len(), length], values)).unwrap();
                self.session.run(ort::inputs![name => input]).unwrap()
            }
        };
        let (_, values) = outputs[0].try_extract_tensor::<f32>().unwrap();
        let answers: Vec<f64> = values.iter().map(|value| f64::from(*value)).collect();
        answers[0]
    }
}

/// As many bases as the model's window needs; 512 of one that takes any number.
fn length(spec: &ModelSpec) -> usize {
    let window = spec.input.window.as_ref();
    window.map_or(512, |window| window.value.end)
}
