//! Average precision at a prevalence.

use titer_core::{Labelled, Multiplicity, Prepared, Undefined};

use super::{Make, weights};
use crate::MetricName;

pub(super) const METRICS: [(MetricName, Make); 1] = [(MetricName::AveragePrecision, make)];

fn make(data: Labelled<'_>, prevalence: f64) -> Box<dyn Prepared + '_> {
    let mut order: Vec<u32> = (0..data.truth.len() as u32).collect();
    let probability = |unit: &u32| data.probability[*unit as usize];
    order.sort_unstable_by(|a, b| probability(b).total_cmp(&probability(a)).then(a.cmp(b)));
    Box::new(Ranked {
        data,
        order,
        prevalence,
    })
}

struct Ranked<'a> {
    data: Labelled<'a>,
    /// Units, the most probable first.
    order: Vec<u32>,
    prevalence: f64,
}

impl Prepared for Ranked<'_> {
    fn value(&self, multiplicity: Multiplicity<'_>) -> Result<f64, Undefined> {
        let mut counts = [0_u64; 2];
        for (unit, truth) in self.data.truth.iter().enumerate() {
            counts[usize::from(*truth)] += u64::from(multiplicity.of(unit));
        }
        let (positive, negative) = weights(self.prevalence, counts[1], counts[0])?;
        let (mut sum, mut found, mut alarms) = (0.0, 0_u64, 0_u64);
        let same = |a: &u32, b: &u32| {
            self.data.probability[*a as usize] == self.data.probability[*b as usize]
        };
        for tied in self.order.chunk_by(same) {
            let mut new = [0_u64; 2];
            for unit in tied {
                let truth = self.data.truth[*unit as usize];
                new[usize::from(truth)] += u64::from(multiplicity.of(*unit as usize));
            }
            (found, alarms) = (found + new[1], alarms + new[0]);
            if new[1] > 0 {
                let (true_calls, false_calls) = (positive * found as f64, negative * alarms as f64);
                sum += new[1] as f64 * true_calls / (true_calls + false_calls);
            }
        }
        Ok((sum / counts[1] as f64).min(1.0))
    }
}
