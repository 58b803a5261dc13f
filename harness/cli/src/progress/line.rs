//! The line that shows a phase: one that moves on a terminal, one for a log.

use std::time::{Duration, Instant};

use super::state::{Count, Phase};
use crate::width::{cut_words, length};

const SPINNER: [char; 10] = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
/// Characters of a bar.
const BAR: usize = 16;

/// On a terminal: `⠹ 1m12s ███████░░░░░░░░░ 57/136, about 2m left · predicting: ...`, no wider than that is. What has no count has
/// no bar, nor has a line that would have to be shortened for it.
pub(crate) fn moving(phase: &Phase, begun: Instant, now: Instant, width: usize) -> String {
    let elapsed = now.saturating_duration_since(begun);
    let turn = (elapsed.as_millis() / 100) as usize % SPINNER.len();
    let time = format!("{} {}", SPINNER[turn], clock(elapsed));
    let doing = doing(phase);
    // The last column stays free: some terminals begin a new line when it is written to.
    let width = width.saturating_sub(1);
    let Some(count) = phase.count else {
        return behind(&format!("{time} "), &doing, width);
    };
    let counted = format!("{}/{}{} · ", count.done, count.of, left(phase, now));
    let whole = format!("{time} {} {counted}{doing}", bar(count));
    match length(&whole) <= width {
        true => whole,
        false => behind(&format!("{time} {counted}"), &doing, width),
    }
}

/// A text behind another one, of which all stays where there is room.
fn behind(head: &str, text: &str, width: usize) -> String {
    let room = width.saturating_sub(length(head));
    cut_words(&format!("{head}{}", cut_words(text, room)), width)
}

/// In a log: `[ 57/136] predicting: ... · 1m12s elapsed, about 2m left`.
pub(crate) fn plain(phase: &Phase, begun: Instant, now: Instant) -> String {
    let count = phase.count.map_or(String::new(), |count| {
        let width = count.of.to_string().len();
        format!("[{:>width$}/{}] ", count.done, count.of)
    });
    let elapsed = clock(now.saturating_duration_since(begun));
    let left = left(phase, now);
    format!("{count}{} · {elapsed} elapsed{left}", doing(phase))
}

fn doing(phase: &Phase) -> String {
    match phase.what.as_str() {
        "" => phase.name.clone(),
        what => format!("{}: {what}", phase.name),
    }
}

fn bar(count: Count) -> String {
    let filled = match count.of {
        0 => 0,
        of => BAR * count.done.min(of) / of,
    };
    "█".repeat(filled) + &"░".repeat(BAR - filled)
}

/// `, about 2m left`, and what comes then; nothing where that cannot be said.
fn left(phase: &Phase, now: Instant) -> String {
    let Some(left) = phase.left(now) else {
        return String::new();
    };
    let then = phase.then.as_ref();
    let then = then.map_or(String::new(), |then| format!(", then {then}"));
    format!(", {} left{then}", about(left))
}

/// A duration as on a clock: `5s`, `1m12s`, `2h05m`.
pub(crate) fn clock(duration: Duration) -> String {
    let seconds = duration.as_secs();
    match seconds {
        0..60 => format!("{seconds}s"),
        60..3600 => format!("{}m{:02}s", seconds / 60, seconds % 60),
        _ => format!("{}h{:02}m", seconds / 3600, seconds % 3600 / 60),
    }
}

/// A duration that is only guessed, without digits that nobody knows.
fn about(duration: Duration) -> String {
    let seconds = duration.as_secs();
    match seconds {
        0..10 => "a few seconds".to_owned(),
        10..55 => format!("about {}s", seconds.div_ceil(10) * 10),
        55..3570 => format!("about {}m", (seconds + 30) / 60),
        _ => {
            let minutes = (seconds + 150) / 300 * 5;
            format!("about {}h{:02}m", minutes / 60, minutes % 60)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn half_way(start: Instant) -> Phase {
        let mut phase = Phase::new("predicting", Some((0, 136)), start);
        phase.what =
            "mmsplice-donor-of-the-long-name int8-static on splice-human-chr20, gc_shift 0.1"
                .to_owned();
        phase.advance(57, start + Duration::from_secs(72));
        phase
    }

    #[test]
    fn a_log_has_the_count_the_time_and_what_is_left() {
        let start = Instant::now();
        let mut phase = half_way(start);
        let now = start + Duration::from_secs(72);
        let what = phase.what.clone();
        assert_eq!(
            plain(&phase, start, now),
            format!("[ 57/136] predicting: {what} · 1m12s elapsed, about 2m left")
        );
        phase.then = Some("18 rounds of measuring".to_owned());
        assert!(plain(&phase, start, now).ends_with("about 2m left, then 18 rounds of measuring"));
        let planning = Phase::new("planning", None, start);
        assert_eq!(plain(&planning, start, now), "planning · 1m12s elapsed");
    }

    #[test]
    fn a_terminals_line_fits_and_names_variant_and_perturbation() {
        let start = Instant::now();
        let phase = half_way(start);
        let now = start + Duration::from_secs(72);
        for width in [20, 40, 60, 80, 100, 120, 200] {
            let line = moving(&phase, start, now, width);
            assert!(length(&line) < width, "{width}: {line}");
            if width >= 100 {
                for part in ["57/136", "about 2m left", "int8-static", "gc_shift 0.1"] {
                    assert!(line.contains(part), "{width}: {line}");
                }
            }
        }
        assert!(moving(&phase, start, now, 200).contains("██████░░░░░░░░░░ 57/136"));
    }

    #[test]
    fn an_unknown_total_has_a_spinner_and_no_bar() {
        let start = Instant::now();
        let planning = Phase::new("planning", None, start);
        let line = moving(&planning, start, start, 80);
        assert_eq!(line, "⠋ 0s planning");
        // Nothing to do is no full bar.
        let none = Phase::new("predicting", Some((0, 0)), start);
        assert!(!moving(&none, start, start, 80).contains('█'));
    }

    #[test]
    fn durations_read_well() {
        let seconds = Duration::from_secs;
        assert_eq!(clock(seconds(59)), "59s");
        assert_eq!(clock(seconds(3600 + 5 * 60)), "1h05m");
        assert_eq!(about(seconds(3)), "a few seconds");
        assert_eq!(about(seconds(31)), "about 40s");
        assert_eq!(about(seconds(56)), "about 1m");
        assert_eq!(about(seconds(3570)), "about 1h00m");
        assert_eq!(about(seconds(2 * 3600 + 7 * 60)), "about 2h05m");
    }
}
