//! `titer examples`: a run's worst errors and largest changes.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use titer_core::notable::{Notable, NotableKind, ShownSequence};
use titer_spec::{Plan, suggest};
use titer_store::{RunFolder, StoreError};

use crate::arguments::Filter;
use crate::console::{say, say_table};
use crate::error::CommandError;

pub(super) fn run(folder: &Path, filter: &Filter) -> Result<u8, CommandError> {
    let run = RunFolder::at(folder);
    let notables = run.read_rows::<Notable>()?;
    check(filter, &run.read_manifest()?.plan)?;
    let is =
        |wanted: &Option<String>, given: &str| wanted.as_ref().is_none_or(|wanted| wanted == given);
    let letters = Letters::of(&run)?;
    let said: BTreeSet<_> = notables
        .iter()
        .filter(|one| one.kind == NotableKind::WorstError)
        .map(who)
        .collect();
    let chosen: Vec<&Notable> = notables
        .iter()
        .filter(|one| is(&filter.suite, &one.suite))
        .filter(|one| is(&filter.model, &one.model))
        .filter(|one| is(&filter.variant, &one.variant))
        .filter(|one| is(&filter.dataset, &one.dataset))
        .filter(|one| one.rank <= filter.top)
        // An error of both is among the variant's own.
        .filter(|one| one.kind != NotableKind::ReferenceError || !said.contains(&who(one)))
        .collect();
    if chosen.is_empty() {
        say("the run kept no such examples");
        return Ok(4);
    }
    let header = [
        "why",
        "suite",
        "model",
        "variant",
        "dataset",
        "example",
        "place",
        "offset",
        "true",
        "class",
        "answer",
        "reference",
        "sequence, its site in brackets",
    ];
    let shown = chosen.iter().any(|one| letters.around(one).is_some());
    let columns = header.len() - usize::from(!shown);
    let rows: Vec<Vec<String>> = chosen
        .iter()
        .map(|one| row(one, &letters).into_iter().take(columns).collect())
        .collect();
    say_table(header.get(..columns).unwrap_or_default(), &rows);
    if chosen.iter().any(|one| letters.around(one).is_none()) {
        say(
            "sequences are kept of datasets whose descriptor says `show_sequences: true`, when `titer run` ends",
        );
    }
    Ok(0)
}

/// Whose answer to which example it is.
fn who(one: &Notable) -> (&str, &str, &str, &str, &str, Option<u64>) {
    let Notable {
        suite,
        model,
        variant,
        dataset,
        id,
        offset,
        ..
    } = one;
    (suite, model, variant, dataset, id, *offset)
}

/// The letters that a run kept, by suite, dataset, example and offset.
struct Letters(BTreeMap<(String, String, String, Option<u64>), String>);

impl Letters {
    fn of(run: &RunFolder) -> Result<Self, CommandError> {
        let kept: Vec<ShownSequence> = match run.read_rows() {
            Err(StoreError::Missing { .. }) => Vec::new(),
            read => read?,
        };
        let line = |one: ShownSequence| {
            let line = match one.parts() {
                [all, "", ""] => all.to_owned(),
                [before, site, after] => format!("{before}[{site}]{after}"),
            };
            ((one.suite, one.dataset, one.id, one.offset), line)
        };
        Ok(Self(kept.into_iter().map(line).collect()))
    }

    fn around(&self, one: &Notable) -> Option<&str> {
        let key = (
            one.suite.clone(),
            one.dataset.clone(),
            one.id.clone(),
            one.offset,
        );
        self.0.get(&key).map(String::as_str)
    }
}

/// Where an example lies, as in 20:1234(+); a dash where that is not known.
fn place(one: &Notable) -> String {
    let Some(chromosome) = &one.place.chromosome else {
        return "-".to_owned();
    };
    let position = one.place.position.map(|it| format!(":{it}"));
    let strand = one.place.strand.as_ref().map(|it| format!("({it})"));
    [Some(chromosome.clone()), position, strand]
        .into_iter()
        .flatten()
        .collect()
}

/// Every name is one of the run's.
fn check(filter: &Filter, plan: &Plan) -> Result<(), CommandError> {
    let suites = plan.suites.iter();
    let models = plan.models.iter();
    let all: [(&str, &Option<String>, BTreeSet<&str>); 4] = [
        (
            "suite",
            &filter.suite,
            suites.clone().map(|suite| suite.name.as_str()).collect(),
        ),
        (
            "model",
            &filter.model,
            models.clone().map(|model| model.name.as_str()).collect(),
        ),
        (
            "variant",
            &filter.variant,
            models
                .filter(|model| filter.model.as_ref().is_none_or(|it| *it == model.name))
                .flat_map(|model| &model.variants)
                .map(|variant| variant.name.as_str())
                .collect(),
        ),
        (
            "dataset",
            &filter.dataset,
            suites
                .filter(|suite| filter.suite.as_ref().is_none_or(|it| *it == suite.name))
                .flat_map(|suite| &suite.datasets)
                .map(|dataset| dataset.name.as_str())
                .collect(),
        ),
    ];
    for (kind, wanted, known) in all {
        if let Some(unknown) = wanted
            .as_ref()
            .filter(|name| !known.contains(name.as_str()))
        {
            let known: Vec<&str> = known.into_iter().collect();
            return Err(CommandError::Argument(format!(
                "--{kind} {unknown}: the run has no such {kind}\n  help: {}",
                suggest::cure(unknown, &known)
            )));
        }
    }
    Ok(())
}

fn answer(value: f64) -> String {
    if value != 0.0 && value.abs() < 0.001 {
        format!("{value:.1e}")
    } else {
        format!("{value:.4}")
    }
}

fn row(one: &Notable, letters: &Letters) -> Vec<String> {
    vec![
        one.kind.name().to_owned(),
        one.suite.clone(),
        one.model.clone(),
        one.variant.clone(),
        one.dataset.clone(),
        one.id.clone(),
        place(one),
        one.offset
            .map_or("-".to_owned(), |offset| offset.to_string()),
        one.target.clone(),
        if one.class.is_empty() {
            "-"
        } else {
            &one.class
        }
        .to_owned(),
        answer(one.probability),
        one.reference_probability.map_or("-".to_owned(), answer),
        letters.around(one).unwrap_or("-").to_owned(),
    ]
}
