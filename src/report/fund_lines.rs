//! The lines of the fund's statement, as every report names and orders them.

use crate::batch::heads::{Heads, Payer};
use crate::batch::run::Run;
use crate::benefit::kind::BenefitKind;
use crate::fund::statement::FundStatement;
use crate::report::kept::{Amount, Kept};

/// A line: its name, indented by two spaces where it is a part of the line above, and where its amount stands.
pub(super) struct FundLine {
    /// In English.
    pub(super) english: &'static str,
    /// In Chinese, not indented.
    pub(super) chinese: &'static str,
    /// Its amount in fen.
    pub(super) amount: fn(&FundStatement) -> i64,
    /// Whether it is left out where it is nothing in every year.
    seldom: bool,
    behind: Behind,
}

/// The people that a line is about.
#[derive(Clone, Copy)]
enum Behind {
    /// All of the insured.
    Insured,
    /// All of them too, where an amount could be had from it that other tables tell.
    Telling(Amount),
    /// Those with a settled claim of a kind.
    Kind(BenefitKind),
    /// Those for whom somebody pays.
    Payer(Payer),
}

impl FundLine {
    /// How deep it stands: 0 for the outermost.
    pub(super) fn depth(&self) -> u8 {
        let spaces = self.english.len() - self.english.trim_start().len();
        (spaces / 2) as u8
    }

    /// How many people it is about, where `insured` are insured.
    pub(super) fn people(&self, heads: &Heads, insured: u64) -> u64 {
        match self.behind {
            Behind::Insured | Behind::Telling(_) => insured,
            Behind::Kind(kind) => heads.kind(kind),
            Behind::Payer(payer) => heads.payer(payer),
        }
    }

    /// Whether it would tell what no table may.
    pub(super) fn is_kept(&self, kept: &Kept) -> bool {
        match self.behind {
            Behind::Insured => false,
            Behind::Telling(amount) => kept.has(amount),
            Behind::Kind(kind) => kept.has(kind),
            Behind::Payer(payer) => kept.has(payer),
        }
    }
}

/// The lines that these statements have something to say on.
pub(super) fn shown(statements: &[FundStatement]) -> impl Iterator<Item = &'static FundLine> {
    FUND_LINES
        .iter()
        .filter(|line| !line.seldom || statements.iter().any(|statement| (line.amount)(statement) != 0))
}

/// Whether the scenario states what the fund held when one of the run's years opened. Only a projection begins with it.
pub(super) fn states_opening(run: &Run) -> bool {
    let terms = run
        .statements
        .iter()
        .filter_map(|of| run.scenario.fund_terms().get(&of.year));
    terms.into_iter().any(|terms| terms.opening_balance.is_some())
}

const fn line(english: &'static str, chinese: &'static str, amount: fn(&FundStatement) -> i64) -> FundLine {
    FundLine {
        english,
        chinese,
        amount,
        seldom: false,
        behind: Behind::Insured,
    }
}

const fn seldom(english: &'static str, chinese: &'static str, amount: fn(&FundStatement) -> i64) -> FundLine {
    FundLine {
        seldom: true,
        ..line(english, chinese, amount)
    }
}

impl FundLine {
    const fn of(self, behind: Behind) -> FundLine {
        FundLine { behind, ..self }
    }
}

