//! Which builds lose more with each step of a ladder than their reference.

use titer_core::LadderSlope;

use super::of_class;
use crate::index::Index;
use crate::number::{count, counted, decimals, fixed};
use crate::words;

/// A sentence for each main metric of which a build is shown to lose more with each step.
pub(super) fn points(index: &Index<'_>) -> Vec<String> {
    let mut metrics: Vec<&str> = Vec::new();
    for subject in index.subjects() {
        if !metrics.contains(&subject.main_metric()) {
            metrics.push(subject.main_metric());
        }
    }
    metrics
        .iter()
        .filter_map(|metric| of_metric(index, metric))
        .collect()
}

fn of_metric(index: &Index<'_>, metric: &str) -> Option<String> {
    let subjects = index.subjects();
    let main = |row: &&LadderSlope| {
        let is_its = |subject: &crate::index::Subject<'_>| {
            subject.suite.name == row.suite
                && subject.model.name == row.model
                && subject.main_metric() == metric
        };
        row.metric == metric && row.is_plain() && subjects.iter().any(is_its)
    };
    let rows = index.input.tables.ladders.iter().filter(main);
    let held: Vec<&LadderSlope> = rows.filter(|row| row.held.further.is_some()).collect();
    let shown = || held.iter().filter(|row| row.held.is_shown());
    let value = |row: &LadderSlope| row.held.further.unwrap_or(f64::NEG_INFINITY);
    let steepest = shown().max_by(|a, b| value(a).total_cmp(&value(b)))?;
    let further = steepest.held.estimate()?;
    let interval = further.interval().ok();
    let places = decimals(value(steepest), interval.as_ref());
    let ends = interval.map_or_else(
        || "no interval".to_owned(),
        |ends| {
            format!(
                "95 % {} to {}",
                fixed(ends.lower, places),
                fixed(ends.upper, places)
            )
        },
    );
    let number = shown().count() as u64;
    Some(format!(
        "{}: along {} of {} {} {}{} loses {} more with each step than {} ({ends}). {} of {} of other builds {} clearly \
         steeper than the reference's; these intervals are not corrected for their number.",
        words::label(metric),
        steepest.ladder,
        steepest.suite,
        steepest.model,
        steepest.variant,
        of_class(index, &steepest.suite, steepest.class.as_deref()),
        fixed(value(steepest), places),
        steepest.held.base.as_deref().unwrap_or("its reference"),
        count(number),
        counted(held.len() as u64, "slope", "slopes"),
        if number == 1 { "is" } else { "are" },
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;

    #[test]
    fn the_steepest_build_is_named_and_nothing_is_said_where_none_is_shown() {
        let mut input = fixture::run();
        assert_eq!(points(&Index::new(&input, 2)), Vec::<String>::new());
        let mut rows = input.tables.ladders.iter_mut();
        let row = rows
            .find(|row| row.variant == "int8-dynamic" && row.metric == "auroc")
            .unwrap();
        (
            row.held.further,
            row.held.further_lower,
            row.held.further_upper,
        ) = (Some(0.012), Some(0.004), Some(0.02));
        let said = points(&Index::new(&input, 2)).join(" ");
        let told = "AUROC: along by-species of splice-donor example-donor int8-dynamic loses 0.012 more with each step than fp32 \
                    (95 % 0.004 to 0.020). 1 of ";
        assert!(said.starts_with(told), "{said}");
    }
}
