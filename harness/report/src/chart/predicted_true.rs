//! Predicted against true numbers.

use crate::chart::curve_panel::{Area, Guide, Panel, Series, draw};

/// Means of bins for each variant, over single examples of one of them; on the diagonal the prediction is
/// the truth.
pub(crate) fn predicted_true(
    id: &str,
    title: &str,
    of: &str,
    series: &[Series],
    dots: &[(f64, f64)],
    most_points: usize,
) -> String {
    let of_series = series.iter().flat_map(|one| one.points.iter());
    let area = area(of_series.chain(dots));
    let panel = Panel {
        id: id.to_owned(),
        title: title.to_owned(),
        x: &format!("True: {of}"),
        y: "Predicted",
        area,
        guide: Guide::Diagonal,
        each: "variant",
        joined: true,
        markers: true,
        most_points,
        dots,
    };
    draw(&panel, series)
}

/// A little more than what the points cover, either way.
fn area<'a>(points: impl Iterator<Item = &'a (f64, f64)>) -> Area {
    let wider = |(low, high): (f64, f64), value: f64| (low.min(value), high.max(value));
    let nothing = (f64::INFINITY, f64::NEG_INFINITY);
    let (x, y) = points.fold((nothing, nothing), |(x, y), point| {
        (wider(x, point.0), wider(y, point.1))
    });
    let padded = |(low, high): (f64, f64)| {
        if low > high {
            return (0.0, 1.0);
        }
        let edge = 0.03 * (high - low);
        (low - edge, high + edge)
    };
    Area {
        x: padded(x),
        y: padded(y),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_area_holds_every_point() {
        let points = [(-2.0, 10.0), (8.0, 30.0), (1.0, 20.0)];
        let area = area(points.iter());
        assert!(area.x.0 < -2.0 && area.x.1 > 8.0 && area.x.1 < 9.0);
        assert!(area.y.0 < 10.0 && area.y.1 > 30.0);
        let series = [Series {
            name: "fp32".to_owned(),
            style: 0,
            points: points.to_vec(),
            band: Vec::new(),
        }];
        let svg = predicted_true("a", "b", "log2 of RNA over DNA", &series, &points, 50);
        assert!(svg.contains("True: log2 of RNA over DNA"), "{svg}");
        assert_eq!(svg.matches("class=\"dt\"").count(), 3, "{svg}");
    }
}
