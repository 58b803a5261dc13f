//! Tables of plain rows.

use std::collections::BTreeSet;

use titer_core::table::{Holds, Row};
use titer_core::{
    Against, Agreement, Contrast, Detection, Estimate, Fall, FurtherLoss, GroupFlips, GroupScore,
    PairedTest, Recalibration, Spread, SpreadKind, Undefined,
};

use super::{agreement, folder, interval, score_key};
use crate::flat;

fn estimate() -> Estimate {
    Estimate::new(&Ok(0.25), &Ok(interval()))
}

/// What goes through a table of rows comes back, and no column of the table stands twice or is always empty.
fn rows_read_back<R: Row + Clone + PartialEq + std::fmt::Debug>(rows: &[R]) {
    let (_place, folder) = folder();
    folder.write_rows(rows).unwrap();
    assert_eq!(folder.read_rows::<R>().unwrap(), rows);
    let columns = R::columns();
    let names: BTreeSet<&str> = columns.iter().map(|column| column.name.as_str()).collect();
    assert_eq!(columns.len(), names.len(), "a column stands twice");
    folder.write_rows::<R>(&[]).unwrap();
    assert_eq!(folder.read_rows::<R>().unwrap(), []);
}

#[test]
fn rows_of_every_table_read_back() {
    let none = Estimate::undefined(&Undefined::because("too small to say"));
    let group = |estimate, too_small| GroupScore {
        key: score_key("auroc", Some("donor")),
        stratum: "gc".to_owned(),
        group: "30 to 40 % GC".to_owned(),
        estimate,
        units: 9,
        positives: 4,
        clusters: 3,
        too_small,
    };
    rows_read_back(&[group(estimate(), false), group(none.clone(), true)]);
    rows_read_back(&[Spread {
        key: score_key("auroc", None),
        stratum: "strand".to_owned(),
        statistic: SpreadKind::Gap,
        worst_group: "-".to_owned(),
        best_group: "+".to_owned(),
        estimate: estimate(),
        against: Against::default(),
        groups: 2,
        too_small: 1,
    }]);
    rows_read_back(&[GroupFlips {
        case: score_key("auroc", None).case,
        base: "b".to_owned(),
        contrast: Contrast::Reference,
        stratum: "class".to_owned(),
        group: "donor".to_owned(),
        units: 8,
        flips_to_wrong: 3,
        flips_to_right: 2,
        flips_among_wrong: 1,
    }]);
    rows_read_back(&[PairedTest {
        key: score_key("auroc", None),
        contrast: Contrast::Reference,
        base: "b".to_owned(),
        test: "obuchowski".to_owned(),
        estimate: none,
        p_value: Some(0.25),
        holm: None,
        benjamini_hochberg: Some(0.5),
        units: 7,
        clusters: 6,
    }]);
    rows_read_back(&[Recalibration {
        key: score_key("ece", None),
        method: "temperature".to_owned(),
        parameters: "temperature 1.5".to_owned(),
        at_bound: false,
        fitted_on: "d".to_owned(),
        fitted_examples: 10,
        raw: Some(0.125),
        estimate: estimate(),
        against: Against::new("b".to_owned(), &estimate().value(), &estimate().interval()),
    }]);
    let fall = Fall {
        suite: "s".to_owned(),
        model: "m".to_owned(),
        variant: "v".to_owned(),
        split: "test".to_owned(),
        metric: "auroc".to_owned(),
        class: None,
        in_distribution: "near".to_owned(),
        out_of_distribution: "far".to_owned(),
        in_value: Some(0.75),
        out_value: Some(0.5),
        fall: estimate(),
        held: FurtherLoss::default(),
        control: Some("kmers_4".to_owned()),
        control_fall: Some(0.125),
        beyond_control: Some(-0.5),
        beyond_control_lower: None,
        beyond_control_upper: Some(0.25),
        in_clusters: 5,
        out_clusters: 4,
        shared_clusters: 3,
    };
    let further = Fall {
        held: FurtherLoss::than("b".to_owned(), estimate()),
        ..fall.clone()
    };
    assert_eq!(fall.held.estimate(), None);
    assert_eq!(further.held.estimate(), Some(estimate()));
    rows_read_back(&[fall, further]);
    rows_read_back(&[Detection {
        suite: "s".to_owned(),
        model: "m".to_owned(),
        variant: "v".to_owned(),
        in_distribution: "near".to_owned(),
        out_of_distribution: "far".to_owned(),
        by: "entropy".to_owned(),
        metric: "auroc".to_owned(),
        estimate: estimate(),
        inside: 5,
        outside: 4,
        clusters: 3,
    }]);
}

/// Rows as earlier versions wrote them: without the columns that came later.
fn written_earlier<R: Row>(folder: &crate::RunFolder, row: &R) {
    let all = flat(std::slice::from_ref(row)).unwrap().remove(0);
    let mut columns = crate::table::Columns::default();
    for column in R::columns().iter().filter(|column| !column.later) {
        let (name, value) = (&column.name, std::iter::once(&all[&column.name]));
        columns = match column.holds {
            Holds::Text => columns.maybe_text(name, value.map(|value| value.as_str())),
            Holds::Whole => columns.maybe_whole(name, value.map(serde_json::Value::as_u64)),
            Holds::Number => columns.maybe_number(name, value.map(serde_json::Value::as_f64)),
            Holds::Flag => columns.flag(name, value.map(|value| value.as_bool().unwrap())),
        };
    }
    columns.write(&folder.table(R::TABLE)).unwrap();
}

#[test]
fn tables_of_earlier_versions_are_read() {
    let (_place, folder) = folder();
    written_earlier(&folder, &agreement());
    let later = Agreement {
        answers: None,
        distinct: None,
        base_distinct: None,
        saturated: None,
        base_saturated: None,
        ..agreement()
    };
    assert_eq!(folder.read_rows::<Agreement>().unwrap(), [later]);
}
