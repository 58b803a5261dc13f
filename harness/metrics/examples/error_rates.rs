//! The long simulation of error rates, coverage and power: every row 10,000 times or as often as
//! the first argument says; a second one keeps the rows that hold it. What
//! `cargo run --release -p titer-metrics --features examples --example error_rates` prints is kept in `error_rates.txt`,
//! with rows of tests and intervals that were weighed and are gone.

// A program whose product is what it prints.
#![allow(clippy::print_stdout)]

#[path = "error_rates/data.rs"]
mod data;
#[allow(dead_code)] // What the short simulation alone reads.
#[path = "error_rates/rows.rs"]
mod rows;

fn main() {
    let wanted = std::env::args().nth(1).and_then(|text| text.parse().ok());
    let repetitions: u64 = wanted.unwrap_or(10_000);
    println!("{repetitions} repetitions a row; wanted: nominal and limits\n");
    let mut missed = 0;
    let only = std::env::args().nth(2).unwrap_or_default();
    let named = |row: &rows::Row| row.what.contains(&only) || row.setting.contains(&only);
    for row in rows::rows().into_iter().filter(named) {
        let outcome = row.run(repetitions);
        let rate = outcome.rate();
        let holds = row.wanted.holds(rate);
        missed += u32::from(!holds);
        println!(
            "{} {:.4} ± {:.4}  {}  {}; {}{}",
            if holds { "ok  " } else { "MISS" },
            rate,
            outcome.standard_error(),
            limits(row.wanted),
            row.what,
            row.setting,
            left_out(outcome.undefined)
        );
    }
    println!("\n{missed} rows are not as wanted");
}

fn limits(wanted: rows::Wanted) -> String {
    use rows::Wanted::{AtLeast, AtMost, Near, Shown};
    match wanted {
        Near(nominal, [low, high]) => format!("{nominal:.3} [{low:.3}, {high:.3}]"),
        AtMost(nominal, limit) => format!("at most {nominal:.3} [{limit:.3}]"),
        AtLeast(limit) => format!("at least {limit:.3}"),
        Shown => "shown".to_owned(),
    }
}

fn left_out(undefined: u64) -> String {
    if undefined == 0 {
        return String::new();
    }
    format!("; undefined in {undefined}")
}
