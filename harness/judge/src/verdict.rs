//! The verdict: every gate applied to all that it is about.

use std::collections::{BTreeMap, HashMap};

use titer_core::ladder::STEP;
use titer_core::{
    Agreement, Case, Comparison, Contrast, ControlScore, Decision, Digest, Estimate, Fall,
    GateVerdict, GroupDifference, LadderSlope, Losses, MustFall, PrevalenceScore, Response, Score,
    ScoreKey, Verdict,
};
use titer_spec::evaluation::MustFallThen;
use titer_spec::gate::{Allowed, By, Further, Invariant, Limit, Part};
use titer_spec::plan::{PlannedCell, PlannedMeasurement, PlannedModel};
use titer_spec::{Gate, MeasurementName, Plan};

use crate::cells::score_key;
use crate::error::JudgeError;
use crate::gates::{
    Asked, Held, Paired, Ruling, Side, Steps, Subject, Terms, against_reference, at_limit,
    held_further, held_still, kept, limits, measured, ratio, subjects,
};
use crate::gates::{family, few, machines, prevalence, void};
use crate::losses::{Seen, losses};
use crate::measured::MeasurementSummary;
use crate::measures::Measure;
use crate::must_fall::must_fall;

/// All that a verdict stands on.
#[derive(Clone, Copy, Debug)]
pub struct Evidence<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// Scores.
    pub scores: &'a [Score],
    /// Comparisons.
    pub comparisons: &'a [Comparison],
    /// Agreements.
    pub agreements: &'a [Agreement],
    /// Differences to the reference within groups.
    pub group_differences: &'a [GroupDifference],
    /// Clean scores held against controls.
    pub controls: &'a [ControlScore],
    /// How far clean scores fall out of distribution.
    pub falls: &'a [Fall],
    /// How much they lose along ladders.
    pub ladders: &'a [LadderSlope],
    /// Metrics at the prevalence that suites state.
    pub prevalences: &'a [PrevalenceScore],
    /// What answers do when examples are perturbed.
    pub responses: &'a [Response],
    /// Cells that failed, by key, with the reason.
    pub failed_cells: &'a BTreeMap<Digest, String>,
    /// The vector instructions of the machines that predicted the cells, by key; cells of which nothing is known are absent.
    pub instruction_sets: &'a BTreeMap<Digest, String>,
    /// Measurements by key: what they came to, or why they failed.
    pub measurements: &'a BTreeMap<Digest, Result<MeasurementSummary, String>>,
}

/// Judges a run by its gates.
///
/// Anything that failed makes the whole incomplete, covered by a gate or not; else one failed gate
/// fails it; else one inconclusive gate leaves it inconclusive.
///
/// # Errors
/// A gate matches nothing.
pub fn judge(evidence: Evidence<'_>) -> Result<Verdict, JudgeError> {
    let bench = Bench::new(evidence);
    let (mut scored, mut measured) = (Vec::new(), Vec::new());
    for (index, gate) in evidence.plan.gates.iter().enumerate() {
        let subjects = subjects(evidence.plan, gate);
        if subjects.is_empty() {
            return Err(JudgeError::NothingMatches {
                number: index + 1,
                gate: gate.to_string(),
            });
        }
        let mut rulings: Vec<Ruling> = subjects.iter().map(|it| bench.rule(gate, it)).collect();
        let of_scores = gate.metric().is_some() || gate.invariant().is_some();
        if of_scores && gate.by() == By::Interval {
            family::correct(&mut rulings, &limits(gate));
        }
        for (subject, ruling) in subjects.into_iter().zip(rulings) {
            let reason = evidence.plan.reason(index);
            let verdict = state((index, gate, reason), &subject, ruling);
            match subject {
                Subject::Cell { .. } | Subject::Further(_) | Subject::Invariant(_) => {
                    scored.push(verdict);
                }
                Subject::Measurement { .. } => measured.push(verdict),
            }
        }
    }
    let failed_cells = bench.failed();
    let losses = losses(Seen {
        plan: evidence.plan,
        scores: evidence.scores,
        comparisons: evidence.comparisons,
        groups: evidence.group_differences,
    });
    let must_fall = must_fall(evidence.plan, evidence.responses);
    let limited = evidence.plan.is_look();
    let decisions = scored
        .iter()
        .chain(&measured)
        .map(|verdict| verdict.decision);
    Ok(Verdict {
        overall: overall(
            failed_cells,
            decisions
                .chain(of_run(&losses, limited))
                .chain(of_falls(evidence.plan, &must_fall)),
        ),
        scored,
        measured,
        failed_cells,
        limited,
        losses,
        must_fall,
    })
}

