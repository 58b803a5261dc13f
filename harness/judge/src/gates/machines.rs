//! Pairs whose cells were predicted on machines of different instruction sets.
//!
//! Quantized kernels round otherwise without VNNI than with it, so that a difference between two such cells may be the
//! machines' and not the variants'.

use titer_core::Decision;

use super::Ruling;

/// Leaves a ruling undecided where the candidate's and the reference's machine (`machines`, in this order) differ and the
/// evaluation does not allow it; says so in any case.
#[must_use]
pub fn hold(ruling: Ruling, machines: Option<(&str, &str)>, allowed: bool) -> Ruling {
    let Some((candidate, reference)) = machines.filter(|(one, other)| one != other) else {
        return ruling;
    };
    let warning = format!(
        "predicted on machines of different instruction sets, the variant on {candidate}, the reference on {reference}"
    );
    if allowed || ruling.decision == Decision::Incomplete {
        let because = format!("{}; {warning}", ruling.because);
        return Ruling { because, ..ruling };
    }
    let because = format!(
        "{warning}: the difference may be the machines'. Predict both on one, or write `across_machines: true` in the \
         evaluation. By itself: {}",
        ruling.because
    );
    Ruling {
        decision: Decision::Inconclusive,
        because,
        ..ruling
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(decision: Decision, machines: Option<(&str, &str)>, allowed: bool) -> Ruling {
        let ruling = Ruling {
            decision,
            because: "within".to_owned(),
            ..Ruling::incomplete(String::new())
        };
        hold(ruling, machines, allowed)
    }

    #[test]
    fn one_machine_and_unknown_machines_change_nothing() {
        for machines in [None, Some(("avx2", "avx2"))] {
            let ruling = held(Decision::Pass, machines, false);
            assert_eq!(ruling.decision, Decision::Pass);
            assert_eq!(ruling.because, "within");
        }
    }

    #[test]
    fn two_machines_leave_pass_and_fail_undecided_unless_allowed() {
        let machines = Some(("avx2", "avx512_vnni"));
        for decision in [Decision::Pass, Decision::Fail] {
            let ruling = held(decision, machines, false);
            assert_eq!(ruling.decision, Decision::Inconclusive);
            assert!(
                ruling.because.contains("the variant on avx2"),
                "{}",
                ruling.because
            );
            let ruling = held(decision, machines, true);
            assert_eq!(ruling.decision, decision);
            assert!(ruling.because.contains("avx512_vnni"), "{}", ruling.because);
        }
        assert_eq!(
            held(Decision::Incomplete, machines, false).decision,
            Decision::Incomplete
        );
    }
}
