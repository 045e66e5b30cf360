//! How residents enrol for the year drawn: what they pay and when, and what makes them leave.
//!
//! Payments and events are only drawn; whether a payment is taken, and what it covers, is decided by the rules of
//! enrolment ([`Life`](crate::insured::life::Life)), which need not agree with what the payer expected. Of the terms,
//! only the days of the window and what is due are used here.
//!
//! They are about one benefit year: payments in the window before it and in it, those of newborns also in the year
//! after, and events from the opening of the window to the end of the year. They depend on the person and the year
//! alone, so drawing another year knows nothing of them: who took a job in this one may be a resident of the next.
//! Whoever died in the window, between payment and the opening of the year, is no resident of the year drawn, so no
//! refund here goes back to a death. Residents keep falling ill whether they are enrolled or not: their claims are drawn
//! apart, and what nobody paid for comes out as not covered.

use super::days::{YEAR_DAYS, date, opening_day};
use super::enrol_figures::EnrolmentModel;
use super::expect::Rates;
use super::key::{Purpose, Stream};
use super::model::CityModel;
use super::people::{Resident, cumulative, pick};
use super::table::AgeTable;
use crate::data::caseload::{ByPerson, Enrolments, Place};
use crate::insured::category::category;
use crate::insured::channel::Channel;
use crate::insured::enrolment::{Enrolment, Event, EventKind};
use crate::insured::person::Person;
use crate::insured::terms::{EnrolmentTerms, first_day};
use crate::money::Fen;
use chrono::{Datelike, NaiveDate};

/// Draws payments and events.
pub(super) struct Enrolling {
    figures: EnrolmentModel,
    /// Upper ends of the quarters' shares: school, residence.
    quarters: [Vec<f64>; 2],
    /// Probability by age that employee insurance starts within the days drawn.
    jobs: AgeTable,
    terms: EnrolmentTerms,
    /// First and last day of the window, and last day of the benefit year, in days of the common era.
    opens: i32,
    closes: i32,
    last: i32,
    seed: u64,
}

/// Payments and events in the making, by the index of the person.
#[derive(Default)]
pub(super) struct Paperwork {
    pub payments: Vec<(u32, Enrolment)>,
    pub events: Vec<(u32, Event)>,
}

impl Paperwork {
    /// What the files would say that list them in this order, of so many persons.
    pub(super) fn filed(&self, persons: usize) -> Enrolments {
        filed(
            persons,
            self.payments.iter().copied(),
            self.events.iter().copied(),
        )
    }
}

/// What the files would say that list these payments and events, by person.
pub(super) fn filed(
    persons: usize,
    payments: impl Iterator<Item = (u32, Enrolment)> + Clone,
    events: impl Iterator<Item = (u32, Event)> + Clone,
) -> Enrolments {
    // Line 1 of a file is its header.
    let place = |line| Place { file: 0, line };
    let payment_places = payments.clone().zip(2..);
    let payment_places = payment_places.map(|((person, _), line)| (person, place(line)));
    let event_places = events.clone().zip(2..);
    let event_places = event_places.map(|((person, _), line)| (person, place(line)));
    Enrolments {
        payment_places: ByPerson::group(persons, payment_places),
        event_places: ByPerson::group(persons, event_places),
        payments: ByPerson::group(persons, payments),
        events: ByPerson::group(persons, events),
        paid_elsewhere: Vec::new(),
    }
}

/// The draws that decide a resident's payments: one block of their stream. Their order is part of every city: new ones
/// go to the end, after the one for the day of a second payment, which few need.
struct PayMarks {
    lapse: f64,
    late: f64,
    quarter: f64,
    day: f64,
    registered: f64,
    amount: f64,
    part: f64,
    twice: f64,
}

impl PayMarks {
    fn of(stream: &mut Stream) -> PayMarks {
        let [lapse, late, quarter, day, registered, amount, part, twice] =
            std::array::from_fn(|_| stream.uniform());
        PayMarks {
            lapse,
            late,
            quarter,
            day,
            registered,
            amount,
            part,
            twice,
        }
    }
}

/// The draws that decide a resident's events: one block too, and new ones go to the end here too, after the one for the
/// delay of an application.
struct LeaveMarks {
    start: f64,
    day: f64,
    ended: f64,
    end: f64,
    paid_anyway: f64,
    leaving: f64,
    leaving_day: f64,
    applied: f64,
}

impl LeaveMarks {
    fn of(stream: &mut Stream) -> LeaveMarks {
        let [start, day, ended, end, paid_anyway, leaving, leaving_day, applied] =
            std::array::from_fn(|_| stream.uniform());
        LeaveMarks {
            start,
            day,
            ended,
            end,
            paid_anyway,
            leaving,
            leaving_day,
            applied,
        }
    }
}

/// Employee insurance: its first day, and its last if it ends.
#[derive(Clone, Copy)]
struct Job {
    start: i32,
    end: Option<i32>,
}

