//! The few SVG elements that charts need.

use std::fmt::Write as _;

/// A drawing with its text alternative.
#[derive(Debug)]
pub(crate) struct Svg {
    id: String,
    width: f64,
    height: f64,
    title: String,
    description: String,
    body: String,
}

impl Svg {
    /// An empty drawing. `id` is unique in the page; what may not stand in one becomes a hyphen.
    pub(crate) fn new(id: &str, size: (f64, f64), title: &str, description: &str) -> Self {
        Self {
            id: anchor(id),
            width: size.0,
            height: size.1,
            title: title.to_owned(),
            description: description.to_owned(),
            body: String::new(),
        }
    }

    /// A straight line.
    pub(crate) fn line(&mut self, class: &str, from: (f64, f64), to: (f64, f64)) {
        let _ = write!(
            self.body,
            r#"<line class="{class}" x1="{}" y1="{}" x2="{}" y2="{}"/>"#,
            short(from.0),
            short(from.1),
            short(to.0),
            short(to.1)
        );
    }

    /// A line through points; nothing where there are fewer than two.
    pub(crate) fn polyline(&mut self, class: &str, points: &[(f64, f64)]) {
        if points.len() < 2 {
            return;
        }
        let list: Vec<String> = points
            .iter()
            .map(|(x, y)| format!("{},{}", short(*x), short(*y)))
            .collect();
        let _ = write!(
            self.body,
            r#"<polyline class="{class}" points="{}"/>"#,
            list.join(" ")
        );
    }

    /// A rectangle.
    pub(crate) fn rect(&mut self, class: &str, corner: (f64, f64), size: (f64, f64)) {
        let _ = write!(
            self.body,
            r#"<rect class="{class}" x="{}" y="{}" width="{}" height="{}"/>"#,
            short(corner.0),
            short(corner.1),
            short(size.0.max(0.0)),
            short(size.1.max(0.0))
        );
    }

    /// A rectangle that is filled as far as a share says, from 0 to 1.
    pub(crate) fn shade(&mut self, class: &str, corner: (f64, f64), size: (f64, f64), share: f64) {
        let _ = write!(
            self.body,
            r#"<rect class="{class}" fill-opacity="{:.2}" x="{}" y="{}" width="{}" height="{}"/>"#,
            share.clamp(0.0, 1.0),
            short(corner.0),
            short(corner.1),
            short(size.0.max(0.0)),
            short(size.1.max(0.0))
        );
    }

    /// A closed shape given as path data.
    pub(crate) fn path(&mut self, class: &str, data: &str) {
        let _ = write!(self.body, r#"<path class="{class}" d="{data}"/>"#);
    }

    /// A circle.
    pub(crate) fn circle(&mut self, class: &str, centre: (f64, f64), radius: f64) {
        let _ = write!(
            self.body,
            r#"<circle class="{class}" cx="{}" cy="{}" r="{}"/>"#,
            short(centre.0),
            short(centre.1),
            short(radius)
        );
    }

    /// Text; `class` states its anchor and weight.
    pub(crate) fn text(&mut self, class: &str, at: (f64, f64), text: &str) {
        let _ = write!(
            self.body,
            r#"<text class="{class}" x="{}" y="{}">{}</text>"#,
            short(at.0),
            short(at.1),
            escape(text)
        );
    }

    /// Text that reads upwards.
    pub(crate) fn text_upwards(&mut self, class: &str, at: (f64, f64), text: &str) {
        let _ = write!(
            self.body,
            r#"<text class="{class}" transform="translate({} {}) rotate(-90)">{}</text>"#,
            short(at.0),
            short(at.1),
            escape(text)
        );
    }

    /// The element.
    pub(crate) fn finish(self) -> String {
        let Self {
            id,
            width,
            height,
            title,
            description,
            body,
        } = self;
        format!(
            r#"<svg class="chart" role="img" aria-labelledby="{id}-t {id}-d" viewBox="0 0 {} {}"><title id="{id}-t">{}</title><desc id="{id}-d">{}</desc>{body}</svg>"#,
            short(width),
            short(height),
            escape(&title),
            escape(&description)
        )
    }
}

/// Letters, digits, hyphens and underscores, the rest as hyphens.
fn anchor(id: &str) -> String {
    let kept = |letter: char| letter.is_alphanumeric() || matches!(letter, '-' | '_');
    id.chars()
        .map(|letter| if kept(letter) { letter } else { '-' })
        .collect()
}

/// A coordinate with one decimal at most.
pub(crate) fn short(value: f64) -> String {
    if !value.is_finite() {
        return "0".to_owned();
    }
    let text = format!("{value:.1}");
    match text.strip_suffix(".0") {
        Some("-0") => "0".to_owned(),
        Some(whole) => whole.to_owned(),
        None => text,
    }
}

/// Text that is safe between tags and in attributes.
pub(crate) fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drawing_has_a_text_alternative_and_escapes_text() {
        let mut svg = Svg::new("a", (10.0, 20.5), "A <b>", "says & more");
        assert_eq!(anchor("a_1 \"><b>"), "a_1----b-");
        svg.text("t", (1.0, 2.0), "<script>");
        let text = svg.finish();
        assert!(text.contains(r#"role="img""#) && text.contains("<title id=\"a-t\">A &lt;b&gt;"));
        assert!(text.contains("says &amp; more") && text.contains("&lt;script&gt;"));
        assert!(text.contains("viewBox=\"0 0 10 20.5\""));
    }

    #[test]
    fn coordinates_are_short_and_finite() {
        assert_eq!(short(3.0), "3");
        assert_eq!(short(-0.01), "0");
        assert_eq!(short(2.345), "2.3");
        assert_eq!(short(f64::NAN), "0");
    }
}
