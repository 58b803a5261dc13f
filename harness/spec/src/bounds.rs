//! A parsed file is held to the bounds of its type's JSON schema: the one place where the bounds of numbers and the rules of
//! names stand.

use serde_json::Value;

use crate::located::Located;
use crate::name;
use crate::suggest;
use crate::tree::{Leaf, Tree};

/// The largest whole number that every reader of JSON and YAML keeps exactly: 2^53 - 1.
pub const MAX_EXACT: u64 = 9_007_199_254_740_991;

/// A value that the schema refuses.
#[derive(Debug, PartialEq)]
pub(crate) struct Breach {
    /// 1-based.
    pub line: u64,
    /// 1-based.
    pub column: u64,
    /// What is wrong, naming the field.
    pub message: String,
    /// What to write.
    pub cure: String,
}

/// The first value of a file that its schema refuses, in the file's order.
pub(crate) fn breach(tree: &Located<Tree>, schema: &Value) -> Option<Breach> {
    Walk { root: schema }.value(tree, "", &[schema])
}

struct Walk<'a> {
    root: &'a Value,
}

impl<'a> Walk<'a> {
    /// `field` is the key that holds the value, `schemas` are those that it may be of.
    fn value(&self, at: &Located<Tree>, field: &str, schemas: &[&'a Value]) -> Option<Breach> {
        let mut forms = Vec::new();
        schemas.iter().for_each(|it| self.forms(it, &mut forms));
        match &at.value {
            Tree::Map(fields) => fields.iter().find_map(|(key, value)| {
                let refused = forms.iter().find_map(|form| {
                    let format = form.get("propertyNames")?.get("format")?.as_str()?;
                    name::fault(key, format)
                });
                if let Some(fault) = refused {
                    return Some(breach_of(value, field, fault));
                }
                let of_key: Vec<&Value> = forms.iter().filter_map(|it| child(it, key)).collect();
                self.value(value, key, &of_key)
            }),
            Tree::List(items) => {
                let of_items: Vec<&Value> = forms.iter().filter_map(|it| it.get("items")).collect();
                let mut items = items.iter();
                items.find_map(|item| self.value(item, field, &of_items))
            }
            Tree::Leaf(leaf) => forms
                .iter()
                .find_map(|form| fault(leaf, form, &forms))
                .map(|fault| breach_of(at, field, fault)),
        }
    }

    /// A schema with what it refers to and its alternatives.
    fn forms(&self, schema: &'a Value, into: &mut Vec<&'a Value>) {
        into.push(schema);
        let path = schema.get("$ref").and_then(Value::as_str);
        let target = path.and_then(|path| self.root.pointer(path.trim_start_matches('#')));
        target.into_iter().for_each(|it| self.forms(it, into));
        for several in ["anyOf", "oneOf", "allOf"] {
            let several = schema.get(several).and_then(Value::as_array);
            for form in several.into_iter().flatten() {
                self.forms(form, into);
            }
        }
    }
}

/// The schema of a key's value.
fn child<'a>(schema: &'a Value, key: &str) -> Option<&'a Value> {
    let own = schema.get("properties").and_then(|all| all.get(key));
    own.or_else(|| schema.get("additionalProperties"))
}

fn breach_of(at: &Located<Tree>, field: &str, (message, cure): (String, String)) -> Breach {
    Breach {
        line: at.line,
        column: at.column,
        message: format!("in `{field}`: {message}"),
        cure,
    }
}

/// What a form of the schema refuses in a value, and the cure.
fn fault(leaf: &Leaf, form: &Value, forms: &[&Value]) -> Option<(String, String)> {
    if let Some(known) = words(form) {
        return unknown(leaf, &known);
    }
    match leaf {
        Leaf::Number(number) => out_of_bounds(*number, form),
        Leaf::Text(text) => {
            let format = form.get("format").and_then(Value::as_str);
            if let Some(format) = format.filter(|_| is_of(form, &["string"])) {
                return name::fault(text, format);
            }
            // The parser takes a number in quotes for one.
            let only_number = is_number(form) && !forms.iter().any(|form| takes_text(form));
            match only_number.then(|| Tree::read(text))?.map(|it| it.value) {
                Ok(Tree::Leaf(Leaf::Number(number))) => out_of_bounds(number, form),
                _ => Some(("a number is expected, not a text".to_owned(), cure(form))),
            }
        }
        Leaf::Other => None,
    }
}

