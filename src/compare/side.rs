//! One scenario's year in numbers: what the fund paid for what, who raised the money, and what people were left with.

use crate::batch::Outcome;
use crate::batch::tally::Sums;
use crate::benefit::kind::BenefitKind;
use crate::compare::crowd::{Crowd, Settled};
use crate::compare::spread::Spread;
use crate::fund::statement::FundStatement;
use crate::money::Fen;
use serde::Serialize;

/// The year of one scenario.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Side {
    /// Over every settlement, as in `run.json`.
    pub fingerprint: String,
    /// Persons of the sample: all whom the files or the city have.
    pub persons: u64,
    /// Persons with a day of cover.
    pub insured: u64,
    /// Claims that stand.
    pub claims: i64,
    /// Their bills.
    #[serde(rename = "bills_fen")]
    pub bills: Fen,
    /// In scope, of claims that were settled.
    #[serde(rename = "in_scope_fen")]
    pub in_scope: Fen,
    /// What the fund paid: the kinds and critical illness insurance together.
    #[serde(rename = "fund_cost_fen")]
    pub fund_cost: Fen,
    /// What it paid by kind of benefit, critical illness insurance apart.
    pub kinds: Vec<KindCost>,
    /// Paid by critical illness insurance.
    #[serde(rename = "critical_illness_fen")]
    pub critical_illness: Fen,
    /// Paid by medical assistance, which is not the fund's money.
    #[serde(rename = "assistance_fen")]
    pub assistance: Fen,
    /// Paid from special accounts.
    #[serde(rename = "special_fen")]
    pub special: Fen,
    /// Paid by government of large bills.
    #[serde(rename = "subsidy_fen")]
    pub subsidy: Fen,
    /// Borne by hospitals: items used without consent (Art. 20(2)).
    #[serde(rename = "hospitals_fen")]
    pub hospitals: Fen,
    /// Paid by the persons, of the bills.
    #[serde(rename = "out_of_pocket_fen")]
    pub out_of_pocket: Fen,
    /// What the fund paid of what was in scope; `None` where nothing was.
    pub in_scope_ratio: Option<f64>,
    /// What the fund paid of all bills; `None` without any.
    pub actual_ratio: Option<f64>,
    /// Who raised the money.
    pub payers: Payers,
    /// Income less benefits (当期结余).
    #[serde(rename = "balance_fen")]
    pub balance: Fen,
    /// How the persons' payments are spread.
    pub spread: Spread,
    /// Claims by what became of them.
    pub statuses: Vec<StatusCount>,
    /// Payments for enrolment that were refused, by reason.
    pub refused_payments: Vec<Refused>,
    /// Rows that could not be read, by file and reason.
    pub rejected_rows: Vec<Refused>,
    /// What rules asked and claims do not state, a sentence each.
    #[serde(skip)]
    pub unstated: Vec<String>,
}

/// What the fund paid for a kind of benefit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct KindCost {
    /// The kind of benefit (Art. 13).
    #[serde(serialize_with = "kind_name")]
    pub kind: BenefitKind,
    /// Persons with a settled claim of it.
    pub persons: u64,
    /// Settled claims.
    pub claims: i64,
    /// Their bills.
    #[serde(rename = "bills_fen")]
    pub bills: Fen,
    /// What of the bills was in scope.
    #[serde(rename = "in_scope_fen")]
    pub in_scope: Fen,
    /// Paid by the basic fund or the outpatient pool.
    #[serde(rename = "fund_cost_fen")]
    pub fund_cost: Fen,
}

fn kind_name<S: serde::Serializer>(kind: &BenefitKind, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(kind.name())
}

/// Who raised the fund's money of the year, and what was paid beside it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Payers {
    /// Contributions that the insured paid.
    #[serde(rename = "persons_fen")]
    pub persons: Fen,
    /// Contributions that public finance paid (Art. 7).
    #[serde(rename = "finance_fen")]
    pub finance: Fen,
    /// Contributions that townships and villages paid (Art. 7).
    #[serde(rename = "townships_fen")]
    pub townships: Fen,
    /// Contributions that employers paid (Art. 7).
    #[serde(rename = "employers_fen")]
    pub employers: Fen,
    /// Subsidy of the central government (Art. 6).
    #[serde(rename = "central_fen")]
    pub central: Fen,
    /// Subsidy of the province.
    #[serde(rename = "provincial_fen")]
    pub provincial: Fen,
    /// Subsidy of the city.
    #[serde(rename = "municipal_fen")]
    pub municipal: Fen,
    /// Subsidy of the districts.
    #[serde(rename = "district_fen")]
    pub district: Fen,
    /// Work funds, paid by the districts outside the fund (Art. 27).
    #[serde(rename = "work_funds_fen")]
    pub work_funds: Fen,
    /// Interest.
    #[serde(rename = "interest_fen")]
    pub interest: Fen,
}

