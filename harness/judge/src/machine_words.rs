//! The machine that absolute times and sizes are of, in a few words beside them.

use std::collections::BTreeMap;

use titer_core::Verdict;
use titer_spec::gate::Rule;
use titer_spec::{MeasurementName, Plan};

/// "Intel Xeon, 4 cores, 16.0 GiB"; what is not known is left out.
#[must_use]
pub fn machine_words(machine: &BTreeMap<String, String>) -> String {
    let fact = |name: &str| machine.get(name).cloned();
    let cores = fact("cores").map(|cores| match cores.as_str() {
        "1" => "1 core".to_owned(),
        _ => format!("{cores} cores"),
    });
    let facts = [
        fact("processor").or_else(|| fact("architecture")),
        cores,
        fact("memory"),
    ];
    let known: Vec<String> = facts.into_iter().flatten().collect();
    known.join(", ")
}

/// Says on which machine an absolute time, rate or peak was taken, in each verdict about one. A size on disk and a change of answers are
/// those of any machine, or have their own words.
pub(crate) fn beside(verdict: &mut Verdict, plan: &Plan, machine: &BTreeMap<String, String>) {
    let words = machine_words(machine);
    if words.is_empty() {
        return;
    }
    for one in &mut verdict.measured {
        let Some(Rule::Limit(_, limit)) = plan.gates.get(one.index).map(titer_spec::Gate::rule)
        else {
            continue;
        };
        let of_any = matches!(
            limit.measurement,
            Some(MeasurementName::DiskSize | MeasurementName::BatchChange)
        );
        if limit.relative_to.is_none() && !of_any {
            one.because = format!("{} (on {words})", one.because);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_is_left_out() {
        let named = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let machine = BTreeMap::from([named("cores", "4"), named("processor", "A chip")]);
        assert_eq!(machine_words(&machine), "A chip, 4 cores");
        assert_eq!(machine_words(&BTreeMap::new()), "");
    }
}
