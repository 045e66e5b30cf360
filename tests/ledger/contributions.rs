//! Who pays what and when, and what becomes of it (Art. 5-9, 12, 27).

use super::*;
use yibao::batch::book::book;
use yibao::batch::{Options, settle_all};
use yibao::data::caseload::Caseload;
use yibao::scenario::Scenario;

const PREPAID: Account = Account::Prepaid;
const PERSON: Account = Account::Income(Source::Person);

fn adult(district: u16) -> Group {
    group(Category::Adult, Identity::Ordinary, Some(district))
}

/// 300 yuan of an adult, paid on `paid_on` for a cover of 2020 that begins on `cover_from`.
fn paid(paid_on: NaiveDate, cover_from: NaiveDate, fate: Fate) -> Purchase {
    Purchase {
        paid_on,
        cover_from,
        fate,
        ..purchase(adult(0), cover_from)
    }
}

fn one(purchase: &Purchase) -> Collection {
    let mut collection = Collection::default();
    collection.add(adult(0), purchase);
    collection
}

/// Every account of the basic book that was touched, whatever is left on it.
fn touched(journal: &Journal) -> BTreeSet<&'static str> {
    let entries = journal.entries().filter(|entry| entry.book == Book::Basic);
    entries
        .flat_map(|entry| [entry.debit.name(), entry.credit.name()])
        .collect()
}

fn basic(journal: &Journal, on: NaiveDate, account: Account) -> Fen {
    balance(journal, on, Book::Basic, account)
}

#[test]
fn art8_what_is_paid_in_the_window_is_owed_until_the_cover_begins() {
    let (november, eve, first) = (day(2019, 11, 5), day(2019, 12, 31), day(2020, 1, 1));
    let journal = posted(&one(&paid(november, first, Fate::Covers)), terms());
    for on in [november, eve] {
        assert_eq!(basic(&journal, on, PREPAID), yuan(300));
        assert_eq!(basic(&journal, on, PERSON), Fen::ZERO);
        assert_eq!(basic(&journal, on, Account::Treasury), yuan(300));
        assert_eq!(journal.balances(on).fund_balance(Book::Basic), Fen::ZERO);
    }
    assert_eq!(basic(&journal, first, PREPAID), Fen::ZERO);
    assert_eq!(basic(&journal, first, PERSON), yuan(300));
    // The subsidy has come, and 150 yuan have been passed on.
    assert_eq!(basic(&journal, first, Account::Treasury), yuan(300 + 550 - 150));
    let kinds: Vec<_> = journal
        .entries()
        .filter(|entry| entry.debit == PREPAID || entry.credit == PREPAID)
        .map(|entry| (entry.date, entry.kind, entry.amount, entry.items, entry.district))
        .collect();
    assert_eq!(
        kinds,
        [
            (november, EntryKind::Receipt, yuan(300), 1, Some(0)),
            (first, EntryKind::Recognition, yuan(300), 1, Some(0)),
        ]
    );
    let (before, year) = (year_of(&journal, 2019), year_of(&journal, 2020));
    assert_eq!(before.consolidated.closing.prepaid_fen, 300_00);
    assert_eq!(before.consolidated.cumulative_balance_fen, 0);
    assert_eq!(before.consolidated.income.total_fen, 0);
    assert_eq!(year.consolidated.closing.prepaid_fen, 0);
    assert_eq!(year.consolidated.income.individual_person_fen, 300_00);
    assert_eq!(year.consolidated.cumulative_balance_fen, 850_00);
}

#[test]
fn art8_a_day_decides_whether_it_is_income_at_once() {
    let cover_from = day(2020, 4, 1);
    let on = |paid_on| posted(&one(&paid(paid_on, cover_from, Fate::Covers)), terms());
    let eve = on(day(2020, 3, 31));
    assert_eq!(basic(&eve, day(2020, 3, 31), PREPAID), yuan(300));
    assert_eq!(basic(&eve, cover_from, PERSON), yuan(300));
    assert!(touched(&eve).contains(PREPAID.name()));
    for paid_on in [cover_from, day(2020, 4, 2)] {
        let journal = on(paid_on);
        assert!(!touched(&journal).contains(PREPAID.name()));
        assert_eq!(journal.span().unwrap(), paid_on..=paid_on);
        assert_eq!(basic(&journal, paid_on, PERSON), yuan(300));
    }
}

