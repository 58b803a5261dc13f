//! The steps after the models have run, and what they came to in a few lines.

mod ending;
mod next;

use titer_run::Planned;
use titer_store::RunFolder;

use crate::arguments::ForCi;
use crate::commands::{Done, report};
use crate::console::{complain, say_exactly};
use crate::error::CommandError;
use crate::progress::Progress;
pub(super) use ending::Outcome;
pub(super) use next::Next;

/// Scores, judges and renders a run folder, says what came out; the exit code and the page. `data` is what the run was planned
/// from, where it is at hand: letters of notable examples are kept as far as it allows.
pub(super) fn judge(
    folder: &RunFolder,
    data: Option<&Planned>,
    ci: ForCi,
    progress: &Progress,
) -> Result<Done, CommandError> {
    titer_judge::run::score(folder, &|what, done, of| {
        progress.step("scoring", what, done, of);
    })?;
    if let Some(planned) = data {
        titer_run::show_sequences(planned, folder)?;
    }
    let verdict = titer_judge::run::decide(folder)?;
    progress.phase("rendering");
    // The verdict stands, whatever becomes of the texts about it.
    let (page, ending, problems) = match report::render(folder, ci) {
        Ok(written) => (written.page, Some(written.ending), written.problems),
        Err(error) => (None, None, vec![error.to_string()]),
    };
    progress.finish();
    for problem in &problems {
        complain(&format!("note: the report is not whole: {problem}"));
    }
    if !progress.talk().quiet {
        let plan = folder.read_manifest()?.plan;
        let outcome = Outcome {
            plan: &plan,
            verdict: &verdict,
            ending: ending.as_ref(),
        };
        outcome.tell(&mut Next::new(folder, &plan));
        if let Some(page) = &page {
            say_exactly(&format!("report: {page}"));
        }
    }
    Ok(Done {
        code: titer_judge::exit_code(&verdict),
        page: page.map(|page| page.path),
    })
}
