//! What is searched for, in a line for each search and suite.

use titer_spec::Plan;
use titer_spec::plan::SearchSpec;

use super::document::counted;

/// "search adversarial of splice-donor: 1, 2 substitutions at most, ..., 100 examples of each dataset, 9 cells".
pub(super) fn lines(plan: &Plan) -> Vec<String> {
    let mut lines: Vec<(String, usize)> = Vec::new();
    for search in &plan.searches {
        let what = match &search.search {
            SearchSpec::Adversarial(asked) => {
                let numbers: Vec<String> = asked.substitutions.iter().map(u64::to_string).collect();
                format!(
                    "{} substitutions at most, {} queries for each example at most",
                    numbers.join(", "),
                    asked.queries_at_most
                )
            }
            SearchSpec::Mutagenesis { window, .. } => {
                format!(
                    "every single-base change from {} to {}",
                    window.start, window.end
                )
            }
        };
        let line = format!(
            "search {} of {}: {what}, {} of each dataset",
            search.search.name(),
            search.cell.case.suite,
            counted(search.search.examples(), "example")
        );
        match lines.iter_mut().find(|(known, _)| *known == line) {
            Some((_, searches)) => *searches += 1,
            None => lines.push((line, 1)),
        }
    }
    let of = |(line, cells): (String, usize)| format!("{line}, {}", counted(cells, "cell"));
    lines.into_iter().map(of).collect()
}