#[test]
fn art14_a_newborn_enrolled_later_brings_the_figures_of_the_benefit_year() {
    // Born on 2020-11-20, enrolled for 2020 on 2021-02-03: the money comes in 2021, by the terms of 2020.
    let born = group(Category::Minor, Identity::Ordinary, None);
    let newborn = Purchase {
        paid_on: day(2021, 2, 3),
        route: Route::NewbornFromBirth,
        ..purchase(born, day(2020, 11, 20))
    };
    let mut collection = Collection::default();
    collection.add(born, &newborn);
    let dearer = FundTerms {
        contribution: ContributionTerms {
            subsidy: yuan(580),
            ..terms().contribution
        },
        to_critical_illness: yuan(90),
        work_funds: yuan(3),
        ..terms()
    };
    let mut journal = Journal::new();
    let by_year = BTreeMap::from([(2020, terms()), (2021, dearer)]);
    collection.post(&mut journal, &by_year).unwrap();
    assert_eq!(journal.span().unwrap(), day(2021, 2, 3)..=day(2021, 2, 3));
    let statement = FundStatement::of(&journal, &collection, 2021, &[]);
    assert_eq!(statement.consolidated.income.individual_person_fen, 250_00);
    assert_eq!(statement.consolidated.income.subsidy_fen, 550_00);
    assert_eq!(statement.books[0].transfer_out_fen, 150_00);
    assert_eq!(statement.districts[0].work_funds_fen, 2_00);
    assert_eq!((collection.insured(2020), collection.insured(2021)), (1, 0));
}

#[test]
fn art9_a_refund_returns_what_the_person_paid_and_leaves_no_trace_in_income() {
    let (received, refunded) = (day(2019, 11, 2), day(2020, 1, 20));
    let mut collection = Collection::default();
    for class in [Identity::Ordinary, Identity::Dibao] {
        let group = group(Category::Adult, class, Some(1));
        collection.add(
            group,
            &Purchase {
                paid_on: received,
                fate: Fate::Refunded(refunded),
                ..purchase(group, day(2020, 1, 1))
            },
        );
    }
    let journal = posted(&collection, terms());
    assert_eq!(basic(&journal, day(2020, 1, 19), PREPAID), yuan(300));
    assert_eq!(basic(&journal, day(2020, 1, 19), Account::Treasury), yuan(300));
    assert!(nets(&journal.balances(refunded)).is_empty());
    assert_eq!(
        touched(&journal),
        BTreeSet::from([
            "revenue-account",
            "treasury-account",
            "expenditure-account",
            "prepaid-contributions"
        ])
    );
    assert!(journal.entries().all(|entry| entry.book == Book::Basic));
    let statement = FundStatement::of(&journal, &collection, 2020, &["A".into(), "B".into()]);
    assert_eq!(statement.consolidated.income.total_fen, 0);
    assert_eq!(statement.districts.len(), 1);
    assert_eq!(statement.districts[0].district.as_deref(), Some("B"));
    assert_eq!(statement.districts[0].refunded_fen, 300_00);
    assert_eq!(statement.districts[0].insured, 0);
    // Applied for on the day of the payment: in and out.
    let at_once = posted(&one(&paid(received, refunded, Fate::Refunded(received))), terms());
    assert!(nets(&at_once.balances(received)).is_empty());
}

