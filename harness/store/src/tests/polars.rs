//! Run folders that Titer wrote while it stood on polars (0.55): `tests/fixtures/polars`, written by the code of then from the
//! values below, with lists, bytes, nulls, dictionaries and zstd. They are read for good; nothing writes them any more.

use titer_core::Target;

use super::{example, key, predictions, scores};
use crate::RunFolder;

#[test]
fn what_polars_wrote_is_read() {
    let root = env!("CARGO_MANIFEST_DIR");
    let folder = RunFolder::at(std::path::Path::new(&format!(
        "{root}/tests/fixtures/polars"
    )));
    let of_then = |score: titer_core::Score| titer_core::Score {
        rarer_clusters: None,
        unknown: 0,
        labels: None,
        labels_averaged: None,
        ..score
    };
    let of_then: Vec<_> = scores().into_iter().map(of_then).collect();
    assert_eq!(folder.read_rows::<titer_core::Score>().unwrap(), of_then);
    let single = |list: &[f32]| list.iter().copied().map(f64::from).collect::<Vec<f64>>();
    let lists = [
        single(&[0.1, 0.2, 0.7, 0.0, 0.5, 0.5]),
        single(&[0.3, 0.3, 0.4]),
        Vec::new(),
    ];
    let lists = predictions(3, &lists.each_ref().map(Vec::as_slice));
    assert_eq!(folder.read_predictions(&key("lists")).unwrap(), lists);
    let many: Vec<[f64; 1]> = (0..500_u16).map(|n| [f64::from(n % 16) / 16.0]).collect();
    let many: Vec<&[f64]> = many.iter().map(<[f64; 1]>::as_slice).collect();
    let many = predictions(1, &many);
    assert_eq!(folder.read_predictions(&key("many")).unwrap(), many);
    let positions = Target::Positions {
        truth: vec![0, 2, 1, 255],
        scored: vec![0..2, 3..4],
    };
    let examples = [
        example("a", Target::Class(3), Some("l1")),
        example("b", positions, None),
        example("c", Target::Value(-0.1), Some("")),
    ];
    // The file's name is the digest of then, which reading holds it to.
    let name: titer_core::Digest =
        "sha256:ee42138b9690f3607373f6ee1068bdb1b661051a45b0fa5af85ec385c415b66b"
            .parse()
            .unwrap();
    let read = folder.read_examples(&name).unwrap();
    for (read, example) in read.iter().zip(&examples) {
        assert_eq!((&read.id, &read.target), (&example.id, &example.target));
        assert_eq!(super::by_name(&read.clusters), example.clusters);
        assert_eq!(read.place, example.place);
    }
    assert_eq!(read.len(), 3);
}
