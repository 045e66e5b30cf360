//! The words of explanations in English and Chinese.

use crate::article::Article;
use crate::benefit::kind::BenefitKind;
use crate::benefit::rule::Rule;
use crate::benefit::settlement::Status;
use crate::benefit::state::Accumulator;
use crate::figure::Provenance;
use crate::insured::category::Category;

/// A language of explanations.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// Chinese.
    Zh,
}

impl Lang {
    /// One of two words.
    pub(crate) fn pick<'a>(self, english: &'a str, chinese: &'a str) -> &'a str {
        match self {
            Lang::En => english,
            Lang::Zh => chinese,
        }
    }

    /// A citation.
    pub(crate) fn article(self, article: Article) -> String {
        match self {
            Lang::En => article.to_string(),
            Lang::Zh => article.in_chinese(),
        }
    }

    /// A rule's title.
    pub(crate) fn rule(self, rule: Rule) -> &'static str {
        let (english, chinese) = match rule {
            Rule::Category => ("category", "参保类别"),
            Rule::Contribution => ("contribution by payer", "个人缴费与补助"),
            Rule::Enrolment => ("enrolment in the window", "参保缴费"),
            Rule::Newborn => ("newborn", "新生儿"),
            Rule::Late => ("late enrolment", "逾期参保"),
            Rule::Waiting => ("waiting period", "待遇等待期"),
            Rule::Refund => ("refund", "个人缴费返还"),
            Rule::Channel => ("channel", "参保渠道"),
            Rule::Employee => ("employee insurance", "职工医保"),
            Rule::Cover => ("covered on the day it began", "就诊当日在待遇期内"),
            Rule::Institution => (
                "designated institution, covered kind and level",
                "定点机构、支付类别与级别",
            ),
            Rule::SpecialAccount => ("special account outside the fund", "政府专项资金支付"),
            Rule::Exclusion => ("excluded by the regulation", "不予支付情形"),
            Rule::Scope => ("scope: out-of-scope parts taken out", "剔除支付范围外费用"),
            Rule::Referral => ("referral, where it takes one", "首诊与转诊"),
            Rule::OutOfArea => ("out of area: extra first share", "异地就医先行自付"),
            Rule::Deductible => ("deductible", "起付标准"),
            Rule::Ceiling => ("ceiling: what lies above it", "最高支付限额以上部分"),
            Rule::Ratio => ("the fund's share by ratio", "统筹基金按比例支付"),
            Rule::Disease => ("disease group", "门诊慢特病病种规则"),
            Rule::FundLimit => (
                "yearly limit of the fund: what it cuts off",
                "基金年度支付限额削减",
            ),
            Rule::Maternity => ("lump sum for childbirth", "住院分娩定额支付"),
            Rule::CriticalIllness => ("critical illness insurance", "大病保险支付"),
            Rule::Assistance => ("medical assistance", "医疗救助支付"),
            Rule::Subsidy => ("government's subsidy for a large bill", "政府大病补贴"),
            Rule::PayoutCeiling => (
                "ceiling of all payments: what it cuts off",
                "各项支付合计封顶削减",
            ),
            Rule::Person => ("the person bears the rest", "个人负担"),
            Rule::Reversal => ("reversal", "退费重结"),
        };
        self.pick(english, chinese)
    }

    /// An accumulator's name.
    pub(crate) fn accumulator(self, accumulator: Accumulator) -> &'static str {
        let (english, chinese) = match accumulator {
            Accumulator::Admissions => ("admissions of the year", "年度住院次数"),
            Accumulator::Deductible => ("deductible paid in the period", "期内已付起付线"),
            Accumulator::Ceiling => ("counted toward the ceiling", "限额累计"),
            Accumulator::FundPaid => ("paid by the fund this year", "基金年度累计支付"),
            Accumulator::DiseasePaid => ("paid for the disease this year", "病种年度累计支付"),
            Accumulator::Burden => ("burden of the year", "个人负担年度累计"),
            Accumulator::CriticalIllnessPaid => ("critical illness paid this year", "大病保险年度累计支付"),
            Accumulator::AssistancePaid => ("assistance paid this year", "医疗救助年度累计支付"),
            Accumulator::AccidentPaid => ("paid for accidents this year", "意外伤害年度累计支付"),
            Accumulator::SubsidyPaid => ("subsidy paid this year", "政府大病补贴年度累计支付"),
        };
        self.pick(english, chinese)
    }

    pub(crate) fn kind(self, kind: BenefitKind) -> &'static str {
        let chinese = match kind {
            BenefitKind::Inpatient => "住院",
            BenefitKind::Chronic => "门诊慢特病",
            BenefitKind::Outpatient => "普通门诊",
            BenefitKind::Maternity => "生育",
        };
        self.pick(kind.name(), chinese)
    }

    /// A category of insured (Art. 2) as reports in the language call it.
    pub fn category(self, category: Category) -> &'static str {
        let chinese = match category {
            Category::Student => "大学生",
            Category::Minor => "少年儿童",
            Category::Adult => "成年居民",
        };
        self.pick(category.name(), chinese)
    }

    pub(crate) fn status(self, status: Status) -> &'static str {
        let chinese = match status {
            Status::Settled => "已结算",
            Status::NotCovered(_) => "不在待遇期",
            Status::NotPayable(_) => "不属支付对象",
            Status::Excluded(_) => "不予支付",
            Status::SpecialAccount => "专项资金",
        };
        self.pick(status.name(), chinese)
    }

    pub(crate) fn provenance(self, provenance: Provenance) -> &'static str {
        let chinese = match provenance {
            Provenance::Official => "官方",
            Provenance::National => "国家",
            Provenance::Calibrated => "校准（拟合）",
            Provenance::Placeholder => "占位（未核实）",
            Provenance::Proposal => "方案（拟议）",
        };
        self.pick(provenance.name(), chinese)
    }
}
