//! From the tables of a scenario to the [`FundTerms`] of one benefit year.

use crate::fund::terms::{FundTerms, TermsError};
use crate::insured::category::Category;
use crate::insured::person::Identity;
use crate::money::Rounding;
use crate::scenario::reader::Node;

/// Compiles `[funding]` and `[fund]` for the reader's year. `None` after complaints.
pub(crate) fn terms(root: &Node<'_>, rounding: Rounding) -> Option<FundTerms> {
    let (funding, fund) = (root.table("funding"), root.table("fund"));
    let (funding, fund) = (funding?, fund?);
    let individual = funding.table("individual");
    let shares = funding.table("subsidy_shares");
    let transfer = funding.table("transfer");
    let subsidy = funding.yuan("subsidy");
    let classes = Identity::ALL.map(|class| (class.name(), class));
    let paid_by_finance = funding.choices("paid_by_finance", &classes);
    let individual = individual.map(|table| Category::ALL.map(|category| table.yuan(category.name())));
    let share_names = crate::fund::accounts::Level::ALL.map(|level| level.name());
    let subsidy_shares = shares.map(|table| share_names.map(|level| table.rate(level)));
    let transfers = transfer.map(|table| (table.yuan("critical_illness"), table.yuan("outpatient")));
    let (interest, work_funds) = (fund.rate("interest"), fund.yuan("work_funds"));
    let paid_on = fund.count("paid_on", "day", 31);
    let [student, minor, adult] = individual?;
    let [central, provincial, municipal, district] = subsidy_shares?;
    let (to_critical_illness, to_outpatient) = transfers?;
    let terms = FundTerms {
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
        interest: interest?.value,
        work_funds: work_funds?.value,
        payment_day: paid_on?.value,
        rounding,
    };
    let key = |error: &TermsError| match error {
        TermsError::SharesDoNotAddUp { .. } => Some((&funding, "subsidy_shares")),
        TermsError::PaymentDay { .. } => Some((&fund, "paid_on")),
        TermsError::Negative { .. } => None,
    };
    match terms.check() {
        Ok(()) => Some(terms),
        Err(error) => {
            let (node, key) = key(&error).unwrap_or((&funding, "individual"));
            node.complain(key, error.to_string());
            None
        }
    }
}
