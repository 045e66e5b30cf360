//! A person's cover as a timeline: payments, events, days, and what would have changed them.

pub mod change;
mod facts;

pub use facts::Facts;

use crate::article::Article;
use crate::insured::category::Category;
use crate::insured::cover::{NotCovered, Stretch, lay_out, standing};
use crate::insured::enrolment::{Enrolment, Event, Fate, Purchase};
use crate::insured::life::Life;
use crate::report::cover::change::{Change, changes};
use crate::report::lang::Lang;
use crate::report::table::Table;
use crate::scenario::Scenario;
use chrono::{Datelike, NaiveDate};
use serde::{Serialize, Serializer};
use std::collections::BTreeSet;
use std::fmt::Write;

/// A person's payments, events and days.
#[derive(Clone, Debug, Serialize)]
pub struct Timeline {
    /// `psn_no`.
    pub psn_no: String,
    /// The scenario.
    pub scenario: String,
    /// `brdy`.
    pub birth: NaiveDate,
    /// `death_date`.
    pub death: Option<NaiveDate>,
    /// The payments, in the order in which they were decided.
    pub payments: Vec<ShownPayment>,
    /// The events, by date.
    pub events: Vec<ShownEvent>,
    /// The days of each benefit year, in stretches.
    pub days: Vec<ShownDays>,
    /// The claims, by date, if they were given.
    pub claims: Vec<ShownClaim>,
    /// What would have changed them.
    pub changes: Vec<Change>,
}

/// A claim, and how the person stood when it began.
#[derive(Clone, Debug, Serialize)]
pub struct ShownClaim {
    /// `mdtrt_id`.
    pub mdtrt_id: String,
    /// `begntime`.
    pub begin: NaiveDate,
    /// Whether the person was covered.
    pub covered: bool,
    /// The category if so, else the reason why not.
    pub standing: &'static str,
}

/// An article as text: `Art. 8`.
fn as_text<S: Serializer>(article: &Article, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(article)
}

/// A payment and what became of it.
#[derive(Clone, Debug, Serialize)]
pub struct ShownPayment {
    /// The benefit year.
    pub year: i32,
    /// `pay_date`.
    pub paid_on: NaiveDate,
    /// What the person paid, in yuan; what is due where the file gives none; `None` if neither is known.
    pub amount: Option<String>,
    /// `covers`, `refunded`, `lapsed`, `bought-back` or `refused`.
    pub outcome: &'static str,
    /// By which rule it was taken, or why it was refused.
    pub reason: &'static str,
    /// The article.
    #[serde(serialize_with = "as_text")]
    pub article: Article,
    /// The first day that it covers, or the day of the refund.
    pub from: Option<NaiveDate>,
}

/// An event.
#[derive(Clone, Debug, Serialize)]
pub struct ShownEvent {
    /// `event_date`.
    pub date: NaiveDate,
    /// `event`.
    pub event: &'static str,
    /// Why it was refused, if it was.
    pub refused: Option<&'static str>,
}

/// Days in a row on which the person stands the same way.
#[derive(Clone, Debug, Serialize)]
pub struct ShownDays {
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub to: NaiveDate,
    /// How many.
    pub days: i64,
    /// Whether the person is covered on them.
    pub covered: bool,
    /// The category if covered, else the reason why not.
    pub standing: &'static str,
    /// The article.
    #[serde(serialize_with = "as_text")]
    pub article: Article,
}

