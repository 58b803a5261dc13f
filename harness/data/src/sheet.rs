//! A datasheet (Gebru et al. 2021, doi:10.1145/3458723) of a dataset: what its descriptor says and what its rows hold.

use std::fmt::Write as _;

use titer_spec::{Dataset, DatasetKind};

use crate::summary::{SplitSummary, Summary};

/// The datasheet, as Markdown.
#[must_use]
pub fn sheet(dataset: &Dataset, summary: &Summary) -> String {
    let mut out = String::new();
    let _ = writeln!(
        out,
        "# Datasheet: {}\n\n{}\n",
        dataset.dataset.value,
        plain(&dataset.summary)
    );
    composition(&mut out, dataset, summary);
    out += "\n## Collection\n\n";
    if dataset.sources.is_empty() {
        out += "No source is stated.\n";
    }
    for source in &dataset.sources {
        let parts = [
            source.version.clone().map(|it| format!("version {it}")),
            source.file.clone().map(|it| format!("file `{it}`")),
            source.digest.clone().map(|it| format!("digest `{it}`")),
            source
                .licence
                .clone()
                .map(|it| format!("licence: {}", plain(&it))),
            source
                .used_for
                .clone()
                .map(|it| format!("used for: {}", plain(&it))),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        let _ = writeln!(out, "- {}: {}", source.name, parts.join("; "));
    }
    out += "\n## Processing\n\n";
    out += &dataset
        .changes
        .as_deref()
        .map_or("Nothing is stated.".to_owned(), plain);
    if let Some(script) = &dataset.made_by {
        let _ = write!(out, "\n\nMade by `{script}`.");
    }
    out += "\n\n## Uses: known defects\n\n";
    if dataset.caveats.is_empty() {
        out += "None is stated.\n";
    }
    for caveat in &dataset.caveats {
        let _ = writeln!(out, "- {}", plain(caveat));
    }
    out += "\n## Distribution\n\n";
    for (what, licence) in &dataset.licence {
        let _ = writeln!(out, "- licence of {what}: {}", plain(licence));
    }
    for file in dataset.all_files() {
        let (path, digest) = (&file.path.value, &file.digest.value);
        let _ = writeln!(out, "- `{path}`: {} bytes, `{digest}`", file.bytes);
    }
    for entry in &dataset.fetch {
        let _ = writeln!(
            out,
            "- fetched from {}: {} bytes, `{}`",
            entry.from(),
            entry.bytes,
            entry.digest.value
        );
    }
    out
}

fn composition(out: &mut String, dataset: &Dataset, summary: &Summary) {
    out.push_str("## Composition\n\n");
    let what = match dataset.kind {
        DatasetKind::Windows => "one sequence with one answer",
        DatasetKind::PerPosition => {
            "one sequence with an answer for every base of its middle stretch"
        }
    };
    let _ = writeln!(
        out,
        "- an example is {what}\n- organism: {}; assembly: {}",
        dataset.organism, dataset.assembly
    );
    let clusters = &dataset.columns.clusters;
    let dependence = match (clusters.independent, clusters.columns.first()) {
        (true, _) => "examples are declared independent".to_owned(),
        (false, Some(column)) => format!("examples of one `{column}` are not independent"),
        (false, None) => "nothing is said of how examples depend on each other".to_owned(),
    };
    let _ = writeln!(out, "- {dependence}");
    for remark in summary.remarks() {
        let _ = writeln!(out, "- {remark}");
    }
    out.push_str(
        "\n| split | examples | bases | answers | clusters |\n| --- | --- | --- | --- | --- |\n",
    );
    for (name, split) in &summary.splits {
        let _ = writeln!(
            out,
            "| {name} | {} | {} to {} | {} | {} |",
            split.examples,
            split.shortest,
            split.longest,
            answers(split),
            listed(&split.clusters)
        );
    }
}

fn answers(split: &SplitSummary) -> String {
    let class = |(place, (class, count)): (usize, &(String, u64))| match split.known.get(place) {
        Some(known) => format!("{class} {count} of {known}"),
        None => format!("{class} {count}"),
    };
    let classes = split.classes.iter().enumerate().map(class);
    let values = split.values.iter();
    let values = values.map(|(lowest, highest)| format!("{lowest} to {highest}"));
    classes.chain(values).collect::<Vec<String>>().join(", ")
}

fn listed(clusters: &std::collections::BTreeMap<String, u64>) -> String {
    let one = |(name, count): (&String, &u64)| format!("{count} of {name}");
    clusters.iter().map(one).collect::<Vec<String>>().join(", ")
}

/// In one line.
fn plain(text: &str) -> String {
    text.split_whitespace().collect::<Vec<&str>>().join(" ")
}
