//! A matrix made into variants: the reference's descriptor with a field set, or several.
//!
//! What follows from a variant follows from them as from any other: a key for its files, its adaptor and its options, cells,
//! scores, comparisons. What judging needs beyond that is which variants differ in one field alone.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;
use titer_spec::evaluation::matrix::{Axis, AxisValue, MAX_POINTS, Matrix, Vary, word};
use titer_spec::plan::{MatrixPoint, PlannedAxis, PlannedMatrix};
use titer_spec::{
    Document, Evaluation, Located, ModelEntry, ModelSpec, Reference, SpecError, suggest,
};

use crate::models::LoadedModel;

/// The field that names another variant of the descriptor.
const VARIANT: &str = "variant";
/// The field of a variant that planning fills.
pub(super) const BATCH_SIZE: &str = "batch_size";

/// What is wrong with a value that changes nothing, and the cure.
const OWN: &str = "is what the reference has already";
const TAKE_OUT: &str = "take it out: the reference is compared with the others as it is";

/// What a field's path may begin with, and whether it is of the variant or of the model.
const ROOTS: [(&str, bool); 6] = [
    ("input", false),
    ("output", false),
    ("onnx", true),
    ("candle", true),
    ("process", true),
    ("http", true),
];

/// Of an output, what the suite asks: another answer to another question is no ablation.
const ASKED: [&str; 5] = ["kind", "classes", "positive", "meaning", "direction"];

/// Adds the variants of an entry's matrix to its model, and to the variants that the entry lists.
///
/// # Errors
/// A field that cannot be varied, a value that it cannot have, or too many of them.
pub(super) fn expand(
    entry: &mut ModelEntry,
    model: &mut LoadedModel,
    evaluation: &Document<Evaluation>,
) -> Result<(), SpecError> {
    let Some(matrix) = entry.matrix.clone() else {
        return Ok(());
    };
    let of = Expansion::new(entry, model, &matrix, evaluation)?;
    let (planned, specs) = of.expand()?;
    let added = planned.points.iter().map(|point| &point.variant);
    let added = added.map(|name| Located {
        value: name.clone(),
        line: matrix.line,
        column: matrix.column,
    });
    if let Some(listed) = &mut entry.variants {
        let new: Vec<_> = added.filter(|name| !listed.contains(name)).collect();
        listed.extend(new);
    }
    model.vary(planned, specs);
    Ok(())
}

/// What is wrong with a variant, at the matrix that makes it; where none does at its own place.
pub(super) fn placed(
    error: SpecError,
    entry: &ModelEntry,
    evaluation: &Document<Evaluation>,
    (model, variant): (&LoadedModel, &str),
) -> SpecError {
    match entry.matrix.as_ref().filter(|_| model.makes(variant)) {
        None => error,
        Some(matrix) => {
            let message = format!("matrix: {variant}: {}", error.message);
            evaluation.error(matrix, message, error.cure)
        }
    }
}

/// The matrix of a model, whose reference's batch size is the one that planning has found.
///
/// # Errors
/// A batch size is the reference's own.
pub(super) fn sized(
    model: &LoadedModel,
    batch_size: usize,
    entry: &ModelEntry,
    evaluation: &Document<Evaluation>,
) -> Result<Option<PlannedMatrix>, SpecError> {
    let Some((mut matrix, at)) = model.matrix.clone().zip(entry.matrix.as_ref()) else {
        return Ok(None);
    };
    let mut axes = matrix.axes.iter_mut();
    let axis = axes.find(|axis| axis.field == BATCH_SIZE);
    if let Some((own, others)) = axis.and_then(|axis| axis.values.split_first_mut()) {
        *own = batch_size.to_string();
        if others.contains(own) {
            let message = format!("matrix: batch_size: `{own}` {OWN}");
            return Err(evaluation.error(at, message, TAKE_OUT));
        }
    }
    Ok(Some(matrix))
}

struct Expansion<'a> {
    matrix: &'a Located<Matrix>,
    evaluation: &'a Document<Evaluation>,
    model: &'a LoadedModel,
    reference: String,
}

/// A value of an axis.
struct Set<'a> {
    field: &'a Located<String>,
    value: &'a Located<AxisValue>,
}

