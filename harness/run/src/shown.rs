//! The letters around the sites of notable examples, kept where a dataset's descriptor allows it (`show_sequences`).
//!
//! Judging needs no data, and has none; what it found notable is looked up in the data once more.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use titer_core::{Example, Notable, ShownSequence};
use titer_spec::Dataset;
use titer_store::RunFolder;

use crate::error::RunError;
use crate::plan::{Planned, SuiteData};
use crate::selection::DataSelection;

/// Letters that are shown on each side of a site.
pub const FLANK: usize = 20;
/// Letters of a site at most. What is longer is no place that a reader can look at: the middle of the sequence is shown in its stead.
pub const LONGEST_SITE: usize = 40;

/// An example by its id, and of positions the one within the stretch.
type Wanted = BTreeMap<String, BTreeSet<Option<u64>>>;

/// Writes the letters of a scored run's notable examples into its folder, over what lies there: none of datasets that do not
/// allow it.
///
/// # Errors
/// The run has not been scored, its folder cannot be read or written, or the data cannot be read or is other data by now.
pub fn show_sequences(planned: &Planned, folder: &RunFolder) -> Result<(), RunError> {
    let mut wanted: BTreeMap<(String, String), Wanted> = BTreeMap::new();
    for notable in folder.read_rows::<Notable>()? {
        let of_dataset = wanted.entry((notable.suite, notable.dataset)).or_default();
        of_dataset
            .entry(notable.id)
            .or_default()
            .insert(notable.offset);
    }
    let mut rows = Vec::new();
    for suite in &planned.plan.suites {
        let shown = suite
            .datasets
            .iter()
            .filter(|dataset| dataset.show_sequences);
        for dataset in shown {
            let names = (suite.name.clone(), dataset.name.clone());
            let data = planned.data.get(&(
                suite.name.clone(),
                dataset.name.clone(),
                suite.split.clone(),
            ));
            if let (Some(data), Some(wanted)) = (data, wanted.get(&names)) {
                rows.extend(of_dataset(data, &names, wanted)?);
            }
        }
    }
    Ok(folder.write_rows(&rows)?)
}

/// The rows of one dataset, in the order of its examples.
fn of_dataset(
    data: &SuiteData,
    (suite, name): &(String, String),
    wanted: &Wanted,
) -> Result<Vec<ShownSequence>, RunError> {
    let mut rows = Vec::new();
    let SuiteData { examples, .. } = data;
    let (about, selection) = (examples.dataset.about(), &examples.selection);
    examples.each(1, &mut |some| {
        for example in some {
            for offset in wanted.get(&example.id).into_iter().flatten() {
                let site = site(example, *offset, about, selection);
                rows.push(row(example, *offset, site, (suite, name)));
            }
        }
        Ok(())
    })?;
    Ok(rows)
}

/// The letters that an example is about: the position itself, the allele, or what the suite spares, from its first base to its
/// last. `None` where nothing says which those are, or they are no one place.
fn site(
    example: &Example,
    offset: Option<u64>,
    about: &Dataset,
    selection: &DataSelection,
) -> Option<Range<usize>> {
    let length = example.sequence.len();
    let site = match (offset, &example.place.ref_allele, about.window) {
        (Some(offset), _, _) => {
            let at = about.context.checked_add(usize::try_from(offset).ok()?)?;
            at..at.checked_add(1)?
        }
        (None, Some(allele), Some(window)) => window / 2..window / 2 + allele.len(),
        _ => {
            let spans = || selection.spare.iter().map(|span| Range::from(*span));
            spans().map(|it| it.start).min()?..spans().map(|it| it.end).max()?
        }
    };
    let fits = site.start < site.end && site.end <= length && site.len() <= LONGEST_SITE;
    fits.then_some(site)
}