const FUND_LINES: [FundLine; 33] = [
    line("Income", "收入合计", |s| s.consolidated.income.total_fen),
    line(
        "  individual contributions, persons",
        "个人缴费：参保人",
        |s| s.consolidated.income.individual_person_fen,
    ),
    line(
        "  individual contributions, finance (Art. 7)",
        "个人缴费：财政资助（第7条）",
        |s| s.consolidated.income.individual_finance_fen,
    ),
    seldom(
        "  individual contributions, townships (Art. 7)",
        "个人缴费：乡镇、村集体（第7条）",
        |s| s.consolidated.income.individual_township_fen,
    ),
    seldom(
        "  individual contributions, employers (Art. 7)",
        "个人缴费：用人单位（第7条）",
        |s| s.consolidated.income.individual_employer_fen,
    ),
    line("  government subsidy", "财政补助", |s| {
        s.consolidated.income.subsidy_fen
    }),
    line("    central", "中央", |s| {
        s.consolidated.income.subsidy_by_level.central_fen
    }),
    line("    provincial", "省级", |s| {
        s.consolidated.income.subsidy_by_level.provincial_fen
    }),
    line("    municipal", "市级", |s| {
        s.consolidated.income.subsidy_by_level.municipal_fen
    }),
    line("    district", "区县级", |s| {
        s.consolidated.income.subsidy_by_level.district_fen
    }),
    line("  interest", "利息", |s| s.consolidated.income.interest_fen),
    line("Benefits", "待遇支出合计", |s| {
        s.consolidated.benefits.total_fen
    })
    .of(Behind::Telling(Amount::Benefits)),
    line("  inpatient", "住院", |s| s.consolidated.benefits.inpatient_fen)
        .of(Behind::Kind(BenefitKind::Inpatient)),
    line("  chronic", "门诊慢特病", |s| {
        s.consolidated.benefits.chronic_fen
    })
    .of(Behind::Kind(BenefitKind::Chronic)),
    line("  maternity", "生育", |s| s.consolidated.benefits.maternity_fen)
        .of(Behind::Kind(BenefitKind::Maternity)),
    line("  general outpatient", "普通门诊", |s| {
        s.consolidated.benefits.general_outpatient_fen
    })
    .of(Behind::Kind(BenefitKind::Outpatient)),
    line("  critical illness insurance", "大病保险", |s| {
        s.consolidated.benefits.critical_illness_fen
    })
    .of(Behind::Payer(Payer::CriticalIllness)),
    line("Balance of the year", "当年结余", |s| {
        s.consolidated.current_balance_fen
    }),
    seldom("Carried over from the year before", "上年结转", |s| {
        s.consolidated.opening_balance_fen
    }),
    line("Closing balance", "累计结余", |s| {
        s.consolidated.cumulative_balance_fen
    }),
    line("  basic fund", "基本医保基金", |s| closing(s, "basic")).of(Behind::Telling(Amount::Basic)),
    line("  outpatient pool", "门诊统筹", |s| closing(s, "outpatient")).of(Behind::Telling(Amount::Pool)),
    line("  critical illness insurance", "大病保险", |s| {
        closing(s, "critical-illness")
    })
    .of(Behind::Telling(Amount::CriticalIllness)),
    line("Treasury special account", "财政专户", |s| {
        s.consolidated.closing.treasury_account_fen
    }),
    line("Owed to institutions", "应付医疗机构", |s| {
        s.consolidated.closing.payable_fen
    }),
    seldom(
        "Owed for cover that begins later (Art. 8)",
        "预收保费（第8条）",
        |s| s.consolidated.closing.prepaid_fen,
    ),
    seldom(
        "Refunded before cover began (Art. 9)",
        "待遇开始前退费（第9条）",
        |s| s.districts.iter().map(|district| district.refunded_fen).sum(),
    ),
    line(
        "Moved within the fund, to the outpatient pool",
        "基金内划转：门诊统筹",
        |s| transfer_in(s, "outpatient"),
    ),
    line(
        "  and to critical illness insurance",
        "基金内划转：大病保险",
        |s| transfer_in(s, "critical-illness"),
    ),
    line(
        "Outside the fund: medical assistance",
        "基金以外：医疗救助",
        |s| granted(s, "assistance"),
    )
    .of(Behind::Payer(Payer::Assistance)),
    line(
        "  special accounts (Art. 31)",
        "基金以外：专项资金（第31条）",
        |s| granted(s, "special"),
    )
    .of(Behind::Payer(Payer::Special)),
    seldom(
        "  government's subsidy for large bills",
        "基金以外：政府大病补贴",
        |s| granted(s, "subsidy"),
    )
    .of(Behind::Payer(Payer::Subsidy)),
    line(
        "  work funds of the districts (Art. 27)",
        "基金以外：区县工作经费（第27条）",
        |s| s.districts.iter().map(|district| district.work_funds_fen).sum(),
    ),
];

fn granted(statement: &FundStatement, book: &str) -> i64 {
    statement
        .outside
        .iter()
        .filter(|entry| entry.book == book)
        .map(|entry| entry.granted_fen)
        .sum()
}

fn transfer_in(statement: &FundStatement, book: &str) -> i64 {
    statement
        .books
        .iter()
        .filter(|entry| entry.book == book)
        .map(|entry| entry.transfer_in_fen)
        .sum()
}

fn closing(statement: &FundStatement, book: &str) -> i64 {
    statement
        .books
        .iter()
        .filter(|entry| entry.book == book)
        .map(|entry| entry.cumulative_balance_fen)
        .sum()
}
