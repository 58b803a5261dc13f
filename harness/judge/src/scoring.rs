//! From a plan and what was predicted to scores, comparisons, agreements, curves and notables.

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;
use titer_core::{
    Agreement, Case, Comparison, Contrast, Curve, GroupFlips, MeasuredInput, Notable, PairedTest,
    Response, Tables, Undefined,
};
use titer_spec::model::Meaning;
use titer_spec::plan::{
    PlannedCell, PlannedControl, PlannedDataset, PlannedLadder, PlannedModel, PlannedSuite,
    PlannedTuning, SIMILARITY, TUNING,
};
use titer_spec::{ControlSpec, Plan, RareFlips};
use titer_statistics::ClusterDraws;

use crate::ablations::{self, ablations};
use crate::agreements::agree;
use crate::answers::{NoAnswers, join};
use crate::cells::{JudgedCell, Outcome, words};
use crate::comparisons::{Held, How, compare, held};
use crate::controls::{self, JudgedControl, as_model};
use crate::curves::curves;
use crate::detections::{Sureness, detections};
use crate::error::JudgeError;
use crate::facts::{Facts, TakeFacts};
use crate::falls::{Clusters, Given, falls};
use crate::ground::{Ground, draws};
use crate::group_differences::{Broken, group_differences};
use crate::group_flips::group_flips;
use crate::groups::{self, BySpecies, Measured, by_group, in_order};
use crate::inputs;
use crate::ladders::{self, ladders};
use crate::notables::{notables, place};
use crate::paired_tests::{adjust, paired_tests};
use crate::predictions::Predictions;
use crate::prevalences::prevalences;
use crate::recalibrations::{self, Fitted, Recalibrated, fit, recalibrate};
use crate::responses::respond;
use crate::sample::Sample;
use crate::scores::{Setting, sample, score_cell};
use crate::severities::{self, severities};
use crate::similarities::Bins;
use crate::strata::Strata;
use crate::stratum::{CLASS, SPECIES};
use crate::worst_groups;

/// What was found of a cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Found {
    /// Its predictions.
    Predictions(Predictions),
    /// It failed.
    Failed {
        /// Why.
        reason: String,
        /// Examples without a usable prediction.
        examples: u64,
    },
}

/// Cells of a model that are scored at a time: what of one is the work of one thread goes beside another's.
const TOGETHER: usize = 2;

