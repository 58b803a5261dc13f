//! Conditions as manifests hold them: before they had a kind, they were a name and an effect.

use serde::{Deserialize, Deserializer};
use titer_core::{Condition, Effect};

#[derive(Deserialize)]
#[serde(untagged)]
enum Stored {
    Whole(Condition),
    Named(String, Effect),
}

/// Reads conditions of this form and of the one before.
///
/// # Errors
/// They are of neither.
pub(super) fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Condition>, D::Error> {
    let all = Vec::<Stored>::deserialize(deserializer)?;
    let condition = |stored| match stored {
        Stored::Whole(condition) => condition,
        Stored::Named(name, effect) => Condition::named(&name, effect),
    };
    Ok(all.into_iter().map(condition).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_of_earlier_manifests_are_read() {
        let read = |text: &str| read(&mut serde_json::Deserializer::from_str(text)).unwrap();
        let old =
            read(r#"[["substitutions_0.05", "kept"], ["dinucleotide_shuffle", "destroyed"]]"#);
        let [changed, shuffled] = &old[..] else {
            panic!("{old:?}");
        };
        assert_eq!(
            (changed.kind.as_str(), changed.severity),
            ("substitutions", Some(0.05))
        );
        assert_eq!(changed.title, "substitutions 0.05");
        assert_eq!(
            (shuffled.kind.as_str(), shuffled.severity),
            ("dinucleotide_shuffle", None)
        );
        let written = serde_json::to_string(&old).unwrap();
        assert_eq!(read(&written), old);
    }
}
