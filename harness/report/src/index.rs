//! A run's records by what they are of, so that tables can ask for them.

use std::collections::BTreeMap;

use titer_core::{
    Agreement, Case, CellRecord, Comparison, Condition, Contrast, Digest, Effect, Fall, Score,
    ScoreKey, Spread, SpreadKind,
};
use titer_judge::strata::LABEL;
use titer_spec::MetricSpec;
use titer_spec::gate::{Gate, Margin};
use titer_spec::plan::{
    Exposure, Plan, PlannedDataset, PlannedModel, PlannedSuite, PlannedVariant,
};

use crate::input::ReportInput;

/// Labels that a page shows by themselves: of more the first, and the worst of all.
pub(crate) const MOST_LABELS: usize = 20;

/// A run's records by what they are of.
pub(crate) struct Index<'a> {
    /// Everything.
    pub input: &'a ReportInput,
    /// The most points of a curve.
    pub most_points: usize,
    scores: BTreeMap<&'a ScoreKey, &'a Score>,
    comparisons: BTreeMap<(Contrast, &'a ScoreKey), &'a Comparison>,
    agreements: BTreeMap<(Contrast, &'a Case), &'a Agreement>,
    cells: BTreeMap<Digest, &'a CellRecord>,
}

/// A model on a suite.
#[derive(Clone, Copy)]
pub(crate) struct Subject<'a> {
    /// The suite.
    pub suite: &'a PlannedSuite,
    /// The model.
    pub model: &'a PlannedModel,
}

impl<'a> Index<'a> {
    /// Sorts a run's records.
    pub(crate) fn new(input: &'a ReportInput, most_points: usize) -> Self {
        Self {
            input,
            most_points,
            scores: input
                .tables
                .scores
                .iter()
                .map(|score| (&score.key, score))
                .collect(),
            comparisons: input
                .tables
                .comparisons
                .iter()
                .map(|one| ((one.contrast, &one.key), one))
                .collect(),
            agreements: input
                .tables
                .agreements
                .iter()
                .map(|one| ((one.contrast, &one.case), one))
                .collect(),
            cells: input.cells.iter().map(|cell| (cell.key, cell)).collect(),
        }
    }

