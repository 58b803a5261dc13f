//! The page of a data audit.

use serde::Serialize;
use titer_audit::hygiene::Hygiene;
use titer_audit::score::Score;
use titer_audit::shortcuts::Shortcut;
use titer_audit::{Audit, Trust};

use crate::chart::forest::{Axis, Forest, Group, Row, forest};
use crate::error::ReportError;
use crate::number::{count, fixed, percent};
use crate::template;

#[derive(Serialize)]
struct Page<'a> {
    titer: &'a str,
    name: &'a str,
    badge: Badge,
    answer: String,
    evidence: Vec<Line<'a>>,
    shown: &'a [String],
    not_looked_for: &'a [String],
    facts: Vec<(&'static str, String)>,
    shared: Option<Shared<'a>>,
    alike: Option<Alike>,
    metrics: Vec<String>,
    controls: Vec<Control<'a>>,
    picture: Option<String>,
    models: Vec<Model>,
    model_metrics: Vec<String>,
    reproduce: Vec<(&'static str, String)>,
}

#[derive(Clone, Copy, Serialize)]
struct Badge {
    class: &'static str,
    sign: &'static str,
    word: &'static str,
}

#[derive(Serialize)]
struct Line<'a> {
    badge: Badge,
    words: &'a str,
}

#[derive(Serialize)]
struct Shared<'a> {
    classes: Vec<SharedClass<'a>>,
    notes: Vec<String>,
}

#[derive(Serialize)]
struct SharedClass<'a> {
    class: &'a str,
    cells: Vec<String>,
}

#[derive(Serialize)]
struct Alike {
    rows: Vec<[String; 3]>,
    notes: Vec<String>,
}

#[derive(Serialize)]
struct Control<'a> {
    name: &'a str,
    looks_at: String,
    cells: Vec<Cell>,
    absent: Option<&'a str>,
}

#[derive(Serialize)]
struct Model {
    heading: String,
    note: String,
    parts: Vec<Part>,
}

#[derive(Serialize)]
struct Part {
    name: String,
    rows: String,
    cells: Vec<Cell>,
}

#[derive(Serialize)]
struct Cell {
    value: String,
    range: String,
}

/// The page as HTML; `commands` are what makes it again. The same audit gives the same bytes.
///
/// # Errors
/// The template does not fit.
pub fn page(audit: &Audit, titer: &str, command: &str) -> Result<String, ReportError> {
    let page = Page {
        titer,
        name: &audit.name,
        badge: badge(audit.trust),
        answer: answer(audit),
        evidence: audit
            .evidence
            .iter()
            .map(|one| Line {
                badge: badge(one.weighs),
                words: &one.words,
            })
            .collect(),
        shown: &audit.shown,
        not_looked_for: &audit.not_looked_for,
        facts: facts(audit),
        shared: shared(audit),
        alike: alike(audit),
        metrics: metrics(audit),
        controls: controls(audit),
        picture: picture(audit),
        models: models(audit),
        model_metrics: model_metrics(audit),
        reproduce: vec![
            ("command", command.to_owned()),
            ("Titer", titer.to_owned()),
            ("seed of the intervals", audit.seed.to_string()),
        ],
    };
    template::fill("audit.html", &page)
}

fn badge(trust: Trust) -> Badge {
    let (class, sign, word) = match trust {
        Trust::Trustworthy => ("pass", "✓", "Trustworthy"),
        Trust::WithCare => ("inconclusive", "!", "With care"),
        Trust::NotAsItStands => ("fail", "✕", "Not as it stands"),
    };
    Badge { class, sign, word }
}

fn answer(audit: &Audit) -> String {
    match audit.trust {
        Trust::Trustworthy => "Nothing that was looked for was found: what a model scores here was not to be had from the train split.".to_owned(),
        Trust::WithCare => "A score on this test split is worth something, with what stands below kept in mind.".to_owned(),
        Trust::NotAsItStands => "A score on this test split does not show what it seems to: much of it can be had without learning biology.".to_owned(),
    }
}

