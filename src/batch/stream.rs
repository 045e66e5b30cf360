//! Settling a city while it is drawn: each slice of persons is drawn, settled, added up, written if asked, and dropped.
//!
//! The sums are those of [`settle_all`](crate::batch::settle_all) over the whole city. Memory is that of a slice for
//! each thread, whatever the size of the city.

use crate::batch::settlements::{PERSONS_AT_ONCE, SettlementsWriter, write_rows};
use crate::batch::{Options, Outcome, Settler, claims_by_person};
use crate::conveyor::convey;
use crate::data::caseload::Caseload;
use crate::data::writer::{EncodedPart, PartWriter};
use crate::data::{DataError, FileRole, PaymentTotals, Reject};
use crate::money::Fen;
use crate::scenario::Scenario;
use crate::synth::{Flows, Generator};
use rayon::prelude::*;
use std::ops::Range;

/// How many slots of the generator a thread draws at a time.
const SLOTS: u32 = 4096;

/// Slices whose settlements make one part of the file: about as many rows as a row group should have.
const SLICES_PER_PART: u32 = 3;

/// Slices that are settled before a run that can be resumed takes note of it: about a million persons.
pub(super) const SLICES_PER_CHECKPOINT: u32 = 80 * SLICES_PER_PART;

/// What came of slices with files to write.
pub(crate) struct Streamed {
    /// Sums.
    pub outcome: Outcome,
    /// Payments by what became of them.
    pub payments: PaymentTotals,
    /// The payments and events that were refused, as rows of files that would list them by person, from 1.
    pub rejects: Vec<Reject>,
    /// How many rows these files would have: of enrolments, and of events.
    pub rows: [u64; 2],
}

/// What came of slices.
pub(crate) struct Settled {
    /// Sums.
    pub outcome: Outcome,
    /// Payments by what became of them.
    pub payments: PaymentTotals,
    /// Stocks and flows of the residents.
    pub flows: Flows,
}

/// How many slices a city has.
pub(crate) fn slices(generator: &Generator) -> u32 {
    generator.slots().div_ceil(SLOTS)
}

/// What came of a slice, or of several.
struct Part {
    outcome: Outcome,
    payments: PaymentTotals,
    /// Claims drawn, and their bills.
    drawn: (i64, Fen),
    flows: Flows,
}

/// Draws and settles some slices of a city, which keeps no rows whatever `options` say. `progress` is told the number of slots done since it was last called.
///
/// # Panics
/// If a claim or a payment got lost: a defect of the program.
pub(crate) fn settle_stream(
    scenario: &Scenario,
    generator: &Generator,
    slices: Range<u32>,
    options: Options,
    progress: &(dyn Fn(usize) + Sync),
) -> Settled {
    let empty = || Part::empty(scenario);
    let part = slices
        .into_par_iter()
        .fold(empty, |mut part, slice| {
            part.settle(scenario, generator, slice, options);
            progress(SLOTS as usize);
            part
        })
        .reduce(empty, Part::joined);
    part.finished()
}

/// As [`settle_stream`], and writes every row into `settlements`, which it does not finish.
///
/// # Errors
/// What kept the settlements from being written; the rest is then not drawn any more.
///
/// # Panics
/// If a claim, a payment or a row got lost: a defect of the program.
pub(crate) fn settle_stream_into(
    scenario: &Scenario,
    generator: &Generator,
    slices: Range<u32>,
    settlements: &mut SettlementsWriter,
    progress: &(dyn Fn(usize) + Sync),
) -> Result<Streamed, DataError> {
    let parts = settlements.parts();
    let make = |index: usize| {
        let (mut whole, mut rows) = (Piece::empty(scenario), parts.take());
        let first = slices.start + index as u32 * SLICES_PER_PART;
        for slice in first..slices.end.min(first + SLICES_PER_PART) {
            whole.join(Piece::settle(scenario, generator, slice, &mut rows));
            progress(SLOTS as usize);
        }
        Ok((whole, parts.encode(rows)?))
    };
    let (mut whole, mut written) = (Piece::empty(scenario), 0);
    let mut indices = 0..slices.len().div_ceil(SLICES_PER_PART as usize);
    convey(
        || Ok(indices.next()),
        make,
        |(piece, rows): (Piece, EncodedPart)| {
            written += rows.rows() as u64;
            whole.join(piece);
            settlements.append(rows)
        },
    )?;
    let Settled {
        outcome, payments, ..
    } = whole.part.finished();
    assert!(
        written == outcome.tally.rows,
        "{} rows were settled, {written} written",
        outcome.tally.rows
    );
    Ok(Streamed {
        outcome,
        payments,
        rejects: whole.rejects,
        rows: whole.rows,
    })
}

