//! `titer init`: what is told, what is asked, what is refused; nothing is ever half written or silently wrong.

use std::process::Command;

use crate::first_verdict::{Clean, channels_first, length_first, regions, sites};
use crate::helpers::onnx::{Attribute, Graph};
use crate::helpers::world::{Said, repository};

const SITES: [&str; 5] = ["init", "--model", "donor.onnx", "--data", "sites.csv"];
const REGIONS: [&str; 7] = [
    "init",
    "--model",
    "regions.onnx",
    "--data",
    "regions.csv",
    "--label",
    "region",
];

fn with_sites(table: &str) -> Clean {
    let clean = Clean::new();
    clean.write("sites.csv", table);
    clean.write("donor.onnx", channels_first(|weight| weight).file());
    clean
}

fn with_regions() -> Clean {
    let clean = Clean::new();
    clean.write("regions.csv", regions());
    clean.write("regions.onnx", length_first().file());
    clean
}

/// The program is turned down with these words, and leaves the folder as it was.
fn refused(clean: &Clean, arguments: &[&str], words: &[&str]) -> Said {
    let before = clean.files();
    let said = clean.titer(arguments).expect(2);
    for part in words {
        assert!(
            said.err.contains(part),
            "{arguments:?}: no {part:?} in\n{}",
            said.err
        );
    }
    assert_eq!(clean.files(), before, "{arguments:?}: {}", said.err);
    said
}

