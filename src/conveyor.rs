//! Things made side by side and taken in in their order, without anybody waiting for a whole round to be over.
//!
//! Jobs are given one after the other, worked on by all threads, and what comes of them is taken in one after the other, by
//! whichever thread has nothing better to do. What is given, and when, decides nothing about the result.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Jobs that may be found and not yet taken in, per thread: what bounds the memory of what lies between.
const AHEAD_PER_THREAD: usize = 4;

/// So many of them, per thread, lie ready to be begun: then nobody waits for one that is still being found.
const READY_PER_THREAD: usize = 1;

/// How often a thread looks for other work while the next job is being found, and none lies ready.
const PATIENCE: usize = 64;

/// Lets `next` find jobs until there are none, `make` work on them side by side, and `take` have what they gave, in order.
/// `next` and `take` are called by one thread at a time, and both may be at work at once.
///
/// # Errors
/// The first, in the order of the jobs, of any of the three; nothing more is then begun.
pub(crate) fn convey<J: Send, T: Send, E: Send>(
    next: impl FnMut() -> Result<Option<J>, E> + Send,
    make: impl Fn(J) -> Result<T, E> + Sync,
    take: impl FnMut(T) -> Result<(), E> + Send,
) -> Result<(), E> {
    let threads = rayon::current_num_threads();
    let belt = Belt {
        make,
        threads,
        state: Mutex::new(State {
            next: Some(next),
            take: Some(take),
            ended: false,
            ready: VecDeque::new(),
            found: 0,
            taken: 0,
            made: VecDeque::new(),
            workers: 1,
            failure: None,
        }),
    };
    rayon::scope(|scope| belt.work(scope));
    let state = belt.state.into_inner().unwrap_or_else(PoisonError::into_inner);
    state.failure.map_or(Ok(()), Err)
}

struct Belt<J, N, M, K, T, E> {
    make: M,
    threads: usize,
    state: Mutex<State<J, N, K, T, E>>,
}

type Held<'b, J, N, K, T, E> = MutexGuard<'b, State<J, N, K, T, E>>;

struct State<J, N, K, T, E> {
    /// What finds jobs, unless it is finding one.
    next: Option<N>,
    /// What takes things in, unless it is at it.
    take: Option<K>,
    /// Whether there are no more jobs, or none is wanted any more.
    ended: bool,
    /// Jobs that were found and not begun, with their numbers.
    ready: VecDeque<(u64, J)>,
    /// Jobs found, and how many of them were taken in.
    found: u64,
    taken: u64,
    /// Of the jobs that were found and not taken in, the oldest first, what was made.
    made: VecDeque<Option<Result<T, E>>>,
    /// Threads at work.
    workers: usize,
    failure: Option<E>,
}

/// What a thread does next.
enum Step<J, N, K, R> {
    /// Finds a job.
    Next(N),
    /// Does the job of this number.
    Make(u64, J),
    /// Takes in what was made.
    Take(K, R),
    /// Looks again, for somebody else is finding a job.
    Wait,
    /// Nothing more, as far as it can see.
    Leave,
}

