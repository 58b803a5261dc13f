//! Substitutions chosen step by step: from each set that is kept all sets with one more, or as many of them as a step may ask; the
//! best by their answers are kept.

use std::collections::BTreeSet;

use titer_core::Stream;

use super::window::queries_within;
use super::{Edits, Found, Heard, Searcher, Site, better, is_nearer};

/// A search that keeps so many sets at each step; 1 is greedy.
pub struct Beam {
    sites: Vec<Site>,
    width: usize,
    per_step: u64,
    budgets: Vec<usize>,
    stream: Stream,
    kept: Vec<Edits>,
    proposed: Vec<Edits>,
    /// After each step: the queries so far, and the best so far.
    trace: Vec<(u64, Option<(Edits, Heard)>)>,
}

impl Beam {
    /// A search of an example with these sites, for ascending numbers of substitutions.
    #[must_use]
    pub fn new(
        sites: Vec<Site>,
        width: u64,
        per_step: u64,
        budgets: Vec<usize>,
        stream: Stream,
    ) -> Self {
        Self {
            sites,
            width: usize::try_from(width).unwrap_or(usize::MAX).max(1),
            per_step,
            budgets,
            stream,
            kept: vec![Vec::new()],
            proposed: Vec::new(),
            trace: Vec::new(),
        }
    }

    fn has_ended(&self) -> bool {
        let most = self.budgets.last().copied().unwrap_or(0);
        let last = self.trace.last().and_then(|(_, best)| best.as_ref());
        self.trace.len() >= most || last.is_some_and(|(_, heard)| heard.has_changed)
    }

    /// Sets with one more substitution than this one: at most so many, drawn without replacement.
    fn grown(&mut self, set: &Edits, most: u64) -> Vec<Edits> {
        let is_free = |site: &&Site| set.iter().all(|edit| edit.position != site.position);
        let free: Vec<Site> = self.sites.iter().filter(is_free).copied().collect();
        let mut places: Vec<u32> = (0..3 * free.len() as u32).collect();
        let wanted = places
            .len()
            .min(usize::try_from(most).unwrap_or(usize::MAX));
        for at in 0..wanted {
            let rest = (places.len() - at) as u64;
            places.swap(at, at + self.stream.below(rest) as usize);
        }
        let one = |place: &u32| {
            let place = *place as usize;
            let edit = free.get(place / 3).map(|site| site.edit(place % 3));
            let mut grown = set.clone();
            grown.extend(edit);
            grown.sort_unstable();
            grown
        };
        places.iter().take(wanted).map(one).collect()
    }
}

impl Searcher for Beam {
    fn propose(&mut self) -> Vec<Edits> {
        self.proposed.clear();
        if self.has_ended() {
            return Vec::new();
        }
        let kept = std::mem::take(&mut self.kept);
        let (share, more) = match kept.len() as u64 {
            0 => (0, 0),
            sets => (self.per_step / sets, self.per_step % sets),
        };
        let mut met = BTreeSet::new();
        for (number, set) in kept.iter().enumerate() {
            let most = share + u64::from((number as u64) < more);
            for grown in self.grown(set, most) {
                // Two sets may grow into one.
                if met.insert(grown.clone()) {
                    self.proposed.push(grown);
                }
            }
        }
        self.proposed.clone()
    }

    fn hear(&mut self, heard: &[Heard]) {
        let (mut queries, mut best) = self.trace.last().cloned().unwrap_or((0, None));
        queries += heard.len() as u64;
        let proposed = std::mem::take(&mut self.proposed);
        let mut ranked: Vec<(Edits, Heard)> =
            proposed.into_iter().zip(heard.iter().copied()).collect();
        // A stable order: of equals those that were drawn first.
        ranked.sort_by(|(_, one), (_, other)| match is_nearer(*one, *other) {
            true => std::cmp::Ordering::Less,
            false if is_nearer(*other, *one) => std::cmp::Ordering::Greater,
            false => std::cmp::Ordering::Equal,
        });
        if let Some((edits, heard)) = ranked.first() {
            best = better(best, edits, *heard);
        }
        self.kept = ranked
            .into_iter()
            .take(self.width)
            .map(|(edits, _)| edits)
            .collect();
        self.trace.push((queries, best));
    }

    fn found(&self) -> Vec<Found> {
        let one = |&substitutions: &usize| {
            let after = substitutions.min(self.trace.len()).checked_sub(1);
            let (queries, best) = after.map_or((0, None), |step| self.trace[step].clone());
            Found {
                substitutions,
                queries_at_most: queries_within(
                    self.sites.len(),
                    self.width as u64,
                    self.per_step,
                    substitutions,
                ),
                queries,
                best,
            }
        };
        self.budgets.iter().map(one).collect()
    }
}
