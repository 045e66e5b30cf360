//! What would have changed a person's cover: each possibility is decided by the same rules as the facts.

use crate::insured::cover::lay_out;
use crate::insured::enrolment::{Enrolment, Event, EventKind, Refusal};
use crate::insured::life::{Decision, Life};
use crate::insured::person::{Person, Residence};
use crate::insured::terms::EnrolmentTerms;
use crate::report::cover::facts::Facts;
use crate::report::lang::Lang;
use crate::scenario::Scenario;
use chrono::{Datelike, NaiveDate};
use serde::Serialize;

/// What would have given more days of cover.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// The benefit year.
    pub year: i32,
    /// What would have been different.
    #[serde(flatten)]
    pub what: What,
    /// The first day that would have been covered.
    pub covered_from: NaiveDate,
    /// How many days of the year would have been covered.
    pub covered_days: i64,
    /// How many are.
    pub instead_of_days: i64,
}

/// What might have been different.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "change", rename_all = "kebab-case")]
pub enum What {
    /// The payment of `paid_on` made on another day.
    PaidOn {
        /// When it was made.
        paid_on: NaiveDate,
        /// When it should have been.
        on: NaiveDate,
    },
    /// The payment of `paid_on` with the amount that is due.
    AmountDue {
        /// When it was made.
        paid_on: NaiveDate,
    },
    /// A payment, where there is none, at the latest on that day.
    Payment {
        /// The day.
        on: NaiveDate,
    },
    /// No application for a refund.
    NoRefund,
    /// No employee insurance.
    NoEmployeeInsurance,
    /// A residence permit.
    ResidencePermit,
}

/// What would have given more days of cover in `year`, given how the facts were decided.
pub(super) fn changes(scenario: &Scenario, facts: &Facts<'_>, life: &Life, year: i32) -> Vec<Change> {
    let Some(terms) = scenario.enrolment(year) else {
        return Vec::new();
    };
    let trial = Trial {
        scenario,
        facts,
        year,
        days: covered(facts.person, life, year).0,
    };
    let mut found = Vec::new();
    let of_year = |decision: &&Decision| facts.payments[decision.row].year == year;
    for decision in life.decisions.iter().filter(of_year) {
        found.extend(trial.other_payment(decision, terms));
    }
    if !life.decisions.iter().any(|decision| of_year(&decision)) {
        found.extend(trial.payment(last_day_to_pay(facts.person, year, terms)));
    }
    let employee = [EventKind::EmployeeCoverStart, EventKind::EmployeeCoverEnd];
    found.extend(trial.without(&[EventKind::RefundApplied], What::NoRefund));
    found.extend(trial.without(&employee, What::NoEmployeeInsurance));
    if facts.person.residence == Residence::None {
        let resident = Person {
            residence: Residence::Permit,
            ..facts.person.clone()
        };
        found.extend(trial.decide(&resident, facts.payments, facts.events, What::ResidencePermit));
    }
    found
}

/// The facts, and how many days of the year they cover.
struct Trial<'a> {
    scenario: &'a Scenario,
    facts: &'a Facts<'a>,
    year: i32,
    days: i64,
}

impl Trial<'_> {
    /// Decides other facts; `None` if they give no more days of cover.
    fn decide(
        &self,
        person: &Person,
        payments: &[Enrolment],
        events: &[Event],
        what: What,
    ) -> Option<Change> {
        let mut life = Life::default();
        life.decide(person, payments, events, self.scenario.enrolments());
        let (covered_days, from) = covered(person, &life, self.year);
        let better = |covered_from| Change {
            year: self.year,
            what,
            covered_from,
            covered_days,
            instead_of_days: self.days,
        };
        from.filter(|_| covered_days > self.days).map(better)
    }

    /// One payment made on another day, or with the right amount.
    fn other_payment(&self, decision: &Decision, terms: &EnrolmentTerms) -> Vec<Change> {
        let payment = self.facts.payments[decision.row];
        let paid_on = payment.paid_on;
        let with = |changed: Enrolment, what| {
            let mut payments = self.facts.payments.to_vec();
            payments[decision.row] = changed;
            self.decide(self.facts.person, &payments, self.facts.events, what)
        };
        let mut found = Vec::new();
        if matches!(
            decision.result,
            Err(Refusal::PartPayment(_) | Refusal::Overpayment(_))
        ) {
            let changed = Enrolment {
                amount: None,
                ..payment
            };
            found.extend(with(changed, What::AmountDue { paid_on }));
        }
        // The nearest day that helps; further ones only where they help more.
        let mut best = self.days;
        for on in other_days(self.facts.person, &payment, terms) {
            let changed = Enrolment {
                paid_on: on,
                ..payment
            };
            let change = with(changed, What::PaidOn { paid_on, on });
            if let Some(change) = change.filter(|change| change.covered_days > best) {
                best = change.covered_days;
                found.push(change);
            }
        }
        found
    }

    /// A payment where there is none.
    fn payment(&self, on: NaiveDate) -> Option<Change> {
        let mut payments = self.facts.payments.to_vec();
        payments.push(Enrolment {
            year: self.year,
            paid_on: on,
            ..Enrolment::default()
        });
        self.decide(
            self.facts.person,
            &payments,
            self.facts.events,
            What::Payment { on },
        )
    }

    /// Without events of some kinds.
    fn without(&self, kinds: &[EventKind], what: What) -> Option<Change> {
        let kept = self
            .facts
            .events
            .iter()
            .filter(|event| !kinds.contains(&event.kind));
        let events: Vec<Event> = kept.copied().collect();
        self.decide(self.facts.person, self.facts.payments, &events, what)
    }
}