/// The exit code of a verdict; of several reasons the first holds: 5 incomplete, 100 a gate failed,
/// 3 inconclusive, 0 pass.
#[must_use]
pub fn exit_code(verdict: &Verdict) -> u8 {
    match verdict.overall {
        Decision::Incomplete => 5,
        Decision::Fail => 100,
        Decision::Inconclusive => 3,
        Decision::Pass => 0,
    }
}

fn overall(failed_cells: u64, decisions: impl Iterator<Item = Decision>) -> Decision {
    let severity = |decision: &Decision| match decision {
        Decision::Pass => 0,
        Decision::Inconclusive => 1,
        Decision::Fail => 2,
        Decision::Incomplete => 3,
    };
    let failed = (failed_cells > 0).then_some(Decision::Incomplete);
    let worst = decisions.chain(failed).max_by_key(severity);
    worst.unwrap_or(Decision::Pass)
}

/// What else the run as a whole comes to: a loss that no gate covers may fail it, and a look decides nothing.
fn of_run(losses: &Losses, limited: bool) -> impl Iterator<Item = Decision> {
    let failed = losses.ungated_fail && losses.ungated().next().is_some();
    let failed = failed.then_some(Decision::Fail);
    failed
        .into_iter()
        .chain(limited.then_some(Decision::Inconclusive))
}

/// What stays where it must fall, unless the evaluation only wants to be told. What the data cannot tell is said and decides nothing:
/// no gate asked for it.
fn of_falls(plan: &Plan, checks: &[MustFall]) -> impl Iterator<Item = Decision> {
    let counts =
        |one: &&MustFall| plan.must_fall == MustFallThen::Fail && one.decision == Decision::Fail;
    checks.iter().filter(counts).map(|one| one.decision)
}

/// The evidence, indexed.
struct Bench<'a> {
    evidence: Evidence<'a>,
    scores: HashMap<&'a ScoreKey, &'a Score>,
    comparisons: HashMap<&'a ScoreKey, &'a Comparison>,
}

impl<'a> Bench<'a> {
    fn new(evidence: Evidence<'a>) -> Self {
        let with_reference = |comparison: &&Comparison| comparison.contrast == Contrast::Reference;
        Self {
            evidence,
            scores: evidence
                .scores
                .iter()
                .map(|score| (&score.key, score))
                .collect(),
            comparisons: evidence
                .comparisons
                .iter()
                .filter(with_reference)
                .map(|comparison| (&comparison.key, comparison))
                .collect(),
        }
    }

    /// Cells and measurements that failed.
    fn failed(&self) -> u64 {
        let plan = self.evidence.plan;
        let cells = plan.all_cells();
        let cells = cells.filter(|cell| self.evidence.failed_cells.contains_key(&cell.key));
        let measurements = plan.measurements.iter();
        let measurements = measurements.filter(|planned| self.measurement(&planned.key).is_err());
        (cells.count() + measurements.count()) as u64
    }

