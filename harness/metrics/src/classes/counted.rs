//! Metrics that look at what is called only.

use titer_core::{Classified, Prepared};

use super::checked;
use crate::margins::{Counted, Formula, Mark};

/// Prepares a formula of how often each class is true and called.
pub(super) fn prepare<'a>(data: Classified<'a>, formula: Formula) -> Box<dyn Prepared + 'a> {
    checked::prepare(data, |data| {
        let size = (data.truth.len(), data.classes);
        Ok(Counted::new("class", size, marks(data), formula))
    })
}

fn marks(data: Classified<'_>) -> Vec<Mark> {
    let rows = data.probability.chunks_exact(data.classes);
    let mut marks = Vec::with_capacity(data.truth.len());
    for ((row, &class), example) in rows.zip(data.truth).zip(0u32..) {
        let called = largest(row);
        let mark = |class: u32, truth: bool, called: bool| Mark {
            example,
            class,
            truth,
            called,
        };
        marks.push(mark(class, true, called == class));
        if called != class {
            marks.push(mark(called, false, true));
        }
    }
    marks
}

/// The place of the largest number, the first of equals.
fn largest(row: &[f64]) -> u32 {
    let better = |best: usize, next: usize| if row[next] > row[best] { next } else { best };
    (1..row.len()).fold(0, better) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_equals_is_called() {
        assert_eq!(largest(&[0.2, 0.4, 0.4]), 1);
        assert_eq!(largest(&[0.0, 0.0]), 0);
        assert_eq!(largest(&[0.1, 0.2, 0.7]), 2);
    }
}
