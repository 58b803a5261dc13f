//! What leaks do to a model: its scores again without the rows that leaked, and by similarity to train.

use serde::Serialize;

use crate::answers::Answers;
use crate::rows::Set;
use crate::score::{Clusters, Score};

/// A variant's scores on parts of the test split.
#[derive(Clone, Debug, Serialize)]
pub struct Rescored {
    /// The suite that asked.
    pub suite: String,
    /// The model.
    pub model: String,
    /// The variant.
    pub variant: String,
    /// Test rows that the suite asks about.
    pub rows: usize,
    /// Of them, those without a usable answer: they are in no score below, and lie against all of them.
    pub unanswered: usize,
    /// All rows, those that did not leak, those that did, then by similarity.
    pub parts: Vec<Part>,
}

/// Scores on some of the rows.
#[derive(Clone, Debug, Serialize)]
pub struct Part {
    /// Which rows.
    pub name: String,
    /// How many.
    pub rows: usize,
    /// In how many clusters.
    pub clusters: usize,
    /// Their scores; accuracy first where answers are probabilities.
    pub scores: Vec<Score>,
}

/// The part of all rows, of those that did not leak, of those that did.
pub const PARTS: [&str; 3] = ["all", "not leaked", "leaked"];
/// Lower ends of the bands of similarity: score of the best alignment with train for each base.
const BANDS: [f64; 5] = [0.8, 0.6, 0.4, 0.2, f64::MIN_POSITIVE];

/// What is known of each test row.
#[derive(Clone, Copy, Debug)]
pub struct Rows<'a> {
    /// Whether it leaked: shares bases with, is identical to, or is a near duplicate of a train row.
    pub leaked: &'a [bool],
    /// Its similarity to the nearest train row, 0 to 1; `None` where letters are not known.
    pub similarity: Option<&'a [f64]>,
    /// Its cluster.
    pub clusters: &'a [u32],
}

/// Scores a variant's answers on every part.
#[must_use]
pub fn rescored(set: &Set, rows: Rows<'_>, answers: &Answers, seed: u64) -> Rescored {
    let mut asked = Vec::new();
    let mut unanswered = 0;
    for (row, of) in set.test.iter().enumerate() {
        match answers.of.get(&of.id) {
            Some((truth, Some(probability))) => asked.push((row, *truth, *probability)),
            Some((_, None)) => unanswered += 1,
            None => {}
        }
    }
    let part = |name: String, holds: &dyn Fn(usize) -> bool| {
        let of: Vec<&(usize, bool, f64)> = asked.iter().filter(|(row, ..)| holds(*row)).collect();
        let numbers: Vec<u32> = of.iter().map(|(row, ..)| rows.clusters[*row]).collect();
        let clusters = Clusters::new(&numbers, seed);
        let truth: Vec<bool> = of.iter().map(|(_, truth, _)| *truth).collect();
        let probability: Vec<f64> = of.iter().map(|(.., it)| *it).collect();
        let mut scores = Vec::new();
        if let Some(threshold) = answers.threshold {
            let right = truth.iter().zip(&probability);
            let right: Vec<bool> = right
                .map(|(truth, probability)| (*probability >= threshold) == *truth)
                .collect();
            scores.push(clusters.share("accuracy", &right));
        }
        let threshold = answers.threshold.unwrap_or(0.5);
        let ranks = answers.threshold.is_none();
        let more = clusters.binary_at(&truth, &[&probability], threshold);
        let is_of_ranking = |score: &Score| matches!(score.metric, "auroc" | "average_precision");
        let more = more.into_iter().flatten();
        scores.extend(more.filter(|it| !ranks || is_of_ranking(it)));
        Part {
            name,
            rows: of.len(),
            clusters: if of.is_empty() { 0 } else { clusters.count() },
            scores,
        }
    };
    let [all, kept, lost] = PARTS.map(str::to_owned);
    let mut parts = vec![
        part(all, &|_| true),
        part(kept, &|row| !rows.leaked[row]),
        part(lost, &|row| rows.leaked[row]),
    ];
    if let Some(similarity) = rows.similarity {
        let mut above = f64::INFINITY;
        for lower in BANDS {
            let name = match (above.is_finite(), lower > 0.1) {
                (false, _) => format!("similarity {lower} or more"),
                (true, true) => format!("similarity {lower} to {above}"),
                (true, false) => format!("similarity above chance, below {above}"),
            };
            let within = |row: usize| (lower..above).contains(&similarity[row]);
            parts.push(part(name, &within));
            above = lower;
        }
        parts.push(part("nothing above chance".to_owned(), &|row| {
            similarity[row] < f64::MIN_POSITIVE
        }));
    }
    parts.retain(|part| part.rows > 0);
    Rescored {
        suite: answers.suite.clone(),
        model: answers.model.clone(),
        variant: answers.variant.clone(),
        rows: asked.len() + unanswered,
        unanswered,
        parts,
    }
}

impl Rescored {
    /// The first score (accuracy, of a ranking AUROC) of a part.
    #[must_use]
    pub fn first(&self, part: &str) -> Option<&Score> {
        let part = self.parts.iter().find(|one| one.name == part)?;
        part.scores.first()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rows::Row;
    use std::collections::HashMap;

    #[test]
    fn leaked_rows_are_scored_apart() {
        let row = |id: usize| Row {
            id: id.to_string(),
            class: 0,
            chromosome: None,
            place: None,
            sequence: None,
            minus: None,
            lower_case: 0,
            second: None,
            group: None,
        };
        let set = Set {
            test: (0..100).map(row).collect(),
            ..Set::default()
        };
        // The first 50 leaked and are told right; of the others every second one is.
        let leaked: Vec<bool> = (0..100).map(|row| row < 50).collect();
        let similarity: Vec<f64> = (0..100)
            .map(|row| if row < 50 { 1.0 } else { 0.0 })
            .collect();
        let clusters: Vec<u32> = (0..100).collect();
        let of = |row: usize| {
            let truth = row % 4 < 2;
            let right = row < 50 || row.is_multiple_of(2);
            let answer = if truth == right { 0.9 } else { 0.1 };
            (row.to_string(), (truth, (row != 99).then_some(answer)))
        };
        let answers = Answers {
            suite: "s".to_owned(),
            model: "m".to_owned(),
            variant: "v".to_owned(),
            threshold: Some(0.5),
            of: (0..100).map(of).collect::<HashMap<_, _>>(),
        };
        let rows = Rows {
            leaked: &leaked,
            similarity: Some(&similarity),
            clusters: &clusters,
        };
        let found = rescored(&set, rows, &answers, 1);
        assert_eq!((found.rows, found.unanswered), (100, 1));
        let value = |part: &str| found.first(part).unwrap().value.clone().unwrap();
        assert_eq!(value("all"), 75.0 / 99.0);
        assert_eq!(value("leaked"), 1.0);
        assert_eq!(value("not leaked"), 25.0 / 49.0);
        assert_eq!(value("similarity 0.8 or more"), 1.0);
        assert_eq!(value("nothing above chance"), 25.0 / 49.0);
        assert_eq!(found.parts.len(), 5);
        // Of a ranking nothing is called.
        let ranking = Answers {
            threshold: None,
            ..answers
        };
        let found = rescored(&set, rows, &ranking, 1);
        let metrics: Vec<&str> = found.parts[0].scores.iter().map(|it| it.metric).collect();
        assert_eq!(metrics, ["auroc", "average_precision"]);
    }
}
