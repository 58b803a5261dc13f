//! What every page must hold to, tried on the synthetic run.

use crate::fixture;
use crate::fold::MAX_BYTES;
use crate::render::render;
use crate::{Ci, ReportInput, fixture::run};

fn every_input() -> Vec<ReportInput> {
    vec![run(), fixture::limited(), fixture::empty()]
}

/// The texts of a run that fits into one page.
#[derive(Debug, PartialEq)]
pub(crate) struct Texts {
    pub html: String,
    pub json: String,
    pub summary_md: String,
    pub junit_xml: String,
    /// The names of files in `csv/`.
    pub csv: Vec<String>,
}

pub(crate) fn all(input: &ReportInput) -> Texts {
    let rendered = render(input, &Ci::default());
    let pages = rendered.pages.unwrap();
    assert_eq!(pages.parts, []);
    Texts {
        html: pages.main,
        json: rendered.json.unwrap(),
        summary_md: rendered.summary_md.unwrap(),
        junit_xml: rendered.junit_xml.unwrap(),
        csv: rendered.csv.into_iter().map(|(name, _)| name).collect(),
    }
}

/// Elements that have no end tag.
const VOID: [&str; 4] = ["meta", "br", "hr", "img"];

/// The names of tags in order; an end tag starts with '/'. SVG's self-closed tags are left out.
pub(crate) fn tags(text: &str) -> Vec<String> {
    let mut tags = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find('<') {
        rest = &rest[start + 1..];
        if rest.starts_with('!') || rest.starts_with('?') {
            continue;
        }
        let end = rest.find('>').unwrap();
        let tag = &rest[..end];
        let name: String = tag
            .chars()
            .take_while(|letter| !letter.is_whitespace())
            .collect();
        let bare = name.trim_end_matches('/').to_owned();
        if !tag.ends_with('/') && !VOID.contains(&bare.as_str()) {
            tags.push(bare);
        }
        rest = &rest[end + 1..];
    }
    tags
}

pub(crate) fn assert_balanced(text: &str) {
    let mut open: Vec<String> = Vec::new();
    for tag in tags(text) {
        match tag.strip_prefix('/') {
            Some(name) => assert_eq!(open.pop().as_deref(), Some(name), "in {open:?}"),
            None => open.push(tag),
        }
    }
    assert!(open.is_empty(), "left open: {open:?}");
}

#[test]
fn tags_are_balanced() {
    for input in every_input() {
        let rendered = all(&input);
        assert_balanced(&rendered.html);
        assert_balanced(&rendered.junit_xml);
    }
}

#[test]
fn the_same_run_gives_the_same_bytes() {
    assert_eq!(all(&run()), all(&run()));
}

#[test]
fn the_page_is_small_and_stands_alone() {
    for input in every_input() {
        let rendered = all(&input);
        let html = &rendered.html;
        assert!(html.len() < MAX_BYTES, "{}", html.len());
        for outside in [
            "http://", "https://", "src=", "@import", "url(", "<script", "<link",
        ] {
            assert!(!html.contains(outside), "{outside}");
        }
        for link in html.split("href=\"").skip(1) {
            let link = link.split('"').next().unwrap();
            let there = match link.strip_prefix('#') {
                Some(id) => html.contains(&format!("id=\"{id}\"")),
                None => rendered.csv.iter().any(|name| name == link),
            };
            assert!(there, "{link}");
        }
    }
}

#[test]
fn numbers_that_are_none_are_never_printed() {
    for input in every_input() {
        let rendered = all(&input);
        for text in [
            &rendered.html,
            &rendered.summary_md,
            &rendered.junit_xml,
            &rendered.json,
        ] {
            let words = text.split(|letter: char| !letter.is_ascii_alphanumeric());
            for word in words {
                assert!(
                    !["NaN", "inf", "Infinity", "None", "undefined0"].contains(&word),
                    "{word}"
                );
            }
        }
    }
}

#[test]
fn every_picture_has_a_text_alternative_and_an_id_of_its_own() {
    let html = all(&run()).html;
    let pictures: Vec<&str> = html.split("<svg ").skip(1).collect();
    assert!(pictures.len() > 20, "{}", pictures.len());
    let mut ids = Vec::new();
    for picture in pictures {
        assert!(picture.contains("role=\"img\"") && picture.contains("<title id=\""));
        assert!(picture.contains("<desc id=\""));
        ids.push(
            picture
                .split("aria-labelledby=\"")
                .nth(1)
                .unwrap()
                .split('"')
                .next()
                .unwrap(),
        );
    }
    let number = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), number);
}

