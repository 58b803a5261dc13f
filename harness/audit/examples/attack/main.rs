//! Attacks on the audit, with other seeds each time: what it must see and what it must not be misled by. What it printed
//! stands in `printed.md` beside it.
//!
//!     cargo run --release -p titer-audit --features examples --example attack -- numbers|honest|planted [SEED ...]
//!     cargo run --release -p titer-audit --features examples --example attack -- fasta SEED FOLDER
//!
//! `fasta` writes the planted set for other programs (`harness/audit/benches/attack_peers.sh`).

#![allow(clippy::print_stdout, clippy::unwrap_used)]

mod letters;
mod sets;

use std::io::Write as _;

use sets::{Honest, Kind, Told};
use titer_audit::{Ask, Audit, Set, audit};

/// Train rows, and copies of each kind.
const PLANTED: (usize, usize) = (4_000, 200);

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let what = arguments.first().map_or("", String::as_str);
    let seeds = arguments
        .iter()
        .skip(1)
        .filter_map(|text| text.parse().ok());
    let seeds: Vec<u64> = seeds.collect();
    match what {
        "numbers" => seeds.iter().for_each(|seed| numbers(*seed)),
        "honest" => seeds.iter().for_each(|seed| honest(*seed)),
        "planted" => planted(&seeds),
        "fasta" => fasta(seeds[0], &arguments[2]).unwrap(),
        _ => println!("numbers, honest or planted, and seeds"),
    }
}

fn audited(set: &Set) -> Audit {
    audit("attack", set, &Ask::default(), &|_| {})
}

fn numbers(seed: u64) {
    for by in Told::ALL {
        let found = audited(&sets::told(by, 3_000, 1_000, seed));
        let control = found.shortcuts.iter().find(|one| one.name == by.control());
        let value = control.and_then(|one| one.scores.as_ref().ok()?[0].value.clone().ok());
        let value = value.map_or("none".to_owned(), |value| format!("{value:.3}"));
        println!(
            "| {seed} | {by:?} | `{}` | {value} | {} |",
            by.control(),
            found.trust.words()
        );
    }
}

fn honest(seed: u64) {
    for what in Honest::ALL {
        for tests in [1_000, 20] {
            let found = audited(&sets::honest(what, 3_000, tests, seed));
            println!(
                "| {seed} | {what:?} | {tests} | {} | {} |",
                found.trust.words(),
                found
                    .evidence
                    .iter()
                    .map(|one| &one.words[..])
                    .collect::<Vec<_>>()
                    .join("; ")
            );
        }
    }
}

fn planted(seeds: &[u64]) {
    let kinds = || Kind::PLANTED.into_iter().chain(Kind::INNOCENT);
    println!(
        "| seed | {} |",
        kinds()
            .map(|kind| format!("{kind:?}"))
            .collect::<Vec<_>>()
            .join(" | ")
    );
    println!("|{}", " --- |".repeat(kinds().count() + 1));
    for seed in seeds {
        let (set, of) = sets::planted(PLANTED.0, PLANTED.1, *seed);
        let found = audited(&set);
        let share = |kind: Kind| {
            let rows = found.rows.iter().zip(&of).filter(|(_, of)| **of == kind);
            let (all, called) = (
                rows.clone().count(),
                rows.filter(|(row, _)| row.leaked).count(),
            );
            format!("{:.2} %", 100.0 * called as f64 / all as f64)
        };
        println!(
            "| {seed} | {} |",
            kinds().map(share).collect::<Vec<_>>().join(" | ")
        );
    }
}

fn fasta(seed: u64, folder: &str) -> std::io::Result<()> {
    let (set, of) = sets::planted(PLANTED.0, PLANTED.1, seed);
    std::fs::create_dir_all(folder)?;
    let file = |name: &str| {
        let path = std::path::Path::new(folder).join(name);
        std::fs::File::create(path).map(std::io::BufWriter::new)
    };
    let mut out = file("train.fa")?;
    for row in &set.train {
        writeln!(out, ">{}\n{}", row.id, row.sequence.as_ref().unwrap())?;
    }
    let mut out = file("test.fa")?;
    for (row, kind) in set.test.iter().zip(&of) {
        writeln!(
            out,
            ">{}|{kind:?}\n{}",
            row.id,
            row.sequence.as_ref().unwrap()
        )?;
    }
    out.flush()
}
