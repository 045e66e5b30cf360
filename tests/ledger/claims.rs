//! How heads and claims reach the journal.

use super::*;

#[test]
fn a_newborn_brings_its_money_on_the_day_its_cover_starts() {
    let newborn = group(Category::Minor, Identity::Ordinary, None);
    let mut by_day = HeadsByDay::default();
    by_day.add(day(2020, 4, 9), newborn, 1);
    let mut other = HeadsByDay::default();
    other.add(day(2020, 1, 1), newborn, 5);
    by_day.merge(&other);
    let mut journal = Journal::new();
    by_day.post(&mut journal, &terms_from(2020, 2020)).unwrap();
    let person = |on| balance(&journal, on, Book::Basic, Account::Income(Source::Person));
    assert_eq!(person(day(2020, 4, 8)), yuan(5 * 250));
    assert_eq!(person(day(2020, 4, 9)), yuan(6 * 250));

    by_day.add(day(2021, 1, 1), newborn, 1);
    let mut untouched = Journal::new();
    assert_eq!(
        by_day.post(&mut untouched, &terms_from(2020, 2020)),
        Err(NoTerms { year: 2021 })
    );
    assert!(untouched.is_empty());
}

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
    let terms: BTreeSet<_> = Account::all().map(Account::term).collect();
    assert_eq!(names.len(), Account::all().count());
    assert_eq!(terms.len(), Account::all().count());
    assert_eq!(Account::Payable.class(), Class::Liability);
}
