//! The page of planted sets whose truth is known.

use titer_audit::{Ask, Audit, Place, Row, Set, audit};

use super::{Made, page};
use crate::page::{assert_balanced, tags};

const MADE: Made<'_> = Made {
    titer: "0.0.0",
    command: "titer audit data planted --train train --test test --seed 1",
    base: "titer audit data planted",
};

fn row(class: usize, number: usize, start: u64) -> Row {
    Row {
        id: format!("row {number}"),
        class,
        chromosome: Some(0),
        place: Some(Place {
            chromosome: 0,
            start,
            end: start + 200,
        }),
        ..Row::default()
    }
}

/// Training and test rows of two classes, far from each other, but for two things: training rows of the first class lie in pairs
/// upon each other, and so many test rows of it lie upon a training row of it.
fn planted(classes: [&str; 2], leaked: usize) -> Audit {
    let far = |of: u64, number: usize| 1_000_000 * (of + 1) + 1_000 * number as u64;
    let paired = |number: usize| far(0, number / 4 * 4) + 50 * (number % 4) as u64;
    let train = (0..400).map(|number| match number % 2 {
        0 => row(0, number, paired(number)),
        _ => row(1, number, far(0, number)),
    });
    let train: Vec<Row> = train.collect();
    let test = (0..400).map(|number| match number % 2 {
        0 if number / 2 < leaked => row(0, number, paired(number) + 10),
        class => row(class, number, far(1, number)),
    });
    let set = Set {
        classes: classes.map(str::to_owned).to_vec(),
        chromosomes: vec!["1".to_owned()],
        test: test.collect(),
        train,
    };
    audited(&set)
}

fn made(found: &Audit) -> String {
    let html = page(found, MADE).unwrap();
    assert_balanced(&html);
    html
}

/// The page without its style.
fn body(html: &str) -> &str {
    html.split_once("<body>").unwrap().1
}

#[test]
fn the_verdict_has_its_numbers_and_the_picture_its_classes() {
    let html = made(&planted(["no", "yes"], 150));
    let verdict = html.split_once("class=\"answer\"").unwrap().1;
    let verdict = verdict.split_once("</header>").unwrap().0;
    assert!(verdict.contains("Do not trust a score on this split."));
    assert!(
        verdict
            .contains("37.5 % of the test set (150 of 400 rows) shares bases with training rows.")
    );
    // The 150 are told right, and the 200 of the other class, for training rows that lie alone are of it.
    let control = "A look-up without a model (<code>overlap</code>: the class of the training interval that shares most bases) gets 87.5 % accuracy";
    assert!(verdict.contains(control), "{verdict}");
    assert!(verdict.contains("Not looked for: identical and similar sequences."));
    for bar in ["37.5 % of 400", "75.0 % of 200", "0.0 % of 200"] {
        assert!(
            verdict.contains(&format!(">{bar}</text>")),
            "{bar}: {verdict}"
        );
    }
    assert!(verdict.contains("most frequent class 0.500"));
}

#[test]
fn reasons_are_told_once_with_the_command_that_helps() {
    let html = made(&planted(["no", "yes"], 150));
    let body = body(&html);
    assert!(!body.contains('`'), "backticks are for terminals");
    assert_eq!(
        body.matches("the rows have places and no letters").count(),
        2
    );
    assert_eq!(
        body.matches("titer audit data planted --genome GENOME.fa")
            .count(),
        1
    );
    assert!(
        body.contains("<code class=\"command\">titer audit data planted --write-clean DIR</code>")
    );
    assert!(
        body.contains("--write-clean DIR --regroup"),
        "a class loses more than half"
    );
    assert!(body.contains("href=\"rows.tsv\"") && body.contains("href=\"audit.json\""));
    assert!(body.contains(MADE.command));
    assert!(!made(&planted(["no", "yes"], 60)).contains("--regroup"));
}

/// A name is no sequence: it is a note and no finding.
#[test]
fn names_that_tell_the_classes_do_not_weigh() {
    let mut found = planted(["no", "yes"], 0);
    for one in &mut found.shortcuts {
        if one.name == "name" {
            for score in one.scores.as_mut().unwrap() {
                (score.value, score.interval) = (Ok(1.0), Ok((0.99, 1.0)));
            }
        }
    }
    found.shown = titer_audit::verdict::named(&found.shortcuts)
        .into_iter()
        .collect();
    let html = made(&found);
    assert!(html.contains("Nothing speaks against a score on this split."));
    assert!(html.contains("a model does not see names"));
    assert!(!html.contains("What leaks") && !html.contains("id=\"leaks-t\""));
}

