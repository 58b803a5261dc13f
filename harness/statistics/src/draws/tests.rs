use super::*;

const MANY: usize = 3 * BUCKET + 777;

#[test]
fn every_draw_lands_once_and_more_replicates_change_nothing() {
    let draws = ClusterDraws::new(MANY, 3, 4, "bootstrap");
    let more = ClusterDraws::new(MANY, 90, 4, "bootstrap");
    for replicate in 0..3 {
        let counts = draws.drawn(replicate);
        assert_eq!(counts.iter().map(|&n| n as usize).sum::<usize>(), MANY);
        assert_eq!(counts, more.drawn(replicate));
        // Drawn the first time, kept the second.
        for _ in 0..2 {
            draws.read(replicate, |read| assert_eq!(read, counts));
        }
    }
    assert_ne!(draws.drawn(0), draws.drawn(1));
    let other = ClusterDraws::new(MANY, 3, 5, "bootstrap");
    assert_ne!(draws.drawn(0), other.drawn(0));
}

#[test]
fn rows_hold_the_counts() {
    for clusters in [1, 40, MANY] {
        let draws = ClusterDraws::new(clusters, 40, 4, "bootstrap");
        for first in [0, 32] {
            let mut rows = vec![[7; LANES]; clusters];
            assert_eq!(draws.fill(first, &mut rows), 0);
            for lane in 0..LANES {
                let seen: Vec<u32> = rows.iter().map(|row| u32::from(row[lane])).collect();
                if first + lane < 40 {
                    assert_eq!(seen, draws.drawn(first + lane));
                } else {
                    assert!(seen.iter().all(|&n| n == 0));
                }
            }
        }
    }
}

/// Counts of multinomial draws have mean 1, variance 1 - 1/n, covariance -1/n, whether two clusters
/// share a bucket or not; their frequencies are nearly those of the Poisson distribution.
#[test]
fn counts_are_multinomial() {
    let replicates = 400;
    let draws = ClusterDraws::new(MANY, replicates, 9, "bootstrap");
    let mut frequency = [0u64; 12];
    let (mut in_last, mut in_first) = (0.0, 0.0);
    let (mut spread_last, mut spread_first) = (0.0, 0.0);
    for replicate in 0..replicates {
        let counts = draws.drawn(replicate);
        for &count in &counts {
            frequency[(count as usize).min(11)] += 1;
        }
        let sum = |counts: &[u32]| counts.iter().map(|&n| f64::from(n)).sum::<f64>();
        let (first, last) = (sum(&counts[..BUCKET]), sum(&counts[3 * BUCKET..]));
        in_first += first / replicates as f64;
        in_last += last / replicates as f64;
        spread_first += (first - BUCKET as f64).powi(2) / replicates as f64;
        spread_last += (last - 777.0).powi(2) / replicates as f64;
    }
    let variance = |size: f64| size * (1.0 - size / MANY as f64);
    let first = BUCKET as f64;
    assert!((in_first - first).abs() < 4.0 * (variance(first) / 400.0).sqrt());
    assert!((in_last - 777.0).abs() < 4.0 * (variance(777.0) / 400.0).sqrt());
    assert!((spread_first / variance(first) - 1.0).abs() < 0.3);
    assert!((spread_last / variance(777.0) - 1.0).abs() < 0.3);
    let all = (MANY * replicates) as f64;
    let mut share = (-1.0f64).exp();
    for (count, &seen) in frequency.iter().enumerate().take(8) {
        let expected = all * share;
        let off = (seen as f64 - expected).abs();
        assert!(
            off < 5.0 * expected.sqrt() + 1e-4 * expected,
            "{count}: {seen} {expected}"
        );
        share /= (count + 1) as f64;
    }
}

/// A chi-square statistic over clusters has the mean and variance of its distribution, which counts
/// that clump or repel do not have.
#[test]
fn clusters_have_equal_chances() {
    let replicates = 300;
    let draws = ClusterDraws::new(MANY, replicates, 2, "bootstrap");
    let mut total = vec![0u64; MANY];
    for replicate in 0..replicates {
        for (total, count) in total.iter_mut().zip(draws.drawn(replicate)) {
            *total += u64::from(count);
        }
    }
    let expected = replicates as f64;
    let square = |&n: &u64| (n as f64 - expected).powi(2) / expected;
    let statistic: f64 = total.iter().map(square).sum();
    let freedom = (MANY - 1) as f64;
    let off = (statistic - freedom) / (2.0 * freedom).sqrt();
    assert!(off.abs() < 4.0, "{off}");
}

#[test]
fn no_clusters_have_no_counts() {
    let draws = ClusterDraws::new(0, 5, 1, "bootstrap");
    assert!(draws.drawn(0).is_empty());
    assert!(draws.read(5, <[u32]>::is_empty));
    assert_eq!(draws.fill(0, &mut []), 0);
}

#[test]
fn a_count_beyond_its_room_is_noticed() {
    let mut row = [255; LANES];
    assert!(add(&mut row, 3));
    assert!(!add(&mut row, 3));
    assert_eq!(row[3], 1);
}

/// Kept counts are those that were drawn, however large; what is left out is never kept.
#[test]
fn what_is_kept_is_whole_and_no_more_than_need_be() {
    let counts = vec![vec![0, 2, 1], vec![0, 70_000, 300]];
    let given = ClusterDraws::from_counts(3, &counts);
    for (replicate, counts) in counts.iter().enumerate() {
        given.read(replicate, |read| assert_eq!(read, counts));
    }
    let mut rows = vec![[0; LANES]; 3];
    assert_eq!(given.fill(0, &mut rows), 2, "the second does not fit a row");
    let kept = |draws: &ClusterDraws| {
        draws
            .kept
            .iter()
            .filter(|kept| kept.get().is_some())
            .count()
    };
    let (drawn, left_out) = (
        ClusterDraws::new(40, 9, 1, ""),
        ClusterDraws::leaving_out(40, 9),
    );
    let many = ClusterDraws::new(KEPT / 9 + 1, 9, 1, "");
    for (draws, expected) in [(&drawn, 9), (&left_out, 0), (&many, 0)] {
        for replicate in 0..9 {
            draws.read(replicate, |read| assert_eq!(read.len(), draws.clusters()));
        }
        assert_eq!(kept(draws), expected);
    }
}
