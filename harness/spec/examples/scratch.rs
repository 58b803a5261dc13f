#![allow(clippy::all, clippy::print_stdout)]
use std::path::Path;
use titer_spec::*;
fn ev(t: &str) {
    show(
        "own.yaml",
        Document::<Evaluation>::parse(Path::new("own.yaml"), t.to_owned()).map(|_| ()),
        serde_saphyr::from_str::<Evaluation>(t)
            .map(|_| ())
            .map_err(|e| {
                format!(
                    "{} @ {:?}",
                    e.without_snippet(),
                    e.location().map(|l| (l.line(), l.column()))
                )
            }),
        t,
    )
}
fn su(t: &str) {
    show(
        "suite.yaml",
        Document::<Suite>::parse(Path::new("suite.yaml"), t.to_owned()).map(|_| ()),
        serde_saphyr::from_str::<Suite>(t).map(|_| ()).map_err(|e| {
            format!(
                "{} @ {:?}",
                e.without_snippet(),
                e.location().map(|l| (l.line(), l.column()))
            )
        }),
        t,
    )
}
fn show(_: &str, r: Result<(), SpecError>, raw: Result<(), String>, t: &str) {
    println!(
        "##### {}\nRAW {:?}",
        &t[t.len().saturating_sub(120)..].escape_debug(),
        raw
    );
    match r {
        Ok(_) => println!("TAKEN\n"),
        Err(e) => {
            let s = e.to_string();
            println!("{}\n", s.chars().take(900).collect::<String>())
        }
    }
}
fn main() {
    let e = "evaluation: own\nsuites: [own]\nmodels:\n  - model: own\ngates:\n";
    for g in [
        "  - at_least:\n      metric: auroc\n      where: in_distribution\n",
        "  - at_least:\n      metric: auroc\n      value: .inf\n",
        "  - at_least:\n      metric: auroc\n      value: [1]\n",
        "  - at_least:\n      metric: auroc\n      value:\n",
        "  - at_least\n  - at_most: {metric: auroc, value: 1}\n",
        "  - at_least:\n  - at_most: {metric: auroc, value: 1}\n",
        "  - {at_least: {metric: auroc, value: 1}, at_most: {metric: auroc, value: 1}}\n",
        "  - at_least: {metric: auroc, value: 1}\n    at_most: {metric: auroc, value: 1}\n",
        "  at_least: {metric: auroc, value: 1}\n",
        "  - no_worse_than_reference: {metric: auroc}\n",
        "  - no_worse_than_reference:\n      metric: auroc\n      where: every_dataset\n  - at_most: {metric: auroc, value: 1}\n",
        "  - at_most: {measurement: peak_memory, value: -5 MiB}\n",
        "  - at_most: {measurement: peak_memory, value: 1e308 GiB}\n",
        "  - at_most: {measurement: peak_memory, value: 1e400}\n",
        "  - at_most: {measurement: peak_memory, value: 5MiB, where: {dataset: [x]}}\n",
        "  - at_most: {measurement: peak_memory, value: 5MiB, where: dataset}\n",
        "  - at_most: {measurement: peak_memory, value: 5MiB, batch_size: 4294967296}\n",
        "  - at_most: {measurement: 3, value: true}\n",
        "  - !at_most {metric: auroc, value: 1}\n",
        "  - at_most: &a {metric: auroc, value: 1}\n  - at_least: *a\n",
        "  - at_most: *nope\n",
        "  - at_most: {metric: auroc, value: 1, <<: {by: value}}\n",
        "  -\n",
        "",
    ] {
        ev(&format!("{e}{g}"));
    }
    for (a, b) in [
        ("suites: [own]", "suites: [own, [two]]"),
        ("suites: [own]", "suites: [{name: own}]"),
        ("suites: [own]", "suites: []"),
        ("suites: [own]", "suites:"),
        ("suites: [own]", "suites: [1]"),
        ("suites: [own]", "suites: [~]"),
        ("evaluation: own", "evaluation: ~"),
        ("evaluation: own", "evaluation:"),
        ("evaluation: own", "evaluation: 7"),
        ("evaluation: own", "evaluation: yes"),
        ("evaluation: own", "\u{feff}evaluation: own"),
        ("evaluation: own", "evaluation: own\r"),
        (
            "evaluation: own",
            "evaluation: own\nseed: 18446744073709551616",
        ),
        ("evaluation: own", "evaluation: own\nseed: 0x10"),
        ("evaluation: own", "evaluation: own\nseed: 1_000"),
        ("evaluation: own", "evaluation: own\nthreads: ~"),
        ("evaluation: own", "evaluation: own\nthreads: \"2\""),
        ("evaluation: own", "evaluation: own\nthreads: 007"),
        ("evaluation: own", "evaluation: own\n  threads: 2"),
        ("evaluation: own", "evaluation: own\nEvaluation: own"),
        ("evaluation: own", "evaluation: own\n? [a, b]\n: c"),
        ("evaluation: own", "evaluation: own\n1: c"),
        ("evaluation: own", "evaluation: own\nümläut: {x: [ä, 日本"),
        ("evaluation: own", "evaluation: own\nsummary: @x"),
        ("evaluation: own", "evaluation: own\nsummary: a: b"),
        ("evaluation: own", "evaluation: own\nsummary: %x"),
        ("evaluation: own", "%YAML 3.0\n---\nevaluation: own"),
        ("evaluation: own", "---\nevaluation: own"),
    ] {
        ev(&e[..e.len() - 7].replace(a, b));
    }
    ev(&format!("{}\n---\nmore: 1\n", &e[..e.len() - 7]));
    ev(&format!("{}\n...\nrubbish {{\n", &e[..e.len() - 7]));
    let s = "suite: own\nsummary: s\ntask: t\nquestion:\n  binary: {positive: a, negative: b}\nin_distribution:\n  - dataset: near\n";
    for g in [
        "metrics:\n  - ece\n  - brier\n",
        "metrics: [ece, brier]\n",
        "metrics: [ece]\nsplit: test\n",
        "metrics: [auroc: {bins: 3}]\n",
        "metrics: [auroc: ]\n",
        "metrics: [ece: ]\n",
        "metrics: {ece: {bins: 2}}\n",
        "perturbations: [reverse_complement]\n",
        "perturbations: [reverse_complement: {}]\n",
        "perturbations: [reverse_complement: {target: gone}]\n",
        "perturbations: [substitutions: 0.1]\nsplit: test\n",
        "perturbations: [substitutions: {rate: 0.1, rate: 0.2}]\n",
        "perturbations: [substitutions: {rate: 10%}]\n",
        "perturbations: [substitutions: {rate: \"0.1\"}]\n",
        "spare: [200, 202]\n",
        "spare: {start: 1, end: 2}\n",
        "out_of_distribution: [near]\n",
        "out_of_distribution:\n  - near\n  - far\n",
        "split: {a: 1}\n",
    ] {
        su(&format!("{s}{g}"));
    }
    su(&s.replace("  binary: {positive: a, negative: b}", "  binary"));
    su(&s.replace(
        "question:\n  binary: {positive: a, negative: b}",
        "question: binary",
    ));
    su(&s.replace("question:\n  binary: {positive: a, negative: b}\n", ""));
    su(&s.replace(
        "  binary: {positive: a, negative: b}",
        "  binary: {positive: a, negative: b}\n  positions: {background: x, sites: []}",
    ));
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for l in 1..9 {
        bomb.push_str(&format!(
            "a{l}: &a{l} [{}]\n",
            vec![format!("*a{}", l - 1); 9].join(", ")
        ));
    }
    let t = std::time::Instant::now();
    su(&format!("{s}metrics: *a8\n{bomb}"));
    println!("{:?}", t.elapsed());
    let t = std::time::Instant::now();
    su(&format!("{bomb}{s}"));
    println!("{:?}", t.elapsed());
    let t = std::time::Instant::now();
    su(&format!(
        "summary: &a0 [x,x,x,x,x,x,x,x]\nmetrics: [{}]\n",
        vec!["*a0"; 100000].join(",")
    ));
    println!("{:?}", t.elapsed());
    let t = std::time::Instant::now();
    su(&format!(
        "{s}metrics: {}1{}\n",
        "[".repeat(100000),
        "]".repeat(100000)
    ));
    println!("{:?}", t.elapsed());
    let t = std::time::Instant::now();
    su(&format!(
        "{s}metrics: {}1{}\n",
        "{a: ".repeat(100000),
        "}".repeat(100000)
    ));
    println!("{:?}", t.elapsed());
}
