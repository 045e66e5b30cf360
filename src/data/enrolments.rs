//! The `enrolments` and `events` files, and the rejects that their rows become when the engine refuses them.
//!
//! Loading only says what a row means. Whether a payment is taken depends on the person's other payments, on events and
//! on the year's terms: [`Life::decide`](crate::insured::life::Life::decide) answers that once everything is read.

use crate::article::Article;
use crate::data::block::{Block, Row};
use crate::data::caseload::{ByPerson, Enrolments, Place};
use crate::data::columns::{Column, EnrolmentColumn as E, EventColumn as V};
use crate::data::fields::{Coded, Fields, Problem, year};
use crate::data::intake::Intake;
use crate::data::persons::Persons;
use crate::data::reject::{Reason, Reject};
use crate::data::role::FileRole;
use crate::data::totals::PaymentTotals;
use crate::insured::enrolment::{Enrolment, Event, EventKind, Refusal};
use crate::insured::life::EventRefusal;
use crate::money::Fen;
use crate::nearest::nearest;
use chrono::NaiveDate;
use std::collections::HashSet;

/// A good row and whose it is.
#[derive(Clone, Copy)]
struct Owned<T> {
    /// Index of the person in the caseload.
    person: u32,
    place: Place,
    thing: T,
}

impl<T> Owned<T> {
    fn new<C: Column>(fields: &Fields<'_, C>, file: u32, person: u32, thing: T) -> Owned<T> {
        let line = u32::try_from(fields.line()).unwrap_or(u32::MAX);
        Owned {
            person,
            place: Place { file, line },
            thing,
        }
    }
}

/// The rows of a part of an enrolments file, each looked at alone.
#[derive(Default)]
pub(super) struct PaymentPart {
    good: Vec<Owned<Enrolment>>,
    /// Without path and batch.
    bad: Vec<Reject>,
    totals: PaymentTotals,
    /// The latest day of the good rows.
    latest: Option<NaiveDate>,
    /// The person whom the last row names, by the index of their id.
    last_person: Option<u32>,
}

impl PaymentPart {
    /// Reads the next rows of the enrolments file with a number.
    pub(super) fn read_block(&mut self, block: &Block<'_>, persons: &Persons, file: u32) {
        let years = Coded::of(block, E::Year, year);
        block
            .rows()
            .for_each(|row| self.read_row(&Fields::new(&row), &years, (persons, file)));
    }

    fn read_row(&mut self, fields: &Fields<'_, E>, years: &Coded<'_, i32>, (persons, file): (&Persons, u32)) {
        // An amount that cannot be read is a problem of its row, but has no place in a sum.
        let amount = fields.amount(E::Amount).ok().flatten();
        self.totals.read.add(amount);
        match payment(fields, years, persons, &mut self.last_person) {
            Ok((person, payment)) => {
                self.good.push(Owned::new(fields, file, person, payment));
                self.totals.accepted.add(amount);
                self.latest = self.latest.max(Some(payment.paid_on));
            }
            Err(problem) => {
                let mut reject = fields.reject("", problem);
                reject.psn_no = fields.shown(E::PsnNo);
                reject.amount = amount;
                self.totals.rejected.add(amount);
                self.bad.push(reject);
            }
        }
    }
}

/// The good rows of the enrolments files, in their order.
#[derive(Default)]
pub(super) struct PaymentRows {
    rows: Vec<Owned<Enrolment>>,
    pub(super) totals: PaymentTotals,
}

impl PaymentRows {
    /// Takes the rows that come next.
    pub(super) fn take(&mut self, mut rows: PaymentPart, intake: &mut Intake) {
        intake.accept_all(rows.good.len() as u64, rows.latest);
        self.rows.append(&mut rows.good);
        self.totals.merge(&rows.totals);
        for reject in rows.bad {
            intake.reject(Reject {
                path: intake.path.clone(),
                ..reject
            });
        }
    }
}

