//! How long to wait before a request is made once more.

use std::time::Duration;

use titer_core::Digest;

/// The wait before the first retry; each further one is twice as long.
const FIRST: Duration = Duration::from_millis(200);
/// The longest wait, whatever the server asks for.
const LONGEST: Duration = Duration::from_secs(30);

/// The wait after `tries` tries: what the server asked for, or twice as long each time, between half of it and
/// all of it so that requests that failed together do not come back together. The same request waits the
/// same time in every run.
pub(super) fn wait(id: &str, tries: u32, asked_s: Option<u64>) -> Duration {
    if let Some(seconds) = asked_s {
        return Duration::from_secs(seconds).min(LONGEST);
    }
    let doubled = FIRST.saturating_mul(1 << tries.saturating_sub(1).min(16));
    let digest = Digest::of(format!("{id} {tries}").as_bytes());
    let share = f64::from(digest.bytes()[0]) / 255.0;
    doubled.min(LONGEST).mul_f64(0.5 + 0.5 * share)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_and_end() {
        for tries in 1..40 {
            let doubled = 0.2 * 2_f64.powi(tries - 1);
            let wait = wait("7", tries as u32, None).as_secs_f64();
            let (low, high) = ((0.5 * doubled).min(15.0), doubled.min(30.0));
            assert!((low..=high).contains(&wait), "{tries}: {wait}");
        }
        assert_ne!(wait("7", 3, None), wait("8", 3, None));
        assert_eq!(wait("7", 3, Some(2)), Duration::from_secs(2));
        assert_eq!(wait("7", 3, Some(86_400)), LONGEST);
    }
}
