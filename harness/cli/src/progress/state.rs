//! What is being done, how far it is, and how long the rest may take.

use std::time::{Duration, Instant};

/// Nothing is foretold of what has gone on for a shorter time.
const MIN_SEEN: Duration = Duration::from_secs(2);

/// A step of the work: with a count of what is to be done, or none.
#[derive(Clone, Debug)]
pub(crate) struct Phase {
    /// What is done, in a word.
    pub name: String,
    /// What is done right now.
    pub what: String,
    /// How much is done of how much; `None`: nobody knows how much there is.
    pub count: Option<Count>,
    /// What comes after, where it takes its time too.
    pub then: Option<String>,
    /// When it began.
    start: Instant,
    /// When one was finished last.
    last: Instant,
}

/// How much is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Count {
    /// What was done already when the phase began: it took no time.
    pub before: usize,
    /// What is done, with that.
    pub done: usize,
    /// What there is.
    pub of: usize,
}

impl Phase {
    pub(crate) fn new(name: &str, count: Option<(usize, usize)>, now: Instant) -> Self {
        Self {
            name: name.to_owned(),
            what: String::new(),
            count: count.map(|(done, of)| Count {
                before: done,
                done,
                of,
            }),
            then: None,
            start: now,
            last: now,
        }
    }

    /// So much more is done.
    pub(crate) fn advance(&mut self, by: usize, now: Instant) {
        if let Some(count) = &mut self.count {
            count.done += by;
            self.last = now;
        }
    }

    /// How long the rest takes if it goes on as it has gone; `None` before anybody could say.
    pub(crate) fn left(&self, now: Instant) -> Option<Duration> {
        let count = self.count?;
        let done = count.done.checked_sub(count.before).filter(|it| *it > 0)?;
        let took = self.last.saturating_duration_since(self.start);
        if took < MIN_SEEN {
            return None;
        }
        let each = took.div_f64(done as f64);
        let rest = each.mul_f64(count.of.saturating_sub(count.done) as f64);
        // What is at work has used up some of its own share, and no more than that.
        let under_way = now.saturating_duration_since(self.last).min(each);
        Some(rest.saturating_sub(under_way))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(start: Instant, seconds: u64) -> Instant {
        start + Duration::from_secs(seconds)
    }

    #[test]
    fn what_is_left_follows_from_what_was_done_now() {
        let start = Instant::now();
        let mut phase = Phase::new("predicting", Some((40, 100)), start);
        assert_eq!(phase.left(after(start, 60)), None, "nothing is done yet");
        phase.advance(1, after(start, 10));
        phase.advance(1, after(start, 20));
        // 58 are left at 10 s each; of the one at work 4 s have passed.
        let left = phase.left(after(start, 24));
        assert_eq!(left, Some(Duration::from_secs(576)));
        // One that takes long takes the time of one.
        let left = phase.left(after(start, 500));
        assert_eq!(left, Some(Duration::from_secs(570)));
    }

    #[test]
    fn nothing_is_foretold_of_a_moment_or_of_an_unknown_number() {
        let start = Instant::now();
        let mut phase = Phase::new("predicting", Some((0, 9)), start);
        phase.advance(1, start + Duration::from_millis(10));
        assert_eq!(phase.left(after(start, 5)), None);
        let mut unknown = Phase::new("planning", None, start);
        unknown.advance(1, after(start, 5));
        assert_eq!(unknown.left(after(start, 9)), None);
    }
}
