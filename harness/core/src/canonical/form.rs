//! The tree that a digest is taken of.

use std::collections::BTreeMap;

use crate::digest::RowDigest;

/// A value as a tree of named parts.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Form {
    Nothing,
    Flag(bool),
    Whole(i128),
    Number(f64),
    Text(String),
    List(Vec<Form>),
    Fields(BTreeMap<String, Form>),
}

impl Form {
    /// Adds it to a digest, each part with its kind.
    pub(super) fn add_to(&self, digest: &mut RowDigest) {
        match self {
            Self::Nothing => digest.absent(),
            Self::Flag(flag) => digest.flag(*flag),
            Self::Whole(number) => digest.signed(*number),
            Self::Number(number) => digest.number(*number),
            Self::Text(text) => digest.text(text),
            Self::List(parts) => {
                digest.text("list").whole(parts.len() as u64);
                parts.iter().for_each(|part| part.add_to(digest));
                digest
            }
            Self::Fields(fields) => {
                digest.text("fields").whole(fields.len() as u64);
                for (name, value) in fields {
                    digest.text(name);
                    value.add_to(digest);
                }
                digest
            }
        };
    }
}
