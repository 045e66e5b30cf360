//! Times of workloads, and the machine that they were taken on.

use super::{Done, Workload, WorkloadError, Workloads};
use crate::batch::run::CityOrigin;
use serde::Serialize;
use std::time::{Duration, Instant};

/// A workload is done at least so many times, however long it takes.
const LEAST_REPETITIONS: usize = 3;

/// What numbers depend on besides the program's code.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Machine {
    /// `yibao`.
    pub program: &'static str,
    /// The program's version.
    pub version: &'static str,
    /// Whether the program was built as for use; the times of a debug build mean little.
    pub optimised: bool,
    /// The operating system: `linux`.
    pub system: &'static str,
    /// The architecture: `x86_64`.
    pub architecture: &'static str,
    /// Processors that the program may use, where the system tells.
    pub processors: Option<usize>,
    /// What they are called, where the system tells.
    pub processor: Option<String>,
}

impl Machine {
    /// The machine that the program runs on.
    pub(crate) fn this() -> Machine {
        let cpuinfo = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        Machine {
            program: env!("CARGO_PKG_NAME"),
            version: env!("CARGO_PKG_VERSION"),
            optimised: !cfg!(debug_assertions),
            system: std::env::consts::OS,
            architecture: std::env::consts::ARCH,
            processors: std::thread::available_parallelism().ok().map(usize::from),
            processor: processor(&cpuinfo),
        }
    }
}

/// The name of the first processor in the words of `/proc/cpuinfo`, if there is one.
fn processor(cpuinfo: &str) -> Option<String> {
    let named = cpuinfo
        .lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(key, _)| key.trim() == "model name");
    named.map(|(_, name)| name.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// How long something took, over several repetitions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Times {
    /// How often it was done.
    pub repetitions: usize,
    /// The shortest time.
    pub best: Duration,
    /// Half of the repetitions took no longer; of an even number, the mean of the two in the middle.
    pub median: Duration,
}

impl Times {
    /// The statistics of some times; all zero of none.
    pub(super) fn of(mut times: Vec<Duration>) -> Times {
        times.sort_unstable();
        let at = |place: usize| times.get(place).copied().unwrap_or_default();
        let (half, count) = (times.len() / 2, times.len());
        Times {
            repetitions: count,
            best: at(0),
            median: if count.is_multiple_of(2) {
                (at(half.saturating_sub(1)) + at(half)) / 2
            } else {
                at(half)
            },
        }
    }
}

/// A workload on some threads.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Measured {
    /// [`Workload::name`].
    pub name: &'static str,
    /// Threads used.
    pub threads: usize,
    /// Claims handled each time.
    pub claims: u64,
    /// How often it was done.
    pub repetitions: usize,
    /// The shortest time.
    pub best_seconds: f64,
    /// The time in the middle.
    pub median_seconds: f64,
    /// By the shortest time.
    pub claims_per_second: f64,
    /// Of `totals/parquet`: how many times as long it takes as `scan/parquet` on as many threads, if that was measured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub times_scan: Option<f64>,
}

/// Everything that was measured, as `yibao bench --json` prints it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct BenchRecord {
    /// Where it was measured.
    pub machine: Machine,
    /// How the city was drawn.
    pub city: CityOrigin,
    /// Its claims.
    pub claims: u64,
    /// The workloads in the order in which they were done.
    pub workloads: Vec<Measured>,
    /// The fingerprint of the settled city, the same on any machine.
    pub fingerprint: String,
}

impl BenchRecord {
    /// Puts together what was measured on this machine.
    pub(crate) fn of(workloads: &Workloads, mut measured: Vec<Measured>) -> BenchRecord {
        let scans: Vec<(usize, f64)> = measured
            .iter()
            .filter(|scan| scan.name == "scan/parquet")
            .map(|scan| (scan.threads, scan.best_seconds))
            .collect();
        for totals in measured.iter_mut().filter(|one| one.name == "totals/parquet") {
            let scan = scans.iter().find(|(threads, _)| *threads == totals.threads);
            totals.times_scan = scan.map(|(_, seconds)| totals.best_seconds / seconds);
        }
        BenchRecord {
            machine: Machine::this(),
            city: workloads.origin(),
            claims: workloads.claims(),
            workloads: measured,
            fingerprint: workloads.fingerprint().to_string(),
        }
    }
}

impl Workloads {
    /// Does a workload on the threads of the current pool as often as `time` allows, and at least three times.
    ///
    /// # Errors
    /// A file that cannot be written or read, or a result that is not the city's.
    pub(crate) fn measure(&self, workload: Workload, time: Duration) -> Result<Measured, WorkloadError> {
        let task = self.task(workload)?;
        let (started, mut times) = (Instant::now(), Vec::new());
        while times.len() < LEAST_REPETITIONS || started.elapsed() < time {
            self.clear(workload);
            let start = Instant::now();
            let done: Done = task()?;
            times.push(start.elapsed());
            self.check(workload, done)?;
        }
        let times = Times::of(times);
        let best_seconds = times.best.as_secs_f64();
        Ok(Measured {
            name: workload.name(),
            threads: rayon::current_num_threads(),
            claims: self.claims(),
            repetitions: times.repetitions,
            best_seconds,
            median_seconds: times.median.as_secs_f64(),
            claims_per_second: self.claims() as f64 / best_seconds,
            times_scan: None,
        })
    }

    /// As [`Workloads::measure`], on one thread.
    ///
    /// # Errors
    /// As for [`Workloads::measure`], or a thread that cannot be started.
    pub(crate) fn measure_on_one(
        &self,
        workload: Workload,
        time: Duration,
    ) -> Result<Measured, WorkloadError> {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build();
        let pool = pool.map_err(|error| WorkloadError::Threads(error.to_string()))?;
        pool.install(|| self.measure(workload, time))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn best_and_median_of_times() {
        let times = |millis: &[u64]| Times::of(millis.iter().copied().map(Duration::from_millis).collect());
        let ms = Duration::from_millis;
        let of = |repetitions, best, median| Times {
            repetitions,
            best,
            median,
        };
        assert_eq!(times(&[]), of(0, ms(0), ms(0)));
        assert_eq!(times(&[7]), of(1, ms(7), ms(7)));
        assert_eq!(times(&[9, 1, 5]), of(3, ms(1), ms(5)));
        assert_eq!(times(&[9, 1, 5, 4]), of(4, ms(1), ms(4) + ms(1) / 2));
    }

    #[test]
    fn the_processor_is_the_first_that_has_a_name() {
        let cpuinfo =
            "processor\t: 0\nmodel\t\t: 49\nmodel name\t: Some  Processor 3.0 \n\nmodel name\t: Other\n";
        assert_eq!(processor(cpuinfo).as_deref(), Some("Some Processor 3.0"));
        assert_eq!(processor("processor : 0\nBogoMIPS : 50.00\n"), None);
    }
}
