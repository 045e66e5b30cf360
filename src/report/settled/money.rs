//! Who paid the bills, the fund's years, and what it paid by kind of benefit and level of institution.

use crate::batch::heads::Payer;
use crate::batch::run::Run;
use crate::batch::tally::Sums;
use crate::benefit::kind::BenefitKind;
use crate::benefit::tariff::Level;
use crate::fund::statement::FundStatement;
use crate::money::Fen;
use crate::report::fund_lines;
use crate::report::kept::{Amount, Kept, amount};
use crate::report::lang::Lang;
use crate::report::page::chart::Chart;
use crate::report::page::{Cell, Column, Section, Table};
use crate::report::summary::level_names;

/// The fund's years in which somebody is insured, or all if nobody is.
pub(super) fn statements(run: &Run) -> Vec<&FundStatement> {
    let insured = |of: &&FundStatement| run.outcome.enrolled.collection.insured(of.year) > 0;
    let some: Vec<&FundStatement> = run.statements.iter().filter(insured).collect();
    if some.is_empty() {
        run.statements.iter().collect()
    } else {
        some
    }
}

/// The unit of amounts.
fn yuan(lang: Lang) -> &'static str {
    lang.pick("yuan", "元")
}

pub(super) fn payers(run: &Run, kept: &Kept, lang: Lang) -> Section {
    let lines = [
        (lang.pick("basic fund", "基本医保基金"), Amount::Basic),
        (lang.pick("outpatient pool", "门诊统筹"), Amount::Pool),
        (
            lang.pick("critical illness insurance", "大病保险"),
            Amount::CriticalIllness,
        ),
        (lang.pick("medical assistance", "医疗救助"), Amount::Assistance),
        (lang.pick("special accounts", "专项资金"), Amount::Special),
        (lang.pick("government's subsidy", "政府大病补贴"), Amount::Subsidy),
        (lang.pick("hospitals", "医疗机构"), Amount::Hospitals),
        (lang.pick("persons", "个人"), Amount::Persons),
    ];
    let columns = [
        Column::new(lang.pick("Payer", "支付方")),
        Column::of(lang.pick("Amount", "金额"), yuan(lang)),
        Column::new(lang.pick("Share of the bills", "占总费用")),
    ];
    let mut table = Table::new(lang.pick("Who paid the bills", "医疗费用由谁支付"), columns);
    let (bills, everyone) = amount(run, Amount::Bills);
    let cells = |name: &str, of: Amount, fen: Fen| {
        [
            Cell::text(name),
            kept.cell(of, Cell::yuan(fen)),
            kept.cell(of, Cell::share(fen.get(), bills.get())),
        ]
    };
    for (name, of) in lines {
        let (fen, people) = amount(run, of);
        // Few cities have it.
        if of == Amount::Subsidy && fen.is_zero() {
            continue;
        }
        table.group(people, cells(name, of, fen));
    }
    let name = lang.pick("the bills", "医疗总费用");
    table.total(everyone, cells(name, Amount::Bills, bills));
    let mut section = Section::new(lang.pick("Who paid", "费用构成"));
    section.table(table);
    section
}

pub(super) fn fund(run: &Run, kept: &Kept, lang: Lang) -> Section {
    let mut section = Section::new(lang.pick("The fund", "基金收支"));
    section.paragraph(match fund_lines::states_opening(run) {
        false => lang.pick(
            "No opening balance is known: the balances are what these years add.",
            "期初结余未知：以下结余仅为各年度的增减额。",
        ),
        true => lang.pick(
            "The opening balance that the scenario states is for projections alone: the balances are what these years add.",
            "方案所列期初结余仅用于预测：以下结余仅为各年度的增减额。",
        ),
    });
    for statement in statements(run) {
        section.chart(flow(run, statement, kept, lang));
    }
    section.table(statement_table(run, kept, lang));
    for statement in statements(run) {
        section.table(districts(statement, lang));
    }
    section
}

