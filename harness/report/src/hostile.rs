//! Names and words of others that try to act on what shows them, in every text.

use std::collections::BTreeSet;

use crate::fixture;
use crate::page::{all, assert_balanced, tags};

/// A terminal link, markup, ends of sections, links, table borders, code, turned text, what XML forbids.
const HOSTILE: &str = "\u{1b}]8;;http://e.org\u{7}\u{9b}2J<script>alert(1)</script><img src=x onerror=y>\"' onload=\"z\
     ]]>&x;[x](javascript:alert(1))|`c`*b*\u{202e}\u{fffe}\0\n# head\n- www.e.org {{ 1 }}{% if %}";

/// What acts on a reader of any medium.
fn assert_visible(text: &str) {
    for letter in text.chars() {
        let acts = (letter.is_control() && letter != '\n')
            || matches!(letter, '\u{202a}'..='\u{202e}' | '\u{fffe}' | '\u{ffff}');
        assert!(!acts, "{letter:?}");
    }
}

#[test]
fn a_page_has_no_tag_or_attribute_of_others() {
    let html = all(&fixture::named(HOSTILE)).html;
    assert!(html.contains("\\u{1b}]8;;") && html.contains("&lt;script&gt;alert(1)"));
    assert_visible(&html);
    assert_balanced(&html);
    let tame: BTreeSet<String> = tags(&all(&fixture::named(" x")).html).into_iter().collect();
    let names: BTreeSet<String> = tags(&html).into_iter().collect();
    assert_eq!(names, tame);
    for tag in html
        .split('<')
        .skip(1)
        .filter_map(|rest| rest.split('>').next())
    {
        // Outside of quotes an attribute of others would stand beside ours.
        let bare: String = tag.split('"').step_by(2).collect();
        assert!(
            !bare.contains("onload") && !bare.contains("onerror"),
            "{tag}"
        );
    }
    for link in html.split("href=\"").skip(1) {
        let ours = link.starts_with('#') || link.starts_with("csv/");
        assert!(ours, "{}", &link[..40]);
    }
}

#[test]
fn test_results_are_valid_xml() {
    let xml = all(&fixture::named(HOSTILE)).junit_xml;
    assert!(xml.contains("\\u{1b}]8;;"));
    assert_visible(&xml);
    assert_balanced(&xml);
    assert!(!xml.contains("]]>"));
    for reference in xml.split('&').skip(1) {
        let name = reference.split(';').next().unwrap();
        let known = ["lt", "gt", "amp", "quot", "#x27", "#x2f"].contains(&name);
        assert!(known, "&{name};");
    }
    let allowed = [
        "testsuites",
        "testsuite",
        "testcase",
        "properties",
        "property",
        "failure",
        "skipped",
        "error",
        "system-out",
    ];
    for tag in tags(&xml) {
        assert!(allowed.contains(&tag.trim_start_matches('/')), "{tag}");
    }
}

#[test]
fn a_summary_has_no_markup_of_others() {
    let tame = all(&fixture::named(" x")).summary_md;
    let summary = all(&fixture::named(HOSTILE)).summary_md;
    assert_visible(&summary);
    assert!(summary.contains("\\[x\\](javascript:alert(1))\\|\\`c\\`\\*b\\*"));
    for live in ["[x](", "<script", "<img", "://", "www.e.org", "&x;", "]]>"] {
        let bare = summary
            .replace("\\]\\]>", "")
            .replace("\\[x\\](", "")
            .replace("\\&x;", "");
        assert!(!bare.contains(live), "{live}");
    }
    // The same lines with the same cells: no name makes a line, a heading or a border.
    let shape = |text: &str| -> Vec<(char, usize)> {
        let lines = text.lines().filter(|line| !line.is_empty());
        lines
            .map(|line| {
                (
                    line.chars().next().unwrap(),
                    line.replace("\\|", "").matches('|').count(),
                )
            })
            .collect()
    };
    assert_eq!(shape(&summary), shape(&tame));
}

#[test]
fn machines_read_the_text_as_it_was() {
    let json: serde_json::Value =
        serde_json::from_str(&all(&fixture::named(HOSTILE)).json).unwrap();
    assert_eq!(json["evaluation"], format!("synthetic{HOSTILE}"));
}
