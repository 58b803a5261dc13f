//! Curves: a row of panels per kind, a panel per dataset and class.

use titer_core::{Curve, CurveKind, Score};

use crate::chart::curve_panel::Series;
use crate::chart::precision_recall::precision_recall;
use crate::chart::predicted_true::predicted_true;
use crate::chart::reliability::reliability;
use crate::chart::risk_coverage::risk_coverage;
use crate::chart::roc::roc;
use crate::context::block::{Block, PictureRow};
use crate::context::pictures::Picture;
use crate::context::scores::any_score;
use crate::index::{Index, Subject};
use crate::number::fixed;

const KINDS: [(CurveKind, &str, &str); 5] = [
    (
        CurveKind::PredictedByTrue,
        "Predicted against true",
        "Lines: means of bins of as many examples each, by the true number; on the dashed diagonal the prediction is the truth. A line that is flatter than it predicts too little of the range; one beside it is off by a constant. Dots: single examples of the reference, every k-th where there are many.",
    ),
    (
        CurveKind::Reliability,
        "Reliability",
        "On the diagonal a stated probability comes true as often as it says; below it the model is too sure of sites.",
    ),
    (
        CurveKind::Roc,
        "ROC",
        "The further into the upper left corner, the better sites are told from the rest; the diagonal is guessing.",
    ),
    (
        CurveKind::PrecisionRecall,
        "Precision and recall",
        "Of what is called at some threshold, how much is true, against how much of the truth is found; the dotted line is the prevalence, which guessing earns.",
    ),
    (
        CurveKind::RiskCoverage,
        "Risk and coverage",
        "The error rate when only the most confident share of the examples is answered. It should rise to the right; a model that errs while confident starts high.",
    ),
];

/// Every kind that the run has curves of.
pub(crate) fn block(index: &Index<'_>, subject: Subject<'_>) -> Option<Block> {
    let block = Block::new("curves", "Curves", "").from::<Curve>();
    let rows = KINDS
        .into_iter()
        .map(|(kind, heading, reading)| PictureRow {
            heading,
            reading,
            kind: "",
            list: pictures(index, subject, kind),
        });
    rows.fold(block, Block::pictures).unless_empty()
}

fn pictures(index: &Index<'_>, subject: Subject<'_>, kind: CurveKind) -> Vec<Picture> {
    subject
        .classes()
        .into_iter()
        .flat_map(|class| {
            subject
                .datasets()
                .iter()
                .map(move |dataset| (&dataset.name, class))
        })
        .filter_map(|(dataset, class)| picture(index, subject, kind, dataset, class))
        .collect()
}

fn picture(
    index: &Index<'_>,
    subject: Subject<'_>,
    kind: CurveKind,
    dataset: &str,
    class: Option<&str>,
) -> Option<Picture> {
    let series: Vec<Series> = subject
        .variants()
        .into_iter()
        .filter_map(|variant| {
            let curve = find(index, subject, kind, &variant.name, dataset, class)?;
            Some(series(index, subject, curve))
        })
        .collect();
    if series.is_empty() {
        return None;
    }
    let caption = match class {
        Some(class) => format!("{dataset}, {class}"),
        None => dataset.to_owned(),
    };
    let id = format!("{}-{}-{caption}", kind.name(), subject.slug());
    let id = crate::index::slug(&id);
    let title = format!(
        "{} of {} on {caption}",
        kind.name().replace('_', " "),
        subject.model.name
    );
    let most = index.most_points;
    let svg = match kind {
        CurveKind::Roc => roc(&id, &title, &series, most),
        CurveKind::PrecisionRecall => {
            let prevalence = any_score(index, subject, dataset, class).and_then(Score::prevalence);
            precision_recall(&id, &title, &series, prevalence, most)
        }
        CurveKind::Reliability => reliability(&id, &title, &series, most),
        CurveKind::RiskCoverage => risk_coverage(&id, &title, &series, most),
        CurveKind::PredictedTrue | CurveKind::PredictedByTrue => {
            let of = subject.suite.values().map_or("number", |asked| &asked.of);
            let reference = &subject.model.reference;
            let single = find(
                index,
                subject,
                CurveKind::PredictedTrue,
                reference,
                dataset,
                class,
            );
            let dots: Vec<(f64, f64)> = single
                .map(|curve| {
                    curve
                        .points
                        .iter()
                        .map(|point| (point.x, point.y))
                        .collect()
                })
                .unwrap_or_default();
            predicted_true(&id, &title, of, &series, &dots, most)
        }
    };
    Some(Picture { caption, svg })
}

/// Whether the page has any curve of a model on a suite.
pub(crate) fn has_some(index: &Index<'_>, subject: Subject<'_>) -> bool {
    KINDS.into_iter().any(|(kind, ..)| {
        let datasets = subject
            .datasets()
            .iter()
            .map(|dataset| dataset.name.as_str());
        let mut places = subject
            .classes()
            .into_iter()
            .flat_map(|class| datasets.clone().map(move |dataset| (dataset, class)));
        places.any(|(dataset, class)| {
            let variants = subject.variants();
            let mut names = variants.iter().map(|variant| variant.name.as_str());
            names.any(|variant| find(index, subject, kind, variant, dataset, class).is_some())
        })
    })
}

fn find<'a>(
    index: &Index<'a>,
    subject: Subject<'_>,
    kind: CurveKind,
    variant: &str,
    dataset: &str,
    class: Option<&str>,
) -> Option<&'a Curve> {
    index.input.tables.curves.iter().find(|curve| {
        curve.kind == kind
            && curve.suite == subject.suite.name
            && curve.model == subject.model.name
            && curve.variant == variant
            && curve.dataset == dataset
            && curve.class.as_deref() == class
            && !curve.points.is_empty()
    })
}

/// A curve with the number that sums it up, where the suite has that metric.
fn series(index: &Index<'_>, subject: Subject<'_>, curve: &Curve) -> Series {
    let metric = match curve.kind {
        CurveKind::Roc => Some("auroc"),
        CurveKind::PrecisionRecall => Some("average_precision"),
        CurveKind::Reliability => Some("ece"),
        CurveKind::RiskCoverage | CurveKind::PredictedTrue => None,
        CurveKind::PredictedByTrue => Some(subject.main_metric()),
    };
    let value = metric
        .map(|metric| {
            subject.key(
                &curve.variant,
                &curve.dataset,
                None,
                metric,
                curve.class.as_deref(),
            )
        })
        .and_then(|key| index.score(&key))
        .and_then(|score| score.value.as_ref().ok())
        .map(|value| format!(" {}", fixed(*value, 3)))
        .unwrap_or_default();
    Series {
        name: format!("{}{value}", curve.variant),
        style: subject.style(&curve.variant),
        points: curve
            .points
            .iter()
            .map(|point| (point.x, point.y))
            .collect(),
        band: Vec::new(),
    }
}