#[test]
fn who_died_before_the_cover_has_paid_and_draws_nothing() {
    let first = day(2020, 1, 1);
    let lapsed = paid(day(2019, 12, 1), first, Fate::Lapsed);
    let journal = posted(&one(&lapsed), terms());
    assert_eq!(basic(&journal, day(2019, 12, 31), PREPAID), yuan(300));
    assert_eq!(basic(&journal, first, PERSON), yuan(300));
    assert_eq!(basic(&journal, first, Account::Treasury), yuan(300));
    assert!(journal.entries().all(|entry| entry.book == Book::Basic));
    // Paid after the first day of a cover of which employee insurance left nothing before the death.
    let late = posted(&one(&paid(day(2020, 2, 1), first, Fate::Lapsed)), terms());
    assert_eq!(
        touched(&late),
        BTreeSet::from(["revenue-account", "treasury-account", PERSON.name()])
    );
    // Public finance pays for covers only.
    let poor = group(Category::Adult, Identity::Dibao, None);
    let mut nothing = Collection::default();
    nothing.add(
        poor,
        &Purchase {
            fate: Fate::Lapsed,
            ..purchase(poor, first)
        },
    );
    assert!(posted(&nothing, terms()).is_empty());
}

#[test]
fn a_year_bought_back_is_income_of_its_day_and_nothing_else() {
    let bought = Purchase {
        route: Route::BuyBack,
        due: terms().contribution.buy_back(0, Category::Adult),
        ..paid(day(2021, 3, 9), day(2020, 1, 1), Fate::BoughtBack)
    };
    let collection = one(&bought);
    let journal = posted(&collection, terms());
    assert_eq!(journal.len(), 2);
    assert_eq!(basic(&journal, day(2021, 3, 8), PERSON), Fen::ZERO);
    assert_eq!(basic(&journal, day(2021, 3, 9), PERSON), yuan(300));
    assert!(journal.entries().all(|entry| entry.book == Book::Basic));
    assert_eq!(collection.insured(2020), 0);
}

#[test]
fn art7_every_payer_has_an_account_and_pays_when_the_cover_begins() {
    // Of 460 yuan in the dear tier finance pays a tenth of a severely disabled adult's, the township 100, the employer
    // up to 400: 46 + 100 + 314, and nothing is left. An ordinary adult: 100 + 360. A minor's 310: 60 left to the township.
    let contribution = ContributionTerms {
        individual: vec![
            [yuan(250), yuan(250), yuan(300)],
            [yuan(310), yuan(310), yuan(460)],
        ],
        finance_share: Identity::ALL.map(|class| {
            let tenth = class == Identity::SevereDisability;
            Rate::from_ppm(if tenth { 100_000 } else { 0 })
        }),
        township: [yuan(0), yuan(60), yuan(100)],
        employer: [yuan(0), yuan(0), yuan(400)],
        ..terms().contribution
    };
    let (november, first) = (day(2019, 11, 5), day(2020, 1, 1));
    let mut collection = Collection::default();
    for (category, identity) in [
        (Category::Adult, Identity::SevereDisability),
        (Category::Adult, Identity::Ordinary),
        (Category::Minor, Identity::Ordinary),
    ] {
        let group = group(category, identity, Some(2));
        collection.add(
            group,
            &Purchase {
                paid_on: november,
                tier: 1,
                due: contribution.due(1, category, identity),
                ..purchase(group, first)
            },
        );
    }
    let journal = posted(
        &collection,
        FundTerms {
            contribution,
            ..terms()
        },
    );
    assert_eq!(basic(&journal, day(2019, 12, 31), Account::Treasury), yuan(250));
    let statement = FundStatement::of(&journal, &collection, 2020, &[]);
    let income = &statement.consolidated.income;
    assert_eq!(income.individual_person_fen, 250_00);
    assert_eq!(income.individual_finance_fen, 46_00);
    assert_eq!(income.individual_township_fen, 260_00);
    assert_eq!(income.individual_employer_fen, (314 + 360) * 1_00);
    assert_eq!(income.subsidy_fen, 1_650_00);
    assert_eq!(income.total_fen, (250 + 46 + 260 + 674 + 1_650) * 1_00);
    let district = &statement.districts[0];
    assert_eq!(district.district.as_deref(), Some("#2"));
    assert_eq!(
        (
            district.individual_person_fen,
            district.individual_finance_fen,
            district.individual_township_fen,
            district.individual_employer_fen,
            district.subsidy_fen,
            district.work_funds_fen,
        ),
        (250_00, 46_00, 260_00, 674_00, 1_650_00, 6_00)
    );
    // A payer counts those it pays for.
    let items = |source| {
        let mut entries = journal.entries();
        entries
            .find(|entry| entry.credit == Account::Income(source))
            .unwrap()
            .items
    };
    assert_eq!(
        [
            Source::Person,
            Source::Finance,
            Source::Township,
            Source::Employer
        ]
        .map(items),
        [1, 1, 3, 2]
    );
}

