//! What was measured, as a table one can hand on.

use crate::batch::workload::curve::CurveRecord;
use crate::batch::workload::measure::{BenchRecord, Machine};
use crate::report::number::count;
use crate::report::table::Table;
use std::fmt::Write;

/// Claims in the millions that a rate is told in.
const MILLION: f64 = 1e6;

/// The machine, a line for each workload, and the fingerprint of the city.
pub(crate) fn render(record: &BenchRecord) -> String {
    let city = &record.city;
    let mut text = machine(&record.machine);
    // Writing to a string cannot fail.
    let _ = writeln!(
        text,
        "A city of {} persons, {}, seed {}: {} claims.\n",
        count(i64::from(city.persons)),
        city.year,
        city.seed,
        count(record.claims as i64)
    );
    let mut table = Table::new();
    table.row([
        "workload",
        "claims",
        "threads",
        "times",
        "best, ms",
        "median, ms",
        "million claims/s",
    ]);
    for one in &record.workloads {
        table.row([
            one.name.to_string(),
            count(one.claims as i64),
            one.threads.to_string(),
            count(one.repetitions as i64),
            millis(one.best_seconds),
            millis(one.median_seconds),
            format!("{:.2}", one.claims_per_second / MILLION),
        ]);
    }
    text.push_str(&table.render());
    text.push('\n');
    for one in &record.workloads {
        if let Some(times) = one.times_scan {
            let _ = writeln!(
                text,
                "{} takes {times:.2} times as long as scan/parquet.",
                one.name
            );
        }
    }
    let _ = writeln!(text, "Fingerprint {}", record.fingerprint);
    text
}

/// The machine, a line for each city, and the fingerprint of the largest.
pub(crate) fn render_curve(record: &CurveRecord) -> String {
    let mut text = machine(&record.machine);
    let _ = writeln!(
        text,
        "Cities drawn, settled and booked; threads: {}.\n",
        record.threads
    );
    let mut table = Table::new();
    table.row([
        "persons",
        "claims",
        "seconds",
        "million claims/s",
        "peak memory, MiB",
    ]);
    for point in &record.curve {
        let memory = point
            .peak_memory_bytes
            .map_or("–".to_string(), |bytes| count(bytes.div_ceil(1 << 20) as i64));
        table.row([
            count(i64::from(point.persons)),
            count(point.claims as i64),
            format!("{:.2}", point.seconds),
            format!("{:.2}", point.claims_per_second / MILLION),
            memory,
        ]);
    }
    text.push_str(&table.render());
    if let Some(last) = record.curve.last() {
        let _ = writeln!(text, "\nFingerprint {}", last.fingerprint);
    }
    text
}

fn millis(seconds: f64) -> String {
    format!("{:.2}", seconds * 1e3)
}

/// `yibao 0.1.0, linux x86_64, 8 processors (Some Processor 3.0)`.
fn machine(machine: &Machine) -> String {
    let mut text = format!(
        "{} {}, {} {}",
        machine.program, machine.version, machine.system, machine.architecture
    );
    match machine.processors {
        Some(1) => text.push_str(", 1 processor"),
        Some(processors) => {
            let _ = write!(text, ", {processors} processors");
        }
        None => {}
    }
    if let Some(name) = &machine.processor {
        let _ = write!(text, " ({name})");
    }
    if !machine.optimised {
        text.push_str(", built without optimisation");
    }
    text.push('\n');
    text
}
