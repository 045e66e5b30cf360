//! What holds for any postings.

use super::*;

/// A random posting by its public name.
#[derive(Clone, Debug)]
enum Deed {
    Enrolled(NaiveDate, Category, Identity, u16, usize),
    Gift(NaiveDate, i64),
    Refund(NaiveDate, i64),
    Claim(NaiveDate, BenefitKind, SubFund, [i64; 3], bool),
    Special(NaiveDate, i64),
}

fn any_day() -> impl Strategy<Value = NaiveDate> {
    (0u64..900).prop_map(|days| day(2020, 1, 1) + chrono::Days::new(days))
}

fn deed() -> impl Strategy<Value = Deed> {
    let fen = || 0i64..10_000_000;
    prop_oneof![
        (any_day(), 0usize..3, 0usize..5, 0u16..3, 0usize..30).prop_map(
            |(date, category, identity, district, count)| {
                Deed::Enrolled(
                    date,
                    Category::ALL[category],
                    Identity::ALL[identity],
                    district,
                    count,
                )
            }
        ),
        (any_day(), fen()).prop_map(|(date, amount)| Deed::Gift(date, amount)),
        (any_day(), fen()).prop_map(|(date, amount)| Deed::Refund(date, amount)),
        (
            any_day(),
            0usize..4,
            any::<bool>(),
            [fen(), fen(), fen()],
            any::<bool>()
        )
            .prop_map(|(date, kind, outpatient, parts, reversed)| {
                let sub_fund = if outpatient {
                    SubFund::Outpatient
                } else {
                    SubFund::Basic
                };
                Deed::Claim(date, BenefitKind::ALL[kind], sub_fund, parts, reversed)
            }),
        (any_day(), fen()).prop_map(|(date, amount)| Deed::Special(date, amount)),
    ]
}

fn post(journal: &mut Journal, deed: &Deed) {
    match *deed {
        Deed::Enrolled(date, category, identity, district, count) => {
            let mut collection = Collection::default();
            enrol(
                &mut collection,
                group(category, identity, Some(district)),
                count,
                date,
            );
            collection.post(journal, &terms_from(2020, 2020)).unwrap();
        }
        Deed::Gift(date, amount) => journal.receive(date, Source::Donation, Fen::new(amount), 1, None),
        Deed::Refund(date, amount) => journal.refund(date, Fen::new(amount), 1, None),
        Deed::Claim(date, kind, sub_fund, [basic, critical, assistance], reversed) => {
            let claim = settlement(Some(sub_fund), basic, critical, assistance, 0);
            let claim = if reversed { claim.reversed() } else { claim };
            let mut totals = BenefitTotals::new(day(2020, 1, 1), day(2021, 12, 31));
            totals.add(date, Some(kind), &claim);
            totals.post(journal);
        }
        Deed::Special(date, amount) => journal.accrue(date, Grant::Special, Fen::new(amount), 1, None),
    }
}

/// A purchase with amounts out of the blue, of a person of one of three districts.
fn any_purchase() -> impl Strategy<Value = (Group, Purchase)> {
    let fen = || prop_oneof![Just(0i64), 1i64..100_000];
    let who = (
        0usize..3,
        0usize..5,
        prop_oneof![Just(None), (0u16..2).prop_map(Some)],
    );
    let days = (2020i32..2023, 0u64..500, 0u64..365, 0u64..500);
    let due = ([fen(), fen(), fen(), fen()], any::<bool>());
    (who, days, due, 0usize..4).prop_map(
        |((category, identity, district), (year, paid, cover, later), due, fate)| {
            let plus = |from: NaiveDate, days| from + chrono::Days::new(days);
            let paid_on = plus(day(year - 1, 9, 1), paid);
            let group = group(Category::ALL[category], Identity::ALL[identity], district);
            let ([person, finance, township, employer], subsidised) = due;
            let due = Due {
                person: Fen::new(person),
                finance: Fen::new(finance),
                township: Fen::new(township),
                employer: Fen::new(employer),
                subsidised,
            };
            let fates = [
                Fate::Covers,
                Fate::Lapsed,
                Fate::BoughtBack,
                Fate::Refunded(plus(paid_on, later)),
            ];
            let purchase = Purchase {
                year,
                paid_on,
                due,
                // The first day of the year as often as all others.
                cover_from: plus(day(year, 1, 1), if cover % 2 == 0 { 0 } else { cover }),
                fate: fates[fate],
                ..purchase(group, paid_on)
            };
            (group, purchase)
        },
    )
}

