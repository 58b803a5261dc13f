//! Good tables give what they say; every bad one gives its message.

use titer_core::{Example, Target};

use crate::fixture::{
    Folder, LABELS, LABELS_TABLE, LISTED, LISTED_TABLE, POSITIONS, POSITIONS_TABLE, VALUES,
    VALUES_TABLE, WINDOWS, WINDOWS_TABLE, gzip,
};
use crate::{check, read};

const ALL: &dyn Fn(&str) -> bool = &|_| true;

fn ids(examples: &[Example]) -> Vec<&str> {
    examples.iter().map(|example| example.id.as_str()).collect()
}

/// Replaces a text of a good table; both `read` and `check` must give the message.
#[track_caller]
fn complains(descriptor: &str, table: &str, from: &str, to: &str, expected: &str) {
    assert!(table.contains(from), "{from}");
    complains_of_bytes(descriptor, table.replace(from, to).as_bytes(), expected);
}

#[track_caller]
fn complains_of_bytes(descriptor: &str, table: &[u8], expected: &str) {
    let folder = Folder::new(descriptor, table);
    let loaded = folder.open();
    let error = read(&loaded, "test", ALL).unwrap_err();
    assert_eq!(folder.plain(&error), expected);
    assert_eq!(folder.plain(&check(&loaded).unwrap_err()), expected);
}

#[test]
fn windows_of_a_split_and_of_the_labels_asked_for() {
    for table in [
        WINDOWS_TABLE.as_bytes().to_vec(),
        gzip(WINDOWS_TABLE.as_bytes()),
    ] {
        let folder = Folder::new(WINDOWS, &table);
        let loaded = folder.open();
        let examples = read(&loaded, "test", ALL).unwrap();
        assert_eq!(ids(&examples), ["b", "c", "d"]);
        assert_eq!(examples[0].sequence.letters(), b"ACGT");
        assert_eq!(examples[0].target, Target::Class(0));
        assert_eq!(examples[1].target, Target::Class(1));
        assert_eq!(examples[1].strata["strand"], "+");
        let donors = read(&loaded, "test", &|label| label == "donor").unwrap();
        assert_eq!(ids(&donors), ["b"]);
        assert_eq!(ids(&read(&loaded, "tuning", ALL).unwrap()), ["a"]);
    }
}

#[test]
fn truth_per_base() {
    let folder = Folder::new(POSITIONS, POSITIONS_TABLE.as_bytes());
    let examples = read(&folder.open(), "test", &|_| false).unwrap();
    let target = Target::Positions {
        truth: vec![1, 0, 0, 2, 0, 2],
        scored: vec![0..2, 4..6],
    };
    assert_eq!(examples[0].target, target);
    assert_eq!(examples[0].target.scored_positions(), 4);
    assert_eq!(examples[0].place.position, Some(77));
    assert_eq!(examples[0].place.strand.as_deref(), Some("-"));
    assert_eq!(examples[0].clusters["locus"], "l1");
    assert_eq!(examples[1].place.position, None);
}

#[test]
fn stretches_of_any_length_without_context_are_whole_transcripts() {
    let about = POSITIONS.replace("context: 2\n", "");
    let table = "\
id\tsequence\tacceptors\tdonors\tscored\tchromosome\tposition\tstrand\tgene\tlocus\tsplit
long\tAAACGTACAACC\t\t11\t0-3,4-12\t20\t\t\t\tl1\ttest
short\tATG\t\t0\t0-3\t20\t\t\t\tl2\ttest
";
    let folder = Folder::new(&about, table.as_bytes());
    let examples = read(&folder.open(), "test", &|_| false).unwrap();
    let of = |target: &Target| match target {
        Target::Positions { truth, .. } => (truth.len(), truth.iter().position(|&class| class > 0)),
        other => panic!("{other:?}"),
    };
    assert_eq!(of(&examples[0].target), (12, Some(11)));
    assert_eq!(examples[0].target.scored_positions(), 11);
    assert_eq!(of(&examples[1].target), (3, Some(0)));
    assert_eq!(examples[1].sequence.len(), 3);
}

