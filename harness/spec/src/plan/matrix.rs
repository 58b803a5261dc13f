//! A matrix with the variants that it makes.

use serde::{Deserialize, Serialize};

use crate::evaluation::matrix::Vary;

/// The fields that are varied of a model's reference, and the variants that this makes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedMatrix {
    /// How.
    pub vary: Vary,
    /// The fields.
    pub axes: Vec<PlannedAxis>,
    /// The reference, then the variants, in order.
    pub points: Vec<MatrixPoint>,
}

/// A field with its values, in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedAxis {
    /// The field.
    pub field: String,
    /// What it is in the reference, then the other values.
    pub values: Vec<String>,
}

/// A variant of a matrix.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MatrixPoint {
    /// Its name.
    pub variant: String,
    /// By axis the number of its value; 0 is the reference's own.
    pub levels: Vec<usize>,
}

impl PlannedMatrix {
    /// The variant with these levels.
    #[must_use]
    pub fn at(&self, levels: &[usize]) -> Option<&str> {
        let mut points = self.points.iter();
        let found = points.find(|point| point.levels == levels)?;
        Some(&found.variant)
    }

    /// The pairs of variants that differ in one axis alone, which is at `level` in the first and as in the reference in the
    /// second: one where fields are varied one at a time, else one for each combination of the others.
    #[must_use]
    pub fn pairs(&self, axis: usize, level: usize) -> Vec<(&str, &str)> {
        let at_level = self
            .points
            .iter()
            .filter(|point| point.levels.get(axis) == Some(&level));
        let pair = |point: &'_ MatrixPoint| {
            let mut levels = point.levels.clone();
            *levels.get_mut(axis)? = 0;
            self.at(&levels)
        };
        at_level
            .filter_map(|point| Some((point.variant.as_str(), pair(point)?)))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_differ_in_one_axis() {
        let point = |variant: &str, levels: &[usize]| MatrixPoint {
            variant: variant.to_owned(),
            levels: levels.to_vec(),
        };
        let axis = |field: &str| PlannedAxis {
            field: field.to_owned(),
            values: vec!["own".to_owned(), "other".to_owned()],
        };
        let mut matrix = PlannedMatrix {
            vary: Vary::InFull,
            axes: vec![axis("a"), axis("b")],
            points: vec![
                point("own", &[0, 0]),
                point("a", &[1, 0]),
                point("b", &[0, 1]),
                point("ab", &[1, 1]),
            ],
        };
        assert_eq!(matrix.pairs(0, 1), [("a", "own"), ("ab", "b")]);
        assert_eq!(matrix.pairs(1, 1), [("b", "own"), ("ab", "a")]);
        matrix.points.pop();
        assert_eq!(matrix.pairs(0, 1), [("a", "own")]);
        assert!(matrix.pairs(0, 2).is_empty() && matrix.pairs(2, 1).is_empty());
    }
}
