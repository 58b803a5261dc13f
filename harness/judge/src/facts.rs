//! What judging needs to know of an example, as it is handed over.

use std::collections::BTreeMap;

use titer_core::{Place, Target};
use titer_store::Bases;

use crate::error::JudgeError;

/// What judging needs to know of an example.
#[derive(Clone, Debug, PartialEq)]
pub struct Facts {
    /// Its id.
    pub id: String,
    /// What is true.
    pub target: Target,
    /// Examples of one cluster are not independent; `None`: independent of all others.
    pub cluster: Option<String>,
    /// Where it lies.
    pub place: Place,
    /// Named groups that scores may be broken down by.
    pub strata: BTreeMap<String, String>,
    /// What its sequence is made of.
    pub bases: Option<Bases>,
    /// How similar it is to the training data that the suite names, 0 to 1; `None` where nobody asks, or where it has no word.
    pub similarity: Option<f64>,
}

/// Takes what judging needs to know of the next example.
pub type TakeFacts<'a> = dyn FnMut(Facts) -> Result<(), JudgeError> + 'a;