/// Where examples and predictions come from. What comes next is read while what came is scored.
pub trait Source: Sync {
    /// Hands over the examples of a dataset, in order.
    ///
    /// # Errors
    /// They cannot be read, or lack the cluster that the dataset declares; what `take` gives.
    fn facts(&self, dataset: &PlannedDataset, take: &mut TakeFacts<'_>) -> Result<(), JudgeError>;

    /// What became of a cell.
    ///
    /// # Errors
    /// It cannot be read.
    fn found(&self, cell: &PlannedCell) -> Result<Found, JudgeError>;

    /// What the sequences of a dataset are made of; nothing where that was not measured.
    ///
    /// # Errors
    /// It was measured, and cannot be read.
    fn inputs(&self, _dataset: &PlannedDataset) -> Result<Vec<MeasuredInput>, JudgeError> {
        Ok(Vec::new())
    }

    /// How similar each example of a dataset is to the training data that its suite names, in their order; nothing where that
    /// was not measured.
    ///
    /// # Errors
    /// It was measured, and cannot be read.
    fn similarities(&self, _dataset: &PlannedDataset) -> Result<Vec<Option<f64>>, JudgeError> {
        Ok(Vec::new())
    }
}

/// Judges every planned cell. `progress` hears what is done next, how many cells are done, and how
/// many there are.
///
/// # Errors
/// The plan contradicts itself, something cannot be read, or predictions and examples do not fit.
pub fn score_plan(
    plan: &Plan,
    source: &dyn Source,
    progress: &dyn Fn(&str, usize, usize),
) -> Result<Tables, JudgeError> {
    let mut judged = Tables::default();
    let mut done = 0;
    let total = plan.all_cells().count();
    for suite in &plan.suites {
        let mut fitted: BTreeMap<(&str, &str), Vec<Fitted>> = BTreeMap::new();
        if let Some(tuning) = &suite.tuning {
            for cell in plan.cells.iter().filter(|cell| is_tuning(suite, cell)) {
                progress(&words(cell), done, total);
                let sample = tuning_sample(plan, suite, tuning, cell, source)?;
                fitted.insert((&cell.case.model, &cell.case.variant), fit(suite, &sample));
                done += 1;
            }
        }
        let mut sureness = Vec::new();
        let mut by_species = BySpecies::default();
        let mut clusters: BTreeMap<&str, Clusters> = BTreeMap::new();
        for dataset in &suite.datasets {
            let of = |cell: &&PlannedCell| {
                cell.case.suite == suite.name
                    && cell.case.dataset == dataset.name
                    && cell.case.split == suite.split
            };
            let cells: Vec<&PlannedCell> = plan.cells.iter().filter(of).collect();
            if cells.is_empty() {
                continue;
            }
            // Models that others are held against come first. While some cells are scored, the next ones are read.
            let (first, second): (Vec<_>, Vec<_>) =
                plan.models.iter().partition(|model| is_base(plan, model));
            let of = |model: &PlannedModel| -> Vec<&PlannedCell> {
                let own = cells.iter().filter(|cell| cell.case.model == model.name);
                own.copied().collect()
            };
            let order: Vec<Vec<&PlannedCell>> = first
                .iter()
                .chain(&second)
                .flat_map(|model| {
                    of(model)
                        .chunks(TOGETHER)
                        .map(<[_]>::to_vec)
                        .collect::<Vec<_>>()
                })
                .collect();
            let mut order = order.into_iter();
            let next = order.next();
            let (bench, mut found) = rayon::join(
                || Bench::new(plan, suite, dataset, source, &fitted),
                || read(source, next),
            );
            let bench = bench?;
            clusters.insert(&dataset.name, bench.ground.named_clusters.clone());
            let controls = bench.judge_controls(plan)?;
            done += controls.len();
            let mut judge_model = |model: &PlannedModel| {
                let mut group = Vec::new();
                // What was read last is this model's, unless it has no more cells.
                while found.iter().any(|(cell, _)| cell.case.model == model.name) {
                    let own = std::mem::take(&mut found);
                    own.iter()
                        .for_each(|(cell, _)| progress(&words(cell), done, total));
                    let next = order.next();
                    let judge = || -> Vec<_> {
                        own.into_par_iter()
                            .map(|(cell, found)| bench.judge_cell(model, cell, found?))
                            .collect()
                    };
                    let (judged, following) = rayon::join(judge, || read(source, next));
                    found = following;
                    for judged in judged {
                        group.push(judged?);
                        done += 1;
                    }
                }
                Ok::<_, JudgeError>(group)
            };
            let unplaced = judged.notables.len();
            // Cells that other models are held against are kept until those have been.
            let mut bases: BTreeMap<&str, Vec<JudgedCell<'_>>> = BTreeMap::new();
            for model in first {
                bases.insert(&model.name, judge_model(model)?);
            }
            for model in &plan.models {
                let own = match bases.contains_key(model.name.as_str()) {
                    true => Vec::new(),
                    false => judge_model(model)?,
                };
                let group = bases.get(model.name.as_str()).unwrap_or(&own);
                sureness.extend(bench.sureness(group));
                if suite.strata.iter().any(|name| name == SPECIES) {
                    let clean = group.iter().filter(|cell| cell.cell.case.is_clean());
                    clean.for_each(|cell| by_species.add(cell, &dataset.organism));
                }
                let against = bases.get(model.base().0).unwrap_or(&own);
                bench.collect(model, group, against, &controls, &mut judged);
            }
            place(&mut judged.notables[unplaced..], dataset, source)?;
        }
        let told = detections(suite, &sureness, plan.replicates, plan.seed);
        judged.detections.extend(told);
        let fallen = falls(Given {
            suite,
            scores: &judged.scores,
            comparisons: &judged.comparisons,
            controls: &judged.controls,
            clusters: &clusters,
        });
        judged.falls.extend(fallen);
        progress(&format!("inputs of {}", suite.name), done, total);
        inputs::add(plan, suite, source, &mut judged)?;
        let (groups, spreads) = by_species.finish();
        judged.groups.extend(groups);
        judged.spreads.extend(spreads);
        let of_suite = plan.controls.iter().filter(|one| one.suite == suite.name);
        let fitted = of_suite.filter(|control| control.fitted_on.is_some());
        let fitted: Vec<&str> = fitted.map(|control| control.name.as_str()).collect();
        let lost = ladders(ladders::Given {
            suite,
            scores: &judged.scores,
            comparisons: &judged.comparisons,
            controls: &judged.controls,
            fitted: &fitted,
            recalibrations: &judged.recalibrations,
            spreads: &judged.spreads,
            clusters: &clusters,
        });
        judged.ladders.extend(lost);
    }
    adjust(&mut judged.tests);
    ablations::adjust(&mut judged.ablations);
    progress("scored", done, total);
    Ok(judged)
}

/// What became of cells, beside each; none where nothing is left.
fn read<'a>(
    source: &dyn Source,
    cells: Option<Vec<&'a PlannedCell>>,
) -> Vec<(&'a PlannedCell, Result<Found, JudgeError>)> {
    let cells = cells.unwrap_or_default().into_par_iter();
    cells.map(|cell| (cell, source.found(cell))).collect()
}

