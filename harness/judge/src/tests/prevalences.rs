use crate::fixture::{InMemory, binary_plan};
use crate::scoring::score_plan;

#[test]
fn metrics_are_given_at_the_prevalence_that_the_suite_states() {
    let mut plan = binary_plan(&["fp32", "int8"]);
    let judged = |plan: &titer_spec::Plan| {
        score_plan(plan, &InMemory::new(), &|_, _, _| {})
            .unwrap()
            .prevalences
    };
    assert!(judged(&plan).is_empty());
    plan.suites[0].prevalence = Some(0.01);
    let rows = judged(&plan);
    // Two variants on two datasets, clean, six metrics each.
    assert_eq!(rows.len(), 24);
    for row in &rows {
        assert!(row.key.case.is_clean());
        assert_eq!((row.prevalence, row.measured_prevalence), (0.01, 0.5));
        assert_eq!((row.units, row.positives, row.clusters), (40, 20, 20));
        let (value, measured) = (row.estimate.value.unwrap(), row.measured.unwrap());
        match row.key.metric.as_str() {
            // A hundredth are positive: most calls are false.
            "precision" | "average_precision" => assert!(value < 0.8 * measured, "{row:?}"),
            // It says what it said, and positives are rare.
            "ece_equal_width" => assert!(value > measured, "{row:?}"),
            _ => {}
        }
    }
}
