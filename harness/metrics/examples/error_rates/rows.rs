//! What is simulated: each row a setting, what counts as a hit, and how often it may be one.

use rayon::iter::{IntoParallelIterator, ParallelIterator};
use titer_core::{Decision, Direction, Stream, Undefined};
use titer_metrics::MetricName;
use titer_metrics::stats::{
    self, Estimate, Independence, PairedCalls, PairedShares, PlannedFlips, Scale, ScoreShape, Test,
};

use crate::data::{Alike, Clusters, Drawn, POSITIVES, Scores, normal};

/// Fixed before any result was seen.
const SEED: u64 = 20_240_229;

/// How often a hit is wanted.
#[derive(Clone, Copy, Debug)]
pub enum Wanted {
    /// About this often, and surely between these.
    Near(f64, [f64; 2]),
    /// At most this often (nominal), and surely at most that.
    AtMost(f64, f64),
    /// At least this often.
    AtLeast(f64),
    /// Shown beside the others only.
    Shown,
}

impl Wanted {
    /// Whether a rate of the long simulation is as wanted.
    pub fn holds(self, rate: f64) -> bool {
        match self {
            Self::Near(_, [low, high]) => (low..=high).contains(&rate),
            Self::AtMost(_, limit) => rate <= limit,
            Self::AtLeast(limit) => rate >= limit,
            Self::Shown => true,
        }
    }

    /// Whether a rate of a short simulation is within 3.5 of its standard errors.
    pub fn within_noise(self, rate: f64, repetitions: u64) -> bool {
        let noise = |nominal: f64| 3.5 * (nominal * (1.0 - nominal) / repetitions as f64).sqrt();
        match self {
            Self::Near(nominal, _) => (rate - nominal).abs() <= noise(nominal),
            Self::AtMost(nominal, _) => rate <= nominal + noise(nominal),
            Self::AtLeast(nominal) => rate >= nominal - noise(nominal),
            Self::Shown => true,
        }
    }
}

type Hit = Box<dyn Fn(&mut Stream) -> Result<bool, Undefined> + Sync + Send>;

/// One line of the simulation.
pub struct Row {
    pub what: String,
    pub setting: String,
    pub wanted: Wanted,
    /// A row that takes long is repeated less in the short simulation.
    pub slow: bool,
    hit: Hit,
}

/// What came of a row.
pub struct Outcome {
    pub hits: u64,
    pub undefined: u64,
    pub repetitions: u64,
}

impl Outcome {
    pub fn rate(&self) -> f64 {
        self.hits as f64 / (self.repetitions - self.undefined).max(1) as f64
    }

    pub fn standard_error(&self) -> f64 {
        let defined = (self.repetitions - self.undefined).max(1) as f64;
        (self.rate() * (1.0 - self.rate()) / defined).sqrt()
    }
}

impl Row {
    fn new(
        what: &str,
        setting: String,
        wanted: Wanted,
        hit: impl Fn(&mut Stream) -> Result<bool, Undefined> + Sync + Send + 'static,
    ) -> Self {
        Self {
            what: what.to_owned(),
            setting,
            wanted,
            slow: false,
            hit: Box::new(hit),
        }
    }

    pub fn run(&self, repetitions: u64) -> Outcome {
        // Rows of one setting see the same data.
        let one = |number: u64| {
            let id = format!("{} {number}", self.setting);
            match (self.hit)(&mut Stream::new(SEED, "error rates", &id)) {
                Ok(hit) => [u64::from(hit), 0],
                Err(_) => [0, 1],
            }
        };
        let add = |a: [u64; 2], b: [u64; 2]| [a[0] + b[0], a[1] + b[1]];
        let [hits, undefined] = (0..repetitions)
            .into_par_iter()
            .map(one)
            .reduce(|| [0, 0], add);
        Outcome {
            hits,
            undefined,
            repetitions,
        }
    }
}

