//! What test and training rows share, in tables.

use serde::Serialize;
use titer_audit::Audit;

use crate::number::{count, percent};

/// Test intervals that share bases with training intervals, by class.
#[derive(Serialize)]
pub(super) struct SharedTable<'a> {
    classes: Vec<SharedClass<'a>>,
    notes: Vec<String>,
}

#[derive(Serialize)]
struct SharedClass<'a> {
    class: &'a str,
    cells: Vec<String>,
}

/// Test sequences that are alike to training sequences, by identity.
#[derive(Serialize)]
pub(super) struct AlikeTable {
    rows: Vec<[String; 3]>,
    notes: Vec<String>,
}

/// What places share; `None` where not every row has one.
pub(super) fn shared(audit: &Audit) -> Option<SharedTable<'_>> {
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
    Some(SharedTable {
        classes: classes.collect(),
        notes: vec![
            format!(
                "{} of the training intervals share bases with another training interval, {} of the test intervals with another test interval.",
                of(shared.train_among_themselves, audit.train),
                of(shared.test_among_themselves, audit.test)
            ),
            match shared.contradictions {
                0 => "No interval has two labels.".to_owned(),
                1 => "1 interval has two labels.".to_owned(),
                many => format!("{} intervals have two labels.", count(many as u64)),
            },
        ],
    })
}

/// What sequences share; `None` where they are not known.
pub(super) fn alike(audit: &Audit) -> Option<AlikeTable> {
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
            " {} words that occur in the training set more than {} times are not looked up; they take {} of its places.",
            count(words),
            count(u64::from(alike.occurrences)),
            percent(alike.share_cut)
        ),
    };
    Some(AlikeTable {
        rows,
        notes: vec![
            format!(
                "Of the near duplicates {} are reverse complements, and {} are of a training row of the same class. {} test rows are near duplicates of an earlier test row. The largest cluster of near duplicates holds {} of the rows of both splits.",
                of(alike.close_turned),
                of(alike.close_with_own),
                of(alike.within_test),
                percent(alike.largest_cluster)
            ),
            format!(
                "{} more test rows have a stretch in common with a training row that is not a repeat, and {} only a repeat: words of {} bases that occur in the splits more than {} times. Those are not near duplicates and link no rows.",
                of(alike.by_stretch),
                of(alike.by_repeat),
                alike.repeat_word,
                alike.repeat_occurrences
            ),
            format!(
                "A local alignment counts (an equal base 1, an unequal one -1, a gap -2 and -1 for each base) if its score is above {}, which {} of {} dinucleotide-shuffled test sequences were allowed to exceed against the whole training set: of unrelated rows as many are called alike. {} rows could not be looked up, {} matched more training rows than were aligned.{cut}",
                alike.threshold,
                percent(alike.false_positives),
                count(alike.shuffles as u64),
                count(alike.without_seeds as u64),
                count(alike.with_candidates_left_out as u64)
            ),
        ],
    })
}
