//! Searches: which variants are asked beyond the suites' own examples, on which data, and what is refused or left out.

use titer_core::{Case, Digest, Effect};
use titer_spec::evaluation::{Adversarial, FLANK, MAX_WINDOW, Mutagenesis, Search};
use titer_spec::model::Meaning;
use titer_spec::plan::{
    LeftOut, PlannedCell, PlannedModel, PlannedSearch, PlannedSuite, PlannedVariant, SearchSpec,
};
use titer_spec::suite::Span;
use titer_spec::{Document, Evaluation, Located, Question, SpecError};

use super::cells::{does, keyed, loaded};
use super::{Planned, SuiteData};
use crate::error::RunError;
use crate::key::{self, Execution, SearchIdentity};

/// Adds every search to the plan, those of references first.
pub(super) fn add(planned: &mut Planned) -> Result<(), RunError> {
    let Some(search) = planned.evaluation.value.search.clone() else {
        return Ok(());
    };
    check(&planned.evaluation, &search)?;
    let (mut searches, mut left_out) = (Vec::new(), Vec::new());
    for suite in &planned.plan.suites {
        if !matches!(suite.question, Question::Binary(_)) {
            left_out.push(LeftOut {
                what: format!("searches on suite {}", suite.name),
                why: "they ask for the call of a binary question".to_owned(),
            });
            continue;
        }
        let on = On { planned, suite };
        let models = planned.plan.models.iter();
        let (searched, unsearched): (Vec<_>, Vec<_>) = models
            .filter(|model| does(planned, model, suite))
            .flat_map(|model| model.variants.iter().map(move |variant| (model, variant)))
            .partition(|(model, variant)| on.why_not(model, variant).is_none());
        left_out.extend(unsearched.into_iter().map(|(model, variant)| LeftOut {
            what: format!(
                "searches of {} {} on suite {}",
                model.name, variant.name, suite.name
            ),
            why: on.why_not(model, variant).unwrap_or_default().to_owned(),
        }));
        for spec in on.specs(&search.value)? {
            searches.extend(on.searches(&spec, &searched)?);
        }
    }
    if searches.is_empty() {
        let why: Vec<String> = left_out
            .iter()
            .map(|left: &LeftOut| format!("{}: {}", left.what, left.why))
            .collect();
        let message = format!("search: there is nothing to search ({})", why.join("; "));
        let cure = "name a suite whose question is binary and a model that runs and gives probabilities, or take `search` out";
        return Err(planned.evaluation.error(&search, message, cure).into());
    }
    searches.sort_by_key(|search| search.base.is_some());
    planned.plan.searches = searches;
    planned.plan.left_out.extend(left_out);
    Ok(())
}

/// Holds the fields to each other.
fn check(evaluation: &Document<Evaluation>, search: &Located<Search>) -> Result<(), SpecError> {
    if search.value.adversarial.is_none() && search.value.mutagenesis.is_none() {
        let cure = "write `search: {adversarial: {substitutions: [1, 2, 4, 8]}}` or `search: {mutagenesis: {}}`";
        return Err(evaluation.error(search, "search: it asks for nothing", cure));
    }
    let Some(asked) = &search.value.adversarial else {
        return Ok(());
    };
    let (at, asked): (&Located<Adversarial>, &Adversarial) = (asked, &asked.value);
    for (field, list, cure) in [
        (
            "substitutions",
            &asked.substitutions,
            "write `[1, 2, 4, 8]`",
        ),
        (
            "beams",
            &asked.beams,
            "write `[1]`, which is greedy, or `[1, 4]`",
        ),
    ] {
        let place = evaluation.place(at, field);
        if list.is_empty() {
            let message = format!("search.adversarial.{field}: the list is empty");
            return Err(evaluation.error(&place, message, cure));
        }
        if list.windows(2).any(|pair| pair[0] >= pair[1]) {
            let message = format!("search.adversarial.{field}: the numbers do not ascend");
            return Err(evaluation.error(&place, message, cure));
        }
    }
    if asked.queries_at_most < asked.most() {
        let place = evaluation.place(at, "queries_at_most");
        let message = format!(
            "search.adversarial.queries_at_most: {} queries are fewer than the {} steps of the largest number of substitutions",
            asked.queries_at_most,
            asked.most()
        );
        let cure = "allow some hundred for each step, as in `queries_at_most: 2000`";
        return Err(evaluation.error(&place, message, cure));
    }
    Ok(())
}

/// A suite of a plan.
struct On<'a> {
    planned: &'a Planned,
    suite: &'a PlannedSuite,
}