/// Whether other models are held against a variant of this one.
fn is_base(plan: &Plan, model: &PlannedModel) -> bool {
    let mut others = plan
        .models
        .iter()
        .filter_map(|other| other.against.as_ref());
    others.any(|against| against.model == model.name)
}

fn is_tuning(suite: &PlannedSuite, cell: &PlannedCell) -> bool {
    cell.case.suite == suite.name && cell.case.split == TUNING && suite.split != TUNING
}

/// What a variant answers on the tuning split, or why it does not.
fn tuning_sample(
    plan: &Plan,
    suite: &PlannedSuite,
    tuning: &PlannedTuning,
    cell: &PlannedCell,
    source: &dyn Source,
) -> Result<Result<Sample, Undefined>, JudgeError> {
    let missing = |what: String| JudgeError::Plan { what };
    let dataset = suite.dataset(&tuning.dataset).or(tuning.apart.as_deref());
    let dataset = dataset.ok_or_else(|| missing(format!("dataset {}", tuning.dataset)))?;
    let model = plan
        .models
        .iter()
        .find(|model| model.name == cell.case.model);
    let model = model.ok_or_else(|| missing(format!("model {}", cell.case.model)))?;
    // The same dataset, of which other examples are asked.
    let dataset = PlannedDataset {
        examples: tuning.examples,
        count: tuning.count,
        ..dataset.clone()
    };
    let ground = Ground::new(suite, &dataset, |take| source.facts(&dataset, take))?;
    let answered = match source.found(cell)? {
        Found::Failed { reason, .. } => Err(reason),
        Found::Predictions(predictions) => match join(&ground, model, predictions) {
            Ok(answers) => Ok(answers),
            Err(NoAnswers::Failed { reason, .. }) => Err(reason),
            Err(NoAnswers::Mismatch(reason)) => {
                let cell = words(cell);
                return Err(JudgeError::Mismatch { cell, reason });
            }
        },
    };
    if matches!(&answered, Ok(answers) if answers.meaning == Meaning::Ranking) {
        let reason = "a ranking is no probability, which is what recalibration maps";
        return Ok(Err(Undefined::because(reason)));
    }
    Ok(answered
        .map(|answers| sample(&ground, &answers, 0, false))
        .map_err(|reason| Undefined::because(format!("the tuning cell failed: {reason}"))))
}

/// What two cells come to.
struct Compared {
    comparisons: Vec<Comparison>,
    agreement: Option<Agreement>,
    tests: Vec<PairedTest>,
    flips: Vec<GroupFlips>,
}

/// One dataset of one suite, laid out.
struct Bench<'a> {
    suite: &'a PlannedSuite,
    dataset: &'a PlannedDataset,
    seed: u64,
    rare_flips: RareFlips,
    draws: ClusterDraws,
    ground: Ground,
    /// The groups of each stratum that the suite asks for, and of the true class, which flips want.
    strata: Vec<(String, Arc<Strata>)>,
    /// The bins of the curve against similarity, where the suite asks for it and it was measured.
    bins: Option<Bins<'a>>,
    fitted: &'a BTreeMap<(&'a str, &'a str), Vec<Fitted>>,
    source: &'a dyn Source,
}

