//! Places that share bases: one sweep along each chromosome. Strands do not count, for a stretch and its
//! reverse complement are the same DNA.

use rayon::prelude::*;

use crate::rows::Place;

/// The place of another list that shares most bases with one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Overlap {
    /// Its index.
    pub other: usize,
    /// How many bases both have.
    pub bases: u64,
}

/// For each of `queries` the place among `subjects` that shares most bases with it, the first of equals;
/// `None` where none shares any.
#[must_use]
pub fn most_shared(queries: &[Place], subjects: &[Place]) -> Vec<Option<Overlap>> {
    let subjects = Sorted::new(subjects);
    let mut found = vec![None; queries.len()];
    let mut sweep = Sweep::default();
    for query in order(queries) {
        found[query] = sweep.most_shared(&queries[query], &subjects);
    }
    found
}

/// For each of `queries` how many of the subjects that share most bases with it are of each class: those that share equally
/// many count together. `None` where none shares any.
#[must_use]
pub fn most_shared_classes(
    queries: &[Place],
    subjects: &[Place],
    class_of: &[usize],
    classes: usize,
) -> Vec<Option<Vec<u32>>> {
    let sorted = Sorted::new(subjects);
    // Of each place the counts of all classes, one place behind the other.
    let mut counts = vec![0_u32; classes * sorted.places.len()];
    for (place, class) in subjects.iter().zip(class_of) {
        let found = sorted.places.binary_search_by(|(it, _)| it.cmp(place));
        if let Some(count) = found
            .ok()
            .and_then(|found| counts.get_mut(found * classes + class))
        {
            *count += 1;
        }
    }
    let of_place = |place: usize| &counts[place * classes..(place + 1) * classes];
    let mut found = vec![None; queries.len()];
    let mut sweep = Sweep::default();
    for query in order(queries) {
        let mut best = 0;
        let mut of_best: Vec<u32> = Vec::new();
        sweep.each_shared(&queries[query], &sorted, |place, bases| {
            if bases > best {
                best = bases;
                of_best.clear();
                of_best.extend(of_place(place));
            } else if bases == best {
                for (sum, count) in of_best.iter_mut().zip(of_place(place)) {
                    *sum += count;
                }
            }
        });
        found[query] = (best > 0).then_some(of_best);
    }
    found
}

/// Whether each place shares at least half of its bases with one before it along the chromosomes.
#[must_use]
pub fn repeats(places: &[Place]) -> Vec<bool> {
    let mut found = vec![false; places.len()];
    each_with_furthest(places, |index, before| {
        found[index] = 2 * places[before].shared(&places[index]) >= places[index].bases();
    });
    found
}

/// Whether each of `queries` shares a base with any of `subjects`.
#[must_use]
pub fn shares_any(queries: &[Place], subjects: &[Place]) -> Vec<bool> {
    let sorted: Vec<Place> = order(subjects).into_iter().map(|i| subjects[i]).collect();
    let mut found = vec![false; queries.len()];
    let (mut next, mut chromosome, mut reach) = (0, None, 0);
    // Sorted by their ends, so that whatever begins before one's end began before the next one's.
    let mut by_end: Vec<usize> = (0..queries.len()).collect();
    by_end.par_sort_unstable_by_key(|&i| (queries[i].chromosome, queries[i].end, queries[i].start));
    for index in by_end {
        let query = &queries[index];
        if chromosome != Some(query.chromosome) {
            (chromosome, reach) = (Some(query.chromosome), 0);
            while sorted
                .get(next)
                .is_some_and(|it| it.chromosome < query.chromosome)
            {
                next += 1;
            }
        }
        while let Some(subject) = sorted.get(next)
            && subject.chromosome == query.chromosome
            && subject.start < query.end
        {
            if subject.bases() > 0 {
                reach = reach.max(subject.end);
            }
            next += 1;
        }
        found[index] = query.bases() > 0 && reach > query.start;
    }
    found
}

/// Whether each place shares a base with another of the same list.
#[must_use]
pub fn shares_with_others(places: &[Place]) -> Vec<bool> {
    let mut found = vec![false; places.len()];
    each_with_furthest(places, |index, before| {
        if places[before].shared(&places[index]) > 0 {
            found[before] = true;
            found[index] = true;
        }
    });
    found
}

/// Calls `each` with every place that holds bases and the one before it that reaches furthest: of those that begin no later,
/// none shares more with it.
fn each_with_furthest(places: &[Place], mut each: impl FnMut(usize, usize)) {
    let mut furthest: Option<usize> = None;
    for index in order(places).into_iter().filter(|&i| places[i].bases() > 0) {
        let place = &places[index];
        if let Some(before) = furthest {
            each(index, before);
        }
        let is_further = furthest.is_none_or(|before| {
            places[before].chromosome != place.chromosome || places[before].end < place.end
        });
        if is_further {
            furthest = Some(index);
        }
    }
}

/// The cluster of each place: places that share bases, however many steps it takes, are of one. Numbered
/// along the chromosomes.
#[must_use]
pub fn clusters(places: &[Place]) -> Vec<u32> {
    let mut cluster_of = vec![0; places.len()];
    let mut reach: Option<(Place, u32)> = None;
    let mut numbers = 0..;
    let mut next = || numbers.next().unwrap_or(u32::MAX);
    for index in order(places) {
        let place = &places[index];
        let number = match &mut reach {
            Some((reach, number)) if reach.shared(place) > 0 => {
                reach.end = reach.end.max(place.end);
                *number
            }
            // What has no base shares none.
            _ if place.bases() == 0 => next(),
            _ => reach.insert((*place, next())).1,
        };
        cluster_of[index] = number;
    }
    cluster_of
}

