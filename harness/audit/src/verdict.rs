//! Whether a test set can be trusted, and why not.

mod shortcuts;

use serde::Serialize;

use crate::alike::{Alike, STRETCH};
use crate::hygiene::Hygiene;
use crate::identical::Identical;
use crate::leaks::{ClassShared, Seen, Shared};
use crate::rescored::{PARTS, Rescored};

pub use shortcuts::{learnable, of_shortcuts};

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

/// Test rows of a class below which no score that tells classes apart is sure.
const FEWEST_OF_A_CLASS: usize = 20;
/// The share of test rows in the train set from which on a score is one of memory.
const MANY: f64 = 0.10;
/// The share from which on leaks have to be kept in mind.
const SOME: f64 = 0.01;
/// Independent test examples below which nothing is called trustworthy: an accuracy is known to within 0.10 of no fewer, and
/// that is as much as a shortcut weighs in full.
pub const FEWEST: usize = 100;

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
    evidence.extend(shared.classes.iter().filter_map(of_copies));
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

/// What intervals of a class say that are those of train rows.
fn of_copies(class: &ClassShared) -> Option<Evidence> {
    let share = class.copies as f64 / class.test.max(1) as f64;
    let named = class.named.iter();
    let named: Vec<String> = named
        .map(|it| format!("{} is train row {} ({})", it.test, it.train, it.place))
        .collect();
    weight(share).map(|weighs| Evidence {
        weighs,
        words: format!(
            "{} of {} test intervals of class {} ({}) are exact copies of train intervals, {} of them of one of the same class: {}{}",
            class.copies,
            class.test,
            class.class,
            percent(share),
            class.copies_with_own,
            named.join("; "),
            if named.len() < class.copies { "; and so on" } else { "" }
        ),
    })
}

/// What the size of the test split says.
#[must_use]
pub fn of_size(clusters: usize) -> Option<Evidence> {
    (clusters < FEWEST).then(|| Evidence {
        weighs: Trust::WithCare,
        words: format!(
            "the test split has {clusters} independent examples or fewer: of less than {FEWEST} no accuracy is known to within 0.10"
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
        let rarest = split.classes.iter().copied().filter(|rows| *rows > 0).min();
        if let Some(rows) = rarest.filter(|rows| *rows < FEWEST_OF_A_CLASS && name == "test") {
            evidence.push(Evidence {
                weighs: Trust::WithCare,
                words: format!(
                    "the test split has {rows} rows of one of its classes: too few for a score that tells classes apart ({FEWEST_OF_A_CLASS} at least)"
                ),
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

/// What similar sequences say. A stretch in common (a domain) has to be kept in mind at most.
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
    if let Some(weighs) = weight(share(alike.by_stretch)) {
        evidence.push(Evidence {
            weighs: weighs.min(Trust::WithCare),
            words: format!(
                "{} of {test} test sequences ({}) have a stretch of {STRETCH} bases or more in common with a train sequence, which is no repeat",
                alike.by_stretch,
                percent(share(alike.by_stretch))
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

/// Test sequences that repeats alone make alike to train sequences: no leak.
#[must_use]
pub fn repeats(alike: &Alike, test: usize) -> Option<String> {
    let share = alike.by_repeat as f64 / test.max(1) as f64;
    (share >= SOME).then(|| {
        format!(
            "{} of {test} test sequences ({}) are alike to a train sequence by nothing but a repeat: words of {} bases that stand in the splits more than {} times",
            alike.by_repeat,
            percent(share),
            alike.repeat_word,
            alike.repeat_occurrences
        )
    })
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

    #[test]
    fn a_class_of_few_test_rows_is_said() {
        let split = |classes: &[usize]| Hygiene {
            classes: classes.to_vec(),
            bases: None,
            with_n: 0,
            longest_n: 0,
            with_codes: 0,
            mostly_unknown: 0,
        };
        let of = |test: &[usize]| weighs(&of_hygiene(&[split(&[5, 500]), split(test)]));
        assert_eq!(of(&[20, 4_567]), []);
        assert_eq!(of(&[19, 4_567]), [Trust::WithCare]);
        assert_eq!(of(&[0, 4_567]), [Trust::WithCare]);
    }

    /// What is alike in a few bases is no evidence, nor are repeats; near duplicates weigh in full, stretches less.
    #[test]
    fn near_duplicates_weigh_in_full() {
        let of = |close, by_stretch, within_test| {
            let alike = Alike {
                rows: 900,
                close,
                by_stretch,
                by_repeat: 100,
                within_test,
                ..Alike::default()
            };
            assert!(repeats(&alike, 1_000).is_some());
            weighs(&of_alike(&alike, 1_000))
        };
        assert_eq!(of(9, 9, 9), []);
        assert_eq!(of(10, 0, 0), [Trust::WithCare]);
        assert_eq!(of(100, 0, 0), [Trust::NotAsItStands]);
        assert_eq!(of(0, 10, 0), [Trust::WithCare]);
        assert_eq!(of(0, 900, 0), [Trust::WithCare]);
        assert_eq!(of(0, 0, 900), [Trust::WithCare]);
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
