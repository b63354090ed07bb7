//! The same work for many files, on a few threads.

use std::num::NonZeroUsize;
use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// More threads than this wait for the disk and not for the processor.
const MOST: usize = 8;
/// A thread is worth starting for this many files.
const LEAST_WORK: usize = 16;
/// As many files as one thread takes at a time.
const LONGEST_SHARE: usize = 512;
/// Bytes read at once.
pub(crate) const CHUNK: usize = 256 << 10;

/// What a thread needs again for each file.
pub(crate) struct Buffers {
    pub(crate) first: Vec<u8>,
    pub(crate) second: Vec<u8>,
}

impl Buffers {
    /// Buffers of the usual size.
    pub(crate) fn new() -> Self {
        Self {
            first: vec![0; CHUNK],
            second: vec![0; CHUNK],
        }
    }
}

/// Does `work` for `0..count` and gives the results in that order. The first failure ends it all.
pub(crate) fn for_each<T: Send, E: Send>(
    count: usize,
    work: impl Fn(usize, &mut Buffers) -> Result<T, E> + Sync,
) -> Result<Vec<T>, E> {
    let processors = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let threads = processors.min(MOST).min(count / LEAST_WORK);
    if threads < 2 {
        let mut buffers = Buffers::new();
        return (0..count).map(|index| work(index, &mut buffers)).collect();
    }
    let (next, stop) = (AtomicUsize::new(0), AtomicBool::new(false));
    let done = Mutex::new(Vec::with_capacity(count));
    let failure = Mutex::new(None);
    let run = || {
        let mut buffers = Buffers::new();
        let mut results = Vec::new();
        while let Some(indices) = take(&next, count, threads) {
            for index in indices {
                if stop.load(Ordering::Relaxed) {
                    break;
                }
                match work(index, &mut buffers) {
                    Ok(result) => results.push((index, result)),
                    Err(error) => {
                        stop.store(true, Ordering::Relaxed);
                        held(&failure).get_or_insert(error);
                    }
                }
            }
        }
        held(&done).append(&mut results);
    };
    std::thread::scope(|scope| {
        for _ in 1..threads {
            scope.spawn(run);
        }
        run();
    });
    if let Some(error) = held(&failure).take() {
        return Err(error);
    }
    let mut done = std::mem::take(&mut *held(&done));
    done.sort_unstable_by_key(|(index, _)| *index);
    Ok(done.into_iter().map(|(_, result)| result).collect())
}

/// The next few files for one thread. Neighbours lie in one folder, where two threads would only wait
/// for each other; towards the end the shares get small, so that all threads end together.
fn take(next: &AtomicUsize, count: usize, threads: usize) -> Option<Range<usize>> {
    let share = |from: usize| ((count - from) / (threads * 4)).clamp(1, LONGEST_SHARE);
    let mut from = next.load(Ordering::Relaxed);
    while from < count {
        let to = from + share(from);
        match next.compare_exchange_weak(from, to, Ordering::Relaxed, Ordering::Relaxed) {
            Ok(_) => return Some(from..to),
            Err(found) => from = found,
        }
    }
    None
}

/// A lock whose holder panicked protects nothing worse than a list of results.
fn held<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_keep_their_order_and_a_failure_ends_the_work() {
        let squares: Result<Vec<usize>, ()> = for_each(1000, |n, _| Ok(n * n));
        assert_eq!(squares, Ok((0..1000).map(|n| n * n).collect()));
        assert_eq!(
            for_each(1000, |n, _| if n == 500 { Err(n) } else { Ok(()) }),
            Err(500)
        );
        assert_eq!(for_each(0, |_, _| Err::<(), ()>(())), Ok(vec![]));
    }
}