/// Type-I error of a normal (asymptotic) test at 5 %.
const LEVEL: Wanted = Wanted::Near(0.05, [0.04, 0.06]);
/// Type-I error of an exact test at 5 %.
const EXACT: Wanted = Wanted::AtMost(0.05, 0.05);
/// Coverage of a 95 % interval.
const COVERS: Wanted = Wanted::Near(0.95, [0.935, 0.965]);
/// A method that ignores clusters fails.
const MISSES: Wanted = Wanted::AtLeast(0.10);
/// Non-inferiority at the margin.
const AT_MARGIN: Wanted = Wanted::AtMost(0.025, 0.03);

/// Every row.
pub fn rows() -> Vec<Row> {
    let mut rows = Vec::new();
    tests_of_calls(&mut rows);
    intervals_of_shares(&mut rows);
    margins_of_shares(&mut rows);
    flip_bounds(&mut rows);
    aurocs(&mut rows);
    margins_of_aurocs(&mut rows);
    families(&mut rows);
    rows
}

fn describe(clusters: Clusters) -> String {
    let Clusters {
        number,
        size,
        uneven,
        alike,
    } = clusters;
    if size == 1 {
        return format!("n {number}");
    }
    let units = number as u64 * size;
    let spread = if uneven { "1 to " } else { "" };
    let largest = if uneven { 2 * size - 1 } else { size };
    let alike = match alike {
        Alike::Share(correlation) => format!("correlation {correlation}"),
        Alike::Urn(correlation) => format!("beta, correlation {correlation}"),
    };
    format!("n {units} in {number} clusters of {spread}{largest}, {alike}")
}

/// The same units as if they were independent.
fn pooled(clusters: &PairedCalls) -> Result<PairedCalls, Undefined> {
    let total = clusters.total();
    PairedCalls::independent(total.to_right, total.to_wrong, total.units)
}

type CallTest = fn(&PairedCalls) -> Result<Test, Undefined>;

fn tests_of_calls(rows: &mut Vec<Row>) {
    let mut add = |what: &str, clusters: Clusters, rate: f64, wanted: Wanted, test: CallTest| {
        let setting = format!("{}; flip rate {rate}", describe(clusters));
        rows.push(Row::new(what, setting, wanted, move |stream| {
            let pairs = clusters.pairs(0.5 * rate, 0.5 * rate, stream);
            Ok(test(&PairedCalls::clustered(&pairs)?)?.p_value <= 0.05)
        }));
    };
    for (number, rate) in [(200, 0.05), (200, 0.2), (1000, 0.1)] {
        let clusters = Clusters::singles(number);
        add(
            "McNemar exact, error",
            clusters,
            rate,
            EXACT,
            stats::mcnemar_exact,
        );
        let mid_p = if rate * number as f64 >= 40.0 {
            LEVEL
        } else {
            EXACT
        };
        add(
            "McNemar mid-p, error",
            clusters,
            rate,
            mid_p,
            stats::mcnemar_mid_p,
        );
        if rate * number as f64 >= 40.0 {
            add(
                "McNemar normal, error",
                clusters,
                rate,
                LEVEL,
                stats::mcnemar_normal,
            );
        }
    }
    for clusters in [
        Clusters::even(50, 10, 0.5),
        Clusters::even(100, 10, 0.5),
        Clusters::uneven(100, 10, 0.3),
        Clusters::even(100, 10, 0.0),
    ] {
        let rate = 0.1;
        add(
            "swaps exact, error",
            clusters,
            rate,
            EXACT,
            stats::swaps_exact,
        );
        add(
            "swaps mid-p, error",
            clusters,
            rate,
            LEVEL,
            stats::swaps_mid_p,
        );
        add(
            "Obuchowski McNemar, error",
            clusters,
            rate,
            LEVEL,
            stats::mcnemar_obuchowski,
        );
        add(
            "Durkalski McNemar, error",
            clusters,
            rate,
            LEVEL,
            stats::mcnemar_durkalski,
        );
        let plain = |calls: &PairedCalls| stats::mcnemar_normal(&pooled(calls)?);
        let wanted = match clusters.alike {
            Alike::Share(correlation) if correlation > 0.0 => MISSES,
            _ => LEVEL,
        };
        add(
            "McNemar without clusters, error",
            clusters,
            rate,
            wanted,
            plain,
        );
    }
    add(
        "swaps drawn (199), error",
        Clusters::even(50, 10, 0.5),
        0.1,
        LEVEL,
        |calls| {
            // Drawn anew for every data set: their flips are the seed.
            let total = calls.total();
            let nets = stats_nets(calls);
            let seed = total.to_right * 1_000_003 + total.to_wrong;
            stats::permutation_test_of_sums(&nets, total.units, 199, seed)
        },
    );
}

