//! An adversarial search: each strategy on the examples that are called right, several of them side by side so that batches are full.

use titer_core::search::{BEAM, GREEDY, RANDOM, RANDOM_ONCE, TRANSFER};
use titer_core::{Attack, Digest, Stream};
use titer_spec::Dataset;
use titer_spec::evaluation::Adversarial;
use titer_store::RunFolder;

use super::{Asked, Asking, Known, Stopped};
use crate::error::RunError;
use crate::job::Job;
use crate::search::{
    Aim, Beam, Edits, Found, Heard, Random, Searcher, Site, queries_within, read, sites, words,
};

/// Bases that are asked about side by side, about.
const BASES_AT_ONCE: usize = 1 << 24;
/// Batches that are asked side by side, about: what is over at the end of each is little then.
const BATCHES_AT_ONCE: usize = 16;

/// Rows of every strategy, then of what the base found.
pub(super) fn search(
    job: &Job,
    about: &Dataset,
    asked: &Adversarial,
    base: Option<&Digest>,
    known: &[Known<'_>],
    asking: &mut Asking<'_>,
) -> Result<Vec<Attack>, Stopped> {
    let threshold = super::super::model(job).map_err(RunError::from)?.threshold;
    let mut attacked = Vec::new();
    for known in known {
        if let Some(aim) = known.aim(threshold) {
            let spare = job.data.spared(known.example, about);
            let mut sites = sites(&known.example.sequence, &spare);
            if let Some(window) = asked.window {
                sites.retain(|site| (window.start..window.end).contains(&site.position));
            }
            attacked.push(Attacked { known, aim, sites });
        }
    }
    let searching = Searching { job, asked };
    let mut rows = Vec::new();
    for &width in &asked.beams {
        let mut searchers: Vec<Beam> = attacked
            .iter()
            .map(|one| searching.beam(one, width))
            .collect();
        drive(&attacked, &mut searchers, asked, asking)?;
        let strategy = if width == 1 { GREEDY } else { BEAM };
        for (one, searcher) in attacked.iter().zip(&searchers) {
            let found = searcher.found().into_iter();
            rows.extend(found.map(|found| one.row(strategy, Some(width), &found)));
        }
    }
    let mut searchers: Vec<Random> = attacked.iter().map(|one| searching.random(one)).collect();
    drive(&attacked, &mut searchers, asked, asking)?;
    for (one, searcher) in attacked.iter().zip(&searchers) {
        let found = searcher.found().into_iter();
        rows.extend(found.map(|found| one.row(RANDOM, None, &found)));
        let once = searcher.once().into_iter();
        rows.extend(once.map(|found| one.row(RANDOM_ONCE, None, &found)));
    }
    if let Some(base) = base {
        rows.extend(transferred(job, base, &attacked, asking)?);
    }
    Ok(rows)
}

/// An example that is called right as it is.
struct Attacked<'a> {
    known: &'a Known<'a>,
    aim: Aim,
    sites: Vec<Site>,
}

impl Attacked<'_> {
    fn row(&self, strategy: &str, beam: Option<u64>, found: &Found) -> Attack {
        let sequence = &self.known.example.sequence;
        let (edits, after) = match &found.best {
            Some((edits, heard)) => (edits.clone(), heard.answer),
            None => (Edits::new(), self.known.before),
        };
        Attack {
            id: self.known.example.id.clone(),
            strategy: strategy.to_owned(),
            beam,
            substitutions: found.substitutions as u64,
            queries_at_most: found.queries_at_most,
            queries: found.queries,
            success: found.is_success(),
            before: self.known.before,
            after,
            edits: edits.len() as u64,
            edited: words(sequence, &edits),
            bases: sequence.len() as u64,
        }
    }
}

struct Searching<'a> {
    job: &'a Job,
    asked: &'a Adversarial,
}

