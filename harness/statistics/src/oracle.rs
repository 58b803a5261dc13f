//! Distributions held to the crate `statrs`, over wide parameters.
//!
//! How far two right answers may lie apart is counted in roundings: what each test says that one of them changes. `statrs` ends
//! its continued fraction after 140 steps, which is enough up to some 10,000.

use statrs::distribution::{
    Beta, Binomial, Continuous, ContinuousCDF, Discrete, Normal, StudentsT,
};

use super::{PairedCalls, beta, clopper_pearson, mcnemar_mid_p, normal, student};

const SHAPES: [f64; 10] = [
    0.5, 1.0, 1.5, 3.0, 10.0, 47.5, 300.0, 1000.0, 3000.5, 10_000.0,
];
const TAILS: [f64; 9] = [1e-12, 1e-6, 1e-3, 0.025, 0.05, 0.5, 0.9, 0.975, 0.999];
/// Roundings of both sides together.
const ROUNDINGS: f64 = 4.0;
/// Below it numbers lose digits, and nothing is told apart.
const SMALLEST: f64 = 1e-290;

/// One number from both sides.
struct Pair {
    what: String,
    ours: f64,
    theirs: f64,
    /// The relative difference that one rounding makes.
    rounding: f64,
}

/// Every pair agrees.
fn check(name: &str, pairs: &[Pair]) {
    let relative = |pair: &Pair| (pair.ours - pair.theirs).abs() / pair.theirs.abs();
    let roundings = |pair: &Pair| relative(pair) / pair.rounding;
    let told = pairs.iter().filter(|pair| pair.theirs.abs() > SMALLEST);
    let told: Vec<&Pair> = told.collect();
    assert!(told.len() >= 100, "{name}: {}", told.len());
    let worst = |of: &dyn Fn(&Pair) -> f64| {
        let worst = told
            .iter()
            .max_by(|one, other| of(one).total_cmp(&of(other)));
        let Pair {
            what, ours, theirs, ..
        } = worst.unwrap();
        format!(
            "{what}: {ours:e}, theirs {theirs:e}: {:.1e}",
            of(worst.unwrap())
        )
    };
    assert!(
        told.iter().all(|pair| roundings(pair) < ROUNDINGS),
        "{name}\n  most roundings: {}\n  largest relative difference: {}",
        worst(&roundings),
        worst(&relative)
    );
}

/// What rounds `share`, an incomplete beta function: the largest of the logarithms that are added, and `statrs`' `ln_gamma`, whose
/// 13th digit is wrong at a half; all the more where the share is what a larger one leaves to 1.
fn beta_rounding(share: f64, x: f64, a: f64, b: f64) -> f64 {
    let gammas = [a + b, a, b].map(|of| libm::lgamma(of).abs());
    let powers = [(a * x.ln()).abs(), (b * (-x).ln_1p()).abs()];
    let largest = gammas.into_iter().chain(powers).fold(1.0, f64::max);
    (f64::EPSILON * largest + 1e-13) * (1.0 - share).max(share) / share
}

/// `statrs` keeps ten digits of the error function: where it differs most, at -0.725, glibc's `erfc` gives our
/// number, 0.234_226_015_212_694_9, to the last digit.
#[test]
fn normal_tails_and_quantiles() {
    const DIGITS: f64 = 3e-11;
    let theirs = Normal::new(0.0, 1.0).unwrap();
    let mut pairs = Vec::new();
    let mut add = |what: String, ours, theirs| {
        pairs.push(Pair {
            what,
            ours,
            theirs,
            rounding: DIGITS,
        });
    };
    for step in -1440..=1440 {
        let x = f64::from(step) / 40.0;
        add(format!("above {x}"), normal::above(x), theirs.sf(x));
        add(format!("below {x}"), normal::above(-x), theirs.cdf(x));
    }
    for exponent in 1..=280 {
        let tail = 10f64.powi(-exponent);
        let quantile = normal::upper_quantile(tail);
        add(
            format!("above the quantile of {tail:e}"),
            tail,
            theirs.sf(quantile),
        );
    }
    check("normal", &pairs);
}