/// What persons have paid by a day, and what of it is earned, given back, and still owed to them.
#[derive(Debug, Default, PartialEq)]
struct Own {
    received: Fen,
    earned: Fen,
    refunded: Fen,
    owed: Fen,
}

/// Purchase by purchase, straight from the rules.
fn own_by_purchases(purchases: &[(Group, Purchase)], cut: NaiveDate) -> Own {
    let mut own = Own::default();
    for (_, purchase) in purchases.iter().filter(|(_, purchase)| purchase.paid_on <= cut) {
        let amount = purchase.due.person;
        own.received += amount;
        match purchase.fate {
            Fate::Refunded(day) if day <= cut => own.refunded += amount,
            Fate::BoughtBack => own.earned += amount,
            Fate::Covers | Fate::Lapsed if purchase.cover_from <= cut => own.earned += amount,
            _ => own.owed += amount,
        }
    }
    own
}

/// By the entries of the journal.
fn own_by_journal(journal: &Journal, cut: NaiveDate) -> Own {
    let sum = |wanted: fn(EntryKind, Account, Account) -> bool| -> Fen {
        let entries = journal.entries_within(NaiveDate::MIN..=cut);
        entries
            .filter(|entry| wanted(entry.kind, entry.debit, entry.credit))
            .map(|entry| entry.amount)
            .sum()
    };
    Own {
        received: sum(|kind, _, credit| {
            let own = [Account::Prepaid, Account::Income(Source::Person)];
            kind == EntryKind::Receipt && own.contains(&credit)
        }),
        earned: balance(journal, cut, Book::Basic, Account::Income(Source::Person)),
        refunded: sum(|kind, debit, _| kind == EntryKind::Refund && debit == Account::Prepaid),
        owed: balance(journal, cut, Book::Basic, Account::Prepaid),
    }
}

fn collected(purchases: &[(Group, Purchase)]) -> Collection {
    let mut collection = Collection::default();
    for (group, purchase) in purchases {
        collection.add(*group, purchase);
    }
    collection
}

