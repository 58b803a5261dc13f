//! What a cell and its scores take of memory does not grow with the examples, or little.

use std::process::Stdio;
use std::time::Duration;

use crate::helpers::world::World;

const EVALUATION: &str = "
evaluation: big
summary: One dataset, two variants.
suites: [big]
models:
  - model: own
    variants: [onnx, candle]
    reference: onnx
    batch_size: 256
threads: 1
replicates: 200
";

/// A run of so many examples that was made, and the jobs of its cells.
fn ran(examples: usize) -> (World, Vec<String>) {
    let world = World::new();
    world.dataset("near", 1, examples);
    let suite = world.read("suites/own.yaml");
    let (head, _) = World::split(&suite, "in_distribution:");
    let suite = format!(
        "{}in_distribution: [{{dataset: near}}]\nsplit: test\nmetrics: [accuracy, auroc, average_precision, {{ece: {{bins: 15}}}}]\n",
        head.replace("suite: own", "suite: big")
    );
    world.write("suites/big.yaml", &suite);
    world.write("big.yaml", EVALUATION);
    world.titer(&["run", "big.yaml"]).expect(0);
    let jobs = world.path("runs/big/jobs").read_dir().unwrap().flatten();
    let jobs = jobs.map(|entry| format!("runs/big/jobs/{}", entry.file_name().display()));
    (world, jobs.collect())
}

/// The peak of what a command takes, in bytes, on one thread: each further one holds what a step needs for itself.
fn peak(world: &World, arguments: &[&str]) -> u64 {
    let mut command = world.command(arguments);
    command.env("RAYON_NUM_THREADS", "1");
    let mut child = command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut peak = 0;
    while child.try_wait().unwrap().is_none() {
        peak = titer_measure::memory::peak_bytes_of(child.id())
            .unwrap_or(0)
            .max(peak);
        std::thread::sleep(Duration::from_millis(2));
    }
    assert!(child.wait().unwrap().success());
    assert!(peak > 0);
    peak
}

#[test]
fn ten_times_the_examples_take_no_more_for_a_cell_and_little_for_scores() {
    let (few, many) = (10_000, 100_000);
    let (small, large) = (ran(few), ran(many));
    assert_eq!((small.1.len(), large.1.len()), (2, 2));
    let of = |(world, jobs): &(World, Vec<String>)| {
        let cells = jobs.iter().map(|job| peak(world, &["worker", job]));
        cells.max().unwrap()
    };
    let (small_cell, large_cell) = (of(&small), of(&large));
    assert!(
        large_cell * 10 <= small_cell * 11,
        "{large_cell} bytes against {small_cell}"
    );
    let score = |(world, _): &(World, Vec<String>)| peak(world, &["score", "runs/big"]);
    let more = score(&large).saturating_sub(score(&small));
    let each = more / ((many - few) as u64 * 2);
    // Draws are a part of it, half a byte for each cluster (every fourth example is one) and replicate.
    assert!(each <= 64, "{each} bytes for each example and variant");
}
