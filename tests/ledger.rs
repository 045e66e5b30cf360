//! What the fund's ledger promises, by article.

#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]
#![allow(
    clippy::inconsistent_digit_grouping,
    reason = "fen are written as yuan_fen: 8_300_00"
)]

#[path = "ledger/articles.rs"]
mod articles;
#[path = "ledger/claims.rs"]
mod claims;
#[path = "ledger/contributions.rs"]
mod contributions;
#[path = "ledger/months.rs"]
mod months;
#[path = "ledger/properties.rs"]
mod properties;

use chrono::{Datelike, NaiveDate};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use yibao::benefit::kind::{BenefitKind, SubFund};
use yibao::benefit::settlement::{Settlement, Status};
use yibao::fund::accounts::{Account, Book, Class, Level, Source};
use yibao::fund::benefits::{BenefitTotals, post_claim};
use yibao::fund::contributions::{Collection, Counts, Group, NoTerms, split};
use yibao::fund::flows::EntryKind;
use yibao::fund::interest::{Month, close_months};
use yibao::fund::journal::{Balances, Journal, Sides};
use yibao::fund::ledger::ledger_lines;
use yibao::fund::postings::Grant;
use yibao::fund::statement::FundStatement;
use yibao::fund::terms::{FundTerms, TermsError};
use yibao::insured::category::Category;
use yibao::insured::channel::Channel;
use yibao::insured::contribution::{ContributionTerms, Due};
use yibao::insured::enrolment::{Fate, Purchase, Route};
use yibao::insured::person::Identity;
use yibao::money::{Fen, Rate, Rounding};

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

fn yuan(yuan: i64) -> Fen {
    Fen::from_yuan(yuan)
}

/// Jinan's 2020: 300 and 250 yuan, subsidy 550, 80 to critical illness, here 70 to outpatient, work funds 2.
fn terms() -> FundTerms {
    FundTerms {
        opening_balance: None,
        contribution: ContributionTerms {
            individual: vec![[yuan(250), yuan(250), yuan(300)]],
            finance_share: Identity::ALL.map(|class| {
                let paid = [
                    Identity::Dibao,
                    Identity::ExtremePoverty,
                    Identity::SevereDisability,
                ];
                Rate::from_ppm(if paid.contains(&class) { 1_000_000 } else { 0 })
            }),
            township: [yuan(0); 3],
            employer: [yuan(0); 3],
            subsidy: yuan(550),
            rounding: Rounding::HalfUp,
        },
        subsidy_shares: [400_000, 200_000, 200_000, 200_000].map(Rate::from_ppm),
        to_critical_illness: yuan(80),
        to_outpatient: yuan(70),
        interest: Rate::from_ppm(20_000),
        work_funds: yuan(2),
        payment_day: 15,
        rounding: Rounding::HalfUp,
    }
}

fn terms_from(first: i32, last: i32) -> BTreeMap<i32, FundTerms> {
    (first..=last).map(|year| (year, terms())).collect()
}

fn group(category: Category, identity: Identity, district: Option<u16>) -> Group {
    Group {
        category,
        identity,
        district,
        channel: Channel::Residence,
    }
}

/// A purchase of the benefit year 2020 by 2020's terms, paid on the day on which its cover begins.
fn purchase(group: Group, on: NaiveDate) -> Purchase {
    Purchase {
        year: 2020,
        paid_on: on,
        route: Route::Window,
        category: group.category,
        tier: 0,
        due: terms().contribution.due(0, group.category, group.identity),
        cover_from: on,
        fate: Fate::Covers,
    }
}

/// So many purchases as [`purchase`] makes them.
fn enrol(collection: &mut Collection, group: Group, count: usize, on: NaiveDate) {
    for _ in 0..count {
        collection.add(group, &purchase(group, on));
    }
}

/// Six adults, three of them dibao, and four minors, in two districts.
fn ten(on: NaiveDate) -> Collection {
    let mut collection = Collection::default();
    for (category, identity, district, count) in [
        (Category::Adult, Identity::Ordinary, 0, 3),
        (Category::Adult, Identity::Dibao, 1, 3),
        (Category::Minor, Identity::Ordinary, 1, 4),
    ] {
        enrol(
            &mut collection,
            group(category, identity, Some(district)),
            count,
            on,
        );
    }
    collection
}

/// The journal of a collection of 2020 by the terms given.
fn posted(collection: &Collection, terms: FundTerms) -> Journal {
    let mut journal = Journal::new();
    collection
        .post(&mut journal, &BTreeMap::from([(2020, terms)]))
        .unwrap();
    journal
}

fn raised(on: NaiveDate) -> Journal {
    posted(&ten(on), terms())
}

/// The statement of a year where heads and the names of districts do not matter.
fn year_of(journal: &Journal, year: i32) -> FundStatement {
    FundStatement::of(journal, &Collection::default(), year, &[])
}

/// A settlement with the given parts paid; the person bears 100 yuan.
fn settlement(
    sub_fund: Option<SubFund>,
    basic: i64,
    critical: i64,
    assistance: i64,
    special: i64,
) -> Settlement {
    let total = Fen::new(basic + critical + assistance + special) + yuan(100);
    let settled = Settlement {
        year: 2020,
        status: if special == 0 {
            Status::Settled
        } else {
            Status::SpecialAccount
        },
        total,
        own_pay: Fen::ZERO,
        over_limit: Fen::ZERO,
        first_share: Fen::ZERO,
        in_scope: total,
        deductible_standard: Fen::ZERO,
        deductible: Fen::ZERO,
        above_ceiling: Fen::ZERO,
        copayment: yuan(100),
        ratio: None,
        basic: Fen::new(basic),
        critical_illness: Fen::new(critical),
        assistance: Fen::new(assistance),
        special: Fen::new(special),
        hospital: Fen::ZERO,
        person: yuan(100),
        sub_fund,
        place: None,
        unstated: Default::default(),
    };
    settled.assert_conserved();
    settled
}

fn balance(journal: &Journal, on: NaiveDate, book: Book, account: Account) -> Fen {
    journal.balances(on).get(book, account)
}

/// The net balances that are not zero; accounts whose sides cancel out are left away.
fn nets(balances: &Balances) -> BTreeMap<(Book, Account), Fen> {
    let net = balances
        .lines()
        .map(|(book, account, sides)| ((book, account), sides.debit - sides.credit));
    net.filter(|(_, net)| !net.is_zero()).collect()
}

fn assert_balanced(journal: &Journal, on: NaiveDate) {
    let balances = journal.balances(on);
    for book in Book::ALL {
        let totals = balances.totals(book);
        assert_eq!(totals.debit, totals.credit, "{} on {on}", book.name());
    }
}

fn month(year: i32, number: u32) -> Month {
    Month::of(day(year, number, 17))
}
