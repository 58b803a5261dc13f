//! Synthetic sets in which the truth is planted: what an audit must see, and what it must not be misled by.

use std::collections::BTreeMap;

use titer_audit::near::{Options, near};
use titer_audit::{Ask, Audit, Place, Row, Set, Trust, audit, read};
use titer_core::{Example, Place as ExamplePlace, Sequence, Stream, Target};

fn letters(random: &mut Stream, bases: usize) -> String {
    (0..bases)
        .map(|_| char::from(b"ACGT"[random.below(4) as usize]))
        .collect()
}

fn row(number: usize, class: usize, place: Option<(u64, u64)>, letters: Option<&str>) -> Row {
    Row {
        id: format!("row {number}"),
        class,
        chromosome: place.map(|_| 0),
        place: place.map(|(start, end)| Place {
            chromosome: 0,
            start,
            end,
        }),
        sequence: letters.map(|letters| Sequence::new(letters).unwrap()),
        minus: None,
        lower_case: 0,
        second: None,
        group: None,
    }
}

fn set(train: Vec<Row>, test: Vec<Row>) -> Set {
    Set {
        classes: vec!["a".to_owned(), "b".to_owned()],
        chromosomes: vec!["1".to_owned()],
        train,
        test,
    }
}

fn audited(set: &Set) -> Audit {
    audit("planted", set, &Ask::default(), &|_| {})
}

fn accuracy(audit: &Audit, control: &str) -> f64 {
    let found = audit.shortcuts.iter().find(|one| one.name == control);
    let scores = found.unwrap().scores.as_ref().unwrap();
    *scores[0].value.as_ref().unwrap()
}

/// Of train intervals that share equally many bases the class that most have counts, whatever it is called.
#[test]
fn equals_are_not_told_by_the_names_of_classes() {
    for often in [0, 1] {
        let place = |number: usize| Some((1_000 * number as u64, 1_000 * number as u64 + 200));
        let (mut train, mut test) = (Vec::new(), Vec::new());
        for number in 0..60 {
            for class in [often, 1 - often, often] {
                train.push(row(train.len(), class, place(number), None));
            }
            test.push(row(number, often, place(number), None));
        }
        let found = audited(&set(train, test));
        assert_eq!(accuracy(&found, "overlap"), 1.0, "{often}");
    }
}

/// Every test interval stands ten times: nothing leaks, and yet there are a tenth of the examples.
#[test]
fn repeats_within_test_are_kept_in_mind() {
    let far = |number: usize| Some((1_000 * number as u64, 1_000 * number as u64 + 200));
    let train = (0..200)
        .map(|number| row(number, number % 2, far(number), None))
        .collect();
    let test = (0..400).map(|number| row(number, number / 10 % 2, far(1_000 + number / 10), None));
    let found = audited(&set(train, test.collect()));
    assert_eq!(found.shared.as_ref().unwrap().test_repeats, 360);
    assert_eq!((found.clusters, found.leaked), (40, 0));
    assert_eq!(found.trust, Trust::WithCare);
}

/// What is too small, or of one class, is not called trustworthy.
#[test]
fn what_cannot_be_told_is_not_trusted() {
    let mut random = Stream::new(1, "test", "planted");
    let mut rows = |count: usize, classes: usize| -> Vec<Row> {
        (0..count)
            .map(|number| {
                row(
                    number,
                    number % classes,
                    None,
                    Some(&letters(&mut random, 100)),
                )
            })
            .collect()
    };
    let few = audited(&set(rows(60, 2), rows(6, 2)));
    assert_eq!(few.trust, Trust::WithCare);
    let one_class = audited(&set(rows(60, 1), rows(60, 1)));
    assert_eq!(one_class.trust, Trust::WithCare);
    let mut of_short = rows(60, 2);
    for row in &mut of_short {
        row.sequence = Some(Sequence::new("ACGTACGGT").unwrap());
    }
    let short = audited(&set(rows(60, 2), of_short));
    let said = &short.not_looked_for[0];
    assert_eq!(said.what, "near duplicates of 60 of 60 test rows");
}

/// A row without a known base is no copy of another one.
#[test]
fn unknown_letters_are_no_leak() {
    let mut random = Stream::new(2, "test", "planted");
    let mut rows = |count: usize| -> Vec<Row> {
        (0..count)
            .map(|number| row(number, number % 2, None, Some(&letters(&mut random, 100))))
            .collect()
    };
    let (mut train, mut test) = (rows(100), rows(100));
    for row in train.iter_mut().take(1).chain(test.iter_mut().take(20)) {
        row.sequence = Some(Sequence::new(&"N".repeat(100)).unwrap());
    }
    let copied = train[50].sequence.clone();
    test[70].sequence = copied;
    let found = audited(&set(train, test));
    assert_eq!(found.leaked, 1);
    assert_eq!(found.clusters, 100);
    assert_eq!(found.rows[70].similarity, Some(1.0));
}