fn and<'a>(first: &[&'a str], more: &[&'a str]) -> Vec<&'a str> {
    [first, more].concat()
}

/// Splits, names and ids of a table changed line by line; the header is line 0.
fn changed(change: impl Fn(usize, Vec<String>) -> Vec<String>) -> String {
    let lines = sites();
    let lines = lines.lines().enumerate().map(|(place, line)| {
        let fields = line.split(',').map(str::to_owned).collect();
        change(place, fields).join(",") + "\n"
    });
    lines.collect()
}

#[test]
fn everything_is_told_with_its_reason() {
    let clean = with_sites(&sites());
    let said = clean
        .titer(&and(
            &SITES,
            &["--at-least", "0.8", "--organism", "Homo sapiens"],
        ))
        .expect(0);
    insta::assert_snapshot!("init_sites", said.out);
    for name in [
        "evaluation.yaml",
        "suites/sites.yaml",
        "sites.dataset.yaml",
        "donor.model.yaml",
    ] {
        let text = clean.read(name);
        let text: String = text
            .lines()
            .map(|line| match line.split_once(", digest:") {
                Some((before, _)) => format!("{before}\n"),
                None => format!("{line}\n"),
            })
            .collect();
        insta::assert_snapshot!(format!("init_{}", name.replace(['/', '.'], "_")), text);
    }
    // The same again changes nothing; another wish does not write over what is there.
    let before = clean.files();
    let again = clean
        .titer(&and(
            &SITES,
            &["--at-least", "0.8", "--organism", "Homo sapiens"],
        ))
        .expect(0);
    assert!(
        again.out.contains("left evaluation.yaml as it was"),
        "{}",
        again.out
    );
    assert_eq!(clean.files(), before);
    refused(
        &clean,
        &and(&SITES, &["--at-least", "0.9", "--organism", "Homo sapiens"]),
        &["evaluation.yaml is there already"],
    );
}

/// A model has as many evaluations as there are tables, and a table as many as there are models.
#[test]
fn one_model_on_two_tables_and_two_models_on_one() {
    let clean = with_sites(&sites());
    clean.titer(&SITES).expect(0);
    clean.write("others.csv", sites());
    clean
        .titer(&[
            "init",
            "others",
            "--model",
            "donor.onnx",
            "--data",
            "others.csv",
        ])
        .expect(0);
    assert!(clean.read("donor.model.yaml").contains("tasks: [sites]"));
    assert!(
        clean
            .read("donor-others.model.yaml")
            .contains("tasks: [others]")
    );
    clean.write("second.onnx", channels_first(|weight| weight * 0.5).file());
    let said = clean
        .titer(&[
            "init",
            "second",
            "--model",
            "second.onnx",
            "--data",
            "sites.csv",
        ])
        .expect(0);
    assert!(
        said.out.contains("left sites.dataset.yaml as it was"),
        "{}",
        said.out
    );
    for folder in ["others", "second"] {
        clean
            .titer(&["plan", &format!("{folder}/evaluation.yaml")])
            .expect(0);
    }
    // Other words about the same table are no reason to write over what is there.
    refused(
        &clean,
        &[
            "init",
            "third",
            "--model",
            "second.onnx",
            "--data",
            "sites.csv",
            "--organism",
            "none",
        ],
        &[
            "sites.dataset.yaml is there already",
            "beside what it describes",
        ],
    );
}

#[test]
fn columns_that_are_named_wrong_are_refused() {
    let clean = with_sites(&sites());
    let cases: [(&[&str], &[&str]); 8] = [
        (
            &["--sequence", "seqence"],
            &[
                "has no column `seqence`, which --sequence names",
                "did you mean `sequence`?",
            ],
        ),
        (
            &["--sequence", "label"],
            &[
                "line 2: column `label` holds \"0\", which is no nucleotide sequence",
                "columns of sequences: sequence",
            ],
        ),
        (
            &["--label", "sequence"],
            &[
                "column `sequence` holds sequences, not classes",
                "columns of classes: label",
            ],
        ),
        (
            &["--label", "class"],
            &["has no column `class`, which --label names"],
        ),
        (
            &["--split", "gene"],
            &[
                "column `gene` holds g0, g1, g2, which are not all splits",
                "--all-test",
            ],
        ),
        (
            &["--id", "gene"],
            &["line 3: column `gene` holds \"g0\" for the second time"],
        ),
        (
            &["--positive", "donor"],
            &[
                "--positive donor: column `label` has no such class",
                "known: 0, 1",
            ],
        ),
        (&["--alphabet", "ACG"], &["the model takes 4 letters"]),
    ];
    for (flags, words) in cases {
        refused(&clean, &and(&SITES, flags), words);
    }
    refused(&clean, &["init"], &["--model FILE", "--data TABLE"]);
    refused(
        &clean,
        &["init", "--model", "donor.onnx", "--data", "none.csv"],
        &["none.csv cannot be read"],
    );
}

#[test]
fn rows_that_are_flawed_are_named_by_line() {
    let put = |column: usize, line: usize, text: &'static str| {
        changed(move |place, mut fields| {
            if place + 1 == line {
                fields[column] = text.to_owned();
            }
            fields
        })
    };
    for (table, words) in [
        (
            put(2, 7, ""),
            "line 7: column `label` is empty, and a class is wanted",
        ),
        (put(1, 7, ""), "line 7: column `sequence` is empty"),
        (
            put(1, 9, "ACGT-X"),
            "line 9: column `sequence` holds \"ACGT-X\"",
        ),
        (put(0, 9, "s0"), "which rows are numbered"),
    ] {
        let clean = with_sites(&table);
        if words.starts_with("line") {
            refused(&clean, &SITES, &[words]);
        } else {
            // An id that repeats is no id: it is said, and rows are numbered.
            let said = clean.titer(&SITES).expect(0);
            assert!(
                said.out.contains("`id` repeats \"s0\" in line 9"),
                "{}",
                said.out
            );
        }
    }
}

#[test]
fn which_rows_are_tested_is_asked() {
    let table = changed(|_, mut fields| {
        fields.remove(3);
        fields
    });
    let clean = with_sites(&table);
    refused(
        &clean,
        &SITES,
        &[
            "Which rows are the test set",
            "--split COLUMN, or --all-test",
        ],
    );
    let said = clean.titer(&and(&SITES, &["--all-test"])).expect(0);
    assert!(
        said.out
            .contains("all 1200 rows are test rows  you said so"),
        "{}",
        said.out
    );
    assert!(
        clean
            .read("sites.dataset.yaml")
            .contains("splits: {test: 1200}")
    );
    let without = changed(|place, mut fields| {
        if place > 0 {
            fields[3] = "train".to_owned();
        }
        fields
    });
    let clean = with_sites(&without);
    refused(
        &clean,
        &and(&SITES, &["--split", "split"]),
        &["no row of the split `test`"],
    );
}

