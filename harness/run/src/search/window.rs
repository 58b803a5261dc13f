//! How many queries a search may ask, known before any answer, so that random substitutions get as many.

/// Queries of a search of this beam within so many substitutions, at most: each step asks `per_step`, or as many as there are.
#[must_use]
pub fn queries_within(sites: usize, beam: u64, per_step: u64, substitutions: usize) -> u64 {
    let step = |step: usize| {
        let kept = if step == 0 { 1 } else { beam };
        let there = 3 * sites.saturating_sub(step) as u64;
        per_step.min(there.saturating_mul(kept))
    };
    (0..substitutions).map(step).sum()
}
