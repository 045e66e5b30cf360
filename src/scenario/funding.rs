//! From the tables of a scenario to the [`FundTerms`] of one benefit year.

use crate::fund::accounts::Level;
use crate::fund::terms::{FundTerms, TermsError};
use crate::insured::category::Category;
use crate::insured::person::Identity;
use crate::money::{Fen, PPM, Rate, Rounding};
use crate::scenario::reader::Node;
use rust_decimal::Decimal;
use std::collections::BTreeSet;

/// Compiles `[funding]` and `[fund]` for the reader's year. `None` after complaints.
pub(crate) fn terms(root: &Node<'_>, rounding: Rounding) -> Option<FundTerms> {
    let (funding, fund) = (root.table("funding"), root.table("fund"));
    let (raised, held) = (funding.as_ref().and_then(raised), fund.as_ref().and_then(held));
    let (raised, held) = (raised?, held?);
    let terms = FundTerms {
        individual: raised.individual,
        subsidy: raised.subsidy,
        subsidy_shares: raised.subsidy_shares,
        paid_by_finance: raised.paid_by_finance,
        to_critical_illness: raised.to_critical_illness,
        to_outpatient: raised.to_outpatient,
        interest: held.interest,
        work_funds: held.work_funds,
        payment_day: held.payment_day,
        rounding,
    };
    let Err(error) = terms.check() else {
        return Some(terms);
    };
    let (table, key, message) = match error {
        TermsError::SharesDoNotAddUp { sum_ppm } => (funding, "subsidy_shares", add_up(sum_ppm)),
        TermsError::PaymentDay { .. } => (fund, "paid_on", error.to_string()),
        TermsError::Negative { .. } => (funding, "individual", error.to_string()),
    };
    table?.complain(key, message);
    None
}

fn add_up(sum_ppm: i64) -> String {
    let sum = (Decimal::from(sum_ppm) / Decimal::from(PPM)).normalize();
    format!("the shares of the levels of government add up to {sum}, not to 1")
}

/// Chapter 2: how the fund is raised.
struct Raised {
    individual: [Fen; Category::ALL.len()],
    subsidy: Fen,
    subsidy_shares: [Rate; Level::ALL.len()],
    paid_by_finance: BTreeSet<Identity>,
    to_critical_illness: Fen,
    to_outpatient: Fen,
}

fn raised(node: &Node<'_>) -> Option<Raised> {
    let individual = node.table("individual");
    let shares = node.table("subsidy_shares");
    let transfer = node.table("transfer");
    let subsidy = node.yuan("subsidy");
    let classes = Identity::ALL.map(|class| (class.name(), class));
    let paid_by_finance = node.choices("paid_by_finance", &classes);
    let individual = individual.map(|table| Category::ALL.map(|category| table.yuan(category.name())));
    let shares = shares.map(|table| Level::ALL.map(|level| table.rate(level.name())));
    let transfers = transfer.map(|table| (table.yuan("critical_illness"), table.yuan("outpatient")));
    let [student, minor, adult] = individual?;
    let [central, provincial, municipal, district] = shares?;
    let (to_critical_illness, to_outpatient) = transfers?;
    Some(Raised {
        individual: [student?.value, minor?.value, adult?.value],
        subsidy: subsidy?.value,
        subsidy_shares: [
            central?.value,
            provincial?.value,
            municipal?.value,
            district?.value,
        ],
        paid_by_finance: paid_by_finance?.into_iter().collect(),
        to_critical_illness: to_critical_illness?.value,
        to_outpatient: to_outpatient?.value,
    })
}

/// How the fund is held and spent.
struct Held {
    interest: Rate,
    work_funds: Fen,
    payment_day: u32,
}

fn held(node: &Node<'_>) -> Option<Held> {
    let (interest, work_funds) = (node.rate("interest"), node.yuan("work_funds"));
    let paid_on = node.count("paid_on", "day", 31);
    Some(Held {
        interest: interest?.value,
        work_funds: work_funds?.value,
        payment_day: paid_on?.value,
    })
}
