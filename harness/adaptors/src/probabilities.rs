//! From a model's output to probabilities.

use titer_core::{Answer, ModelError};
use titer_spec::OutputKind;
use titer_spec::model::{Activation, Meaning, OutputSpec, Pooling};

use super::error::{AdaptorError, wrong};
use super::{Tensor, Watch, Width};

/// What a probability may miss 0 to 1 by and still be rounding.
const ROUNDING: f64 = 1e-6;

/// What the probabilities of an example's classes may miss 1 by: eight-bit models round each.
pub const SUM_ROUNDING: f64 = 0.02;

#[derive(Clone, Debug)]
pub(super) struct Decoder {
    kind: OutputKind,
    classes: usize,
    activation: Activation,
    /// -1 turns a number round.
    sign: f64,
    meaning: Meaning,
    pooling: Option<Pooling>,
}

impl Decoder {
    pub(super) fn new(output: &OutputSpec) -> Result<Self, AdaptorError> {
        let classes = match output.kind {
            OutputKind::Binary | OutputKind::Value => 1,
            OutputKind::PerPosition | OutputKind::Classes | OutputKind::Labels => {
                output.classes.len()
            }
        };
        if classes == 0 {
            return wrong(
                "output.classes",
                "an output of the kinds per_position, classes and labels needs `classes`",
                "list the classes in the tensor's order",
            );
        }
        if output.kind == OutputKind::Value && output.activation != Activation::None {
            return wrong(
                "output.activation",
                "a number is taken as it is",
                "use `activation: none`",
            );
        }
        if output.kind == OutputKind::Labels && output.activation == Activation::Softmax {
            return wrong(
                "output.activation",
                "softmax makes labels exclude each other, and any of them may be true",
                "use `activation: sigmoid`, or `kind: classes` where one of them is true",
            );
        }
        if classes == 1 && output.activation == Activation::Softmax {
            return wrong(
                "output.activation",
                "softmax over a single number is always 1",
                "use `activation: sigmoid`",
            );
        }
        Ok(Self {
            kind: output.kind,
            classes,
            activation: output.activation,
            sign: if output.direction == Some(-1) {
                -1.0
            } else {
                1.0
            },
            meaning: output.meaning,
            pooling: output.pooling.filter(|_| output.head.is_none()),
        })
    }

    /// Numbers of each position or example.
    pub(super) fn classes(&self) -> usize {
        self.classes
    }

    pub(super) fn decode(
        &self,
        examples: usize,
        tensor: Tensor,
        watch: &mut Watch,
    ) -> Result<Vec<Answer>, ModelError> {
        self.check_shape(examples, &tensor)?;
        let (mut values, width) = (tensor.values, tensor.width);
        if self.kind == OutputKind::Value {
            let value = |value: f64| Answer::Value(self.sign * value);
            return Ok(values.into_iter().map(value).collect());
        }
        watch.look(self.activation, examples, self.classes, &values);
        activate(self.activation, self.classes, width, &mut values);
        if self.meaning.is_probability() {
            for value in &mut values {
                *value = probability(*value, width)?;
            }
        }
        if self.kind == OutputKind::Classes {
            let mut rows = values.chunks(self.classes);
            rows.try_for_each(|row| one_in_all(row, self.pooling))?;
        }
        let each = values.len() / examples.max(1);
        Ok(values
            .chunks(each.max(1))
            .map(|chunk| Answer::Probabilities {
                numbers: chunk.to_vec(),
                classes: self.classes,
            })
            .collect())
    }

