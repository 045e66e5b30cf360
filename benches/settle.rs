//! Fixed workloads with names that last, so that numbers of different versions can be compared.
//!
//! What is measured is defined in `yibao::batch::workload`, for these benches and for `yibao bench`: one synthetic
//! city, drawn from the built-in scenario: 100,000 persons, the year 2023, seed 1. Throughput counts claims.

#![allow(clippy::unwrap_used, missing_docs)]

use criterion::{
    BatchSize, BenchmarkGroup, Criterion, Throughput, criterion_group, criterion_main, measurement::WallTime,
};
use std::time::Duration;
use yibao::batch::workload::{PERSONS, Task, Workload, Workloads};
use yibao::data::writer::Format;

/// Draws the city and gives it to `measure`, with a place for its files.
fn with_city(measure: impl FnOnce(&Workloads)) {
    let place = tempfile::tempdir().unwrap();
    measure(&Workloads::new(PERSONS, place.path(), &|_, _| ()).unwrap());
}

/// A group in which each iteration handles every claim of the city once.
fn group<'c>(criterion: &'c mut Criterion, name: &str, city: &Workloads) -> BenchmarkGroup<'c, WallTime> {
    let mut group = criterion.benchmark_group(name);
    group
        .throughput(Throughput::Elements(city.claims()))
        .sample_size(20)
        .measurement_time(Duration::from_secs(8));
    group
}

/// Measures a workload on some threads; what it comes to is checked once.
fn bench(
    group: &mut BenchmarkGroup<'_, WallTime>,
    name: impl Into<String>,
    city: &Workloads,
    workload: Workload,
    threads: usize,
) {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
    let pool = pool.build().unwrap();
    // Made ready when first needed: names that the filter leaves out cost nothing.
    let mut ready: Option<Task> = None;
    group.bench_function(name.into(), |bencher| {
        let task = ready.get_or_insert_with(|| {
            let task = city.task(workload).unwrap();
            city.check(workload, pool.install(&task).unwrap()).unwrap();
            task
        });
        bencher.iter_batched(
            || city.clear(workload),
            |()| pool.install(&*task).unwrap(),
            BatchSize::PerIteration,
        );
    });
}

/// The formats that the program can write, with the names of the files of claims in them.
fn formats() -> &'static [(&'static str, Format)] {
    if cfg!(feature = "parquet") {
        &[("claims-csv", Format::Csv), ("claims-parquet", Format::Parquet)]
    } else {
        &[("claims-csv", Format::Csv)]
    }
}

/// The waterfall alone.
fn waterfall(criterion: &mut Criterion) {
    with_city(|city| {
        let mut group = group(criterion, "waterfall", city);
        bench(&mut group, "city-2023", city, Workload::Waterfall, 1);
        bench(&mut group, "city-2023/2-threads", city, Workload::Waterfall, 2);
    });
}

/// Claims in memory to sums.
fn settling(criterion: &mut Criterion) {
    with_city(|city| {
        let mut group = group(criterion, "settle/city-2023", city);
        bench(&mut group, "1-thread", city, Workload::Settle, 1);
        bench(&mut group, "2-threads", city, Workload::Settle, 2);
    });
}

/// Figures to a city in memory.
fn drawing(criterion: &mut Criterion) {
    with_city(|city| {
        let mut group = group(criterion, "synth", city);
        bench(&mut group, "city-2023", city, Workload::Synth, 1);
    });
}

/// Figures to a settled and booked city that is never in memory as a whole.
fn streaming(criterion: &mut Criterion) {
    with_city(|city| {
        let mut group = group(criterion, "run/city-2023", city);
        bench(&mut group, "1-thread", city, Workload::Run, 1);
        bench(&mut group, "2-threads", city, Workload::Run, 2);
    });
}

/// Files to a caseload in memory.
fn reading(criterion: &mut Criterion) {
    with_city(|city| {
        let mut group = group(criterion, "read", city);
        for &(name, format) in formats() {
            let on_two = format!("{name}/2-threads");
            bench(&mut group, name, city, Workload::Read(format), 1);
            bench(&mut group, on_two, city, Workload::Read(format), 2);
        }
    });
}

/// Files to totals, at once and in parts; for comparison, the `parquet` crate alone.
fn totals(criterion: &mut Criterion) {
    with_city(|city| {
        let mut totals = group(criterion, "totals", city);
        for &(name, format) in formats() {
            bench(&mut totals, name, city, Workload::Totals(format), 2);
        }
        totals.finish();
        let mut parts = group(criterion, "parts", city);
        bench(&mut parts, "claims-csv", city, Workload::Parts, 2);
        parts.finish();
        #[cfg(feature = "parquet")]
        {
            let mut scan = group(criterion, "scan", city);
            bench(&mut scan, "claims-parquet", city, Workload::Scan, 1);
            bench(&mut scan, "claims-parquet/2-threads", city, Workload::Scan, 2);
        }
    });
}

/// Settlements in memory to a file.
fn writing(criterion: &mut Criterion) {
    with_city(|city| {
        for &(_, format) in formats() {
            let name = format!("write/settlements-{}", format.extension());
            let mut group = group(criterion, &name, city);
            bench(&mut group, "1-thread", city, Workload::Write(format), 1);
            bench(&mut group, "2-threads", city, Workload::Write(format), 2);
        }
    });
}

/// Files in, settlements out, on two threads.
fn through(criterion: &mut Criterion) {
    with_city(|city| {
        let mut group = group(criterion, "through", city);
        for &(_, format) in formats() {
            bench(&mut group, format.extension(), city, Workload::Through(format), 2);
        }
    });
}

criterion_group!(
    benches, waterfall, settling, drawing, streaming, reading, totals, writing, through
);
criterion_main!(benches);