impl<'a> Expansion<'a> {
    fn new(
        entry: &ModelEntry,
        model: &'a LoadedModel,
        matrix: &'a Located<Matrix>,
        evaluation: &'a Document<Evaluation>,
    ) -> Result<Self, SpecError> {
        let reference = match entry.reference.as_ref().map(|at| (at, &at.value)) {
            None => model.spec().reference.value.clone(),
            Some((_, Reference::Variant(name))) => name.clone(),
            Some((at, Reference::Elsewhere(_))) => {
                let message =
                    "matrix: what is varied is the reference, and it is of another model or run";
                let cure = "name a variant of this model as `reference`, or take `matrix` out";
                return Err(evaluation.error(at, message, cure));
            }
        };
        let of = Self {
            matrix,
            evaluation,
            model,
            reference,
        };
        of.check()?;
        Ok(of)
    }

    fn axes(&self) -> &'a [Axis] {
        &self.matrix.value.axes
    }

    fn check(&self) -> Result<(), SpecError> {
        let wrong =
            |message: String, cure: &str| Err(self.evaluation.error(self.matrix, message, cure));
        let axes = self.axes();
        if axes.is_empty() {
            let cure =
                "name a field, as in `axes: [{field: onnx.optimization, values: [disabled]}]`";
            return wrong("matrix: no axis is named".to_owned(), cure);
        }
        for (index, axis) in axes.iter().enumerate() {
            self.check_field(&axis.field)?;
            if axes[..index].iter().any(|other| other.field == axis.field) {
                let message = format!("matrix: `{}` stands twice", axis.field.value);
                let cure = "list its values in one axis";
                return Err(self.evaluation.error(&axis.field, message, cure));
            }
            if axis.values.is_empty() {
                let message = format!("matrix: `{}` has no value", axis.field.value);
                let cure = "name at least one beside the reference's own";
                return Err(self.evaluation.error(&axis.field, message, cure));
            }
            for (at, value) in axis.values.iter().enumerate() {
                if axis.values[..at].contains(value) {
                    let message = format!("matrix: `{}` stands twice", value.value.word());
                    return Err(self.evaluation.error(value, message, "list it once"));
                }
            }
        }
        let sizes = axes.iter().map(|axis| axis.values.len());
        let count = match self.matrix.value.vary {
            Vary::OneAtATime => sizes.sum::<usize>(),
            Vary::InFull => sizes.fold(1, |all: usize, size| all.saturating_mul(size + 1)) - 1,
        };
        if count > MAX_POINTS {
            let message =
                format!("matrix: it makes {count} variants, and {MAX_POINTS} is the most");
            return wrong(message, "vary one at a time, or take values out");
        }
        Ok(())
    }

    fn check_field(&self, field: &Located<String>) -> Result<(), SpecError> {
        let name = field.value.as_str();
        if [VARIANT, BATCH_SIZE].contains(&name) {
            return Ok(());
        }
        let (root, rest) = name.split_once('.').unwrap_or((name, ""));
        let wrong =
            |message: String, cure: String| Err(self.evaluation.error(field, message, cure));
        if !ROOTS.iter().any(|(known, _)| *known == root) {
            let known: Vec<&str> = [VARIANT, BATCH_SIZE]
                .into_iter()
                .chain(ROOTS.iter().map(|(root, _)| *root))
                .collect();
            let message = format!("matrix: `{name}` is no field that can be varied");
            return wrong(message, suggest::cure(root, &known));
        }
        if rest.split('.').any(str::is_empty) {
            let message = format!("matrix: `{name}` names no field below `{root}`");
            return wrong(
                message,
                format!("write its path, as in `{}`", example(root)),
            );
        }
        let of_question = root == "output"
            && ASKED
                .iter()
                .any(|asked| rest.split('.').next() == Some(asked));
        if of_question {
            let message =
                format!("matrix: `{name}` is what is asked, and all variants are asked the same");
            return wrong(
                message,
                "vary another field, or describe another model".to_owned(),
            );
        }
        Ok(())
    }

    /// The levels of every variant, in order, the reference's first.
    fn levels(&self) -> Vec<Vec<usize>> {
        let axes = self.axes();
        let own = vec![0; axes.len()];
        let mut all = vec![own.clone()];
        match self.matrix.value.vary {
            Vary::OneAtATime => {
                for (index, axis) in axes.iter().enumerate() {
                    all.extend((1..=axis.values.len()).map(|level| {
                        let mut levels = own.clone();
                        levels[index] = level;
                        levels
                    }));
                }
            }
            Vary::InFull => {
                for (index, axis) in axes.iter().enumerate() {
                    let before = all.clone();
                    for level in 1..=axis.values.len() {
                        all.extend(before.iter().cloned().map(|mut levels| {
                            levels[index] = level;
                            levels
                        }));
                    }
                }
            }
        }
        all
    }

    fn expand(&self) -> Result<(PlannedMatrix, BTreeMap<String, ModelSpec>), SpecError> {
        let axes: Vec<PlannedAxis> = self
            .axes()
            .iter()
            .map(|axis| self.axis(axis))
            .collect::<Result<_, _>>()?;
        let (mut points, mut specs) = (Vec::new(), BTreeMap::new());
        for levels in self.levels() {
            let sets: Vec<Set<'_>> = levels
                .iter()
                .zip(self.axes())
                .filter_map(|(level, axis)| {
                    let value = axis.values.get(level.checked_sub(1)?)?;
                    Some(Set {
                        field: &axis.field,
                        value,
                    })
                })
                .collect();
            let (variant, spec) = self.point(&sets)?;
            specs.extend(spec.map(|spec| (variant.clone(), spec)));
            points.push(MatrixPoint { variant, levels });
        }
        let vary = self.matrix.value.vary;
        Ok((PlannedMatrix { vary, axes, points }, specs))
    }

    /// An axis in words.
    fn axis(&self, axis: &Axis) -> Result<PlannedAxis, SpecError> {
        let own = match axis.field.value.as_str() {
            VARIANT => self.reference.clone(),
            field => {
                let spec = self.of_variant(&self.reference, &axis.field)?;
                word(look_up(
                    &tree(&spec, self.variant_index(&spec, &self.reference)),
                    field,
                ))
            }
        };
        let values = axis.values.iter().map(|value| value.value.word());
        for (value, at) in values.clone().zip(&axis.values) {
            if value == own {
                let message = format!("matrix: `{value}` {OWN}");
                return Err(self.evaluation.error(at, message, TAKE_OUT));
            }
        }
        Ok(PlannedAxis {
            field: axis.field.value.clone(),
            values: std::iter::once(own).chain(values).collect(),
        })
    }

    fn variant_index(&self, spec: &ModelSpec, name: &str) -> usize {
        let mut variants = spec.variants.iter();
        variants
            .position(|it| it.variant.value == name)
            .unwrap_or(0)
    }

    /// The descriptor, once it is sure that it has such a variant.
    fn of_variant<T>(&self, name: &str, at: &Located<T>) -> Result<ModelSpec, SpecError> {
        let spec = self.model.spec();
        let known = self.model.names();
        if known.contains(&name) {
            return Ok(spec.clone());
        }
        let message = format!("matrix: model {} has no variant `{name}`", spec.model.value);
        Err(self
            .evaluation
            .error(at, message, suggest::cure(name, &known)))
    }

    /// A variant of the matrix: its name, and the descriptor that makes it; none where it stands in the model's own.
    fn point(&self, sets: &[Set<'_>]) -> Result<(String, Option<ModelSpec>), SpecError> {
        let other = sets.iter().find(|set| set.field.value == VARIANT);
        let base = match other {
            None => self.reference.clone(),
            Some(set) => set.value.value.word(),
        };
        let spec = match other {
            None => self.of_variant(&base, self.matrix)?,
            Some(set) => self.of_variant(&base, set.value)?,
        };
        let fields: Vec<&Set<'_>> = sets
            .iter()
            .filter(|set| set.field.value != VARIANT)
            .collect();
        if fields.is_empty() {
            return Ok((base, None));
        }
        let name = self.name(&base, &fields);
        let made = self.made(spec, &base, &name, &fields)?;
        Ok((name, Some(made)))
    }

    /// As in `fp32+optimization=basic`; the whole path where two fields end alike.
    fn name(&self, base: &str, fields: &[&Set<'_>]) -> String {
        let all: Vec<&str> = self
            .axes()
            .iter()
            .map(|axis| last(&axis.field.value))
            .collect();
        fields.iter().fold(base.to_owned(), |name, set| {
            let field = set.field.value.as_str();
            let is_alone = all.iter().filter(|other| **other == last(field)).count() < 2;
            let field = if is_alone { last(field) } else { field };
            format!("{name}+{field}={}", set.value.value.word())
        })
    }

    /// The descriptor with the fields set, holding the variant alone.
    fn made(
        &self,
        spec: ModelSpec,
        base: &str,
        name: &str,
        fields: &[&Set<'_>],
    ) -> Result<ModelSpec, SpecError> {
        let mut tree = tree(&spec, self.variant_index(&spec, base));
        let own = spec
            .variants
            .iter()
            .find(|it| it.variant.value == base)
            .cloned();
        let mut made = spec;
        for set in fields {
            let read = place(&mut tree, &set.field.value, set.value.value.0.clone())
                .and_then(|()| ModelSpec::deserialize(&tree).map_err(|error| error.to_string()));
            made = read.map_err(|message| {
                let cure = "correct the field or the value: they stand in docs/reference/model.md";
                self.evaluation
                    .error(set.value, format!("matrix: {name}: {message}"), cure)
            })?;
        }
        // Where files are named errors still point at the descriptor.
        if let (Some(variant), Some(own)) = (made.variants.first_mut(), own) {
            variant.variant = Located {
                value: name.to_owned(),
                ..own.variant
            };
            variant.files = own.files;
        }
        made.reference = Located::nowhere(name.to_owned());
        made.golden = None;
        LoadedModel::checked(made, &self.model.document).map_err(|error| {
            let message = format!("matrix: {name}: {}", error.message);
            match fields.last() {
                Some(set) => self.evaluation.error(set.value, message, error.cure),
                None => self.evaluation.error(self.matrix, message, error.cure),
            }
        })
    }
}

/// The last part of a field's path.
fn last(field: &str) -> &str {
    field.rsplit('.').next().unwrap_or(field)
}

/// A descriptor with one of its variants, the first, alone.
fn tree(spec: &ModelSpec, variant: usize) -> Value {
    let mut spec = spec.clone();
    spec.variants = spec.variants.get(variant).cloned().into_iter().collect();
    serde_json::to_value(&spec).unwrap_or_default()
}

/// Where a field lies in the tree of a descriptor.
fn path(field: &str) -> Vec<&str> {
    let root = field.split('.').next().unwrap_or_default();
    let of_model = ROOTS
        .iter()
        .any(|(known, of_variant)| *known == root && !of_variant);
    let before: &[&str] = if of_model { &[] } else { &["variants", "0"] };
    before.iter().copied().chain(field.split('.')).collect()
}

fn look_up<'t>(tree: &'t Value, field: &str) -> &'t Value {
    let pointer = format!("/{}", path(field).join("/"));
    tree.pointer(&pointer).unwrap_or(&Value::Null)
}

/// Sets a field, with the mappings on its way where there are none.
fn place(tree: &mut Value, field: &str, value: Value) -> Result<(), String> {
    let mut at = tree;
    for part in path(field) {
        at = match at {
            Value::Array(list) => part
                .parse()
                .ok()
                .and_then(|index: usize| list.get_mut(index)),
            Value::Object(fields) => Some(fields.entry(part).or_insert(Value::Null)),
            Value::Null => {
                *at = Value::Object(serde_json::Map::new());
                at.as_object_mut()
                    .map(|fields| fields.entry(part).or_insert(Value::Null))
            }
            _ => None,
        }
        .ok_or_else(|| format!("`{field}`: nothing lies below a value"))?;
    }
    *at = value;
    Ok(())
}

fn example(root: &str) -> &'static str {
    match root {
        "input" => "input.reverse_complement",
        "output" => "output.scale",
        "candle" => "candle.device",
        "process" => "process.tensors",
        "http" => "http.version",
        _ => "onnx.optimization",
    }
}
