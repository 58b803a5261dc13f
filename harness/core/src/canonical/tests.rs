use std::collections::BTreeMap;

use serde::Serialize;

use super::digest;

#[derive(Serialize, Default)]
struct Before {
    rate: f64,
    names: Vec<&'static str>,
}

/// The same in another order, with a field that nobody uses yet.
#[derive(Serialize, Default)]
struct After {
    names: Vec<&'static str>,
    later: Option<u8>,
    rate: f64,
}

#[derive(Serialize)]
enum Choice {
    Plain,
    One(u8),
    Two(u8, u8),
    Named { field: u8 },
}

fn of(value: &impl Serialize) -> String {
    digest("test", value).map_or_else(|error| error.to_string(), |digest| digest.hex())
}

#[test]
fn order_of_fields_and_fields_that_nobody_uses_change_nothing() {
    let names = vec!["a", "b"];
    let before = Before { rate: 0.5, names };
    let mut after = After {
        rate: 0.5,
        names: vec!["a", "b"],
        later: None,
    };
    assert_eq!(of(&before), of(&after));
    after.later = Some(0);
    assert_ne!(of(&before), of(&after));
}

#[test]
fn whatever_differs_in_what_it_says_differs() {
    let choices = [
        of(&Choice::Plain),
        of(&Choice::One(1)),
        of(&Choice::Two(1, 1)),
        of(&Choice::Named { field: 1 }),
        of(&"Plain2"),
        of(&1_u8),
        of(&-1_i64),
        of(&1.0_f64),
        of(&true),
        of(&vec![1_u8]),
        of(&vec![vec![1_u8], vec![]]),
        of(&vec![vec![], vec![1_u8]]),
        of(&BTreeMap::from([("ab", "c")])),
        of(&BTreeMap::from([("a", "bc")])),
        of(&None::<u8>),
        of(&""),
        of(&f64::MIN_POSITIVE),
        of(&u64::MAX),
    ];
    for (index, one) in choices.iter().enumerate() {
        assert_eq!(one.len(), 64, "{one}");
        assert!(!choices[..index].contains(one), "{index}");
    }
    let again = digest("another purpose", &Choice::Plain).unwrap().hex();
    assert_ne!(again, choices[0]);
}

#[test]
fn numbers_that_are_none_are_refused_not_replaced() {
    for number in [f64::NAN, f64::INFINITY] {
        let fields = Before {
            rate: number,
            ..Before::default()
        };
        let error = digest("key", &fields).unwrap_err().to_string();
        assert!(error.contains("no finite number"), "{error}");
    }
}