    fn check_shape(&self, examples: usize, tensor: &Tensor) -> Result<(), ModelError> {
        let shape = tensor.shape.as_slice();
        let fits = match self.kind {
            OutputKind::Binary | OutputKind::Value => {
                matches!(shape, [n] | [n, 1] | [n, 1, 1] if *n == examples)
            }
            OutputKind::PerPosition => {
                matches!(shape, [n, positions, classes]
                    if *n == examples && *positions > 0 && *classes == self.classes)
            }
            OutputKind::Classes | OutputKind::Labels => {
                matches!(shape, [n, classes] if *n == examples && *classes == self.classes)
            }
        };
        if fits && tensor.values.len() == shape.iter().product::<usize>() {
            return Ok(());
        }
        Err(ModelError::Shape {
            found: format!("{shape:?}"),
            expected: match self.kind {
                OutputKind::Binary => {
                    format!("[{examples}], [{examples}, 1] or [{examples}, 1, 1] (kind: binary)")
                }
                OutputKind::Value => {
                    format!("[{examples}], [{examples}, 1] or [{examples}, 1, 1] (kind: value)")
                }
                OutputKind::PerPosition => format!(
                    "[{examples}, positions, {}] (kind: per_position)",
                    self.classes
                ),
                OutputKind::Classes => format!("[{examples}, {}] (kind: classes)", self.classes),
                OutputKind::Labels => format!(
                    "[{examples}, {}] (kind: labels, one number for each of `classes`)",
                    self.classes
                ),
            },
        })
    }
}

/// A number that is a probability but for rounding.
fn probability(value: f64, width: Width) -> Result<f64, ModelError> {
    if !value.is_finite() || (0.0..=1.0).contains(&value) {
        return Ok(value);
    }
    if (-ROUNDING..=1.0 + ROUNDING).contains(&value) {
        return Ok(value.clamp(0.0, 1.0));
    }
    Err(ModelError::Shape {
        found: format!("{}, which is no probability", width.shown(value)),
        expected: "one: `output.activation` is probably wrong (is it a logit?)".to_owned(),
    })
}

/// Applies an activation to rows of so many classes.
pub fn activate(activation: Activation, classes: usize, width: Width, values: &mut [f64]) {
    match activation {
        Activation::None => {}
        Activation::Sigmoid => values
            .iter_mut()
            .for_each(|value| *value = width.round(sigmoid(*value))),
        Activation::Softmax => values
            .chunks_mut(classes.max(1))
            .for_each(|row| softmax(row, width)),
    }
}

/// The probabilities of one example's classes make 1; what is not finite is counted elsewhere.
fn one_in_all(row: &[f64], pooling: Option<Pooling>) -> Result<(), ModelError> {
    let sum: f64 = row.iter().sum();
    if !sum.is_finite() || (sum - 1.0).abs() <= SUM_ROUNDING {
        return Ok(());
    }
    Err(ModelError::Shape {
        found: format!("classes whose probabilities make {sum}"),
        expected: match pooling {
            Some(Pooling::Max) => {
                "1: the largest of several probabilities were taken, class by class; use `pooling: mean`, or export the model's logits"
            }
            _ => "1: `output.activation` is probably wrong (are they logits?)",
        }
        .to_owned(),
    })
}

/// An infinite logit is an overflow, and stays one.
fn sigmoid(value: f64) -> f64 {
    if !value.is_finite() {
        return value;
    }
    1.0 / (1.0 + libm::exp(-value))
}

