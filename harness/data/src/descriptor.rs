//! Whether a descriptor holds together, before its table is opened.

use std::collections::BTreeSet;

use titer_spec::dataset::{Columns, FILL_IN};
use titer_spec::{Dataset, DatasetKind, Divide, Document, Layout, Located, SpecError, suggest};

use crate::records::{self, own_names};

/// Splits that a dataset may have.
pub(crate) const SPLITS: [&str; 3] = ["train", "tuning", "test"];

/// What others call `tuning`.
pub(crate) const TUNING: [&str; 4] = ["validation", "valid", "val", "dev"];

/// Labels that a dataset may have: Sei has 21,907.
const MAX_LABELS: usize = 65_536;

type Checked = Result<(), SpecError>;

/// A descriptor that was read, its labels named: what is checked and filled in begins with it.
pub(crate) fn named(mut document: Document<Dataset>) -> Document<Dataset> {
    document.value.name_labels();
    document
}

/// Nothing is left to fill in but what is found in the data. All that is left is said at once.
pub(crate) fn check_filled(document: &Document<Dataset>) -> Checked {
    let is_open = |line: &&str| {
        let said = line.split('#').next().unwrap_or_default();
        said.contains(FILL_IN) && !said.trim_start().starts_with("classes:")
    };
    let lines: Vec<&str> = document.text.lines().filter(is_open).collect();
    let Some(first) = lines.first() else {
        return Ok(());
    };
    let field = |line: &&str| line.split(':').next().unwrap_or_default().trim().to_owned();
    let fields: Vec<String> = lines.iter().map(field).collect();
    let (first, fields) = (field(first), fields.join(", "));
    Err(document.error(
        &key(document, &first),
        format!("{fields}: {FILL_IN} stands for what is still to be said"),
        "write what the data are; what nobody knows is `none` or `not stated`",
    ))
}

/// Classes are named, and every split has examples.
pub(crate) fn check_counted(document: &Document<Dataset>) -> Checked {
    let splits = &document.value.splits;
    if document.value.has_open_classes() {
        return Err(document.error(
            &key(document, "classes"),
            "classes: they are not named",
            "name every class that the table holds; `titer data pin` finds them",
        ));
    }
    if splits.is_empty() {
        return Err(document.error(
            &key(document, "splits"),
            "splits: there is none",
            "state how many examples each split has, as in `splits: {test: 100}`; `titer data pin` counts them",
        ));
    }
    match splits.iter().find(|(_, count)| **count == 0) {
        Some((name, _)) => Err(document.error(
            &key(document, "splits"),
            format!("splits: `{name}` has no example"),
            "leave the split out, or put examples into it; `titer data pin` counts them",
        )),
        None => Ok(()),
    }
}