#[test]
fn several_labels_of_a_window_from_a_column_of_each() {
    let folder = Folder::new(LABELS, LABELS_TABLE.as_bytes());
    let loaded = folder.open();
    assert_eq!(loaded.about().classes, ["ctcf", "dnase"]);
    let examples = read(&loaded, "test", &|_| false).unwrap();
    let targets: Vec<Target> = examples.into_iter().map(|example| example.target).collect();
    let wanted = [
        [Some(true), Some(false)],
        [None, Some(true)],
        [Some(true), None],
        [Some(false), Some(false)],
    ];
    assert_eq!(
        targets,
        wanted.map(|labels| Target::Labels(labels.to_vec()))
    );
    let summary = check(&loaded).unwrap();
    let found = &summary.splits["test"];
    assert_eq!(
        found.classes,
        [("ctcf".to_owned(), 2), ("dnase".to_owned(), 1)]
    );
    assert_eq!(found.known, [3, 3]);
    complains(
        LABELS,
        LABELS_TABLE,
        "\t1\nc",
        "\t2\nc",
        "table.tsv:3: in column `dnase`: \"2\" is neither 0 nor 1\n  help: write 1 where the label is true, 0 where it is not, and nothing where that is not known; make 0 and 1 of what was counted or measured by a cut of your own",
    );
    complains(
        LABELS,
        LABELS_TABLE,
        "\tdnase",
        "\tDNase",
        "table.tsv:1: in column `dnase`: the header has no such column, and the descriptor names it\n  help: did you mean `DNase`? Known: id, sequence, CTCF_K562, DNase",
    );
}

#[test]
fn several_labels_of_a_window_from_one_column() {
    let folder = Folder::new(LISTED, LISTED_TABLE.as_bytes());
    let examples = read(&folder.open(), "test", &|_| false).unwrap();
    let targets: Vec<Target> = examples.into_iter().map(|example| example.target).collect();
    let wanted = [[true, true, false], [false; 3], [false, true, false]];
    assert_eq!(
        targets,
        wanted.map(|labels| Target::Labels(labels.map(Some).to_vec()))
    );
    complains(
        LISTED,
        LISTED_TABLE,
        "\tctcf\n",
        "\tctfc\n",
        "table.tsv:4: in column `tracks`: label \"ctfc\" is not one of the classes\n  help: did you mean `ctcf`? Known: dnase, ctcf, pol2, CTCF_K562",
    );
    complains(
        LISTED,
        LISTED_TABLE,
        "CTCF_K562;dnase",
        "ctcf,dnase",
        "table.tsv:2: in column `tracks`: label \"ctcf,dnase\" is not one of the classes\n  help: say `label_separator: \",\"` under `columns` if that is what stands between labels",
    );
    let other = LISTED.replace(
        "label_list: tracks",
        "label_list: tracks\n  label_separator: \",\"",
    );
    let table = LISTED_TABLE.replace(';', ",");
    let folder = Folder::new(&other, table.as_bytes());
    assert_eq!(read(&folder.open(), "test", &|_| false).unwrap().len(), 3);
}

#[test]
fn labels_that_contradict_the_descriptor_are_told() {
    for (descriptor, from, to, expected) in [
        (
            LABELS,
            "  clusters",
            "  label: dnase\n  clusters",
            "labels: an example has labels, a class or a number",
        ),
        (
            LABELS,
            "  clusters",
            "  label_list: dnase\n  clusters",
            "label_list: the labels have columns of their own",
        ),
        (
            LABELS,
            "splits",
            "classes: [ctcf, dnaes]\nsplits",
            "labels: `dnase` is not one of the classes",
        ),
        (
            LABELS,
            "splits",
            "classes: [ctcf, dnase, pol2]\nsplits",
            "classes: `pol2` has no column in `labels`",
        ),
        (
            LABELS,
            "{ctcf: CTCF_K562, dnase: dnase}",
            "[dnase, dnase]",
            "`dnase` is named twice",
        ),
        (
            LABELS,
            "{ctcf: CTCF_K562, dnase: dnase}",
            "dnase",
            "`dnase` is no list",
        ),
        (
            LISTED,
            "label_list: tracks",
            "label: tracks\n  label_separator: \",\"",
            "label_separator: `,` separates nothing",
        ),
        (
            LISTED,
            "classes: [dnase, ctcf, pol2]\nlabels: {CTCF_K562: ctcf}\n",
            "",
            "classes: they are not named",
        ),
        (LABELS, "kind: windows", "kind: per_position", "`labels`"),
    ] {
        assert!(descriptor.contains(from), "{from}");
        let folder = Folder::new(&descriptor.replace(from, to), LABELS_TABLE.as_bytes());
        let error = folder.error_of_open();
        assert!(error.contains(expected), "{expected}:\n{error}");
        assert!(error.contains("help: "), "{error}");
    }
}

