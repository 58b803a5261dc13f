//! Searches: after the cells, those of references first, since what they find is asked of the other variants.

use titer_core::{Attack, Digest, Mutant};
use titer_spec::plan::{PlannedSearch, SearchSpec};

use super::Run;
use super::cells::{line, names};
use super::tasks::Task;
use crate::error::RunError;
use crate::job::{Job, SearchWork, Work};

impl Run<'_> {
    /// Searches where nothing was found yet.
    pub(super) fn searches(&mut self) -> Result<(), RunError> {
        let plan = &self.planned.plan;
        let (mut first, mut second) = (Vec::new(), Vec::new());
        for search in &plan.searches {
            // Another suite may ask for the very same search.
            if !self.finished.insert(search.cell.key) {
                continue;
            }
            let tasks = match search.base {
                None => &mut first,
                Some(_) => &mut second,
            };
            tasks.push(Task {
                cell: &search.cell,
                control: None,
                search: Some(search),
            });
        }
        self.tasks(first)?;
        self.tasks(second)
    }

    /// What a worker is handed for a search.
    pub(super) fn search_job(&self, search: &PlannedSearch) -> Result<Job, RunError> {
        let cell = &search.cell;
        let work = Work::Search(SearchWork {
            search: search.search.clone(),
            base: search.base,
        });
        let job = self.job(cell.key, names(cell), work);
        job.ok_or_else(|| RunError::Worker(format!("{} is not in the plan", line(cell))))
    }

    /// Whether what a search found is there and whole; true of what is no search.
    pub(super) fn is_found(&self, key: &Digest) -> bool {
        let mut searches = self.planned.plan.searches.iter();
        let search = searches.find(|search| search.cell.key == *key);
        search.is_none_or(|search| match search.search {
            SearchSpec::Adversarial(_) => {
                matches!(self.folder.read_found::<Attack>(key), Ok(Some(_)))
            }
            SearchSpec::Mutagenesis { .. } => {
                matches!(self.folder.read_found::<Mutant>(key), Ok(Some(_)))
            }
        })
    }
}
