//! What else the machine did while a round was measured: steal, other processes, clocks, from `/proc` (Linux; absent elsewhere).

use titer_core::Surroundings;

/// Where the counters stood when a round began.
#[derive(Clone, Copy, Debug)]
pub struct Watch {
    cores: Option<Ticks>,
    own: Option<u64>,
    load_average: Option<f64>,
    mhz: Option<f64>,
}

/// Processor time of all cores since the machine started, in ticks (1/100 s as a rule).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Ticks {
    busy: u64,
    idle: u64,
    steal: u64,
}

impl Watch {
    /// Reads the counters.
    #[must_use]
    pub fn begin() -> Self {
        Self {
            cores: read("/proc/stat").as_deref().and_then(ticks),
            own: read("/proc/self/stat").as_deref().and_then(own_ticks),
            load_average: read("/proc/loadavg").as_deref().and_then(load_average),
            mhz: read("/proc/cpuinfo").as_deref().and_then(mean_mhz),
        }
    }

    /// What happened since.
    #[must_use]
    pub fn end(self) -> Surroundings {
        self.until(&Self::begin())
    }

    fn until(&self, end: &Self) -> Surroundings {
        let spent = |before: Ticks, after: Ticks| Ticks {
            busy: after.busy.saturating_sub(before.busy),
            idle: after.idle.saturating_sub(before.idle),
            steal: after.steal.saturating_sub(before.steal),
        };
        let cores = self.cores.zip(end.cores).map(|(a, b)| spent(a, b));
        let own = self.own.zip(end.own).map(|(a, b)| b.saturating_sub(a));
        let share = |part: u64, all: u64| (all > 0).then(|| part as f64 / all as f64);
        Surroundings {
            steal_share: cores.and_then(|it| share(it.steal, it.busy + it.steal)),
            others_share: cores.zip(own).and_then(|(it, own)| {
                share(it.busy.saturating_sub(own), it.busy + it.idle + it.steal)
            }),
            load_average: self.load_average,
            mhz_before: self.mhz,
            mhz_after: end.mhz,
        }
    }
}

fn read(path: &str) -> Option<String> {
    std::fs::read_to_string(path).ok()
}

/// The first line of `/proc/stat`: user, nice, system, idle, iowait, irq, softirq, steal (proc(5)).
fn ticks(stat: &str) -> Option<Ticks> {
    let line = stat.lines().find_map(|line| line.strip_prefix("cpu "))?;
    let numbers: Option<Vec<u64>> = line
        .split_whitespace()
        .map(|number| number.parse().ok())
        .collect();
    let numbers = numbers?;
    let at = |place: usize| numbers.get(place).copied();
    Some(Ticks {
        busy: at(0)? + at(1)? + at(2)? + at(5)? + at(6)?,
        idle: at(3)? + at(4)?,
        steal: at(7)?,
    })
}

/// utime, stime, cutime, cstime of `/proc/self/stat`; the name in brackets may hold anything.
fn own_ticks(stat: &str) -> Option<u64> {
    let (_, fields) = stat.rsplit_once(')')?;
    let mut fields = fields.split_whitespace().skip(11).take(4);
    fields.try_fold(0, |sum, field| Some(sum + field.parse::<u64>().ok()?))
}

fn load_average(text: &str) -> Option<f64> {
    text.split_whitespace().next()?.parse().ok()
}

fn mean_mhz(cpuinfo: &str) -> Option<f64> {
    let lines = cpuinfo.lines().filter_map(|line| line.split_once(':'));
    let clocks: Vec<f64> = lines
        .filter(|(key, _)| key.trim() == "cpu MHz")
        .filter_map(|(_, mhz)| mhz.trim().parse().ok())
        .collect();
    (!clocks.is_empty()).then(|| clocks.iter().sum::<f64>() / clocks.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    const STAT: &str = "cpu  100 5 20 1000 10 1 2 40 0 0\ncpu0 1 1 1 1 1 1 1 1 0 0\nintr 5\n";
    const OWN: &str = "42 (a b) c) R 1 42 42 0 -1 4194304 100 0 0 0 60 30 5 5 20 0 1 0 9 9 9";

    fn watch(stat: &str, own: &str) -> Watch {
        Watch {
            cores: ticks(stat),
            own: own_ticks(own),
            load_average: load_average("0.52 0.4 0.3 1/200 7\n"),
            mhz: mean_mhz("processor : 0\ncpu MHz\t: 2000.5\ncpu MHz\t: 3000.5\n"),
        }
    }

    #[test]
    fn the_lines_of_proc_are_read() {
        let expected = Ticks {
            busy: 128,
            idle: 1010,
            steal: 40,
        };
        assert_eq!(ticks(STAT), Some(expected));
        assert_eq!(own_ticks(OWN), Some(100));
        assert_eq!((ticks("cpu  1 2\n"), own_ticks("42 (a")), (None, None));
    }

    #[test]
    fn what_others_took_is_told_apart() {
        let later = "cpu  400 5 20 1600 10 1 2 140 0 0\n";
        let own = OWN.replace("60 30", "260 30");
        let found = watch(STAT, OWN).until(&watch(later, &own));
        // 300 ticks busy, 200 of them its own, 100 stolen, 600 idle.
        assert_eq!(found.steal_share, Some(0.25));
        assert_eq!(found.others_share, Some(0.1));
        assert_eq!(
            (found.load_average, found.mhz_after),
            (Some(0.52), Some(2500.5))
        );
    }

    #[test]
    fn what_cannot_be_read_is_absent() {
        let found = watch("", "").until(&watch("", ""));
        assert_eq!((found.steal_share, found.others_share), (None, None));
    }
}