impl Payers {
    /// Each with the name that records give it.
    pub fn all(&self) -> [(&'static str, Fen); 10] {
        [
            ("persons", self.persons),
            ("finance", self.finance),
            ("townships", self.townships),
            ("employers", self.employers),
            ("central", self.central),
            ("provincial", self.provincial),
            ("municipal", self.municipal),
            ("district", self.district),
            ("work_funds", self.work_funds),
            ("interest", self.interest),
        ]
    }

    /// What others than the insured and the interest bring to the fund.
    pub(crate) fn public(&self) -> Fen {
        let contributions = self.finance + self.townships + self.employers;
        contributions + self.central + self.provincial + self.municipal + self.district
    }

    fn of(statement: &FundStatement) -> Payers {
        let income = &statement.consolidated.income;
        let subsidy = &income.subsidy_by_level;
        let work_funds = statement.districts.iter().map(|of| of.work_funds_fen);
        Payers {
            persons: Fen::new(income.individual_person_fen),
            finance: Fen::new(income.individual_finance_fen),
            townships: Fen::new(income.individual_township_fen),
            employers: Fen::new(income.individual_employer_fen),
            central: Fen::new(subsidy.central_fen),
            provincial: Fen::new(subsidy.provincial_fen),
            municipal: Fen::new(subsidy.municipal_fen),
            district: Fen::new(subsidy.district_fen),
            work_funds: Fen::new(work_funds.sum()),
            interest: Fen::new(income.interest_fen),
        }
    }
}

/// Claims of a status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct StatusCount {
    /// `status` of the settlements file.
    pub status: &'static str,
    /// `reason`; empty where there is none.
    pub reason: &'static str,
    /// Settlements that stand with it.
    pub claims: i64,
    /// Persons with such a claim.
    pub persons: u64,
    /// Their bills.
    #[serde(rename = "bills_fen")]
    pub bills: Fen,
}

/// Rows that were refused for a reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Refused {
    /// The role of the file, such as `claims`.
    pub role: &'static str,
    /// The reason, as in `rejects.csv`.
    pub reason: &'static str,
    /// How many rows.
    pub rows: u64,
    /// Their amounts, as far as they have one.
    #[serde(rename = "amount_fen")]
    pub amount: Fen,
}

impl Side {
    /// The numbers of what was settled; `income` per head is what burdens are measured by, if it is known.
    pub fn of(crowd: &Crowd<'_>, settled: &Settled, income: Option<Fen>) -> Side {
        let Settled {
            outcome, statement, ..
        } = settled;
        let all = outcome.tally.all();
        let kinds: Vec<KindCost> = BenefitKind::ALL
            .iter()
            .map(|&kind| kind_cost(outcome, kind))
            .filter(|cost| cost.claims != 0)
            .collect();
        let in_scope = kinds.iter().map(|cost| cost.in_scope).sum();
        let subsidy = outcome.tally.subsidy();
        let fund_cost = all.basic + all.critical_illness;
        let ratio = |of: Fen| (of > Fen::ZERO).then(|| fund_cost.get() as f64 / of.get() as f64);
        Side {
            fingerprint: outcome.fingerprint.to_string(),
            persons: crowd.caseload(settled.held).persons.len() as u64,
            insured: outcome.enrolled.collection.insured(crowd.year()),
            claims: all.claims,
            bills: all.total,
            in_scope,
            fund_cost,
            critical_illness: all.critical_illness,
            assistance: all.assistance,
            special: all.special - subsidy,
            subsidy,
            hospitals: all.hospital,
            out_of_pocket: all.person,
            in_scope_ratio: ratio(in_scope),
            actual_ratio: ratio(all.total),
            payers: Payers::of(statement),
            balance: Fen::new(statement.consolidated.current_balance_fen),
            spread: Spread::of(&outcome.burdens.persons, income),
            statuses: statuses(outcome),
            refused_payments: refused_payments(crowd, settled),
            rejected_rows: rejected_rows(crowd, settled.held),
            kinds,
            unstated: outcome.tally.unstated(),
        }
    }
}

fn kind_cost(outcome: &Outcome, kind: BenefitKind) -> KindCost {
    let Sums {
        claims,
        total,
        in_scope,
        basic,
        ..
    } = outcome.tally.kind(kind);
    KindCost {
        kind,
        persons: outcome.heads.kind(kind),
        claims,
        bills: total,
        in_scope,
        fund_cost: basic,
    }
}

fn statuses(outcome: &Outcome) -> Vec<StatusCount> {
    let statuses = outcome.tally.statuses().map(|(status, sums)| StatusCount {
        status: status.name(),
        reason: status.reason(),
        claims: sums.claims,
        persons: outcome.heads.status(status),
        bills: sums.total,
    });
    statuses.collect()
}

fn refused_payments(crowd: &Crowd<'_>, settled: &Settled) -> Vec<Refused> {
    let refused = settled
        .outcome
        .enrolled
        .refused_payments(crowd.caseload(settled.held));
    let of = |(reason, (rows, amount))| Refused {
        role: "enrolments",
        reason,
        rows,
        amount,
    };
    refused.into_iter().map(of).collect()
}

fn rejected_rows(crowd: &Crowd<'_>, held: usize) -> Vec<Refused> {
    let rejected = crowd.rejected(held).iter();
    rejected
        .map(|((role, reason), of)| Refused {
            role: role.name(),
            reason: reason.name(),
            rows: of.rows,
            amount: of.sum,
        })
        .collect()
}
