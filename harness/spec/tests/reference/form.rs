//! A schema as a reader of YAML sees it: an object with fields, words to choose from, forms to choose from, or a value.

use serde_json::{Map, Value};

/// More words than this have a section of their own.
const MAX_WORDS_IN_A_CELL: usize = 6;
/// A form with more fields than this has a section of its own.
const MAX_FIELDS_IN_A_CELL: usize = 2;

/// The name of the type that a schema refers to, and its schema.
pub(super) fn target<'a>(root: &'a Value, schema: &'a Value) -> Option<(&'a str, &'a Value)> {
    let name = schema.get("$ref")?.as_str()?.strip_prefix("#/$defs/")?;
    Some((name, &root["$defs"][name]))
}

/// What a schema refers to, else itself.
pub(super) fn resolved<'a>(root: &'a Value, schema: &'a Value) -> &'a Value {
    target(root, schema).map_or(schema, |(_, target)| target)
}

pub(super) fn fields(schema: &Value) -> Option<&Map<String, Value>> {
    schema.get("properties")?.as_object()
}

pub(super) fn list<'a>(schema: &'a Value, key: &str) -> &'a [Value] {
    let found = schema.get(key).and_then(Value::as_array);
    found.map_or(&[], Vec::as_slice)
}

pub(super) fn text<'a>(schema: &'a Value, key: &str) -> Option<&'a str> {
    schema.get(key)?.as_str()
}

/// The words of a closed list with what they mean.
pub(super) fn words(schema: &Value) -> Option<Vec<(&str, &str)>> {
    let forms = list(schema, "oneOf");
    let word = |form: &'_ Value| text(form, "const").is_some() && !is_bare(form);
    (!forms.is_empty() && forms.iter().all(word)).then(|| {
        let words = forms.iter();
        let words =
            words.filter_map(|form| Some((text(form, "const")?, text(form, "description")?)));
        words.collect()
    })
}

/// The words of a closed list of which nothing more is said.
pub(super) fn bare(schema: &Value) -> impl Iterator<Item = &str> {
    let constants = list(schema, "oneOf").iter().filter(|form| is_bare(form));
    let constants = constants.filter_map(|form| text(form, "const"));
    let listed = list(schema, "enum").iter().filter_map(Value::as_str);
    constants.chain(listed)
}

/// Whether what is said of a word is a link between items of code, which says nothing to a reader.
fn is_bare(form: &Value) -> bool {
    text(form, "description").is_some_and(|about| about.starts_with('['))
}

/// The name and the body of a form that is written `name: body`.
pub(super) fn named(form: &Value) -> Option<(&String, &Value)> {
    fields(form)?.iter().next()
}

/// Whether a form's body is said in the cell of its form.
pub(super) fn fits_in_a_cell(root: &Value, body: &Value) -> bool {
    let Some(fields) = fields(resolved(root, body)) else {
        return true;
    };
    let is_simple = |field: &Value| {
        let field = resolved(root, field);
        let items = field.get("items").map(|items| resolved(root, items));
        let is_object = |schema: &Value| fields_or_forms(schema);
        !is_object(field) && !items.is_some_and(is_object)
    };
    fields.len() <= MAX_FIELDS_IN_A_CELL && fields.values().all(is_simple)
}

fn fields_or_forms(schema: &Value) -> bool {
    let has_forms = list(schema, "oneOf")
        .iter()
        .any(|form| named(form).is_some());
    fields(schema).is_some() || has_forms
}

/// Whether a type has a section of its own.
pub(super) fn has_section(schema: &Value) -> bool {
    let many_words = words(schema).is_some_and(|words| words.len() > MAX_WORDS_IN_A_CELL);
    fields_or_forms(schema) || many_words
}

/// The fields of an object: those that must be there as they are declared, then the others by the alphabet.
pub(super) fn ordered(schema: &Value) -> Vec<(&str, &Value, bool)> {
    let required: Vec<&str> = list(schema, "required")
        .iter()
        .filter_map(Value::as_str)
        .collect();
    let all = fields(schema).unwrap();
    let first = required.iter().map(|name| (*name, &all[*name], true));
    let rest = all
        .iter()
        .filter(|(name, _)| !required.contains(&name.as_str()));
    first
        .chain(rest.map(|(name, field)| (name.as_str(), field, false)))
        .collect()
}
