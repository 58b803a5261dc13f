//! When warming up is over.

use crate::median;

/// Queries on each side of the comparison.
pub const WINDOW: usize = 5;
/// How far two medians may lie apart.
pub const TOLERANCE: f64 = 0.05;

/// Whether times (in order) are stable: the median of the last [`WINDOW`] lies within [`TOLERANCE`] of that of as many before.
#[must_use]
pub fn is_stable(walls: &[f64]) -> bool {
    let Some(first) = walls.len().checked_sub(2 * WINDOW) else {
        return false;
    };
    let (before, last) = walls[first..].split_at(WINDOW);
    let (before, last) = (median(before), median(last));
    (last - before).abs() <= TOLERANCE * before
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn falling_times_are_not_stable_and_level_ones_are() {
        let falling: Vec<f64> = (0..10).map(|at| 200.0 - 10.0 * f64::from(at)).collect();
        assert!(!is_stable(&falling));
        let mut level = falling;
        level.extend([
            100.0, 104.0, 96.0, 100.0, 900.0, 101.0, 99.0, 100.0, 100.0, 102.0,
        ]);
        assert!(is_stable(&level));
        assert!(!is_stable(&[100.0; 9]) && is_stable(&[100.0; 10]));
    }
}