/// Subsidies per head that no share divides evenly, another one each year.
fn uneven_terms() -> BTreeMap<i32, FundTerms> {
    let of = |year: i32| FundTerms {
        contribution: ContributionTerms {
            subsidy: Fen::new(55_003 + i64::from(year - 2020) * 3_001),
            ..terms().contribution
        },
        ..terms()
    };
    (2020..2024).map(|year| (year, of(year))).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn art26_debits_equal_credits_at_every_cut(deeds in prop::collection::vec(deed(), 0..30), cut in any_day()) {
        let mut journal = Journal::new();
        for deed in &deeds {
            post(&mut journal, deed);
        }
        close_months(&mut journal, &terms_from(2020, 2023), month(2020, 1), month(2022, 12)).unwrap();
        assert_balanced(&journal, cut);
        assert_balanced(&journal, day(2022, 12, 31));
        let mut sums = BTreeMap::<&str, Fen>::new();
        let mut last = 0;
        for line in ledger_lines(&journal) {
            if line.entry != last {
                prop_assert!(sums.values().all(|sum| sum.is_zero()), "before entry {}", line.entry);
            }
            last = line.entry;
            *sums.entry(line.book).or_default() += line.debit - line.credit;
        }
        prop_assert!(sums.values().all(|sum| sum.is_zero()));
        prop_assert!(journal.entries().all(|entry| entry.amount > Fen::ZERO));
        // Each year's statement opens where the one before closed, and is checked against its accounts inside.
        let years = [2020, 2021, 2022].map(|year| year_of(&journal, year));
        for pair in years.windows(2) {
            prop_assert_eq!(pair[0].consolidated.cumulative_balance_fen, pair[1].consolidated.opening_balance_fen);
        }
        // All that was granted by November is paid by the end of December.
        let owed = journal.balances(day(2022, 12, 31));
        for book in Book::ALL {
            prop_assert_eq!(owed.get(book, Account::Payable), Fen::ZERO);
        }
    }

    #[test]
    fn a_reversal_returns_every_balance_to_where_it_was(
        deeds in prop::collection::vec(deed(), 0..10),
        date in any_day(),
        kind in 0usize..4,
        parts in [0i64..1_000_000, 0i64..1_000_000, 0i64..1_000_000],
    ) {
        let mut journal = Journal::new();
        for deed in &deeds {
            post(&mut journal, deed);
        }
        let end = day(2030, 1, 1);
        let before = nets(&journal.balances(end));
        post(&mut journal, &Deed::Claim(date, BenefitKind::ALL[kind], SubFund::Basic, parts, false));
        post(&mut journal, &Deed::Claim(date, BenefitKind::ALL[kind], SubFund::Basic, parts, true));
        prop_assert_eq!(nets(&journal.balances(end)), before);
    }

    #[test]
    fn the_order_of_merging_does_not_matter(deeds in prop::collection::vec((deed(), 0usize..3), 0..30)) {
        let mut whole = Journal::new();
        let mut parts = [Journal::new(), Journal::new(), Journal::new()];
        for (deed, part) in &deeds {
            post(&mut whole, deed);
            post(&mut parts[*part], deed);
        }
        for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0]] {
            let mut merged = Journal::new();
            for index in order {
                merged.merge(parts[index].clone());
            }
            prop_assert_eq!(&merged, &whole);
        }
        let dates: Vec<_> = whole.entries().map(|entry| entry.date.num_days_from_ce()).collect();
        prop_assert!(dates.is_sorted());
    }

    #[test]
    fn art6_the_parts_of_a_split_add_up(amount in 0i64..i64::MAX / 2, cuts in [0u32..=1_000_000, 0u32..=1_000_000, 0u32..=1_000_000]) {
        let mut cuts = cuts;
        cuts.sort();
        let ppm = [cuts[0], cuts[1] - cuts[0], cuts[2] - cuts[1], 1_000_000 - cuts[2]];
        let parts = split(Fen::new(amount), &ppm.map(Rate::from_ppm));
        prop_assert_eq!(parts.into_iter().sum::<Fen>(), Fen::new(amount));
        for (part, ppm) in parts.into_iter().zip(ppm) {
            let exact = i128::from(amount) * i128::from(ppm);
            let off = i128::from(part.get()) * 1_000_000 - exact;
            prop_assert!(off.abs() < 1_000_000, "less than a fen from the exact share");
        }
    }

    #[test]
    fn money_received_is_earned_or_owed_or_refunded_at_any_date(
        purchases in prop::collection::vec(any_purchase(), 0..40),
        cuts in prop::collection::vec(0u64..1_800, 1..6),
    ) {
        let mut journal = Journal::new();
        collected(&purchases).post(&mut journal, &uneven_terms()).unwrap();
        let days: Vec<_> = cuts.iter().map(|&cut| day(2019, 9, 1) + chrono::Days::new(cut)).collect();
        // The days on which something happens, and their eves, tell most.
        let paid = purchases.iter().map(|(_, purchase)| purchase.paid_on);
        let begun = purchases.iter().flat_map(|(_, purchase)| [purchase.cover_from.pred_opt().unwrap(), purchase.cover_from]);
        for cut in days.into_iter().chain(paid.take(3)).chain(begun.take(6)) {
            let own = own_by_journal(&journal, cut);
            prop_assert_eq!(&own, &own_by_purchases(&purchases, cut), "on {}", cut);
            prop_assert_eq!(own.received, own.earned + own.owed + own.refunded);
            assert_balanced(&journal, cut);
        }
    }

    #[test]
    fn only_covers_bring_what_others_pay_each_by_the_terms_of_its_year(
        purchases in prop::collection::vec(any_purchase(), 0..40),
    ) {
        let (collection, terms) = (collected(&purchases), uneven_terms());
        let mut journal = Journal::new();
        collection.post(&mut journal, &terms).unwrap();
        let covers = || purchases.iter().map(|(_, purchase)| purchase).filter(|purchase| purchase.fate == Fate::Covers);
        let sum = |amount: &dyn Fn(&Purchase) -> Fen| covers().map(amount).sum::<Fen>();
        let end = journal.balances(day(2030, 1, 1));
        let income = |source| end.get(Book::Basic, Account::Income(source));
        prop_assert_eq!(income(Source::Finance), sum(&|purchase| purchase.due.finance));
        prop_assert_eq!(income(Source::Township), sum(&|purchase| purchase.due.township));
        prop_assert_eq!(income(Source::Employer), sum(&|purchase| purchase.due.employer));
        let subsidy = sum(&|purchase| {
            let subsidy = terms[&purchase.year].contribution.subsidy;
            if purchase.due.subsidised { subsidy } else { Fen::ZERO }
        });
        let levels = Level::ALL.into_iter().map(|level| income(Source::Subsidy(level)));
        prop_assert_eq!(levels.sum::<Fen>(), subsidy);
        let transfers = sum(&|purchase| {
            let terms = &terms[&purchase.year];
            terms.to_critical_illness + terms.to_outpatient
        });
        prop_assert_eq!(end.get(Book::Basic, Account::TransferOut), transfers);
        // The districts of each year add up to the city, and each year to the one after.
        let names = ["A".to_string(), "B".to_string()];
        let years: Vec<_> = (2019..=2024).map(|year| FundStatement::of(&journal, &collection, year, &names)).collect();
        for statement in &years {
            let income = &statement.consolidated.income;
            let sum = |amount: fn(&yibao::fund::statement::DistrictStatement) -> i64| -> i64 {
                statement.districts.iter().map(amount).sum()
            };
            prop_assert_eq!(sum(|district| district.individual_person_fen), income.individual_person_fen);
            prop_assert_eq!(sum(|district| district.individual_finance_fen), income.individual_finance_fen);
            prop_assert_eq!(sum(|district| district.individual_township_fen), income.individual_township_fen);
            prop_assert_eq!(sum(|district| district.individual_employer_fen), income.individual_employer_fen);
            prop_assert_eq!(sum(|district| district.subsidy_fen), income.subsidy_fen);
            prop_assert_eq!(sum(|district| district.insured as i64), collection.insured(statement.year) as i64);
        }
        prop_assert_eq!(years.iter().flat_map(|year| &year.districts).map(|district| district.insured).sum::<u64>(), covers().count() as u64);
    }

    #[test]
    fn purchases_may_be_added_and_merged_in_any_order(purchases in prop::collection::vec((any_purchase(), 0usize..3), 0..30)) {
        let all: Vec<_> = purchases.iter().map(|(purchase, _)| *purchase).collect();
        let whole = collected(&all);
        let backwards: Vec<_> = all.iter().rev().copied().collect();
        prop_assert_eq!(&collected(&backwards), &whole);
        let part = |wanted: usize| {
            let mine = purchases.iter().filter(|(_, part)| *part == wanted);
            collected(&mine.map(|(purchase, _)| *purchase).collect::<Vec<_>>())
        };
        for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0]] {
            let mut merged = Collection::default();
            for index in order {
                merged.merge(&part(index));
            }
            prop_assert_eq!(&merged, &whole);
        }
    }
}