#[test]
fn columns_that_may_both_be_meant_are_asked_about() {
    let table = changed(|place, mut fields| {
        let other = if place == 0 {
            "mutant".to_owned()
        } else {
            fields[1].replace("TATA", "TACA")
        };
        fields.push(other);
        fields.push(if place == 0 {
            "strand".to_owned()
        } else {
            ["+", "-"][place % 2].to_owned()
        });
        fields[2] = fields[2].replace("label", "expressed");
        fields
    });
    let clean = with_sites(&table);
    let said = refused(
        &clean,
        &SITES,
        &[
            "Which column holds the sequence",
            "--sequence COLUMN",
            "Which column says of what class",
            "`expressed`: 0 (",
            "`strand`: + (",
        ],
    );
    // Both at once: no second round for the second question.
    assert!(said.err.contains("mutant: "), "{}", said.err);
    clean
        .titer(&and(
            &SITES,
            &["--sequence", "sequence", "--label", "expressed"],
        ))
        .expect(0);
}

#[test]
fn classes_and_outputs_are_never_guessed() {
    let clean = with_regions();
    refused(
        &clean,
        &REGIONS,
        &[
            "Which of the model's 3 outputs is which class?",
            "--classes enhancer,none,promoter",
        ],
    );
    let cases: [(&str, &str); 3] = [
        ("enhancer,none", "2 names, and the model gives 3 numbers"),
        ("enhancer,none,none", "`none` stands there twice"),
        (
            "enhancer,none,other",
            "class `promoter` of the table is not among them",
        ),
    ];
    for (classes, words) in cases {
        refused(&clean, &and(&REGIONS, &["--classes", classes]), &[words]);
    }
    // Another order is another answer, and the first rows show it.
    let said = clean
        .titer(&and(&REGIONS, &["--classes", "none,promoter,enhancer"]))
        .expect(0);
    assert!(
        said.err.contains("always saying") && said.err.contains("`output.classes`"),
        "{}",
        said.err
    );
    // A model of one number has no third class, and one of three numbers asks for the third name.
    clean.write("donor.onnx", channels_first(|weight| weight).file());
    refused(
        &clean,
        &[
            "init",
            "--model",
            "donor.onnx",
            "--data",
            "regions.csv",
            "--label",
            "region",
        ],
        &[
            "the model gives one number for each sequence",
            "3 classes: enhancer, none, promoter",
        ],
    );
    clean.write("sites.csv", sites());
    refused(
        &clean,
        &["init", "--model", "regions.onnx", "--data", "sites.csv"],
        &["It has 3, and the table 2"],
    );
}

#[test]
fn the_positive_class_is_known_by_a_word_or_asked() {
    let named = |names: [&'static str; 2]| {
        changed(move |place, mut fields| {
            if place > 0 {
                fields[2] = names[usize::from(fields[2] == "1")].to_owned();
            }
            fields
        })
    };
    let clean = with_sites(&named(["acceptor", "donor"]));
    refused(
        &clean,
        &SITES,
        &[
            "Which class of column `label` is the positive one",
            "--positive CLASS",
        ],
    );
    let said = clean
        .titer(&and(&SITES, &["--positive", "donor"]))
        .expect(0);
    assert_eq!(said.err, "");
    for names in [
        ["decoy", "donor"],
        ["non-donor", "donor"],
        ["False", "True"],
    ] {
        let clean = with_sites(&named(names));
        let said = clean.titer(&SITES).expect(0);
        let positive = said
            .out
            .lines()
            .find(|line| line.starts_with("positive class"))
            .unwrap();
        assert!(positive.contains(names[1]), "{positive}");
        assert_eq!(said.err, "", "{names:?}");
    }
    // Turned round, and with letters in another order: said before a score is believed.
    let clean = with_sites(&sites());
    let said = clean.titer(&and(&SITES, &["--positive", "0"])).expect(0);
    assert!(
        said.err.contains("the opposite of the labels"),
        "{}",
        said.err
    );
    let clean = with_sites(&sites());
    let said = clean.titer(&and(&SITES, &["--alphabet", "GCTA"])).expect(0);
    assert!(said.err.contains("no better than chance"), "{}", said.err);
}