impl<'a> Bench<'a> {
    fn new(
        plan: &Plan,
        suite: &'a PlannedSuite,
        dataset: &'a PlannedDataset,
        source: &'a dyn Source,
        fitted: &'a BTreeMap<(&'a str, &'a str), Vec<Fitted>>,
    ) -> Result<Self, JudgeError> {
        let similarities = source.similarities(dataset)?;
        let ground = Ground::new(suite, dataset, |take| {
            let mut next = similarities.iter();
            source.facts(dataset, &mut |fact| {
                let similarity = next.next().copied().flatten();
                take(Facts { similarity, ..fact })
            })
        })?;
        let asked = suite.similarity.as_ref();
        let asked = asked.filter(|_| !similarities.is_empty());
        let bins = asked.map(|asked| Bins::new(asked, &ground, &similarities));
        let mut names = suite.strata.clone();
        if !names.iter().any(|name| name == CLASS) {
            names.push(CLASS.to_owned());
        }
        let groups = |name: String| {
            let groups = ground.strata(&name);
            (name, groups)
        };
        let strata = names.into_iter().map(groups).collect();
        Ok(Self {
            suite,
            dataset,
            seed: plan.seed,
            rare_flips: plan.rare_flips,
            draws: draws(
                &dataset.examples,
                ground.clusters,
                plan.replicates,
                plan.seed,
            ),
            strata,
            bins,
            ground,
            fitted,
            source,
        })
    }

