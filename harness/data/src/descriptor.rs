//! Whether a descriptor holds together, before its table is opened.

use std::collections::BTreeSet;

use titer_spec::{Dataset, DatasetKind, Document, Located, SpecError, suggest};

/// Splits that a dataset may have.
pub const SPLITS: [&str; 3] = ["train", "tuning", "test"];

type Checked = Result<(), SpecError>;

/// Checks all that can be checked without the table.
pub fn check(document: &Document<Dataset>) -> Checked {
    classes(document)?;
    splits(document)?;
    match document.value.kind {
        DatasetKind::Windows => windows(document),
        DatasetKind::PerPosition => per_position(document),
    }
}

fn classes(document: &Document<Dataset>) -> Checked {
    let classes = &document.value.classes;
    let wrong =
        |message: String, cure: &str| document.error(&key(document, "classes"), message, cure);
    if document.value.columns.target.is_some() {
        return match classes.first() {
            None => Ok(()),
            Some(class) => Err(wrong(
                format!("classes: `{class}` has no meaning where the target is a number"),
                "take `classes` out, or name a `label` column in place of `target`",
            )),
        };
    }
    if classes.is_empty() {
        return Err(wrong(
            "classes: the list is empty".to_owned(),
            "name every class that the table holds",
        ));
    }
    if classes.len() > usize::from(u8::MAX) + 1 {
        return Err(wrong(
            format!(
                "classes: {} classes, at most 256 are supported",
                classes.len()
            ),
            "join classes, or make several datasets",
        ));
    }
    let mut seen = BTreeSet::new();
    match classes.iter().find(|class| !seen.insert(class.as_str())) {
        Some(twice) => Err(wrong(
            format!("classes: `{twice}` is named twice"),
            "name each class once",
        )),
        None => Ok(()),
    }
}

fn splits(document: &Document<Dataset>) -> Checked {
    let splits = &document.value.splits;
    let wrong = |message: String, cure: String| {
        Err(document.error(&key(document, "splits"), message, cure))
    };
    if splits.is_empty() {
        return wrong(
            "splits: there is none".to_owned(),
            "state how many examples each split has, as in `splits: {test: 100}`".to_owned(),
        );
    }
    for (name, count) in splits {
        if !SPLITS.contains(&name.as_str()) {
            let cure = suggest::cure(name, &SPLITS);
            return wrong(format!("splits: `{name}` is not a split"), cure);
        }
        if *count == 0 {
            return wrong(
                format!("splits: `{name}` has no example"),
                "leave the split out, or put examples into it".to_owned(),
            );
        }
    }
    Ok(())
}

fn windows(document: &Document<Dataset>) -> Checked {
    let columns = &document.value.columns;
    match (&columns.label, &columns.target) {
        (None, None) => return Err(missing(document, "label", "windows", "label: label")),
        (Some(_), Some(target)) => {
            return Err(document.error(
                target,
                "target: an example has a class or a number, not both",
                "take `label` or `target` out; write two descriptors of one table where both are asked for",
            ));
        }
        _ => {}
    }
    if columns.sites.is_some() {
        return Err(foreign(document, "sites", "windows", "per_position"));
    }
    if columns.background.is_some() {
        return Err(foreign(document, "background", "windows", "per_position"));
    }
    if columns.scored.is_some() {
        return Err(foreign(document, "scored", "windows", "per_position"));
    }
    if document.value.context > 0 {
        return Err(foreign(document, "context", "windows", "per_position"));
    }
    Ok(())
}