/// A graph that runs with the letters on either axis.
fn either_way(sizes: [Option<i64>; 3]) -> Vec<u8> {
    Graph::new()
        .input("dna", &sizes)
        .node(
            "ReduceMean",
            &["dna"],
            "share",
            &[
                Attribute::Wholes("axes", &[1, 2]),
                Attribute::Whole("keepdims", 0),
            ],
        )
        .output("share", &[None])
        .file()
}

#[test]
fn axes_are_told_by_sizes_or_by_what_runs_or_asked() {
    let clean = with_sites(&sites());
    clean.write("donor.onnx", either_way([None, None, None]));
    refused(
        &clean,
        &SITES,
        &[
            "Which axis of the model's input is the letters?",
            "runs both ways",
            "--layout length_channels or --layout channels_length",
        ],
    );
    // Every axis is free, and the convolution takes four channels.
    clean.write("donor.onnx", free_axes());
    let said = clean.titer(&SITES).expect(0);
    assert!(
        said.out.contains("layout          channels_length"),
        "{}",
        said.out
    );
    // Four letters by four bases look the same both ways.
    let clean = with_sites("sequence,label,split\n");
    let rows: String = (0..80)
        .map(|at| format!("{},{},test\n", ["ACGTAC", "TTGACA"][at % 2], at % 2))
        .collect();
    clean.write("sites.csv", format!("sequence,label,split\n{rows}"));
    clean.write("donor.onnx", either_way([None, Some(4), Some(4)]));
    refused(
        &clean,
        &and(&SITES, &["--longer", "crop_both"]),
        &["Which axis of the model's input is the letters?"],
    );
    let said = refused(&clean, &SITES, &["--layout", "--longer crop_both"]);
    assert!(
        said.err.contains("The table's have up to 6"),
        "{}",
        said.err
    );
    clean
        .titer(&and(
            &SITES,
            &["--longer", "crop_both", "--layout", "channels_length"],
        ))
        .expect(0);
    assert!(
        clean
            .read("donor.model.yaml")
            .contains("layout: channels_length")
    );
}

fn free_axes() -> Vec<u8> {
    let weights: Vec<f32> = (0..24).map(|at| (at as f32 * 0.7).sin()).collect();
    Graph::new()
        .input("dna", &[None, None, None])
        .tensor("filters", &[1, 4, 6], &weights)
        .node(
            "Conv",
            &["dna", "filters"],
            "sums",
            &[Attribute::Wholes("kernel_shape", &[6])],
        )
        .node("GlobalMaxPool", &["sums"], "highest", &[])
        .node(
            "Flatten",
            &["highest"],
            "flat",
            &[Attribute::Whole("axis", 1)],
        )
        .node("Sigmoid", &["flat"], "probability", &[])
        .output("probability", &[None, Some(1)])
        .file()
}

#[test]
fn sequences_of_other_lengths_are_asked_about() {
    let of_length = |bases: i64| {
        Graph::new()
            .input("dna", &[None, Some(4), Some(bases)])
            .node(
                "ReduceMean",
                &["dna"],
                "share",
                &[
                    Attribute::Wholes("axes", &[2]),
                    Attribute::Whole("keepdims", 0),
                ],
            )
            .tensor("head", &[4, 1], &[-4.0, 1.0, 1.0, 1.0])
            .node("MatMul", &["share", "head"], "logit", &[])
            .output("logit", &[None, Some(1)])
            .file()
    };
    let clean = with_sites(&sites());
    clean.write("donor.onnx", of_length(40));
    refused(
        &clean,
        &SITES,
        &[
            "Which 40 bases of a longer sequence does the model see?",
            "crop_both: those in the middle",
            "--window START-END",
        ],
    );
    refused(
        &clean,
        &and(&SITES, &["--window", "10-60"]),
        &["that is 50 bases, and the model takes 40", "--window 10-50"],
    );
    refused(
        &clean,
        &and(&SITES, &["--window", "30-70"]),
        &["the table has a sequence of 60 bases"],
    );
    refused(
        &clean,
        &and(&SITES, &["--longer", "middle"]),
        &["--longer middle: no such word"],
    );
    clean.titer(&and(&SITES, &["--window", "10-50"])).expect(0);
    assert!(
        clean
            .read("donor.model.yaml")
            .contains("window: {start: 10, end: 50}")
    );
    let clean = with_sites(&sites());
    clean.write("donor.onnx", of_length(80));
    refused(
        &clean,
        &SITES,
        &[
            "Where are shorter sequences filled up with N to 80 bases?",
            "--shorter",
        ],
    );
    clean
        .titer(&and(&SITES, &["--shorter", "pad_both"]))
        .expect(0);
    assert!(
        clean
            .read("donor.model.yaml")
            .contains("length: {bases: 80, shorter: pad_both, longer: refuse}")
    );
}

