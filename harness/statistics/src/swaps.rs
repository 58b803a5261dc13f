//! What whole-cluster swaps of two variants do to a sum over clusters.

/// Beyond this many steps the exact distribution is left to random swaps.
const MOST_STEPS: u64 = 200_000_000;

/// How probable a sum is that is as far from 0 as what was observed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Tail {
    /// At least as far.
    pub(super) at_least: f64,
    /// Exactly as far.
    pub(super) exactly: f64,
}

/// The exact distribution of the sum of whole numbers where each takes either sign with even odds,
/// by adding one number after the other; nothing where that takes too long.
pub(super) fn exact(nets: &[i64]) -> Option<Tail> {
    let mut sizes: Vec<u64> = nets.iter().map(|net| net.unsigned_abs()).collect();
    sizes.sort_unstable();
    let reach: u64 = sizes.iter().sum();
    if reach.checked_mul(sizes.len() as u64)? > MOST_STEPS {
        return None;
    }
    // Place i holds the probability that the numbers with a plus sign add to i.
    let mut odds = vec![0.0; reach as usize + 1];
    odds[0] = 1.0;
    let mut reached = 0;
    for &size in &sizes {
        let size = size as usize;
        reached += size;
        for place in (0..=reached).rev() {
            let moved = if place >= size {
                odds[place - size]
            } else {
                0.0
            };
            odds[place] = 0.5 * (odds[place] + moved);
        }
    }
    let observed = nets.iter().sum::<i64>().unsigned_abs();
    let mut tail = Tail {
        at_least: 0.0,
        exactly: 0.0,
    };
    // From the rarest on, so that small numbers are not lost; both sides mirror each other.
    for (place, &odds) in odds.iter().enumerate().take(reach as usize / 2 + 1) {
        let away = reach - 2 * place as u64;
        let both = if away == 0 { odds } else { 2.0 * odds };
        if away >= observed {
            tail.at_least += both;
        }
        if away == observed {
            tail.exactly += both;
        }
    }
    tail.at_least = tail.at_least.min(1.0);
    Some(tail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_counting_every_sign() {
        let nets = [3i64, -1, 2, 2, -5, 1, 1];
        let observed = nets.iter().sum::<i64>().abs();
        let (mut at_least, mut exactly) = (0, 0);
        for signs in 0..1u32 << nets.len() {
            let signed = |(i, net): (usize, &i64)| if signs >> i & 1 == 1 { *net } else { -*net };
            let sum = nets.iter().enumerate().map(signed).sum::<i64>().abs();
            at_least += u32::from(sum >= observed);
            exactly += u32::from(sum == observed);
        }
        let tail = exact(&nets).unwrap();
        assert_eq!(tail.at_least, f64::from(at_least) / 128.0);
        assert_eq!(tail.exactly, f64::from(exactly) / 128.0);
        assert_eq!(exact(&[]).unwrap().at_least, 1.0);
        assert_eq!(exact(&[1 << 40]), None);
    }
}