/// The timeline of a person, over every year with figures that a payment is for, or an event or claim lies in; without
/// any, over the scenario's default year.
pub fn timeline(scenario: &Scenario, facts: &Facts<'_>) -> Timeline {
    let mut life = Life::default();
    life.decide(facts.person, facts.payments, facts.events, scenario.enrolments());
    let touched = facts.payments.iter().map(|payment| payment.year);
    let events = facts.events.iter().map(|event| event.date.year());
    let claims = facts.claims.iter().map(|(_, begin)| begin.year());
    let known = |year: &i32| scenario.enrolment(*year).is_some();
    let mut years: BTreeSet<i32> = touched.chain(events).chain(claims).filter(known).collect();
    if years.is_empty() {
        years.insert(scenario.default_year());
    }
    let mut stretches = Vec::new();
    for &year in &years {
        lay_out(facts.person, &life, year, &mut stretches);
    }
    let days = stretches.iter().map(shown_days);
    let changes = years
        .iter()
        .flat_map(|&year| changes(scenario, facts, &life, year));
    Timeline {
        psn_no: facts.psn_no.to_string(),
        scenario: scenario.name().to_string(),
        birth: facts.person.birth,
        death: facts.person.death,
        payments: shown_payments(facts.payments, &life),
        events: shown_events(facts.events, &life),
        days: days.collect(),
        claims: shown_claims(facts, &stretches),
        changes: changes.collect(),
    }
}

fn shown_payments(payments: &[Enrolment], life: &Life) -> Vec<ShownPayment> {
    let shown = life.decisions.iter().map(|decision| {
        let payment = &payments[decision.row];
        let (outcome, reason, article, from) = match &decision.result {
            Err(refusal) => ("refused", refusal.name(), refusal.article(), None),
            Ok(purchase) => {
                let (outcome, article, day) = fate(purchase);
                (outcome, purchase.route.name(), article, day)
            }
        };
        let due = decision.result.ok().map(|purchase| purchase.due.person);
        ShownPayment {
            year: payment.year,
            paid_on: payment.paid_on,
            amount: payment.amount.or(due).map(|amount| amount.to_string()),
            outcome,
            reason,
            article,
            from,
        }
    });
    shown.collect()
}

fn fate(purchase: &Purchase) -> (&'static str, Article, Option<NaiveDate>) {
    match purchase.fate {
        Fate::Covers => ("covers", purchase.route.article(), Some(purchase.cover_from)),
        Fate::Refunded(day) => ("refunded", Article::whole(9), Some(day)),
        Fate::Lapsed => ("lapsed", Article::whole(14), None),
        Fate::BoughtBack => ("bought-back", Article::whole(8), None),
    }
}

fn shown_events(events: &[Event], life: &Life) -> Vec<ShownEvent> {
    let mut shown: Vec<ShownEvent> = events
        .iter()
        .enumerate()
        .map(|(row, event)| {
            let refused = life.refused_events.iter().find(|refused| refused.row == row);
            ShownEvent {
                date: event.date,
                event: event.kind.name(),
                refused: refused.map(|refused| refused.reason.name()),
            }
        })
        .collect();
    shown.sort_by_key(|event| event.date);
    shown
}

fn shown_claims(facts: &Facts<'_>, stretches: &[Stretch]) -> Vec<ShownClaim> {
    let mut shown: Vec<ShownClaim> = facts
        .claims
        .iter()
        .map(|&(mdtrt_id, begin)| {
            let standing = standing(stretches, begin);
            ShownClaim {
                mdtrt_id: mdtrt_id.to_string(),
                begin,
                covered: standing.is_ok(),
                standing: standing.map_or_else(NotCovered::name, |membership| membership.category.name()),
            }
        })
        .collect();
    shown.sort_by(|a, b| (a.begin, &a.mdtrt_id).cmp(&(b.begin, &b.mdtrt_id)));
    shown
}

fn shown_days(stretch: &Stretch) -> ShownDays {
    let standing = match stretch.standing {
        Ok(membership) => membership.category.name(),
        Err(reason) => reason.name(),
    };
    ShownDays {
        from: stretch.from,
        to: stretch.to,
        days: days_of(stretch),
        covered: stretch.standing.is_ok(),
        standing,
        article: stretch.ground.article(),
    }
}

fn days_of(stretch: &Stretch) -> i64 {
    (stretch.to - stretch.from).num_days() + 1
}

