//! A run that no page can hold, at the real limit and at small ones.

use std::collections::BTreeSet;

use super::{MAX_BYTES, Pages, pages, pages_within};
use crate::fixture::{self, large};
use crate::page::assert_balanced;
use crate::{estimate, render};

/// Every file fits, stands alone, has balanced tags, and links to files and anchors that there are.
fn assert_sound(pages: &Pages, limit: usize) {
    let files: BTreeSet<&str> = pages.parts.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(files.len(), pages.parts.len());
    let all = pages.parts.iter().map(|(name, html)| (name.as_str(), html));
    for (name, html) in all.chain([("report.html", &pages.main)]) {
        assert!(html.len() < limit, "{name}: {}", html.len());
        assert_balanced(html);
        for outside in ["http://", "https://", "src=", "url(", "<script", "<link"] {
            assert!(!html.contains(outside), "{name}: {outside}");
        }
        for link in html.split("href=\"").skip(1) {
            let link = link.split('"').next().unwrap();
            let there = match link.strip_prefix('#') {
                Some(id) => html.contains(&format!("id=\"{id}\"")),
                None => link == "report.html" || link.starts_with("csv/") || files.contains(link),
            };
            assert!(there, "{name}: {link}");
        }
    }
    for name in files {
        assert!(pages.main.contains(&format!("href=\"{name}\"")), "{name}");
    }
}

#[test]
fn four_hundred_datasets_lose_nothing() {
    let input = large(400);
    let rendered = render(&input, &crate::Ci::default());
    let pages = rendered.pages.unwrap();
    assert_sound(&pages, MAX_BYTES);
    assert!(pages.main.contains("too large for one page"));
    let cut = pages.main.split("Cut for their size").nth(1);
    assert_eq!(cut.map(|cut| &cut[..400.min(cut.len())]), None);
    // What decides is on the first page, the worst first.
    let open = pages.main.split("Checks that do not pass").nth(2).unwrap();
    let first = open.split("a-dataset-of-many-").nth(1).unwrap();
    assert!(first.starts_with("0399"), "{}", &first[..40]);
    // Every dataset is in the matrix, in a part with its curves, among the checks and among the cells.
    let parts: String = pages.parts.iter().map(|(_, html)| html.as_str()).collect();
    for number in (0..400).step_by(19).chain([399]) {
        let name = format!("a-dataset-of-many-{number:04}");
        assert!(
            pages
                .main
                .contains(&format!("<th scope=\"row\">{name}</th>")),
            "{name}"
        );
        assert!(parts.matches(&name).count() > 20, "{name}");
    }
    for all in [&rendered.json, &rendered.summary_md, &rendered.junit_xml] {
        assert!(all.as_ref().unwrap().contains("a-dataset-of-many-0399"));
    }
}

#[test]
fn the_estimate_is_near() {
    for input in [large(10), large(40), fixture::run()] {
        let estimate = estimate::page_bytes(&input.manifest.plan) as usize;
        let whole = pages_within(&input, usize::MAX).unwrap().main.len();
        assert!(
            whole < estimate * 2 && estimate < whole * 2,
            "{whole}, {estimate}"
        );
    }
    let small = &fixture::run().manifest.plan;
    assert_eq!(estimate::pages(small), 1);
    assert!(estimate::scores(small) >= 400);
    assert!(estimate::pages(&large(400).manifest.plan) > 4);
}

#[test]
fn a_table_that_no_page_holds_is_cut_and_said() {
    let mut input = large(2);
    let group = input.tables.groups[0].clone();
    input.tables.groups.extend((0..8000).map(|number| {
        let mut group = group.clone();
        group.group = format!("{number} to {} % GC, as someone cuts it", number + 1);
        group
    }));
    let pages = pages(&input).unwrap();
    assert_sound(&pages, MAX_BYTES);
    let of_it = |(_, html): &&(String, String)| html.contains("as someone cuts it");
    let part = &pages.parts.iter().find(of_it).unwrap().1;
    assert!(part.contains("500 of 8,0"), "how many");
    assert!(part.contains("scores.parquet"), "where they all are");
    // What is small stays: the other dataset is whole.
    assert!(
        pages
            .parts
            .iter()
            .filter(|(_, html)| html.contains("<h5>ROC</h5>"))
            .count()
            > 1
    );
}

#[test]
fn smaller_pages_are_sound_as_well() {
    let input = large(12);
    let folded = pages_within(&input, 90_000).unwrap();
    assert_sound(&folded, 90_000);
    assert!(folded.parts.len() > 6);
    // Not even the first lines of a page fit: that costs the page alone.
    assert!(pages_within(&input, 10_000).is_err());
    assert!(pages(&input).unwrap().parts.is_empty());
}

#[test]
fn a_limited_run_says_so_on_every_part() {
    let mut input = large(60);
    input.manifest.plan.limit = Some(60);
    input.verdict.limited = true;
    let pages = pages_within(&input, 500_000).unwrap();
    assert!(pages.parts.len() > 2);
    for (name, html) in &pages.parts {
        assert!(html.contains("for a look only"), "{name}");
    }
}