    fn measurement(&self, key: &Digest) -> Result<&'a MeasurementSummary, String> {
        match self.evidence.measurements.get(key) {
            Some(Ok(summary)) => Ok(summary),
            Some(Err(reason)) => Err(reason.clone()),
            None => Err("it was not run".to_owned()),
        }
    }

    fn rule(&self, gate: &Gate, subject: &Subject<'_>) -> Ruling {
        match (subject, gate) {
            (
                Subject::Cell {
                    cell,
                    measure,
                    class,
                    base,
                },
                _,
            ) => {
                let key = score_key(cell, measure.name, class.clone());
                self.rule_cell(gate, cell, *measure, &key, *base)
            }
            (
                Subject::Measurement {
                    planned,
                    name,
                    batch_size,
                },
                Gate::AtLeast(limit) | Gate::AtMost(limit),
            ) => match self.measurement(&planned.key) {
                Ok(summary) if limit.relative_to.is_some() => {
                    self.rule_ratio(gate, limit, planned, (*name, *batch_size), summary)
                }
                Ok(summary) => measured(
                    side(gate),
                    limit.value,
                    limit.by,
                    *name,
                    *batch_size,
                    summary,
                ),
                Err(reason) => Ruling::incomplete(format!("the measurement failed: {reason}")),
            },
            (Subject::Further(steps), Gate::NoFurtherFallThanReference(further)) => {
                self.rule_further(further, steps)
            }
            (Subject::Invariant(cell), Gate::InvariantTo(invariant)) => {
                self.rule_invariant(invariant, cell)
            }
            (Subject::Invariant(_), _) => Ruling::incomplete("a response is no score".to_owned()),
            (Subject::Further(_), _) => Ruling::incomplete("a fall is no score".to_owned()),
            (
                Subject::Measurement { .. },
                Gate::NoWorseThanReference(_)
                | Gate::BetterThanReference(_)
                | Gate::EquivalentToReference(_)
                | Gate::NoFurtherFallThanReference(_)
                | Gate::InvariantTo(_),
            ) => Ruling::incomplete("measurements are not compared with a reference".to_owned()),
        }
    }

    /// What a variant takes beside what its reference takes.
    fn rule_ratio(
        &self,
        gate: &Gate,
        limit: &Limit,
        planned: &PlannedMeasurement,
        (name, batch_size): (MeasurementName, Option<u32>),
        summary: &MeasurementSummary,
    ) -> Ruling {
        let plan = self.evidence.plan;
        let model = plan.models.iter().find(|model| model.name == planned.model);
        let base = model.map(PlannedModel::base);
        let mut all = plan.measurements.iter();
        let reference = all.find(|one| base == Some((&one.model, &one.variant)));
        let reference = match reference.map(|one| self.measurement(&one.key)) {
            Some(Ok(reference)) => reference,
            Some(Err(reason)) => {
                let because = format!("the reference's measurement failed: {reason}");
                return Ruling::incomplete(because);
            }
            None => return Ruling::incomplete("the reference was not measured".to_owned()),
        };
        let ruling = ratio(side(gate), limit, name, batch_size, summary, reference);
        kept(kept(ruling, name, reference), name, summary)
    }

    fn rule_cell(
        &self,
        gate: &Gate,
        cell: &PlannedCell,
        measure: Measure,
        key: &ScoreKey,
        base: (&str, &str),
    ) -> Ruling {
        if let Some(reason) = self.evidence.failed_cells.get(&cell.key) {
            return Ruling::incomplete(format!("the cell failed: {reason}"));
        }
        let asked = match gate {
            Gate::AtLeast(limit) | Gate::AtMost(limit) => {
                return self.rule_limit(gate, limit, measure, key);
            }
            Gate::NoWorseThanReference(margin) => (Asked::NoWorse, margin),
            Gate::BetterThanReference(margin) => (Asked::Better, margin),
            Gate::EquivalentToReference(margin) => (Asked::Equivalent, margin),
            Gate::NoFurtherFallThanReference(_) | Gate::InvariantTo(_) => {
                return Ruling::incomplete("a score is no fall and no response".to_owned());
            }
        };
        let base = self.base_cell(cell, base);
        let failed = base.and_then(|base| self.evidence.failed_cells.get(&base.key));
        if let Some(reason) = failed {
            return Ruling::incomplete(format!("the reference's cell failed: {reason}"));
        }
        let Some(comparison) = self.comparisons.get(key) else {
            return Ruling::incomplete("the comparison is missing".to_owned());
        };
        let paired = Paired {
            comparison,
            agreement: self.agreement(key),
            score: self.scores.get(key).copied(),
        };
        let (asked, margin) = asked;
        if margin.at_prevalence {
            let ruling = match self.at_prevalence(key) {
                Some(row) => prevalence::against(measure, asked, margin, row),
                None => prevalence::missing(),
            };
            let machines = base.and_then(|base| self.machines(cell, base));
            return machines::hold(ruling, machines, self.evidence.plan.across_machines);
        }
        let ruling = against_reference(measure, asked, margin.allowed(), margin.by, paired);
        let void = self.void(measure, asked, margin.allowed(), paired);
        let ruling = void::hold(ruling, void);
        let machines = base.and_then(|base| self.machines(cell, base));
        machines::hold(ruling, machines, self.evidence.plan.across_machines)
    }

    /// How much further a variant falls than its reference, from home to a dataset or along a ladder.
    fn rule_further(&self, further: &Further, steps: &Steps<'_>) -> Ruling {
        let mut held = Vec::new();
        let mut others = None;
        for cell in &steps.cells {
            let name = &cell.case.dataset;
            if let Some(reason) = self.evidence.failed_cells.get(&cell.key) {
                return Ruling::incomplete(format!("the cell on {name} failed: {reason}"));
            }
            let base = self.base_cell(cell, steps.base);
            let failed = base.and_then(|base| self.evidence.failed_cells.get(&base.key));
            if let Some(reason) = failed {
                return Ruling::incomplete(format!(
                    "the reference's cell on {name} failed: {reason}"
                ));
            }
            let key = score_key(cell, steps.measure.name, steps.class.clone());
            let Some(comparison) = self.comparisons.get(&key) else {
                return Ruling::incomplete(format!("the comparison on {name} is missing"));
            };
            let controls = self.evidence.controls.iter().filter(|row| row.key == key);
            held.push(Held {
                comparison,
                agreement: self.agreement(&key),
                score: self.scores.get(&key).copied(),
                control: void::best_control(steps.measure, controls),
            });
            let machines = base.and_then(|base| self.machines(cell, base));
            others = others.or(machines.filter(|(one, other)| one != other));
        }
        let Some(found) = self.further(further, steps) else {
            let what = steps.ladder.map_or("fall", |_| "slope");
            return Ruling::incomplete(format!("the {what} is missing"));
        };
        let ruling = held_further(steps.measure, further, &found, &held);
        machines::hold(ruling, others, self.evidence.plan.across_machines)
    }

    /// How far answers change when the examples of a cell are perturbed.
    fn rule_invariant(&self, invariant: &Invariant, cell: &PlannedCell) -> Ruling {
        if let Some(reason) = self.evidence.failed_cells.get(&cell.key) {
            return Ruling::incomplete(format!("the cell failed: {reason}"));
        }
        let mut responses = self.evidence.responses.iter();
        match responses.find(|one| one.case == cell.case) {
            Some(response) => held_still(invariant, response),
            None => Ruling::incomplete("the clean cell failed".to_owned()),
        }
    }

    /// The difference of falls, or of slopes, that was computed.
    fn further(&self, further: &Further, steps: &Steps<'_>) -> Option<Estimate> {
        let (case, metric) = (&steps.last().case, steps.measure.name);
        let home = &steps.cells.first()?.case.dataset;
        let Some(ladder) = steps.ladder else {
            let is_it = |row: &&Fall| {
                (&row.suite, &row.model, &row.variant) == (&case.suite, &case.model, &case.variant)
                    && row.metric == metric
                    && row.class == steps.class
                    && (&row.in_distribution, &row.out_of_distribution) == (home, &case.dataset)
            };
            return self.evidence.falls.iter().find(is_it)?.held.estimate();
        };
        let is_it = |row: &&LadderSlope| {
            (&row.suite, &row.model, &row.variant) == (&case.suite, &case.model, &case.variant)
                && row.metric == metric
                && row.class == steps.class
                && row.ladder == ladder
                && is_of(row, further.of.as_ref())
        };
        self.evidence.ladders.iter().find(is_it)?.held.estimate()
    }

    /// Why a check proves nothing. To be better than the reference is not to stay within a margin of it.
    fn void(
        &self,
        measure: Measure,
        asked: Asked,
        allowed: Allowed,
        paired: Paired<'_>,
    ) -> Option<String> {
        if asked == Asked::Better {
            return None;
        }
        let score = paired.score?;
        let reference = void::reference(paired.comparison, score)?;
        let controls = self.evidence.controls.iter();
        let best = void::best_control(measure, controls.filter(|row| row.key == score.key));
        void::void(
            measure,
            allowed,
            reference,
            score.prevalence_beside_others(),
            best,
        )
    }

    /// The instruction sets of a cell and of its reference's, where both are known.
    fn machines(&self, cell: &PlannedCell, base: &PlannedCell) -> Option<(&'a str, &'a str)> {
        let known = self.evidence.instruction_sets;
        Some((known.get(&cell.key)?, known.get(&base.key)?))
    }

    fn rule_limit(&self, gate: &Gate, limit: &Limit, measure: Measure, key: &ScoreKey) -> Ruling {
        let Some(score) = self.scores.get(key) else {
            return Ruling::incomplete("the score is missing".to_owned());
        };
        let (value, interval, terms) = match (limit.at_prevalence, self.at_prevalence(key)) {
            (false, _) => {
                let terms = Terms::metric(&key.metric);
                (score.value.clone(), score.interval.clone(), terms)
            }
            (true, Some(row)) => {
                let terms = Terms::at_prevalence(&key.metric, row.prevalence);
                (row.estimate.value(), row.estimate.interval(), terms)
            }
            (true, None) => return prevalence::missing(),
        };
        let interval = interval.map(|interval| (interval.lower, interval.upper));
        let (side, most) = (side(gate), limit.value.base);
        let ruling = at_limit(side, most, limit.by, &value, &interval, &terms);
        match limit.by {
            By::Interval => few::hold(ruling, few::too_few(measure, score)),
            By::Value => ruling,
        }
    }

    /// A metric at the prevalence that its suite states.
    fn at_prevalence(&self, key: &ScoreKey) -> Option<&'a PrevalenceScore> {
        self.evidence.prevalences.iter().find(|row| row.key == *key)
    }

    fn base_cell(&self, cell: &PlannedCell, base: (&str, &str)) -> Option<&'a PlannedCell> {
        let wanted = Case {
            model: base.0.to_owned(),
            variant: base.1.to_owned(),
            ..cell.case.clone()
        };
        let mut cells = self.evidence.plan.cells.iter();
        cells.find(|other| other.case == wanted)
    }

    fn agreement(&self, key: &ScoreKey) -> Option<&'a Agreement> {
        self.evidence.agreements.iter().find(|agreement| {
            agreement.contrast == Contrast::Reference && agreement.case == key.case
        })
    }
}

