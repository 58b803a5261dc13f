//! A request: a line of JSON, and the tensors' bytes behind it where they travel as bytes.

use std::io::Write;

use titer_adaptors::{Feed, Values};

use super::datatype;

/// What is asked beside the tensors.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// The request's name, which the answer repeats.
    pub id: &'a str,
    /// The only output that is wanted; the process's first one without.
    pub output: Option<&'a str>,
    /// Whether tensors travel as bytes.
    pub binary: bool,
}

/// Writes a request into `line`, which is emptied first; how many bytes of it are JSON, line feed included. Feeds
/// come with the names of their inputs.
///
/// # Errors
/// A text is longer than the protocol can say.
pub fn write(
    line: &mut Vec<u8>,
    asked: Asked<'_>,
    feeds: &[(String, Feed)],
) -> std::io::Result<usize> {
    line.clear();
    write!(line, "{{\"id\":{},\"inputs\":[", text(asked.id)?)?;
    let mut payload = Vec::new();
    for (index, (name, feed)) in feeds.iter().enumerate() {
        if index > 0 {
            line.push(b',');
        }
        let (shape, datatype) = (&feed.shape, datatype(&feed.values));
        write!(
            line,
            "{{\"name\":{},\"shape\":{shape:?},\"datatype\":\"{datatype}\",",
            text(name)?
        )?;
        if asked.binary {
            let before = payload.len();
            put_bytes(&mut payload, &feed.values)?;
            let size = payload.len() - before;
            write!(line, "\"parameters\":{{\"binary_data_size\":{size}}}}}")?;
        } else {
            line.extend_from_slice(b"\"data\":");
            put_numbers(line, &feed.values)?;
            line.push(b'}');
        }
    }
    line.push(b']');
    if let Some(output) = asked.output {
        write!(line, ",\"outputs\":[{{\"name\":{}}}]", text(output)?)?;
    }
    if asked.binary {
        line.extend_from_slice(b",\"parameters\":{\"binary_data_output\":true}");
    }
    line.extend_from_slice(b"}\n");
    let json = line.len();
    line.append(&mut payload);
    Ok(json)
}

fn put_numbers(line: &mut Vec<u8>, values: &Values) -> std::io::Result<()> {
    line.push(b'[');
    match values {
        Values::F32(values) => each(line, values, |line, value| number(line, *value))?,
        Values::I64(values) => each(line, values, |line, value| write!(line, "{value}"))?,
        Values::Text(values) => each(line, values, |line, value| {
            line.extend_from_slice(text(value)?.as_bytes());
            Ok(())
        })?,
    }
    line.push(b']');
    Ok(())
}

fn each<T>(
    line: &mut Vec<u8>,
    values: &[T],
    mut put: impl FnMut(&mut Vec<u8>, &T) -> std::io::Result<()>,
) -> std::io::Result<()> {
    for (index, value) in values.iter().enumerate() {
        if index > 0 {
            line.push(b',');
        }
        put(line, value)?;
    }
    Ok(())
}

/// As the double that it is exactly, so that a reader of doubles gets the same number. JSON has no words
/// for what is not finite: these go as text.
fn number(line: &mut Vec<u8>, value: f32) -> std::io::Result<()> {
    if value == 0.0 && value.is_sign_positive() {
        line.extend_from_slice(b"0.0");
    } else if value == 1.0 {
        line.extend_from_slice(b"1.0");
    } else if value.is_nan() {
        line.extend_from_slice(b"\"NaN\"");
    } else if value.is_infinite() {
        let sign = if value < 0.0 { "-" } else { "" };
        write!(line, "\"{sign}Infinity\"")?;
    } else {
        write!(line, "{:?}", f64::from(value))?;
    }
    Ok(())
}

fn put_bytes(payload: &mut Vec<u8>, values: &Values) -> std::io::Result<()> {
    match values {
        Values::F32(values) => payload.extend(values.iter().flat_map(|value| value.to_le_bytes())),
        Values::I64(values) => payload.extend(values.iter().flat_map(|value| value.to_le_bytes())),
        Values::Text(values) => {
            for value in values {
                let length = u32::try_from(value.len())
                    .map_err(|_| std::io::Error::other("a text of more than 4 GiB"))?;
                payload.extend_from_slice(&length.to_le_bytes());
                payload.extend_from_slice(value.as_bytes());
            }
        }
    }
    Ok(())
}

fn text(value: &str) -> std::io::Result<String> {
    Ok(serde_json::to_string(value)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(binary: bool, values: Values, shape: &[usize]) -> Vec<u8> {
        let feed = Feed {
            name: None,
            shape: shape.to_vec(),
            values,
        };
        let asked = Asked {
            id: "a\"b",
            output: Some("p"),
            binary,
        };
        let mut line = b"of before".to_vec();
        write(&mut line, asked, &[("x\n".to_owned(), feed)]).unwrap();
        line
    }

    #[test]
    fn json_holds_every_number_exactly() {
        let values = [0.0, -0.0, 1.0, 0.1, -1.5e-30, f32::MAX, f32::MIN_POSITIVE];
        let line = line(false, Values::F32(values.to_vec()), &[7]);
        let json: serde_json::Value = serde_json::from_slice(&line).unwrap();
        assert_eq!(json["id"], "a\"b");
        let input = &json["inputs"][0];
        assert_eq!(
            (&input["name"], &input["datatype"]),
            (&"x\n".into(), &"FP32".into())
        );
        for (value, found) in values.iter().zip(input["data"].as_array().unwrap()) {
            assert_eq!((found.as_f64().unwrap() as f32).to_bits(), value.to_bits());
        }
        assert_eq!(json["outputs"][0]["name"], "p");
    }

    #[test]
    fn what_json_has_no_word_for_is_text() {
        let values = vec![f32::NAN, f32::INFINITY, f32::NEG_INFINITY];
        let json: serde_json::Value =
            serde_json::from_slice(&line(false, Values::F32(values), &[3])).unwrap();
        let data = serde_json::json!(["NaN", "Infinity", "-Infinity"]);
        assert_eq!(json["inputs"][0]["data"], data);
    }

    #[test]
    fn bytes_follow_the_line() {
        for (values, size) in [
            (Values::F32(vec![1.0, -2.0]), 8),
            (Values::I64(vec![-1, 5]), 16),
            (Values::Text(vec!["ACGT".into(), String::new()]), 12),
        ] {
            let line = line(true, values.clone(), &[2]);
            let end = line.iter().position(|byte| *byte == b'\n').unwrap();
            let json: serde_json::Value = serde_json::from_slice(&line[..end]).unwrap();
            assert_eq!(json["inputs"][0]["parameters"]["binary_data_size"], size);
            assert_eq!(json["parameters"]["binary_data_output"], true);
            assert_eq!(line.len() - end - 1, size);
            if let Values::F32(_) = values {
                assert_eq!(line[end + 1..], [0, 0, 128, 63, 0, 0, 0, 192]);
            }
            if let Values::Text(_) = values {
                assert_eq!(&line[end + 1..], b"\x04\0\0\0ACGT\0\0\0\0");
            }
        }
    }
}
