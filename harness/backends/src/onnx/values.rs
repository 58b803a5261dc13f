//! Numbers into what a graph takes, and out of what it returns.

use half::{bf16, f16};
use ort::session::SessionInputValue;
use ort::value::{
    DynValue, PrimitiveTensorElementType, Tensor as OrtTensor, TensorElementType as Kind,
};
use titer_adaptors::{Tensor, Values, Width};
use titer_core::ModelError;

use super::one_line;

/// Whether the numbers of a feed can become a graph's numbers.
pub(super) fn becomes(values: &Values, kind: Kind) -> bool {
    match values {
        Values::F32(_) => from_floats(kind),
        Values::I64(_) => from_floats(kind) || whole(kind) || kind == Kind::Bool,
        Values::Text(_) => kind == Kind::String,
    }
}

/// What a feed holds, in the words of ONNX Runtime.
pub(super) fn word(values: &Values) -> &'static str {
    match values {
        Values::F32(_) => "f32",
        Values::I64(_) => "i64",
        Values::Text(_) => "String",
    }
}

/// Whether a graph's numbers can be read.
pub(super) fn readable(kind: Kind) -> bool {
    from_floats(kind) || whole(kind) || kind == Kind::Bool
}

fn from_floats(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Float32 | Kind::Float16 | Kind::Bfloat16 | Kind::Float64
    )
}

pub(super) fn whole(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Int8
            | Kind::Int16
            | Kind::Int32
            | Kind::Int64
            | Kind::Uint8
            | Kind::Uint16
            | Kind::Uint32
            | Kind::Uint64
    )
}

/// A feed's numbers as the graph's input `name` takes them.
pub(super) fn input(
    name: &str,
    kind: Kind,
    shape: Vec<usize>,
    values: Values,
) -> Result<SessionInputValue<'static>, ModelError> {
    let made = match values {
        Values::Text(texts) => {
            OrtTensor::from_string_array((shape, texts.as_slice())).map(Into::into)
        }
        Values::F32(values) => match kind {
            Kind::Float16 => tensor(shape, each(name, kind, &values, half_of)?),
            Kind::Bfloat16 => tensor(shape, values.into_iter().map(bf16::from_f32).collect()),
            Kind::Float64 => tensor(shape, values.into_iter().map(f64::from).collect()),
            _ => tensor(shape, values),
        },
        Values::I64(values) => match kind {
            Kind::Float16 => tensor(shape, each(name, kind, &values, |v| half_of(v as f32))?),
            Kind::Bfloat16 => tensor(
                shape,
                values
                    .into_iter()
                    .map(|v| bf16::from_f64(v as f64))
                    .collect(),
            ),
            Kind::Float32 => tensor(shape, values.into_iter().map(|v| v as f32).collect()),
            Kind::Float64 => tensor(shape, values.into_iter().map(|v| v as f64).collect()),
            Kind::Bool => tensor(shape, values.into_iter().map(|v| v != 0).collect()),
            Kind::Int8 => tensor(shape, each(name, kind, &values, |v| i8::try_from(v).ok())?),
            Kind::Int16 => tensor(shape, each(name, kind, &values, |v| i16::try_from(v).ok())?),
            Kind::Int32 => tensor(shape, each(name, kind, &values, |v| i32::try_from(v).ok())?),
            Kind::Uint8 => tensor(shape, each(name, kind, &values, |v| u8::try_from(v).ok())?),
            Kind::Uint16 => tensor(shape, each(name, kind, &values, |v| u16::try_from(v).ok())?),
            Kind::Uint32 => tensor(shape, each(name, kind, &values, |v| u32::try_from(v).ok())?),
            Kind::Uint64 => tensor(shape, each(name, kind, &values, |v| u64::try_from(v).ok())?),
            _ => tensor(shape, values),
        },
    };
    made.map_err(|error| {
        ModelError::Input(format!("input `{name}`: {}", one_line(error.message())))
    })
}