#[test]
fn models_that_answer_another_question_are_refused() {
    let clean = with_sites(&sites());
    let labels = Graph::new()
        .input("dna", &[None, Some(60), Some(4)])
        .node(
            "ReduceMean",
            &["dna"],
            "share",
            &[
                Attribute::Wholes("axes", &[1]),
                Attribute::Whole("keepdims", 0),
            ],
        )
        .node("Sigmoid", &["share"], "each", &[])
        .output("each", &[None, Some(4)]);
    clean.write("donor.onnx", labels.file());
    refused(&clean, &SITES, &["several labels", "docs/labels.md"]);
    let positions = Graph::new()
        .input("dna", &[None, Some(60), Some(4)])
        .node("Softmax", &["dna"], "each", &[Attribute::Whole("axis", 2)])
        .output("each", &[None, Some(60), Some(4)]);
    clean.write("donor.onnx", positions.file());
    refused(&clean, &SITES, &["answers for every base"]);
    clean.write("donor.onnx", channels_first(|weight| weight).file());
    clean.write("other.onnx", length_first().file());
    refused(
        &clean,
        &[
            "init",
            "--model",
            "donor.onnx",
            "other.onnx",
            "--data",
            "sites.csv",
        ],
        &["other.onnx is no build of the model in"],
    );
    clean.write(
        "silent.py",
        "import titer_model\ntiter_model.serve(lambda x: [0.5 for _ in x], numpy=False)\n",
    );
    clean.titer(&["models", "python", "."]).expect(0);
    refused(
        &clean,
        &["init", "--model", "silent.py", "--data", "sites.csv"],
        &["does not say what it takes", "datatypes=[\"BYTES\"]"],
    );
}

/// What no row can show is said before a run leaves it undefined.
#[test]
fn a_test_split_without_a_class_is_refused() {
    let table = changed(|place, mut fields| {
        if place > 0 && fields[2] == "1" {
            fields[3] = "train".to_owned();
        }
        fields
    });
    let clean = with_sites(&table);
    let before = clean.files();
    let said = clean.titer(&SITES).expect(2);
    assert!(
        said.err.contains("no test row is of class positive"),
        "{}",
        said.err
    );
    assert_eq!(clean.files(), before);
}

/// A server's address, and weights with their network beside them.
#[test]
fn models_that_are_no_graph_go_the_same_way() {
    let clean = with_sites(&sites());
    let metadata = r#"{"name": "own", "inputs": [{"name": "x", "datatype": "FP32", "shape": [-1, 5, 4]}], "outputs": [{"name": "p", "datatype": "FP32", "shape": [-1]}]}"#;
    let server = crate::http::serve("http", "", "", metadata);
    let url = format!("{}/v2/models/own", server.url);
    let init = [
        "init",
        "served",
        "--model",
        &url,
        "--data",
        "sites.csv",
        "--window",
        "0-5",
    ];
    refused(
        &clean,
        &init,
        &["Which axis of the model's input is the letters?"],
    );
    clean
        .titer(&and(&init, &["--layout", "length_channels"]))
        .expect(0);
    assert!(clean.read("served/own.model.yaml").contains("model: own}"));
    clean.titer(&["run", "served/evaluation.yaml"]).expect(0);
    let shipped = repository().join("models/mmsplice-donor");
    for name in ["weights.safetensors", "config.json"] {
        clean.write(
            &format!("donor/{name}"),
            std::fs::read(shipped.join(name)).unwrap(),
        );
    }
    let init = [
        "init",
        "candle",
        "--model",
        "donor/weights.safetensors",
        "--data",
        "sites.csv",
        "--window",
        "20-38",
    ];
    clean.titer(&init).expect(0);
    // The table's description is the same, and was left; the evaluation lies beside neither.
    assert!(
        clean
            .read("candle/evaluation.yaml")
            .contains("model: ../donor/")
    );
    clean.titer(&["run", "candle/evaluation.yaml"]).expect(0);
}