fn stats_nets(calls: &PairedCalls) -> Vec<f64> {
    calls.net_flips().iter().map(|&net| net as f64).collect()
}

type SharesInterval = fn(&PairedCalls) -> Result<PairedShares, Undefined>;

fn intervals_of_shares(rows: &mut Vec<Row>) {
    let mut add = |what: &str,
                   clusters: Clusters,
                   [gain, loss]: [f64; 2],
                   wanted: Wanted,
                   missed: bool,
                   make: SharesInterval| {
        let setting = format!("{}; to right {gain}, to wrong {loss}", describe(clusters));
        rows.push(Row::new(what, setting, wanted, move |stream| {
            let calls = PairedCalls::clustered(&clusters.pairs(gain, loss, stream))?;
            let interval = make(&calls)?.interval;
            let truth = gain - loss;
            Ok((interval.lower <= truth && truth <= interval.upper) != missed)
        }));
    };
    let tango: SharesInterval = |calls| stats::tango(calls, 0.95);
    for (number, flips) in [
        (200, [0.05, 0.05]),
        (200, [0.05, 0.15]),
        (1000, [0.01, 0.03]),
        (5000, [0.01, 0.01]),
    ] {
        let clusters = Clusters::singles(number);
        add("Tango, coverage", clusters, flips, COVERS, false, tango);
        let newcombe: SharesInterval = |calls| {
            let total = calls.total();
            let both = 0.9 * (total.units - total.discordant()) as f64;
            stats::newcombe(calls, both as u64, 0.95)
        };
        // Its correlation takes the shares of both right and both wrong, here 90 % to 10 %.
        add(
            "Newcombe, coverage",
            clusters,
            flips,
            Wanted::Shown,
            false,
            newcombe,
        );
    }
    for clusters in [
        Clusters::even(50, 10, 0.3),
        Clusters::even(100, 10, 0.3),
        Clusters::uneven(100, 10, 0.3),
        Clusters::even(100, 10, 0.0),
        Clusters::even(200, 20, 0.1),
    ] {
        let flips = [0.03, 0.07];
        add(
            "Tango by design effect, coverage",
            clusters,
            flips,
            COVERS,
            false,
            tango,
        );
        let plain: SharesInterval = |calls| stats::tango(&pooled(calls)?, 0.95);
        let wanted = match clusters.alike {
            Alike::Share(correlation) if correlation > 0.0 => MISSES,
            _ => Wanted::Near(0.05, [0.035, 0.065]),
        };
        add(
            "Tango without clusters, missed",
            clusters,
            flips,
            wanted,
            true,
            plain,
        );
    }
    let fits: SharesInterval = |calls| stats::paired_shares(calls, 0.95);
    let careful = Wanted::AtLeast(0.95);
    for clusters in [Clusters::even(50, 10, 0.3), Clusters::even(200, 20, 0.3)] {
        for flips in [[0.001, 0.004], [0.01, 0.01]] {
            add(
                "the interval that fits rare flips, coverage",
                clusters,
                flips,
                careful,
                false,
                fits,
            );
        }
    }
    for (clusters, rate) in [
        (Clusters::even(50, 10, 0.3), 0.8),
        (Clusters::even(100, 10, 0.3), 0.9),
        (Clusters::uneven(100, 10, 0.2), 0.9),
    ] {
        let setting = format!("{}; share {rate}", describe(clusters));
        rows.push(Row::new(
            "Wilson by design effect, coverage",
            setting,
            COVERS,
            move |stream| {
                let flips = clusters.flips(rate, stream);
                let hits: Vec<(u64, u64)> = flips.iter().map(|c| (c.flips, c.units)).collect();
                let (interval, _) = stats::wilson_clustered(&hits, 0.95)?;
                Ok((interval.lower..=interval.upper).contains(&rate))
            },
        ));
    }
}

