//! What must fall: whether answers do where the target is destroyed.

use titer_core::{Decision, MustFall};
use titer_spec::evaluation::MustFallThen;

use crate::context::cell::Cell;
use crate::context::scores::{dataset_columns, variant_rows};
use crate::context::table::{Group, Table};
use crate::index::{Index, Subject};
use crate::number::{counted, fixed, percent};
use crate::words;

/// The first screen's words on what must fall and does not, or may not; `None` where all of it falls.
pub(crate) fn headline(index: &Index<'_>) -> Option<String> {
    let all = &index.input.verdict.must_fall;
    let of = |decision| all.iter().filter(move |one| one.decision == decision);
    let (stays, open) = (
        of(Decision::Fail).count(),
        of(Decision::Inconclusive).count(),
    );
    let worst = of(Decision::Fail)
        .chain(of(Decision::Inconclusive))
        .next()?;
    let then = match index.plan().must_fall {
        MustFallThen::Fail => "",
        MustFallThen::Say => " This decides nothing here (must_fall: say).",
    };
    let case = &worst.case;
    let place = format!(
        "{} {} on {}, {}",
        case.model,
        case.variant,
        case.dataset,
        case.perturbation
            .as_deref()
            .unwrap_or_default()
            .replace('_', " ")
    );
    let many = counted(all.len() as u64, "check", "checks");
    let lead = match stays {
        0 => format!(
            "Whether answers fall where the label was destroyed cannot be told in {open} of {many}."
        ),
        _ => format!(
            "The label was destroyed and the answers stay ({stays} of {many}): this evaluation is broken, or the model reads \
             something else than the site."
        ),
    };
    Some(format!("{lead} {place}: {}.{then}", worst.because))
}

/// How far answers fall under each perturbation that destroys the target.
pub(super) fn table(index: &Index<'_>, subject: Subject<'_>) -> Option<Table> {
    let checks = &index.input.verdict.must_fall;
    let own: Vec<&MustFall> = checks
        .iter()
        .filter(|one| subject.holds(&one.case))
        .collect();
    let mut groups = Vec::new();
    for condition in &subject.suite.perturbations {
        let of: Vec<&&MustFall> = own
            .iter()
            .filter(|one| one.case.perturbation.as_deref() == Some(condition.name.as_str()))
            .collect();
        if of.is_empty() {
            continue;
        }
        groups.push(Group {
            heading: condition.title.clone(),
            hint: String::new(),
            note: None,
            rows: variant_rows(subject, |variant, dataset| {
                let mut checks = of.iter();
                let found =
                    checks.find(|one| one.case.variant == variant && one.case.dataset == dataset);
                found.map_or_else(|| Cell::missing("the cell failed"), |one| cell(index, one))
            }),
        });
    }
    let caption = "What must fall: the answer for what was there, clean minus destroyed, and how much of the way that is to the \
                   answer where there is nothing";
    (!groups.is_empty()).then(|| Table::new(caption, dataset_columns(subject), groups))
}

fn cell(index: &Index<'_>, check: &MustFall) -> Cell {
    let (Some(fall), Some(lower), Some(upper)) = (check.fall, check.lower, check.upper) else {
        return Cell::missing(check.because.clone());
    };
    let mut cell = Cell {
        value: fixed(fall, 3),
        range: Some(format!("{} to {}", fixed(lower, 3), fixed(upper, 3))),
        ..Cell::default()
    };
    if let Some(share) = check.share {
        cell.notes.push(format!("{} of the way", percent(share)));
    }
    if check.decision != Decision::Pass {
        cell.notes
            .push(words::decision(check.decision).0.to_owned());
        cell.mark = "worse";
    }
    let responses = &index.input.tables.responses;
    if let Some(response) = responses.iter().find(|one| one.case == check.case) {
        if let Some(rate) = response.flip_rate {
            cell.notes
                .push(format!("{} called otherwise", percent(rate)));
        }
        if let Some(correlation) = response.correlation {
            let ends = response.correlation_lower.zip(response.correlation_upper);
            let ends = ends.map_or_else(String::new, |(lower, upper)| {
                format!(" ({} to {})", fixed(lower, 2), fixed(upper, 2))
            });
            cell.notes
                .push(format!("rank correlation {}{ends}", fixed(correlation, 2)));
        }
    }
    cell
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;

    fn headline_of(decision: Decision, then: MustFallThen) -> Option<String> {
        let mut input = fixture::run();
        input.manifest.plan.must_fall = then;
        let check = fixture::must_fall(&input.manifest.plan, decision);
        input.verdict.must_fall = vec![check];
        headline(&Index::new(&input, 2))
    }

    #[test]
    fn the_first_screen_says_what_stays() {
        assert_eq!(headline_of(Decision::Pass, MustFallThen::Fail), None);
        let fails = headline_of(Decision::Fail, MustFallThen::Fail).unwrap();
        assert!(
            fails.contains(
                "this evaluation is broken, or the model reads something else than the site"
            ),
            "{fails}"
        );
        assert!(
            fails.contains("1 of 1 check") && fails.contains("the answer stays"),
            "{fails}"
        );
        let open = headline_of(Decision::Inconclusive, MustFallThen::Say).unwrap();
        assert!(
            open.contains("cannot be told") && open.contains("decides nothing"),
            "{open}"
        );
    }

    #[test]
    fn the_model_s_part_shows_how_far_it_falls() {
        let mut input = fixture::run();
        let check = fixture::must_fall(&input.manifest.plan, Decision::Fail);
        input.verdict.must_fall = vec![check];
        let index = Index::new(&input, 2);
        let subjects = index.subjects();
        let tables: Vec<Table> = subjects
            .iter()
            .filter_map(|one| table(&index, *one))
            .collect();
        let cells = tables
            .iter()
            .flat_map(|one| &one.groups)
            .flat_map(|one| &one.rows)
            .flat_map(|one| &one.cells);
        let shown: Vec<_> = cells.filter(|cell| !cell.value.is_empty()).collect();
        assert_eq!(shown.len(), 1);
        assert_eq!(shown[0].value, "0.001");
        assert_eq!(shown[0].range.as_deref(), Some("−0.004 to 0.006"));
        assert!(
            shown[0]
                .notes
                .iter()
                .any(|note| note == "0.12 % of the way"),
            "{:?}",
            shown[0].notes
        );
        assert_eq!(shown[0].mark, "worse");
    }
}
