//! Payments, interest and the reserve, by hand.

use super::*;

#[test]
fn interest_by_hand() {
    // 1,000.00 yuan of other income on 10 January, 400.00 of benefits in January, paid on 15 February; 2 % a year.
    //   31 Jan: 1,000.00 x 0.02 / 12          = 1.6667 -> 1.67; treasury 1,001.67
    //   29 Feb: 1,001.67 - 400.00 = 601.67; x 0.02 / 12 = 1.00278 -> 1.00; treasury 602.67
    //   31 Mar: 602.67 x 0.02 / 12            = 1.00445 -> 1.00; treasury 603.67
    let mut journal = Journal::new();
    journal.receive(day(2020, 1, 10), Source::Other, yuan(1_000), 1, None);
    journal.accrue(
        day(2020, 1, 20),
        Grant::Basic(BenefitKind::Chronic),
        yuan(400),
        1,
        None,
    );
    close_months(
        &mut journal,
        &terms_from(2020, 2020),
        month(2020, 1),
        month(2020, 3),
    )
    .unwrap();
    for (date, fen) in [
        (day(2020, 1, 30), 1_000_00),
        (day(2020, 1, 31), 1_001_67),
        (day(2020, 2, 15), 601_67),
        (day(2020, 2, 29), 602_67),
        (day(2020, 3, 31), 603_67),
    ] {
        assert_eq!(
            balance(&journal, date, Book::Basic, Account::Treasury),
            Fen::new(fen),
            "{date}"
        );
    }
}

#[test]
fn a_deficit_bears_no_interest() {
    let mut journal = Journal::new();
    journal.accrue(day(2020, 1, 20), Grant::CriticalIllness, yuan(400), 1, None);
    close_months(
        &mut journal,
        &terms_from(2020, 2020),
        month(2020, 1),
        month(2020, 12),
    )
    .unwrap();
    let end = day(2020, 12, 31);
    assert_eq!(
        balance(&journal, end, Book::CriticalIllness, Account::Treasury),
        yuan(-400)
    );
    assert_eq!(
        balance(&journal, end, Book::CriticalIllness, Account::Interest),
        Fen::ZERO
    );
}

#[test]
fn december_is_paid_in_january() {
    let mut journal = raised(day(2020, 1, 1));
    journal.accrue(
        day(2020, 11, 30),
        Grant::Outpatient(BenefitKind::Outpatient),
        yuan(5),
        1,
        None,
    );
    journal.accrue(
        day(2020, 12, 31),
        Grant::Outpatient(BenefitKind::Outpatient),
        yuan(7),
        1,
        None,
    );
    let terms = terms_from(2020, 2021);
    let mut at_once = journal.clone();
    close_months(&mut at_once, &terms, month(2020, 1), month(2021, 12)).unwrap();
    close_months(&mut journal, &terms, month(2020, 1), month(2020, 12)).unwrap();
    let year = year_of(&journal, 2020);
    assert_eq!(year.books[1].closing.payable_fen, 7_00);
    assert_eq!(year.consolidated.closing.payable_fen, 7_00);
    // Closed on, year by year or all at once, and closed twice: the same journal.
    close_months(&mut journal, &terms, month(2021, 1), month(2021, 12)).unwrap();
    assert_eq!(
        balance(&journal, day(2021, 1, 15), Book::Outpatient, Account::Payable),
        Fen::ZERO
    );
    let mut again = journal.clone();
    close_months(&mut again, &terms, month(2020, 1), month(2021, 12)).unwrap();
    assert_eq!(again, journal);
    assert_eq!(at_once, journal);
    assert_eq!(year_of(&journal, 2020), year);
}

#[test]
fn the_payment_day_fits_into_a_short_month() {
    let mut journal = Journal::new();
    journal.accrue(day(2021, 1, 2), Grant::Assistance, yuan(1), 1, None);
    let terms = BTreeMap::from([(
        2021,
        FundTerms {
            payment_day: 31,
            ..terms()
        },
    )]);
    close_months(&mut journal, &terms, month(2021, 1), month(2021, 2)).unwrap();
    let payment = journal
        .entries()
        .find(|entry| entry.kind == EntryKind::Payment)
        .unwrap();
    assert_eq!(payment.date, day(2021, 2, 28));
    let missing = close_months(&mut journal, &terms, month(2021, 1), month(2022, 1));
    assert_eq!(missing, Err(NoTerms { year: 2022 }));
}

#[test]
fn a_month_of_recoveries_flows_back() {
    let mut journal = Journal::new();
    let stay = Grant::Basic(BenefitKind::Inpatient);
    journal.accrue(day(2020, 1, 5), stay, yuan(100), 1, None);
    journal.accrue_reversal(day(2020, 2, 20), stay, yuan(100), 1, None);
    let free = BTreeMap::from([(
        2020,
        FundTerms {
            interest: Rate::ZERO,
            ..terms()
        },
    )]);
    close_months(&mut journal, &free, month(2020, 1), month(2020, 3)).unwrap();
    assert_eq!(
        balance(&journal, day(2020, 2, 29), Book::Basic, Account::Treasury),
        yuan(-100)
    );
    assert_eq!(
        balance(&journal, day(2020, 2, 29), Book::Basic, Account::Payable),
        yuan(-100)
    );
    assert!(nets(&journal.balances(day(2020, 3, 15))).is_empty());
}

#[test]
fn months_of_reserve_by_hand() {
    // Raised 8,300.00; granted 600.00 from the basic pool and 300.00 from critical illness insurance.
    // Basic: 8,300 - 1,500 - 600 = 6,200 left; 600 / 12 = 50 a month: 124 months.
    // Outpatient: nothing granted: no measure. Fund: 8,300 - 900 = 7,400; 900 / 12 = 75: 98.666... -> 98.67.
    let mut journal = raised(day(2020, 1, 1));
    journal.accrue(
        day(2020, 6, 1),
        Grant::Basic(BenefitKind::Inpatient),
        yuan(600),
        1,
        None,
    );
    journal.accrue(day(2020, 6, 1), Grant::CriticalIllness, yuan(300), 1, None);
    let statement = year_of(&journal, 2020);
    assert_eq!(statement.books[0].months_of_reserve, Some(124.0));
    assert_eq!(statement.books[1].months_of_reserve, None);
    assert_eq!(statement.consolidated.months_of_reserve, Some(98.67));
    assert_eq!(statement.consolidated.current_balance_fen, 7_400_00);
    let next = year_of(&journal, 2021);
    assert_eq!(next.consolidated.opening_balance_fen, 7_400_00);
    assert_eq!(next.consolidated.current_balance_fen, 0);
}
