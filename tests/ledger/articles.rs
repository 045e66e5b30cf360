//! What each article asks of the ledger.

use super::*;

#[test]
fn art5_every_source_has_its_account() {
    let on = day(2020, 1, 1);
    let mut journal = raised(on);
    journal.receive(day(2020, 5, 1), Source::Donation, yuan(10), 1, None);
    journal.receive(day(2020, 5, 2), Source::Other, yuan(20), 1, None);
    journal.add_interest(day(2020, 5, 31), Book::Basic, yuan(30));
    let statement = year_of(&journal, 2020);
    let income = &statement.consolidated.income;
    // 3 adults x 300 + 4 minors x 250 by themselves; 3 adults x 300 by finance; 10 heads x 550.
    assert_eq!(income.individual_person_fen, 1_900_00);
    assert_eq!(income.individual_finance_fen, 900_00);
    assert_eq!(income.subsidy_fen, 5_500_00);
    assert_eq!(income.donations_fen, 10_00);
    assert_eq!(income.other_fen, 20_00);
    assert_eq!(income.interest_fen, 30_00);
    assert_eq!(income.total_fen, 8_360_00);
}

#[test]
fn art6_shares_add_up() {
    // Seven heads at 0.01 yuan: 2.8, 1.4, 1.4, 1.4 fen. Rounded down 2, 1, 1, 1; the two left go to 0.8 and the first 0.4.
    let thin = FundTerms {
        contribution: ContributionTerms {
            subsidy: Fen::new(1),
            ..terms().contribution
        },
        ..terms()
    };
    let mut seven = Collection::default();
    let adult = group(Category::Adult, Identity::Ordinary, None);
    enrol(&mut seven, adult, 7, day(2020, 1, 1));
    let journal = posted(&seven, thin);
    let level = |level| {
        balance(
            &journal,
            day(2020, 1, 1),
            Book::Basic,
            Account::Income(Source::Subsidy(level)),
        )
    };
    assert_eq!(Level::ALL.map(level), [3, 2, 1, 1].map(Fen::new));
    // The other way round, 1.4, 1.4, 1.4, 2.8: the remainder decides, the place only among equals.
    let last_is_largest = [200_000, 200_000, 200_000, 400_000].map(Rate::from_ppm);
    assert_eq!(split(Fen::new(7), &last_is_largest), [2, 1, 1, 3].map(Fen::new));
    // 1.6, 0.8, 0.8, 0.8: the three that are left go to the small shares, whose remainders are the largest.
    let first_is_largest = [400_000, 200_000, 200_000, 200_000].map(Rate::from_ppm);
    assert_eq!(split(Fen::new(4), &first_is_largest), [1, 1, 1, 1].map(Fen::new));

    let short = FundTerms {
        subsidy_shares: [Rate::from_ppm(999_999), Rate::ZERO, Rate::ZERO, Rate::ZERO],
        ..terms()
    };
    assert_eq!(
        short.check(),
        Err(TermsError::SharesDoNotAddUp { sum_ppm: 999_999 })
    );
    assert_eq!(
        FundTerms {
            payment_day: 32,
            ..terms()
        }
        .check(),
        Err(TermsError::PaymentDay { day: 32 })
    );
    assert!(
        FundTerms {
            work_funds: yuan(-1),
            ..terms()
        }
        .check()
        .is_err()
    );
    assert_eq!(terms().check(), Ok(()));
}

#[test]
fn art7_finance_pays_in_full() {
    let on = day(2020, 1, 1);
    let mut poor = Collection::default();
    let (adult, student) = (Category::Adult, Category::Student);
    enrol(&mut poor, group(adult, Identity::ExtremePoverty, None), 2, on);
    enrol(&mut poor, group(student, Identity::SevereDisability, None), 1, on);
    let journal = posted(&poor, terms());
    assert_eq!(
        balance(&journal, on, Book::Basic, Account::Income(Source::Person)),
        Fen::ZERO
    );
    assert_eq!(
        balance(&journal, on, Book::Basic, Account::Income(Source::Finance)),
        yuan(850)
    );
    assert_eq!(
        terms()
            .contribution
            .due(0, Category::Adult, Identity::Dibao)
            .person,
        Fen::ZERO
    );
    // This city's list leaves the entitled groups out, so they pay: the list decides, not the code.
    assert_eq!(
        terms()
            .contribution
            .due(0, Category::Adult, Identity::EntitledGroup)
            .person,
        yuan(300)
    );
}

