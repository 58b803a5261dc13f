use super::*;

fn tensor(line: &str, bytes: &[u8], examples: usize) -> Result<Tensor, BodyError> {
    let mut rest = bytes;
    let mut read = |count: usize| {
        let (head, tail) = rest
            .split_at_checked(count)
            .ok_or(BodyError::NotTheProtocol("cut short".to_owned()))?;
        rest = tail;
        Ok(head.to_vec())
    };
    Answer::parse(line.as_bytes(), "7", false)?.tensor(Some("p"), examples, &mut read)
}

fn with(output: &str) -> Result<Tensor, BodyError> {
    tensor(
        &format!(r#"{{"id": "7", "outputs": [{{"name": "p", {output}}}]}}"#),
        &[],
        2,
    )
}

#[test]
fn flat_and_nested_lists_are_the_same() {
    for data in [
        "[1, 2.5, -3, 4]",
        "[[1, 2.5], [-3, 4]]",
        "[[[1], [2.5]], [[-3], [4]]]",
    ] {
        let tensor = with(&format!(
            r#""shape": [2, 2], "datatype": "FP32", "data": {data}"#
        ))
        .unwrap();
        assert_eq!(
            (tensor.shape, tensor.values),
            (vec![2, 2], vec![1.0, 2.5, -3.0, 4.0])
        );
    }
}

#[test]
fn what_is_not_finite_has_words() {
    let data =
        r#""shape": [2, 2], "datatype": "FP32", "data": [null, "NaN", "Infinity", "-Infinity"]"#;
    let values = with(data).unwrap().values;
    assert!(values[0].is_nan() && values[1].is_nan());
    assert_eq!(values[2..], [f64::INFINITY, f64::NEG_INFINITY]);
    // Too large for a float: infinite, not something else.
    let large = |datatype: &str| {
        let output = format!(r#""shape": [2], "datatype": "{datatype}", "data": [1e300, 1]"#);
        with(&output).unwrap().values
    };
    assert_eq!(large("FP32"), [f64::INFINITY, 1.0]);
    assert_eq!(large("FP64"), [1e300, 1.0]);
}

#[test]
fn bytes_are_read_in_order_and_the_wanted_output_is_kept() {
    let line = r#"{"id": "7", "outputs": [
        {"name": "other", "shape": [3], "datatype": "UINT8", "parameters": {"binary_data_size": 3}},
        {"name": "p", "shape": [2], "datatype": "FP32", "parameters": {"binary_data_size": 8}}]}"#;
    let mut bytes = vec![9, 9, 9];
    bytes.extend(0.25_f32.to_le_bytes());
    bytes.extend(0.5_f32.to_le_bytes());
    assert_eq!(tensor(line, &bytes, 2).unwrap().values, [0.25, 0.5]);
    let mut double = 0.1_f64.to_le_bytes().to_vec();
    double.extend(f64::NAN.to_le_bytes());
    let line = line
        .replace("FP32", "FP64")
        .replace("\"binary_data_size\": 8", "\"binary_data_size\": 16");
    let bytes = [&[9, 9, 9], &double[..]].concat();
    assert_eq!(tensor(&line, &bytes, 2).unwrap().values[0], 0.1);
}

