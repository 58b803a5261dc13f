//! Searches against a model whose best substitutions are known.

use std::collections::BTreeSet;

use titer_core::{Sequence, Stream};

use super::*;

const POSITIVE: Aim = Aim {
    is_positive: true,
    threshold: 0.5,
};

/// Drives a searcher against an answer for each sequence; how many batches of proposals there were.
fn drive(
    searcher: &mut dyn Searcher,
    sequence: &Sequence,
    aim: Aim,
    answer: impl Fn(&Sequence) -> f64,
) -> usize {
    let mut rounds = 0;
    loop {
        let proposed = searcher.propose();
        if proposed.is_empty() {
            return rounds;
        }
        let heard: Vec<Heard> = proposed
            .iter()
            .map(|edits| aim.hear(answer(&applied(sequence, edits))))
            .collect();
        searcher.hear(&heard);
        rounds += 1;
    }
}

/// A probability that falls with each of three bases that is no longer what it was.
fn three_count(sequence: &Sequence) -> f64 {
    let letters = sequence.letters();
    let lost = [3, 7, 11].iter().filter(|&&at| letters[at] != b'A').count();
    0.95 - 0.2 * lost as f64
}

fn beam(sequence: &Sequence, spare: &[std::ops::Range<usize>], per_step: u64) -> Beam {
    let stream = Stream::new(1, "test", "e");
    Beam::new(
        sites(sequence, spare),
        1,
        per_step,
        vec![1, 2, 4, 8],
        stream,
    )
}

#[test]
fn greedy_finds_what_there_is_to_find_and_stops() {
    let sequence = Sequence::new(&"A".repeat(20)).unwrap();
    let mut search = beam(&sequence, &[], 1000);
    // 0.95, then 0.75, 0.55, 0.35: three steps of all that there are.
    assert_eq!(drive(&mut search, &sequence, POSITIVE, three_count), 3);
    let found = search.found();
    let successes: Vec<bool> = found.iter().map(Found::is_success).collect();
    assert_eq!(successes, [false, false, true, true]);
    let (edits, heard) = found[3].best.clone().unwrap();
    let positions: Vec<usize> = edits.iter().map(|edit| edit.position).collect();
    assert_eq!(positions, [3, 7, 11]);
    assert!((heard.answer - 0.35).abs() < 1e-9);
    assert_eq!((found[0].queries, found[3].queries), (60, 60 + 57 + 54));
    // What it may ask is known before: of one that went on, eight steps.
    assert_eq!(
        found[3].queries_at_most,
        (0..8).map(|step| 60 - 3 * step).sum::<u64>()
    );
}

#[test]
fn spared_and_unknown_bases_stay() {
    let sequence = Sequence::new("AAAAANNAAAAAAAAAAAAA").unwrap();
    let mut search = beam(&sequence, &[3..5, 5..8], 1000);
    drive(&mut search, &sequence, POSITIVE, three_count);
    assert!(search.found().iter().all(|found| !found.is_success()));
    let random = |id| Random::new(sites(&sequence, &[3..5, 5..8]), vec![(4, 500)], 100, 1, id);
    let mut proposed = BTreeSet::new();
    let mut one = random("e");
    loop {
        let next = one.propose();
        if next.is_empty() {
            break;
        }
        let heard = vec![POSITIVE.hear(0.9); next.len()];
        one.hear(&heard);
        proposed.extend(next);
    }
    assert!(proposed.len() > 400);
    for edits in proposed {
        assert_eq!(edits.len(), 4);
        assert!(edits.iter().all(|edit| !(3..8).contains(&edit.position)));
        assert!(edits.iter().all(|edit| edit.letter != b'A'));
        assert!(
            edits
                .windows(2)
                .all(|pair| pair[0].position < pair[1].position)
        );
    }
}