fn payment(
    fields: &Fields<'_, E>,
    years: &Coded<'_, i32>,
    persons: &Persons,
    last_person: &mut Option<u32>,
) -> Result<(u32, Enrolment), Problem> {
    fields.check_row()?;
    let person = persons.named_again_in(fields, E::PsnNo, last_person)?;
    let year = fields.required_year(E::Year, years)?;
    let paid_on = fields.required_time(E::PayDate)?.date();
    let amount = fields.amount(E::Amount)?;
    if amount.is_some_and(|amount| amount < Fen::ZERO) {
        let sentence = "is below zero: money that goes back is a `refund-applied` in the events file";
        return Err(fields.problem(E::Amount, Reason::NegativeAmount, sentence.to_string()));
    }
    let registered_on = fields.time(E::RegisteredDate)?.map(|time| time.date());
    Ok((
        person,
        Enrolment {
            year,
            paid_on,
            amount,
            registered_on,
        },
    ))
}

/// The good rows of the events files, in their order.
#[derive(Default)]
pub(super) struct EventRows {
    rows: Vec<Owned<Event>>,
    /// Person, kind and day of each, because the same event cannot happen twice.
    seen: HashSet<(u32, u8, NaiveDate)>,
}

impl EventRows {
    /// Takes a row, or rejects it.
    pub(super) fn read_row(&mut self, row: &Row<'_>, persons: &Persons, intake: &mut Intake) {
        let fields = Fields::<V>::new(row);
        match self.parse(&fields, persons) {
            Ok((person, event)) => {
                self.rows.push(Owned::new(&fields, intake.file, person, event));
                intake.accept_of(event.date);
            }
            Err(problem) => {
                let mut reject = fields.reject(&intake.path, problem);
                reject.psn_no = fields.shown(V::PsnNo);
                intake.reject(reject);
            }
        }
    }

    fn parse(&mut self, fields: &Fields<'_, V>, persons: &Persons) -> Result<(u32, Event), Problem> {
        fields.check_row()?;
        let person = persons.named_in(fields, V::PsnNo)?;
        let kind = event_kind(fields)?;
        let date = fields.required_time(V::EventDate)?.date();
        if !self.seen.insert((person, kind as u8, date)) {
            let sentence = format!("on {date} is in an earlier row already: leave this row out");
            return Err(fields.problem(V::Event, Reason::RepeatedEvent, sentence));
        }
        Ok((person, Event { kind, date }))
    }
}

fn event_kind(fields: &Fields<'_, V>) -> Result<EventKind, Problem> {
    let word = fields.required_text(V::Event)?;
    EventKind::from_name(&word).ok_or_else(|| {
        let names = EventKind::ALL.map(EventKind::name);
        let sentence = match nearest(&word, names) {
            Some(nearest) => format!("is not a known event: is `{nearest}` meant?"),
            None => format!("is not a known event: write one of `{}`", names.join("`, `")),
        };
        fields.problem(V::Event, Reason::UnknownCode, sentence)
    })
}

/// The good rows of both files, grouped by the caseload's persons.
pub(super) fn group(persons: usize, payments: &PaymentRows, events: &EventRows) -> Enrolments {
    let (payments, payment_places) = by_person(persons, &payments.rows);
    let (events, event_places) = by_person(persons, &events.rows);
    Enrolments {
        payments,
        payment_places,
        events,
        event_places,
        paid_elsewhere: Vec::new(),
    }
}

/// The things, and their places in the same order.
fn by_person<T: Copy + Default>(persons: usize, rows: &[Owned<T>]) -> (ByPerson<T>, ByPerson<Place>) {
    (
        ByPerson::group(persons, rows.iter().map(|row| (row.person, row.thing))),
        ByPerson::group(persons, rows.iter().map(|row| (row.person, row.place))),
    )
}

/// The reject that a payment becomes when the engine refuses it. `path` and `line` say where it was read. The reported value is the cell's as this program writes it: two decimals, no
/// time of day.
pub fn refused_payment(path: &str, line: u32, psn_no: &str, payment: &Enrolment, refusal: Refusal) -> Reject {
    let column = column_at_fault(refusal);
    let value = match column {
        E::PsnNo => psn_no.to_string(),
        E::Year => payment.year.to_string(),
        E::PayDate => payment.paid_on.to_string(),
        E::Amount => payment
            .amount
            .map(|amount| amount.to_string())
            .unwrap_or_default(),
        E::RegisteredDate => payment
            .registered_on
            .map(|day| day.to_string())
            .unwrap_or_default(),
    };
    let column = column.name();
    let what = fault(payment, refusal);
    Reject {
        role: FileRole::Enrolments,
        file: 0,
        path: path.to_string(),
        line: u64::from(line),
        column,
        sentence: format!("`{column}` `{value}` {what} ({})", refusal.article()),
        value,
        reason: refusal.into(),
        mdtrt_id: None,
        psn_no: Some(psn_no.to_string()),
        amount: payment.amount,
    }
}

