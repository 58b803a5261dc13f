//! How often the interval of the difference of two worst groups holds the truth. All predictions here are synthetic: normal
//! scores, whose AUROC is known.

use titer_core::{SpreadKind, Stream, Target};
use titer_spec::plan::quantiles;
use titer_spec::{MetricSpec, Plan};

use super::ladders::{examples, ladder_plan};
use super::windows::judge;
use crate::fixture::{InMemory, answer};
use crate::scoring::Found;

/// One dataset, whose AUROC is broken down by GC content in two halves.
fn halves() -> Plan {
    let mut plan = ladder_plan(&["fp32", "int8"]);
    let suite = &mut plan.suites[0];
    suite.datasets.truncate(1);
    suite.ladders.clear();
    suite.metrics = vec![MetricSpec::Auroc];
    suite.strata = vec![quantiles("gc", 2)];
    plan.cells.retain(|cell| cell.case.dataset == "near");
    plan.replicates = 400;
    plan
}

fn normal(stream: &mut Stream) -> f64 {
    let (radius, angle) = (1.0 - stream.uniform(), stream.uniform());
    (-2.0 * radius.ln()).sqrt() * (std::f64::consts::TAU * angle).cos()
}

/// Which share of samples has the truth in its interval, and how wide intervals are on average, where sites of the two halves
/// lie so far from decoys, of the reference and of the other build.
fn coverage(base: [f64; 2], other: [f64; 2], truth: f64) -> (f64, f64) {
    const SAMPLES: u64 = 120;
    let plan = halves();
    let (mut held, mut width) = (0, 0.0);
    for sample in 0..SAMPLES {
        let mut source = InMemory::new();
        source.facts = examples();
        for cell in &plan.cells {
            let is_base = cell.case.variant == "fp32";
            let predictions = source.facts.iter().enumerate().map(|(i, fact)| {
                let mut stream = Stream::new(sample, "score", &fact.id);
                let (shared, own) = (normal(&mut stream), normal(&mut stream));
                // Of both builds of variance 1, nine tenths in common.
                let noise = match is_base {
                    true => shared,
                    false => 0.9_f64.sqrt() * shared + 0.1_f64.sqrt() * own,
                };
                let apart = if is_base { base } else { other }[i / 80];
                let is_site = f64::from(u8::from(fact.target == Target::Class(1)));
                let score = apart * is_site + noise;
                answer(&fact.id, vec![1.0 / (1.0 + (-score).exp())], 1)
            });
            let predictions = predictions.collect();
            source
                .stated
                .insert(cell.key, Found::Predictions(predictions));
        }
        let judged = judge(&plan, &source);
        let mut rows = judged.spreads.iter();
        let is_it = |row: &&titer_core::Spread| {
            row.statistic == SpreadKind::Worst && row.key.case.variant == "int8"
        };
        let found = rows.find(is_it).unwrap().against.interval().unwrap();
        held += u64::from(found.lower <= truth && truth <= found.upper);
        width += (found.upper - found.lower) / SAMPLES as f64;
    }
    (held as f64 / SAMPLES as f64, width)
}

/// The AUROC of normal scores whose means lie so far apart: Φ(d / √2). From Python 3.11: `statistics.NormalDist().cdf(d / 2**0.5)`.
const AUROC: [(f64, f64); 4] = [
    (0.5, 0.638_163_195_084_118_5),
    (1.0, 0.760_249_938_906_523_3),
    (1.5, 0.855_577_816_826_757_6),
    (2.0, 0.921_350_396_474_857_4),
];

fn auroc(apart: f64) -> f64 {
    AUROC.iter().find(|known| known.0 == apart).unwrap().1
}

#[test]
fn the_truth_is_within_whichever_group_is_worst() {
    for (base, other) in [
        // The same group is the worst of both; both groups are alike; the worst one is another one.
        ([2.0, 1.0], [2.0, 0.5]),
        ([1.0, 1.0], [1.0, 1.0]),
        ([1.0, 1.0], [1.0, 0.5]),
        ([1.0, 2.0], [2.0, 0.5]),
    ] {
        let worst = |of: [f64; 2]| auroc(of[0].min(of[1]));
        let truth = worst(other) - worst(base);
        let (share, width) = coverage(base, other, truth);
        // 0.91 of 120 is two standard errors below 0.95.
        assert!(share >= 0.91, "{base:?} {other:?}: {share}");
        assert!(width < 0.5, "{base:?} {other:?}: {width}");
    }
}
