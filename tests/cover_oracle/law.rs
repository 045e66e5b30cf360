//! Art. 2, 7 to 9, 11 and 14 with Jinan's figures: what becomes of each payment, and how each day stands.

use crate::calendar::{Date, date, days};
use std::fmt;

// ---------------------------------------------------------------- what goes in

/// A life, as the interchange files have it. Blank text means "not given".
#[derive(Clone)]
pub struct Life {
    pub birth: Date,
    pub death: Option<Date>,
    pub psn_type: &'static str,
    pub residence: &'static str,
    pub psn_idet_type: &'static str,
    pub payments: Vec<Payment>,
    pub events: Vec<Event>,
}

#[derive(Clone, Copy)]
pub struct Payment {
    pub year: i32,
    pub pay_date: Date,
    /// In fen; a blank means what is due.
    pub amount: Option<i64>,
    pub registered_date: Option<Date>,
}

#[derive(Clone, Copy)]
pub struct Event {
    pub event: &'static str,
    pub event_date: Date,
}

// ---------------------------------------------------------------- what comes out

/// What becomes of a payment.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// Cover from that day on, in that category.
    Covers(Date, &'static str),
    /// Undone on that day (Art. 9).
    Refunded(Date),
    /// The person died before the cover began.
    Lapsed,
    /// Refused for that reason.
    Refused(&'static str),
}

impl Fate {
    /// The outcome in one word, to count by.
    pub fn word(self) -> &'static str {
        match self {
            Fate::Covers(..) => "covers",
            Fate::Refunded(_) => "refunded",
            Fate::Lapsed => "lapsed",
            Fate::Refused(reason) => reason,
        }
    }
}

impl fmt::Display for Fate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fate::Covers(from, category) => write!(f, "covers from {from} as {category}"),
            Fate::Refunded(day) => write!(f, "refunded on {day}"),
            Fate::Lapsed | Fate::Refused(_) => f.write_str(self.word()),
        }
    }
}

/// What the law makes of a life.
pub struct Verdict {
    /// Each payment by its row, in the order in which they are decided.
    pub payments: Vec<(usize, Fate)>,
    /// The rows of the events that cannot be, with the reason.
    pub refused_events: Vec<(usize, &'static str)>,
    pub spells: Vec<Spell>,
}

/// Employee insurance from a day to a day, both included, or without an end.
#[derive(Clone, Copy)]
pub struct Spell {
    pub from: Date,
    pub to: Option<Date>,
}

// ---------------------------------------------------------------- Jinan's figures

pub const YEARS: std::ops::RangeInclusive<i32> = 2020..=2024;

/// What a person pays for a benefit year, in fen (Art. 6, 7).
pub fn due(year: i32, category: &str, psn_idet_type: &str) -> i64 {
    if psn_idet_type != "ordinary" {
        return 0;
    }
    let yuan = match (category, year) {
        ("adult", 2020) => 300,
        ("adult", 2021) => 320,
        ("adult", 2022) => 350,
        ("adult", 2023) => 380,
        ("adult", 2024) => 410,
        (_, 2020) => 250,
        (_, 2021) => 280,
        (_, 2022) => 320,
        (_, 2023) => 350,
        (_, 2024) => 380,
        _ => unreachable!("no figures for {year}"),
    };
    yuan * 100
}

pub fn window(year: i32) -> (Date, Date) {
    (date(year - 1, 9, 1), date(year - 1, 12, 31))
}

const NEWBORN_MONTHS: u32 = 6;
const FIRST_BIRTHDAY_MONTHS: u32 = 12;
const ADULT_MONTHS: u32 = 18 * 12;

// ---------------------------------------------------------------- the articles

/// Decides all payments and events of a life.
pub fn judge(life: &Life) -> Verdict {
    let (spells, refused_events) = employee_spells(&life.events);
    let mut verdict = Verdict {
        payments: Vec::new(),
        refused_events,
        spells,
    };
    let mut rows: Vec<usize> = (0..life.payments.len()).collect();
    rows.sort_by_key(|&row| (life.payments[row].pay_date, row));
    for row in rows {
        let fate = decide(life, &verdict, &life.payments[row]).unwrap_or_else(Fate::Refused);
        verdict.payments.push((row, fate));
    }
    refuse_vain_applications(life, &mut verdict);
    verdict
}

/// One payment, in the light of those decided before it.
fn decide(life: &Life, before: &Verdict, payment: &Payment) -> Result<Fate, &'static str> {
    let &Payment { year, pay_date, .. } = payment;
    if !YEARS.contains(&year) {
        return Err("no-figures-for-year");
    }
    if year < life.birth.year || pay_date < life.birth {
        return Err("before-birth");
    }
    if life.death.is_some_and(|death| death < pay_date) {
        return Err("after-death");
    }
    let in_window = pay_date >= window(year).0 && pay_date <= window(year).1;
    let cover_from = if in_window {
        life.birth.max(date(year, 1, 1)) // Art. 8
    } else {
        newborn_cover(life, payment)?
    };
    let category = category(life, cover_from)?;
    if is_paid(life, before, payment) {
        return Err("second-payment");
    }
    let due = due(year, category, life.psn_idet_type);
    match payment.amount {
        Some(amount) if amount < due => return Err("part-payment"),
        Some(amount) if amount > due => return Err("overpayment"),
        _ => {}
    }
    if in_window && let Some(day) = refund(life, before, payment) {
        return Ok(Fate::Refunded(day));
    }
    let last = date(year, 12, 31);
    if days(cover_from, last).all(|day| is_employee_day(&before.spells, day)) {
        return Err("employee-insured"); // Art. 11
    }
    let alive = |day: Date| life.death.is_none_or(|death| day <= death);
    if days(cover_from, last).any(|day| alive(day) && !is_employee_day(&before.spells, day)) {
        Ok(Fate::Covers(cover_from, category))
    } else {
        Ok(Fate::Lapsed)
    }
}

