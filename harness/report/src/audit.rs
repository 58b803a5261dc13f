//! The page of a data audit.

mod facts;
mod ladder;
mod leaks;
mod prose;
mod scores;
mod shared;

use serde::Serialize;
use titer_audit::verdict::{genome, headline, sentence, steps};
use titer_audit::{Audit, Trust};

use crate::error::ReportError;
use crate::template;
use facts::{Fact, facts};
use prose::{Prose, prose};
use scores::{ControlRow, ModelTable};
use shared::{AlikeTable, SharedTable};

/// How the audit was made.
#[derive(Clone, Copy, Debug)]
pub struct Made<'a> {
    /// Titer's version.
    pub titer: &'a str,
    /// The command that makes it again, page and all.
    pub command: &'a str,
    /// The same without what it writes, to put further options behind.
    pub base: &'a str,
}

#[derive(Serialize)]
struct Page<'a> {
    titer: &'a str,
    name: &'a str,
    badge: Badge,
    headline: Headline,
    leaks: Option<String>,
    ladder: Option<String>,
    has_models: bool,
    steps: Vec<StepLine>,
    genome: Option<StepLine>,
    evidence: Vec<Line>,
    shown: Vec<Prose>,
    not_looked_for: Vec<(Prose, Prose)>,
    facts: Vec<Fact>,
    shared: Option<SharedTable<'a>>,
    alike: Option<AlikeTable>,
    metrics: Vec<String>,
    controls: Vec<ControlRow<'a>>,
    not_run: Vec<Prose>,
    models: Vec<ModelTable>,
    model_metrics: Vec<String>,
    reproduce: Vec<(&'static str, String)>,
    inputs: Vec<(&'a str, String)>,
}

#[derive(Clone, Copy, Serialize)]
struct Badge {
    class: &'static str,
    sign: &'static str,
    word: &'static str,
}

/// The verdict in words.
#[derive(Serialize)]
struct Headline {
    advice: &'static str,
    reasons: Vec<Prose>,
    not_looked_for: Option<Prose>,
}

/// A finding and what it means for a score.
#[derive(Serialize)]
struct Line {
    badge: Badge,
    words: Prose,
}

/// Something to do.
#[derive(Serialize)]
struct StepLine {
    words: Prose,
    command: Option<String>,
}

/// The page as HTML. The same audit made by the same command gives the same bytes.
///
/// # Errors
/// The template does not fit.
pub fn page(audit: &Audit, made: Made<'_>) -> Result<String, ReportError> {
    let step = |one: titer_audit::verdict::Step| StepLine {
        words: prose(&one.words),
        command: one.command,
    };
    let page = Page {
        titer: made.titer,
        name: &audit.name,
        badge: badge(audit.trust),
        headline: first(audit),
        leaks: leaks::picture(audit),
        ladder: ladder::picture(audit),
        has_models: !audit.models.is_empty(),
        steps: steps(audit, made.base).into_iter().map(step).collect(),
        genome: genome(audit, made.base).map(step),
        evidence: evidence(audit),
        shown: audit.shown.iter().map(|one| told(one)).collect(),
        not_looked_for: gaps(audit),
        facts: facts(audit),
        shared: shared::shared(audit),
        alike: shared::alike(audit),
        metrics: scores::metrics(audit),
        controls: scores::controls(audit),
        not_run: scores::not_run(audit),
        models: scores::models(audit),
        model_metrics: scores::model_metrics(audit),
        reproduce: reproduce(audit, made),
        inputs: inputs(audit),
    };
    template::fill("audit.html", &page)
}

fn badge(trust: Trust) -> Badge {
    let (class, sign, word) = match trust {
        Trust::Trustworthy => ("pass", "✓", "Trustworthy"),
        Trust::WithCare => ("inconclusive", "!", "With care"),
        Trust::DoNotTrust => ("fail", "✕", "Do not trust"),
    };
    Badge { class, sign, word }
}

/// What was found, as a sentence.
fn told(words: &str) -> Prose {
    prose(&sentence(words))
}

fn first(audit: &Audit) -> Headline {
    let found = headline(audit);
    Headline {
        advice: found.advice,
        reasons: found.reasons.iter().map(|one| prose(one)).collect(),
        not_looked_for: found.not_looked_for.as_deref().map(prose),
    }
}

fn evidence(audit: &Audit) -> Vec<Line> {
    let line = |one: &titer_audit::verdict::Evidence| Line {
        badge: badge(one.weighs),
        words: told(&one.words),
    };
    audit.evidence.iter().map(line).collect()
}

fn gaps(audit: &Audit) -> Vec<(Prose, Prose)> {
    let gaps = audit.not_looked_for.iter();
    gaps.map(|gap| (prose(&gap.what), prose(&gap.why)))
        .collect()
}

fn reproduce(audit: &Audit, made: Made<'_>) -> Vec<(&'static str, String)> {
    vec![
        ("command", made.command.to_owned()),
        ("Titer", made.titer.to_owned()),
        ("seed of the intervals", audit.seed.to_string()),
    ]
}

fn inputs(audit: &Audit) -> Vec<(&str, String)> {
    let files = audit.inputs.iter();
    let files = files.map(|one| (one.file.as_str(), one.digest.to_string()));
    let genome = audit.genome.iter();
    let genome = genome.map(|(file, digest)| (file.as_str(), digest.clone()));
    files.chain(genome).collect()
}

#[cfg(test)]
pub(crate) mod tests;
