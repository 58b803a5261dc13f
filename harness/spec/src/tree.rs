//! A YAML text as a tree of places: where a field stands, by its path.

use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

use crate::located::Located;

/// A value of any kind.
#[derive(Debug)]
pub(crate) enum Tree {
    Map(Vec<(String, Located<Tree>)>),
    List(Vec<Located<Tree>>),
    Leaf(Leaf),
}

/// A value that holds no others.
#[derive(Debug)]
pub(crate) enum Leaf {
    Number(f64),
    Text(String),
    /// True, false or nothing.
    Other,
}

/// Levels of lists and mappings at most: some twice what the types have.
const MAX_DEPTH: usize = 24;

impl Tree {
    /// The tree of a text.
    pub(crate) fn read(text: &str) -> Result<Located<Self>, serde_saphyr::Error> {
        let options = serde_saphyr::options! {
            // They may be texts: only the schema tells.
            non_finite_float_policy: serde_saphyr::NonFiniteFloatPolicy::PassThrough,
            budget: serde_saphyr::budget! { max_depth: MAX_DEPTH },
        };
        serde_saphyr::from_str_with_options(text, options)
    }

    /// Whether it is a mapping with this field.
    pub(crate) fn has(&self, field: &str) -> bool {
        self.child(field).is_some()
    }

    /// The mapping that begins at this place, however deep it lies, or that holds the value of this place.
    pub(crate) fn mapping(&self, line: u64, column: u64) -> Option<&Self> {
        self.beginning(line, column)
            .or_else(|| self.holder(line, column))
    }

    fn children(&self) -> Vec<&Located<Self>> {
        match self {
            Self::Map(fields) => fields.iter().map(|(_, value)| value).collect(),
            Self::List(values) => values.iter().collect(),
            Self::Leaf(_) => Vec::new(),
        }
    }

    fn beginning(&self, line: u64, column: u64) -> Option<&Self> {
        self.children().into_iter().find_map(|child| {
            let is_it = (child.line, child.column) == (line, column);
            match &child.value {
                map @ Self::Map(_) if is_it => Some(map),
                other => other.beginning(line, column),
            }
        })
    }

    /// The mapping that holds the value of this place, however deep it lies.
    fn holder(&self, line: u64, column: u64) -> Option<&Self> {
        let children = self.children();
        let is_it = |child: &&Located<Self>| {
            child.line == line && child.column == column && matches!(child.value, Self::Leaf(_))
        };
        match self {
            Self::Map(_) if children.iter().any(is_it) => Some(self),
            _ => children
                .into_iter()
                .find_map(|child| child.value.holder(line, column)),
        }
    }

    fn child(&self, part: &str) -> Option<&Located<Self>> {
        match self {
            Self::Map(fields) => {
                let field = fields.iter().find(|(key, _)| key == part)?;
                Some(&field.1)
            }
            Self::List(values) => values.get(part.parse::<usize>().ok()?),
            Self::Leaf(_) => None,
        }
    }

    /// The field of a path of keys and of numbers from 0, or the last one on the way that is there.
    pub(crate) fn last_of(&self, path: &str) -> Option<&Located<Self>> {
        let (mut at, mut last) = (self, None);
        for part in path.split('.') {
            let Some(next) = at.child(part) else { break };
            last = Some(next);
            at = &next.value;
        }
        last
    }
}

impl<'de> Deserialize<'de> for Tree {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TreeVisitor)
    }
}

struct TreeVisitor;

impl<'de> Visitor<'de> for TreeVisitor {
    type Value = Tree;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Tree, A::Error> {
        let mut fields = Vec::new();
        while let Some(field) = map.next_entry()? {
            fields.push(field);
        }
        Ok(Tree::Map(fields))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Tree, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = list.next_element()? {
            values.push(value);
        }
        Ok(Tree::List(values))
    }

    fn visit_bool<E: de::Error>(self, _: bool) -> Result<Tree, E> {
        Ok(Tree::Leaf(Leaf::Other))
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Tree, E> {
        Ok(Tree::Leaf(Leaf::Number(number as f64)))
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Tree, E> {
        Ok(Tree::Leaf(Leaf::Number(number as f64)))
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<Tree, E> {
        Ok(Tree::Leaf(Leaf::Number(number)))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Tree, E> {
        Ok(Tree::Leaf(Leaf::Text(text.to_owned())))
    }

    fn visit_unit<E: de::Error>(self) -> Result<Tree, E> {
        Ok(Tree::Leaf(Leaf::Other))
    }

    fn visit_none<E: de::Error>(self) -> Result<Tree, E> {
        Ok(Tree::Leaf(Leaf::Other))
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Tree, D::Error> {
        Tree::deserialize(deserializer)
    }
}
