//! What disturbed a measurement: what came before it, outliers, drift, other load.

use titer_judge::speed::aa_spread;
use titer_judge::{LatencySummary, MeasurementSummary};
use titer_spec::plan::PlannedModel;

use super::row;
use crate::context::cell::Cell;
use crate::context::table::{Column, Group, Table};
use crate::index::Index;
use crate::number::{count, counted, figures, percent};

/// Warm-up, outliers, drift, dependence and spread by batch size; `None` of runs of before.
pub(super) fn table(
    index: &Index<'_>,
    model: &PlannedModel,
    measured: &[&MeasurementSummary],
) -> Option<Table> {
    let is_known = |one: &&&MeasurementSummary| {
        let mut latencies = one.latencies.iter();
        latencies.any(|it| it.details.noise.rounds > 0)
    };
    measured.iter().find(is_known)?;
    let groups = super::sizes(measured).into_iter().map(|size| Group {
        heading: counted(u64::from(size), "example per query", "examples per query"),
        hint: String::new(),
        note: None,
        rows: measured
            .iter()
            .filter_map(|one| Some(row(index, model, one, cells(one.latency(size)?))))
            .collect(),
    });
    let columns = [
        "Warm-up queries",
        "Outliers",
        "Rounds that drift",
        "Dependent neighbours",
        "A/A spread",
    ];
    Some(Table::new(
        "What disturbed the times",
        columns.map(Column::named),
        groups.collect(),
    ))
}

fn cells(latency: &LatencySummary) -> Vec<Cell> {
    let (warm, noise) = (latency.details.warm_up, latency.details.noise);
    let of_rounds = |some: u64| format!("{} of {}", count(some), count(noise.rounds));
    let mut warm_up = Cell::plain(count(warm.queries));
    if warm.unstable > 0 {
        warm_up.mark = "worse";
        warm_up.notes.push(format!(
            "not stable yet in {} of {} rounds",
            count(warm.unstable),
            count(warm.rounds)
        ));
    }
    let mut drift = Cell::plain(of_rounds(noise.drifting));
    if noise.drifting > 0 {
        drift.range = Some(format!("by up to {}", percent(noise.largest_drift)));
    }
    let medians: Vec<f64> = latency.details.rounds.iter().map(|it| it.p50_ns).collect();
    let spread = aa_spread(&[medians]);
    vec![
        warm_up,
        Cell {
            range: Some(format!("{} by Tukey's fences", count(noise.outliers_tukey))),
            ..Cell::plain(count(noise.outliers_z))
        },
        drift,
        Cell {
            range: (noise.dependent > 0).then(|| "intervals of queries are too narrow".to_owned()),
            ..Cell::plain(of_rounds(noise.dependent))
        },
        spread.map_or_else(
            || Cell::missing("one round has nothing to be held against"),
            |spread| Cell::plain(format!("{}×", figures(spread))),
        ),
    ]
}

/// What else the machine did, in a sentence; `None` where nothing is known of it.
pub(super) fn surroundings(measured: &[&MeasurementSummary]) -> Option<String> {
    let all = || measured.iter().flat_map(|one| &one.details.surroundings);
    let largest = |numbers: Vec<f64>| numbers.into_iter().reduce(f64::max);
    let steal = largest(all().filter_map(|one| one.steal_share).collect());
    let others = largest(all().filter_map(|one| one.others_share).collect());
    let load = largest(all().filter_map(|one| one.load_average).collect());
    let clocks: Vec<f64> = all()
        .flat_map(|one| [one.mhz_before, one.mhz_after])
        .flatten()
        .collect();
    let slowest = clocks.iter().copied().reduce(f64::min);
    let clocks = slowest.zip(clocks.iter().copied().reduce(f64::max));
    let told = [
        steal.map(|share| {
            format!(
                "the hypervisor gave up to {} of the processor time to others",
                percent(share)
            )
        }),
        others.map(|share| format!("other processes took up to {} of all cores", percent(share))),
        load.map(|load| {
            format!(
                "up to {} processes ran or waited before a round",
                figures(load)
            )
        }),
        clocks.map(|(low, high)| match (high - low) < 1.0 {
            true => format!("the clock stood at {} MHz", figures(high)),
            false => format!(
                "the clock went from {} to {} MHz",
                figures(low),
                figures(high)
            ),
        }),
    ];
    let told: Vec<String> = told.into_iter().flatten().collect();
    (!told.is_empty()).then(|| format!("Meanwhile {}.", told.join(", ")))
}