#[test]
fn a_number_of_each_window() {
    let folder = Folder::new(VALUES, VALUES_TABLE.as_bytes());
    let loaded = folder.open();
    let examples = read(&loaded, "test", &|_| false).unwrap();
    let targets: Vec<&Target> = examples.iter().map(|example| &example.target).collect();
    let wanted = [-0.25, 0.001, 7.0].map(Target::Value);
    assert_eq!(targets, wanted.iter().collect::<Vec<_>>());
    let summary = check(&loaded).unwrap();
    assert_eq!(summary.splits["test"].values, Some((-0.25, 7.0)));
    assert!(summary.splits["test"].classes.is_empty());
    for (from, to, said) in [
        ("1e-3", "NA", "\"NA\" is not a number"),
        ("1e-3", "NaN", "\"NaN\" is not finite"),
        ("1e-3", "1e400", "\"1e400\" is not finite"),
    ] {
        let expected = format!(
            "table.tsv:3: in column `activity`: target {said}\n  help: write a number with a decimal point, as in -0.25 or 1e-3; leave out examples that were not measured"
        );
        complains(VALUES, VALUES_TABLE, from, to, &expected);
    }
}

#[test]
fn a_summary_counts() {
    let folder = Folder::new(WINDOWS, WINDOWS_TABLE.as_bytes());
    let summary = check(&folder.open()).unwrap();
    let test = &summary.splits["test"];
    assert_eq!((test.examples, test.shortest, test.longest), (3, 3, 5));
    assert_eq!(test.middle, 4);
    let remarks = [
        "letters of split test: lower case in 1 row (read as capitals), N in 1 row (longest run 1)",
        "rows whose letters an earlier row has: 0 of the same split, 1 of another",
    ];
    assert_eq!(summary.remarks(), remarks);
    assert_eq!(
        test.classes,
        [("donor".to_owned(), 1), ("decoy".to_owned(), 2)]
    );
    let folder = Folder::new(POSITIONS, POSITIONS_TABLE.as_bytes());
    let summary = check(&folder.open()).unwrap();
    let test = &summary.splits["test"];
    let counts: Vec<u64> = test.classes.iter().map(|(_, count)| *count).collect();
    assert_eq!(counts, [8, 1, 1]);
    assert_eq!(test.clusters["locus"], 1);
}

#[test]
fn the_file_is_the_one_described() {
    let folder = Folder::new(WINDOWS, WINDOWS_TABLE.as_bytes());
    std::fs::write(folder.table(), WINDOWS_TABLE.replace("GGG", "GCG")).unwrap();
    let said = folder.error_of_open();
    let digest = titer_core::Digest::of(WINDOWS_TABLE.replace("GGG", "GCG").as_bytes());
    assert!(
        said.starts_with("dataset.yaml:4:33: digest: table.tsv is "),
        "{said}"
    );
    assert!(said.contains(&digest.to_string()), "{said}");
    assert!(
        said.ends_with("\n  help: the file is not the one described: fetch it anew, or correct the digest if the change is meant"),
        "{said}"
    );
    std::fs::write(folder.table(), "id\n").unwrap();
    let said = folder.error_of_open();
    assert!(
        said.starts_with("dataset.yaml:4:14: bytes: table.tsv has 3 bytes, not 113\n"),
        "{said}"
    );
    std::fs::remove_file(folder.table()).unwrap();
    let said = folder.error_of_open();
    assert!(
        said.starts_with("dataset.yaml:4:14: path: table.tsv cannot be read: "),
        "{said}"
    );
}

#[test]
fn a_split_that_is_not_there() {
    let folder = Folder::new(WINDOWS, WINDOWS_TABLE.as_bytes());
    let error = read(&folder.open(), "tets", ALL).unwrap_err();
    assert_eq!(
        folder.plain(&error),
        "dataset.yaml:1:10: the dataset has no split `tets`\n    |\n  1 | dataset: small\n    |          ^\n  help: did you mean `test`? Known: test, tuning"
    );
}

#[test]
fn nothing_left_is_an_error() {
    let folder = Folder::new(WINDOWS, WINDOWS_TABLE.as_bytes());
    let error = read(&folder.open(), "test", &|label| label == "acceptor").unwrap_err();
    assert_eq!(
        folder.plain(&error),
        "table.tsv: no example of split `test` has a label that is asked for\n  help: ask for other classes; known: donor, decoy"
    );
}

#[test]
fn missing_and_repeated_columns() {
    complains(
        WINDOWS,
        WINDOWS_TABLE,
        "\tlabel\t",
        "\tlable\t",
        "table.tsv:1: in column `label`: the header has no such column, and the descriptor names it\n  help: did you mean `lable`? Known: id, sequence, lable, strand, split",
    );
    complains(
        WINDOWS,
        WINDOWS_TABLE,
        "\tstrand\t",
        "\tid\t",
        "table.tsv:1: in column `id`: the header names it twice\n  help: give each column its own name",
    );
}