/// A model that fails its check leaves nothing behind.
#[test]
fn what_does_not_pass_its_check_is_taken_out_again() {
    let clean = with_sites(&sites());
    // Made-up sequences have every letter in them; some of the table's have C alone, and their answer is NaN.
    let table = changed(|place, mut fields| {
        if place % 10 == 6 {
            fields[1] = "C".repeat(60);
            fields[3] = "test".to_owned();
        }
        fields
    });
    clean.write("sites.csv", table);
    let logarithm = Graph::new()
        .input("dna", &[None, Some(60), Some(4)])
        .node(
            "ReduceMean",
            &["dna"],
            "share",
            &[
                Attribute::Wholes("axes", &[1]),
                Attribute::Whole("keepdims", 0),
            ],
        )
        .node("Log", &["share"], "log", &[])
        .tensor("head", &[4, 1], &[1.0, 0.0, 0.0, 0.0])
        .node("MatMul", &["log", "head"], "logit", &[])
        .output("logit", &[None, Some(1)]);
    clean.write("donor.onnx", logarithm.file());
    let before = clean.files();
    let said = clean.titer(&SITES);
    assert!(
        matches!(said.code, Some(2 | 5)),
        "{:?} {}",
        said.code,
        said.err
    );
    assert!(said.err.contains("NaN or infinite"), "{}", said.err);
    assert!(said.out.contains("nothing was written"), "{}", said.out);
    assert_eq!(clean.files(), before);
}

#[test]
fn letters_as_numbers_are_asked_about() {
    let clean = with_sites(&sites());
    let mut table = vec![0.0; 12];
    table[7] = -2.0;
    table[10] = 1.0;
    let tokens = Graph::new()
        .whole_input("input_ids", &[None, None])
        .tensor("embedding", &[12, 1], &table)
        .node("Gather", &["embedding", "input_ids"], "each", &[])
        .node(
            "ReduceMean",
            &["each"],
            "share",
            &[
                Attribute::Wholes("axes", &[1]),
                Attribute::Whole("keepdims", 0),
            ],
        )
        .output("share", &[None, Some(1)]);
    clean.write("donor.onnx", tokens.file());
    refused(
        &clean,
        &SITES,
        &[
            "Which number is each letter to the model?",
            "--tokens A=0,C=1,G=2,T=3,N=4",
        ],
    );
    refused(
        &clean,
        &and(&SITES, &["--tokens", "A=7,C=8"]),
        &["each of A, C, G, T and N"],
    );
    let said = clean
        .titer(&and(
            &SITES,
            &[
                "--tokens",
                "A=7,C=8,G=9,T=10,N=11",
                "--activation",
                "sigmoid",
            ],
        ))
        .expect(0);
    assert!(said.out.contains("a token for each base"), "{}", said.out);
    assert!(
        clean
            .read("donor.model.yaml")
            .contains("A: 7, C: 8, G: 9, T: 10, \"N\": 11}")
    );
}

/// A flag that changes nothing was meant to change something.
#[test]
fn flags_that_nothing_asks_for_are_refused() {
    let clean = with_sites(&sites());
    for (flags, words) in [
        (
            ["--classes", "0,1"],
            "--classes: it would change nothing: the model does not give a number for each class",
        ),
        (
            ["--score", "gene"],
            "--score: it would change nothing: the model runs",
        ),
        (
            ["--tokens", "A=0,C=1,G=2,T=3,N=4"],
            "--tokens: it would change nothing",
        ),
    ] {
        refused(&clean, &and(&SITES, &flags), &[words]);
    }
    clean.write("scores.csv", "id,score\ns4,0.5\n");
    let init = [
        "init",
        "--model",
        "scores.csv",
        "--data",
        "sites.csv",
        "--alphabet",
        "ACGT",
    ];
    refused(
        &clean,
        &init,
        &["--alphabet: it would change nothing: the model takes no one-hot letters"],
    );
}