fn per_position(document: &Document<Dataset>) -> Checked {
    let columns = &document.value.columns;
    if columns.label.is_some() {
        return Err(foreign(document, "label", "per_position", "windows"));
    }
    if columns.target.is_some() {
        return Err(foreign(document, "target", "per_position", "windows"));
    }
    let sites = match &columns.sites {
        Some(sites) if !sites.is_empty() => sites,
        _ => {
            let example = "sites: {donor: donors}";
            return Err(missing(document, "sites", "per_position", example));
        }
    };
    let Some(background) = &columns.background else {
        let example = "background: none";
        return Err(missing(document, "background", "per_position", example));
    };
    let known: Vec<&str> = document.value.classes.iter().map(String::as_str).collect();
    for class in sites.keys() {
        if !known.contains(&class.as_str()) {
            let message = format!("sites: `{class}` is not one of the classes");
            let cure = suggest::cure(class, &known);
            return Err(document.error(&key(document, "sites"), message, cure));
        }
    }
    if !known.contains(&background.value.as_str()) {
        let message = format!(
            "background: `{}` is not one of the classes",
            background.value
        );
        return Err(document.error(
            background,
            message,
            suggest::cure(&background.value, &known),
        ));
    }
    if sites.contains_key(&background.value) {
        let message = format!("background: `{}` has sites of its own", background.value);
        let cure = "take it out of `sites`, or name another background";
        return Err(document.error(background, message, cure));
    }
    let unused = |class: &&str| !sites.contains_key(*class) && *class != background.value;
    match known.into_iter().find(unused) {
        Some(class) => Err(document.error(
            &key(document, "classes"),
            format!("classes: `{class}` has no column in `sites` and is not the background"),
            "give it a column in `sites`, or take it out of `classes`",
        )),
        None => Ok(()),
    }
}

fn missing(document: &Document<Dataset>, field: &str, kind: &str, example: &str) -> SpecError {
    document.error(
        &key(document, "columns"),
        format!("columns: a dataset of kind {kind} needs `{field}`"),
        format!("add it, as in `{example}`"),
    )
}

fn foreign(document: &Document<Dataset>, field: &str, kind: &str, other: &str) -> SpecError {
    document.error(
        &key(document, field),
        format!("`{field}` has no meaning in a dataset of kind {kind}"),
        format!("take it out, or write `kind: {other}`"),
    )
}

/// Where a key stands: fields that the parser gives without their place are found by their name.
fn key(document: &Document<Dataset>, name: &str) -> Located<()> {
    let start = format!("{name}:");
    let found = document.text.lines().zip(1..).find_map(|(line, number)| {
        let indent = line.len() - line.trim_start().len();
        line[indent..].starts_with(&start).then_some(Located {
            value: (),
            line: number,
            column: indent as u64 + 1,
        })
    });
    found.unwrap_or(Located::nowhere(()))
}

#[cfg(test)]
mod tests {
    use crate::fixture::{Folder, POSITIONS, VALUES, WINDOWS};

    #[track_caller]
    fn complains(text: &str, from: &str, to: &str, expected: &str) {
        assert!(text.contains(from), "{from}");
        let folder = Folder::new(&text.replace(from, to), b"");
        assert_eq!(folder.error_of_open(), expected);
    }

    #[test]
    fn classes_are_named_once() {
        complains(
            WINDOWS,
            "classes: [donor, decoy]",
            "classes: []",
            "dataset.yaml:11:1: classes: the list is empty\n     |\n  11 | classes: []\n     | ^\n  cure: name every class that the table holds",
        );
        complains(
            WINDOWS,
            "classes: [donor, decoy]",
            "classes: [donor, donor]",
            "dataset.yaml:11:1: classes: `donor` is named twice\n     |\n  11 | classes: [donor, donor]\n     | ^\n  cure: name each class once",
        );
    }

    #[test]
    fn splits_are_of_three_names_and_not_empty() {
        complains(
            WINDOWS,
            "test: 3",
            "tests: 3",
            "dataset.yaml:12:1: splits: `tests` is not a split\n     |\n  12 | splits: {tuning: 1, tests: 3}\n     | ^\n  cure: did you mean `test`? Known: train, tuning, test",
        );
        complains(
            WINDOWS,
            "test: 3",
            "test: 0",
            "dataset.yaml:12:1: splits: `test` has no example\n     |\n  12 | splits: {tuning: 1, test: 0}\n     | ^\n  cure: leave the split out, or put examples into it",
        );
        complains(
            WINDOWS,
            "{tuning: 1, test: 3}",
            "{}",
            "dataset.yaml:12:1: splits: there is none\n     |\n  12 | splits: {}\n     | ^\n  cure: state how many examples each split has, as in `splits: {test: 100}`",
        );
    }