#[test]
fn numbers_are_as_wide_as_the_datatype() {
    let close = [0.1, 0.1 + 1e-12];
    for (datatype, width) in [("FP64", Width::Double), ("FP32", Width::Single)] {
        let json = format!(r#""shape": [2], "datatype": "{datatype}", "data": {close:?}"#);
        let found = with(&json).unwrap();
        assert_eq!(found.width, width);
        assert_eq!(found.values, close.map(|value| width.round(value)));
        assert_eq!(found.values[0] == found.values[1], width == Width::Single);
    }
    let whole = |datatype: &str, data: &str| {
        let json = format!(r#""shape": [2], "datatype": "{datatype}", "data": [{data}, 1]"#);
        with(&json).map_err(|error| error.to_string())
    };
    let exact = whole("INT64", "16777217").unwrap();
    assert_eq!(exact.values, [16_777_217.0, 1.0]);
    assert_eq!(
        whole("UINT32", "4294967295").unwrap().values[0],
        4_294_967_295.0
    );
    assert_eq!(
        whole("INT64", "-9007199254740992").unwrap().values[0],
        -9_007_199_254_740_992.0
    );
    for (datatype, number) in [
        ("INT64", "9007199254740993"),
        ("INT64", "-9007199254740993"),
        ("UINT64", "18446744073709551615"),
    ] {
        let error = whole(datatype, number).unwrap_err();
        let says = format!("output p holds {number}, a whole number beyond 2^53");
        assert!(error.contains(&says), "{error}");
    }
    // A float may be written without a point: it is the float next to it.
    assert_eq!(
        whole("FP64", "9007199254740993").unwrap().values[0],
        2_f64.powi(53)
    );
}

#[test]
fn what_is_not_the_protocol_is_an_error() {
    for output in [
        r#""shape": [2], "datatype": "FP32", "data": [1]"#,
        r#""shape": [2], "datatype": "FP32", "data": [1, 2, 3]"#,
        r#""shape": [2], "datatype": "FP32", "data": [1, "two"]"#,
        r#""shape": [2], "datatype": "FP32", "data": [1, true]"#,
        r#""shape": [2], "datatype": "FP32", "data": [[[[[[[[[1, 2]]]]]]]]]"#,
        r#""shape": [2], "datatype": "FP32", "data": [NaN, 1]"#,
        r#""shape": [2], "datatype": "BYTES", "data": [1, 2]"#,
        r#""shape": [2], "datatype": "FP32""#,
        r#""shape": [2, -1], "datatype": "FP32", "data": [1, 2]"#,
        r#""shape": [2, 9223372036854775807, 9], "datatype": "FP32", "data": [1, 2]"#,
        r#""shape": [2], "datatype": "FP32", "parameters": {"binary_data_size": 12}"#,
        r#""shape": [2, 4611686018427387904], "datatype": "FP32", "parameters": {"binary_data_size": 8}"#,
        r#""shape": [2], "datatype": "UINT8", "parameters": {"binary_data_size": 99999999999}"#,
        r#""shape": [2], "datatype": "FP32", "data": [1, 2], "parameters": {"binary_data_size": 8}"#,
        r#""shape": [1, 2, 1, 1, 1, 1, 1, 1, 1], "datatype": "FP32", "data": [1, 2]"#,
    ] {
        let error = with(output).map(|tensor| format!("{tensor:?}"));
        let error = error.expect_err(output);
        assert!(
            matches!(error, BodyError::NotTheProtocol(_)),
            "{output}: {error}"
        );
    }
}

#[test]
fn other_requests_other_outputs_and_refusals() {
    let error = tensor(r#"{"id": "8", "outputs": []}"#, &[], 2).unwrap_err();
    assert!(matches!(error, BodyError::WrongId { .. }), "{error}");
    let error = tensor(r#"{"id": "7", "error": "no\nmemory"}"#, &[], 2).unwrap_err();
    assert!(
        matches!(&error, BodyError::Refused(words) if words == "no memory"),
        "{error}"
    );
    let error = tensor(r#"{"id": "7"}"#, &[], 2).unwrap_err();
    assert!(error.to_string().contains("neither"), "{error}");
    let other = r#"{"id": "7", "outputs": [{"name": "q", "shape": [2], "datatype": "FP32", "data": [1, 2]}]}"#;
    let error = tensor(other, &[], 2).unwrap_err();
    assert!(error.to_string().contains("there is q"), "{error}");
}

#[test]
fn another_number_of_examples_is_a_wrong_shape() {
    let error = with(r#""shape": [3], "datatype": "FP32", "data": [1, 2, 3]"#).unwrap_err();
    assert!(
        matches!(error, BodyError::Shape(ModelError::Shape { .. })),
        "{error}"
    );
}
