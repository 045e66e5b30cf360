//! A settled year in the terms in which statistics are published.

use crate::batch::tally::Sums;
use crate::benefit::kind::BenefitKind;
use crate::money::Fen;
use crate::projection::follow::ProjectedYear;

/// What is published of a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Metric {
    /// Persons insured (参保人数).
    Insured,
    /// Income of the fund in yuan (基金收入).
    Income,
    /// Expenditure of the fund in yuan (基金支出): benefits, critical illness insurance included.
    Expenditure,
    /// Income less expenditure (当期结余).
    Balance,
    /// Stays in hospital that the fund paid for, deliveries included, of 100 insured (住院率).
    AdmissionsPer100,
    /// Their mean bill in yuan (次均住院费用).
    CostPerAdmission,
    /// What basic fund and critical illness insurance paid of the inpatient cost in scope (政策范围内住院费用基金支付比例).
    InScopeRatio,
    /// General outpatient visits of an insured (普通门急诊).
    VisitsPerHead,
    /// Their mean bill in yuan.
    CostPerVisit,
    /// Chronic and special outpatient visits of an insured (门诊慢特病).
    ChronicVisitsPerHead,
    /// Their mean bill in yuan.
    CostPerChronicVisit,
    /// All bills of an insured in yuan (医疗总费用).
    MedicalCostPerHead,
}

impl Metric {
    /// Every metric, in the order of reports.
    pub const ALL: [Metric; 12] = [
        Metric::Insured,
        Metric::Income,
        Metric::Expenditure,
        Metric::Balance,
        Metric::AdmissionsPer100,
        Metric::CostPerAdmission,
        Metric::InScopeRatio,
        Metric::VisitsPerHead,
        Metric::CostPerVisit,
        Metric::ChronicVisitsPerHead,
        Metric::CostPerChronicVisit,
        Metric::MedicalCostPerHead,
    ];

    /// The name in tables of targets and in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Metric::Insured => "insured",
            Metric::Income => "income",
            Metric::Expenditure => "expenditure",
            Metric::Balance => "balance",
            Metric::AdmissionsPer100 => "admissions_per_100",
            Metric::CostPerAdmission => "cost_per_admission",
            Metric::InScopeRatio => "in_scope_ratio",
            Metric::VisitsPerHead => "visits_per_head",
            Metric::CostPerVisit => "cost_per_visit",
            Metric::ChronicVisitsPerHead => "chronic_visits_per_head",
            Metric::CostPerChronicVisit => "cost_per_chronic_visit",
            Metric::MedicalCostPerHead => "medical_cost_per_head",
        }
    }

    /// The metric of a name.
    pub fn from_name(name: &str) -> Option<Metric> {
        Metric::ALL.into_iter().find(|metric| metric.name() == name)
    }

    /// A value as people read it: totals in billions of yuan and millions of persons.
    pub(crate) fn shown(self, value: f64) -> String {
        match self {
            Metric::Insured => format!("{:.1} M", value / 1e6),
            Metric::Income | Metric::Expenditure | Metric::Balance => format!("{:.1} bn", value / 1e9),
            Metric::InScopeRatio => format!("{:.1} %", 100.0 * value),
            Metric::VisitsPerHead | Metric::ChronicVisitsPerHead => format!("{value:.4}"),
            Metric::AdmissionsPer100 => format!("{value:.2}"),
            _ => format!("{value:.1}"),
        }
    }
}

/// Totals of a year that stand for the whole population.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Measures {
    /// Persons insured.
    pub insured: f64,
    /// Income in yuan.
    pub income: f64,
    /// Benefits in yuan.
    pub expenditure: f64,
    /// Settled stays, deliveries included, and their bills in yuan.
    pub stays: (f64, f64),
    /// Inpatient cost in scope, and what the fund paid of it, in yuan.
    pub in_scope: (f64, f64),
    /// Settled general visits, and their bills in yuan.
    pub visits: (f64, f64),
    /// Settled chronic visits, and their bills in yuan.
    pub chronic: (f64, f64),
}

impl Measures {
    /// Of a year of a sample, each person of which stands for `weight` persons.
    pub fn of(year: &ProjectedYear, weight: f64) -> Measures {
        let tally = &year.tally;
        let yuan = |fen: Fen| weight * fen.to_yuan_lossy();
        let pair = |sums: &Sums| (weight * sums.claims as f64, yuan(sums.total));
        let inpatient = tally.kind(BenefitKind::Inpatient);
        let mut stays = inpatient;
        stays.merge(&tally.kind(BenefitKind::Maternity));
        let fund = &year.statement.consolidated;
        let insured: u64 = year.statement.districts.iter().map(|of| of.insured).sum();
        Measures {
            insured: weight * insured as f64,
            income: yuan(Fen::new(fund.income.total_fen)),
            expenditure: yuan(Fen::new(fund.benefits.total_fen)),
            stays: pair(&stays),
            in_scope: (
                yuan(inpatient.in_scope),
                yuan(inpatient.basic + inpatient.critical_illness),
            ),
            visits: pair(&tally.kind(BenefitKind::Outpatient)),
            chronic: pair(&tally.kind(BenefitKind::Chronic)),
        }
    }

    /// The value of a metric; 0 of nothing.
    pub fn get(&self, metric: Metric) -> f64 {
        let per = |part: f64, whole: f64| if whole == 0.0 { 0.0 } else { part / whole };
        match metric {
            Metric::Insured => self.insured,
            Metric::Income => self.income,
            Metric::Expenditure => self.expenditure,
            Metric::Balance => self.income - self.expenditure,
            Metric::AdmissionsPer100 => 100.0 * per(self.stays.0, self.insured),
            Metric::CostPerAdmission => per(self.stays.1, self.stays.0),
            Metric::InScopeRatio => per(self.in_scope.1, self.in_scope.0),
            Metric::VisitsPerHead => per(self.visits.0, self.insured),
            Metric::CostPerVisit => per(self.visits.1, self.visits.0),
            Metric::ChronicVisitsPerHead => per(self.chronic.0, self.insured),
            Metric::CostPerChronicVisit => per(self.chronic.1, self.chronic.0),
            Metric::MedicalCostPerHead => per(self.stays.1 + self.visits.1 + self.chronic.1, self.insured),
        }
    }
}
