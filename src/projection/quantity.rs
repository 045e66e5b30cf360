//! The numbers of a projected year that targets, fans and comparisons speak of, each by name.

use crate::benefit::kind::BenefitKind;
use crate::projection::follow::ProjectedYear;
use crate::projection::plan::Expansion;
use serde::Serialize;

/// A number of a projected year, for the city.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Quantity {
    /// Insured persons.
    Insured,
    /// Income of the fund without transfers, yuan.
    Income,
    /// Benefits of the fund, yuan.
    Benefits,
    /// Income less benefits of the year (当期结余), yuan.
    Balance,
    /// Fund balance at the end of the year (累计结余), yuan.
    CumulativeBalance,
    /// Months of benefits that the cumulative balance pays.
    ReserveMonths,
    /// Income less benefits, as a share of income.
    Surplus,
    /// Insured of 60 and older for each of 18 to 59.
    OldAgeRatio,
    /// Share of in-scope expense of inpatient and chronic claims that the fund pays.
    InScopeRatio,
    /// Share of all bills that the fund pays.
    ActualRatio,
    /// What an insured person pays on average, yuan.
    OwnPerHead,
    /// Share of the insured who pay more than 40 % of the income stated.
    Catastrophic,
    /// Stays of 100 insured.
    AdmissionsPer100,
    /// Mean bill of a stay, yuan.
    CostPerAdmission,
    /// Income per insured, yuan.
    IncomePerHead,
    /// Benefits per insured, yuan.
    BenefitsPerHead,
}

impl Quantity {
    /// Every quantity.
    pub const ALL: [Quantity; 16] = [
        Quantity::Insured,
        Quantity::Income,
        Quantity::Benefits,
        Quantity::Balance,
        Quantity::CumulativeBalance,
        Quantity::ReserveMonths,
        Quantity::Surplus,
        Quantity::OldAgeRatio,
        Quantity::InScopeRatio,
        Quantity::ActualRatio,
        Quantity::OwnPerHead,
        Quantity::Catastrophic,
        Quantity::AdmissionsPer100,
        Quantity::CostPerAdmission,
        Quantity::IncomePerHead,
        Quantity::BenefitsPerHead,
    ];

    /// The name on the command line and in files.
    pub const fn name(self) -> &'static str {
        match self {
            Quantity::Insured => "insured",
            Quantity::Income => "income",
            Quantity::Benefits => "benefits",
            Quantity::Balance => "balance",
            Quantity::CumulativeBalance => "cumulative_balance",
            Quantity::ReserveMonths => "reserve_months",
            Quantity::Surplus => "surplus",
            Quantity::OldAgeRatio => "old_age_ratio",
            Quantity::InScopeRatio => "in_scope_ratio",
            Quantity::ActualRatio => "actual_ratio",
            Quantity::OwnPerHead => "own_per_head",
            Quantity::Catastrophic => "catastrophic",
            Quantity::AdmissionsPer100 => "admissions_per_100",
            Quantity::CostPerAdmission => "cost_per_admission",
            Quantity::IncomePerHead => "income_per_head",
            Quantity::BenefitsPerHead => "benefits_per_head",
        }
    }

    /// Its Chinese name, for titles.
    pub const fn chinese(self) -> &'static str {
        match self {
            Quantity::Insured => "参保人数",
            Quantity::Income => "基金收入",
            Quantity::Benefits => "待遇支出",
            Quantity::Balance => "当期结余",
            Quantity::CumulativeBalance => "累计结余",
            Quantity::ReserveMonths => "可支付月数",
            Quantity::Surplus => "结余率",
            Quantity::OldAgeRatio => "老年抚养比",
            Quantity::InScopeRatio => "政策范围内支付比例",
            Quantity::ActualRatio => "实际支付比例",
            Quantity::OwnPerHead => "人均个人负担",
            Quantity::Catastrophic => "灾难性支出比例",
            Quantity::AdmissionsPer100 => "每百人住院次数",
            Quantity::CostPerAdmission => "次均住院费用",
            Quantity::IncomePerHead => "人均筹资",
            Quantity::BenefitsPerHead => "人均待遇支出",
        }
    }

    /// Whether it depends on what the fund held before the first year.
    pub const fn counts_from_opening(self) -> bool {
        matches!(self, Quantity::CumulativeBalance | Quantity::ReserveMonths)
    }

    /// The quantity of a name.
    pub fn from_name(name: &str) -> Option<Quantity> {
        Quantity::ALL.into_iter().find(|quantity| quantity.name() == name)
    }

    /// Whether it counts yuan.
    pub const fn is_yuan(self) -> bool {
        matches!(
            self,
            Quantity::Income
                | Quantity::Benefits
                | Quantity::Balance
                | Quantity::CumulativeBalance
                | Quantity::OwnPerHead
                | Quantity::CostPerAdmission
                | Quantity::IncomePerHead
                | Quantity::BenefitsPerHead
        )
    }

    /// The quantity in a projected year of a sample that stands for a city; `None` where there is none, such as months of
    /// reserve without benefits.
    pub fn of(self, year: &ProjectedYear, expansion: Expansion) -> Option<f64> {
        let fund = &year.statement.consolidated;
        let city = |fen: i64| expansion.city_fen(fen) as f64 / 100.0;
        let people = year.people.all();
        let per = |part: f64, whole: f64| (whole != 0.0).then(|| part / whole);
        let insured = people.insured as f64;
        let stays = year.tally.kind(BenefitKind::Inpatient);
        let chronic = year.tally.kind(BenefitKind::Chronic);
        match self {
            Quantity::Insured => Some(expansion.city_count(people.insured) as f64),
            Quantity::Income => Some(city(fund.income.total_fen)),
            Quantity::Benefits => Some(city(fund.benefits.total_fen)),
            Quantity::Balance => Some(city(fund.current_balance_fen)),
            Quantity::CumulativeBalance => Some(city(fund.cumulative_balance_fen)),
            Quantity::ReserveMonths => per(
                fund.cumulative_balance_fen as f64 * 12.0,
                fund.benefits.total_fen as f64,
            ),
            Quantity::Surplus => per(fund.current_balance_fen as f64, fund.income.total_fen as f64),
            Quantity::OldAgeRatio => old_age_ratio(year),
            Quantity::InScopeRatio => {
                let paid = stays.basic + chronic.basic + stays.critical_illness + chronic.critical_illness;
                per(
                    paid.get() as f64,
                    (stays.in_scope + chronic.in_scope).get() as f64,
                )
            }
            Quantity::ActualRatio => per(people.fund.get() as f64, people.bills.get() as f64),
            Quantity::OwnPerHead => per(people.own.get() as f64 / 100.0, insured),
            Quantity::Catastrophic => per(people.burdened[2] as f64, insured),
            Quantity::AdmissionsPer100 => per(stays.claims as f64 * 100.0, insured),
            Quantity::CostPerAdmission => per(stays.total.get() as f64 / 100.0, stays.claims as f64),
            Quantity::IncomePerHead => per(fund.income.total_fen as f64 / 100.0, insured),
            Quantity::BenefitsPerHead => per(fund.benefits.total_fen as f64 / 100.0, insured),
        }
    }
}

/// Insured adults of 60 and older for each of 18 to 59, whatever their category.
fn old_age_ratio(year: &ProjectedYear) -> Option<f64> {
    let insured =
        |bands: std::ops::Range<usize>| -> u64 { bands.map(|band| year.people.age_band(band).insured).sum() };
    let (working, old) = (insured(1..4), insured(4..7));
    (working > 0).then(|| old as f64 / working as f64)
}
