//! How many planted leaks are found, how many unrelated sequences are called leaks, and how long that takes.
//!
//!     cargo run --release -p titer-audit --features examples --example planted_leaks -- TRAIN EACH UNRELATED [FOLDER|- [WEIGHT]]
//!
//! TRAIN sequences of train, EACH of each kind of leak and UNRELATED ones in test. With a folder, train and test are
//! written there as FASTA, for other programs (`near_peers.sh`). WEIGHT is that of the seed.

#![allow(clippy::print_stdout, clippy::unwrap_used)]

mod leaks;

use std::io::Write as _;
use std::path::Path;

use leaks::{Kind, Planted, planted};
use titer_audit::near::{Near, Options, near};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |place: usize| -> usize {
        let given = arguments.get(place).and_then(|text| text.parse().ok());
        given.unwrap_or([20_000, 1_000, 10_000][place])
    };
    let (train, test) = planted(number(0), number(1), number(2));
    if let Some(folder) = arguments.get(3).filter(|folder| *folder != "-") {
        write(Path::new(folder), &train, &test).unwrap();
    }
    let start = std::time::Instant::now();
    let found = near(
        &train,
        test.iter().map(|planted| &planted.letters),
        &Options {
            weight: arguments.get(4).and_then(|text| text.parse().ok()),
            ..Options::default()
        },
    )
    .unwrap();
    let seconds = start.elapsed().as_secs_f64();
    print(&found, &test);
    println!("seconds\t{seconds:.2}");
    println!("peak of memory\t{}", peak().unwrap_or_default());
}

/// The most memory that was held at a time, with what train and test themselves take; Linux.
fn peak() -> Option<String> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM"))?;
    Some(line.trim_start_matches("VmHWM:").trim().to_owned())
}

fn write(folder: &Path, train: &[Vec<u8>], test: &[Planted]) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    let file = |name: &str| std::fs::File::create(folder.join(name)).map(std::io::BufWriter::new);
    let mut out = file("train.fa")?;
    for (number, letters) in train.iter().enumerate() {
        writeln!(out, ">r{number}\n{}", String::from_utf8_lossy(letters))?;
    }
    let mut out = file("test.fa")?;
    for (number, planted) in test.iter().enumerate() {
        let (name, source) = (planted.kind.name(), planted.source);
        let letters = String::from_utf8_lossy(&planted.letters);
        writeln!(out, ">q{number}|{name}|r{source}\n{letters}")?;
    }
    out.flush()
}

fn print(found: &Near, test: &[Planted]) {
    println!("{:?}\n{:?}\n{:?}", found.threshold, found.seed, found.cut);
    println!("links\t{}", found.links.len());
    println!("kind\tn\tfound\tshare\tmean identity of the found");
    for kind in Kind::PLANTED.into_iter().chain([Kind::Unrelated]) {
        let (mut total, mut above, mut identity) = (0, 0, 0.0);
        for (hit, planted) in found.hits.iter().zip(test) {
            if planted.kind != kind {
                continue;
            }
            total += 1;
            let right = |train: u32| kind == Kind::Unrelated || train as usize == planted.source;
            if let Some(hit) = hit.filter(|hit| hit.above && right(hit.train)) {
                above += 1;
                identity += hit.identity();
            }
        }
        println!(
            "{}\t{total}\t{above}\t{:.4}\t{:.3}",
            kind.name(),
            f64::from(above) / f64::from(total.max(1)),
            identity / f64::from(above.max(1))
        );
    }
}
