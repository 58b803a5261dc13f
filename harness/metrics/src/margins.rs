//! How often each class (or label) is true, is called, and is both.

use titer_core::{Multiplicity, Prepared, Undefined};

use crate::checked::no_examples;
use crate::clustering::PerClustering;

/// Counts of each class: all that precision, recall, F1 and the multi-class correlation need.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Margins {
    /// `class` or `label`, for reasons.
    pub(crate) what: &'static str,
    pub(crate) examples: u64,
    /// Per class, how often it is called and true, true, called.
    pub(crate) counts: Vec<[u64; 3]>,
}

/// A class that is true or called for an example.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mark {
    pub(crate) example: u32,
    pub(crate) class: u32,
    pub(crate) truth: bool,
    pub(crate) called: bool,
}

pub(crate) type Formula = fn(&Margins) -> Result<f64, Undefined>;

/// A metric that is a formula of the margins.
pub(crate) struct Counted {
    marks: Vec<Mark>,
    once: Margins,
    clustered: PerClustering<Clustered>,
    formula: Formula,
}

struct Clustered {
    cells: Vec<Cell>,
    /// Examples of each cluster.
    examples: Vec<u64>,
}

/// Counts of one class in one cluster.
struct Cell {
    cluster: u32,
    class: u32,
    counts: [u32; 3],
}

impl Mark {
    fn counts(self) -> [u32; 3] {
        [self.truth && self.called, self.truth, self.called].map(u32::from)
    }
}

impl Margins {
    fn none(what: &'static str, classes: usize) -> Self {
        Self {
            what,
            examples: 0,
            counts: vec![[0; 3]; classes],
        }
    }

    fn add(&mut self, class: u32, counts: [u32; 3], times: u64) {
        for (sum, one) in self.counts[class as usize].iter_mut().zip(counts) {
            *sum += times * u64::from(one);
        }
    }

    pub(crate) fn hits(&self) -> u64 {
        self.counts.iter().map(|[hits, ..]| hits).sum()
    }

    /// The mean over classes, undefined where a class has no value.
    pub(crate) fn macro_average(&self, of: OfClass) -> Result<f64, Undefined> {
        let values: Result<Vec<f64>, Undefined> = (0..self.counts.len())
            .map(|class| of(self, class))
            .collect();
        Ok(values?.iter().sum::<f64>() / self.counts.len() as f64)
    }

    /// The mean over those that have a value.
    pub(crate) fn average_of_known(&self, of: OfClass) -> Result<f64, Undefined> {
        let values = (0..self.counts.len()).filter_map(|class| of(self, class).ok());
        let (sum, known) = values.fold((0.0, 0), |(sum, known), value| (sum + value, known + 1));
        match known {
            0 => Err(Undefined::because(format!("no {} is ever true", self.what))),
            _ => Ok(sum / f64::from(known)),
        }
    }

    /// The mean over classes by how often each is true. One that never is has no weight; any other
    /// must have a value.
    pub(crate) fn weighted_average(&self, of: OfClass) -> Result<f64, Undefined> {
        let (mut sum, mut weight) = (0.0, 0);
        for (class, &[_, truth, _]) in self.counts.iter().enumerate() {
            if truth > 0 {
                sum += truth as f64 * of(self, class)?;
                weight += truth;
            }
        }
        if weight == 0 {
            return Err(Undefined::because(format!("no {} is ever true", self.what)));
        }
        Ok((sum / weight as f64).min(1.0))
    }
}

/// A number of one class.
pub(crate) type OfClass = fn(&Margins, usize) -> Result<f64, Undefined>;

pub(crate) fn precision(margins: &Margins, class: usize) -> Result<f64, Undefined> {
    let [hits, _, called] = margins.counts[class];
    if called == 0 {
        let what = margins.what;
        return Err(Undefined::because(format!(
            "{what} {class} is never called"
        )));
    }
    Ok(hits as f64 / called as f64)
}

pub(crate) fn recall(margins: &Margins, class: usize) -> Result<f64, Undefined> {
    let [hits, truth, _] = margins.counts[class];
    if truth == 0 {
        return Err(never_true(margins, class));
    }
    Ok(hits as f64 / truth as f64)
}