#[test]
fn a_table_of_the_other_layout_is_told_so() {
    let commas = WINDOWS_TABLE.replace('\t', ",");
    complains_of_bytes(
        WINDOWS,
        commas.as_bytes(),
        "table.tsv:1: the header line is one column that holds commas: \"id,sequence,label,strand,split\"\n  help: say `layout: csv` in dataset.yaml, which names the file in line 4",
    );
    let csv = WINDOWS.replace("kind:", "layout: csv\nkind:");
    complains_of_bytes(
        &csv,
        WINDOWS_TABLE.as_bytes(),
        "table.tsv:1: the header line is one column that holds tabs: \"id\\tsequence\\tlabel\\tstrand\\tsplit\"\n  help: say `layout: tsv` in dataset.yaml, which names the file in line 5",
    );
    let named = WINDOWS.replace(
        "kind:",
        "header: [id, sequence, label, strand, split]\nkind:",
    );
    complains_of_bytes(
        &named,
        b"a,ACGT,donor,+,tuning\n",
        "table.tsv:1: the row is one field that holds commas, the header has 5\n  help: say `layout: csv` in the descriptor",
    );
}

#[test]
fn header_lines_are_no_examples() {
    let (header, rows) = WINDOWS_TABLE.split_once('\n').unwrap();
    let again = "the header line stands here again, and would be read as an example\n  help: take the line out: files that are joined keep one header line; or name each by `files` of the descriptor";
    for mark in ["", "\u{feff}"] {
        let joined = format!("{header}\n{rows}{mark}{header}\n{rows}");
        complains_of_bytes(WINDOWS, joined.as_bytes(), &format!("table.tsv:6: {again}"));
    }
    let named = |names: &str| WINDOWS.replace("kind:", &format!("header: [{names}]\nkind:"));
    let joined = format!("{rows}{header}\n{rows}");
    complains_of_bytes(
        &named("id, sequence, label, strand, split"),
        joined.as_bytes(),
        &format!("table.tsv:5: {again}"),
    );
    // Also where the descriptor calls the columns otherwise.
    let others = named("row, dna, kind, side, part")
        .replace("id: id", "id: row")
        .replace("sequence: sequence", "sequence: dna")
        .replace("label: label", "label: kind")
        .replace("split: split", "split: part")
        .replace("[strand]", "[side]");
    for descriptor in [&named("id, sequence, label, strand, split"), &others] {
        complains_of_bytes(
            descriptor,
            WINDOWS_TABLE.as_bytes(),
            "table.tsv:1: the file has a header line, which would be read as an example\n  help: take `header` out of the descriptor",
        );
    }
}

#[test]
fn bad_values_of_windows() {
    let bad = |from, to, expected| complains(WINDOWS, WINDOWS_TABLE, from, to, expected);
    bad(
        "GGGTN\tdecoy",
        "GGGTN\tdonar",
        "table.tsv:4: in column `label`: label \"donar\" is not one of the classes\n  help: did you mean `donor`? Known: donor, decoy",
    );
    bad(
        "GGGTN",
        "GG.TN",
        "table.tsv:4: in column `sequence`: letter '.' at position 2 is not a nucleotide (IUPAC code)\n  help: use the letters of IUPAC nucleotide code: ACGT, N where unknown",
    );
    bad(
        "GGGTN",
        "",
        "table.tsv:4: in column `sequence`: the sequence is empty\n  help: use the letters of IUPAC nucleotide code: ACGT, N where unknown",
    );
    bad(
        "\nd\t",
        "\nb\t",
        "table.tsv:5: in column `id`: id \"b\" stands on an earlier line too\n  help: give each example an id of its own",
    );
    bad(
        "\nd\t",
        "\n\t",
        "table.tsv:5: in column `id`: the id is empty\n  help: give each example an id of its own",
    );
    bad(
        "+\ttuning",
        "+\ttunning",
        "table.tsv:2: in column `split`: \"tunning\" is not a split\n  help: did you mean `tuning`? Known: test, tuning",
    );
    bad(
        "+\ttuning",
        "+\ttrain",
        "table.tsv:2: in column `split`: split \"train\" is not one that the descriptor counts\n  help: add it to `splits` of the descriptor, or correct the row",
    );
    bad(
        "TTT\tdecoy\t",
        "TTT\tdecoy",
        "table.tsv:5: the row has 4 fields, the header 5\n  help: separate fields by single tabs; empty fields count",
    );
}