    /// Of a mean over labels, the worst label by the metric that it is the mean of; of such a metric, its own worst.
    pub(crate) fn worst_label(&self, key: &ScoreKey) -> Option<&'a Spread> {
        let each = ["_macro", "_weighted"].iter();
        let each = each.filter_map(|end| key.metric.strip_suffix(end)).next();
        let each = each.unwrap_or(&key.metric);
        let is_it = |one: &&Spread| {
            one.stratum == LABEL
                && one.statistic == SpreadKind::Worst
                && one.key.metric == each
                && (&one.key.case.suite, &one.key.case.model) == (&key.case.suite, &key.case.model)
                && (&one.key.case.variant, &one.key.case.dataset)
                    == (&key.case.variant, &key.case.dataset)
        };
        self.input.tables.spreads.iter().find(is_it)
    }

    /// The plan.
    pub(crate) fn plan(&self) -> &'a Plan {
        &self.input.manifest.plan
    }

    /// Whether only a part of what the evaluation asks for ran.
    pub(crate) fn limited(&self) -> bool {
        self.input.verdict.limited
    }

    /// What became of a planned cell.
    pub(crate) fn cell(&self, key: &Digest) -> Option<&'a CellRecord> {
        self.cells.get(key).copied()
    }

    /// Every model on every suite that it is paired with, in the plan's order.
    pub(crate) fn subjects(&self) -> Vec<Subject<'a>> {
        let plan = self.plan();
        let paired = |suite: &PlannedSuite, model: &PlannedModel| {
            plan.pairs
                .iter()
                .any(|pair| pair.suite == suite.name && pair.model == model.name)
        };
        plan.suites
            .iter()
            .flat_map(|suite| {
                plan.models
                    .iter()
                    .map(move |model| Subject { suite, model })
            })
            .filter(|subject| paired(subject.suite, subject.model))
            .collect()
    }

    /// What a model knew of a dataset.
    pub(crate) fn exposure(&self, subject: Subject<'_>, dataset: &str) -> Exposure {
        self.plan()
            .pairs
            .iter()
            .find(|pair| {
                pair.suite == subject.suite.name
                    && pair.model == subject.model.name
                    && pair.dataset == dataset
            })
            .map_or(Exposure::Unknown, |pair| pair.exposure)
    }

    /// What a model knew of a dataset in whichever suite: one in which it was trained on counts for all.
    pub(crate) fn training(&self, model: &str, dataset: &str) -> Option<Exposure> {
        let pairs = self.plan().pairs.iter();
        let known = pairs.filter(|pair| pair.model == model && pair.dataset == dataset);
        known
            .map(|pair| pair.exposure)
            .min_by_key(|exposure| match exposure {
                Exposure::Seen => 0,
                Exposure::Unknown => 1,
                Exposure::HeldOut => 2,
            })
    }

    /// A score.
    pub(crate) fn score(&self, key: &ScoreKey) -> Option<&'a Score> {
        self.scores.get(key).copied()
    }

    /// A paired difference.
    pub(crate) fn comparison(
        &self,
        contrast: Contrast,
        key: &'_ ScoreKey,
    ) -> Option<&'a Comparison> {
        self.comparisons.get(&(contrast, key)).copied()
    }

    /// The falls of a model on a suite; none where the run folder was judged before falls were.
    pub(crate) fn falls(&self, subject: Subject<'_>) -> Vec<&'a Fall> {
        let of =
            |fall: &&Fall| fall.suite == subject.suite.name && fall.model == subject.model.name;
        self.input.tables.falls.iter().filter(of).collect()
    }

    /// How far a variant's clean cell agrees with the reference's.
    pub(crate) fn agreement(
        &self,
        subject: Subject<'_>,
        variant: &str,
        dataset: &str,
    ) -> Option<&'a Agreement> {
        let case = subject.case(variant, dataset, None);
        self.agreements.get(&(Contrast::Reference, &case)).copied()
    }

    /// Margins that gates set on a model's differences of a metric.
    pub(crate) fn margins(&self, model: &str, metric: &str) -> Vec<f64> {
        let covers = |margin: &Margin| {
            let models = &margin.covers.models;
            margin.metric == metric
                && (models.is_empty() || models.iter().any(|name| name == model))
        };
        let mut margins: Vec<f64> = self
            .plan()
            .gates
            .iter()
            .filter_map(Gate::against_reference)
            .filter(|margin| covers(margin))
            .filter_map(|margin| margin.margin)
            .collect();
        margins.sort_by(f64::total_cmp);
        margins.dedup();
        margins
    }

    /// A condition of a suite in prose; a control's, which no suite lists, by its name.
    pub(crate) fn title(&self, suite: &str, name: &str) -> String {
        let suites = self.plan().suites.iter().filter(|one| one.name == suite);
        let mut conditions = suites.flat_map(|suite| &suite.perturbations);
        let found = conditions.find(|condition| condition.name == name);
        found.map_or_else(
            || Condition::named(name, Effect::Destroyed).title,
            |condition| condition.title.clone(),
        )
    }
}

impl<'a> Subject<'a> {
    /// Whether a cell is of this model on this suite.
    pub(crate) fn holds(&self, case: &Case) -> bool {
        case.suite == self.suite.name && case.model == self.model.name
    }

    /// One of its scored cells.
    pub(crate) fn case(&self, variant: &str, dataset: &str, perturbation: Option<&str>) -> Case {
        Case {
            suite: self.suite.name.clone(),
            model: self.model.name.clone(),
            variant: variant.to_owned(),
            dataset: dataset.to_owned(),
            split: self.suite.split.clone(),
            perturbation: perturbation.map(str::to_owned),
        }
    }

