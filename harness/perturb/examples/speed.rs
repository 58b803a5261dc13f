//! How long perturbing takes: every kind on 10,000 sequences of 200 bases on one thread, and the dinucleotide shuffle of
//! 1,000,000 on two.
//!
//!     cargo run --release -p titer-perturb --example speed
//!
//! What it printed lies in `speed.txt`. The digest is of all letters that came out: it says whether a faster way draws the same.

#![allow(clippy::print_stdout, reason = "it is what the program is for")]
#![allow(
    clippy::single_range_in_vec_init,
    reason = "a suite that spares one range"
)]

use std::collections::BTreeMap;
use std::sync::OnceLock;
use std::time::Instant;

use titer_core::{Digest, Example, Place, Sequence, Stream, Target};
use titer_perturb::{PerturbationEntry, PerturbationSpec, perturb};

/// Bases of each sequence.
const BASES: usize = 200;

fn example(number: usize) -> Example {
    let id = format!("e{number}");
    let mut stream = Stream::new(1, "speed", &id);
    let letters: String = (0..BASES)
        .map(|_| char::from(b"ACGT"[stream.below(4) as usize]))
        .collect();
    Example {
        id,
        sequence: Sequence::new(&letters).unwrap_or_default(),
        second: None,
        target: Target::Class(0),
        strata: BTreeMap::new(),
        clusters: BTreeMap::new(),
        place: Place::default(),
    }
}

fn timed(spec: &PerturbationSpec, examples: &[Example]) -> (f64, String) {
    let started = busy();
    let done = perturb(spec, examples, &|_| vec![100..102], 1);
    let seconds = busy() - started;
    let letters: Vec<u8> = done
        .iter()
        .flat_map(|one| one.sequence.letters().to_vec())
        .collect();
    (
        seconds,
        Digest::of(&letters).to_string().chars().take(19).collect(),
    )
}

/// Seconds that this thread has had a processor, so that what else runs on the machine does not count; where the system does not say
/// that, seconds.
fn busy() -> f64 {
    static START: OnceLock<Instant> = OnceLock::new();
    let wall = START.get_or_init(Instant::now).elapsed().as_secs_f64();
    let said = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = said.and_then(|text| text.split(' ').next()?.parse::<f64>().ok());
    nanoseconds.map_or(wall, |busy| busy / 1e9)
}

fn main() {
    let some: Vec<Example> = (0..10_000).map(example).collect();
    println!(
        "10,000 sequences of {BASES} bases, one thread: ms of processor, digest of what came out"
    );
    for spec in PerturbationSpec::examples() {
        let entry = PerturbationEntry::from(spec.clone());
        for spec in entry.specs() {
            let (seconds, digest) = timed(&spec, &some);
            println!("{:32} {:8.1}  {digest}", spec.name(), 1e3 * seconds);
        }
    }
    let threads = 2;
    let many: Vec<Example> = (0..1_000_000).map(example).collect();
    let started = Instant::now();
    let of = |part: &[Example]| {
        let started = busy();
        let done = perturb(
            &PerturbationSpec::DinucleotideShuffle,
            part,
            &|_| Vec::new(),
            1,
        );
        (done.len(), busy() - started)
    };
    let done: Vec<(usize, f64)> = std::thread::scope(|scope| {
        let parts = many.chunks(many.len().div_ceil(threads));
        let all: Vec<_> = parts.map(|part| scope.spawn(move || of(part))).collect();
        all.into_iter().filter_map(|one| one.join().ok()).collect()
    });
    let wall = started.elapsed().as_secs_f64();
    let slower = done.iter().map(|one| one.1).fold(0.0, f64::max);
    let sequences: usize = done.iter().map(|one| one.0).sum();
    println!(
        "dinucleotide shuffle of {sequences} sequences of {BASES} bases, {threads} threads: {slower:.2} s of processor of the slower \
         thread, {wall:.2} s on the clock of this machine"
    );
}