fn tensor<T>(shape: Vec<usize>, values: Vec<T>) -> ort::Result<SessionInputValue<'static>>
where
    T: PrimitiveTensorElementType + std::fmt::Debug + Clone + 'static,
{
    Ok(OrtTensor::from_array((shape, values))?.into())
}

/// A finite number that would be infinite in f16 does not fit.
fn half_of(value: f32) -> Option<f16> {
    let half = f16::from_f32(value);
    (half.is_finite() || !value.is_finite()).then_some(half)
}

fn each<A: Copy + std::fmt::Display, B>(
    name: &str,
    kind: Kind,
    values: &[A],
    fit: impl Fn(A) -> Option<B>,
) -> Result<Vec<B>, ModelError> {
    let one = |value: &A| {
        fit(*value).ok_or_else(|| {
            ModelError::Input(format!(
                "input `{name}` is of {kind} and was given {value}, which does not fit"
            ))
        })
    };
    values.iter().map(one).collect()
}

/// What a graph returned.
pub(super) fn output(name: &str, value: &DynValue) -> Result<Tensor, ModelError> {
    let unread = |error: &dyn std::fmt::Display| {
        ModelError::Run(format!("output `{name}` cannot be read: {error}"))
    };
    let ort::value::ValueType::Tensor { ty, .. } = value.dtype() else {
        return Err(unread(&format!("it is {}", value.dtype())));
    };
    let read = match ty {
        Kind::Float32 => numbers(value, Width::Single, |v: f32| v.into()),
        Kind::Float16 => numbers(value, Width::Single, |v: f16| v.into()),
        Kind::Bfloat16 => numbers(value, Width::Single, |v: bf16| v.into()),
        Kind::Float64 => numbers(value, Width::Double, |v: f64| v),
        Kind::Bool => numbers(value, Width::Single, |v: bool| u8::from(v).into()),
        Kind::Int8 => numbers(value, Width::Single, |v: i8| v.into()),
        Kind::Int16 => numbers(value, Width::Single, |v: i16| v.into()),
        Kind::Int32 => numbers(value, Width::Double, |v: i32| v.into()),
        Kind::Int64 => long(value, |v: i64| v.into()),
        Kind::Uint8 => numbers(value, Width::Single, |v: u8| v.into()),
        Kind::Uint16 => numbers(value, Width::Single, |v: u16| v.into()),
        Kind::Uint32 => numbers(value, Width::Double, |v: u32| v.into()),
        Kind::Uint64 => long(value, |v: u64| v.into()),
        other => return Err(unread(&format!("it holds {other}"))),
    };
    read.map_err(|error| unread(&error))
}

fn numbers<T: PrimitiveTensorElementType + Copy>(
    value: &DynValue,
    width: Width,
    read: impl Fn(T) -> f64,
) -> Result<Tensor, String> {
    let (shape, values) = extracted::<T>(value)?;
    Ok(Tensor {
        shape,
        values: values.iter().copied().map(read).collect(),
        width,
    })
}

/// Whole numbers that a float may not hold.
fn long<T: PrimitiveTensorElementType + Copy>(
    value: &DynValue,
    read: impl Fn(T) -> i128,
) -> Result<Tensor, String> {
    let (shape, values) = extracted::<T>(value)?;
    let one = |value: &T| {
        let number = read(*value);
        titer_adaptors::whole(number)
            .ok_or_else(|| format!("it holds {}", titer_adaptors::inexact(&number.to_string())))
    };
    Ok(Tensor {
        shape,
        values: values.iter().map(one).collect::<Result<_, _>>()?,
        width: Width::Double,
    })
}

fn extracted<T: PrimitiveTensorElementType>(
    value: &DynValue,
) -> Result<(Vec<usize>, &[T]), String> {
    let (shape, values) = value
        .try_extract_tensor::<T>()
        .map_err(|error| one_line(error.message()))?;
    // A tensor that exists has no negative sizes.
    let size = |size: &i64| usize::try_from(*size).unwrap_or(0);
    Ok((shape.iter().map(size).collect(), values))
}
