//! What a scenario costs to load and to vary, all its years together: a projection varies one thousands of times.

#![allow(clippy::unwrap_used, missing_docs)]

use criterion::{Criterion, criterion_group, criterion_main};
use yibao::scenario::Scenario;

fn scenarios(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("scenario");
    let jinan = Scenario::jinan().unwrap();
    group.bench_function("load", |bencher| bencher.iter(|| Scenario::jinan().unwrap()));
    // A figure of the rules: the synthetic cities are shared.
    let mut contribution = 400;
    group.bench_function("with/funding.individual.adult.2024", |bencher| {
        bencher.iter(|| {
            contribution = 400 + (contribution + 1) % 100;
            jinan
                .with(&[("funding.individual.adult.2024", contribution)])
                .unwrap()
        });
    });
    // A figure of the synthetic cities: they are read anew.
    group.bench_function("with/utilisation.stays.per_head", |bencher| {
        bencher.iter(|| jinan.with(&[("utilisation.stays.per_head", 0.2)]).unwrap());
    });
    group.finish();
}

criterion_group!(benches, scenarios);
criterion_main!(benches);