/// What the second sequence of a pair shares with train is seen.
#[test]
fn second_sequences_are_looked_at() {
    let mut random = Stream::new(3, "test", "planted");
    let mut examples = |count: usize, second: &dyn Fn(usize) -> Option<Sequence>| -> Vec<Example> {
        let one = |number: usize| Example {
            id: format!("pair {number}"),
            sequence: Sequence::new(&letters(&mut random, 120)).unwrap(),
            second: second(number)
                .or_else(|| Some(Sequence::new(&letters(&mut random, 120)).unwrap())),
            target: Target::Class(number % 2),
            strata: BTreeMap::new(),
            clusters: BTreeMap::new(),
            place: ExamplePlace::default(),
        };
        (0..count).map(one).collect()
    };
    let train = examples(100, &|_| None);
    let known: Vec<Option<Sequence>> = train.iter().map(|one| one.second.clone()).collect();
    let test = examples(100, &|number| known[number].clone().filter(|_| number < 30));
    let classes = ["a".to_owned(), "b".to_owned()];
    let mut rows = read::Rows::new(&classes, None);
    let train = train.into_iter().map(|example| (example, "train"));
    let test = test.into_iter().map(|example| (example, "test"));
    for (example, split) in train.chain(test) {
        let row = titer_data::Row {
            example,
            split: split.to_owned(),
            lower_case: 0,
        };
        rows.add(row, split == "test");
    }
    let found = audited(&rows.finish());
    assert_eq!(found.leaked, 30);
    assert_eq!(found.trust, Trust::DoNotTrust);
    // What stands between the two is no letter of either.
    let [train, _] = &found.hygiene;
    assert_eq!((train.with_n, train.bases), (0, Some([240; 3])));
}

/// Tandem repeats stay what they are when they are shuffled: they must not set the threshold for all other rows.
#[test]
fn tandem_repeats_do_not_set_the_threshold() {
    let mut random = Stream::new(4, "test", "planted");
    let mut train: Vec<String> = (0..2_000).map(|_| letters(&mut random, 200)).collect();
    let mut test: Vec<String> = (0..1_000).map(|_| letters(&mut random, 200)).collect();
    // So few of each unit that none of their words is too common.
    for row in train.iter_mut().take(60).chain(test.iter_mut().take(40)) {
        *row = letters(&mut random, 4).repeat(22);
    }
    // Pieces of train of 60 bases: found only if the threshold is one of chance.
    for (row, from) in test.iter_mut().skip(100).zip(&train[500..600]) {
        *row = from[70..130].to_owned();
    }
    let found = near(&train, &test, &Options::default()).unwrap();
    assert!(found.threshold.score < 40, "{:?}", found.threshold);
    let pieces = found.hits[100..200].iter().flatten();
    assert_eq!(pieces.filter(|hit| hit.above).count(), 100);
}

/// So many of a hundred letters are another one.
fn changed(random: &mut Stream, of: &str, percent: u64) -> String {
    let mut letters = of.as_bytes().to_vec();
    for letter in &mut letters {
        if random.below(100) < percent {
            let others: Vec<u8> = b"ACGT".iter().copied().filter(|it| it != letter).collect();
            *letter = others[random.below(3) as usize];
        }
    }
    String::from_utf8(letters).unwrap()
}

/// A repeat of 300 letters, 8 % of each copy changed, stands in forty rows of either split; every row has 100 letters of its own
/// before it. It makes rows alike and links none. What is a copy beside it is still seen.
#[test]
fn a_repeat_links_no_rows() {
    let mut random = Stream::new(5, "test", "planted");
    let repeat = letters(&mut random, 300);
    let mut split = |rows: usize| -> Vec<String> {
        (0..rows)
            .map(|number| match number < 40 {
                true => letters(&mut random, 100) + &changed(&mut random, &repeat, 8),
                false => letters(&mut random, 400),
            })
            .collect()
    };
    let (train, mut test) = (split(200), split(200));
    // Windows that overlap by three quarters, repeat and all.
    for number in 0..10 {
        test[40 + number] = letters(&mut random, 100) + &test[number][..300];
    }
    // Rows of train again, a tenth changed: without the repeat, and with it.
    for number in 0..20 {
        test[100 + number] = changed(&mut random, &train[100 + number], 10);
    }
    for number in 0..5 {
        test[120 + number] = changed(&mut random, &train[number], 1);
    }
    let rows = |split: &[String]| -> Vec<Row> {
        let row =
            |(number, letters): (usize, &String)| row(number, number % 2, None, Some(letters));
        split.iter().enumerate().map(row).collect()
    };
    let found = audited(&set(rows(&train), rows(&test)));
    let alike = found.alike.as_ref().unwrap();
    assert!(alike.by_repeat >= 35, "{alike:?}");
    // Twenty-five and ten are planted; of eighty copies of a repeat some have more in common than others by chance.
    assert!((25..=30).contains(&alike.close), "{alike:?}");
    assert!((10..=15).contains(&alike.within_test), "{alike:?}");
    assert!((180..=190).contains(&found.clusters), "{}", found.clusters);
}

/// Copies are copies however often they stand: thirty of one row, 1 % of each changed, are worth one.
#[test]
fn many_copies_are_no_repeat() {
    let mut random = Stream::new(6, "test", "planted");
    let first = letters(&mut random, 300);
    let mut rows = |from: usize, copies: usize| -> Vec<Row> {
        (0..100)
            .map(|number| {
                let letters = match number < copies {
                    true => changed(&mut random, &first, 1),
                    false => letters(&mut random, 300),
                };
                row(from + number, number % 2, None, Some(&letters))
            })
            .collect()
    };
    let found = audited(&set(rows(0, 0), rows(100, 30)));
    let alike = found.alike.as_ref().unwrap();
    assert_eq!((alike.within_test, alike.by_repeat), (29, 0), "{alike:?}");
    assert_eq!(found.clusters, 71);
}