/// The first day of a newborn's cover (Art. 8, 14(2)).
fn newborn_cover(life: &Life, payment: &Payment) -> Result<Date, &'static str> {
    let &Payment { year, pay_date, .. } = payment;
    let new_year = date(year, 1, 1);
    if year > life.birth.year + 1 || pay_date >= life.birth.months_later(FIRST_BIRTHDAY_MONTHS) {
        return Err("outside-window");
    }
    if payment
        .registered_date
        .is_some_and(|registered| pay_date < registered)
    {
        return Err("before-registration");
    }
    let from = if pay_date <= life.birth.months_later(NEWBORN_MONTHS) {
        life.birth.max(new_year)
    } else {
        pay_date.first_of_next_month().max(new_year)
    };
    if from > date(year, 12, 31) {
        return Err("nothing-left");
    }
    Ok(from)
}

/// Art. 2.
fn category(life: &Life, day: Date) -> Result<&'static str, &'static str> {
    match life.psn_type {
        "1404" => return Ok("student"),
        "1402" | "1403" => return Ok("minor"),
        code if code.starts_with("11") || code.starts_with("12") || code.starts_with("13") => {
            return Err("employee-scheme");
        }
        _ => {}
    }
    if life.residence == "none" {
        return Err("no-residence");
    }
    let is_adult = day >= life.birth.months_later(ADULT_MONTHS);
    Ok(if is_adult { "adult" } else { "minor" })
}

/// Whether the year is paid for already, by a payment that was taken and is not refunded yet (Art. 8).
fn is_paid(life: &Life, before: &Verdict, payment: &Payment) -> bool {
    before.payments.iter().any(|&(row, fate)| {
        let stands = match fate {
            Fate::Covers(..) | Fate::Lapsed => true,
            Fate::Refunded(day) => day > payment.pay_date,
            Fate::Refused(_) => false,
        };
        stands && life.payments[row].year == payment.year
    })
}

/// Art. 9: the day of the application that undoes a payment of the window.
fn refund(life: &Life, before: &Verdict, payment: &Payment) -> Option<Date> {
    let stands = |row: usize| !before.refused_events.iter().any(|&(refused, _)| refused == row);
    let entitles = |day: Date| {
        life.death == Some(day)
            || life.events.iter().enumerate().any(|(row, event)| {
                event.event_date == day
                    && stands(row)
                    && matches!(
                        event.event,
                        "enlisted" | "employee-cover-start" | "moved-out" | "student-left"
                    )
            })
    };
    let applied = |day: Date| {
        let is_application = |event: &Event| event.event == "refund-applied" && event.event_date == day;
        life.events.iter().any(is_application)
    };
    let entitled = days(payment.pay_date, window(payment.year).1).find(|&day| entitles(day))?;
    days(entitled, date(payment.year, 12, 31)).find(|&day| applied(day))
}

/// Every application that undid nothing is refused; several of one day count as one.
fn refuse_vain_applications(life: &Life, verdict: &mut Verdict) {
    for (row, event) in life.events.iter().enumerate() {
        let undid = Fate::Refunded(event.event_date);
        if event.event == "refund-applied" && verdict.payments.iter().all(|&(_, fate)| fate != undid) {
            verdict.refused_events.push((row, "nothing-to-refund"));
        }
    }
    verdict.refused_events.sort_unstable();
}

/// Art. 11: employee insurance, and the starts and ends that contradict it. On one day, whatever their order in the
/// file, the end of a spell that runs comes first, then a start, and so on in turn.
fn employee_spells(events: &[Event]) -> (Vec<Spell>, Vec<(usize, &'static str)>) {
    let mut dates: Vec<Date> = events.iter().map(|event| event.event_date).collect();
    dates.sort_unstable();
    dates.dedup();
    let (mut spells, mut refused) = (Vec::new(), Vec::new());
    let mut running: Option<Date> = None;
    for day in dates {
        let rows_of = |wanted| {
            let rows = events.iter().enumerate();
            let on_day = rows.filter(move |(_, event)| event.event_date == day && event.event == wanted);
            on_day.map(|(row, _)| row)
        };
        let mut starts = rows_of("employee-cover-start").peekable();
        let mut ends = rows_of("employee-cover-end").peekable();
        while starts.peek().is_some() || ends.peek().is_some() {
            match running {
                None => match starts.next() {
                    Some(_) => running = Some(day),
                    None => refused.extend(ends.next().map(|row| (row, "not-employee-insured"))),
                },
                Some(from) => match ends.next() {
                    Some(_) => {
                        spells.push(Spell { from, to: Some(day) });
                        running = None;
                    }
                    None => refused.extend(starts.next().map(|row| (row, "already-employee-insured"))),
                },
            }
        }
    }
    spells.extend(running.map(|from| Spell { from, to: None }));
    (spells, refused)
}

fn is_employee_day(spells: &[Spell], day: Date) -> bool {
    spells
        .iter()
        .any(|spell| day >= spell.from && spell.to.is_none_or(|to| day <= to))
}

/// How a day stands: the category of its cover, or why there is none.
pub fn standing(life: &Life, verdict: &Verdict, day: Date) -> &'static str {
    if life.death.is_some_and(|death| day > death) {
        return "after-death";
    }
    if is_employee_day(&verdict.spells, day) {
        return "employee-insured";
    }
    for &(row, fate) in &verdict.payments {
        if let Fate::Covers(from, category) = fate
            && life.payments[row].year == day.year
        {
            return if day < from { "before-cover" } else { category };
        }
    }
    "not-enrolled"
}