/// Indices along the chromosomes.
fn order(places: &[Place]) -> Vec<usize> {
    let mut order: Vec<(Place, usize)> = places.iter().copied().zip(0..).collect();
    order.par_sort_unstable();
    order.into_iter().map(|(_, index)| index).collect()
}

/// Places along the chromosomes, each once, with the first index of its equals.
struct Sorted {
    places: Vec<(Place, usize)>,
}

impl Sorted {
    fn new(places: &[Place]) -> Self {
        let mut sorted: Vec<(Place, usize)> = order(places)
            .into_iter()
            .filter(|&index| places[index].bases() > 0)
            .map(|index| (places[index], index))
            .collect();
        sorted.dedup_by_key(|(place, _)| *place);
        Self { places: sorted }
    }
}

/// Where a sweep along the subjects is.
#[derive(Default)]
struct Sweep {
    /// The first subject that begins after the query.
    next: usize,
    /// Subjects that began at or before the query and may reach into it.
    open: Vec<usize>,
}

impl Sweep {
    /// Calls `each` with the number of every subject that shares a base, and how many. Queries come in their order along the
    /// chromosomes.
    fn each_shared(&mut self, query: &Place, subjects: &Sorted, mut each: impl FnMut(usize, u64)) {
        let begun =
            |place: &Place| (place.chromosome, place.start) <= (query.chromosome, query.start);
        while let Some((place, _)) = subjects.places.get(self.next)
            && begun(place)
        {
            self.open.push(self.next);
            self.next += 1;
        }
        self.open.retain(|&open| {
            let place = &subjects.places[open].0;
            place.chromosome == query.chromosome && place.end > query.start
        });
        let within = subjects.places[self.next..]
            .iter()
            .take_while(|(place, _)| {
                place.chromosome == query.chromosome && place.start < query.end
            });
        let within = (self.next..).zip(within).map(|(number, _)| number);
        for number in self.open.iter().copied().chain(within) {
            let bases = query.shared(&subjects.places[number].0);
            if bases > 0 {
                each(number, bases);
            }
        }
    }

    fn most_shared(&mut self, query: &Place, subjects: &Sorted) -> Option<Overlap> {
        let mut best: Option<Overlap> = None;
        self.each_shared(query, subjects, |number, bases| {
            let other = subjects.places[number].1;
            let is_better = best.is_none_or(|best| {
                bases > best.bases || (bases == best.bases && other < best.other)
            });
            if is_better {
                best = Some(Overlap { other, bases });
            }
        });
        best
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn places() -> impl Strategy<Value = Vec<Place>> {
        let place = (0..3_u32, 0..60_u64, 0..20_u64).prop_map(|(chromosome, start, bases)| Place {
            chromosome,
            start,
            end: start + bases,
        });
        prop::collection::vec(place, 0..40)
    }

    proptest! {
        #[test]
        fn a_sweep_finds_what_a_product_finds(queries in places(), subjects in places()) {
            let most = |query: &Place| {
                let mut best: Option<Overlap> = None;
                for (other, subject) in subjects.iter().enumerate() {
                    let bases = query.shared(subject);
                    if bases > best.map_or(0, |best| best.bases) {
                        best = Some(Overlap { other, bases });
                    }
                }
                best
            };
            let found = most_shared(&queries, &subjects);
            let any = shares_any(&queries, &subjects);
            for ((query, found), any) in queries.iter().zip(found).zip(any) {
                prop_assert_eq!(found, most(query));
                prop_assert_eq!(any, found.is_some());
            }
        }

        #[test]
        fn equals_count_together(queries in places(), subjects in places()) {
            let classes: Vec<usize> = (0..subjects.len()).map(|number| number % 3).collect();
            let found = most_shared_classes(&queries, &subjects, &classes, 3);
            for (query, found) in queries.iter().zip(found) {
                let most = subjects.iter().map(|it| query.shared(it)).max().unwrap_or(0);
                let mut counts = vec![0; 3];
                for (subject, class) in subjects.iter().zip(&classes) {
                    counts[*class] += u32::from(query.shared(subject) == most);
                }
                prop_assert_eq!(found, (most > 0).then_some(counts));
            }
        }

        #[test]
        fn what_repeats_shares_half_with_one_before(places in places()) {
            let order = order(&places);
            let found = repeats(&places);
            for (at, &index) in order.iter().enumerate() {
                let place = &places[index];
                let half = |&before: &usize| 2 * places[before].shared(place) >= place.bases();
                let expected = place.bases() > 0 && order[..at].iter().any(half);
                prop_assert_eq!(found[index], expected);
            }
        }

        #[test]
        fn others_are_others(places in places()) {
            let found = shares_with_others(&places);
            for (index, place) in places.iter().enumerate() {
                let shares = |(other, it): (usize, &Place)| other != index && it.shared(place) > 0;
                prop_assert_eq!(found[index], places.iter().enumerate().any(shares));
            }
        }

        #[test]
        fn clusters_are_closed(places in places()) {
            let cluster_of = clusters(&places);
            for (a, first) in places.iter().enumerate() {
                for (b, second) in places.iter().enumerate() {
                    if first.shared(second) > 0 {
                        prop_assert_eq!(cluster_of[a], cluster_of[b]);
                    }
                }
            }
            // What shares nothing with anything is alone.
            let shares = shares_with_others(&places);
            for (a, _) in places.iter().enumerate().filter(|(a, _)| !shares[*a]) {
                prop_assert_eq!(cluster_of.iter().filter(|c| **c == cluster_of[a]).count(), 1);
            }
        }
    }
}
