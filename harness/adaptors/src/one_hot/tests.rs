use super::*;

fn encoder(alphabet: &str, layout: Layout, other: Other) -> Result<Encoder, AdaptorError> {
    Encoder::new(&OneHot {
        alphabet: alphabet.to_owned(),
        layout,
        other,
    })
}

fn cut(letters: &[u8]) -> Cut {
    Cut {
        letters: letters.to_vec(),
        real: 0..letters.len(),
        cropped: false,
    }
}

fn values(alphabet: &str, layout: Layout, other: Other, letters: &[u8]) -> Vec<f32> {
    let encoder = encoder(alphabet, layout, other).unwrap();
    encoder.encode(&[cut(letters)], letters.len()).1
}

#[test]
fn letters_and_layout() {
    let rows = values("ACGT", Layout::LengthChannels, Other::Zeros, b"ACN");
    assert_eq!(rows, [1., 0., 0., 0., 0., 1., 0., 0., 0., 0., 0., 0.]);
    let columns = values("ACGT", Layout::ChannelsLength, Other::Uniform, b"ACN");
    assert_eq!(
        columns,
        [1., 0., 0.25, 0., 1., 0.25, 0., 0., 0.25, 0., 0., 0.25]
    );
    let encoder = encoder("ACGT", Layout::ChannelsLength, Other::Zeros).unwrap();
    let (shape, values) = encoder.encode(&[cut(b"ACG"), cut(b"TTT")], 3);
    assert_eq!(shape, [2, 4, 3]);
    assert_eq!(
        values[12..],
        [0., 0., 0., 0., 0., 0., 0., 0., 0., 1., 1., 1.]
    );
}

#[test]
fn codes_are_shares_of_their_bases() {
    let shares = |letters: &[u8]| values("ACGT", Layout::LengthChannels, Other::ByCode, letters);
    assert_eq!(shares(b"R"), [0.5, 0., 0.5, 0.]);
    assert_eq!(shares(b"N"), [0.25; 4]);
    let third = 1.0 / 3.0;
    assert_eq!(shares(b"B"), [0., third, third, third]);
    // Every code stands for what its complement's complement stands for.
    for (code, _) in CODES {
        let letter = titer_core::Sequence::new(&char::from(code).to_string()).unwrap();
        let mut opposite = shares(letter.reverse_complement().letters());
        opposite.reverse();
        assert_eq!(shares(&[code]), opposite, "{}", char::from(code));
        assert!((shares(&[code]).iter().sum::<f32>() - 1.0).abs() < 1e-6);
    }
}

#[test]
fn an_alphabet_may_have_n_and_u_and_any_order() {
    let with_n = |letters: &[u8]| values("TGCAN", Layout::LengthChannels, Other::Zeros, letters);
    assert_eq!(with_n(b"N"), [0., 0., 0., 0., 1.]);
    assert_eq!(with_n(b"T"), [1., 0., 0., 0., 0.]);
    assert_eq!(with_n(b"R"), [0.; 5]);
    let rna = values("acgu", Layout::LengthChannels, Other::Zeros, b"T");
    assert_eq!(rna, [0., 0., 0., 1.]);
    // Padding that is no letter is nothing, whatever N is.
    for other in [Other::Zeros, Other::Uniform, Other::ByCode] {
        assert_eq!(
            values("ACGTN", Layout::LengthChannels, other, &[NOTHING]),
            [0.; 5]
        );
    }
}

#[test]
fn contradictions_are_errors() {
    for (alphabet, says) in [
        ("", "empty"),
        ("ACGA", "twice"),
        ("ACGTU", "twice"),
        ("ACG", "lacks T"),
    ] {
        let error = encoder(alphabet, Layout::LengthChannels, Other::Zeros).unwrap_err();
        assert!(error.to_string().contains(says), "{alphabet}: {error}");
    }
}
