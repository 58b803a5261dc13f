//! Agreement with netcal, uncertainty-calibration, relplot, statsmodels, scikit-learn, SciPy and
//! NumPy; `fixtures/make_calibration.py` says how their values were made.

use std::collections::BTreeMap;

use serde::Deserialize;
use titer_core::{ClassesMetric, Classified, Labelled, Multiplicity, Undefined};
use titer_metrics::brier_parts::brier_parts;
use titer_metrics::calibration_floor::null_floor;
use titer_metrics::calibration_line::{Estimate, calibration_in_the_large, calibration_line};
use titer_metrics::classwise_ece::ClasswiseEce;
use titer_metrics::recalibration::{COLDEST, HOTTEST, Isotonic, Platt, Temperature};
use titer_metrics::residuals::Binning;
use titer_metrics::spiegelhalter::{Spiegelhalter, spiegelhalter, spiegelhalter_clustered};
use titer_metrics::{MetricName, ece, metric, table};

#[derive(Deserialize)]
struct Fixtures {
    places: Vec<f64>,
    cases: Vec<Case>,
    classwise: Vec<Classwise>,
    floors: Floors,
}

type Values = BTreeMap<String, f64>;

/// A value and its standard error, or a z and its p value.
type Pair = Option<[f64; 2]>;

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
    brier_parts: BTreeMap<String, Values>,
    lines: Lines,
    tests: Tests,
    recalibrated: Recalibrated,
}

#[derive(Deserialize)]
struct Lines {
    line: Option<[[f64; 2]; 2]>,
    clustered_line: Option<[[f64; 2]; 2]>,
    in_the_large: Pair,
    clustered_in_the_large: Pair,
}

#[derive(Deserialize)]
struct Tests {
    spiegelhalter: Pair,
    clustered_spiegelhalter: Pair,
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
    let mut metrics = table::ALL.into_iter();
    let found = metrics.find(|&one| metric(one).about().name == name);
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
                let value = metric(named(name)).prepare(data).value(multiplicity);
                let place = format!("{name} of '{}'", case.name);
                near(value.unwrap(), expected, 1e-12, &place);
            }
        }
    });
}

/// relplot's grid is coarser and its width is found to a thousandth.
#[test]
fn smooth_ece_comes_close_to_that_of_its_authors() {
    for_each_case(|case, data| {
        let Some(expected) = case.relplot_smooth_ece else {
            return;
        };
        let value = metric(MetricName::SmoothEce)
            .prepare(data)
            .value(Multiplicity::Once)
            .unwrap();
        near(value, expected, 1e-3, &case.name);
    });
}

#[test]
fn brier_parts_agree() {
    for_each_case(|case, data| {
        for (binning, expected) in [
            (Binning::EqualWidth(10), &case.brier_parts["equal_width_10"]),
            (Binning::EqualMass(15), &case.brier_parts["equal_mass_15"]),
            (Binning::Values, &case.brier_parts["values"]),
        ] {
            let parts = brier_parts(data, Multiplicity::Once, binning).unwrap();
            for (name, value) in [
                ("brier", parts.brier),
                ("reliability", parts.reliability),
                ("resolution", parts.resolution),
                ("uncertainty", parts.uncertainty),
                ("within_bin_variance", parts.within_bin_variance),
                ("within_bin_covariance", parts.within_bin_covariance),
            ] {
                let place = format!("{name} of '{}', {binning:?}", case.name);
                near(value, expected[name], 1e-12, &place);
            }
        }
    });
}

fn same_estimate(made: Option<Estimate>, expected: Pair, place: &str) {
    assert_eq!(made.is_some(), expected.is_some(), "{place}");
    if let (Some(made), Some([value, error])) = (made, expected) {
        near(made.value, value, 1e-9 * (1.0 + value.abs()), place);
        near(made.standard_error, error, 1e-9 * (1.0 + error), place);
    }
}

#[test]
fn lines_agree() {
    for_each_case(|case, data| {
        let clusters = Some(&case.cluster_of[..]);
        for (cluster_of, line, large) in [
            (None, case.lines.line, case.lines.in_the_large),
            (
                clusters,
                case.lines.clustered_line,
                case.lines.clustered_in_the_large,
            ),
        ] {
            let place = format!("'{}', clusters: {}", case.name, cluster_of.is_some());
            let made = calibration_line(data, cluster_of).ok();
            let intercept = line.map(|[intercept, _]| intercept);
            same_estimate(made.map(|line| line.intercept), intercept, &place);
            let slope = line.map(|[_, slope]| slope);
            same_estimate(made.map(|line| line.slope), slope, &place);
            let made = calibration_in_the_large(data, cluster_of).ok();
            same_estimate(made, large, &place);
        }
    });
}

#[test]
fn spiegelhalter_agrees() {
    let same = |made: Result<Spiegelhalter, Undefined>, expected: Pair, place: &str| {
        assert_eq!(made.is_ok(), expected.is_some(), "{place}");
        if let (Ok(made), Some([z, p_value])) = (made, expected) {
            near(made.z, z, 1e-9 * (1.0 + z.abs()), place);
            near(made.p_value, p_value, 1e-9, place);
        }
    };
    for_each_case(|case, data| {
        same(spiegelhalter(data), case.tests.spiegelhalter, &case.name);
        let clustered = spiegelhalter_clustered(data, &case.cluster_of);
        same(clustered, case.tests.clustered_spiegelhalter, &case.name);
    });
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