/// Checks all that can be checked without the files; splits may not be counted yet.
pub(crate) fn check_open(document: &Document<Dataset>) -> Checked {
    classes(document)?;
    splits(document)?;
    files(document)?;
    divided(document)?;
    letters(document)?;
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
    if classes.is_empty() && !document.value.has_open_classes() {
        return Err(wrong(
            "classes: the list is empty".to_owned(),
            "name every class that the table holds",
        ));
    }
    let most = match document.value.has_labels() {
        true => MAX_LABELS,
        false => usize::from(u8::MAX) + 1,
    };
    if classes.len() > most {
        return Err(wrong(
            format!(
                "classes: {} classes, at most {most} are supported",
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
    for name in splits.keys() {
        if !SPLITS.contains(&name.as_str()) {
            let cure = suggest::cure(name, &SPLITS);
            return wrong(format!("splits: `{name}` is not a split"), cure);
        }
    }
    Ok(())
}

/// The splits that are counted; where none is yet, all that there may be.
fn known_splits(dataset: &Dataset) -> Vec<&str> {
    match dataset.splits.is_empty() {
        true => SPLITS.to_vec(),
        false => dataset.splits.keys().map(String::as_str).collect(),
    }
}

/// One way of naming files, and what goes with their layout.
fn files(document: &Document<Dataset>) -> Checked {
    let dataset = &document.value;
    let wrong = |field: &str, message: &str, cure: &str| {
        Err(document.error(&key(document, field), message.to_owned(), cure))
    };
    match (&dataset.file, dataset.files.is_empty()) {
        (None, true) => {
            return wrong(
                "file",
                "file: there is none",
                "name the data, as in `file: {path: data.tsv, digest: \"sha256:...\", bytes: 100}`, or several by `files`",
            );
        }
        (Some(_), false) => {
            return wrong(
                "files",
                "files: `file` names one already",
                "write all of them under `files`",
            );
        }
        _ => {}
    }
    let has_lines = matches!(dataset.layout, Layout::Tsv | Layout::Csv | Layout::Bed);
    if !dataset.header.is_empty() && !has_lines {
        return wrong(
            "header",
            "header: files of this layout name their columns themselves",
            "take `header` out",
        );
    }
    for file in &dataset.files {
        if let Some(split) = &file.split
            && !known_splits(dataset).contains(&split.as_str())
        {
            let known = known_splits(dataset);
            return Err(document.error(
                &file.path,
                format!("files: `splits` does not count a split `{split}`"),
                suggest::cure(split, &known),
            ));
        }
    }
    let known = |class: &String| dataset.has_open_classes() || dataset.classes.contains(class);
    match dataset.labels.values().find(|class| !known(class)) {
        Some(class) => {
            let known: Vec<&str> = dataset.classes.iter().map(String::as_str).collect();
            let message = format!("labels: `{class}` is not one of the classes");
            let cure = suggest::cure(class, &known);
            Err(document.error(&key(document, "labels"), message, cure))
        }
        None => Ok(()),
    }
}

/// One thing says which split an example is of.
fn divided(document: &Document<Dataset>) -> Checked {
    let dataset = &document.value;
    let wrong = |field: &str, message: String, cure: &str| {
        Err(document.error(&key(document, field), message, cure))
    };
    // A folder has splits only where its folders are called so.
    let own = own_names(&dataset.layout).contains(&"split") && dataset.layout != Layout::Folders;
    let by_file = dataset
        .files
        .iter()
        .filter(|file| file.split.is_some())
        .count();
    let by_column = dataset.columns.split.is_some() || own;
    if let Some(Divide::Shares(shares)) = &dataset.divide
        && (shares.test + shares.tuning > 1.0 || shares.test <= 0.0)
    {
        return wrong(
            "divide",
            format!(
                "divide: {} for test and {} for tuning are no shares of one whole",
                shares.test, shares.tuning
            ),
            "write shares above 0 whose sum is 1 at most; the rest is `train`",
        );
    }
    let ways =
        usize::from(by_column) + usize::from(by_file > 0) + usize::from(dataset.divide.is_some());
    if ways > 1 {
        return wrong(
            "divide",
            "splits: more than one of a column, the files and `divide` say which split an example is of".to_owned(),
            "keep one of `columns.split`, `files[].split` and `divide`",
        );
    }
    // With one split nothing has to be said.
    let has_one = dataset.splits.len() <= 1;
    let is_said = by_column || dataset.divide.is_some() || by_file == dataset.files.len().max(1);
    if !is_said && !has_one && dataset.layout != Layout::Folders {
        return wrong(
            "splits",
            "splits: nothing says which split an example is of".to_owned(),
            "name the column by `columns.split`, or write `split` beside each of `files`, or `divide`",
        );
    }
    Ok(())
}

/// Letters are written in the files, or the genome has them.
fn letters(document: &Document<Dataset>) -> Checked {
    let dataset = &document.value;
    let (columns, place) = (&dataset.columns, records::place(dataset));
    let own = own_names(&dataset.layout);
    let wrong = |field: &str, message: &str, cure: &str| {
        Err(document.error(&key(document, field), message.to_owned(), cure))
    };
    let has = |column: bool, name: &str| column || own.contains(&name);
    let has_letters = has(columns.sequence.is_some(), "sequence");
    let is_interval = has(place.start.is_some(), "start") && has(place.end.is_some(), "end");
    let is_variant = has(place.position.is_some(), "position")
        && has(place.ref_allele.is_some(), "ref")
        && has(place.alt_allele.is_some(), "alt");
    let chromosome = has(place.chromosome.is_some(), "chromosome");
    match (has_letters, &dataset.genome) {
        (true, None) if dataset.window.is_some() => wrong(
            "window",
            "window: it is for genetic variants whose letters come from `genome`",
            "take it out",
        ),
        (true, None) => Ok(()),
        (true, Some(_)) => wrong(
            "genome",
            "genome: the files have letters of their own",
            "take `genome` or `columns.sequence` out",
        ),
        // An audit of places needs no letters.
        (false, None) if is_interval && chromosome => Ok(()),
        (false, None) => wrong(
            "columns",
            "columns: nothing says what letters an example has",
            "name the column by `sequence: ...`, or the FASTA by `genome` where rows have places",
        ),
        (false, Some(_)) if !chromosome || !(is_interval || is_variant) => wrong(
            "columns",
            "columns: letters are to come from `genome`, and nothing says where an example lies",
            "name `place: {chromosome, start, end}`, or `place: {chromosome, position, ref_allele, alt_allele}`",
        ),
        (false, Some(_)) if !is_interval && dataset.window.is_none() => wrong(
            "window",
            "window: a genetic variant has as many letters around it as are asked for",
            "write the number of bases, as in `window: 512`",
        ),
        (false, Some(_)) => Ok(()),
    }
}

fn windows(document: &Document<Dataset>) -> Checked {
    let columns = &document.value.columns;
    let files = document.value.all_files();
    let by_file = files.iter().all(|file| file.label.is_some());
    let own = own_names(&document.value.layout).contains(&"label");
    if document.value.has_labels() {
        labels(document)?;
    } else if let Some(separator) = &columns.label_separator {
        let message = format!("label_separator: `{separator}` separates nothing");
        let cure = "name the column that lists labels by `label_list`, or take it out";
        return Err(document.error(&key(document, "label_separator"), message, cure));
    }
    match (&columns.label, &columns.target) {
        (None, None) if by_file || own || document.value.has_labels() => {}
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

/// The field that names where labels stand.
fn labels_field(columns: &Columns) -> &'static str {
    match columns.labels.is_empty() {
        true => "label_list",
        false => "labels",
    }
}

/// Labels stand in columns of their own, each of which is a class, or in one; and nothing else says what is true.
fn labels(document: &Document<Dataset>) -> Checked {
    let dataset = &document.value;
    let columns = &dataset.columns;
    let wrong = |field: &str, message: String, cure: String| {
        Err(document.error(&key(document, field), message, cure))
    };
    let field = labels_field(columns);
    if columns.label.is_some() || columns.target.is_some() {
        let message =
            format!("{field}: an example has labels, a class or a number, not two of them");
        let cure = "take one out; write two descriptors of one table where both are asked for";
        return wrong(field, message, cure.to_owned());
    }
    if dataset.all_files().iter().any(|file| file.label.is_some()) {
        let message =
            format!("{field}: an example has labels, and `files` says of which class it is");
        return wrong(field, message, "take `label` out of `files`".to_owned());
    }
    if let (false, Some(list)) = (columns.labels.is_empty(), &columns.label_list) {
        let message = "label_list: the labels have columns of their own (`labels`)";
        return Err(document.error(list, message, "name one of the two"));
    }
    if columns.label_separator.as_deref() == Some("") {
        let message = "label_separator: it is empty".to_owned();
        return wrong(
            "label_separator",
            message,
            "write what stands between labels".to_owned(),
        );
    }
    let mut seen = BTreeSet::new();
    if let Some(twice) = columns.labels.labels().find(|label| !seen.insert(*label)) {
        let message = format!("labels: `{twice}` is named twice");
        return wrong("labels", message, "name each label once".to_owned());
    }
    let known: Vec<&str> = dataset.classes.iter().map(String::as_str).collect();
    if let Some(label) = columns.labels.labels().find(|label| !known.contains(label)) {
        let message = format!("labels: `{label}` is not one of the classes");
        return wrong("labels", message, suggest::cure(label, &known));
    }
    let unused = |class: &&str| !columns.labels.is_empty() && !seen.contains(class);
    match known.into_iter().find(unused) {
        Some(class) => wrong(
            "classes",
            format!("classes: `{class}` has no column in `labels`"),
            "give it a column in `labels`, or take it out of `classes`".to_owned(),
        ),
        None => Ok(()),
    }
}

fn per_position(document: &Document<Dataset>) -> Checked {
    let columns = &document.value.columns;
    if document.value.has_labels() {
        let field = labels_field(columns);
        return Err(foreign(document, field, "per_position", "windows"));
    }
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
            "dataset.yaml:11:1: classes: they are not named\n     |\n  11 | classes: []\n     | ^\n  help: name every class that the table holds; `titer data pin` finds them",
        );
        complains(
            WINDOWS,
            "classes: [donor, decoy]",
            "classes: [donor, donor]",
            "dataset.yaml:11:1: classes: `donor` is named twice\n     |\n  11 | classes: [donor, donor]\n     | ^\n  help: name each class once",
        );
    }

    #[test]
    fn splits_are_of_three_names_and_not_empty() {
        complains(
            WINDOWS,
            "test: 3",
            "tests: 3",
            "dataset.yaml:12:1: splits: `tests` is not a split\n     |\n  12 | splits: {tuning: 1, tests: 3}\n     | ^\n  help: did you mean `test`? Known: train, tuning, test",
        );
        complains(
            WINDOWS,
            "test: 3",
            "test: 0",
            "dataset.yaml:12:1: splits: `test` has no example\n     |\n  12 | splits: {tuning: 1, test: 0}\n     | ^\n  help: leave the split out, or put examples into it; `titer data pin` counts them",
        );
        complains(
            WINDOWS,
            "{tuning: 1, test: 3}",
            "{}",
            "dataset.yaml:12:1: splits: there is none\n     |\n  12 | splits: {}\n     | ^\n  help: state how many examples each split has, as in `splits: {test: 100}`; `titer data pin` counts them",
        );
    }

    #[test]
    fn columns_fit_the_kind() {
        complains(
            WINDOWS,
            "  label: label\n",
            "",
            "dataset.yaml:5:1: columns: a dataset of kind windows needs `label`\n    |\n  5 | columns:\n    | ^\n  help: add it, as in `label: label`",
        );
        complains(
            WINDOWS,
            "  label: label\n",
            "  label: label\n  scored: scored\n",
            "dataset.yaml:9:3: `scored` has no meaning in a dataset of kind windows\n    |\n  9 |   scored: scored\n    |   ^\n  help: take it out, or write `kind: per_position`",
        );
        complains(
            POSITIONS,
            "  sites: {donor: donors, acceptor: acceptors}\n",
            "  label: label\n",
            "dataset.yaml:8:3: `label` has no meaning in a dataset of kind per_position\n    |\n  8 |   label: label\n    |   ^\n  help: take it out, or write `kind: windows`",
        );
        complains(
            POSITIONS,
            "  sites: {donor: donors, acceptor: acceptors}\n",
            "",
            "dataset.yaml:5:1: columns: a dataset of kind per_position needs `sites`\n    |\n  5 | columns:\n    | ^\n  help: add it, as in `sites: {donor: donors}`",
        );
        complains(
            POSITIONS,
            "  background: none\n",
            "",
            "dataset.yaml:5:1: columns: a dataset of kind per_position needs `background`\n    |\n  5 | columns:\n    | ^\n  help: add it, as in `background: none`",
        );
    }

    #[test]
    fn a_target_is_a_class_or_a_number() {
        complains(
            VALUES,
            "  target: activity\n",
            "  target: activity\n  label: label\n",
            "dataset.yaml:8:11: target: an example has a class or a number, not both\n    |\n  8 |   target: activity\n    |           ^\n  help: take `label` or `target` out; write two descriptors of one table where both are asked for",
        );
        complains(
            VALUES,
            "splits:",
            "classes: [donor]\nsplits:",
            "dataset.yaml:10:1: classes: `donor` has no meaning where the target is a number\n     |\n  10 | classes: [donor]\n     | ^\n  help: take `classes` out, or name a `label` column in place of `target`",
        );
    }

    #[test]
    fn sites_and_background_are_classes() {
        complains(
            POSITIONS,
            "{donor: donors",
            "{doner: donors",
            "dataset.yaml:8:3: sites: `doner` is not one of the classes\n    |\n  8 |   sites: {doner: donors, acceptor: acceptors}\n    |   ^\n  help: did you mean `donor`? Known: none, acceptor, donor",
        );
        complains(
            POSITIONS,
            "background: none",
            "background: nothing",
            "dataset.yaml:9:15: background: `nothing` is not one of the classes\n    |\n  9 |   background: nothing\n    |               ^\n  help: known: none, acceptor, donor",
        );
        complains(
            POSITIONS,
            "background: none",
            "background: donor",
            "dataset.yaml:9:15: background: `donor` has sites of its own\n    |\n  9 |   background: donor\n    |               ^\n  help: take it out of `sites`, or name another background",
        );
        complains(
            POSITIONS,
            "classes: [none, acceptor, donor]",
            "classes: [none, acceptor, donor, branch]",
            "dataset.yaml:15:1: classes: `branch` has no column in `sites` and is not the background\n     |\n  15 | classes: [none, acceptor, donor, branch]\n     | ^\n  help: give it a column in `sites`, or take it out of `classes`",
        );
    }
}
