//! Encodings as specified, and lengths that lie.

use super::*;

fn all<T>(mut next: impl FnMut() -> Option<T>) -> Vec<T> {
    std::iter::from_fn(&mut next).collect()
}

/// The examples of Parquet's specification: 0 to 7 in 3 bits, packed; runs of one value.
#[test]
fn runs_as_specified() {
    let packed = Bytes::from_static(&[3, 0x88, 0xc6, 0xfa]);
    let mut runs = Runs::new(packed, 3).unwrap();
    assert_eq!(all(|| runs.next()), [0, 1, 2, 3, 4, 5, 6, 7]);
    let mut runs = Runs::new(Bytes::from_static(&[6, 5, 0, 0, 4, 2]), 3).unwrap();
    assert_eq!(all(|| runs.next()), [5, 5, 5, 2, 2]);
}

#[test]
fn lengths_that_lie_end_the_values() {
    // A run's length of eleven bytes, one that runs on without end, indices of too many bits.
    let mut runs = Runs::new(Bytes::from_static(&[0xff; 11]), 3).unwrap();
    assert_eq!(runs.next(), None);
    let mut runs = Runs::new(Bytes::from_static(&[0xff, 0xff, 0x7f, 1, 2]), 8).unwrap();
    assert_eq!(all(|| runs.next()), [1, 2]);
    assert!(Runs::new(Bytes::new(), 33).is_none());
    // A dictionary that claims four thousand million texts, and a text longer than its page.
    let texts = Bytes::from_static(&[1, 0, 0, 0, b'a', 9, 0, 0, 0, b'b']);
    assert!(Dictionary::new(&texts, u32::MAX as usize, 0).is_none());
    assert_eq!(Dictionary::new(&texts, 1, 0).unwrap().texts, ["a"]);
    // Blocks of no values or of no parts, and more values than rows.
    for header in [[0, 1, 1, 0], [128, 0, 1, 0], [64, 1, 9, 0]] {
        assert!(Delta::new(Bytes::from(header.to_vec()), 0, 8).is_none());
    }
    // An index without a dictionary.
    let page = Bytes::from_static(&[1, 2, 0]);
    let mut indices = Encoded::new(page, Encoding::RLE_DICTIONARY, (8, false), 1).unwrap();
    assert_eq!(indices.number(&Dictionary::default()), None);
}

/// The specification's example: 7, 5, 3, 1, 2, 3, 4, 5.
#[test]
fn differences_as_specified() {
    let mut page = vec![0x80, 0x01, 4, 8, 14, 3, 2, 0, 0, 0, 0xc0, 0x3f];
    page.extend([0; 6]);
    let mut delta = Delta::new(Bytes::from(page), 0, 8).unwrap();
    assert_eq!(delta.end(), Some(18));
    assert_eq!(all(|| delta.next()), [7, 5, 3, 1, 2, 3, 4, 5]);
}
