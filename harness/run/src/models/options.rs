//! What a variant tells a backend: its own, and all that this one has to be told.

use titer_spec::{Backend, Document, ModelSpec, SpecError, VariantSpec, suggest};

/// Checks that a variant says something under the name of its own backend alone, that nothing is missing there, and that the
/// backend knows its precision.
///
/// # Errors
/// Otherwise.
pub fn check(document: &Document<ModelSpec>, variant: &VariantSpec) -> Result<(), SpecError> {
    let wrong = |message: String, cure: &str| Err(document.error(&variant.variant, message, cure));
    let own = variant.backend;
    let mut others = Backend::ALL.iter().filter(|other| **other != own);
    if let Some(other) = others.find(|other| other.has_options(variant)) {
        let name = other.name();
        // A command or a server is named on purpose.
        let or_use = match other.is_elsewhere() {
            true => format!(", or use `backend: {name}`"),
            false => String::new(),
        };
        return wrong(
            format!("{name}: the backend is {}", own.name()),
            &format!("take `{name}` out{or_use}"),
        );
    }
    if let Some([missing, cure]) = own.options_missing().filter(|_| !own.has_options(variant)) {
        return wrong(format!("{}: {missing}", own.name()), cure);
    }
    let precision = &variant.precision;
    match own.precisions() {
        Some(known) if !known.contains(&precision.as_str()) => wrong(
            format!("precision: {} knows no `{precision}`", own.name()),
            &suggest::cure(precision, known),
        ),
        _ => Ok(()),
    }
}
