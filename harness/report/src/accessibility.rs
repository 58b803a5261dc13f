//! Every kind of page in headless Chromium, held against the rules of axe-core, with all that unfolds open.
//!
//! axe-core (Deque Systems, MPL-2.0) is no part of this repository: the test fetches it at one version and digest.

mod axe;
mod browser;

use std::collections::BTreeSet;

use browser::{Found, Mode, height, sheets_of_paper, visit};

use crate::fixture::{large, run};
use crate::fold::pages_within;
use crate::page::all;
use crate::sheet;
use crate::{audit, fixture};

/// Widths in CSS pixels: a telephone, and a desktop.
const WIDTHS: [u32; 2] = [390, 1440];

/// Pages by name: a run's page, whole, empty and for a look; the main page and a part of each kind of a run that one page
/// cannot hold; audits of places and of letters with a model.
fn pages() -> Vec<(String, String)> {
    let mut pages = vec![
        ("run".to_owned(), all(&run()).html),
        ("limited".to_owned(), all(&fixture::limited()).html),
        ("empty".to_owned(), all(&fixture::empty()).html),
    ];
    let folded = pages_within(&large(12), 90_000).unwrap();
    pages.push(("folded".to_owned(), folded.main));
    // One part of each kind: its title without numbers.
    let mut kinds = BTreeSet::new();
    for (file, html) in folded.parts {
        let (_, title) = html.split_once("<title>").unwrap();
        let (title, _) = title.split_once("</title>").unwrap();
        let kind = title.replace(|letter: char| letter.is_ascii_digit(), "");
        if kinds.insert(kind) {
            pages.push((file, html));
        }
    }
    assert!(kinds.len() > 3, "{kinds:?}");
    pages.push(("sheet".to_owned(), sheet(&run()).unwrap()));
    pages.extend(audit::tests::pages());
    pages
}

fn assert_clean(found: &[Found], mode: Mode, asked: usize) {
    assert_eq!(found.len(), asked, "pages that the browser came back with");
    for one in found {
        // The rules ran, on what was asked: else nothing found would say nothing.
        assert!(one.passes > 20, "{}: {} rules passed", one.page, one.passes);
        assert_eq!(one.dark, mode == Mode::Dark, "{}", one.page);
    }
    let told: Vec<String> = found
        .iter()
        .flat_map(|one| {
            let violations = one.violations.iter();
            violations.map(|it| format!("{} at {}: {it}", one.page, one.width))
        })
        .collect();
    assert!(told.is_empty(), "{mode:?}:\n{}", told.join("\n"));
}

#[test]
#[ignore = "needs Chromium, and npm or pip to fetch axe-core"]
fn with_chromium_no_page_violates_a_rule_of_axe() {
    let axe = axe::core();
    let pages = pages();
    for mode in [Mode::Light, Mode::Dark] {
        let found = visit(&pages, &WIDTHS, mode, &axe);
        assert_clean(&found, mode, pages.len() * WIDTHS.len());
    }
}

/// Twelve screens of 900 pixels, and paper of two sheets: what decides is read, not searched for.
#[test]
#[ignore = "needs Chromium"]
fn with_chromium_a_page_is_twelve_screens_and_two_sheets_of_paper() {
    let page = all(&run()).html;
    let folded = height(&page, 1440);
    assert!(folded <= 12 * 900, "{folded} pixels");
    let open = height(&page.replace("<details", "<details open"), 1440);
    assert!(
        open > 2 * folded,
        "{open} pixels with all open, {folded} without"
    );
    for size in ["A4", "letter"] {
        assert_eq!(sheets_of_paper(&page, size), 2, "{size}");
    }
}

/// A page with a mistake of each kind: what finds nothing there would find nothing anywhere.
#[test]
#[ignore = "needs Chromium, and npm or pip to fetch axe-core"]
fn with_chromium_mistakes_are_found() {
    let axe = axe::core();
    let page = all(&run()).html;
    let flawed = page
        .replacen("<html lang=\"en\">", "<html>", 1)
        .replacen(
            "</main>",
            "<p style=\"color: #999; background: #fff\">pale</p></main>",
            1,
        )
        .replacen("<h2 ", "<h6>too deep</h6><h2 ", 1);
    let found = visit(&[("flawed".to_owned(), flawed)], &[390], Mode::Light, &axe);
    let told = found[0].violations.join("\n");
    for rule in ["html-has-lang", "color-contrast", "heading-order"] {
        assert!(told.contains(rule), "{rule} is not in:\n{told}");
    }
    assert_eq!(found[0].width, 390);
}