impl Job {
    fn holds_on(&self, day: i32) -> bool {
        self.start <= day && self.end.is_none_or(|end| day <= end)
    }
}

impl Enrolling {
    pub(super) fn new(model: &CityModel, terms: &EnrolmentTerms, rates: &Rates, seed: u64) -> Enrolling {
        let figures = model.population.enrolment.clone();
        let window = &terms.window.value;
        let (opens, last) = (window.from.num_days_from_ce(), opening_day(model.year + 1) - 1);
        let years = f64::from(last + 1 - opens) / YEAR_DAYS;
        Enrolling {
            quarters: [figures.paid_at_school, figures.paid_at_residence].map(cumulative),
            jobs: rates.jobs.scaled(|_| years),
            terms: terms.clone(),
            opens,
            closes: window.to.num_days_from_ce(),
            last,
            figures,
            seed,
        }
    }

    /// Draws what a resident, number `person`, pays and lives through, each in the order of days.
    pub(super) fn draw(&self, resident: &Resident, person: u32, paperwork: &mut Paperwork) {
        let stream = |purpose| Stream::of(self.seed, resident.key, self.terms.year, purpose, 0);
        let (mut paying, mut going) = (stream(Purpose::Enrolment), stream(Purpose::Leaving));
        let (pay, leave) = (PayMarks::of(&mut paying), LeaveMarks::of(&mut going));
        let job = self.job(resident, &leave);
        let mut events = Vec::new();
        if let Some(job) = job {
            events.push((EventKind::EmployeeCoverStart, job.start));
            events.extend(job.end.map(|end| (EventKind::EmployeeCoverEnd, end)));
        }
        let employed = |day| job.is_some_and(|job| job.holds_on(day));
        let pays_on = |&day: &i32| !employed(day) || leave.paid_anyway < self.figures.into_jobs.paid_anyway;
        if let Some(paid_on) = self.pay_day(resident, &pay).filter(pays_on) {
            let payment = self.payment(resident, paid_on, &pay);
            paperwork.payments.push((person, payment));
            let left = self.leaving(resident, paid_on, job, &leave);
            events.extend(left.filter(|_| job.is_none()));
            match left {
                Some((_, since)) => events.extend(self.application(since, &pay, (&leave, &mut going))),
                // Whoever leaves has no reason to pay again.
                None => {
                    let again = self.second_day(resident, paid_on, (&pay, &mut paying)).map(date);
                    let again = again.map(|paid_on| Enrolment { paid_on, ..payment });
                    paperwork.payments.extend(again.map(|payment| (person, payment)));
                }
            }
        }
        events.sort_by_key(|&(_, day)| day);
        let dated = |(kind, day)| {
            (
                person,
                Event {
                    kind,
                    date: date(day),
                },
            )
        };
        paperwork.events.extend(events.into_iter().map(dated));
    }

    /// The employee insurance that starts in the days drawn, while the resident lives.
    fn job(&self, resident: &Resident, marks: &LeaveMarks) -> Option<Job> {
        let age = self.opening_age(&resident.person);
        if marks.start >= self.jobs.at(age) {
            return None;
        }
        let end_of_life = resident.lived.1;
        let start = within(self.opens, self.last, marks.day);
        let ends = marks.ended < self.figures.into_jobs.ended;
        let end = ends.then(|| within(start, self.last, marks.end));
        (start <= end_of_life).then_some(Job {
            start,
            end: end.filter(|&end| end <= end_of_life),
        })
    }

    /// The day on which the resident would pay, while alive; `None` for who does not enrol.
    fn pay_day(&self, resident: &Resident, marks: &PayMarks) -> Option<i32> {
        let never = Stream::of(self.seed, resident.key, 0, Purpose::Habit, 0).uniform();
        let figures = &self.figures;
        let age = self.opening_age(&resident.person);
        let day = if let Some(registered) = self.registration(&resident.person, marks) {
            let pays = never >= figures.newborns.never;
            pays.then(|| registered + delayed(marks.day, figures.newborns.paid_days))?
        } else if never < figures.never.at(age) || marks.lapse < figures.lapse.at(age) {
            return None;
        } else if marks.late < figures.late {
            self.closes + 1 + (marks.day * figures.late_days) as i32
        } else {
            let channel = match Channel::of(&resident.person) {
                Channel::School => 0,
                Channel::Residence => 1,
            };
            let quarter = pick(&self.quarters[channel], marks.quarter) as f64;
            within(self.opens, self.closes, (quarter + marks.day) / 4.0)
        };
        let alive = |death: NaiveDate| day <= death.num_days_from_ce();
        resident.person.death.is_none_or(alive).then_some(day)
    }

