//! The templates under `reports/`, compiled in.

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{Environment, UndefinedBehavior, Value};
use serde::Serialize;

use crate::error::ReportError;

macro_rules! template {
    ($name:literal) => {
        ($name, include_str!(concat!("../../../reports/", $name)))
    };
}

const TEMPLATES: [(&str, &str); 19] = [
    template!("report.html"),
    template!("audit.html"),
    template!("style.css"),
    template!("summary.md"),
    template!("junit.xml"),
    template!("parts/macros.html"),
    template!("parts/head.html"),
    template!("parts/contents.html"),
    template!("parts/verdict.html"),
    template!("parts/gates.html"),
    template!("parts/losses.html"),
    template!("parts/ran.html"),
    template!("parts/suite.html"),
    template!("parts/model.html"),
    template!("parts/costs.html"),
    template!("parts/notables.html"),
    template!("parts/failures.html"),
    template!("parts/glossary.html"),
    template!("parts/reproduce.html"),
];

/// Fills in a template. What it names and the context lacks is an error.
pub fn fill(name: &str, context: impl Serialize) -> Result<String, ReportError> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_syntax(syntax().map_err(|error| ReportError::template(name, &error))?);
    environment.add_filter("line", one_line);
    for (name, source) in TEMPLATES {
        environment
            .add_template(name, source)
            .map_err(|error| ReportError::template(name, &error))?;
    }
    let text = environment
        .get_template(name)
        .and_then(|template| template.render(Value::from(Serde(context))))
        .map_err(|error| ReportError::template(name, &error))?;
    Ok(printable(&text))
}

/// A tag on a line of its own leaves no line behind.
fn syntax() -> Result<SyntaxConfig, minijinja::Error> {
    SyntaxConfig::builder()
        .trim_blocks(true)
        .lstrip_blocks(true)
        .keep_trailing_newline(true)
        .build()
}

/// Text for a Markdown table: one line, no bars, no markup.
fn one_line(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words
        .join(" ")
        .replace('|', "\\|")
        .replace('<', "&lt;")
        .replace('`', "'")
}

/// Without control characters, which neither HTML nor XML may hold.
fn printable(text: &str) -> String {
    text.chars()
        .filter(|letter| !letter.is_control() || matches!(letter, '\n' | '\t'))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_for_tables_stays_in_its_cell() {
        assert_eq!(one_line("a |\n b <i>"), "a \\| b &lt;i>");
        assert_eq!(printable("a\u{1}\u{b}b\nc"), "ab\nc");
    }

    #[test]
    fn what_a_context_lacks_is_an_error() {
        let error = fill("summary.md", ()).unwrap_err().to_string();
        assert!(error.contains("summary.md"), "{error}");
    }
}
