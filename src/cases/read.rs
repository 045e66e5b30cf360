//! From the text of a file of cases to [`Case`]s, with every complaint at its line.

use crate::benefit::rule::Rule;
use crate::benefit::settlement::Status;
use crate::cases::expected::{
    ACCUMULATORS, AMOUNTS, Answer, PaymentPart, Stated, StepPart, What, article_of,
};
use crate::cases::{Case, CaseClaim, Payment, read_claim};
use crate::insured::category::Category;
use crate::insured::enrolment::{Enrolment, Event, EventKind, Refusal, Route};
use crate::insured::person::{Identity, LastPaid, Person, PersonType, Residence};
use crate::insured::terms::first_day;
use crate::scenario::Texts;
use crate::scenario::reader::{Node, Reader};
use crate::scenario::{Diagnostic, Scenario, Source};
use std::fmt;
use std::sync::Arc;

/// Why cases cannot be used: everything that is wrong with them, in the order of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseError {
    /// At least one.
    pub diagnostics: Vec<Diagnostic>,
}

impl fmt::Display for CaseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, diagnostic) in self.diagnostics.iter().enumerate() {
            write!(f, "{}{diagnostic}", if index == 0 { "" } else { "\n\n" })?;
        }
        let count = self.diagnostics.len();
        write!(
            f,
            "\n\n{count} error{} in the cases",
            if count == 1 { "" } else { "s" }
        )
    }
}

impl std::error::Error for CaseError {}

/// A file of cases as TOML.
pub struct Document<'a> {
    source: &'a Source,
    toml: toml_edit::Document<&'a str>,
}

impl<'a> Document<'a> {
    /// Parses the text.
    ///
    /// # Errors
    /// That it is not TOML, and where.
    pub fn parse(source: &'a Source) -> Result<Document<'a>, CaseError> {
        match toml_edit::Document::parse(source.text.as_str()) {
            Ok(toml) => Ok(Document { source, toml }),
            Err(error) => {
                let message = format!("this is not TOML: {}", error.message());
                Err(CaseError {
                    diagnostics: vec![source.diagnostic(error.span(), "", message)],
                })
            }
        }
    }

    /// The scenario that the file names, if it does.
    pub fn scenario(&self) -> Option<&str> {
        self.toml.get("scenario").and_then(toml_edit::Item::as_str)
    }

    /// The cases, held to the names of `scenario`.
    ///
    /// # Errors
    /// Everything that is wrong with them.
    pub fn cases(&self, scenario: &Scenario) -> Result<Vec<Case>, CaseError> {
        let mut texts = Texts::default();
        texts.add(Arc::new(self.source.clone()));
        let reader = Reader::new(&texts);
        let root = Node::root(&reader, self.toml.as_table());
        if root.has("scenario") {
            root.text("scenario");
        }
        let lines = Lines::of(&self.source.text);
        let nodes = root.tables("case");
        if nodes.is_empty() {
            root.complain("case", "there is no case; each begins with `[[case]]`");
        }
        let reading = Reading { scenario, lines };
        let cases: Vec<Case> = nodes.iter().filter_map(|node| reading.case(node)).collect();
        root.complain_of_unknown_keys();
        let (diagnostics, ..) = reader.into_parts();
        if diagnostics.is_empty() {
            Ok(cases)
        } else {
            Err(CaseError { diagnostics })
        }
    }
}

/// Where the lines of a text begin.
struct Lines(Vec<usize>);

impl Lines {
    fn of(text: &str) -> Lines {
        let newlines = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        Lines(newlines.map(|(at, _)| at + 1).collect())
    }

    /// The line of an offset, from 1.
    fn at(&self, offset: Option<usize>) -> usize {
        offset.map_or(0, |offset| self.0.partition_point(|&start| start <= offset) + 1)
    }
}

/// What the reading of every case needs.
struct Reading<'s> {
    scenario: &'s Scenario,
    lines: Lines,
}