impl On<'_> {
    /// Why a variant is not searched; `None`: it is.
    fn why_not(&self, model: &PlannedModel, variant: &PlannedVariant) -> Option<&'static str> {
        if model.earlier.is_some() {
            return Some("its answers are taken from an earlier run");
        }
        if !variant.backend.runs() {
            return Some("a table of predictions cannot be asked anything new");
        }
        if model.meaning == Meaning::Ranking {
            return Some("a ranking calls nothing, so that no call can change");
        }
        None
    }

    fn data(&self, dataset: &str) -> Option<&SuiteData> {
        let key = (
            self.suite.name.clone(),
            dataset.to_owned(),
            self.suite.split.clone(),
        );
        self.planned.data.get(&key)
    }

    fn specs(&self, search: &Search) -> Result<Vec<SearchSpec>, RunError> {
        let adversarial = search.adversarial.as_ref();
        if let Some((asked, window)) = adversarial.and_then(|it| Some((it, it.value.window?))) {
            self.check_window("adversarial", asked, window, usize::MAX)?;
        }
        let adversarial = adversarial.map(|asked| SearchSpec::Adversarial(asked.value.clone()));
        let mutagenesis = search.mutagenesis.as_ref();
        let mutagenesis = mutagenesis
            .map(|asked| self.mutagenesis(asked))
            .transpose()?;
        Ok(adversarial.into_iter().chain(mutagenesis).collect())
    }

    /// Mutagenesis with its window.
    fn mutagenesis(&self, asked: &Located<Mutagenesis>) -> Result<SearchSpec, SpecError> {
        let evaluation = &self.planned.evaluation;
        let window = match asked.value.window {
            Some(window) => window,
            None => self.around(self.shortest().0).ok_or_else(|| {
                let message = format!(
                    "search.mutagenesis: suite {} spares no positions, so that nothing says where its site is",
                    self.suite.name
                );
                let cure = "give a window, as in `window: {start: 190, end: 212}`";
                evaluation.error(asked, message, cure)
            })?,
        };
        self.check_window("mutagenesis", asked, window, MAX_WINDOW)?;
        Ok(SearchSpec::Mutagenesis {
            examples: asked.value.examples,
            window,
        })
    }

    /// Bases of the shortest sequence, its dataset and its example.
    fn shortest(&self) -> (usize, &str, &str) {
        let datasets = self.suite.datasets.iter();
        let shortest = datasets.filter_map(|dataset| {
            let shortest = self.data(&dataset.name)?.survey.shortest.as_ref()?;
            Some((
                shortest.sequence.len(),
                dataset.name.as_str(),
                shortest.id.as_str(),
            ))
        });
        shortest.min().unwrap_or((0, "", ""))
    }

    /// A window lies within every sequence.
    fn check_window<T>(
        &self,
        search: &str,
        asked: &Located<T>,
        Span { start, end }: Span,
        most: usize,
    ) -> Result<(), SpecError> {
        let (bases, dataset, id) = self.shortest();
        if start < end && end <= bases && end - start <= most {
            return Ok(());
        }
        let evaluation = &self.planned.evaluation;
        let most = match most {
            usize::MAX => String::new(),
            most => format!(" of at most {most} bases"),
        };
        let message = format!(
            "search.{search}.window: {start} to {end} is no window{most} within every sequence: example {id} of dataset {dataset} has {bases} bases"
        );
        let cure = "give a 0-based start and an end one past the last base";
        Err(evaluation.error(&evaluation.place(asked, "window"), message, cure))
    }

    /// The positions that the suite spares, with some on each side.
    fn around(&self, bases: usize) -> Option<Span> {
        let spare = &self.planned.suites.get(&self.suite.name)?.value.spare;
        let start = spare.iter().map(|span| span.start).min()?;
        let end = spare.iter().map(|span| span.end).max()?;
        Some(Span {
            start: start.saturating_sub(FLANK),
            end: end.saturating_add(FLANK).min(bases),
        })
    }

    /// One search of each variant on each dataset; the reference's is the base of the others'.
    fn searches(
        &self,
        spec: &SearchSpec,
        variants: &[(&PlannedModel, &PlannedVariant)],
    ) -> Result<Vec<PlannedSearch>, RunError> {
        let mut searches = Vec::new();
        for dataset in &self.suite.datasets {
            let Some(data) = self.data(&dataset.name) else {
                continue;
            };
            for &(model, variant) in variants {
                let own = self.key(spec, data, model, variant, None)?;
                let (base_model, base_variant) = model.base();
                let mut others = variants.iter();
                let base = others.find(|(model, variant)| {
                    (model.name.as_str(), variant.name.as_str()) == (base_model, base_variant)
                });
                let base = base.map(|(model, variant)| self.key(spec, data, model, variant, None));
                let base = base.transpose()?.filter(|base| *base != own);
                let key = match base {
                    None => own,
                    Some(_) => self.key(spec, data, model, variant, base.as_ref())?,
                };
                searches.push(PlannedSearch {
                    cell: PlannedCell {
                        key,
                        case: Case {
                            suite: self.suite.name.clone(),
                            model: model.name.clone(),
                            variant: variant.name.clone(),
                            dataset: dataset.name.clone(),
                            split: self.suite.split.clone(),
                            perturbation: Some(spec.name().to_owned()),
                        },
                        effect: Effect::Kept,
                        examples: data.survey.digest(),
                    },
                    search: spec.clone(),
                    base,
                });
            }
        }
        Ok(searches)
    }

    fn key(
        &self,
        search: &SearchSpec,
        data: &SuiteData,
        model: &PlannedModel,
        variant: &PlannedVariant,
        base: Option<&Digest>,
    ) -> Result<Digest, RunError> {
        let Some(loaded) = loaded(self.planned, model) else {
            return Err(RunError::Worker(format!("{} is not loaded", model.name)));
        };
        let execution = Execution::new(
            model,
            loaded.spec_of(&variant.name),
            variant,
            self.planned.plan.threads,
        );
        let identity = SearchIdentity {
            search,
            threshold: model.threshold,
            base,
            inputs: &data.survey.inputs().digest,
            seed: self.planned.plan.seed,
            spare: &data.examples.selection.spare,
            question: &self.suite.question,
            classes: &data.examples.dataset.about().classes,
        };
        keyed(loaded, key::search(&execution, &identity))
    }
}