impl<J, T, E, N, M, K> Belt<J, N, M, K, T, E>
where
    J: Send,
    T: Send,
    E: Send,
    N: FnMut() -> Result<Option<J>, E> + Send,
    M: Fn(J) -> Result<T, E> + Sync,
    K: FnMut(T) -> Result<(), E> + Send,
{
    fn work<'s>(&'s self, scope: &rayon::Scope<'s>) {
        let mut patience = PATIENCE;
        loop {
            let mut state = self.state();
            match state.step(self.threads, patience > 0) {
                Step::Wait => {
                    drop(state);
                    // Finding a job may have parts that others can do.
                    rayon::yield_now();
                    patience -= 1;
                    continue;
                }
                Step::Leave => {
                    state.workers -= 1;
                    return;
                }
                Step::Take(take, made) => {
                    self.call_another(state, scope);
                    self.take(take, made);
                }
                Step::Next(next) => {
                    self.call_another(state, scope);
                    self.next(next);
                }
                Step::Make(number, job) => {
                    self.call_another(state, scope);
                    let made = (self.make)(job);
                    self.state().put(number, made);
                }
            }
            patience = PATIENCE;
        }
    }

    /// Takes in the oldest of what was made.
    fn take(&self, mut take: K, made: Result<T, E>) {
        let taken = made.and_then(&mut take);
        let mut state = self.state();
        state.take = Some(take);
        if let Err(error) = taken {
            state.failure = Some(error);
            state.ended = true;
            state.ready.clear();
        }
    }

    /// Finds a job.
    fn next(&self, mut next: N) {
        let found = next();
        let mut state = self.state();
        state.next = Some(next);
        match found {
            Ok(Some(job)) if state.failure.is_none() => {
                let number = state.found;
                state.ready.push_back((number, job));
                state.found += 1;
                state.made.push_back(None);
            }
            Ok(_) => state.ended = true,
            Err(error) => {
                state.ended = true;
                state.made.push_back(Some(Err(error)));
            }
        }
    }

    /// Calls another thread if there is something to do for it.
    fn call_another<'s>(&'s self, mut state: Held<'_, J, N, K, T, E>, scope: &rayon::Scope<'s>) {
        if state.workers < self.threads && state.has_work(self.threads) {
            state.workers += 1;
            drop(state);
            scope.spawn(|scope| self.work(scope));
        }
    }

    fn state(&self) -> Held<'_, J, N, K, T, E> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<J, N, K, T, E> State<J, N, K, T, E> {
    /// Whether the oldest of what was found can be taken in.
    fn can_take(&self) -> bool {
        self.failure.is_none() && matches!(self.made.front(), Some(Some(_)))
    }

    /// Whether another job may be found.
    fn can_find(&self, threads: usize) -> bool {
        !self.ended && self.made.len() < AHEAD_PER_THREAD * threads
    }

    fn has_work(&self, threads: usize) -> bool {
        (self.take.is_some() && self.can_take())
            || !self.ready.is_empty()
            || (self.next.is_some() && self.can_find(threads))
    }

    /// Remembers what the job of this number has given.
    fn put(&mut self, number: u64, made: Result<T, E>) {
        let place = (number - self.taken) as usize;
        self.made[place] = Some(made);
    }

    /// What to do next; who has patience waits for a job that is being found.
    fn step(&mut self, threads: usize, patient: bool) -> Step<J, N, K, Result<T, E>> {
        if self.can_take()
            && self.take.is_some()
            && let (Some(take), Some(Some(made))) = (self.take.take(), self.made.pop_front())
        {
            self.taken += 1;
            return Step::Take(take, made);
        }
        let can_find = self.can_find(threads);
        if can_find
            && self.ready.len() < READY_PER_THREAD * threads
            && let Some(next) = self.next.take()
        {
            return Step::Next(next);
        }
        match self.ready.pop_front() {
            Some((number, job)) => Step::Make(number, job),
            None if can_find && patient => Step::Wait,
            None => Step::Leave,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rayon::prelude::*;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    /// On so many threads, the jobs below `count` that were taken in, of which some take much longer than others.
    fn conveyed(
        threads: usize,
        count: usize,
        fails: impl Fn(&str, usize) -> bool + Sync,
    ) -> (Vec<usize>, Result<(), usize>) {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        let fail = |stage, job| if fails(stage, job) { Err(job) } else { Ok(job) };
        let (begun, taken_in, mut taken, mut jobs) =
            (AtomicUsize::new(0), AtomicUsize::new(0), Vec::new(), 0..count);
        let next = || {
            let job = jobs.next().map(|job| fail("next", job)).transpose();
            let ahead = begun.fetch_add(1, Ordering::Relaxed) - taken_in.load(Ordering::Relaxed);
            assert!(ahead <= AHEAD_PER_THREAD * threads);
            job
        };
        // Who waits for the others here may be given another job meanwhile.
        let make = |job: usize| {
            let parts = (0..job % 50).into_par_iter().with_max_len(1).map(|_| {
                std::thread::sleep(Duration::from_micros(20));
                1
            });
            fail("make", parts.sum::<usize>() + job / 50 * 50)
        };
        let take = |job| {
            taken_in.fetch_add(1, Ordering::Relaxed);
            taken.push(fail("take", job)?);
            Ok(())
        };
        let done = pool.install(|| convey(next, make, take));
        (taken, done)
    }

    #[test]
    fn everything_is_taken_in_in_order() {
        for threads in [1, 2, 7] {
            for count in [0, 1, 7, 200] {
                let (taken, done) = conveyed(threads, count, |_, _| false);
                assert_eq!((taken, done), ((0..count).collect(), Ok(())));
            }
        }
    }

    #[test]
    fn the_first_failure_is_told_and_nothing_after_it_taken_in() {
        for threads in [1, 2, 7] {
            for stage in ["next", "make", "take"] {
                for first in [0, 9, 60, 149] {
                    let fails = |at: &str, job: usize| {
                        (at == stage && job == first)
                            || (at == "make" && job > first && job.is_multiple_of(7))
                    };
                    let (taken, done) = conveyed(threads, 150, fails);
                    assert_eq!((taken, done), ((0..first).collect(), Err(first)), "{stage}");
                }
            }
        }
    }
}
