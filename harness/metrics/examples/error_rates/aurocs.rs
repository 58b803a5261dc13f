//! Rows of AUROCs: intervals, tests, margins, what was planned.

use titer_core::{Labelled, Stream, Undefined};
use titer_statistics::{Estimate, Independence, ScoreShape};

use super::super::data::{Clusters, Drawn, POSITIVES, Scores};
use super::{AT_MARGIN, LEVEL, MISSES, Row, SEED, Wanted};

fn scores(clusters: Clusters, correlation: f64, one_class: bool, apart: [f64; 2]) -> Scores {
    Scores {
        clusters,
        correlation,
        one_class,
        apart,
        noise: 0.4,
    }
}

fn describe_scores(scores: Scores) -> String {
    let classes = if scores.one_class {
        "one class"
    } else {
        "both classes"
    };
    let clusters = scores.clusters;
    if clusters.size == 1 {
        return format!(
            "n {}; AUROC {:.4} and {:.4}",
            clusters.number,
            scores.auroc(0),
            scores.auroc(1)
        );
    }
    let most = if clusters.uneven {
        2 * clusters.size - 1
    } else {
        clusters.size
    };
    format!(
        "n {} in {} clusters of {}{most} of {classes}, correlation {}; AUROC {:.4} and {:.4}",
        clusters.number as u64 * clusters.size,
        clusters.number,
        if clusters.uneven { "1 to " } else { "" },
        scores.correlation,
        scores.auroc(0),
        scores.auroc(1)
    )
}

fn difference(drawn: &Drawn, clustered: bool) -> Result<Estimate, Undefined> {
    difference_at(drawn, clustered, 0.95)
}

fn difference_at(drawn: &Drawn, clustered: bool, confidence: f64) -> Result<Estimate, Undefined> {
    let independence = if clustered {
        Independence::Clusters(&drawn.cluster_of)
    } else {
        Independence::Declared
    };
    titer_metrics::stats::auroc_difference(drawn.data(1), drawn.data(0), independence, confidence)
}

pub(crate) fn aurocs(rows: &mut Vec<Row>) {
    let single = scores(Clusters::singles(500), 0.0, false, [1.6, 1.6]);
    let clustered = [
        scores(Clusters::even(60, 8, 0.0), 0.5, false, [1.6, 1.6]),
        scores(Clusters::even(200, 5, 0.0), 0.5, true, [1.6, 1.6]),
        scores(Clusters::uneven(150, 5, 0.0), 0.3, false, [2.4, 2.4]),
    ];
    let missed = |misses: bool| if misses { MISSES } else { Wanted::Shown };
    let mut all = vec![(single, false)];
    all.extend(clustered.map(|scores| (scores, true)));
    for (scores, is_clustered) in all {
        let setting = describe_scores(scores);
        let name = if is_clustered { "Obuchowski" } else { "DeLong" };
        let what = format!("{name} difference, error");
        rows.push(Row::new(&what, setting.clone(), LEVEL, move |stream| {
            Ok(difference(&scores.draw(stream), is_clustered)?.p_value(0.0) <= 0.05)
        }));
        if is_clustered {
            let wanted = missed(scores.one_class);
            let what = "DeLong difference without clusters, error";
            rows.push(Row::new(what, setting, wanted, move |stream| {
                Ok(difference(&scores.draw(stream), false)?.p_value(0.0) <= 0.05)
            }));
        }
    }
}

