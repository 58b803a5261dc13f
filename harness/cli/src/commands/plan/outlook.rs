//! What the planned comparisons could show, and which gates cannot be decided.

use std::path::{Path, PathBuf};

use titer_core::Comparison;
use titer_judge::gates::void::void_checks;
use titer_judge::outlook::{
    AUROC, CORRELATIONS, FLIP_RATES, Known, Size, assumed, known, undecidable,
};
use titer_run::Planned;
use titer_spec::Question;
use titer_store::RunFolder;

use crate::console::{say, say_table};
use crate::error::CommandError;

/// Prints the outlook: by an earlier run where there is one, else under assumptions.
pub(super) fn outlook(planned: &Planned, earlier: Option<&Path>) -> Result<(), CommandError> {
    let plan = &planned.plan;
    let folder = earlier.map_or_else(
        || PathBuf::from("runs").join(&plan.evaluation),
        Path::to_owned,
    );
    let comparisons = read(&folder, earlier.is_some())?;
    let gated: Vec<&str> = plan
        .gates
        .iter()
        .filter(|gate| gate.against_reference().is_some())
        .filter_map(titer_spec::Gate::metric)
        .collect();
    let mut found = known(plan, &comparisons);
    if !gated.is_empty() {
        found.retain(|one| gated.contains(&one.metric.as_str()));
    }
    let sizes = sizes(planned);
    say("");
    if found.is_empty() {
        say_assumed(&sizes);
    } else {
        let folder = folder.display();
        say(&format!(
            "smallest difference to the reference that is seen with 80 % power, by the spread in {folder}:"
        ));
        say_known(&found);
    }
    for (index, gate) in plan.gates.iter().enumerate() {
        for line in undecidable(plan, gate, &comparisons, &sizes) {
            say(&format!(
                "gate {} may stay undecided even if both are equal: {line}",
                index + 1
            ));
        }
    }
    let folder = RunFolder::at(&folder);
    if let (Ok(scores), Ok(controls)) =
        (folder.read_rows::<titer_core::Score>(), folder.read_rows())
    {
        for (index, gate) in plan.gates.iter().enumerate() {
            for line in void_checks(plan, gate, (&scores, &comparisons, &controls)) {
                say(&format!("gate {} is void, by that run: {line}", index + 1));
            }
        }
    }
    Ok(())
}

/// The comparisons of an earlier run. A folder that was named must hold some.
fn read(folder: &Path, named: bool) -> Result<Vec<Comparison>, CommandError> {
    let folder = RunFolder::at(folder);
    if !named && !folder.exists() {
        return Ok(Vec::new());
    }
    match folder.read_rows::<Comparison>() {
        Ok(comparisons) => Ok(comparisons),
        Err(error) if named => Err(error.into()),
        Err(_) => Ok(Vec::new()),
    }
}

fn sizes(planned: &Planned) -> Vec<Size> {
    let mut sizes = Vec::new();
    for suite in &planned.plan.suites {
        let Question::Binary(binary) = &suite.question else {
            continue;
        };
        for dataset in &suite.datasets {
            let key = (
                suite.name.clone(),
                dataset.name.clone(),
                suite.split.clone(),
            );
            let Some(data) = planned.data.get(&key) else {
                continue;
            };
            let positive = dataset
                .classes
                .iter()
                .position(|class| *class == binary.positive);
            let seen = positive.and_then(|class| data.survey.classes.get(&class));
            let positives = seen.map_or(0, |(count, _)| *count as u64);
            sizes.push(Size {
                suite: suite.name.clone(),
                dataset: dataset.name.clone(),
                positives,
                negatives: data.survey.count() - positives,
            });
        }
    }
    sizes
}

fn say_known(found: &[Known]) {
    let rows: Vec<Vec<String>> = found
        .iter()
        .map(|one| {
            let class = one
                .class
                .as_ref()
                .map_or(String::new(), |class| format!(" {class}"));
            vec![
                one.model.clone(),
                one.variant.clone(),
                one.dataset.clone(),
                format!("{}{class}", one.metric),
                format!("{:.2e}", one.standard_error),
                format!("{:.2e}", one.detectable),
            ]
        })
        .collect();
    say_table(
        &[
            "model",
            "variant",
            "dataset",
            "metric",
            "standard error",
            "detectable",
        ],
        &rows,
    );
}

fn say_assumed(sizes: &[Size]) {
    if sizes.is_empty() {
        return;
    }
    say(
        "smallest difference to the reference that is seen with 80 % power. There is no earlier run, so this is",
    );
    say(&format!(
        "assumed: independent examples, an AUROC of {AUROC}, and the flip rates and correlations in the heads:"
    ));
    let show = |value: &Option<f64>| value.map_or("none".to_owned(), |value| format!("{value:.4}"));
    let rows: Vec<Vec<String>> = sizes
        .iter()
        .map(|size| {
            let known = assumed(size);
            let mut row = vec![
                size.dataset.clone(),
                size.positives.to_string(),
                size.negatives.to_string(),
            ];
            row.extend(known.accuracy.iter().chain(&known.auroc).map(show));
            row
        })
        .collect();
    let accuracy = FLIP_RATES.map(|rate| format!("accuracy, {} % flip", 100.0 * rate));
    let auroc = CORRELATIONS.map(|correlation| format!("auroc, r {correlation}"));
    let mut heads = vec!["dataset", "positive", "negative"];
    heads.extend(accuracy.iter().chain(&auroc).map(String::as_str));
    say_table(&heads, &rows);
}