/// One row in 400 moves no score, and is told all the same.
#[test]
fn few_leaks_do_not_weigh_and_are_told() {
    let html = made(&planted(["no", "yes"], 1));
    assert!(html.contains("Nothing speaks against a score on this split."));
    assert!(
        html.contains(
            "Few rows leak: 1 of 400 test rows (0.25 %) shares bases with training rows."
        )
    );
    let html = made(&planted(["no", "yes"], 0));
    assert!(html.contains("No leak and no shortcut was found"));
}

#[test]
fn a_class_that_leaks_alone_is_named() {
    let found = planted(["no", "yes"], 25);
    let html = made(&found);
    assert!(html.contains(
        "6.2 % of the test set (25 of 400 rows) shares bases with training rows, of class no even 12.5 %."
    ));
}

#[test]
fn names_of_others_stay_text() {
    let hostile = "<b onclick=\"x\">`&";
    let html = made(&planted([hostile, "yes"], 150));
    assert!(!html.contains("<b onclick"));
    let known = made(&planted(["no", "yes"], 150));
    let sorted = |html: &str| {
        let mut names = tags(html);
        names.sort();
        names.dedup();
        names
    };
    assert_eq!(sorted(&html), sorted(&known));
}

#[test]
fn files_that_were_read_stand_with_their_digests() {
    let mut found = planted(["no", "yes"], 0);
    let digest = titer_core::Digest::of(b"table");
    found.inputs = vec![titer_audit::Input {
        file: "train/no.csv".to_owned(),
        digest,
    }];
    found.genome = Some(("genome.fa".to_owned(), "sha256:12".to_owned()));
    let html = made(&found);
    assert!(html.contains("<dt>train&#x2f;no.csv</dt>") && html.contains(&digest.to_string()));
    assert!(html.contains("<dt>genome.fa</dt>") && html.contains("sha256:12"));
}

/// Pages of audits that a browser is to show: one of places alone that leaks, one of letters with a model, one without a finding.
pub(crate) fn pages() -> Vec<(String, String)> {
    let letters = audited(&lettered());
    [
        ("audit of places", planted(["no", "yes"], 150)),
        ("audit of letters", with_a_model(letters)),
        ("audit without a finding", planted(["no", "yes"], 0)),
    ]
    .map(|(name, found)| (name.to_owned(), made(&found)))
    .to_vec()
}

fn audited(set: &Set) -> Audit {
    audit("planted", set, &Ask::default(), &|_| {})
}

/// Rows with letters, every fourth test row one of train.
fn lettered() -> Set {
    let mut random = titer_core::Stream::new(1, "test", "audit page");
    let mut row = |number: usize| {
        let letters: String = (0..100)
            .map(|_| char::from(b"ACGT"[random.below(4) as usize]))
            .collect();
        Row {
            id: format!("row {number}"),
            class: number % 2,
            sequence: Some(titer_core::Sequence::new(&letters).unwrap()),
            ..Row::default()
        }
    };
    let train: Vec<Row> = (0..160).map(&mut row).collect();
    let test = (0..160).map(|number| match number % 4 {
        0 => train[number].clone(),
        _ => row(number),
    });
    Set {
        classes: vec!["no".to_owned(), "yes".to_owned()],
        test: test.collect(),
        train,
        ..Set::default()
    }
}

fn with_a_model(mut found: Audit) -> Audit {
    use titer_audit::rescored::{PARTS, Part, Rescored};
    let shortcut = &found.shortcuts[0];
    let part = |name: &&str| Part {
        name: (*name).to_owned(),
        rows: 80,
        clusters: 80,
        scores: shortcut.scores.clone().unwrap(),
    };
    found.models = vec![Rescored {
        suite: "sites".to_owned(),
        model: "mine".to_owned(),
        variant: "fp32".to_owned(),
        rows: 160,
        unanswered: 0,
        parts: PARTS.iter().map(part).collect(),
    }];
    found
}

#[test]
fn models_stand_among_the_controls() {
    let html = made(&with_a_model(audited(&lettered())));
    let ladder = html.split_once("id=\"ladder-d\"").unwrap().1;
    let ladder = ladder.split_once("</svg>").unwrap().0;
    assert!(ladder.contains("mine fp32 (a model) 0.5"), "{ladder}");
    assert!(
        html.contains("25.0 % of the test set (40 of 160 rows) is identical to training rows.")
    );
    assert!(html.contains("model on all test rows") && html.contains("What it does to models"));
    // Letters are there: no genome is asked for, and every control is in the table.
    assert!(!html.contains("--genome") && html.contains("<th scope=\"row\">nearest"));
}
