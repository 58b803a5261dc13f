//! `suites/NAME.yaml`.

use titer_spec::yaml::quoted;

use super::{Places, list};
use crate::relative::relative;
use crate::understand::Understood;

pub(super) fn text(understood: &Understood, places: &Places) -> String {
    let (names, classes) = (&understood.names, &understood.classes);
    let folder = places.suite.parent().unwrap_or(std::path::Path::new("."));
    let dataset = relative(folder, &places.dataset);
    let question = match (&classes.positive, classes.negative()) {
        (Some(positive), Some(negative)) => {
            format!(
                "binary: {{positive: {}, negative: {}}}",
                quoted(positive),
                quoted(negative)
            )
        }
        _ => format!("classes: {{classes: {}}}", list(&classes.names)),
    };
    let asked = match &classes.positive {
        Some(positive) => format!("Is it {positive}?"),
        None => "Which class is it?".to_owned(),
    };
    let has_tuning = understood.columns.split.sizes().contains_key("tuning");
    let recalibrate = match (has_tuning, &classes.positive) {
        (true, Some(_)) => {
            "recalibrate: [temperature]    # fitted on the tuning split, shown beside the raw scores\n"
        }
        _ => "",
    };
    format!(
        "\
# Written by `titer init`. What is asked of a model, on which data, by which metrics.
suite: {name}
summary: {asked}
task: {name}
question:
  {question}
in_distribution:
  - dataset: {dataset}
# Data unlike it (another species, another assay) shows how far the scores fall:
# out_of_distribution: [{{dataset: another.dataset.yaml, distance: far, shift: species}}]
# ladders: [{{ladder: gc, dataset: {dataset}, by: gc, strata: 4}}]    # how much is lost from one quarter to the next
split: test
# metrics: [accuracy, ...]    # where none is named those of the question; `titer ls metrics` explains each
# strata: [gc, length]        # scores by group, with the worst one
{recalibrate}",
        name = quoted(&names.task),
        asked = quoted(&asked),
        dataset = quoted(&dataset.to_string_lossy()),
    )
}