fn facts(audit: &Audit) -> Vec<(&'static str, String)> {
    let [train, test] = &audit.hygiene;
    let mut facts = vec![
        ("train rows", split(audit, train, audit.train)),
        ("test rows", split(audit, test, audit.test)),
        (
            "independent test examples",
            format!(
                "{} clusters of rows that share bases or are near duplicates, worth {} independent examples where those of a cluster are alike; the largest holds {} of the test rows",
                count(audit.clusters as u64),
                count(audit.effective.round() as u64),
                percent(audit.largest_cluster)
            ),
        ),
    ];
    facts.push((
        "leaked test rows",
        format!(
            "{} ({}) share bases with, are identical to, or are near duplicates of a train row",
            count(audit.leaked as u64),
            percent(audit.leaked as f64 / audit.test.max(1) as f64)
        ),
    ));
    if let Some(rows) = audit.straddling {
        facts.push((
            "groups in both splits",
            format!(
                "{} test rows ({}) are of a declared group that has train rows too",
                count(rows as u64),
                percent(rows as f64 / audit.test.max(1) as f64)
            ),
        ));
    }
    if let Some(seen) = &audit.seen {
        facts.push((
            "in regions that a model saw",
            format!(
                "{} of {} test rows share bases with one of {} regions of {}",
                count(seen.rows as u64),
                count(seen.test as u64),
                count(seen.regions as u64),
                seen.name
            ),
        ));
    }
    if let Some((file, digest)) = &audit.genome {
        facts.push(("genome", format!("{file}, {digest}")));
    }
    if let Some(identical) = &audit.identical {
        facts.push((
            "identical sequences",
            format!(
                "{} test rows stand in train, {} as reverse complement; {} stand in the test split before, {} in the train split; {} sequences have two classes",
                count(identical.same_strand as u64),
                count(identical.other_strand as u64),
                count(identical.within_test as u64),
                count(identical.within_train as u64),
                count(identical.contradictions as u64)
            ),
        ));
    }
    facts
}

/// As in "27,097: 12,355 negative, 14,742 positive; 200 to 251 bases, the middle one 240".
fn split(audit: &Audit, hygiene: &Hygiene, rows: usize) -> String {
    let classes: Vec<String> = audit
        .classes
        .iter()
        .zip(&hygiene.classes)
        .map(|(class, rows)| format!("{} {class}", count(*rows as u64)))
        .collect();
    let mut text = format!("{}: {}", count(rows as u64), classes.join(", "));
    if let Some([shortest, middle, longest]) = hygiene.bases {
        if shortest == longest {
            text += &format!("; {} bases each", count(longest));
        } else {
            text += &format!(
                "; {} to {} bases, the middle one {}",
                count(shortest),
                count(longest),
                count(middle)
            );
        }
    }
    if hygiene.with_n > 0 {
        text += &format!(
            "; {} hold N, at most {} in a row",
            count(hygiene.with_n as u64),
            count(hygiene.longest_n as u64)
        );
    }
    if hygiene.with_codes > 0 {
        text += &format!("; {} hold other codes", count(hygiene.with_codes as u64));
    }
    text
}

fn shared(audit: &Audit) -> Option<Shared<'_>> {
    let shared = audit.shared.as_ref()?;
    let of = |rows: usize, all: usize| {
        format!(
            "{} ({})",
            count(rows as u64),
            percent(rows as f64 / all.max(1) as f64)
        )
    };
    let classes = shared.classes.iter().map(|class| SharedClass {
        class: &class.class,
        cells: vec![
            count(class.train as u64),
            count(class.test as u64),
            of(class.with_any, class.test),
            of(class.with_own, class.test),
            of(class.half_within_own, class.test),
            of(class.with_other, class.test),
            of(class.copies, class.test),
        ],
    });
    Some(Shared {
        classes: classes.collect(),
        notes: vec![
            format!(
                "{} of the train intervals share bases with another train interval, {} of the test intervals with another test interval.",
                of(shared.train_among_themselves, audit.train),
                of(shared.test_among_themselves, audit.test)
            ),
            format!(
                "{} places stand under two classes.",
                count(shared.contradictions as u64)
            ),
        ],
    })
}

fn alike(audit: &Audit) -> Option<Alike> {
    let alike = audit.alike.as_ref()?;
    let of = |rows: usize| {
        format!(
            "{} ({})",
            count(rows as u64),
            percent(rows as f64 / audit.test.max(1) as f64)
        )
    };
    let mut rows = vec![["any".to_owned(), of(alike.rows), of(alike.close)]];
    let mut before = None;
    for band in &alike.identity {
        let label = match before {
            None => format!("{} or more", percent(band.at_least)),
            Some(upper) if band.at_least > 0.0 => {
                format!("{} to {}", percent(band.at_least), percent(upper))
            }
            Some(upper) => format!("below {}", percent(upper)),
        };
        before = Some(band.at_least);
        rows.push([label, of(band.rows), of(band.close)]);
    }
    let cut = match alike.words_cut {
        0 => String::new(),
        words => format!(
            " {} words that stand in train more than {} times are not looked up; they take {} of its places.",
            count(words),
            count(u64::from(alike.occurrences)),
            percent(alike.share_cut)
        ),
    };
    Some(Alike {
        rows,
        notes: vec![
            format!(
                "Of the near duplicates {} are so as reverse complement, and {} are of a train row of the same class. {} test rows are near duplicates of a test row before them. The largest cluster that near duplicates make holds {} of the rows of both splits.",
                of(alike.close_turned),
                of(alike.close_with_own),
                of(alike.within_test),
                percent(alike.largest_cluster)
            ),
            format!(
                "{} more test rows have a stretch in common with a train row that is no repeat, and {} nothing but a repeat: words of {} bases that stand in the splits more than {} times. Those are no near duplicates, and link no rows.",
                of(alike.by_stretch),
                of(alike.by_repeat),
                alike.repeat_word,
                alike.repeat_occurrences
            ),
            format!(
                "A local alignment counts (an equal base 1, an unequal one -1, a gap -2 and -1 for each base) if its score is above {}, which {} of {} dinucleotide-shuffled test sequences were allowed to exceed against all of train: of rows that have nothing to do with train as many are called alike. {} rows could not be looked up, {} met more train rows than were aligned.{cut}",
                alike.threshold,
                percent(alike.false_positives),
                count(alike.shuffles as u64),
                count(alike.without_seeds as u64),
                count(alike.with_candidates_left_out as u64)
            ),
        ],
    })
}

