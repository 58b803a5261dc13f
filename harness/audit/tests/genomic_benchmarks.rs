//! Published interval files (Genomic Benchmarks, Apache-2.0), which are not in this repository: the folder that
//! `TITER_GENOMIC_BENCHMARKS` names holds them. Expected numbers were counted by a program of another kind (Python,
//! a product of all pairs by chromosome) and stand in the issue that asked for this audit.

use std::path::PathBuf;

use titer_audit::{Ask, Audit, Trust, audit, read};
use titer_data::layouts::genomic_benchmarks;

fn audited(name: &str) -> Audit {
    let folder = std::env::var_os("TITER_GENOMIC_BENCHMARKS").expect("TITER_GENOMIC_BENCHMARKS");
    let folder = PathBuf::from(folder).join(name);
    let rows = genomic_benchmarks::read(&folder).unwrap();
    let ask = Ask {
        seed: 1,
        ..Ask::default()
    };
    audit(name, &read::placed(rows, None), &ask, &|_| {})
}

fn accuracy(audit: &Audit, control: &str) -> (f64, (f64, f64)) {
    let shortcut = audit
        .shortcuts
        .iter()
        .find(|one| one.name == control)
        .unwrap();
    let score = &shortcut.scores.as_ref().unwrap()[0];
    assert_eq!(score.metric, "accuracy");
    (
        *score.value.as_ref().unwrap(),
        *score.interval.as_ref().unwrap(),
    )
}

fn held(found: f64, percent: f64) {
    assert!(
        (100.0 * found - percent).abs() < 0.005,
        "{found} is not {percent} %"
    );
}

#[test]
#[ignore = "needs TITER_GENOMIC_BENCHMARKS, a folder of published intervals"]
fn with_genomic_benchmarks_promoters_are_told_by_their_neighbours() {
    let audit = audited("human_nontata_promoters");
    let (value, (lower, upper)) = accuracy(&audit, "overlap");
    held(value, 99.712);
    assert!(lower > 0.99 && upper < 1.0, "{lower} {upper}");
    let shared = audit.shared.as_ref().unwrap();
    let negative = shared
        .classes
        .iter()
        .find(|class| class.class == "negative")
        .unwrap();
    held(negative.with_own as f64 / negative.test as f64, 99.563);
    assert_eq!(audit.trust, Trust::DoNotTrust);
    // Negatives overlap each other: the test set is worth less than it has rows.
    assert!(
        audit.effective < 0.8 * audit.test as f64,
        "{}",
        audit.effective
    );
}

#[test]
#[ignore = "needs TITER_GENOMIC_BENCHMARKS, a folder of published intervals"]
fn with_genomic_benchmarks_enhancers_of_the_fly() {
    let audit = audited("drosophila_enhancers_stark");
    held(accuracy(&audit, "overlap").0, 69.017);
    assert_eq!(audit.trust, Trust::DoNotTrust);
}

#[test]
#[ignore = "needs TITER_GENOMIC_BENCHMARKS, a folder of published intervals"]
fn with_genomic_benchmarks_enhancers_by_chromosome_alone() {
    let audit = audited("human_enhancers_cohn");
    held(accuracy(&audit, "overlap").0, 50.676);
    held(accuracy(&audit, "chromosome").0, 60.305);
    assert_eq!(audit.trust, Trust::WithCare);
}