fn row(
    example: &Example,
    offset: Option<u64>,
    site: Option<Range<usize>>,
    (suite, dataset): (&str, &str),
) -> ShownSequence {
    let length = example.sequence.len();
    let middle = length / 2..length / 2;
    let around = site.as_ref().unwrap_or(&middle);
    let start = around.start.saturating_sub(FLANK);
    let end = (around.end + FLANK).min(length);
    let letters = example
        .sequence
        .letters()
        .get(start..end)
        .unwrap_or_default();
    ShownSequence {
        suite: suite.to_owned(),
        dataset: dataset.to_owned(),
        id: example.id.clone(),
        offset,
        start: start as u64,
        letters: String::from_utf8_lossy(letters).into_owned(),
        length: length as u64,
        site: site.as_ref().map(|site| site.start as u64),
        site_length: site.map(|site| site.len() as u64),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;
    use titer_core::Sequence;
    use titer_spec::suite::Span;

    fn about(context: usize, window: Option<usize>) -> Dataset {
        let about = serde_json::json!({
            "dataset": "d", "summary": "s", "kind": "windows", "organism": "o", "assembly": "a", "licence": {},
            "context": context, "window": window,
        });
        serde_json::from_value(about).unwrap()
    }

    fn example(letters: &str) -> Example {
        let mut example = crate::job::tests::example("e", 1);
        example.sequence = Sequence::new(letters).unwrap();
        example
    }

    fn sparing(spans: &[(usize, usize)]) -> DataSelection {
        let spans = spans.iter().map(|&(start, end)| Span { start, end });
        DataSelection {
            spare: spans.collect(),
            ..crate::job::tests::job(Path::new("")).data
        }
    }

    fn shown(
        example: &Example,
        offset: Option<u64>,
        about: &Dataset,
        data: &DataSelection,
    ) -> [String; 3] {
        let row = row(
            example,
            offset,
            site(example, offset, about, data),
            ("s", "d"),
        );
        assert_eq!(row.length, example.sequence.len() as u64);
        row.parts().map(str::to_owned)
    }

    #[test]
    fn the_site_is_what_is_spared_the_position_or_the_allele() {
        let letters = format!("{}GT{}", "A".repeat(30), "C".repeat(50));
        let mut one = example(&letters);
        let twenty = |letter: &str| letter.repeat(FLANK);
        let windows = about(0, None);
        let donor = [twenty("A"), "GT".to_owned(), twenty("C")];
        assert_eq!(shown(&one, None, &windows, &sparing(&[(30, 32)])), donor);
        // Several spans are one site from the first base to the last.
        assert_eq!(
            shown(&one, None, &windows, &sparing(&[(31, 32), (30, 31)])),
            donor
        );
        let position = [twenty("A"), "G".to_owned(), format!("T{}", "C".repeat(19))];
        assert_eq!(
            shown(&one, Some(4), &about(26, None), &sparing(&[])),
            position
        );
        one.place.ref_allele = Some("GT".to_owned());
        assert_eq!(shown(&one, None, &about(0, Some(60)), &sparing(&[])), donor);
    }

    #[test]
    fn without_a_site_the_middle_is_shown_and_never_more_than_there_is() {
        let windows = about(0, None);
        let none = sparing(&[]);
        let long = example(&"ACGT".repeat(30));
        assert_eq!(
            shown(&long, None, &windows, &none),
            ["ACGT".repeat(10), String::new(), String::new()]
        );
        let short = example("ACGTA");
        assert_eq!(shown(&short, None, &windows, &none)[0], "ACGTA");
        // A site that is no one place, or lies beyond the sequence, is none.
        for spans in [[(0, 1), (100, 101)], [(110, 130), (110, 130)]] {
            assert_eq!(site(&long, None, &windows, &sparing(&spans)), None);
        }
        assert_eq!(site(&long, Some(u64::MAX), &windows, &none), None);
        assert_eq!(
            shown(&short, None, &windows, &sparing(&[(0, 2)])),
            ["", "AC", "GTA"]
        );
    }
}