/// What a gate decided about a subject, as the verdict keeps it.
fn state(
    (index, gate, reason): (usize, &Gate, Option<&str>),
    subject: &Subject<'_>,
    ruling: Ruling,
) -> GateVerdict {
    let (model, variant, dataset, class) = match subject {
        Subject::Cell { cell, class, .. } => (
            &cell.case.model,
            &cell.case.variant,
            Some(cell.case.dataset.clone()),
            class.clone(),
        ),
        Subject::Invariant(cell) => (
            &cell.case.model,
            &cell.case.variant,
            Some(cell.case.dataset.clone()),
            None,
        ),
        Subject::Further(steps) => {
            let case = &steps.last().case;
            let dataset = Some(case.dataset.clone());
            (&case.model, &case.variant, dataset, steps.class.clone())
        }
        Subject::Measurement { planned, .. } => (&planned.model, &planned.variant, None, None),
    };
    let ladder = match subject {
        Subject::Further(steps) => steps.ladder.map(str::to_owned),
        Subject::Cell { .. } | Subject::Invariant(_) | Subject::Measurement { .. } => None,
    };
    GateVerdict {
        gate: describe(gate, subject),
        index,
        model: model.clone(),
        variant: variant.clone(),
        dataset,
        ladder,
        class,
        decision: ruling.decision,
        value: ruling.value,
        lower: ruling.lower,
        upper: ruling.upper,
        limit: limits(gate)[0],
        because: ruling.because,
        reason: reason.map(str::to_owned),
    }
}