/// The days of cover in a year, and the first of them.
fn covered(person: &Person, life: &Life, year: i32) -> (i64, Option<NaiveDate>) {
    let mut stretches = Vec::new();
    lay_out(person, life, year, &mut stretches);
    stretches.retain(|stretch| stretch.standing.is_ok());
    let days = stretches
        .iter()
        .map(|stretch| (stretch.to - stretch.from).num_days() + 1);
    (days.sum(), stretches.first().map(|stretch| stretch.from))
}

/// The days on which a payment might rather have been made: the ends and beginnings of what the terms allow, those
/// nearest to the day of the payment first.
fn other_days(person: &Person, payment: &Enrolment, terms: &EnrolmentTerms) -> Vec<NaiveDate> {
    let window = terms.window.value;
    let late = terms.late.map(|late| [late.paid.value.from, late.paid.value.to]);
    let newborn = &terms.newborn;
    let last_of_last_month = payment.paid_on.with_day(1).and_then(|first| first.pred_opt());
    let until = newborn.until.value.after(person.birth);
    let others = [
        newborn.from_birth.value.after(person.birth),
        until.and_then(|day| day.pred_opt()),
        payment.registered_on,
        Some(person.birth),
        last_of_last_month,
    ];
    let mut days: Vec<NaiveDate> = [window.from, window.to]
        .into_iter()
        .chain(late.into_iter().flatten())
        .chain(others.into_iter().flatten())
        .filter(|&day| day != payment.paid_on)
        .collect();
    days.sort_by_key(|&day| ((day - payment.paid_on).num_days().abs(), day));
    days.dedup();
    days
}

/// The last day on which a payment for `year` covers most: a newborn's last day in time, else the window's last.
fn last_day_to_pay(person: &Person, year: i32, terms: &EnrolmentTerms) -> NaiveDate {
    let newborn = terms.newborn.from_birth.value.after(person.birth);
    match newborn {
        Some(day) if day.year() >= year && person.birth.year() <= year => day,
        _ => terms.window.value.to,
    }
}

impl Change {
    /// The change in one sentence.
    pub(crate) fn sentence(&self, lang: Lang) -> String {
        let result = match lang {
            Lang::En => format!(
                "covered from {}, {} days of {} instead of {}",
                self.covered_from, self.covered_days, self.year, self.instead_of_days
            ),
            Lang::Zh => format!(
                "自{}起享受待遇，{}年待遇{}天（现为{}天）",
                self.covered_from, self.year, self.covered_days, self.instead_of_days
            ),
        };
        let cause = match (self.what, lang) {
            (What::PaidOn { paid_on, on }, Lang::En) => {
                let (days, way) = shift(paid_on, on, "earlier", "later");
                let unit = if days == 1 { "day" } else { "days" };
                format!("the payment of {paid_on} made {days} {unit} {way}, on {on}")
            }
            (What::PaidOn { paid_on, on }, Lang::Zh) => {
                let (days, way) = shift(paid_on, on, "提前", "推迟");
                format!("{paid_on}的缴费{way}{days}天（{on}）")
            }
            (What::AmountDue { paid_on }, Lang::En) => {
                format!("the payment of {paid_on} with the amount that was due")
            }
            (What::AmountDue { paid_on }, Lang::Zh) => format!("{paid_on}足额缴费"),
            (What::Payment { on }, Lang::En) => format!("a payment on {on} at the latest"),
            (What::Payment { on }, Lang::Zh) => format!("最迟于{on}缴费"),
            (What::NoRefund, lang) => lang.pick("no application for a refund", "不申请退费").into(),
            (What::NoEmployeeInsurance, lang) => lang.pick("no employee insurance", "未参加职工医保").into(),
            (What::ResidencePermit, lang) => lang.pick("a residence permit", "持有居住证").into(),
        };
        format!("{cause}{} {result}", lang.pick(":", "："))
    }
}

/// By how many days, and in which direction.
fn shift<'w>(from: NaiveDate, to: NaiveDate, earlier: &'w str, later: &'w str) -> (i64, &'w str) {
    let days = (to - from).num_days();
    (days.abs(), if days < 0 { earlier } else { later })
}