/// Slices that follow each other, with what is kept of them besides sums.
struct Piece {
    part: Part,
    /// Their lines count from the first row of the first slice.
    rejects: Vec<Reject>,
    /// Rows of the enrolments and of the events.
    rows: [u64; 2],
}

impl Piece {
    fn empty(scenario: &Scenario) -> Piece {
        Piece {
            part: Part::empty(scenario),
            rejects: Vec::new(),
            rows: [0; 2],
        }
    }

    /// Draws a slice, settles it, and adds its settlements to `rows`.
    fn settle(scenario: &Scenario, generator: &Generator, slice: u32, rows: &mut PartWriter) -> Piece {
        let mut piece = Piece::empty(scenario);
        let part = &mut piece.part;
        let caseload = part.draw(generator, slice);
        let by_person = claims_by_person(&caseload);
        let persons: Vec<u32> = (0..caseload.persons.len() as u32).collect();
        let years = [generator.year()];
        let options = Options {
            keep_rows: true,
            ..Options::default()
        };
        let outcome = &mut part.outcome;
        let mut settler = Settler::new(scenario, &caseload, &by_person, &years, options);
        for chunk in persons.chunks(PERSONS_AT_ONCE) {
            settler.settle(chunk, outcome);
            write_rows(rows, &caseload, &outcome.rows);
            outcome.rows.clear();
        }
        settler.finish(outcome);
        if let Some(facts) = &caseload.enrolments {
            piece.rows = [facts.payments.all().len(), facts.events.all().len()].map(|rows| rows as u64);
        }
        part.payments = PaymentTotals::of(caseload.enrolments.as_ref());
        let path = |role: FileRole, _| role.name().to_string();
        piece.rejects = outcome.enrolled.rejects(&caseload, path, &mut part.payments);
        // They are rows now.
        outcome
            .enrolled
            .forget_rows(&caseload, &mut PaymentTotals::of(caseload.enrolments.as_ref()));
        piece
    }

    /// Adds the slices that follow.
    fn join(&mut self, mut next: Piece) {
        for reject in &mut next.rejects {
            reject.line += self.rows[usize::from(reject.role == FileRole::Events)];
        }
        self.rejects.extend(next.rejects);
        self.part.join(next.part);
        for (rows, more) in self.rows.iter_mut().zip(next.rows) {
            *rows += more;
        }
    }
}

impl Part {
    fn empty(scenario: &Scenario) -> Part {
        Part {
            outcome: Outcome::empty(scenario),
            payments: PaymentTotals::default(),
            drawn: (0, Fen::ZERO),
            flows: Flows::default(),
        }
    }

    /// Draws a slice and counts its claims.
    fn draw(&mut self, generator: &Generator, slice: u32) -> Caseload {
        let first = slice * SLOTS;
        let city = generator.slice(first..first.saturating_add(SLOTS));
        self.flows.add(&city.flows);
        let caseload = city.caseload;
        self.drawn.0 += caseload.claims.len() as i64;
        self.drawn.1 += caseload.claims.iter().map(|entry| entry.claim.total).sum();
        caseload
    }

    /// What came of all slices.
    ///
    /// # Panics
    /// If a claim or a payment got lost: a defect of the program.
    fn finished(self) -> Settled {
        let Part {
            outcome,
            payments,
            drawn,
            flows,
        } = self;
        let settled = outcome.tally.all();
        assert!(
            (settled.claims, settled.total) == drawn,
            "{drawn:?} were drawn, {} of {} settled",
            settled.claims,
            settled.total
        );
        payments.assert_conserved();
        Settled {
            outcome,
            payments,
            flows,
        }
    }

    /// Draws a slice and settles it.
    fn settle(&mut self, scenario: &Scenario, generator: &Generator, slice: u32, options: Options) {
        let caseload = self.draw(generator, slice);
        let by_person = claims_by_person(&caseload);
        let persons: Vec<u32> = (0..caseload.persons.len() as u32).collect();
        let years = [generator.year()];
        let mut settler = Settler::new(scenario, &caseload, &by_person, &years, options);
        settler.settle(&persons, &mut self.outcome);
        settler.finish(&mut self.outcome);
        self.outcome.enrolled.forget_rows(&caseload, &mut self.payments);
    }

    fn joined(mut self, next: Part) -> Part {
        self.join(next);
        self
    }

    fn join(&mut self, next: Part) {
        self.outcome.merge(next.outcome);
        self.payments.merge(&next.payments);
        self.flows.add(&next.flows);
        self.drawn = (self.drawn.0 + next.drawn.0, self.drawn.1 + next.drawn.1);
    }
}
