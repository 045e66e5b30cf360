//! Settling a city while it is drawn: each slice of persons is drawn, settled, added up and dropped.
//!
//! The sums are those of [`settle_all`](crate::batch::settle_all) over the whole city. Memory is that of a slice for
//! each thread, whatever the size of the city.

use crate::batch::{Options, Outcome, claims_by_person, settle_chunk};
use crate::data::PaymentTotals;
use crate::money::Fen;
use crate::scenario::Scenario;
use crate::synth::Generator;
use rayon::prelude::*;

/// How many slots of the generator a thread draws at a time.
const SLOTS: u32 = 4096;

/// What came of a slice, or of several.
struct Part {
    outcome: Outcome,
    payments: PaymentTotals,
    /// Claims drawn, and their bills.
    drawn: (i64, Fen),
}

/// Draws and settles a whole city. `progress` is told the number of slots done since it was last called.
///
/// # Panics
/// If a claim or a payment got lost: a defect of the program.
pub fn settle_stream(
    scenario: &Scenario,
    generator: &Generator,
    progress: &(dyn Fn(usize) + Sync),
) -> (Outcome, PaymentTotals) {
    let empty = || Part {
        outcome: Outcome::empty(scenario),
        payments: PaymentTotals::default(),
        drawn: (0, Fen::ZERO),
    };
    let part = (0..generator.slots().div_ceil(SLOTS))
        .into_par_iter()
        .fold(empty, |mut part, slice| {
            part.settle(scenario, generator, slice);
            progress(SLOTS as usize);
            part
        })
        .reduce(empty, Part::joined);
    let Part {
        outcome,
        payments,
        drawn,
    } = part;
    let settled = outcome.tally.all();
    assert!(
        (settled.claims, settled.total) == drawn,
        "{drawn:?} were drawn, {} of {} settled",
        settled.claims,
        settled.total
    );
    payments.assert_conserved();
    (outcome, payments)
}

impl Part {
    /// Draws a slice and settles it.
    fn settle(&mut self, scenario: &Scenario, generator: &Generator, slice: u32) {
        let first = slice * SLOTS;
        let caseload = generator.slice(first..first.saturating_add(SLOTS)).caseload;
        let by_person = claims_by_person(&caseload);
        let persons: Vec<u32> = (0..caseload.persons.len() as u32).collect();
        let years = [generator.year()];
        let options = Options::default();
        settle_chunk(
            scenario,
            &caseload,
            &by_person,
            &persons,
            &years,
            options,
            &mut self.outcome,
        );
        self.outcome.enrolled.forget_rows(&caseload, &mut self.payments);
        self.drawn.0 += caseload.claims.len() as i64;
        self.drawn.1 += caseload.claims.iter().map(|entry| entry.claim.total).sum();
    }

    fn joined(mut self, next: Part) -> Part {
        self.outcome.merge(next.outcome);
        self.payments.merge(&next.payments);
        self.drawn = (self.drawn.0 + next.drawn.0, self.drawn.1 + next.drawn.1);
        self
    }
}
