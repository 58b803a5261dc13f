//! Whether a test set can be trusted, and why not.

use serde::Serialize;
use titer_metrics::stats::bootstrap::FEWEST_CLUSTERS;

use crate::alike::Alike;
use crate::hygiene::Hygiene;
use crate::identical::Identical;
use crate::leaks::{Seen, Shared};
use crate::rescored::{PARTS, Rescored};
use crate::shortcuts::Shortcut;

/// What a score on the test set is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Trust {
    /// Nothing that was looked for was found.
    Trustworthy,
    /// Something has to be kept in mind.
    WithCare,
    /// A score on it does not show what it seems to.
    NotAsItStands,
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Evidence {
    /// What it means for a score.
    pub weighs: Trust,
    /// What was found, with its numbers.
    pub words: String,
}

/// The share of test rows in the train set from which on a score is one of memory.
const MANY: f64 = 0.10;
/// The share from which on leaks have to be kept in mind.
const SOME: f64 = 0.01;
/// How far a control's accuracy must lie above that of the majority, with the lower end of its interval, for
/// a score to be one of the shortcut.
const FAR: f64 = 0.10;
/// How far for it to be kept in mind.
const NEAR: f64 = 0.02;

impl Trust {
    /// In words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Trustworthy => "trustworthy",
            Self::WithCare => "with care",
            Self::NotAsItStands => "not as it stands",
        }
    }
}

/// The verdict: the gravest of the evidence.
#[must_use]
pub fn verdict(evidence: &[Evidence]) -> Trust {
    let gravest = evidence.iter().map(|one| one.weighs).max();
    gravest.unwrap_or(Trust::Trustworthy)
}

/// What shared places say.
#[must_use]
pub fn of_places(shared: &Shared, test: usize) -> Vec<Evidence> {
    let mut evidence = Vec::new();
    let share = |rows: usize, all: usize| rows as f64 / all.max(1) as f64;
    if let Some(weighs) = weight(share(shared.rows, test)) {
        evidence.push(Evidence {
            weighs,
            words: format!(
                "{} of {test} test intervals ({}) share bases with a train interval",
                shared.rows,
                percent(share(shared.rows, test))
            ),
        });
    }
    for class in &shared.classes {
        let own = share(class.with_own, class.test);
        if let Some(weighs) = weight(own) {
            evidence.push(Evidence {
                weighs,
                words: format!(
                    "{} of {} test intervals of class {} ({}) share bases with a train interval of the same class",
                    class.with_own,
                    class.test,
                    class.class,
                    percent(own)
                ),
            });
        }
    }
    if let Some(weighs) = weight(share(shared.test_repeats, test)) {
        evidence.push(Evidence {
            weighs: weighs.min(Trust::WithCare),
            words: format!(
                "{} of {test} test intervals ({}) share half of their bases or more with a test interval before them: they are no examples of their own",
                shared.test_repeats,
                percent(share(shared.test_repeats, test))
            ),
        });
    }
    if shared.contradictions > 0 {
        evidence.push(Evidence {
            weighs: Trust::WithCare,
            words: format!("{} places stand under two classes", shared.contradictions),
        });
    }
    evidence
}

/// What the size of the test split says: below so many clusters there are no intervals.
#[must_use]
pub fn of_size(clusters: usize) -> Option<Evidence> {
    (clusters < FEWEST_CLUSTERS).then(|| Evidence {
        weighs: Trust::WithCare,
        words: format!(
            "the test split has {clusters} independent examples or fewer: no score on it has an interval"
        ),
    })
}

/// What the rows are made of says.
#[must_use]
pub fn of_hygiene(splits: &[Hygiene; 2]) -> Vec<Evidence> {
    let mut evidence = Vec::new();
    for (split, name) in splits.iter().zip(["train", "test"]) {
        let rows: usize = split.classes.iter().sum();
        let share = split.mostly_unknown as f64 / rows.max(1) as f64;
        if share >= SOME {
            evidence.push(Evidence {
                weighs: Trust::WithCare,
                words: format!(
                    "{} of {rows} {name} sequences ({}) are unknown letters by half or more",
                    split.mostly_unknown,
                    percent(share)
                ),
            });
        }
        if split.classes.contains(&0) {
            evidence.push(Evidence {
                weighs: Trust::WithCare,
                words: format!("the {name} split has no row of one of the classes"),
            });
        }
    }
    evidence
}

