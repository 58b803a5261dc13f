//! Every table that judging makes, by name.

use std::collections::BTreeSet;

use crate::ablation::Ablation;
use crate::breakdown::{GroupDifference, GroupFlips, GroupScore, Spread};
use crate::comparison::{Agreement, Comparison};
use crate::control::ControlScore;
use crate::curve::Curve;
use crate::evidence::{Detection, PairedTest, PrevalenceScore, Recalibration};
use crate::fall::Fall;
use crate::inputs::{Distance, InputShare, InputSummary};
use crate::ladder::LadderSlope;
use crate::notable::{Notable, ShownSequence};
use crate::response::Response;
use crate::score::Score;
use crate::search::{AdversarialSuccess, MutationAgreement, MutationEffect};
use crate::severity::SeverityCurve;
use crate::similarity::SimilarityBin;
use crate::table::{Row, Table};

/// Something that is done with each table.
pub trait Visit {
    /// What can go wrong.
    type Error;

    /// Does it with one.
    ///
    /// # Errors
    /// What can go wrong.
    fn visit<T: Table>(&mut self, all: &[T]) -> Result<(), Self::Error>;
}

/// Where tables are read from.
pub trait Read {
    /// What can go wrong.
    type Error;

    /// What a table holds; `None` where there is no such table, and there need not be.
    ///
    /// # Errors
    /// The table is damaged, or is not there and should be.
    fn read<T: Table>(&self) -> Result<Option<Vec<T>>, Self::Error>;
}

impl Tables {
    /// Whether the run folder was judged before there was such a table.
    #[must_use]
    pub fn lacks<T: Table>(&self) -> bool {
        self.missing.contains(T::Row::TABLE)
    }
}

macro_rules! tables {
    ($($(#[doc = $doc:literal])* $name:ident: $of:ty,)*) => {
        /// Everything that is computed from predictions.
        #[derive(Clone, Debug, Default, PartialEq)]
        pub struct Tables {
            $($(#[doc = $doc])* pub $name: Vec<$of>,)*
            /// Names of tables that a run folder lacks which was judged before there were any.
            pub missing: BTreeSet<&'static str>,
        }

        impl Tables {
            /// The names of all tables.
            pub const NAMES: &[&str] = &[$(<$of as Table>::Row::TABLE),*];

            /// Does something with each table.
            ///
            /// # Errors
            /// The first that it meets.
            pub fn each<V: Visit>(&self, visit: &mut V) -> Result<(), V::Error> {
                $(visit.visit(&self.$name)?;)*
                Ok(())
            }

            /// Reads every table. One that is not there is empty, and named in `missing`.
            ///
            /// # Errors
            /// The first that it meets.
            pub fn read<R: Read>(from: &R) -> Result<Self, R::Error> {
                let mut missing = BTreeSet::new();
                $(
                    let $name = from.read::<$of>()?.unwrap_or_else(|| {
                        missing.insert(<$of as Table>::Row::TABLE);
                        Vec::new()
                    });
                )*
                Ok(Self { $($name,)* missing })
            }
        }
    };
}

tables! {
    /// Scores: by suite, dataset, model, cell, class, metric, in the plan's order.
    scores: Score,
    /// Comparisons, in the order of the candidates' scores.
    comparisons: Comparison,
    /// Agreements, in the order of the candidates.
    agreements: Agreement,
    /// Curves of clean cells.
    curves: Curve,
    /// Notable examples of clean cells: the worst errors and the largest changes.
    notables: Notable,
    /// Letters around the sites of those, of datasets that show sequences.
    shown_sequences: ShownSequence,
    /// Clean scores by stratum.
    groups: GroupScore,
    /// How far groups lie apart.
    spreads: Spread,
    /// Differences to the reference within groups.
    group_differences: GroupDifference,
    /// Flips by class and stratum.
    flips: GroupFlips,
    /// Tests of paired differences.
    tests: PairedTest,
    /// Metrics after recalibration.
    recalibrations: Recalibration,
    /// How well outputs tell in- from out-of-distribution examples.
    detections: Detection,
    /// How far clean scores fall out of distribution.
    falls: Fall,
    /// How much clean scores lose along the suites' ladders.
    ladders: LadderSlope,
    /// What fields of the models' matrices are worth.
    ablations: Ablation,
    /// Clean scores held against controls.
    controls: ControlScore,
    /// What the sequences of each dataset are.
    inputs: InputSummary,
    /// Histograms of them, and their 4-mers.
    input_shares: InputShare,
    /// How far out-of-distribution datasets lie from in-distribution ones.
    distances: Distance,
    /// Metrics at the prevalence that suites state.
    prevalences: PrevalenceScore,
    /// Clean scores against the similarity of examples to training data.
    similarities: SimilarityBin,
    /// What answers do when examples are perturbed.
    responses: Response,
    /// Scores over all severities of a kind of perturbation.
    severities: SeverityCurve,
    /// How often searches change calls.
    adversarial: AdversarialSuccess,
    /// What single-base changes do.
    mutagenesis: MutationEffect,
    /// How far variants agree about them.
    mutagenesis_agreement: MutationAgreement,
}
