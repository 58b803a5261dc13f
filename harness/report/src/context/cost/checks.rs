//! Whether what was timed is what was scored, and whether times are those of new sequences, in sentences.

use titer_judge::MeasurementSummary;

use crate::number::{count, small};

/// A sentence of each check, what is wrong first.
pub(super) fn sentences(measured: &[&MeasurementSummary]) -> Vec<String> {
    let mut told: Vec<String> = measured
        .iter()
        .filter_map(|one| {
            let trouble = one.details.checks.repeated?.trouble()?;
            Some(format!("{}: {trouble}.", one.variant))
        })
        .collect();
    told.extend(answers(measured));
    told
}

fn answers(measured: &[&MeasurementSummary]) -> Option<String> {
    let checks = measured
        .iter()
        .filter_map(|one| one.details.checks.answers.as_ref());
    let (mut builds, mut held, mut largest) = (0_u64, 0, 0.0_f64);
    for check in checks {
        builds += 1;
        held += check.answers;
        largest = largest.max(check.largest_change);
    }
    let difference = match largest == 0.0 {
        true => "to the bit".to_owned(),
        false => format!("but for {} at most, which is rounding", small(largest)),
    };
    (builds > 0).then(|| {
        format!(
            "Timed answers are those that were scored (MLPerf TEST01): {} answers of {} builds are the same {difference}.",
            count(held),
            count(builds)
        )
    })
}
