//! Effects of bases by place: a row for each base, a column for each place, a map for each variant, all on one scale.

use crate::chart::svg::{Svg, short};

/// A map.
#[derive(Clone, Debug)]
pub(crate) struct HeatMap {
    /// The variant, with what is said of it.
    pub title: String,
    /// Columns from the first place, in each the bases from the first: the effect, where there is one.
    pub effects: Vec<[Option<f64>; 4]>,
}

/// What maps are drawn on.
#[derive(Clone, Debug)]
pub(crate) struct HeatMaps<'a> {
    /// Unique in the page.
    pub id: String,
    /// The title of the text alternative.
    pub title: String,
    /// The first place.
    pub first: u64,
    /// The index of the commonest base of each place; `None` where it is not held by most.
    pub commonest: &'a [Option<usize>],
    /// What effects are of.
    pub unit: &'a str,
}

const WIDTH: f64 = 420.0;
const LEFT: f64 = 24.0;
const RIGHT: f64 = 412.0;
const TITLE: f64 = 20.0;
const ROW: f64 = 15.0;
const BENEATH: f64 = 24.0;
const LEGEND: f64 = 40.0;
/// The letters of the rows, from the top.
pub(crate) const BASES: [&str; 4] = ["A", "C", "G", "T"];

/// Draws the maps; `None` where there is no effect to be drawn.
pub(crate) fn draw(panel: &HeatMaps<'_>, maps: &[HeatMap]) -> Option<String> {
    let effects = maps.iter().flat_map(|map| map.effects.iter().flatten());
    let largest = effects
        .flatten()
        .map(|one| one.abs())
        .filter(|one| one.is_finite());
    let largest = largest.fold(0.0, f64::max);
    let places = maps.iter().map(|map| map.effects.len()).max()?;
    if places == 0 || largest <= 0.0 {
        return None;
    }
    let each = TITLE + 4.0 * ROW + BENEATH;
    let names: Vec<&str> = maps.iter().map(|map| map.title.as_str()).collect();
    let description = format!(
        "{} of each base at each place, up to {largest:.2}; one map for each: {}.",
        panel.unit,
        names.join("; ")
    );
    let size = (WIDTH, each * maps.len() as f64 + LEGEND);
    let mut svg = Svg::new(&panel.id, size, &panel.title, &description);
    for (number, map) in maps.iter().enumerate() {
        let top = each * number as f64;
        one(
            &mut svg,
            panel,
            map,
            (top, (RIGHT - LEFT) / places as f64),
            largest,
        );
    }
    legend(&mut svg, each * maps.len() as f64, panel.unit, largest);
    Some(svg.finish())
}

fn one(svg: &mut Svg, panel: &HeatMaps<'_>, map: &HeatMap, (top, width): (f64, f64), largest: f64) {
    svg.text("k", (LEFT, top + 14.0), &map.title);
    let top = top + TITLE;
    for (row, base) in BASES.iter().enumerate() {
        svg.text("m", (LEFT - 10.0, top + ROW * row as f64 + 11.5), base);
    }
    let height = 4.0 * ROW;
    svg.rect(
        "hf",
        (LEFT, top),
        (width * map.effects.len() as f64, height),
    );
    for (column, effects) in map.effects.iter().enumerate() {
        let x = LEFT + width * column as f64;
        for (row, effect) in effects.iter().enumerate() {
            let corner = (x, top + ROW * row as f64);
            if let Some(effect) = effect.filter(|effect| effect.is_finite()) {
                let class = if effect < 0.0 { "hm s2" } else { "hm s1" };
                svg.shade(class, corner, (width, ROW), effect.abs() / largest);
            }
            if panel.commonest.get(column) == Some(&Some(row)) {
                let middle = (x + width / 2.0, corner.1 + ROW / 2.0);
                svg.circle("hc", middle, (width / 4.0).min(2.4));
            }
        }
    }
    let every = (26.0 / width).ceil().max(1.0) as usize;
    let every = if every > 1 { every.div_ceil(5) * 5 } else { 1 };
    for column in 0..map.effects.len() {
        let place = panel.first + column as u64;
        if place.is_multiple_of(every as u64) {
            let x = LEFT + width * (column as f64 + 0.5);
            svg.text("m", (x, top + height + 14.0), &place.to_string());
        }
    }
}

fn legend(svg: &mut Svg, top: f64, unit: &str, largest: f64) {
    let steps = 9;
    let width = 12.0;
    for step in 0..steps {
        let share = 2.0 * f64::from(step) / f64::from(steps - 1) - 1.0;
        let class = if share < 0.0 { "hm s2" } else { "hm s1" };
        let x = LEFT + width * f64::from(step);
        svg.shade(class, (x, top + 4.0), (width, 10.0), share.abs());
    }
    let words = format!("\u{2212}{} to +{} {unit}", short(largest), short(largest));
    svg.text(
        "k",
        (LEFT + width * f64::from(steps) + 8.0, top + 13.0),
        &words,
    );
    svg.circle("hc", (LEFT + 4.0, top + 28.0), 2.4);
    svg.text(
        "k",
        (LEFT + 14.0, top + 32.0),
        "the base that most examples have there",
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn maps_share_a_scale_and_mark_the_commonest_base() {
        let panel = HeatMaps {
            id: "h".to_owned(),
            title: "Effects".to_owned(),
            first: 198,
            commonest: &[Some(2), None],
            unit: "logit",
        };
        let map = |title: &str, most: f64| HeatMap {
            title: title.to_owned(),
            effects: vec![
                [Some(-most), Some(most / 2.0), None, Some(0.0)],
                [None, Some(0.5), Some(-0.5), Some(f64::NAN)],
            ],
        };
        let svg = draw(&panel, &[map("fp32", 4.0), map("int8", 2.0)]).unwrap();
        // Each map's own five, beside the nine of the key.
        assert_eq!(svg.matches("class=\"hm ").count(), 2 * 5 + 9);
        let shades = |class: &str, opacity: &str| {
            svg.matches(&format!("class=\"{class}\" fill-opacity=\"{opacity}\""))
                .count()
        };
        // The strongest of the first map, half of it in the other; one of each at the ends of the key.
        assert_eq!((shades("hm s2", "1.00"), shades("hm s2", "0.50")), (2, 2));
        assert_eq!(svg.matches("class=\"hc\"").count(), 2 + 1);
        assert!(svg.contains(">198</text>"), "{svg}");
        assert!(draw(&panel, &[map("fp32", f64::NAN)]).is_some());
        assert!(draw(&panel, &[]).is_none());
    }
}