#[test]
fn bad_values_per_position() {
    let bad = |from, to, expected| complains(POSITIONS, POSITIONS_TABLE, from, to, expected);
    bad(
        "3,5",
        "3,6",
        "table.tsv:2: in column `donors`: offset 6 lies outside the stretch of 6 bases\n  help: count from 0 at the first base after the context",
    );
    bad(
        "3,5",
        "3;5",
        "table.tsv:2: in column `donors`: offset \"3;5\" is not a whole number\n  help: write 0-based offsets inside the scored stretch, separated by commas",
    );
    bad(
        "3,5",
        "0",
        "table.tsv:2: in column `donors`: offset 0 is already a site of class `acceptor`\n  help: give each base one class",
    );
    bad(
        "0-2,4-6",
        "0-2,1-6",
        "table.tsv:2: in column `scored`: range 1-6 begins before the end of the one before it\n  help: sort the ranges and join those that overlap",
    );
    bad(
        "0-2,4-6",
        "0-7",
        "table.tsv:2: in column `scored`: range 0-7 is empty or leaves the stretch of 6 bases\n  help: write start-end with start < end, 0-based and half-open",
    );
    bad(
        "0-2,4-6",
        "0..6",
        "table.tsv:2: in column `scored`: \"0..6\" is not a range\n  help: write half-open ranges as start-end, separated by commas, as in 0-5000",
    );
    bad(
        "0-2,4-6",
        "",
        "table.tsv:2: in column `scored`: no range is scored\n  help: name at least one range, or leave the example out",
    );
    bad(
        "s\tAAACGTACAA",
        "s\tAAAC",
        "table.tsv:2: in column `sequence`: the sequence has 4 bases, context alone takes 2 x 2\n  help: write context, stretch and context, or correct `context` of the descriptor",
    );
    bad(
        "77",
        "7.7",
        "table.tsv:2: in column `position`: \"7.7\" is not a position\n  help: write the 0-based coordinate on the plus strand as a whole number",
    );
    bad(
        "\t-\t",
        "\tx\t",
        "table.tsv:2: in column `strand`: \"x\" is not a strand\n  help: write + or -; . or nothing where it is not said",
    );
    bad(
        "\tl1\ttest\nt",
        "\t\ttest\nt",
        "table.tsv:2: in column `locus`: the cluster is empty\n  help: name the group within which it is not independent; its own id if there is none",
    );
}

#[test]
fn splits_are_as_large_as_stated() {
    let expected = "table.tsv: split `test` has 2 examples, the descriptor says 3\n  help: correct `splits` of dataset.yaml, or the table";
    complains(
        WINDOWS,
        WINDOWS_TABLE,
        "d\tTTT\tdecoy\t+\ttest\n",
        "",
        expected,
    );
    let header = WINDOWS_TABLE.lines().next().unwrap();
    complains_of_bytes(
        WINDOWS,
        header.as_bytes(),
        "table.tsv: the table has a header and no example\n  help: write a line for each example",
    );
    complains_of_bytes(
        WINDOWS,
        b"",
        "table.tsv: the table is empty: it has no header line\n  help: write a header line and a line for each example",
    );
}

#[test]
fn damaged_bytes() {
    let whole = gzip(WINDOWS_TABLE.as_bytes());
    let cut = &whole[..whole.len() - 12];
    let folder = Folder::new(WINDOWS, cut);
    let said = folder.plain(&check(&folder.open()).unwrap_err());
    let cure = ": the file ends in the middle of compressed data\n  help: it was cut short: fetch or make it anew";
    assert!(
        said.starts_with("table.tsv:") && said.ends_with(cure),
        "{said}"
    );
    let mut flipped = whole.clone();
    let last = flipped.len() - 6;
    flipped[last] ^= 0xff;
    let folder = Folder::new(WINDOWS, &flipped);
    let said = folder.plain(&check(&folder.open()).unwrap_err());
    assert!(said.contains("the compressed data are damaged"), "{said}");
    let mut latin = WINDOWS_TABLE.as_bytes().to_vec();
    let at = WINDOWS_TABLE.find("GGG").unwrap() - 2;
    latin[at] = 0xe9;
    complains_of_bytes(
        WINDOWS,
        &latin,
        "table.tsv:4: the line holds bytes that are no UTF-8\n  help: convert the file, as in `iconv -f WINDOWS-1252 -t UTF-8 old > new`, from the encoding that it was written in (spreadsheets write UTF-16, too)",
    );
}
