//! Draws a city slice by slice and drops it: what `Generator::slice` costs, for a profiler.

use std::hint::black_box;
use yibao::scenario::Scenario;
use yibao::synth::Generator;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let scenario = Scenario::jinan()?;
    let year = 2023;
    let (model, terms) = (scenario.city(year), scenario.enrolment(year));
    let (model, terms) = (model.ok_or("no city")?, terms.ok_or("no terms")?);
    let generator = Generator::new(model, terms, 20_000, 1, scenario.codebook())?;
    let mut claims = 0;
    for first in (0..generator.slots()).step_by(4096) {
        claims += black_box(generator.slice(first..first + 4096))
            .caseload
            .claims
            .len();
    }
    println!("{claims} claims of {} slots", generator.slots());
    Ok(())
}
