//! How far two vectors of probabilities of the same examples agree.

use titer_core::Undefined;

/// Spearman's correlation of two vectors, ties at their middle rank (Spearman 1904; -1 to 1, 1 where
/// both have the same order).
///
/// # Errors
/// They are not of the same length, hold fewer than two numbers or one that is not a number, or all
/// numbers of one are equal.
pub fn spearman(one: &[f64], other: &[f64]) -> Result<f64, Undefined> {
    check(one, other)?;
    let (a, b) = (centred_ranks(one), centred_ranks(other));
    // Whole numbers: exact in any order.
    let add = |a: &[i64], b: &[i64]| -> i128 {
        let products = a
            .iter()
            .zip(b)
            .map(|(&a, &b)| i128::from(a) * i128::from(b));
        products.sum()
    };
    let (own, others) = (add(&a, &a), add(&b, &b));
    if own == 0 || others == 0 {
        return Err(Undefined::because(
            "all numbers are equal: there is no order to compare",
        ));
    }
    if own == others && a == b {
        return Ok(1.0);
    }
    let size = (own as f64).sqrt() * (others as f64).sqrt();
    Ok((add(&a, &b) as f64 / size).clamp(-1.0, 1.0))
}

/// What distinct probabilities became equal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TiesCreated {
    /// Examples that share their probability with another one now and did not before.
    pub examples: u64,
    /// Pairs of examples that are equal now and were not before.
    pub pairs: u64,
}

/// The ties that a candidate has and its base has not, as rounding to few levels makes them.
///
/// # Errors
/// They are not of the same length, hold nothing or what is not a number.
pub fn ties_created(base: &[f64], candidate: &[f64]) -> Result<TiesCreated, Undefined> {
    check(base, candidate)?;
    // Adding 0 makes one zero of the two.
    let key = |value: f64| (value + 0.0).to_bits();
    let mut alone = vec![false; base.len()];
    let mut before: Vec<(u64, usize)> = base.iter().map(|&p| key(p)).zip(0..).collect();
    before.sort_unstable();
    for group in before.chunk_by(|a, b| a.0 == b.0) {
        alone[group[0].1] = group.len() == 1;
    }
    drop(before);
    let mut pairs: Vec<(u64, u64, bool)> = candidate
        .iter()
        .zip(base)
        .zip(alone)
        .map(|((&now, &then), alone)| (key(now), key(then), alone))
        .collect();
    pairs.sort_unstable();
    let mut ties = TiesCreated::default();
    for group in pairs.chunk_by(|a, b| a.0 == b.0) {
        let size = group.len() as u64;
        if size > 1 {
            ties.examples += group.iter().filter(|(_, _, alone)| *alone).count() as u64;
        }
        let of = |n: u64| n * (n - 1) / 2;
        let kept: u64 = group
            .chunk_by(|a, b| a.1 == b.1)
            .map(|same| of(same.len() as u64))
            .sum();
        ties.pairs += of(size) - kept;
    }
    Ok(ties)
}

/// How many different numbers there are; the two zeros are one.
#[must_use]
pub fn distinct(numbers: &[f64]) -> u64 {
    let mut sorted: Vec<u64> = numbers
        .iter()
        .map(|number| (number + 0.0).to_bits())
        .collect();
    sorted.sort_unstable();
    sorted.dedup();
    sorted.len() as u64
}

/// The share of probabilities that are exactly 0 or 1, as an activation in few bits makes them.
///
/// # Errors
/// There are none.
pub fn saturated(probabilities: &[f64]) -> Result<f64, Undefined> {
    if probabilities.is_empty() {
        return Err(crate::no_examples());
    }
    let at_an_end = |p: &&f64| **p == 0.0 || **p == 1.0;
    let count = probabilities.iter().filter(at_an_end).count();
    Ok(count as f64 / probabilities.len() as f64)
}

fn check(one: &[f64], other: &[f64]) -> Result<(), Undefined> {
    if one.len() != other.len() {
        return Err(Undefined::because(format!(
            "{} probabilities but {}",
            one.len(),
            other.len()
        )));
    }
    if one.is_empty() {
        return Err(crate::no_examples());
    }
    if one.iter().chain(other).any(|p| p.is_nan()) {
        return Err(Undefined::because("a probability is not a number"));
    }
    Ok(())
}

/// Twice the middle rank less its mean: whole, and adding to 0.
fn centred_ranks(numbers: &[f64]) -> Vec<i64> {
    let mut sorted: Vec<(f64, usize)> = numbers.iter().map(|p| p + 0.0).zip(0..).collect();
    sorted.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
    let mut ranks = vec![0; numbers.len()];
    let mut below = 0;
    for group in sorted.chunk_by(|a, b| a.0 == b.0) {
        for &(_, index) in group {
            ranks[index] = (2 * below + group.len()) as i64 - numbers.len() as i64;
        }
        below += group.len();
    }
    ranks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_is_what_counts() {
        let one = [0.1, 0.4, 0.4, 0.9];
        assert_eq!(spearman(&one, &[0.0, 0.2, 0.2, 0.3]), Ok(1.0));
        assert_eq!(spearman(&one, &[0.9, 0.4, 0.4, 0.1]), Ok(-1.0));
        assert!(spearman(&one, &[0.5; 4]).is_err());
        assert!(spearman(&one, &[0.5; 3]).is_err());
        assert!(spearman(&[], &[]).is_err());
        assert!(spearman(&[0.5], &[0.5]).is_err());
        assert!(spearman(&[0.5, f64::NAN], &[0.5, 0.6]).is_err());
    }

    #[test]
    fn created_ties_are_told_from_those_that_were_there() {
        let base = [0.10, 0.11, 0.12, 0.5, 0.5, 0.9];
        let candidate = [0.1, 0.1, 0.1, 0.5, 0.5, 0.9];
        let ties = ties_created(&base, &candidate).unwrap();
        assert_eq!((ties.examples, ties.pairs), (3, 3));
        let none = ties_created(&candidate, &base).unwrap();
        assert_eq!(none, TiesCreated::default());
        // One joins a tie that was there: two new pairs, one new example.
        let joins = ties_created(&[0.5, 0.5, 0.6], &[0.5; 3]).unwrap();
        assert_eq!((joins.examples, joins.pairs), (1, 2));
    }

    #[test]
    fn saturation_is_at_the_very_ends() {
        let answers = [
            0.0,
            -0.0,
            1.0,
            1.0f64.next_down(),
            f64::MIN_POSITIVE,
            0.5,
            0.5,
            1.0,
        ];
        assert_eq!(saturated(&answers), Ok(0.5));
        assert_eq!(distinct(&answers), 5);
        assert!(saturated(&[]).is_err());
        assert_eq!(distinct(&[]), 0);
    }
}