#[test]
fn who_pays_the_full_cost_draws_no_subsidy_but_is_a_head() {
    let late = Purchase {
        route: Route::Late,
        due: terms().contribution.full_cost(0, Category::Adult),
        ..paid(day(2020, 3, 9), day(2020, 3, 10), Fate::Covers)
    };
    assert_eq!(
        late.due,
        Due {
            person: yuan(850),
            ..Due::default()
        }
    );
    let statement = year_of(&posted(&one(&late), terms()), 2020);
    assert_eq!(statement.consolidated.income.individual_person_fen, 850_00);
    assert_eq!(statement.consolidated.income.subsidy_fen, 0);
    assert_eq!(statement.books[0].transfer_out_fen, 150_00);
    assert_eq!(statement.districts[0].work_funds_fen, 2_00);
}

#[test]
fn art6_the_subsidy_of_each_district_adds_up_to_the_fen() {
    // At 0.07 yuan a head: 5 heads 0.35, 1 head 0.07. Shares of 40 and 3 x 20 %: 14, 7, 7, 7 and 2.8, 1.4, 1.4, 1.4.
    let thin = FundTerms {
        contribution: ContributionTerms {
            subsidy: Fen::new(7),
            ..terms().contribution
        },
        ..terms()
    };
    let first = day(2020, 1, 1);
    let mut collection = Collection::default();
    enrol(&mut collection, adult(0), 5, first);
    enrol(&mut collection, adult(1), 1, first);
    let journal = posted(&collection, thin);
    let of = |district| {
        Level::ALL.map(|level| {
            let account = Account::Income(Source::Subsidy(level));
            let mut entries = journal.entries();
            let entry = entries.find(|entry| entry.credit == account && entry.district == Some(district));
            entry.unwrap().amount.get()
        })
    };
    assert_eq!((of(0), of(1)), ([14, 7, 7, 7], [3, 2, 1, 1]));
    let statement = FundStatement::of(&journal, &collection, 2020, &[]);
    let by_district: Vec<_> = statement
        .districts
        .iter()
        .map(|district| district.subsidy_fen)
        .collect();
    assert_eq!(by_district, [35, 7]);
    assert_eq!(statement.consolidated.income.subsidy_fen, 42);
}

#[test]
fn a_year_without_terms_stops_before_anything_is_posted() {
    let mut collection = ten(day(2020, 1, 1));
    collection.add(
        adult(0),
        &Purchase {
            year: 2021,
            ..paid(day(2020, 11, 1), day(2021, 1, 1), Fate::Covers)
        },
    );
    let mut journal = Journal::new();
    assert_eq!(
        collection.post(&mut journal, &terms_from(2020, 2020)),
        Err(NoTerms { year: 2021 })
    );
    assert!(journal.is_empty());
    assert_eq!(
        NoTerms { year: 2021 }.to_string(),
        "there are no figures of the fund for 2021"
    );
}

