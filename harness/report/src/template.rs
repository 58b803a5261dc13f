//! The templates under `reports/`, compiled in.

use std::borrow::Cow;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, UndefinedBehavior, Value};
use serde::Serialize;
use titer_core::visible;

use crate::context::SECTIONS;
use crate::error::ReportError;
use crate::markdown;

/// A template's name and text.
macro_rules! template {
    ($name:literal) => {
        (
            $name,
            include_str!(concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/../../reports/",
                $name
            )),
        )
    };
}

pub(crate) use template;

/// Templates that belong to no section of the page.
const TEMPLATES: [(&str, &str); 10] = [
    template!("report.html"),
    template!("part.html"),
    template!("audit.html"),
    template!("sheet.html"),
    template!("style.css"),
    template!("summary.md"),
    template!("junit.xml"),
    template!("parts/macros.html"),
    template!("parts/head.html"),
    template!("parts/contents.html"),
];

/// What values of Markdown templates are escaped for.
const MARKDOWN: AutoEscape = AutoEscape::Custom(Cow::Borrowed("markdown"));

/// Fills in a template. What it names and the context lacks is an error. Every value is escaped for what the
/// template's name ends in.
pub(crate) fn fill(name: &str, context: impl Serialize) -> Result<String, ReportError> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_syntax(syntax().map_err(|error| ReportError::template(name, &error))?);
    environment.set_auto_escape_callback(|name| match name.rsplit_once('.') {
        Some((_, "html" | "xml")) => AutoEscape::Html,
        Some((_, "md")) => MARKDOWN,
        _ => AutoEscape::None,
    });
    environment.set_formatter(|out, state, value| {
        if *state.auto_escape() == MARKDOWN && !value.is_none() {
            out.write_str(&markdown::escape(&value.to_string()))?;
            return Ok(());
        }
        minijinja::escape_formatter(out, state, value)
    });
    let of_sections = SECTIONS.iter().map(|section| section.template);
    for (name, source) in TEMPLATES.into_iter().chain(of_sections) {
        environment
            .add_template(name, source)
            .map_err(|error| ReportError::template(name, &error))?;
    }
    let text = environment
        .get_template(name)
        .and_then(|template| template.render(Value::from(Serde(context))))
        .map_err(|error| ReportError::template(name, &error))?;
    // Neither HTML nor XML may hold control characters.
    Ok(visible(&text).into_owned())
}

/// A tag on a line of its own leaves no line behind.
fn syntax() -> Result<SyntaxConfig, minijinja::Error> {
    SyntaxConfig::builder()
        .trim_blocks(true)
        .lstrip_blocks(true)
        .keep_trailing_newline(true)
        .build()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_context_lacks_is_an_error() {
        let error = fill("summary.md", ()).unwrap_err().to_string();
        assert!(error.contains("summary.md"), "{error}");
    }
}
