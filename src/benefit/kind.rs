//! The kinds of benefit (Art. 13): what a `med_type` is settled as, and the sub-fund it is drawn from (Art. 12).

/// A kind of benefit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BenefitKind {
    /// Inpatient (住院).
    Inpatient,
    /// Chronic and special outpatient (门诊慢特病).
    Chronic,
    /// General outpatient (普通门诊), from the outpatient pool (Art. 12).
    Outpatient,
    /// In-hospital childbirth (住院分娩, Art. 17).
    Maternity,
}

impl BenefitKind {
    /// How many kinds there are: the size of a table indexed by kind.
    pub(crate) const COUNT: usize = 4;

    /// Every kind, in the order of their indices.
    pub const ALL: [BenefitKind; BenefitKind::COUNT] = [
        BenefitKind::Inpatient,
        BenefitKind::Chronic,
        BenefitKind::Outpatient,
        BenefitKind::Maternity,
    ];

    /// The name in reports.
    pub const fn name(self) -> &'static str {
        match self {
            BenefitKind::Inpatient => "inpatient",
            BenefitKind::Chronic => "chronic",
            BenefitKind::Outpatient => "general-outpatient",
            BenefitKind::Maternity => "maternity",
        }
    }
}

/// The sub-fund that a basic benefit is drawn from (Art. 12).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SubFund {
    /// The pooled fund for inpatient, chronic outpatient and maternity benefits.
    Basic,
    /// The general outpatient pool (普通门诊统筹).
    Outpatient,
}

impl SubFund {
    /// `sub_fund`: the word in files.
    pub const fn name(self) -> &'static str {
        match self {
            SubFund::Basic => "basic",
            SubFund::Outpatient => "outpatient",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_files_and_reports() {
        let names = ["inpatient", "chronic", "general-outpatient", "maternity"];
        assert_eq!(BenefitKind::ALL.map(BenefitKind::name), names);
        assert_eq!(
            [SubFund::Basic, SubFund::Outpatient].map(SubFund::name),
            ["basic", "outpatient"]
        );
    }
}
