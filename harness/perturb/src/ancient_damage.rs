//! Damage of ancient DNA.

use std::ops::Range;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use titer_core::{Effect, Example, Perturbation, Stream};

use crate::anchored::{is_spared, percent};
use crate::levels::Levels;

/// Reads C as T near the first base and G as A near the last one, the less often the further inside: cytosines that lost their
/// amino group on the single-stranded ends of a fragment (Briggs and others 2007, PNAS 104:14616). The window is taken for the
/// fragment. Spares the suite's `spare` positions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("examples" = [{"rate": 0.3}]))]
pub struct AncientDamage {
    /// The probability at the outermost base, from 0.000001 to 1.
    #[schemars(range(min = 1e-6, max = 1))]
    pub rate: f64,
    /// By what share it falls from each base to the next one inside, from 0.001 to 1; left out, 0.3, which is assumed.
    #[serde(default = "third", skip_serializing_if = "is_third")]
    #[schemars(range(min = 0.001, max = 1))]
    pub decay: f64,
}

const DECAY: f64 = 0.3;

fn third() -> f64 {
    DECAY
}

#[allow(clippy::float_cmp, reason = "the number that is left out")]
fn is_third(decay: &f64) -> bool {
    *decay == DECAY
}

impl AncientDamage {
    const fn at_the_ends(rate: f64) -> Self {
        Self { rate, decay: DECAY }
    }
}

impl Levels for AncientDamage {
    const LEVELS: [Self; 5] = [
        Self::at_the_ends(0.05),
        Self::at_the_ends(0.1),
        Self::at_the_ends(0.2),
        Self::at_the_ends(0.3),
        Self::at_the_ends(0.4),
    ];
    const BASIS: &'static str = "assumed, up to what the oldest fragments show";
}

impl Perturbation for AncientDamage {
    fn effect(&self) -> Effect {
        Effect::Kept
    }

    fn detail(&self) -> Option<String> {
        (!is_third(&self.decay)).then(|| format!("decay{}", self.decay))
    }

    fn severity(&self) -> Option<f64> {
        Some(self.rate)
    }

    fn title(&self) -> String {
        format!("ancient damage, {} at the ends", percent(self.rate))
    }

    fn keeps_places(&self) -> bool {
        true
    }

    fn apply(&self, example: &Example, spare: &[Range<usize>], stream: &mut Stream) -> Example {
        let (mut changed, letters) = (example.clone(), example.sequence.letters());
        let chance = |from_end: usize| self.rate * (1.0 - self.decay).powf(from_end as f64);
        for (position, letter) in letters.iter().enumerate() {
            let drawn = stream.uniform();
            if is_spared(spare, position) {
                continue;
            }
            let damaged = match letter {
                b'C' if drawn < chance(position) => b'T',
                b'G' if drawn < chance(letters.len() - 1 - position) => b'A',
                _ => continue,
            };
            changed.sequence.substitute(position, damaged);
        }
        changed
    }
}
