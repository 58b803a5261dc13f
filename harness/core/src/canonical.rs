//! The canonical form of a value, for keys and digests: what it says, whatever file it came from.
//!
//! Fields go by name, in the order of their names; what is absent (`None`) is left out, so that a field that a later
//! version adds changes no digest until it is used. Places in files, comments, quoting and the order of keys are no part of it.
//!
//! Not aware of: what the values mean, and which of their fields count.

use serde::Serialize;

use crate::digest::{Digest, RowDigest};

mod form;
mod serializer;

/// A value that has no canonical form.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no digest can be made of {what}: {reason}")]
pub struct CanonicalError {
    /// What the digest was to be of.
    what: String,
    /// Why there is none.
    reason: String,
}

/// The digest of a value for one purpose; two purposes never share a digest.
///
/// # Errors
/// It holds a number that is NaN or infinite, two fields of one name, or refuses to be written.
///
/// ```
/// use std::collections::BTreeMap;
/// let one = BTreeMap::from([("a", Some(1)), ("b", None)]);
/// let other = BTreeMap::from([("a", Some(1))]);
/// let digest = |value: &BTreeMap<&str, Option<i32>>| titer_core::canonical::digest("example", value);
/// assert_eq!(digest(&one), digest(&other));
/// ```
pub fn digest(purpose: &str, value: &impl Serialize) -> Result<Digest, CanonicalError> {
    let form = value
        .serialize(serializer::Forms)
        .map_err(|error| CanonicalError {
            what: purpose.to_owned(),
            reason: error.0,
        })?;
    let mut digest = RowDigest::new(purpose);
    form.add_to(&mut digest);
    Ok(digest.finish())
}

#[cfg(test)]
mod tests;