#[test]
fn a_step_asks_no_more_than_it_may_and_random_gets_as_much() {
    let sequence = Sequence::new(&"ACGT".repeat(10)).unwrap();
    let mut search = beam(&sequence, &[], 25);
    let mut asked = Vec::new();
    loop {
        let next = search.propose();
        if next.is_empty() {
            break;
        }
        assert_eq!(next.iter().collect::<BTreeSet<_>>().len(), next.len());
        search.hear(&vec![POSITIVE.hear(0.9); next.len()]);
        asked.push(next.len());
    }
    assert_eq!(asked, [25; 8]);
    let limits: Vec<u64> = search
        .found()
        .iter()
        .map(|one| one.queries_at_most)
        .collect();
    assert_eq!(limits, [25, 50, 100, 200]);
    assert_eq!(
        limits,
        search
            .found()
            .iter()
            .map(|one| one.queries)
            .collect::<Vec<_>>()
    );
    let budgets = vec![(1, 25), (8, 200)];
    let mut random = Random::new(sites(&sequence, &[]), budgets, 25, 1, "e");
    drive(&mut random, &sequence, POSITIVE, |_| 0.9);
    assert_eq!(
        random
            .found()
            .iter()
            .map(|one| one.queries)
            .collect::<Vec<_>>(),
        [25, 200]
    );
    assert_eq!(
        random
            .once()
            .iter()
            .map(|one| one.queries)
            .collect::<Vec<_>>(),
        [1, 1]
    );
}

/// Two bases that count only together: greedy, whose first step sees nothing, takes what leads nowhere; a beam keeps both ways.
#[test]
fn a_beam_finds_what_greedy_passes_by() {
    let sequence = Sequence::new(&"A".repeat(8)).unwrap();
    let answer = |sequence: &Sequence| {
        let is = |at: usize| sequence.letters()[at] == b'C';
        match (is(1), is(2), is(5)) {
            (true, true, _) => 0.1,
            (.., true) => 0.7,
            (true, ..) | (_, true, _) => 0.75,
            _ => 0.9,
        }
    };
    let search = |width| {
        let stream = Stream::new(7, "test", "e");
        let mut search = Beam::new(sites(&sequence, &[]), width, 500, vec![2], stream);
        drive(&mut search, &sequence, POSITIVE, answer);
        search.found()[0].is_success()
    };
    assert!(!search(1));
    assert!(search(3));
}

#[test]
fn a_negative_is_pushed_up_and_the_threshold_is_positive() {
    let aim = Aim {
        is_positive: false,
        threshold: 0.5,
    };
    assert!(aim.hear(0.5).has_changed && !aim.hear(0.49).has_changed);
    assert!(!POSITIVE.hear(0.5).has_changed && POSITIVE.hear(0.49).has_changed);
    let sequence = Sequence::new(&"A".repeat(20)).unwrap();
    let mut search = beam(&sequence, &[], 1000);
    drive(&mut search, &sequence, aim, |changed| {
        1.0 - three_count(changed)
    });
    assert!(search.found()[3].is_success());
}

#[test]
fn edits_read_back_as_they_were_written() {
    let sequence = Sequence::new("ACGTAC").unwrap();
    let edits = vec![
        Edit {
            position: 1,
            letter: b'G',
        },
        Edit {
            position: 4,
            letter: b'T',
        },
    ];
    let words = words(&sequence, &edits);
    assert_eq!(words.as_deref(), Some("1:C>G;4:A>T"));
    assert_eq!(read(words.as_deref()), Some(edits.clone()));
    assert_eq!(applied(&sequence, &edits).letters(), b"AGGTTC");
    assert_eq!((read(None), read(Some("x"))), (Some(Vec::new()), None));
}

#[test]
fn every_single_base_change_of_a_window_is_asked_once() {
    let sequence = Sequence::new("ACGTNAC").unwrap();
    let all = mutants(&sequence, 2..6);
    assert_eq!(all.len(), 9);
    assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), 9);
    let own = sequence.letters();
    assert!(all.iter().all(|edit| own[edit.position] != edit.letter));
}