    /// The key of one of its scores.
    pub(crate) fn key(
        &self,
        variant: &str,
        dataset: &str,
        perturbation: Option<&str>,
        metric: &str,
        class: Option<&str>,
    ) -> ScoreKey {
        ScoreKey {
            case: self.case(variant, dataset, perturbation),
            metric: metric.to_owned(),
            class: class.map(str::to_owned),
        }
    }

    /// The classes that metrics are taken for: `None` alone for a binary suite; with each class for
    /// a suite of several, where a metric is of one or of the other.
    pub(crate) fn classes(&self) -> Vec<Option<&'a str>> {
        if let Some(classes) = self.suite.classes().or(self.suite.labels()) {
            let each = classes.iter().map(|class| Some(class.as_str()));
            let each = each.take(match self.suite.labels() {
                Some(_) => MOST_LABELS,
                None => usize::MAX,
            });
            return std::iter::once(None).chain(each).collect();
        }
        self.suite.classes_of("")
    }

    /// The classes or labels that a metric is taken for and that pages show by themselves.
    pub(crate) fn classes_of(&self, metric: &str) -> Vec<Option<&'a str>> {
        let mut all = self.suite.classes_of(metric);
        if self.suite.labels().is_some() {
            all.truncate(MOST_LABELS);
        }
        all
    }

    /// The suite's metrics by name, in its order.
    pub(crate) fn metrics(&self) -> Vec<&'static str> {
        self.suite
            .metrics
            .iter()
            .map(|spec| MetricSpec::name(*spec))
            .collect()
    }

    /// Metrics, each with every class that it is shown for.
    pub(crate) fn by_class(
        &self,
        metrics: impl IntoIterator<Item = &'static str>,
    ) -> Vec<(&'static str, Option<&'a str>)> {
        let classes = |metric| {
            self.classes_of(metric)
                .into_iter()
                .map(move |class| (metric, class))
        };
        metrics.into_iter().flat_map(classes).collect()
    }

    /// The metric that pictures and findings are about.
    pub(crate) fn main_metric(&self) -> &'static str {
        let metrics = self.metrics();
        let mut wanted = ["auroc", "average_precision", "accuracy"];
        if self.suite.classes().is_some() {
            wanted.rotate_right(1);
        }
        if self.suite.labels().is_some() {
            wanted = ["auroc_macro", "average_precision_macro", "f1_macro"];
        }
        wanted
            .into_iter()
            .find(|name| metrics.contains(name))
            .or_else(|| metrics.first().copied())
            .unwrap_or("auroc")
    }

    /// Datasets, in-distribution first.
    pub(crate) fn datasets(&self) -> &'a [PlannedDataset] {
        &self.suite.datasets
    }

    /// Variants, the reference first.
    pub(crate) fn variants(&self) -> Vec<&'a PlannedVariant> {
        let reference = |variant: &&PlannedVariant| variant.name == self.model.reference;
        let mut variants: Vec<&PlannedVariant> =
            self.model.variants.iter().filter(reference).collect();
        variants.extend(
            self.model
                .variants
                .iter()
                .filter(|variant| !reference(variant)),
        );
        variants
    }

    /// Variants without the reference.
    pub(crate) fn candidates(&self) -> Vec<&'a PlannedVariant> {
        let mut variants = self.variants();
        variants.retain(|variant| variant.name != self.model.reference);
        variants
    }

    /// The number of a variant's style in charts: 0 is the reference.
    pub(crate) fn style(&self, variant: &str) -> usize {
        self.variants()
            .iter()
            .position(|one| one.name == variant)
            .unwrap_or(0)
    }

    /// A short id for anchors.
    pub(crate) fn slug(&self) -> String {
        slug(&format!("{}-{}", self.suite.name, self.model.name))
    }
}

/// Letters and digits in lower case, the rest as hyphens.
pub(crate) fn slug(text: &str) -> String {
    text.chars()
        .map(|letter| {
            if letter.is_ascii_alphanumeric() {
                letter.to_ascii_lowercase()
            } else {
                '-'
            }
        })
        .collect()
}
