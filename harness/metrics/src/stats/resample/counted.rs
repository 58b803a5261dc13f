//! Metrics that are formulas of the four counts of called against true: all of a sample are read off one count.

use std::collections::BTreeMap;

use rayon::iter::{IntoParallelIterator, ParallelIterator};

use super::{Task, Work};
use titer_core::Formula;

use crate::confusion::{ByCluster, formula_of};

/// A metric of a sample and its formula.
pub(super) type Counted = (Task, Formula);

/// Those tasks that are such formulas, and the rest.
pub(super) fn apart(work: Work<'_>, tasks: Vec<Task>) -> (Vec<Counted>, Vec<Task>) {
    let (mut counted, mut rest) = (Vec::new(), Vec::new());
    for task in tasks {
        match formula_of(work.name(task)) {
            Some(formula) => counted.push((task, formula)),
            None => rest.push(task),
        }
    }
    (counted, rest)
}

/// Fills in every replicate of these tasks; their bits are the metrics' own.
pub(super) fn read(work: Work<'_>, counted: &[Counted], result: &mut [Vec<Vec<Option<f64>>>]) {
    if counted.is_empty() {
        return;
    }
    let mut samples: BTreeMap<usize, (ByCluster, Vec<&Counted>)> = BTreeMap::new();
    let clusters = work.draws.clusters();
    for one in counted {
        let sample = samples.entry(one.0.sample).or_insert_with(|| {
            let counts = ByCluster::new(work.data(one.0), work.cluster_of, clusters);
            (counts, Vec::new())
        });
        sample.1.push(one);
    }
    let values = |counts_of: &[u32]| -> Vec<(Task, Option<f64>)> {
        let mut values = Vec::with_capacity(counted.len());
        for (counts, tasks) in samples.values() {
            let confusion = counts.count(counts_of);
            values.extend(tasks.iter().map(|(task, formula)| {
                let value = confusion.and_then(|confusion| formula(&confusion).ok());
                (*task, value.filter(|value| value.is_finite()))
            }));
        }
        values
    };
    let found: Vec<Vec<(Task, Option<f64>)>> = (0..work.draws.replicates())
        .into_par_iter()
        .map(|replicate| work.draws.read(replicate, values))
        .collect();
    for (replicate, values) in found.into_iter().enumerate() {
        for (task, value) in values {
            result[task.sample][task.metric][replicate] = value;
        }
    }
}
