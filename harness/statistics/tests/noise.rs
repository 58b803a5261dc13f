//! What disturbs a series, and ratios of paired rounds, held to SciPy (`fixtures/make_noise.py`).

use serde::Deserialize;
use titer_statistics::noise::Noise;
use titer_statistics::paired_ratio::paired_ratio;

#[derive(Deserialize)]
struct Fixture {
    series: Vec<Series>,
    ratios: Vec<Ratio>,
}

#[derive(Deserialize)]
struct Series {
    series: Vec<f64>,
    outliers_z: Option<u64>,
    outliers_tukey: u64,
    drift_share: f64,
    p_value: f64,
    autocorrelation: f64,
}

#[derive(Deserialize)]
struct Ratio {
    numbers: Vec<f64>,
    reference: Vec<f64>,
    value: f64,
    lower: f64,
    upper: f64,
}

fn fixture() -> Fixture {
    serde_json::from_str(include_str!("../fixtures/noise.json")).unwrap()
}

fn close(ours: f64, theirs: f64) -> bool {
    (ours - theirs).abs() <= 1e-9 * theirs.abs().max(1e-3)
}

#[test]
fn noise_is_that_of_scipy() {
    let series = fixture().series;
    assert!(series.len() >= 16);
    for one in series {
        let noise = Noise::of(&one.series);
        let about = format!("{} numbers: {noise:?}", one.series.len());
        assert_eq!(noise.outliers_z, one.outliers_z, "{about}");
        assert_eq!(noise.outliers_tukey, one.outliers_tukey, "{about}");
        let drift = noise.drift.unwrap();
        assert!(close(drift.share, one.drift_share), "{about}");
        assert!(close(drift.p_value, one.p_value), "{about}");
        assert!(close(noise.autocorrelation.unwrap(), one.autocorrelation));
    }
}

#[test]
fn ratios_of_rounds_are_those_of_scipy() {
    for one in fixture().ratios {
        let found = paired_ratio(&one.numbers, &one.reference).unwrap();
        let pairs = [
            (found.value, one.value),
            (found.lower, one.lower),
            (found.upper, one.upper),
        ];
        assert!(pairs.iter().all(|(a, b)| close(*a, *b)), "{found:?}");
    }
}
