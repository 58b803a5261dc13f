//! Libraries that panic over what a file holds: an answer, or none, and no word on the terminal.

use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// How threads of a library's own pool are called; its panics come from there, too.
const POOL: &str = "polars-";

thread_local! {
    static IS_QUIET: Cell<bool> = const { Cell::new(false) };
}
/// How many pieces of work are being done quietly, on any thread.
static AT_WORK: AtomicUsize = AtomicUsize::new(0);
static HOOK: Once = Once::new();

/// Does some work; `None` where it panicked, of which nothing is printed. What panics elsewhere meanwhile is told as ever.
pub fn quietly<T>(work: impl FnOnce() -> T) -> Option<T> {
    HOOK.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            if !is_silenced() {
                before(panic);
            }
        }));
    });
    AT_WORK.fetch_add(1, Ordering::SeqCst);
    let outer = IS_QUIET.replace(true);
    let done = panic::catch_unwind(AssertUnwindSafe(work)).ok();
    IS_QUIET.set(outer);
    AT_WORK.fetch_sub(1, Ordering::SeqCst);
    done
}

fn is_silenced() -> bool {
    let of_pool = || {
        let name = thread::current();
        name.name().is_some_and(|name| name.starts_with(POOL))
    };
    IS_QUIET.get() || (AT_WORK.load(Ordering::SeqCst) > 0 && of_pool())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_no_answer_and_is_silenced_while_the_work_lasts() {
        assert_eq!(quietly(|| 7), Some(7));
        assert!(!is_silenced());
        let inside = quietly(|| {
            assert_eq!(quietly(|| panic!("within")), None::<u8>);
            is_silenced()
        });
        assert_eq!(inside, Some(true));
        assert_eq!(quietly(|| -> u8 { panic!("said to no one") }), None);
        assert!(!is_silenced());
    }

    #[test]
    fn threads_of_a_pool_are_silenced_and_others_are_not() {
        let on = |name: &str| {
            let of = thread::Builder::new().name(name.to_owned());
            of.spawn(is_silenced).unwrap().join().unwrap()
        };
        assert_eq!(
            quietly(|| (on("polars-3"), on("main"))),
            Some((true, false))
        );
    }
}
