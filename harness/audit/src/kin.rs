//! What a test row has in common with train rows, and whether that is a leak.

use serde::Serialize;

use crate::alike::Likeness;

/// What two rows have in common, the gravest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// Their intervals are the same.
    SameInterval,
    /// Their letters are the same, on either strand.
    Identical,
    /// Their intervals share bases.
    SharesBases,
    /// Their letters are alike for most of their length.
    NearDuplicate,
    /// Their letters are alike in a stretch that is no repeat.
    Stretch,
    /// Their letters are alike by a repeat alone.
    Repeat,
    /// Their letters are alike beyond chance, in a few bases.
    Little,
}

/// A row of train that a test row is kin to, and why: the gravest reason.
pub type Kin = Option<(Why, u32)>;

impl Why {
    /// Whether a test row leaks for this reason.
    #[must_use]
    pub fn leaks(self) -> bool {
        self <= Self::NearDuplicate
    }

    /// In words, for tables.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::SameInterval => "same interval",
            Self::Identical => "identical sequence",
            Self::SharesBases => "shares bases",
            Self::NearDuplicate => "near duplicate",
            Self::Stretch => "stretch in common",
            Self::Repeat => "repeat alone",
            Self::Little => "little in common",
        }
    }
}

impl From<Likeness> for Why {
    fn from(likeness: Likeness) -> Self {
        match likeness {
            Likeness::Close => Self::NearDuplicate,
            Likeness::Stretch => Self::Stretch,
            Likeness::Repeat => Self::Repeat,
            Likeness::Little => Self::Little,
        }
    }
}

/// Notes what else test rows have in common with train rows; the gravest stays.
pub fn note(kin: &mut [Kin], more: impl IntoIterator<Item = Kin>) {
    for (own, other) in kin.iter_mut().zip(more) {
        if let Some((why, _)) = other
            && own.is_none_or(|(before, _)| why < before)
        {
            *own = other;
        }
    }
}

/// Whether each row leaked.
#[must_use]
pub fn leaked(kin: &[Kin]) -> Vec<bool> {
    kin.iter()
        .map(|kin| kin.is_some_and(|(why, _)| why.leaks()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gravest_reason_stays() {
        let mut kin = vec![None, Some((Why::SharesBases, 1)), Some((Why::Repeat, 2))];
        note(
            &mut kin,
            [Some((Why::Little, 7)), Some((Why::NearDuplicate, 8)), None],
        );
        note(&mut kin, [None, Some((Why::SameInterval, 9)), None]);
        let expected = [
            Some((Why::Little, 7)),
            Some((Why::SameInterval, 9)),
            Some((Why::Repeat, 2)),
        ];
        assert_eq!(kin, expected);
        assert_eq!(leaked(&kin), [false, true, false]);
    }
}
