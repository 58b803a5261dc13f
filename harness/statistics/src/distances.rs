//! How far two samples lie apart: the Jensen-Shannon divergence of counts, the Wasserstein-1 distance of numbers.
//!
//! Neither is ever below 0, and chance adds to both: two samples of one distribution lie apart, too. So what chance adds is
//! worked out by drawing clusters again (`clustered`), and the intervals reach 0 where there may be no distance.

mod clustered;

pub use clustered::{Apart, SideSums, divergence, transport};

/// The Jensen-Shannon divergence of two spectra of counts, base 2: 0 (alike) to 1 (nothing in common). It is the square of what
/// `scipy.spatial.distance.jensenshannon` gives with `base=2`. `None` where a side counts nothing.
///
/// Lin 1991, doi:10.1109/18.61115.
#[must_use]
pub fn jensen_shannon(one: &[f64], other: &[f64]) -> Option<f64> {
    let (all, others): (f64, f64) = (one.iter().sum(), other.iter().sum());
    if !(all > 0.0 && others > 0.0) {
        return None;
    }
    let part = |share: f64, middle: f64| match share > 0.0 {
        true => 0.5 * share * libm::log2(share / middle),
        false => 0.0,
    };
    let words = one.iter().zip(other).map(|(one, other)| {
        let (p, q) = (one / all, other / others);
        let middle = 0.5 * (p + q);
        part(p, middle) + part(q, middle)
    });
    Some(words.sum::<f64>().clamp(0.0, 1.0))
}

/// The Wasserstein-1 distance of two samples, in the unit of their numbers: the area between their distribution functions, as
/// `scipy.stats.wasserstein_distance` gives it. `None` where a side is empty. Numbers are finite.
#[must_use]
pub fn wasserstein(one: &[f64], other: &[f64]) -> Option<f64> {
    if one.is_empty() || other.is_empty() {
        return None;
    }
    let of = |numbers: &[f64], step: f64| {
        let step = step / numbers.len() as f64;
        numbers
            .iter()
            .map(|number| (*number, step))
            .collect::<Vec<(f64, f64)>>()
    };
    let mut steps = of(one, 1.0);
    steps.extend(of(other, -1.0));
    steps.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
    let (mut apart, mut area) = (0.0, 0.0);
    for pair in steps.windows(2) {
        apart += pair[0].1;
        area += f64::abs(apart) * (pair[1].0 - pair[0].0);
    }
    Some(area)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ends_of_the_divergence_are_met() {
        assert_eq!(jensen_shannon(&[2.0, 6.0], &[1.0, 3.0]), Some(0.0));
        assert_eq!(jensen_shannon(&[2.0, 0.0], &[0.0, 3.0]), Some(1.0));
        assert_eq!(jensen_shannon(&[0.0, 0.0], &[0.0, 3.0]), None);
    }

    #[test]
    fn a_shift_is_its_own_distance() {
        let (one, other) = ([1.0, 2.0, 4.0], [3.5, 1.5, 4.5]);
        let mut shifted: Vec<f64> = one.iter().map(|x| x + 0.5).collect();
        shifted.reverse();
        assert!((wasserstein(&one, &shifted).unwrap() - 0.5).abs() < 1e-15);
        assert_eq!(wasserstein(&one, &one), Some(0.0));
        assert!(wasserstein(&one, &other).unwrap() > 0.5);
        assert_eq!(wasserstein(&one, &[]), None);
    }
}
