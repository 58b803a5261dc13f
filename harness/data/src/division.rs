//! Which split an example is of, where a rule says so.

use csv::StringRecord;
use titer_core::Stream;
use titer_spec::Divide;

use crate::header::Column;

/// The split of a record by a rule. `fold` is the value that is left out, of folds; `id` is the example's group where no
/// column names one.
///
/// Of shares the split follows from the seed and the group alone: rows come and go without moving others.
#[must_use]
pub fn split<'a>(
    rule: &Divide,
    column: Option<&Column>,
    record: &StringRecord,
    id: &str,
    fold: Option<&str>,
) -> &'a str {
    let held = column.and_then(|column| record.get(column.index));
    match rule {
        Divide::HeldOut(rule) => {
            let is_in = |values: &[String]| {
                values
                    .iter()
                    .any(|value| held.is_some_and(|held| held == value))
            };
            if is_in(&rule.test) {
                "test"
            } else if is_in(&rule.tuning) {
                "tuning"
            } else {
                "train"
            }
        }
        Divide::Folds(_) => match fold {
            Some(fold) if held != Some(fold) => "train",
            _ => "test",
        },
        Divide::Shares(rule) => {
            let drawn = Stream::new(rule.seed, "divide", held.unwrap_or(id)).uniform();
            if drawn < rule.test {
                "test"
            } else if drawn < rule.test + rule.tuning {
                "tuning"
            } else {
                "train"
            }
        }
    }
}

/// The column that a rule looks at.
#[must_use]
pub fn column(rule: &Divide) -> Option<&String> {
    match rule {
        Divide::HeldOut(rule) => Some(&rule.column.value),
        Divide::Folds(rule) => Some(&rule.column.value),
        Divide::Shares(rule) => rule.group.as_ref().map(|group| &group.value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use titer_spec::Located;
    use titer_spec::layout::{Folds, HeldOut, Shares};

    fn of(rule: &Divide, value: &str, fold: Option<&str>) -> &'static str {
        let column = Column {
            name: "group".to_owned(),
            index: 0,
        };
        split(
            rule,
            Some(&column),
            &StringRecord::from(vec![value]),
            "id",
            fold,
        )
    }

    #[test]
    fn chromosomes_are_held_out_or_left_out_one_by_one() {
        let column = Located::nowhere("group".to_owned());
        let rule = Divide::HeldOut(HeldOut {
            column: column.clone(),
            test: vec!["chr8".to_owned()],
            tuning: vec!["chr9".to_owned()],
        });
        assert_eq!(
            ["chr8", "chr9", "chr1"].map(|value| of(&rule, value, None)),
            ["test", "tuning", "train"]
        );
        let rule = Divide::Folds(Folds { column });
        assert_eq!(of(&rule, "chr8", None), "test");
        assert_eq!(of(&rule, "chr8", Some("chr8")), "test");
        assert_eq!(of(&rule, "chr9", Some("chr8")), "train");
    }

    #[test]
    fn shares_keep_groups_together_and_are_as_large_as_asked() {
        let rule = Divide::Shares(Shares {
            group: Some(Located::nowhere("group".to_owned())),
            test: 0.2,
            tuning: 0.1,
            seed: 7,
        });
        let mut counts = [0; 3];
        for gene in 0..10_000 {
            let gene = format!("gene {gene}");
            let split = of(&rule, &gene, None);
            assert_eq!(split, of(&rule, &gene, None));
            counts[["test", "tuning", "train"]
                .iter()
                .position(|it| *it == split)
                .unwrap()] += 1;
        }
        // Four standard deviations of a binomial are 160 and 120.
        assert!((1_840..2_160).contains(&counts[0]), "{counts:?}");
        assert!((880..1_120).contains(&counts[1]), "{counts:?}");
    }
}
