//! Many tests at once: p-values adjusted over a declared family.

use titer_core::Undefined;

/// Holm's adjusted p-values (1979, <https://www.jstor.org/stable/4615733>), in the order given: to
/// reject where one is at most a level keeps the chance of any false rejection at that level,
/// however the tests depend on each other.
///
/// # Errors
/// A p-value is not in [0, 1].
pub fn holm(p_values: &[f64]) -> Result<Vec<f64>, Undefined> {
    let order = ascending(p_values)?;
    let mut adjusted = vec![0.0; p_values.len()];
    let mut largest = 0.0f64;
    for (rank, &place) in order.iter().enumerate() {
        let left = (p_values.len() - rank) as f64;
        largest = largest.max(left * p_values[place]).min(1.0);
        adjusted[place] = largest;
    }
    Ok(adjusted)
}

/// Benjamini and Hochberg's adjusted p-values (1995, doi:10.1111/j.2517-6161.1995.tb02031.x), in the
/// order given: to reject where one is at most a level keeps the expected share of false ones among
/// the rejections at that level, for tests that are independent or positively dependent.
///
/// # Errors
/// A p-value is not in [0, 1].
pub fn benjamini_hochberg(p_values: &[f64]) -> Result<Vec<f64>, Undefined> {
    let order = ascending(p_values)?;
    let mut adjusted = vec![0.0; p_values.len()];
    let mut smallest = 1.0f64;
    for (rank, &place) in order.iter().enumerate().rev() {
        let scaled = p_values.len() as f64 * p_values[place];
        smallest = smallest.min(scaled / (rank + 1) as f64);
        adjusted[place] = smallest;
    }
    Ok(adjusted)
}

fn ascending(p_values: &[f64]) -> Result<Vec<usize>, Undefined> {
    if let Some(bad) = p_values.iter().find(|p| !(0.0..=1.0).contains(*p)) {
        return Err(Undefined::because(format!("{bad} is not a p-value")));
    }
    let mut order: Vec<usize> = (0..p_values.len()).collect();
    order.sort_by(|&a, &b| p_values[a].total_cmp(&p_values[b]));
    Ok(order)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adjusts_in_the_order_given() {
        let p_values = [0.04, 0.01, 0.03, 0.02];
        assert_eq!(holm(&p_values).unwrap(), [0.06, 0.04, 0.06, 0.06]);
        assert_eq!(benjamini_hochberg(&p_values).unwrap(), [0.04; 4]);
    }

    #[test]
    fn nothing_and_nonsense() {
        assert_eq!(holm(&[]), Ok(Vec::new()));
        assert_eq!(holm(&[0.9, 0.8]), Ok(vec![1.0, 1.0]));
        assert!(holm(&[0.1, f64::NAN]).is_err());
        assert!(benjamini_hochberg(&[1.1]).is_err());
    }
}
