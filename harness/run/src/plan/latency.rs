//! What is asked of a latency measurement can be shown by it.

use titer_measure::scenarios::QUERIES_FOR_A_RATE;
use titer_spec::evaluation::Latency;
use titer_spec::{Document, Evaluation, SpecError};

/// A rate is found by as many queries as show anything, and lengths that are asked for are some.
pub(super) fn check(evaluation: &Document<Evaluation>, latency: &Latency) -> Result<(), SpecError> {
    if let Some(lengths) = latency.lengths.as_ref().filter(|it| it.value.is_empty()) {
        let message = "lengths: the list is empty";
        return Err(evaluation.error(lengths, message, "write `[1000, 10000]`, or take it out"));
    }
    if latency.scenario.bound_ns().is_some() && latency.queries.value < QUERIES_FOR_A_RATE {
        let message = format!(
            "queries: {} cannot show that a 99th percentile keeps its bound, at 99 % confidence: {QUERIES_FOR_A_RATE} are needed if none is over it",
            latency.queries.value
        );
        let cure = "write `queries: 1000` or more";
        return Err(evaluation.error(&latency.queries, message, cure));
    }
    Ok(())
}
