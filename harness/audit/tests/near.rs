//! Leaks planted in a synthetic split: how many are found, and how much that is none.

#[path = "../examples/planted_leaks/leaks.rs"]
mod leaks;

use leaks::{Kind, planted};
use titer_audit::near::{Near, Options, near};

fn found(trains: usize, each: usize, unrelated: usize) -> (Near, Vec<leaks::Planted>) {
    let (train, test) = planted(trains, each, unrelated);
    let letters = test.iter().map(|planted| &planted.letters);
    let options = Options {
        shuffles: 4_000,
        ..Options::default()
    };
    (near(&train, letters, &options).unwrap(), test)
}

/// Floors stand below what the long form (`examples/planted_leaks`) printed.
#[test]
fn planted_leaks_are_found_and_little_else() {
    let (found, test) = found(4_000, 200, 2_000);
    let floor = |kind: Kind| match kind {
        Kind::Identity(70) => 0.8,
        Kind::Identity(80) => 0.98,
        _ => 1.0,
    };
    for kind in Kind::PLANTED {
        let of_kind = found
            .hits
            .iter()
            .zip(&test)
            .filter(|(_, planted)| planted.kind == kind);
        let right = of_kind
            .filter(|(hit, planted)| {
                hit.is_some_and(|hit| hit.above && hit.train as usize == planted.source)
            })
            .count();
        assert!(
            right as f64 >= 200.0 * floor(kind),
            "{kind:?}: {right} of 200"
        );
    }
    let unrelated = found
        .hits
        .iter()
        .zip(&test)
        .filter(|(_, planted)| planted.kind == Kind::Unrelated);
    let wrong = unrelated
        .filter(|(hit, _)| hit.is_some_and(|hit| hit.above))
        .count();
    // At most one in a hundred is what the threshold stands for; the rest is four standard deviations of chance.
    assert!(wrong <= 20 + 18, "{wrong} of 2000");
    assert!(found.threshold.share_above <= 0.01, "{:?}", found.threshold);
}

#[test]
fn strand_place_and_identity_are_those_of_the_leak() {
    let (found, test) = found(500, 40, 0);
    for (hit, planted) in found.hits.iter().zip(&test) {
        match (planted.kind, hit) {
            (Kind::Exact | Kind::ReverseComplement, Some(hit)) => {
                assert_eq!((hit.score, hit.equal, hit.aligned), (200, 200, 200));
                assert_eq!(hit.turned, planted.kind == Kind::ReverseComplement);
                assert_eq!((hit.test_range, hit.train_range), ((0, 200), (0, 200)));
            }
            (Kind::ShiftedByHalf, Some(hit)) => {
                assert!(hit.score >= 80 && !hit.turned, "{hit:?}");
                assert!(hit.test_range.0 == 0 && hit.train_range.0 == 100, "{hit:?}");
            }
            (Kind::Identity(90), Some(hit)) => {
                assert!((hit.identity() - 0.9).abs() < 0.12, "{hit:?}");
            }
            (Kind::Identity(_) | Kind::Unrelated, _) => {}
            (kind, None) => panic!("{kind:?} was not found"),
        }
    }
}

#[test]
fn threads_change_nothing() {
    let with = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        pool.install(|| found(1_000, 30, 200).0)
    };
    let one = with(1);
    assert_eq!(one, with(2));
    assert_eq!(one, with(5));
}

/// A repeat that stands in every train sequence links nothing, and that is said.
#[test]
fn repeats_are_cut_and_stated() {
    let (mut train, test) = planted(400, 10, 100);
    let repeat = planted(1, 0, 0).0.remove(0);
    for letters in &mut train[200..] {
        letters[100..].copy_from_slice(&repeat[..100]);
    }
    let mut tests: Vec<Vec<u8>> = test.into_iter().map(|planted| planted.letters).collect();
    tests.push(repeat[..100].to_vec());
    let options = Options {
        occurrences: Some(50),
        shuffles: 500,
        ..Options::default()
    };
    let found = near(&train, &tests, &options).unwrap();
    assert!(found.cut.words >= 70, "{:?}", found.cut);
    assert!(found.cut.share_of_places > 0.1, "{:?}", found.cut);
    let last = found.hits.last().unwrap();
    // The first train sequence is where the repeat was drawn from; whole, it stands there too.
    assert!(last.is_none_or(|hit| !hit.above), "{last:?}");
    let kept = near(
        &train,
        &tests,
        &Options {
            occurrences: Some(1_000),
            ..options
        },
    )
    .unwrap();
    assert!(kept.hits.last().unwrap().unwrap().above);
    assert!(kept.links.len() > found.links.len());
}

#[test]
fn empty_short_and_unknown_are_no_mistake() {
    let options = Options::default();
    let none: [&str; 0] = [];
    assert!(near(none, none, &options).unwrap().hits.is_empty());
    let found = near(none, ["ACGT"], &options).unwrap();
    assert_eq!((found.hits.clone(), found.without_seeds), (vec![None], 1));
    let found = near(
        ["", "NNNNNNNNNNNNNNNNNNNNNNNNNNNN", "ACG"],
        ["", "N", "NNNNNNNNNNNNNNNNNNNNNNNN"],
        &options,
    );
    assert_eq!(found.unwrap().without_seeds, 3);
}