#[test]
fn art12_transfers() {
    let on = day(2020, 1, 1);
    let journal = raised(on);
    assert_eq!(
        balance(&journal, on, Book::Outpatient, Account::TransferIn),
        yuan(700)
    );
    assert_eq!(
        balance(&journal, on, Book::CriticalIllness, Account::TransferIn),
        yuan(800)
    );
    assert_eq!(
        balance(&journal, on, Book::Basic, Account::TransferOut),
        yuan(1_500)
    );
    assert_eq!(
        balance(&journal, on, Book::Basic, Account::Treasury),
        yuan(8_300 - 1_500)
    );
    let statement = year_of(&journal, 2020);
    assert_eq!(statement.books[0].transfer_out_fen, 1_500_00);
    assert_eq!(statement.consolidated.transfer_in_fen, 0);
    assert_eq!(statement.consolidated.transfer_out_fen, 0);
    assert_eq!(statement.consolidated.cumulative_balance_fen, 8_300_00);
}

#[test]
fn art12_a_claim_reaches_the_book_of_its_sub_fund() {
    let on = day(2020, 3, 2);
    let mut totals = BenefitTotals::new(day(2020, 1, 1), day(2020, 12, 31));
    totals.add(
        on,
        Some(BenefitKind::Inpatient),
        &settlement(Some(SubFund::Basic), 500, 300, 20, 0),
    );
    totals.add(
        on,
        Some(BenefitKind::Outpatient),
        &settlement(Some(SubFund::Outpatient), 70, 0, 0, 0),
    );
    totals.add(
        on,
        Some(BenefitKind::Maternity),
        &settlement(Some(SubFund::Basic), 120, 0, 0, 0),
    );
    totals.add(
        on,
        Some(BenefitKind::Chronic),
        &settlement(Some(SubFund::Basic), 9, 0, 0, 0),
    );
    totals.add(on, None, &settlement(None, 0, 0, 0, 44));
    totals.add(on, None, &settlement(None, 0, 0, 0, 0));
    let mut journal = Journal::new();
    totals.post(&mut journal);
    let balances = journal.balances(on);
    for (book, account, fen) in [
        (Book::Basic, Account::Benefit(BenefitKind::Inpatient), 500),
        (Book::Basic, Account::Benefit(BenefitKind::Maternity), 120),
        (Book::Basic, Account::Benefit(BenefitKind::Chronic), 9),
        (Book::Basic, Account::Payable, 629),
        (Book::Outpatient, Account::Benefit(BenefitKind::Outpatient), 70),
        (Book::CriticalIllness, Account::CriticalIllnessBenefit, 300),
        (Book::Assistance, Account::AssistanceBenefit, 20),
        (Book::Special, Account::SpecialBenefit, 44),
    ] {
        assert_eq!(
            balances.get(book, account),
            Fen::new(fen),
            "{} {}",
            book.name(),
            account.name()
        );
    }
}

#[test]
fn art26_three_accounts_and_no_other_draw() {
    // Everything that may debit or credit a bank account of the fund, over all kinds, books and pairs of accounts.
    let (mut draws, mut advances) = (BTreeSet::new(), BTreeSet::new());
    // Corrections go where others go, see below.
    let kinds = EntryKind::ALL
        .into_iter()
        .filter(|&kind| kind != EntryKind::Correction);
    for kind in kinds {
        for book in Book::ALL {
            for debit in Account::all() {
                for credit in Account::all().filter(|&credit| kind.permits(book, debit, credit)) {
                    assert_ne!(debit, credit);
                    let banks = [Account::Revenue, Account::Treasury, Account::Expenditure];
                    let touches = banks.contains(&debit) || banks.contains(&credit);
                    assert!(
                        !touches || book.is_fund(),
                        "{} holds money of the fund",
                        book.name()
                    );
                    // Income, once earned, is the fund's for good.
                    assert!(!matches!(debit, Account::Income(_)), "{}", kind.name());
                    if [debit, credit].contains(&Account::Prepaid) {
                        advances.insert((book, kind, credit.name(), debit.name()));
                    }
                    if banks.contains(&credit) {
                        draws.insert((credit.name(), debit.name()));
                    }
                }
            }
        }
    }
    let expected = BTreeSet::from([
        ("revenue-account", "treasury-account"),
        ("treasury-account", "expenditure-account"),
        ("treasury-account", "transfer-out"),
        // A fund that opens its books with a deficit: nobody is paid.
        ("treasury-account", "brought-forward"),
        ("expenditure-account", "payable-to-institutions"),
        ("expenditure-account", "prepaid-contributions"),
        // A recovery goes the way of a payment backwards.
        ("expenditure-account", "treasury-account"),
    ]);
    assert_eq!(draws, expected);
    let prepaid = "prepaid-contributions";
    let expected = [
        (EntryKind::Receipt, prepaid, "revenue-account"),
        (EntryKind::Recognition, "individual-contributions-person", prepaid),
        (EntryKind::Refund, "expenditure-account", prepaid),
    ];
    let expected = expected.map(|(kind, credit, debit)| (Book::Basic, kind, credit, debit));
    assert_eq!(advances, BTreeSet::from(expected));
}