/// What is written as a comment is there to be taken in.
#[test]
fn lines_that_are_commented_out_may_be_taken_in() {
    let clean = with_sites(&sites());
    clean.titer(&SITES).expect(0);
    let line = |line: &str| {
        let bare = line.strip_prefix("# ").unwrap_or(line);
        let is_yaml = ["gates:", "  - ", "controls:", "measure:"]
            .iter()
            .any(|start| bare.starts_with(start));
        match is_yaml || !line.starts_with('#') {
            true => format!("{bare}\n"),
            false => String::new(),
        }
    };
    let text: String = clean.read("evaluation.yaml").lines().map(line).collect();
    assert!(
        text.contains("\ngates:\n  - at_least:")
            && text.contains("\ncontrols:")
            && text.contains("\nmeasure:"),
        "{text}"
    );
    clean.write("evaluation.yaml", text);
    let said = clean.titer(&["plan", "evaluation.yaml"]).expect(0);
    for part in [
        "gate 1: AUROC at least 0.9",
        "control gc",
        "1 variant measured",
    ] {
        assert!(said.out.contains(part), "{part}: {}", said.out);
    }
}

/// As an export of a sequence classifier with its tokenizer: two inputs of whole numbers, two logits.
#[test]
fn a_graph_with_its_tokenizer() {
    let clean = with_sites(&sites());
    let tokenizer = r#"{"version": "1.0", "truncation": null, "padding": null, "added_tokens": [], "normalizer": null,
        "pre_tokenizer": {"type": "Split", "pattern": {"Regex": "."}, "behavior": "Isolated", "invert": false},
        "post_processor": null, "decoder": null, "model": {"type": "WordLevel", "unk_token": "[UNK]",
        "vocab": {"[PAD]": 0, "[UNK]": 1, "A": 2, "C": 3, "G": 4, "T": 5}}}"#;
    clean.write("onnx/tokenizer.json", tokenizer);
    let graph = Graph::new()
        .whole_input("input_ids", &[None, None])
        .whole_input("attention_mask", &[None, None])
        .tensor("embedding", &[6, 1], &[9.0, 0.0, 1.0, -1.0, -1.0, 1.0])
        .tensor("head", &[1, 2], &[-40.0, 40.0])
        .node("Gather", &["embedding", "input_ids"], "each", &[])
        .node("Flatten", &["each"], "flat", &[Attribute::Whole("axis", 1)])
        .node(
            "Cast",
            &["attention_mask"],
            "mask",
            &[Attribute::Whole("to", 1)],
        )
        .node("Mul", &["flat", "mask"], "masked", &[])
        .node(
            "ReduceMean",
            &["masked"],
            "share",
            &[Attribute::Wholes("axes", &[1])],
        )
        .node("MatMul", &["share", "head"], "logits", &[])
        .output("logits", &[None, Some(2)]);
    clean.write("onnx/model.onnx", graph.file());
    let said = clean
        .titer(&["init", "--model", "onnx/model.onnx", "--data", "sites.csv"])
        .expect(0);
    for part in [
        "tokens by tokenizer.json",
        "softmax: they are logits",
        "outputs         negative, positive",
        "attention_mask",
    ] {
        assert!(said.out.contains(part), "no {part:?} in {}", said.out);
    }
    assert_eq!(said.err, "");
    let model = clean.read("onnx/onnx.model.yaml");
    assert!(
        model.contains("tensor: attention_mask, holds: mask"),
        "{model}"
    );
    clean.titer(&["run", "evaluation.yaml"]).expect(0);
}

