//! The kinds of a thing that YAML may name, as the schema of its type has them.

use schemars::JsonSchema;
use serde_json::{Value, json};
use titer_metrics::registry::written;

use crate::evaluation::Scenario;
use crate::{Backend, ControlSpec, Gate, schema};

/// A kind that YAML may name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedKind {
    /// The name in YAML.
    pub name: String,
    /// What it is: the first sentence of its documentation.
    pub says: String,
    /// An item of a list: `- kmers: {k: 4}`.
    pub example: String,
}

impl NamedKind {
    /// Every control.
    #[must_use]
    pub fn controls() -> Vec<Self> {
        kinds::<ControlSpec>()
    }

    /// Every gate.
    #[must_use]
    pub fn gates() -> Vec<Self> {
        kinds::<Gate>()
    }

    /// Every backend; a variant names it in its field `backend`.
    #[must_use]
    pub fn backends() -> Vec<Self> {
        let all = kinds::<Backend>().into_iter();
        all.map(|kind| kind.value_of("backend")).collect()
    }

    /// Every scenario; a measurement of latency names it in its field `scenario`.
    #[must_use]
    pub fn scenarios() -> Vec<Self> {
        let all = kinds::<Scenario>().into_iter();
        all.map(|kind| kind.value_of("scenario")).collect()
    }

    /// Shown as the value of a field, not as an item of a list.
    fn value_of(self, field: &str) -> Self {
        let item = self.example.trim_start_matches("- ");
        let example = match item.contains(": ") {
            true => format!("{field}: {{{item}}}"),
            false => format!("{field}: {item}"),
        };
        Self { example, ..self }
    }
}

/// Every kind of an enum, in the order of its variants.
fn kinds<T: JsonSchema>() -> Vec<NamedKind> {
    let schema = schema::value::<T>();
    let variants = schema["oneOf"].as_array().into_iter().flatten();
    variants
        .filter_map(|variant| kind(variant, schema))
        .collect()
}

fn kind(variant: &Value, schema: &Value) -> Option<NamedKind> {
    let says = variant["description"].as_str().unwrap_or_default();
    let says = says.split(". ").next().unwrap_or_default();
    let says = says.trim_end_matches('.').replace('\n', " ");
    let bare = |name: &str| NamedKind {
        name: name.to_owned(),
        says: says.clone(),
        example: format!("- {name}"),
    };
    if let Some(name) = variant["const"].as_str() {
        return Some(bare(name));
    }
    let (name, fields) = variant["properties"].as_object()?.iter().next()?;
    let reference = fields["$ref"].as_str().unwrap_or_default();
    let fields = schema.pointer(reference.trim_start_matches('#'))?;
    let example = json!({name: fields["examples"].get(0)?});
    Some(NamedKind {
        example: written(&example),
        ..bare(name)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_listed_as_yaml_has_it() {
        let controls = kinds::<ControlSpec>();
        let kmers = controls.iter().find(|kind| kind.name == "kmers").unwrap();
        assert_eq!(kmers.example, "- kmers: {k: 4}");
        assert_eq!(
            kmers.says,
            "Logistic regression on the shares of overlapping k-mers"
        );
        assert_eq!(controls.len(), 9);
        for kind in controls {
            let text = &kind.example[2..];
            assert!(
                serde_saphyr::from_str::<ControlSpec>(text).is_ok(),
                "{text}"
            );
        }
        for kind in kinds::<Gate>() {
            let text = &kind.example[2..];
            assert!(serde_saphyr::from_str::<Gate>(text).is_ok(), "{text}");
        }
        let backends = NamedKind::backends();
        assert_eq!(backends[0].name, "onnx");
        assert_eq!(backends[0].says, "ONNX Runtime");
        assert_eq!(backends[0].example, "backend: onnx");
        let scenarios = NamedKind::scenarios();
        assert_eq!(scenarios[0].example, "scenario: single_stream");
        let fields = kinds::<ControlSpec>().remove(3).value_of("control");
        assert_eq!(fields.example, "control: {kmers: {k: 4}}");
    }
}