/// What came into the fund in a year, by name, in fen.
fn came(statement: &FundStatement, lang: Lang) -> [(&'static str, i64); 6] {
    let income = &statement.consolidated.income;
    let others =
        income.individual_finance_fen + income.individual_township_fen + income.individual_employer_fen;
    let central = income.subsidy_by_level.central_fen;
    let deficit = (-statement.consolidated.current_balance_fen).max(0);
    [
        (
            lang.pick("contributions of persons", "个人缴费"),
            income.individual_person_fen,
        ),
        (lang.pick("contributions by others", "资助缴费"), others),
        (lang.pick("central subsidy", "中央补助"), central),
        (
            lang.pick("local subsidy", "地方补助"),
            income.subsidy_fen - central,
        ),
        (
            lang.pick("interest and other", "利息及其他"),
            income.interest_fen + income.donations_fen + income.other_fen,
        ),
        (lang.pick("deficit of the year", "当年缺口"), deficit),
    ]
}

/// What went out of it, with the people it went to.
fn went(run: &Run, statement: &FundStatement, lang: Lang) -> [(&'static str, Option<Amount>, u64, i64); 6] {
    let benefits = &statement.consolidated.benefits;
    let heads = &run.outcome.heads;
    let of = |kind: BenefitKind, fen: i64| (lang.kind(kind), Some(kind.into()), heads.kind(kind), fen);
    [
        of(BenefitKind::Inpatient, benefits.inpatient_fen),
        of(BenefitKind::Chronic, benefits.chronic_fen),
        of(BenefitKind::Outpatient, benefits.general_outpatient_fen),
        of(BenefitKind::Maternity, benefits.maternity_fen),
        (
            lang.pick("critical illness insurance", "大病保险"),
            Some(Amount::CriticalIllness),
            heads.payer(Payer::CriticalIllness),
            benefits.critical_illness_fen,
        ),
        (
            lang.pick("balance of the year", "当年结余"),
            None,
            run.outcome.enrolled.collection.insured(statement.year),
            statement.consolidated.current_balance_fen.max(0),
        ),
    ]
}

/// Where a year's money came from and where it went.
fn flow(run: &Run, statement: &FundStatement, kept: &Kept, lang: Lang) -> Chart {
    let year = statement.year;
    let insured = run.outcome.enrolled.collection.insured(year);
    let title = match lang {
        Lang::En => format!("Where the fund's money came from and where it went, {year}"),
        Lang::Zh => format!("{year}年基金来源与去向"),
    };
    let columns = [
        Column::new(lang.pick("Source or use", "项目")),
        Column::of(lang.pick("Came in", "来源"), yuan(lang)),
        Column::of(lang.pick("Went out", "去向"), yuan(lang)),
    ];
    let mut table = Table::new(title, columns);
    let amount = |fen: i64| Cell::yuan(Fen::new(fen));
    let mut total = 0;
    for (name, fen) in came(statement, lang).into_iter().filter(|(_, fen)| *fen != 0) {
        total += fen;
        table.group(insured, [Cell::text(name), amount(fen), Cell::nothing()]);
    }
    for (name, of, people, fen) in went(run, statement, lang)
        .into_iter()
        .filter(|(_, _, _, fen)| *fen != 0)
    {
        let out = match of {
            Some(of) => kept.cell(of, amount(fen)),
            None => amount(fen),
        };
        table.group(people, [Cell::text(name), Cell::nothing(), out]);
    }
    let together = Cell::text(lang.pick("together", "合计"));
    table.total(insured, [together, amount(total), amount(total)]);
    Chart::flow(table)
        .method(lang.pick(
            "Sums of the ledger's entries of the year, of all the fund's books together; what moves between them is left \
             out. Benefits belong to the day they were settled.",
            "当年全部账簿分录之和，基金内部划转不计；待遇按结算日入账。",
        ))
        .limits(lang.pick(
            "An amount that is kept back, because only a few people are behind it, is not drawn.",
            "因保护小单元格而未公布的金额在图中不绘出。",
        ))
}

/// The fund's statement, a column for each year.
fn statement_table(run: &Run, kept: &Kept, lang: Lang) -> Table {
    let shown = statements(run);
    let columns = shown
        .iter()
        .map(|statement| Column::of(statement.year.to_string(), yuan(lang)));
    let columns = std::iter::once(Column::new(lang.pick("Line", "项目"))).chain(columns);
    let mut table = Table::new(lang.pick("The fund's statement", "基金收支表"), columns);
    let insured = |statement: &FundStatement| run.outcome.enrolled.collection.insured(statement.year);
    for line in fund_lines::shown(&run.statements) {
        let name = lang.pick(line.english.trim_start(), line.chinese);
        let amounts = shown.iter().map(|statement| {
            let people = line.people(&run.outcome.heads, insured(statement));
            let cell = Cell::yuan(Fen::new((line.amount)(statement))).of(people);
            match line.is_kept(kept) {
                true => cell.kept_back(),
                false => cell,
            }
        });
        let cells = std::iter::once(Cell::text(name)).chain(amounts);
        table.part(line.depth(), None, cells);
    }
    table
}

/// Art. 3, 27: one pool, told by district where the persons have one; else without rows.
fn districts(statement: &FundStatement, lang: Lang) -> Table {
    let (year, yuan) = (statement.year, yuan(lang));
    let title = match lang {
        Lang::En => format!("Raised by district, {year}"),
        Lang::Zh => format!("{year}年各区县筹资"),
    };
    let columns = [
        Column::new(lang.pick("District", "区县")),
        Column::of(lang.pick("Insured", "参保人数"), lang.pick("persons", "人")),
        Column::of(lang.pick("Paid by persons", "个人缴费"), yuan),
        Column::of(lang.pick("Paid by others (Art. 7)", "资助缴费（第7条）"), yuan),
        Column::of(lang.pick("Subsidy", "财政补助"), yuan),
        Column::of(lang.pick("Refunded", "退费"), yuan),
        Column::of(lang.pick("Work funds", "工作经费"), yuan),
    ];
    let mut table = Table::new(title, columns);
    if !statement
        .districts
        .iter()
        .any(|of| of.district.is_some() && of.insured > 0)
    {
        return table;
    }
    let (mut insured, mut sums) = (0, [0; 5]);
    for of in &statement.districts {
        let amounts = [
            of.individual_person_fen,
            of.individual_finance_fen + of.individual_township_fen + of.individual_employer_fen,
            of.subsidy_fen,
            of.refunded_fen,
            of.work_funds_fen,
        ];
        insured += of.insured;
        sums.iter_mut().zip(amounts).for_each(|(sum, fen)| *sum += fen);
        let name = of
            .district
            .as_deref()
            .unwrap_or(lang.pick("none given", "未注明"));
        table.group(of.insured, district(name, of.insured, amounts));
    }
    table.total(insured, district(lang.pick("all", "合计"), insured, sums));
    table
}

fn district(name: &str, insured: u64, amounts: [i64; 5]) -> Vec<Cell> {
    let cells = [Cell::text(name), Cell::people(insured)];
    cells
        .into_iter()
        .chain(amounts.map(|fen| Cell::yuan(Fen::new(fen))))
        .collect()
}

pub(super) fn benefits(run: &Run, kept: &Kept, lang: Lang) -> Section {
    let (yuan, people) = (yuan(lang), lang.pick("persons", "人"));
    let columns = [
        Column::new(lang.pick("Kind and level", "类别与级别")),
        Column::of(lang.pick("Persons", "人数"), people),
        Column::new(lang.pick("Claims", "结算笔数")),
        Column::of(lang.pick("In scope", "政策范围内费用"), yuan),
        Column::of(lang.pick("Paid by the fund", "基金支付"), yuan),
        Column::new(lang.pick("Of in scope", "占政策范围内")),
        Column::new(lang.pick("Of the bill", "占总费用")),
    ];
    let title = lang.pick(
        "Reimbursement by the basic fund and the outpatient pool",
        "基本医保基金与门诊统筹的报销情况",
    );
    let note = lang.pick(
        "A person who was treated at two levels counts at both.",
        "在多个级别就诊的人在各级别分别计数。",
    );
    let mut table = Table::new(title, columns).noting(note);
    let (tally, heads) = (&run.outcome.tally, &run.outcome.heads);
    for kind in BenefitKind::ALL {
        row(
            &mut table,
            0,
            lang.kind(kind),
            &tally.kind(kind),
            heads.kind(kind),
            kept.has(kind),
        );
        for (index, [english, chinese]) in level_names(run).iter().enumerate() {
            let level = Level(index as u8);
            let name = lang.pick(english, chinese);
            row(
                &mut table,
                1,
                name,
                tally.kind_at(kind, level),
                heads.kind_at(kind, level),
                false,
            );
        }
    }
    let mut section = Section::new(lang.pick("Reimbursement", "报销水平"));
    section.table(table);
    section
}

/// A row of sums, if there is anything in them; without what the fund paid where that is kept back.
fn row(table: &mut Table, depth: u8, name: &str, sums: &Sums, people: u64, is_kept: bool) {
    if *sums == Sums::default() {
        return;
    }
    let fund = |cell: Cell| match is_kept {
        true => cell.kept_back(),
        false => cell,
    };
    let cells = [
        Cell::text(name),
        Cell::people(people),
        Cell::count(sums.claims),
        Cell::yuan(sums.in_scope),
        fund(Cell::yuan(sums.basic)),
        fund(Cell::share(sums.basic.get(), sums.in_scope.get())),
        fund(Cell::share(sums.basic.get(), sums.total.get())),
    ];
    table.part(depth, Some(people), cells);
}
