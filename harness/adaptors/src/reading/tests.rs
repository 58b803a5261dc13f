use super::*;
use crate::{Adaptor, At, Width};

/// What an output makes of a tensor, for examples of 4 bases of which the first has one base of padding at
/// the end.
fn read(
    output: &str,
    shape: &[usize],
    values: &[f32],
    strand: Strand,
) -> Result<Vec<Vec<f32>>, String> {
    let adaptor = adaptor(output).map_err(|error| error.to_string())?;
    let places = Places {
        length: 4,
        real: [0..3, 0..4].into_iter().take(shape[0]).collect(),
        own: vec![0..4; shape[0]],
    };
    let tensor = Tensor::single(shape.to_vec(), values.iter().copied());
    let outputs = adaptor.decode_strand(&places, tensor, strand, &mut Watch::default());
    let outputs = outputs.map_err(|error| error.to_string())?;
    Ok(outputs
        .into_iter()
        .map(|output| as_singles(output.numbers()))
        .collect())
}

/// Numbers of a tensor of 32 bits: all of them are of 32 bits.
fn as_singles(numbers: &[f64]) -> Vec<f32> {
    let single = |number: &f64| {
        let single = *number as f32;
        assert!(f64::from(single) == *number || number.is_nan(), "{number}");
        single
    };
    numbers.iter().map(single).collect()
}

fn adaptor(output: &str) -> Result<Adaptor, AdaptorError> {
    let letters = "one_hot: {alphabet: ACGT, layout: length_channels, other: zeros}";
    adaptor_of(&format!("{letters}, reverse_complement: average"), output)
}

fn adaptor_of(input: &str, output: &str) -> Result<Adaptor, AdaptorError> {
    let text = format!(
        "model: m\nsummary: s\ntasks: []\ninput: {{{input}}}\noutput: {output}\nvariants: []\nreference: r\n"
    );
    let path = std::path::Path::new("model.yaml");
    let spec = titer_spec::Document::<titer_spec::ModelSpec>::parse(path, text)
        .unwrap()
        .value;
    Adaptor::new(&spec.input, &spec.output, &BTreeMap::new())
}

fn near<const N: usize>(found: &[Vec<f32>], expected: &[[f32; N]]) {
    let close = |one: &[f32], other: &[f32]| {
        one.len() == other.len()
            && one
                .iter()
                .zip(other)
                .all(|(one, other)| (one - other).abs() < 1e-6)
    };
    let rows = found.len() == expected.len();
    let same = rows
        && found
            .iter()
            .zip(expected)
            .all(|(one, other)| close(one, other));
    assert!(same, "{found:?} is not {expected:?}");
}

const TWO: [f32; 8] = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8];

#[test]
fn one_position_of_several() {
    let output = "{kind: binary, activation: none, positions: {start: 1, end: 2}}";
    let given = |shape: &[usize]| read(output, shape, &TWO, Strand::Given).unwrap();
    assert_eq!(given(&[2, 4]), [[0.2], [0.6]]);
    assert_eq!(given(&[2, 4, 1]), [[0.2], [0.6]]);
    // The same base lies elsewhere on the other strand.
    let other = read(output, &[2, 4, 1], &TWO, Strand::Other).unwrap();
    assert_eq!(other, [[0.3], [0.7]]);
    let error = read(output, &[2, 1, 4], &TWO, Strand::Given).unwrap_err();
    assert!(error.contains("at least 2 positions"), "{error}");
    assert!(
        read(output, &[8], &TWO, Strand::Given)
            .unwrap_err()
            .contains("[8]")
    );
}

#[test]
fn several_positions_of_more() {
    let output =
        "{kind: per_position, classes: [a, b], activation: none, positions: {start: 0, end: 3}}";
    let given = read(output, &[1, 4, 2], &TWO, Strand::Given).unwrap();
    assert_eq!(given, [TWO[..6].to_vec()]);
    let other = read(output, &[1, 4, 2], &TWO, Strand::Other).unwrap();
    assert_eq!(other, [TWO[2..].to_vec()]);
}

#[test]
fn pooling_leaves_padding_out() {
    let pooled = |how: &str, more: &str| {
        let output = format!("{{kind: binary, activation: none, pooling: {how}{more}}}");
        read(&output, &[2, 4, 1], &TWO, Strand::Given).unwrap()
    };
    near(&pooled("mean", ""), &[[0.2], [0.65]]);
    near(&pooled("max", ""), &[[0.3], [0.8]]);
    near(&pooled("first", ""), &[[0.1], [0.5]]);
    near(&pooled("last", ""), &[[0.3], [0.8]]);
    // The fourth position of the first example is padding: of positions 2 and 3 one is left.
    near(
        &pooled("mean", ", positions: {start: 2, end: 4}"),
        &[[0.3], [0.75]],
    );
    let halved = read(
        "{kind: binary, activation: none, pooling: mean}",
        &[2, 2, 1],
        &TWO[..4],
        Strand::Given,
    );
    near(&halved.unwrap(), &[[0.15], [0.35]]);
    let nan = [f32::NAN, 0.1, 0.1, 0.1];
    let output = "{kind: binary, activation: none, pooling: max}";
    assert!(read(output, &[1, 4, 1], &nan, Strand::Given).unwrap()[0][0].is_nan());
}

