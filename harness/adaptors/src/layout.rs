//! The order of positions and classes in a tensor.

use titer_core::ModelError;
use titer_spec::model::OutputLayout;

use super::Tensor;

/// `[batch, classes, positions]` to `[batch, positions, classes]`.
///
/// # Errors
/// It has other axes.
pub fn turn(tensor: &Tensor) -> Result<Tensor, ModelError> {
    let &[examples, classes, positions] = tensor.shape.as_slice() else {
        return Err(ModelError::Shape {
            found: format!("{:?}", tensor.shape),
            expected: "[batch, classes, positions] (`output.layout: classes_positions`)".to_owned(),
        });
    };
    let mut values = Vec::with_capacity(tensor.values.len());
    for example in tensor.values.chunks((classes * positions).max(1)) {
        for position in 0..positions {
            values.extend((0..classes).map(|class| example[class * positions + position]));
        }
    }
    Ok(Tensor {
        shape: vec![examples, positions, classes],
        values,
        width: tensor.width,
    })
}

/// The cure for a tensor of the other layout: its numbers of a position stand where positions were looked for.
pub(super) fn cure(shape: &[usize], layout: OutputLayout, numbers: usize) -> Option<&'static str> {
    let &[_, second, third] = shape else {
        return None;
    };
    match layout {
        OutputLayout::PositionsClasses if second == numbers && third != numbers => Some(
            "its classes come before its positions: add `layout: classes_positions` to `output`",
        ),
        OutputLayout::ClassesPositions if third == numbers && second != numbers => {
            Some("its positions come before its classes: take `layout` out of `output`")
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_change_places() {
        let turned = turn(&Tensor::single(vec![2, 2, 3], (1..=12).map(|n| n as f32))).unwrap();
        assert_eq!(turned.shape, [2, 3, 2]);
        assert_eq!(
            turned.values,
            [1., 4., 2., 5., 3., 6., 7., 10., 8., 11., 9., 12.]
        );
        assert!(turn(&Tensor::single(vec![2, 1], [0.0, 1.0])).is_err());
    }

    #[test]
    fn a_cure_is_named_where_the_other_layout_would_fit() {
        use OutputLayout::{ClassesPositions, PositionsClasses};
        let found = |shape: &[usize], layout| cure(shape, layout, 3).is_some();
        assert!(found(&[8, 3, 100], PositionsClasses));
        assert!(!found(&[8, 3, 100], ClassesPositions));
        assert!(found(&[8, 100, 3], ClassesPositions));
        assert!(!found(&[8, 3, 3], PositionsClasses));
        assert!(!found(&[8, 2, 100], PositionsClasses));
        assert!(!found(&[8, 3], PositionsClasses));
    }
}