#[test]
fn art26_a_correction_is_more_or_less_of_what_a_fact_can_cause() {
    let closing = [
        EntryKind::Appropriation,
        EntryKind::Payment,
        EntryKind::Recovery,
        EntryKind::Interest,
    ];
    let mut flows = 0;
    for book in Book::ALL {
        for debit in Account::all() {
            for credit in Account::all() {
                let caused = EntryKind::ALL.into_iter().any(|kind| {
                    let fact = kind != EntryKind::Correction && !closing.contains(&kind);
                    fact && (kind.permits(book, debit, credit) || kind.permits(book, credit, debit))
                });
                let permitted = EntryKind::Correction.permits(book, debit, credit);
                assert_eq!(
                    permitted,
                    caused,
                    "{}: {} from {}",
                    book.name(),
                    debit.name(),
                    credit.name()
                );
                flows += usize::from(permitted);
            }
        }
    }
    assert!(flows > 40, "{flows}");
    // The expenditure account pays no institution by correction, and nothing is credited as interest.
    for (debit, credit) in [
        (Account::Payable, Account::Expenditure),
        (Account::Treasury, Account::Interest),
    ] {
        assert!(!EntryKind::Correction.permits(Book::Basic, debit, credit));
        assert!(!EntryKind::Correction.permits(Book::Basic, credit, debit));
    }
}

#[test]
fn art26_revenue_and_expenditure_accounts_are_empty_at_the_end_of_a_day() {
    let mut journal = raised(day(2020, 1, 1));
    journal.accrue(
        day(2020, 1, 9),
        Grant::Basic(BenefitKind::Inpatient),
        yuan(70),
        1,
        None,
    );
    close_months(
        &mut journal,
        &terms_from(2020, 2020),
        month(2020, 1),
        month(2020, 12),
    )
    .unwrap();
    for date in journal.span().unwrap().start().iter_days().take(366) {
        assert_eq!(balance(&journal, date, Book::Basic, Account::Revenue), Fen::ZERO);
        assert_eq!(
            balance(&journal, date, Book::Basic, Account::Expenditure),
            Fen::ZERO
        );
    }
    // Nothing is paid before the 15th of February, and what is paid comes from the treasury account.
    assert_eq!(
        balance(&journal, day(2020, 2, 14), Book::Basic, Account::Payable),
        yuan(70)
    );
    assert_eq!(
        balance(&journal, day(2020, 2, 15), Book::Basic, Account::Payable),
        Fen::ZERO
    );
}

#[test]
#[should_panic(expected = "no transfer from transfer-in to treasury-account")]
fn art26_no_transfer_leaves_the_fund() {
    Journal::new().transfer(day(2020, 1, 1), Book::Assistance, yuan(1), 1, None);
}

/// 100 yuan come in and are put into the treasury account: two entries, so 200 on either side of the book.
#[test]
fn art26_a_trial_balance_has_the_sums_of_both_sides() {
    let (on, mut journal) = (day(2020, 1, 1), Journal::new());
    assert!(journal.is_empty());
    journal.receive(on, Source::Donation, yuan(100), 1, None);
    journal.provide_work_funds(on, None, yuan(3), 1);
    assert!(!journal.is_empty());
    let balances = journal.balances(on);
    let sides = |of_book: Book| {
        let Sides { debit, credit } = balances.totals(of_book);
        (debit, credit)
    };
    assert_eq!(sides(Book::Basic), (yuan(200), yuan(200)));
    assert_eq!(sides(Book::WorkFunds), (yuan(3), yuan(3)));
    assert_eq!(sides(Book::Outpatient), (yuan(0), yuan(0)));
    let lines: Vec<_> = balances
        .lines()
        .map(|(_, account, sides)| (account, sides.debit, sides.credit))
        .collect();
    assert_eq!(
        lines,
        [
            (Account::Revenue, yuan(100), yuan(100)),
            (Account::Treasury, yuan(100), yuan(0)),
            (Account::Income(Source::Donation), yuan(0), yuan(100)),
            (Account::DistrictBudget, yuan(0), yuan(3)),
            (Account::Administration, yuan(3), yuan(0)),
        ]
    );
}

