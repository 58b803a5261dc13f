//! The family `performer`: a network of fixed form, told by its numbers.

use serde::Deserialize;

/// The family's name.
pub(super) const FAMILY: &str = "performer";

/// The largest of each number that is believed: what config.json says decides how much memory is taken.
const MOST: usize = 1 << 16;
const LONGEST: usize = 1 << 22;

/// A Performer whose heads attend far (FAVOR+) or near (windows), as performer-pytorch 1.1.4 builds it, between an
/// embedding of tokens and two dense layers. Its tensors have the names that performer-pytorch gives them.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Performer {
    family: Family,
    /// How many tokens there are.
    pub tokens: usize,
    /// The token beyond the end of a sequence: nothing attends to it.
    pub pad: usize,
    /// The most tokens of a sequence, those around it counted.
    pub longest: usize,
    /// Numbers that flow for each token; even.
    pub width: usize,
    /// Layers of attention, each with a dense part.
    pub depth: usize,
    /// Heads of a layer.
    pub heads: usize,
    /// Numbers of a head; even.
    pub head_width: usize,
    /// How many of the heads, the last ones, attend near.
    pub local_heads: usize,
    /// Tokens of a window: near heads see their own and its two neighbours.
    pub window: usize,
    /// Random features of a far head.
    pub features: usize,
    /// Where near heads count positions from.
    #[serde(default)]
    pub local_rotary: LocalRotary,
    /// Numbers for each token that come out, before any activation.
    pub classes: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Family {
    Performer,
}

/// Where rotary positions of near heads count from: it depends on the version of local-attention that trained the weights.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LocalRotary {
    /// The start of the sequence, as up to 1.7.1.
    #[default]
    Sequence,
    /// The start of what a window sees, queries as if they were its last ones, as 1.11.2 does.
    Window,
}

impl Performer {
    /// # Errors
    /// A field is missing, unknown, or no number that a network can have; in words.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let parsed: Self = serde_json::from_str(text).map_err(|error| error.to_string())?;
        parsed.sound()?;
        Ok(parsed)
    }

    fn sound(&self) -> Result<(), String> {
        let numbers = [
            ("tokens", self.tokens, MOST),
            ("longest", self.longest, LONGEST),
            ("width", self.width, MOST),
            ("depth", self.depth, MOST),
            ("heads", self.heads, MOST),
            ("head_width", self.head_width, MOST),
            ("window", self.window, MOST),
            ("features", self.features, MOST),
            ("classes", self.classes, MOST),
        ];
        if let Some((name, number, most)) = numbers
            .iter()
            .find(|(_, number, most)| *number == 0 || number > most)
        {
            return Err(format!("`{name}` is {number}: it takes 1 to {most}"));
        }
        for (name, number) in [("width", self.width), ("head_width", self.head_width)] {
            if number % 2 != 0 {
                return Err(format!(
                    "`{name}` is {number}: half of it are sines, so it is even"
                ));
            }
        }
        if self.local_heads > self.heads {
            return Err(format!(
                "`local_heads` is {}, and there are {} heads",
                self.local_heads, self.heads
            ));
        }
        if self.pad >= self.tokens {
            return Err(format!(
                "`pad` is {}, and tokens are 0 to {}",
                self.pad,
                self.tokens - 1
            ));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOUND: &str = r#"{"family": "performer", "tokens": 8, "pad": 7, "longest": 302, "width": 48, "depth": 8,
        "heads": 8, "head_width": 16, "local_heads": 5, "window": 256, "features": 80, "classes": 2}"#;

    #[test]
    fn a_performer_is_read_and_counts_from_the_start_of_the_sequence() {
        let read = Performer::parse(SOUND).unwrap();
        assert_eq!(read.local_rotary, LocalRotary::Sequence);
        assert_eq!((read.heads, read.local_heads), (8, 5));
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (from, to, says) in [
            ("\"window\": 256", "\"window\": 0", "`window` is 0"),
            ("\"width\": 48", "\"width\": 47", "`width` is 47"),
            ("\"longest\": 302", "\"longest\": 99999999", "`longest`"),
            ("\"local_heads\": 5", "\"local_heads\": 9", "`local_heads`"),
            ("\"pad\": 7", "\"pad\": 8", "`pad` is 8"),
            ("\"pad\": 7", "\"pads\": 7", "unknown field `pads`"),
            (", \"classes\": 2", "", "missing field `classes`"),
        ] {
            assert!(SOUND.contains(from));
            let said = Performer::parse(&SOUND.replace(from, to)).unwrap_err();
            assert!(said.contains(says), "{said} does not say {says}");
        }
    }
}
