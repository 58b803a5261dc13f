use std::collections::BTreeMap;

use titer_core::{Example, Place, Sequence, Stream, Target};
use titer_spec::control::{Kmers, NearestKmers};

use super::*;

/// Synthetic: class 1 is rich in G and C, holds GATTACA, and lies on chromosome 2.
fn examples(number: usize, seed: u64) -> (Vec<Example>, Vec<usize>) {
    let mut random = Stream::new(seed, "test", "controls");
    let mut examples = Vec::new();
    let mut classes = Vec::new();
    for index in 0..number {
        let class = usize::from(random.below(3) == 0);
        let mut text: String = (0..120)
            .map(|_| match (random.below(10), class) {
                (0..4, 0) | (0..2, 1) => 'A',
                (4..8, 0) | (2..4, 1) => 'T',
                (8, 0) | (4..7, 1) => 'G',
                _ => 'C',
            })
            .collect();
        if class == 1 {
            text.replace_range(50..57, "GATTACA");
        }
        let chromosome = if class == 1 || random.below(4) == 0 {
            "2"
        } else {
            "1"
        };
        examples.push(Example {
            id: format!("e{seed}:{index}"),
            sequence: Sequence::new(&text).unwrap(),
            second: None,
            target: Target::Class(class),
            strata: BTreeMap::new(),
            clusters: BTreeMap::new(),
            place: Place {
                chromosome: Some(chromosome.to_owned()),
                position: Some(1_000 * index as u64 + class as u64),
                ..Place::default()
            },
        });
        classes.push(class);
    }
    (examples, classes)
}

fn all() -> Vec<ControlSpec> {
    vec![
        ControlSpec::Majority,
        ControlSpec::Gc,
        ControlSpec::Length,
        ControlSpec::Kmers(Kmers { k: 3 }),
        ControlSpec::Nearest(NearestKmers { k: 11 }),
        ControlSpec::Chromosome,
        ControlSpec::Position,
    ]
}

/// Accuracy of a control fitted on one set and scored on another.
fn accuracy(control: &ControlSpec) -> f64 {
    let (train, classes) = examples(400, 1);
    let training = Training::new(&train, classes, 2).unwrap();
    let fitted = fit(control, &training, 7).unwrap();
    let (test, truth) = examples(400, 2);
    let right = test.iter().zip(&truth).filter(|(example, class)| {
        let probabilities = fitted.probabilities(&Query::from(*example));
        (probabilities[1] >= 0.5) == (**class == 1)
    });
    right.count() as f64 / 400.0
}

#[test]
fn probabilities_add_up_whatever_the_query() {
    let (train, classes) = examples(200, 1);
    let training = Training::new(&train, classes, 2).unwrap();
    let (empty, unknown) = (
        Sequence::new("").unwrap(),
        Sequence::new("NNNNNNNNNNNNNNNN").unwrap(),
    );
    for control in all() {
        let fitted = fit(&control, &training, 7).unwrap();
        let queries = train.iter().take(20).map(Query::from);
        for query in queries.chain([Query::from(&empty), Query::from(&unknown)]) {
            let all = fitted.probabilities(&query);
            assert!((all.iter().sum::<f64>() - 1.0).abs() < 1e-12, "{control:?}");
            assert!(
                all.iter().all(|one| (0.0..=1.0).contains(one)),
                "{control:?} {all:?}"
            );
        }
    }
}

#[test]
fn each_finds_what_it_looks_at_and_nothing_else() {
    assert!(accuracy(&ControlSpec::Gc) > 0.95);
    assert!(accuracy(&ControlSpec::Kmers(Kmers { k: 3 })) > 0.95);
    assert!(accuracy(&ControlSpec::Chromosome) > 0.75);
    let majority = accuracy(&ControlSpec::Majority);
    assert!((0.55..0.75).contains(&majority), "{majority}");
    assert_eq!(accuracy(&ControlSpec::Length), majority);
}

#[test]
fn the_nearest_remembers_either_strand_and_its_neighbours() {
    let (train, classes) = examples(100, 1);
    let training = Training::new(&train, classes.clone(), 2).unwrap();
    let nearest = fit(&ControlSpec::Nearest(NearestKmers { k: 15 }), &training, 7).unwrap();
    let position = fit(&ControlSpec::Position, &training, 7).unwrap();
    for (example, class) in train.iter().zip(classes) {
        let turned = example.sequence.reverse_complement();
        assert!(nearest.probabilities(&Query::from(&turned))[class] > 0.99);
        assert!(position.probabilities(&Query::from(example))[class] > 0.99);
    }
}

#[test]
fn regressions_say_how_they_were_fitted() {
    let (train, classes) = examples(300, 1);
    let training = Training::new(&train, classes, 2).unwrap();
    for control in all() {
        let fitted = fit(&control, &training, 7).unwrap();
        let regression = matches!(
            control,
            ControlSpec::Gc | ControlSpec::Length | ControlSpec::Kmers(_)
        );
        assert_eq!(fitted.chosen().is_some(), regression, "{control:?}");
        if let Some(chosen) = fitted.chosen() {
            let penalty = chosen.penalty.as_ref();
            assert!(
                penalty.is_none_or(|it| it.converged),
                "{control:?} {chosen:?}"
            );
        }
    }
}

#[test]
fn what_teaches_nothing_is_an_error() {
    let (mut train, classes) = examples(20, 1);
    assert_eq!(
        Training::new(&[], vec![], 2).unwrap_err(),
        TrainingError::Empty
    );
    assert_eq!(
        Training::new(&train, vec![1; 20], 2).unwrap_err(),
        TrainingError::OneClass
    );
    assert!(matches!(
        Training::new(&train, vec![2; 20], 2),
        Err(TrainingError::Class { .. })
    ));
    for example in &mut train {
        example.place = Place::default();
    }
    let training = Training::new(&train, classes, 2).unwrap();
    for control in [ControlSpec::Chromosome, ControlSpec::Position] {
        let error = fit(&control, &training, 7).unwrap_err().to_string();
        assert!(error.contains("columns.place"), "{error}");
    }
}