/// The words of a closed list. The parser holds an enum to its own.
fn words(form: &Value) -> Option<Vec<&str>> {
    let listed = form.get("enum").and_then(Value::as_array);
    let listed = listed.filter(|_| is_of(form, &["string"]))?;
    Some(listed.iter().filter_map(Value::as_str).collect())
}

fn unknown(leaf: &Leaf, known: &[&str]) -> Option<(String, String)> {
    let written = match leaf {
        Leaf::Text(text) if known.contains(&text.as_str()) => return None,
        Leaf::Text(text) => text.escape_debug().to_string(),
        Leaf::Number(number) => shown(*number),
        Leaf::Other => String::new(),
    };
    let message = match written.is_empty() {
        true => "it is none of the known words".to_owned(),
        false => format!("`{written}` is not known"),
    };
    Some((message, suggest::cure(&written, known)))
}

fn is_of(form: &Value, kinds: &[&str]) -> bool {
    let is = |kind: &Value| kind.as_str().is_some_and(|kind| kinds.contains(&kind));
    match form.get("type") {
        Some(Value::Array(several)) => several.iter().any(is),
        Some(one) => is(one),
        None => false,
    }
}

fn is_number(form: &Value) -> bool {
    is_of(form, &["number", "integer"])
}

fn takes_text(form: &Value) -> bool {
    is_of(form, &["string"]) || form.get("enum").is_some() || form.get("const").is_some()
}

fn bound(form: &Value, name: &str) -> Option<f64> {
    form.get(name).and_then(Value::as_f64)
}

fn out_of_bounds(number: f64, form: &Value) -> Option<(String, String)> {
    if !is_number(form) {
        return None;
    }
    if !number.is_finite() {
        return Some(("this number is not finite".to_owned(), cure(form)));
    }
    let (above, below) = (
        bound(form, "exclusiveMinimum"),
        bound(form, "exclusiveMaximum"),
    );
    let what = if let Some(least) = bound(form, "minimum").filter(|least| number < *least) {
        format!("below {}", shown(least))
    } else if let Some(most) = bound(form, "maximum").filter(|most| number > *most) {
        format!("above {}", shown(most))
    } else if let Some(least) = above.filter(|least| number <= *least) {
        format!("not above {}", shown(least))
    } else if let Some(most) = below.filter(|most| number >= *most) {
        format!("not below {}", shown(most))
    } else {
        return None;
    };
    Some((format!("{} is {what}", shown(number)), cure(form)))
}

/// The range in words, with the reason where the schema gives one.
fn cure(form: &Value) -> String {
    let kind = match is_of(form, &["integer"]) {
        true => "a whole number",
        false => "a number",
    };
    let least = bound(form, "minimum").map(|least| format!(" from {}", shown(least)));
    let least =
        least.or_else(|| bound(form, "exclusiveMinimum").map(|it| format!(" above {}", shown(it))));
    let most = bound(form, "maximum").map(|most| format!(" to {}", shown(most)));
    let most = most
        .or_else(|| bound(form, "exclusiveMaximum").map(|it| format!(" and below {}", shown(it))));
    let reason = form.get("$comment").and_then(Value::as_str);
    let reason = reason.map(|reason| format!(": {reason}"));
    let parts = [least, most, reason].map(Option::unwrap_or_default);
    format!("write {kind}{}", parts.concat())
}

/// A number as people write it.
fn shown(number: f64) -> String {
    let size = number.abs();
    let is_round = size >= 1e12 && size % 1e12 == 0.0;
    match is_round || size >= 1e16 || (size > 0.0 && size < 1e-6) {
        true => format!("{number:e}"),
        false => number.to_string(),
    }
}
