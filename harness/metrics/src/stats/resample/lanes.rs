//! Replicates side by side.

use crate::ece::Ece;
use rayon::iter::{IntoParallelIterator, IntoParallelRefIterator, ParallelIterator};
use titer_statistics::draws::{LANES, Row};

use super::bins::{Bins, Held, ReplicateBins, held_in, of_data};
use super::cut::Lane;
use super::pass::{MOST_EXAMPLES, Totals, WIDTH, pass};
use super::sorted::Sorted;
use super::{Task, Work};
use crate::MetricName;
use crate::ece::debiased;

/// Rows of all workers may take this much, however few examples there are.
const FREE_BYTES: usize = 1 << 23;

/// A sample that is read in passes.
struct Ready {
    sorted: Sorted,
    tasks: Vec<Task>,
    /// What each block holds of the data; none where no bins are asked for.
    of_data: Vec<Held>,
}

/// The values of a sample's tasks in one replicate; nothing where a pass could not tell.
struct Found<'a> {
    tasks: &'a [Task],
    replicate: usize,
    values: Option<Vec<Option<f64>>>,
    /// One for each number of bins.
    bins: Vec<Option<Bins>>,
}

/// Fills in the tasks and says which replicates have to be done again.
pub(super) fn read(
    work: Work<'_>,
    tasks: &[Task],
    result: &mut [Vec<Vec<Option<f64>>>],
    bins: &mut [ReplicateBins],
) -> Vec<usize> {
    let samples = tasks.chunk_by(|a, b| a.sample == b.sample);
    // One after the other: sorting needs more room than what it leaves.
    let ready: Vec<Ready> = samples
        .map(|tasks| {
            let sorted = Sorted::new(work.data(tasks[0]), work.cluster_of);
            Ready {
                of_data: match work.bins.is_empty() {
                    true => Vec::new(),
                    false => of_data(&sorted),
                },
                sorted,
                tasks: tasks.to_vec(),
            }
        })
        .collect();
    for ready in &ready {
        bins[ready.tasks[0].sample] = ReplicateBins::blank(work.bins, work.draws.replicates());
    }
    if ready.is_empty() {
        return Vec::new();
    }
    let mut again = Vec::new();
    for found in read_all(work, &ready) {
        bins[found.tasks[0].sample].put(found.replicate, found.bins);
        let Some(values) = found.values else {
            again.push(found.replicate);
            continue;
        };
        for (task, value) in found.tasks.iter().zip(values) {
            result[task.sample][task.metric][found.replicate] = value;
        }
    }
    again.sort_unstable();
    again.dedup();
    again
}

/// Each worker has rows of its own and takes every so many sets of lanes; the work on one set is
/// shared too, for where there is room for few workers.
fn read_all<'a>(work: Work<'_>, ready: &'a [Ready]) -> Vec<Found<'a>> {
    let sets = work.draws.replicates().div_ceil(LANES);
    let workers = workers(work).min(sets);
    (0..workers)
        .into_par_iter()
        .flat_map_iter(|worker| {
            let mut rows: Vec<Row> = vec![[0; LANES]; work.draws.clusters()];
            let mut found = Vec::new();
            for set in (worker..sets).step_by(workers) {
                let lost = work.draws.fill(set * LANES, &mut rows);
                found.extend(read_set(work, ready, set * LANES, &rows, lost));
            }
            found
        })
        .collect()
}

/// As many as there are threads, as long as their rows take no more than 32 bytes an example.
fn workers(work: Work<'_>) -> usize {
    let examples = work.cluster_of.len().max(FREE_BYTES / LANES);
    let room = examples / work.draws.clusters().max(1);
    room.clamp(1, rayon::current_num_threads())
}

/// Reads rows whose first lane is replicate `replicate`; `lost` has a bit for each lane whose counts
/// the rows do not hold.
fn read_set<'a>(
    work: Work<'_>,
    ready: &'a [Ready],
    replicate: usize,
    rows: &[Row],
    lost: u32,
) -> Vec<Found<'a>> {
    let passes: Vec<(&Ready, usize)> = ready
        .iter()
        .flat_map(|ready| (0..LANES).step_by(WIDTH).map(move |first| (ready, first)))
        .filter(|(_, first)| replicate + first < work.draws.replicates())
        .collect();
    let read = |&(ready, first): &(&'a Ready, usize)| {
        let (totals, blocks) = pass(&ready.sorted, rows, first);
        let last = (work.draws.replicates() - replicate - first).min(WIDTH);
        let found = |lane: usize| {
            let told = lost >> (first + lane) & 1 == 0;
            let lane = Lane {
                sorted: &ready.sorted,
                blocks: &blocks,
                rows,
                in_pass: lane,
                in_rows: first + lane,
            };
            Found {
                tasks: &ready.tasks,
                replicate: replicate + lane.in_rows,
                values: told.then(|| values(work, ready, &totals, lane)).flatten(),
                bins: match told {
                    true => all_bins(work, ready, lane),
                    false => vec![None; work.bins.len()],
                },
            }
        };
        (0..last).map(found).collect::<Vec<_>>()
    };
    passes.par_iter().flat_map_iter(read).collect()
}

/// What each number of bins holds in a lane.
fn all_bins(work: Work<'_>, ready: &Ready, lane: Lane<'_>) -> Vec<Option<Bins>> {
    let of = |&bins: &usize| held_in(lane, &ready.of_data, bins);
    work.bins.iter().map(of).collect()
}

/// The values of a lane, or nothing where it counts more examples than a pass can.
fn values(
    work: Work<'_>,
    ready: &Ready,
    totals: &Totals,
    lane: Lane<'_>,
) -> Option<Vec<Option<f64>>> {
    let of = lane.in_pass;
    let (positives, negatives) = (totals.positives[of], totals.negatives[of]);
    let all = positives + negatives;
    if all > MOST_EXAMPLES {
        return None;
    }
    let both = positives > 0.0 && negatives > 0.0;
    let value = |task: &Task| match work.name(*task) {
        MetricName::Auroc => both.then(|| {
            let pairs = positives * negatives;
            let twice = 2.0 * pairs - totals.wrong[of];
            (0.5 * twice / pairs).min(1.0)
        }),
        MetricName::AveragePrecision => both.then(|| (totals.precision[of] / positives).min(1.0)),
        MetricName::Brier => (all > 0.0).then(|| (totals.distance[of] / all).min(1.0)),
        MetricName::Ece(Ece { bins }) => {
            (all > 0.0).then(|| debiased(&lane.bins(all as u64, bins)))
        }
        _ => None,
    };
    Some(ready.tasks.iter().map(value).collect())
}