impl Reading<'_> {
    fn case(&self, node: &Node<'_>) -> Option<Case> {
        let title = node.text("title");
        let cites = node.has("cites").then(|| node.text("cites")).flatten();
        let year = node.has("year").then(|| self.year(node)).flatten();
        let person = node.optional_table("person");
        let person = match &person {
            Some(table) => self.person(table, year),
            None => self.person_of(Category::Adult, self.year_or_default(year)),
        };
        let enrolments = self.enrolments(node);
        let (mut claims, mut institutions): (Vec<CaseClaim>, Vec<String>) = (Vec::new(), Vec::new());
        for (index, table) in node.tables("claim").iter().enumerate() {
            let found = if table.has("reverses") {
                read_claim::reversal(table, year, index, &claims)
            } else {
                let claim = read_claim::claim(self.scenario, table, year, index, &mut institutions);
                claim.map(|(id, claim)| (id, claim, None))
            };
            let expected = self.stated(table, "expect", of_settlement);
            let resettled = self.stated(table, "resettled", of_settlement);
            if let Some((id, claim, reverses)) = found {
                claims.push(CaseClaim {
                    id,
                    claim,
                    reverses,
                    expected,
                    resettled,
                });
            }
        }
        let sums = self.stated(node, "expect", of_sums);
        let states = |key: &str| {
            let tables = node.tables(key);
            tables
                .iter()
                .any(|table| table.has("expect") || table.has("resettled"))
        };
        if !(node.has("expect") || states("claim") || states("payment")) {
            let hint = "give a claim `expect = { basic = 100.00 }` with what must come out";
            node.complain_hinting("title", "this case states nothing", Some(hint.into()));
        }
        Some(Case {
            title: title?.to_string(),
            cites: cites.map(str::to_string),
            line: self.lines.at(node.offset()),
            person,
            enrolments,
            claims,
            sums,
        })
    }

    fn year(&self, node: &Node<'_>) -> Option<i32> {
        let year = i32::try_from(node.whole_number("year")?).ok();
        let known = year.filter(|&year| self.scenario.tariff(year).is_some());
        if known.is_none() {
            let years: Vec<String> = self.scenario.years().iter().map(i32::to_string).collect();
            let message = format!("the scenario has figures for {} only", years.join(", "));
            node.complain("year", message);
        }
        known
    }

    fn year_or_default(&self, year: Option<i32>) -> i32 {
        year.unwrap_or(self.scenario.default_year())
    }

    /// A registered person of a category on the first day of a year: an adult of 30 years more than the adult age, a
    /// minor of 10, a student of 20.
    fn person_of(&self, category: Category, year: i32) -> Person {
        let age = match category {
            Category::Adult => self.scenario.adult_age_years() as i32 + 30,
            Category::Minor => 10,
            Category::Student => 20,
        };
        let mut person = Person::born(first_day(year - age));
        if category == Category::Student {
            person.person_type = Some(PersonType::UniversityStudent);
        }
        person
    }

    fn person(&self, node: &Node<'_>, year: Option<i32>) -> Person {
        node.knows(&["birth", "category"]);
        let categories = Category::ALL.map(|category| (category.name(), category));
        let category = if node.has("category") {
            node.choice("category", &categories)
        } else {
            None
        };
        let mut person = self.person_of(category.unwrap_or(Category::Adult), self.year_or_default(year));
        if node.has("birth") {
            if node.has("category") {
                node.complain("category", "give either `birth` and `type`, or a `category`");
            }
            person = Person::born(node.day("birth").unwrap_or(person.birth));
        }
        if node.has("death") {
            person.death = node.day("death");
        }
        if node.has("type") {
            person.person_type = node.text("type").and_then(|code| {
                let found = PersonType::from_code(code);
                if found.is_none() {
                    node.complain(
                        "type",
                        format!("`{code}` is not a national person type (`psn_type`)"),
                    );
                }
                found
            });
        }
        let residences = [
            ("registered", Residence::Registered),
            ("permit", Residence::Permit),
            ("none", Residence::None),
        ];
        if node.has("residence") {
            person.residence = node.choice("residence", &residences).unwrap_or_default();
        }
        if node.has("identity") {
            let classes = Identity::ALL.map(|class| (class.name(), class));
            person.identity = node.choice("identity", &classes).unwrap_or_default();
        }
        if node.has("last_paid_year") {
            match node.whole_number("last_paid_year") {
                Some(0) => person.last_paid = LastPaid::NEVER,
                Some(year @ 1900..=2200) => person.last_paid = LastPaid::in_year(year as i32),
                Some(_) => node.complain("last_paid_year", "must be a year, or 0 for never"),
                None => {}
            }
        }
        if node.has("tier") {
            let tiers = &self.scenario.codebook().tiers;
            let known: Vec<(&str, u8)> = tiers.iter().map(|(code, tier)| (code.as_str(), *tier)).collect();
            person.tier = node.choice("tier", &known).unwrap_or_default();
        }
        person
    }

    /// Payments and events; without any, the person counts as enrolled on time, unless the case says `never`.
    fn enrolments(&self, node: &Node<'_>) -> Option<(Vec<Payment>, Vec<Event>)> {
        let payments: Vec<Payment> = node
            .tables("payment")
            .iter()
            .filter_map(|table| self.payment(table))
            .collect();
        let events: Vec<Event> = node.tables("event").iter().filter_map(event).collect();
        let never = node.has("enrolled")
            && node
                .choice("enrolled", &[("on-time", false), ("never", true)])
                .unwrap_or_default();
        let given = !(payments.is_empty() && events.is_empty());
        if node.has("enrolled") && given {
            node.complain(
                "enrolled",
                "the payments and events say how this person is enrolled",
            );
        }
        (given || never).then_some((payments, events))
    }

    fn payment(&self, node: &Node<'_>) -> Option<Payment> {
        let (year, paid_on) = (node.whole_number("year"), node.day("paid_on"));
        let amount = node.has("amount").then(|| node.amount("amount")).flatten();
        let registered_on = node
            .has("registered_on")
            .then(|| node.day("registered_on"))
            .flatten();
        let expected = self.stated(node, "expect", of_payment);
        Some(Payment {
            enrolment: Enrolment {
                year: i32::try_from(year?).ok()?,
                paid_on: paid_on?,
                amount,
                registered_on,
            },
            expected,
        })
    }

    /// What a table of a payment, claim or case states.
    fn stated(
        &self,
        node: &Node<'_>,
        key: &str,
        read: impl Fn(&Node<'_>, &mut dyn FnMut(What, Option<Answer>)),
    ) -> Vec<Stated> {
        let Some(table) = node.optional_table(key) else {
            return Vec::new();
        };
        let line = self.lines.at(table.offset().or(node.offset()));
        let mut stated = Vec::new();
        read(&table, &mut |what, value| {
            stated.extend(value.map(|value| Stated { what, value, line }));
        });
        if table.keys().is_empty() {
            node.complain(key, "states nothing");
        }
        stated
    }
}

