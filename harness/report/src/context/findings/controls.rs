//! Scores that a control reaches, too.

use crate::context::worth;
use crate::index::Index;
use crate::number::{count, fixed};
use crate::words;

/// A reference's main score that a control reaches, and how many more there are.
pub(super) fn points(index: &Index<'_>) -> Vec<String> {
    text(index).into_iter().collect()
}

fn text(index: &Index<'_>) -> Option<String> {
    let found = worth::unworthy(index);
    let (subject, row, control) = found.first()?;
    let more = match found.len() as u64 - 1 {
        0 => String::new(),
        1 => " One more such score is marked below.".to_owned(),
        more => format!(" {} more such scores are marked below.", count(more)),
    };
    let value = row.control_value.map_or(String::new(), |value| {
        format!(" (the control's: {})", fixed(value, 3))
    });
    Some(format!(
        "{} {} on {} is not shown to be better than a control, {control}, by {}{value}: the score does not tell what the model knows.{more}",
        subject.model.name,
        row.key.case.variant,
        row.key.case.dataset,
        words::in_prose(&row.key.metric),
    ))
}
