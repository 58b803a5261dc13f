//! Errors of sequencing platforms.

use std::ops::Range;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use titer_core::{Effect, Example, Perturbation, Stream};

use crate::anchored::{Rates, percent};

/// Misreads bases as often as a sequencing platform does: substitutions, insertions, deletions. The suite's `spare` positions stay
/// as they are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("examples" = [{"platform": "illumina"}]))]
pub struct SequencingErrors {
    /// Whose errors.
    pub platform: Platform,
    /// So many times as often, from 0.01 to 100; left out, as often.
    #[serde(default = "once", skip_serializing_if = "is_once")]
    #[schemars(range(min = 0.01, max = 100))]
    pub times: f64,
}

/// A sequencing platform, by its rates of error in each base of raw reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Platform {
    /// Short reads: 0.21 % substitutions, 0.00028 % insertions, 0.00051 % deletions (Schirmer and others 2016, BMC Bioinformatics 17:125).
    Illumina,
    /// Short reads of a NovaSeq 6000: 0.0185 % substitutions, the median of mismatches where both reads of a pair cover a base, which
    /// sees no insertions and deletions (preprint of 2025, doi:10.1101/2025.07.15.665004).
    #[serde(rename = "novaseq_6000")]
    Novaseq6000,
    /// Short reads of a NovaSeq X: 0.0089 % substitutions, by the same work.
    NovaseqX,
    /// Long reads read several times: 0.2 % in all (Wenger and others 2019, Nature Biotechnology 37:1155); a third of each kind is
    /// assumed.
    Hifi,
    /// Long reads through pores: 6 % in all (Delahaye and Nicolas 2021, PLOS ONE 16:e0257521); a third of each kind is assumed.
    Nanopore,
}

impl Platform {
    fn name(self) -> &'static str {
        match self {
            Self::Illumina => "illumina",
            Self::Novaseq6000 => "novaseq_6000",
            Self::NovaseqX => "novaseq_x",
            Self::Hifi => "hifi",
            Self::Nanopore => "nanopore",
        }
    }

    fn rates(self) -> Rates {
        let even = |all: f64| Rates {
            substitution: all / 3.0,
            insertion: all / 3.0,
            deletion: all / 3.0,
        };
        let substitutions_alone = |substitution: f64| Rates {
            substitution,
            insertion: 0.0,
            deletion: 0.0,
        };
        match self {
            Self::Illumina => Rates {
                substitution: 2.1e-3,
                insertion: 2.8e-6,
                deletion: 5.1e-6,
            },
            Self::Novaseq6000 => substitutions_alone(1.85e-4),
            Self::NovaseqX => substitutions_alone(8.9e-5),
            Self::Hifi => even(0.002),
            Self::Nanopore => even(0.06),
        }
    }
}

fn once() -> f64 {
    1.0
}

#[allow(clippy::float_cmp, reason = "the number that is left out")]
fn is_once(times: &f64) -> bool {
    *times == once()
}

impl SequencingErrors {
    fn rates(&self) -> Rates {
        let one = self.platform.rates();
        Rates {
            substitution: (one.substitution * self.times).min(1.0),
            insertion: (one.insertion * self.times).min(1.0),
            deletion: (one.deletion * self.times).min(1.0),
        }
    }
}

impl Perturbation for SequencingErrors {
    fn effect(&self) -> Effect {
        Effect::Kept
    }

    fn detail(&self) -> Option<String> {
        Some(self.platform.name().to_owned())
    }

    fn severity(&self) -> Option<f64> {
        let rates = self.rates();
        let all = rates.substitution + rates.insertion + rates.deletion;
        Some((all * 1e9).round() / 1e9)
    }

    fn title(&self) -> String {
        let all = self.severity().unwrap_or_default();
        format!(
            "errors as of {} reads, {}",
            self.platform.name().replace('_', " "),
            percent(all)
        )
    }

    fn keeps_places(&self) -> bool {
        false
    }

    fn apply(&self, example: &Example, spare: &[Range<usize>], stream: &mut Stream) -> Example {
        self.rates().misread(example, spare, stream)
    }
}
