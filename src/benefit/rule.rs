//! The rules by name: what `explain` cites and `yibao rule` prints.

/// A rule: of enrolment, or of the waterfall.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// Art. 2: who is a resident, and of which category.
    Category,
    /// Art. 6, 7: what is due, and who pays it.
    Contribution,
    /// Art. 8: what a payment buys.
    Enrolment,
    /// Art. 14(2): children enrolled outside the window.
    Newborn,
    /// Art. 8, in other cities: paid after the window.
    Late,
    /// Art. 8, in other cities: waiting after a late or broken enrolment.
    Waiting,
    /// Art. 9: money back before the cover begins.
    Refund,
    /// Art. 10: who organises an enrolment.
    Channel,
    /// Art. 11: the days of employee insurance.
    Employee,
    /// Art. 14: whether the person was covered.
    Cover,
    /// Art. 22: whether institution, kind and level are payable.
    Institution,
    /// Art. 31: epidemics and disasters.
    SpecialAccount,
    /// Art. 17(2), 18: what the fund does not pay for.
    Exclusion,
    /// Art. 20: what is in scope.
    Scope,
    /// Art. 22, in other cities: what takes a referral.
    Referral,
    /// Art. 19: treatment outside the city.
    OutOfArea,
    /// Art. 15: what the person pays first.
    Deductible,
    /// Art. 15: the year's ceiling.
    Ceiling,
    /// Art. 16: the fund's ratio.
    Ratio,
    /// Art. 13, 30: what disease groups change.
    Disease,
    /// Art. 12, 30: the most the fund pays in a year.
    FundLimit,
    /// Art. 17: childbirth.
    Maternity,
    /// Art. 12: critical illness insurance.
    CriticalIllness,
    /// Medical assistance for hardship classes.
    Assistance,
    /// Art. 30, in other cities: what government pays of large bills.
    Subsidy,
    /// Art. 30, in other cities: the most that all payers together pay.
    PayoutCeiling,
    /// Art. 13, 16: what is left for the person.
    Person,
    /// Art. 28: cancelling a settlement.
    Reversal,
}

impl Rule {
    /// Every rule, in the order in which a person and then a claim meet them.
    pub const ALL: [Rule; 28] = [
        Rule::Category,
        Rule::Contribution,
        Rule::Enrolment,
        Rule::Newborn,
        Rule::Late,
        Rule::Waiting,
        Rule::Refund,
        Rule::Channel,
        Rule::Employee,
        Rule::Cover,
        Rule::Institution,
        Rule::SpecialAccount,
        Rule::Exclusion,
        Rule::Scope,
        Rule::Referral,
        Rule::OutOfArea,
        Rule::Deductible,
        Rule::Ceiling,
        Rule::Ratio,
        Rule::Disease,
        Rule::FundLimit,
        Rule::Maternity,
        Rule::CriticalIllness,
        Rule::Assistance,
        Rule::Subsidy,
        Rule::PayoutCeiling,
        Rule::Person,
        Rule::Reversal,
    ];

    /// The name on the command line and in machine-readable output.
    pub const fn name(self) -> &'static str {
        match self {
            Rule::Category => "category",
            Rule::Contribution => "contribution",
            Rule::Enrolment => "enrolment",
            Rule::Newborn => "newborn",
            Rule::Late => "late",
            Rule::Waiting => "waiting",
            Rule::Refund => "refund",
            Rule::Channel => "channel",
            Rule::Employee => "employee",
            Rule::Cover => "cover",
            Rule::Institution => "institution",
            Rule::SpecialAccount => "special-account",
            Rule::Exclusion => "exclusion",
            Rule::Scope => "scope",
            Rule::Referral => "referral",
            Rule::OutOfArea => "out-of-area",
            Rule::Deductible => "deductible",
            Rule::Ceiling => "ceiling",
            Rule::Ratio => "ratio",
            Rule::Disease => "disease",
            Rule::FundLimit => "fund-limit",
            Rule::Maternity => "maternity",
            Rule::CriticalIllness => "critical-illness",
            Rule::Assistance => "assistance",
            Rule::Subsidy => "subsidy",
            Rule::PayoutCeiling => "payout-ceiling",
            Rule::Person => "person",
            Rule::Reversal => "reversal",
        }
    }
}