/// The decision on a paired difference of shares.
fn decide(calls: &PairedCalls, margin: f64) -> Result<Decision, Undefined> {
    let interval = stats::paired_shares(calls, 0.95)?.interval;
    Ok(stats::non_inferiority(
        &interval,
        Direction::HigherIsBetter,
        margin,
    ))
}

fn margins_of_shares(rows: &mut Vec<Row>) {
    let mut add = |what: &str,
                   clusters: Clusters,
                   rate: f64,
                   difference: f64,
                   margin: f64,
                   wanted: Wanted,
                   hit: Decision| {
        let setting = format!(
            "{}; flip rate {rate}, difference {difference:.5}, margin {margin:.5}",
            describe(clusters)
        );
        rows.push(Row::new(what, setting, wanted, move |stream| {
            let (gain, loss) = (0.5 * (rate + difference), 0.5 * (rate - difference));
            let calls = PairedCalls::clustered(&clusters.pairs(gain, loss, stream))?;
            Ok(decide(&calls, margin)? == hit)
        }));
    };
    for rate in [0.005, 0.01, 0.02] {
        for clusters in [
            Clusters::singles(500),
            Clusters::singles(1000),
            Clusters::singles(2000),
            Clusters::singles(5000),
            Clusters::even(100, 10, 0.3),
            Clusters::even(200, 10, 1.0),
            Clusters::uneven(300, 10, 0.1),
            Clusters::even(500, 10, 0.3),
            Clusters::even(60, 50, 0.3),
        ] {
            // Half of the flips that way, and all of them.
            for part in [0.5, 1.0] {
                let margin = part * rate;
                let pass = Decision::Pass;
                add(
                    "passes at the margin",
                    clusters,
                    rate,
                    -margin,
                    margin,
                    AT_MARGIN,
                    pass,
                );
            }
        }
    }
    // Single flips in many clusters, among which a whole large cluster flips now and then.
    for clusters in [
        Clusters::even(200, 100, 0.3),
        Clusters::even(500, 20, 0.3),
        Clusters::uneven(400, 20, 0.3),
    ] {
        let (what, pass) = ("passes at the margin", Decision::Pass);
        add(what, clusters, 0.01, -0.01, 0.01, AT_MARGIN, pass);
        add(what, clusters, 0.02, -0.02, 0.02, AT_MARGIN, pass);
    }
    for (clusters, effect, rate) in [
        (Clusters::singles(2000), 1.0, 0.05),
        (Clusters::singles(5000), 1.0, 0.02),
        (Clusters::even(500, 10, 0.2), 2.8, 0.05),
    ] {
        let planned = PlannedFlips {
            units: (clusters.number as u64 * clusters.size) as f64,
            design_effect: effect,
            flip_rate: rate,
        };
        let near = |promised: f64| Wanted::Near(promised, [promised - 0.03, promised + 0.03]);
        let margin = planned
            .smallest_margin(0.8)
            .ok()
            .flatten()
            .unwrap_or(f64::NAN);
        add(
            "shown with 80 % power",
            clusters,
            rate,
            0.0,
            margin,
            near(0.8),
            Decision::Pass,
        );
        for margin in [0.005, 0.01] {
            let promised = planned.power_of_inferiority(margin, -2.0 * margin);
            let promised = promised.unwrap_or(f64::NAN);
            let what = format!("twice the margin caught, promised {promised:.3}");
            add(
                &what,
                clusters,
                rate,
                -2.0 * margin,
                margin,
                near(promised),
                Decision::Fail,
            );
        }
    }
    let planned = PlannedFlips {
        units: 2000.0,
        design_effect: 1.0,
        flip_rate: 0.05,
    };
    let difference = planned
        .detectable_difference(0.8)
        .ok()
        .flatten()
        .unwrap_or(f64::NAN);
    let setting = format!("n 2000; flip rate 0.05, difference {difference:.5}");
    let wanted = Wanted::Near(0.8, [0.77, 0.83]);
    rows.push(Row::new(
        "detectable difference seen",
        setting,
        wanted,
        move |stream| {
            let (gain, loss) = (0.5 * (0.05 + difference), 0.5 * (0.05 - difference));
            let pairs = Clusters::singles(2000).pairs(gain, loss, stream);
            Ok(stats::mcnemar_normal(&PairedCalls::clustered(&pairs)?)?.p_value <= 0.05)
        },
    ));
}