/// What identical sequences say.
#[must_use]
pub fn of_letters(identical: &Identical, test: usize) -> Vec<Evidence> {
    let mut evidence = Vec::new();
    let share = |rows: usize| rows as f64 / test.max(1) as f64;
    let in_train = identical.same_strand + identical.other_strand;
    if let Some(weighs) = weight(share(in_train)) {
        evidence.push(Evidence {
            weighs,
            words: format!(
                "{in_train} of {test} test sequences ({}) stand in the train split letter for letter, {} of them as reverse complement",
                percent(share(in_train)),
                identical.other_strand
            ),
        });
    }
    if let Some(weighs) = weight(share(identical.within_test)) {
        evidence.push(Evidence {
            weighs: weighs.min(Trust::WithCare),
            words: format!(
                "{} of {test} test sequences ({}) stand in the test split before: they are no examples of their own",
                identical.within_test,
                percent(share(identical.within_test))
            ),
        });
    }
    if identical.contradictions > 0 {
        evidence.push(Evidence {
            weighs: Trust::WithCare,
            words: format!(
                "{} sequences stand under two classes",
                identical.contradictions
            ),
        });
    }
    evidence
}

/// What similar sequences say. So many as chance calls alike say nothing; a repeat, and what is above chance and not close (a
/// stretch in common, a domain), has to be kept in mind at most.
#[must_use]
pub fn of_alike(alike: &Alike, test: usize) -> Vec<Evidence> {
    let mut evidence = Vec::new();
    let share = |rows: usize| rows as f64 / test.max(1) as f64;
    if let Some(weighs) = weight(share(alike.close)) {
        evidence.push(Evidence {
            weighs,
            words: format!(
                "{} of {test} test sequences ({}) are near duplicates of a train sequence, {} of them as reverse complement, {} of one of the same class",
                alike.close,
                percent(share(alike.close)),
                alike.close_turned,
                alike.close_with_own
            ),
        });
    }
    if let Some(weighs) = weight(share(alike.by_repeat)) {
        evidence.push(Evidence {
            weighs: weighs.min(Trust::WithCare),
            words: format!(
                "{} of {test} test sequences ({}) are as alike to a train sequence by nothing but a repeat: words of {} bases that stand in the splits more than {} times",
                alike.by_repeat,
                percent(share(alike.by_repeat)),
                alike.repeat_word,
                alike.repeat_occurrences
            ),
        });
    }
    // The lower end of what chance leaves room for: three standard deviations.
    let chance = alike.false_positives;
    let room = 3.0 * (chance * (1.0 - chance) / test.max(1) as f64).sqrt();
    let only_above = alike.rows - alike.close - alike.by_repeat;
    let beyond = share(only_above) - chance;
    if beyond > room && weight(beyond).is_some() {
        evidence.push(Evidence {
            weighs: Trust::WithCare,
            words: format!(
                "{only_above} of {test} test sequences ({}) have a stretch in common with a train sequence, where chance gives {} at most",
                percent(share(only_above)),
                percent(chance)
            ),
        });
    }
    if let Some(weighs) = weight(share(alike.within_test)) {
        evidence.push(Evidence {
            weighs: weighs.min(Trust::WithCare),
            words: format!(
                "{} of {test} test sequences ({}) are near duplicates of a test sequence before them: they are no examples of their own",
                alike.within_test,
                percent(share(alike.within_test))
            ),
        });
    }
    evidence
}

/// What groups in both splits say.
#[must_use]
pub fn of_straddling(straddling: Option<usize>, test: usize) -> Option<Evidence> {
    let rows = straddling?;
    let share = rows as f64 / test.max(1) as f64;
    weight(share).map(|weighs| Evidence {
        weighs,
        words: format!(
            "{rows} of {test} test rows ({}) are of a group that has train rows too, and the data set says that rows of a group are not independent",
            percent(share)
        ),
    })
}