pub(crate) fn f1(margins: &Margins, class: usize) -> Result<f64, Undefined> {
    let [hits, truth, called] = margins.counts[class];
    if truth == 0 {
        return Err(never_true(margins, class));
    }
    Ok((2 * hits) as f64 / (truth + called) as f64)
}

pub(crate) fn f1_micro(margins: &Margins) -> Result<f64, Undefined> {
    let of = |place: usize| margins.counts.iter().map(|c| c[place]).sum::<u64>();
    let [hits, truth, called] = [0, 1, 2].map(of);
    if truth == 0 {
        return Err(Undefined::because(format!(
            "no {} is ever true",
            margins.what
        )));
    }
    Ok((2 * hits) as f64 / (truth + called) as f64)
}

fn never_true(margins: &Margins, class: usize) -> Undefined {
    Undefined::because(format!("{} {class} is never true", margins.what))
}

impl Counted {
    /// Marks of classes below `classes` of examples below `examples`; the formula is given at least
    /// one example.
    pub(crate) fn new(
        what: &'static str,
        (examples, classes): (usize, usize),
        marks: Vec<Mark>,
        formula: Formula,
    ) -> Self {
        let mut once = Margins::none(what, classes);
        once.examples = examples as u64;
        for mark in &marks {
            once.add(mark.class, mark.counts(), 1);
        }
        Self {
            marks,
            once,
            clustered: PerClustering::new(),
            formula,
        }
    }

    fn cluster(&self, cluster_of: &[u32], clusters: usize) -> Clustered {
        let mut examples = vec![0; clusters];
        for &cluster in cluster_of {
            examples[cluster as usize] += 1;
        }
        let placed = self.marks.iter().map(|mark| Cell {
            cluster: cluster_of[mark.example as usize],
            class: mark.class,
            counts: mark.counts(),
        });
        let mut cells: Vec<Cell> = placed.collect();
        cells.sort_unstable_by_key(|cell| (cell.cluster, cell.class));
        cells.dedup_by(|next, kept| {
            let same = (next.cluster, next.class) == (kept.cluster, kept.class);
            if same {
                for (sum, one) in kept.counts.iter_mut().zip(next.counts) {
                    *sum += one;
                }
            }
            same
        });
        Clustered { cells, examples }
    }

    fn count(&self, multiplicity: Multiplicity<'_>) -> Result<Margins, Undefined> {
        let Multiplicity::PerCluster { counts, cluster_of } = multiplicity else {
            return Ok(self.once.clone());
        };
        self.clustered.read(
            cluster_of,
            self.once.examples as usize,
            counts.len(),
            |of, clusters| self.cluster(of, clusters),
            |clustered| {
                let mut margins = Margins::none(self.once.what, self.once.counts.len());
                for (&examples, &times) in clustered.examples.iter().zip(counts) {
                    margins.examples += examples * u64::from(times);
                }
                for cell in &clustered.cells {
                    let times = counts[cell.cluster as usize];
                    margins.add(cell.class, cell.counts, u64::from(times));
                }
                margins
            },
        )
    }
}

impl Prepared for Counted {
    fn value(&self, multiplicity: Multiplicity<'_>) -> Result<f64, Undefined> {
        let margins = self.count(multiplicity)?;
        if margins.examples == 0 {
            return Err(no_examples());
        }
        (self.formula)(&margins)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn averages_are_undefined_for_a_class_that_is_missing() {
        let margins = Margins {
            what: "class",
            examples: 6,
            counts: vec![[2, 4, 2], [1, 2, 4], [0, 0, 0]],
        };
        let reason = |reason: &str| Err(Undefined::because(reason));
        assert_eq!(
            margins.macro_average(recall),
            reason("class 2 is never true")
        );
        assert_eq!(
            margins.macro_average(precision),
            reason("class 2 is never called")
        );
        assert_eq!(margins.weighted_average(recall), Ok(0.5));
        assert_eq!(
            margins.weighted_average(f1),
            Ok((4.0 * 4.0 / 6.0 + 2.0 * 2.0 / 6.0) / 6.0)
        );
        assert_eq!(f1_micro(&margins), Ok(0.5));
    }
}
