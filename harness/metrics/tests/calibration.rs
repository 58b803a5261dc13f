//! Agreement with netcal, uncertainty-calibration, relplot, scikit-learn, SciPy and NumPy;
//! `fixtures/make_calibration.py` says how their values were made.

use std::cell::Cell;
use std::collections::BTreeMap;

use serde::Deserialize;
use titer_core::{ClassesMetric, Classified, Labelled, Multiplicity};
use titer_metrics::calibration_floor::null_floor;
use titer_metrics::classwise_ece::ClasswiseEce;
use titer_metrics::recalibration::{COLDEST, HOTTEST, Isotonic, Platt, Temperature};
use titer_metrics::{MetricName, ece};

#[derive(Deserialize)]
struct Fixtures {
    places: Vec<f64>,
    cases: Vec<Case>,
    classwise: Vec<Classwise>,
    floors: Floors,
}

type Values = BTreeMap<String, f64>;

#[derive(Deserialize)]
struct Case {
    name: String,
    truth: Vec<u8>,
    probability: Vec<f64>,
    threshold: f64,
    cluster_of: Vec<u32>,
    counts: Vec<u32>,
    once: Values,
    drawn: Values,
    relplot_smooth_ece: Option<f64>,
    recalibrated: Recalibrated,
}

#[derive(Deserialize)]
struct Recalibrated {
    temperature: Option<f64>,
    sklearn_temperature: Option<f64>,
    platt: Option<Vec<f64>>,
    isotonic: Vec<f64>,
}

#[derive(Deserialize)]
struct Classwise {
    classes: usize,
    truth: Vec<u32>,
    probability: Vec<f64>,
    classwise_ece: f64,
}

#[derive(Deserialize)]
struct Floors {
    probability: Vec<f64>,
    errors: BTreeMap<String, Floor>,
}

#[derive(Deserialize)]
struct Floor {
    mean: f64,
    deviation: f64,
    upper: f64,
}

fn fixtures() -> Fixtures {
    serde_json::from_str(include_str!("../fixtures/calibration.json")).unwrap()
}

fn named(name: &str) -> MetricName {
    let mut metrics = MetricName::ALL.iter().copied();
    let found = metrics.find(|&one| one.metric().about().name == name);
    found.unwrap_or_else(|| panic!("no metric {name}"))
}

fn near(value: f64, expected: f64, within: f64, place: &str) {
    let distance = (value - expected).abs();
    assert!(distance <= within, "{place}: {value}, not {expected}");
}

fn for_each_case(check: impl Fn(&Case, Labelled<'_>)) {
    let cases = fixtures().cases;
    assert_eq!(cases.len(), 20);
    for case in cases {
        let truth: Vec<bool> = case.truth.iter().map(|&one| one == 1).collect();
        let data = Labelled {
            truth: &truth,
            probability: &case.probability,
            threshold: case.threshold,
        };
        check(&case, data);
    }
}

#[test]
fn metrics_agree() {
    for_each_case(|case, data| {
        let drawn = Multiplicity::PerCluster {
            counts: &case.counts,
            cluster_of: &case.cluster_of,
        };
        for (multiplicity, expected) in [(Multiplicity::Once, &case.once), (drawn, &case.drawn)] {
            assert_eq!(expected.len(), 10);
            for (name, &expected) in expected {
                let value = named(name).metric().prepare(data).value(multiplicity);
                let place = format!("{name} of '{}'", case.name);
                near(value.unwrap(), expected, 1e-12, &place);
            }
        }
    });
}

/// relplot's grid is coarser and its width is found to a thousandth.
#[test]
fn smooth_ece_comes_close_to_that_of_its_authors() {
    let compared = Cell::new(0);
    for_each_case(|case, data| {
        let Some(expected) = case.relplot_smooth_ece else {
            return;
        };
        compared.set(compared.get() + 1);
        let value = MetricName::SmoothEce
            .metric()
            .prepare(data)
            .value(Multiplicity::Once)
            .unwrap();
        near(value, expected, 1e-3, &case.name);
    });
    assert_eq!(compared.get(), 8);
}

#[test]
fn recalibration_agrees() {
    let places = fixtures().places;
    for_each_case(|case, data| {
        let expected = &case.recalibrated;
        let map = Temperature::fit(data).ok();
        assert_eq!(
            map.is_some(),
            expected.temperature.is_some(),
            "{}",
            case.name
        );
        if let (Some(map), Some(temperature)) = (map, expected.temperature) {
            near(map.temperature, temperature, 1e-9 * temperature, &case.name);
            let bound = temperature == COLDEST || temperature == HOTTEST;
            assert_eq!(map.at_bound, bound, "{}", case.name);
        }
        if let (Some(map), Some(temperature)) = (map, expected.sklearn_temperature) {
            near(map.temperature, temperature, 1e-6 * temperature, &case.name);
        }
        let map = Isotonic::fit(data).unwrap();
        for (&place, &expected) in places.iter().zip(&expected.isotonic) {
            near(map.apply(place), expected, 1e-12, &case.name);
        }
        let map = Platt::fit(data).ok().filter(|map| !map.at_bound);
        assert_eq!(map.is_some(), expected.platt.is_some(), "{}", case.name);
        if let (Some(map), Some(platt)) = (map, &expected.platt) {
            for (&place, &expected) in places.iter().zip(platt) {
                near(map.apply(place), expected, 1e-9, &case.name);
            }
        }
    });
}

#[test]
fn classwise_agrees() {
    for case in fixtures().classwise {
        let data = Classified {
            truth: &case.truth,
            probability: &case.probability,
            classes: case.classes,
        };
        let error = ClasswiseEce { bins: 15 }
            .prepare(data)
            .value(Multiplicity::Once);
        near(error.unwrap(), case.classwise_ece, 1e-12, "classwise");
    }
}

#[test]
fn floors_agree_with_many_draws() {
    let floors = fixtures().floors;
    let data = Labelled {
        truth: &vec![true; floors.probability.len()],
        probability: &floors.probability,
        threshold: 0.5,
    };
    for (name, expected) in floors.errors {
        let floor = null_floor(named(&name), data, 5).unwrap();
        let standard_error = expected.deviation / f64::from(ece::DRAWS).sqrt();
        near(floor.mean, expected.mean, 4.0 * standard_error, &name);
        // A 95 % quantile of normal draws is about twice as unsure as their mean.
        near(floor.upper, expected.upper, 8.0 * standard_error, &name);
    }
}
