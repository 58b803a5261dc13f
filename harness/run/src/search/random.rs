//! Random substitutions: for each number of them as many draws as a search may ask, the best kept; the first draw alone is what a
//! random change does.

use titer_core::Stream;

use super::{Edits, Found, Heard, Searcher, Site, better};

/// The best of many draws, for each number of substitutions.
pub struct Random {
    sites: Vec<Site>,
    /// What is asked at a time.
    at_once: u64,
    seed: u64,
    id: String,
    budgets: Vec<OfBudget>,
    /// The number of substitutions that is drawn now.
    at: usize,
    stream: Option<Stream>,
    proposed: Vec<Edits>,
}

struct OfBudget {
    found: Found,
    once: Option<(Edits, Heard)>,
}

impl Random {
    /// Draws for an example with these sites; each number of substitutions with the queries that it may take.
    #[must_use]
    pub fn new(
        sites: Vec<Site>,
        budgets: Vec<(usize, u64)>,
        at_once: u64,
        seed: u64,
        id: &str,
    ) -> Self {
        let of = |(substitutions, queries_at_most)| OfBudget {
            found: Found {
                substitutions,
                queries_at_most,
                queries: 0,
                best: None,
            },
            once: None,
        };
        Self {
            sites,
            at_once: at_once.max(1),
            seed,
            id: id.to_owned(),
            budgets: budgets.into_iter().map(of).collect(),
            at: 0,
            stream: None,
            proposed: Vec::new(),
        }
    }

    /// What the first draw of each number of substitutions did.
    #[must_use]
    pub fn once(&self) -> Vec<Found> {
        let one = |of: &OfBudget| Found {
            substitutions: of.found.substitutions,
            queries_at_most: 1,
            queries: u64::from(of.once.is_some()),
            best: of.once.clone(),
        };
        self.budgets.iter().map(one).collect()
    }

    /// So many sites without replacement, each with one of its three substitutions.
    fn draw(sites: &[Site], substitutions: usize, stream: &mut Stream) -> Edits {
        let wanted = substitutions.min(sites.len());
        let mut drawn: Vec<usize> = Vec::with_capacity(wanted);
        // Floyd's way: as many draws as are wanted, whatever the number of sites.
        for last in sites.len() - wanted..sites.len() {
            let at = stream.below(last as u64 + 1) as usize;
            drawn.push(if drawn.contains(&at) { last } else { at });
        }
        let mut edits: Edits = drawn
            .into_iter()
            .filter_map(|at| Some(sites.get(at)?.edit(stream.below(3) as usize)))
            .collect();
        edits.sort_unstable();
        edits
    }
}

impl Searcher for Random {
    fn propose(&mut self) -> Vec<Edits> {
        self.proposed.clear();
        while let Some(OfBudget { found, .. }) = self.budgets.get(self.at) {
            let left = found.queries_at_most - found.queries;
            if left == 0 || found.is_success() {
                self.at += 1;
                self.stream = None;
                continue;
            }
            let (seed, id, number) = (self.seed, &self.id, found.substitutions);
            let stream = self.stream.get_or_insert_with(|| {
                Stream::new(seed, "adversarial random", &format!("{number} {id}"))
            });
            let draw = |_| Self::draw(&self.sites, number, stream);
            self.proposed = (0..left.min(self.at_once)).map(draw).collect();
            break;
        }
        self.proposed.clone()
    }

    fn hear(&mut self, heard: &[Heard]) {
        let proposed = std::mem::take(&mut self.proposed);
        let Some(of) = self.budgets.get_mut(self.at) else {
            return;
        };
        of.found.queries += heard.len() as u64;
        for (edits, heard) in proposed.iter().zip(heard) {
            if of.once.is_none() {
                of.once = Some((edits.clone(), *heard));
            }
            of.found.best = better(of.found.best.take(), edits, *heard);
        }
    }

    fn found(&self) -> Vec<Found> {
        self.budgets.iter().map(|of| of.found.clone()).collect()
    }
}
