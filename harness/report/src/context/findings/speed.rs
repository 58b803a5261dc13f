//! How fast every build is beside its reference: never the best alone.

use titer_judge::MeasurementSummary;
use titer_judge::speed::{Ratio, longer_to_load};

use crate::context::builds::costs::Costs;
use crate::context::cost::measured;
use crate::index::Index;
use crate::number::{count, figures, time};

/// "2.08 times as fast (1.91 to 2.22)".
fn fast(ratio: Ratio) -> String {
    let [value, lower, upper] = [ratio.value, ratio.lower, ratio.upper].map(figures);
    format!("{value} times as fast ({lower} to {upper})")
}

/// "takes 1.36 times as long (1.30 to 1.42)".
fn long(ratio: Ratio) -> String {
    let ratio = ratio.inverse();
    let [value, lower, upper] = [ratio.value, ratio.lower, ratio.upper].map(figures);
    format!("takes {value} times as long ({lower} to {upper})")
}

/// A build beside its reference.
struct Build<'a> {
    build: &'a MeasurementSummary,
    reference: &'a MeasurementSummary,
    /// By batch size, the first measured one first.
    ratios: Vec<(u32, Ratio)>,
}

impl Build<'_> {
    fn name(&self) -> String {
        format!("{} {}", self.build.model, self.build.variant)
    }
}

/// Every build at its first batch size, with the fastest and the slowest; where batch sizes disagree; load times
/// that got worse.
pub(super) fn points(index: &Index<'_>) -> Vec<String> {
    let (builds, unknown) = builds(index);
    if builds.is_empty() {
        return Vec::new();
    }
    let told = [
        Some(at_first(&builds, unknown)),
        extremes(&builds),
        crossing(&builds),
        loading(&builds),
    ];
    told.into_iter().flatten().collect()
}

/// The builds that can be compared at the first batch size, and how many cannot.
fn builds<'a>(index: &Index<'a>) -> (Vec<Build<'a>>, u64) {
    let (mut builds, mut unknown) = (Vec::new(), 0);
    for model in &index.plan().models {
        let measured = measured(index, model);
        let Some(reference) = Costs::new(index, model).reference else {
            continue;
        };
        let first = reference.latencies.first().map(|one| one.batch_size);
        for build in measured.iter().filter(|one| one.variant != model.reference) {
            let ratios: Vec<(u32, Ratio)> = reference
                .latencies
                .iter()
                .filter_map(|before| {
                    let after = build.latency(before.batch_size)?;
                    Some((before.batch_size, Ratio::of(before, after)?))
                })
                .collect();
            if first.is_some() && ratios.first().map(|one| one.0) == first {
                builds.push(Build {
                    build,
                    reference,
                    ratios,
                });
            } else {
                unknown += 1;
            }
        }
    }
    (builds, unknown)
}

fn at_first(builds: &[Build<'_>], unknown: u64) -> String {
    let of = |wanted: fn(Ratio) -> bool| {
        let known = builds.iter().filter(|one| wanted(one.ratios[0].1));
        known.count() as u64
    };
    let (faster, slower) = (of(Ratio::faster), of(Ratio::slower));
    let same = builds.len() as u64 - faster - slower;
    let size = builds[0].ratios[0].0;
    let at = match builds.iter().all(|one| one.ratios[0].0 == size) {
        true => format!("batch {size}"),
        false => "the first measured batch size".to_owned(),
    };
    let builds = match builds.len() as u64 {
        1 => "1 other build".to_owned(),
        number => format!("{} other builds", count(number)),
    };
    let are = match faster {
        1 => "is faster than its",
        _ => "are faster than their",
    };
    let shown = match same {
        0 => String::new(),
        same => format!(", {} with no difference shown", count(same)),
    };
    let noise = match of(Ratio::is_noise) {
        0 => String::new(),
        noise => format!(
            " ({} of them noise: nearer to their reference than rounds of one variant to each other)",
            count(noise)
        ),
    };
    let unknown = match unknown {
        0 => String::new(),
        unknown => format!("; {} more could not be compared", count(unknown)),
    };
    format!(
        "{} of {builds} {are} reference at {at} on this machine, {} slower{shown}{noise}{unknown}.",
        count(faster),
        count(slower),
    )
}

fn extremes(builds: &[Build<'_>]) -> Option<String> {
    let by_ratio = |a: &&Build<'_>, b: &&Build<'_>| {
        let (a, b) = (a.ratios[0].1, b.ratios[0].1);
        a.value.total_cmp(&b.value)
    };
    let fastest = builds.iter().filter(|one| one.ratios[0].1.faster());
    let slowest = builds.iter().filter(|one| one.ratios[0].1.slower());
    let fastest = fastest
        .max_by(by_ratio)
        .map(|one| format!("Fastest: {}, {}.", one.name(), fast(one.ratios[0].1)));
    let slowest = slowest
        .min_by(by_ratio)
        .map(|one| format!("Slowest: {} {}.", one.name(), long(one.ratios[0].1)));
    let told: Vec<String> = fastest.into_iter().chain(slowest).collect();
    (!told.is_empty()).then(|| told.join(" "))
}

/// Builds that are faster at one batch size and slower at another; the largest loss is named.
fn crossing(builds: &[Build<'_>]) -> Option<String> {
    let crossed: Vec<(&Build<'_>, u32, (u32, Ratio))> = builds
        .iter()
        .filter_map(|one| {
            let faster = one.ratios.iter().find(|(_, ratio)| ratio.faster())?.0;
            let slower = one.ratios.iter().filter(|(_, ratio)| ratio.slower());
            let slowest = slower.min_by(|a, b| a.1.value.total_cmp(&b.1.value))?;
            Some((one, faster, *slowest))
        })
        .collect();
    let (one, faster, (size, ratio)) = crossed
        .iter()
        .min_by(|a, b| a.2.1.value.total_cmp(&b.2.1.value))?;
    let more = match crossed.len() as u64 - 1 {
        0 => String::new(),
        1 => "; 1 more is faster at one batch size and slower at another".to_owned(),
        more => format!(
            "; {} more are faster at one batch size and slower at another",
            count(more)
        ),
    };
    Some(format!(
        "{} is faster at batch {faster} but {} at batch {size}{more}.",
        one.name(),
        long(*ratio)
    ))
}

/// Builds of which every load took longer than each of the reference's.
fn loading(builds: &[Build<'_>]) -> Option<String> {
    let mut longer: Vec<(f64, String)> = builds
        .iter()
        .filter_map(|one| {
            let ratio = longer_to_load(one.reference, one.build)?;
            let (from, to) = (one.reference.load_ns_median?, one.build.load_ns_median?);
            let text = format!(
                "{} {} times as long ({} against {}, every round above every one of the reference)",
                one.name(),
                figures(ratio),
                time(to),
                time(from)
            );
            Some((ratio, text))
        })
        .collect();
    longer.sort_by(|a, b| b.0.total_cmp(&a.0));
    let (_, worst) = longer.first()?;
    Some(format!(
        "Loading takes longer in {} of {}, at worst {worst}.",
        count(longer.len() as u64),
        count(builds.len() as u64)
    ))
}

#[cfg(test)]
mod tests;
