//! The documentation's links: every page is in the list of contents, and what a page points at is there.

use std::path::{Path, PathBuf};

use crate::helpers::world::repository;

/// The pages below a folder.
fn pages(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(pages(&path));
        } else if path.extension().is_some_and(|ending| ending == "md") {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// What a page links to beside itself and the web: a file, and an anchor in it.
fn links(page: &Path) -> Vec<(PathBuf, Option<String>)> {
    let text = std::fs::read_to_string(page).unwrap();
    let targets = text
        .split("](")
        .skip(1)
        .filter_map(|rest| rest.split(')').next());
    let within = targets.filter(|target| !target.contains("://") && !target.starts_with('#'));
    within
        .map(|target| {
            let (file, anchor) = target
                .split_once('#')
                .map_or((target, None), |(file, anchor)| (file, Some(anchor)));
            (page.parent().unwrap().join(file), anchor.map(str::to_owned))
        })
        .collect()
}

/// The anchors that GitHub gives a page's headings.
fn anchors(page: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(page).unwrap();
    let headings = text.lines().filter(|line| line.starts_with('#'));
    let slug = |heading: &str| {
        let letters = heading.trim_start_matches('#').trim().chars();
        let kept = letters.filter(|letter| letter.is_alphanumeric() || " -_".contains(*letter));
        kept.collect::<String>().to_lowercase().replace(' ', "-")
    };
    headings.map(slug).collect()
}

#[test]
fn every_page_is_in_the_list_of_contents() {
    let docs = repository().join("docs");
    let contents = docs.join("README.md");
    let listed = links(&contents).into_iter();
    let listed: Vec<PathBuf> = listed
        .map(|(file, _)| file.canonicalize().unwrap())
        .collect();
    let all = pages(&docs);
    assert!(all.len() > 20, "{all:?}");
    for page in all.iter().filter(|page| **page != contents) {
        let page = page.canonicalize().unwrap();
        assert!(
            listed.contains(&page),
            "docs/README.md does not list {}",
            page.display()
        );
    }
}

#[test]
fn every_link_leads_somewhere() {
    let root = repository();
    let mut all = pages(&root.join("docs"));
    all.extend(
        [
            "README.md",
            "ARCHITECTURE.md",
            "CONTRIBUTING.md",
            "CHANGELOG.md",
        ]
        .map(|name| root.join(name)),
    );
    let mut followed = 0;
    for page in all {
        for (file, anchor) in links(&page) {
            let (page, file) = (page.display(), file.canonicalize().ok().unwrap_or(file));
            assert!(file.exists(), "{page} links to {}", file.display());
            if let Some(anchor) = anchor.filter(|_| file.extension().is_some_and(|it| it == "md")) {
                assert!(
                    anchors(&file).contains(&anchor),
                    "{page} links to #{anchor} of {}",
                    file.display()
                );
            }
            followed += 1;
        }
    }
    assert!(followed > 60, "{followed}");
}
