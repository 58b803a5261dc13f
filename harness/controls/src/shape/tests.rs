use super::*;

/// Numbers, and classes that follow from each with nine in ten.
fn told(rows: usize, seed: u64, number: fn(&mut Stream) -> f64, class: fn(f64) -> bool) -> Told {
    let mut random = Stream::new(seed, "test", "shape");
    let of_row = (0..rows).map(|_| {
        let value = number(&mut random);
        let class = class(value) != (random.below(10) == 0);
        (vec![value], usize::from(class))
    });
    of_row.unzip()
}

type Told = (Vec<Vec<f64>>, Vec<usize>);

/// The accuracy on rows drawn anew.
fn accuracy(number: fn(&mut Stream) -> f64, class: fn(f64) -> bool) -> f64 {
    let (train, classes) = told(2_000, 1, number, class);
    let names: Vec<String> = (0..train.len()).map(|row| row.to_string()).collect();
    let groups: Vec<&str> = names.iter().map(String::as_str).collect();
    let fitted = Shape::fit(&train, &classes, 2, &groups, 7);
    let (test, truth) = told(1_000, 2, number, class);
    let right = test.iter().zip(&truth).filter(|(row, class)| {
        let found = fitted.probabilities(row);
        assert!((found.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        (found[1] > 0.5) == (**class == 1)
    });
    right.count() as f64 / truth.len() as f64
}

fn length(random: &mut Stream) -> f64 {
    200.0 + random.below(400) as f64
}

/// Lengths of which most stand once.
fn long(random: &mut Stream) -> f64 {
    200.0 + random.below(1_000_000) as f64
}

fn share(random: &mut Stream) -> f64 {
    random.below(1_000_003) as f64 / 1_000_003.0
}

#[test]
fn any_shape_is_seen() {
    let is_round = |length: f64| length % 50.0 == 0.0;
    let with_round = |random: &mut Stream| match random.below(2) {
        0 => 200.0 + 50.0 * random.below(8) as f64,
        _ => 201.0 + random.below(48) as f64 + 50.0 * random.below(8) as f64,
    };
    for found in [
        accuracy(length, |length| length % 2.0 == 1.0),
        accuracy(long, |length| length % 2.0 == 1.0),
        accuracy(long, |length| length % 3.0 == 2.0),
        accuracy(with_round, is_round),
        accuracy(length, |length| (300.0..340.0).contains(&length)),
        // Some values of many, without order.
        accuracy(length, |length| (length * length + length) % 7.0 < 3.0),
        accuracy(share, |share| (share * 4.0) as u64 % 2 == 1),
    ] {
        assert!(found > 0.86, "{found}");
    }
}

/// Where a number says nothing, nothing is made of it.
#[test]
fn chance_is_no_shape() {
    let random = |value: f64| (value.to_bits().wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 60) % 2 == 1;
    let found = accuracy(share, random);
    assert!((0.46..0.54).contains(&found), "{found}");
}

/// Letters are told apart where few numbers are one row.
#[test]
fn several_numbers_are_one_row() {
    let mut random = Stream::new(3, "test", "shape");
    let mut told = |rows: usize| -> Told {
        let of_row = (0..rows).map(|_| {
            let row: Vec<f64> = (0..4).map(|_| random.below(4) as f64).collect();
            let class = usize::from(row[1] == 2.0 && row[3] == 1.0);
            (row, class)
        });
        of_row.unzip()
    };
    let ((train, classes), (test, truth)) = (told(2_000), told(500));
    let names: Vec<String> = (0..train.len()).map(|row| row.to_string()).collect();
    let groups: Vec<&str> = names.iter().map(String::as_str).collect();
    let fitted = Shape::fit(&train, &classes, 2, &groups, 7);
    let right = test
        .iter()
        .zip(&truth)
        .filter(|(row, class)| (fitted.probabilities(row)[1] > 0.5) == (**class == 1));
    assert_eq!(right.count(), 500);
    // What was never seen has its neighbours' shares.
    assert!(
        fitted
            .probabilities(&[9.0; 4])
            .iter()
            .all(|share| share.is_finite())
    );
}
