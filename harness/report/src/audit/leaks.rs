//! How much of the test set leaks, class by class, as bars.

use titer_audit::Audit;

use crate::chart::svg::Svg;
use crate::number::{count, percent};

const WIDTH: f64 = 400.0;
const ROW: f64 = 46.0;
const BAR: f64 = 18.0;

/// A bar for all test rows and one for each class, whole where all leak; `None` where nothing leaks.
pub(super) fn picture(audit: &Audit) -> Option<String> {
    if audit.leaked == 0 {
        return None;
    }
    let mut bars = vec![("all test rows", audit.leaked, audit.test)];
    let classes = audit.leaked_by_class.iter();
    bars.extend(classes.map(|it| (it.class.as_str(), it.leaked, it.test)));
    let mut svg = Svg::new(
        "leaks",
        (WIDTH, bars.len() as f64 * ROW),
        "Test rows that leak, by class",
        &spoken(&bars),
    );
    let mut y = 0.0;
    for (name, leaked, all) in bars {
        let share = leaked as f64 / all.max(1) as f64;
        svg.text("g", (0.0, y + 14.0), &clipped(name));
        let figure = format!("{} of {}", percent(share), count(all as u64));
        svg.text("k e", (WIDTH, y + 14.0), &figure);
        svg.rect("whole", (0.5, y + 20.0), (WIDTH - 1.0, BAR));
        svg.rect("leaked", (0.5, y + 20.0), ((WIDTH - 1.0) * share, BAR));
        y += ROW;
    }
    Some(svg.finish())
}

fn spoken(bars: &[(&str, usize, usize)]) -> String {
    let one = |(name, leaked, all): &(&str, usize, usize)| {
        format!(
            "{name}: {} of {}",
            count(*leaked as u64),
            count(*all as u64)
        )
    };
    bars.iter().map(one).collect::<Vec<_>>().join("; ") + "."
}

/// The table further down has long names whole.
fn clipped(name: &str) -> String {
    if name.chars().count() <= 24 {
        return name.to_owned();
    }
    name.chars().take(23).chain(['…']).collect()
}