fn flip_bounds(rows: &mut Vec<Row>) {
    let covers = Wanted::AtLeast(0.975);
    for rate in [0.001, 0.005, 0.02] {
        for (number, size) in [(60, 10), (100, 50), (400, 10)] {
            for alike in [
                Alike::Share(0.0),
                Alike::Share(0.3),
                Alike::Share(1.0),
                Alike::Urn(0.05),
                Alike::Urn(0.3),
            ] {
                let clusters = Clusters {
                    number,
                    size,
                    uneven: false,
                    alike,
                };
                let setting = format!("{}; rate {rate}", describe(clusters));
                let what = "flip bound (97.5 %), coverage";
                rows.push(Row::new(what, setting.clone(), covers, move |stream| {
                    let flips = clusters.flips(rate, stream);
                    Ok(stats::flip_rate_upper_clustered_at(&flips, 0.025)?.value >= rate)
                }));
                let what = "earlier flip bound (95 %), coverage";
                rows.push(Row::new(what, setting, Wanted::Shown, move |stream| {
                    let flips = clusters.flips(rate, stream);
                    Ok(stats::flip_rate_upper_clustered(&flips)?.value >= rate)
                }));
            }
        }
    }
}

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
    let independence = if clustered {
        Independence::Clusters(&drawn.cluster_of)
    } else {
        Independence::Declared
    };
    stats::auroc_difference(drawn.data(1), drawn.data(0), independence, 0.95)
}

fn aurocs(rows: &mut Vec<Row>) {
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
        let truth = scores.auroc(0);
        let setting = describe_scores(scores);
        let name = if is_clustered { "Obuchowski" } else { "DeLong" };
        for scale in [Scale::Plain, Scale::Logit] {
            let what = format!("{name} ({scale:?}), coverage");
            // On its own scale an interval of a high AUROC from clusters is known to be short.
            let short = is_clustered && scale == Scale::Plain;
            let wanted = if short { Wanted::Shown } else { COVERS };
            rows.push(Row::new(&what, setting.clone(), wanted, move |stream| {
                let drawn = scores.draw(stream);
                let own = Independence::Clusters(&drawn.cluster_of);
                let free = Independence::Declared;
                let independence = if is_clustered { own } else { free };
                let of = stats::auroc_interval(drawn.data(0), independence, scale, 0.95)?;
                Ok((of.interval.lower..=of.interval.upper).contains(&truth))
            }));
        }
        let what = format!("{name} difference, error");
        rows.push(Row::new(&what, setting.clone(), LEVEL, move |stream| {
            Ok(difference(&scores.draw(stream), is_clustered)?.p_value(0.0) <= 0.05)
        }));
        if is_clustered {
            let what = "DeLong without clusters, missed";
            let wanted = missed(scores.one_class);
            rows.push(Row::new(what, setting.clone(), wanted, move |stream| {
                let drawn = scores.draw(stream);
                let free = Independence::Declared;
                let of = stats::auroc_interval(drawn.data(0), free, Scale::Logit, 0.95)?;
                Ok(!(of.interval.lower..=of.interval.upper).contains(&truth))
            }));
            let what = "DeLong difference without clusters, error";
            rows.push(Row::new(what, setting, wanted, move |stream| {
                Ok(difference(&scores.draw(stream), false)?.p_value(0.0) <= 0.05)
            }));
        }
    }
    let small = scores(Clusters::even(40, 4, 0.0), 0.5, false, [1.2, 1.2]);
    let mut swaps = Row::new(
        "swaps drawn (99) of AUROC, error",
        describe_scores(small),
        LEVEL,
        move |stream| {
            let drawn = small.draw(stream);
            let clusters = Independence::Clusters(&drawn.cluster_of);
            let seed = stream.whole();
            let (one, other) = (drawn.data(1), drawn.data(0));
            let test = stats::permutation_test(one, other, MetricName::Auroc, clusters, 99, seed)?;
            Ok(test.p_value <= 0.05)
        },
    );
    swaps.slow = true;
    rows.push(swaps);
}

