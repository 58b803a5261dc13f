//! Every section has an example, and every example is taken: alone where it is a whole file, else in place of the same
//! fields of the file that the page begins with.

use std::path::Path;

use titer_spec::document::Written;
use titer_spec::{Dataset, Document, Evaluation, ModelSpec, Policy, Suite, schema};

use super::path;

/// The fenced blocks of YAML.
fn blocks(page: &str) -> Vec<&str> {
    let starts = page.split("```yaml\n").skip(1);
    starts
        .map(|rest| rest.split("```").next().unwrap())
        .collect()
}

/// The fields of a file with their lines, one after another.
fn fields(text: &str) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    for line in text.lines() {
        let is_field = line.starts_with(|first: char| first.is_alphabetic());
        match (is_field, found.last_mut()) {
            (false, Some((_, lines))) => *lines += &format!("{line}\n"),
            (false, None) => {}
            (true, _) => {
                let name = line.split(':').next().unwrap();
                found.push((name.to_owned(), format!("{line}\n")));
            }
        }
    }
    found
}

/// A whole file made of an example and, for what it does not say, the whole file of the page.
fn whole(base: &str, example: &str) -> String {
    let own = fields(example);
    let rest = fields(base).into_iter();
    let rest = rest.filter(|(name, _)| !own.iter().any(|(known, _)| known == name));
    let lines = own.iter().cloned().chain(rest).map(|(_, lines)| lines);
    lines.collect()
}

fn check<T: Written>(kind: &str, page: &str) {
    let blocks = blocks(page);
    for example in &blocks {
        let begins = format!("{kind}: ");
        let text = match example.starts_with(&begins) {
            true => (*example).to_owned(),
            false => whole(blocks[0], example),
        };
        let name = format!("{kind}.yaml");
        Document::<T>::parse(Path::new(&name), text.clone())
            .unwrap_or_else(|error| panic!("docs/reference/{kind}.md: {error}\n{text}"));
    }
}

#[test]
fn the_examples_are_taken() {
    for kind in schema::KINDS {
        let page = std::fs::read_to_string(path(kind)).unwrap();
        match kind {
            "evaluation" => check::<Evaluation>(kind, &page),
            "suite" => check::<Suite>(kind, &page),
            "dataset" => check::<Dataset>(kind, &page),
            "model" => check::<ModelSpec>(kind, &page),
            "policy" => check::<Policy>(kind, &page),
            other => panic!("no reader of {other}"),
        }
    }
}

#[test]
fn every_section_has_an_example() {
    for kind in schema::KINDS {
        let page = std::fs::read_to_string(path(kind)).unwrap();
        let (_, fields) = page.split_once("\n## Fields of the file").unwrap();
        let sections: Vec<&str> = fields.split("\n## ").skip(1).collect();
        let fewest = if kind == "policy" { 1 } else { 5 };
        assert!(sections.len() >= fewest, "{kind}: {}", sections.len());
        for section in sections {
            let heading = section.lines().next().unwrap();
            assert!(
                section.contains("```yaml\n"),
                "{kind}: {heading} has no example"
            );
        }
    }
}