#[test]
fn text_of_others_is_escaped() {
    let html = all(&run()).html;
    assert!(html.contains("&lt;may&gt;") && !html.contains("<may>"));
    let mut input = run();
    input.manifest.plan.models[0].variants[1].name = "<b>x</b>".to_owned();
    assert!(!all(&input).html.contains("<b>x</b>"));
}

#[test]
fn a_limited_run_says_so_everywhere() {
    let rendered = all(&fixture::limited());
    let html = &rendered.html;
    assert!(html.contains("At most 60 examples of each dataset ran"));
    let headings = html.matches("<h2 ").count();
    assert!(html.matches("class=\"look\"").count() >= headings);
    assert!(
        rendered
            .summary_md
            .starts_with("## ! Incomplete: synthetic (for a look only)")
    );
    assert!(rendered.junit_xml.contains("synthetic (for a look only)"));
    assert!(rendered.json.contains("\"limited\": true"));
    assert!(!all(&run()).html.contains("class=\"look\""));
}

#[test]
fn cells_of_different_machines_are_said_to_be() {
    let mut input = run();
    let says = |input: &ReportInput| {
        let rendered = all(input);
        let word = "machines of different instruction sets";
        (
            rendered.html.contains(word),
            rendered.summary_md.contains(word),
        )
    };
    for record in &mut input.cells {
        record.instruction_set = Some("x86_64 avx2".to_owned());
    }
    assert_eq!(says(&input), (false, false));
    let clean = input.manifest.plan.cells[0].key;
    let first = input.cells.iter_mut().find(|record| record.key == clean);
    first.unwrap().instruction_set = Some("x86_64 avx512_vnni".to_owned());
    assert_eq!(says(&input), (true, true));
}

#[test]
fn every_dataset_says_what_the_model_knew_of_it() {
    let html = all(&run()).html;
    assert!(html.contains("training: in its training data"));
    assert!(html.contains("training: held out"));
    assert!(html.contains("not a pure species effect"));
}

#[test]
fn the_rule_of_gates_names_its_correction() {
    let tail = titer_judge::gates::family::TAIL;
    let html = all(&run()).html;
    let rule = format!(
        "survives correction (<a href=\"#term-holm\">Holm</a>) for the number of the gate's checks: a corrected one-sided p of at most {tail}"
    );
    assert!(html.contains(&rule));
    assert!(html.contains("p against a difference of 0"));
    assert!(
        html.contains("6 of the 12 checks of scores are on data that the models were trained on")
    );
}

#[test]
fn undefined_has_its_reason() {
    let html = all(&run()).html;
    assert!(html.contains("undefined: everything is called the same"));
    assert!(html.contains("Intervals undefined: a plug-in bootstrap is biased"));
    assert!(html.contains("floor 0.0012"));
}

#[test]
fn a_negative_control_is_no_drop() {
    let html = all(&run()).html;
    let control = html.split("<h4>Negative control</h4>").nth(1).unwrap();
    let control = control.split("</table>").next().unwrap();
    assert!(control.contains("Share still called") && !control.contains("from clean"));
}

#[test]
fn a_page_that_would_be_too_large_is_thinned() {
    let mut input = run();
    let curves = input.tables.curves.clone();
    for (number, curve) in input.tables.curves.iter_mut().enumerate() {
        for (index, point) in curve.points.iter_mut().enumerate() {
            point.y = ((index * 7919 + number) % 997) as f64 / 997.0;
        }
    }
    assert!(all(&input).html.len() < MAX_BYTES);
    assert_ne!(input.tables.curves, curves);
}

#[test]
fn the_summary_reads_well() {
    insta::assert_snapshot!(all(&run()).summary_md);
}

#[test]
fn test_results_for_ci() {
    insta::assert_snapshot!(all(&run()).junit_xml);
}

#[test]
fn machines_read_the_same() {
    let json: serde_json::Value = serde_json::from_str(&all(&run()).json).unwrap();
    assert_eq!(json["format"], 2);
    assert_eq!(json["verdict"]["overall"], "incomplete");
    let undefined = json["scores"]
        .as_array()
        .unwrap()
        .iter()
        .find(|score| score["value_undefined"].is_string())
        .unwrap();
    assert!(undefined["value"].is_null());
    assert!(json["comparisons"][0]["difference"].is_f64());
    assert!(json["falls"].is_array() && json.get("curves").is_none());
    let mut before = run();
    crate::fixture::judged_before_falls(&mut before);
    let json: serde_json::Value = serde_json::from_str(&all(&before).json).unwrap();
    assert!(json["falls"].is_null() && json["scores"].is_array());
}
