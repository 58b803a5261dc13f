//! What is wrong with a layer of `config.json`: which one, which field, and what that takes.

use serde_json::{Map, Value};

use super::Layer;

/// What a field takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Takes {
    /// A tensor's name.
    Tensor,
    /// A whole number.
    Whole,
    /// A number.
    Number,
    /// One of these words.
    Words(&'static [&'static str]),
    /// A name of one's own.
    Name,
}

const PADDINGS: Takes = Takes::Words(&["same", "valid"]);
const ACTIVATIONS: Takes = Takes::Words(&["relu", "elu", "tanh", "sigmoid", "softmax"]);

/// The fields of each layer that is a mapping; the second of a pair: whether it must be there.
type Fields = &'static [(&'static str, Takes, bool)];
const LAYERS: [(&str, Fields); 6] = [
    (
        "conv1d",
        &[
            ("weight", Takes::Tensor, true),
            ("bias", Takes::Tensor, false),
            ("padding", PADDINGS, true),
            ("stride", Takes::Whole, false),
            ("dilation", Takes::Whole, false),
        ],
    ),
    (
        "dense",
        &[
            ("weight", Takes::Tensor, true),
            ("bias", Takes::Tensor, false),
        ],
    ),
    (
        "batch_norm",
        &[
            ("scale", Takes::Tensor, true),
            ("shift", Takes::Tensor, true),
            ("mean", Takes::Tensor, true),
            ("variance", Takes::Tensor, true),
            ("epsilon", Takes::Number, true),
        ],
    ),
    (
        "affine",
        &[
            ("scale", Takes::Tensor, true),
            ("shift", Takes::Tensor, true),
        ],
    ),
    (
        "max_pool1d",
        &[("size", Takes::Whole, true), ("stride", Takes::Whole, true)],
    ),
    (
        "crop",
        &[("left", Takes::Whole, true), ("right", Takes::Whole, true)],
    ),
];
/// The layers that are one word, and what those take.
const SHORT: [(&str, Takes); 4] = [
    ("activation", ACTIVATIONS),
    ("keep", Takes::Name),
    ("take", Takes::Name),
    ("add", Takes::Name),
];

impl Takes {
    fn holds(self, value: &Value) -> bool {
        match self {
            Self::Tensor | Self::Name => value.is_string(),
            Self::Whole => value.is_u64(),
            Self::Number => value.is_number(),
            Self::Words(words) => value.as_str().is_some_and(|word| words.contains(&word)),
        }
    }

    fn in_words(self) -> String {
        match self {
            Self::Tensor => "the name of a tensor in the weights".to_owned(),
            Self::Whole => "a whole number".to_owned(),
            Self::Number => "a number".to_owned(),
            Self::Words(words) => {
                let words: Vec<String> = words.iter().map(|word| format!("{word:?}")).collect();
                words.join(" or ")
            }
            Self::Name => "a name".to_owned(),
        }
    }
}

/// The first layer of a text that is none, and why; `None` where it is something else.
pub(super) fn layer(text: &str) -> Option<String> {
    let whole: Value = serde_json::from_str(text).ok()?;
    let layers = whole.get("layers")?.as_array()?;
    let wrong = |layer: &&Value| serde_json::from_value::<Layer>((*layer).clone()).is_err();
    let index = layers.iter().position(|layer| wrong(&layer))?;
    let layer = &layers[index];
    let said = match layer {
        Value::Object(named) if named.len() == 1 => {
            named.iter().find_map(|(name, fields)| of(name, fields))
        }
        _ => None,
    };
    let said = said.or_else(|| {
        let error = serde_json::from_value::<Layer>(layer.clone()).err()?;
        Some(format!(": {error}"))
    });
    Some(format!("layer {}{}", index + 1, said?))
}

fn of(name: &str, value: &Value) -> Option<String> {
    if let Some((_, takes)) = SHORT.iter().find(|(known, _)| *known == name) {
        let said = format!(", `{name}`, is {value}: it takes {}", takes.in_words());
        return (!takes.holds(value)).then_some(said);
    }
    let (_, fields) = LAYERS.iter().find(|(known, _)| *known == name)?;
    let given = value.as_object()?;
    let unfit = fields.iter().find_map(|field| unfit(field, given))?;
    Some(format!(" ({name}), {unfit}"))
}

fn unfit(
    (field, takes, needed): &(&str, Takes, bool),
    given: &Map<String, Value>,
) -> Option<String> {
    let takes_what = takes.in_words();
    match given.get(*field) {
        None if *needed => Some(format!("lacks `{field}`: it takes {takes_what}")),
        None | Some(Value::Null) if !*needed => None,
        Some(value) if !takes.holds(value) => {
            Some(format!("`{field}` is {value}: it takes {takes_what}"))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(takes: Takes) -> Vec<Value> {
        match takes {
            Takes::Tensor | Takes::Name => vec!["x".into()],
            Takes::Whole => vec![1.into()],
            Takes::Number => vec![0.5.into()],
            Takes::Words(words) => words.iter().map(|&word| word.into()).collect(),
        }
    }

    fn reads(name: &str, value: Value) -> bool {
        let layer: Map<String, Value> = [(name.to_owned(), value)].into_iter().collect();
        serde_json::from_value::<Layer>(Value::Object(layer)).is_ok()
    }

    /// The tables here say what the type takes: all of it is read, and nothing else that it needs.
    #[test]
    fn what_the_tables_say_is_what_is_read() {
        for (name, fields) in LAYERS {
            let mut least = Map::new();
            for (field, takes, _) in fields.iter().filter(|(_, _, needed)| *needed) {
                least.insert((*field).to_owned(), sample(*takes)[0].clone());
            }
            assert!(reads(name, least.clone().into()), "{name}: {least:?}");
            for (field, takes, needed) in fields {
                for value in sample(*takes) {
                    let mut given = least.clone();
                    given.insert((*field).to_owned(), value);
                    assert!(reads(name, given.clone().into()), "{name}: {given:?}");
                }
                let mut lacking = least.clone();
                lacking.remove(*field);
                assert_eq!(reads(name, lacking.into()), !needed, "{name}: {field}");
            }
        }
        for (name, takes) in SHORT {
            for value in sample(takes) {
                assert!(reads(name, value.clone()), "{name}: {value}");
            }
        }
    }
}
