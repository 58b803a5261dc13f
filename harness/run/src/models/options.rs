//! What a variant tells a backend: its own, and all that this one has to be told.

use titer_spec::{Backend, Document, ModelSpec, SpecError, VariantSpec, suggest};

/// Checks that a variant says something under the name of its own backend alone, that nothing is missing there, and that the
/// backend knows its precision.
///
/// # Errors
/// Otherwise.
pub(super) fn check(
    document: &Document<ModelSpec>,
    variant: &VariantSpec,
) -> Result<(), SpecError> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    /// What each backend may be told.
    const SAID: [&str; 5] = [
        "onnx: {}",
        "candle: {}",
        "process: {command: [python3]}",
        "http: {url: 'http://127.0.0.1:1', model: m}",
        "predictions: {id: id, score: score}",
    ];

    fn checked(backend: Backend, precision: &str, said: Option<&str>) -> Result<(), String> {
        let said = said.map(|said| format!(", {said}")).unwrap_or_default();
        let text = format!(
            "{{model: m, summary: s, tasks: [t], output: {{kind: binary, activation: none}}, reference: v, \
             variants: [{{variant: v, backend: {}, precision: {precision}{said}}}]}}",
            backend.name()
        );
        let document = Document::<ModelSpec>::parse(Path::new("m.yaml"), text).unwrap();
        check(&document, &document.value.variants[0]).map_err(|error| error.to_string())
    }

    #[test]
    fn a_variant_speaks_to_its_own_backend_alone() {
        for (own, said) in Backend::ALL.iter().zip(SAID) {
            assert_eq!(checked(*own, "fp32", Some(said)), Ok(()));
            for (other, said) in Backend::ALL.iter().zip(SAID) {
                if other == own {
                    continue;
                }
                let told = checked(*own, "fp32", Some(said)).unwrap_err();
                let name = other.name();
                let message = format!("{name}: the backend is {}", own.name());
                assert!(told.contains(&message), "{told}");
                let or_use = format!("take `{name}` out, or use `backend: {name}`");
                assert_eq!(told.contains(&or_use), other.is_elsewhere(), "{told}");
            }
        }
    }

    #[test]
    fn what_a_backend_has_to_be_told() {
        for backend in Backend::ALL {
            let told = checked(*backend, "fp32", None);
            match backend.options_missing() {
                None => assert_eq!(told, Ok(())),
                Some([missing, cure]) => {
                    let told = told.unwrap_err();
                    let message = format!("{}: {missing}", backend.name());
                    assert!(told.contains(&message) && told.contains(cure), "{told}");
                }
            }
        }
    }

    #[test]
    fn the_precisions_that_a_backend_knows() {
        let told = Backend::ALL.iter().map(|backend| {
            let said = SAID
                .into_iter()
                .find(|said| said.starts_with(backend.name()));
            checked(*backend, "int8", said)
        });
        let refused: Vec<String> = told.filter_map(Result::err).collect();
        assert_eq!(refused.len(), 1, "{refused:?}");
        assert!(
            refused[0].contains("precision: candle knows no `int8`"),
            "{refused:?}"
        );
    }
}