/// What regions that a model was trained on say.
#[must_use]
pub fn of_seen(seen: &Seen) -> Option<Evidence> {
    let share = seen.rows as f64 / seen.test.max(1) as f64;
    weight(share).map(|weighs| Evidence {
        weighs,
        words: format!(
            "{} of {} test intervals ({}) lie in {}, which a model was trained on",
            seen.rows,
            seen.test,
            percent(share),
            seen.name
        ),
    })
}

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
            words: format!(
                "{} {} has a score ({}) of {} on all test rows and of {} on those that did not leak",
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

fn weight(share: f64) -> Option<Trust> {
    if share >= MANY {
        Some(Trust::NotAsItStands)
    } else if share >= SOME {
        Some(Trust::WithCare)
    } else {
        None
    }
}

/// What controls say. One that sees places, or nothing that a model of sequences sees, shows a leak; one
/// that sees letters shows how little of them is needed, which weighs less.
#[must_use]
pub fn of_shortcuts(shortcuts: &[Shortcut]) -> Vec<Evidence> {
    let accuracy = |shortcut: &Shortcut| {
        let scores = shortcut.scores.as_ref().ok()?;
        let score = scores.iter().find(|score| score.metric == "accuracy")?;
        Some((score.value.clone().ok()?, score.interval.clone().ok()?))
    };
    let majority = shortcuts.iter().find(|one| one.name == "majority");
    let Some((chance, _)) = majority.and_then(accuracy) else {
        let reason = majority.and_then(|one| one.scores.as_ref().err());
        let reason = reason.map_or("its accuracy has no interval", String::as_str);
        return vec![Evidence {
            weighs: Trust::WithCare,
            words: format!("no control says what a score is worth: {reason}"),
        }];
    };
    let mut evidence = Vec::new();
    for shortcut in shortcuts.iter().filter(|one| one.name != "majority") {
        let Some((value, (lower, upper))) = accuracy(shortcut) else {
            continue;
        };
        let above = lower - chance;
        let weighs = match above {
            above if above >= FAR && shortcut.name == "overlap" => Trust::NotAsItStands,
            above if above >= FAR && shortcut.name == "length" => Trust::NotAsItStands,
            above if above >= NEAR => Trust::WithCare,
            _ => continue,
        };
        evidence.push(Evidence {
            weighs,
            words: format!(
                "the control `{}`, which sees only {}, has an accuracy of {} ({} to {}); the majority class has {}",
                shortcut.name,
                shortcut.looks_at,
                percent(value),
                percent(lower),
                percent(upper),
                percent(chance)
            ),
        });
    }
    evidence
}

fn percent(share: f64) -> String {
    format!("{:.2} %", 100.0 * share)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rescored::Part;
    use crate::score::Score;

    fn weighs(evidence: &[Evidence]) -> Vec<Trust> {
        evidence.iter().map(|one| one.weighs).collect()
    }

    /// What chance calls alike is no evidence; near duplicates weigh in full, stretches in common less.
    #[test]
    fn chance_is_allowed_for() {
        let of = |rows, close, within_test| {
            let alike = Alike {
                rows,
                close,
                within_test,
                false_positives: 0.01,
                ..Alike::default()
            };
            weighs(&of_alike(&alike, 1_000))
        };
        assert_eq!(of(0, 0, 0), []);
        // 1 % by chance, and three standard deviations of a thousand draws.
        assert_eq!(of(19, 0, 0), []);
        assert_eq!(of(21, 0, 0), [Trust::WithCare]);
        assert_eq!(of(900, 0, 0), [Trust::WithCare]);
        assert_eq!(of(9, 9, 0), []);
        assert_eq!(of(10, 10, 0), [Trust::WithCare]);
        assert_eq!(of(100, 100, 0), [Trust::NotAsItStands]);
        assert_eq!(of(0, 0, 900), [Trust::WithCare]);
        let of_repeats = |by_repeat| {
            let alike = Alike {
                rows: by_repeat,
                by_repeat,
                false_positives: 0.01,
                ..Alike::default()
            };
            weighs(&of_alike(&alike, 1_000))
        };
        assert_eq!(of_repeats(9), []);
        assert_eq!(of_repeats(900), [Trust::WithCare]);
    }

    #[test]
    fn regions_and_groups_weigh_by_their_share() {
        let of = |rows| {
            let seen = Seen {
                name: "seen.bed".to_owned(),
                regions: 5,
                test: 1_000,
                rows,
            };
            of_seen(&seen).map(|one| one.weighs)
        };
        assert_eq!(
            [of(9), of(10), of(100)],
            [None, Some(Trust::WithCare), Some(Trust::NotAsItStands)]
        );
        assert!(of_straddling(None, 1_000).is_none());
        assert!(of_straddling(Some(9), 1_000).is_none());
        let found = of_straddling(Some(100), 1_000).unwrap();
        assert_eq!(found.weighs, Trust::NotAsItStands);
    }

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
        assert!(
            found[0]
                .words
                .contains("m v has a score (accuracy) of 90.00 %")
        );
    }
}
