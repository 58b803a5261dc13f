//! Sums of a fixed order.

/// Below this length numbers are added one after the other.
const RUN: usize = 64;

/// The pairwise sum: its order depends on the length alone, its error grows with the logarithm of
/// the length (Higham 1993, "The accuracy of floating point summation").
pub fn pairwise(numbers: &[f64]) -> f64 {
    if numbers.len() <= RUN {
        return numbers.iter().fold(0.0, |sum, number| sum + number);
    }
    let (left, right) = numbers.split_at(numbers.len() / 2);
    pairwise(left) + pairwise(right)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adds_every_number_once() {
        let numbers: Vec<f64> = (1..=1000).map(f64::from).collect();
        assert_eq!(pairwise(&numbers), 500_500.0);
        assert_eq!(pairwise(&[]), 0.0);
    }

    #[test]
    fn stays_accurate_where_adding_in_a_row_drifts() {
        let numbers = vec![0.1; 1_000_000];
        assert!((pairwise(&numbers) - 100_000.0).abs() < 1e-9);
    }
}
