//! What holds for any postings.

use super::*;

/// A random posting by its public name.
#[derive(Clone, Debug)]
enum Deed {
    Heads(NaiveDate, Category, Identity, u16, u64),
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
        (any_day(), 0usize..3, 0usize..5, 0u16..3, 0u64..1_000).prop_map(
            |(date, category, identity, district, count)| {
                Deed::Heads(
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
        Deed::Heads(date, category, identity, district, count) => {
            let mut heads = Heads::default();
            heads.add(group(category, identity, Some(district)), count);
            post_contributions(journal, date, &terms(), &heads);
        }
        Deed::Gift(date, amount) => journal.receive(date, Source::Donation, Fen::new(amount), 1),
        Deed::Refund(date, amount) => journal.refund(date, Fen::new(amount), 1),
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
        let years = [2020, 2021, 2022].map(|year| FundStatement::of(&journal, year, &[]));
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
}