/// The books are opened with what there is, or with what is missing.
#[test]
fn art3_what_earlier_years_left_may_be_below_zero() {
    for left in [yuan(700), yuan(-700), yuan(0)] {
        let mut journal = Journal::new();
        journal.open(day(2020, 1, 1), left);
        let of = |account| balance(&journal, day(2020, 1, 1), Book::Basic, account);
        assert_eq!((of(Account::Treasury), of(Account::BroughtForward)), (left, left));
    }
}

/// Every statement says whose it is.
#[test]
fn a_statement_names_its_books() {
    let statement = year_of(&raised(day(2020, 1, 1)), 2020);
    let names: Vec<_> = statement.books.iter().map(|book| book.book).collect();
    assert_eq!(names, ["basic", "outpatient", "critical-illness"]);
    assert_eq!(statement.consolidated.book, "consolidated");
}

#[test]
fn art27_outside_the_fund() {
    let collection = ten(day(2020, 1, 1));
    let names = ["历下区".to_string(), "市中区".to_string()];
    let statement = FundStatement::of(&raised(day(2020, 1, 1)), &collection, 2020, &names);
    let funds: Vec<_> = statement
        .districts
        .iter()
        .map(|district| {
            (
                district.district.as_deref().unwrap(),
                district.insured,
                district.work_funds_fen,
            )
        })
        .collect();
    assert_eq!(funds, [("历下区", 3, 6_00), ("市中区", 7, 14_00)]);
    let without = FundTerms {
        work_funds: Fen::ZERO,
        ..terms()
    };
    let other = FundStatement::of(&posted(&collection, without), &collection, 2020, &names);
    assert_eq!(other.consolidated, statement.consolidated);
    // Who is insured does not depend on whether the districts pay for it.
    let heads: Vec<_> = other.districts.iter().map(|district| district.insured).collect();
    assert_eq!(heads, [3, 7]);
}

/// Each book outside the fund states what it granted, under its own name, and that its funder owes the same.
#[test]
fn every_book_outside_the_fund_states_what_it_granted() {
    let mut journal = raised(day(2020, 1, 1));
    for (grant, amount) in [
        (Grant::Assistance, 50),
        (Grant::Special, 9_000),
        (Grant::Subsidy, 700),
    ] {
        journal.accrue(day(2020, 2, 3), grant, yuan(amount), 1, None);
    }
    journal.accrue_reversal(day(2020, 3, 3), Grant::Subsidy, yuan(200), 1, None);
    let stated: Vec<_> = year_of(&journal, 2020)
        .outside
        .iter()
        .map(|book| (book.book, book.granted_fen, book.drawn_fen, book.payable_fen))
        .collect();
    assert_eq!(
        stated,
        [
            ("assistance", 50_00, 50_00, 50_00),
            ("special", 9_000_00, 9_000_00, 9_000_00),
            ("subsidy", 500_00, 500_00, 500_00),
        ]
    );
}

#[test]
fn art31_outside() {
    let mut journal = raised(day(2020, 1, 1));
    let before = year_of(&journal, 2020);
    journal.accrue(day(2020, 2, 3), Grant::Special, yuan(9_000), 1, None);
    journal.accrue(day(2020, 2, 3), Grant::Assistance, yuan(50), 1, None);
    let accrued = year_of(&journal, 2020);
    assert_eq!(accrued.consolidated, before.consolidated);
    let special = &accrued.outside[1];
    assert_eq!(special.book, "special");
    assert_eq!((special.granted_fen, special.drawn_fen), (9_000_00, 9_000_00));
    assert_eq!(
        (special.payable_fen, special.due_from_funder_fen),
        (9_000_00, 9_000_00)
    );
    let free = BTreeMap::from([(
        2020,
        FundTerms {
            interest: Rate::ZERO,
            ..terms()
        },
    )]);
    close_months(&mut journal, &free, month(2020, 1), month(2020, 12)).unwrap();
    let paid = year_of(&journal, 2020);
    assert_eq!(paid.consolidated, before.consolidated);
    assert_eq!(
        (paid.outside[1].payable_fen, paid.outside[1].due_from_funder_fen),
        (0, 0)
    );
}