    fn how(&self) -> How<'_> {
        How {
            draws: &self.draws,
            rare_flips: self.rare_flips,
        }
    }

    /// How sure the clean cells are of their answers, where the suite asks for it.
    fn sureness(&self, cells: &[JudgedCell<'_>]) -> Vec<Sureness> {
        if !self.suite.detect_out_of_distribution {
            return Vec::new();
        }
        let inside = self.dataset.in_distribution;
        let of = |cell: &JudgedCell<'_>| {
            let answers = cell.probabilities()?;
            Some(Sureness::new(cell.cell, inside, &self.ground, answers))
        };
        let clean = cells.iter().filter(|cell| cell.cell.case.is_clean());
        clean.filter_map(of).collect()
    }

    /// A clean cell's scores by the groups of each stratum of the dataset that the suite asks for.
    fn break_down(&self, cell: &JudgedCell<'_>) -> Vec<Vec<Vec<Measured>>> {
        let asked = self.asked_strata();
        asked
            .map(|(name, strata)| by_group(cell, name, strata, &self.draws))
            .collect()
    }

    fn asked_strata(&self) -> impl Iterator<Item = (&str, &Strata)> {
        let all = self.strata.iter().map(|(name, of)| (name.as_str(), &**of));
        all.filter(|(name, _)| *name != SPECIES && self.suite.strata.iter().any(|it| it == name))
    }

    /// The suite's ladders whose steps are groups of this dataset, with the stratum of each.
    fn ladders(&self) -> impl Iterator<Item = (&PlannedLadder, &str)> {
        let all = self.suite.ladders.iter();
        let of_groups = all.filter_map(|ladder| Some((ladder, ladder.groups()?)));
        let here = of_groups.filter(|(_, (dataset, _))| *dataset == self.dataset.name);
        here.map(|(ladder, (_, stratum))| (ladder, stratum))
    }

    /// A clean cell's scores by the groups of each ladder's stratum.
    fn climb(&self, cell: &JudgedCell<'_>) -> Vec<Vec<Vec<Measured>>> {
        let strata = self.ladders();
        let climbed = strata.map(|(ladder, stratum)| {
            let groups = by_group(cell, stratum, &self.ground.strata(stratum), &self.draws);
            in_order(groups, ladder.order())
        });
        climbed.collect()
    }

    fn recalibrated(&self, cell: &JudgedCell<'_>) -> Vec<Recalibrated> {
        let variant = (
            cell.cell.case.model.as_str(),
            cell.cell.case.variant.as_str(),
        );
        match (&self.suite.tuning, self.fitted.get(&variant)) {
            (Some(tuning), Some(fitted)) => recalibrate(cell, tuning, fitted, &self.draws),
            _ => Vec::new(),
        }
    }

    fn judge_cell<'c>(
        &self,
        model: &PlannedModel,
        cell: &'c PlannedCell,
        found: Found,
    ) -> Result<JudgedCell<'c>, JudgeError> {
        let outcome = match found {
            Found::Failed { reason, examples } => Outcome::Failed { reason, examples },
            Found::Predictions(predictions) => match join(&self.ground, model, predictions) {
                Ok(answers) => Outcome::Answered(answers),
                Err(NoAnswers::Failed { examples, reason }) => Outcome::Failed { reason, examples },
                Err(NoAnswers::Mismatch(reason)) => {
                    return Err(JudgeError::Mismatch {
                        cell: words(cell),
                        reason,
                    });
                }
            },
        };
        let setting = Setting {
            suite: self.suite,
            ground: &self.ground,
            draws: &self.draws,
            seed: self.seed,
        };
        Ok(JudgedCell {
            cell,
            scored: score_cell(setting, cell, &outcome),
            outcome,
        })
    }

    /// The cells of the suite's controls on this dataset.
    fn judge_controls<'c>(&self, plan: &'c Plan) -> Result<Vec<JudgedControl<'c>>, JudgeError> {
        let fitted = as_model(self.suite);
        let mut judged = Vec::new();
        let of_suite = |control: &&PlannedControl| control.suite == self.suite.name;
        for control in plan.controls.iter().filter(of_suite) {
            let here = |cell: &&PlannedCell| cell.case.dataset == self.dataset.name;
            for cell in control.cells.iter().filter(here) {
                let own = plan
                    .models
                    .iter()
                    .find(|model| model.name == cell.case.model);
                judged.push(JudgedControl {
                    name: &control.name,
                    cell: self.judge_cell(
                        own.unwrap_or(&fitted),
                        cell,
                        self.source.found(cell)?,
                    )?,
                    of_model: control.control == ControlSpec::RandomWeights,
                });
            }
        }
        Ok(judged)
    }

    /// What a cell and what it is held against come to.
    fn compare(&self, pair: Held<'_, '_>) -> Compared {
        let (comparisons, agreement) =
            rayon::join(|| compare(pair, self.how()), || agree(pair, &self.ground));
        let strata = self.strata.iter();
        Compared {
            comparisons,
            agreement,
            tests: paired_tests(pair, self.dataset, self.how(), self.seed),
            flips: strata
                .flat_map(|(name, strata)| group_flips(pair, &self.ground, name, strata))
                .collect(),
        }
    }

    /// What the answers of a perturbed cell do beside those of the same variant's clean one.
    fn respond(&self, cell: &JudgedCell<'_>, cells: &[JudgedCell<'_>]) -> Option<Response> {
        let case = Case {
            perturbation: None,
            ..cell.cell.case.clone()
        };
        let clean = cells.iter().find(|other| other.cell.case == case)?;
        let perturbed = !cell.cell.case.is_clean();
        perturbed.then(|| respond(cell, clean, &self.ground, &self.draws))?
    }

    /// The curves of a clean cell, and its notable examples beside its reference.
    fn draw(
        &self,
        cell: &JudgedCell<'_>,
        reference: Option<&JudgedCell<'_>>,
    ) -> (Vec<Curve>, Vec<Notable>) {
        let Some(answers) = cell.answers() else {
            return (Vec::new(), Vec::new());
        };
        let notables = match cell.outcome.ranks() {
            true => Vec::new(),
            false => {
                let reference = reference.and_then(JudgedCell::answers);
                notables(cell.cell, &self.ground, answers, reference)
            }
        };
        (
            curves(self.suite, cell.cell, &self.ground, answers),
            notables,
        )
    }

    /// All that follows from the cells of one model on this dataset, held against those of its reference's
    /// model.
    fn collect(
        &self,
        model: &PlannedModel,
        cells: &[JudgedCell<'_>],
        against: &[JudgedCell<'_>],
        controls: &[JudgedControl<'_>],
        judged: &mut Tables,
    ) {
        let (base_model, reference) = model.base();
        let pairs = held(cells, against, reference);
        let clean = |cell: &&JudgedCell<'_>| cell.cell.case.is_clean();
        let is_reference = |cell: &JudgedCell<'_>| {
            cell.cell.case.model == base_model && cell.cell.case.variant == reference
        };
        let base = against.iter().filter(clean).find(|cell| is_reference(cell));
        // Curves of one cell are drawn beside those of another, and beside what pairs come to.
        let drawn: Vec<&JudgedCell<'_>> = cells.iter().filter(clean).collect();
        let (compared, drawn) = rayon::join(
            || {
                pairs
                    .par_iter()
                    .map(|pair| self.compare(*pair))
                    .collect::<Vec<_>>()
            },
            || {
                let beside = |cell| base.filter(|_| !is_reference(cell));
                let drawn = drawn.par_iter();
                let drawn = drawn.map(|cell| self.draw(cell, beside(cell)));
                drawn.collect::<Vec<_>>()
            },
        );
        for Compared {
            comparisons,
            agreement,
            tests,
            flips,
        } in compared
        {
            judged.comparisons.extend(comparisons);
            judged.agreements.extend(agreement);
            judged.tests.extend(tests);
            judged.flips.extend(flips);
        }
        let responses: Vec<_> = cells
            .par_iter()
            .map(|cell| self.respond(cell, cells))
            .collect();
        judged.responses.extend(responses.into_iter().flatten());
        let of_controls: Vec<&JudgedCell<'_>> = controls
            .iter()
            .filter(|control| control.is_fitted())
            .map(|control| &control.cell)
            .collect();
        judged.severities.extend(severities(severities::Given {
            suite: self.suite,
            ground: &self.ground,
            cells,
            bases: against,
            reference,
            controls: &of_controls,
        }));
        if let Some(matrix) = &model.matrix {
            judged
                .ablations
                .extend(ablations(matrix, cells, self.how()));
        }
        for (curves, notables) in drawn {
            judged.curves.extend(curves);
            judged.notables.extend(notables);
        }
        let base_groups = base.map(|base| self.break_down(base));
        let base_steps = base.map(|base| self.climb(base));
        let base_recalibrated = base.map(|base| self.recalibrated(base));
        let base_bins = base.zip(self.bins.as_ref());
        let base_bins = base_bins.map(|(base, bins)| bins.measure(base, self.how()));
        for cell in cells.iter().filter(clean) {
            let groups = match &base_groups {
                Some(groups) if is_reference(cell) => groups,
                _ => &self.break_down(cell),
            };
            if self.ground.labels {
                judged.spreads.extend(groups::by_label(cell));
            }
            let pair = pairs.iter().find(|pair| {
                pair.contrast == Contrast::Reference && std::ptr::eq(pair.candidate, cell)
            });
            for (number, (stratum, _)) in self.asked_strata().enumerate() {
                let (rows, mut spreads) = groups::rows(cell, stratum, &groups[number]);
                if let (Some(pair), Some(theirs)) = (pair, &base_groups) {
                    let broken = Broken {
                        stratum,
                        candidate: &groups[number],
                        base: &theirs[number],
                    };
                    worst_groups::hold(&mut spreads, *pair, broken, self.how());
                    let rows = group_differences(*pair, broken, self.how());
                    judged.group_differences.extend(rows);
                }
                judged.groups.extend(rows);
                judged.spreads.extend(spreads);
            }
            let steps = match &base_steps {
                Some(steps) if is_reference(cell) => steps,
                _ => &self.climb(cell),
            };
            for (number, (ladder, stratum)) in self.ladders().enumerate() {
                let against = pair.zip(base_steps.as_ref()).map(|(pair, theirs)| {
                    let broken = Broken {
                        stratum,
                        candidate: &steps[number],
                        base: &theirs[number],
                    };
                    (*pair, broken)
                });
                let asked = &self.suite.strata;
                let mut before = self.ladders().take(number).map(|(_, of)| of);
                if !asked.iter().any(|of| of == stratum) && before.all(|of| of != stratum) {
                    // The score at each step, which nothing else asks for.
                    judged
                        .groups
                        .extend(groups::rows(cell, stratum, &steps[number]).0);
                }
                let rows = ladders::groups::rows(
                    ladder,
                    &cell.scored,
                    &steps[number],
                    against,
                    self.how(),
                );
                judged.ladders.extend(rows);
            }
            if let Some(bins) = &self.bins {
                let own = match &base_bins {
                    Some(own) if is_reference(cell) => own,
                    _ => &bins.measure(cell, self.how()),
                };
                let against = pair.zip(base_bins.as_ref()).map(|(pair, base)| {
                    let broken = Broken {
                        stratum: SIMILARITY,
                        candidate: own,
                        base,
                    };
                    (*pair, broken)
                });
                let rows = bins.rows(cell, own, against, self.how());
                judged.similarities.extend(rows);
            }
            let name = pair.map(Held::base_name);
            let held = name.as_deref().zip(base_recalibrated.as_deref());
            judged.recalibrations.extend(match &base_recalibrated {
                Some(own) if is_reference(cell) => recalibrations::rows(own, None, self.how()),
                _ => recalibrations::rows(&self.recalibrated(cell), held, self.how()),
            });
            judged
                .prevalences
                .extend(prevalences(self.suite, cell, pair.copied(), &self.draws));
            // What a fitted control answers to perturbed examples is for corruption errors alone.
            let own = controls.iter().filter(|control| {
                let is_clean = control.cell.cell.case.is_clean();
                control.is_for(cell.cell) && (is_clean || !control.is_fitted())
            });
            for control in own {
                let rows = controls::against(cell, control, self.how());
                judged.controls.extend(rows);
            }
        }
        let scores = cells.iter().flat_map(|cell| &cell.scored);
        judged
            .scores
            .extend(scores.map(|scored| scored.score.clone()));
    }
}