fn margins_of_aurocs(rows: &mut Vec<Row>) {
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
                let decision = stats::non_inferiority(&interval, Direction::HigherIsBetter, margin);
                Ok(decision == Decision::Pass)
            },
        ));
        let at_edge = format!("{}; margin {margin:.5}, 90 %", describe_scores(worse));
        let equal = Wanted::AtMost(0.05, 0.06);
        rows.push(Row::new(
            "AUROC equivalent at the margin",
            at_edge,
            equal,
            move |stream| {
                let of = difference(&worse.draw(stream), clustered)?;
                Ok(stats::decide::equivalence_p_value(&of, margin) <= 0.05)
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
        let half = 0.5 * margin;
        let promised = stats::power_of_inferiority(half, error, -margin).unwrap_or(f64::NAN);
        let setting = format!("{}; margin {half:.5}", describe_scores(worse));
        let what = format!("AUROC: twice the margin caught, promised {promised:.3}");
        let wanted = Wanted::Near(promised, [promised - 0.03, promised + 0.03]);
        rows.push(Row::new(&what, setting, wanted, move |stream| {
            let interval = difference(&worse.draw(stream), clustered)?.interval;
            let decision = stats::non_inferiority(&interval, Direction::HigherIsBetter, half);
            Ok(decision == Decision::Fail)
        }));
        if !clustered {
            for shape in [ScoreShape::Normal, ScoreShape::Exponential] {
                rows.push(from_assumptions(larger, worse, error, shape));
            }
        }
        let equal = scores(clusters, correlation, one_class, [1.6, 1.6]);
        let smallest = stats::detectable_difference(error, 0.8).unwrap_or(f64::NAN);
        let setting = format!("{}; margin {smallest:.5}", describe_scores(equal));
        let wanted = Wanted::Near(0.8, [0.77, 0.83]);
        rows.push(Row::new(
            "AUROC: shown with 80 % power",
            setting,
            wanted,
            move |stream| {
                let interval = difference(&equal.draw(stream), clustered)?.interval;
                let decision =
                    stats::non_inferiority(&interval, Direction::HigherIsBetter, smallest);
                Ok(decision == Decision::Pass)
            },
        ));
    }
}

/// The smallest margin from the expected error of one AUROC and the correlation of the two:
/// what a plan says where there is no earlier run, were its assumed correlation the true one.
fn from_assumptions(larger: Scores, worse: Scores, error: f64, shape: ScoreShape) -> Row {
    let mut stream = Stream::new(SEED, "earlier run", "");
    let drawn = larger.draw(&mut stream);
    let free = Independence::Declared;
    let one = stats::auroc_interval(drawn.data(0), free, Scale::Plain, 0.95);
    let one = one.map_or(f64::NAN, |of| 4.0 * of.standard_error);
    let correlation = 1.0 - 0.5 * (error / one) * (error / one);
    let equal = Scores {
        apart: [worse.apart[0]; 2],
        ..worse
    };
    let examples = equal.clusters.number as f64;
    let positives = POSITIVES * examples;
    let planned =
        stats::expected_auroc_error(equal.auroc(0), positives, examples - positives, shape)
            .and_then(|error| stats::difference_error(error, correlation, 1.0))
            .and_then(|error| stats::detectable_difference(error, 0.8));
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
        let decision = stats::non_inferiority(&interval, Direction::HigherIsBetter, margin);
        Ok(decision == Decision::Pass)
    })
}

fn families(rows: &mut Vec<Row>) {
    for shared in [0.0, 0.5] {
        let setting = format!("10 tests, correlation {shared}");
        // Independent tests use up the level; tests that go together do not.
        let wanted = if shared == 0.0 { LEVEL } else { EXACT };
        rows.push(Row::new(
            "Holm names any wrongly",
            setting,
            wanted,
            move |stream| {
                let common = normal(stream);
                let p_values: Vec<f64> = (0..10)
                    .map(|_| {
                        let own = (1.0f64 - shared).sqrt() * normal(stream);
                        libm::erfc((shared.sqrt() * common + own).abs() / std::f64::consts::SQRT_2)
                    })
                    .collect();
                Ok(stats::which_differ(&p_values, 0.05)?.contains(&true))
            },
        ));
    }
}