/// Which cell to look at first. What the persons file says is wrong shows at `psn_no`.
fn column_at_fault(refusal: Refusal) -> E {
    match refusal {
        Refusal::EmployeeScheme | Refusal::NoResidence => E::PsnNo,
        Refusal::NoFiguresForYear
        | Refusal::SecondPayment
        | Refusal::EmployeeInsured
        | Refusal::NotMissed => E::Year,
        Refusal::BeforeBirth
        | Refusal::AfterDeath
        | Refusal::BeforeRegistration
        | Refusal::OutsideWindow
        | Refusal::NothingLeft => E::PayDate,
        Refusal::PartPayment(_) | Refusal::Overpayment(_) => E::Amount,
    }
}

/// What is wrong with the cell of [`column_at_fault`]; goes on from "`column` `value`".
fn fault(payment: &Enrolment, refusal: Refusal) -> String {
    let (year, paid_on) = (payment.year, payment.paid_on);
    match refusal {
        Refusal::NoFiguresForYear => "is a benefit year for which the scenario has no figures".to_string(),
        Refusal::BeforeBirth => {
            format!("or the year {year} is before the person's birth: check `brdy`")
        }
        Refusal::AfterDeath => "is after the person's death: check `death_date`".to_string(),
        Refusal::BeforeRegistration => match payment.registered_on {
            Some(day) => format!("is before `registered_date` {day}, and a newborn enrols once registered"),
            None => "is before the registration, and a newborn enrols once registered".to_string(),
        },
        Refusal::OutsideWindow => {
            format!("is outside the enrolment window for {year}, and no exception applies")
        }
        Refusal::NothingLeft => {
            format!("is too late for {year}: cover would begin after the year's last day")
        }
        Refusal::EmployeeScheme => {
            "is of the employee scheme by `psn_type`, so resident insurance is not open".to_string()
        }
        Refusal::NoResidence => {
            "is neither registered here, nor holds a residence permit, nor studies here: check `residence`"
                .to_string()
        }
        Refusal::SecondPayment => {
            format!("is paid for already: the payment of {paid_on} is not the person's first for it")
        }
        Refusal::PartPayment(due) => {
            format!("is less than the {due} yuan that are due for {year}, and a part buys nothing")
        }
        Refusal::Overpayment(due) => {
            format!("is more than the {due} yuan that are due for {year}, and nothing else is taken")
        }
        Refusal::EmployeeInsured => {
            "leaves no day to cover: by the events the person has employee insurance throughout".to_string()
        }
        Refusal::NotMissed => {
            format!("was over on {paid_on}, and only a missed year can be bought back")
        }
    }
}

/// The reject that an event becomes when the engine refuses it; as for [`refused_payment`].
pub fn refused_event(path: &str, line: u32, psn_no: &str, event: &Event, reason: EventRefusal) -> Reject {
    let (column, value, day) = (V::Event.name(), event.kind.name(), event.date);
    let (what, article) = match reason {
        EventRefusal::AlreadyEmployeeInsured => ("falls into employee insurance that runs already", 11),
        EventRefusal::NotEmployeeInsured => ("ends employee insurance that was not running", 11),
        EventRefusal::NothingToRefund => (
            "undoes no payment: none in the window was followed, before its cover began, by an event that entitles to \
             a refund",
            9,
        ),
    };
    let article = Article::whole(article);
    Reject {
        role: FileRole::Events,
        file: 0,
        path: path.to_string(),
        line: u64::from(line),
        column,
        value: value.to_string(),
        reason: reason.into(),
        sentence: format!("`{column}` `{value}` on {day} {what} ({article})"),
        mdtrt_id: None,
        psn_no: Some(psn_no.to_string()),
        amount: None,
    }
}