impl Timeline {
    /// The timeline for the terminal.
    pub fn render(&self, lang: Lang) -> String {
        let mut text = String::new();
        let death = self.death.map(|day| match lang {
            Lang::En => format!(" · died {day}"),
            Lang::Zh => format!(" · {day}死亡"),
        });
        let born = lang.pick("born", "出生");
        let person = lang.pick("person", "人员");
        let _ = writeln!(
            text,
            "{person} {} · {born} {}{} · {}",
            self.psn_no,
            self.birth,
            death.unwrap_or_default(),
            self.scenario
        );
        self.render_payments(&mut text, lang);
        self.render_events(&mut text, lang);
        self.render_days(&mut text, lang);
        self.render_claims(&mut text, lang);
        if !self.changes.is_empty() {
            let heading = lang.pick("What would have changed it", "如何可以不同");
            let _ = writeln!(text, "\n{heading}");
            for change in &self.changes {
                let _ = writeln!(text, "  {}", change.sentence(lang));
            }
        }
        text
    }

    fn render_days(&self, text: &mut String, lang: Lang) {
        let mut table = Table::left_aligned();
        for days in &self.days {
            table.row([
                format!("{} .. {}", days.from, days.to),
                format!("{} {}", days.days, lang.pick("days", "天")),
                shown_standing(days.covered, days.standing, lang),
                lang.article(days.article),
            ]);
        }
        let _ = write!(text, "\n{}\n{}", lang.pick("Days", "待遇期"), table.render());
    }

    fn render_claims(&self, text: &mut String, lang: Lang) {
        if self.claims.is_empty() {
            return;
        }
        let mut table = Table::left_aligned();
        for claim in &self.claims {
            table.row([
                claim.begin.to_string(),
                claim.mdtrt_id.clone(),
                shown_standing(claim.covered, claim.standing, lang),
            ]);
        }
        let _ = write!(text, "\n{}\n{}", lang.pick("Claims", "就诊"), table.render());
    }

    fn render_payments(&self, text: &mut String, lang: Lang) {
        let mut table = Table::left_aligned();
        for payment in &self.payments {
            let amount = payment.amount.clone().unwrap_or_else(|| "–".into());
            let day = match (payment.outcome, payment.from) {
                ("covers", Some(day)) => format!("{} {day}", lang.pick("from", "自")),
                ("refunded", Some(day)) => format!("{} {day}", lang.pick("on", "于")),
                _ => String::new(),
            };
            table.row([
                payment.paid_on.to_string(),
                format!("{} {}", lang.pick("for", "缴"), payment.year),
                format!("{amount} {}", lang.pick("yuan", "元")),
                format!("{}: {}", payment.outcome, payment.reason),
                day,
                lang.article(payment.article),
            ]);
        }
        let none = lang.pick("  none\n", "  无\n").to_string();
        let body = if self.payments.is_empty() {
            none
        } else {
            table.render()
        };
        let _ = write!(text, "\n{}\n{body}", lang.pick("Payments", "缴费"));
    }

    fn render_events(&self, text: &mut String, lang: Lang) {
        if self.events.is_empty() {
            return;
        }
        let mut table = Table::left_aligned();
        for event in &self.events {
            let refused = event
                .refused
                .map(|reason| format!("{}: {reason}", lang.pick("refused", "不受理")));
            table.row([
                event.date.to_string(),
                event.event.to_string(),
                refused.unwrap_or_default(),
            ]);
        }
        let _ = write!(text, "\n{}\n{}", lang.pick("Events", "变更"), table.render());
    }
}

fn shown_standing(covered: bool, standing: &str, lang: Lang) -> String {
    if !covered {
        return format!("{} {standing}", lang.pick("not covered:", "不享受待遇："));
    }
    let category = Category::ALL
        .into_iter()
        .find(|category| category.name() == standing);
    let name = category.map_or(standing, |category| lang.category(category));
    format!("{} {name}", lang.pick("covered:", "享受待遇："))
}
