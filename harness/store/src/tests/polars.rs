//! Run folders that Titer wrote while it stood on polars (0.55): `tests/fixtures/polars`, written by the code of then from the
//! values below, with lists, bytes, nulls, dictionaries and zstd. They are read for good; nothing writes them any more.

use titer_core::Target;
use titer_core::example::digest_of_examples;

use super::{example, key, predictions, scores};
use crate::RunFolder;

#[test]
fn what_polars_wrote_is_read() {
    let root = env!("CARGO_MANIFEST_DIR");
    let folder = RunFolder::at(std::path::Path::new(&format!(
        "{root}/tests/fixtures/polars"
    )));
    assert_eq!(folder.read_scores().unwrap(), scores());
    let lists = predictions(3, &[&[0.1, 0.2, 0.7, 0.0, 0.5, 0.5], &[0.3, 0.3, 0.4], &[]]);
    assert_eq!(folder.read_predictions(&key("lists")).unwrap(), lists);
    let many: Vec<[f32; 1]> = (0..500_u16).map(|n| [f32::from(n % 16) / 16.0]).collect();
    let many: Vec<&[f32]> = many.iter().map(<[f32; 1]>::as_slice).collect();
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
    let read = folder
        .read_examples(&digest_of_examples(&examples))
        .unwrap();
    for (read, example) in read.iter().zip(&examples) {
        assert_eq!((&read.id, &read.target), (&example.id, &example.target));
        assert_eq!(read.clusters, example.clusters);
        assert_eq!(read.place, example.place);
    }
    assert_eq!(read.len(), 3);
}
