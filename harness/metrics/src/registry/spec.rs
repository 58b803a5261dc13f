//! What a suite may ask of each question.

use titer_core::{About, Sees};

use super::MetricSpec;
use crate::ece::Ece;

impl MetricSpec {
    /// The metrics of a binary suite that names none.
    pub const BINARY: [Self; 9] = [
        Self::Accuracy,
        Self::BalancedAccuracy,
        Self::Mcc,
        Self::F1,
        Self::Auroc,
        Self::AveragePrecision,
        Self::LogLoss,
        Self::Brier,
        Self::Ece(Ece::USUAL),
    ];

    /// The metrics of a per-position suite that names none, and all that it may name: each is taken per class.
    pub const POSITIONS: [Self; 2] = [Self::AveragePrecision, Self::TopK];

    /// The metrics of a suite of several classes that names none.
    pub const CLASSES: [Self; 6] = [
        Self::Accuracy,
        Self::LogLoss,
        Self::Auroc,
        Self::AveragePrecision,
        Self::Brier,
        Self::Ece(Ece::USUAL),
    ];

    /// The metrics of a suite of several labels that names none: of each label, then of all of them together.
    pub const LABELS: [Self; 9] = [
        Self::Auroc,
        Self::AveragePrecision,
        Self::F1,
        Self::Brier,
        Self::Ece(Ece::USUAL),
        Self::AurocMacro,
        Self::AveragePrecisionMacro,
        Self::F1Macro,
        Self::F1Micro,
    ];

    /// The metrics of a suite of numbers that names none.
    pub const VALUES: [Self; 5] = [
        Self::Spearman,
        Self::Pearson,
        Self::R2,
        Self::Rmse,
        Self::Mae,
    ];

    /// The names of those that pages show at once, in the order of pages: what an order is enough for, then what is called, then
    /// the probability itself; what is alike in that as the table has it.
    #[must_use]
    pub fn headlines() -> Vec<&'static str> {
        let marked = Self::ALL.iter().zip(Self::AT_ONCE);
        let shown = marked.filter(|(_, at_once)| **at_once);
        let mut all: Vec<About> = shown.map(|(spec, _)| spec.about()).collect();
        all.sort_by_key(|about| match about.sees {
            Sees::Order => 0,
            Sees::AmongHighest => 1,
            Sees::Call => 2,
            Sees::Probability => 3,
            Sees::Number => 4,
        });
        all.into_iter().map(|about| about.name).collect()
    }

    /// What it says of itself, of the first question that it answers.
    #[must_use]
    pub fn about(self) -> About {
        self.any().about()
    }

    /// The name in YAML and tables.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Grouped(grouped) => grouped.name(),
            other => other.about().name,
        }
    }

    /// Whether it is a metric of true and predicted numbers.
    #[must_use]
    pub fn is_of_values(self) -> bool {
        self.values().is_some()
    }

    /// Whether a binary suite may name it.
    #[must_use]
    pub fn is_of_binary(self) -> bool {
        self.binary().is_some() && self != Self::TopK
    }

    /// Whether a suite of several classes may name it.
    #[must_use]
    pub fn is_of_classes(self) -> bool {
        let usual = |usual: &Self| usual.name() == self.name();
        self.classes().is_some() || Self::CLASSES.iter().any(usual)
    }

    /// Whether a suite of several labels may name it: a metric of each label, which is a binary question, or of all together.
    #[must_use]
    pub fn is_of_labels(self) -> bool {
        self.labels().is_some() || self.is_of_binary()
    }

    /// Whether a suite of several labels has one value of it for all of them; of others there is one for each label.
    #[must_use]
    pub fn is_of_all_labels(name: &str) -> bool {
        let together = |spec: &&Self| spec.labels().is_some();
        Self::ALL
            .iter()
            .filter(together)
            .any(|one| one.name() == name)
    }

    /// The metric of each label that a mean over labels is of; `None` where it is no such mean.
    #[must_use]
    pub fn of_each_label(self) -> Option<Self> {
        match self {
            Self::AurocMacro | Self::AurocWeighted => Some(Self::Auroc),
            Self::AveragePrecisionMacro | Self::AveragePrecisionWeighted => {
                Some(Self::AveragePrecision)
            }
            Self::F1Macro | Self::F1Weighted => Some(Self::F1),
            _ => None,
        }
    }

    /// Whether a suite of several classes has one value of it for all of them: of the most probable
    /// class (accuracy), of the true one's probability (log loss), or of all of them taken together. Of others there is
    /// one for each class against the rest.
    #[must_use]
    pub fn is_of_all_classes(name: &str) -> bool {
        let calls = [Self::Accuracy, Self::LogLoss];
        let together = Self::ALL.iter().filter(|one| one.classes().is_some());
        calls.iter().chain(together).any(|one| one.name() == name)
    }

    /// Whether a ranking can be asked for it: numbers that are no probabilities will do.
    #[must_use]
    pub fn is_of_order(self) -> bool {
        self.about().sees.takes_any_number()
    }
}
