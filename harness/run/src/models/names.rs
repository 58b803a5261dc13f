//! Names of tensors: each is read by a variant, and none is fed twice.

use titer_spec::{Document, Located, ModelSpec, SpecError, VariantSpec};

/// What a variant calls its input and output itself.
struct Own<'a> {
    input: Option<&'a String>,
    output: Option<&'a String>,
}

fn own(variant: &VariantSpec) -> Own<'_> {
    let process = variant.process.as_ref();
    let http = variant.http.as_ref();
    let input = process.and_then(|told| told.input.as_ref());
    let output = process.and_then(|told| told.output.as_ref());
    Own {
        input: input.or(http.and_then(|told| told.input.as_ref())),
        output: output.or(http.and_then(|told| told.output.as_ref())),
    }
}

/// Checks `input.tensor` and `output.tensor`: a variant reads them.
///
/// # Errors
/// No variant has names of tensors, or each has names of its own.
pub(super) fn check(document: &Document<ModelSpec>) -> Result<(), SpecError> {
    let spec = &document.value;
    if let Some(name) = &spec.input.tensor {
        is_read(document, "input", name, |variant| own(variant).input)?;
    }
    match &spec.output.tensor {
        Some(name) => is_read(document, "output", name, |variant| own(variant).output),
        None => Ok(()),
    }
}

fn is_read(
    document: &Document<ModelSpec>,
    field: &str,
    name: &Located<String>,
    own: impl Fn(&VariantSpec) -> Option<&String>,
) -> Result<(), SpecError> {
    let tensor = &name.value;
    let mut others = None;
    for variant in &document.value.variants {
        if !variant.backend.names_tensors() {
            continue;
        }
        match own(variant) {
            Some(other) if other != tensor => others = Some((variant, other)),
            _ => return Ok(()),
        }
    }
    let (message, cure) = match others {
        Some((variant, other)) => (
            format!(
                "{field}: `tensor: {tensor}`, and `{}` of variant {} says `{field}: {other}`",
                variant.backend.name(),
                variant.variant.value
            ),
            "take out the one that is not meant: a variant's own name would go before this one",
        ),
        None => (
            format!("{field}: `tensor: {tensor}` names nothing: no backend here has names"),
            "take `tensor` out: a network of candle and a table have one input and one output",
        ),
    };
    Err(document.error(name, message, cure))
}

/// Checks that a variant's own name of its input is not that of a further input.
///
/// # Errors
/// It is.
pub(super) fn check_own(
    document: &Document<ModelSpec>,
    variant: &VariantSpec,
) -> Result<(), SpecError> {
    let Some(input) = own(variant).input else {
        return Ok(());
    };
    let mut further = document.value.input.also.iter();
    match further.find(|also| also.value.tensor == *input) {
        None => Ok(()),
        Some(also) => {
            let backend = variant.backend.name();
            let message = format!("also: `{input}` is the `{backend}.input` of a variant too");
            let cure = "give each input of the model its own name";
            Err(document.error(also, message, cure))
        }
    }
}