/// The metrics of the first control that has scores.
fn metrics(audit: &Audit) -> Vec<String> {
    let mut all = audit
        .shortcuts
        .iter()
        .filter_map(|one| one.scores.as_ref().ok());
    let first = all.next().map(Vec::as_slice).unwrap_or_default();
    first
        .iter()
        .map(|score| crate::words::label(score.metric))
        .collect()
}

fn cell(score: &Score) -> Cell {
    Cell {
        value: match &score.value {
            Ok(value) => fixed(*value, 3),
            Err(_) => "undefined".to_owned(),
        },
        range: match &score.interval {
            Ok((lower, upper)) => format!("{} to {}", fixed(*lower, 3), fixed(*upper, 3)),
            Err(_) => String::new(),
        },
    }
}

/// The metrics of models, those of the first part of the one that has most.
fn model_metrics(audit: &Audit) -> Vec<String> {
    let parts = audit.models.iter().filter_map(|model| model.parts.first());
    let longest = parts.max_by_key(|part| part.scores.len());
    let scores = longest.map_or(&[][..], |part| &part.scores);
    scores
        .iter()
        .map(|score| crate::words::label(score.metric))
        .collect()
}

fn models(audit: &Audit) -> Vec<Model> {
    let metrics = model_metrics(audit);
    let one = |model: &titer_audit::rescored::Rescored| Model {
        heading: format!("{} {}", model.model, model.variant),
        note: match model.unanswered {
            0 => format!("Suite {}.", model.suite),
            rows => format!(
                "Suite {}. {} rows have no usable answer and are in no score here.",
                model.suite,
                count(rows as u64)
            ),
        },
        parts: model
            .parts
            .iter()
            .map(|part| Part {
                name: part.name.clone(),
                rows: format!(
                    "{} in {} clusters",
                    count(part.rows as u64),
                    count(part.clusters as u64)
                ),
                cells: metrics
                    .iter()
                    .map(|name| {
                        let mut scores = part.scores.iter();
                        let found = scores.find(|it| crate::words::label(it.metric) == *name);
                        found.map_or_else(
                            || Cell {
                                value: "–".to_owned(),
                                range: String::new(),
                            },
                            cell,
                        )
                    })
                    .collect(),
            })
            .collect(),
    };
    audit.models.iter().map(one).collect()
}

fn controls(audit: &Audit) -> Vec<Control<'_>> {
    let one = |shortcut: &Shortcut| -> (Vec<Cell>, bool) {
        match &shortcut.scores {
            Ok(scores) => (scores.iter().map(cell).collect(), true),
            Err(_) => (Vec::new(), false),
        }
    };
    audit
        .shortcuts
        .iter()
        .map(|shortcut| Control {
            name: &shortcut.name,
            looks_at: looks_at(audit, shortcut),
            cells: one(shortcut).0,
            absent: shortcut.scores.as_ref().err().map(String::as_str),
        })
        .collect()
}

/// As in "words of 4 bases; fitted on 50,000 of 1,000,000 train rows".
fn looks_at(audit: &Audit, shortcut: &Shortcut) -> String {
    let (own, all) = (shortcut.fitted_on, audit.train);
    if own == all {
        return shortcut.looks_at.to_owned();
    }
    format!(
        "{}; fitted on {} of {} train rows",
        shortcut.looks_at,
        count(own as u64),
        count(all as u64)
    )
}

/// Accuracy of every control, beside the majority's.
fn picture(audit: &Audit) -> Option<String> {
    let rows = audit
        .shortcuts
        .iter()
        .enumerate()
        .filter_map(|(style, one)| {
            let score = one.scores.as_ref().ok()?.first()?;
            Some(Row {
                label: one.name.clone(),
                style,
                value: score.value.as_ref().ok().copied(),
                interval: score.interval.as_ref().ok().copied(),
            })
        });
    forest(&Forest {
        id: "controls".to_owned(),
        title: "Accuracy of controls that know no biology".to_owned(),
        x: "accuracy, with 95 % intervals".to_owned(),
        groups: vec![Group {
            heading: "controls".to_owned(),
            rows: rows.collect(),
        }],
        axis: Axis::Values,
        margins: Vec::new(),
    })
}