impl Searching<'_> {
    fn budgets(&self) -> Vec<usize> {
        let whole = |number: &u64| usize::try_from(*number).unwrap_or(usize::MAX);
        self.asked.substitutions.iter().map(whole).collect()
    }

    fn beam(&self, one: &Attacked<'_>, width: u64) -> Beam {
        let purpose = format!("adversarial beam {width}");
        Beam::new(
            one.sites.clone(),
            width,
            self.asked.queries_per_step(),
            self.budgets(),
            Stream::new(self.job.data.seed, &purpose, &one.known.example.id),
        )
    }

    /// As many queries as the widest search may ask.
    fn random(&self, one: &Attacked<'_>) -> Random {
        let widest = self.asked.beams.iter().copied().max().unwrap_or(1);
        let per_step = self.asked.queries_per_step();
        let within = |number: usize| queries_within(one.sites.len(), widest, per_step, number);
        let budgets = self.budgets().into_iter();
        Random::new(
            one.sites.clone(),
            budgets.map(|number| (number, within(number))).collect(),
            per_step,
            self.job.data.seed,
            &one.known.example.id,
        )
    }
}

/// Drives searchers side by side, some examples at a time.
fn drive<S: Searcher>(
    attacked: &[Attacked<'_>],
    searchers: &mut [S],
    asked: &Adversarial,
    asking: &mut Asking<'_>,
) -> Result<(), Stopped> {
    let per_step = usize::try_from(asked.queries_per_step()).unwrap_or(usize::MAX);
    let longest = attacked.iter().map(|one| one.known.example.sequence.len());
    let each = per_step.saturating_mul(longest.max().unwrap_or(1).max(1));
    let wanted = asking
        .batch_size
        .saturating_mul(BATCHES_AT_ONCE)
        .div_ceil(per_step);
    let side_by_side = wanted.min(BASES_AT_ONCE / each).max(1);
    let examples = attacked.chunks(side_by_side);
    for (examples, searchers) in examples.zip(searchers.chunks_mut(side_by_side)) {
        while round(examples, searchers, asking)? {}
    }
    Ok(())
}

/// Asks what each of some searchers proposes next; `false` where all have ended.
fn round<S: Searcher>(
    examples: &[Attacked<'_>],
    searchers: &mut [S],
    asking: &mut Asking<'_>,
) -> Result<bool, Stopped> {
    let (mut asked, mut counts) = (Vec::new(), Vec::new());
    for (one, searcher) in examples.iter().zip(searchers.iter_mut()) {
        let proposed = searcher.propose();
        counts.push(proposed.len());
        asked.extend(proposed.into_iter().map(|edits| Asked {
            example: one.known.example,
            edits,
        }));
    }
    if asked.is_empty() {
        return Ok(false);
    }
    let mut answers = asking.ask(&asked)?.into_iter();
    for ((one, searcher), count) in examples.iter().zip(searchers).zip(counts) {
        let heard: Vec<Heard> = answers
            .by_ref()
            .take(count)
            .map(|answer| one.aim.hear(answer))
            .collect();
        if count > 0 {
            searcher.hear(&heard);
        }
    }
    Ok(true)
}

/// What the widest search found on the base, asked of this variant.
fn transferred(
    job: &Job,
    base: &Digest,
    attacked: &[Attacked<'_>],
    asking: &mut Asking<'_>,
) -> Result<Vec<Attack>, Stopped> {
    let folder = RunFolder::at(&job.folder);
    // A base whose search failed leaves nothing to ask; judging says so.
    let found: Vec<Attack> = folder.read_found(base)?.unwrap_or_default();
    let widest = found.iter().filter_map(|row| row.beam).max();
    let found = found
        .iter()
        .filter(|row| row.beam.is_some() && row.beam == widest);
    let mut rows = Vec::new();
    for row in found {
        let one = attacked.iter().find(|one| one.known.example.id == row.id);
        let edits = read(row.edited.as_deref());
        if let (Some(one), Some(edits)) = (one, edits) {
            rows.push((one, row, edits));
        }
    }
    let asked: Vec<Asked<'_>> = rows
        .iter()
        .map(|(one, _, edits)| Asked {
            example: one.known.example,
            edits: edits.clone(),
        })
        .collect();
    let answers = asking.ask(&asked)?;
    let rows = rows.into_iter().zip(answers);
    Ok(rows
        .map(|((one, row, edits), answer)| {
            let found = Found {
                substitutions: usize::try_from(row.substitutions).unwrap_or(usize::MAX),
                queries_at_most: 1,
                queries: 1,
                best: Some((edits, one.aim.hear(answer))),
            };
            one.row(TRANSFER, row.beam, &found)
        })
        .collect())
}