pub(super) fn margins_of_aurocs(rows: &mut Vec<Row>) {
    for (clusters, correlation, one_class) in [
        (Clusters::singles(1000), 0.0, false),
        (Clusters::even(200, 5, 0.0), 0.5, true),
    ] {
        let clustered = clusters.size > 1;
        let worse = scores(clusters, correlation, one_class, [1.6, 1.5]);
        let margin = worse.auroc(0) - worse.auroc(1);
        let setting = format!("{}; margin {margin:.5}", describe_scores(worse));
        rows.push(Row::new(
            "AUROC passes at the margin",
            setting,
            AT_MARGIN,
            move |stream| {
                let interval = difference(&worse.draw(stream), clustered)?.interval;
                Ok(interval.lower >= -margin)
            },
        ));
        let at_edge = format!("{}; margin {margin:.5}, 90 %", describe_scores(worse));
        let equal = Wanted::AtMost(0.05, 0.06);
        rows.push(Row::new(
            "AUROC equivalent at the margin",
            at_edge,
            equal,
            move |stream| {
                let of = difference_at(&worse.draw(stream), clustered, 0.9)?.interval;
                Ok(-margin <= of.lower && of.upper <= margin)
            },
        ));
        // The standard error of an earlier, 16 times larger run.
        let larger = Scores {
            clusters: Clusters {
                number: 16 * clusters.number,
                ..clusters
            },
            ..worse
        };
        let mut stream = Stream::new(SEED, "earlier run", "");
        let pilot = difference(&larger.draw(&mut stream), clustered);
        let error = pilot.map_or(f64::NAN, |of| 4.0 * of.standard_error);
        if !clustered {
            for shape in [ScoreShape::Normal, ScoreShape::Exponential] {
                rows.push(from_assumptions(larger, worse, error, shape));
            }
        }
        let equal = scores(clusters, correlation, one_class, [1.6, 1.6]);
        let smallest = titer_statistics::detectable_difference(error, 0.8).unwrap_or(f64::NAN);
        let setting = format!("{}; margin {smallest:.5}", describe_scores(equal));
        let wanted = Wanted::Near(0.8, [0.77, 0.83]);
        rows.push(Row::new(
            "AUROC: shown with 80 % power",
            setting,
            wanted,
            move |stream| {
                let interval = difference(&equal.draw(stream), clustered)?.interval;
                Ok(interval.lower >= -smallest)
            },
        ));
    }
}

/// The smallest margin from the expected error of one AUROC and the correlation of the two:
/// what a plan says where there is no earlier run, were its assumed correlation the true one.
fn from_assumptions(larger: Scores, worse: Scores, error: f64, shape: ScoreShape) -> Row {
    let mut stream = Stream::new(SEED, "earlier run", "");
    let drawn = larger.draw(&mut stream);
    // Beside scores that say nothing the error of the difference is that of the one AUROC.
    let nothing = Labelled {
        probability: &vec![0.5; larger.clusters.number],
        ..drawn.data(0)
    };
    let one = titer_metrics::stats::auroc_difference(
        drawn.data(0),
        nothing,
        Independence::Declared,
        0.95,
    );
    let one = one.map_or(f64::NAN, |of| 4.0 * of.standard_error);
    let correlation = 1.0 - 0.5 * (error / one) * (error / one);
    let equal = Scores {
        apart: [worse.apart[0]; 2],
        ..worse
    };
    let examples = equal.clusters.number as f64;
    let positives = POSITIVES * examples;
    let planned = titer_statistics::expected_auroc_error(
        equal.auroc(0),
        positives,
        examples - positives,
        shape,
    )
    .and_then(|error| titer_statistics::difference_error(error, correlation, 1.0))
    .and_then(|error| titer_statistics::detectable_difference(error, 0.8));
    let margin = planned.unwrap_or(f64::NAN);
    let setting = format!(
        "{}; correlation of the two {correlation:.3}, margin {margin:.5}",
        describe_scores(equal)
    );
    // The scores drawn are normal.
    let wanted = match shape {
        ScoreShape::Normal => Wanted::Near(0.8, [0.77, 0.83]),
        ScoreShape::Exponential => Wanted::AtLeast(0.8),
    };
    let what = format!("AUROC: 80 % power without an earlier run ({shape:?})");
    Row::new(&what, setting, wanted, move |stream| {
        let interval = difference(&equal.draw(stream), false)?.interval;
        Ok(interval.lower >= -margin)
    })
}
