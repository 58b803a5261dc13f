//! Values written into YAML: one hand decides what is quoted.

use serde_json::Value;
use serde_saphyr::{FlowSeq, ser_options, to_string_with_options};

/// A text on one line of YAML, plain or in quotes, as it takes to be read as that text again: as a value or a key, within braces and
/// brackets or not.
#[must_use]
pub fn quoted(text: &str) -> String {
    inline(&Value::from(text))
}

/// A value on one line of YAML, lists and mappings in brackets and braces.
#[must_use]
pub fn inline(value: &Value) -> String {
    let options = ser_options! { prefer_block_scalars: false };
    // Within brackets every text has the quotes that it may need anywhere, and nothing takes a second line.
    let list = to_string_with_options(&FlowSeq([value]), options).ok();
    let one = list
        .as_deref()
        .and_then(|list| list.trim_end().strip_prefix('[')?.strip_suffix(']'));
    // It fails only where what it writes to does, and a string does not. JSON is YAML, but for a few control characters.
    one.map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    /// Writes it wherever a text may stand and holds what is read to it.
    fn comes_back(text: &str) -> Result<(), TestCaseError> {
        let word = quoted(text);
        prop_assert!(!word.contains('\n'), "{word:?}");
        for (line, wanted) in [
            (format!("a: {word}\n"), json!({"a": text})),
            (format!("{word}: 1\n"), json!({text: 1})),
            (format!("- {word}    # 1\n"), json!([text])),
            (format!("a: [{word}, {word}]\n"), json!({"a": [text, text]})),
            (format!("- {{{word}: {word}}}\n"), json!([{text: text}])),
        ] {
            let read: Result<Value, _> = serde_saphyr::from_str(&line);
            let read = read.map_err(|error| TestCaseError::fail(format!("{line:?}: {error}")))?;
            prop_assert_eq!(read, wanted, "{:?}", line);
        }
        Ok(())
    }

    #[test]
    fn texts_that_yaml_reads_as_something_else_come_back() {
        for text in [
            "",
            "yes",
            "No",
            "on",
            "y",
            "null",
            "~",
            "true",
            "nan",
            ".inf",
            "1",
            "1e5",
            "0x1f",
            "0o7",
            "1_000",
            "12:30:00",
            "2001-01-01",
            "<<",
            "=",
            "---",
            "...",
            "-",
            "- a",
            "?",
            "? a",
            "a: b",
            "a:",
            ":a",
            "a#b",
            "a #b",
            "#x",
            "a,b",
            "a]b",
            "{",
            "!x",
            "&x",
            "*x",
            "%x",
            "@x",
            "`x",
            "|",
            ">",
            "'",
            "\"",
            "\\",
            " a",
            "a ",
            "\ta",
            "a\nb",
            "a\r\nb",
            "\0",
            "\u{7f}",
            "\u{85}",
            "\u{9f}",
            "\u{2028}",
            "\u{feff}",
            "\u{fffe}",
            "é",
            "http://x/?y=1",
        ] {
            comes_back(text).unwrap();
        }
    }

    #[test]
    fn what_needs_no_quotes_has_none() {
        for text in [
            "promoter",
            "a b",
            "a-b_c.onnx",
            "https://x.org/a?b=c",
            "chr8",
        ] {
            assert_eq!(quoted(text), text);
        }
        assert_eq!(quoted("8"), "\"8\"");
        let value =
            json!({"test": ["chr8", "8"], "m": {"x": 1.5, "y": null, "a,b": true}, "none": []});
        let line = "{m: {\"a,b\": true, x: 1.5, \"y\": null}, none: [], test: [chr8, \"8\"]}";
        assert_eq!(inline(&value), line);
    }

    /// A value of some levels.
    fn values() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i32>().prop_map(Value::from),
            ".{0,6}".prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 12, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::vec((".{0,4}", inner), 0..4)
                    .prop_map(|fields| Value::Object(fields.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn every_text_comes_back(text in any::<String>()) {
            comes_back(&text)?;
        }

        /// Short and of the letters that mean something.
        #[test]
        fn every_odd_text_comes_back(text in "[a-zA-Z0-9:,#\\[\\]{}?!&*|>'\"\\\\%@`~ .=<+_\r\n\t\u{85}\u{feff}\u{2028}é-]{0,5}") {
            comes_back(&text)?;
        }

        #[test]
        fn every_value_comes_back(value in values()) {
            let line = inline(&value);
            prop_assert!(!line.contains('\n'), "{line:?}");
            let read: Value = serde_saphyr::from_str(&format!("a: {line}\n")).unwrap();
            prop_assert_eq!(read, json!({"a": value}));
        }
    }
}
