//! From the tables of a scenario to what is due and to the [`FundTerms`] of one benefit year.

use crate::fund::accounts::Level;
use crate::fund::terms::{FundTerms, TermsError};
use crate::insured::category::Category;
use crate::insured::contribution::{ContributionTerms, MAX_TIERS};
use crate::insured::person::Identity;
use crate::money::{Fen, PPM, Rate, Rounding};
use crate::scenario::reader::Node;
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// The contribution tiers of a scenario: the `clct_grde` codes of each, by its index.
pub(crate) type Tiers = BTreeMap<String, u8>;

/// Compiles `[funding]` and `[fund]` for the reader's year. `None` after complaints.
pub(crate) fn terms(root: &Node<'_>, rounding: Rounding, tiers: &mut Tiers) -> Option<FundTerms> {
    let (funding, fund) = (root.table("funding"), root.table("fund"));
    let contribution = funding
        .as_ref()
        .and_then(|node| contribution(node, rounding, tiers));
    let (raised, held) = (funding.as_ref().and_then(raised), fund.as_ref().and_then(held));
    let (raised, held) = (raised?, held?);
    let terms = FundTerms {
        contribution: contribution?,
        subsidy_shares: raised.subsidy_shares,
        to_critical_illness: raised.to_critical_illness,
        to_outpatient: raised.to_outpatient,
        interest: held.interest,
        work_funds: held.work_funds,
        payment_day: held.payment_day,
        opening_balance: held.opening_balance,
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

/// Art. 6, 7: what is due.
fn contribution(node: &Node<'_>, rounding: Rounding, tiers: &mut Tiers) -> Option<ContributionTerms> {
    let plain = node.table("individual");
    let mut individual = vec![plain.and_then(|table| by_category(&table))];
    if let Some(table) = node.optional_table("tier") {
        for name in table.keys() {
            let Some(tier) = table.table(&name) else { continue };
            for code in tier.texts("clct_grde").unwrap_or_default() {
                tiers.insert(code.to_string(), individual.len() as u8);
            }
            let amounts = tier.table("individual");
            individual.push(amounts.and_then(|table| by_category(&table)));
        }
        if individual.len() > MAX_TIERS {
            node.complain("tier", format!("more than {} tiers", MAX_TIERS - 1));
            return None;
        }
    }
    let mut finance_share = [Rate::ZERO; Identity::COUNT];
    if let Some(table) = node.table("finance_share") {
        for class in Identity::ALL.into_iter().filter(|class| table.has(class.name())) {
            finance_share[class as usize] = table.rate(class.name())?.value;
        }
    }
    let collective = |key: &str| match node.optional_table(key) {
        Some(table) => by_category(&table),
        None => Some([Fen::ZERO; Category::ALL.len()]),
    };
    let (township, employer) = (collective("township"), collective("employer"));
    let subsidy = node.yuan("subsidy");
    Some(ContributionTerms {
        individual: individual.into_iter().collect::<Option<_>>()?,
        finance_share,
        township: township?,
        employer: employer?,
        subsidy: subsidy?.value,
        rounding,
    })
}

/// An amount for each category.
fn by_category(table: &Node<'_>) -> Option<[Fen; Category::ALL.len()]> {
    let [student, minor, adult] = Category::ALL.map(|category| table.yuan(category.name()));
    Some([student?.value, minor?.value, adult?.value])
}

/// How the rest of the fund is raised and passed on.
struct Raised {
    subsidy_shares: [Rate; Level::ALL.len()],
    to_critical_illness: Fen,
    to_outpatient: Fen,
}

fn raised(node: &Node<'_>) -> Option<Raised> {
    let shares = node.table("subsidy_shares");
    let transfer = node.table("transfer");
    let shares = shares.map(|table| Level::ALL.map(|level| table.rate(level.name())));
    let transfers = transfer.map(|table| (table.yuan("critical_illness"), table.yuan("outpatient")));
    let [central, provincial, municipal, district] = shares?;
    let (to_critical_illness, to_outpatient) = transfers?;
    Some(Raised {
        subsidy_shares: [
            central?.value,
            provincial?.value,
            municipal?.value,
            district?.value,
        ],
        to_critical_illness: to_critical_illness?.value,
        to_outpatient: to_outpatient?.value,
    })
}

/// How the fund is held and spent.
struct Held {
    interest: Rate,
    work_funds: Fen,
    payment_day: u32,
    opening_balance: Option<Fen>,
}

fn held(node: &Node<'_>) -> Option<Held> {
    let (interest, work_funds) = (node.rate("interest"), node.yuan("work_funds"));
    let paid_on = node.count("paid_on", "day", 31);
    let opening_balance = node.known_yuan("opening_balance");
    Some(Held {
        interest: interest?.value,
        work_funds: work_funds?.value,
        payment_day: paid_on?.value,
        opening_balance,
    })
}
