//! What models say that were scored without what leaked.

use titer_core::figures::percent;

use super::{About, Evidence, Trust};
use crate::rescored::{PARTS, Rescored};

/// Models whose score on all rows lies above the whole interval of that on rows that did not leak.
#[must_use]
pub fn of_models(models: &[Rescored]) -> Vec<Evidence> {
    let [all, kept, _] = PARTS;
    let one = |model: &Rescored| {
        let (whole, without) = (model.first(all)?, model.first(kept)?);
        let (value, (_, upper)) = (whole.value.as_ref().ok()?, without.interval.as_ref().ok()?);
        let left = without.value.as_ref().ok()?;
        (value > upper).then(|| Evidence {
            weighs: Trust::WithCare,
            about: About::Other,
            words: format!(
                "{} {} has {} of {} on all test rows, and {} on those that did not leak",
                model.model,
                model.variant,
                whole.metric,
                percent(*value),
                percent(*left)
            ),
        })
    };
    models.iter().filter_map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rescored::Part;
    use crate::score::Score;

    #[test]
    fn models_that_leaks_lift_are_named() {
        let part = |name: &str, value: f64, interval: (f64, f64)| Part {
            name: name.to_owned(),
            rows: 100,
            clusters: 100,
            scores: vec![Score {
                metric: "accuracy",
                value: Ok(value),
                interval: Ok(interval),
            }],
        };
        let model = |all: f64| Rescored {
            suite: "s".to_owned(),
            model: "m".to_owned(),
            variant: "v".to_owned(),
            rows: 100,
            unanswered: 0,
            parts: vec![
                part("all", all, (0.8, 1.0)),
                part("not leaked", 0.7, (0.6, 0.8)),
            ],
        };
        assert!(of_models(&[model(0.8)]).is_empty());
        let found = of_models(&[model(0.9)]);
        assert!(found[0].words.contains("m v has accuracy of 90.0 %"));
    }
}
