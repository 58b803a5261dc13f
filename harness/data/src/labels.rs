//! Labels of a row: what columns of 0 and 1 and lists of labels say.

use titer_spec::{Dataset, suggest};

use crate::error::{Flaw, quoted};

/// What tables write where it is not known whether a label is true.
const ABSENT: [&str; 5] = ["", "NA", "NaN", "nan", "null"];
/// What stands between the labels of a list where the descriptor says nothing.
const SEPARATOR: &str = ";";

/// Whether a label is true, from its column; `None` where that is not known.
///
/// # Errors
/// The text says neither.
pub(crate) fn known(text: &str) -> Result<Option<bool>, Flaw> {
    match text.trim() {
        // Columns with gaps are of floating point in many programs.
        "1" | "1.0" | "true" | "True" | "TRUE" => Ok(Some(true)),
        "0" | "0.0" | "false" | "False" | "FALSE" => Ok(Some(false)),
        absent if ABSENT.contains(&absent) => Ok(None),
        _ => Err(Flaw::new(
            format!("{} is neither 0 nor 1", quoted(text)),
            "write 1 where the label is true, 0 where it is not, and nothing where that is not known; make 0 and 1 of what was counted or measured by a cut of your own",
        )),
    }
}

/// The labels that a list names, as the dataset calls them.
pub(crate) fn listed<'a>(text: &'a str, dataset: &'a Dataset) -> impl Iterator<Item = &'a str> {
    let separator = dataset.columns.label_separator.as_deref();
    let parts = text.split(separator.unwrap_or(SEPARATOR)).map(str::trim);
    let called = |part: &'a str| dataset.labels.get(part).map_or(part, String::as_str);
    parts.filter(|part| !part.is_empty()).map(called)
}

/// What is wrong with a label of a list that is none of the dataset's.
pub(crate) fn unknown(label: &str, dataset: &Dataset) -> Flaw {
    let known = dataset.classes.iter().chain(dataset.labels.keys());
    let known: Vec<&str> = known.map(String::as_str).collect();
    let separator = dataset.columns.label_separator.as_deref();
    let other = [",", ";", "|", " "]
        .into_iter()
        .find(|other| Some(*other) != separator && label.contains(other));
    let cure = match other {
        Some(other) => format!(
            "say `label_separator: {}` under `columns` if that is what stands between labels",
            quoted(other)
        ),
        None => suggest::cure(label, &known),
    };
    Flaw::new(
        format!("label {} is not one of the classes", quoted(label)),
        cure,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_truth_is_0_or_1_or_not_known() {
        for (text, truth) in [
            ("1", Some(true)),
            ("1.0", Some(true)),
            ("0.0", Some(false)),
            (" 0 ", Some(false)),
            ("", None),
            ("NA", None),
            ("nan", None),
        ] {
            assert_eq!(known(text).unwrap(), truth, "{text}");
        }
        for text in ["2", "-1", "0.5", "yes", "?"] {
            assert!(known(text).unwrap_err().message.contains("neither 0 nor 1"));
        }
    }
}
