//! Chapter 2 and Art. 26: the fund as a double-entry journal.
//!
//! Money moves only through the [`Journal`](journal::Journal). Contributions, subsidies, transfers, benefits, payments and
//! interest are entries with a debit and a credit account; a balance is a sum of entries, and kept nowhere else.
//!
//! | file | what | articles |
//! |---|---|---|
//! | [`accounts`] | books and accounts | 5, 12, 26, 27, 31 |
//! | [`flows`] | kinds of entry, and which flows they permit | 26 |
//! | [`journal`] | entries, merging, balances | 26 |
//! | [`postings`] | the named postings | 26 |
//! | [`terms`] | the figures of a benefit year | 5-7, 12, 27 |
//! | [`contributions`] | what purchases bring, by payer; what is passed on per head; refunds | 5-9, 12, 27 |
//! | [`benefits`] | from settlements to entries | 12, 13, 17, 31 |
//! | [`interest`] | closing the months: payments, then interest | 5, 26 |
//! | [`statement`] | the year in numbers | 3 |
//! | [`ledger`] | the lines of `ledger.csv` | |
//!
//! A year in the order of posting: purchases and settlements, in any order; then the months are closed; then it is read.
//!
//! ```
//! use chrono::{Months, NaiveDate};
//! use std::collections::BTreeMap;
//! use yibao::benefit::kind::BenefitKind;
//! use yibao::fund::contributions::{Collection, Group};
//! use yibao::fund::interest::{Month, close_months};
//! use yibao::fund::journal::Journal;
//! use yibao::fund::postings::Grant;
//! use yibao::fund::statement::FundStatement;
//! use yibao::fund::terms::FundTerms;
//! use yibao::insured::{category::Category, contribution::ContributionTerms};
//! use yibao::insured::enrolment::{Fate, Purchase, Route};
//! use yibao::insured::person::{Identity, Person};
//! use yibao::money::{Fen, Rate, Rounding};
//!
//! let terms = FundTerms {
//!     contribution: ContributionTerms {
//!         individual: vec![[250, 250, 300].map(Fen::from_yuan)], // student, minor, adult
//!         finance_share: [Rate::ZERO; Identity::COUNT],
//!         township: [Fen::ZERO; 3],
//!         employer: [Fen::ZERO; 3],
//!         subsidy: Fen::from_yuan(550),
//!         rounding: Rounding::HalfUp,
//!     },
//!     subsidy_shares: [400_000, 200_000, 200_000, 200_000].map(Rate::from_ppm),
//!     to_critical_illness: Fen::from_yuan(80),
//!     to_outpatient: Fen::from_yuan(80),
//!     interest: Rate::ZERO,
//!     work_funds: Fen::from_yuan(2),
//!     payment_day: 15,
//!     opening_balance: None,
//!     rounding: Rounding::HalfUp,
//! };
//! let day = |month, day| NaiveDate::from_ymd_opt(2020, month, day).unwrap();
//!
//! // Ten adults pay in November and bring 10 x (300 + 550) = 8,500 yuan in January, of which 10 x 160 are passed on.
//! let adult = Person { district: Some(0), ..Person::born(day(1, 1) - Months::new(40 * 12)) };
//! let purchase = Purchase {
//!     year: 2020,
//!     paid_on: NaiveDate::from_ymd_opt(2019, 11, 5).unwrap(),
//!     route: Route::Window,
//!     category: Category::Adult,
//!     tier: 0,
//!     due: terms.contribution.due(0, Category::Adult, adult.identity),
//!     cover_from: day(1, 1),
//!     fate: Fate::Covers,
//! };
//! let mut collection = Collection::default();
//! for _ in 0..10 {
//!     collection.add(Group::of(&adult, Category::Adult), &purchase);
//! }
//! let terms = BTreeMap::from([(2020, terms)]);
//! let mut journal = Journal::new();
//! collection.post(&mut journal, &terms)?;
//!
//! // One of them is in hospital in December, which is paid for in January.
//! journal.accrue(day(12, 5), Grant::Basic(BenefitKind::Inpatient), Fen::from_yuan(4_000), 1, None);
//! close_months(&mut journal, &terms, Month::of(day(1, 1)), Month::of(day(12, 31)))?;
//!
//! let statement = FundStatement::of(&journal, &collection, 2020, &["历下区".to_string()]);
//! println!("{}", serde_json::to_string_pretty(&statement)?);
//! let fund = &statement.consolidated;
//! assert_eq!(fund.income.total_fen, 8_500_00);
//! assert_eq!(fund.closing.treasury_account_fen, 8_500_00);
//! assert_eq!(fund.closing.payable_fen, 4_000_00);
//! assert_eq!(fund.cumulative_balance_fen, 4_500_00);
//! assert_eq!(fund.months_of_reserve, Some(13.5)); // 4,500 / (4,000 / 12)
//! assert_eq!(statement.districts[0].work_funds_fen, 20_00);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod accounts;
pub mod benefits;
pub mod contributions;
pub mod correction;
pub mod flows;
pub mod interest;
pub mod journal;
pub mod ledger;
pub mod postings;
pub mod statement;
pub mod terms;
