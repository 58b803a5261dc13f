//! Weights of several logits side by side, so that one instruction adds to all of them. Each sum has the same terms in the
//! same order as one logit after the other would have: the numbers are the same to the last bit.

/// Logits that stand side by side.
pub(super) const LANES: usize = 4;

/// Weights, `[logits, width]`, as blocks of [`LANES`] logits: `[blocks, width, LANES]`, zeros where there is no logit.
pub(super) fn of_weights(weights: &[f64], width: usize) -> Vec<f64> {
    let mut blocks = vec![0.0; (weights.len() / width).div_ceil(LANES) * width * LANES];
    for (place, weight) in weights.iter().enumerate() {
        blocks[in_blocks(place, width)] = *weight;
    }
    blocks
}

/// The same the other way round.
pub(super) fn to_weights(blocks: &[f64], width: usize, size: usize) -> Vec<f64> {
    (0..size)
        .map(|place| blocks[in_blocks(place, width)])
        .collect()
}

fn in_blocks(place: usize, width: usize) -> usize {
    let (logit, feature) = (place / width, place % width);
    (logit / LANES * width + feature) * LANES + logit % LANES
}

/// A block's logits of a row of `(feature, value)`; the intercept is the block's last weight.
pub(super) fn logits(block: &[f64], row: &[(u32, f64)]) -> [f64; LANES] {
    let mut sums = [0.0; LANES];
    for (feature, value) in row {
        let at = *feature as usize * LANES;
        for (sum, weight) in sums.iter_mut().zip(&block[at..at + LANES]) {
            *sum += weight * value;
        }
    }
    for (sum, intercept) in sums.iter_mut().zip(&block[block.len() - LANES..]) {
        *sum += intercept;
    }
    sums
}

/// Adds what a row adds to a block's gradient: each logit's error times each value, and the error to the intercept.
pub(super) fn add(block: &mut [f64], row: &[(u32, f64)], error: &[f64; LANES]) {
    for (feature, value) in row {
        let at = *feature as usize * LANES;
        for (slope, error) in block[at..at + LANES].iter_mut().zip(error) {
            *slope += error * value;
        }
    }
    let intercepts = block.len() - LANES;
    for (slope, error) in block[intercepts..].iter_mut().zip(error) {
        *slope += error;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logits_are_those_of_one_after_the_other() {
        for number in [1, 3, 4, 5, 9] {
            let width = 4;
            let weights: Vec<f64> = (0..number * width)
                .map(|at| f64::from(at as u32).sin())
                .collect();
            let row = [(0, 0.3), (2, -1.7)];
            let blocks = of_weights(&weights, width);
            assert_eq!(to_weights(&blocks, width, weights.len()), weights);
            let found = blocks
                .chunks(width * LANES)
                .flat_map(|block| logits(block, &row));
            let expected = weights
                .chunks(width)
                .map(|own| own[3] + (own[0] * 0.3 + own[2] * -1.7));
            let found: Vec<f64> = found.take(number).collect();
            assert_eq!(found, expected.collect::<Vec<f64>>());
            let mut gradient = vec![0.0; blocks.len()];
            for block in gradient.chunks_mut(width * LANES) {
                add(block, &row, &[2.0; LANES]);
            }
            let gradient = to_weights(&gradient, width, weights.len());
            assert!(
                gradient
                    .chunks(width)
                    .all(|own| own == [0.6, 0.0, -3.4, 2.0])
            );
        }
    }
}
