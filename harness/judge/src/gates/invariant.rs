//! `invariant_to`: answers that must stay as they are when the examples are perturbed.

use titer_core::{Effect, Response, Undefined};
use titer_spec::gate::{Invariant, Side, Stays};
use titer_spec::plan::PlannedCell;
use titer_spec::{Gate, Plan};

use super::subject::is_where;
use super::{Mistake, Ruling, Terms, at_limit};

/// Whether a gate is about a cell: of a condition that it names and that keeps the target, of a variant that it covers. A
/// reference is held to it as any variant is: it is held against its own clean answers.
pub(super) fn is_about(
    plan: &Plan,
    gate: &Gate,
    invariant: &Invariant,
    cell: &PlannedCell,
) -> bool {
    let case = &cell.case;
    let Some(suite) = plan.suites.iter().find(|suite| suite.name == case.suite) else {
        return false;
    };
    let Some(name) = case
        .perturbation
        .as_ref()
        .filter(|_| case.split == suite.split)
    else {
        return false;
    };
    let mut conditions = suite.perturbations.iter();
    let named = conditions.any(|one| one.name == *name && invariant.names(one));
    let covers = gate.covers();
    let covered = |list: &[String], name: &String| list.is_empty() || list.contains(name);
    named
        && cell.effect == Effect::Kept
        && is_where(gate, suite, &case.dataset)
        && covered(&covers.models, &case.model)
        && covered(&covers.variants, &case.variant)
        && plan
            .models
            .iter()
            .any(|model| model.name == case.model && model.earlier.is_none())
}

/// Holds how much changes against what may change: by the interval pass where all of it is allowed, fail where none of it is.
#[must_use]
pub fn held_still(invariant: &Invariant, response: &Response) -> Ruling {
    let (stays, most) = invariant.asked();
    let none = |reason: &str| Undefined::because(reason);
    let (value, ends, reason) = match stays {
        Stays::Calls => (
            response.flip_rate,
            response.flip_rate_lower.zip(response.flip_rate_upper),
            "nothing is called: the model's answers are numbers or a ranking",
        ),
        Stays::Answers => (
            response.mean_change,
            response.mean_change_lower.zip(response.mean_change_upper),
            "the model ranks examples, whose places in the order are no answers",
        ),
    };
    let value = value.ok_or_else(|| none(reason));
    let why = response.mean_change_undefined.as_deref().unwrap_or(reason);
    let ends = ends.ok_or_else(|| none(why));
    at_limit(
        Side::AtMost,
        most,
        invariant.by,
        &value,
        &ends,
        &Terms::invariant(invariant),
    )
}

/// A share of calls that all may change, or a probability that may change by 1.
pub(super) fn decides_nothing(plan: &Plan, invariant: &Invariant) -> Option<Mistake> {
    let mistake = |field, message: &str, cure: &str| {
        Some(Mistake {
            field,
            message: message.to_owned(),
            cure: cure.to_owned(),
        })
    };
    let numbers = |suite: &titer_spec::plan::PlannedSuite| {
        matches!(suite.question, titer_spec::Question::Values(_))
    };
    match invariant.asked() {
        (Stays::Calls, share) if share >= 1.0 => mistake(
            "flips_at_most",
            "flips_at_most: no more than all calls can change, so that the gate cannot fail",
            "write a share below 1, as in `flips_at_most: 0.01`",
        ),
        (Stays::Calls, _) if plan.suites.iter().all(numbers) => mistake(
            "flips_at_most",
            "flips_at_most: the suites here ask for numbers, which call nothing",
            "write `change_at_most`, in the unit of the numbers",
        ),
        (Stays::Answers, change) if change >= 1.0 && !plan.suites.iter().any(numbers) => mistake(
            "change_at_most",
            "change_at_most: a probability cannot change by more than 1, so that the gate cannot fail",
            "write a number below 1, as in `change_at_most: 0.05`",
        ),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::response;
    use titer_core::Decision;
    use titer_spec::gate::{By, Covers, OneOrMore};

    fn gate(flips: Option<f64>, change: Option<f64>) -> Invariant {
        Invariant {
            perturbation: OneOrMore::One("noise".to_owned()),
            flips_at_most: flips,
            change_at_most: change,
            data: None,
            by: By::Interval,
            covers: Covers::default(),
        }
    }

    #[test]
    fn only_what_the_bound_allows_passes() {
        // 2 of 400 in 400 clusters: SciPy's Clopper-Pearson is 0.0606 % to 1.794 %.
        let response = response(400, 2);
        let at = |share| held_still(&gate(Some(share), None), &response);
        assert_eq!(at(0.02).decision, Decision::Pass, "{}", at(0.02).because);
        assert_eq!(at(0.01).decision, Decision::Inconclusive);
        assert_eq!(at(0.0005).decision, Decision::Fail);
        assert!((at(0.01).upper.unwrap() - 0.017_939).abs() < 1e-5);
        assert!((at(0.01).lower.unwrap() - 0.000_606).abs() < 1e-5);
        assert!(
            at(0.02).because.contains("calls change: 0.5 %"),
            "{}",
            at(0.02).because
        );
        let by_value = Invariant {
            by: By::Value,
            ..gate(Some(0.01), None)
        };
        assert_eq!(held_still(&by_value, &response).decision, Decision::Pass);
    }

    #[test]
    fn no_flip_among_few_proves_nothing() {
        let none = held_still(&gate(Some(0.01), None), &response(40, 0));
        assert_eq!(none.decision, Decision::Inconclusive);
        let none = held_still(&gate(Some(0.01), None), &response(400, 0));
        assert_eq!(none.decision, Decision::Pass);
    }

    #[test]
    fn answers_are_held_by_their_mean_change() {
        let change = |most| held_still(&gate(None, Some(most)), &response(400, 2)).decision;
        assert_eq!(change(0.05), Decision::Pass);
        assert_eq!(change(0.011), Decision::Inconclusive);
        assert_eq!(change(0.001), Decision::Fail);
    }

    #[test]
    fn a_ranking_is_inconclusive_and_says_so() {
        let ranking = Response {
            flip_rate: None,
            flip_rate_lower: None,
            flip_rate_upper: None,
            ..response(40, 0)
        };
        let ruling = held_still(&gate(Some(0.1), None), &ranking);
        assert_eq!(ruling.decision, Decision::Inconclusive);
        assert!(ruling.because.contains("nothing is called"));
    }
}