    /// The day on which a newborn is registered; `None` for who was born before the window opened.
    fn registration(&self, person: &Person, marks: &PayMarks) -> Option<i32> {
        let birth = person.birth.num_days_from_ce();
        let registered = birth + delayed(marks.registered, self.figures.newborns.registered_days);
        (birth >= self.opens).then_some(registered)
    }

    /// What the resident pays on a day.
    fn payment(&self, resident: &Resident, paid_on: i32, marks: &PayMarks) -> Enrolment {
        let (person, figures, day) = (&resident.person, &self.figures, date(paid_on));
        let due = self.due(person, day);
        let amount = if marks.amount < figures.part {
            part_of(due, marks.part)
        } else {
            due.filter(|_| marks.amount >= figures.part + figures.blank)
        };
        Enrolment {
            year: self.terms.year,
            paid_on: day,
            amount,
            registered_on: self.registration(person, marks).map(date),
        }
    }

    /// What is due from the person; `None` for who is no resident of the city by its rules.
    fn due(&self, person: &Person, paid_on: NaiveDate) -> Option<Fen> {
        let (terms, first) = (&self.terms, first_day(self.terms.year));
        let late = terms.late.filter(|late| late.paid.value.contains(paid_on));
        let start = late.and_then(|late| late.start.after(paid_on)).unwrap_or(first);
        let start = start.max(first).max(person.birth);
        let category = category(person, start, terms.adult_age_years).ok()?;
        let (contribution, tier, identity) = (&terms.contribution, person.tier, person.identity);
        // A newborn pays what all others do, even where latecomers pay more.
        let due = match late.filter(|_| person.birth.num_days_from_ce() < self.opens) {
            Some(late) => late.due(contribution, tier, category, identity),
            None => contribution.due(tier, category, identity),
        };
        Some(due.person)
    }

    /// The first thing, between the payment and the end of the window, that entitles to a refund (Art. 9): the job, or
    /// else what befalls those who have none.
    fn leaving(
        &self,
        resident: &Resident,
        paid_on: i32,
        job: Option<Job>,
        marks: &LeaveMarks,
    ) -> Option<(EventKind, i32)> {
        let last = self.closes.min(opening_day(self.terms.year) - 1);
        if let Some(job) = job {
            let entitles = paid_on <= job.start && job.start <= last;
            return entitles.then_some((EventKind::EmployeeCoverStart, job.start));
        }
        let leaving = &self.figures.leaving;
        let student = match Channel::of(&resident.person) {
            Channel::School => leaving.student_left,
            Channel::Residence => 0.0,
        };
        let age = self.opening_age(&resident.person);
        let enlisted = leaving.enlisted.at(age);
        let moved = enlisted + leaving.moved_out;
        let ends = [enlisted, moved, moved + student];
        let kinds = [EventKind::Enlisted, EventKind::MovedOut, EventKind::StudentLeft];
        let kind = ends.iter().position(|&end| marks.leaving < end)?;
        (paid_on <= last).then(|| (kinds[kind], within(paid_on, last, marks.leaving_day)))
    }

    /// The application for a refund, of who applies within the year.
    fn application(
        &self,
        since: i32,
        pay: &PayMarks,
        (leave, going): (&LeaveMarks, &mut Stream),
    ) -> Option<(EventKind, i32)> {
        // A part payment is refused, so there is nothing to pay back.
        let in_full = pay.amount >= self.figures.part;
        let day = since + delayed(going.uniform(), self.figures.refund_days);
        let applies = in_full && leave.applied < self.figures.refund_applied && day <= self.last;
        applies.then_some((EventKind::RefundApplied, day))
    }

    /// The day of a second payment, in the rest of the window.
    fn second_day(
        &self,
        resident: &Resident,
        paid_on: i32,
        (marks, paying): (&PayMarks, &mut Stream),
    ) -> Option<i32> {
        // Who paid a part pays once: the second payment would complete nothing.
        let twice = marks.twice < self.figures.twice && marks.amount >= self.figures.part;
        let last = self.closes.min(resident.lived.1);
        (twice && paid_on <= last).then(|| within(paid_on, last, paying.uniform()))
    }

    fn opening_age(&self, person: &Person) -> usize {
        (self.terms.year - 1 - person.birth.year()).max(0) as usize
    }
}

/// The day at the mark of 0 to 1 of the days from `first` to `last`.
fn within(first: i32, last: i32, mark: f64) -> i32 {
    first + (mark * f64::from(last + 1 - first)) as i32
}

/// Whole days of an exponential delay.
fn delayed(mark: f64, mean_days: f64) -> i32 {
    (-libm::log(1.0 - mark) * mean_days) as i32
}

/// A part of what is due: whole fen, and less than all of it. Of nothing there is no part, and the amount is left as is.
fn part_of(due: Option<Fen>, share: f64) -> Option<Fen> {
    due.map(|due| {
        super::bill::part_of(due, share)
            .min(due - Fen::new(1))
            .max(Fen::ZERO)
    })
}
