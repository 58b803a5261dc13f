use titer_core::kmers::{self, WORDS};
use titer_core::{MeasuredInput, Sequence, Stream, Tables};

use crate::error::JudgeError;
use crate::facts::TakeFacts;
use crate::fixture::binary_plan;
use crate::inputs::add;
use crate::scoring::{Found, Source};
use titer_spec::plan::{PlannedCell, PlannedDataset};

/// Sequences of 200 bases; those of the dataset `far` hold more G and C, by so much.
struct Sequences {
    richer: f64,
}

impl Source for Sequences {
    fn facts(&self, _: &PlannedDataset, _: &mut TakeFacts<'_>) -> Result<(), JudgeError> {
        Ok(())
    }

    fn found(&self, cell: &PlannedCell) -> Result<Found, JudgeError> {
        Err(JudgeError::Plan {
            what: cell.case.dataset.clone(),
        })
    }

    fn inputs(&self, dataset: &PlannedDataset) -> Result<Vec<MeasuredInput>, JudgeError> {
        let gc = match dataset.name.as_str() {
            "far" => 0.5 + self.richer,
            _ => 0.5,
        };
        Ok((0..120)
            .map(|example| input(&dataset.name, example, gc))
            .collect())
    }
}

fn input(dataset: &str, example: u64, gc: f64) -> MeasuredInput {
    let mut random = Stream::new(4, dataset, &example.to_string());
    let letter = |random: &mut Stream| match (random.uniform() < gc, random.below(2)) {
        (true, 0) => 'G',
        (true, _) => 'C',
        (false, 0) => 'A',
        (false, _) => 'T',
    };
    let text: String = (0..200).map(|_| letter(&mut random)).collect();
    let sequence = Sequence::new(&text).unwrap();
    let of = |wanted: &[u8]| {
        sequence
            .letters()
            .iter()
            .filter(|it| wanted.contains(it))
            .count()
    };
    MeasuredInput {
        example,
        cluster: format!("{dataset} {}", example / 2),
        length: 200,
        known: 200,
        gc: of(b"GC") as u64,
        kmers: kmers::counts(&sequence),
    }
}

fn judged(richer: f64) -> Tables {
    let plan = binary_plan(&["fp32"]);
    let mut tables = Tables::default();
    add(&plan, &plan.suites[0], &Sequences { richer }, &mut tables).unwrap();
    tables
}

#[test]
fn what_lies_apart_is_told_apart_and_what_does_not_is_not() {
    let far = judged(0.1);
    let by = |tables: &Tables, by: &str| {
        tables
            .distances
            .iter()
            .find(|it| it.by == by)
            .unwrap()
            .clone()
    };
    assert_eq!(far.distances.len(), 4);
    let gc = by(&far, "gc");
    assert_eq!(
        (&gc.in_distribution[..], &gc.out_of_distribution[..]),
        ("near", "far")
    );
    assert!((gc.distance.value.unwrap() - 0.1).abs() < 0.02, "{gc:?}");
    assert!(gc.distance.lower.unwrap() > 0.05);
    assert!(by(&far, "kmer_divergence").distance.lower.unwrap() > 0.0);
    assert!(by(&far, "classifier").distance.lower.unwrap() > 0.8);
    let length = by(&far, "length").distance;
    assert_eq!((length.value, length.lower), (Some(0.0), None));
    assert_eq!(
        length.interval_undefined.as_deref(),
        Some("every number of both sides is 200")
    );
    let same = judged(0.0);
    for name in ["gc", "kmer_divergence"] {
        let distance = by(&same, name);
        assert_eq!(distance.distance.lower, Some(0.0), "{distance:?}");
        assert!(distance.floor.unwrap() > 0.0);
    }
    let classifier = by(&same, "classifier").distance;
    assert!(
        classifier.lower.unwrap() < 0.5 && classifier.upper.unwrap() > 0.5,
        "{classifier:?}"
    );
}

#[test]
fn inputs_are_summed_up() {
    let tables = judged(0.1);
    let [near, far] = &tables.inputs[..] else {
        panic!("{:?}", tables.inputs);
    };
    assert_eq!(
        (near.measured, near.clusters, near.in_distribution),
        (120, 60, true)
    );
    assert_eq!(
        (near.length_min, near.length_max),
        (Some(200.0), Some(200.0))
    );
    assert!(near.gc_median.unwrap() + 0.05 < far.gc_median.unwrap());
    assert_eq!(near.unknown_share, Some(0.0));
    // All sequences are of one length, of which there is no histogram.
    let of = |name: &str| {
        let rows = tables.input_shares.iter();
        let rows = rows.filter(|row| row.dataset == "near" && row.of == name);
        (rows.clone().count(), rows.map(|row| row.share).sum::<f64>())
    };
    assert_eq!(of("length").0, 0);
    for (name, rows) in [("gc", 50), ("kmer", WORDS)] {
        let (found, sum) = of(name);
        assert_eq!(found, rows);
        assert!((sum - 1.0).abs() < 1e-12);
    }
}