#[test]
fn counts_tell_groups_routes_and_fates_apart() {
    let first = day(2020, 1, 1);
    let pupil = Group {
        channel: Channel::School,
        ..group(Category::Minor, Identity::Ordinary, Some(0))
    };
    let mut collection = Collection::default();
    enrol(&mut collection, pupil, 2, first);
    for (route, fate) in [
        (Route::Window, Fate::Covers),
        (Route::Window, Fate::Lapsed),
        (Route::Window, Fate::Refunded(first)),
        (Route::BuyBack, Fate::BoughtBack),
    ] {
        collection.add(
            adult(0),
            &Purchase {
                route,
                ..paid(day(2019, 12, 1), first, fate)
            },
        );
    }
    assert_eq!(collection.insured(2020), 3);
    assert_eq!(collection.insured(2019), 0);
    let groups: Vec<_> = collection.groups(2020).collect();
    let counts = |covered, lapsed, refunded, bought_back, paid| Counts {
        covered,
        lapsed,
        refunded,
        bought_back,
        paid: yuan(paid),
    };
    assert_eq!(
        groups,
        [
            (pupil, Route::Window, &counts(2, 0, 0, 0, 500)),
            (adult(0), Route::Window, &counts(1, 1, 1, 0, 900)),
            (adult(0), Route::BuyBack, &counts(0, 0, 0, 1, 300)),
        ]
    );
}

#[test]
fn prepayments_before_the_first_year_with_figures_are_booked_and_bear_interest_from_it() {
    // 320 yuan paid in November 2019, before Jinan's first year, for 2020; a second payment in November 2020 for 2021.
    let scenario = Scenario::jinan().unwrap();
    let caseload = Caseload::default();
    let options = Options {
        only_year: None,
        keep_rows: false,
        ..Options::default()
    };
    let mut outcome = settle_all(&scenario, &caseload, options, &|_| ());
    for year in [2020, 2021] {
        let contribution = &scenario.enrolment(year).unwrap().contribution;
        let bought = Purchase {
            year,
            due: contribution.due(0, Category::Adult, Identity::Ordinary),
            ..paid(day(year - 1, 11, 20), day(year, 1, 1), Fate::Covers)
        };
        outcome.enrolled.collection.add(adult(0), &bought);
    }
    let (journal, years) = book(&scenario, &caseload, &outcome, false).unwrap();
    assert_eq!(years, [2019, 2020, 2021]);
    let of = |year| FundStatement::of(&journal, &outcome.enrolled.collection, year, &["历下区".into()]);
    let (before, first, second) = (of(2019), of(2020), of(2021));
    let due = |year| {
        let due = scenario.enrolment(year).unwrap().contribution.individual[0][Category::Adult as usize];
        due.get()
    };
    assert_eq!(before.consolidated.closing.prepaid_fen, due(2020));
    assert_eq!(before.consolidated.closing.treasury_account_fen, due(2020));
    assert_eq!(before.consolidated.cumulative_balance_fen, 0);
    assert_eq!(before.consolidated.income.interest_fen, 0);
    assert!(before.districts.is_empty());
    assert_eq!(first.consolidated.closing.prepaid_fen, due(2021));
    assert_eq!(first.consolidated.income.individual_person_fen, due(2020));
    assert_eq!(second.consolidated.income.individual_person_fen, due(2021));
    assert_eq!(second.consolidated.closing.prepaid_fen, 0);
    // Money that is owed bears interest too: the balance of November is higher by what was paid in it.
    let interest = |month: u32| -> i64 {
        let days = super::month(2020, month);
        let entries = journal.entries_within(days.first_day()..=days.last_day());
        entries
            .filter(|entry| entry.kind == EntryKind::Interest && entry.book == Book::Basic)
            .map(|entry| entry.amount.get())
            .sum()
    };
    assert!(interest(1) > 0 && interest(11) > interest(10));

    // Nothing but prepayments: the year before is closed with its own figures, if it has any.
    let mut early = settle_all(&scenario, &caseload, options, &|_| ());
    let refunded = paid(
        day(2019, 11, 20),
        day(2020, 1, 1),
        Fate::Refunded(day(2019, 12, 2)),
    );
    early.enrolled.collection.add(adult(0), &refunded);
    let (journal, years) = book(&scenario, &caseload, &early, false).unwrap();
    assert_eq!(years, [2019]);
    assert!(nets(&journal.balances(day(2019, 12, 31))).is_empty());
}
