//! Art. 13 and 17: the kinds of benefit of the basic fund.

/// The kind of benefit that a claim asks for; a scenario maps each `med_type` it covers to one of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BenefitKind {
    /// Hospital stays (住院).
    Inpatient,
    /// Chronic and special outpatient treatment (门诊慢特病).
    Chronic,
    /// General outpatient treatment (普通门诊).
    Outpatient,
    /// Childbirth in hospital (生育, Art. 17).
    Maternity,
}

impl BenefitKind {
    /// Every kind, in the order of their indices.
    pub const ALL: [BenefitKind; 4] = [
        BenefitKind::Inpatient,
        BenefitKind::Chronic,
        BenefitKind::Outpatient,
        BenefitKind::Maternity,
    ];

    /// The name in scenarios and files.
    pub const fn name(self) -> &'static str {
        match self {
            BenefitKind::Inpatient => "inpatient",
            BenefitKind::Chronic => "chronic",
            BenefitKind::Outpatient => "general-outpatient",
            BenefitKind::Maternity => "maternity",
        }
    }
}
