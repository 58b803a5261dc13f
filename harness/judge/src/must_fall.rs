//! What must fall: where a perturbation destroyed the target, a variant must no longer answer as if it were there.
//!
//! A check of its own of every variant under every such perturbation, which no gate has to ask for: an evaluation in which nothing
//! falls measures something else than it says. It is decided by the interval of the paired fall of the answers for what was there,
//! held against a share of the distance to what the model says of nothing.

use titer_core::{Decision, Effect, MustFall, Response};
use titer_spec::Plan;

use crate::words::{count, number};

/// The share of the distance to what the model says of nothing that an answer must fall by. Less than that is no fall: with the
/// site gone, nineteen twentieths of what the model saw are still there.
pub const LEAST: f64 = 0.05;

/// The checks of all variants, in the plan's order. What failed, or was judged before there were responses, has none.
#[must_use]
pub fn must_fall(plan: &Plan, responses: &[Response]) -> Vec<MustFall> {
    let destroyed = plan
        .cells
        .iter()
        .filter(|cell| cell.effect == Effect::Destroyed);
    let found = destroyed.filter_map(|cell| responses.iter().find(|one| one.case == cell.case));
    found.map(check).collect()
}

fn check(of: &Response) -> MustFall {
    let (decision, because) = decide(of);
    MustFall {
        case: of.case.clone(),
        decision,
        before: of.before,
        after: of.after,
        elsewhere: of.elsewhere,
        fall: of.fall,
        lower: of.fall_lower,
        upper: of.fall_upper,
        share: of.share(of.fall),
        because,
    }
}

fn decide(of: &Response) -> (Decision, String) {
    let ends = of.fall_lower.zip(of.fall_upper);
    let (Some(fall), Some((lower, upper))) = (of.fall, ends) else {
        let reason = of.fall_undefined.as_deref().unwrap_or("there is no fall");
        return (
            Decision::Inconclusive,
            format!("nothing can be said: {reason}"),
        );
    };
    let (before, after) = (of.before.unwrap_or(f64::NAN), of.after.unwrap_or(f64::NAN));
    let what = format!(
        "the answer for what was there falls from {} to {}, by {} (95 % {} to {}, {} in {})",
        number(before),
        number(after),
        number(fall),
        number(lower),
        number(upper),
        count(of.units, "unit"),
        count(of.clusters, "cluster"),
    );
    let Some(distance) = of.distance() else {
        let said = match of.elsewhere {
            Some(elsewhere) => format!("says {} of what is not there", number(elsewhere)),
            None => "is asked of nothing else".to_owned(),
        };
        return (
            Decision::Inconclusive,
            format!("{what}; clean, the model {said}, so that there is nothing to fall to"),
        );
    };
    let share = |of: f64| format!("{} %", (100.0 * of / distance).round());
    let whole = format!(
        "{what}: {} of the way to the {} that it says of nothing (95 % {} to {})",
        share(fall),
        number(of.elsewhere.unwrap_or(f64::NAN)),
        share(lower),
        share(upper),
    );
    match (lower / distance > LEAST, upper / distance <= LEAST) {
        (true, _) => (Decision::Pass, whole),
        (_, true) => (
            Decision::Fail,
            format!(
                "{whole}. The label was destroyed and the answer stays: this evaluation is broken, or the model reads something else than the site"
            ),
        ),
        _ => (
            Decision::Inconclusive,
            format!("{whole}. Whether it falls cannot be told"),
        ),
    }
}
