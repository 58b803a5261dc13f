use proptest::prelude::*;
use titer_spec::Located;
use titer_spec::suite::Span;

use super::*;

fn cutter(window: Option<(usize, usize)>, length: Option<Length>) -> Cutter {
    let span = |(start, end)| Located::nowhere(Span { start, end });
    Cutter::new(&Input {
        window: window.map(span),
        length: length.map(Located::nowhere),
        one_hot: Some(titer_spec::model::OneHot {
            alphabet: "ACGT".to_owned(),
            layout: titer_spec::model::Layout::LengthChannels,
            other: titer_spec::model::Other::Zeros,
        }),
        ..Input::default()
    })
    .unwrap()
}

fn length(bases: usize, shorter: Shorter, longer: Longer) -> Option<Length> {
    Some(Length {
        bases,
        shorter,
        longer,
        padding: Padding::N,
    })
}

fn cut(cutter: &Cutter, text: &str) -> String {
    let sequence = Sequence::new(text).unwrap();
    let cut = cutter.cut(&sequence, Strand::Given).unwrap();
    String::from_utf8(cut.letters).unwrap()
}

#[test]
fn each_side_and_the_odd_one() {
    for (shorter, expected) in [
        (Shorter::PadLeft, "NNNACGT"),
        (Shorter::PadRight, "ACGTNNN"),
        (Shorter::PadBoth, "NACGTNN"),
    ] {
        let cutter = cutter(None, length(7, shorter, Longer::Refuse));
        assert_eq!(cut(&cutter, "acgt"), expected);
        assert_eq!(cut(&cutter, "ACGTACG"), "ACGTACG");
        let long = Sequence::new("ACGTACGT").unwrap();
        assert!(cutter.cut(&long, Strand::Given).is_err());
    }
    for (longer, expected) in [
        (Longer::CropLeft, "CACG"),
        (Longer::CropRight, "TTGC"),
        (Longer::CropBoth, "TGCA"),
    ] {
        let cutter = cutter(None, length(4, Shorter::Refuse, longer));
        assert_eq!(cut(&cutter, "TTGCACG"), expected);
        let short = Sequence::new("ACG").unwrap();
        let error = cutter.cut(&short, Strand::Given).unwrap_err().to_string();
        assert!(
            error.contains("3 bases") && error.contains("takes 4"),
            "{error}"
        );
    }
}

#[test]
fn a_window_loses_nothing_and_a_length_does() {
    let windowed = cutter(Some((2, 5)), None);
    let sequence = Sequence::new("TTACNGG").unwrap();
    let whole = windowed.cut(&sequence, Strand::Given).unwrap();
    assert_eq!(
        (whole.letters.as_slice(), whole.cropped),
        (&b"ACN"[..], false)
    );
    let both = cutter(Some((2, 5)), length(2, Shorter::Refuse, Longer::CropRight));
    let cropped = both.cut(&sequence, Strand::Given).unwrap();
    assert_eq!(
        (cropped.letters.as_slice(), cropped.cropped),
        (&b"AC"[..], true)
    );
}

#[test]
fn codes_become_n_where_that_is_said_and_padding_stays() {
    let mut cutter = cutter(None, length(8, Shorter::PadRight, Longer::Refuse));
    assert_eq!(cut(&cutter, "ARYCN"), "ARYCNNNN");
    cutter.iupac = Iupac::ToN;
    assert_eq!(cut(&cutter, "ARYCN"), "ANNCNNNN");
    cutter.length.as_mut().unwrap().padding = Padding::Zeros;
    assert_eq!(cut(&cutter, "ARYCN"), "ANNCN\0\0\0");
}

fn shorter() -> impl Strategy<Value = Shorter> {
    prop_oneof![
        Just(Shorter::PadLeft),
        Just(Shorter::PadRight),
        Just(Shorter::PadBoth)
    ]
}

fn longer() -> impl Strategy<Value = Longer> {
    prop_oneof![
        Just(Longer::CropLeft),
        Just(Longer::CropRight),
        Just(Longer::CropBoth)
    ]
}

proptest! {
    /// The length is the one that was asked for, what is real is a part of the sequence, and the other
    /// strand is the exact reverse complement of the same bases and the same padding.
    #[test]
    fn both_strands_of_every_length(
        text in "[ACGTNRYSWKMBDHV]{0,40}",
        bases in 1_usize..30,
        shorter in shorter(),
        longer in longer(),
    ) {
        let sequence = Sequence::new(&text).unwrap();
        let cutter = cutter(None, length(bases, shorter, longer));
        let given = cutter.cut(&sequence, Strand::Given).unwrap();
        let other = cutter.cut(&sequence, Strand::Other).unwrap();
        prop_assert_eq!(given.letters.len(), bases);
        prop_assert_eq!(given.cropped, text.len() > bases);
        prop_assert_eq!(given.real.len(), text.len().min(bases));
        let real = std::str::from_utf8(&given.letters[given.real.clone()]).unwrap();
        prop_assert!(text.contains(real));
        let outside = given.letters.iter().enumerate().filter(|(at, _)| !given.real.contains(at));
        prop_assert!(outside.map(|(_, letter)| *letter).all(|letter| letter == b'N'));
        let turned = Sequence::new(std::str::from_utf8(&given.letters).unwrap()).unwrap();
        let turned = turned.reverse_complement();
        prop_assert_eq!(turned.letters(), &other.letters[..]);
        let (start, end) = (bases - given.real.end, bases - given.real.start);
        prop_assert_eq!(other.real, start..end);
        let twice = turned.reverse_complement();
        prop_assert_eq!(twice.letters(), &given.letters[..]);
    }
}