#[test]
fn tables_of_scores_are_matched_by_id_and_asked_for_what_they_are() {
    let clean = with_sites(&sites());
    let rows = || {
        sites()
            .lines()
            .skip(1)
            .map(|line| line.split(',').next().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let scores = |head: &str, score: fn(usize) -> String| {
        let rows = rows();
        let rows: String = rows
            .iter()
            .enumerate()
            .map(|(at, id)| format!("{id},{}\n", score(at)))
            .collect();
        format!("{head}\n{rows}")
    };
    let init = ["init", "--model", "scores.csv", "--data", "sites.csv"];
    clean.write("scores.csv", scores("name,score", |at| format!("0.{at}1")));
    refused(&clean, &init, &["has no column `id`"]);
    clean.write(
        "scores.csv",
        scores("id,score", |at| format!("{}.5", at % 9)),
    );
    refused(
        &clean,
        &init,
        &[
            "What makes probabilities of the scores? They are none: its numbers go from 0.5 to 8.5",
            "--activation sigmoid or --activation ranking",
        ],
    );
    clean.write("scores.csv", scores("id,score", |at| format!("0.{at}1")));
    let said = clean.titer(&init).expect(0);
    assert!(
        said.out.contains("`score`, of class positive"),
        "{}",
        said.out
    );
    clean.titer(&["run", "evaluation.yaml"]).expect(0);
}

/// Answers at a terminal: one that is wrong is asked again, a line is corrected, and what was said stands in the files.
#[test]
#[cfg(unix)]
fn somebody_at_a_terminal_is_asked() {
    let clean = with_sites(&sites());
    clean.write("regions.csv", regions());
    clean.write("regions.onnx", length_first().file());
    let answers = [
        "enhancer,none",
        "",
        "high",
        "0.6",
        "nonsense",
        "organism Mus musculus",
        "",
    ];
    let said = at_terminal(&clean, &REGIONS, &answers);
    for part in [
        "Which of the model's 3 outputs is which class?",
        "classes [enhancer,none,promoter]:",
        "2 names, and the model gives 3 numbers",
        "at-least, the accuracy that must be reached (Enter: no gate):",
        "Enter writes the files",
        "--at-least high: no value",
        "`nonsense` is none of",
        "next: titer run evaluation.yaml",
    ] {
        assert!(said.contains(part), "no {part:?} in\n{said}");
    }
    assert!(clean.read("evaluation.yaml").contains("value: 0.6"));
    assert!(
        clean
            .read("regions.dataset.yaml")
            .contains("organism: Mus musculus")
    );
    // Turned down, and broken off: nothing is written.
    for answers in [&["", "q"][..], &["", "label nosuch", "q"], &[]] {
        let clean = with_sites(&sites());
        let before = clean.files();
        let said = at_terminal(&clean, &SITES, answers);
        assert!(said.contains("nothing was written"), "{said}");
        assert_eq!(clean.files(), before);
    }
    // --yes asks nothing.
    let clean = with_regions();
    let said = at_terminal(&clean, &and(&REGIONS, &["--yes"]), &[]);
    assert!(said.contains("give --classes"), "{said}");
}

/// Runs the program at a pseudo terminal and types lines.
fn at_terminal(clean: &Clean, arguments: &[&str], lines: &[&str]) -> String {
    let code = "\
import os, pty, signal, sys
signal.alarm(100)
program, typed, *arguments = sys.argv[1:]
child, terminal = pty.fork()
if child == 0:
    os.execv(program, [program, *arguments])
os.write(terminal, typed.encode())
said = b''
while True:
    try:
        part = os.read(terminal, 4096)
    except OSError:
        break
    if not part:
        break
    said += part
os.waitpid(child, 0)
sys.stdout.buffer.write(said)
";
    // Then the input ends.
    let typed: String = lines.iter().map(|line| format!("{line}\n")).collect();
    let typed = typed + "\u{4}";
    let mut command = Command::new("python3");
    command
        .args(["-c", code, env!("CARGO_BIN_EXE_titer"), &typed])
        .args(arguments);
    let output = command
        .current_dir(clean.path(""))
        .env_remove("TITER_PATH")
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{errors}");
    String::from_utf8_lossy(&output.stdout).replace("\r\n", "\n")
}

/// Runs are kept by name: an evaluation in a folder of its own does not take the place of the first.
#[test]
fn a_folder_of_its_own_gives_a_name_of_its_own() {
    let clean = with_sites(&sites());
    clean.titer(&SITES).expect(0);
    clean.write("other.csv", clean.read("sites.csv"));
    let other = [
        "init",
        "other",
        "--model",
        "donor.onnx",
        "--data",
        "other.csv",
        "--at-least",
        "0.8",
    ];
    clean.titer(&other).expect(0);
    assert!(
        clean
            .read("evaluation.yaml")
            .contains("evaluation: donor\n")
    );
    assert!(
        clean
            .read("other/evaluation.yaml")
            .contains("evaluation: donor-other\n")
    );
}