    #[test]
    fn columns_fit_the_kind() {
        complains(
            WINDOWS,
            "  label: label\n",
            "",
            "dataset.yaml:5:1: columns: a dataset of kind windows needs `label`\n    |\n  5 | columns:\n    | ^\n  cure: add it, as in `label: label`",
        );
        complains(
            WINDOWS,
            "  label: label\n",
            "  label: label\n  scored: scored\n",
            "dataset.yaml:9:3: `scored` has no meaning in a dataset of kind windows\n    |\n  9 |   scored: scored\n    |   ^\n  cure: take it out, or write `kind: per_position`",
        );
        complains(
            POSITIONS,
            "  sites: {donor: donors, acceptor: acceptors}\n",
            "  label: label\n",
            "dataset.yaml:8:3: `label` has no meaning in a dataset of kind per_position\n    |\n  8 |   label: label\n    |   ^\n  cure: take it out, or write `kind: windows`",
        );
        complains(
            POSITIONS,
            "  sites: {donor: donors, acceptor: acceptors}\n",
            "",
            "dataset.yaml:5:1: columns: a dataset of kind per_position needs `sites`\n    |\n  5 | columns:\n    | ^\n  cure: add it, as in `sites: {donor: donors}`",
        );
        complains(
            POSITIONS,
            "  background: none\n",
            "",
            "dataset.yaml:5:1: columns: a dataset of kind per_position needs `background`\n    |\n  5 | columns:\n    | ^\n  cure: add it, as in `background: none`",
        );
    }

    #[test]
    fn a_target_is_a_class_or_a_number() {
        complains(
            VALUES,
            "  target: activity\n",
            "  target: activity\n  label: label\n",
            "dataset.yaml:8:11: target: an example has a class or a number, not both\n    |\n  8 |   target: activity\n    |           ^\n  cure: take `label` or `target` out; write two descriptors of one table where both are asked for",
        );
        complains(
            VALUES,
            "splits:",
            "classes: [donor]\nsplits:",
            "dataset.yaml:10:1: classes: `donor` has no meaning where the target is a number\n     |\n  10 | classes: [donor]\n     | ^\n  cure: take `classes` out, or name a `label` column in place of `target`",
        );
    }

    #[test]
    fn sites_and_background_are_classes() {
        complains(
            POSITIONS,
            "{donor: donors",
            "{doner: donors",
            "dataset.yaml:8:3: sites: `doner` is not one of the classes\n    |\n  8 |   sites: {doner: donors, acceptor: acceptors}\n    |   ^\n  cure: did you mean `donor`? Known: none, acceptor, donor",
        );
        complains(
            POSITIONS,
            "background: none",
            "background: nothing",
            "dataset.yaml:9:15: background: `nothing` is not one of the classes\n    |\n  9 |   background: nothing\n    |               ^\n  cure: known: none, acceptor, donor",
        );
        complains(
            POSITIONS,
            "background: none",
            "background: donor",
            "dataset.yaml:9:15: background: `donor` has sites of its own\n    |\n  9 |   background: donor\n    |               ^\n  cure: take it out of `sites`, or name another background",
        );
        complains(
            POSITIONS,
            "classes: [none, acceptor, donor]",
            "classes: [none, acceptor, donor, branch]",
            "dataset.yaml:15:1: classes: `branch` has no column in `sites` and is not the background\n     |\n  15 | classes: [none, acceptor, donor, branch]\n     | ^\n  cure: give it a column in `sites`, or take it out of `classes`",
        );
    }
}
