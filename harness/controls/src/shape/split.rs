//! One question about one number: is it at most so much, or does a division leave so much?

use super::cells::Cell;

/// Whole numbers are divided by these: round numbers, even and odd ones, thirds (codons), letters.
const MODULI: [u32; 11] = [2, 3, 4, 5, 8, 10, 16, 20, 25, 50, 100];
/// Rows that either side of a split has at least.
const FEWEST: f64 = 5.0;
/// Beyond this, whole numbers are no longer exact.
const LARGEST: f64 = 9_007_199_254_740_992.0;

/// A question about a number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Split {
    AtMost { number: usize, most: f64 },
    Remainder { number: usize, by: u32, left: u32 },
}

impl Split {
    pub(super) fn holds(self, numbers: &[f64]) -> bool {
        let of = |number: usize| numbers.get(number).copied().unwrap_or_default();
        match self {
            Self::AtMost { number, most } => of(number) <= most,
            Self::Remainder { number, by, left } => remainder(of(number), by) == Some(left),
        }
    }
}

fn remainder(value: f64, by: u32) -> Option<u32> {
    let is_whole = (0.0..LARGEST).contains(&value) && value.fract() == 0.0;
    is_whole.then(|| (value as u64 % u64::from(by)) as u32)
}

/// The split that says most about the classes, and how many nats it says; `None` where none says anything.
pub(super) fn best(cells: &mut [Cell<'_>], classes: usize) -> Option<(Split, f64)> {
    let mut search = Search {
        all: total(cells, classes),
        best: None,
    };
    let width = cells.first().map_or(0, |cell| cell.numbers.len());
    for number in 0..width {
        search.thresholds(cells, number);
        for by in MODULI {
            search.remainders(cells, number, by);
        }
    }
    search.best
}

/// Rows of each class.
pub(super) fn total(cells: &[Cell<'_>], classes: usize) -> Vec<f64> {
    let mut all = vec![0.0; classes];
    for cell in cells {
        add(&mut all, &cell.counts);
    }
    all
}

fn add(sum: &mut [f64], counts: &[f64]) {
    for (sum, count) in sum.iter_mut().zip(counts) {
        *sum += count;
    }
}

struct Search {
    all: Vec<f64>,
    best: Option<(Split, f64)>,
}

impl Search {
    /// Between any two values that follow each other.
    fn thresholds(&mut self, cells: &mut [Cell<'_>], number: usize) {
        cells.sort_by(|one, other| one.numbers[number].total_cmp(&other.numbers[number]));
        let mut below = vec![0.0; self.all.len()];
        let (mut rest, mut cells) = (cells.iter().skip(1), cells.iter());
        while let (Some(cell), Some(next)) = (cells.next(), rest.next()) {
            add(&mut below, &cell.counts);
            let (here, there) = (cell.numbers[number], next.numbers[number]);
            if here < there {
                let most = here + (there - here) / 2.0;
                self.offer(Split::AtMost { number, most }, &below);
            }
        }
    }

    /// Each remainder against all others.
    fn remainders(&mut self, cells: &[Cell<'_>], number: usize, by: u32) {
        let classes = self.all.len();
        let mut counts = vec![0.0; by as usize * classes];
        for cell in cells {
            let Some(left) = remainder(cell.numbers[number], by) else {
                return;
            };
            let own = left as usize * classes;
            add(&mut counts[own..own + classes], &cell.counts);
        }
        for (left, of_one) in (0..by).zip(counts.chunks(classes)) {
            self.offer(Split::Remainder { number, by, left }, of_one);
        }
    }

    fn offer(&mut self, split: Split, inside: &[f64]) {
        let outside: Vec<f64> = self
            .all
            .iter()
            .zip(inside)
            .map(|(all, own)| all - own)
            .collect();
        let fewest = inside.iter().sum::<f64>().min(outside.iter().sum());
        if fewest < FEWEST {
            return;
        }
        let gain = surprise(&self.all) - surprise(inside) - surprise(&outside);
        if gain > self.best.map_or(1e-9, |(_, gain)| gain + 1e-9) {
            self.best = Some((split, gain));
        }
    }
}

/// The summed log loss of rows that their own shares are told for.
fn surprise(counts: &[f64]) -> f64 {
    let all: f64 = counts.iter().sum();
    let seen = counts.iter().filter(|count| **count > 0.0);
    seen.map(|count| -count * libm::log(count / all)).sum()
}