#[test]
fn the_positive_class_is_chosen_by_name_and_scaled_before() {
    let row = [0.0, 2.0, 4.0, 6.0];
    let sigmoid = |x: f32| 1.0 / (1.0 + (-x).exp());
    let chosen = |activation: &str, positive: &str, more: &str| {
        let output = format!(
            "{{kind: binary, classes: [no, yes], positive: {positive}, activation: {activation}{more}}}"
        );
        read(&output, &[2, 2], &row, Strand::Given).unwrap()
    };
    near(&chosen("softmax", "yes", ""), &[[sigmoid(2.0)]; 2]);
    near(&chosen("softmax", "no", ""), &[[sigmoid(-2.0)]; 2]);
    let scale = ", scale: {multiply: 0.25, add: 3}";
    near(&chosen("softmax", "yes", scale), &[[sigmoid(0.5)]; 2]);
    assert!((chosen("sigmoid", "yes", "")[1][0] - sigmoid(6.0)).abs() < 1e-6);
    let error = read(
        "{kind: binary, classes: [no, yes], positive: yes, activation: softmax}",
        &[2, 1],
        &row[..2],
        Strand::Given,
    );
    assert!(error.unwrap_err().contains("[2, 2]"));
}

#[test]
fn what_contradicts_itself_is_said() {
    for (output, says) in [
        (
            "{kind: binary, activation: softmax, classes: [a, b]}",
            "needs `positive`",
        ),
        (
            "{kind: binary, activation: softmax, classes: [a, b], positive: c}",
            "`output.positive` is `c`",
        ),
        (
            "{kind: binary, activation: softmax, classes: [a], positive: a}",
            "one of several",
        ),
        (
            "{kind: classes, activation: softmax, classes: [a, b], positive: a}",
            "`kind: binary` alone",
        ),
        (
            "{kind: per_position, activation: softmax, classes: [a, b], pooling: mean}",
            "leaves no positions",
        ),
        (
            "{kind: binary, activation: none, positions: {start: 2, end: 2}}",
            "holds none",
        ),
        (
            "{kind: binary, activation: none, positions: {start: 2, end: 4}}",
            "holds several",
        ),
        (
            "{kind: binary, activation: none, head: {weight: w}}",
            "role `head`",
        ),
    ] {
        let error = adaptor(output).unwrap_err().to_string();
        assert!(error.contains(says), "{output}: {error}");
    }
}

/// A token has no opposite on the other strand: what asks for one by its number is refused.
#[test]
fn tokens_are_not_turned_round() {
    let one =
        "tokens: {unit: single_nucleotide, vocabulary: {A: 0, C: 1, G: 2, T: 3, N: 4}, unknown: N}";
    let both = format!("{one}, reverse_complement: average");
    let position = "{kind: binary, activation: none, positions: {start: 0, end: 1}}";
    let each = "{kind: per_position, classes: [a, b], activation: softmax}";
    for (output, field) in [
        (position, "output.positions"),
        (each, "input.reverse_complement"),
    ] {
        let error = adaptor_of(&both, output).unwrap_err();
        assert_eq!(error.at, At::Field(field.to_owned()));
        assert!(error.cure.contains("out"), "{error}");
        adaptor_of(one, output).unwrap();
    }
    let first = "{kind: binary, activation: none, pooling: first}";
    let adaptor = adaptor_of(&both, first).unwrap();
    let places = Places {
        length: 4,
        real: std::iter::once(0..3).collect(),
        own: std::iter::once(0..3).collect(),
    };
    let tensor = Tensor::single(vec![1, 4, 1], [0.1, 0.2, 0.3, 0.4]);
    for strand in [Strand::Given, Strand::Other] {
        let read = adaptor.decode_strand(&places, tensor.clone(), strand, &mut Watch::default());
        assert_eq!(as_singles(read.unwrap()[0].numbers()), [0.1]);
    }
}