/// Amounts, of a settlement or in sum.
fn of_sums(node: &Node<'_>, state: &mut dyn FnMut(What, Option<Answer>)) {
    for (index, (key, ..)) in AMOUNTS.iter().enumerate().filter(|(_, (key, ..))| node.has(key)) {
        state(What::Amount(index), node.signed_amount(key).map(Answer::Amount));
    }
}

/// What may be stated of a settlement.
fn of_settlement(node: &Node<'_>, state: &mut dyn FnMut(What, Option<Answer>)) {
    of_sums(node, state);
    let word = |word: &str| Answer::Word(word.to_string());
    if node.has("status") {
        let names: Vec<(&str, &str)> = Status::all().map(|of| (of.name(), of.name())).collect();
        state(What::Status, node.choice("status", &once_each(names)).map(word));
    }
    if node.has("reason") {
        let names: Vec<(&str, &str)> = Status::all().map(|of| (of.reason(), of.reason())).collect();
        state(What::Reason, node.choice("reason", &once_each(names)).map(word));
    }
    if node.has("ratio") {
        state(What::Ratio, node.plain_rate("ratio").map(Answer::Rate));
    }
    if let Some(steps) = node.optional_table("steps") {
        for rule in Rule::ALL.into_iter().filter(|rule| steps.has(rule.name())) {
            of_steps(&steps, rule, state);
        }
    }
    if let Some(after) = node.optional_table("after") {
        for (key, accumulator) in ACCUMULATORS.into_iter().filter(|(key, _)| after.has(key)) {
            let value = if key == "admissions" {
                after.whole_number(key).map(Answer::Count)
            } else {
                after.amount(key).map(Answer::Amount)
            };
            state(What::After(accumulator), value);
        }
    }
}

/// What may be stated of a payment.
fn of_payment(node: &Node<'_>, state: &mut dyn FnMut(What, Option<Answer>)) {
    let word = |word: &str| Answer::Word(word.to_string());
    for (key, part) in PaymentPart::NAMES.into_iter().filter(|(key, _)| node.has(key)) {
        let value = match part {
            PaymentPart::By => node
                .choice(key, &Route::ALL.map(|of| (of.name(), of.name())))
                .map(word),
            PaymentPart::Refused => node
                .choice(key, &Refusal::ALL.map(|of| (of.name(), of.name())))
                .map(word),
            PaymentPart::Due => node.amount(key).map(Answer::Amount),
            PaymentPart::CoverFrom | PaymentPart::Refunded => {
                node.day(key).map(|day| Answer::Word(day.to_string()))
            }
        };
        state(What::Payment(part), value);
    }
}

/// What is stated of the steps of a rule: an amount, or a table of parts.
fn of_steps(steps: &Node<'_>, rule: Rule, state: &mut dyn FnMut(What, Option<Answer>)) {
    let key = rule.name();
    if steps.item(key).is_some_and(|item| !item.is_table_like()) {
        let amount = steps.amount(key).map(Answer::Amount);
        state(What::Step(rule, StepPart::Amount), amount);
        return;
    }
    let Some(table) = steps.optional_table(key) else {
        return;
    };
    for (key, part) in StepPart::NAMES.into_iter().filter(|(key, _)| table.has(key)) {
        let value = match part {
            StepPart::Article => table.text(key).and_then(|text| {
                let article = article_of(text);
                if article.is_none() {
                    table.complain(key, "must be an article, such as \"Art. 15\" or \"Art. 14(2)\"");
                }
                article.map(|article| Answer::Word(article.to_string()))
            }),
            _ => table.amount(key).map(Answer::Amount),
        };
        state(What::Step(rule, part), value);
    }
}

fn event(node: &Node<'_>) -> Option<Event> {
    let kind = node.choice("event", &EventKind::ALL.map(|kind| (kind.name(), kind)));
    let date = node.day("on");
    Some(Event {
        kind: kind?,
        date: date?,
    })
}

/// The names without the empty one, each once.
fn once_each<'n>(mut names: Vec<(&'n str, &'n str)>) -> Vec<(&'n str, &'n str)> {
    names.sort_unstable();
    names.dedup();
    names.retain(|(name, _)| !name.is_empty());
    names
}