#[test]
fn beta_shares_and_quantiles() {
    let mut pairs = Vec::new();
    for a in SHAPES {
        for b in SHAPES {
            let theirs = Beta::new(a, b).unwrap();
            let mean = a / (a + b);
            let deviation = (mean * (1.0 - mean) / (a + b + 1.0)).sqrt();
            for step in -24..=24 {
                let x = mean + f64::from(step) / 4.0 * deviation;
                if x <= 0.0 || x >= 1.0 {
                    continue;
                }
                pairs.push(Pair {
                    what: format!("below {x} of beta({a}, {b})"),
                    ours: beta::below(x, a, b),
                    theirs: theirs.cdf(x),
                    rounding: beta_rounding(theirs.cdf(x), x, a, b),
                });
            }
            for tail in TAILS {
                let quantile = beta::quantile(tail, a, b);
                pairs.push(Pair {
                    what: format!("below the quantile {quantile} of {tail}, beta({a}, {b})"),
                    ours: tail,
                    theirs: theirs.cdf(quantile),
                    // The quantile itself is rounded, too.
                    rounding: beta_rounding(tail, quantile, a, b)
                        + f64::EPSILON * quantile * theirs.pdf(quantile) / tail,
                });
            }
        }
    }
    check("beta", &pairs);
}

#[test]
fn student_tails_and_quantiles() {
    let mut pairs = Vec::new();
    for degrees in [1.0, 1.5, 2.0, 3.0, 9.0, 29.7, 100.0, 999.0, 20_000.0] {
        let theirs = StudentsT::new(0.0, 1.0, degrees).unwrap();
        let mut add = |what: String, t: f64, ours: f64| {
            let x = degrees / (degrees + t * t);
            // Theirs rounds x near 1, so that what is left to 1 has few digits.
            let rounding = beta_rounding(2.0 * ours.min(0.5), x, 0.5 * degrees, 0.5)
                + f64::EPSILON / (1.0 - x);
            pairs.push(Pair {
                what,
                ours,
                theirs: theirs.sf(t),
                rounding,
            });
        };
        for step in 1..=400 {
            for t in [f64::from(step) / 10.0, -f64::from(step) / 10.0] {
                let what = format!("above {t}, {degrees} degrees");
                add(what, t, student::above(t, degrees));
            }
        }
        for tail in TAILS {
            let t = student::upper_quantile(tail, degrees);
            if t.abs() > 1e-6 {
                add(
                    format!("above the quantile of {tail}, {degrees} degrees"),
                    t,
                    tail,
                );
            }
        }
    }
    check("student", &pairs);
}

/// McNemar's mid-p test is twice a sum of binomial probabilities at even odds, the last one of them halved.
#[test]
fn binomial_sums() {
    let mut pairs = Vec::new();
    for all in [1, 2, 5, 8, 21, 60, 150, 999] {
        let theirs = Binomial::new(0.5, all).unwrap();
        for few in (0..=all / 2).step_by(1 + all as usize / 20) {
            let sum: f64 = (0..=few).map(|count| theirs.pmf(count)).sum();
            let calls = PairedCalls::independent(few, all - few, all).unwrap();
            pairs.push(Pair {
                what: format!("{few} of {all}"),
                ours: mcnemar_mid_p(&calls).unwrap().p_value,
                theirs: match 2 * few == all {
                    true => 1.0 - 0.5 * theirs.pmf(few),
                    false => 2.0 * sum - theirs.pmf(few),
                },
                // Both the sum and its last part are rounded, and one is taken from the other.
                rounding: 2.0
                    * beta_rounding(sum.min(1.0), 0.5, (all - few) as f64, few as f64 + 1.0),
            });
        }
    }
    for units in [10, 57, 100] {
        for hits in 1..units {
            // As few hits are as probable as the tail where the share is the upper end.
            let end = clopper_pearson::upper(hits as f64, units as f64, 0.025);
            if end >= 1.0 {
                continue;
            }
            let theirs = Binomial::new(end, units).unwrap();
            pairs.push(Pair {
                what: format!("the upper end of {hits} of {units}"),
                ours: 0.025,
                theirs: (0..=hits).map(|count| theirs.pmf(count)).sum(),
                rounding: beta_rounding(0.025, end, hits as f64 + 1.0, (units - hits) as f64)
                    / (1.0 - end),
            });
        }
    }
    check("binomial", &pairs);
}