#[test]
fn the_mean_of_both_strands() {
    let output = |probabilities: &[f32], classes| titer_core::Answer::Probabilities {
        numbers: probabilities.iter().copied().map(f64::from).collect(),
        classes,
    };
    let mean = |turned, classes| {
        let given = vec![output(&[0.0, 0.2, 0.4, 0.6], classes)];
        let other = vec![output(&[1.0, 0.8, 0.2, 0.0], classes)];
        let means = crate::strands::mean(given, other, turned, Width::Single);
        as_singles(means[0].numbers())
    };
    near(&[mean(false, 4)], &[[0.5, 0.5, 0.3, 0.3]]);
    near(&[mean(true, 2)], &[[0.1, 0.1, 0.7, 0.7]]);
    near(&[mean(true, 1)], &[[0.0, 0.2, 0.6, 0.8]]);
}

/// The same numbers with their axes the other way round give the same answers, on either strand.
#[test]
fn classes_before_positions_mean_the_same() {
    let (length, classes) = (4, 3);
    let first: Vec<f32> = (0..2 * length * classes)
        .map(|n| (n as f32).sin())
        .collect();
    let mut last = Vec::new();
    for example in first.chunks(length * classes) {
        for class in 0..classes {
            last.extend((0..length).map(|position| example[position * classes + class]));
        }
    }
    let output = |how: &str| {
        let plain = format!("{{{how}}}");
        let turned = format!("{{layout: classes_positions, {how}}}");
        for strand in [Strand::Given, Strand::Other] {
            let one = read(&plain, &[2, length, classes], &first, strand).unwrap();
            let other = read(&turned, &[2, classes, length], &last, strand).unwrap();
            assert_eq!(one, other, "{how}");
        }
    };
    output("kind: per_position, classes: [a, b, c], activation: softmax");
    output(
        "kind: per_position, classes: [a, b, c], activation: softmax, positions: {start: 1, end: 3}",
    );
    output("kind: classes, classes: [a, b, c], activation: softmax, pooling: mean");
    output("kind: classes, classes: [a, b, c], activation: softmax, positions: {start: 0, end: 1}");
    output("kind: binary, classes: [a, b, c], positive: b, activation: softmax, pooling: max");
}

#[test]
fn a_wrong_layout_names_its_cure() {
    let per_position = "kind: per_position, classes: [a, b, c], activation: softmax";
    let said = |output: &str, shape: &[usize]| {
        let values = vec![0.5; shape.iter().product()];
        read(output, shape, &values, Strand::Given).unwrap_err()
    };
    let error = said(&format!("{{{per_position}}}"), &[2, 3, 4]);
    assert!(
        error.contains("returned [2, 3, 4]") && error.contains("add `layout: classes_positions`"),
        "{error}"
    );
    let error = said(
        &format!("{{layout: classes_positions, {per_position}}}"),
        &[2, 4, 3],
    );
    assert!(error.contains("take `layout` out"), "{error}");
    let error = said(
        &format!("{{layout: classes_positions, {per_position}}}"),
        &[2, 4],
    );
    assert!(error.contains("[batch, classes, positions]"), "{error}");
    let error = adaptor("{layout: classes_positions, kind: binary, activation: none}").unwrap_err();
    assert!(error.to_string().contains("keeps no positions"), "{error}");
}

/// Of tokens, those of the sequence: neither what stands around it nor what it is padded with. A tensor of other positions
/// is taken whole.
#[test]
fn each_letter_has_an_answer_and_nothing_else() {
    let input = "tokens: {unit: single_nucleotide, vocabulary: {A: 0, C: 1, G: 2, T: 3, N: 4, B: 5, E: 6, P: 7}, \
        unknown: N, begin: B, end: E, pad: P, length: {tokens: 9, shorter: pad_right, longer: refuse, pad_to: longest}}";
    let output = "{kind: per_position, classes: [none, tis], activation: none}";
    let adaptor = adaptor_of(input, output).unwrap();
    let texts = ["ACGT", "A"].map(|text| titer_core::Sequence::new(text).unwrap());
    let queries: Vec<titer_core::Query> = texts.iter().map(titer_core::Query::from).collect();
    let encoded = adaptor.encode(&queries).unwrap();
    assert_eq!(encoded.places.own, [1..5, 1..2]);
    let read = |positions: usize| {
        let numbers = (0..2 * positions * 2).map(|number| number as f32 / 100.0);
        let tensor = Tensor::single(vec![2, positions, 2], numbers);
        let answers = adaptor.decode(&encoded.places, tensor).unwrap();
        answers
            .iter()
            .map(|answer| as_singles(answer.numbers()))
            .collect::<Vec<_>>()
    };
    let found = read(6);
    near(
        &found[..1],
        &[[0.02, 0.03, 0.04, 0.05, 0.06, 0.07, 0.08, 0.09]],
    );
    near(&found[1..], &[[0.14, 0.15]]);
    assert_eq!(read(4)[1].len(), 8);
}
