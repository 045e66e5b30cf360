//! How claims reach the journal.

use super::*;

#[test]
fn claim_by_claim_comes_to_the_same_balances_and_names_the_claim() {
    let on = day(2020, 3, 2);
    let stay = settlement(Some(SubFund::Basic), 500, 300, 20, 0);
    let mut by_claim = Journal::new();
    let mut totals = BenefitTotals::new(on, on);
    for claim in ["S1", "S2", "S3"] {
        post_claim(&mut by_claim, on, Some(BenefitKind::Inpatient), &stay, claim);
        totals.add(on, Some(BenefitKind::Inpatient), &stay);
    }
    post_claim(
        &mut by_claim,
        on,
        Some(BenefitKind::Inpatient),
        &stay.reversed(),
        "S2-R",
    );
    totals.add(on, Some(BenefitKind::Inpatient), &stay.reversed());
    let mut aggregated = Journal::new();
    totals.post(&mut aggregated);
    assert_eq!(by_claim.balances(on), aggregated.balances(on));
    let of_claim = |claim| {
        ledger_lines(&by_claim)
            .filter(|line| line.claim == Some(claim))
            .count()
    };
    // Basic, critical illness, assistance and what the assistance fund owes: four entries of two lines.
    assert_eq!(of_claim("S1"), 8);
    assert_eq!(of_claim("S2-R"), 8);
    assert!(ledger_lines(&aggregated).all(|line| line.claim.is_none()));
    assert_eq!(
        ledger_lines(&aggregated)
            .find(|line| line.kind == "benefit")
            .unwrap()
            .items,
        3
    );
}

#[test]
fn days_outside_the_expected_span_are_kept() {
    let visit = settlement(Some(SubFund::Outpatient), 70, 0, 0, 0);
    let mut totals = BenefitTotals::new(day(2020, 1, 1), day(2020, 1, 2));
    for on in [
        day(2019, 12, 31),
        day(2020, 1, 2),
        day(2020, 1, 3),
        day(2924, 1, 1),
    ] {
        totals.add(on, Some(BenefitKind::Outpatient), &visit);
    }
    let mut wide = BenefitTotals::new(day(2019, 1, 1), day(2021, 1, 1));
    wide.merge(&totals);
    let (mut journal, mut same) = (Journal::new(), Journal::new());
    totals.post(&mut journal);
    wide.post(&mut same);
    assert_eq!(journal, same);
    assert_eq!(journal.len(), 4);
    assert_eq!(
        balance(&journal, day(2924, 1, 1), Book::Outpatient, Account::Payable),
        Fen::new(280)
    );
}

#[test]
fn names_tell_accounts_apart() {
    let names: BTreeSet<_> = Account::all().map(Account::name).collect();
    assert_eq!(names.len(), Account::all().count());
    assert_eq!(Account::Payable.class(), Class::Liability);
}

/// What government pays of a large bill is in `oth_pay` like a special account, and in a book of its own.
#[test]
fn a_subsidy_reaches_its_own_book_and_no_other() {
    let on = day(2020, 3, 2);
    let subsidised = Settlement {
        status: Status::Settled,
        ..settlement(Some(SubFund::Basic), 500, 300, 20, 7)
    };
    let (mut by_claim, mut aggregated) = (Journal::new(), Journal::new());
    post_claim(&mut by_claim, on, Some(BenefitKind::Inpatient), &subsidised, "S1");
    let mut totals = BenefitTotals::new(on, on);
    totals.add(on, Some(BenefitKind::Inpatient), &subsidised);
    totals.post(&mut aggregated);
    let owed = |journal| Book::ALL.map(|book| balance(journal, on, book, Account::Payable).get());
    // Basic, outpatient, critical illness, assistance, special, subsidy, work funds.
    assert_eq!(owed(&by_claim), [500, 0, 300, 20, 0, 7, 0]);
    assert_eq!(owed(&aggregated), [500, 0, 300, 20, 0, 7, 0]);
}

#[test]
#[should_panic(expected = "a basic benefit without a kind or a sub-fund")]
fn a_basic_benefit_of_no_kind_is_a_defect() {
    let on = day(2020, 3, 2);
    BenefitTotals::new(on, on).add(on, None, &settlement(Some(SubFund::Basic), 500, 0, 0, 0));
}