fn softmax(row: &mut [f64], width: Width) {
    let largest = row.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let powers: Vec<f64> = row.iter().map(|value| libm::exp(value - largest)).collect();
    let sum: f64 = powers.iter().sum();
    for (value, power) in row.iter_mut().zip(powers) {
        *value = width.round(power / sum);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use titer_spec::model::OutputLayout;

    fn decoder(kind: OutputKind, classes: &[&str], activation: Activation) -> Decoder {
        Decoder::new(&spec(kind, classes, activation)).unwrap()
    }

    fn spec(kind: OutputKind, classes: &[&str], activation: Activation) -> OutputSpec {
        OutputSpec {
            kind,
            classes: classes.iter().map(|&class| class.to_owned()).collect(),
            activation,
            positive: None,
            tensor: None,
            direction: None,
            positions: None,
            pooling: None,
            head: None,
            scale: None,
            meaning: Meaning::Probability,
            activation_is_right: false,
            layout: OutputLayout::default(),
        }
    }

    fn tensor(shape: &[usize], values: &[f32]) -> Tensor {
        Tensor::single(shape.to_vec(), values.iter().copied())
    }

    #[test]
    fn binary_takes_three_shapes_and_no_other() {
        let binary = decoder(OutputKind::Binary, &[], Activation::None);
        for shape in [&[2][..], &[2, 1], &[2, 1, 1]] {
            let outputs = binary
                .decode(2, tensor(shape, &[0.25, 0.75]), &mut Watch::default())
                .unwrap();
            assert_eq!(outputs.len(), 2);
            assert_eq!(outputs[1].numbers(), [0.75]);
            assert_eq!(outputs[1].classes(), 1);
        }
        for shape in [&[1, 2][..], &[2, 1, 1, 1]] {
            let error = binary
                .decode(2, tensor(shape, &[0.1, 0.2]), &mut Watch::default())
                .unwrap_err();
            assert!(matches!(error, ModelError::Shape { .. }), "{error}");
            assert!(error.to_string().contains(&format!("{shape:?}")));
        }
    }

    #[test]
    fn per_position_needs_its_classes() {
        let three = decoder(OutputKind::PerPosition, &["n", "a", "d"], Activation::None);
        let outputs = three
            .decode(
                1,
                tensor(&[1, 2, 3], &[1., 0., 0., 0., 0.5, 0.5]),
                &mut Watch::default(),
            )
            .unwrap();
        assert_eq!((outputs[0].positions(), outputs[0].classes()), (2, 3));
        for shape in [&[1, 3, 2][..], &[2, 3], &[1, 0, 3]] {
            assert!(
                three
                    .decode(1, tensor(shape, &[0.; 6]), &mut Watch::default())
                    .is_err()
            );
        }
        assert!(Decoder::new(&spec(OutputKind::PerPosition, &[], Activation::None)).is_err());
        assert!(Decoder::new(&spec(OutputKind::Binary, &[], Activation::Softmax)).is_err());
    }

    #[test]
    fn activations() {
        let logistic = decoder(OutputKind::Binary, &[], Activation::Sigmoid);
        let outputs = logistic
            .decode(3, tensor(&[3], &[0.0, -200.0, 2.0]), &mut Watch::default())
            .unwrap();
        assert_eq!(outputs[0].numbers(), [0.5]);
        assert_eq!(outputs[1].numbers(), [0.0]);
        assert!((outputs[2].numbers()[0] - 0.880_797).abs() < 1e-6);
        let soft = decoder(OutputKind::PerPosition, &["a", "b"], Activation::Softmax);
        let outputs = soft
            .decode(
                1,
                tensor(&[1, 2, 2], &[500., 500., 0., 1.]),
                &mut Watch::default(),
            )
            .unwrap();
        assert_eq!(outputs[0].numbers()[..2], [0.5, 0.5]);
        assert!((outputs[0].numbers()[3] - 0.731_058_6).abs() < 1e-6);
    }

    #[test]
    fn rounding_is_clamped_and_logits_are_refused() {
        let binary = decoder(OutputKind::Binary, &[], Activation::None);
        let outputs = binary
            .decode(
                2,
                tensor(&[2], &[-5e-7, 1.000_000_2]),
                &mut Watch::default(),
            )
            .unwrap();
        assert_eq!(outputs[0].numbers(), [0.0]);
        assert_eq!(outputs[1].numbers(), [1.0]);
        for value in [1.1, -0.01] {
            let error = binary
                .decode(1, tensor(&[1], &[value]), &mut Watch::default())
                .unwrap_err();
            assert!(error.to_string().contains("activation"), "{error}");
        }
    }

    #[test]
    fn what_is_not_finite_is_kept() {
        for activation in [Activation::None, Activation::Sigmoid] {
            let outputs = decoder(OutputKind::Binary, &[], activation)
                .decode(
                    2,
                    tensor(&[2], &[f32::NAN, f32::INFINITY]),
                    &mut Watch::default(),
                )
                .unwrap();
            assert_eq!(outputs[0].non_finite() + outputs[1].non_finite(), 2);
        }
        let soft = decoder(OutputKind::PerPosition, &["a", "b"], Activation::Softmax);
        let outputs = soft
            .decode(
                1,
                tensor(&[1, 1, 2], &[f32::NAN, 1.]),
                &mut Watch::default(),
            )
            .unwrap();
        assert_eq!(outputs[0].non_finite(), 2);
    }

    #[test]
    fn a_number_is_taken_as_it_is_or_turned_round() {
        let mut told = spec(OutputKind::Value, &[], Activation::None);
        let given = [7.5, -0.25, f32::NAN];
        let decode = |told: &OutputSpec| {
            let decoder = Decoder::new(told).unwrap();
            decoder
                .decode(3, tensor(&[3, 1], &given), &mut Watch::default())
                .unwrap()
        };
        let plain = decode(&told);
        assert_eq!(
            (plain[0].value(), plain[1].value()),
            (Some(7.5), Some(-0.25))
        );
        assert_eq!(plain[2].non_finite(), 1);
        told.direction = Some(-1);
        assert_eq!(decode(&told)[0].value(), Some(-7.5));
        let decoder = Decoder::new(&told).unwrap();
        let error = decoder
            .decode(1, tensor(&[1, 2], &[0.0; 2]), &mut Watch::default())
            .unwrap_err();
        assert!(error.to_string().contains("kind: value"), "{error}");
        told.activation = Activation::Sigmoid;
        assert!(Decoder::new(&told).is_err());
    }

    #[test]
    fn labels_stand_by_themselves() {
        let labels = decoder(OutputKind::Labels, &["a", "b", "c"], Activation::Sigmoid);
        let outputs = labels
            .decode(
                2,
                tensor(&[2, 3], &[0.0, 9.0, 9.0, -9.0, 0.0, -9.0]),
                &mut Watch::default(),
            )
            .unwrap();
        assert_eq!((outputs[0].classes(), outputs[0].positions()), (3, 1));
        assert!(outputs[0].numbers()[1] > 0.99 && outputs[0].numbers()[2] > 0.99);
        assert_eq!(outputs[1].numbers()[1], 0.5);
        let error = labels
            .decode(2, tensor(&[2, 2], &[0.0; 4]), &mut Watch::default())
            .unwrap_err();
        assert!(
            error
                .to_string()
                .contains("one number for each of `classes`"),
            "{error}"
        );
        assert!(Decoder::new(&spec(OutputKind::Labels, &["a"], Activation::Softmax)).is_err());
        assert!(Decoder::new(&spec(OutputKind::Labels, &[], Activation::Sigmoid)).is_err());
    }

    #[test]
    fn several_classes_make_one() {
        let soft = decoder(OutputKind::Classes, &["a", "b", "c"], Activation::Softmax);
        let outputs = soft
            .decode(
                2,
                tensor(&[2, 3], &[0.0, 0.0, 0.0, 5.0, 0.0, 0.0]),
                &mut Watch::default(),
            )
            .unwrap();
        assert_eq!(outputs[0].classes(), 3);
        assert!((outputs[0].numbers()[1] - 1.0 / 3.0).abs() < 1e-6);
        assert!(outputs[1].numbers()[0] > 0.98);
        assert!(
            soft.decode(2, tensor(&[2, 1, 3], &[0.0; 6]), &mut Watch::default())
                .is_err()
        );
        assert!(
            soft.decode(2, tensor(&[2, 2], &[0.0; 4]), &mut Watch::default())
                .is_err()
        );
        let none = decoder(OutputKind::Classes, &["a", "b"], Activation::None);
        assert!(
            none.decode(1, tensor(&[1, 2], &[0.75, 0.25]), &mut Watch::default())
                .is_ok()
        );
        let error = none
            .decode(1, tensor(&[1, 2], &[0.75, 0.75]), &mut Watch::default())
            .unwrap_err();
        assert!(error.to_string().contains("make 1.5"), "{error}");
        let nan = none
            .decode(1, tensor(&[1, 2], &[f32::NAN, 0.5]), &mut Watch::default())
            .unwrap();
        assert_eq!(nan[0].non_finite(), 1);
    }
}
