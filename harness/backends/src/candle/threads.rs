//! How many threads candle and rayon use in a process: they read it once, from its environment.

/// The variables that a process must be started with for candle to use `threads` threads: candle and
/// rayon read them once, at first use.
#[must_use]
pub fn thread_environment(threads: usize) -> Vec<(&'static str, String)> {
    ["RAYON_NUM_THREADS", "CANDLE_NUM_THREADS"]
        .map(|name| (name, threads.max(1).to_string()))
        .to_vec()
}

/// How many threads candle uses in this process, from its environment or else the machine.
#[cfg(feature = "candle")]
#[must_use]
pub fn candle_threads() -> usize {
    candle_core::utils::get_num_threads()
}

/// How many threads candle would use in this process, from its environment or else the machine.
#[cfg(not(feature = "candle"))]
#[must_use]
pub fn candle_threads() -> usize {
    let given = std::env::var("RAYON_NUM_THREADS").ok();
    given
        .and_then(|text| text.parse().ok())
        .filter(|count| *count > 0)
        .unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from))
}