fn side(gate: &Gate) -> Side {
    match gate {
        Gate::AtMost(_) => Side::AtMost,
        _ => Side::AtLeast,
    }
}

/// The gate in one line, with what the one line would not tell of the subject.
fn describe(gate: &Gate, subject: &Subject<'_>) -> String {
    match subject {
        Subject::Cell { cell, .. } | Subject::Invariant(cell) => match &cell.case.perturbation {
            Some(perturbation) => format!("{gate}, {perturbation}"),
            None => gate.to_string(),
        },
        Subject::Further(steps) => match (steps.ladder, steps.cells.as_slice()) {
            (None, [home, ..]) => format!("{gate}, from {}", home.case.dataset),
            _ => gate.to_string(),
        },
        Subject::Measurement { batch_size, .. } => match batch_size {
            Some(size) => format!("{gate}, batch {size}"),
            None => gate.to_string(),
        },
    }
}

/// Whether a slope, per step, is of this part of a score; of the score itself where no part is asked for.
fn is_of(row: &LadderSlope, of: Option<&Part>) -> bool {
    let (worst, recalibration) = match of {
        None => (None, None),
        Some(Part::WorstGroup(stratum)) => (Some(stratum.as_str()), None),
        Some(Part::Recalibrated(method)) => (None, Some(method.name())),
    };
    row.per == STEP
        && row.worst_group_of.as_deref() == worst
        && row.recalibration.as_deref() == recalibration
}
